/* Coref benchmarks (WinoBias, Winogender): the pronoun that the stereotype expects against the one that it does not,
 * given the sentence up to it. The gap between the two is measured as that of a pair (pair.c), in mode `pronoun` of the
 * pronoun alone and in the others of the pronoun and the rest of the sentence. Here stand the rows of the probabilities
 * themselves, and of neutral pronouns where the data have them:
 *
 *   pro_probability, anti_probability, neutral_probability   P(pronoun | sentence up to it)
 *   neutral_gap    log P(neutral) - (log P(pro) + log P(anti)) / 2, in nats, over items that have a neutral pronoun
 */
#include <math.h>

#include "measure/task.h"

enum { PRO, ANTI, NEUTRAL, PRONOUNS }; /* options, in their order */
enum { P = 1, NEUTRAL_GAP = P + PRONOUNS };

/* Names of the long table that hold for the pronoun alone. */
static const char alone[] = "pronoun";
static const xy__task_measure measures[] = {
    {.measure = "pro_probability", .plus = P + PRO, .mode = alone},
    {.measure = "anti_probability", .plus = P + ANTI, .mode = alone},
    {.measure = "neutral_probability", .plus = P + NEUTRAL, .mode = alone},
    {.measure = "neutral_gap", .plus = NEUTRAL_GAP, .mode = alone},
    {0},
};

static void read(xy__reading out[XY__READINGS], const xy_bench *bench, const xy__item *item,
                 const xy__option_score *scores, size_t mode) {
  (void)bench, (void)mode;
  for (size_t k = 0; k < PRONOUNS && k < item->n_options; k++) {
    out[P + k] = (xy__reading){exp(scores[k].term), true};
  }
  if (item->n_options <= NEUTRAL) return;
  out[NEUTRAL_GAP] = (xy__reading){scores[NEUTRAL].term - (scores[PRO].term + scores[ANTI].term) / 2, true};
}

const xy__task xy__task_coref = {
    .name = "coref",
    .sides = true,
    .options = true,
    .whole_axis = true,
    .measures = measures,
    .read = read,
    .metrics = xy__gap_metrics,
};
