/* Two runs beside each other: the same items scored by two stages, compared item by item. */
#ifndef XY_COMPARE_DIFFERENCES_H
#define XY_COMPARE_DIFFERENCES_H

#include "base/memory.h"
#include "stats/stats.h"

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
  const int *cluster;           /* [n] */
  size_t n;
  xy__groups identities, themes, conditions; /* conditions stand in the column of themes */
} xy__paired;

typedef struct xy__differences {
  xy_difference *rows; /* strings borrowed from what was compared */
  size_t n, capacity;
} xy__differences;

/* Adds a row over all items, one per identity, theme and condition, where there are two or more; none where no item has
 * both values. */
int xy__compare_add(xy__differences *out, const xy__paired *paired, const xy__stats_options *options, xy_error *err);

/* q of every row: over the rows of one measure and mode, those over all items apart from those of identities and
 * themes. */
int xy__compare_adjust(xy__differences *differences, xy_error *err);

#endif
