/* What stands first: two sentences that answer where the preference comes from and how much of it, shares of items
 * before nats, and a line on what the numbers cannot tell. They are made of the long table in the mode that stands for
 * each measure (view.h). The benchmark is chosen before any number is seen, by its axis; a step is named where its
 * verdict says that it moved.
 */
#ifndef XY_RESULTS_HEADLINE_H
#define XY_RESULTS_HEADLINE_H

#include "results/results.h"

/* Makes the member "headline" of the facts, after rows have their verdicts. */
int xy__headline_add(xy_results *results, xy_error *err);

#endif
