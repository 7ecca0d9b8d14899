/* Where the identity term of a pair stands: before what is said, after or within it, or the same on both sides. */
#include "bench/bench.h"
#include "files.h"

static const char head[] =
    "benchmark: tea\nmodality: pair\nlanguage: en\naxis: drinks\n"
    "identities:\n"
    "  - {id: tea, surface: tea drinkers, role: target, words: {name: Ines, are: are}}\n";
static const char counterpart[] =
    "  - {id: coffee, surface: coffee drinkers, role: counterpart, words: {name: Ola, are: are}}\n";

/* Statements of two sides hold a target against nobody. */
static xy_bench *open_one(const char *statement, const char *template) {
  char text[2048];
  snprintf(text, sizeof text, "%s%sthemes:\n  rude:\n    - %s\ntemplates:\n  - \"%s\"\n", head,
           statement[0] == '{' ? "" : counterpart, statement, template);
  xy_bench *bench;
  xy_error err;
  assert_ok(xy_bench_open(&bench, made_file(".yaml", text), NULL, &err), err);
  return bench;
}

static void expect(const char *statement, const char *template, xy__term_place place, const char *split) {
  xy_bench *bench = open_one(statement, template);
  if (bench->items[0].place != place) fail_msg("%s / %s: place %d", statement, template, (int)bench->items[0].place);
  assert_string_equal(xy__bench_split(bench), split);
  xy_bench_free(bench);
}

static void a_term_may_stand_anywhere(void **state) {
  (void)state;
  expect("are never on time", "{Identity} {statement}.", XY__BEFORE, "known");
  expect("are never on time", "As far as I know, {identity} {statement}, all of them.", XY__BEFORE, "known");
  expect("\"{identity} are never on time\"", "{Statement}.", XY__BEFORE, "known");
  expect("\"{name} is never on time\"", "{Statement}.", XY__BEFORE, "known");
  expect("never on time", "{Identity} {are} {statement}.", XY__BEFORE,
         "known"); /* the word is the same on both sides */
  expect("never on time", "{Statement}, that is what {identity} are.", XY__AFTER, "after");
  expect("\"nobody waits for {identity}\"", "{Statement}.", XY__AFTER, "after");
  expect("\"wait for {name}\"", "{Identity} {statement}.", XY__AFTER,
         "after"); /* another name is part of what is said */
  expect("{target: came late, counterpart: came early}", "{Name} {statement}.", XY__SAME, "known");
}

/* Nothing in common: the name part is empty, not the first word that differs. */
static void sides_that_share_no_beginning_have_no_name(void **state) {
  (void)state;
  xy_bench *bench = open_one("{target: Late again, counterpart: Early again}", "{statement}, said {name}.");
  assert_int_equal(bench->items[0].place, XY__SAME);
  for (int side = 0; side < 2; side++) assert_int_equal(bench->items[0].options[side].identity_end, 0);
  xy_bench_free(bench);
}

/* A capital letter may be shorter than the small one. */
static void a_term_behind_a_capital_is_where_it_is(void **state) {
  (void)state;
  xy_bench *bench = open_one("\"\xC4\xB1nce {identity} sever\"", "{Statement}.");
  const xy__option *option = &bench->items[0].options[0];
  assert_string_equal(option->text, "Ince tea drinkers sever.");
  assert_int_equal(option->identity_start, strlen("Ince "));
  assert_int_equal(option->identity_end, strlen("Ince tea drinkers"));
  xy_bench_free(bench);
}

static void published_pairs_are_guessed(void **state) {
  (void)state;
  xy_bench *bench;
  xy_error err;
  const char *rows =
      ",Gender_ID_x,Gender_ID_y,sent_x,sent_y\n0,Gay,Straight,Gay people are late.,Straight people are late.\n";
  assert_ok(xy_bench_open(&bench, made_file(".csv", rows), NULL, &err), err);
  assert_string_equal(xy__bench_split(bench), "guessed");
  xy_bench_free(bench);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_term_may_stand_anywhere), cmocka_unit_test(sides_that_share_no_beginning_have_no_name),
      cmocka_unit_test(a_term_behind_a_capital_is_where_it_is), cmocka_unit_test(published_pairs_are_guessed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
