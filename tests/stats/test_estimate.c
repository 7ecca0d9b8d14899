/* Estimates on clustered data: closed forms, exact and random permutation, bounds of rates, sharing, threads; and
 * corrections and rank correlations against SciPy. */
#include <omp.h>

#include "stats/stats.h"
#include "support.h"

static const xy__stats_options options = {.draws = 10000, .permutations = 10000, .seed = 1, .confidence = 0.95};

static xy__estimate estimate(const double *values, double null, bool rate, const int *cluster, size_t n) {
  xy__column column = {.values = values, .null = null, .rate = rate};
  xy__estimate out;
  xy_error err = {0};
  assert_ok(xy__stats_estimate(&out, &column, 1, cluster, n, 7, &options, &err), err);
  return out;
}

/* 20 clusters of 1 to 4 items. The references are NumPy's and SciPy's on the formulas of docs/measures.md; p is over
 * all 2^20 signs. */
static void agrees_with_numpy(void **state) {
  (void)state;
  double values[50];
  int cluster[50];
  size_t n = 0;
  for (int g = 0; g < 20; g++) {
    for (int k = 0; k < 1 + g % 4; k++, n++) {
      values[n] = (g * 7 + k * 3) % 11 / 4.0 - 1;
      cluster[n] = 100 - g;
    }
  }
  xy__estimate out = estimate(values, 0, false, cluster, n);
  assert_int_equal(out.n, 50);
  assert_int_equal(out.clusters, 20);
  assert_near(out.value, 0.255, 1e-12, 0);
  assert_near(out.detectable, 0.22742393920821294, 0, 1e-9);
  assert_near(out.p, 0.00971221923828125, 1e-12, 0);
  assert_true(out.low < out.low90 && out.low90 < out.value && out.value < out.high90 && out.high90 < out.high);
}

static void exact_permutation_of_seven(void **state) {
  (void)state;
  const double e[] = {3, -1, 2, 2.5, 0.5, -0.25, 1};
  const int cluster[] = {0, 1, 2, 3, 4, 5, 6};
  assert_near(estimate(e, 0, false, cluster, 7).p, 0.125, 1e-12, 0);
}

/* Ten equal clusters: only all plus and all minus are as extreme. Sums that differ by rounding alone are ties. */
static void rounding_makes_no_difference(void **state) {
  (void)state;
  double values[10];
  int cluster[10];
  for (int i = 0; i < 10; i++) {
    values[i] = 0.1;
    cluster[i] = i;
  }
  assert_near(estimate(values, 0, false, cluster, 10).p, 2.0 / 1024, 1e-12, 0);
}

static void random_flips_count_the_observed(void **state) {
  (void)state;
  double values[40];
  int cluster[40];
  for (int i = 0; i < 40; i++) {
    values[i] = 1 + i % 3;
    cluster[i] = i;
  }
  assert_near(estimate(values, 0, false, cluster, 40).p, 1.0 / 10001, 1e-12, 0);
}

/* With clusters of one item and one size the interval is close to Student's. */
static void interval_is_near_students(void **state) {
  (void)state;
  double values[200], sum = 0, squares = 0;
  int cluster[200];
  for (int i = 0; i < 200; i++) {
    values[i] = sin(i * 12.9898) * 3;
    cluster[i] = i;
    sum += values[i];
    squares += values[i] * values[i];
  }
  double mean = sum / 200, half = 1.9719565442493954 * sqrt((squares - 200 * mean * mean) / 199 / 200);
  xy__estimate out = estimate(values, 0, false, cluster, 200);
  assert_near(out.low, mean - half, 0.03 * half, 0);
  assert_near(out.high, mean + half, 0.03 * half, 0);
}

static void rates_stay_within_bounds(void **state) {
  (void)state;
  double values[20];
  int cluster[20];
  for (int i = 0; i < 20; i++) {
    values[i] = 1;
    cluster[i] = i;
  }
  xy__estimate all = estimate(values, 0.5, true, cluster, 20);
  assert_near(all.low, pow(0.025, 1.0 / 20), 1e-12, 0);
  assert_near(all.high, 1, 0, 0);
  assert_near(all.low90, pow(0.05, 1.0 / 20), 1e-12, 0);
  values[3] = 0;
  xy__estimate most = estimate(values, 0.5, true, cluster, 20);
  assert_true(most.high <= 1 && most.low < 0.95 && most.low > 0.7);
  for (int i = 0; i < 20; i++) values[i] = 0;
  /* Whatever share of items is wrong, and however few: no rate looks surer than one without an exception. */
  double many[400];
  int of[400];
  for (int wrong = 0; wrong <= 200; wrong++) {
    for (int i = 0; i < 400; i++) {
      many[i] = i * 7 % 400 >= wrong;
      of[i] = i / 20;
    }
    xy__estimate one = estimate(many, 0.5, true, of, 400), other;
    for (int i = 0; i < 400; i++) many[i] = 1 - many[i];
    other = estimate(many, 0.5, true, of, 400);
    assert_true(one.low <= all.low && one.low90 <= all.low90 && one.low <= one.value && one.value <= one.high);
    assert_true(other.high >= 1 - all.low && other.high90 >= 1 - all.low90 && other.low <= other.value);
  }
  xy__estimate none = estimate(values, 0.5, true, cluster, 20);
  assert_near(none.high, 1 - pow(0.025, 1.0 / 20), 1e-12, 0);
  assert_near(none.low, 0, 0, 0);
}

/* What does not vary, or has too few clusters for any test, has no smallest effect. */
static void nothing_detectable_is_no_number(void **state) {
  (void)state;
  double values[8];
  int cluster[8];
  for (int i = 0; i < 8; i++) {
    values[i] = 0.1 + i;
    cluster[i] = i;
  }
  assert_true(estimate(values, 0, false, cluster, 6).detectable > 0);
  assert_true(isnan(estimate(values, 0, false, cluster, 5).detectable));
  for (int i = 0; i < 8; i++) values[i] = 0.1;
  xy__estimate constant = estimate(values, 0, false, cluster, 8);
  assert_true(isnan(constant.detectable) && isfinite(constant.low) && constant.p < 0.05);
}

static void one_cluster_has_no_interval(void **state) {
  (void)state;
  const double values[] = {1, 2, 3};
  const int cluster[] = {4, 4, 4};
  xy__estimate out = estimate(values, 0, false, cluster, 3);
  assert_near(out.value, 2, 1e-12, 0);
  assert_int_equal(out.clusters, 1);
  assert_true(isnan(out.low) && isnan(out.high) && isnan(out.p) && isnan(out.detectable));
}

static void two_clusters_have_a_wide_interval(void **state) {
  (void)state;
  const double values[] = {1, 2};
  const int cluster[] = {0, 1};
  xy__estimate out = estimate(values, 0, false, cluster, 2);
  /* Every bootstrap mean lies within 0.5 of the estimate; sqrt(2) * t(0.975, 1) / z stretches that. */
  double arm = 0.5 * sqrt(2) * 12.706204736174694 / 1.959963984540054;
  assert_near(out.low, 1.5 - arm, 1e-6, 0);
  assert_near(out.high, 1.5 + arm, 1e-6, 0);
  assert_near(out.p, 0.5, 1e-12, 0);
}

static void items_left_out_do_not_count(void **state) {
  (void)state;
  double values[60], kept[40];
  unsigned char use[60];
  int cluster[60], kept_cluster[40];
  size_t n = 0;
  for (int i = 0; i < 60; i++) {
    values[i] = i % 3 == 0 ? NAN : cos(i);
    use[i] = i % 3 != 0;
    cluster[i] = i / 3;
    if (use[i]) {
      kept[n] = values[i];
      kept_cluster[n++] = cluster[i];
    }
  }
  xy__column column = {.values = values, .use = use};
  xy__estimate out;
  xy_error err = {0};
  assert_ok(xy__stats_estimate(&out, &column, 1, cluster, 60, 7, &options, &err), err);
  xy__estimate alone = estimate(kept, 0, false, kept_cluster, n);
  assert_memory_equal(&out, &alone, sizeof out);
}

static void columns_do_not_disturb_each_other(void **state) {
  (void)state;
  enum { COLUMNS = 150, N = 240 };
  static double values[COLUMNS][N];
  static xy__column columns[COLUMNS];
  static xy__estimate one[COLUMNS], two[COLUMNS];
  int cluster[N];
  for (int i = 0; i < N; i++) cluster[i] = i % 40;
  for (int c = 0; c < COLUMNS; c++) {
    for (int i = 0; i < N; i++) values[c][i] = sin(c * 31.7 + i * 1.3) + 0.05;
    columns[c] = (xy__column){.values = values[c]};
  }
  xy_error err = {0};
  omp_set_num_threads(1);
  assert_ok(xy__stats_estimate(one, columns, COLUMNS, cluster, N, 7, &options, &err), err);
  omp_set_num_threads(2);
  assert_ok(xy__stats_estimate(two, columns, COLUMNS, cluster, N, 7, &options, &err), err);
  assert_memory_equal(one, two, sizeof one);
  for (int c = 0; c < COLUMNS; c += 37) {
    xy__estimate alone = estimate(values[c], 0, false, cluster, N);
    assert_memory_equal(&one[c], &alone, sizeof alone);
  }
}

static void draws_are_paired(void **state) {
  (void)state;
  double x[90], y[90], sum[90];
  int cluster[90];
  for (int i = 0; i < 90; i++) {
    x[i] = sin(i);
    y[i] = 1 - sin(i);
    sum[i] = x[i] + y[i];
    cluster[i] = i / 3;
  }
  xy__estimate out = estimate(sum, 0, false, cluster, 90);
  assert_near(out.low, 1, 1e-9, 0);
  assert_near(out.high, 1, 1e-9, 0);
}

static void refuses_what_is_not_finite(void **state) {
  (void)state;
  const double values[] = {1, NAN, 3};
  const int cluster[] = {0, 1, 2}, negative[] = {0, -1, 2};
  xy__column column = {.values = values};
  xy__estimate out;
  xy_error err = {0};
  assert_fails(xy__stats_estimate(&out, &column, 1, cluster, 3, 0, &options, &err), XY_ERR_NUMERIC, err, "item 1");
  assert_fails(xy__stats_spearman(&out, values, values, cluster, 3, 0, &options, &err), XY_ERR_NUMERIC, err, "item 1");
  assert_fails(xy__stats_estimate(&out, &column, 1, negative, 3, 0, &options, &err), XY_ERR_ARGUMENT, err, "negative");
  xy__stats_options few = options;
  few.draws = 5;
  assert_fails(xy__stats_estimate(&out, &column, 1, cluster, 3, 0, &few, &err), XY_ERR_ARGUMENT, err, "draws");
}

/* SciPy: stats.spearmanr. */
static void spearman_agrees_with_scipy(void **state) {
  (void)state;
  const double x[] = {1, 2, 2, 3, 5, 5, 5, 8, 9, 4, 0, 2}, y[] = {2, 1, 4, 4, 4, 7, 6, 9, 9, 9, -1, 3};
  const double constant[12] = {0};
  const int cluster[] = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5};
  xy__estimate out;
  xy_error err = {0};
  assert_ok(xy__stats_spearman(&out, x, y, cluster, 12, 0, &options, &err), err);
  assert_near(out.value, 0.8705035971223022, 1e-12, 0);
  assert_true(out.low > -1 && out.low < out.value && out.value < out.high && out.high < 1);
  assert_true(isnan(out.p));
  assert_ok(xy__stats_spearman(&out, x, x, cluster, 12, 0, &options, &err), err);
  assert_near(out.value, 1, 1e-12, 0);
  assert_true(out.low > 0.999 && out.high <= 1);
  assert_ok(xy__stats_spearman(&out, x, constant, cluster, 12, 0, &options, &err), err);
  assert_true(isnan(out.value) && isnan(out.low));
  xy__estimate one, two;
  omp_set_num_threads(1);
  assert_ok(xy__stats_spearman(&one, x, y, cluster, 12, 0, &options, &err), err);
  omp_set_num_threads(2);
  assert_ok(xy__stats_spearman(&two, x, y, cluster, 12, 0, &options, &err), err);
  assert_memory_equal(&one, &two, sizeof one);
}

/* SciPy: stats.false_discovery_control. */
static void corrections_agree_with_scipy(void **state) {
  (void)state;
  const double p[] = {0.01, 0.04, NAN, 0.03, 0.005, 0.5, 0.04, 1.0, 0.0002};
  const double expected[] = {0.026666666666666665,
                             0.05333333333333333,
                             NAN,
                             0.05333333333333333,
                             0.02,
                             0.5714285714285714,
                             0.05333333333333333,
                             1.0,
                             0.0016};
  double q[9];
  xy_error err = {0};
  assert_ok(xy__stats_adjust(q, p, 9, &err), err);
  for (int i = 0; i < 9; i++) {
    if (i == 2) {
      assert_true(isnan(q[i]));
    } else {
      assert_near(q[i], expected[i], 1e-15, 0);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_numpy),
      cmocka_unit_test(exact_permutation_of_seven),
      cmocka_unit_test(rounding_makes_no_difference),
      cmocka_unit_test(random_flips_count_the_observed),
      cmocka_unit_test(interval_is_near_students),
      cmocka_unit_test(rates_stay_within_bounds),
      cmocka_unit_test(nothing_detectable_is_no_number),
      cmocka_unit_test(one_cluster_has_no_interval),
      cmocka_unit_test(two_clusters_have_a_wide_interval),
      cmocka_unit_test(items_left_out_do_not_count),
      cmocka_unit_test(columns_do_not_disturb_each_other),
      cmocka_unit_test(draws_are_paired),
      cmocka_unit_test(refuses_what_is_not_finite),
      cmocka_unit_test(spearman_agrees_with_scipy),
      cmocka_unit_test(corrections_agree_with_scipy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
