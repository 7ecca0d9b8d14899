/* xylem audit: a family of checkpoints through benchmarks, and what every stage brought. */
#include <string.h>

#include "cli.h"

static const char *const modes[] = {"full", "shared", "predicate", "per-token", "per-byte", NULL};

static struct {
  cli_list stages, benchmarks, identities, themes, only_stages;
  const char *mode, *runs, *name, *store;
  int precision, start;
  int64_t limit, memory, threads, draws, seed;
  bool plan, list, show_text, json, quiet;
} args = {.precision = -1, .start = -1};

static const cli_option options[] = {
    {"stage", CLI_LIST, &args.stages, "SPEC",
     "A stage, NAME=MODEL[:PARENT[:METHOD[:BETA]]], in place of a family file; once per stage.", NULL},
    {"list", CLI_FLAG, &args.list, NULL, "List the ready families and exit.", NULL},
    {"plan", CLI_FLAG, &args.plan, NULL, "Print the work, memory, disk and time that the audit needs, and exit.", NULL},
    {"benchmark", CLI_LIST, &args.benchmarks, "BENCHMARK",
     "A built-in benchmark, a context file, or KIND=FILE, in place of the family's; may be repeated.", NULL},
    {"identity", CLI_LIST, &args.identities, "NAME", "Only items about this identity; may be repeated.", NULL},
    {"theme", CLI_LIST, &args.themes, "NAME", "Only items of this theme; may be repeated.", NULL},
    {"only-stage", CLI_LIST, &args.only_stages, "NAME",
     "Only this stage, with the parents and references it needs; may be repeated.", NULL},
    {"limit", CLI_COUNT, &args.limit, "N", "At most N clusters of each benchmark, spread over its themes.", NULL},
    {"precision", CLI_CHOICE, &args.precision, "fp32|bf16", "Arithmetic of the multiplications (as the family says).",
     cli_precisions},
    {"start", CLI_CHOICE, &args.start, "RULE", "Start token: tokenizer, always, none (as the family says).",
     cli_starts},
    {"mode", CLI_TEXT, &args.mode, "MODE",
     "How the headline compares two texts: full, shared, predicate, per-token, per-byte (as the family says).", modes},
    {"memory", CLI_SIZE, &args.memory, "SIZE",
     "Memory that a walk through a model may use, such as 6G or 512M (a share of what is free).", NULL},
    {"threads", CLI_COUNT, &args.threads, "N", "Threads (all cores).", NULL},
    {"draws", CLI_COUNT, &args.draws, "N", "Bootstrap draws (10,000).", NULL},
    {"seed", CLI_COUNT, &args.seed, "N", "Seed of the bootstrap and the permutations.", NULL},
    {"runs", CLI_TEXT, &args.runs, "DIR", "Where runs are kept (runs).", NULL},
    {"name", CLI_TEXT, &args.name, "NAME", "Name of the run (the family's name).", NULL},
    {"store", CLI_TEXT, &args.store, "FILE", "The store of log-probabilities (DIR/scores.sqlite).", NULL},
    {"show-text", CLI_FLAG, &args.show_text, NULL, "Let the report show benchmark texts at once; they can hurt.", NULL},
    {"json", CLI_FLAG, &args.json, NULL, "Print results.json (or the plan as JSON) in place of tables.", NULL},
    {"quiet", CLI_FLAG, &args.quiet, NULL, "No progress.", NULL},
    {0}};

static int list_families(void) {
  static const cli_column columns[] = {{"FAMILY", CLI_LEFT}, {"STAGES", CLI_PROSE}};
  cli_table *table = cli_table_new(columns, 2);
  for (size_t i = 0; i < xy_family_builtin_count(); i++) {
    xy_error err = {0};
    xy_family *family;
    char stages[512] = "";
    if (xy_family_open(&family, xy_family_builtin_name(i), &err) != XY_OK) return cli_error(NULL, &err);
    for (size_t k = 0; k < xy_family_stages(family); k++) {
      xy_stage_info stage;
      xy_family_stage(&stage, family, k);
      size_t used = strlen(stages);
      snprintf(stages + used, sizeof stages - used, "%s%s", k > 0 ? ", " : "", stage.name);
    }
    cli_table_cell(table, xy_family_builtin_name(i), NULL);
    cli_table_cell(table, stages, NULL);
    xy_family_free(family);
  }
  cli_table_print(table);
  return CLI_OK;
}

static int open_family(xy_family **out, const char *name) {
  xy_error err = {0};
  int rc = args.stages.n > 0 ? xy_family_from_stages(out, args.name != NULL ? args.name : "family", args.stages.items,
                                                     args.stages.n, &err)
                             : xy_family_open(out, name, &err);
  return rc == XY_OK ? CLI_OK : cli_error(NULL, &err);
}

static int plan(xy_audit *audit) {
  xy_error err = {0};
  xy_plan work;
  if (xy_audit_plan(&work, audit, &err) != XY_OK) return cli_error(NULL, &err);
  (args.json ? cli_print_plan_json : cli_print_plan)(&work);
  return CLI_OK;
}

static int audit_run(xy_audit *audit) {
  xy_error err = {0};
  xy_results *results;
  int rc = xy_audit_run(&results, audit, &err);
  cli_progress_end();
  if (rc != XY_OK) return cli_error(NULL, &err);
  int code = CLI_OK;
  if (args.json) {
    code = cli_print_file(xy_results_directory(results), "results.json");
  } else {
    cli_print_results(results);
  }
  xy_results_free(results);
  return code;
}

static int run(int n, char **operands) {
  if (args.list) return list_families();
  if (n > 0 && args.stages.n > 0) return cli_usage_error(&cli_audit, "a family or --stage, not both");
  xy_family *family;
  if (open_family(&family, n > 0 ? operands[0] : "seedling") != CLI_OK) return CLI_FAILED;
  xy_audit_options how = {.runs = args.runs,
                          .name = args.name,
                          .store = args.store,
                          .benchmarks = args.benchmarks.items,
                          .n_benchmarks = args.benchmarks.n,
                          .identities = args.identities.items,
                          .n_identities = args.identities.n,
                          .themes = args.themes.items,
                          .n_themes = args.themes.n,
                          .only_stages = args.only_stages.items,
                          .n_only_stages = args.only_stages.n,
                          .limit = (size_t)args.limit,
                          .precision = args.precision,
                          .start = args.start,
                          .mode = args.mode,
                          .draws = args.draws,
                          .seed = (uint64_t)args.seed,
                          .show_text = args.show_text,
                          .command = cli_typed(),
                          .memory = args.memory,
                          .threads = (int)args.threads,
                          .progress = cli_progress};
  xy_error err = {0};
  xy_audit *audit;
  cli_progress_start(args.quiet);
  int code = xy_audit_open(&audit, family, &how, &err) == XY_OK ? CLI_OK : CLI_FAILED;
  if (code == CLI_OK) {
    if (args.plan) cli_progress_end();
    code = args.plan ? plan(audit) : audit_run(audit);
    xy_audit_free(audit);
  } else {
    cli_progress_end();
    cli_error(NULL, &err);
  }
  xy_family_free(family);
  return code;
}

const cli_command cli_audit = {
    .path = "audit",
    .usage = "[OPTIONS] [FAMILY|FILE.yaml]",
    .summary = "Measure every stage of a model family and say where its bias comes from.",
    .details =
        "FAMILY is a ready family (--list) or a family file; without one, the built-in seedling family is "
        "audited. Prints a table and the findings, and writes results.json, samples.jsonl, tables and "
        "report.html into the run directory. What was computed is kept: the same command again goes on where "
        "it stopped.",
    .options = options,
    .most = 1,
    .run = run,
};
