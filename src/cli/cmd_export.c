/* xylem export: a run as files of lm-evaluation-harness, or what a stage must be asked, for scoring elsewhere. */
#include <string.h>

#include "cli.h"

static const char *const formats[] = {"lm-eval", NULL};

static struct {
  int to;
  const char *out, *requests, *preferences, *stage;
  cli_list benchmarks;
  int64_t limit;
} args;

static const cli_option options[] = {
    {"to", CLI_CHOICE, &args.to, "FORMAT", "Write the run RUN as the files of lm-eval (lm-evaluation-harness).",
     formats},
    {"out", CLI_TEXT, &args.out, "DIR", "Where to write them (RUN/lm-eval).", NULL},
    {"requests", CLI_TEXT, &args.requests, "FILE",
     "Write what a stage of the family FAMILY must be asked: a JSON object per line with context and continuation.",
     NULL},
    {"preferences", CLI_TEXT, &args.preferences, "FILE",
     "Of --requests: what preference data ask, in place of benchmarks.", NULL},
    {"stage", CLI_TEXT, &args.stage, "NAME", "The stage, where prompt formats differ (the family's first).", NULL},
    {"benchmark", CLI_LIST, &args.benchmarks, "BENCHMARK", "Its benchmarks (as the family says); may be repeated.",
     NULL},
    {"limit", CLI_COUNT, &args.limit, "N", "At most N clusters per benchmark (all).", NULL},
    {0}};

static int ask(int64_t *n, const xy_family *family, xy_error *err) {
  size_t stages = args.stage != NULL ? 1 : 0;
  if (args.preferences != NULL) {
    xy_reward_options wanted = {.only_stages = &args.stage, .n_only_stages = stages, .limit = (size_t)args.limit};
    return xy_reward_requests_write(n, args.requests, family, args.preferences, &wanted, err);
  }
  xy_audit_options wanted = {.benchmarks = args.benchmarks.items,
                             .n_benchmarks = args.benchmarks.n,
                             .only_stages = &args.stage,
                             .n_only_stages = stages,
                             .limit = (size_t)args.limit};
  return xy_requests_write(n, args.requests, family, &wanted, err);
}

static int write_requests(const char *name) {
  xy_error err = {0};
  xy_family *family;
  int64_t n = 0;
  if (xy_family_open(&family, name, &err) != XY_OK) return cli_error(NULL, &err);
  int rc = ask(&n, family, &err);
  xy_family_free(family);
  if (rc != XY_OK) return cli_error(NULL, &err);
  printf("%s\n", args.requests);
  cli_message(
      "%s; xylem score --model DIR %s answers them, or add logprob to each line (and is_greedy, where "
      "known), then: xylem import FILE",
      cli_count(n, "request", "requests"), args.requests);
  return CLI_OK;
}

static int run(int n, char **operands) {
  (void)n;
  if ((args.to == 0) == (args.requests == NULL)) {
    return cli_usage_error(&cli_export, "expected either --to lm-eval or --requests FILE");
  }
  if (args.requests != NULL) {
    if (args.out != NULL) return cli_usage_error(&cli_export, "--out is of --to");
    if (args.preferences != NULL && args.benchmarks.n > 0) {
      return cli_usage_error(&cli_export, "expected --benchmark or --preferences, found both");
    }
    return write_requests(operands[0]);
  }
  if (args.stage != NULL || args.benchmarks.n > 0 || args.limit > 0 || args.preferences != NULL) {
    return cli_usage_error(&cli_export, "--stage, --benchmark, --preferences and --limit are of --requests");
  }
  xy_error err = {0};
  size_t stages;
  const char *folder = args.out != NULL ? args.out : cli_format("%s/lm-eval", operands[0]);
  if (xy_export_lm_eval(&stages, operands[0], folder, &err) != XY_OK) return cli_error(NULL, &err);
  cli_warn_changed(operands[0], "results.json");
  cli_warn_changed(operands[0], "samples.jsonl");
  cli_warn_changed(operands[0], "controls.jsonl");
  printf("%s\n", folder);
  cli_message("%s, a folder each", cli_count((int64_t)stages, "stage", "stages"));
  return CLI_OK;
}

const cli_command cli_export = {
    .path = "export",
    .usage = "RUN --to lm-eval [--out DIR] | FAMILY --requests FILE",
    .examples =
        "xylem export runs/seedling --to lm-eval\n"
        "xylem export seedling --requests requests.jsonl",
    .summary = "Write a run as lm-evaluation-harness does, or requests to score elsewhere.",
    .details =
        "RUN is a run directory (runs/NAME). Each stage becomes a folder named after its model, with "
        "results_DATE.json and a samples_TASK_DATE.jsonl per benchmark and its controls, so that the harness' viewers "
        "and "
        "scripts read it. Requests that were scored elsewhere come back as a stage of a family: see xylem import.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
