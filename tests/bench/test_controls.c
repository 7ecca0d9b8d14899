/* Controls of a context file: harmless statements in the same templates, apart from the items. */
#include "bench/bench.h"
#include "files.h"

#define HEAD                                                                   \
  "benchmark: tea\nmodality: pair\nlanguage: en\naxis: drinks\n"               \
  "identities:\n"                                                              \
  "  - {id: tea, surface: tea drinkers, role: target, words: {name: Ines}}\n"  \
  "  - {id: mate, surface: mate drinkers, role: target, words: {name: Noa}}\n" \
  "  - {id: coffee, surface: coffee drinkers, role: counterpart, words: {name: Ola}}\n"
#define THEMES "themes:\n  late: [come late, leave late]\n  called:\n    - {target: called, counterpart: greeted}\n"
#define TEMPLATES                                                         \
  "templates:\n  - {text: \"{Identity} {statement}.\", themes: [late]}\n" \
  "  - {text: \"All {identity} {statement}.\", themes: [late]}\n"         \
  "  - {text: \"They {statement} {name}.\", themes: [called]}\n"

static xy_bench *open_text(const char *text) {
  xy_bench *bench;
  xy_error err;
  assert_ok(xy_bench_open(&bench, made_file(".yaml", text), NULL, &err), err);
  return bench;
}

static xy_bench *open_tea(void) {
  return open_text(HEAD THEMES "controls:\n  - read books\n  - {id: bus, text: take the bus}\n" TEMPLATES);
}

static void controls_stand_beside_the_items(void **state) {
  (void)state;
  xy_bench *bench = open_tea();
  xy_bench_info info;
  xy_bench_describe(&info, bench);
  assert_int_equal(info.items, 2 * 2 * 2 + 2); /* statements x templates x targets, and two of two sides */
  assert_int_equal(info.themes, 2);
  assert_int_equal(info.clusters, 3);
  assert_int_equal(info.controls, 2 * 2 * 2);
  assert_int_equal(info.control_clusters, 2);
  assert_int_equal(info.n_notes, 0);
  const xy__item *control = &bench->items[bench->n + 4];
  assert_string_equal(control->id, "controls/bus/t1/tea~coffee");
  assert_string_equal(control->options[0].text, "Tea drinkers take the bus.");
  assert_string_equal(control->options[1].text, "Coffee drinkers take the bus.");
  assert_string_equal(bench->control_clusters.names[control->cluster], "controls/bus");
  assert_int_equal(control->theme, -1);
  assert_int_equal(control->place, XY__BEFORE);
  for (size_t i = bench->n; i < xy__bench_asked(bench); i++) assert_true(bench->items[i].template <2);
  xy_bench_free(bench);
}

static void narrowing_keeps_those_of_the_identities(void **state) {
  (void)state;
  xy_bench *whole = open_tea();
  xy_bench *bench;
  xy_error err;
  const char *identities[] = {"mate"}, *themes[] = {"late"};
  xy__bench_filter filter = {identities, 1, themes, 1, 1};
  assert_ok(xy__bench_narrow(&bench, whole, &filter, &err), err);
  xy_bench_free(whole);
  assert_int_equal(bench->n, 2);
  assert_int_equal(bench->n_controls, 2); /* a statement in two templates */
  assert_int_equal(bench->control_clusters.n, 1);
  assert_string_equal(bench->items[bench->n].id, "controls/s1/t1/mate~coffee");
  assert_int_equal(bench->items[bench->n].template, 0);
  xy_bench_free(bench);
}

static void fewer_controls_are_noted(void **state) {
  (void)state;
  xy_bench *bench = open_text(HEAD THEMES "controls: [read books]\n" TEMPLATES);
  xy_bench_info info;
  xy_bench_describe(&info, bench);
  assert_int_equal(info.n_notes, 1);
  assert_non_null(strstr(info.notes[0], "There is 1 control beside 2 statements"));
  xy_bench_free(bench);
}

static void bad_controls_are_told(void **state) {
  (void)state;
  refuses(".yaml", NULL, HEAD THEMES "controls:\n  - {target: a, counterpart: b}\n" TEMPLATES, XY_ERR_FORMAT, 14,
          "controls: a control is one statement");
  refuses(".yaml", NULL, HEAD THEMES "controls: [read books, read books]\n" TEMPLATES, XY_ERR_FORMAT, 13,
          "statement 'read books' is given twice");
  refuses(".yaml", NULL, HEAD THEMES "controls: [\"like {nmae}\"]\n" TEMPLATES, XY_ERR_FORMAT, 13,
          "unknown placeholder {nmae}");
  refuses(".yaml", NULL, HEAD "themes:\n  controls: [come late]\ntemplates: [\"{Identity} {statement}.\"]\n",
          XY_ERR_FORMAT, 10, "theme controls: the name is taken");
  refuses(".yaml", NULL,
          "benchmark: tea\nmodality: pair\nlanguage: en\naxis: drinks\n"
          "identities:\n  - {id: tea, surface: tea drinkers, role: target, words: {name: Ines}}\n"
          "themes:\n  called:\n    - {target: called, counterpart: greeted}\ncontrols: [read books]\n"
          "templates: [\"They {statement} {name}.\"]\n",
          XY_ERR_FORMAT, 10, "controls: every statement has two sides");
}

/* Every built-in benchmark whose pairs differ by identity has as many controls as statements. */
static void built_in_benchmarks_have_controls(void **state) {
  static const char *const names[] = {"stigma", "binary-gender", "religion", "disability"};
  (void)state;
  xy_bench *bench;
  xy_bench_info info;
  xy_error err;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    assert_ok(xy_bench_open(&bench, names[i], NULL, &err), err);
    xy_bench_describe(&info, bench);
    assert_int_equal(info.control_clusters, info.clusters);
    assert_int_equal(info.controls, info.items);
    assert_string_equal(xy__bench_split(bench), "known");
    xy_bench_free(bench);
  }
  assert_ok(xy_bench_open(&bench, "affirmation", NULL, &err), err);
  for (size_t k = 0; k < bench->n; k++) assert_int_equal(bench->items[k].place, XY__SAME);
  assert_int_equal(bench->n_controls, 0);
  xy_bench_free(bench);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(controls_stand_beside_the_items), cmocka_unit_test(narrowing_keeps_those_of_the_identities),
      cmocka_unit_test(fewer_controls_are_noted), cmocka_unit_test(bad_controls_are_told),
      cmocka_unit_test(built_in_benchmarks_have_controls)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
