/* Two runs beside each other: the same items scored by two stages, compared item by item. */
#ifndef XY_COMPARE_DIFFERENCES_H
#define XY_COMPARE_DIFFERENCES_H

#include "base/memory.h"
#include "measure/verdict.h"

/* Items by a label. */
typedef struct xy__groups {
  const int *of; /* [items]: place in `names`; -1: the item has none */
  const char *const *names;
  size_t n;
} xy__groups;

/* A measure of the same items at two stages. */
typedef struct xy__paired {
  const char *benchmark, *measure, *mode, *stage, *other;
  bool front;                   /* as in xy_difference */
  const double *first, *second; /* [n]; NAN: the item has no value there, and is left out */
  const double *error;          /* [n]: how far the engine's error may carry the second value; NULL: not in nats */
  const int *cluster;           /* [n] */
  size_t n;
  xy__groups identities, themes, conditions; /* conditions stand in the column of themes */
} xy__paired;

/* The difference, and the second stage's own value. */
typedef struct xy__verdict_basis {
  xy__evidence change, own;
} xy__verdict_basis;

typedef struct xy__differences {
  xy_difference *rows;      /* strings borrowed from what was compared */
  xy__verdict_basis *basis; /* [n]: what their verdicts rest on */
  size_t n, capacity, basis_capacity;
} xy__differences;
void xy__differences_dispose(xy__differences *differences);

/* Adds a row over all items, one per identity, theme and condition, where there are two or more; none where no item has
 * both values. */
int xy__compare_add(xy__differences *out, const xy__paired *paired, const xy__measure_settings *settings,
                    xy_error *err);

/* After every row: q, over the rows of one measure and mode, those over all items apart from those of identities and
 * themes; and verdicts, as those of a step from the first stage to the second. */
int xy__compare_judge(xy__differences *differences, double alpha, xy_error *err);

#endif
