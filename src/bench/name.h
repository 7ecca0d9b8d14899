/* What may stand around a benchmark file's name. */
#ifndef XY_BENCH_NAME_H
#define XY_BENCH_NAME_H

#include "base/text.h"
#include "xylem.h"

/* "KIND=FILE,themes=MAP,groups=MAP,language=TAG,uneven=keep", of which all but FILE may be left out: cuts `name` apart,
 * points the members of `out` that are named at parts of it, and returns FILE. A file of that very name has no parts.
 */
const char *xy__bench_parts(xy_bench_options *out, char *name);

/* Such a name of what the options say: opened under it, the benchmark is the same. */
void xy__bench_name_add(xy__text *out, const char *path, const xy_bench_options *how);

#endif
