/* Opening the survey, and its tables: xylem.h. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "survey/survey.h"

static int read_text(xy_survey *survey, const char *text, size_t bytes, const char *name, bool added, xy_error *err) {
  xy__yaml *yaml = NULL;
  int rc = xy__yaml_parse(&yaml, text, bytes, name, err);
  if (rc == XY_OK) rc = xy__survey_read(survey, yaml, added, err);
  xy__yaml_free(yaml);
  return rc;
}

static int read_builtin(xy_survey *survey, const char *name, xy_error *err) {
  const xy__embedded *file = xy__embedded_find(name);
  if (file == NULL) return xy__fail(err, XY_ERR_NOT_FOUND, "%s: expected it in the program", name);
  return read_text(survey, (const char *)file->data, (size_t)(file->end - file->data), name, false, err);
}

/* An evaluation may name a benchmark only if the survey, with all files, has it. */
static int check_references(const xy_survey *survey, xy_error *err) {
  const xy__survey_table *evaluations = &survey->tables[XY_SURVEY_EVALUATIONS];
  const xy__survey_table *benchmarks = &survey->tables[XY_SURVEY_BENCHMARKS];
  int rc = XY_OK;
  for (size_t i = 0; i < evaluations->n; i++) {
    const xy__survey_row *row = &evaluations->rows[i];
    const char *named = xy__survey_cell(row, XY_SURVEY_EVALUATIONS, "benchmark");
    bool found = named[0] == '\0';
    for (size_t b = 0; b < benchmarks->n && !found; b++) found = strcmp(benchmarks->rows[b].cells[0], named) == 0;
    if (found) continue;
    rc = xy__fail_more(err, XY_ERR_NOT_FOUND,
                       "%s:%d: model %s: benchmark: expected the id of a benchmark of the survey, found '%s'",
                       row->file, row->line, row->cells[0], named);
  }
  return rc != XY_OK ? xy__hint(err, rc, "leave 'benchmark' out, or add the benchmark in a file of its own") : rc;
}

int xy_survey_open(xy_survey **out, const char *const *files, size_t n, xy_error *err) {
  xy__error_clear(err);
  xy_survey *survey = calloc(1, sizeof *survey);
  if (survey == NULL) return xy__fail_memory(err, "the survey");
  int rc = read_builtin(survey, "survey/models.yaml", err);
  if (rc == XY_OK) rc = read_builtin(survey, "survey/benchmarks.yaml", err);
  for (size_t i = 0; i < n && rc == XY_OK; i++) {
    char *text = NULL;
    size_t bytes = 0;
    rc = xy__file_read(&text, &bytes, files[i], err);
    if (rc == XY_OK) rc = read_text(survey, text, bytes, files[i], true, err);
    free(text);
  }
  if (rc == XY_OK) rc = check_references(survey, err);
  if (rc != XY_OK) {
    xy_survey_free(survey);
    return rc;
  }
  *out = survey;
  return XY_OK;
}

void xy_survey_free(xy_survey *survey) {
  if (survey == NULL) return;
  for (size_t i = 0; i < 3; i++) free(survey->tables[i].rows);
  xy__arena_dispose(&survey->arena);
  free(survey);
}

size_t xy_survey_rows(const xy_survey *survey, xy_survey_kind kind) { return survey->tables[kind].n; }

static const xy__survey_key *find_key(xy_survey_kind kind, const char *column) {
  size_t n;
  const xy__survey_key *keys = xy__survey_keys(&n, kind);
  for (size_t i = 0; i < n; i++) {
    if (strcmp(keys[i].name, column) == 0) return &keys[i];
  }
  return NULL;
}

const char *xy_survey_column(xy_survey_kind kind, size_t i) {
  size_t n;
  const xy__survey_key *keys = xy__survey_keys(&n, kind);
  return i < n ? keys[i].name : NULL;
}

const char *xy_survey_cell(const xy_survey *survey, xy_survey_kind kind, size_t row, const char *column) {
  if (row >= survey->tables[kind].n || find_key(kind, column) == NULL) return NULL;
  return xy__survey_cell(&survey->tables[kind].rows[row], kind, column);
}

bool xy_survey_added(const xy_survey *survey, xy_survey_kind kind, size_t row) {
  return row < survey->tables[kind].n && survey->tables[kind].rows[row].added;
}

bool xy_survey_replaces(const xy_survey *survey, xy_survey_kind kind, size_t row) {
  return row < survey->tables[kind].n && survey->tables[kind].rows[row].replaces;
}

const char *xy_survey_choice(xy_survey_kind kind, const char *column, size_t i) {
  const xy__survey_key *key = find_key(kind, column);
  if (key == NULL || key->choices == NULL) return NULL;
  for (size_t k = 0; k < i; k++) {
    if (key->choices[k] == NULL) return NULL;
  }
  return key->choices[i];
}

bool xy_survey_says(const char *cell, const char *item) { return xy__survey_has(cell, item); }
