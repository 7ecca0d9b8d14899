/* A value of every item at a stage, in nats:
 *
 *   mean_gap        pair, coref: the gap D in the headline mode, at every stage
 *   reward_margin   pair, coref: beta (D(stage) - D(reference)) in mode `full`, at stages with an implicit reward
 *   declared_lead   pronoun: log P of the declared form less that of the likeliest other, rule `summed`; above 0 where
 *                   the item counts as right
 *   biased_lead     choice: log P of the answer that the stereotype gives less that of the other person; items without
 *                   a biased answer have none
 *
 * The first two are named after the rows of the long table whose mean they spread.
 */
#include <math.h>
#include <stdlib.h>

#include "measure/spread.h"

enum { NONE = -1 };

static const xy__option_score *scores_of(const xy_bench *bench, const xy__measure_stage *stage, size_t item) {
  const xy__option_score *scores = stage->options;
  for (size_t i = 0; i < item; i++) scores += bench->items[i].n_options;
  return scores;
}

static size_t likeliest_other(const xy__item *item, const xy__option_score *scores) {
  size_t best = item->n_options;
  for (size_t o = 0; o < item->n_options; o++) {
    if ((int)o != item->answer && (best == item->n_options || scores[o].term > scores[best].term)) best = o;
  }
  return best;
}

/* The answer of the stereotype and that of the other person; false where the item has not both. */
static bool people(size_t options[2], const xy__item *item) {
  bool found[2] = {false, false};
  for (size_t o = 0; o < item->n_options; o++) {
    if (item->options[o].role != XY__ANSWER) continue;
    size_t side = item->options[o].biased ? 0 : 1;
    if (found[side]) continue;
    found[side] = true;
    options[side] = o;
  }
  return found[0] && found[1];
}

static double pronoun_lead(const xy__item *item, const xy__option_score *scores) {
  size_t other = likeliest_other(item, scores);
  return item->answer >= 0 && other < item->n_options ? scores[item->answer].term - scores[other].term : NAN;
}

static double choice_lead(const xy__item *item, const xy__option_score *scores) {
  size_t options[2];
  return people(options, item) ? scores[options[0]].full - scores[options[1]].full : NAN;
}

void xy__series_options(size_t options[2], const xy_bench *bench, const xy__measure_stage *stage, size_t item) {
  const xy__item *of = &bench->items[item];
  options[0] = 0;
  options[1] = 1;
  if (bench->modality == XY__PRONOUN) {
    options[0] = (size_t)of->answer;
    options[1] = likeliest_other(of, scores_of(bench, stage, item));
  } else if (bench->modality == XY__CHOICE) {
    (void)people(options, of);
  }
}

static double *new_series(xy__series_list *list, const xy_bench *bench, const char *measure, const char *mode,
                          int stage, int against, xy_error *err) {
  double *values = xy__array(bench->n, sizeof *values);
  if (values == NULL || !xy__grow(&list->series, &list->capacity, list->n, sizeof *list->series)) {
    free(values);
    xy__fail_memory(err, "distributions");
    return NULL;
  }
  list->series[list->n++] = (xy__series){measure, mode, stage, against, values};
  return values;
}

static int add_gaps(xy__series_list *list, const xy_bench *bench, const xy__measure_stage *stages, int s,
                    xy__mode headline, xy_error *err) {
  if (stages[s].sums && xy__mode_by_token(headline)) return XY_OK;
  double *gaps = new_series(list, bench, "mean_gap", xy__mode_name(headline), s, NONE, err);
  if (gaps == NULL) return XY_ERR_MEMORY;
  for (size_t i = 0; i < bench->n; i++) gaps[i] = xy__pair_gap(stages[s].sides[i], headline);
  int from = stages[s].reference;
  if (from < 0 || stages[from].sides == NULL) return XY_OK;
  double *margins = new_series(list, bench, "reward_margin", xy__mode_name(XY__FULL), s, from, err);
  if (margins == NULL) return XY_ERR_MEMORY;
  for (size_t i = 0; i < bench->n; i++) {
    margins[i] =
        stages[s].beta * (xy__pair_gap(stages[s].sides[i], XY__FULL) - xy__pair_gap(stages[from].sides[i], XY__FULL));
  }
  return XY_OK;
}

static int add_leads(xy__series_list *list, const xy_bench *bench, const xy__measure_stage *stages, int s,
                     xy_error *err) {
  bool pronoun = bench->modality == XY__PRONOUN;
  if (pronoun && stages[s].sums) return XY_OK;
  double *leads =
      new_series(list, bench, pronoun ? "declared_lead" : "biased_lead",
                 pronoun ? xy__pronoun_rule_name(XY__SUMMED) : xy__choice_rule_name(XY__THREE_WAY), s, NONE, err);
  if (leads == NULL) return XY_ERR_MEMORY;
  const xy__option_score *scores = stages[s].options;
  for (size_t i = 0; i < bench->n; i++) {
    const xy__item *item = &bench->items[i];
    leads[i] = pronoun ? pronoun_lead(item, scores) : choice_lead(item, scores);
    scores += item->n_options;
  }
  return XY_OK;
}

int xy__series_make(xy__series_list *out, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                    xy__mode headline, xy_error *err) {
  xy__series_list list = {0};
  bool paired = bench->modality == XY__PAIR || bench->modality == XY__COREF;
  bool choosing = bench->modality == XY__CHOICE || bench->modality == XY__PRONOUN;
  int rc = XY_OK;
  for (int s = 0; rc == XY_OK && s < (int)n_stages; s++) {
    if (paired && stages[s].sides != NULL) rc = add_gaps(&list, bench, stages, s, headline, err);
    if (choosing && stages[s].options != NULL) rc = add_leads(&list, bench, stages, s, err);
  }
  if (rc != XY_OK) {
    xy__series_dispose(&list);
    return rc;
  }
  *out = list;
  return XY_OK;
}

void xy__series_dispose(xy__series_list *list) {
  for (size_t i = 0; i < list->n; i++) free(list->series[i].values);
  free(list->series);
  *list = (xy__series_list){0};
}
