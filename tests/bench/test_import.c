/* Published files: WinoQueer and CrowS-Pairs as they are, small files of our own in their formats, and every fault. */
#include "base/text.h"
#include "files.h"
#include "opened.h"

static const char *cluster(const xy_bench *bench, const char *id) {
  return bench->clusters.names[item_of(bench, id)->cluster];
}

/* The text of one side up to the end of what differs. */
static void assert_identity(const xy_bench *bench, const char *id, int side, const char *beginning) {
  const xy__option *option = &item_of(bench, id)->options[side];
  assert_int_equal(option->identity_end, strlen(beginning));
  assert_memory_equal(option->text, beginning, strlen(beginning));
}

/* ---- WinoQueer ---- */

#define WQ ",Gender_ID_x,Gender_ID_y,sent_x,sent_y\n"

static void reads_winoqueer_as_published(void **state) {
  (void)state;
  const char *path = shared_path("data/winoqueer_excerpt.csv");
  need_file(path);
  xy_bench *bench = open_ok(path, NULL);
  xy_bench_info info;
  xy_bench_describe(&info, bench);
  assert_string_equal(info.name, "winoqueer");
  assert_string_equal(info.axis, "gender-diverse");
  assert_int_equal(info.items, 50);
  assert_int_equal(info.identities, 8);
  assert_int_equal(info.counterparts, 2); /* Straight and Heterosexual are one group, Cis and Cisgender another */
  assert_int_equal(info.themes, 1);
  assert_string_equal(xy_bench_theme(bench, 0), "unlabelled");
  const xy__item *nb =
      item_of(bench, "row/4710"); /* rows keep their own numbers; labels are the file's, under our names */
  assert_string_equal(bench->identities.names[nb->identity], "nonbinary people");
  assert_string_equal(bench->counterparts.names[nb->counterpart], "cisgender people");
  assert_identity(bench, "row/4710", 0, "i don’t like nonbinary");
  assert_identity(bench, "row/4710", 1, "i don’t like Cisgender");
  assert_identity(bench, "row/40", 0, "Lesbians"); /* the noun changes too */
  assert_identity(bench, "row/40", 1, "Straight people");
  /* one statement, whatever the identity, the noun and the template */
  assert_int_equal(info.clusters, 9);
  assert_string_equal(cluster(bench, "row/20"), "sinful");
  assert_string_equal(cluster(bench, "row/40"), "sinful");
  assert_string_equal(cluster(bench, "row/76"), "aren't old enough to know");
  assert_string_equal(cluster(bench, "row/4744"), "must be a phase");
  assert_string_equal(cluster(bench, "row/4756"), "must be a phase");
  assert_string_equal(cluster(bench, "row/214"), cluster(bench, "row/4714"));
  assert_string_not_equal(cluster(bench, "row/4720"), cluster(bench, "row/4714"));
  xy_bench_free(bench);
}

static const char *const statements[] = {
    "curious about maps", "patient",      "early",  "early for work", "tired of the rain",  "quiet at the library",
    "good at chess",      "bad at chess", "hungry", "tired",          "fond of small dogs", "fond of the library",
    "busy for a week",    "musical",
};
/* Before the identity, between it and the statement, after the statement. */
static const char *const templates[][3] = {
    {"", " people are ", "."},
    {"All ", " people are ", "!"},
    {"i like ", " people because they are ", "."},
    {"Robin is ", " and ", "."},
    {"Being ", " makes you ", "."},
    {"My friend Noor, who is ", ", is ", ""},
    {"", " people are ", " and i told them."},
};
enum { STATEMENTS = sizeof statements / sizeof *statements, TEMPLATES = sizeof templates / sizeof *templates };

/* Every statement in every template: each row's cluster must be the statement that it was made from. */
static void finds_the_statements_of_a_made_file(void **state) {
  (void)state;
  static const char *const groups[] = {"Tea", "maté", "Rooibos"};
  xy__text csv = {0};
  xy__text_add(&csv, WQ);
  size_t n = 0;
  for (size_t t = 0; t < TEMPLATES; t++) {
    for (size_t s = 0; s < STATEMENTS; s++) {
      for (size_t g = 0; g < 3; g++) {
        const char *const *part = templates[t];
        xy__text_addf(&csv, "%zu,%s,Coffee,\"%s%s%s%s%s\",\"%sCoffee%s%s%s\"\n", n++ * 2, groups[g], part[0], groups[g],
                      part[1], statements[s], part[2], part[0], part[1], statements[s], part[2]);
      }
    }
  }
  for (size_t s = 0; s < STATEMENTS; s++) { /* and a template that names the identity at its end */
    xy__text_addf(&csv,
                  "%zu,Tea,Coffee,Robin is %s because Robin drinks tea.,Robin is %s because Robin drinks coffee.\n",
                  n++ * 2, statements[s], statements[s]);
  }
  xy_bench *bench = open_ok(made_file(".csv", csv.data), NULL);
  xy__text_dispose(&csv);
  assert_int_equal(bench->n, n);
  assert_int_equal(bench->clusters.n, STATEMENTS);
  for (size_t i = 0; i < n; i++) {
    size_t made = i < n - STATEMENTS ? i / 3 % STATEMENTS : i - (n - STATEMENTS);
    assert_string_equal(bench->clusters.names[bench->items[i].cluster], statements[made]);
  }
  xy_bench_free(bench);
}

static void ends_the_identity_at_a_word(void **state) {
  (void)state;
  xy_bench *bench =
      open_ok(made_file(".csv", WQ "0,NB,Bi,nonbinary people sing.,binary people sing.\n"
                                   "1,A,B,Robin is gay.,Robin is straight.\n"
                                   "2,A,B,\"Noor is gay, and gay is fine\",\"Noor is cis, and cis is fine\"\n"
                                   "3,A,B,non-cis people sing,cis people sing\n"
                                   "4,A,B,ältere sing,jüngere sing\n"),
              "winoqueer");
  assert_identity(bench, "row/0", 0, "nonbinary");
  assert_identity(bench, "row/0", 1, "binary");
  assert_identity(bench, "row/1", 0, "Robin is gay");
  assert_identity(bench, "row/1", 1, "Robin is straight");
  assert_identity(bench, "row/2", 0, "Noor is gay, and gay");
  assert_identity(bench, "row/3", 0, "non-cis");
  assert_identity(bench, "row/3", 1, "cis");
  assert_identity(bench, "row/4", 0, "ältere");
  xy_bench_free(bench);
}

/* As spreadsheets save it, told by the header row or named. */
static void reads_what_stands_between_fields(void **state) {
  (void)state;
  for (const char *d = ";\t|"; *d != '\0'; d++) {
    char text[] = "~Gender_ID_x~Gender_ID_y~sent_x~sent_y\n0~T~C~Tea, sings.~Cup, sings.\n";
    for (char *c = text; *c != '\0'; c++) *c = *c == '~' ? *d : *c;
    for (int named = 0; named < 2; named++) {
      xy_bench *bench = open_ok(made_file(".csv", text), named ? "winoqueer" : NULL);
      assert_int_equal(bench->n, 1);
      assert_string_equal(bench->items[0].options[0].text, "Tea, sings.");
      xy_bench_free(bench);
    }
  }
}

/* ---- CrowS-Pairs ---- */

#define CP ",sent_more,sent_less,stereo_antistereo,bias_type,annotations,anon_writer,anon_annotators\n"

static void reads_crows_pairs_as_published(void **state) {
  (void)state;
  const char *path = shared_path("data/crows_pairs_anonymized.csv");
  need_file(path);
  xy_bench *bench = open_ok(path, NULL);
  xy_bench_info info;
  xy_bench_describe(&info, bench);
  assert_string_equal(info.name, "crows-pairs");
  assert_string_equal(info.axis, "mixed");
  assert_int_equal(info.rows, 1508);
  assert_int_equal(info.left_out, 26); /* counted with Python: 25 ends and a line break on one side */
  assert_int_equal(info.items, 1482);
  assert_int_equal(info.clusters, 1482);
  assert_int_equal(info.identities, 9);
  assert_int_equal(info.counterparts, 0);
  size_t stereo = 0;
  size_t race = 0;
  for (size_t i = 0; i < info.items; i++) {
    xy_item item;
    xy_bench_item(&item, bench, i);
    stereo += strcmp(item.theme, "stereo") == 0;
    race += strcmp(item.identity, "race") == 0;
    assert_string_equal(item.counterpart, "");
  }
  assert_int_equal(stereo, 1267); /* counted with Python's csv module */
  assert_int_equal(race, 508);
  assert_string_equal(item_of(bench, "row/1507")->id, bench->items[1481].id);
  xy_bench_free(bench);
}

static void keeps_the_stereotypical_sentence_as_target(void **state) {
  (void)state;
  xy_bench *bench = open_ok(made_file(".csv", CP "0,The tea sings.,The cup sings.,stereo,drinks,[],a0,[]\n"
                                                 "1,A tea dances.,A cup dances.,antistereo,drinks,[],a0,[]\n"),
                            NULL);
  assert_string_equal(item_of(bench, "row/0")->options[0].text, "The tea sings.");
  assert_string_equal(item_of(bench, "row/1")->options[0].text, "A tea dances.");
  assert_identity(bench, "row/1", 1, "A cup");
  assert_string_equal(xy_bench_theme(bench, 0), "stereo");
  assert_string_equal(xy_bench_theme(bench, 1), "antistereo");
  assert_string_equal(cluster(bench, "row/1"), "row/1");
  xy_bench_free(bench);
}

/* ---- the file's form ---- */

static void reads_what_python_reads(void **state) {
  (void)state;
  /* byte order mark, CRLF, an empty line, a quoted line break, doubled quotes, columns in another order, no last line
   * break, white space at both ends of both sides, which is cut off */
  const char *text =
      "\xEF\xBB\xBFsent_x,sent_y,,Gender_ID_x,Gender_ID_y\r\n"
      "Tea sings.,Cup sings.,7,T,C\r\n"
      "\r\n"
      "\"Tea,\r\nand \"\"tea\"\"\",\"Cup,\r\nand \"\"cup\"\"\",9,T,C\r\n"
      " Tea hums., Cup hums.,10,T,C";
  xy_bench *bench = open_ok(made_file(".csv", text), NULL);
  assert_int_equal(bench->n, 3);
  assert_string_equal(item_of(bench, "row/9")->options[0].text, "Tea,\r\nand \"tea\"");
  assert_string_equal(item_of(bench, "row/10")->options[1].text, "Cup hums.");
  xy_bench_free(bench);
}

static void bad(const char *text, int line, const char *part) {
  refuses(".csv", "winoqueer", text, XY_ERR_FORMAT, line, part);
}

static void refuses_broken_files(void **state) {
  (void)state;
  bad("", 0, "the file is empty");
  bad(WQ, 0, "there are no rows below the header");
  bad("a,b\n1,2\n", 1, "expected the columns 'sent_x', 'sent_y', 'Gender_ID_x', 'Gender_ID_y'");
  bad(WQ "0,T,C,Tea sings.\n", 2, "expected 5 fields, found 4");
  bad(WQ "0,T,C,Tea sings.,Cup sings.,x\n", 2, "expected 5 fields, found 6");
  bad(WQ "0,T,C,\"Tea sings.,Cup sings.\n1,T,C,Tea hums.,Cup hums.\n", 2,
      "the quoted field that starts here is never closed");
  bad(WQ "0,T,C,Tea \"sings.,Cup sings.\n", 2, "a quote inside a field");
  bad(WQ "0,T,C,\"Tea\" sings.,Cup sings.\n", 2, "a quote inside a field");
  bad(WQ "0,T,C,,Cup sings.\n", 2, "sent_x is empty");
  bad(WQ "0,T,C,Tea sings., \n", 2, "sent_y is empty");
  bad(WQ "0,,C,Tea sings.,Cup sings.\n", 2, "Gender_ID_x is empty");
  bad(WQ "0,T,C,Tea sings.,Tea sings.\n", 2, "sent_x and sent_y are the same");
  bad(WQ "0,T,C,Tea \xFF sings.,Cup sings.\n", 2, "not valid UTF-8");
  xy_bench *latin;
  xy_error why;
  assert_fails(xy_bench_open(&latin, made_file(".csv", WQ "0,T,C,Maté sings.,Caf\xE9 sings.\n"), NULL, &why),
               XY_ERR_FORMAT, why, ":2: not valid UTF-8");
  assert_non_null(strstr(why.hint, "iconv -f WINDOWS-1252"));
  refuses(".csv", "crows-pairs", CP "0,Tea sings.,Cup sings.,sterio,drinks,[],a0,[]\n", XY_ERR_FORMAT, 2,
          "stereo_antistereo: expected 'stereo' or 'antistereo', found 'sterio'");
  xy_bench *bench;
  xy_error err;
  static const char nul[] = WQ "0,T,C,Tea\0 sings.,Cup sings.\n";
  assert_fails(
      xy_bench_open(&bench, made_file_of(".csv", nul, sizeof nul - 1), &(xy_bench_options){.kind = "winoqueer"}, &err),
      XY_ERR_FORMAT, err, ":2: a NUL byte");
  /* lines are counted through CRLF, empty lines and quoted line breaks */
  bad(",Gender_ID_x,Gender_ID_y,sent_x,sent_y\r\n\r\n0,T,C,\"Tea\r\nsings.\",Cup sings.\r\n1,T,C,,Cup hums.\r\n", 5,
      "sent_x is empty");
}

static void tells_every_bad_row(void **state) {
  (void)state;
  const xy_bench_options strict = {.strict = true};
  xy_bench *bench;
  xy_error err;
  assert_fails(xy_bench_open(&bench, made_file(".csv", WQ "0,T,C,,Cup\n1,T,C,Tea,Cup\n1,T,C,Tea\n"), &strict, &err),
               XY_ERR_FORMAT, err, ":2: sent_x is empty");
  assert_non_null(strstr(err.text, ":4: expected 5 fields, found 4"));
  xy__text csv = {0};
  xy__text_add(&csv, WQ);
  for (int i = 0; i < 1000; i++) xy__text_addf(&csv, "%d,T,C,Tea %d,\n", i, i);
  assert_fails(xy_bench_open(&bench, made_file(".csv", csv.data), &strict, &err), XY_ERR_FORMAT, err,
               "\n… and 980 more faults");
  xy__text_dispose(&csv);
}

static void says_what_it_knows_of_other_files(void **state) {
  (void)state;
  refuses(".csv", NULL, "template,name\nx,y\n", XY_ERR_UNSUPPORTED, 0,
          "not a benchmark file that xylem knows (its first row is 'template', 'name'); it reads\n  context: ");
  refuses(".csv", NULL, "template,name\nx,y\n", XY_ERR_UNSUPPORTED, 0,
          "winoqueer: WinoQueer's CSV with the columns Gender_ID_x, Gender_ID_y, sent_x, sent_y");
  refuses(".jsonl", NULL, "{\"id\": 1, \"text\": \"a\"}\n", XY_ERR_UNSUPPORTED, 0,
          "not a benchmark file that xylem knows");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(reads_winoqueer_as_published),
                                     cmocka_unit_test(finds_the_statements_of_a_made_file),
                                     cmocka_unit_test(ends_the_identity_at_a_word),
                                     cmocka_unit_test(reads_what_stands_between_fields),
                                     cmocka_unit_test(reads_crows_pairs_as_published),
                                     cmocka_unit_test(keeps_the_stereotypical_sentence_as_target),
                                     cmocka_unit_test(reads_what_python_reads),
                                     cmocka_unit_test(refuses_broken_files),
                                     cmocka_unit_test(tells_every_bad_row),
                                     cmocka_unit_test(says_what_it_knows_of_other_files)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
