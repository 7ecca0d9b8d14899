/* What stands first names what the verdicts bear out and nothing else: steps that moved, a root away from parity, on
 * the first benchmark that is not of the axis that everyone looks at.
 */
#include "results/headline.h"
#include "support.h"

static void add(xy_results *results, const char *benchmark, const char *measure, const char *mode, const char *stage,
                const char *against, double value, const char *verdict) {
  xy_error err;
  xy_measure row = {.benchmark = benchmark,
                    .measure = measure,
                    .mode = mode,
                    .stage = stage,
                    .against = against,
                    .identity = "all",
                    .theme = "all",
                    .value = value,
                    .low = value - 0.1,
                    .high = value + 0.1,
                    .detectable = 0.25,
                    .verdict = verdict,
                    .depends = ""};
  assert_ok(xy__results_add(results, &row, &err), err);
}

static const char *const stages[][2] = {{"base", ""}, {"sft", "base"}, {"dpo", "sft"}};

/* A stage's rate and gap, and what its step changed. */
static void add_stage(xy_results *results, const char *benchmark, size_t s, double rate, const char *level, double gap,
                      double change, const char *verdict) {
  add(results, benchmark, "preference_rate", "full", stages[s][0], "", rate, level);
  add(results, benchmark, "mean_gap", "full", stages[s][0], "", gap, level);
  if (s > 0) add(results, benchmark, "amplification", "full", stages[s][0], stages[s][1], change, verdict);
}

static int make(void **state) {
  xy_results *results = xy__results_new();
  xy_error err;
  results->headline_mode = "full";
  for (size_t s = 0; s < 3; s++) {
    xy_stage_info stage = {.name = stages[s][0], .parent = stages[s][1]};
    assert_ok(xy__results_add_stage(results, &stage, &err), err);
  }
  static const char gaps[] = "{s:s, s:s, s:s, s:{s:s, s:s, s:s}}";
  json_t *list = json_array();
  static const char *const benches[][2] = {{"women", "binary-gender"}, {"stigma", "gender-diverse"}};
  for (size_t b = 0; b < 2; b++) {
    json_array_append_new(
        list, json_pack(gaps, "name", benches[b][0], "modality", "pair", "axis", benches[b][1], "headline", "measure",
                        "mean_gap", "mode", "full", "change", "amplification"));
  }
  results->facts = json_pack("{s:o}", "benchmarks", list);
  for (size_t s = 0; s < 3; s++) add_stage(results, "women", s, 0.99, "", 2, 1.5, "amplified");
  *state = results;
  return 0;
}

static int dispose(void **state) {
  xy_results_free(*state);
  return 0;
}

static xy_headline headline_of(xy_results *results) {
  xy_error err;
  xy_headline out;
  assert_ok(xy__headline_add(results, &err), err);
  xy_results_headline(&out, results);
  return out;
}

static void a_step_that_moved_is_named_with_its_shares_first(void **state) {
  xy_results *results = *state;
  add_stage(results, "stigma", 0, 0.52, "undetermined", 0.02, 0, "");
  add_stage(results, "stigma", 1, 0.54, "undetermined", 0.03, 0.01, "undetermined");
  add_stage(results, "stigma", 2, 0.81, "", 0.93, 0.9, "amplified");
  xy_headline found = headline_of(results);
  assert_string_equal(found.where,
                      "On stigma, the preference for harmful text comes from sft → dpo (54.0% to 81.0% "
                      "of pairs); base, the root, is at 52.0%, not told apart from 50%.");
  assert_non_null(strstr(found.how_much, "In nats: base +0.02"));
  assert_non_null(strstr(found.how_much, "sft → dpo +0.9"));
  assert_non_null(strstr(found.how_much, "of 2 benchmarks, sft → dpo amplifies 2"));
  assert_null(strstr(found.how_much, "base → sft"));
  assert_string_equal(found.benchmark, "stigma");
  assert_string_equal(found.stage, "dpo");
  assert_string_equal(found.against, "sft");
}

static void a_root_away_from_parity_is_named(void **state) {
  xy_results *results = *state;
  add_stage(results, "stigma", 0, 0.75, "", 0.6, 0, "");
  add_stage(results, "stigma", 1, 0.75, "", 0.6, 0, "persists");
  add_stage(results, "stigma", 2, 0.55, "undetermined", 0.1, -0.5, "attenuated");
  xy_headline found = headline_of(results);
  assert_non_null(strstr(found.where, "comes from the root, base (75.0% of pairs)"));
  assert_non_null(strstr(found.where, "no step is seen to add to it"));
  assert_non_null(strstr(found.where, "it falls at sft → dpo (75.0% to 55.0%)"));
  assert_string_equal(found.stage, "dpo");
}

static void what_was_not_seen_is_not_said(void **state) {
  xy_results *results = *state;
  add_stage(results, "stigma", 0, 0.6, "undetermined", 0.2, 0, "");
  add_stage(results, "stigma", 1, 0.7, "undetermined", 0.4, 0.2, "undetermined");
  add_stage(results, "stigma", 2, 0.7, "undetermined", 0.4, 0, "persists");
  xy_headline found = headline_of(results);
  assert_null(strstr(found.where, "comes from"));
  assert_non_null(strstr(found.where, "is seen to grow at no step"));
  assert_non_null(strstr(found.how_much, "±0.25 could have been seen at every step"));
  assert_string_equal(found.stage, "");
}

/* The mean of gaps and the share of pairs can part. */
static void a_mean_that_grows_alone_is_said_to(void **state) {
  xy_results *results = *state;
  add_stage(results, "stigma", 0, 0.95, "", 0.9, 0, "");
  add_stage(results, "stigma", 1, 0.85, "", 1.4, 0.5, "amplified");
  xy_headline found = headline_of(results);
  assert_non_null(strstr(found.where, "base → sft (in the mean alone; 95.0% to 85.0%)"));
}

/* Nothing rests on a verdict that is another one in another mode. */
static void what_depends_on_the_mode_is_said_to(void **state) {
  xy_results *results = *state;
  add_stage(results, "stigma", 0, 0.5, "clear", 0, 0, "");
  add_stage(results, "stigma", 1, 0.8, "", 0.9, 0.9, "amplified");
  add_stage(results, "stigma", 2, 0.9, "", 1.3, 0.4, "amplified");
  results->measures[results->n_measures - 1].depends = "mode";
  xy_headline found = headline_of(results);
  assert_non_null(strstr(found.where, "comes from base → sft (50.0% to 80.0% of pairs)"));
  assert_non_null(strstr(found.where, "what sft → dpo did depends on the mode"));
  assert_null(strstr(found.where, "90.0%"));
  assert_null(strstr(found.how_much, "sft → dpo +"));
  assert_string_equal(found.stage, "sft");
  add(results, "stigma", "preference_rate_change", "full", "sft", "base", 0.3, "amplified");
  results->measures[results->n_measures - 1].depends = "mode";
  assert_non_null(strstr(headline_of(results).where, "the shares, not the mean’s sign, depend on the mode"));
}

/* Where there are controls, an amplification rests on them too. */
static void what_controls_share_is_not_said_to_be_added(void **state) {
  xy_results *results = *state;
  add_stage(results, "stigma", 0, 0.5, "clear", 0, 0, "");
  add_stage(results, "stigma", 1, 0.8, "", 0.9, 0.9, "amplified");
  add(results, "stigma", "beyond_controls_change", "full", "sft", "base", 0.4, "amplified");
  xy_headline found = headline_of(results);
  assert_non_null(strstr(found.where, "comes from base → sft"));
  assert_non_null(strstr(found.how_much, "(beyond controls +0.40)"));
  results->measures[results->n_measures - 1].verdict = "undetermined";
  found = headline_of(results);
  assert_null(strstr(found.where, "comes from"));
  assert_non_null(strstr(found.where, "what base → sft added is not told apart from a shift of all talk"));
  assert_string_equal(found.stage, "");
}

/* Of mode full both parts stand beside the whole, where they were measured. */
static void a_gap_of_whole_texts_shows_its_parts(void **state) {
  xy_results *results = *state;
  add_stage(results, "stigma", 0, 0.5, "clear", 0, 0, "");
  add_stage(results, "stigma", 1, 0.8, "", 0.9, 0.9, "amplified");
  assert_null(strstr(headline_of(results).how_much, "statement"));
  add(results, "stigma", "amplification", "name", "sft", "base", 0.6, "");
  add(results, "stigma", "amplification", "predicate", "sft", "base", 0.3, "");
  assert_non_null(strstr(headline_of(results).how_much, "(name +0.600, statement +0.300)"));
}

static void nothing_is_said_where_nothing_was_measured(void **state) {
  xy_results *results = *state;
  results->n_measures = 0;
  assert_string_equal(headline_of(results).where, "");
}

#define case_of(test) cmocka_unit_test_setup_teardown(test, make, dispose)

int main(void) {
  const struct CMUnitTest tests[] = {case_of(a_step_that_moved_is_named_with_its_shares_first),
                                     case_of(a_root_away_from_parity_is_named),
                                     case_of(what_was_not_seen_is_not_said),
                                     case_of(a_mean_that_grows_alone_is_said_to),
                                     case_of(what_controls_share_is_not_said_to_be_added),
                                     case_of(what_depends_on_the_mode_is_said_to),
                                     case_of(a_gap_of_whole_texts_shows_its_parts),
                                     case_of(nothing_is_said_where_nothing_was_measured)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
