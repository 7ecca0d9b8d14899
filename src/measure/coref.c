/* Coref benchmarks (WinoBias, Winogender): the pronoun that the stereotype expects against the one that it does not,
 * given the sentence up to it. The gap between the two is measured as that of a pair (pairs.c), in mode `pronoun` of
 * the pronoun alone and in the others of the pronoun and the rest of the sentence. Here stand the rows of the
 * probabilities themselves, and of neutral pronouns where the data have them:
 *
 *   pro_probability, anti_probability, neutral_probability   P(pronoun | sentence up to it)
 *   neutral_gap    log P(neutral) - (log P(pro) + log P(anti)) / 2, in nats, over items that have a neutral pronoun
 */
#include <math.h>
#include <stdlib.h>

#include "measure/modality.h"

enum { PRO, ANTI, NEUTRAL, PROBABILITIES };

typedef struct pronouns {
  xy__share *probability[PROBABILITIES], *gap;
} pronouns;

static bool fill(pronouns *out, xy__wide *wide, int stage) {
  const xy_bench *bench = wide->bench;
  for (int k = 0; k < PROBABILITIES; k++) out->probability[k] = xy__wide_share(wide);
  out->gap = xy__wide_share(wide);
  if (wide->failed) return false;
  const xy__option_score *scores = wide->stages[stage].options;
  for (size_t i = 0; i < bench->n; i++) {
    size_t n = bench->items[i].n_options;
    for (size_t k = 0; k < PROBABILITIES && k < n; k++) {
      out->probability[k]->values[i] = exp(scores[k].term);
      out->probability[k]->use[i] = 1;
    }
    if (n > NEUTRAL) {
      out->gap->values[i] = scores[NEUTRAL].term - (scores[PRO].term + scores[ANTI].term) / 2;
      out->gap->use[i] = 1;
    }
    scores += n;
  }
  return true;
}

static void add_rows(xy__wide *wide, int stage, const pronouns *now, const pronouns *before) {
  static const char *const names[][2] = {{"pro_probability", "pro_probability_change"},
                                         {"anti_probability", "anti_probability_change"},
                                         {"neutral_probability", "neutral_probability_change"}};
  xy__wide_row row = {.mode = xy__mode_name(XY__TERM), .stage = stage, .against = -1};
  for (int k = 0; k < PROBABILITIES; k++) {
    row.measure = names[k][0];
    row.plus = now->probability[k];
    row.rate = true;
    xy__wide_add(wide, &row);
    if (before != NULL) xy__wide_change(wide, &row, names[k][1], before->probability[k]);
  }
  row.measure = "neutral_gap";
  row.plus = now->gap;
  row.rate = false;
  row.tested = true;
  xy__wide_add(wide, &row);
  if (before != NULL) xy__wide_change(wide, &row, "neutral_gap_change", before->gap);
}

int xy__coref_rows(xy__wide *wide, xy_error *err) {
  pronouns *all = xy__array(wide->n_stages, sizeof *all);
  if (all == NULL) return xy__fail_memory(err, wide->bench->name);
  for (size_t s = 0; s < wide->n_stages && !wide->failed; s++) {
    const xy__measure_stage *stage = &wide->stages[s];
    if (stage->options == NULL || stage->sums || !fill(&all[s], wide, (int)s)) continue;
    const xy__measure_stage *parent = stage->parent >= 0 ? &wide->stages[stage->parent] : NULL;
    bool compared = parent != NULL && parent->options != NULL && !parent->sums;
    add_rows(wide, (int)s, &all[s], compared ? &all[stage->parent] : NULL);
  }
  free(all);
  return wide->failed ? xy__fail_memory(err, wide->bench->name) : XY_OK;
}
