/* What neither a likelier name nor a general shift of all talk about a group explains: the gap over a benchmark's
 * statements less the gap over its controls, harmless statements about the same groups in the same templates. */
#ifndef XY_MEASURE_BEYOND_H
#define XY_MEASURE_BEYOND_H

#include "measure/cells.h"
#include "measure/measure.h"

/* Rows of beyond_controls at every stage, and of its change against parent and root, for a cell of a benchmark that has
 * controls. Controls are weighted as the cell's items are spread over target, counterpart and template, so that `mode`
 * full and predicate give the same where the identity term precedes what is said. A stage whose controls were not
 * scored is left out. */
int xy__measure_beyond(xy_results *results, const xy_bench *bench, const xy__cell *cell,
                       const xy__measure_stage *stages, size_t n_stages, xy__mode mode,
                       const xy__measure_settings *settings, xy_error *err);

#endif
