/* See number.h. */
#include "results/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "results/kinds.h"

/* Shares stand in percent. */
static double shown(double value, bool rate) { return rate ? 100 * value : value; }
static int decimals_of(bool rate) { return rate ? 1 : 3; }

void xy__number_add_count(xy__text *out, int64_t count) {
  char digits[32];
  int n = snprintf(digits, sizeof digits, "%lld", (long long)count);
  for (int i = 0; i < n; i++) {
    xy__text_add_bytes(out, digits + i, 1);
    int left = n - 1 - i;
    if (left > 0 && left % 3 == 0 && digits[i] != '-') xy__text_add(out, ",");
  }
}

void xy__number_add_value(xy__text *out, const char *measure, double value) {
  if (!isfinite(value)) {
    xy__text_add(out, "–");
    return;
  }
  bool rate = xy__is_rate(measure);
  bool change = xy__is_step(measure);
  char number[64];
  int n = snprintf(number, sizeof number, "%.*f", decimals_of(rate), shown(fabs(value), rate));
  bool zero = strspn(number, "0.") == (size_t)n;
  xy__text_add(out, zero ? "" : value < 0 ? "−" : !rate || change ? "+" : "");
  xy__text_add(out, number);
  if (rate) xy__text_add(out, change ? " pp" : "%");
}

void xy__number_add_interval(xy__text *out, const xy_measure *row, const char *between) {
  xy__number_add_value(out, row->measure, row->low);
  xy__text_add(out, between);
  xy__number_add_value(out, row->measure, row->high);
}

void xy__number_add_estimate(xy__text *out, const xy_measure *row) {
  xy__number_add_value(out, row->measure, row->value);
  if (!isfinite(row->low) || !isfinite(row->high)) return;
  xy__text_add(out, " [");
  xy__number_add_interval(out, row, ", ");
  xy__text_add(out, "]");
}

void xy__number_add_p(xy__text *out, double p) {
  if (!isfinite(p)) {
    xy__text_add(out, "–");
  } else if (p < 0.001) {
    xy__text_add(out, "<0.001");
  } else {
    xy__text_addf(out, "%.3f", p);
  }
}

void xy__number_add_detectable(xy__text *out, const xy_measure *row) {
  if (!isfinite(row->detectable)) {
    xy__text_add(out, "–");
    return;
  }
  bool rate = xy__is_rate(row->measure);
  double size = shown(row->detectable, rate);
  int decimals = decimals_of(rate);
  if (size > 0) decimals = (int)fmax(decimals, 1 - floor(log10(size)));
  xy__text_addf(out, "±%.*f%s", decimals, size, rate ? " pp" : "");
}

void xy__number_add_size(xy__text *out, const xy_measure *row) {
  xy__number_add_count(out, row != NULL ? row->n : 0);
  xy__text_add(out, " items");
  if (row != NULL && row->ties > 0) {
    xy__text_add(out, " and ");
    xy__number_add_count(out, row->ties);
    xy__text_add(out, " ties");
  }
  xy__text_add(out, " in ");
  xy__number_add_count(out, row != NULL ? row->clusters : 0);
  xy__text_add(out, " clusters");
}
