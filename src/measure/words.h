/* Numbers in the sentences of findings, as results/number.h writes them: with the digits and signs that they have in
 * tables; intervals at the run's own confidence.
 */
#ifndef XY_MEASURE_WORDS_H
#define XY_MEASURE_WORDS_H

#include "base/text.h"
#include "measure/measure.h"

/* "+0.19 nats", "61.2%", "−1.2 pp" */
void xy__words_value(xy__text *text, const xy_measure *row);
/* The smallest change that could have been seen: "±0.052 nats". */
void xy__words_detectable(xy__text *text, const xy_measure *row);
/* "+0.19 nats (95% interval +0.15 to +0.24, q = 0.012)"; `otherwise` where the row has no interval. */
void xy__words_estimate(xy__text *text, const xy_measure *row, const xy__measure_settings *settings,
                        const char *otherwise);
/* What it has behind the value. */
void xy__words_interval(xy__text *text, const xy_measure *row, const xy__measure_settings *settings,
                        const char *otherwise);
/* "90% interval +0.10 to +0.30": the one that equivalence is decided by, whatever the confidence. */
void xy__words_interval90(xy__text *text, const xy_measure *row);
/* ", q = 0.012"; nothing where there is none. */
void xy__words_q(xy__text *text, double q);

/* Adds the finding, which stands on `row`, and disposes of `text`. */
int xy__words_end(xy__text *text, xy_results *results, const char *kind, const xy_measure *row, xy_error *err);

#endif
