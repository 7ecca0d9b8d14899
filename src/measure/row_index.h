/* The rows of the long table by name, for looking up many: those of measures that are judged. */
#ifndef XY_MEASURE_ROW_INDEX_H
#define XY_MEASURE_ROW_INDEX_H

#include "results/results.h"

typedef struct xy__row_index {
  const xy_results *results; /* borrowed */
  xy__map map;
  xy__arena keys;
} xy__row_index;

/* Rows that are added later are not found. Dispose in any case. */
int xy__row_index_make(xy__row_index *out, const xy_results *results, xy_error *err);
void xy__row_index_dispose(xy__row_index *index);

/* The row of the same benchmark and cell as `like`, with these names; NULL where there is none, or no memory to look.
 */
const xy_measure *xy__row_index_find(const xy__row_index *index, const xy_measure *like, const char *measure,
                                     const char *mode, const char *stage, const char *against);

#endif
