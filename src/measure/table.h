/* Rows of the long table that are means over items, or differences of two such means: what choice, coref and pronoun
 * benchmarks are made of. A reader of a benchmark says what each item contributes; this makes the estimates, cell by
 * cell.
 */
#ifndef XY_MEASURE_TABLE_H
#define XY_MEASURE_TABLE_H

#include "measure/cells.h"
#include "measure/measure.h"

/* What the items of a benchmark contribute to a mean; arrays of [items]. */
typedef struct xy__share {
  double *values;
  unsigned char *use; /* which items count */
} xy__share;

typedef struct xy__wide_row {
  const char *measure, *mode;
  int stage, against;     /* against -1: none */
  const xy__share *plus;  /* the mean */
  const xy__share *minus; /* less this one; NULL: none */
  bool rate, tested;
  double null;
  /* Where given, an estimate without any of these items is undefined: the row stands, with no value. */
  const unsigned char *needed[2];
} xy__wide_row;

typedef struct xy__wide {
  const xy_bench *bench;
  const xy__measure_stage *stages;
  size_t n_stages;
  const xy__measure_settings *settings;
  xy__wide_row *rows;
  size_t n, capacity;
  xy__share **shares; /* every one that was made; owned */
  size_t n_shares, shares_capacity;
  bool failed; /* out of memory */
} xy__wide;

/* Arrays of an item each, zeroed; they live until xy__wide_dispose. NULL when out of memory, which sticks. */
xy__share *xy__wide_share(xy__wide *wide);
void xy__wide_add(xy__wide *wide, const xy__wide_row *row);
void xy__wide_dispose(xy__wide *wide);

/* The change of `row` between its stage and that stage's parent, whose share is `before`: means of the same items are
 * compared item by item, others as a contrast. Named `measure`; tested against 0. */
void xy__wide_change(xy__wide *wide, const xy__wide_row *row, const char *measure, const xy__share *before);

/* Adds the rows of every cell. */
int xy__wide_measure(xy_results *results, xy__wide *wide, const xy__cell *cells, size_t n_cells, xy_error *err);

#endif
