/* Verdicts (docs/measures.md): what a change between two stages, or a stage's own bias, amounts to; and the
 * sentences that say so.
 */
#ifndef XY_MEASURE_VERDICT_H
#define XY_MEASURE_VERDICT_H

#include "measure/measure.h"

/* An estimate beside the value under no effect (0, or 0.5 for a rate), the bound around it that counts as none, and how
 * far from it the engine's own error may carry a value. */
typedef struct xy__evidence {
  double value, low, high, low90, high90, q; /* NAN where there is none */
  double null, bound, floor;
} xy__evidence;

/* q below alpha and the interval on one side of the null. */
bool xy__distinct(const xy__evidence *evidence, double alpha);
/* Counts as none: equivalent by two one-sided tests at 5% (the 90% interval lies within the bound), or below what the
 * engine can tell from none. */
bool xy__is_none(const xy__evidence *evidence);

/* Of a change, given the later stage's own bias (results/verdicts.h). What counts as none is never called a change,
 * however distinct from 0 it is. */
const char *xy__verdict_of_change(const xy__evidence *change, const xy__evidence *own, double alpha);
/* Of a stage's own bias: "clear", "undetermined", or "" where it is distinct from parity. */
const char *xy__verdict_of_stage(const xy__evidence *own, double alpha);

/* How far from none a value may be to be equivalent to it: margin_gap for nats of a whole text, a tenth of it per token
 * and a fiftieth per byte (about the length of a short sentence); margin_rate for rates, and twice that for a score
 * from -1 to 1, which moves twice as far as the share that it is made from. */
double xy__bound_of(const char *measure, const char *mode, const xy__measure_settings *settings);

/* Of a row of the table. */
xy__evidence xy__evidence_of(const xy_measure *row, const xy__measure_settings *settings);

/* Whether a measure is a stage's own bias; the measure of a stage's own bias that a row is the change of, NULL for
 * another row. Rows of both have verdicts. */
bool xy__is_own(const char *measure);
const char *xy__own_of(const xy_measure *row);

/* After every benchmark, in this order: q of every row, over its family of tests; verdicts; and, once findings are
 * made, the bound and the 90% interval are kept of the rows whose equivalence was decided. */
int xy__verdicts_correct(xy_results *results, xy_error *err);
int xy__verdicts_judge(xy_results *results, const xy__measure_settings *settings, xy_error *err);
void xy__verdicts_keep_bounds(xy_results *results, const xy__measure_settings *settings);

#endif
