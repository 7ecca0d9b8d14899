/* Choice, coref and pronoun measures on scores made by hand: what a fully stereotyped and a fully anti-stereotyped
 * model get, rules that disagree, undefined scores, pronouns of different length; and contrasts of two means against
 * their closed forms. */
#include "base/text.h"
#include "measure/task.h"
#include "support.h"

enum { ITEMS = 40, OPTIONS = 4 };

static xy__item items[ITEMS];
static xy__option options[ITEMS][OPTIONS];
static xy_bench bench;
static const char *all_names[] = {"tea", "milk"}, *conditions[] = {XY__AMBIGUOUS, XY__DISAMBIGUATED},
                  *themes[] = {"Drinks"};
static const char *groups[] = {XY__BINARY_GROUP, "neopronoun"}, *cases[] = {"nominative"}, *kinds[] = {"name"};
static const char *clusters[ITEMS];

static xy__labels labels(const char **names, size_t n) { return (xy__labels){names, n, n}; }

/* Half of the items are ambiguous. Options: two people (the first is biased), the row's own unknown, a paraphrase. */
static void make_choice(void) {
  memset(items, 0, sizeof items);
  bench = (xy_bench){.name = "choices", .task = "choice", .n = ITEMS, .items = items};
  bench.identities = labels(all_names, 1);
  bench.themes = labels(themes, 1);
  bench.conditions = labels(conditions, 2);
  bench.clusters = labels(clusters, ITEMS / 4);
  for (int i = 0; i < ITEMS; i++) {
    clusters[i] = "c";
    static const xy__option_role roles[] = {XY__ANSWER, XY__ANSWER, XY__UNKNOWN, XY__PARAPHRASE};
    for (int o = 0; o < OPTIONS; o++) options[i][o] = (xy__option){"x", -1, -1, roles[o], o == 0};
    bool ambiguous = i % 2 == 0;
    items[i] = (xy__item){.id = "i",
                          .counterpart = -1,
                          .condition = !ambiguous,
                          .polarity = -1,
                          .group = -1,
                          .answer = ambiguous ? 2 : i / 2 % 2,
                          .cluster = i / 4,
                          .n_options = OPTIONS,
                          .options = options[i]};
  }
}

typedef xy__option_score scores_of[ITEMS][OPTIONS];

/* Every item is answered by option `chosen` under the summed rules; all options have 10 bytes. */
static void choose_always(scores_of out, int chosen) {
  for (int i = 0; i < ITEMS; i++) {
    for (int o = 0; o < OPTIONS; o++) {
      double score = o == chosen ? -1 : -5 - o;
      out[i][o] = (xy__option_score){
          .full = score, .term = score, .tokens = 2, .term_tokens = 2, .bytes = 10, .term_bytes = 10};
    }
  }
}

static xy_results *measure(const scores_of *base, const scores_of *child) {
  xy__measure_stage stages[2] = {
      {.name = "base", .parent = -1, .reference = -1, .beta = NAN, .options = &(*base)[0][0]},
      {.name = "sft", .parent = 0, .reference = -1, .beta = NAN}};
  if (child != NULL) stages[1].options = &(*child)[0][0];
  xy__measure_settings settings;
  xy__measure_defaults(&settings);
  settings.stats.draws = settings.stats.permutations = 1000;
  xy_results *results = xy__results_new();
  xy_error err = {0};
  xy_bench *benches[] = {&bench};
  assert_ok(xy__measure_benchmark(results, &bench, stages, child != NULL ? 2 : 1, &settings, &err), err);
  assert_ok(xy__measure_finish(results, benches, 1, &settings, &err), err);
  return results;
}

static const xy_measure *row(const xy_results *results, const char *measure, const char *mode, const char *stage) {
  const xy_measure *found = xy__results_find(results, bench.name, measure, mode, stage, NULL, "all", "all");
  if (found == NULL) fail_msg("no row %s (%s) of %s", measure, mode, stage);
  return found;
}

static void an_anti_stereotyped_model_gets_minus_one(void **state) {
  (void)state;
  make_choice();
  scores_of biased, anti;
  choose_always(biased, 0);
  choose_always(anti, 1);
  xy_results *results = measure((const scores_of *)&biased, (const scores_of *)&anti);
  const xy__mode_row *rule;
  for (size_t i = 0; (rule = xy__mode_at("choice", i)) != NULL; i++) {
    const char *mode = rule->name;
    assert_near(row(results, "s_dis", mode, "base")->value, 1, 1e-12, 0);
    assert_near(row(results, "s_amb", mode, "base")->value, 1, 1e-12, 0);
    assert_near(row(results, "s_dis", mode, "sft")->value, -1, 1e-12, 0);
    assert_near(row(results, "s_amb", mode, "sft")->value, -1, 1e-12, 0);
    assert_near(row(results, "s_dis_change", mode, "sft")->value, -2, 1e-12, 0);
    assert_string_equal(row(results, "s_amb_change", mode, "sft")->verdict, "attenuated");
    assert_near(row(results, "accuracy_ambiguous", mode, "sft")->value, 0, 1e-12, 0);
    assert_near(row(results, "accuracy_disambiguated", mode, "sft")->value, 0.5, 1e-12, 0);
  }
  xy_results_free(results);
}

/* 3 of 4 ambiguous items answered "unknown", the fourth by the biased person: s_amb = (1 - 0.75) * 1. */
static void s_amb_is_scaled_by_the_errors(void **state) {
  (void)state;
  make_choice();
  scores_of mixed;
  choose_always(mixed, 2);
  for (int i = 0; i < ITEMS; i += 8) mixed[i][0].full = 0;
  xy_results *results = measure((const scores_of *)&mixed, NULL);
  assert_near(row(results, "accuracy_ambiguous", "three-way", "base")->value, 0.75, 1e-12, 0);
  assert_near(row(results, "s_amb", "three-way", "base")->value, 0.25, 1e-12, 0);
  assert_true(isnan(row(results, "s_dis", "three-way", "base")->value)); /* every answer was "unknown" */
  assert_true(isnan(row(results, "s_dis", "three-way", "base")->p));
  xy_results_free(results);
}

/* A paraphrase wins: only lm-eval may take it, and there it is right where "unknown" is; the shorter of two people wins
 * when scores are divided by bytes. */
static void rules_differ_as_they_say(void **state) {
  (void)state;
  make_choice();
  scores_of scores;
  choose_always(scores, 3);
  for (int i = 0; i < ITEMS; i++) {
    scores[i][0].full = -4;
    scores[i][1].full = -4.5;
    scores[i][1].bytes = 20;
  }
  xy_results *results = measure((const scores_of *)&scores, NULL);
  assert_near(row(results, "accuracy_ambiguous", "lm-eval", "base")->value, 1, 1e-12, 0);
  assert_near(row(results, "s_amb", "three-way", "base")->value, 1, 1e-12, 0);
  assert_near(row(results, "s_amb", "three-way-per-byte", "base")->value, -1, 1e-12, 0);
  assert_true(isnan(row(results, "s_amb", "lm-eval", "base")->value));
  xy_results_free(results);
}

static void an_item_without_a_biased_answer_counts_for_accuracy_alone(void **state) {
  (void)state;
  make_choice();
  for (int i = 0; i < ITEMS / 2; i++) options[i][0].biased = false;
  scores_of biased;
  choose_always(biased, 0);
  xy_results *results = measure((const scores_of *)&biased, NULL);
  assert_int_equal(row(results, "accuracy", "three-way", "base")->n, ITEMS);
  assert_int_equal(row(results, "s_amb", "three-way", "base")->n, ITEMS / 4);
  xy_results_free(results);
}

/* ---- pronouns ---- */

/* Option 0 is the declared one, two tokens and 4 bytes long; option 1 one token and 2 bytes. */
static void make_pronouns(scores_of out, double declared, double other) {
  memset(items, 0, sizeof items);
  bench = (xy_bench){.name = "pronouns", .task = "pronoun", .n = ITEMS, .items = items};
  bench.identities = labels(all_names, 2);
  bench.themes = labels(cases, 1);
  bench.conditions = labels(kinds, 1);
  bench.groups = labels(groups, 2);
  bench.clusters = labels(clusters, ITEMS / 4);
  for (int i = 0; i < ITEMS; i++) {
    clusters[i] = "c";
    options[i][0] = options[i][1] = (xy__option){"x", 1, -1, XY__ANSWER, false};
    items[i] = (xy__item){.id = "i",
                          .counterpart = -1,
                          .polarity = -1,
                          .identity = i % 2,
                          .group = i % 2,
                          .cluster = i / 4,
                          .n_options = 2,
                          .options = options[i]};
    xy__option_score *item = &out[0][0] + (size_t)2 * (size_t)i;
    item[0] = (xy__option_score){
        .full = declared - 1, .term = declared, .tokens = 3, .term_tokens = 2, .bytes = 9, .term_bytes = 4};
    item[1] = (xy__option_score){
        .full = other - 3, .term = other, .tokens = 3, .term_tokens = 1, .bytes = 9, .term_bytes = 2};
  }
}

static void length_decides_where_the_rules_disagree(void **state) {
  (void)state;
  scores_of scores;
  make_pronouns(scores, -6, -4); /* summed: wrong; per token -3 against -4, per byte -1.5 against -2: right */
  xy_results *results = measure((const scores_of *)&scores, NULL);
  assert_near(row(results, "misgendering_rate", "summed", "base")->value, 1, 1e-12, 0);
  assert_near(row(results, "misgendering_rate", "per-token", "base")->value, 0, 1e-12, 0);
  assert_near(row(results, "misgendering_rate", "per-byte", "base")->value, 0, 1e-12, 0);
  assert_near(row(results, "misgendering_rate", "sentence", "base")->value, 1, 1e-12, 0); /* a draw is no win */
  assert_near(row(results, "rule_dependence", "", "base")->value, 1, 1e-12, 0);
  assert_near(row(results, "pronoun_tokens", "", "base")->value, 2, 1e-12, 0);
  assert_non_null(
      xy__results_find(results, "pronouns", "accuracy", "summed", "base", "", "tea", "name")); /* antecedent */
  xy_results_free(results);
}

static void the_binary_gap_sets_binary_sets_against_the_others(void **state) {
  (void)state;
  scores_of base, child;
  make_pronouns(child, -1, -4);
  make_pronouns(base, -1, -4);
  for (int i = 1; i < ITEMS; i += 2)
    (&child[0][0])[2 * i].term = -9; /* the others are misgendered at the child alone */
  xy_results *results = measure((const scores_of *)&base, (const scores_of *)&child);
  assert_near(row(results, "binary_gap", "summed", "base")->value, 0, 1e-12, 0);
  assert_near(row(results, "binary_gap", "summed", "sft")->value, 1, 1e-12, 0);
  assert_near(row(results, "binary_gap_change", "summed", "sft")->value, 1, 1e-12, 0);
  assert_string_equal(row(results, "binary_gap_change", "summed", "sft")->verdict, "amplified");
  assert_string_equal(row(results, "misgendering_rate_change", "summed", "sft")->verdict, "amplified");
  assert_near(row(results, "misgendering_rate", "summed", "sft")->value, 0.5, 1e-12, 0);
  xy_results_free(results);
}

/* ---- contrasts ---- */

static const xy__stats_options stats = {.draws = 4000, .permutations = 2000, .seed = 3, .confidence = 0.95};

static void a_contrast_of_the_same_items_is_the_mean_difference(void **state) {
  (void)state;
  double a[60], b[60], difference[60];
  int cluster[60];
  for (int i = 0; i < 60; i++) {
    a[i] = (i * 7 % 13) / 4.0;
    b[i] = (i * 5 % 11) / 4.0;
    difference[i] = a[i] - b[i];
    cluster[i] = i / 5;
  }
  xy__column plus = {.values = a}, minus = {.values = b}, paired = {.values = difference};
  xy__estimate contrast, mean;
  xy_error err = {0};
  assert_ok(xy__stats_contrast(&contrast, &plus, &minus, cluster, 60, 9, &stats, &err), err);
  assert_ok(xy__stats_estimate(&mean, &paired, 1, cluster, 60, 9, &stats, &err), err);
  assert_near(contrast.value, mean.value, 1e-12, 0);
  assert_near(contrast.low, mean.low, 1e-9, 0);
  assert_near(contrast.high, mean.high, 1e-9, 0);
  assert_near(contrast.p, mean.p, 1e-12, 0); /* exchanges within clusters are sign flips of the difference */
  assert_near(contrast.detectable, mean.detectable, 1e-9, 0);
  assert_int_equal(contrast.n, 60);
  assert_int_equal(contrast.clusters, 12);
}

static void a_contrast_of_other_items_is_the_difference_of_their_means(void **state) {
  (void)state;
  double values[40];
  unsigned char one[40], other[40];
  int cluster[40];
  for (int i = 0; i < 40; i++) {
    values[i] = i % 4 == 0 ? 1 : 0; /* of the one kind half are 1, of the other none */
    one[i] = i % 2 == 0;
    other[i] = i % 2 == 1;
    cluster[i] = i / 8;
  }
  xy__column plus = {.values = values, .use = one}, minus = {.values = values, .use = other};
  xy__estimate out;
  xy_error err = {0};
  assert_ok(xy__stats_contrast(&out, &plus, &minus, cluster, 40, 1, &stats, &err), err);
  assert_near(out.value, 0.5, 1e-12, 0);
  assert_near(out.p, 2.0 / 32, 1e-12, 0); /* five like clusters: only none and all exchanged are as extreme */
  memset(other, 0, sizeof other);
  assert_ok(xy__stats_contrast(&out, &plus, &minus, cluster, 40, 1, &stats, &err), err);
  assert_true(isnan(out.value) && isnan(out.p) && isnan(out.low));
  values[0] = NAN;
  assert_fails(xy__stats_contrast(&out, &plus, &minus, cluster, 40, 1, &stats, &err), XY_ERR_NUMERIC, err, "finite");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_anti_stereotyped_model_gets_minus_one),
      cmocka_unit_test(s_amb_is_scaled_by_the_errors),
      cmocka_unit_test(rules_differ_as_they_say),
      cmocka_unit_test(an_item_without_a_biased_answer_counts_for_accuracy_alone),
      cmocka_unit_test(length_decides_where_the_rules_disagree),
      cmocka_unit_test(the_binary_gap_sets_binary_sets_against_the_others),
      cmocka_unit_test(a_contrast_of_the_same_items_is_the_mean_difference),
      cmocka_unit_test(a_contrast_of_other_items_is_the_difference_of_their_means),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
