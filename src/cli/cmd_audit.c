/* xylem audit: a family of checkpoints through benchmarks, and what every stage brought. */
#include <string.h>

#include "cli.h"

static const char *const modes[] = {"full", "shared", "statement", "predicate", "per-token", "per-byte", NULL};

static struct {
  cli_list benchmarks, identities, themes;
  const char *mode;
  bool list, strict, show_text;
} args;

static const cli_option options[] = {
    {"list", CLI_FLAG, &args.list, NULL, "List the ready families and exit.", NULL},
    {"benchmark", CLI_LIST, &args.benchmarks, "BENCHMARK",
     "A built-in benchmark, a context file, or KIND=FILE, in place of the family's; may be repeated.", NULL},
    {"identity", CLI_LIST, &args.identities, "NAME", "Only items about this identity; may be repeated.", NULL},
    {"theme", CLI_LIST, &args.themes, "NAME", "Only items of this theme; may be repeated.", NULL},
    {"strict", CLI_FLAG, &args.strict, NULL,
     "Refuse a published file for one row that would else be left out and told.", NULL},
    {"limit", CLI_COUNT, &cli_run_given.limit, "N", "At most N clusters of each benchmark, spread over its themes.",
     NULL},
    {"mode", CLI_TEXT, &args.mode, "MODE",
     "How every headline compares two texts: full, shared, statement (also called predicate), per-token, per-byte (as "
     "each benchmark's items allow).",
     modes},
    {"name", CLI_TEXT, &cli_run_given.name, "NAME", "Name of the run (the family's name).", NULL},
    {"fail-on", CLI_LIST, &cli_run_given.fail_on, "VERDICT[:BENCHMARK]",
     "Exit with 3 where a step from parent to child has this verdict, of this benchmark or of any, by its headline "
     "measure; results are written all the same. May be repeated.",
     NULL},
    {"show-text", CLI_FLAG, &args.show_text, NULL, "Let the report show benchmark texts at once; they can hurt.", NULL},
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

static int run(int n, char **operands) {
  if (args.list) return list_families();
  const cli_run_args *given = &cli_run_given;
  if (n > 0 && given->stages.n > 0) return cli_usage_error(&cli_audit, "a family or --stage, not both");
  if (cli_fail_on_check(&cli_audit, &given->fail_on) != CLI_OK) return CLI_USAGE;
  xy_family *family;
  if (cli_run_family(&family, n > 0 ? operands[0] : NULL) != CLI_OK) return CLI_FAILED;
  xy_audit_options how = {.runs = given->runs,
                          .name = given->name,
                          .store = given->store,
                          .benchmarks = args.benchmarks.items,
                          .n_benchmarks = args.benchmarks.n,
                          .identities = args.identities.items,
                          .n_identities = args.identities.n,
                          .themes = args.themes.items,
                          .n_themes = args.themes.n,
                          .strict = args.strict,
                          .only_stages = given->only_stages.items,
                          .n_only_stages = given->only_stages.n,
                          .limit = (size_t)given->limit,
                          .precision = (xy_precision)given->precision,
                          .start = (xy_start)given->start,
                          .mode = args.mode,
                          .draws = given->draws,
                          .seed = (uint64_t)given->seed,
                          .show_text = args.show_text,
                          .command = cli_typed(),
                          .plan_only = given->plan,
                          .replace = given->replace,
                          .memory = given->memory,
                          .threads = (int)given->threads,
                          .progress = cli_progress};
  xy_error err = {0};
  xy_audit *audit = NULL;
  cli_progress_start(given->quiet);
  int opened = xy_audit_open(&audit, family, &how, &err);
  return cli_run_audit(opened, audit, family, &err);
}

const cli_command cli_audit = {
    .path = "audit",
    .usage = "[OPTIONS] [FAMILY|FILE.yaml]",
    .examples =
        "xylem audit\n"
        "xylem audit --plan pythia-2.8b-archangel\n"
        "xylem audit --stage base=DIR --stage sft=DIR:base --stage dpo=DIR:sft:dpo:0.1\n"
        "xylem audit --benchmark stigma --fail-on amplified:stigma family.yaml",
    .summary = "Measure every stage of a model family and say where its bias comes from.",
    .details =
        "FAMILY is a ready family (--list) or a family file; without one, the built-in seedling family is "
        "audited. Prints what stands first on one screen, and writes results.json, samples.jsonl, tables and "
        "report.html into the run directory. What was computed is kept: the same command again goes on where "
        "it stopped.",
    .options = options,
    .shared = cli_run_options,
    .most = 1,
    .run = run,
};
