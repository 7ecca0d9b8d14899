/* Numbers as people read them, of every kind one form: the page, the figures, Markdown, LaTeX and the terminal print
 * them through this. A value has the digits that its interval allows: shares one decimal, the rest two and more where
 * the interval is narrow; and as many more as it takes for an end that is not 0 not to read as 0. A true minus sign;
 * "–" where there is no number. Plain text: who writes markup escapes it.
 */
#ifndef XY_RESULTS_NUMBER_H
#define XY_RESULTS_NUMBER_H

#include "base/text.h"
#include "xylem.h"

/* "12,345" */
void xy__number_add_count(xy__text *out, int64_t count);
/* "1,792 items", "1 item" */
void xy__number_add_counted(xy__text *out, int64_t count, const char *one, const char *many);
/* A value of a measure that has no interval: "61.2%", "+1.2 pp" for a change of shares, "+0.123". */
void xy__number_add_value(xy__text *out, const char *measure, double value);
/* The value of a row, with its unit: "+0.12", "61%". */
void xy__number_add_row(xy__text *out, const xy_measure *row);
/* The interval of a row, without its unit: "[+0.10, +0.15]". Nothing where there is none. */
void xy__number_add_interval(xy__text *out, const xy_measure *row);
/* "+0.12 [+0.10, +0.15]" */
void xy__number_add_estimate(xy__text *out, const xy_measure *row);
/* An end of an interval of the row, as the interval has it. */
void xy__number_add_end(xy__text *out, const xy_measure *row, double value);
/* p and q: "0.012", "<0.001". */
void xy__number_add_p(xy__text *out, double p);
/* The smallest detectable effect of a row, in two digits: "±0.052", "±1.2 pp", "±0.0011". */
void xy__number_add_detectable(xy__text *out, const xy_measure *row);
/* How far values of a measure may be apart, in two digits: "0.052", "1.2 pp". */
void xy__number_add_magnitude(xy__text *out, const char *measure, double size);
/* "1,792 items in 56 clusters", of the row; of none without one. Ties that the row leaves out are counted beside. */
void xy__number_add_size(xy__text *out, const xy_measure *row);

#endif
