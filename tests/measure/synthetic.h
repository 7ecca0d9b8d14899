/* A pair benchmark and its scores with planted gaps, for tests: items are identities x themes x clusters x variants. */
#ifndef XY_TESTS_MEASURE_SYNTHETIC_H
#define XY_TESTS_MEASURE_SYNTHETIC_H

#include "measure/measure.h"
#include "results/view.h"
#include "support.h"

typedef struct synthetic {
  xy_bench bench;
  xy__side (*sides[8])[2];
  xy__measure_stage stages[8];
  size_t n_stages;
} synthetic;

static uint64_t synthetic_state = 1;
static inline double synthetic_normal(void) {
  double u[2];
  for (int k = 0; k < 2; k++) {
    uint64_t z = synthetic_state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    u[k] = ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
  }
  return sqrt(-2 * log(u[0])) * cos(2 * 3.14159265358979323846 * u[1]);
}

static inline void synthetic_label(xy__labels *labels, xy__arena *arena, const char *kind, size_t i) {
  char name[64];
  snprintf(name, sizeof name, "%s%zu", kind, i);
  assert_true(xy__grow(&labels->names, &labels->capacity, labels->n, sizeof *labels->names));
  labels->names[labels->n++] = xy__arena_string(arena, name);
}

static inline void synthetic_make(synthetic *out, const char *name, size_t identities, size_t themes, size_t clusters,
                                  size_t variants) {
  *out = (synthetic){.bench = {.name = name, .language = "en", .axis = "", .task = "pair"}};
  xy_bench *bench = &out->bench;
  for (size_t i = 0; i < identities; i++) synthetic_label(&bench->identities, &bench->arena, "identity", i);
  for (size_t t = 0; t < themes; t++) synthetic_label(&bench->themes, &bench->arena, "theme", t);
  for (size_t c = 0; c < clusters; c++) synthetic_label(&bench->clusters, &bench->arena, "cluster", c);
  bench->n = identities * clusters * variants;
  bench->items = xy__array(bench->n, sizeof *bench->items);
  for (size_t i = 0; i < bench->n; i++) {
    size_t cluster = i / (identities * variants);
    bench->items[i] = (xy__item){.id = "item",
                                 .identity = (int)(i % identities),
                                 .cluster = (int)cluster,
                                 .theme = (int)(cluster % themes),
                                 .template = (int)(i / identities % variants),
                                 .counterpart = -1};
  }
}

/* Gap of an item at a stage. */
typedef double (*synthetic_gap)(const synthetic *s, const xy__item *item, size_t index);

static inline void synthetic_stage(synthetic *s, const char *name, int parent, int reference, double beta,
                                   synthetic_gap gap) {
  size_t n = s->bench.n, k = s->n_stages++;
  s->sides[k] = xy__array(n, sizeof *s->sides[k]);
  for (size_t i = 0; i < n; i++) {
    double wanted = gap(s, &s->bench.items[i], i), base = -40 + 0.001 * (double)(i % 97);
    for (int side = 0; side < 2; side++) {
      double value = base + (side == 0 ? wanted : 0);
      s->sides[k][i][side] = (xy__side){.full = value,
                                        .shared = value,
                                        .predicate = value,
                                        .tokens = 10,
                                        .shared_tokens = 8,
                                        .predicate_tokens = 6,
                                        .bytes = 50};
    }
  }
  s->stages[k] = (xy__measure_stage){
      .name = name, .parent = parent, .reference = reference, .beta = beta, .sides = (const xy__side(*)[2])s->sides[k]};
}

/* Gap of an earlier stage. */
static inline double synthetic_gap_at(const synthetic *s, size_t stage, size_t item) {
  return xy__pair_gap(s->sides[stage][item], XY__FULL);
}

/* The stages, as an audit adds them; once a name. */
static inline void synthetic_lineage(xy_results *results, const synthetic *s) {
  for (size_t k = 0; k < s->n_stages; k++) {
    const xy__measure_stage *stage = &s->stages[k];
    xy_error err;
    if (xy__view_stage(results, stage->name) != NULL) continue;
    xy_stage_info info = {.name = stage->name,
                          .model = "",
                          .parent = stage->parent >= 0 ? s->stages[stage->parent].name : "",
                          .method = "",
                          .reference = stage->reference >= 0 ? s->stages[stage->reference].name : "",
                          .format = "",
                          .tail = "",
                          .beta = stage->beta};
    assert_ok(xy__results_add_stage(results, &info, &err), err);
  }
}

static inline void synthetic_dispose(synthetic *s) {
  free((void *)s->bench.identities.names);
  free((void *)s->bench.themes.names);
  free((void *)s->bench.clusters.names);
  free(s->bench.items);
  xy__arena_dispose(&s->bench.arena);
  for (size_t k = 0; k < s->n_stages; k++) free(s->sides[k]);
}

static inline const xy_measure *row_of(const xy_results *results, const char *measure, const char *mode,
                                       const char *stage, const char *against, const char *identity,
                                       const char *theme) {
  const xy_measure *row = xy__results_find(results, NULL, measure, mode, stage, against, identity, theme);
  if (row == NULL) fail_msg("no row %s %s %s %s %s %s", measure, mode, stage, against, identity, theme);
  return row;
}

#endif
