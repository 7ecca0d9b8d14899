/* What `xylem audit` prints: the plan, and the results, every number as xy_results has it. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "cli.h"

int cli_print_file(const char *folder, const char *name) {
  char path[4096], block[65536];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    cli_message("%s: cannot read: %s", path, strerror(errno));
    return CLI_FAILED;
  }
  for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;) fwrite(block, 1, got, stdout);
  int code = ferror(file) ? CLI_FAILED : CLI_OK;
  if (code != CLI_OK) cli_message("%s: cannot read: %s", path, strerror(errno));
  fclose(file);
  return code;
}

/* ---- the plan ------------------------------------------------------------------------------------------ */

void cli_print_plan(const xy_plan *plan) {
  static const cli_column columns[] = {{"STAGE", CLI_NAME},   {"REQUESTS", CLI_RIGHT}, {"STORED", CLI_RIGHT},
                                       {"NODES", CLI_RIGHT},  {"WALKS", CLI_RIGHT},    {"FLOP", CLI_RIGHT},
                                       {"MEMORY", CLI_RIGHT}, {"TIME", CLI_RIGHT}};
  cli_table *table = cli_table_new(columns, sizeof columns / sizeof *columns);
  int64_t tokens = 0, nodes = 0, read = 0;
  for (size_t i = 0; i < plan->n_stages; i++) {
    const xy_plan_stage *s = &plan->stages[i];
    cli_table_cell(table, s->stage, NULL);
    cli_table_cell(table, cli_grouped(s->requests), NULL);
    cli_table_cell(table, cli_grouped(s->stored), NULL);
    cli_table_cell(table, cli_grouped(s->nodes), NULL);
    cli_table_cell(table, cli_grouped(s->walks), NULL);
    cli_table_cell(table, cli_scaled(s->flops), NULL);
    cli_table_cell(table, cli_bytes(s->memory), NULL);
    cli_table_cell(table, cli_time(s->seconds), NULL);
    tokens += s->tokens;
    nodes += s->nodes;
    read += s->weight_bytes * s->walks;
  }
  cli_table_print(table);
  printf("\nitems          %s\n", cli_grouped(plan->items));
  if (nodes > 0) {
    printf("tokens         %s, %.1f for each node that is computed\n", cli_grouped(tokens),
           (double)tokens / (double)nodes);
  }
  printf("weights read   %s\n", cli_bytes(read));
  printf("memory         %s\n", cli_bytes(plan->memory));
  printf("disk           %s\n", cli_bytes(plan->disk));
  printf("time           about %s\n", cli_time(plan->seconds));
}

static void int_member(const char *key, int64_t value) { printf("\"%s\": %lld, ", key, (long long)value); }

void cli_print_plan_json(const xy_plan *plan) {
  printf("{");
  int_member("items", plan->items);
  int_member("memory", plan->memory);
  int_member("disk", plan->disk);
  fputs("\"seconds\": ", stdout);
  cli_put_double(stdout, plan->seconds);
  fputs(", \"stages\": [", stdout);
  for (size_t i = 0; i < plan->n_stages; i++) {
    const xy_plan_stage *s = &plan->stages[i];
    fputs(i > 0 ? ",\n {\"stage\": " : "\n {\"stage\": ", stdout);
    cli_put_json(stdout, s->stage);
    fputs(", ", stdout);
    int_member("requests", s->requests);
    int_member("stored", s->stored);
    int_member("tokens", s->tokens);
    int_member("nodes", s->nodes);
    int_member("walks", s->walks);
    int_member("memory", s->memory);
    int_member("weight_bytes", s->weight_bytes);
    fputs("\"flops\": ", stdout);
    cli_put_double(stdout, s->flops);
    fputs(", \"seconds\": ", stdout);
    cli_put_double(stdout, s->seconds);
    putchar('}');
  }
  puts("]}");
}

/* ---- the results --------------------------------------------------------------------------------------- */

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

static void stage_row(cli_table *table, const xy_results *results, const char *benchmark, const xy_stage_info *stage) {
  const char *mode = xy_results_headline_mode(results);
  xy_measure m;
  if (!find(&m, results, benchmark, "preference_rate", mode, stage->name, NULL)) return;
  cli_table_cell(table, stage->name, NULL);
  cli_table_cell(table, cli_percent(&m), NULL);
  bool gap = find(&m, results, benchmark, "mean_gap", mode, stage->name, NULL);
  cli_table_cell(table, gap ? cli_gap(mode, m.value) : "", NULL);
  bool change =
      stage->parent[0] != '\0' && find(&m, results, benchmark, "amplification", mode, stage->name, stage->parent);
  cli_table_cell(table, change ? cli_signed(&m) : "", NULL);
  cli_table_cell(table, change ? m.verdict : "", change ? cli_verdict_color(m.verdict) : NULL);
  bool reward = find(&m, results, benchmark, "reward_preference_rate", "full", stage->name, NULL);
  cli_table_cell(table, reward ? cli_format("%.1f%%", 100 * m.value) : "", NULL);
}

static void print_benchmark(const xy_results *results, const xy_measure *any) {
  static const cli_column columns[] = {{"STAGE", CLI_NAME},   {"PREFERENCE [95%]", CLI_RIGHT},
                                       {"GAP", CLI_RIGHT},    {"CHANGE [95%]", CLI_RIGHT},
                                       {"VERDICT", CLI_LEFT}, {"REWARD", CLI_RIGHT}};
  cli_table *table = cli_table_new(columns, sizeof columns / sizeof *columns);
  for (size_t s = 0; s < xy_results_stages(results); s++) {
    xy_stage_info stage;
    xy_results_stage(&stage, results, s);
    stage_row(table, results, any->benchmark, &stage);
  }
  printf("\n%s: %s pairs, %s clusters\n", any->benchmark, cli_grouped(any->n), cli_grouped(any->clusters));
  cli_table_print(table);
}

/* ---- benchmarks that are no pairs ---- */

/* A column: a measure, its change, or the verdict on the change. */
typedef struct modality_column {
  cli_column head;
  const char *measure;
  bool change, percent, verdict, plain; /* plain: without its interval */
} modality_column;

/* A table of one kind of benchmark, a line per stage and rule, told by the measure that only it has. */
typedef struct modality {
  const char *own, *items, *note;
  const char *rules[5];
  modality_column columns[6];
} modality;

static const modality modalities[] = {
    {"s_amb",
     "questions",
     "ACC A: accuracy where the context leaves the answer open; ACC D: where it gives it. S_AMB and S_DIS: bias scores "
     "from -1 to 1, \"none\" where no answer named a person; CHANGE: of S_AMB, from the parent stage.",
     {"three-way", "three-way-per-byte", "lm-eval", NULL},
     {{{"ACC A", CLI_RIGHT}, "accuracy_ambiguous", false, true, false, true},
      {{"ACC D", CLI_RIGHT}, "accuracy_disambiguated", false, true, false, true},
      {{"S_AMB", CLI_RIGHT}, "s_amb", false, false, false, true},
      {{"S_DIS", CLI_RIGHT}, "s_dis", false, false, false, true},
      {{"CHANGE", CLI_RIGHT}, "s_amb_change", true, false, false, true},
      {{"VERDICT", CLI_LEFT}, "s_amb_change", true, false, true}}},
    {"misgendering_rate",
     "items",
     "MISGENDERED is the share in which another pronoun wins over the declared one, GAP by how much accuracy is higher "
     "for binary pronouns; RULE how pronouns of different length are compared.",
     {"summed", "per-token", "per-byte", "sentence", NULL},
     {{{"MISGENDERED", CLI_RIGHT}, "misgendering_rate", false, true, false},
      {{"GAP", CLI_RIGHT}, "binary_gap", false, true, false, true},
      {{"CHANGE", CLI_RIGHT}, "misgendering_rate_change", true, true, false},
      {{"VERDICT", CLI_LEFT}, "misgendering_rate_change", true, false, true}}},
};

static void modality_cell(cli_table *table, const xy_results *results, const char *benchmark, const char *rule,
                          const xy_stage_info *stage, const modality_column *column) {
  xy_measure m;
  const char *against = column->change ? stage->parent : "";
  bool found = (!column->change || stage->parent[0] != '\0') &&
               find(&m, results, benchmark, column->measure, rule, stage->name, against);
  if (!found) {
    cli_table_cell(table, "", NULL);
  } else if (column->verdict) {
    cli_table_cell(table, m.verdict, cli_verdict_color(m.verdict));
  } else if (isnan(m.value)) {
    cli_table_cell(table, "none", NULL);
  } else if (column->plain) {
    cli_table_cell(table, column->percent ? cli_format("%.1f%%", 100 * m.value) : cli_format("%+.2f", m.value), NULL);
  } else if (column->percent && column->change) {
    cli_table_cell(table, cli_format("%+.1f", 100 * m.value), NULL);
  } else {
    cli_table_cell(table, column->percent ? cli_percent(&m) : cli_signed(&m), NULL);
  }
}

static void print_modality(const xy_results *results, const xy_measure *any, const modality *kind, int width) {
  cli_column heads[2 + sizeof kind->columns / sizeof *kind->columns] = {{"STAGE", CLI_NAME}, {"RULE", CLI_LEFT}};
  size_t n = 0;
  while (n < sizeof kind->columns / sizeof *kind->columns && kind->columns[n].measure != NULL) n++;
  for (size_t c = 0; c < n; c++) heads[c + 2] = kind->columns[c].head;
  cli_table *table = cli_table_new(heads, n + 2);
  for (size_t s = 0; s < xy_results_stages(results); s++) {
    xy_stage_info stage;
    xy_results_stage(&stage, results, s);
    for (size_t r = 0; kind->rules[r] != NULL; r++) {
      xy_measure m;
      if (!find(&m, results, any->benchmark, kind->own, kind->rules[r], stage.name, NULL)) continue;
      cli_table_cell(table, stage.name, NULL);
      cli_table_cell(table, kind->rules[r], NULL);
      for (size_t c = 0; c < n; c++) {
        modality_cell(table, results, any->benchmark, kind->rules[r], &stage, &kind->columns[c]);
      }
    }
  }
  printf("\n%s: %s clusters of %s\n", any->benchmark, cli_grouped(any->clusters), kind->items);
  cli_wrap(stdout, kind->note, 0, width);
  cli_table_print(table);
}

static void print_modalities(const xy_results *results, int width) {
  const char *benchmark = "";
  for (size_t i = 0; i < xy_results_measures(results); i++) {
    xy_measure m;
    xy_results_measure(&m, results, i);
    for (size_t k = 0; k < sizeof modalities / sizeof *modalities; k++) {
      if (strcmp(m.measure, modalities[k].own) != 0 || strcmp(m.benchmark, benchmark) == 0) continue;
      print_modality(results, &m, &modalities[k], width);
      benchmark = m.benchmark;
    }
  }
}

void cli_print_results(const xy_results *results) {
  int width = cli_width(stdout) < 100 ? cli_width(stdout) : 100;
  const char *mode = xy_results_headline_mode(results);
  printf("family %s, mode %s\n", xy_results_family(results), mode);
  cli_wrap(stdout,
           cli_format("PREFERENCE is the share of pairs in which the model prefers the target text (50%% is parity), "
                      "GAP its mean advantage in %s, CHANGE what the step from the parent stage added to the gap, "
                      "REWARD the share of pairs in which the implicit reward prefers it.",
                      xy_gap_unit(mode)),
           0, width);
  const char *benchmark = "";
  for (size_t i = 0; i < xy_results_measures(results); i++) { /* a benchmark's rows stand together */
    xy_measure m;
    xy_results_measure(&m, results, i);
    bool headline = strcmp(m.measure, "preference_rate") == 0 && strcmp(m.mode, mode) == 0 &&
                    strcmp(m.identity, "all") == 0 && strcmp(m.theme, "all") == 0;
    if (!headline || strcmp(m.benchmark, benchmark) == 0) continue;
    print_benchmark(results, &m);
    benchmark = m.benchmark;
  }
  print_modalities(results, width);
  cli_print_axes(results, width);
  cli_print_findings(results, width);
  printf("\nresults  %s/results.json\nreport   %s/report.html\n", xy_results_directory(results),
         xy_results_directory(results));
}
