/* What may follow a benchmark file's name. */
#ifndef XY_BENCH_NAME_H
#define XY_BENCH_NAME_H

#include "xylem.h"

/* "FILE,themes=MAP,groups=MAP,language=TAG": cuts `name` behind FILE, and points the members of `out` that are named at
 * parts of `name`. A file of that very name has none. */
void xy__bench_parts(xy_bench_options *out, char *name);

#endif
