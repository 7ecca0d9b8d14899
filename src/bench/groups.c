/* See groups.h. */
#include "bench/groups.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/file.h"
#include "bench/axes.h"

static const char list_name[] = "groups/groups.yaml";

/* Keys of labels → names. What was added first stays. */
typedef struct names {
  xy__map index;
  const char **names;
  size_t n, capacity;
  xy__arena arena;
  bool failed;
} names;

/* ---- looking up ---- */

bool xy__groups_key(xy__text *out, const char *label) {
  xy__text_clear(out);
  for (const char *c = label; *c != '\0'; c++) {
    char small = (char)(*c == '-' || *c == '_' ? ' ' : tolower((unsigned char)*c));
    xy__text_add_bytes(out, &small, 1);
  }
  return !out->failed;
}

static void add_name(names *to, const char *label, const char *name) {
  xy__text key = {0};
  int64_t known;
  to->failed = to->failed || !xy__groups_key(&key, label);
  if (!to->failed && key.size > 0 && !xy__map_get(&to->index, key.data, key.size, &known)) {
    const char *copy = xy__arena_copy(&to->arena, key.data, key.size);
    const char *value = xy__arena_string(&to->arena, name);
    to->failed = copy == NULL || value == NULL || !xy__grow(&to->names, &to->capacity, to->n, sizeof *to->names) ||
                 !xy__map_put(&to->index, copy, key.size, (int64_t)to->n);
    if (!to->failed) to->names[to->n++] = value;
  }
  xy__text_dispose(&key);
}

/* NULL: not in the list. */
static const char *name_of(names *in, const char *label) {
  xy__text key = {0};
  int64_t found = -1;
  in->failed = in->failed || !xy__groups_key(&key, label);
  bool known = !in->failed && key.size > 0 && xy__map_get(&in->index, key.data, key.size, &found);
  xy__text_dispose(&key);
  return known && in->names != NULL ? in->names[found] : NULL;
}

/* "Black + F" → "Black people", "women" → "Black women". False: it has no " + ". */
static bool join_names(xy__text *out, names *in, const char *label) {
  static const char plus[] = " + ", people[] = " people";
  const char *at = strstr(label, plus);
  if (at == NULL) return false;
  char *first = strndup(label, (size_t)(at - label));
  const char *second = at + strlen(plus);
  in->failed = in->failed || first == NULL;
  if (in->failed) return true;
  const char *whose = name_of(in, first), *of = name_of(in, second);
  if (whose == NULL) whose = first;
  size_t n = strlen(whose), tail = strlen(people);
  if (n > tail && strcmp(whose + n - tail, people) == 0) n -= tail;
  xy__text_addf(out, "%.*s %s", (int)n, whose, of != NULL ? of : second);
  free(first);
  return true;
}

/* ---- the list, and a mapping before it ---- */

int xy__groups_open(xy__yaml **out, xy_error *err) {
  const xy__embedded *file = xy__embedded_find(list_name);
  if (file == NULL) return xy__fail(err, XY_ERR_NOT_FOUND, "%s: expected it in the program", list_name);
  return xy__yaml_parse(out, (const char *)file->data, (size_t)(file->end - file->data), list_name, err);
}

static void add_labels(names *to, const xy__node *labels, const char *name) {
  add_name(to, name, name);
  for (size_t i = 0; labels != NULL && i < labels->n; i++) add_name(to, labels->items[i]->value, name);
}

static void add_list(names *to, const xy__yaml *yaml) {
  static const char *const kinds[] = {"groups", "others"};
  const xy__node *axes = xy__yaml_get(yaml->root, "axes");
  for (size_t a = 0; a < axes->n; a++) {
    const xy__node *axis = axes->items[a];
    add_labels(to, xy__yaml_get(axis, "labels"), xy__yaml_get(axis, "axis")->value);
    for (size_t k = 0; k < 2; k++) {
      const xy__node *groups = xy__yaml_get(axis, kinds[k]);
      for (size_t g = 0; groups != NULL && g < groups->n; g++) {
        const xy__node *group = groups->items[g];
        add_labels(to, xy__yaml_get(group, "labels"), xy__yaml_get(group, "name")->value);
      }
    }
  }
  add_labels(to, xy__yaml_get(yaml->root, "mixed"), XY__MIXED_AXIS);
}

/* {names: {NAME: [label, …]}} */
static int read_mapping(names *to, const xy__yaml *yaml, xy_error *err) {
  static const char *const keys[] = {"names", NULL};
  xy__faults faults = {.name = yaml->name, .err = err};
  const xy__node *given = yaml->root->kind == XY__MAPPING ? xy__yaml_get(yaml->root, "names") : NULL;
  if (given == NULL || given->kind != XY__MAPPING || given->n == 0) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: expected 'names:' with a list of labels for each name", yaml->name);
  }
  faults.rc = xy__yaml_known_keys(yaml, yaml->root, "mapping", keys, err);
  for (size_t i = 0; i < given->n; i++) {
    const xy__node *list = given->items[i];
    if (list->kind != XY__SEQUENCE || list->n == 0) {
      xy__fault(&faults, given->key_lines[i], "%s: expected a list of labels", given->keys[i]);
      continue;
    }
    for (size_t k = 0; k < list->n; k++) {
      const char *known = list->items[k]->kind == XY__SCALAR ? name_of(to, list->items[k]->value) : NULL;
      if (list->items[k]->kind != XY__SCALAR || list->items[k]->value[0] == '\0') {
        xy__fault(&faults, list->items[k]->line, "%s: expected a label", given->keys[i]);
      } else if (known != NULL) {
        xy__fault(&faults, list->items[k]->line, "%s: '%s' is a label of '%s' already", given->keys[i],
                  list->items[k]->value, known);
      } else {
        add_name(to, list->items[k]->value, given->keys[i]);
      }
    }
  }
  return xy__faults_end(&faults);
}

static int add_mapping(names *to, xy__builder *builder, const char *path, xy_error *err) {
  char *text = NULL;
  size_t bytes;
  xy__yaml *yaml = NULL;
  int rc = xy__file_read(&text, &bytes, path, err);
  if (rc != XY_OK) return rc;
  xy__text_add_bytes(&builder->beside, text, bytes);
  rc = xy__yaml_parse(&yaml, text, bytes, path, err);
  if (rc == XY_OK) rc = read_mapping(to, yaml, err);
  xy__yaml_free(yaml);
  free(text);
  return rc;
}

/* ---- giving names ---- */

static const char *rename_label(xy__text *out, names *in, const char *label) {
  const char *name = name_of(in, label);
  if (name != NULL) return name;
  return join_names(out, in, label) && !out->failed ? out->data : label;
}

/* Makes the labels of a kind anew under their names. places[i]: where label i is now. */
static void rename_labels(xy__builder *builder, names *in, xy__label_kind kind, xy__labels *labels, int *places) {
  size_t n = labels->n;
  labels->n = 0; /* the names before are read below, before what is added can take their place */
  xy__map_dispose(&builder->labels[kind]);
  builder->labels[kind] = (xy__map){0};
  for (size_t i = 0; i < n && !builder->failed; i++) {
    xy__text joined = {0};
    const char *name = rename_label(&joined, in, labels->names[i]);
    places[i] = xy__builder_label(builder, kind, name, strlen(name));
    builder->failed = builder->failed || joined.failed || in->failed;
    xy__text_dispose(&joined);
  }
}

/* The names of groups, and the axes of the list. */
typedef struct axis_names {
  names *in;
  const xy__node *list;
} axis_names;

static const char *axis_name(names *in, const char *axis) {
  const char *name = axis != NULL ? name_of(in, axis) : NULL;
  return name != NULL ? name : axis;
}

static const char *axis_of(const void *user, const char *identity) {
  const axis_names *by = user;
  return axis_name(by->in, xy__axis_of(by->list, identity));
}

/* Identities whose file says their axes: the labels of now, and their axes. */
typedef struct known_axes {
  const xy__labels *labels;
  const char **axes;
} known_axes;

static const char *known_axis(const void *user, const char *identity) {
  const known_axes *known = user;
  size_t i = 0;
  while (strcmp(known->labels->names[i], identity) != 0) i++;
  return known->axes[i];
}

/* They keep them; identities of several axes that have one name now are on XY__MIXED_AXIS. */
static void move_axes(xy__builder *builder, names *in, const int *places, size_t before) {
  xy_bench *bench = builder->bench;
  const char **axes = xy__array(bench->identities.n, sizeof *axes);
  builder->failed = builder->failed || axes == NULL;
  for (size_t i = 0; i < before && !builder->failed; i++) {
    const char **of = &axes[places[i]], *axis = axis_name(in, bench->axes[i]);
    *of = *of == NULL || strcmp(*of, axis) == 0 ? axis : XY__MIXED_AXIS;
  }
  if (!builder->failed) xy__builder_axes(builder, known_axis, &(known_axes){&bench->identities, axes});
  free(axes);
}

static int rename_all(xy__builder *builder, names *in, const xy__node *list, xy_error *err) {
  xy_bench *bench = builder->bench;
  size_t before = bench->identities.n;
  int *identities = xy__array(before, sizeof *identities);
  int *counterparts = xy__array(bench->counterparts.n, sizeof *counterparts);
  if (identities == NULL || counterparts == NULL || in->failed) {
    free(identities);
    free(counterparts);
    return xy__fail_memory(err, "names of groups");
  }
  rename_labels(builder, in, XY__IDENTITIES, &bench->identities, identities);
  rename_labels(builder, in, XY__COUNTERPARTS, &bench->counterparts, counterparts);
  for (size_t i = 0; i < bench->n && !builder->failed; i++) {
    xy__item *item = &bench->items[i];
    if (item->identity >= 0) item->identity = identities[item->identity];
    if (item->counterpart >= 0) item->counterpart = counterparts[item->counterpart];
  }
  bench->axis = xy__builder_string(builder, axis_name(in, bench->axis));
  if (list != NULL) {
    xy__builder_axes(builder, axis_of, &(axis_names){in, list});
  } else if (bench->axes != NULL) {
    move_axes(builder, in, identities, before);
  }
  free(identities);
  free(counterparts);
  return XY_OK;
}

int xy__groups_apply(xy__builder *builder, const char *mapping, bool list, xy_error *err) {
  names in = {0};
  xy__yaml *yaml = NULL;
  int rc = mapping != NULL ? add_mapping(&in, builder, mapping, err) : XY_OK;
  if (rc == XY_OK && list) rc = xy__groups_open(&yaml, err);
  if (rc == XY_OK && list) add_list(&in, yaml);
  if (rc == XY_OK) rc = rename_all(builder, &in, list ? xy__yaml_get(yaml->root, "axes") : NULL, err);
  xy__yaml_free(yaml);
  xy__map_dispose(&in.index);
  xy__arena_dispose(&in.arena);
  free(in.names);
  return rc;
}
