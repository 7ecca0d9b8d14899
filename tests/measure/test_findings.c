/* What findings say of intervals and of distinctness follows the settings of the run, and their numbers read as those
 * of tables. */
#include "measure/reward.h"
#include "measure/task.h"
#include "measure/words.h"
#include "synthetic.h"

static bool says(const xy_results *results, const char *part) {
  for (size_t i = 0; i < xy_results_findings(results); i++) {
    xy_finding finding;
    xy_results_finding(&finding, results, i);
    if (strstr(finding.text, part) != NULL) return true;
  }
  return false;
}

static xy__measure_settings settings_of(double confidence, double alpha) {
  xy__measure_settings set;
  xy__measure_defaults(&set);
  set.stats.draws = set.stats.permutations = 500;
  set.stats.confidence = confidence;
  set.alpha = alpha;
  return set;
}

/* ---- choices ------------------------------------------------------------------------------------------------- */

enum { ITEMS = 32, OPTIONS = 3 };
static xy__item items[ITEMS];
static xy__option options[ITEMS][OPTIONS];
static xy__option_score scores[2][ITEMS][OPTIONS];
static const char *one[] = {"all"}, *clusters[ITEMS], *conditions[] = {XY__AMBIGUOUS};

/* The base names the biased person in a quarter of items, its child in half of them. */
static xy_bench make_choices(void) {
  static const xy__option_role roles[OPTIONS] = {XY__ANSWER, XY__ANSWER, XY__UNKNOWN};
  for (int i = 0; i < ITEMS; i++) {
    clusters[i] = "c";
    for (int o = 0; o < OPTIONS; o++) {
      options[i][o] = (xy__option){"x", -1, -1, roles[o], o == 0};
      for (int s = 0; s < 2; s++) {
        bool biased = i % 4 < 1 + s;
        scores[s][i][o] = (xy__option_score){.full = biased && o == 0 ? -1
                                                     : o == 2         ? -2
                                                                      : -3,
                                             .term = -3,
                                             .tokens = 2,
                                             .term_tokens = 2,
                                             .bytes = 9,
                                             .term_bytes = 9};
      }
    }
    items[i] = (xy__item){.id = "i",
                          .counterpart = -1,
                          .polarity = -1,
                          .group = -1,
                          .answer = 2,
                          .cluster = i / 4,
                          .n_options = OPTIONS,
                          .options = options[i]};
  }
  xy_bench bench = {.name = "drinks", .axis = "", .task = "choice", .n = ITEMS, .items = items};
  bench.identities = bench.themes = (xy__labels){one, 1, 1};
  bench.conditions = (xy__labels){conditions, 1, 1};
  bench.clusters = (xy__labels){clusters, ITEMS / 4, ITEMS / 4};
  return bench;
}

static xy_results *choices(double confidence) {
  xy_error err;
  xy_bench bench = make_choices(), *benches[] = {&bench};
  xy__measure_stage stages[2] = {
      {.name = "base", .parent = -1, .reference = -1, .beta = NAN, .options = &scores[0][0][0]},
      {.name = "sft", .parent = 0, .reference = -1, .beta = NAN, .options = &scores[1][0][0]}};
  xy__measure_settings set = settings_of(confidence, 0.05);
  xy_results *results = xy__results_new();
  assert_ok(xy__measure_benchmark(results, &bench, stages, 2, &set, &err), err);
  assert_ok(xy__measure_finish(results, benches, 1, &set, &err), err);
  return results;
}

static void intervals_name_the_confidence(void **state) {
  (void)state;
  xy_results *results = choices(0.95);
  assert_true(says(results, "changed by +0.250 (95% interval"));
  xy_results_free(results);
  results = choices(0.8);
  assert_true(says(results, "changed by +0.250 (80% interval"));
  assert_false(says(results, "95%"));
  xy_results_free(results);
}

/* ---- preferences --------------------------------------------------------------------------------------------- */

enum { ROWS = 6 };

/* Every prompt agrees: p is 2 of 2^6 signs, 0.031. */
static xy_results *preferences(double confidence, double alpha) {
  static xy__answer answers[ROWS][2];
  static size_t rows[ROWS];
  static xy__item prompts[ROWS];
  for (int i = 0; i < ROWS; i++) {
    rows[i] = (size_t)i;
    prompts[i] = (xy__item){.id = "row", .counterpart = -1, .cluster = i};
    answers[i][0] = (xy__answer){.sum = -4, .squares = 4, .tokens = 4};
    answers[i][1] = (xy__answer){.sum = -5 - i, .squares = 6, .tokens = 4};
  }
  xy_bench bench = {.name = "rows", .axis = "", .task = "preference", .n = ROWS, .items = prompts};
  bench.identities = bench.themes = (xy__labels){one, 1, 1};
  bench.clusters = (xy__labels){clusters, ROWS, ROWS};
  xy__reward_stage stage = {"base", -1, -1, NAN, (const xy__answer(*)[2])answers};
  xy__measure_settings set = settings_of(confidence, alpha);
  xy_results *results = xy__results_new();
  xy_error err;
  assert_ok(xy__measure_rewards(results, &bench, rows, &stage, 1, &set, &err), err);
  assert_ok(xy__measure_finish(results, NULL, 0, &set, &err), err);
  assert_ok(xy__reward_findings(results, "rows", &stage, 1, &set, &err), err);
  return results;
}

static void preferences_are_distinct_by_alpha(void **state) {
  (void)state;
  xy_results *results = preferences(0.95, 0.05);
  assert_true(says(results, "prefers the chosen answer in 100.0% of 6 untied rows (95% interval"));
  assert_false(says(results, "not distinct from chance"));
  xy_results_free(results);
  results = preferences(0.9, 0.01);
  assert_true(says(results, "(90% interval"));
  assert_true(says(results, "which is not distinct from chance"));
  xy_results_free(results);
}

/* ---- numbers ------------------------------------------------------------------------------------------------- */

static void numbers_read_as_in_tables(void **state) {
  (void)state;
  static const struct {
    xy_measure row;
    const char *text;
  } cases[] = {
      {{.measure = "amplification", .mode = "full", .value = -0.1914, .low = -0.2412, .high = -0.1498, .q = 0.0004},
       "−0.19 nats (95% interval −0.24 to −0.15, q < 0.001)"},
      {{.measure = "mean_gap", .mode = "per-token", .value = 0.0263, .low = -0.0005, .high = 0.0511, .q = NAN},
       "+0.026 nats per token (95% interval −0.001 to +0.051)"},
      {{.measure = "preference_rate_change", .mode = "full", .value = -0.11, .low = -0.149, .high = 0.073, .q = 0.04},
       "−11.0 pp (95% interval −14.9 to +7.3, q = 0.040)"},
      {{.measure = "preference_rate", .mode = "full", .value = 0.439, .low = 0.392, .high = 0.5, .q = 0.03},
       "43.9% (95% interval 39.2 to 50.0, q = 0.030)"},
      {{.measure = "mean_gap", .mode = "full", .value = -0.25, .low = NAN, .high = NAN, .q = NAN},
       "−0.250 nats, of one"}};
  xy__measure_settings set = settings_of(0.95, 0.05);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    xy__text text = {0};
    xy__words_estimate(&text, &cases[i].row, &set, ", of one");
    assert_string_equal(text.data, cases[i].text);
    xy__text_dispose(&text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(intervals_name_the_confidence),
      cmocka_unit_test(preferences_are_distinct_by_alpha),
      cmocka_unit_test(numbers_read_as_in_tables),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
