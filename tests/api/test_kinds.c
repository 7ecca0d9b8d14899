/* What the tables of measures and of layouts say, held against the results of a run with a benchmark of every task. */
#include "support.h"

static char folder[] = "/tmp/xylem-kinds-XXXXXX";
static xy_results *results;

static int audit(void **state) {
  (void)state;
  if (mkdtemp(folder) == NULL) return -1;
  char choice[4200], coref[4200];
  snprintf(choice, sizeof choice, "bbq=%s", tests_path("api/data/drinks.jsonl"));
  snprintf(coref, sizeof coref, "winobias=%s", tests_path("api/data/pro_type1.txt"));
  const char *benchmarks[] = {"stigma", "pronoun", choice, coref}, *stages[] = {"dpo"};
  const xy_audit_options options = {.runs = folder,
                                    .benchmarks = benchmarks,
                                    .n_benchmarks = 4,
                                    .only_stages = stages,
                                    .n_only_stages = 1,
                                    .limit = 4,
                                    .draws = 100};
  xy_family *family = NULL;
  xy_audit *opened = NULL;
  xy_error err = {0};
  int rc = xy_family_open(&family, "seedling", &err);
  if (rc == XY_OK) rc = xy_audit_open(&opened, family, &options, &err);
  if (rc == XY_OK) rc = xy_audit_run(&results, opened, &err);
  if (rc != XY_OK) print_error("%s\n", err.text);
  xy_audit_free(opened);
  xy_family_free(family);
  return rc;
}

static int drop(void **state) {
  (void)state;
  char command[64];
  xy_results_free(results);
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

/* Whether a list of names with spaces between has one. */
static bool has(const char *list, const char *name) {
  char spaced[200], wanted[100];
  snprintf(spaced, sizeof spaced, " %s ", list);
  snprintf(wanted, sizeof wanted, " %s ", name);
  return strstr(spaced, wanted) != NULL;
}

static xy_results_bench bench_of(const char *name) {
  xy_results_bench bench = {0};
  for (size_t i = 0; i < xy_results_benchmarks(results); i++) {
    xy_results_benchmark(&bench, results, i);
    if (strcmp(bench.name, name) == 0) return bench;
  }
  fail_msg("no benchmark %s", name);
  return bench;
}

static void every_row_is_as_its_kind_says(void **state) {
  (void)state;
  for (size_t i = 0; i < xy_results_measures(results); i++) {
    xy_measure row;
    xy_measure_kind kind;
    xy_results_measure(&row, results, i);
    if (!xy_measure_kind_of(&kind, row.measure)) fail_msg("no kind %s", row.measure);
    const char *task = bench_of(row.benchmark).task;
    if (!has(kind.tasks, task)) fail_msg("%s: %s is not among the tasks '%s'", row.measure, task, kind.tasks);
    assert_true(!kind.is_change || *row.against != '\0');
    assert_true(kind.tested || isnan(row.p));
    assert_true(kind.judged || kind.is_change || *row.verdict == '\0');
    if (isnan(row.value)) continue;
    if (strcmp(kind.unit, "share") == 0) assert_true(row.value >= 0 && row.value <= 1);
    if (kind.rate) assert_true(row.value >= -1 && row.value <= 1);
  }
}

static void every_change_is_a_kind(void **state) {
  (void)state;
  size_t changes = 0;
  for (size_t i = 0; i < xy_measure_kinds(); i++) {
    xy_measure_kind kind, change;
    xy_measure_kind_at(&kind, i);
    if (*kind.change == '\0') continue;
    if (!xy_measure_kind_of(&change, kind.change)) fail_msg("%s: no kind %s", kind.name, kind.change);
    assert_true(change.is_change && !kind.is_change);
    assert_string_equal(change.tasks, kind.tasks);
    changes++;
  }
  assert_true(changes > 0);
}

static void labels_say_what_changes(void **state) {
  (void)state;
  xy_measure_kind kind;
  assert_true(xy_measure_kind_of(&kind, "misgendering_rate_change"));
  assert_string_equal(kind.label, "misgendering rate");
  assert_true(xy_measure_kind_of(&kind, "s_amb"));
  assert_string_equal(kind.label, "s_amb");
  assert_false(xy_measure_kind_of(&kind, "gladness"));
}

static void every_headline_has_a_name(void **state) {
  (void)state;
  for (size_t i = 0; i < xy_results_benchmarks(results); i++) {
    xy_results_bench bench;
    xy_measure_kind kind;
    xy_results_benchmark(&bench, results, i);
    assert_true(xy_measure_kind_of(&kind, bench.measure));
    assert_true(*kind.head != '\0' && *kind.meaning != '\0');
    assert_string_equal(kind.change, bench.change);
  }
}

static bool is_there(const char *benchmark, const char *measure, const char *mode) {
  for (size_t i = 0; i < xy_results_measures(results); i++) {
    xy_measure row;
    xy_results_measure(&row, results, i);
    if (strcmp(row.benchmark, benchmark) == 0 && strcmp(row.measure, measure) == 0 && strcmp(row.mode, mode) == 0) {
      return true;
    }
  }
  return false;
}

static void every_column_of_a_layout_is_measured(void **state) {
  (void)state;
  for (size_t i = 0; i < xy_results_benchmarks(results); i++) {
    xy_results_bench bench;
    xy_layout layout;
    xy_results_benchmark(&bench, results, i);
    if (!xy_layout_of(&layout, bench.task)) fail_msg("%s has no layout", bench.task);
    const char *mode = layout.every_mode ? xy_task_mode(bench.task, 0) : bench.gap_mode;
    assert_true(is_there(bench.name, layout.counted, mode));
    assert_true(layout.n_columns > 0);
    for (size_t c = 0; c < layout.n_columns; c++) {
      xy_measure_kind kind;
      const char *measure = layout.columns[c].measure;
      assert_true(xy_measure_kind_of(&kind, measure));
      if (!is_there(bench.name, measure, *kind.mode != '\0' ? kind.mode : mode))
        fail_msg("%s: no %s", bench.name, measure);
    }
  }
  xy_layout none;
  assert_false(xy_layout_of(&none, "preference"));
  assert_false(xy_layout_of(&none, "pai"));
}

static void modes_of_a_task_end(void **state) {
  (void)state;
  assert_string_equal(xy_task_mode("pair", 0), "full");
  assert_string_equal(xy_task_mode("choice", 0), "three-way");
  assert_string_equal(xy_task_mode("pronoun", 3), "sentence");
  assert_null(xy_task_mode("pronoun", 4));
  assert_null(xy_task_mode("no task", 0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_row_is_as_its_kind_says),
      cmocka_unit_test(every_change_is_a_kind),
      cmocka_unit_test(labels_say_what_changes),
      cmocka_unit_test(every_headline_has_a_name),
      cmocka_unit_test(every_column_of_a_layout_is_measured),
      cmocka_unit_test(modes_of_a_task_end),
  };
  return cmocka_run_group_tests(tests, audit, drop);
}
