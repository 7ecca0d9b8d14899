/* xylem report: the report of a run again, from its results alone. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static struct {
  bool html, markdown, latex, csv, show_text;
  cli_shown show;
  const char *out;
} args;

static const cli_option options[] = {
    {"html", CLI_FLAG, &args.html, NULL, "Write RUN/report.html (what happens without any of these).", NULL},
    {"markdown", CLI_FLAG, &args.markdown, NULL, "Print main tables and findings as Markdown.", NULL},
    {"latex", CLI_FLAG, &args.latex, NULL, "Print them as LaTeX with booktabs, for \\input.", NULL},
    {"csv", CLI_FLAG, &args.csv, NULL, "Write RUN/tables/*.csv.", NULL},
    {"tables", CLI_FLAG, &args.show.tables, NULL, "Print what the audit printed, with every table.", NULL},
    {"findings", CLI_FLAG, &args.show.findings, NULL, "Print what the audit printed, with every finding.", NULL},
    {"out", CLI_TEXT, &args.out, "FILE", "Write there instead; with --csv a directory.", NULL},
    {"show-text", CLI_FLAG, &args.show_text, NULL, "Let the page show benchmark texts at once; they can hurt.", NULL},
    {0}};

static int print_text(const xy_results *results, xy_markup markup) {
  xy_error err = {0};
  if (args.out != NULL) {
    return xy_report_text_write(results, markup, args.out, &err) == XY_OK ? CLI_OK : cli_error(NULL, &err);
  }
  char *text;
  if (xy_report_text(&text, results, markup, &err) != XY_OK) return cli_error(NULL, &err);
  fputs(text, stdout);
  xy_free(text);
  return CLI_OK;
}

static int write_files(const xy_results *results) {
  xy_error err = {0};
  const char *where = args.out != NULL
                          ? args.out
                          : cli_format("%s/%s", xy_results_directory(results), args.csv ? "tables" : "report.html");
  int rc = args.csv ? xy_report_csv(results, where, &err) : xy_report_html(results, where, args.show_text, &err);
  if (rc == XY_OK && !args.csv && args.out == NULL) rc = xy_report_items(results, args.show_text, &err);
  if (rc != XY_OK) return cli_error(NULL, &err);
  cli_message("wrote %s", where);
  return CLI_OK;
}

static int run(int n, char **operands) {
  (void)n;
  bool printed = args.show.tables || args.show.findings;
  if (printed && (args.html || args.markdown || args.latex || args.csv || args.show_text || args.out != NULL)) {
    return cli_usage_error(&cli_report, "--tables and --findings print, and go with no other option");
  }
  if (args.html + args.markdown + args.latex + args.csv > 1) {
    return cli_usage_error(&cli_report, "one of --html, --markdown, --latex and --csv");
  }
  if (args.show_text && (args.markdown || args.latex || args.csv)) {
    return cli_usage_error(&cli_report, "--show-text is for --html alone");
  }
  xy_error err = {0};
  xy_results *results;
  if (xy_results_open(&results, operands[0], &err) != XY_OK) return cli_error(NULL, &err);
  cli_warn_changed(operands[0], "results.json");
  int code = CLI_OK;
  if (printed) {
    cli_print_results(results, &args.show);
  } else if (args.markdown || args.latex) {
    code = print_text(results, args.latex ? XY_MARKUP_LATEX : XY_MARKUP_MARKDOWN);
  } else {
    code = write_files(results);
  }
  xy_results_free(results);
  return code;
}

const cli_command cli_report = {
    .path = "report",
    .usage = "[--html|--markdown|--latex|--csv] [--out FILE] RUN",
    .examples =
        "xylem report runs/seedling\n"
        "xylem report --latex --out bias.tex runs/seedling",
    .summary = "Make a run's report again, as a page or as tables for papers.",
    .details = "RUN is a run directory or its results.json. No model, store or benchmark is needed.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
