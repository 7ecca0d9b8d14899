/* Requests as files hold them, what xylem export writes among them: rows of JSON (base/json_rows.h), each of which says
 * in one of four ways what is wanted. Every wrong row is a fault, told with its line (base/faults.h).
 */
#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/json_rows.h"
#include "base/memory.h"
#include "score/scorer.h"

struct xy_requests {
  xy_request *list;
  size_t n, capacity;
  json_t *rows; /* an array that owns their texts */
  xy__arena arena;
};

typedef struct reader {
  xy_requests *into;
  xy__faults faults;
  int64_t line; /* of the row in hand */
} reader;

/* A string member without zero characters; NULL with a fault otherwise. */
static const char *text_of(reader *r, const json_t *row, const char *key) {
  const json_t *value = json_object_get(row, key);
  const char *text = xy__json_whole(value);
  if (text != NULL) return text;
  if (json_is_string(value)) {
    xy__fault(&r->faults, r->line, "\"%s\": expected text, found a zero character in it", key);
  } else {
    xy__fault(&r->faults, r->line, "expected a string as \"%s\", found %s", key, xy__json_kind(value));
  }
  return NULL;
}

static void read_ids(reader *r, xy_request *out, const json_t *ids) {
  if (!json_is_array(ids)) {
    xy__fault(&r->faults, r->line, "expected an array as \"ids\", found %s", xy__json_kind(ids));
    return;
  }
  size_t n = json_array_size(ids);
  int32_t *list = xy__arena_alloc(&r->into->arena, (n + 1) * sizeof *list);
  if (list == NULL) {
    r->faults.rc = XY_ERR_MEMORY;
    return;
  }
  for (size_t i = 0; i < n; i++) {
    const json_t *id = json_array_get(ids, i);
    json_int_t value = json_integer_value(id);
    if (!json_is_integer(id)) {
      xy__fault(&r->faults, r->line, "\"ids\"[%zu]: expected a token id, found %s", i, xy__json_kind(id));
      return;
    }
    if (value < 0 || value > INT32_MAX) {
      xy__fault(&r->faults, r->line, "\"ids\"[%zu]: expected a token id, found the number %lld", i, (long long)value);
      return;
    }
    list[i] = (int32_t)value;
  }
  out->ids = list;
  out->n_ids = n;
}

/* Where the identity term of the continuation ends, if anywhere. */
static void read_cut(reader *r, xy_request *out, const json_t *row) {
  const json_t *end = json_object_get(row, "identity_end");
  if (end == NULL || json_is_null(end) || out->continuation == NULL) return;
  out->has_cut = true;
  out->cut = (size_t)json_integer_value(end);
  if (!json_is_integer(end) || json_integer_value(end) < 0 || out->cut > strlen(out->continuation)) {
    xy__fault(&r->faults, r->line, "\"identity_end\": expected a number of bytes of the continuation");
  }
}

static void read_request(reader *r, xy_request *out, const json_t *row) {
  static const char forms[] =
      "expected {\"text\"}, {\"prompt\", \"continuation\"}, {\"context\", \"continuation\"} or {\"ids\"}";
  const json_t *ids = json_object_get(row, "ids");
  bool text = json_object_get(row, "text") != NULL;
  bool context = json_object_get(row, "context") != NULL;
  bool prompt = json_object_get(row, "prompt") != NULL;
  bool pair = context || prompt || json_object_get(row, "continuation") != NULL;
  int found = (ids != NULL) + text + pair + (prompt && context);
  if (!json_is_object(row)) {
    xy__fault(&r->faults, r->line, "%s, found %s", forms, xy__json_kind(row));
  } else if (found != 1) {
    xy__fault(&r->faults, r->line, "%s, found %s", forms, found == 0 ? "none of them" : "more than one");
  } else if (ids != NULL) {
    read_ids(r, out, ids);
  } else if (text) {
    out->text = text_of(r, row, "text");
  } else if (context) {
    out->benchmark = json_string_value(json_object_get(row, "benchmark"));
    out->item = json_string_value(json_object_get(row, "item"));
    out->context = text_of(r, row, "context");
    out->continuation = text_of(r, row, "continuation");
    out->laid_out = json_is_true(json_object_get(row, "laid_out"));
    read_cut(r, out, row);
  } else {
    out->prompt = text_of(r, row, "prompt");
    out->continuation = text_of(r, row, "continuation");
  }
}

/* "FILE:12" */
static const char *name_of(reader *r) {
  xy__text name = {0};
  xy__text_addf(&name, "%s:%lld", r->faults.name, (long long)r->line);
  const char *kept = name.failed ? NULL : xy__arena_string(&r->into->arena, name.data);
  xy__text_dispose(&name);
  return kept;
}

static void read_row(reader *r, xy__json_rows *rows) {
  xy_requests *into = r->into;
  char why[200];
  json_t *row = xy__json_row(why, rows);
  r->line = rows->line;
  if (rows->failed) r->faults.rc = XY_ERR_MEMORY;
  if (row == NULL) {
    if (!rows->failed) xy__fault(&r->faults, r->line, "%s", why);
    return;
  }
  const char *name = name_of(r);
  if (json_array_append_new(into->rows, row) != 0 || name == NULL ||
      !xy__grow(&into->list, &into->capacity, into->n, sizeof *into->list)) {
    r->faults.rc = XY_ERR_MEMORY;
    return;
  }
  into->list[into->n] = (xy_request){.name = name};
  read_request(r, &into->list[into->n++], row);
}

int xy_requests_read(xy_requests **out, const char *text, size_t bytes, const char *name, xy_error *err) {
  xy__error_clear(err);
  xy_requests *into = xy__array(1, sizeof *into);
  xy_error own = {0};
  reader r = {.into = into, .faults = {.name = name, .err = &own}};
  if (into != NULL) into->rows = json_array();
  if (into == NULL || into->rows == NULL) r.faults.rc = XY_ERR_MEMORY;
  xy__json_rows rows;
  xy__json_rows_begin(&rows, text, bytes);
  while (r.faults.rc != XY_ERR_MEMORY && xy__json_rows_next(&rows)) read_row(&r, &rows);
  int rc = r.faults.rc == XY_ERR_MEMORY ? xy__fail_memory(&own, name) : xy__faults_end(&r.faults);
  if (rc != XY_OK) {
    xy_requests_free(into);
    if (err != NULL) *err = own;
    return rc;
  }
  *out = into;
  return XY_OK;
}

const xy_request *xy_requests_list(size_t *n, const xy_requests *requests) {
  *n = requests->n;
  return requests->list;
}

void xy_requests_free(xy_requests *requests) {
  if (requests == NULL) return;
  free(requests->list);
  json_decref(requests->rows);
  xy__arena_dispose(&requests->arena);
  free(requests);
}
