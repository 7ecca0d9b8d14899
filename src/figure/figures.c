/* The figures of a run, one file each, and figures.json: which there are, with a caption each. Everything is drawn from
 * results.json; figures.json comes last, so that what it names is there.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/output.h"
#include "figure/figure.h"
#include "results/shown.h"

static int write_list(const xy__figures *set, const char *name, const xy__text *text) {
  char *path = xy__path_join(set->folder, name);
  int rc = path == NULL || text->failed ? xy__fail_memory(set->err, name)
                                        : xy__file_write(path, text->data, text->size, set->err);
  free(path);
  return rc;
}

static int write_lists(xy__figures *set) {
  xy__text_add(&set->index, "\n]}\n");
  int rc = write_list(set, "figures.tex", &set->latex);
  return rc == XY_OK ? write_list(set, "figures.json", &set->index) : rc;
}

int xy_figures_write(size_t *out, const xy_results *results, const char *folder, const xy_figure_options *options,
                     xy_error *err) {
  xy__error_clear(err);
  static const xy_figure_options defaults = XY_FIGURE_OPTIONS_INIT;
  if (options == NULL) options = &defaults;
  if ((int)options->format < XY_FIGURE_SVG || options->format > XY_FIGURE_PNG) {
    return xy__fail(err, XY_ERR_ARGUMENT, "format of figures: expected an xy_figure_format, found %d",
                    (int)options->format);
  }
  double width = options->width > 0 ? options->width : 178;
  if (!(width >= 60 && width <= 400)) {
    return xy__fail(err, XY_ERR_ARGUMENT, "width of figures: expected 60 to 400 mm, found %g", width);
  }
  xy_results shown;
  int opened = xy__shown_open(&shown, results, err);
  if (opened != XY_OK) return opened;
  xy__figures set = {.results = &shown,
                     .folder = folder,
                     .format = options->format,
                     .width = width * 72 / 25.4,
                     .untitled = options->untitled,
                     .err = err};
  xy__text_add(
      &set.latex,
      "% Made by `xylem figures`: the lines for each figure; in the preamble: \\usepackage[T1]{fontenc}, "
      "\\usepackage{amssymb,graphicx}.\n% LaTeX takes the figures as PDF or PNG (--format) from \\graphicspath.\n");
  xy__text_add(&set.index, "{");
  xy__figures_add_member(&set.index, "family", results->family);
  xy__text_add(&set.index, ", \"figures\": [");
  set.rc = xy__folder_make(folder, err);
  for (size_t b = 0; set.rc == XY_OK && b < xy_results_benchmarks(results); b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, results, b);
    xy__draw_waterfall(&set, bench.name);
    if (set.rc == XY_OK) xy__draw_shares(&set, bench.name);
    xy__draw_steps(&set, bench.name);
    xy__draw_ridges(&set, bench.name);
    xy__draw_scatter(&set, bench.name);
    if (set.rc == XY_OK) xy__draw_matrix(&set, bench.name);
  }
  if (set.rc == XY_OK) xy__draw_side_by_side(&set);
  if (set.rc == XY_OK) xy__draw_coverage(&set);
  if (set.rc == XY_OK) set.rc = write_lists(&set);
  xy__text_dispose(&set.index);
  xy__text_dispose(&set.latex);
  xy__shown_dispose(&shown);
  if (set.rc == XY_OK) *out = set.n;
  return set.rc;
}
