/* golden.jsonl files: token sequences with the log-probabilities that Transformers gives them. */
#ifndef XY_TESTS_GOLDEN_H
#define XY_TESTS_GOLDEN_H

#include "base/json.h"
#include "base/memory.h"
#include "engine/engine.h"
#include "support.h"

typedef struct golden {
  xy_model *model;
  xy__sequence *sequences;
  size_t *offset;
  float *logprob; /* expected */
  size_t n;
  xy__arena arena;
} golden;

/* Opens FOLDER's checkpoint and its golden.jsonl. */
static inline void golden_open(golden *out, const char *folder) {
  xy_error err = {0};
  *out = (golden){0};
  assert_ok(xy_model_open(&out->model, folder, &err), err);
  char path[4096];
  snprintf(path, sizeof path, "%s/golden.jsonl", folder);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  char *line = NULL;
  size_t room = 0;
  size_t capacity = 0;
  size_t values = 0;
  json_t *rows = json_array();
  for (ssize_t length; (length = getline(&line, &room, file)) > 0;) {
    json_t *row;
    assert_ok(xy__json_parse(&row, line, (size_t)length, path, &err), err);
    if (json_object_get(row, "ids") == NULL) { /* a heading */
      json_decref(row);
      continue;
    }
    assert_true(xy__grow(&out->sequences, &capacity, out->n, sizeof *out->sequences));
    json_t *ids = json_object_get(row, "ids");
    size_t n = json_array_size(ids);
    int32_t *copy = xy__arena_alloc(&out->arena, n * sizeof *copy);
    for (size_t t = 0; t < n; t++) copy[t] = (int32_t)json_integer_value(json_array_get(ids, t));
    out->sequences[out->n++] = (xy__sequence){.ids = copy, .n = (int32_t)n, .first = 1};
    values += n - 1;
    json_array_append_new(rows, row);
  }
  free(line);
  fclose(file);
  assert_true(out->n > 0);
  out->offset = xy__array(out->n + 1, sizeof *out->offset);
  xy__engine_offsets(out->offset, out->sequences, out->n);
  out->logprob = xy__array(values, sizeof *out->logprob);
  size_t at = 0;
  for (size_t s = 0; s < out->n; s++) {
    json_t *expected = json_object_get(json_array_get(rows, s), "logprobs");
    assert_int_equal(json_array_size(expected), out->sequences[s].n - 1);
    for (size_t t = 0; t < json_array_size(expected); t++) {
      out->logprob[at] = (float)json_number_value(json_array_get(expected, t));
      assert_true(isfinite(out->logprob[at]));
      at++;
    }
  }
  json_decref(rows);
}

static inline void golden_close(golden *g) {
  xy_model_free(g->model);
  free(g->sequences);
  free(g->offset);
  free(g->logprob);
  xy__arena_dispose(&g->arena);
}

/* Largest and mean distance of two lists of values; fails on NaN. */
static inline double distance(const float *a, const float *b, size_t n, double *mean) {
  double largest = 0;
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    double d = fabs((double)a[i] - (double)b[i]);
    assert_true(isfinite(d));
    if (d > largest) largest = d;
    sum += d;
  }
  if (mean != NULL) *mean = n > 0 ? sum / (double)n : 0;
  return largest;
}

#endif
