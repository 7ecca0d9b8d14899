#include "stats/quantile.h"

#include <math.h>

/* Regularised incomplete beta function I_x(a, b) by its continued fraction, evaluated as Lentz does (Numerical
 * Recipes, 6.4); converges fast for x < (a + 1) / (a + b + 2), and the symmetry I_x(a, b) = 1 - I_1-x(b, a) does the
 * rest. */
static double beta_fraction(double x, double a, double b) {
  const double tiny = 1e-300;
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (fabs(d) < tiny ? tiny : d);
  double fraction = d;
  for (int m = 1; m <= 500; m++) {
    double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    for (int half = 0; half < 2; half++) {
      double term = half == 0 ? even : odd;
      d = 1 + term * d;
      c = 1 + term / c;
      d = 1 / (fabs(d) < tiny ? tiny : d);
      if (fabs(c) < tiny) c = tiny;
      fraction *= c * d;
    }
    if (fabs(c * d - 1) < 1e-15) break;
  }
  return fraction;
}

static double incomplete_beta(double x, double a, double b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(x, a, b) / a;
  return 1 - front * beta_fraction(1 - x, b, a) / b;
}

static double student_upper_tail(double t, double df) { return incomplete_beta(df / (df + t * t), df / 2, 0.5) / 2; }
static double normal_upper_tail(double z, double unused) {
  (void)unused;
  return erfc(z / sqrt(2)) / 2;
}

/* The point where a falling upper tail reaches 1 - p, by halving a bracket that doubles until it holds it. */
static double invert(double (*upper_tail)(double, double), double p, double df) {
  double low = 0, high = 1;
  while (upper_tail(high, df) > 1 - p && high < 1e12) high *= 2;
  for (int i = 0; i < 200 && high - low > 1e-12 * high; i++) {
    double middle = (low + high) / 2;
    if (upper_tail(middle, df) > 1 - p) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

double xy__student_quantile(double p, double df) { return invert(student_upper_tail, p, df); }
double xy__normal_quantile(double p) { return invert(normal_upper_tail, p, 0); }

static void swap(double *a, double *b) {
  double t = *a;
  *a = *b;
  *b = t;
}

/* Moves the k-th smallest of values[low..high] to place k, smaller ones before it (Hoare's selection, middle element
 * as the pivot: draws arrive in random order). */
static void select_order(double *values, size_t low, size_t high, size_t k) {
  while (low < high) {
    double pivot = values[low + (high - low) / 2];
    size_t i = low, j = high;
    for (;;) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i >= j) break;
      swap(&values[i++], &values[j--]);
    }
    /* values[low..j] <= pivot <= values[j+1..high] */
    if (k <= j) {
      high = j;
    } else {
      low = j + 1;
    }
  }
}

void xy__quantiles(double *quantile, const double *p, size_t n_p, double *values, size_t n) {
  size_t sorted = 0; /* values before this place are no larger than those after it */
  for (size_t k = 0; k < n_p; k++) {
    double place = p[k] * (double)(n - 1);
    size_t below = (size_t)place;
    size_t above = below + 1 < n ? below + 1 : below;
    if (below >= sorted) select_order(values, sorted, n - 1, below);
    if (above > below) select_order(values, below + 1, n - 1, above);
    sorted = below;
    quantile[k] = values[below] + (place - (double)below) * (values[above] - values[below]);
  }
}
