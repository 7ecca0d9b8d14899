/* xy_results_open: results.json back into memory, strictly: an unknown, missing or mistyped member is an error that
 * names the file, the row and the member.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "results/fields.h"
#include "results/headline.h"

typedef struct reader {
  const char *path;
  xy_results *results;
} reader;

/* A member that must be there and of the right type. */
static int need(const json_t **out, const json_t *object, const char *key, json_type type, const char *where,
                xy_error *err) {
  const json_t *value = json_object_get(object, key);
  if (value == NULL) return xy__fail(err, XY_ERR_FORMAT, "%s: expected a member '%s', found none", where, key);
  if (json_typeof(value) != type) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: %s: expected %s", where, key,
                    type == JSON_OBJECT  ? "an object"
                    : type == JSON_ARRAY ? "a list"
                                         : "a string");
  }
  *out = value;
  return XY_OK;
}

static int need_string(const char **out, const json_t *object, const char *key, const char *where, xy_error *err) {
  const json_t *value = NULL;
  int rc = need(&value, object, key, JSON_STRING, where, err);
  if (rc == XY_OK) *out = json_string_value(value);
  return rc;
}

static int known_members(const json_t *object, const char *const *known, const char *where, xy_error *err) {
  json_t *members = (json_t *)(uintptr_t)object; /* Jansson's iterators take no const */
  for (void *at = json_object_iter(members); at != NULL; at = json_object_iter_next(members, at)) {
    const char *key = json_object_iter_key(at);
    const char *const *one = known;
    while (*one != NULL && strcmp(*one, key) != 0) one++;
    if (*one == NULL) return xy__fail(err, XY_ERR_FORMAT, "%s: unknown member '%s'", where, key);
  }
  return XY_OK;
}

static int read_cell(xy_measure *row, const xy__field *column, const json_t *object, const char *where, xy_error *err) {
  char *member = (char *)row + column->offset;
  if (json_object_get(object, column->name) == NULL && !column->optional) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: expected a member '%s', found none", where, column->name);
  }
  if (column->kind == XY__FIELD_TEXT) {
    const char *text;
    int rc = xy__json_string(&text, object, column->name, "", where, err);
    if (rc == XY_OK) memcpy(member, &text, sizeof text);
    return rc;
  }
  if (column->kind == XY__FIELD_COUNT) {
    int64_t count;
    int rc = xy__json_int(&count, object, column->name, column->optional ? 0 : -1, where, err);
    if (rc == XY_OK && count < 0) {
      rc = xy__fail(err, XY_ERR_FORMAT, "%s: %s: expected a count of 0 or more", where, column->name);
    }
    if (rc == XY_OK) memcpy(member, &count, sizeof count);
    return rc;
  }
  double number;
  int rc = xy__json_real(&number, object, column->name, NAN, where, err);
  if (rc == XY_OK) memcpy(member, &number, sizeof number);
  return rc;
}

static int expect_object(const json_t *value, const char *where, xy_error *err) {
  return json_is_object(value) ? XY_OK : xy__fail(err, XY_ERR_FORMAT, "%s: expected an object", where);
}

static int read_measure(const reader *in, const json_t *object, const char *where, xy_error *err) {
  const char *known[xy__fields_n + 1];
  for (size_t i = 0; i < xy__fields_n; i++) known[i] = xy__fields[i].name;
  known[xy__fields_n] = NULL;
  int rc = known_members(object, known, where, err);
  xy_measure row = {0};
  for (size_t i = 0; rc == XY_OK && i < xy__fields_n; i++) rc = read_cell(&row, &xy__fields[i], object, where, err);
  if (rc == XY_OK && row.measure[0] == '\0') {
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: measure: expected a name, found none", where);
  }
  return rc == XY_OK ? xy__results_add(in->results, &row, err) : rc;
}

static int read_finding(const reader *in, const json_t *object, const char *where, xy_error *err) {
  static const char *const known[] = {"kind", "text", "benchmark", "measure", "stage", "against", NULL};
  const char *kind = "";
  const char *text = "";
  xy_measure row = {0};
  const char **names[] = {&row.benchmark, &row.measure, &row.stage, &row.against};
  int rc = known_members(object, known, where, err);
  if (rc == XY_OK) rc = need_string(&kind, object, "kind", where, err);
  if (rc == XY_OK) rc = need_string(&text, object, "text", where, err);
  for (size_t i = 0; rc == XY_OK && i < sizeof names / sizeof *names; i++) {
    rc = xy__json_string(names[i], object, known[i + 2], "", where, err);
  }
  return rc == XY_OK ? xy__results_add_finding_of(in->results, kind, text, &row, err) : rc;
}

static int read_stage(const reader *in, const json_t *object, const char *where, xy_error *err) {
  xy_stage_info stage = {0};
  int rc = need_string(&stage.name, object, "name", where, err);
  if (rc == XY_OK) rc = need_string(&stage.model, object, "model", where, err);
  if (rc == XY_OK) rc = xy__json_string(&stage.parent, object, "parent", "", where, err);
  if (rc == XY_OK) rc = xy__json_string(&stage.method, object, "method", "", where, err);
  if (rc == XY_OK) rc = xy__json_string(&stage.reference, object, "reference", "", where, err);
  if (rc == XY_OK) rc = xy__json_string(&stage.format, object, "format", "", where, err);
  if (rc == XY_OK) rc = xy__json_string(&stage.tail, object, "tail", "", where, err);
  if (rc == XY_OK) rc = xy__json_real(&stage.beta, object, "beta", NAN, where, err);
  if (rc == XY_OK && stage.name[0] == '\0')
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: name: expected a name, found none", where);
  for (size_t i = 0; rc == XY_OK && i < in->results->n_stages; i++) {
    if (strcmp(in->results->stages[i].name, stage.name) == 0) {
      rc = xy__fail(err, XY_ERR_FORMAT, "%s: name: '%s' is given twice", where, stage.name);
    }
  }
  return rc == XY_OK ? xy__results_add_stage(in->results, &stage, err) : rc;
}

/* ---- what figures are drawn from: it stays among the facts, but its form is checked here ---- */

static int need_all(const json_t *object, json_type type, const char *const *keys, const char *where, xy_error *err) {
  const json_t *value = NULL;
  int rc = XY_OK;
  for (; rc == XY_OK && *keys != NULL; keys++) rc = need(&value, object, *keys, type, where, err);
  return rc;
}

static int read_coverage(const reader *in, const json_t *object, const char *where, xy_error *err) {
  static const char *const names[] = {"axis", "people", NULL};
  static const char *const lists[] = {"benchmarks", "named", "not_named", NULL};
  (void)in;
  int rc = need_all(object, JSON_STRING, names, where, err);
  return rc == XY_OK ? need_all(object, JSON_ARRAY, lists, where, err) : rc;
}

static int read_distribution(const reader *in, const json_t *object, const char *where, xy_error *err) {
  static const char *const names[] = {"benchmark", "measure", "mode", "stage", "identity", "theme", NULL};
  static const char *const lists[] = {"counts", NULL};
  static const char *const numbers[] = {"minimum", "lower", "median", "upper", "maximum", "start", "step"};
  (void)in;
  int rc = need_all(object, JSON_STRING, names, where, err);
  if (rc == XY_OK) rc = need_all(object, JSON_ARRAY, lists, where, err);
  for (size_t i = 0; rc == XY_OK && i < sizeof numbers / sizeof *numbers; i++) {
    double value;
    rc = xy__json_real(&value, object, numbers[i], NAN, where, err);
    if (rc == XY_OK && !isfinite(value)) {
      rc = xy__fail(err, XY_ERR_FORMAT, "%s: %s: expected a number, found none", where, numbers[i]);
    }
  }
  return rc;
}

static int read_scatter(const reader *in, const json_t *object, const char *where, xy_error *err) {
  static const char *const names[] = {"benchmark", "mode", "stage", "against", NULL};
  static const char *const lists[] = {"identities", "themes", "reference_gap", "margin", "identity", "theme", NULL};
  (void)in;
  int rc = need_all(object, JSON_STRING, names, where, err);
  if (rc == XY_OK) rc = need_all(object, JSON_ARRAY, lists, where, err);
  for (size_t i = 3; rc == XY_OK && lists[i] != NULL; i++) {
    size_t found = json_array_size(json_object_get(object, lists[i]));
    size_t expected = json_array_size(json_object_get(object, lists[2]));
    if (found == expected) continue;
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: %s: expected %zu points, found %zu", where, lists[i], expected, found);
  }
  return rc;
}

static int read_example(const reader *in, const json_t *object, const char *where, xy_error *err) {
  static const char *const names[] = {"benchmark",   "measure",          "mode", "stage", "item",
                                      "target_text", "counterpart_text", NULL};
  (void)in;
  return need_all(object, JSON_STRING, names, where, err);
}

static int read_item(const reader *in, const json_t *object, const char *where, xy_error *err) {
  const json_t *end = NULL;
  int rc = read_example(in, object, where, err);
  return rc == XY_OK ? need(&end, object, "end", JSON_STRING, where, err) : rc;
}

static int read_headline(const reader *in, const json_t *object, const char *where, xy_error *err) {
  static const char *const names[] = {"where", "how_much", "cannot_tell", "benchmark", NULL};
  (void)in;
  return need_all(object, JSON_STRING, names, where, err);
}

/* Reads the object `key`, if there is one. */
static int read_object(const reader *in, const json_t *document, const char *key,
                       int (*read)(const reader *, const json_t *, const char *, xy_error *), xy_error *err) {
  const json_t *object = NULL;
  char where[4200];
  if (json_object_get(document, key) == NULL) return XY_OK;
  snprintf(where, sizeof where, "%s: %s", in->path, key);
  int rc = need(&object, document, key, JSON_OBJECT, in->path, err);
  return rc == XY_OK ? read(in, object, where, err) : rc;
}

static int read_benchmark(const reader *in, const json_t *object, const char *where, xy_error *err) {
  (void)in; /* benchmarks stay facts */
  const char *name = "";
  return need_string(&name, object, "name", where, err);
}

/* Reads every object of the list `key`. */
static int read_list(const reader *in, const json_t *document, const char *key,
                     int (*read)(const reader *, const json_t *, const char *, xy_error *), xy_error *err) {
  const json_t *list = NULL;
  int rc = need(&list, document, key, JSON_ARRAY, in->path, err);
  for (size_t i = 0; rc == XY_OK && i < json_array_size(list); i++) {
    char where[4200];
    snprintf(where, sizeof where, "%s: %s[%zu]", in->path, key, i);
    rc = expect_object(json_array_get(list, i), where, err);
    if (rc == XY_OK) rc = read(in, json_array_get(list, i), where, err);
  }
  return rc;
}

static int read_document(const reader *in, json_t *document, xy_error *err) {
  static const char *const known[] = {"xylem",         "run",      "family",   "stages",   "benchmarks",
                                      "settings",      "headline", "coverage", "findings", "measures",
                                      "distributions", "scatters", "items",    "example",  NULL};
  static const struct {
    const char *name;
    int (*read)(const reader *, const json_t *, const char *, xy_error *);
  } lists[] = {{"coverage", read_coverage},
               {"distributions", read_distribution},
               {"scatters", read_scatter},
               {"items", read_item}};
  xy_results *results = in->results;
  const char *version = "";
  const char *family = "";
  const char *mode = "";
  const json_t *object = NULL;
  int rc = expect_object(document, in->path, err);
  if (rc == XY_OK) rc = known_members(document, known, in->path, err);
  if (rc == XY_OK) rc = need_string(&version, document, "xylem", in->path, err);
  if (rc == XY_OK) rc = need(&object, document, "run", JSON_OBJECT, in->path, err);
  if (rc == XY_OK) rc = need(&object, document, "family", JSON_OBJECT, in->path, err);
  if (rc == XY_OK) rc = need_string(&family, object, "name", in->path, err);
  if (rc == XY_OK && json_object_get(document, "settings") != NULL) {
    rc = need(&object, document, "settings", JSON_OBJECT, in->path, err);
    if (rc == XY_OK) rc = xy__json_string(&mode, object, "mode", "", in->path, err);
  }
  if (rc == XY_OK) rc = read_list(in, document, "stages", read_stage, err);
  if (rc == XY_OK) rc = read_list(in, document, "benchmarks", read_benchmark, err);
  if (rc == XY_OK) rc = read_list(in, document, "findings", read_finding, err);
  if (rc == XY_OK) rc = read_list(in, document, "measures", read_measure, err);
  for (size_t i = 0; rc == XY_OK && i < sizeof lists / sizeof *lists; i++) {
    if (json_object_get(document, lists[i].name) == NULL) continue; /* a run of preference data has none */
    rc = read_list(in, document, lists[i].name, lists[i].read, err);
  }
  if (rc == XY_OK) rc = read_object(in, document, "headline", read_headline, err);
  if (rc == XY_OK) rc = read_object(in, document, "example", read_example, err);
  if (rc != XY_OK) return rc;
  results->family = xy__arena_string(&results->arena, family);
  results->headline_mode = xy__arena_string(&results->arena, mode);
  if (results->family == NULL || results->headline_mode == NULL) return xy__fail_memory(err, in->path);
  (void)json_object_del(document, "findings");
  (void)json_object_del(document, "measures");
  json_decref(results->facts);
  results->facts = json_incref(document);
  return json_object_get(document, "headline") != NULL ? XY_OK : xy__headline_add(results, err);
}

int xy_results_open(xy_results **out, const char *path, xy_error *err) {
  xy__error_clear(err);
  json_t *document = NULL;
  char *joined = xy__is_folder(path) ? xy__path_join(path, "results.json") : strdup(path);
  reader in = {joined, xy__results_new()};
  int rc = XY_OK;
  if (joined == NULL || in.results == NULL) {
    rc = xy__fail_memory(err, path);
    goto out;
  }
  const char *slash = strrchr(joined, '/');
  size_t folder = slash == NULL ? 0 : slash == joined ? 1 : (size_t)(slash - joined);
  in.results->directory = xy__arena_copy(&in.results->arena, folder > 0 ? joined : ".", folder > 0 ? folder : 1);
  if (in.results->directory == NULL) {
    rc = xy__fail_memory(err, path);
    goto out;
  }
  rc = xy__json_load(&document, joined, err);
  if (rc == XY_OK) rc = read_document(&in, document, err);
  if (rc != XY_OK) goto out;
  *out = in.results;
  in.results = NULL;
out:
  json_decref(document);
  xy_results_free(in.results);
  free(joined);
  return rc;
}
