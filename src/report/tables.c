/* tables/: the long table whole (measures.csv), its steps (steps.csv), and two wide ones to look at, with a stage per
 * group of columns: preference.csv (an identity per row) and side_by_side.csv (a benchmark per row by its headline
 * measure, axes together). RFC 4180, with CRLF; a cell that does not apply is empty.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/internal.h"
#include "results/markup.h"
#include "results/view.h"

static void add_cell(xy__text *out, bool first, const char *text) {
  if (!first) xy__text_add(out, ",");
  xy__markup_add(out, text, XY_MARKUP_CSV);
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

/* The value of a row and its interval; empty where there is none. */
static void add_interval(xy__text *out, const xy_measure *row) {
  add_number(out, row != NULL ? row->value : NAN);
  add_number(out, row != NULL ? row->low : NAN);
  add_number(out, row != NULL ? row->high : NAN);
}

static void add_preferences(xy__text *out, const xy_results *results, const char *benchmark, const char *identity) {
  add_cell(out, true, benchmark);
  add_cell(out, false, identity);
  for (size_t s = 0; s < results->n_stages; s++) {
    const xy_measure *row =
        xy__view_find(results, benchmark, "preference_rate", results->stages[s].name, NULL, identity, "all");
    add_interval(out, row);
  }
  end_line(out);
}

/* Titles of a stage's columns, "sft low". */
static void add_stage_titles(xy__text *out, const char *stage, const char *const *parts, size_t n) {
  for (size_t i = 0; i < n; i++) {
    xy__text name = {0};
    xy__text_addf(&name, "%s%s", stage, parts[i]);
    add_cell(out, false, name.failed ? "" : name.data);
    out->failed |= name.failed;
    xy__text_dispose(&name);
  }
}

static int write_preference(const char *folder, const xy_results *results, xy_error *err) {
  static const char *const parts[] = {"", " low", " high"};
  xy__text text = {0};
  add_cell(&text, true, "benchmark");
  add_cell(&text, false, "identity");
  for (size_t s = 0; s < results->n_stages; s++) add_stage_titles(&text, results->stages[s].name, parts, 3);
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

static void add_headline(xy__text *out, const xy_results *results, const xy_results_bench *bench) {
  const char *labels[] = {bench->axis, bench->name, bench->task, bench->measure, bench->mode};
  for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) add_cell(out, i == 0, labels[i]);
  for (size_t s = 0; s < results->n_stages; s++) {
    const xy_stage_info *stage = &results->stages[s];
    add_interval(out,
                 xy__results_find(results, bench->name, bench->measure, bench->mode, stage->name, NULL, "all", "all"));
    if (stage->parent[0] == '\0') continue;
    const xy_measure *change =
        xy__results_find(results, bench->name, bench->change, bench->mode, stage->name, stage->parent, "all", "all");
    add_interval(out, change);
    add_number(out, change != NULL ? change->q : NAN);
    add_cell(out, false, change != NULL ? change->verdict : "");
    add_cell(out, false, change != NULL ? xy_depends_text(change->depends) : "");
  }
  end_line(out);
}

static int write_side_by_side(const char *folder, const xy_results *results, xy_error *err) {
  static const char *const labels[] = {"axis", "benchmark", "modality", "measure", "mode"};
  static const char *const parts[] = {"",   " low",     " high", " change", " change low", " change high",
                                      " q", " verdict", " mark"};
  xy__text text = {0};
  for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) add_cell(&text, i == 0, labels[i]);
  for (size_t s = 0; s < results->n_stages; s++) {
    add_stage_titles(&text, results->stages[s].name, parts, results->stages[s].parent[0] == '\0' ? 3 : 9);
  }
  end_line(&text);
  for (size_t b = 0; b < xy_results_benchmarks(results); b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, results, b);
    if (bench.measure[0] != '\0') add_headline(&text, results, &bench);
  }
  return write_text(folder, "side_by_side.csv", &text, err);
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
  if (rc == XY_OK) rc = write_side_by_side(folder, results, err);
  return rc;
}
