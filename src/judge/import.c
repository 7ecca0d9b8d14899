/* See import.h. */
#include "judge/import.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json_rows.h"
#include "judge/kind.h"

enum { RAW = 32 };

typedef struct imported {
  xy__verdicts verdicts;
  const char *path;
} imported;

/* ---- reading ------------------------------------------------------------------------------------------------ */

typedef struct reader {
  xy__verdicts *out;
  xy__faults faults;
  int line;
  bool failed; /* out of memory */
} reader;

static int digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

static bool read_digest(unsigned char out[RAW], const json_t *row) {
  const json_t *text = json_object_get(row, "text"), *hex = json_object_get(row, "sha256");
  if (json_is_string(text) && hex == NULL) {
    xy__digest_raw(out, json_string_value(text), json_string_length(text));
    return true;
  }
  if (text != NULL || !json_is_string(hex) || json_string_length(hex) != 2 * RAW) return false;
  for (size_t i = 0; i < RAW; i++) {
    int high = digit(json_string_value(hex)[2 * i]), low = digit(json_string_value(hex)[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = (unsigned char)(high << 4 | low);
  }
  return true;
}

/* The first row says which scores there are. */
static void read_names(reader *r, json_t *scores) {
  xy__verdicts *out = r->out;
  const char *key;
  json_t *value;
  json_object_foreach(scores, key, value) {
    const char *copy = xy__arena_string(&out->arena, key);
    r->failed =
        r->failed || copy == NULL || !xy__grow(&out->names, &out->name_capacity, out->n_names, sizeof *out->names);
    if (!r->failed) out->names[out->n_names++] = copy;
  }
}

/* Appends a row's scores; false after a fault. */
static bool add_scores(reader *r, json_t *scores) {
  xy__verdicts *out = r->out;
  if (json_object_size(scores) == 0) {
    xy__fault(&r->faults, r->line, "expected an object of numbers as \"scores\"");
    return false;
  }
  if (out->n_names == 0) read_names(r, scores);
  for (size_t i = 0; !r->failed && i < out->n_names; i++) {
    const json_t *value = json_object_get(scores, out->names[i]);
    double number = json_number_value(value);
    if (!json_is_number(value) || !isfinite(number) || json_object_size(scores) != out->n_names) {
      xy__fault(&r->faults, r->line, "\"scores\": expected the numbers that the first row has, among them '%.100s'",
                out->names[i]);
      return false;
    }
    r->failed = !xy__grow(&out->scores, &out->score_capacity, out->n_scores, sizeof *out->scores);
    if (!r->failed) out->scores[out->n_scores++] = number;
  }
  return !r->failed;
}

static bool same_label(const char *a, const char *b) { return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0); }

/* The row whose scores were appended last; one that was there before goes again where it says the same. */
static void add_row(reader *r, const unsigned char digest[RAW], const char *label) {
  xy__verdicts *out = r->out;
  int64_t before;
  const double *scores = out->scores + out->n_scores - out->n_names;
  if (xy__map_get(&out->rows, (const char *)digest, RAW, &before)) {
    bool same = same_label(out->labels[before], label) &&
                memcmp(out->scores + (size_t)before * out->n_names, scores, out->n_names * sizeof *scores) == 0;
    if (!same) xy__fault(&r->faults, r->line, "another verdict on the same text stands before");
    out->n_scores -= out->n_names;
    return;
  }
  const char *key = xy__arena_copy(&out->arena, (const char *)digest, RAW);
  const char *copy = label != NULL ? xy__arena_string(&out->arena, label) : NULL;
  r->failed = key == NULL || (label != NULL && copy == NULL) ||
              !xy__grow(&out->labels, &out->label_capacity, out->n, sizeof *out->labels) ||
              !xy__map_put(&out->rows, key, RAW, (int64_t)out->n);
  if (!r->failed) out->labels[out->n++] = copy;
}

static void read_row(reader *r, const json_t *row) {
  unsigned char digest[RAW];
  const json_t *label = json_object_get(row, "label");
  size_t had = r->out->n_scores;
  if (!json_is_object(row)) {
    xy__fault(&r->faults, r->line, "expected a JSON object with \"text\" or \"sha256\", and \"scores\"");
  } else if (!read_digest(digest, row)) {
    xy__fault(&r->faults, r->line, "expected a string as \"text\", or 64 hexadecimal digits as \"sha256\"");
  } else if (label != NULL && !json_is_null(label) && xy__json_whole(label) == NULL) {
    xy__fault(&r->faults, r->line, "\"label\": expected a string or null");
  } else if (add_scores(r, json_object_get(row, "scores"))) {
    add_row(r, digest, xy__json_whole(label));
  } else {
    r->out->n_scores = had;
  }
}

int xy__verdicts_read(xy__verdicts *out, const char *text, size_t bytes, const char *name, xy_error *err) {
  reader r = {.out = out, .faults = {.name = name, .err = err}};
  xy__json_rows rows;
  xy__json_rows_begin(&rows, text, bytes);
  while (!r.failed && xy__json_rows_next(&rows)) {
    char why[200];
    json_t *row = xy__json_row(why, &rows);
    r.line = rows.line;
    if (row != NULL) {
      read_row(&r, row);
    } else {
      xy__fault(&r.faults, r.line, "%s", why);
    }
    json_decref(row);
  }
  if (r.failed || rows.failed) return xy__fail_memory(err, name);
  if (r.faults.n == 0 && out->n == 0) xy__fault(&r.faults, 0, "expected verdicts, found none");
  return xy__faults_end(&r.faults);
}

void xy__verdicts_dispose(xy__verdicts *verdicts) {
  free(verdicts->names);
  xy__map_dispose(&verdicts->rows);
  free(verdicts->labels);
  free(verdicts->scores);
  xy__arena_dispose(&verdicts->arena);
  *verdicts = (xy__verdicts){0};
}

static int open_import(xy_judge *judge, const char *path, const xy_judge_options *options, xy_error *err) {
  (void)options;
  imported *state = xy__array(1, sizeof *state);
  if (state == NULL) return xy__fail_memory(err, path);
  judge->state = state;
  char *text = NULL;
  size_t bytes = 0;
  int rc = xy__file_read(&text, &bytes, path, err);
  if (rc != XY_OK) return rc;
  xy__judge_data(judge, text, bytes);
  rc = xy__verdicts_read(&state->verdicts, text, bytes, path, err);
  free(text);
  for (size_t i = 0; rc == XY_OK && i < state->verdicts.n_names; i++) {
    rc = xy__judge_score(judge, state->verdicts.names[i], err);
  }
  state->path = strchr(judge->name, ':') + 1;
  judge->entries = state->verdicts.n;
  return rc;
}

static void free_import(void *state) {
  xy__verdicts_dispose(&((imported *)state)->verdicts);
  free(state);
}

/* ---- judging ------------------------------------------------------------------------------------------------ */

static int judge_import(const char **label, double *scores, void *state, const xy_judge_input *input, xy_error *err) {
  const imported *i = state;
  const xy__verdicts *verdicts = &i->verdicts;
  unsigned char digest[RAW];
  int64_t row;
  xy__digest_raw(digest, input->text, input->bytes);
  if (!xy__map_get(&verdicts->rows, (const char *)digest, RAW, &row)) {
    char hex[XY__DIGEST_HEX];
    xy__digest_of(hex, input->text, input->bytes);
    return xy__fail(err, XY_ERR_NOT_FOUND, "%s has no verdict on this text (sha256 %s)", i->path, hex);
  }
  *label = verdicts->labels[row];
  memcpy(scores, verdicts->scores + (size_t)row * verdicts->n_names, verdicts->n_names * sizeof *scores);
  return XY_OK;
}

static const xy_judge_term scores[] = {{"NAME", "each score that the file's rows have"}};

const xy__judge_kind xy__judge_import = {
    .card = {.name = "import",
             .operand = "FILE",
             .summary = "Verdicts that were made elsewhere, found again by the SHA-256 of each text.",
             .blind =
                 "Who made the verdicts, with what, and whether it was the same for all of them: the file is taken "
                 "at its word.",
             .source = "the file",
             .licence = "the file's",
             .version = "1",
             .entries = "texts",
             .n_scores = sizeof scores / sizeof *scores,
             .scores = scores},
    .open = open_import,
    .free = free_import,
    .judge = judge_import};
