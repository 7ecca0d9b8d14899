/* The difference of two sets of clusters: its value, its test against every labelling, and what it must not depend on.
 */
#include "stats/stats.h"
#include "support.h"

enum { COLUMNS = 2 };
static const xy__stats_options options = {.draws = 2000, .permutations = 20000, .seed = 3, .confidence = 0.95};

/* Two items a cluster. */
static const int first_cluster[] = {0, 0, 1, 1, 2, 2, 3, 3}, second_cluster[] = {0, 0, 1, 1, 2, 2};
static const double first_values[COLUMNS][8] = {{1, 2, 3, 4, 2, 2, 5, 3}, {0, 0, 0, 0, 0, 0, 0, 0}};
static const double second_values[COLUMNS][6] = {{0, 1, 1, 2, -1, 0}, {0, 0, 0, 0, 0, 0}};

static void estimate(xy__estimate out[COLUMNS], const double *weight, double shift) {
  double moved[2][8];
  const double *first[COLUMNS] = {moved[0], first_values[1]}, *second[COLUMNS] = {moved[1], second_values[1]};
  for (int i = 0; i < 8; i++) moved[0][i] = first_values[0][i] + shift;
  for (int i = 0; i < 6; i++) moved[1][i] = second_values[0][i] + shift;
  xy__set sets[2] = {{8, first_cluster, NULL, first}, {6, second_cluster, weight, second}};
  xy_error err;
  assert_ok(xy__stats_two_sets(out, sets, COLUMNS, 9, &options, &err), err);
}

static void the_value_is_the_difference_of_weighted_means(void **state) {
  (void)state;
  static const double weight[] = {1, 3, 1, 1, 2, 2};
  xy__estimate out[COLUMNS];
  estimate(out, NULL, 0);
  assert_near(out[0].value, 22.0 / 8 - 3.0 / 6, 1e-12, 0);
  assert_int_equal(out[0].n, 14);
  assert_int_equal(out[0].clusters, 7);
  assert_true(out[0].low < out[0].low90 && out[0].low90 < out[0].value && out[0].value < out[0].high90);
  assert_true(out[0].high90 < out[0].high && out[0].detectable > 0);
  estimate(out, weight, 0);
  assert_near(out[0].value, 22.0 / 8 - (3.0 + 1 + 2 - 2) / 10, 1e-12, 0);
}

/* Nothing differs anywhere: no evidence, and no interval but the point. */
static void equal_values_show_nothing(void **state) {
  (void)state;
  xy__estimate out[COLUMNS];
  estimate(out, NULL, 0);
  assert_near(out[1].value, 0, 1e-15, 0);
  assert_near(out[1].low, 0, 1e-15, 0);
  assert_near(out[1].high, 0, 1e-15, 0);
  assert_near(out[1].p, 1, 1e-15, 0);
}

/* Studentised, of one labelling of the seven clusters: the first set is those whose bit is set. */
static double statistic(unsigned labels) {
  static const double means[] = {1.5, 3.5, 2, 4, 0.5, 1.5, -0.5};
  double sum[2] = {0}, squares[2] = {0}, n[2] = {0};
  for (int g = 0; g < 7; g++) {
    int k = !(labels >> g & 1);
    n[k]++;
    sum[k] += means[g];
    squares[k] += means[g] * means[g];
  }
  double variance = 0;
  for (int k = 0; k < 2; k++) variance += (squares[k] - sum[k] * sum[k] / n[k]) / (n[k] - 1) / n[k];
  return fabs(sum[0] / n[0] - sum[1] / n[1]) / sqrt(variance);
}

static void p_is_the_share_of_labellings(void **state) {
  (void)state;
  long all = 0, reached = 0;
  for (unsigned labels = 0; labels < 128; labels++) {
    if (__builtin_popcount(labels) != 4) continue;
    all++;
    reached += statistic(labels) >= statistic(0xf) * (1 - 1e-9);
  }
  double p = (double)reached / (double)all;
  xy__estimate out[COLUMNS];
  estimate(out, NULL, 0);
  print_message("# p %.4f, of every labelling %.4f\n", out[0].p, p);
  assert_near(out[0].p, p, 4 * sqrt(p * (1 - p) / 20000), 0);
}

/* A general shift moves both means alike. */
static void a_shift_of_both_sets_changes_nothing(void **state) {
  (void)state;
  xy__estimate plain[COLUMNS], shifted[COLUMNS];
  estimate(plain, NULL, 0);
  estimate(shifted, NULL, 1000);
  assert_near(shifted[0].value, plain[0].value, 1e-9, 0);
  assert_near(shifted[0].low, plain[0].low, 1e-9, 0);
  assert_near(shifted[0].high, plain[0].high, 1e-9, 0);
  assert_near(shifted[0].p, plain[0].p, 1e-12, 0);
}

static void one_cluster_has_no_interval(void **state) {
  (void)state;
  const double *first[] = {first_values[0]}, *second[] = {second_values[0]};
  xy__set sets[2] = {{8, first_cluster, NULL, first}, {2, second_cluster, NULL, second}};
  xy__estimate out;
  xy_error err;
  assert_ok(xy__stats_two_sets(&out, sets, 1, 1, &options, &err), err);
  assert_near(out.value, 22.0 / 8 - 0.5, 1e-12, 0);
  assert_true(isnan(out.low) && isnan(out.high90) && isnan(out.p) && isnan(out.detectable));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_value_is_the_difference_of_weighted_means), cmocka_unit_test(equal_values_show_nothing),
      cmocka_unit_test(p_is_the_share_of_labellings), cmocka_unit_test(a_shift_of_both_sets_changes_nothing),
      cmocka_unit_test(one_cluster_has_no_interval)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
