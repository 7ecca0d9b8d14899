/* The cells of a benchmark: all its items, those of each identity, of each theme, and of each identity and theme; where
 * its task has conditions as cells (task.h) also those of each condition, in the column of themes. */
#ifndef XY_MEASURE_CELLS_H
#define XY_MEASURE_CELLS_H

#include "bench/bench.h"

typedef enum xy__reach { XY__ALL, XY__SINGLE, XY__CROSSING } xy__reach;

typedef struct xy__cell {
  const char *identity, *theme; /* "all" for all of them; borrowed from the benchmark */
  xy__reach reach;
  size_t n, *items; /* indices, ascending */
} xy__cell;

/* Cells without items are left out, as are those of a label that is itself "all" or the only theme (they would repeat
 * the whole) and crossings where there is but one identity or theme. With `conditions` every condition is a cell, too,
 * in the column of themes. Caller frees with xy__cells_free. */
int xy__cells_make(xy__cell **out, size_t *n, const xy_bench *bench, bool conditions, xy_error *err);
void xy__cells_free(xy__cell *cells, size_t n);

/* A number named after the cell (FNV-1a), from which its random numbers come: they then do not depend on what else is
 * measured. */
uint64_t xy__cell_stream(const char *benchmark, const char *identity, const char *theme);

#endif
