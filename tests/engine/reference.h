/* Reference files of continuations, and the checkpoints that they are of. */
#ifndef XY_TESTS_REFERENCE_H
#define XY_TESTS_REFERENCE_H

#include "base/json.h"
#include "model/model.h"
#include "support.h"

/* The rows of a file of JSON lines; the running test is skipped where it is not there. Caller frees. */
static inline json_t *reference_rows(const char *path) {
  need_file(path);
  FILE *file = fopen(path, "r");
  json_t *rows = json_array();
  json_error_t error;
  for (json_t *row; (row = json_loadf(file, JSON_DISABLE_EOF_CHECK, &error)) != NULL;) json_array_append_new(rows, row);
  fclose(file);
  assert_true(json_array_size(rows) > 0);
  return rows;
}

static inline json_t *reference_json(const char *path) {
  need_file(path);
  json_error_t error;
  json_t *value = json_load_file(path, 0, &error);
  assert_non_null(value);
  return value;
}

static inline xy_model *reference_model(const char *name) {
  char folder[256];
  snprintf(folder, sizeof folder, "golden/models/%s", name);
  xy_model *model;
  xy_error err = {0};
  assert_ok(xy_model_open(&model, shared_path(folder), &err), err);
  return model;
}

#endif
