#include "measure/words.h"

#include <math.h>

#include "results/kinds.h"
#include "results/number.h"

static void add_unit(xy__text *text, const xy_measure *row) {
  if (xy__is_gap(row->measure)) xy__text_addf(text, " %s", xy_gap_unit(row->mode));
}

void xy__words_value(xy__text *text, const xy_measure *row) {
  xy__number_add_row(text, row);
  add_unit(text, row);
}

void xy__words_detectable(xy__text *text, const xy_measure *row) {
  xy__number_add_detectable(text, row);
  add_unit(text, row);
}

void xy__words_estimate(xy__text *text, const xy_measure *row, const xy__measure_settings *settings,
                        const char *otherwise) {
  xy__words_value(text, row);
  xy__words_interval(text, row, settings, otherwise);
}

void xy__words_q(xy__text *text, double q) {
  if (isnan(q)) return;
  xy__text_addf(text, q < 0.001 ? ", q < 0.001" : ", q = %.3f", q);
}

void xy__words_interval(xy__text *text, const xy_measure *row, const xy__measure_settings *settings,
                        const char *otherwise) {
  if (isnan(row->low)) {
    xy__text_add(text, otherwise);
    return;
  }
  xy__text_addf(text, " (%g%% interval ", 100 * settings->stats.confidence);
  xy__number_add_end(text, row, row->low);
  xy__text_add(text, " to ");
  xy__number_add_end(text, row, row->high);
  xy__words_q(text, row->q);
  xy__text_add(text, ")");
}

void xy__words_interval90(xy__text *text, const xy_measure *row) {
  xy__text_add(text, "90% interval ");
  xy__number_add_end(text, row, row->low90);
  xy__text_add(text, " to ");
  xy__number_add_end(text, row, row->high90);
}

int xy__words_end(xy__text *text, xy_results *results, const char *kind, const xy_measure *row, xy_error *err) {
  int rc =
      text->failed ? xy__fail_memory(err, "findings") : xy__results_add_finding_of(results, kind, text->data, row, err);
  xy__text_dispose(text);
  return rc;
}
