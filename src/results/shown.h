/* Results as people read them: groups under their names (benchmarks[].names), where files keep the labels that their
 * authors wrote. What is drawn or printed of results goes through this once, so that it agrees.
 */
#ifndef XY_RESULTS_SHOWN_H
#define XY_RESULTS_SHOWN_H

#include "results/results.h"

/* The name of a label of a benchmark; itself where it has none. */
const char *xy__shown_identity(const xy_results *results, const char *benchmark, const char *label);

/* *out borrows from `results`, which lives longer; xy__shown_dispose frees what it has of its own. */
int xy__shown_open(xy_results *out, const xy_results *results, xy_error *err);
void xy__shown_dispose(xy_results *shown);

/* The same of a line of samples.jsonl, in place. */
void xy__shown_item(json_t *item, const xy_results *results);

#endif
