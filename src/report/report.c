/* See report.h. */
#include "report/internal.h"

#include <stdlib.h>

typedef struct folder {
  char *results, *samples, *tables, *page;
} folder;

int xy__report_write(const xy_results *results, const xy__report_benchmark *benchmarks, size_t n,
                     const xy__report_options *options, xy_error *err) {
  xy__text json = {0};
  folder paths = {xy__path_join(results->directory, "results.json"), xy__path_join(results->directory, "samples.jsonl"),
                  xy__path_join(results->directory, "tables"), xy__path_join(results->directory, "report.html")};
  int rc = XY_OK;
  if (paths.results == NULL || paths.samples == NULL || paths.tables == NULL || paths.page == NULL) {
    rc = xy__fail_memory(err, results->directory);
    goto out;
  }
  rc = xy__results_text(&json, results, err);
  if (rc == XY_OK) rc = xy__folder_make(results->directory, err);
  if (rc == XY_OK && n > 0) rc = xy__samples_write(paths.samples, benchmarks, n, err);
  if (rc == XY_OK) rc = xy__tables_write(paths.tables, results, err);
  if (rc == XY_OK) rc = xy__page_write(paths.page, results, options, err);
  /* Last: whoever sees a new results.json finds the rest of the run beside it. */
  if (rc == XY_OK) rc = xy__file_write(paths.results, json.data, json.size, err);
out:
  xy__text_dispose(&json);
  free(paths.results);
  free(paths.samples);
  free(paths.tables);
  free(paths.page);
  return rc;
}
