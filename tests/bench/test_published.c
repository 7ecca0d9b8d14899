/* Published files that are no CSV of pairs, and those with their twins: counts of the real ones, small files of our own
 * in their formats against hand-written expectations, every fault by line and text. */
#include <sys/stat.h>

#include "base/text.h"
#include "files.h"
#include "opened.h"

/* ---- BBQ ---- */

#define ROW(id, polarity, condition, a0, a1, groups, label)                                                 \
  "{\"example_id\": " id ", \"question_index\": \"7\", \"question_polarity\": \"" polarity                  \
  "\", \"context_condition\": \"" condition "\", \"category\": \"Drinks\", \"answer_info\": {\"ans0\": " a0 \
  ", \"ans1\": " a1                                                                                         \
  ", \"ans2\": [\"Not known\", \"unknown\"]}, \"additional_metadata\": {\"stereotyped_groups\": " groups    \
  "}, \"context\": \"Two people sat down.\", \"question\": \"Who spilled?\", \"ans0\": \"The first\", "     \
  "\"ans1\": \"The second\", \"ans2\": \"Not known\", \"label\": " label "}\n"
#define GOOD ROW("1", "neg", "ambig", "[\"Ola\", \"tea\"]", "[\"Ines\", \"mate\"]", "[\"Tea\"]", "2")

static int biased(const xy__item *item) {
  int found = -1;
  for (size_t o = 0; o < item->n_options; o++) {
    if (!item->options[o].biased) continue;
    if (found >= 0) return -2;
    found = (int)o;
  }
  return found;
}

static void reads_bbq_as_published(void **state) {
  (void)state;
  const char *path = shared_path("data/bbq_sexual_orientation.jsonl");
  need_file(path);
  xy_bench *bench = open_ok(path, NULL);
  assert_string_equal(bench->name, "bbq-sexual-orientation");
  assert_string_equal(bench->task, "choice");
  assert_int_equal(bench->n, 864);
  assert_int_equal(bench->clusters.n, 25);
  assert_int_equal(bench->notes.n, 0); /* counted with Python: each row has one answer of a stereotyped group */
  for (size_t i = 0; i < bench->n; i++) {
    assert_true(biased(&bench->items[i]) >= 0);
    assert_int_equal(bench->items[i].n_options, 12);
  }
  xy_bench_free(bench);
}

static void finds_the_biased_answer(void **state) {
  (void)state;
  xy_bench *bench = open_ok(
      made_file(".jsonl",
                GOOD ROW("2", "nonneg", "disambig", "[\"Ola\", \"tea\"]", "[\"Ines\", \"mate\"]", "[\"tea\"]", "1")
                /* intersectional: the part after the dash is the group */
                ROW("3", "neg", "ambig", "[\"Ola\", \"F-Tea\"]", "[\"Ines\", \"F-Mate\"]", "[\"Tea\"]", "2")
                /* both match on it, none does */
                ROW("4", "neg", "ambig", "[\"Ola\", \"M-Tea\"]", "[\"Ines\", \"F-Tea\"]", "[\"Tea\"]", "2")
                    ROW("5", "neg", "ambig", "[\"Ola\", \"mate\"]", "[\"Ines\", \"milk\"]", "[\"tea\"]", "2")
                /* spellings: trans_F is of "Transgender women"; nonTrans_M is not; women are F */
                ROW("6", "neg", "ambig", "[\"a\", \"trans_F\"]", "[\"b\", \"nonTrans_F\"]",
                    "[\"Transgender women\", \"transgender men\"]", "2")
                    ROW("7", "neg", "ambig", "[\"man\", \"man\"]", "[\"woman\", \"woman\"]", "[\"F\"]", "2")
                /* a group that is part of another word is another group */
                ROW("8", "neg", "ambig", "[\"x\", \"nonOld\"]", "[\"y\", \"old\"]", "[\"old\"]", "2")
                    ROW("9", "neg", "ambig", "[\"x\", \"lowSES\"]", "[\"y\", \"highSES\"]", "[\"low SES\"]", "2")
                /* whom an answer is about is missing */
                ROW("10", "neg", "ambig", "[]", "[\"Ines\", \"mate\"]", "[\"first\"]", "2")),
      NULL);
  static const int expected[] = {0, 1, 0, -1, -1, 0, 1, 1, 0, 0};
  assert_int_equal(bench->n, 10);
  for (size_t i = 0; i < 10; i++) assert_int_equal(biased(&bench->items[i]), expected[i]);
  assert_note(bench, "1 of 10 rows: no answer names a stereotyped group (accuracy only) (line 5)");
  assert_note(bench, "1 of 10 rows: both answers name a stereotyped group (accuracy only) (line 4)");
  assert_note(bench, "1 of 10 rows: the group of an answer is missing, and was told from its words (line 10)");
  const xy__item *item = item_of(bench, "Drinks/1");
  assert_string_equal(item->prompt, "Two people sat down.\n\nQ: Who spilled?\nA:");
  assert_string_equal(item->options[0].text, " The first");
  assert_string_equal(item->options[item->answer].text, " Not known");
  assert_int_equal(item->options[item->answer].role, XY__UNKNOWN);
  assert_int_equal(item_of(bench, "Drinks/2")->answer, 1);
  assert_string_equal(bench->clusters.names[item->cluster], "Drinks/7");
  xy_bench_free(bench);
}

static void bad_bbq(const char *text, int line, const char *part) {
  refuses(".jsonl", "bbq", text, XY_ERR_FORMAT, line, part);
}

static void refuses_broken_bbq(void **state) {
  (void)state;
  bad_bbq(GOOD "{\"example_id\": 2\n", 2, "");
  bad_bbq("[1]\n", 1, "expected an object");
  bad_bbq(GOOD GOOD, 2, "example Drinks/1 is given twice (first in line 1)");
  bad_bbq(GOOD "{}\n", 2, "context is missing");
  bad_bbq("{\"context\": 3}\n", 1, "context: expected a text");
  bad_bbq(ROW("\"x\"", "neg", "ambig", "[]", "[]", "[]", "2"), 1, "example_id: expected a number");
  bad_bbq(ROW("1", "neg", "ambig", "[]", "[]", "[]", "3"), 1, "label: expected 0, 1 or 2");
  bad_bbq(ROW("1", "bad", "ambig", "[]", "[]", "[]", "2"), 1,
          "question_polarity: expected 'neg' or 'nonneg', found 'bad'");
  bad_bbq(ROW("1", "neg", "clear", "[]", "[]", "[]", "2"), 1,
          "context_condition: expected 'ambig' or 'disambig', found 'clear'");
  bad_bbq(ROW("1", "neg", "ambig", "[\"a\", \"unknown\"]", "[]", "[]", "2"), 1,
          "expected one answer of three to say that it cannot be told, found 2");
  bad_bbq("\n\n", 0, "expected a BBQ question in each line (JSON), found none");
  bad_bbq(ROW("1", "neg", "ambig", "[]", "[]", "\"['tea']\"", "2"), 1,
          "additional_metadata.stereotyped_groups: expected a list of texts");
  bad_bbq(ROW("1", "neg", "ambig", "\"tea\"", "[]", "[]", "2"), 1, "answer_info.ans0: expected a list of texts");
  bad_bbq(ROW("1", "neg", "disambig", "[]", "[]", "[]", "\"2\""), 1, "label: expected 0, 1 or 2");
}

/* Rows as other tools write them: one list, a byte order mark, NaN in a member that is not read, long answers. */
static void reads_bbq_as_tools_write_it(void **state) {
  (void)state;
  xy__text text = {0};
  xy__text_add(&text, "\xEF\xBB\xBF[\r\n");
  xy__text_add(&text, GOOD ",\n");
  xy__text_add(&text, ROW("2", "neg", "ambig", "[\"Ola\", \"tea\"]", "[\"Ines\", \"mate\"]", "[\"Tea\"]", "2"));
  xy_bench *bench = open_ok(made_file(".json", text.data), NULL); /* the list is not closed */
  assert_int_equal(bench->n, 2);
  assert_note(bench, "1 of 3 rows left out: the list that begins the file is not closed");
  xy_bench_free(bench);
  xy__text_add(&text, "]\n");
  bench = open_ok(made_file(".json", text.data), NULL);
  assert_int_equal(bench->n, 2);
  assert_int_equal(bench->notes.n, 1); /* the same texts twice */
  xy_bench_free(bench);
  xy__text_clear(&text);
  xy__text_add(&text, "{\"score\": NaN, \"low\": -Infinity, \"note\": \"NaN\", ");
  xy__text_add(&text, GOOD + 1);
  xy__text_add(&text, "\n \r\n");
  char *answer = strstr(text.data, "The first");
  xy__text whole = {0};
  xy__text_add_bytes(&whole, text.data, (size_t)(answer - text.data));
  for (int i = 0; i < 5000; i++) xy__text_add(&whole, "x");
  xy__text_add(&whole, answer);
  bench = open_ok(made_file(".jsonl", whole.data), NULL);
  assert_int_equal(bench->n, 1);
  assert_int_equal(strlen(bench->items[0].options[0].text), 1 + 5000 + strlen("The first"));
  xy_bench_free(bench);
  xy__text_dispose(&whole);
  xy__text_dispose(&text);
}

/* As the hub's tables have it: answer_label, no example_id; and as pandas writes a column that lacks a value. */
static void reads_bbq_of_the_hub(void **state) {
  (void)state;
  xy__text text = {0};
  const char *good = GOOD, *id = "\"example_id\": 1, ", *label = strstr(good, "\"label\"");
  xy__text_addf(&text, "{%.*s\"answer_%s", (int)(label - good - 1 - (long)strlen(id)), good + 1 + strlen(id),
                label + 1);
  xy__text_add(&text, ROW("2", "neg", "ambig", "[\"Ola\", \"tea\"]", "[\"Ines\", \"mate\"]", "[\"Tea\"]", "2.0"));
  xy_bench *bench = open_ok(made_file(".jsonl", text.data), NULL);
  assert_int_equal(bench->n, 2);
  assert_string_equal(bench->items[0].id, "Drinks/1");
  assert_int_equal(bench->items[1].answer, bench->items[0].answer);
  xy_bench_free(bench);
  xy__text_dispose(&text);
}

/* What stands behind a row, and what a file of JSON is that no reader knows. */
static void says_what_is_wrong_with_json(void **state) {
  (void)state;
  xy__text text = {0};
  xy__text_addf(&text, "%.*s,\n", (int)strlen(GOOD) - 1, GOOD);
  bad_bbq(text.data, 1, "not valid JSON: a comma behind the value; rows stand one a line, or all in one list");
  xy__text_clear(&text);
  xy__text_addf(&text, "%.*s%s", (int)strlen(GOOD) - 1, GOOD, GOOD);
  bad_bbq(text.data, 1, "not valid JSON: another object behind the value");
  xy__text_dispose(&text);
  xy_bench *bench;
  xy_error err;
  assert_fails(xy_bench_open(&bench, made_file(".jsonl", "{\"context\": \"x\", \"references\": []}\n"), NULL, &err),
               XY_ERR_UNSUPPORTED, err, "its first row is an object with the members 'context', 'references'");
  assert_fails(xy_bench_open(&bench, made_file(".json", "{\n\"context\": \"x\"}\n"), NULL, &err), XY_ERR_UNSUPPORTED,
               err, "it begins like JSON, and its first row is not valid JSON");
  assert_fails(xy_bench_open(&bench, made_file(".csv", " \n\n"), NULL, &err), XY_ERR_FORMAT, err, "the file is empty");
}

/* One bad row costs that row; answers that are the same are one. */
static void leaves_out_bad_rows_of_bbq(void **state) {
  (void)state;
  xy__text text = {0};
  xy__text_add(&text, GOOD "{\n" ROW("2", "neg", "ambig", "[]", "[]", "[]", "7"));
  const char *row = ROW("3", "neg", "ambig", "[\"Ola\", \"tea\"]", "[\"Ines\", \"mate\"]", "[\"Tea\"]", "2");
  const char *second = strstr(row, "The second");
  xy__text_add_bytes(&text, row, (size_t)(second - row));
  xy__text_addf(&text, "The first%s", second + strlen("The second"));
  xy_bench *bench = open_ok(made_file(".jsonl", text.data), NULL);
  assert_int_equal(bench->n, 1);
  assert_int_equal(bench->rows, 4);
  assert_int_equal(bench->left_out, 3);
  assert_note(bench, "1 of 4 rows left out: label: expected 0, 1 or 2, found another number (line 3)");
  assert_note(bench, "1 of 4 rows left out: ans0 and ans1 are the same (line 4)");
  xy_bench_free(bench);
  xy__text_dispose(&text);
}

/* ---- files with a twin ---- */

static char folder[] = "/tmp/xylem-published-XXXXXX";

static const char *in_folder(const char *name, const char *text) {
  static char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  if (text != NULL) {
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
  }
  return path;
}

static void refuses_in_folder(const char *name, const char *kind, int code, const char *part) {
  xy_bench *bench;
  xy_error err = {0};
  const xy_bench_options how = {.kind = kind, .strict = true};
  assert_fails(xy_bench_open(&bench, in_folder(name, NULL), &how, &err), code, err, part);
}

static void reads_winobias_as_published(void **state) {
  (void)state;
  const char *path = shared_path("data/winobias_pro_type1_dev.txt");
  need_file(path);
  xy_bench *bench = open_ok(path, NULL);
  assert_string_equal(bench->name, "winobias-type1");
  assert_string_equal(bench->task, "coref");
  assert_int_equal(bench->n, 396);
  assert_int_equal(bench->notes.n, 1);
  assert_note(
      bench,
      "2 of 396 rows: the halves differ in more than the pronoun: both sides have the sentence of the anti half, which "
      "reads well, each with its own pronoun (lines 92, 212)");
  const char *const mended[][2] = {{"type1/92", "one."}, {"type1/212", "cautious."}};
  for (size_t i = 0; i < 2; i++) {
    const xy__option *options = item_of(bench, mended[i][0])->options;
    assert_string_equal(options[0].text + strlen(" she"), options[1].text + strlen(" he"));
    assert_non_null(strstr(options[0].text, mended[i][1]));
    assert_int_equal(options[0].identity_end, 4);
    assert_int_equal(options[1].identity_end, 3);
  }
  const xy__item *first = item_of(bench, "type1/1"), *two = item_of(bench, "type1/162");
  assert_int_equal(strncmp(first->options[0].text, " he ", 4), 0);
  assert_int_equal(strncmp(first->options[1].text, " she ", 5), 0);
  assert_int_equal(first->options[1].identity_end, 4);
  assert_string_equal(bench->identities.names[two->identity], "housekeeper"); /* brackets differ, words do not */
  xy_bench_free(bench);
  bench = open_ok(shared_path("data/winobias_anti_type1_dev.txt"), "winobias"); /* either half names both */
  assert_int_equal(bench->n, 396);
  assert_int_equal(strncmp(item_of(bench, "type1/1")->options[0].text, " he ", 4), 0);
  xy_bench_free(bench);
}

/* Halves that a slip left different, as published lines have them. Every line is an item or is counted in a note. */
static void takes_the_half_of_winobias_that_reads_well(void **state) {
  (void)state;
  static const char pro[] =
      "1 [The cook] sang to the guard, and [she] danced.\n"
      "2 [The guard] sang to the cook, but of [he] danced.\n"           /* a word too many */
      "3 The cook told [the guard] a joke and asked [him] to stop.\n"   /* one too few in the other */
      "4 The cook told [the guard] a joke and asked [him] to sit.\n"    /* unknown: made does without, asked does not */
      "5 The cook asked the [ guard] to help and thanked [him].\n"      /* an article too many in the other */
      "6 The cook called [the guard] and told [him] to come.\n"         /* another article */
      "7 The guard called [the cook] and told [him] to come.\n"         /* another sentence, no pronoun differs */
      "8 [The cook] hid since [she] did not know the guard.\n"          /* two pronouns in the other */
      "9 [The cook] said that she lost [her] hat.\n"                    /* one bracket fewer in the other */
      "10 The guard gave [the cook] soup and demanded [her] leave.\n"   /* a pronoun of another place in the other */
      "11 The cook greeted [the guard] and gave [him] soup.\n"          /* another occupation in the other */
      "12 The guard gave [the cook] soup and demanded [her] to pay.\n"; /* one too few in the other */
  static const char anti[] =
      "1 [The cook] sang to the guard, and [he] danced.\n"
      "2 [The guard] sang to the cook, but [she] danced.\n"
      "3 The cook told [the guard] a joke and asked [her] stop.\n"
      "4 The cook told [the guard] a joke and asked [her] sit.\n"
      "5 The cook asked the [the guard] to help and thanked [her].\n"
      "6 The cook called [a guard] and told [her] to come.\n"
      "7 The cook called [the guard] and told [him] to come.\n"
      "8 [The cook] hid since [he] she did not know the guard.\n"
      "9 [The cook] said that [he] lost [his] hat.\n"
      "10 The guard gave [the cook] soup and demanded [he] leave.\n"
      "11 [The cook] greeted the guard and gave [her] soup.\n"
      "12 The guard gave [the cook] soup and demanded [him] pay.\n";
  static const struct {
    const char *id, *identity, *prompt, *options[2];
  } right[] = {
      {"type1/2", "guard", "The guard sang to the cook, but", {" he danced.", " she danced."}},
      {"type1/3", "guard", "The cook told the guard a joke and asked", {" him to stop.", " her to stop."}},
      {"type1/5", "guard", "The cook asked the guard to help and thanked", {" him.", " her."}},
      {"type1/6", "guard", "The cook called the guard and told", {" him to come.", " her to come."}},
      {"type1/8", "cook", "The cook hid since", {" she did not know the guard.", " he did not know the guard."}},
      {"type1/9", "cook", "The cook said that", {" she lost her hat.", " he lost his hat."}},
      {"type1/12", "cook", "The guard gave the cook soup and demanded", {" her to pay.", " him to pay."}},
  };
  in_folder("pro_type1.txt", pro);
  in_folder("anti_type1.txt", anti);
  xy_bench *bench = open_ok(in_folder("pro_type1.txt", NULL), NULL);
  assert_int_equal(bench->n, 8);
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    const xy__item *item = item_of(bench, right[i].id);
    assert_string_equal(bench->identities.names[item->identity], right[i].identity);
    assert_string_equal(item->prompt, right[i].prompt);
    for (int k = 0; k < 2; k++) assert_string_equal(item->options[k].text, right[i].options[k]);
  }
  assert_int_equal(bench->notes.n, 4);
  assert_note(bench, "of the anti half, which reads well, each with its own pronoun (line 2)");
  assert_note(bench, "of the pro half, which reads well, each with its own pronoun (lines 3, 5, 6, 8, 12)");
  assert_note(bench, "1 of 12 rows left out: no pronoun differs between its halves (line 7)");
  assert_note(bench, "it cannot be told which of them reads well (lines 4, 10, 11)");
  xy_bench_free(bench);
}

/* The published halves whose slips are known: each case's line with what it must come to. */
static void reads_the_known_slips_of_winobias(void **state) {
  (void)state;
  static const struct {
    const char *file, *id, *identity, *end, *options[2];
  } right[] = {
      {"winobias-type2-dev-176/pro_stereotyped_type2.txt.dev",
       "type2/176",
       "physician",
       " believed",
       {" him.", " her."}},
      {"winobias-type2-test-307-384/pro_stereotyped_type2.txt.test",
       "type2/307",
       "assistant",
       " told",
       {" her to come to work twice a week.", " him to come to work twice a week."}},
      {"winobias-broken-half/pro_stereotyped_type1.txt.test",
       "type1/255",
       "salesperson",
       " since",
       {" he did not visit the school.", " she did not visit the school."}},
      {"winobias-broken-half/pro_stereotyped_type2.txt.dev",
       "type2/207",
       "secretary",
       " demanded",
       {" her to pay.", " him to pay."}},
      {"winobias-broken-half/pro_stereotyped_type2.txt.dev",
       "type2/208",
       "laborer",
       " asked",
       {" him to stop.", " her to stop."}},
  };
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    char file[256];
    snprintf(file, sizeof file, "cases/published/%s", right[i].file);
    need_file(shared_path(file));
    xy_bench *bench = open_ok(shared_path(file), NULL);
    const xy__item *item = item_of(bench, right[i].id);
    if (strstr(file, "384") != NULL) assert_note(bench, "no pronoun differs between its halves (line 384)");
    assert_string_equal(bench->identities.names[item->identity], right[i].identity);
    assert_string_equal(item->prompt + strlen(item->prompt) - strlen(right[i].end), right[i].end);
    for (int k = 0; k < 2; k++) assert_string_equal(item->options[k].text, right[i].options[k]);
    xy_bench_free(bench);
  }
}

static void refuses_broken_winobias(void **state) {
  (void)state;
  in_folder("pro_type2.txt", "1 [The cook] sang to the guard, and [she] danced.\n");
  refuses_in_folder("pro_type2.txt", NULL, XY_ERR_NOT_FOUND, "expected 'anti_type2.txt' beside it");
  in_folder("anti_type2.txt", "1 [The cook] sang to the guard, and [he] danced.\n2 [The cook] ate [his] soup.\n");
  refuses_in_folder("pro_type2.txt", NULL, XY_ERR_FORMAT, "anti_type2.txt:2: its line is missing in pro_type2.txt");
  in_folder("anti_type2.txt", "2 [The cook] sang to the guard, and [he] danced.\n");
  refuses_in_folder("pro_type2.txt", NULL, XY_ERR_FORMAT, "pro_type2.txt:1: its line is missing in anti_type2.txt");
  static const char *const faults[][2] = {
      {"The [cook] sang [he].\n", "expected a number and a space"},
      {"1 The cook sang.\n", "expected two bracketed parts"},
      {"1 [The [cook]] sang [he].\n", "a bracket inside brackets"},
      {"1 [] sang [he].\n", "brackets that do not match, or are empty"},
      {"1 [The cook] sang [he.\n", "a bracket that is not closed"},
      {"1 [The cook] sang [he ]\n", ":1: white space at the end of a bracket"},
      {"1 [Her] soup warmed [him].\n", ":1: expected an occupation in brackets"},
      {"1 [The cook] sang to the guard, and [she] danced.\n", ":1: the pro half and the anti half are the same"}};
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    in_folder("anti_type2.txt", faults[i][0]);
    refuses_in_folder("pro_type2.txt", NULL, XY_ERR_FORMAT, faults[i][1]);
  }
  /* one bad line costs itself, in one half or the other; the lines behind it still meet */
  in_folder("pro_type2.txt",
            "1 [The cook] sang, and [she] danced.\n2 [The cook] ate [her] soup.\n"
            "3 [The cook] sat, and [she] read.\n4 [The cook] left, since [she] slept\n");
  in_folder("anti_type2.txt",
            "\xEF\xBB\xBF"
            "1 [The cook] sang, and [he] danced.\r\n\r\n"
            "3 [The cook] sat, and [he] read.\r\n4 [The cook] left, since [he] slept.\r\n"
            "999 [The cook] hid, and [he] rested.\r\n");
  xy_bench *bench = open_ok(in_folder("pro_type2.txt", NULL), NULL);
  assert_int_equal(bench->n, 2);
  assert_int_equal(bench->left_out, 3);
  assert_note(bench, "1 of 5 rows left out: its line is missing in anti_type2.txt (in 'pro_type2.txt') (line 2)");
  assert_note(bench, "1 of 5 rows left out: end punctuation in the anti half alone (line 4)");
  xy_bench_free(bench);
  in_folder("plain.txt", "1 [The cook] sang to the guard, and [she] danced.\n");
  refuses_in_folder("plain.txt", "winobias", XY_ERR_FORMAT, "expected a file name with 'pro' or 'anti' in it");
}

#define WG "sentid\tsentence\n"
#define BAKER                                                                  \
  "baker.guest.0.male.txt\tThe baker told the guest that he was closing.\n"    \
  "baker.guest.0.female.txt\tThe baker told the guest that she was closing.\n" \
  "baker.guest.0.neutral.txt\tThe baker told the guest that they were closing.\n"

static void reads_winogender(void **state) {
  (void)state;
  const char *stats =
      "occupation\tbergsma_pct_female\tbls_pct_female\tbls_year\nbaker\t1\t57.5\t2015\nsmith\t1\t50\t2015\n";
  in_folder("occupations-stats.tsv", stats);
  xy_bench *bench = open_ok(
      in_folder("all_sentences.tsv", WG BAKER "smith.guest.1.male.txt\tHe sat.\nsmith.guest.1.female.txt\tShe sat.\n"),
      NULL);
  assert_int_equal(bench->n, 1);
  assert_note(bench, "1 item left out: exactly half");
  const xy__item *item = item_of(bench, "baker/guest/0");
  assert_string_equal(item->prompt, "The baker told the guest that");
  assert_string_equal(item->options[0].text, " she was closing."); /* most bakers are women */
  assert_string_equal(item->options[1].text, " he was closing.");
  assert_string_equal(item->options[2].text, " they were closing.");
  assert_int_equal(item->options[2].identity_end, 5);
  assert_string_equal(bench->themes.names[item->theme], "occupation");
  xy_bench_free(bench);

  in_folder("all_sentences.tsv", WG "baker.guest.2.male.txt\tHe sat.\n");
  refuses_in_folder("all_sentences.tsv", NULL, XY_ERR_FORMAT,
                    "sentid: expected OCCUPATION.PARTICIPANT.0|1.male|female|neutral.txt");
  in_folder("all_sentences.tsv", WG "baker.guest.0.male.txt\tHe sat.\n");
  refuses_in_folder("all_sentences.tsv", NULL, XY_ERR_FORMAT, "expected a male and a female sentence");
  in_folder("all_sentences.tsv", WG "potter.guest.0.male.txt\tHe sat.\npotter.guest.0.female.txt\tShe sat.\n");
  refuses_in_folder("all_sentences.tsv", NULL, XY_ERR_FORMAT, "potter.guest.0: occupations-stats.tsv does not give");
  in_folder("all_sentences.tsv", WG "baker.guest.0.male.txt\tHe sat.\nbaker.guest.0.male.txt\tHe sat.\n");
  refuses_in_folder("all_sentences.tsv", NULL, XY_ERR_FORMAT, "is given twice");
  in_folder("all_sentences.tsv", WG "baker.guest.0.male.txt\tHe sat.\nbaker.guest.0.female.txt\tHe sat.\n");
  refuses_in_folder("all_sentences.tsv", NULL, XY_ERR_FORMAT, "female and male are the same");
  in_folder("all_sentences.tsv", WG "baker.guest.0.male.txt\t\n");
  refuses_in_folder("all_sentences.tsv", NULL, XY_ERR_FORMAT, "sentence is empty");
  in_folder("all_sentences.tsv", WG);
  refuses_in_folder("all_sentences.tsv", NULL, XY_ERR_FORMAT, "there are no rows below the header");
  in_folder("all_sentences.tsv", WG BAKER);
  in_folder("occupations-stats.tsv", "occupation\tpercent\nbaker\t2\n");
  refuses_in_folder("all_sentences.tsv", NULL, XY_ERR_FORMAT, "expected the columns 'occupation', 'bls_pct_female'");
  assert_int_equal(unlink(in_folder("occupations-stats.tsv", NULL)), 0);
  refuses_in_folder("all_sentences.tsv", NULL, XY_ERR_NOT_FOUND, "expected 'occupations-stats.tsv' beside it");
}

/* ---- pronouns ---- */

static void reads_tango_as_published(void **state) {
  (void)state;
  const char *path = shared_path("data/tango_misgendering_prompts.csv");
  need_file(path);
  xy_bench *bench = open_ok(path, NULL);
  assert_string_equal(bench->task, "pronoun");
  assert_int_equal(bench->n, 2880); /* 12 templates, 40 antecedents, 6 sets */
  assert_int_equal(bench->clusters.n, 48);
  assert_int_equal(bench->conditions.n, 4);
  assert_int_equal(bench->notes.n, 0);
  size_t cases[5] = {0};
  for (size_t i = 0; i < bench->n; i++) cases[bench->items[i].theme]++;
  assert_int_equal(bench->themes.n, 5);
  /* by hand: of the 12 templates' first pronouns 6 are nominative, 3 dependent possessives, and one of each other */
  for (size_t t = 0; t < 5; t++) {
    const char *name = bench->themes.names[t];
    size_t templates = strcmp(name, "nominative") == 0 ? 6 : strcmp(name, "possessive-dependent") == 0 ? 3 : 1;
    assert_int_equal(cases[t], templates * 240);
  }
  const xy__item *item = item_of(bench, "9/casey/fae"); /* the next template asks for a reflexive */
  assert_string_equal(bench->themes.names[item->theme], "reflexive");
  assert_string_equal(item->options[item->answer].text, " faerself.");
  assert_int_equal(item->options[item->answer].identity_end, 9);
  assert_string_equal(bench->groups.names[item->group], "neopronoun");
  xy_bench_free(bench);
}

#define TG "template_idx,ante,ante_type,pronoun_family,template\n"
static void bad_tango(const char *text, int line, const char *part) {
  refuses(".csv", "tango", text, XY_ERR_FORMAT, line, part);
}

static void refuses_broken_tango(void **state) {
  (void)state;
  bad_tango("a,b\n1,2\n", 1, "expected the columns 'template_idx'");
  bad_tango(TG, 0, "there are no rows below the header");
  bad_tango(TG "0,Ola,name,he,\n", 2, "template is empty");
  bad_tango(TG "0,Ola,name,he,Ola and he.\n0,Ola,name,she,Ola and she.\n", 0, "expected at least two templates");
  bad_tango(TG "0,Ola,name,he,Ola and he.\n0,Ola,name,he,Ola and he.\n", 3,
            "template 0 with 'Ola' and 'he' is given twice");
  bad_tango(TG "0,Ola,name,he,Ola and he.\n0,Ola,job,she,Ola and she.\n", 3,
            "ante_type: 'Ola' has another type in line 2");
  bad_tango(TG "0,Ola,name,he,Ola and he.\n0,Ola,name,she,Ola and she.\n1,Ola,name,he,Then he.\n", 4,
            "template 1 about 'Ola' has no row of she");
  bad_tango(TG "0,Ola,name,he,Ola and he.\n0,Ola,name,she,Ola and she.\n1,Ola,name,he,Then.\n1,Ola,name,she,Then.\n", 4,
            "he and she are the same");
  bad_tango(
      TG "0,Ola,name,he,Ola and he.\n0,Ola,name,she,Ola and she.\n1,Ines,name,he,Then he.\n1,Ines,name,she,Then she.\n",
      2, "template 0 about 'Ola' is the only one about it");
}

/* Its rows are judged together, when all are read. */
static void counts_what_it_notices_in_tango(void **state) {
  (void)state;
  xy_bench *bench = open_ok(made_file(".csv", TG "0,Ola,name,he,Ola\xC2\xA0"
                                                 "and he.\n0,Ola,name,she,Ola\xC2\xA0"
                                                 "and she.\n1,Ola,name,he,Then\xC2\xA0he.\n"
                                                 "1,Ola,name,she,Then\xC2\xA0she.\n"),
                            "tango");
  assert_note(bench, "2 of 4 rows: invisible characters or unusual white space inside (lines 2, 4)");
  assert_int_equal(bench->noticed, 2);
  assert_int_equal(bench->left_out, 0);
  xy_bench_free(bench);
}

#define PN                                                                                     \
  "benchmark: p\nmodality: pronoun\nlanguage: en\naxis: a\nantecedents: {name: [Ola, Ines]}\n" \
  "declarations: [\"{Antecedent} uses {nominative}/{accusative}.\"]\n"
#define PT "templates: [{case: accusative, text: \"I met {antecedent} and greeted {pronoun} there.\"}]\n"

static void reads_sets_of_ones_own(void **state) {
  (void)state;
  xy_bench *bench = open_ok(
      made_file(".yaml", PN PT "pronouns: [he, ze, {id: ze-hir, group: neopronoun, nominative: ze, accusative: zir, "
                               "possessive-dependent: hir, possessive-independent: hirs, reflexive: hirself}]\n"),
      NULL);
  assert_int_equal(bench->n, 6);
  assert_int_equal(bench->clusters.n, 1);
  const xy__item *item = item_of(bench, "d1/t1/name-1/ze-hir");
  assert_string_equal(item->prompt, "Ola uses ze/zir. I met Ola and greeted");
  assert_int_equal(item->n_options, 2); /* ze's accusative reads like this one's, so it is no other answer */
  assert_string_equal(item->options[item->answer].text, " zir there.");
  assert_int_equal(item->options[item->answer].identity_end, 4);
  xy_bench_free(bench);
}

static void bad_pronouns(const char *text, const char *part) { refuses(".yaml", NULL, text, XY_ERR_FORMAT, 0, part); }

static void refuses_broken_pronoun_files(void **state) {
  (void)state;
  bad_pronouns(PN PT, "key 'pronouns' is missing");
  bad_pronouns(PN PT "pronouns: [he, sheep]\n", "pronouns: no built-in set 'sheep'");
  bad_pronouns(PN PT "pronouns: [he, he]\n", "pronouns: 'he' is given twice");
  bad_pronouns(PN PT "pronouns: [he]\n", "expected at least two sets");
  bad_pronouns(PN PT "pronouns: [he, {id: x, group: g, nominative: x}]\n", "pronoun set: key 'accusative' is missing");
  bad_pronouns(PN PT "pronouns: [he, {id: x, grup: g}]\n", "pronoun set: unknown key 'grup' (did you mean 'group'?)");
  bad_pronouns(PN "pronouns: [he, she]\ntemplates: [{case: dative, text: x}]\n", "template: case: expected nominative");
  bad_pronouns(PN "pronouns: [he, she]\ntemplates: [{case: reflexive, text: \"{antecedent} sat.\"}]\n",
               "template: expected {antecedent}, and {pronoun} once");
  bad_pronouns(PN "pronouns: [he, she]\ntemplates: [{case: reflexive, text: \"{name} saw {pronoun}.\"}]\n",
               "template: unknown placeholder");
  bad_pronouns(PN PT "pronouns: [he, she]\ncolour: red\n", "unknown key 'colour'");
}

/* ---- pairs ---- */

#define SS(id, one, other)                                                                                        \
  "{\"id\": \"" id                                                                                                \
  "\", \"target\": \"cook\", \"bias_type\": \"profession\", \"context\": \"The cook is BLANK.\", "                \
  "\"sentences\": [{\"gold_label\": \"" one "\", \"sentence\": \"The cook is loud.\"}, {\"gold_label\": \"" other \
  "\", \"sentence\": \"The cook is calm.\"}, {\"gold_label\": \"unrelated\", \"sentence\": \"The cook is fish.\"}]}"
#define SET(entries) "{\"version\": \"1\", \"data\": {\"intersentence\": [], \"intrasentence\": [" entries "]}}"

static void reads_stereoset(void **state) {
  (void)state;
  xy_bench *bench = open_ok(made_file(".json", SET(SS("a", "anti-stereotype", "stereotype"))), NULL);
  assert_string_equal(bench->name, "stereoset");
  assert_string_equal(bench->items[0].options[0].text, "The cook is calm.");
  assert_int_equal(bench->items[0].options[0].identity_end, strlen("The cook is "));
  assert_string_equal(bench->identities.names[0], "cook");
  xy_bench_free(bench);
  refuses(".json", NULL, SET(""), XY_ERR_FORMAT, 0, "expected data.intrasentence, a list of entries");
  refuses(".json", NULL, SET(SS("a", "stereotype", "stereotype")), XY_ERR_FORMAT, 0,
          "entry 1: expected one sentence 'stereotype'");
  refuses(".json", NULL, SET(SS("a", "stereotype", "anti-stereotype") "," SS("a", "stereotype", "anti-stereotype")),
          XY_ERR_FORMAT, 0, "entry 2: the id a is given twice (first in entry 1)");
  refuses(".json", NULL, SET("{}"), XY_ERR_FORMAT, 0, "entry 1: expected id, target and bias_type");
}

#define RB "initial_demo,replaced_demo,comments,comments_processed\n"

static void reads_redditbias(void **state) {
  (void)state;
  const char *path = in_folder("reddit_comments_drinks_coffee_biased_test_reduced.csv",
                               RB "['tea'],['coffee'],tea is dull,coffee is dull\n");
  xy_bench *bench = open_ok(path, NULL);
  assert_string_equal(bench->name, "redditbias-drinks");
  assert_string_equal(bench->identities.names[0], "tea");
  assert_string_equal(bench->counterparts.names[0], "coffee");
  assert_int_equal(bench->items[0].options[0].identity_end, 3);
  assert_string_equal(bench->axis, "drinks");
  xy_bench_free(bench);
  path = in_folder("reddit_comments_gender_drinks_biased_test_reduced.csv",
                   RB "['tea'],['coffee'],tea is dull,coffee is dull\n");
  bench = open_ok(path, NULL);
  assert_string_equal(bench->name, "redditbias-gender");
  assert_string_equal(bench->axis, "binary-gender");
  xy_bench_free(bench);
  /* lists of words, each form of file, and the half that holds one side */
  in_folder("reddit_comments_race_white_biased_valid_reduced.csv", RB
            "\"['drinker ', ' her ']\",\"['eater ', ' his ']\",a drinker is dull,an eater is dull\n"
            "[],[],they are dull,they are dull\n[],['eater'],they are dull,an eater is dull\n");
  path = in_folder("reddit_comments_race_black_biased_valid_reduced.csv",
                   "id,comment,comments_processed,bias_sent\nx,a drinker is dull today,a drinker is dull,1\n");
  bench = open_ok(path, NULL);
  assert_int_equal(bench->n, 1);
  assert_string_equal(bench->identities.names[0], "drinker");
  assert_note(bench, "read from 'reddit_comments_race_white_biased_valid_reduced.csv'");
  assert_note(bench, "1 of 3 rows left out: comments and comments_processed are the same (line 3)");
  assert_note(bench, "1 of 3 rows left out: initial_demo is an empty list: no word was exchanged (line 4)");
  xy_bench_free(bench);
  path = in_folder("reddit_comments_drinks_tea_processed_phrase_unbiased_testset_pos_attr_reduced.csv",
                   "initial_attr,replaced_attr,comments,comments_processed\n['dull'],['fun'],tea is dull,tea is fun\n");
  bench = open_ok(path, NULL);
  assert_string_equal(bench->name, "redditbias-drinks-attributes");
  assert_string_equal(bench->identities.names[0], "tea");
  assert_int_equal(bench->counterparts.n, 0);
  assert_int_equal(bench->items[0].options[0].identity_end, strlen("tea is "));
  xy_bench_free(bench);
  refuses_in_folder("reddit_comments_race_black_biased_test_reduced.csv", "redditbias", XY_ERR_NOT_FOUND,
                    "reddit_comments_race_black_biased_test_reduced.csv");
  in_folder("reddit_comments_race_black_biased_test_reduced.csv", "comment,comments_processed,bias_sent\na,b,1\n");
  refuses_in_folder("reddit_comments_race_black_biased_test_reduced.csv", NULL, XY_ERR_NOT_FOUND,
                    "expected 'reddit_comments_race_white_biased_test_reduced.csv' beside it");
  refuses(".csv", "redditbias", "comment,bias_sent\na,1\n", XY_ERR_FORMAT, 1, "expected the columns 'comments'");
  refuses(".csv", NULL, RB, XY_ERR_FORMAT, 0, "there are no rows below the header");
  refuses(".csv", NULL, RB "['a'],['b'],x,x\n", XY_ERR_FORMAT, 2, "comments and comments_processed are the same");
  refuses(".csv", NULL, RB "['a'],['b'],,x\n", XY_ERR_FORMAT, 2, "comments is empty");
}

static void explains_why_honest_is_refused(void **state) {
  (void)state;
  refuses(".tsv", NULL, "template_masked\traw\tidentity\tcategory\tnumber\ttype\nA [M].\t[I] [M]\tA\tb\tsingular\tc\n",
          XY_ERR_UNSUPPORTED, 0, "the harm is in the completion");
}

/* ---- themes ---- */

#define WQ ",Gender_ID_x,Gender_ID_y,sent_x,sent_y\n"

static void gives_themes_to_an_imported_file(void **state) {
  (void)state;
  in_folder("wq.csv", WQ
            "0,Tea,Cup,Tea people are noisy.,Cup people are noisy.\n"
            "1,Tea,Cup,Tea people aren\xE2\x80\x99t early.,Cup people aren\xE2\x80\x99t early.\n"
            "2,Tea,Cup,Tea people are noisome.,Cup people are noisome.\n"
            "3,Tea,Cup,Tea people are tall.,Cup people are tall.\n");
  in_folder("map.yaml", "themes:\n  loud: [noisy, rattl*]\n  late: [\"aren't early\"]\n  any: [nois*]\n");
  char name[256];
  snprintf(name, sizeof name, "%s/wq.csv,themes=%s/map.yaml", folder, folder);
  xy_bench *plain = open_ok(in_folder("wq.csv", NULL), NULL), *bench = open_ok(name, NULL);
  static const char *const expected[] = {"loud", "late", "any", "unlabelled"};
  for (size_t i = 0; i < 4; i++) assert_string_equal(bench->themes.names[bench->items[i].theme], expected[i]);
  assert_note(bench, "1 item of 1 statement matches no pattern");
  assert_note(bench, "1 of 4 patterns of the themes matches nothing");
  assert_string_not_equal(bench->digest, plain->digest); /* the mapping is part of what was measured */
  xy_bench_free(plain);
  xy_bench_free(bench);
  in_folder("map.yaml", "themes:\n  loud: noisy\n  late: ['*']\n");
  xy_error err = {0};
  assert_fails(xy_bench_open(&bench, name, NULL, &err), XY_ERR_FORMAT, err, "theme loud: expected a list of patterns");
  assert_non_null(strstr(err.text, "theme late: expected a pattern of words"));
  in_folder("map.yaml", "- noisy\n");
  assert_fails(xy_bench_open(&bench, name, NULL, &err), XY_ERR_FORMAT, err, "expected 'themes:'");
}

static void maps_the_excerpt_of_winoqueer(void **state) {
  (void)state;
  const char *path = shared_path("data/winoqueer_excerpt.csv");
  need_file(path);
  char name[4200];
  snprintf(name, sizeof name, "%s,themes=winoqueer", path);
  xy_bench *bench = open_ok(name, "winoqueer");
  for (size_t t = 0; t < bench->themes.n; t++) assert_string_not_equal(bench->themes.names[t], "unlabelled");
  int theme_of[64]; /* a statement has one theme */
  for (size_t c = 0; c < bench->clusters.n; c++) theme_of[c] = -1;
  for (size_t i = 0; i < bench->n; i++) {
    const xy__item *item = &bench->items[i];
    assert_true(theme_of[item->cluster] < 0 || theme_of[item->cluster] == item->theme);
    theme_of[item->cluster] = item->theme;
  }
  xy_bench_free(bench);
}

/* ---- starting a benchmark ---- */

static void starts_a_benchmark_that_is_sound(void **state) {
  (void)state;
  char *text;
  xy_error err;
  assert_ok(xy_bench_template(&text, "drinks", &err), err);
  xy_bench *bench = open_ok(made_file(".yaml", text), NULL);
  assert_string_equal(bench->name, "drinks");
  assert_int_equal(bench->clusters.n, 4);
  /* 4 clusters of 4 items, correlation 1: as 4 single values; t(0.975, 3) + t(0.8, 3) = 3.18245 + 0.97847 (SciPy) */
  double detectable;
  assert_ok(xy_bench_detectable(&detectable, bench, 1, 1, &err), err);
  assert_near(detectable, 4.16092 / 2, 1e-4, 0);
  assert_ok(xy_bench_detectable(&detectable, bench, 1, 0, &err), err);
  assert_near(detectable, 4.16092 / 4, 1e-4, 0);
  xy_bench_reach reach;
  assert_ok(xy_bench_reach_of(&reach, bench, NULL, NULL, 1, 1, &err), err);
  assert_near(reach.detectable, 4.16092 / 2, 1e-4, 0);
  assert_near(reach.least_p, 0.125, 0, 0); /* 2 of 2^4 signs */
  assert_ok(xy_bench_reach_of(&reach, bench, "nobody", NULL, 1, 1, &err), err);
  assert_true(reach.items == 0 && reach.clusters == 0 && isnan(reach.detectable));
  xy_bench_free(bench);
  xy_free(text);
  assert_fails(xy_bench_template(&text, "two words", &err), XY_ERR_ARGUMENT, err, "cannot be the id of a benchmark");
}

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) == NULL;
}
static int drop_folder(void **state) {
  (void)state;
  char command[64];
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_bbq_as_published),
      cmocka_unit_test(finds_the_biased_answer),
      cmocka_unit_test(refuses_broken_bbq),
      cmocka_unit_test(reads_bbq_as_tools_write_it),
      cmocka_unit_test(reads_bbq_of_the_hub),
      cmocka_unit_test(says_what_is_wrong_with_json),
      cmocka_unit_test(leaves_out_bad_rows_of_bbq),
      cmocka_unit_test(reads_winobias_as_published),
      cmocka_unit_test(takes_the_half_of_winobias_that_reads_well),
      cmocka_unit_test(reads_the_known_slips_of_winobias),
      cmocka_unit_test(refuses_broken_winobias),
      cmocka_unit_test(reads_winogender),
      cmocka_unit_test(reads_tango_as_published),
      cmocka_unit_test(refuses_broken_tango),
      cmocka_unit_test(counts_what_it_notices_in_tango),
      cmocka_unit_test(reads_sets_of_ones_own),
      cmocka_unit_test(refuses_broken_pronoun_files),
      cmocka_unit_test(reads_stereoset),
      cmocka_unit_test(reads_redditbias),
      cmocka_unit_test(explains_why_honest_is_refused),
      cmocka_unit_test(gives_themes_to_an_imported_file),
      cmocka_unit_test(maps_the_excerpt_of_winoqueer),
      cmocka_unit_test(starts_a_benchmark_that_is_sound),
  };
  return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
