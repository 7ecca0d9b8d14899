/* The tables of an audit, for those who ask for them: of each benchmark the one in which its task is laid out
 * (xy_layout), then the axes side by side. Every number is as xy_results has it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* The row over all identities and themes; false where there is none. NULL matches anything. */
static bool find(xy_measure *out, const xy_results *results, const char *benchmark, const char *measure,
                 const char *mode, const char *stage, const char *against) {
  const xy_measure like = {.benchmark = benchmark,
                           .measure = measure,
                           .mode = mode,
                           .stage = stage,
                           .against = against,
                           .identity = "all",
                           .theme = "all"};
  return cli_measure(out, results, &like);
}

/* False for one that the results do not have. */
static bool benchmark_of(xy_results_bench *out, const xy_results *results, const char *name) {
  for (size_t b = 0; b < xy_results_benchmarks(results); b++) {
    xy_results_benchmark(out, results, b);
    if (strcmp(out->name, name) == 0) return true;
  }
  return false;
}

/* `line` is the row that the cell's line of the table stands for. */
static void cell(cli_table *table, const xy_results *results, const xy_measure *line, const xy_stage_info *stage,
                 const xy_layout_column *column) {
  xy_measure_kind kind;
  xy_measure m;
  bool found = xy_measure_kind_of(&kind, column->measure) && (!kind.is_change || stage->parent[0] != '\0') &&
               find(&m, results, line->benchmark, column->measure, kind.mode[0] != '\0' ? kind.mode : line->mode,
                    stage->name, kind.is_change ? stage->parent : NULL);
  if (!found) {
    cli_table_cell(table, "", NULL);
  } else if (column->shown == XY_SHOWN_VERDICT) {
    cli_table_cell(table, cli_verdict(&m), cli_verdict_color(m.verdict));
  } else {
    cli_table_cell(table, column->shown == XY_SHOWN_VALUE ? cli_value(&m) : cli_interval(&m), NULL);
  }
}

/* The i-th mode or rule of a benchmark's lines; NULL behind the last. */
static const char *mode_at(const xy_results_bench *bench, const xy_layout *layout, size_t i) {
  if (layout->every_mode) return xy_task_mode(bench->task, i);
  return i == 0 ? bench->gap_mode : NULL;
}

static void print_table(const xy_results *results, const xy_results_bench *bench, const xy_layout *layout) {
  cli_column *heads = cli_grow(NULL, layout->n_columns + 2, sizeof *heads);
  size_t n = 0;
  heads[n++] = (cli_column){"STAGE", CLI_NAME};
  if (layout->every_mode) heads[n++] = (cli_column){"RULE", CLI_LEFT};
  for (size_t c = 0; c < layout->n_columns; c++) {
    const xy_layout_column *column = &layout->columns[c];
    heads[n++] = (cli_column){column->title, column->shown == XY_SHOWN_VERDICT ? CLI_LEFT : CLI_RIGHT};
  }
  cli_table *table = cli_table_new(heads, n);
  free(heads);
  for (size_t s = 0; s < xy_results_stages(results); s++) {
    xy_stage_info stage;
    xy_results_stage(&stage, results, s);
    const char *mode;
    for (size_t i = 0; (mode = mode_at(bench, layout, i)) != NULL; i++) {
      xy_measure line;
      if (!find(&line, results, bench->name, layout->counted, mode, stage.name, NULL)) continue;
      cli_table_cell(table, stage.name, NULL);
      if (layout->every_mode) cli_table_cell(table, mode, NULL);
      for (size_t c = 0; c < layout->n_columns; c++) cell(table, results, &line, &stage, &layout->columns[c]);
    }
  }
  cli_table_print(table);
}

static void print_note(const xy_results *results, const xy_layout *layout, int width) {
  static const char unit[] = "{unit}";
  const char *at = strstr(layout->note, unit);
  const char *note = at == NULL ? layout->note
                                : cli_format("%.*s%s%s", (int)(at - layout->note), layout->note,
                                             xy_gap_unit(xy_results_headline_mode(results)), at + sizeof unit - 1);
  cli_wrap(stdout, note, 0, width);
}

/* " (3 ties)": items that prefer neither side, of those that `counted` is over. */
static const char *ties_of(const xy_results *results, const xy_measure *counted) {
  xy_measure rate;
  if (!find(&rate, results, counted->benchmark, "tie_rate", counted->mode, counted->stage, NULL)) return "";
  return cli_format(" (%s)", cli_count(llround(rate.value * (double)rate.n), "tie", "ties"));
}

/* Nothing where the benchmark's layout is not of those that `every_mode` says. */
static void print_benchmark(const xy_results *results, const char *name, bool every_mode, int width) {
  xy_results_bench bench;
  xy_layout layout;
  xy_measure m;
  if (!benchmark_of(&bench, results, name) || !xy_layout_of(&layout, bench.task) || layout.every_mode != every_mode ||
      !find(&m, results, bench.name, layout.counted, mode_at(&bench, &layout, 0), NULL, NULL)) {
    return;
  }
  if (every_mode) {
    printf("\n%s: %s of %s\n", bench.name, cli_count(m.clusters, "cluster", "clusters"), layout.items);
    print_note(results, &layout, width);
  } else {
    printf("\n%s: %s%s, %s, mode %s\n", bench.name, cli_count(m.n, layout.item, layout.items), ties_of(results, &m),
           cli_count(m.clusters, "cluster", "clusters"), xy_mode_label(m.mode));
  }
  print_table(results, &bench, &layout);
}

/* Benchmarks in the order of the long table, where a benchmark's rows stand together. */
static void print_benchmarks(const xy_results *results, bool every_mode, int width) {
  const char *last = "";
  for (size_t i = 0; i < xy_results_measures(results); i++) {
    xy_measure row;
    xy_results_measure(&row, results, i);
    if (strcmp(row.benchmark, last) == 0) continue;
    print_benchmark(results, row.benchmark, every_mode, width);
    last = row.benchmark;
  }
}

void cli_print_tables(const xy_results *results, int width) {
  xy_layout most;
  xy_layout_at(&most, 0);
  putchar('\n');
  print_note(results, &most, width);
  print_benchmarks(results, false, width);
  print_benchmarks(results, true, width);
  cli_print_axes(results, width);
}
