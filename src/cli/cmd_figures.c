/* xylem figures: a run's figures for papers. */
#include <stdlib.h>

#include "cli.h"

static const char *const formats[] = {"svg", "pdf", "png", NULL};

static struct {
  const char *out;
  int format;
  int64_t width;
  bool no_title;
} args = {.format = 1};

static const cli_option options[] = {
    {"out", CLI_TEXT, &args.out, "DIR", "Where the figures go (RUN/figures).", NULL},
    {"format", CLI_CHOICE, &args.format, "svg|pdf|png", "Kind of file (svg); png has 300 dots an inch.", formats},
    {"width", CLI_COUNT, &args.width, "MM", "Width in print: 178 for two columns (as without it), 85 for one.", NULL},
    {"no-title", CLI_FLAG, &args.no_title, NULL, "Without titles, for papers whose captions say it.", NULL},
    {0}};

static int run(int n, char **operands) {
  (void)n;
  if (args.width != 0 && (args.width < 60 || args.width > 400)) {
    return cli_usage_error(&cli_figures, "--width: expected 60 to 400 mm, found %lld", (long long)args.width);
  }
  xy_error err = {0};
  xy_results *results;
  if (xy_results_open(&results, operands[0], &err) != XY_OK) return cli_error(NULL, &err);
  cli_warn_changed(operands[0], "results.json");
  const char *where = args.out != NULL ? args.out : cli_format("%s/figures", xy_results_directory(results));
  xy_figure_options how = {
      .format = (xy_figure_format)(args.format - 1), .width = (double)args.width, .untitled = args.no_title};
  size_t count = 0;
  int code = xy_figures_write(&count, results, where, &how, &err) == XY_OK ? CLI_OK : cli_error(NULL, &err);
  if (code == CLI_OK) cli_message("wrote %zu figures, figures.json and figures.tex to %s", count, where);
  xy_results_free(results);
  return code;
}

const cli_command cli_figures = {
    .path = "figures",
    .usage = "[--out DIR] [--format FORMAT] [--width MM] [--no-title] RUN",
    .examples = "xylem figures --format pdf --width 85 --out paper/figures runs/seedling",
    .summary = "Write a run's figures for papers, with captions.",
    .details =
        "RUN is a run directory or its results.json. figures.json holds a caption for each figure,\n"
        "figures.tex the lines that put it into a paper.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
