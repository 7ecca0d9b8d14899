/* Which rows the long table gets for a cell of a benchmark with two sides: a list of (measure, mode, stages) with the
 * formula of each. docs/measures.md says which rows exist, and why those.
 */
#ifndef XY_MEASURE_PAIR_ROWS_H
#define XY_MEASURE_PAIR_ROWS_H

#include "measure/cells.h"
#include "measure/measure.h"

/* What an item contributes. D(s) is its gap at stage s in the row's mode. */
typedef enum xy__formula {
  XY__GAP,            /* D(a) */
  XY__PREFERS,        /* D(a) > 0, untied items only */
  XY__TIED,           /* D(a) = 0 */
  XY__PREFERS_ROUND,  /* target's score above the counterpart's, both rounded to three decimals */
  XY__CHANGE,         /* D(a) - D(b) */
  XY__CHANGE_PREFERS, /* D(a) > D(b), untied items only */
  XY__TURNS,          /* (D(a) > 0) - (D(b) > 0), items untied at both stages only */
  XY__OF_TARGET,      /* s(a) - s(b) of the target's own score s */
  XY__OF_COUNTERPART, /* the same of the counterpart's: D(a) - D(b) is the difference of the two */
  XY__RANKS           /* Spearman correlation of D(b) and D(a) - D(b) */
} xy__formula;

typedef struct xy__gap_row {
  const char *measure;
  xy__mode mode;
  int stage, against; /* against -1: none */
  xy__formula formula;
  int a, b;     /* stages that the formula reads; b -1 where it reads one */
  double scale; /* of value and interval: beta for rewards, 100 for a percentage */
} xy__gap_row;

typedef struct xy__pair_rows {
  xy__gap_row *rows;
  size_t n, capacity;
} xy__pair_rows;

/* In the modes that the benchmark's task has and its items can stand in. Zero-initialise `out`; dispose with
 * free(out->rows), also after a failure. */
int xy__pair_rows_make(xy__pair_rows *out, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                       xy__reach reach, xy__mode headline, xy_error *err);

#endif
