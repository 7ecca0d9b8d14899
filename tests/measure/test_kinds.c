/* The tables of measures and of modes against what runs write: every row has its kind and every kind its rows, task by
 * task, and so have the modes; and docs/measures.md has the tables. */
#include "base/file.h"
#include "measure/reward.h"
#include "measure/task.h"
#include "results/kinds.h"
#include "synthetic.h"

enum { ITEMS = 24, CONTROLS = 8, ASKED = ITEMS + CONTROLS, OPTIONS = 3, STAGES = 3 };

static const char *identities[] = {"tea", "milk"}, *themes[] = {"Drinks", "Food"},
                  *groups[] = {XY__BINARY_GROUP, "neo"}, *conditions[] = {XY__AMBIGUOUS, XY__DISAMBIGUATED},
                  *clusters[ITEMS];
static xy__item items[ASKED]; /* those of pairs have controls behind them */
static xy__option options[ASKED][OPTIONS];
static xy__side sides[STAGES][ASKED][2];
static xy__option_score scores[STAGES][ASKED][OPTIONS];
static xy__answer answers[STAGES][ASKED][2];
static size_t rows[ITEMS];

/* Items that can be those of every task. Of the first both sides, and both answers, are the same. */
static void make_items(void) {
  static const xy__option_role roles[OPTIONS] = {XY__ANSWER, XY__ANSWER, XY__UNKNOWN};
  for (int i = 0; i < ASKED; i++) {
    if (i < ITEMS) clusters[i] = "c";
    if (i < ITEMS) rows[i] = (size_t)i;
    for (int o = 0; o < OPTIONS; o++) options[i][o] = (xy__option){"x", 1, -1, roles[o], o == 0};
    items[i] = (xy__item){.id = "i",
                          .template = -1,
                          .identity = i % 2,
                          .theme = i / 2 % 2,
                          .counterpart = -1,
                          .condition = i / 4 % 2,
                          .polarity = -1,
                          .group = i % 2,
                          .answer = i % 2,
                          .cluster = i / 4,
                          .n_options = OPTIONS,
                          .options = options[i]};
  }
}

static void make_scores(int stage) {
  for (int i = 0; i < ASKED; i++) {
    for (int k = 0; k < 2; k++) {
      double x = k == 0 || i > 0 ? -20 + synthetic_normal() : sides[stage][i][0].full;
      sides[stage][i][k] = (xy__side){.full = x, .shared = x, .predicate = x, .tokens = 10, .bytes = 50};
      answers[stage][i][k] = (xy__answer){.sum = x, .squares = x * x, .tokens = 10};
    }
    for (int o = 0; o < OPTIONS; o++) {
      double x = -5 + synthetic_normal();
      scores[stage][i][o] = (xy__option_score){
          .full = x - 1, .term = x, .tokens = 3, .term_tokens = 1 + (i + o) % 2, .bytes = 9, .term_bytes = 4};
    }
  }
}

static xy_bench bench_of(const char *task) {
  size_t controls = strcmp(task, "pair") == 0 ? CONTROLS : 0;
  xy_bench bench = {.name = task, .axis = "", .n = ITEMS, .n_controls = controls, .items = items};
  bench.identities = (xy__labels){identities, 2, 2};
  bench.themes = (xy__labels){themes, 2, 2};
  bench.conditions = (xy__labels){conditions, 2, 2};
  bench.groups = (xy__labels){groups, 2, 2};
  bench.clusters = (xy__labels){clusters, ITEMS / 4, ITEMS / 4};
  bench.task = task;
  return bench;
}

static const char *const stage_names[STAGES] = {"base", "sft", "dpo"};
static const struct {
  int parent, reference;
  double beta;
} lineage[STAGES] = {{-1, -1, NAN}, {0, -1, NAN}, {1, 1, 0.1}};

/* Benchmarks named after their tasks, so that a row tells its task. */
static void measure(xy_results *results, const char *task, const xy__measure_settings *settings) {
  xy_error err;
  xy_bench bench = bench_of(task);
  if (strcmp(task, "preference") == 0) {
    xy__reward_stage stages[STAGES];
    for (int s = 0; s < STAGES; s++) {
      stages[s] = (xy__reward_stage){stage_names[s], lineage[s].parent, lineage[s].reference, lineage[s].beta,
                                     (const xy__answer(*)[2])answers[s]};
    }
    assert_ok(xy__measure_rewards(results, &bench, rows, stages, STAGES, settings, &err), err);
    return;
  }
  xy__measure_stage stages[STAGES];
  for (int s = 0; s < STAGES; s++) {
    stages[s] = (xy__measure_stage){.name = stage_names[s],
                                    .parent = lineage[s].parent,
                                    .reference = lineage[s].reference,
                                    .beta = lineage[s].beta,
                                    .sides = (const xy__side(*)[2])sides[s],
                                    .options = &scores[s][0][0]};
  }
  assert_ok(xy__measure_benchmark(results, &bench, stages, STAGES, settings, &err), err);
}

static xy_results *measured(void) {
  xy_results *results = xy__results_new();
  xy__measure_settings settings;
  xy__measure_defaults(&settings);
  settings.stats.draws = settings.stats.permutations = 100;
  synthetic_state = 5;
  make_items();
  for (int s = 0; s < STAGES; s++) make_scores(s);
  for (size_t t = 0; xy__tasks[t] != NULL; t++) measure(results, xy__tasks[t]->name, &settings);
  return results;
}

static void every_row_has_its_kind_and_mode(void **state) {
  (void)state;
  xy_results *results = measured();
  for (size_t i = 0; i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    const xy__kind *kind = xy__kind_of(row->measure);
    if (kind == NULL || !xy__names_have(kind->tasks, row->benchmark)) {
      fail_msg("%s: no kind of measure of task %s", row->measure, row->benchmark);
    }
    if (*row->mode != '\0' && xy__mode_of(row->benchmark, row->mode) == NULL) {
      fail_msg("%s: no mode %s of task %s", row->measure, row->mode, row->benchmark);
    }
    if (xy__kind_changed(row->measure) != NULL && !kind->is_change) fail_msg("%s: no change?", row->measure);
    if (kind->is_change) assert_string_not_equal(row->against, "");
    if (!isnan(row->p)) assert_true(kind->tested);
  }
  xy_results_free(results);
}

static void every_kind_is_written_by_each_of_its_tasks(void **state) {
  (void)state;
  xy_results *results = measured();
  for (size_t k = 0; k < xy__kinds_n; k++) {
    bool any = false;
    for (size_t t = 0; xy__tasks[t] != NULL; t++) {
      if (!xy__names_have(xy__kinds[k].tasks, xy__tasks[t]->name)) continue;
      any = true;
      const xy_measure *row =
          xy__results_find(results, xy__tasks[t]->name, xy__kinds[k].name, NULL, NULL, NULL, NULL, NULL);
      if (row == NULL) fail_msg("%s: no row of task %s", xy__kinds[k].name, xy__tasks[t]->name);
    }
    if (!any) fail_msg("%s: no task has it", xy__kinds[k].name);
  }
  for (size_t m = 0; m < xy__modes_n; m++) {
    for (size_t t = 0; xy__tasks[t] != NULL; t++) {
      if (!xy__names_have(xy__modes[m].tasks, xy__tasks[t]->name)) continue;
      const xy_measure *row =
          xy__results_find(results, xy__tasks[t]->name, NULL, xy__modes[m].name, NULL, NULL, NULL, NULL);
      if (row == NULL) fail_msg("%s: no row of task %s", xy__modes[m].name, xy__tasks[t]->name);
    }
  }
  xy_results_free(results);
}

/* The mode in front of a measure is one that its rows have. */
static void every_kind_has_a_row_in_front(void **state) {
  (void)state;
  xy_results *results = measured();
  for (size_t k = 0; k < xy__kinds_n; k++) {
    for (size_t t = 0; xy__tasks[t] != NULL; t++) {
      if (!xy__names_have(xy__kinds[k].tasks, xy__tasks[t]->name)) continue;
      const char *front = xy__mode_front(xy__kinds[k].name, xy__tasks[t]->name, "full");
      const xy_measure *row =
          xy__results_find(results, xy__tasks[t]->name, xy__kinds[k].name, front, NULL, NULL, NULL, NULL);
      if (row == NULL) fail_msg("%s: no row of task %s in mode '%s'", xy__kinds[k].name, xy__tasks[t]->name, front);
    }
  }
  xy_results_free(results);
}

/* ---- the documentation ------------------------------------------------------------------------------------- */

/* A cell; an empty one is one space. */
static void add_cell(xy__text *out, const char *around, const char *text) {
  xy__text_addf(out, *text != '\0' ? "| %s%s%s " : "| %.0s%s%.0s", around, text, around);
}

static void add_kind(xy__text *out, const xy__kind *kind) {
  char parity[32] = "";
  if (!isnan(kind->parity)) snprintf(parity, sizeof parity, "%g", kind->parity);
  add_cell(out, "`", kind->name);
  add_cell(out, "", kind->tasks);
  add_cell(out, "", xy__unit_name(kind->unit));
  add_cell(out, "", parity);
  add_cell(out, "`", kind->change != NULL ? kind->change : "");
  add_cell(out, "", kind->tested ? "yes" : "");
  xy__text_add(out, "|\n");
}

static void add_mode(xy__text *out, const xy__mode_row *mode) {
  add_cell(out, "`", mode->name);
  add_cell(out, "", mode->tasks);
  add_cell(out, "", mode->unit);
  add_cell(out, "", mode->by_token ? "yes" : "");
  add_cell(out, "", mode->held ? "yes" : "");
  xy__text_add(out, "|\n");
}

static void has_table(const char *path, const xy__text *table) {
  char *text;
  size_t bytes;
  xy_error err;
  assert_ok(xy__file_read_bytes(&text, &bytes, path, &err), err);
  bool found = strstr(text, table->data) != NULL;
  free(text);
  if (found) return;
  (void)fputs(table->data, stderr); /* cmocka cuts long messages */
  fail_msg("%s: expected the table above", path);
}

static void the_documentation_has_both_tables(void **state) {
  (void)state;
  xy__text table = {0};
  xy__text_add(&table, "| measure | tasks | unit | no effect | its change | tested |\n|---|---|---|---|---|---|\n");
  for (size_t k = 0; k < xy__kinds_n; k++) add_kind(&table, &xy__kinds[k]);
  xy__text_add(&table, "\n");
  has_table(root_path("docs/measures.md"), &table);
  xy__text_clear(&table);
  xy__text_add(&table,
               "| mode or rule | tasks | unit of gaps | needs tokens | held against the first |\n"
               "|---|---|---|---|---|\n");
  for (size_t m = 0; m < xy__modes_n; m++) add_mode(&table, &xy__modes[m]);
  xy__text_add(&table, "\n");
  has_table(root_path("docs/measures.md"), &table);
  xy__text_dispose(&table);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_row_has_its_kind_and_mode),
      cmocka_unit_test(every_kind_is_written_by_each_of_its_tasks),
      cmocka_unit_test(every_kind_has_a_row_in_front),
      cmocka_unit_test(the_documentation_has_both_tables),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
