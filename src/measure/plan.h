/* Which rows the long table gets for a cell: a list of (measure, mode, stages) with the column that each is made from.
 * docs/measures.md says which rows exist, and why those.
 */
#ifndef XY_MEASURE_PLAN_H
#define XY_MEASURE_PLAN_H

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
  XY__RANKS           /* Spearman correlation of D(b) and D(a) - D(b) */
} xy__formula;

typedef struct xy__row {
  const char *measure;
  xy__mode mode;
  int stage, against; /* against -1: none */
  xy__formula formula;
  int a, b;     /* stages that the formula reads; b -1 where it reads one */
  double scale; /* of value and interval: beta for rewards, 100 for a percentage */
  bool tested;  /* has p and a detectable effect */
  double null;
} xy__row;

typedef struct xy__plan {
  xy__row *rows;
  size_t n, capacity;
} xy__plan;

/* With `term` the mode of the pronoun alone is there too (coref). Zero-initialise `out`; dispose with free(out->rows),
 * also after a failure. */
int xy__plan_rows(xy__plan *out, const xy__measure_stage *stages, size_t n_stages, xy__reach reach, xy__mode headline,
                  bool term, xy_error *err);

#endif
