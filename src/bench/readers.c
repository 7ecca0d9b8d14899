/* The table of readers, and which of them a file is for. */
#include <string.h>

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

static int fail_unknown(const xy__source *source, const char *found, xy_error *err) {
  xy__text list = {0};
  list_readers(&list);
  xy__fail(err, XY_ERR_UNSUPPORTED, "%s: not a benchmark file that xylem knows (%s); it reads%s", source->name, found,
           list.failed ? "" : list.data);
  xy__text_dispose(&list);
  return XY_ERR_UNSUPPORTED;
}

/* The reader whose columns are all in the header row; NULL: none. */
static const xy__reader *reader_of_header(const xy__csv *csv, char delimiter) {
  for (size_t i = 0; i < READERS; i++) {
    const char *const *columns = readers[i]->columns;
    size_t places[MOST_COLUMNS];
    size_t n = 0;
    while (columns != NULL && n < MOST_COLUMNS && columns[n] != NULL) n++;
    if (n > 0 && readers[i]->delimiter == delimiter && xy__csv_columns(places, csv, columns, n)) return readers[i];
  }
  return NULL;
}

static int fail_header(const xy__source *source, const xy__csv *csv, xy_error *err) {
  xy__text header = {0};
  xy__text_add(&header, "its first row is ");
  for (size_t i = 0; i < csv->rows[0].n && i < 12; i++) {
    xy__text_addf(&header, "%s'%.40s'", i > 0 ? ", " : "", xy__csv_field(csv, &csv->rows[0], i));
  }
  int rc = fail_unknown(source, header.failed ? "" : header.data, err);
  xy__text_dispose(&header);
  return rc;
}

int xy__reader_of(const xy__reader **out, const xy__source *source, xy_error *err) {
  for (size_t i = 0; i < READERS; i++) {
    if (readers[i]->tells == NULL || !readers[i]->tells(source)) continue;
    *out = readers[i];
    return XY_OK;
  }
  const xy__reader *found = NULL;
  int rc = XY_OK;
  for (const char *delimiter = "\t,"; rc == XY_OK && found == NULL && *delimiter != '\0'; delimiter++) {
    xy__csv csv = {0};
    rc = xy__csv_read(&csv, source, *delimiter, true, err);
    if (rc == XY_OK) found = reader_of_header(&csv, *delimiter);
    if (rc == XY_OK && found == NULL && delimiter[1] == '\0') rc = fail_header(source, &csv, err);
    xy__csv_dispose(&csv);
  }
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
