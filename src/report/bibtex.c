/* What a paper that reports a run should cite, as BibTeX: this program, the paper whose measures it follows, and the
 * published benchmarks of the run, as the survey knows them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "report/internal.h"
#include "results/markup.h"

static void add_field(xy__text *out, const char *key, const char *text) {
  if (text[0] == '\0') return;
  xy__text_addf(out, ",\n  %s = {", key);
  xy__markup_add(out, text, XY_MARKUP_LATEX);
  xy__text_add(out, "}");
}

static void add_software(xy__text *out, const xy_results *results) {
  const char *finished = xy__json_text(json_object_get(results->facts, "run"), "finished");
  char year[5] = {0};
  memcpy(year, finished, strnlen(finished, 4));
  xy__text_add(out, "@misc{xylem,\n  author = {{The xylem authors}}");
  add_field(out, "title", "xylem: where a language model's social bias comes from");
  add_field(out, "version", xy__json_text(results->facts, "xylem"));
  add_field(out, "year", year);
  xy__text_add(out, ",\n  note = {Software, Apache-2.0}\n}\n\n");
}

static void add_paper(xy__text *out) {
  xy__text_add(out,
               "@inproceedings{ovalle2025root,\n"
               "  author = {Ovalle, Anaelia and others},\n"
               "  title = {The Root Shapes the Fruit: On the Persistence of Gender-Exclusive Harms in Aligned Language "
               "Models},\n"
               "  booktitle = {FAccT},\n  year = {2025},\n  eprint = {2411.03700},\n  archiveprefix = {arXiv}\n}\n");
}

/* The row of the survey that a benchmark's name begins with: "bbq-drinks" is of "bbq". SIZE_MAX: none. */
static size_t row_of(const xy_survey *survey, const char *name) {
  for (size_t i = 0; i < xy_survey_rows(survey, XY_SURVEY_BENCHMARKS); i++) {
    const char *id = xy_survey_cell(survey, XY_SURVEY_BENCHMARKS, i, "id");
    size_t n = strlen(id);
    if (strncmp(name, id, n) == 0 && (name[n] == '\0' || name[n] == '-')) return i;
  }
  return SIZE_MAX;
}

static void add_benchmark(xy__text *out, const xy_survey *survey, size_t row) {
  xy__text_addf(out, "\n@misc{%s", xy_survey_cell(survey, XY_SURVEY_BENCHMARKS, row, "id"));
  add_field(out, "title", xy_survey_cell(survey, XY_SURVEY_BENCHMARKS, row, "name"));
  add_field(out, "year", xy_survey_cell(survey, XY_SURVEY_BENCHMARKS, row, "year"));
  add_field(out, "note", xy_survey_cell(survey, XY_SURVEY_BENCHMARKS, row, "paper"));
  add_field(out, "howpublished", xy_survey_cell(survey, XY_SURVEY_BENCHMARKS, row, "location"));
  xy__text_add(out, "\n}\n");
}

/* Each of them once. */
static int add_benchmarks(xy__text *out, const xy_results *results, xy_error *err) {
  xy_survey *survey = NULL;
  int rc = xy_survey_open(&survey, NULL, 0, err);
  if (rc != XY_OK) return rc;
  const json_t *list = json_object_get(results->facts, "benchmarks");
  bool *told = xy__array(xy_survey_rows(survey, XY_SURVEY_BENCHMARKS), sizeof *told);
  if (told == NULL) rc = xy__fail_memory(err, "cite");
  for (size_t b = 0; rc == XY_OK && b < json_array_size(list); b++) {
    const json_t *bench = json_array_get(list, b);
    size_t row = row_of(survey, xy__json_text(bench, "name"));
    if (row == SIZE_MAX || told[row] || strcmp(xy__json_text(bench, "source"), "built-in") == 0) continue;
    told[row] = true;
    add_benchmark(out, survey, row);
  }
  free(told);
  xy_survey_free(survey);
  return rc;
}

int xy_report_bibtex(char **out, const xy_results *results, xy_error *err) {
  xy__error_clear(err);
  xy__text text = {0};
  add_software(&text, results);
  add_paper(&text);
  int rc = add_benchmarks(&text, results, err);
  if (rc == XY_OK && text.failed) rc = xy__fail_memory(err, "cite");
  if (rc == XY_OK) {
    *out = text.data;
  } else {
    xy__text_dispose(&text);
  }
  return rc;
}
