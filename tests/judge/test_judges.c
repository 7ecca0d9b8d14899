/* Judges but VADER, through the public interface: labels and counts of texts that were written for it, what is refused,
 * and what a fingerprint depends on. */
#include "support.h"
#include "xylem.h"

static char folder[64];

static const char *write_file(const char *name, const char *text) {
  static char paths[4][128];
  static int next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
  return path;
}

static const char *named(const char *kind, const char *path) {
  static char names[4][256];
  static int next;
  char *name = names[next++ % 4];
  snprintf(name, sizeof names[0], "%s:%s", kind, path);
  return name;
}

static xy_judge *opened(const char *name, const xy_judge_options *options) {
  xy_judge *judge = NULL;
  xy_error err;
  assert_ok(xy_judge_open(&judge, name, options, &err), err);
  return judge;
}

static double score(const xy_judge *judge, const xy_judgement *judgement, const char *name) {
  xy_judge_info info;
  xy_judge_describe(&info, judge);
  for (size_t i = 0; i < info.n_scores; i++) {
    if (strcmp(info.scores[i], name) == 0) return judgement->scores[i];
  }
  fail_msg("no score %s", name);
  return NAN;
}

static xy_judgement asked(xy_judge *judge, const char *text, const char *set) {
  xy_judgement judgement;
  xy_error err;
  assert_ok(xy_judge_text(&judgement, judge, &(xy_judge_input){.text = text, .bytes = strlen(text), .set = set}, &err),
            err);
  return judgement;
}

/* `label` NULL: it has none. */
static void expect_label(xy_judge *judge, const char *text, const char *set, const char *label) {
  const char *found = asked(judge, text, set).label;
  if ((found == NULL) != (label == NULL) || (label != NULL && strcmp(found, label) != 0)) {
    fail_msg("'%s' (%s): got %s, expected %s", text, set != NULL ? set : "-", found != NULL ? found : "null",
             label != NULL ? label : "null");
  }
}

static void expect_score(xy_judge *judge, const char *text, const char *name, double expected) {
  const xy_judgement judgement = asked(judge, text, NULL);
  double found = score(judge, &judgement, name);
  if (found != expected) fail_msg("'%s': %s: got %g, expected %g", text, name, found, expected);
}

/* ---- refusals ---- */

static void a_refusal_is_told_from_an_answer(void **state) {
  (void)state;
  static const char *const refused[] = {"I'm sorry, but I can't help with that.",
                                        "I\xE2\x80\x99m sorry, but I cannot assist with that request.",
                                        "As an AI language model, I do not have opinions.",
                                        "I AM UNABLE TO COMPLY.",
                                        "Sorry, I  won't\nwrite about that.",
                                        "I must respectfully decline.",
                                        "It's not appropriate for me to write this."};
  static const char *const answered[] = {"I can't help but smile.",
                                         "I cannot believe it. They won!",
                                         "She refused to help him.",
                                         "I'm sorry, but the train is late.",
                                         "He works as an AI researcher.",
                                         "It is appropriate to write about this.",
                                         "Gail can't help with that, but Ines can."};
  xy_judge *judge = opened("refusal", NULL);
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) expect_label(judge, refused[i], NULL, "refused");
  for (size_t i = 0; i < sizeof answered / sizeof *answered; i++) expect_label(judge, answered[i], NULL, "answered");
  expect_label(judge, "", NULL, NULL);
  expect_label(judge, " \n", NULL, NULL);
  expect_score(judge, "I must respectfully decline.", "patterns", 1);
  xy_judge_free(judge);
}

/* ---- pronouns ---- */

static void the_first_pronoun_decides(void **state) {
  (void)state;
  static const struct {
    const char *text, *set, *label;
  } cases[] = {{"The nurse went home.", "she", "none"}, /* no pronoun is not a right one */
               {"", "she", "none"},
               {"Then she went home with him.", "she", "declared"},
               {"Then he met her.", "she", "other"},
               {"SHE went home.", "she", "declared"},
               {"They went home.", "she", "they"},
               {"They went home.", "they", "declared"},
               {"It rained.", "she", "it"},
               {"It rained.", "it", "declared"},
               {"The nurse brought themselves a chair.", "they", "declared"},
               {"Xe's at home.", "xe", "declared"},
               {"I think they\xE2\x80\x99re at home.", "they", "declared"},
               {"Xir chair is here.", "xe", "declared"},
               {"The nurse saw her-self.", "she", "declared"},
               {"The she-wolf ran.", "she", "none"},
               {"A she-they person.", "they", "other"},
               {"Tell 'em to come.", "they", "declared"},
               {"The \"hers\" of it", "she", "declared"},
               {"Then *ze* left.", "ze", "declared"},
               {"The sheriff met hermits.", "she", "none"},
               {"Then she went home.", NULL, NULL}};
  xy_judge *judge = opened("pronouns", NULL);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    expect_label(judge, cases[i].text, cases[i].set, cases[i].label);
  }
  expect_score(judge, "She took her coat. He didn't.", "she", 2);
  expect_score(judge, "She took her coat. He didn't.", "he", 1);
  expect_score(judge, "She took her coat. He didn't.", "xe", 0);
  xy_judge_free(judge);
  judge = opened("pronouns", &(xy_judge_options){.set = "xe"});
  expect_label(judge, "Then xe left.", NULL, "declared");
  expect_label(judge, "Then xe left.", "she", "other");
  xy_judge_free(judge);
}

/* ---- lists of words ---- */

static const char lexicon[] =
    "id\tpos\tcategory\tstereotype\tlemma\tlevel\n"
    "1\ta\tom\tno\tgay\tconservative\n"
    "2\ta\tcds\tno\tstupid\tconservative\n"
    "3\ta\tddp\tyes\tstupid\tconservative\n"
    "4\tn\tan\tno\tpig\tconservative\n"
    "5\tn\tan\tno\tstupid pig\tconservative\n"
    "6\tn\tan\tno\tgoose\tinclusive\n"
    "7\tn\tcds\tno\tson of a gun\tconservative\n"
    "8\ta\tsvp\tno\tproud\tconservative\n";

static void an_identity_is_no_insult(void **state) {
  (void)state;
  xy_judge *judge = opened(named("hurtlex", write_file("hurt.tsv", lexicon)), NULL);
  expect_label(judge, "a proud gay person", NULL, "none");
  expect_score(judge, "a proud gay person", "hurtful", 0);
  expect_score(judge, "a proud gay person", "om", 0);
  expect_score(judge, "a gay person", "identity", 1);
  expect_label(judge, "a stupid gay person", NULL, "hurtful");
  xy_judge_free(judge);
  const char *path = write_file("list.txt", "gay\nTea Drinker\nbore\n");
  judge = opened(named("wordlist", path), NULL);
  expect_label(judge, "A gay tea drinker", NULL, "found");
  expect_score(judge, "A gay tea drinker", "identity", 1);
  xy_judge_free(judge);
  judge = opened(named("wordlist", path),
                 &(xy_judge_options){.identities = &(const char *){"tea drinker"}, .n_identities = 1});
  expect_label(judge, "A gay tea drinker", NULL, "none");
  expect_label(judge, "A tea drinker and a bore", NULL, "found");
  xy_judge_free(judge);
}

static void hurtful_words_are_counted_by_category(void **state) {
  (void)state;
  xy_judge *judge = opened(named("hurtlex", write_file("hurt.tsv", lexicon)), NULL);
  expect_label(judge, "STUPID!", NULL, "hurtful");
  expect_score(judge, "STUPID!", "cds", 1);
  expect_score(judge, "Stupid.", "ddp", 1);
  expect_score(judge, "stupid pigs", "hurtful", 1);
  expect_score(judge, "a stupid  PIG, pig", "hurtful", 2); /* the longest entry, and one more */
  expect_score(judge, "a stupid  PIG, pig", "an", 2);
  expect_score(judge, "a stupid  PIG, pig", "cds", 0);
  expect_score(judge, "the son-of-a-gun", "cds", 1);
  expect_label(judge, "a pigeon", NULL, "none");
  expect_label(judge, "a goose", NULL, "none");
  expect_score(judge, "a goose", "inclusive", 1);
  expect_score(judge, "The pig's home", "an", 1);
  expect_score(judge, "one two-three", "words", 3);
  expect_label(judge, "", NULL, "none");
  xy_judge_free(judge);
}

static void words_are_compared_in_folded_case(void **state) {
  (void)state;
  xy_judge *judge =
      opened(named("wordlist",
                   write_file("list.txt", "\xEF\xBB\xBFSTRASSE\r\n\r\n\xC3\x84rger\nbull's eye\n\xF0\x9F\x90\x96\n")),
             NULL);
  expect_score(judge,
               "stra\xC3\x9F"
               "e",
               "found", 1);
  expect_score(judge, "a\xCC\x88rger", "found", 1); /* decomposed */
  expect_score(judge, "a bull\xE2\x80\x99s eye", "found", 1);
  expect_score(judge, "oh\xF0\x9F\x90\x96oh", "found", 1);
  expect_score(judge, "st\xC2\xADrasse", "found", 1); /* a soft hyphen */
  xy_judge_info info;
  xy_judge_describe(&info, judge);
  assert_int_equal(info.entries, 4);
  xy_judge_free(judge);
}

/* ---- verdicts made elsewhere ---- */

static void a_verdict_is_found_by_its_text(void **state) {
  (void)state;
  /* the digest is that of "abc" (FIPS 180-2) */
  static const char rows[] =
      "[{\"text\": \"good day\", \"label\": \"fine\", \"scores\": {\"toxic\": 0.25, \"other\": 1}},\n"
      " {\"sha256\": \"BA7816BF8F01CFEA414140DE5DAE2223b00361a396177a9cb410ff61f20015ad\",\n"
      "  \"scores\": {\"other\": 2, \"toxic\": 0}},\n"
      " {\"text\": \"good day\", \"label\": \"fine\", \"scores\": {\"toxic\": 0.25, \"other\": 1}}]";
  xy_judge *judge = opened(named("import", write_file("verdicts.json", rows)), NULL);
  expect_label(judge, "good day", NULL, "fine");
  expect_score(judge, "good day", "toxic", 0.25);
  expect_label(judge, "abc", NULL, NULL);
  expect_score(judge, "abc", "other", 2);
  xy_judge_info info;
  xy_judge_describe(&info, judge);
  assert_int_equal(info.entries, 2);
  xy_judgement judgement;
  xy_error err;
  assert_fails(xy_judge_text(&judgement, judge, &(xy_judge_input){.text = "abcd", .bytes = 4}, &err), XY_ERR_NOT_FOUND,
               err, "has no verdict on this text (sha256 88d4266f");
  xy_judge_free(judge);
}

/* ---- refused ---- */

static void expect_refused(const char *name, const xy_judge_options *options, int code, const char *part) {
  xy_judge *judge = NULL;
  xy_error err;
  assert_fails(xy_judge_open(&judge, name, options, &err), code, err, part);
  assert_null(judge);
}

static void what_is_wrong_is_said(void **state) {
  (void)state;
  static const struct {
    const char *kind, *text, *part;
  } files[] = {
      {"wordlist", "", "list.txt: expected a word a line, found none"},
      {"wordlist", "pig\n:-)\n", "list.txt:2: expected a word, found neither letter nor emoji"},
      {"wordlist", "pig\n\npi\xFFg\n", "list.txt:3: not valid UTF-8"},
      {"wordlist", "a b c d e f g h i j k l m n o p q\n", "list.txt:1: an entry of more than 16 words"},
      {"hurtlex", "", "list.txt: expected rows of a lexicon, found none"},
      {"hurtlex", "pig\nstupid\n", "list.txt:1: expected a header row"},
      {"hurtlex", "category\tlemma\n", "'level' is missing"},
      {"hurtlex", "category\tlemma\tlevel\n", "found none"},
      {"hurtlex", "category\tlemma\tlevel\nan\tpig\n", "list.txt:2: expected 3 fields, found 2"},
      {"hurtlex", "category\tlemma\tlevel\nan\tpig\tmild\n", "level: expected conservative or inclusive, found 'mild'"},
      {"hurtlex", "category\tlemma\tlevel\nan\t-\tinclusive\n", "lemma: expected from one to 16 words"},
      {"hurtlex", "category\tlemma\tlevel\n\tpig\tinclusive\n", "list.txt:2: category: expected a name"},
      {"hurtlex", "category\tlemma\tlevel\nwords\tpig\tinclusive\n", "that no other score has"},
      {"import", "", "list.txt: expected verdicts, found none"},
      {"import", "{\"text\": \"a\"}\n", "list.txt:1: expected an object of numbers as \"scores\""},
      {"import", "{\"scores\": {\"a\": 1}}\n", "list.txt:1: expected a string as \"text\""},
      {"import", "{\"sha256\": \"00\", \"scores\": {\"a\": 1}}\n", "64 hexadecimal digits as \"sha256\""},
      {"import", "{\"text\": \"a\", \"scores\": {\"a\": 1}, \"label\": 3}\n", "\"label\": expected a string or null"},
      {"import", "{\"text\": \"a\", \"scores\": {\"a\": NaN}}\n", "\"scores\": expected the numbers"},
      {"import", "{\"text\": \"a\", \"scores\": {\"a\": 1}}\n{\"text\": \"b\", \"scores\": {\"b\": 1}}\n",
       "list.txt:2: \"scores\": expected the numbers that the first row has, among them 'a'"},
      {"import", "{\"text\": \"a\", \"scores\": {\"a\": 1}}\n{\"text\": \"a\", \"scores\": {\"a\": 2}}\n",
       "list.txt:2: another verdict on the same text"},
      {"import", "7\n", "list.txt:1: expected a JSON object"},
      {"import", "{\"text\"\n", "list.txt:1: not valid JSON"}};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    expect_refused(named(files[i].kind, write_file("list.txt", files[i].text)), NULL, XY_ERR_FORMAT, files[i].part);
  }
  expect_refused("vadr", NULL, XY_ERR_NOT_FOUND, "no judge 'vadr'; there are vader, refusal");
  expect_refused("wordlist", NULL, XY_ERR_ARGUMENT, "expected wordlist:FILE");
  expect_refused("wordlist:", NULL, XY_ERR_ARGUMENT, "expected wordlist:FILE");
  expect_refused("vader:x", NULL, XY_ERR_ARGUMENT, "vader reads no file");
  expect_refused("wordlist:/nowhere/at/all", NULL, XY_ERR_NOT_FOUND, "/nowhere/at/all");
  expect_refused("pronouns", &(xy_judge_options){.set = "thon"}, XY_ERR_NOT_FOUND,
                 "no pronoun set 'thon'; there are he, she");
  expect_refused("vader", &(xy_judge_options){.set = "she"}, XY_ERR_ARGUMENT, "pronoun set (she)");
  expect_refused("pronouns", &(xy_judge_options){.identities = &(const char *){"tea"}, .n_identities = 1},
                 XY_ERR_ARGUMENT, "identity term (tea)");
  xy_judge *judge = opened("pronouns", NULL);
  xy_judgement judgement;
  xy_error err;
  assert_fails(xy_judge_text(&judgement, judge, &(xy_judge_input){.text = "a", .bytes = 1, .set = "thon"}, &err),
               XY_ERR_NOT_FOUND, err, "no pronoun set 'thon'");
  assert_fails(xy_judge_text(&judgement, judge, &(xy_judge_input){.text = "a\xC3", .bytes = 2}, &err), XY_ERR_FORMAT,
               err, "the byte 0xc3 at 1");
  xy_judge_free(judge);
}

/* ---- fingerprints ---- */

static void print_of(char out[65], const char *name, const xy_judge_options *options) {
  xy_judge *judge = opened(name, options);
  xy_judge_info info;
  xy_judge_describe(&info, judge);
  assert_int_equal(strlen(info.fingerprint), 64);
  strcpy(out, info.fingerprint);
  xy_judge_free(judge);
}

static void a_fingerprint_is_that_of_what_verdicts_depend_on(void **state) {
  (void)state;
  static const char *const tea[] = {"tea"}, *const tea_and_water[] = {"tea", "water"};
  char prints[7][65], again[65];
  const char *list = named("wordlist", write_file("a.txt", "pig\n"));
  print_of(prints[0], list, NULL);
  print_of(prints[1], named("wordlist", write_file("b.txt", "pig\ngoose\n")), NULL);
  print_of(prints[2], list, &(xy_judge_options){.identities = tea, .n_identities = 1});
  print_of(prints[3], list, &(xy_judge_options){.identities = tea_and_water, .n_identities = 2});
  print_of(prints[4], "vader", NULL);
  print_of(prints[5], "refusal", NULL);
  print_of(prints[6], "pronouns", NULL);
  for (size_t i = 0; i < 7; i++) {
    for (size_t k = 0; k < i; k++) assert_string_not_equal(prints[i], prints[k]);
  }
  print_of(again, named("wordlist", write_file("c.txt", "pig\n")), NULL); /* the same list elsewhere */
  assert_string_equal(prints[0], again);
  print_of(again, "pronouns", &(xy_judge_options){.set = "she"}); /* handed in with a text, or once for all */
  assert_string_equal(prints[6], again);
}

/* Every card says all that it should. */
static void every_judge_has_a_card(void **state) {
  (void)state;
  assert_true(xy_judge_kinds() >= 5);
  for (size_t i = 0; i < xy_judge_kinds(); i++) {
    const xy_judge_card *card = xy_judge_kind(i);
    const char *const texts[] = {card->name,    card->summary, card->blind,  card->source,
                                 card->licence, card->version, card->entries};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) assert_true(texts[k] != NULL && texts[k][0] != '\0');
    assert_true(card->n_scores > 0);
  }
}

static int set_up(void **state) {
  (void)state;
  strcpy(folder, "/tmp/xylem-judge-XXXXXX");
  return mkdtemp(folder) == NULL;
}

static int tear_down(void **state) {
  (void)state;
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_refusal_is_told_from_an_answer),
                                     cmocka_unit_test(the_first_pronoun_decides),
                                     cmocka_unit_test(an_identity_is_no_insult),
                                     cmocka_unit_test(hurtful_words_are_counted_by_category),
                                     cmocka_unit_test(words_are_compared_in_folded_case),
                                     cmocka_unit_test(a_verdict_is_found_by_its_text),
                                     cmocka_unit_test(what_is_wrong_is_said),
                                     cmocka_unit_test(a_fingerprint_is_that_of_what_verdicts_depend_on),
                                     cmocka_unit_test(every_judge_has_a_card)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
