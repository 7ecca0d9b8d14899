/* Distributions count every item once in bins that are where they say they are, and their means are those of the long
 * table; scatters hold gap and margin; ends are sorted, one item per cluster; leads follow their definition; coverage
 * says who is named and who is not. */
#include "measure/coverage.h"
#include "measure/distributions.h"
#include "synthetic.h" /* needs those before it */

static double leaning(const synthetic *s, const xy__item *item, size_t index) {
  (void)s;
  return (double)item->theme - 0.8 + 0.37 * (double)(index % 11) - 1.9;
}

static double pushed(const synthetic *s, const xy__item *item, size_t index) {
  return synthetic_gap_at(s, 0, index) + 0.5 * (double)item->identity - 0.25;
}

static void make(synthetic *s, json_t **facts) {
  xy_error err;
  static xy__option options[2] = {{.text = "target"}, {.text = "counterpart"}};
  synthetic_make(s, "made", 3, 2, 30, 2);
  for (size_t i = 0; i < s->bench.n; i++) {
    s->bench.items[i].options = options;
    s->bench.items[i].n_options = 2;
  }
  synthetic_stage(s, "base", -1, -1, NAN, leaning);
  synthetic_stage(s, "dpo", 0, 0, 0.1, pushed);
  *facts = json_object();
  assert_ok(xy__distributions_add(*facts, &s->bench, s->stages, s->n_stages, XY__FULL, &err), err);
}

static const char *text(const json_t *object, const char *key) {
  return json_string_value(json_object_get(object, key));
}
static double real(const json_t *object, const char *key) { return json_number_value(json_object_get(object, key)); }

static double value_of(const synthetic *s, const char *measure, const char *stage, size_t i) {
  double gap = synthetic_gap_at(s, strcmp(stage, "dpo") == 0, i);
  return strcmp(measure, "mean_gap") == 0 ? gap : 0.1 * (gap - synthetic_gap_at(s, 0, i));
}

static bool in_cell(const synthetic *s, const json_t *row, size_t i) {
  const char *identity = s->bench.identities.names[s->bench.items[i].identity];
  const char *theme = s->bench.themes.names[s->bench.items[i].theme];
  return (strcmp(text(row, "identity"), "all") == 0 || strcmp(text(row, "identity"), identity) == 0) &&
         (strcmp(text(row, "theme"), "all") == 0 || strcmp(text(row, "theme"), theme) == 0);
}

static void bins_hold_every_item_once(void **state) {
  (void)state;
  synthetic s;
  json_t *facts;
  make(&s, &facts);
  const json_t *list = json_object_get(facts, "distributions");
  assert_int_equal(json_array_size(list),
                   3 * (1 + 3 + 2)); /* gap at two stages and margin; whole, identities, themes */
  for (size_t d = 0; d < json_array_size(list); d++) {
    const json_t *row = json_array_get(list, d);
    const json_t *counts = json_object_get(row, "counts");
    double start = real(row, "start"), step = real(row, "step"), least = INFINITY, most = -INFINITY;
    long *expected = xy__array(json_array_size(counts), sizeof *expected);
    size_t n = 0;
    for (size_t i = 0; i < s.bench.n; i++) {
      if (!in_cell(&s, row, i)) continue;
      double value = value_of(&s, text(row, "measure"), text(row, "stage"), i);
      size_t bin = (size_t)floor(value / step) - (size_t)llround(start / step);
      assert_true(bin < json_array_size(counts));
      expected[bin]++;
      n++;
      least = fmin(least, value);
      most = fmax(most, value);
    }
    for (size_t k = 0; k < json_array_size(counts); k++) {
      assert_int_equal(json_integer_value(json_array_get(counts, k)), expected[k]);
    }
    assert_int_equal(json_integer_value(json_object_get(row, "n")), n);
    assert_true(json_array_size(counts) <= 66);
    assert_near(fmod(fabs(start) + 1e-9, step), 0, 1e-6, 0);
    assert_near(real(row, "minimum"), least, 0, 0);
    assert_near(real(row, "maximum"), most, 0, 0);
    assert_true(real(row, "lower") <= real(row, "median") && real(row, "median") <= real(row, "upper"));
    free(expected);
  }
  json_decref(facts);
  synthetic_dispose(&s);
}

static void scatters_hold_gap_and_margin(void **state) {
  (void)state;
  synthetic s;
  json_t *facts;
  make(&s, &facts);
  const json_t *list = json_object_get(facts, "scatters");
  assert_int_equal(json_array_size(list), 1);
  const json_t *one = json_array_get(list, 0);
  assert_string_equal(text(one, "stage"), "dpo");
  assert_string_equal(text(one, "against"), "base");
  assert_int_equal(json_array_size(json_object_get(one, "margin")), s.bench.n);
  for (size_t i = 0; i < s.bench.n; i++) {
    double gap = json_number_value(json_array_get(json_object_get(one, "reference_gap"), i));
    double margin = json_number_value(json_array_get(json_object_get(one, "margin"), i));
    assert_near(gap, synthetic_gap_at(&s, 0, i), 6e-5, 0);
    assert_near(margin, value_of(&s, "reward_margin", "dpo", i), 6e-5, 0);
    int identity = (int)json_integer_value(json_array_get(json_object_get(one, "identity"), i));
    assert_int_equal(identity, s.bench.items[i].identity);
  }
  json_decref(facts);
  synthetic_dispose(&s);
}

static void ends_are_sorted_one_item_per_cluster(void **state) {
  (void)state;
  synthetic s;
  json_t *facts;
  make(&s, &facts);
  const json_t *list = json_object_get(facts, "items");
  assert_int_equal(json_array_size(list), 20);
  for (size_t i = 0; i < 20; i++) {
    const json_t *one = json_array_get(list, i);
    bool highest = i < 10;
    assert_string_equal(text(one, "end"), highest ? "highest" : "lowest");
    assert_string_equal(text(one, "measure"), "reward_margin");
    assert_int_equal(json_integer_value(json_object_get(one, "rank")), i % 10 + 1);
    assert_near(real(one, "value"), highest ? 0.075 : -0.025, 1e-9, 0);
    assert_string_equal(text(one, "identity"), highest ? "identity2" : "identity0");
    for (size_t k = i - i % 10; k < i; k++) {
      assert_string_not_equal(text(one, "cluster"), text(json_array_get(list, k), "cluster"));
    }
  }
  json_decref(facts);
  synthetic_dispose(&s);
}

static void leads_follow_their_definition(void **state) {
  (void)state;
  xy_error err;
  xy__option options[4] = {{"he", 2, 0, XY__ANSWER, false},
                           {"xe", 2, 1, XY__ANSWER, true},
                           {"they", 2, 2, XY__ANSWER, false},
                           {"unknown", -1, -1, XY__UNKNOWN, false}};
  xy__item item = {.id = "i", .counterpart = -1, .answer = 1, .n_options = 3, .options = options};
  const char *names[] = {"one"};
  xy__labels one = {names, 1, 1};
  xy_bench bench = {
      .name = "b", .task = "pronoun", .n = 1, .items = &item, .identities = one, .themes = one, .clusters = one};
  xy__option_score scores[4] = {{.term = -2, .full = -20}, {.term = -5, .full = -11}, {.term = -3, .full = -13}};
  xy__measure_stage stage = {.name = "s", .parent = -1, .reference = -1, .beta = NAN, .options = scores};
  xy__series_list list;
  size_t pair[2];
  assert_ok(xy__series_make(&list, &bench, &stage, 1, XY__FULL, &err), err);
  assert_string_equal(list.series[0].measure, "declared_lead");
  assert_near(list.series[0].values[0], -3, 0, 0); /* xe against he */
  xy__series_options(pair, &bench, &stage, 0);
  assert_true(pair[0] == 1 && pair[1] == 0);
  xy__series_dispose(&list);
  bench.task = "choice";
  assert_ok(xy__series_make(&list, &bench, &stage, 1, XY__FULL, &err), err);
  assert_string_equal(list.series[0].measure, "biased_lead");
  assert_near(list.series[0].values[0], 9, 0, 0); /* the biased answer against the first other person */
  xy__series_dispose(&list);
  options[1].biased = false;
  assert_ok(xy__series_make(&list, &bench, &stage, 1, XY__FULL, &err), err);
  assert_true(isnan(list.series[0].values[0]));
  xy__series_dispose(&list);
}

static bool lists(const json_t *object, const char *key, const char *name) {
  const json_t *list = json_object_get(object, key);
  for (size_t i = 0; i < json_array_size(list); i++) {
    if (strcmp(json_string_value(json_array_get(list, i)), name) == 0) return true;
  }
  return false;
}

static void coverage_says_who_is_named(void **state) {
  (void)state;
  const char *identities[] = {"trans-woman", "Genderqueer", "older woman", "jewish"};
  xy_bench bench = {.name = "b", .task = "pair", .axis = "gender-diverse", .identities = {identities, 4, 4}};
  xy_bench *benches[] = {&bench};
  json_t *facts = json_object();
  xy_error err;
  assert_ok(xy__coverage_add(facts, benches, 1, &err), err);
  const json_t *axes = json_object_get(facts, "coverage");
  static const struct {
    const char *axis, *group;
    bool named;
  } expected[] = {{"gender-diverse", "transgender people", true},
                  {"gender-diverse", "genderqueer people", true},
                  {"gender-diverse", "intersex people", false},
                  {"binary-gender", "women", true},
                  {"binary-gender", "men", false},
                  {"sexual-orientation", "queer people", false},
                  {"religion", "Jewish people", true},
                  {"age", "older people", true}};
  for (size_t e = 0; e < sizeof expected / sizeof *expected; e++) {
    bool found = false;
    for (size_t a = 0; a < json_array_size(axes); a++) {
      const json_t *axis = json_array_get(axes, a);
      if (strcmp(text(axis, "axis"), expected[e].axis) != 0) continue;
      found = true;
      assert_true(lists(axis, expected[e].named ? "named" : "not_named", expected[e].group));
      assert_false(lists(axis, expected[e].named ? "not_named" : "named", expected[e].group));
      bool measured = strcmp(expected[e].axis, "sexual-orientation") != 0;
      assert_int_equal(json_array_size(json_object_get(axis, "benchmarks")), measured);
    }
    assert_true(found);
  }
  json_decref(facts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bins_hold_every_item_once), cmocka_unit_test(scatters_hold_gap_and_margin),
      cmocka_unit_test(ends_are_sorted_one_item_per_cluster), cmocka_unit_test(leads_follow_their_definition),
      cmocka_unit_test(coverage_says_who_is_named)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
