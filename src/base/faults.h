/* The faults of a file: each told with its line, as many as are useful and fit into the error, the rest counted. */
#ifndef XY_BASE_FAULTS_H
#define XY_BASE_FAULTS_H

#include "base/error.h"

/* Zero-initialise but for `name` and `err`. */
typedef struct xy__faults {
  const char *name; /* of the file, borrowed; may change from fault to fault */
  xy_error *err;
  int rc; /* of the faults so far */
  size_t n, told;
} xy__faults;

/* `line` is 0 where the file has none to name. */
void xy__fault(xy__faults *faults, int64_t line, const char *format, ...) XY__PRINTF(3, 4);

/* Says how many faults were not told; returns `rc`. */
int xy__faults_end(xy__faults *faults);

#endif
