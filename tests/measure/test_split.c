/* Who is named and what is said: the two parts sum to the whole in every measure that is made of gaps, a benchmark is
 * read under the mode that its items allow, and no mean mixes items that a cut parts with items that it does not. */
#include "measure/headline.h"
#include "synthetic.h"

/* Each side's score in two parts. */
static void part(synthetic *s, size_t stage) {
  for (size_t i = 0; i < s->bench.n; i++) {
    for (int side = 0; side < 2; side++) {
      xy__side *one = &s->sides[stage][i][side];
      one->predicate = 0.6 * one->full + synthetic_normal();
      one->name = one->full - one->predicate;
    }
  }
}

static double random_gap(const synthetic *s, const xy__item *item, size_t i) {
  (void)s, (void)item, (void)i;
  return 0.5 + synthetic_normal();
}

static void make(synthetic *s, xy__term_place place) {
  synthetic_state = 7;
  synthetic_make(s, "stigma", 2, 2, 12, 2);
  for (size_t i = 0; i < s->bench.n; i++) s->bench.items[i].place = place;
  synthetic_stage(s, "base", -1, -1, NAN, random_gap);
  synthetic_stage(s, "sft", 0, -1, NAN, random_gap);
  synthetic_stage(s, "dpo", 1, 1, 0.1, random_gap);
  for (size_t k = 0; k < s->n_stages; k++) part(s, k);
}

static xy_results *measured(synthetic *s) {
  xy_results *results = xy__results_new();
  xy_error err = {0};
  xy_bench *benches[] = {&s->bench};
  xy__measure_settings set;
  xy__measure_defaults(&set);
  set.stats.draws = set.stats.permutations = 200;
  assert_ok(xy__measure_benchmark(results, &s->bench, s->stages, s->n_stages, &set, &err), err);
  assert_ok(xy__measure_finish(results, benches, 1, &set, &err), err);
  return results;
}

static const xy_measure *as(const xy_results *results, const xy_measure *row, const char *measure, const char *mode) {
  return row_of(results, measure, mode, row->stage, row->against, row->identity, row->theme);
}

static void the_parts_sum_to_the_whole(void **state) {
  static const char *const measures[] = {"mean_gap",   "amplification", "root_share",
                                         "step_share", "reward_margin", "reward_margin_over_beta",
                                         "log_ratio",  "target_change", "counterpart_change"};
  (void)state;
  synthetic s;
  make(&s, XY__BEFORE);
  xy_results *results = measured(&s);
  size_t found[sizeof measures / sizeof *measures] = {0};
  for (size_t i = 0; i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    if (strcmp(row->mode, "name") != 0) continue;
    for (size_t k = 0; k < sizeof measures / sizeof *measures; k++) {
      if (strcmp(row->measure, measures[k]) != 0) continue;
      found[k]++;
      double statement = as(results, row, row->measure, "predicate")->value;
      assert_near(as(results, row, row->measure, "full")->value, row->value + statement, 1e-12, 1e-12);
    }
  }
  for (size_t k = 0; k < sizeof measures / sizeof *measures; k++) {
    if (found[k] == 0) fail_msg("no %s in mode name", measures[k]);
  }
  xy_results_free(results);
  synthetic_dispose(&s);
}

static void a_gap_changes_by_what_becomes_of_its_sides(void **state) {
  (void)state;
  synthetic s;
  make(&s, XY__BEFORE);
  xy_results *results = measured(&s);
  size_t checked = 0;
  for (size_t i = 0; i < results->n_measures; i++) {
    const xy_measure *target = &results->measures[i];
    if (strcmp(target->measure, "target_change") != 0) continue;
    const xy_measure *counterpart = as(results, target, "counterpart_change", target->mode);
    assert_near(as(results, target, "amplification", target->mode)->value, target->value - counterpart->value, 1e-12,
                1e-12);
    assert_true(target->low < target->value && target->value < target->high && !isnan(target->q));
    checked++;
  }
  assert_true(checked > 20);
  row_of(results, "target_change", "predicate", "dpo", "base", "all", "all"); /* the root, too */
  xy_results_free(results);
  synthetic_dispose(&s);
}

static void no_mean_mixes_the_kinds(void **state) {
  (void)state;
  synthetic s;
  make(&s, XY__BEFORE);
  s.bench.items[3].place = XY__SAME; /* parted as well */
  xy_results *results = measured(&s);
  row_of(results, "mean_gap", "predicate", "dpo", "", "all", "all");
  xy_results_free(results);
  s.bench.items[3].place = XY__AFTER;
  results = measured(&s);
  assert_null(xy__results_find(results, NULL, NULL, "predicate", NULL, NULL, NULL, NULL));
  assert_null(xy__results_find(results, NULL, NULL, "name", NULL, NULL, NULL, NULL));
  row_of(results, "mean_gap", "full", "dpo", "", "all", "all");
  xy_results_free(results);
  synthetic_dispose(&s);
}

static void expect_headline(const xy_bench *bench, xy__mode asked, bool sums, xy__mode wanted, const char *why) {
  xy__measure_settings set;
  xy__measure_defaults(&set);
  set.headline = asked;
  set.sums = sums;
  xy__headline headline;
  assert_true(xy__headline_of(&headline, bench, &set));
  assert_string_equal(xy__mode_name(headline.gaps), xy__mode_name(wanted));
  assert_string_equal(headline.mode, xy__mode_name(wanted));
  if (strstr(headline.why, why) == NULL) fail_msg("%s: expected '%s'", headline.why, why);
}

static void a_benchmark_is_read_as_its_items_allow(void **state) {
  (void)state;
  synthetic s;
  make(&s, XY__BEFORE);
  xy_bench *bench = &s.bench;
  assert_string_equal(xy__bench_split(bench), "known");
  expect_headline(bench, XY__BY_BENCHMARK, false, XY__PREDICATE, "precedes what is said");
  expect_headline(bench, XY__BY_BENCHMARK, true, XY__FULL, "sums");
  expect_headline(bench, XY__PER_BYTE, false, XY__PER_BYTE, "asked for");
  bench->items[1].place = XY__SAME;
  expect_headline(bench, XY__BY_BENCHMARK, false, XY__PREDICATE, "precedes what is said");
  bench->items[1].place = XY__GUESSED;
  assert_string_equal(xy__bench_split(bench), "guessed");
  expect_headline(bench, XY__BY_BENCHMARK, false, XY__SHARED, "does not say where the identity term ends");
  bench->items[2].place = XY__AFTER;
  assert_string_equal(xy__bench_split(bench), "after");
  expect_headline(bench, XY__BY_BENCHMARK, false, XY__SHARED, "nothing tells the name from what is said");
  expect_headline(bench, XY__PREDICATE, false, XY__SHARED, "nothing tells"); /* its mean would mix kinds */
  expect_headline(bench, XY__FULL, false, XY__FULL, "asked for");
  bench->task = "coref";
  expect_headline(bench, XY__BY_BENCHMARK, false, XY__FULL, "what follows it decides");
  synthetic_dispose(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_parts_sum_to_the_whole), cmocka_unit_test(a_gap_changes_by_what_becomes_of_its_sides),
      cmocka_unit_test(no_mean_mixes_the_kinds), cmocka_unit_test(a_benchmark_is_read_as_its_items_allow)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
