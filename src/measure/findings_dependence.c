/* Findings of what a verdict rests on: changes over whole benchmarks whose verdict is another one under another mode or
 * rule (levels.h), and gaps whose mean and share lean to opposite sides.
 */
#include <math.h>
#include <string.h>

#include "measure/findings.h"
#include "measure/headline.h"
#include "measure/levels.h"
#include "measure/words.h"
#include "results/kinds.h"
#include "results/verdicts.h"
#include "results/view.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

/* The mode that gaps of the benchmark are shown under; "" where it has none. */
static const char *shown_mode(const xy__measured *r, const xy_bench *bench) {
  xy__headline headline;
  bool gaps = xy__mode_has_gaps(bench->task) && xy__headline_of(&headline, bench, r->settings);
  return gaps ? xy__mode_name(headline.gaps) : "";
}

/* What a change is called where findings speak of it; NULL: they do not. */
static const char *phrase_of(const xy_measure *row) {
  const xy__kind *kind = xy__kind_changed(row->measure);
  if (kind == NULL) return NULL;
  return is(kind->name, XY__GAP) ? "the gap" : kind->phrase;
}

/* Where a row was measured: "From base to dpo, on stigma". */
static void add_place(xy__text *text, const xy_measure *row) {
  if (row->against[0] == '\0') {
    xy__text_addf(text, "At %s, on %s", row->stage, row->benchmark);
  } else {
    xy__text_addf(text, "From %s to %s, on %s", row->against, row->stage, row->benchmark);
  }
}

/* `row` is the one under the first mode or rule. */
static int add_dependence(const xy__measured *r, const xy_measure *row, const char *phrase, const xy_bench *bench,
                          xy_error *err) {
  xy__text text = {0};
  const xy__mode_row *mode;
  add_place(&text, row);
  xy__text_addf(&text, ": the verdict on %s %s:", phrase, xy_depends_text(row->depends));
  const char *separator = " ";
  for (size_t i = 0; (mode = xy__held_mode(bench, i)) != NULL; i++) {
    const xy_measure *one =
        xy__results_find(r->results, row->benchmark, row->measure, mode->name, row->stage, row->against, "all", "all");
    if (one == NULL || isnan(one->value)) continue;
    xy__text_addf(&text, "%s%s (%s, ", separator, one->verdict, xy_mode_label(mode->name));
    xy__words_value(&text, one);
    xy__text_add(&text, ")");
    separator = ", ";
  }
  xy__text_add(&text, ".");
  const char *kind = is(row->depends, XY__ON_MODE) ? "mode_dependence" : "rule_dependence";
  return xy__words_end(&text, r->results, kind, row, err);
}

/* The side of parity that a row lies on, +1 or -1; 0 where it is not distinct from it. */
static int side_of(const xy__measured *r, const xy_measure *row) {
  if (row == NULL) return 0;
  xy__evidence evidence = xy__evidence_of(row, r->settings);
  if (!xy__distinct(&evidence, r->settings->alpha)) return 0;
  return evidence.low > evidence.null ? 1 : -1;
}

/* A few large gaps can carry the mean one way while most pairs lean the other. */
static int add_mean_and_share(const xy__measured *r, const xy_measure *mean, const char *share, xy_error *err) {
  const xy_measure *rate =
      xy__results_find(r->results, mean->benchmark, share, mean->mode, mean->stage, mean->against, "all", "all");
  int side = side_of(r, mean);
  if (side == 0 || side + side_of(r, rate) != 0) return XY_OK;
  xy__text text = {0};
  bool change = mean->against[0] != '\0';
  add_place(&text, mean);
  xy__text_addf(&text, ", mean and share disagree: the mean gap %s ", change ? "changed by" : "is");
  xy__words_estimate(&text, mean, r->settings, "");
  xy__text_addf(&text, ", and the share of pairs in which the target text is preferred %s ",
                change ? "changed by" : "is");
  xy__words_estimate(&text, rate, r->settings, "");
  xy__text_add(&text, ". A few large gaps outweigh many small ones.");
  return xy__words_end(&text, r->results, "mean_and_share", mean, err);
}

int xy__findings_dependence(const xy__measured *r, xy_error *err) {
  const xy_results *results = r->results;
  const char *share = "preference_rate";
  const char *of_gap = xy__kind_of(XY__GAP)->change, *of_share = xy__kind_of(share)->change;
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    const xy_bench *bench = xy__view_is_whole(row) ? xy__measured_bench(r, row) : NULL;
    if (bench == NULL) continue;
    const char *phrase = phrase_of(row), *headline = shown_mode(r, bench);
    if (phrase != NULL && row->depends[0] != '\0' && is(row->mode, xy__held_mode(bench, 0)->name)) {
      rc = add_dependence(r, row, phrase, bench, err);
    }
    if (rc != XY_OK || !is(row->mode, headline)) continue;
    if (is(row->measure, XY__GAP)) {
      rc = add_mean_and_share(r, row, share, err);
    }
    if (rc == XY_OK && is(row->measure, of_gap)) {
      rc = add_mean_and_share(r, row, of_share, err);
    }
  }
  return rc;
}
