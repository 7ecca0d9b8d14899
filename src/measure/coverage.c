#include "measure/coverage.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "bench/groups.h"
#include "measure/task.h"

/* ---- matching ---------------------------------------------------------------------------------------------- */

static bool is_letter(char c) { return isalpha((unsigned char)c) != 0; }

/* Whether `label` has the word, or a word that begins with it where it ends with '*'. */
static bool has_word(const char *label, const char *word) {
  size_t n = strlen(word);
  bool beginning = n > 0 && word[n - 1] == '*';
  if (beginning) n--;
  for (const char *at = label; *at != '\0'; at++) {
    bool begins = at == label || !is_letter(at[-1]);
    if (begins && strncasecmp(at, word, n) == 0 && (beginning || !is_letter(at[n]))) return true;
  }
  return false;
}

static bool has_any(const char *label, const xy__node *words) {
  for (size_t i = 0; words != NULL && i < words->n; i++) {
    if (has_word(label, words->items[i]->value)) return true;
  }
  return false;
}

/* Whether the label is what the list calls the entry, or one of its labels. */
static bool is_called(const char *label, const xy__node *entry) {
  const xy__node *name = xy__yaml_get(entry, "name"), *labels = xy__yaml_get(entry, "labels");
  xy__text key = {0}, other = {0};
  bool found = false;
  size_t n = labels != NULL ? labels->n : 0;
  for (size_t i = 0; !found && xy__groups_key(&key, label) && i <= n; i++) {
    const char *known = i < n ? labels->items[i]->value : name != NULL ? name->value : "";
    found = xy__groups_key(&other, known) && other.size > 0 && strcmp(key.data, other.data) == 0;
  }
  xy__text_dispose(&key);
  xy__text_dispose(&other);
  return found;
}

static bool matches(const char *label, const xy__node *entry) {
  if (is_called(label, entry)) return true;
  return has_any(label, xy__yaml_get(entry, "words")) && !has_any(label, xy__yaml_get(entry, "unless"));
}

/* Themes are kinds of harm, but where the task has groups of people there (BBQ's categories). */
static bool names(const xy_bench *bench, const xy__node *entry) {
  const xy__labels *lists[] = {&bench->identities, &bench->themes};
  size_t n = xy__task_of(bench)->people ? 2 : 1;
  for (size_t k = 0; k < n; k++) {
    for (size_t i = 0; i < lists[k]->n; i++) {
      if (matches(lists[k]->names[i], entry)) return true;
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
