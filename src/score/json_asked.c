/* See json_asked.h. */
#include "score/json_asked.h"

#include <string.h>

const char *xy__json_asked_text(xy__json_asked *a, const json_t *row, const char *key) {
  const json_t *value = json_object_get(row, key);
  const char *text = xy__json_whole(value);
  if (text != NULL) return text;
  if (json_is_string(value)) {
    xy__fault(&a->faults, a->line, "\"%s\": expected text, found a zero character in it", key);
  } else {
    xy__fault(&a->faults, a->line, "expected a string as \"%s\", found %s", key, xy__json_kind(value));
  }
  return NULL;
}

const int32_t *xy__json_asked_ids(size_t *n, xy__json_asked *a, const json_t *ids) {
  *n = json_array_size(ids);
  if (!json_is_array(ids)) {
    xy__fault(&a->faults, a->line, "expected an array as \"ids\", found %s", xy__json_kind(ids));
    return NULL;
  }
  int32_t *list = xy__arena_alloc(&a->arena, (*n + 1) * sizeof *list);
  if (list == NULL) {
    a->faults.rc = XY_ERR_MEMORY;
    return NULL;
  }
  for (size_t i = 0; i < *n; i++) {
    const json_t *id = json_array_get(ids, i);
    json_int_t value = json_integer_value(id);
    if (!json_is_integer(id)) {
      xy__fault(&a->faults, a->line, "\"ids\"[%zu]: expected a token id, found %s", i, xy__json_kind(id));
      return NULL;
    }
    if (value < 0 || value > INT32_MAX) {
      xy__fault(&a->faults, a->line, "\"ids\"[%zu]: expected a token id, found the number %lld", i, (long long)value);
      return NULL;
    }
    list[i] = (int32_t)value;
  }
  return list;
}

/* "FILE:12" */
static const char *name_of(xy__json_asked *a) {
  xy__text name = {0};
  xy__text_addf(&name, "%s:%lld", a->faults.name, (long long)a->line);
  const char *kept = name.failed ? NULL : xy__arena_string(&a->arena, name.data);
  xy__text_dispose(&name);
  return kept;
}

int xy__json_asked_read(xy__json_asked *out, const char *text, size_t bytes, const char *name,
                        bool (*take)(void *user, const json_t *row, const char *row_name), void *user, xy_error *err) {
  xy_error own = {0};
  out->faults = (xy__faults){.name = name, .err = &own};
  out->rows = json_array();
  if (out->rows == NULL) out->faults.rc = XY_ERR_MEMORY;
  xy__json_rows rows;
  xy__json_rows_begin(&rows, text, bytes);
  while (out->faults.rc != XY_ERR_MEMORY && xy__json_rows_next(&rows)) {
    char why[200];
    json_t *row = xy__json_row(why, &rows);
    out->line = rows.line;
    if (rows.failed) out->faults.rc = XY_ERR_MEMORY;
    if (row == NULL && !rows.failed) xy__fault(&out->faults, out->line, "%s", why);
    if (row == NULL) continue;
    const char *row_name = name_of(out);
    bool kept = json_array_append_new(out->rows, row) == 0 && row_name != NULL;
    if (!kept || !take(user, row, row_name)) out->faults.rc = XY_ERR_MEMORY;
  }
  int rc = out->faults.rc == XY_ERR_MEMORY ? xy__fail_memory(&own, name) : xy__faults_end(&out->faults);
  if (rc != XY_OK && err != NULL) *err = own;
  return rc;
}

void xy__json_asked_dispose(xy__json_asked *asked) {
  json_decref(asked->rows);
  xy__arena_dispose(&asked->arena);
}
