/* Which axis of data/groups/groups.yaml a label is on: by what the list calls it, else by the words that it holds. */
#ifndef XY_BENCH_AXES_H
#define XY_BENCH_AXES_H

#include "base/yaml.h"
#include "bench/bench.h"

/* Whether the label names the group, or the axis, of this entry of the list. */
bool xy__group_matches(const char *label, const xy__node *entry);

/* The axis of a label; XY__MIXED_AXIS of one that names groups of several ("Black women"); NULL of one that names
 * nobody. Lives as long as `axes`, the list's. */
const char *xy__axis_of(const xy__node *axes, const char *label);

#endif
