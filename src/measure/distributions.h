/* What a table of means cannot show, for results.json and the figures made from it: how items' values are distributed,
 * a reward's margins against its reference's gaps, and the items at both ends. docs/files.md gives the layout.
 */
#ifndef XY_MEASURE_DISTRIBUTIONS_H
#define XY_MEASURE_DISTRIBUTIONS_H

#include "measure/measure.h"

/* Appends to the members "distributions", "scatters" and "items" of `facts` (made where missing) what one benchmark of
 * any task has, its gaps in this mode, and sets "example" for the one that "headline" is about. Stages without scores
 * are left out. */
int xy__distributions_add(json_t *facts, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                          xy__mode gaps, xy_error *err);

/* A value of every item: its gap or margin (mean_gap, reward_margin: as in the long table), or by how much the answer
 * of interest leads (the lead of its task). */
typedef struct xy__series {
  const char *measure, *mode;
  int stage, against; /* against -1: none */
  double *values;     /* [items]; NAN where an item has none */
} xy__series;

typedef struct xy__series_list {
  xy__series *series;
  size_t n, capacity;
} xy__series_list;

/* Every series of a benchmark, its gaps in this mode. Caller disposes of *out. */
int xy__series_make(xy__series_list *out, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                    xy__mode gaps, xy_error *err);
void xy__series_dispose(xy__series_list *list);

/* The two options that an item's value of this series compares, the one it is in favour of first. */
void xy__series_options(size_t options[2], const xy_bench *bench, const xy__measure_stage *stage, size_t item);

/* An item of a series for the members "items" and "example": whose it is, and its two texts. NULL: out of memory. */
json_t *xy__item_json(const xy_bench *bench, const xy__measure_stage *stages, const xy__series *series, size_t item);

/* Sets the member "example" where the benchmark is the one that the member "headline" is about. */
int xy__example_add(json_t *facts, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                    const xy__series_list *series, xy_error *err);

/* Items at both ends of the series of every stage with an implicit reward, or of the last stage where none has one. */
int xy__extremes_add(json_t *list, const xy_bench *bench, const xy__measure_stage *stages,
                     const xy__series_list *series, xy_error *err);

#endif
