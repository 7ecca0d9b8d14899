/* Reading a run's results as they are shown: the facts of a benchmark, the lineage, and of the long table the row in
 * the mode that stands for its measure. The page and the figures read through this; nothing is computed.
 */
#ifndef XY_RESULTS_VIEW_H
#define XY_RESULTS_VIEW_H

#include "results/kinds.h"
#include "results/results.h"

/* Distinct values of a text column among the rows of one benchmark (NULL: all rows) and measure (NULL: all), in order
 * of first appearance, "" left out. `list` holds borrowed strings; freed with free(list.names). */
typedef struct xy__names {
  const char **names;
  size_t n, capacity;
} xy__names;
int xy__names_of(xy__names *out, const xy_results *results, const char *column, const char *benchmark,
                 const char *measure, xy_error *err);

/* A single name beside "all" has all items again, and the long table does not cross it: "all" stays alone. */
void xy__names_drop_single(xy__names *names);

/* ---- benchmarks ---- */

/* The facts of a benchmark, NULL when there are none. Borrowed. */
const json_t *xy__view_benchmark(const xy_results *results, const char *name);
bool xy__view_has_gaps(const xy_results *results, const char *benchmark);
/* The measures of change that verdicts are given on, of a benchmark; returns how many. */
enum { XY__CHANGES = 2 };
size_t xy__view_changes(const char *out[XY__CHANGES], const xy_results *results, const char *benchmark);

/* ---- the lineage ---- */

const xy_stage_info *xy__view_stage(const xy_results *results, const char *name);
/* A stage that no other grew from, and that is no root. */
bool xy__view_is_end(const xy_results *results, const xy_stage_info *stage);

/* A stage's gap in a cell as its root's share and each step's, in order, and the gap itself: rows of these measures. */
#define XY__ROOT_SHARE "root_share"
#define XY__STEP_SHARE "step_share"
#define XY__GAP "mean_gap"
enum { XY__MAX_PATH = 64 };
typedef struct xy__split {
  const xy_measure *shares[XY__MAX_PATH]; /* those that there are */
  size_t n;
  const xy_measure *gap; /* NULL: none */
  bool complete;         /* the path leads to a root, and no share of it is missing */
} xy__split;
xy__split xy__view_split(const xy_results *results, const char *benchmark, const char *stage, const char *identity,
                         const char *theme);
bool xy__is_root_share(const xy_measure *share);

/* ---- rows ---- */

/* Over all items. */
bool xy__view_is_whole(const xy_measure *row);
/* The mode or rule that stands for a measure of a benchmark. */
const char *xy__view_front(const xy_results *results, const char *benchmark, const char *measure);
/* In the mode that stands for its measure. */
bool xy__view_is_front(const xy_results *results, const xy_measure *row);
/* Compares a stage with its parent. */
bool xy__view_is_step(const xy_results *results, const xy_measure *row);
/* The first row of a benchmark's measure in the mode that stands for it; NULL arguments match anything. NULL when there
 * is none. */
const xy_measure *xy__view_find(const xy_results *results, const char *benchmark, const char *measure,
                                const char *stage, const char *against, const char *identity, const char *theme);
/* The same change of the same cell beyond that of the controls; NULL where there is none. */
const xy_measure *xy__view_beyond(const xy_results *results, const xy_measure *change);
/* Whether that has the same verdict, or there is none: a change of a benchmark with controls rests on both. */
bool xy__view_holds_beyond(const xy_results *results, const xy_measure *change);
/* Of a cell's steps, the row of the one that could have been seen least well: where something was missed, it would be
 * there. NULL where there is no step. */
const xy_measure *xy__view_least_sensitive(const xy_results *results, const char *benchmark, const char *measure,
                                           const char *identity, const char *theme);
/* What gaps are in under the mode that the run was asked for: "nats per token", say; where each benchmark has its own,
 * all are in nats. Rewards are of whole texts, in nats. */
const char *xy__view_gap_unit(const xy_results *results);

#endif
