/* What stands for a benchmark where it is put beside others: one measure under one mode or rule. Of pairs the headline
 * is what is said, as far as it can be told from who is named (docs/measures.md, "Name and statement").
 */
#ifndef XY_MEASURE_HEADLINE_H
#define XY_MEASURE_HEADLINE_H

#include "measure/measure.h"

typedef struct xy__headline {
  const char *measure, *mode, *change; /* change: the measure of its change between two stages. Static strings */
  const char *why;                     /* this one: a clause; "" where its task has no other */
  xy__mode gaps; /* the mode that gaps of the benchmark are shown under; a mode of pairs and coref */
} xy__headline;

/* False for a task that has none (preference data: its parts are compared with each other, not with benchmarks). */
bool xy__headline_of(xy__headline *out, const xy_bench *bench, const xy__measure_settings *settings);

/* Whether the items of a benchmark can stand in one mean of this mode: no mean of name or statement mixes items whose
 * cut parts the two with items whose cut does not. */
bool xy__mode_serves(xy__mode mode, const xy_bench *bench);

#endif
