#include "measure/coverage.h"

#include <string.h>

#include "bench/axes.h"
#include "bench/groups.h"
#include "measure/task.h"

/* ---- who is named ------------------------------------------------------------------------------------------ */

/* Themes are kinds of harm, but where the task has groups of people there (BBQ's categories). */
static bool names(const xy_bench *bench, const xy__node *entry) {
  const xy__labels *lists[] = {&bench->identities, &bench->themes};
  size_t n = xy__task_of(bench)->people ? 2 : 1;
  for (size_t k = 0; k < n; k++) {
    for (size_t i = 0; i < lists[k]->n; i++) {
      if (xy__group_matches(lists[k]->names[i], entry)) return true;
    }
  }
  return false;
}

/* Sentences whose options are pronouns of women and of men name no group in their labels. */
static bool is_about_all(const xy_bench *bench, const char *axis) {
  return xy__task_of(bench)->whole_axis && strcmp(bench->axis, axis) == 0;
}

/* ---- axes -------------------------------------------------------------------------------------------------- */

static json_t *axis_json(const xy__node *axis, xy_bench *const *benches, size_t n) {
  const xy__node *groups = xy__yaml_get(axis, "groups");
  const char *name = xy__yaml_get(axis, "axis")->value;
  json_t *named = json_array();
  json_t *missing = json_array();
  json_t *measured = json_array();
  for (size_t g = 0; g < groups->n; g++) {
    bool found = false;
    for (size_t b = 0; b < n; b++) {
      found = found || is_about_all(benches[b], name) || names(benches[b], groups->items[g]);
    }
    json_array_append_new(found ? named : missing, json_string(xy__yaml_get(groups->items[g], "name")->value));
  }
  for (size_t b = 0; b < n; b++) {
    bool found = strcmp(benches[b]->axis, name) == 0 || names(benches[b], axis);
    for (size_t g = 0; !found && g < groups->n; g++) found = names(benches[b], groups->items[g]);
    if (found) json_array_append_new(measured, json_string(benches[b]->name));
  }
  return json_pack("{s:s, s:s, s:o, s:o, s:o}", "axis", name, "people", xy__yaml_get(axis, "people")->value,
                   "benchmarks", measured, "named", named, "not_named", missing);
}

int xy__coverage_add(json_t *facts, xy_bench *const *benches, size_t n, xy_error *err) {
  xy__yaml *yaml;
  int rc = xy__groups_open(&yaml, err);
  if (rc != XY_OK) return rc;
  json_t *list = json_array();
  const xy__node *axes = xy__yaml_get(yaml->root, "axes");
  for (size_t a = 0; rc == XY_OK && a < axes->n; a++) {
    if (json_array_append_new(list, axis_json(axes->items[a], benches, n)) != 0) {
      rc = xy__fail_memory(err, "coverage");
    }
  }
  xy__yaml_free(yaml);
  if (rc != XY_OK) {
    json_decref(list);
    return rc;
  }
  return json_object_set_new(facts, "coverage", list) == 0 ? XY_OK : xy__fail_memory(err, "coverage");
}
