/* What groups of people and axes are called, in all benchmarks alike (data/groups/groups.yaml). */
#ifndef XY_BENCH_GROUPS_H
#define XY_BENCH_GROUPS_H

#include "base/json.h"
#include "base/yaml.h"
#include "bench/builder.h"

/* The built-in list, as it is written; caller frees with xy__yaml_free. */
int xy__groups_open(xy__yaml **out, xy_error *err);

/* A label as labels are compared: small letters, "-" and "_" as spaces. False: out of memory. */
bool xy__groups_key(xy__text *out, const char *label);

/* Gives the axis, the identities and the counterparts their names: those of `mapping`, a file, where it has them, then
 * those of the list, which knows the axis of each identity, too. Either may be left out (NULL, false); what has no name
 * stays. */
int xy__groups_apply(xy__builder *builder, const char *mapping, bool list, xy_error *err);

/* What labels of a benchmark's identities and counterparts are called where people read them, {label: name}: by the
 * list, but for labels that are their name already and such as share a name. Caller frees *out. */
int xy__groups_shown(json_t **out, const xy_bench *bench, xy_error *err);

#endif
