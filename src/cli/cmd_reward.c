/* xylem reward: preference data through a family of checkpoints, and what every stage's implicit reward prefers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static struct {
  cli_list by;
  const char *format, *tail;
  bool skip_long;
} args;

static const cli_option options[] = {
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
    {"limit", CLI_COUNT, &cli_run_given.limit, "N", "At most N prompts, spread over the subsets.", NULL},
    {"name", CLI_TEXT, &cli_run_given.name, "NAME", "Name of the run (the family's name and -reward).", NULL},
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
  cli_table_cell(table, found ? cli_interval(&m) : "", NULL);
  found = find(&m, results, whole, cli_format("%s_tie_rate", kind), "full", stage->name);
  cli_table_cell(table, found ? cli_value(&m) : "0", NULL);
  found = find(&m, results, whole, cli_format("%s_margin", kind), "full", stage->name);
  cli_table_cell(table, found ? cli_interval(&m) : "", NULL);
  found = find(&m, results, whole, cli_format("%s_accuracy", kind), "per-token", stage->name);
  cli_table_cell(table, found ? cli_value(&m) : "", NULL);
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
    cli_table_cell(table, found ? cli_interval(&m) : "", NULL);
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
      cli_table_cell(table, found ? cli_value(&m) : "", NULL);
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

static int run(int n, char **operands) {
  const cli_run_args *given = &cli_run_given;
  if (n > 1 && given->stages.n > 0) return cli_usage_error(&cli_reward, "a family or --stage, not both");
  xy_family *family;
  if (cli_run_family(&family, n > 1 ? operands[0] : NULL) != CLI_OK) return CLI_FAILED;
  xy_reward_options how = {.runs = given->runs,
                           .name = given->name,
                           .store = given->store,
                           .only_stages = given->only_stages.items,
                           .n_only_stages = given->only_stages.n,
                           .by = args.by.items,
                           .n_by = args.by.n,
                           .format = args.format,
                           .tail = args.tail,
                           .skip_long = args.skip_long,
                           .command = cli_typed(),
                           .limit = (size_t)given->limit,
                           .precision = (xy_precision)given->precision,
                           .start = (xy_start)given->start,
                           .draws = given->draws,
                           .seed = (uint64_t)given->seed,
                           .plan_only = given->plan,
                           .memory = given->memory,
                           .threads = (int)given->threads,
                           .progress = cli_progress};
  xy_error err = {0};
  xy_audit *audit = NULL;
  cli_progress_start(given->quiet);
  int opened = xy_reward_open(&audit, family, operands[n - 1], &how, &err);
  return cli_run_audit(opened, audit, family, &err, print_results);
}

const cli_command cli_reward = {
    .path = "reward",
    .usage = "[OPTIONS] [FAMILY|FILE.yaml] PREFERENCES.jsonl",
    .examples =
        "xylem reward seedling prefs.jsonl\n"
        "xylem reward --only-stage dpo --skip-long --by source family.yaml prefs.jsonl",
    .summary = "Preference data through a family: which answers its implicit rewards prefer.",
    .details =
        "PREFERENCES.jsonl holds a row per line: prompt, chosen, rejected (texts, or lists of {role, content}), as "
        "RewardBench's data, or chosen and rejected alone as whole dialogues, as HH-RLHF's; subset, identity, theme "
        "and id are used where they are there. Without a family, the built-in seedling family is taken. Prints a table "
        "by subset, identity and theme, and writes results.json, rewards.jsonl, tables and report.html into the run "
        "directory.",
    .options = options,
    .shared = cli_run_options,
    .least = 1,
    .most = 2,
    .run = run,
};
