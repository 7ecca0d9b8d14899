/* xylem import: whether scores made elsewhere can be the scores of a stage, and the line that makes them one. */
#include <string.h>

#include "cli.h"

static struct {
  cli_list check;
  const char *format;
} args;

static const cli_option options[] = {
    {"check", CLI_LIST, &args.check, "BENCHMARK",
     "Say how much of a benchmark the scores answer, and fail where a text has none; may be repeated.", NULL},
    {"format", CLI_TEXT, &args.format, "FORMAT", "Prompt format that the requests were written in (plain).", NULL},
    {0}};

static void print_import(const xy_import_info *info, int n, char **operands) {
  printf("scores      %s in %s of %s\n", cli_count(info->requests, "request", "requests"),
         cli_count(info->rows, "row", "rows"), cli_count((int64_t)info->files, "file", "files"));
  if (info->repeated > 0) printf("repeated    %s, with the same scores\n", cli_grouped(info->repeated));
  printf("tokens      %s\n", info->with_tokens == info->requests ? "of every request: every mode can be measured"
                             : info->with_tokens > 0
                                 ? cli_format("of %s; with those of all, every mode could be measured",
                                              cli_count(info->with_tokens, "request", "requests"))
                                 : "none: sums of whole texts");
  if (*info->model != '\0') printf("model       %s\n", info->model);
  if (*info->dtype != '\0') printf("dtype       %s\n", info->dtype);
  if (*info->engine != '\0') printf("engine      %s\n", info->engine);
  printf("fingerprint %s\n", info->fingerprint);
  fputs("stage       NAME: {scores: ", stdout);
  if (n > 1) putchar('[');
  for (int i = 0; i < n; i++) {
    if (i > 0) fputs(", ", stdout);
    cli_put_json(stdout, operands[i]); /* a JSON string is a YAML string */
  }
  printf("%s, from: PARENT, method: METHOD}\n", n > 1 ? "]" : "");
}

static int check(const xy_import *import, const char *name) {
  xy_error err = {0};
  xy_bench *bench;
  xy_import_coverage cover;
  if (xy_bench_open(&bench, name, NULL, &err) != XY_OK) return cli_error(NULL, &err);
  int rc = xy_import_cover(&cover, import, bench, args.format, &err);
  int code = CLI_OK;
  if (rc != XY_OK) {
    code = cli_error(NULL, &err);
  } else {
    printf("%-11s %s of %s complete, %s of %s scored\n", name, cli_grouped((int64_t)cover.complete),
           cli_count((int64_t)cover.items, "item", "items"), cli_grouped((int64_t)cover.scored),
           cli_count((int64_t)cover.requests, "text", "texts"));
    if (cover.complete < cover.items) {
      cli_message("%s: item %s is the first with a text that has no score", name, cover.missing_item);
      code = CLI_FAILED;
    }
  }
  xy_bench_free(bench);
  return code;
}

static int run(int n, char **operands) {
  xy_error err = {0};
  xy_import *import;
  xy_import_info info;
  if (xy_import_open(&import, (const char *const *)operands, (size_t)n, &err) != XY_OK) return cli_error(NULL, &err);
  xy_import_describe(&info, import);
  print_import(&info, n, operands);
  int code = CLI_OK;
  for (size_t i = 0; i < args.check.n; i++) {
    if (check(import, args.check.items[i]) != CLI_OK) code = CLI_FAILED;
  }
  xy_import_free(import);
  return code;
}

const cli_command cli_import = {
    .path = "import",
    .usage = "[--check BENCHMARK]... FILE|DIR...",
    .examples = "xylem import scores/my__model --check stigma",
    .summary = "Check scores made elsewhere, and say how they become a stage of a family.",
    .details =
        "FILE is a samples file of lm-evaluation-harness, or a request file of xylem export with logprob added to "
        "its lines, as xylem score writes them; DIR holds samples files. In family.yaml a stage has `scores: FILE` in "
        "place of `model:`; the "
        "audit reads it there, and texts are found by context and continuation.",
    .options = options,
    .least = 1,
    .most = 64,
    .run = run,
};
