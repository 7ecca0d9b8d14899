/* A run is read in the mode that stands for each measure, whatever mode the run is in; paths lead from the root, and
 * say when a part of them is missing. */
#include "results/results.h"
#include "results/view.h"
#include "support.h"

static void add(xy_results *results, const char *benchmark, const char *measure, const char *mode, const char *stage,
                const char *against, double value) {
  xy_error err;
  xy_measure row = {.benchmark = benchmark,
                    .measure = measure,
                    .mode = mode,
                    .stage = stage,
                    .against = against,
                    .identity = "all",
                    .theme = "all",
                    .value = value,
                    .detectable = value};
  assert_ok(xy__results_add(results, &row, &err), err);
}

/* base → sft → dpo in mode per-byte, with a benchmark of each task. */
static int make(void **state) {
  static const char *const stages[][2] = {{"base", ""}, {"sft", "base"}, {"dpo", "sft"}};
  static const char *const tasks[] = {"pair", "coref", "choice", "pronoun", "preference"};
  xy_results *results = xy__results_new();
  xy_error err;
  results->headline_mode = "per-byte";
  for (size_t s = 0; s < 3; s++) {
    xy_stage_info stage = {.name = stages[s][0], .parent = stages[s][1]};
    assert_ok(xy__results_add_stage(results, &stage, &err), err);
  }
  json_t *list = json_array();
  for (size_t t = 0; t < 5; t++) {
    json_array_append_new(list, json_pack("{s:s, s:s}", "name", tasks[t], "modality", tasks[t]));
  }
  results->facts = json_pack("{s:o}", "benchmarks", list);
  *state = results;
  return 0;
}

static int dispose(void **state) {
  xy_results_free(*state);
  return 0;
}

static void rows_are_read_in_the_mode_that_stands_for_them(void **state) {
  static const char *const cases[][3] = {/* benchmark, measure, mode */
                                         {"pair", "mean_gap", "per-byte"},
                                         {"coref", "mean_gap", "per-byte"},
                                         {"coref", "neutral_probability", "pronoun"},
                                         {"pair", "reward_margin", "full"},
                                         {"choice", "s_amb", "three-way"},
                                         {"pronoun", "misgendering_rate", "summed"},
                                         {"pronoun", "accuracy", "summed"},
                                         {"choice", "accuracy", "three-way"},
                                         {"preference", "reward_accuracy", "full"}};
  static const char *const modes[] = {"full", "per-token", "per-byte", "three-way", "summed", "pronoun"};
  xy_results *results = *state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (size_t m = 0; m < sizeof modes / sizeof *modes; m++)
      add(results, cases[i][0], cases[i][1], modes[m], "sft", "", 1);
    const xy_measure *row = xy__view_find(results, cases[i][0], cases[i][1], "sft", "", "all", "all");
    assert_non_null(row);
    assert_string_equal(row->mode, cases[i][2]);
  }
  size_t front = 0;
  for (size_t i = 0; i < results->n_measures; i++) front += xy__view_is_front(results, &results->measures[i]);
  assert_int_equal(front, sizeof cases / sizeof *cases);
}

/* A benchmark that names its own mode is read under it; its rewards are of the whole text all the same. */
static void a_benchmark_may_have_its_own_mode(void **state) {
  xy_results *results = *state;
  json_t *list = json_object_get(results->facts, "benchmarks");
  json_object_set_new(json_array_get(list, 0), "gap_mode", json_string("predicate"));
  assert_string_equal(xy__view_front(results, "pair", "mean_gap"), "predicate");
  assert_string_equal(xy__view_front(results, "pair", "reward_margin"), "full");
  assert_string_equal(xy__view_front(results, "coref", "mean_gap"), "per-byte");
  xy_results_bench bench;
  xy_results_benchmark(&bench, results, 0);
  assert_string_equal(bench.gap_mode, "predicate");
  assert_string_equal(xy_mode_label(bench.gap_mode), "statement");
  xy_results_benchmark(&bench, results, 1);
  assert_string_equal(bench.gap_mode, "per-byte");
}

static void changes_with_a_verdict_are_those_of_the_task(void **state) {
  static const char *const expected[][3] = {{"pair", "amplification", NULL},
                                            {"coref", "amplification", NULL},
                                            {"choice", "s_amb_change", "s_dis_change"},
                                            {"pronoun", "misgendering_rate_change", "binary_gap_change"},
                                            {"preference", NULL, NULL},
                                            {"no such benchmark", NULL, NULL}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    const char *changes[XY__CHANGES];
    size_t n = xy__view_changes(changes, *state, expected[i][0]);
    assert_int_equal(n, (expected[i][1] != NULL) + (expected[i][2] != NULL));
    for (size_t k = 0; k < n; k++) assert_string_equal(changes[k], expected[i][1 + k]);
  }
}

static void a_gap_is_split_from_the_root_on(void **state) {
  xy_results *results = *state;
  add(results, "pair", "mean_gap", "per-byte", "dpo", "", 0.6);
  add(results, "pair", "step_share", "per-byte", "dpo", "dpo", 0.3);
  add(results, "pair", "root_share", "per-byte", "dpo", "base", 0.1);
  xy__split split = xy__view_split(results, "pair", "dpo", "all", "all");
  assert_int_equal(split.n, 2);
  assert_false(split.complete);
  add(results, "pair", "step_share", "per-byte", "dpo", "sft", 0.2);
  split = xy__view_split(results, "pair", "dpo", "all", "all");
  assert_true(split.complete);
  assert_int_equal(split.n, 3);
  double sum = 0;
  static const char *const stages[] = {"base", "sft", "dpo"};
  for (size_t i = 0; i < 3; i++) {
    assert_string_equal(split.shares[i]->against, stages[i]);
    assert_true(xy__is_root_share(split.shares[i]) == (i == 0));
    sum += split.shares[i]->value;
  }
  assert_near(split.gap->value, sum, 0, 1e-12);
  assert_int_equal(xy__view_split(results, "pair", "no such stage", "all", "all").n, 0);
  for (size_t s = 0; s < 3; s++) assert_true(xy__view_is_end(results, &results->stages[s]) == (s == 2));
}

/* A step whose test could show nothing is the one where something was missed. */
static void the_least_sensitive_step_is_the_worst_to_see(void **state) {
  xy_results *results = *state;
  add(results, "pair", "amplification", "per-byte", "sft", "base", 0.3);
  add(results, "pair", "amplification", "per-byte", "dpo", "sft", 0.2);
  add(results, "pair", "amplification", "per-byte", "dpo", "base", 0.9); /* no step */
  const xy_measure *worst = xy__view_least_sensitive(results, "pair", "amplification", "all", "all");
  assert_string_equal(worst->stage, "sft");
  assert_true(xy__view_is_step(results, worst));
  assert_false(xy__view_is_step(results, &results->measures[2]));
  results->measures[1].detectable = NAN;
  assert_string_equal(xy__view_least_sensitive(results, "pair", "amplification", "all", "all")->stage, "dpo");
  assert_null(xy__view_least_sensitive(results, "coref", "amplification", "all", "all"));
}

#define case_of(test) cmocka_unit_test_setup_teardown(test, make, dispose)

int main(void) {
  const struct CMUnitTest tests[] = {
      case_of(rows_are_read_in_the_mode_that_stands_for_them), case_of(a_benchmark_may_have_its_own_mode),
      case_of(changes_with_a_verdict_are_those_of_the_task), case_of(a_gap_is_split_from_the_root_on),
      case_of(the_least_sensitive_step_is_the_worst_to_see)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
