/* What a line of samples.jsonl tells of its item: a value for each measure that the table of measures says is sampled,
 * in each of its modes. */
#ifndef XY_COMPARE_SAMPLED_H
#define XY_COMPARE_SAMPLED_H

#include <jansson.h>

#include "measure/measure.h"
#include "results/kinds.h"

typedef struct xy__sampled_measure {
  const xy__kind *kind;
  const char *mode; /* static */
} xy__sampled_measure;

/* All of them, in the order of the table; *out is freed with free. */
int xy__sampled_measures(xy__sampled_measure **out, size_t *n, xy_error *err);

/* The counts of tokens and bytes of both texts; the rest of the sides is not set. */
void xy__sampled_counts(xy__side sides[2], const json_t *line);

/* NAN where the line tells none. */
double xy__sampled_value(const json_t *line, const xy__sampled_measure *measure);

#endif
