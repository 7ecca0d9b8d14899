/* The table in which the axes of a run stand side by side: what every step changed on the benchmarks of binary gender,
 * of gender diversity, and of the others, each by its headline measure (xy_results_bench). A row is a benchmark; a
 * table shows one step, or as many as the terminal is wide enough for.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* Columns of text that the first two columns take with short names, and each step. */
enum { NAMES_WIDTH = 30, STEP_WIDTH = 54, STEP_COLUMNS = 4 };

/* What the measure that stands for a benchmark is called in the column MEASURE; false where none does. */
static bool headline_of(xy_measure_kind *out, const xy_results_bench *bench) {
  return xy_measure_kind_of(out, bench->measure) && out->head[0] != '\0';
}

static const char *q_text(double q) {
  if (isnan(q)) return "";
  return q < 0.001 ? "<0.001" : cli_format("%.3f", q);
}

/* A stage's value, and what its step from the parent changed: four cells. */
static void step_cells(cli_table *table, const xy_results *results, const xy_results_bench *bench,
                       const xy_stage_info *stage) {
  xy_measure level, change;
  bool there = cli_measure(&level, results,
                           &(xy_measure){.benchmark = bench->name,
                                         .measure = bench->measure,
                                         .mode = bench->mode,
                                         .stage = stage->name,
                                         .identity = "all",
                                         .theme = "all"});
  bool changed = cli_measure(&change, results,
                             &(xy_measure){.benchmark = bench->name,
                                           .measure = bench->change,
                                           .mode = bench->mode,
                                           .stage = stage->name,
                                           .against = stage->parent,
                                           .identity = "all",
                                           .theme = "all"});
  cli_table_cell(table, there ? cli_value(&level) : "", NULL);
  bool valued = changed && !isnan(change.value);
  cli_table_cell(table, valued ? cli_interval(&change) : "", NULL);
  cli_table_cell(table, valued ? q_text(change.q) : "", NULL);
  cli_table_cell(table, changed ? cli_verdict(&change) : "", changed ? cli_verdict_color(change.verdict) : NULL);
}

/* A line with the axis alone. */
static void axis_row(cli_table *table, const char *axis, size_t steps) {
  cli_table_cell(table, axis[0] != '\0' ? axis : "no axis", NULL);
  for (size_t c = 0; c < 1 + steps * STEP_COLUMNS; c++) cli_table_cell(table, "", NULL);
}

static void print_steps(const xy_results *results, const xy_stage_info *steps, size_t n) {
  cli_column *columns = cli_grow(NULL, 2 + n * STEP_COLUMNS, sizeof *columns);
  columns[0] = (cli_column){"BENCHMARK", CLI_NAME};
  columns[1] = (cli_column){"MEASURE", CLI_LEFT};
  for (size_t s = 0; s < n; s++) {
    cli_column *step = columns + 2 + s * STEP_COLUMNS;
    step[0] = (cli_column){steps[s].name, CLI_RIGHT};
    step[1] = (cli_column){"CHANGE [95%]", CLI_RIGHT};
    step[2] = (cli_column){"Q", CLI_RIGHT};
    step[3] = (cli_column){"VERDICT", CLI_LEFT};
  }
  cli_table *table = cli_table_new(columns, 2 + n * STEP_COLUMNS);
  free(columns);
  const char *axis = NULL;
  for (size_t b = 0; b < xy_results_benchmarks(results); b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, results, b);
    xy_measure_kind kind;
    if (!headline_of(&kind, &bench)) continue;
    if (axis == NULL || strcmp(axis, bench.axis) != 0) axis_row(table, bench.axis, n);
    axis = bench.axis;
    cli_table_cell(table, cli_format("  %s", bench.name), NULL);
    cli_table_cell(table, kind.head, NULL);
    for (size_t s = 0; s < n; s++) step_cells(table, results, &bench, &steps[s]);
  }
  for (size_t s = 0; s < n; s++) printf("%sfrom %s to %s", s == 0 ? "\n" : ", ", steps[s].parent, steps[s].name);
  putchar('\n');
  cli_table_print(table);
}

static bool any_on_axis(const xy_results *results, const char *axis) {
  bool found = false;
  for (size_t b = 0; b < xy_results_benchmarks(results) && !found; b++) found = xy_results_on_axis(results, b, axis);
  return found;
}

static bool any_read_by(const xy_results *results, const char *measure) {
  for (size_t b = 0; b < xy_results_benchmarks(results); b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, results, b);
    if (strcmp(bench.measure, measure) == 0) return true;
  }
  return false;
}

static void print_legend(const xy_results *results, int width) {
  const char *text = "Every step on every benchmark, by its axis. MEASURE is what the value, its change and q are of:";
  const char *separator = " ";
  for (size_t i = 0; i < xy_measure_kinds(); i++) {
    xy_measure_kind kind;
    xy_measure_kind_at(&kind, i);
    if (kind.head[0] == '\0' || !any_read_by(results, kind.name)) continue;
    bool gap = strcmp(kind.unit, "nats") == 0;
    text = cli_format("%s%s%s%s", text, separator, kind.meaning,
                      gap ? xy_gap_unit(xy_results_headline_mode(results)) : "");
    separator = "; ";
  }
  cli_wrap(stdout,
           cli_format("%s. Q is corrected for all comparisons of its measure in this run; " XY_DEPENDS_MARK
                      " marks a verdict that depends on the mode or the rule.",
                      text),
           0, width);
}

static void print_missing(const xy_results *results, int width) {
  static const struct {
    const char *axis, *unsaid, *builtin;
  } axes[] = {{"binary-gender", "what popular benchmarks would have shown", "binary-gender"},
              {"gender-diverse", "gender-diverse people", "stigma"}};
  for (size_t i = 0; i < sizeof axes / sizeof *axes; i++) {
    if (any_on_axis(results, axes[i].axis)) continue;
    cli_wrap(stdout,
             cli_format("No benchmark of this run is on the axis %s, so nothing can be said about %s; the built-in "
                        "benchmark %s is on it.",
                        axes[i].axis, axes[i].unsaid, axes[i].builtin),
             0, width);
  }
}

void cli_print_axes(const xy_results *results, int width) {
  size_t stages = xy_results_stages(results), n = 0;
  xy_stage_info *steps = cli_grow(NULL, stages, sizeof *steps);
  for (size_t s = 0; s < stages; s++) {
    xy_results_stage(&steps[n], results, s);
    n += steps[n].parent[0] != '\0';
  }
  size_t together = (size_t)cli_width(stdout) > NAMES_WIDTH + 2 * STEP_WIDTH
                        ? ((size_t)cli_width(stdout) - NAMES_WIDTH) / STEP_WIDTH
                        : 1;
  if (n > 0) {
    printf("\nside by side\n");
    print_legend(results, width);
    for (size_t s = 0; s < n; s += together) print_steps(results, steps + s, n - s < together ? n - s : together);
    print_missing(results, width);
  }
  free(steps);
}
