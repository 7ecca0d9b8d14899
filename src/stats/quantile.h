/* Quantiles: of Student's t and the normal distribution, and of a sample. */
#ifndef XY_STATS_QUANTILE_H
#define XY_STATS_QUANTILE_H

#include <stddef.h>

/* t with P(T < t) = p for `df` degrees of freedom, which need not be whole. 0.5 <= p < 1, df > 0. To 1e-10. */
double xy__student_quantile(double p, double df);

/* z with P(Z < z) = p. 0.5 <= p < 1. */
double xy__normal_quantile(double p);

/* quantile[k] of values[n] at p[k], p ascending, interpolated between order statistics (Hyndman and Fan's type 7,
 * NumPy's default). Reorders `values`; n > 0. */
void xy__quantiles(double *quantile, const double *p, size_t n_p, double *values, size_t n);

#endif
