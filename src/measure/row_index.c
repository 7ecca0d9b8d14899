#include "measure/row_index.h"

#include "results/kinds.h"

static void add_key(xy__text *out, const xy_measure *like, const char *measure, const char *mode, const char *stage,
                    const char *against) {
  const char *const names[] = {like->benchmark, like->identity, like->theme, measure, mode, stage, against};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    xy__text_add(out, names[i]);
    xy__text_add_bytes(out, "\x1f", 1);
  }
}

static bool is_judged(const xy_measure *row) {
  const xy__kind *kind = xy__kind_of(row->measure), *of = xy__kind_changed(row->measure);
  return (kind != NULL && kind->judged) || (of != NULL && of->judged);
}

int xy__row_index_make(xy__row_index *out, const xy_results *results, xy_error *err) {
  *out = (xy__row_index){.results = results};
  xy__text key = {0};
  bool room = true;
  for (size_t i = 0; room && i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    if (!is_judged(row)) continue;
    xy__text_clear(&key);
    add_key(&key, row, row->measure, row->mode, row->stage, row->against);
    char *kept = key.failed ? NULL : xy__arena_copy(&out->keys, key.data, key.size);
    room = kept != NULL && xy__map_put(&out->map, kept, key.size, (int64_t)i);
  }
  xy__text_dispose(&key);
  return room ? XY_OK : xy__fail_memory(err, "verdicts");
}

void xy__row_index_dispose(xy__row_index *index) {
  xy__map_dispose(&index->map);
  xy__arena_dispose(&index->keys);
}

const xy_measure *xy__row_index_find(const xy__row_index *index, const xy_measure *like, const char *measure,
                                     const char *mode, const char *stage, const char *against) {
  xy__text key = {0};
  int64_t at;
  add_key(&key, like, measure, mode, stage, against);
  bool found = !key.failed && xy__map_get(&index->map, key.data, key.size, &at);
  xy__text_dispose(&key);
  return found ? &index->results->measures[at] : NULL;
}
