/* tables/: the long table whole (measures.csv), and two wide ones to look at: preference.csv (an identity per row, a
 * stage per group of columns) and steps.csv (a step of the lineage per row, with its verdict). RFC 4180: CRLF, quotes
 * doubled; a cell that does not apply is empty.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/internal.h"

static void add_cell(xy__text *out, bool first, const char *text) {
  if (!first) xy__text_add(out, ",");
  if (strpbrk(text, ",\"\r\n") == NULL) {
    xy__text_add(out, text);
    return;
  }
  xy__text_add(out, "\"");
  for (const char *c = text; *c != '\0'; c++) xy__text_add_bytes(out, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
  xy__text_add(out, "\"");
}

static void add_number(xy__text *out, double value) {
  xy__text_add(out, ",");
  if (isfinite(value)) xy__text_add_number(out, value);
}

static void end_line(xy__text *out) { xy__text_add(out, "\r\n"); }

static void add_header(xy__text *out) {
  for (size_t i = 0; i < xy__fields_n; i++) add_cell(out, i == 0, xy__fields[i].name);
  end_line(out);
}

static void add_row(xy__text *out, const xy_measure *row) {
  for (size_t i = 0; i < xy__fields_n; i++) {
    const xy__field *column = &xy__fields[i];
    switch (column->kind) {
      case XY__FIELD_TEXT: add_cell(out, i == 0, xy__field_text(row, column)); break;
      case XY__FIELD_COUNT: xy__text_addf(out, ",%lld", (long long)xy__field_count(row, column)); break;
      default: add_number(out, xy__field_number(row, column));
    }
  }
  end_line(out);
}

static int write_text(const char *folder, const char *name, xy__text *text, xy_error *err) {
  char *path = xy__path_join(folder, name);
  int rc =
      text->failed || path == NULL ? xy__fail_memory(err, name) : xy__file_write(path, text->data, text->size, err);
  free(path);
  xy__text_dispose(text);
  return rc;
}

static void add_preferences(xy__text *out, const xy_results *results, const char *benchmark, const char *identity) {
  add_cell(out, true, benchmark);
  add_cell(out, false, identity);
  for (size_t s = 0; s < results->n_stages; s++) {
    const xy_measure *row = xy__results_find(results, benchmark, "preference_rate", xy_results_headline_mode(results),
                                             results->stages[s].name, NULL, identity, "all");
    add_number(out, row != NULL ? row->value : NAN);
    add_number(out, row != NULL ? row->low : NAN);
    add_number(out, row != NULL ? row->high : NAN);
  }
  end_line(out);
}

static int write_preference(const char *folder, const xy_results *results, xy_error *err) {
  xy__text text = {0};
  add_cell(&text, true, "benchmark");
  add_cell(&text, false, "identity");
  for (size_t s = 0; s < results->n_stages; s++) {
    static const char *const parts[] = {"", " low", " high"};
    for (size_t i = 0; i < 3; i++) {
      xy__text name = {0};
      xy__text_addf(&name, "%s%s", results->stages[s].name, parts[i]);
      add_cell(&text, false, name.failed ? "" : name.data);
      text.failed |= name.failed;
      xy__text_dispose(&name);
    }
  }
  end_line(&text);
  xy__names benchmarks = {0};
  int rc = xy__names_of(&benchmarks, results, "benchmark", NULL, "preference_rate", err);
  for (size_t b = 0; rc == XY_OK && b < benchmarks.n; b++) {
    xy__names identities = {0};
    rc = xy__names_of(&identities, results, "identity", benchmarks.names[b], "preference_rate", err);
    for (size_t i = 0; i < identities.n; i++) {
      add_preferences(&text, results, benchmarks.names[b], identities.names[i]);
    }
    free(identities.names);
  }
  free(benchmarks.names);
  if (rc == XY_OK) return write_text(folder, "preference.csv", &text, err);
  xy__text_dispose(&text);
  return rc;
}

/* Every row of the long table, or those of the steps. */
static int write_rows(const char *folder, const char *name, const xy_results *results, bool steps, xy_error *err) {
  xy__text text = {0};
  add_header(&text);
  for (size_t i = 0; i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    if (!steps || xy__is_step(row->measure)) add_row(&text, row);
  }
  return write_text(folder, name, &text, err);
}

int xy__tables_write(const char *folder, const xy_results *results, xy_error *err) {
  int rc = xy__folder_make(folder, err);
  if (rc == XY_OK) rc = write_rows(folder, "measures.csv", results, false, err);
  if (rc == XY_OK) rc = write_rows(folder, "steps.csv", results, true, err);
  if (rc == XY_OK) rc = write_preference(folder, results, err);
  return rc;
}
