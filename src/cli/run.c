/* What audit and reward share: the family, and running or planning what was opened; and a run that was changed since.
 */
#include <errno.h>
#include <string.h>

#include "cli.h"

cli_run_args cli_run_given;

const cli_option cli_run_options[] = {
    {"stage", CLI_LIST, &cli_run_given.stages, "SPEC",
     "A stage, NAME=MODEL[:PARENT[:METHOD[:BETA]]], in place of a family; once per stage.", NULL},
    {"only-stage", CLI_LIST, &cli_run_given.only_stages, "NAME",
     "Only this stage, with the parents and references it needs; may be repeated.", NULL},
    {"plan", CLI_FLAG, &cli_run_given.plan, NULL, "Print the work, memory, disk and time that it needs, and exit.",
     NULL},
    {"precision", CLI_CHOICE, &cli_run_given.precision, "fp32|bf16",
     "Arithmetic of the multiplications (as the family says).", cli_precisions},
    {"start", CLI_CHOICE, &cli_run_given.start, "RULE", "Start token: tokenizer, always, none (as the family says).",
     cli_starts},
    {"memory", CLI_SIZE, &cli_run_given.memory, "SIZE",
     "Memory that a walk through a model may use, such as 6G or 512M (a share of what is free).", NULL},
    {"threads", CLI_COUNT, &cli_run_given.threads, "N", "Threads (all cores).", NULL},
    {"draws", CLI_COUNT, &cli_run_given.draws, "N", "Bootstrap draws (10,000).", NULL},
    {"seed", CLI_COUNT, &cli_run_given.seed, "N", "Seed of the bootstrap and the permutations.", NULL},
    {"runs", CLI_TEXT, &cli_run_given.runs, "DIR", "Where runs are kept (runs).", NULL},
    {"replace", CLI_FLAG, &cli_run_given.replace, NULL,
     "Let the results of another audit that lie under the run's name give way.", NULL},
    {"store", CLI_TEXT, &cli_run_given.store, "FILE", "The store of log-probabilities (DIR/scores.sqlite).", NULL},
    {"tables", CLI_FLAG, &cli_run_given.show.tables, NULL, "Print every table too.", NULL},
    {"findings", CLI_FLAG, &cli_run_given.show.findings, NULL, "Print every finding too.", NULL},
    {"json", CLI_FLAG, &cli_run_given.json, NULL, "Print results.json (or the plan as JSON) in place of tables.", NULL},
    {"quiet", CLI_FLAG, &cli_run_given.quiet, NULL, "No progress.", NULL},
    {0}};

int cli_run_family(xy_family **out, const char *named) {
  const cli_run_args *args = &cli_run_given;
  xy_error err = {0};
  int rc = args->stages.n > 0 ? xy_family_from_stages(out, args->name != NULL ? args->name : "family",
                                                      args->stages.items, args->stages.n, &err)
                              : xy_family_open(out, named != NULL ? named : "seedling", &err);
  return rc == XY_OK ? CLI_OK : cli_error(NULL, &err);
}

/* Copies FOLDER/NAME to standard output. */
static int print_file(const char *folder, const char *name) {
  char path[4096], block[65536];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    cli_message("%s: cannot read: %s", path, strerror(errno));
    return CLI_FAILED;
  }
  size_t got;
  do {
    got = fread(block, 1, sizeof block, file);
    fwrite(block, 1, got, stdout);
  } while (got == sizeof block);
  int code = ferror(file) ? CLI_FAILED : CLI_OK;
  if (code != CLI_OK) cli_message("%s: cannot read: %s", path, strerror(errno));
  fclose(file);
  return code;
}

static void tell_damage(const xy_audit *audit) {
  int64_t n = xy_audit_damaged(audit);
  if (n > 0) {
    cli_message("warning: %lld stored score%s damaged and %s computed again: look after the disk", (long long)n,
                n == 1 ? " was" : "s were",
                cli_run_given.plan ? "will be"
                : n == 1           ? "was"
                                   : "were");
  }
}

void cli_warn_changed(const char *run, const char *name) {
  xy_error err = {0};
  bool changed;
  if (xy_run_changed(&changed, run, name, &err) != XY_OK) {
    cli_message("warning: %s", err.text);
  } else if (changed) {
    cli_message("warning: %s: %s was changed after the audit wrote it, as its SHA256SUMS says", run, name);
  }
}

/* Before anything is computed. */
static void tell_notes(const xy_audit *audit) {
  const char *note;
  cli_progress_clear();
  for (size_t i = 0; (note = xy_audit_note(audit, i)) != NULL; i++) cli_message("note: %s", note);
}

static int plan(xy_audit *audit) {
  xy_error err = {0};
  xy_plan work;
  cli_progress_end();
  if (xy_audit_plan(&work, audit, &err) != XY_OK) return cli_error(NULL, &err);
  tell_damage(audit);
  (cli_run_given.json ? cli_print_plan_json : cli_print_plan)(&work);
  return CLI_OK;
}

static int run(xy_audit *audit) {
  xy_error err = {0};
  xy_results *results;
  int rc = xy_audit_run(&results, audit, &err);
  cli_progress_end();
  if (rc != XY_OK) return cli_error(NULL, &err);
  tell_damage(audit);
  int code = CLI_OK;
  if (cli_run_given.json) {
    code = print_file(xy_results_directory(results), "results.json");
  } else {
    cli_print_results(results, &cli_run_given.show);
  }
  int verdict = cli_fail_on_results(results, &cli_run_given.fail_on);
  if (code == CLI_OK) code = verdict;
  xy_results_free(results);
  return code;
}

int cli_run_audit(int opened, xy_audit *audit, xy_family *family, const xy_error *err) {
  int code;
  if (opened != XY_OK) {
    cli_progress_end();
    code = cli_error(NULL, err);
  } else {
    code = cli_fail_on_benchmarks(audit, &cli_run_given.fail_on);
    if (code != CLI_OK) {
      cli_progress_end();
    } else {
      tell_notes(audit);
      code = cli_run_given.plan ? plan(audit) : run(audit);
    }
    xy_audit_free(audit);
  }
  xy_family_free(family);
  return code;
}
