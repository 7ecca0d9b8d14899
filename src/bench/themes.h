/* Themes for a file that has none: a mapping from themes to patterns of statements (docs/benchmarks.md). */
#ifndef XY_BENCH_THEMES_H
#define XY_BENCH_THEMES_H

#include "bench/builder.h"

/* Sets the theme of every item of a pair benchmark from the mapping `name`: a built-in one ("winoqueer") or a file.
 * What matches nothing is "unlabelled", and a note counts it. */
int xy__themes_apply(xy__builder *builder, const char *name, xy_error *err);

#endif
