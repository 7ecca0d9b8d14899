/* Family files: what is read, how lineages and references come out, and that every error of a file is reported at once
 * with its line. */
#include "audit/family.h"

#include "base/file.h"
#include "support.h"

static xy_family *parse(const char *text) {
  xy_family *family = NULL;
  xy_error err = {0};
  assert_ok(xy__family_parse(&family, text, strlen(text), "f.yaml", NULL, &err), err);
  return family;
}

static void refuse(const char *text, const char *message) {
  xy_family *family = NULL;
  xy_error err = {0};
  assert_fails(xy__family_parse(&family, text, strlen(text), "f.yaml", NULL, &err), XY_ERR_FORMAT, err, message);
}

static void a_lineage_is_sorted_and_references_follow_the_rules(void **state) {
  (void)state;
  /* sft-kto stands before its parent, slic has no beta, ppo overrides its reference */
  xy_family *family = parse(
      "family: x\nstages:\n"
      "  sft-kto: {model: e, from: sft, method: kto, beta: 0.1}\n"
      "  base: {model: a}\n"
      "  sft: {model: b, from: base, method: sft}\n"
      "  slic: {model: c, from: base, method: slic}\n"
      "  ppo: {model: d, from: sft, method: ppo, beta: 0.2, reference: base}\n");
  const struct {
    const char *name, *parent, *reference;
  } expected[] = {
      {"base", "", ""}, {"sft", "base", ""}, {"slic", "base", ""}, {"ppo", "sft", "base"}, {"sft-kto", "sft", "sft"}};
  assert_int_equal(xy_family_stages(family), 5);
  for (size_t i = 0; i < 5; i++) {
    xy_stage_info stage;
    xy_family_stage(&stage, family, i);
    assert_string_equal(stage.name, expected[i].name);
    assert_string_equal(stage.parent, expected[i].parent);
    assert_string_equal(stage.reference, expected[i].reference);
    assert_true(i == 0 || strcmp(stage.parent, "") != 0);
  }
  xy_family_free(family);
}

static void settings_are_read(void **state) {
  (void)state;
  xy_family *family = parse(
      "family: x\nnote: made for a test\nstages: {base: {model: a, format: halos, tail: space+eos}}\n"
      "benchmarks: [stigma, {winoqueer: w.csv, language: nl, themes: map.yaml}]\nprecision: bf16\nstart: always\nmode: "
      "predicate\nalpha: 0.01\n"
      "margin_rate: 0.1\n");
  assert_int_equal(family->precision, XY_BF16);
  assert_int_equal(family->start, XY_START_ALWAYS);
  assert_int_equal(family->settings.headline, XY__PREDICATE);
  assert_near(family->settings.alpha, 0.01, 0, 0);
  assert_near(family->settings.margin_rate, 0.1, 0, 0);
  assert_int_equal(family->n_benchmarks, 2);
  assert_null(family->benchmarks[0].how.kind);
  assert_string_equal(family->benchmarks[1].how.kind, "winoqueer");
  assert_string_equal(family->benchmarks[1].name, "w.csv");
  assert_string_equal(family->benchmarks[1].how.themes, "map.yaml");
  assert_string_equal(family->benchmarks[1].how.language, "nl");
  assert_null(family->benchmarks[0].how.themes);
  assert_string_equal(family->note, "made for a test");
  xy_stage_info stage;
  xy_family_stage(&stage, family, 0);
  assert_string_equal(stage.format, "halos");
  assert_string_equal(stage.tail, "space+eos");
  xy_family_free(family);
}

static void every_error_is_reported_at_once(void **state) {
  (void)state;
  const char *text =
      "family: a/b\nstages:\n"
      "  base: {model: a, form: b}\n"
      "  sft: {from: nowhere}\n"
      "  dpo: {model: c, from: base, beta: -1}\n"
      "precison: fp32\nstart: sometimes\nbenchmarks: []\nmargin_rate: 0.7\n";
  refuse(text, "f.yaml:1: family: expected a name without '/', found 'a/b'");
  refuse(text, "f.yaml:3: stage 'base': unknown key 'form' (did you mean 'from'?)");
  refuse(text, "f.yaml:4: stage 'sft': missing key 'model' (or 'scores', for imported ones)");
  refuse(text, "f.yaml:4: stage 'sft': from: no such stage: nowhere");
  refuse(text, "f.yaml:5: stage 'dpo': beta: expected a number above 0, found -1");
  refuse(text, "f.yaml:6: family: unknown key 'precison' (did you mean 'precision'?)");
  refuse(text, "f.yaml:7: start: expected one of tokenizer, always, none; found 'sometimes'");
  refuse(text, "f.yaml:8: benchmarks: expected a list with at least one entry");
  refuse(text, "f.yaml:9: margin_rate: expected a number above 0 and below 0.5, found 0.7");
}

static void broken_lineages_are_refused(void **state) {
  (void)state;
  refuse("family: x\nstages: {a: {model: m}, b: {model: n}}\n", "stage 'b': a second stage without 'from'");
  refuse("family: x\nstages: {a: {model: m, from: b}, b: {model: n, from: a}}\n", "a family needs a root");
  refuse("family: x\nstages: {r: {model: m}, a: {model: m, from: b}, b: {model: n, from: a}}\n",
         "stage 'a': descends from itself");
  refuse("family: x\nstages: {a: {model: m, beta: 0.1}}\n", "the root has no implicit reward");
  refuse("family: x\nstages: {a: {model: m}, b: {model: n, from: a, beta: 0.1, reference: b}}\n",
         "cannot be its own reference");
  refuse("family: x\nstages: {a: {model: m}, b: {model: n, from: a, reference: a}}\n", "reference: needs a beta");
  refuse("family: x\nstages: []\n", "stages: expected a mapping");
  refuse("family: x\n", "stages: expected a mapping");
  refuse("[1, 2]\n", "expected a mapping with the keys family and stages, found a list");
  refuse("family: x\nstages: {a: text}\n", "stage 'a': expected a mapping");
}

static void stages_of_the_command_line(void **state) {
  (void)state;
  const char *specs[] = {"base=/m/a", "sft=/m/b:base", "dpo=/m/c:sft:dpo:0.1"};
  xy_family *family;
  xy_error err = {0};
  assert_ok(xy_family_from_stages(&family, "mine", specs, 3, &err), err);
  xy_stage_info stage;
  xy_family_stage(&stage, family, 1);
  assert_string_equal(stage.method, "sft");
  assert_true(isnan(stage.beta));
  xy_family_stage(&stage, family, 2);
  assert_string_equal(stage.model, "/m/c");
  assert_string_equal(stage.reference, "sft");
  assert_near(stage.beta, 0.1, 0, 0);
  xy_family_free(family);

  const char *bad[] = {"base", "x=m:base:dpo:zero", "y=m:nowhere", "x=again"};
  assert_fails(xy_family_from_stages(&family, "mine", bad, 4, &err), XY_ERR_ARGUMENT, err,
               "stage 'base': expected NAME=MODEL");
  assert_non_null(strstr(err.text, "beta: expected a number above 0, found 'zero'"));
  const char *twice[] = {"a=m", "a=n:a"};
  assert_fails(xy_family_from_stages(&family, "mine", twice, 2, &err), XY_ERR_ARGUMENT, err,
               "stage 'a' is given twice");
}

static void every_ready_family_is_valid(void **state) {
  (void)state;
  size_t n = xy_family_builtin_count();
  bool seedling = false;
  assert_true(n > 0);
  for (size_t i = 0; i < n; i++) {
    xy_family *family;
    xy_error err = {0};
    assert_ok(xy_family_open(&family, xy_family_builtin_name(i), &err), err);
    assert_string_equal(xy_family_name(family), xy_family_builtin_name(i));
    seedling = seedling || strcmp(xy_family_name(family), "seedling") == 0;
    for (size_t k = 0; k < xy_family_stages(family); k++) {
      const xy__stage *stage = &family->stages[k];
      bool preference =
          stage->method != NULL && (strcmp(stage->method, "dpo") == 0 || strcmp(stage->method, "kto") == 0);
      /* without a beta a preference stage gets no reward: then the file must have said why, and none does by accident
       */
      if (!isnan(stage->beta)) assert_true(preference || strcmp(stage->method, "ppo") == 0);
      if (stage->reference >= 0) assert_true(stage->reference < (int)family->n_stages);
    }
    xy_family_free(family);
  }
  assert_true(seedling);
}

static void an_unknown_family_gets_a_suggestion(void **state) {
  (void)state;
  xy_family *family;
  xy_error err = {0};
  assert_fails(xy_family_open(&family, "seedlin", &err), XY_ERR_NOT_FOUND, err, "seedlin: no such file");
  assert_non_null(strstr(err.hint, "did you mean 'seedling'?"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_lineage_is_sorted_and_references_follow_the_rules),
      cmocka_unit_test(settings_are_read),
      cmocka_unit_test(every_error_is_reported_at_once),
      cmocka_unit_test(broken_lineages_are_refused),
      cmocka_unit_test(stages_of_the_command_line),
      cmocka_unit_test(every_ready_family_is_valid),
      cmocka_unit_test(an_unknown_family_gets_a_suggestion),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
