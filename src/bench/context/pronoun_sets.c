/* See pronoun_sets.h. */
#include "bench/context/pronoun_sets.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

const char *const xy__case_names[XY__CASES + 1] = {
    "nominative", "accusative", "possessive-dependent", "possessive-independent", "reflexive", NULL};

static bool read_text(const char **out, const xy__node *node, const char *key, xy__faults *faults) {
  const xy__node *value = xy__yaml_get(node, key);
  if (value != NULL && value->kind == XY__SCALAR && value->value[0] != '\0' &&
      xy__rstrip(value->value, strlen(value->value)) == strlen(value->value)) {
    *out = value->value;
    return true;
  }
  xy__fault(faults, node->line, value == NULL ? "pronoun set: key '%s' is missing" : "pronoun set: %s: expected a word",
            key);
  return false;
}

bool xy__pronoun_set_read(xy__pronoun_set *out, const xy__node *node, xy__faults *faults) {
  static const char *const keys[] = {
      "id", "group", "nominative", "accusative", "possessive-dependent", "possessive-independent", "reflexive", NULL};
  bool good = true;
  for (size_t i = 0; i < node->n; i++) {
    size_t k = 0;
    while (keys[k] != NULL && strcmp(keys[k], node->keys[i]) != 0) k++;
    if (keys[k] != NULL) continue;
    const char *near = xy__nearest(node->keys[i], keys);
    xy__fault(faults, node->key_lines[i],
              near != NULL ? "pronoun set: unknown key '%s' (did you mean '%s'?)" : "pronoun set: unknown key '%s'",
              node->keys[i], near);
    good = false;
  }
  good = read_text(&out->id, node, "id", faults) && good;
  good = read_text(&out->group, node, "group", faults) && good;
  for (int c = 0; c < XY__CASES; c++) good = read_text(&out->forms[c], node, xy__case_names[c], faults) && good;
  return good;
}

int xy__pronoun_sets_open(xy__pronoun_sets *out, xy_error *err) {
  const xy__embedded *file = xy__embedded_find("pronouns/sets.yaml");
  if (file == NULL) return xy__fail(err, XY_ERR_NOT_FOUND, "pronouns/sets.yaml: expected among the built-in files");
  int rc = xy__yaml_parse(&out->builtin, (const char *)file->data, (size_t)(file->end - file->data), file->name, err);
  if (rc != XY_OK) return rc;
  xy__faults faults = {.name = file->name, .err = err};
  const xy__node *root = out->builtin->root;
  for (size_t i = 0; i < root->n; i++) {
    xy__pronoun_set set = {0};
    if (root->items[i]->kind != XY__MAPPING) {
      xy__fault(&faults, root->items[i]->line, "expected a pronoun set");
    } else if (xy__pronoun_set_read(&set, root->items[i], &faults)) {
      if (!xy__grow(&out->sets, &out->capacity, out->n, sizeof set)) return xy__fail_memory(err, file->name);
      out->sets[out->n++] = set;
    }
  }
  return xy__faults_end(&faults);
}

void xy__pronoun_sets_dispose(xy__pronoun_sets *sets) {
  xy__yaml_free(sets->builtin);
  free(sets->sets);
  *sets = (xy__pronoun_sets){0};
}

const xy__pronoun_set *xy__pronoun_sets_find(const xy__pronoun_sets *sets, const char *id) {
  for (size_t i = 0; i < sets->n; i++) {
    if (strcmp(sets->sets[i].id, id) == 0) return &sets->sets[i];
  }
  return NULL;
}
