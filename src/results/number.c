/* See number.h. */
#include "results/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "results/kinds.h"

/* Shares stand in percent. */
static double shown(double value, bool rate) { return rate ? 100 * value : value; }

enum { MOST_DECIMALS = 6, MORE_DECIMALS = 2 };

static bool reads_as_zero(double value, int decimals) { return value != 0 && fabs(value) < 0.5 * pow(10, -decimals); }

/* So many that `value` has two digits. */
static int two_digits(double value) { return (int)fmax(1 - floor(log10(value)), 0); }

/* What a reader expects, and more where the interval is narrow: two digits of half its width, or one from 35 on. */
static int decimals_of(const xy_measure *row) {
  bool rate = xy__is_rate(row->measure);
  double low = shown(row->low, rate), high = shown(row->high, rate), half = (high - low) / 2;
  int decimals = rate ? 1 : 3;
  if (!rate && half > 0 && isfinite(half)) {
    int asked = two_digits(half);
    if (half * pow(10, asked) >= 35.5) asked--;
    decimals = half >= 10 ? 0 : half >= 1 ? 1 : (int)fmin(fmax(asked, 2), MOST_DECIMALS);
  }
  for (int more = 0; more < MORE_DECIMALS && (reads_as_zero(low, decimals) || reads_as_zero(high, decimals)); more++) {
    decimals++;
  }
  return decimals;
}

/* Signs stand before changes and differences, where zero is no effect; a share has none. */
static void add_digits(xy__text *out, double value, int decimals, bool plus) {
  char number[352]; /* the largest double */
  int n = snprintf(number, sizeof number, "%.*f", decimals, fabs(value));
  bool zero = strspn(number, "0.") == (size_t)n;
  xy__text_add(out, zero ? "" : value < 0 ? "−" : plus ? "+" : "");
  xy__text_add(out, number);
}

static void add_number(xy__text *out, const char *measure, double value, int decimals) {
  bool rate = xy__is_rate(measure);
  add_digits(out, shown(value, rate), decimals, !rate || xy__is_step(measure));
}

static void add_with_unit(xy__text *out, const char *measure, double value, int decimals) {
  if (!isfinite(value)) {
    xy__text_add(out, "–");
    return;
  }
  add_number(out, measure, value, decimals);
  if (xy__is_rate(measure)) xy__text_add(out, xy__is_step(measure) ? " pp" : "%");
}

void xy__number_add_count(xy__text *out, int64_t count) {
  char digits[32];
  unsigned long long size = count < 0 ? -(unsigned long long)count : (unsigned long long)count;
  int n = snprintf(digits, sizeof digits, "%llu", size);
  if (count < 0) xy__text_add(out, "−");
  for (int i = 0; i < n; i++) {
    xy__text_add_bytes(out, digits + i, 1);
    int left = n - 1 - i;
    if (left > 0 && left % 3 == 0) xy__text_add(out, ",");
  }
}

void xy__number_add_value(xy__text *out, const char *measure, double value) {
  add_with_unit(out, measure, value, xy__is_rate(measure) ? 1 : 3);
}

void xy__number_add_row(xy__text *out, const xy_measure *row) {
  add_with_unit(out, row->measure, row->value, decimals_of(row));
}

void xy__number_add_interval(xy__text *out, const xy_measure *row) {
  if (!isfinite(row->low) || !isfinite(row->high)) return;
  int decimals = decimals_of(row);
  xy__text_add(out, "[");
  add_number(out, row->measure, row->low, decimals);
  xy__text_add(out, ", ");
  add_number(out, row->measure, row->high, decimals);
  xy__text_add(out, "]");
}

void xy__number_add_estimate(xy__text *out, const xy_measure *row) {
  xy__number_add_row(out, row);
  if (isfinite(row->low) && isfinite(row->high)) xy__text_add(out, " ");
  xy__number_add_interval(out, row);
}

void xy__number_add_end(xy__text *out, const xy_measure *row, double value) {
  add_number(out, row->measure, value, decimals_of(row));
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
  xy__text_add(out, "±");
  xy__number_add_magnitude(out, row->measure, row->detectable);
}

void xy__number_add_magnitude(xy__text *out, const char *measure, double size) {
  bool rate = xy__is_rate(measure);
  double number = shown(size, rate);
  xy__text_addf(out, "%.*f%s", number > 0 ? two_digits(number) : 1, number, rate ? " pp" : "");
}

void xy__number_add_counted(xy__text *out, int64_t count, const char *one, const char *many) {
  xy__number_add_count(out, count);
  xy__text_addf(out, " %s", xy_plural(count, one, many));
}

void xy__number_add_size(xy__text *out, const xy_measure *row) {
  xy__number_add_counted(out, row != NULL ? row->n : 0, "item", "items");
  if (row != NULL && row->ties > 0) {
    xy__text_add(out, " and ");
    xy__number_add_counted(out, row->ties, "tie", "ties");
  }
  xy__text_add(out, " in ");
  xy__number_add_counted(out, row != NULL ? row->clusters : 0, "cluster", "clusters");
}

char *xy_measure_text(const xy_measure *row, bool interval) {
  xy__text out = {0};
  (interval ? xy__number_add_estimate : xy__number_add_row)(&out, row);
  if (!out.failed) return out.data;
  xy__text_dispose(&out);
  return NULL;
}
