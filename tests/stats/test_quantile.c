/* Quantiles: Student's t and the normal against SciPy 1.x (stats.t.ppf, stats.norm.ppf), samples against numpy. */
#include "stats/quantile.h"

#include "support.h"

static void agrees_with_scipy(void **state) {
  (void)state;
  static const struct {
    double df, at[4];
  } t[] = {
      {1, {1.3763819204711738, 6.313751514675037, 12.706204736174694, 63.656741162871526}},
      {2.5, {1.0101638747222512, 2.5582186141359355, 3.5746548420036817, 7.163728138948783}},
      {7, {0.8960296443137653, 1.8945786050900062, 2.364624251592784, 3.4994832973504924}},
      {19, {0.8609505502689286, 1.7291328115213682, 2.0930240544083087, 2.8609346064649794}},
      {59.3, {0.8477246994154636, 1.6709581841999523, 2.000783591162775, 2.661310649435369}},
      {1000, {0.8419808221624288, 1.6463788172854643, 1.9623390808264083, 2.580754698065951}},
  };
  static const double p[4] = {0.8, 0.95, 0.975, 0.995};
  for (size_t i = 0; i < sizeof t / sizeof t[0]; i++) {
    for (size_t k = 0; k < 4; k++) assert_near(xy__student_quantile(p[k], t[i].df), t[i].at[k], 0, 1e-9);
  }
  assert_near(xy__normal_quantile(0.5), 0, 1e-9, 0);
  assert_near(xy__normal_quantile(0.8), 0.8416212335729143, 0, 1e-10);
  assert_near(xy__normal_quantile(0.975), 1.959963984540054, 0, 1e-10);
}

static void agrees_with_numpy(void **state) {
  (void)state;
  const double p[] = {0.025, 0.05, 0.5, 0.95, 0.975}, expected[] = {0.25, 0.5, 25, 90.5, 95.25};
  for (int turn = 0; turn < 11; turn++) {
    double values[11], got[5];
    for (int i = 0; i < 11; i++) values[i] = pow((turn + 7 * i) % 11, 2);
    xy__quantiles(got, p, 5, values, 11);
    for (int k = 0; k < 5; k++) assert_near(got[k], expected[k], 1e-12, 0);
  }
  double same[] = {2, 2, 2, 2}, got[5];
  xy__quantiles(got, p, 5, same, 4);
  for (int k = 0; k < 5; k++) assert_near(got[k], 2, 0, 0);
  double one[] = {5};
  xy__quantiles(got, p, 5, one, 1);
  for (int k = 0; k < 5; k++) assert_near(got[k], 5, 0, 0);
}

static int ascending(const void *a, const void *b) {
  const double *x = a, *y = b;
  return *x < *y ? -1 : *x > *y;
}

static void agrees_with_sorting(void **state) {
  (void)state;
  enum { N = 1000 };
  double values[N], sorted[N], got[5];
  const double p[] = {0, 0.025, 0.5, 0.9, 1};
  for (uint32_t i = 0; i < N; i++) values[i] = sorted[i] = (double)((i * 2654435761u >> 8) % 300); /* many ties */
  qsort(sorted, N, sizeof sorted[0], ascending);
  xy__quantiles(got, p, 5, values, N);
  for (int k = 0; k < 5; k++) {
    double place = p[k] * (N - 1);
    int below = (int)place, above = below + 1 < N ? below + 1 : below;
    assert_near(got[k], sorted[below] + (place - below) * (sorted[above] - sorted[below]), 1e-12, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_scipy), cmocka_unit_test(agrees_with_numpy),
                                     cmocka_unit_test(agrees_with_sorting)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
