/* Files that stand beside the one that was named, and are read with it. */
#ifndef XY_BENCH_BESIDE_H
#define XY_BENCH_BESIDE_H

#include "bench/builder.h"

/* `name` with n of its bytes, from `at` on, exchanged; lives as long as the benchmark. NULL when out of memory. */
const char *xy__name_exchanged(xy__builder *builder, const char *name, const char *at, size_t n, const char *by);

/* Reads the file `name` in the folder of the source; its bytes count for the digest. `*text` is freed with free.
 * `why` says in messages what it is needed for. */
int xy__read_beside(char **text, xy__source *out, xy__builder *builder, const xy__source *source, const char *name,
                    const char *why, xy_error *err);

#endif
