/* See preferences.h. One pass over the lines; labels are copied into the preferences' arena, so that a benchmark of any
 * part of the rows can be made of them: the whole, what a limit leaves, a subset.
 */
#include "bench/preferences/preferences.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/json_rows.h"
#include "bench/builder.h"
#include "bench/preferences/preferences_read.h"

static const char all[] = "all";
static const char unlabelled[] = "unlabelled";
static const char subset[] = "subset";

/* ---- labels ---------------------------------------------------------------------------------------------- */

/* A label's text in the arena; NULL where the row has none (or a fault). Numbers and booleans are as JSON writes them.
 */
static const char *read_label(xy__preferences *p, const json_t *row, const char *key, int line) {
  const json_t *value = json_object_get(row, key);
  if (value == NULL || json_is_null(value)) return NULL;
  const char *text = json_string_value(value);
  char *written = NULL;
  if (json_is_object(value) || json_is_array(value) || json_is_real(value)) {
    xy__row_out(&p->read, line, "%s: expected a label, found %s", key,
                json_is_real(value)    ? "a fraction"
                : json_is_array(value) ? "a list"
                                       : "an object");
    return NULL;
  }
  if (text == NULL) text = written = json_dumps(value, JSON_ENCODE_ANY);
  const char *kept = text != NULL ? xy__arena_string(&p->arena, text) : NULL;
  if (text != NULL && *text == '\0') {
    xy__row_out(&p->read, line, "%s: expected a label, found an empty text", key);
  } else if (kept == NULL) {
    p->read.failed = true;
  }
  free(written);
  return kept;
}

static void read_labels(xy__preferences *p, xy__preference *row, const json_t *json) {
  row->identity = read_label(p, json, "identity", row->line);
  row->theme = read_label(p, json, "theme", row->line);
  const char **labels = xy__arena_alloc(&p->arena, (p->n_fields + 1) * sizeof *labels);
  if (labels == NULL) {
    p->read.failed = true;
    return;
  }
  for (size_t f = 0; f < p->n_fields; f++) labels[f] = read_label(p, json, p->fields[f], row->line);
  row->labels = labels;
  const json_t *id = json_object_get(json, "id");
  if (json_is_string(id) || json_is_integer(id)) {
    char *text = json_dumps(id, JSON_ENCODE_ANY);
    row->id = text != NULL ? xy__arena_string(&p->arena, text) : NULL;
    free(text);
  } else if (id != NULL && !json_is_null(id)) {
    xy__row_out(&p->read, row->line, "id: expected a text or a whole number");
  }
}

/* The unit of resampling: rows that answer one conversation are not independent. */
static const char *cluster_of(xy__preferences *p, const xy__preference *row) {
  xy__text text = {0};
  for (size_t i = 0; i < row->n_turns; i++) {
    xy__text_addf(&text, "%d:%zu:", (int)row->turns[i].role, strlen(row->turns[i].text));
    xy__text_add(&text, row->turns[i].text);
  }
  char digest[XY__DIGEST_HEX] = "";
  if (!text.failed) xy__digest_of(digest, text.data, text.size);
  xy__text_dispose(&text);
  char name[32];
  snprintf(name, sizeof name, "prompt/%.16s", digest);
  return digest[0] != '\0' ? xy__arena_string(&p->arena, name) : NULL;
}

/* ---- rows ------------------------------------------------------------------------------------------------ */

static void read_row(xy__preferences *p, const json_t *json, int line) {
  xy__preference row = {.line = line};
  if (!json_is_object(json)) {
    xy__row_out(&p->read, line, "expected a JSON object");
    return;
  }
  if (!xy__preference_read(&row, p, json)) return;
  read_labels(p, &row, json);
  row.cluster = cluster_of(p, &row);
  if (p->read.is_left_out) return;
  if (row.cluster == NULL || !xy__grow(&p->rows, &p->capacity, p->n, sizeof *p->rows)) {
    p->read.failed = true;
  } else {
    p->rows[p->n++] = row;
  }
}

static int read_rows(xy__preferences *p, const char *text, size_t bytes, xy_error *err) {
  xy__json_rows rows;
  xy__json_rows_begin(&rows, text, bytes);
  while (!p->read.failed && xy__json_rows_next(&rows)) {
    char why[200];
    json_t *json = xy__json_row(why, &rows);
    xy__row(&p->read);
    p->read.failed = p->read.failed || rows.failed;
    if (json == NULL) {
      xy__row_out(&p->read, rows.line, "%s", why);
    } else {
      read_row(p, json, rows.line);
    }
    json_decref(json);
  }
  return xy__rows_end(&p->read, err);
}

/* Fields that results are given by: "subset", and the caller's. Identity and theme have columns of their own. */
static int set_fields(xy__preferences *p, const char *const *by, size_t n_by, xy_error *err) {
  p->fields = xy__arena_alloc(&p->arena, (n_by + 1) * sizeof *p->fields);
  if (p->fields == NULL) return xy__fail_memory(err, p->source);
  p->fields[p->n_fields++] = subset;
  for (size_t i = 0; i < n_by; i++) {
    bool known = strcmp(by[i], "identity") == 0 || strcmp(by[i], "theme") == 0;
    for (size_t f = 0; f < p->n_fields; f++) known = known || strcmp(p->fields[f], by[i]) == 0;
    const char *name = xy__arena_string(&p->arena, by[i]);
    if (name == NULL) return xy__fail_memory(err, p->source);
    if (!known) p->fields[p->n_fields++] = name;
  }
  return XY_OK;
}

static int check_fields(const xy__preferences *p, xy_error *err) {
  for (size_t f = 1; f < p->n_fields; f++) {
    bool found = false;
    for (size_t i = 0; i < p->n && !found; i++) found = p->rows[i].labels[f] != NULL;
    if (!found) return xy__fail(err, XY_ERR_ARGUMENT, "%s: no row has the field '%s'", p->source, p->fields[f]);
  }
  return XY_OK;
}

static int name_file(xy__preferences *p, const char *path, xy_error *err) {
  const char *base = xy__file_name(path);
  const char *dot = strrchr(base, '.');
  p->source = xy__arena_string(&p->arena, path);
  xy__text name = {0};
  xy__text_add_visible(&name, base, dot != NULL && dot > base ? (size_t)(dot - base) : strlen(base), true);
  p->name = name.failed || name.data == NULL ? NULL : xy__arena_string(&p->arena, name.data);
  xy__text_dispose(&name);
  return p->source != NULL && p->name != NULL ? XY_OK : xy__fail_memory(err, path);
}

int xy__preferences_open(xy__preferences **out, const char *path, const char *const *by, size_t n_by, bool strict,
                         xy_error *err) {
  xy__preferences *p = xy__array(1, sizeof *p);
  if (p == NULL) return xy__fail_memory(err, path);
  char *text = NULL;
  size_t bytes = 0;
  int rc = name_file(p, path, err);
  if (rc == XY_OK) rc = set_fields(p, by, n_by, err);
  if (rc == XY_OK) rc = xy__file_read(&text, &bytes, path, err);
  if (rc == XY_OK) xy__digest_of(p->digest, text, bytes);
  p->read.faults.name = p->source;
  p->read.strict = strict;
  if (rc == XY_OK) rc = read_rows(p, text, bytes, err);
  if (rc == XY_OK && p->n == 0) {
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: there are no rows", path);
  }
  if (rc == XY_OK) rc = check_fields(p, err);
  free(text);
  if (rc != XY_OK) {
    xy__preferences_free(p);
    return rc;
  }
  *out = p;
  return XY_OK;
}

void xy__preferences_free(xy__preferences *preferences) {
  if (preferences == NULL) return;
  free(preferences->rows);
  xy__rows_dispose(&preferences->read);
  xy__arena_dispose(&preferences->arena);
  free(preferences);
}

/* ---- parts ----------------------------------------------------------------------------------------------- */

/* The group whose turn a row waits for in a limit. */
static const char *group_of(const xy__preference *row) {
  const char *label = row->labels[0] != NULL ? row->labels[0] : row->theme;
  return label != NULL ? label : "";
}

/* group[c], first[c]: of each prompt, its first row's group and the row. */
typedef struct prompts {
  int *of;    /* [rows]: the prompt of each row */
  int *group; /* [prompts] */
  size_t n, n_groups;
} prompts;

static int list_prompts(prompts *out, const xy__preferences *p, xy_error *err) {
  xy__map seen = {0};
  xy__map groups = {0};
  int rc = XY_OK;
  out->of = xy__array(p->n, sizeof *out->of);
  out->group = xy__array(p->n, sizeof *out->group);
  if (out->of == NULL || out->group == NULL) rc = xy__fail_memory(err, p->source);
  for (size_t i = 0; rc == XY_OK && i < p->n; i++) {
    const xy__preference *row = &p->rows[i];
    const char *label = group_of(row);
    int64_t prompt;
    int64_t group;
    bool room = true;
    if (!xy__map_get(&groups, label, strlen(label), &group)) {
      group = (int64_t)out->n_groups++;
      room = xy__map_put(&groups, label, strlen(label), group);
    }
    if (room && !xy__map_get(&seen, row->cluster, strlen(row->cluster), &prompt)) {
      prompt = (int64_t)out->n;
      out->group[out->n++] = (int)group;
      room = xy__map_put(&seen, row->cluster, strlen(row->cluster), prompt);
    }
    if (!room) {
      rc = xy__fail_memory(err, p->source);
    } else {
      out->of[i] = (int)prompt;
    }
  }
  xy__map_dispose(&seen);
  xy__map_dispose(&groups);
  return rc;
}

int xy__preferences_limit(unsigned char *keep, const xy__preferences *preferences, size_t limit, xy_error *err) {
  prompts list = {0};
  int rc = list_prompts(&list, preferences, err);
  unsigned char *kept = xy__array(list.n, 1);
  size_t *next = xy__array(list.n_groups, sizeof *next); /* where each group's search goes on */
  if (rc == XY_OK && (kept == NULL || next == NULL)) rc = xy__fail_memory(err, preferences->source);
  for (bool more = rc == XY_OK; more && limit > 0;) {
    more = false;
    for (size_t g = 0; g < list.n_groups && limit > 0; g++) {
      while (next[g] < list.n && list.group[next[g]] != (int)g) next[g]++;
      if (next[g] == list.n) continue;
      kept[next[g]++] = 1;
      more = true;
      limit--;
    }
  }
  for (size_t i = 0; rc == XY_OK && i < preferences->n; i++) keep[i] = keep[i] && kept[list.of[i]];
  free(kept);
  free(next);
  free(list.of);
  free(list.group);
  return rc;
}

/* "all" where no row is labelled, so that it is not measured by itself. */
static const char *label_or(const char *label, bool some) { return label != NULL ? label : some ? unlabelled : all; }

static void add_item(xy__builder *b, const xy__preference *row, bool identities, bool themes) {
  xy__item *item = xy__builder_item(b, 2);
  if (item == NULL) return;
  char id[32];
  snprintf(id, sizeof id, "row/%d", row->line);
  const char *identity = label_or(row->identity, identities);
  const char *theme = label_or(row->theme, themes);
  item->id = xy__builder_string(b, id);
  item->turns = row->turns;
  item->n_turns = row->n_turns;
  xy__label_set(b, &item->identity, XY__IDENTITIES, identity);
  xy__label_set(b, &item->theme, XY__THEMES, theme);
  xy__label_set(b, &item->cluster, XY__CLUSTERS, row->cluster);
  for (int i = 0; i < 2; i++) item->options[i].text = row->answers[i];
}

int xy__preferences_bench(xy_bench **out, const xy__preferences *preferences, const unsigned char *keep,
                          const char *name, xy_error *err) {
  bool identities = false;
  bool themes = false;
  for (size_t i = 0; i < preferences->n; i++) {
    identities = identities || (keep[i] && preferences->rows[i].identity != NULL);
    themes = themes || (keep[i] && preferences->rows[i].theme != NULL);
  }
  xy__builder b;
  xy__builder_begin(&b);
  for (size_t i = 0; i < preferences->n && !b.failed; i++) {
    if (keep[i]) add_item(&b, &preferences->rows[i], identities, themes);
  }
  if (!b.failed) {
    xy_bench *bench = b.bench;
    bench->name = xy__builder_string(&b, name);
    bench->source = xy__builder_string(&b, preferences->source);
    bench->language = bench->axis = bench->harm = "";
    bench->summary = "Preference data: the answer that was chosen against the one that was rejected.";
    bench->task = "preference";
    xy__builder_rows(&b, &preferences->read);
    memcpy(bench->digest, preferences->digest, sizeof bench->digest);
  }
  return xy__builder_end(out, &b, err);
}
