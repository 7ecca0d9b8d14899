/* xylem reward: preference data through a family of checkpoints, and what every stage's implicit reward prefers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static struct {
  cli_list stages, only_stages, by;
  const char *format, *tail, *runs, *name, *store;
  int precision, start;
  int64_t limit, memory, threads, draws, seed;
  bool skip_long, plan, json, quiet;
} args = {.precision = -1, .start = -1};

static const cli_option options[] = {
    {"stage", CLI_LIST, &args.stages, "SPEC",
     "A stage, NAME=MODEL[:PARENT[:METHOD[:BETA]]], in place of a family; once per stage.", NULL},
    {"only-stage", CLI_LIST, &args.only_stages, "NAME",
     "Only this stage, with the parents and references it needs; may be repeated.", NULL},
    {"by", CLI_LIST, &args.by, "FIELD",
     "Results by the labels of this field of the rows too, besides subset, identity and theme; may be repeated.", NULL},
    {"format", CLI_TEXT, &args.format, "NAME",
     "Prompt format: plain, halos, chatml, zephyr, llama2, llama3, tulu, hh, or a pattern with {prompt} (as the family "
     "says).",
     NULL},
    {"tail", CLI_TEXT, &args.tail, "TAIL", "What ends an answer: none, eos, space+eos (as the family says).",
     cli_tails},
    {"skip-long", CLI_FLAG, &args.skip_long, NULL,
     "Leave out rows longer than a stage's context, and list them; otherwise they are an error.", NULL},
    {"limit", CLI_COUNT, &args.limit, "N", "At most N prompts, spread over the subsets.", NULL},
    {"plan", CLI_FLAG, &args.plan, NULL, "Print the work, memory, disk and time that the run needs, and exit.", NULL},
    {"precision", CLI_CHOICE, &args.precision, "fp32|bf16", "Arithmetic of the multiplications (as the family says).",
     cli_precisions},
    {"start", CLI_CHOICE, &args.start, "RULE", "Start token: tokenizer, always, none (as the family says).",
     cli_starts},
    {"memory", CLI_SIZE, &args.memory, "SIZE",
     "Memory that a walk through a model may use, such as 6G or 512M (a share of what is free).", NULL},
    {"threads", CLI_COUNT, &args.threads, "N", "Threads (all cores).", NULL},
    {"draws", CLI_COUNT, &args.draws, "N", "Bootstrap draws (10,000).", NULL},
    {"seed", CLI_COUNT, &args.seed, "N", "Seed of the bootstrap and the permutations.", NULL},
    {"runs", CLI_TEXT, &args.runs, "DIR", "Where runs are kept (runs).", NULL},
    {"name", CLI_TEXT, &args.name, "NAME", "Name of the run (the family's name and -reward).", NULL},
    {"store", CLI_TEXT, &args.store, "FILE", "The store of log-probabilities (DIR/scores.sqlite).", NULL},
    {"json", CLI_FLAG, &args.json, NULL, "Print results.json (or the plan as JSON) in place of tables.", NULL},
    {"quiet", CLI_FLAG, &args.quiet, NULL, "No progress.", NULL},
    {0}};

/* ---- tables ---------------------------------------------------------------------------------------------- */

/* The row of a stage for a group's cell; false where there is none. A mode of NULL matches any. */
static bool find(xy_measure *out, const xy_results *results, const xy_measure *group, const char *measure,
                 const char *mode, const char *stage) {
  const xy_measure like = {.benchmark = group->benchmark,
                           .measure = measure,
                           .mode = mode,
                           .stage = stage,
                           .identity = group->identity,
                           .theme = group->theme};
  return cli_measure(out, results, &like);
}

/* What the table shows of a stage: its reward where it has one, else its log-ratio, else its likelihood. */
static const char *kind_of(const xy_stage_info *stage) {
  return stage->reference[0] != '\0' ? "reward" : stage->parent[0] != '\0' ? "log_ratio" : "likelihood";
}

static const char *margin_text(const xy_measure *m) {
  if (isnan(m->low)) return cli_format("%+.3g", m->value);
  return cli_format("%+.3g [%+.3g, %+.3g]", m->value, m->low, m->high);
}

/* What sets the group apart: "subset=chat", "identity=nonbinary". NULL for the whole, and for crossings of two labels,
 * which are left to the files. */
static const char *group_name(const xy_measure *group) {
  const char *part = strchr(group->benchmark, '/');
  bool identity = strcmp(group->identity, "all") != 0;
  bool theme = strcmp(group->theme, "all") != 0;
  if ((part != NULL) + identity + theme != 1) return NULL;
  if (part != NULL) return part + 1;
  return cli_format("%s=%s", identity ? "identity" : "theme", identity ? group->identity : group->theme);
}

static void stage_row(cli_table *table, const xy_results *results, const xy_measure *whole,
                      const xy_stage_info *stage) {
  const char *kind = kind_of(stage);
  xy_measure m;
  cli_table_cell(table, stage->name, NULL);
  cli_table_cell(table, strcmp(kind, "log_ratio") == 0 ? "log-ratio" : kind, NULL);
  bool found = find(&m, results, whole, cli_format("%s_accuracy", kind), "full", stage->name);
  cli_table_cell(table, found ? cli_percent(&m) : "", NULL);
  found = find(&m, results, whole, cli_format("%s_tie_rate", kind), "full", stage->name);
  cli_table_cell(table, found ? cli_format("%.1f%%", 100 * m.value) : "0", NULL);
  found = find(&m, results, whole, cli_format("%s_margin", kind), "full", stage->name);
  cli_table_cell(table, found ? margin_text(&m) : "", NULL);
  found = find(&m, results, whole, cli_format("%s_accuracy", kind), "per-token", stage->name);
  cli_table_cell(table, found ? cli_format("%.1f%%", 100 * m.value) : "", NULL);
}

static void print_whole(const xy_results *results) {
  static const cli_column columns[] = {{"STAGE", CLI_LEFT},           {"BY", CLI_LEFT},
                                       {"ACCURACY [95%]", CLI_RIGHT}, {"TIES", CLI_RIGHT},
                                       {"MARGIN [95%]", CLI_RIGHT},   {"PER TOKEN", CLI_RIGHT}};
  xy_measure whole;
  xy_results_measure(&whole, results, 0);
  cli_table *table = cli_table_new(columns, sizeof columns / sizeof *columns);
  for (size_t s = 0; s < xy_results_stages(results); s++) {
    xy_stage_info stage;
    xy_results_stage(&stage, results, s);
    stage_row(table, results, &whole, &stage);
  }
  cli_table_print(table);
}

/* A group is shown once: at the first stage's likelihood margin, which every group has. */
static bool starts_group(const xy_results *results, size_t i, xy_measure *m) {
  xy_stage_info first;
  xy_results_stage(&first, results, 0);
  xy_results_measure(m, results, i);
  return strcmp(m->stage, first.name) == 0 && strcmp(m->measure, "likelihood_margin") == 0 &&
         strcmp(m->mode, "full") == 0 && group_name(m) != NULL;
}

static void group_row(cli_table *table, const xy_results *results, const xy_measure *group) {
  cli_table_cell(table, group_name(group), NULL);
  cli_table_cell(table, cli_grouped(group->n), NULL);
  for (size_t s = 0; s < xy_results_stages(results); s++) {
    xy_stage_info stage;
    xy_measure m;
    xy_results_stage(&stage, results, s);
    bool found = find(&m, results, group, cli_format("%s_accuracy", kind_of(&stage)), "full", stage.name);
    cli_table_cell(table, found ? cli_percent(&m) : "", NULL);
  }
}

static void print_groups(const xy_results *results) {
  size_t n = xy_results_stages(results) + 2;
  cli_column *columns = cli_grow(NULL, n, sizeof *columns);
  columns[0] = (cli_column){"GROUP", CLI_LEFT};
  columns[1] = (cli_column){"ROWS", CLI_RIGHT};
  for (size_t s = 0; s + 2 < n; s++) {
    xy_stage_info stage;
    xy_results_stage(&stage, results, s);
    columns[s + 2] = (cli_column){stage.name, CLI_RIGHT};
  }
  cli_table *table = NULL;
  for (size_t i = 0; i < xy_results_measures(results); i++) {
    xy_measure group;
    if (!starts_group(results, i, &group)) continue;
    if (table == NULL) table = cli_table_new(columns, n);
    group_row(table, results, &group);
  }
  if (table != NULL) {
    printf("\naccuracy [95%%] by group\n");
    cli_table_print(table);
  }
  free(columns);
}

static void print_rewardbench(const xy_results *results) {
  static const cli_column columns[] = {
      {"STAGE", CLI_LEFT}, {"RATIO", CLI_RIGHT}, {"SUM", CLI_RIGHT}, {"AVG", CLI_RIGHT}, {"NORM", CLI_RIGHT}};
  static const char *const scores[] = {"ratio", "sum", "avg", "norm"};
  xy_measure whole;
  xy_results_measure(&whole, results, 0);
  cli_table *table = cli_table_new(columns, sizeof columns / sizeof *columns);
  for (size_t s = 0; s < xy_results_stages(results); s++) {
    xy_stage_info stage;
    xy_results_stage(&stage, results, s);
    cli_table_cell(table, stage.name, NULL);
    for (size_t k = 0; k < 4; k++) {
      xy_measure m;
      bool found = find(&m, results, &whole, cli_format("rewardbench_%s_accuracy", scores[k]), NULL, stage.name);
      cli_table_cell(table, found ? cli_format("%.1f%%", 100 * m.value) : "", NULL);
    }
  }
  printf("\nRewardBench's scores, all rows, ties lose\n");
  cli_table_print(table);
}

static void print_results(const xy_results *results) {
  int width = cli_width(stdout) < 100 ? cli_width(stdout) : 100;
  xy_stage_info stage;
  xy_results_stage(&stage, results, 0);
  printf("family %s, format %s, tail %s\n", xy_results_family(results),
         stage.format[0] != '\0' ? stage.format : "plain", stage.tail[0] != '\0' ? stage.tail : "none");
  cli_wrap(stdout,
           "ACCURACY is the share of untied rows whose chosen answer scores above the rejected one; BY says by which "
           "score: the implicit reward over the reference, the log-ratio to the parent where there is no reward, the "
           "log-probability for a root. MARGIN is the mean difference (reward: times beta), PER TOKEN the accuracy "
           "when scores are means over tokens.",
           0, width);
  xy_measure whole;
  xy_measure all;
  xy_results_measure(&whole, results, 0);
  if (find(&all, results, &whole, "likelihood_margin", "full", stage.name)) {
    printf("\n%s: %s rows, %s prompts\n", all.benchmark, cli_grouped(all.n), cli_grouped(all.clusters));
  }
  print_whole(results);
  print_groups(results);
  print_rewardbench(results);
  cli_print_findings(results, width);
  printf("\nresults  %s/results.json\nrows     %s/rewards.jsonl\nreport   %s/report.html\n",
         xy_results_directory(results), xy_results_directory(results), xy_results_directory(results));
}

/* ---- the command ----------------------------------------------------------------------------------------- */

static int run_audit(xy_audit *audit) {
  xy_error err = {0};
  xy_results *results;
  if (args.plan) {
    xy_plan work;
    cli_progress_end();
    if (xy_audit_plan(&work, audit, &err) != XY_OK) return cli_error(NULL, &err);
    (args.json ? cli_print_plan_json : cli_print_plan)(&work);
    return CLI_OK;
  }
  int rc = xy_audit_run(&results, audit, &err);
  cli_progress_end();
  if (rc != XY_OK) return cli_error(NULL, &err);
  int code = CLI_OK;
  if (args.json) {
    code = cli_print_file(xy_results_directory(results), "results.json");
  } else {
    print_results(results);
  }
  xy_results_free(results);
  return code;
}

static int run(int n, char **operands) {
  xy_error err = {0};
  xy_family *family;
  if (n > 1 && args.stages.n > 0) return cli_usage_error(&cli_reward, "a family or --stage, not both");
  int rc = args.stages.n > 0 ? xy_family_from_stages(&family, args.name != NULL ? args.name : "family",
                                                     args.stages.items, args.stages.n, &err)
                             : xy_family_open(&family, n > 1 ? operands[0] : "seedling", &err);
  if (rc != XY_OK) return cli_error(NULL, &err);
  xy_reward_options how = {.runs = args.runs,
                           .name = args.name,
                           .store = args.store,
                           .only_stages = args.only_stages.items,
                           .n_only_stages = args.only_stages.n,
                           .by = args.by.items,
                           .n_by = args.by.n,
                           .format = args.format,
                           .tail = args.tail,
                           .skip_long = args.skip_long,
                           .limit = (size_t)args.limit,
                           .precision = args.precision,
                           .start = args.start,
                           .draws = args.draws,
                           .seed = (uint64_t)args.seed,
                           .command = cli_typed(),
                           .memory = args.memory,
                           .threads = (int)args.threads,
                           .progress = cli_progress};
  xy_audit *audit;
  cli_progress_start(args.quiet);
  int code = CLI_OK;
  if (xy_reward_open(&audit, family, operands[n - 1], &how, &err) == XY_OK) {
    code = run_audit(audit);
    xy_audit_free(audit);
  } else {
    cli_progress_end();
    code = cli_error(NULL, &err);
  }
  xy_family_free(family);
  return code;
}

const cli_command cli_reward = {
    .path = "reward",
    .usage = "[OPTIONS] [FAMILY|FILE.yaml] PREFERENCES.jsonl",
    .summary = "Preference data through a family: which answers its implicit rewards prefer.",
    .details =
        "PREFERENCES.jsonl holds a row per line: prompt, chosen, rejected (texts, or lists of {role, content}), as "
        "RewardBench's data, or chosen and rejected alone as whole dialogues, as HH-RLHF's; subset, identity, theme "
        "and id are used where they are there. Without a family, the built-in seedling family is taken. Prints a table "
        "by subset, identity and theme, and writes results.json, rewards.jsonl, tables and report.html into the run "
        "directory.",
    .options = options,
    .least = 1,
    .most = 2,
    .run = run,
};
