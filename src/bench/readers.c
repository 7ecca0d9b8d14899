/* The table of readers, and which of them a file is for. */
#include <string.h>

#include "base/json_rows.h"
#include "base/yaml.h"
#include "bench/builder.h"
#include "bench/csv.h"

#define ROW(name) &xy__reader_##name,
static const xy__reader *const readers[] = {XY__READERS(ROW)};
enum { READERS = sizeof readers / sizeof readers[0], MOST_COLUMNS = 8 };

size_t xy_bench_kind_count(void) { return READERS; }

const char *xy_bench_kind(size_t i) { return i < READERS ? readers[i]->name : ""; }

static void list_readers(xy__text *out) {
  for (size_t i = 0; i < READERS; i++) {
    xy__text_addf(out, "\n  %s: %s", readers[i]->name, readers[i]->what);
    for (size_t k = 0; readers[i]->columns != NULL && readers[i]->columns[k] != NULL; k++) {
      xy__text_addf(out, "%s%s", k == 0 ? " with the columns " : ", ", readers[i]->columns[k]);
    }
  }
}

/* What may stand between fields: tabs and commas in files as published, others in what spreadsheets make of them. */
static const char delimiters[] = "\t,;|";

static bool has_columns(const xy__reader *reader, const xy__csv *csv) {
  const char *const *columns = reader->columns;
  size_t places[MOST_COLUMNS];
  size_t n = 0;
  while (columns != NULL && n < MOST_COLUMNS && columns[n] != NULL) n++;
  return n > 0 && xy__csv_columns(places, csv, columns, n);
}

/* The reader, of all or of `only`, whose columns are all in the header row; NULL: none. */
static int find_by_header(const xy__reader **out, xy__source *source, const xy__reader *only, xy_error *err) {
  *out = NULL;
  for (const char *d = delimiters; *out == NULL && *d != '\0'; d++) {
    xy__csv csv = {0};
    int rc = xy__csv_read(&csv, source, *d, true, err);
    for (size_t i = 0; rc == XY_OK && *out == NULL && i < READERS; i++) {
      if ((only == NULL || only == readers[i]) && has_columns(readers[i], &csv)) *out = readers[i];
    }
    xy__csv_dispose(&csv);
    if (rc != XY_OK) return rc;
    if (*out != NULL) source->delimiter = *d;
  }
  return XY_OK;
}

void xy__reader_delimit(xy__source *source, const xy__reader *reader) {
  const xy__reader *found;
  if (reader->columns != NULL) (void)find_by_header(&found, source, reader, NULL); /* its reader tells what is wrong */
}

static void describe_header(xy__text *out, const xy__csv *csv) {
  xy__text_add(out, "its first row is ");
  for (size_t i = 0; i < csv->rows[0].n && i < 12; i++) {
    xy__text_addf(out, "%s'%.40s'", i > 0 ? ", " : "", xy__csv_field(csv, &csv->rows[0], i));
  }
}

/* Rows of JSON have members in place of a header. */
static void describe_json(xy__text *out, const xy__source *source) {
  xy__json_rows rows;
  char why[200] = "";
  xy__json_rows_begin(&rows, source->text, source->bytes);
  json_t *row = xy__json_rows_next(&rows) ? xy__json_row(why, &rows) : NULL;
  const char *key, *separator = "its first row is an object with the members ";
  json_t *value;
  json_object_foreach(row, key, value) {
    xy__text_addf(out, "%s'%.40s'", separator, key);
    separator = ", ";
  }
  if (row == NULL) {
    xy__text_addf(out, "it begins like JSON, and its first row is %s; rows stand one a line, or all in one list", why);
  } else if (json_object_size(row) == 0) {
    xy__text_addf(out, "its first row is %s", xy__json_kind(row));
  }
  json_decref(row);
}

static int describe(xy__text *out, const xy__source *source, xy_error *err) {
  size_t at = 0;
  while (at < source->bytes && strchr(" \t\r\n", source->text[at]) != NULL && source->text[at] != '\0') at++;
  if (at == source->bytes) return xy__fail(err, XY_ERR_FORMAT, "%s: the file is empty", source->name);
  if (source->text[at] == '{' || source->text[at] == '[') {
    describe_json(out, source);
    return XY_OK;
  }
  xy__csv csv = {0};
  int rc = xy__csv_read(&csv, source, ',', true, err);
  if (rc == XY_OK) describe_header(out, &csv);
  xy__csv_dispose(&csv);
  return rc;
}

static int fail_unknown(const xy__source *source, xy_error *err) {
  xy__text found = {0}, list = {0};
  int rc = describe(&found, source, err);
  list_readers(&list);
  if (rc == XY_OK) {
    rc = xy__fail(err, XY_ERR_UNSUPPORTED, "%s: not a benchmark file that xylem knows (%s); it reads%s", source->name,
                  found.failed ? "" : found.data, list.failed ? "" : list.data);
  }
  xy__text_dispose(&found);
  xy__text_dispose(&list);
  return rc;
}

int xy__reader_of(const xy__reader **out, xy__source *source, xy_error *err) {
  for (size_t i = 0; i < READERS; i++) {
    if (readers[i]->tells == NULL || !readers[i]->tells(source)) continue;
    *out = readers[i];
    return XY_OK;
  }
  const xy__reader *found;
  int rc = find_by_header(&found, source, NULL, err);
  if (rc == XY_OK && found == NULL) rc = fail_unknown(source, err);
  if (rc == XY_OK) *out = found;
  return rc;
}

int xy__reader_named(const xy__reader **out, const char *name, xy_error *err) {
  const char *known[READERS + 1] = {NULL};
  for (size_t i = 0; i < READERS; i++) {
    if (strcmp(readers[i]->name, name) == 0) {
      *out = readers[i];
      return XY_OK;
    }
    known[i] = readers[i]->name;
  }
  const char *near = xy__nearest(name, known);
  xy__text list = {0};
  list_readers(&list);
  int rc = xy__fail(err, XY_ERR_ARGUMENT,
                    near != NULL ? "unknown kind of benchmark '%s' (did you mean '%s'?); known are%s"
                                 : "unknown kind of benchmark '%s'%.0s; known are%s",
                    name, near != NULL ? near : "", list.failed ? "" : list.data);
  xy__text_dispose(&list);
  return rc;
}
