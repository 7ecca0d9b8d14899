/* Benchmarks: context files, templates and importers -> items. Strings live as long as the benchmark. */
#ifndef XY_BENCH_BENCH_H
#define XY_BENCH_BENCH_H

#include "base/error.h"
#include "base/memory.h"
#include "base/turn.h"

typedef enum xy__modality { XY__PAIR, XY__CHOICE, XY__COREF, XY__PRONOUN, XY__PREFERENCE } xy__modality;

/* One text that a model scores: log P(text | prompt). */
typedef struct xy__option {
  const char *text;
  int64_t identity_end; /* byte offset in `text` just after the identity term; -1 where none is known */
} xy__option;

/* Labels are indices into the benchmark's lists, so that measures group by integers. */
typedef struct xy__item {
  const char *id;        /* unique within the benchmark: "THEME/STATEMENT/TEMPLATE/TARGET~COUNTERPART" or "row/N" */
  const char *prompt;    /* shared context, or NULL */
  const xy__turn *turns; /* preference: the conversation before the answers; borrowed. NULL otherwise */
  size_t n_turns;
  int identity;        /* of the target: index into identities */
  int counterpart;     /* index into counterparts; -1 for none */
  int theme;           /* index into themes */
  int cluster;         /* index into clusters: the unit of resampling */
  size_t n_options;    /* pair: 2 */
  xy__option *options; /* pair: [0] target, [1] counterpart */
} xy__item;

typedef struct xy__labels {
  const char **names;
  size_t n, capacity;
} xy__labels;

struct xy_bench {
  const char *name, *language, *axis, *summary, *harm, *source;
  xy__modality modality;
  char digest[65];
  xy__labels identities, counterparts, themes, clusters;
  size_t templates;
  size_t n, capacity;
  xy__item *items;
  xy__arena arena;
};

/* A benchmark with only what `identities`, `themes` (labels, n of each, 0: all) and `limit` (clusters, spread evenly
 * over themes, in order of appearance; 0: all) leave, with its labels renumbered. Unknown labels are errors that list
 * the known ones. The narrowed benchmark owns its memory. */
typedef struct xy__bench_filter {
  const char *const *identities;
  size_t n_identities;
  const char *const *themes;
  size_t n_themes;
  size_t limit;
} xy__bench_filter;
int xy__bench_narrow(xy_bench **out, const xy_bench *bench, const xy__bench_filter *filter, xy_error *err);

const char *xy__modality_name(xy__modality modality);

#endif
