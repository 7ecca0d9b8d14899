/* Beyond controls: a likelier name and a shift of all talk about a group cancel, what is particular to the harmful
 * statements stays; the whole text and the statement part agree where the term comes first; and controls are in no
 * other measure. */
#include "measure/beyond.h"
#include "measure/headline.h"
#include "synthetic.h"

enum { IDENTITIES = 2, TEMPLATES = 3, STATEMENTS = 14, CONTROLS = 10 };

/* Statements x identities x templates, unevenly: the last template serves the first theme alone. */
static void make(synthetic *s, const char *name) {
  synthetic_state = 19;
  synthetic_make(s, name, IDENTITIES, 2, STATEMENTS, TEMPLATES);
  xy_bench *bench = &s->bench;
  size_t kept = 0;
  for (size_t i = 0; i < bench->n; i++) {
    xy__item item = bench->items[i];
    item.template = (int)(i / IDENTITIES % TEMPLATES);
    item.place = XY__BEFORE;
    if (item.template == TEMPLATES - 1 && item.theme > 0) continue;
    bench->items[kept++] = item;
  }
  bench->n = kept;
  bench->n_controls = CONTROLS * IDENTITIES * TEMPLATES;
  xy__item *items = xy__array(xy__bench_asked(bench), sizeof *items);
  memcpy(items, bench->items, kept * sizeof *items);
  for (size_t i = 0; i < bench->n_controls; i++) {
    items[kept + i] = (xy__item){.id = "control",
                                 .identity = (int)(i % IDENTITIES),
                                 .template = (int)(i / IDENTITIES % TEMPLATES),
                                 .cluster = (int)(i / (IDENTITIES * TEMPLATES)),
                                 .counterpart = -1,
                                 .theme = -1,
                                 .place = XY__BEFORE};
  }
  free(bench->items);
  bench->items = items;
}

/* A stage whose names lean by `name` (more in later templates), whose talk of all kinds leans by `talk`, and whose
 * harmful statements lean by `harm` beyond. */
static double of_both; /* what became of both sides */
static void stage(synthetic *s, const char *name, int parent, double lean, double talk, double harm) {
  size_t k = s->n_stages++, n = xy__bench_asked(&s->bench);
  s->sides[k] = xy__array(n, sizeof *s->sides[k]);
  for (size_t i = 0; i < n; i++) {
    const xy__item *item = &s->bench.items[i];
    double of_name = lean * (1 + item->template + 3 * item->identity);
    double said = talk + (i < s->bench.n ? harm : 0) + 0.05 * synthetic_normal();
    for (int side = 0; side < 2; side++) {
      xy__side one = {.predicate = -30 + of_both + (side == 0 ? said : 0), .name = -5 + (side == 0 ? of_name : 0)};
      one.full = one.predicate + one.name;
      one.shared = one.predicate;
      one.tokens = one.shared_tokens = one.predicate_tokens = 8;
      one.bytes = 40;
      s->sides[k][i][side] = one;
    }
  }
  s->stages[k] = (xy__measure_stage){
      .name = name, .parent = parent, .reference = -1, .beta = NAN, .sides = (const xy__side(*)[2])s->sides[k]};
}

static xy__measure_settings settings(void) {
  xy__measure_settings out;
  xy__measure_defaults(&out);
  out.stats.draws = out.stats.permutations = 500;
  return out;
}

static const char *finding_of(const xy_results *results, const char *kind, const char *stage) {
  for (size_t i = 0; i < xy_results_findings(results); i++) {
    xy_finding finding;
    xy_results_finding(&finding, results, i);
    if (strcmp(finding.kind, kind) == 0 && strcmp(finding.stage, stage) == 0) return finding.text;
  }
  return NULL;
}

static xy_results *measured(synthetic *s) {
  xy__measure_settings set = settings();
  xy_results *results = xy__results_new();
  xy_bench *benches[] = {&s->bench};
  xy_error err;
  synthetic_lineage(results, s);
  assert_ok(xy__measure_benchmark(results, &s->bench, s->stages, s->n_stages, &set, &err), err);
  assert_ok(xy__measure_finish(results, benches, 1, &set, &err), err);
  return results;
}

static void names_and_general_shifts_cancel(void **state) {
  (void)state;
  synthetic s;
  make(&s, "stigma");
  stage(&s, "base", -1, 0, 0, 0);
  stage(&s, "sft", 0, 1, 2, 0);   /* likelier names, and more of all talk */
  stage(&s, "dpo", 1, 1, 2, 0.5); /* and harm beyond it */
  xy_results *results = measured(&s);
  const xy_measure *sft = row_of(results, "beyond_controls_change", "full", "sft", "base", "all", "all");
  assert_near(sft->value, 0, 0.05, 0);
  assert_string_equal(sft->verdict, "clear");
  assert_string_equal(row_of(results, "amplification", "predicate", "sft", "base", "all", "all")->verdict, "amplified");
  const xy_measure *dpo = row_of(results, "beyond_controls_change", "full", "dpo", "sft", "all", "all");
  assert_near(dpo->value, 0.5, 0.05, 0);
  assert_string_equal(dpo->verdict, "amplified");
  assert_true(dpo->low < 0.5 && 0.5 < dpo->high && dpo->p < 0.05 && dpo->bound > 0);
  row_of(results, "beyond_controls_change", "full", "dpo", "base", "all", "all");
  row_of(results, "beyond_controls", "full", "dpo", "", "identity1", "all");
  row_of(results, "beyond_controls", "full", "dpo", "", "all", "theme1");
  const xy_measure *level = row_of(results, "beyond_controls", "full", "dpo", "", "all", "all");
  assert_int_equal(level->n, s.bench.n + s.bench.n_controls);
  assert_int_equal(level->clusters, STATEMENTS + CONTROLS);
  xy_results_free(results);
  synthetic_dispose(&s);
}

/* What only the statement part shows is no amplification, and no blind spot of popular benchmarks. */
static void findings_rest_on_both(void **state) {
  (void)state;
  synthetic s;
  make(&s, "stigma");
  stage(&s, "base", -1, 0, 0, 0);
  stage(&s, "sft", 0, 1, 2, 0);
  stage(&s, "dpo", 1, 1, 2, 0.5);
  xy_results *results = measured(&s);
  assert_null(finding_of(results, "amplification", "sft"));
  assert_null(finding_of(results, "blind_spot_undecided", "sft"));
  const char *shifted = finding_of(results, "undetermined", "sft");
  assert_non_null(strstr(shifted, "Beyond controls, harmless statements about the same groups, the change is "));
  assert_non_null(strstr(shifted, "it is not told apart from how talk about these groups shifted at all"));
  const char *grown = finding_of(results, "amplification", "dpo");
  assert_non_null(strstr(grown, "Beyond controls"));
  assert_null(strstr(grown, "not told apart"));
  assert_non_null(strstr(finding_of(results, "blind_spot_undecided", "dpo"), ", beyond controls +0."));
  xy_results_free(results);
  synthetic_dispose(&s);
}

/* A preference may grow while the harmful text itself becomes rarer. */
static void findings_say_what_became_of_both_sides(void **state) {
  static const struct {
    double both, harm;
    const char *said;
  } cases[] = {{-5, 1, "less likely for both, and less so for the target: −"},
               {-5, -1, "less likely for both, and more so for the target: −"},
               {5, 1, "likelier for both, and more so for the target: +"},
               {5, -1, "likelier for both, and less so for the target: +"},
               {-0.5, 1, "likelier for the target and less likely for the counterpart: +"},
               {0, 1, "By itself, the target text changed by +"}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    synthetic s;
    make(&s, "stigma");
    stage(&s, "base", -1, 0, 0, 0);
    of_both = cases[i].both;
    stage(&s, "dpo", 0, 0, 0, cases[i].harm);
    of_both = 0;
    xy_results *results = measured(&s);
    const char *text = finding_of(results, cases[i].harm > 0 ? "amplification" : "attenuation", "dpo");
    if (text == NULL || strstr(text, cases[i].said) == NULL) fail_msg("%s: %s", cases[i].said, text);
    xy_results_free(results);
    synthetic_dispose(&s);
  }
}

/* The name part is a name's and a template's, and controls are weighted as the items are spread over these. */
static void the_statement_part_gives_the_same(void **state) {
  (void)state;
  synthetic s;
  make(&s, "stigma");
  stage(&s, "base", -1, 0.7, 0.3, 0.2);
  xy__measure_settings set = settings();
  xy_error err;
  xy__cell *cells = NULL;
  size_t n = 0;
  assert_ok(xy__cells_make(&cells, &n, &s.bench, false, &err), err);
  for (size_t c = 0; c < n; c++) {
    if (cells[c].reach == XY__CROSSING) continue;
    xy_results *results = xy__results_new();
    static const xy__mode modes[] = {XY__FULL, XY__PREDICATE, XY__NAME};
    for (size_t m = 0; m < 3; m++) {
      assert_ok(xy__measure_beyond(results, &s.bench, &cells[c], s.stages, 1, modes[m], &set, &err), err);
    }
    assert_near(results->measures[0].value, results->measures[1].value, 1e-10, 0);
    assert_near(results->measures[0].low, results->measures[1].low, 1e-10, 0);
    assert_near(results->measures[0].p, results->measures[1].p, 1e-10, 0);
    assert_near(results->measures[2].value, 0, 1e-10, 0);
    assert_true(fabs(results->measures[0].value) > 0.1);
    xy_results_free(results);
  }
  xy__cells_free(cells, n);
  synthetic_dispose(&s);
}

static void controls_are_in_no_other_measure(void **state) {
  (void)state;
  synthetic s;
  make(&s, "stigma");
  stage(&s, "base", -1, 0.7, 0.3, 0.2);
  stage(&s, "sft", 0, 0.7, 0.3, 0.4);
  xy_results *with = measured(&s);
  s.bench.n_controls = 0;
  xy_results *without = measured(&s);
  size_t other = 0;
  for (size_t i = 0; i < with->n_measures; i++) {
    const xy_measure *row = &with->measures[i];
    if (strncmp(row->measure, "beyond", 6) == 0) continue;
    const xy_measure *same = &without->measures[other++];
    assert_string_equal(row->measure, same->measure);
    assert_true(row->value == same->value && row->n == same->n && row->clusters == same->clusters);
    assert_true(row->low == same->low || (isnan(row->low) && isnan(same->low)));
  }
  assert_int_equal(other, without->n_measures);
  xy_results_free(with);
  xy_results_free(without);
  synthetic_dispose(&s);
}

static void a_stage_without_scores_of_controls_is_left_out(void **state) {
  (void)state;
  synthetic s;
  make(&s, "stigma");
  stage(&s, "base", -1, 0, 0, 0);
  stage(&s, "sft", 0, 0, 0, 1);
  s.sides[0][s.bench.n][1].full = NAN;
  xy_results *results = measured(&s);
  row_of(results, "beyond_controls", "full", "sft", "", "all", "all");
  assert_null(xy__results_find(results, NULL, "beyond_controls", NULL, "base", NULL, NULL, NULL));
  assert_null(xy__results_find(results, NULL, "beyond_controls_change", NULL, NULL, NULL, NULL, NULL));
  xy_results_free(results);
  synthetic_dispose(&s);
}

/* Where no cut tells the name from what is said, controls do. */
static void controls_are_the_headline_where_the_term_comes_after(void **state) {
  (void)state;
  synthetic s;
  make(&s, "stigma");
  xy__measure_settings set = settings();
  xy__headline headline;
  assert_true(xy__headline_of(&headline, &s.bench, &set));
  assert_string_equal(headline.measure, "mean_gap");
  s.bench.items[0].place = XY__AFTER;
  assert_true(xy__headline_of(&headline, &s.bench, &set));
  assert_string_equal(headline.measure, "beyond_controls");
  assert_string_equal(headline.change, "beyond_controls_change");
  assert_string_equal(headline.mode, "full");
  assert_string_equal(xy__mode_name(headline.gaps), "shared");
  assert_non_null(strstr(headline.why, "controls tell"));
  set.headline = XY__FULL;
  assert_true(xy__headline_of(&headline, &s.bench, &set));
  assert_string_equal(headline.measure, "mean_gap");
  synthetic_dispose(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(names_and_general_shifts_cancel),
                                     cmocka_unit_test(findings_rest_on_both),
                                     cmocka_unit_test(findings_say_what_became_of_both_sides),
                                     cmocka_unit_test(the_statement_part_gives_the_same),
                                     cmocka_unit_test(controls_are_in_no_other_measure),
                                     cmocka_unit_test(a_stage_without_scores_of_controls_is_left_out),
                                     cmocka_unit_test(controls_are_the_headline_where_the_term_comes_after)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
