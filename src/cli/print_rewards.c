/* The tables of preference data: what every stage prefers over all rows, by subset, identity and theme, and by
 * RewardBench's scores.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

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

/* Of each stage, over all rows. */
static void print_whole(const xy_results *results, size_t most) {
  static const cli_column columns[] = {{"STAGE", CLI_LEFT},           {"BY", CLI_LEFT},
                                       {"ACCURACY [95%]", CLI_RIGHT}, {"TIES", CLI_RIGHT},
                                       {"MARGIN [95%]", CLI_RIGHT},   {"TOKEN", CLI_RIGHT}};
  xy_measure whole;
  xy_results_measure(&whole, results, 0);
  cli_table *table = cli_table_new(columns, sizeof columns / sizeof *columns);
  size_t stages = xy_results_stages(results), shown = stages > most ? most - 1 : stages;
  for (size_t s = 0; s < shown; s++) {
    xy_stage_info stage;
    xy_results_stage(&stage, results, s);
    stage_row(table, results, &whole, &stage);
  }
  cli_table_print(table);
  if (stages > shown) printf("… and %zu more: --tables\n", stages - shown);
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

static void print_legend(int width) {
  cli_wrap(stdout,
           "ACCURACY is the share of untied rows whose chosen answer scores above the rejected one; BY says by which "
           "score: the implicit reward over the reference, the log-ratio to the parent where there is no reward, the "
           "log-probability for a root. MARGIN is the mean difference (reward: times beta), TOKEN the accuracy "
           "when scores are means over tokens.",
           0, width);
}

void cli_print_rewards(const xy_results *results, int width, bool groups, size_t most) {
  xy_measure whole, all;
  xy_stage_info first;
  if (xy_results_measures(results) == 0) return;
  xy_results_measure(&whole, results, 0);
  xy_results_stage(&first, results, 0);
  if (find(&all, results, &whole, "likelihood_margin", "full", first.name)) {
    printf("\n%s: %s, %s\n", all.benchmark, cli_count(all.n, "row", "rows"),
           cli_count(all.clusters, "prompt", "prompts"));
  }
  print_whole(results, groups ? xy_results_stages(results) : most);
  print_legend(width);
  if (!groups) return;
  print_groups(results);
  print_rewardbench(results);
}
