/* What stands beside verdicts: levels, ties, whether a verdict holds under every mode, and what is said where it does
 * not. */
#include "measure/levels.h"
#include "synthetic.h"

typedef struct planted {
  const char *name, *axis;
  double before, after; /* gaps of everything but the name, at base and at its child */
  double name_part[2];  /* what the name adds to `full` alone */
  double outliers;      /* a tenth of the items has this gap instead, at the child */
} planted;

static const planted *plan;
static double planted_gap(const synthetic *s, const xy__item *item, size_t i) {
  (void)item;
  bool child = s->n_stages > 1;
  double gap = child ? plan->after : plan->before;
  if (child && plan->outliers != 0 && i % 10 == 0) gap = plan->outliers;
  return gap + 0.02 * synthetic_normal();
}

static xy_results *run_of(const planted *plans, size_t n) {
  xy_results *results = xy__results_new();
  xy_bench benches[4] = {0}, *list[4];
  xy__measure_settings set;
  xy__measure_defaults(&set);
  set.stats.draws = set.stats.permutations = 1000;
  xy_error err;
  for (size_t b = 0; b < n; b++) {
    synthetic s;
    plan = &plans[b];
    synthetic_make(&s, plan->name, 1, 1, 30, 10);
    synthetic_stage(&s, "base", -1, -1, NAN, planted_gap);
    synthetic_stage(&s, "dpo", 0, -1, NAN, planted_gap);
    for (size_t k = 0; k < 2; k++) {
      for (size_t i = 0; i < s.bench.n; i++) s.sides[k][i][0].full += plan->name_part[k];
    }
    benches[b] = (xy_bench){.name = plan->name, .task = "pair", .axis = plan->axis};
    list[b] = &benches[b];
    synthetic_lineage(results, &s);
    assert_ok(xy__measure_benchmark(results, &s.bench, s.stages, 2, &set, &err), err);
    synthetic_dispose(&s);
  }
  assert_ok(xy__measure_finish(results, list, n, &set, &err), err);
  return results;
}

static const xy_measure *change(const xy_results *results, const char *benchmark, const char *mode) {
  return xy__results_find(results, benchmark, "amplification", mode, "dpo", "base", "all", "all");
}

static const char *finding(const xy_results *results, const char *kind, const char *benchmark) {
  for (size_t i = 0; i < results->n_findings; i++) {
    const xy_finding *f = &results->findings[i];
    if (strcmp(f->kind, kind) == 0 && strcmp(f->benchmark, benchmark) == 0) return f->text;
  }
  return NULL;
}

static void levels_say_where_a_change_ends(void **state) {
  (void)state;
  static const struct {
    double before, after;
    const char *verdict, *level, *own;
  } cases[] = {{0, 0.02, "clear", "still at parity", "at parity"},
               {-0.5, 0, "amplified", "now at parity", "at parity"},
               {0, 0.5, "amplified", "towards harm", "towards harm"},
               {0.5, 1, "amplified", "still towards harm", "towards harm"},
               {0.5, 0.52, "persists", "still towards harm", "towards harm"},
               {0.5, -0.5, "attenuated", "moved past parity", "away from harm"},
               {-1, -0.5, "amplified", "still away from harm", "away from harm"},
               {0, -0.5, "attenuated", "away from harm", "away from harm"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    planted one = {.name = "b", .axis = "x", .before = cases[i].before, .after = cases[i].after};
    xy_results *results = run_of(&one, 1);
    const xy_measure *row = change(results, "b", "full");
    assert_string_equal(row->verdict, cases[i].verdict);
    assert_string_equal(row->level, cases[i].level);
    assert_string_equal(row->depends, "");
    assert_string_equal(row_of(results, "mean_gap", "full", "dpo", "", "all", "all")->level, cases[i].own);
    assert_string_equal(row_of(results, "winoqueer_score", "shared", "dpo", "", "all", "all")->level, "");
    xy_results_free(results);
  }
}

/* `full` grew by a likelier name alone: no blind spot is built on that, and what is said names every mode. */
static void verdicts_that_depend_on_the_mode_are_marked(void **state) {
  (void)state;
  const planted plans[] = {
      {.name = "named", .axis = "gender-diverse", .before = 0.5, .after = 0.5, .name_part = {0, 1}},
      {.name = "same", .axis = XY__POPULAR_AXIS, .before = 0.5, .after = 0.5}};
  xy_results *results = run_of(plans, 2);
  static const char *const marked[] = {"full", "shared", "predicate"};
  for (size_t m = 0; m < 3; m++) {
    assert_string_equal(change(results, "named", marked[m])->depends, "mode");
    assert_string_equal(change(results, "same", marked[m])->depends, "");
  }
  assert_string_equal(change(results, "named", "full")->verdict, "amplified");
  assert_string_equal(change(results, "named", "predicate")->verdict, "persists");
  assert_string_equal(change(results, "named", "per-byte")->depends, "");
  assert_null(finding(results, "blind_spot", "named"));
  const char *text = finding(results, "mode_dependence", "named");
  assert_non_null(strstr(text, "the verdict on the gap depends on the mode: amplified (full, +"));
  assert_non_null(strstr(text, "persists (statement, "));
  assert_null(finding(results, "mode_dependence", "same"));
  assert_non_null(strstr(finding(results, "persistence", "named"), " The verdict depends on the mode."));
  xy_results_free(results);
}

/* The same with a popular benchmark: it is not said to see nothing. */
static void no_blind_spot_rests_on_a_marked_popular_row(void **state) {
  (void)state;
  const planted plans[] = {
      {.name = "grown", .axis = "gender-diverse", .before = 0.5, .after = 1},
      {.name = "named", .axis = XY__POPULAR_AXIS, .before = 0.5, .after = 1, .name_part = {0, -0.5}}};
  xy_results *results = run_of(plans, 2);
  assert_string_equal(change(results, "named", "full")->verdict, "persists");
  assert_string_equal(change(results, "named", "full")->depends, "mode");
  assert_null(finding(results, "blind_spot", "grown"));
  assert_non_null(finding(results, "blind_spot_undecided", "grown"));
  xy_results_free(results);
}

static void mean_and_share_may_disagree(void **state) {
  (void)state;
  const planted plans[] = {{.name = "outliers", .axis = "x", .before = -0.3, .after = 0.3, .outliers = -20},
                           {.name = "plain", .axis = "x", .before = -0.3, .after = 0.3}};
  xy_results *results = run_of(plans, 2);
  const char *text = finding(results, "mean_and_share", "outliers");
  assert_non_null(strstr(text, "At dpo, on outliers, mean and share disagree: the mean gap is −1."));
  assert_non_null(strstr(text, "the share of pairs in which the target text is preferred is 90.0%"));
  assert_null(finding(results, "mean_and_share", "plain"));
  xy_results_free(results);
}

static double tied_gap(const synthetic *s, const xy__item *item, size_t i) {
  (void)s, (void)item;
  return i % 3 == 0 ? 0 : 0.5;
}
static void ties_are_counted_beside_the_items(void **state) {
  (void)state;
  synthetic s;
  synthetic_make(&s, "b", 1, 1, 6, 5);
  synthetic_stage(&s, "base", -1, -1, NAN, tied_gap);
  xy_results *results = xy__results_new();
  xy__measure_settings set;
  xy__measure_defaults(&set);
  set.stats.draws = set.stats.permutations = 100;
  xy_error err;
  assert_ok(xy__measure_benchmark(results, &s.bench, s.stages, 1, &set, &err), err);
  const xy_measure *rate = row_of(results, "preference_rate", "full", "base", "", "all", "all");
  assert_true(rate->n == 20 && rate->ties == 10);
  assert_true(row_of(results, "mean_gap", "full", "base", "", "all", "all")->n == 30);
  xy_results_free(results);
  synthetic_dispose(&s);
}

/* A benchmark of one theme has no rows of it: they would repeat the whole. */
static void an_only_theme_has_no_rows(void **state) {
  (void)state;
  synthetic s;
  synthetic_make(&s, "b", 2, 1, 6, 2);
  synthetic_stage(&s, "base", -1, -1, NAN, tied_gap);
  xy_results *results = xy__results_new();
  xy__measure_settings set;
  xy__measure_defaults(&set);
  set.stats.draws = set.stats.permutations = 100;
  xy_error err;
  assert_ok(xy__measure_benchmark(results, &s.bench, s.stages, 1, &set, &err), err);
  assert_true(results->n_measures > 0);
  for (size_t i = 0; i < results->n_measures; i++) assert_string_equal(results->measures[i].theme, "all");
  assert_non_null(row_of(results, "mean_gap", "full", "base", "", "identity1", "all"));
  xy_results_free(results);
  synthetic_dispose(&s);
}

/* Where the term follows what is said no cut makes a statement part, and nothing is held against one. */
static void what_no_cut_makes_is_not_held(void **state) {
  (void)state;
  xy_bench bench = {.task = "pair", .axis = ""};
  xy__item item = {.place = XY__BEFORE};
  bench.items = &item;
  bench.n = 1;
  assert_string_equal(xy__held_mode(&bench, 2)->name, "predicate");
  item.place = XY__AFTER;
  assert_string_equal(xy__held_mode(&bench, 1)->name, "shared");
  assert_null(xy__held_mode(&bench, 2));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(levels_say_where_a_change_ends),
                                     cmocka_unit_test(what_no_cut_makes_is_not_held),
                                     cmocka_unit_test(verdicts_that_depend_on_the_mode_are_marked),
                                     cmocka_unit_test(no_blind_spot_rests_on_a_marked_popular_row),
                                     cmocka_unit_test(mean_and_share_may_disagree),
                                     cmocka_unit_test(ties_are_counted_beside_the_items),
                                     cmocka_unit_test(an_only_theme_has_no_rows)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
