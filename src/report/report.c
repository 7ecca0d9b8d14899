/* See report.h. */
#include "report/internal.h"

#include <stdlib.h>

#include "report/directory.h"
#include "report/items/items.h"

typedef struct paths {
  char *results, *samples, *controls, *tables, *page, *survey;
} paths;

/* The page that report.html links to for what other makers report. */
static int write_survey(const char *path, xy_error *err) {
  xy_survey *survey = NULL;
  int rc = xy_survey_open(&survey, NULL, 0, err);
  if (rc == XY_OK) rc = xy_survey_page_write(survey, false, path, err);
  xy_survey_free(survey);
  return rc;
}

static bool have_controls(const xy__report_benchmark *benchmarks, size_t n) {
  for (size_t b = 0; b < n; b++) {
    if (benchmarks[b].bench->n_controls > 0) return true;
  }
  return false;
}

int xy__report_write(const xy_results *results, const xy__report_benchmark *benchmarks, size_t n,
                     const xy__report_options *options, xy_error *err) {
  xy__text json = {0};
  paths to = {xy__path_join(results->directory, "results.json"),   xy__path_join(results->directory, "samples.jsonl"),
              xy__path_join(results->directory, "controls.jsonl"), xy__path_join(results->directory, "tables"),
              xy__path_join(results->directory, "report.html"),    xy__path_join(results->directory, "survey.html")};
  int rc = XY_OK;
  if (to.results == NULL || to.samples == NULL || to.controls == NULL || to.tables == NULL || to.page == NULL ||
      to.survey == NULL) {
    rc = xy__fail_memory(err, results->directory);
    goto out;
  }
  rc = xy__results_text(&json, results, err);
  if (rc == XY_OK) rc = xy__folder_make(results->directory, err);
  if (rc == XY_OK && n > 0) rc = xy__samples_write(to.samples, benchmarks, n, false, err);
  if (rc == XY_OK && have_controls(benchmarks, n)) rc = xy__samples_write(to.controls, benchmarks, n, true, err);
  if (rc == XY_OK) rc = xy__tables_write(to.tables, results, err);
  if (rc == XY_OK) rc = xy__page_write(to.page, results, options, err);
  if (rc == XY_OK) rc = write_survey(to.survey, err);
  if (rc == XY_OK && n > 0) rc = xy__items_write(results, results->directory, options->show_text, err);
  if (rc == XY_OK) rc = xy__file_write(to.results, json.data, json.size, err);
out:
  xy__text_dispose(&json);
  free(to.results);
  free(to.samples);
  free(to.controls);
  free(to.tables);
  free(to.page);
  free(to.survey);
  return rc;
}

int xy_report_html(const xy_results *results, const char *path, bool show_text, xy_error *err) {
  xy__error_clear(err);
  xy__report_options options = {.show_text = show_text};
  int rc = xy__page_write(path, results, &options, err);
  return rc == XY_OK ? xy__directory_renew(results->directory, path, err) : rc;
}

int xy_report_items(const xy_results *results, bool show_text, xy_error *err) {
  xy__error_clear(err);
  char *folder = xy__path_join(results->directory, "items");
  int rc = folder == NULL ? xy__fail_memory(err, results->directory)
                          : xy__items_write(results, results->directory, show_text, err);
  if (rc == XY_OK) rc = xy__directory_renew(results->directory, folder, err);
  free(folder);
  return rc;
}

int xy_report_csv(const xy_results *results, const char *folder, xy_error *err) {
  xy__error_clear(err);
  int rc = xy__tables_write(folder, results, err);
  return rc == XY_OK ? xy__directory_renew(results->directory, folder, err) : rc;
}
