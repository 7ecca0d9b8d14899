/* See shown.h. */
#include "results/shown.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "results/view.h"

const char *xy__shown_identity(const xy_results *results, const char *benchmark, const char *label) {
  const json_t *names = json_object_get(xy__view_benchmark(results, benchmark), "names");
  const char *name = json_string_value(json_object_get(names, label));
  return name != NULL ? name : label;
}

static json_t *shown(const json_t *label, const json_t *names) {
  json_t *name = json_object_get(names, json_string_value(label));
  return name != NULL ? json_incref(name) : json_incref((json_t *)(uintptr_t)label);
}

/* The members of a fact that name groups. */
static void rename_members(json_t *of, const json_t *names) {
  static const char *const single[] = {"identity", "counterpart"};
  for (size_t i = 0; i < 2; i++) {
    const json_t *label = json_object_get(of, single[i]);
    if (json_is_string(label)) json_object_set_new(of, single[i], shown(label, names));
  }
  json_t *list = json_object_get(of, "identities");
  for (size_t i = 0; i < json_array_size(list); i++) json_array_set_new(list, i, shown(json_array_get(list, i), names));
}

void xy__shown_item(json_t *item, const xy_results *results) {
  const json_t *names = json_object_get(xy__view_benchmark(results, xy__json_text(item, "benchmark")), "names");
  if (names != NULL) rename_members(item, names);
}

static void rename_facts(json_t *facts, const xy_results *results) {
  static const char *const lists[] = {"distributions", "scatters", "items"};
  for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
    const json_t *list = json_object_get(facts, lists[k]);
    for (size_t i = 0; i < json_array_size(list); i++) xy__shown_item(json_array_get(list, i), results);
  }
  const json_t *benches = json_object_get(facts, "benchmarks");
  for (size_t b = 0; b < json_array_size(benches); b++) {
    const json_t *bench = json_array_get(benches, b), *terms = json_object_get(bench, "terms");
    for (size_t i = 0; i < json_array_size(terms); i++) {
      rename_members(json_array_get(terms, i), json_object_get(bench, "names"));
    }
  }
  json_t *example = json_object_get(facts, "example");
  if (example != NULL) xy__shown_item(example, results);
}

int xy__shown_open(xy_results *out, const xy_results *results, xy_error *err) {
  xy_results made = *results;
  made.arena = (xy__arena){0};
  made.measures = xy__array(results->n_measures, sizeof *made.measures);
  made.facts = json_deep_copy(results->facts);
  if (made.measures == NULL || made.facts == NULL) {
    xy__shown_dispose(&made);
    return xy__fail_memory(err, "results");
  }
  for (size_t i = 0; i < results->n_measures; i++) {
    made.measures[i] = results->measures[i];
    made.measures[i].identity = xy__shown_identity(results, made.measures[i].benchmark, made.measures[i].identity);
  }
  rename_facts(made.facts, results);
  *out = made;
  return XY_OK;
}

void xy__shown_dispose(xy_results *shown) {
  free(shown->measures);
  json_decref(shown->facts);
}
