/* Numbers as people read them, of every kind one form: the page, the figures, Markdown and LaTeX print them through
 * this. A true minus sign; "–" where there is no number. Plain text: who writes markup escapes it.
 */
#ifndef XY_RESULTS_NUMBER_H
#define XY_RESULTS_NUMBER_H

#include "base/text.h"
#include "xylem.h"

/* "12,345" */
void xy__number_add_count(xy__text *out, int64_t count);
/* A value of a measure: "61.2%", "+1.2 pp" for a change of shares, "+0.123". */
void xy__number_add_value(xy__text *out, const char *measure, double value);
/* The interval of a row, its ends with `between` between them: "+0.103 to +0.150". */
void xy__number_add_interval(xy__text *out, const xy_measure *row, const char *between);
/* "+0.123 [+0.103, +0.150]", without brackets where there is no interval. */
void xy__number_add_estimate(xy__text *out, const xy_measure *row);
/* p and q: "0.012", "<0.001". */
void xy__number_add_p(xy__text *out, double p);
/* The smallest detectable effect of a row: "±0.052", "±1.2 pp"; what is small keeps two digits: "±0.0011". */
void xy__number_add_detectable(xy__text *out, const xy_measure *row);
/* "1,792 items in 56 clusters", of the row; of none without one. Ties that the row leaves out are counted beside. */
void xy__number_add_size(xy__text *out, const xy_measure *row);

#endif
