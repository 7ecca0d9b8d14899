/* Verdicts (docs/measures.md): what a change between two stages, or a stage's own bias, amounts to; and the
 * sentences that say so.
 */
#ifndef XY_MEASURE_VERDICT_H
#define XY_MEASURE_VERDICT_H

#include "measure/measure.h"

/* An estimate beside the value under no effect (0, or 0.5 for a rate) and the margin around it that counts as none. */
typedef struct xy__evidence {
  double low, high, low90, high90, q; /* NAN where there is none */
  double null, margin;
} xy__evidence;

/* q below alpha and the 95% interval on one side of the null. */
bool xy__distinct(const xy__evidence *evidence, double alpha);
/* Two one-sided tests at 5%: the 90% interval lies within the margin. */
bool xy__equivalent(const xy__evidence *evidence);

/* Of a change, given the later stage's own bias: "amplified", "attenuated", "persists", "clear", "undetermined". */
const char *xy__verdict_of_change(const xy__evidence *change, const xy__evidence *own, double alpha);
/* Of a stage's own bias: "clear", "undetermined", or "" where it is distinct from parity. */
const char *xy__verdict_of_stage(const xy__evidence *own, double alpha);

/* Of a row of the table. */
xy__evidence xy__evidence_of(const xy_measure *row, const xy__measure_settings *settings);

/* Findings, one or two plain sentences each, for rows that have their q and verdict. */
int xy__findings_add(xy_results *results, const xy__measure_axis *axes, size_t n_axes,
                     const xy__measure_settings *settings, xy_error *err);

#endif
