/* Numbers in the sentences of findings, as results/number.h writes them; intervals at the run's own confidence.
 */
#ifndef XY_MEASURE_WORDS_H
#define XY_MEASURE_WORDS_H

#include "base/text.h"
#include "measure/measure.h"

/* A value of a measure, without its unit; a change has its sign. */
void xy__words_value(xy__text *text, const char *measure, double value);
void xy__words_change(xy__text *text, const char *measure, double value);

/* " (95% interval 0.1 to 0.3, q = 0.012)"; `otherwise` where the row has no interval. */
void xy__words_interval(xy__text *text, const xy_measure *row, const xy__measure_settings *settings,
                        const char *otherwise);
/* "90% interval 0.1 to 0.3": the one that equivalence is decided by, whatever the confidence. */
void xy__words_interval90(xy__text *text, const xy_measure *row);
/* ", q = 0.012"; nothing where there is none. */
void xy__words_q(xy__text *text, double q);

/* Adds the finding, which stands on `row`, and disposes of `text`. */
int xy__words_end(xy__text *text, xy_results *results, const char *kind, const xy_measure *row, xy_error *err);

#endif
