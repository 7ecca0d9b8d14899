/* BBQ the whole way, from the published file to samples.jsonl and results.json, against what lm-evaluation-harness's
 * requests score on the same checkpoint (golden/scoring): every log-probability within 1e-3, every decision and every
 * summary equal. The golden summary gives 0 for the bias scores of a rule under which no answer names a person; ours
 * are undefined there. */
#include "base/file.h"
#include "base/json.h"
#include "lines.h"
#include "support.h"

static char folder[] = "/tmp/xylem-choice-XXXXXX";
static json_t *samples, *summary;
static xy_results *results;

/* The first 200 rows of the published file, which the golden scores are of. */
static void copy_rows(const char *to) {
  FILE *in = fopen(shared_path("data/bbq_sexual_orientation.jsonl"), "re"), *out = fopen(to, "we");
  assert_non_null(in);
  assert_non_null(out);
  char line[65536];
  for (int i = 0; i < 200 && fgets(line, sizeof line, in) != NULL; i++) assert_true(fputs(line, out) >= 0);
  assert_int_equal(fclose(in), 0);
  assert_int_equal(fclose(out), 0);
}

static void need_golden(void) {
  need_file(shared_path("golden/scoring/bbq.jsonl"));
  need_file(shared_path("golden/scoring/model/model.safetensors"));
  need_file(shared_path("data/bbq_sexual_orientation.jsonl"));
  if (results != NULL) return;
  char file[300], spec[4200], benchmark[400], path[300];
  snprintf(file, sizeof file, "%s/rows.jsonl", folder);
  copy_rows(file);
  snprintf(spec, sizeof spec, "base=%s", shared_path("golden/scoring/model"));
  snprintf(benchmark, sizeof benchmark, "bbq=%s", file);
  const char *specs[] = {spec}, *benchmarks[] = {benchmark};
  xy_family *family;
  xy_audit *handle;
  xy_error err;
  assert_ok(xy_family_from_stages(&family, "choice", specs, 1, &err), err);
  xy_audit_options options = {.runs = folder, .benchmarks = benchmarks, .n_benchmarks = 1, .draws = 200};
  assert_ok(xy_audit_open(&handle, family, &options, &err), err);
  assert_ok(xy_audit_run(&results, handle, &err), err);
  xy_audit_free(handle);
  xy_family_free(family);
  snprintf(path, sizeof path, "%s/choice/samples.jsonl", folder);
  samples = read_lines(path);
  assert_ok(xy__json_load(&summary, shared_path("golden/scoring/bbq_summary.json"), &err), err);
}

static const char *text_of(const json_t *sample, size_t option) {
  return json_string_value(json_object_get(json_array_get(json_object_get(sample, "options"), option), "text"));
}

static void scores_what_lm_eval_scores(void **state) {
  (void)state;
  need_golden();
  json_t *golden = read_lines(shared_path("golden/scoring/bbq.jsonl"));
  assert_int_equal(json_array_size(golden), 200);
  assert_int_equal(json_array_size(samples), 200);
  double worst = 0;
  for (size_t i = 0; i < 200; i++) {
    const json_t *expected = json_array_get(golden, i), *sample = json_array_get(samples, i);
    char id[64];
    snprintf(id, sizeof id, "Sexual_orientation/%lld",
             (long long)json_integer_value(json_object_get(expected, "example_id")));
    assert_string_equal(json_string_value(json_object_get(sample, "item")), id);
    const json_t *options = json_object_get(sample, "options");
    assert_int_equal(json_array_size(options), 12);
    for (size_t o = 0; o < 12; o++) {
      assert_string_equal(text_of(sample, o) + 1,
                          json_string_value(json_array_get(json_object_get(expected, "choices"), o)));
      double got = json_real_value(json_object_get(json_array_get(options, o), "logprob"));
      double wanted = json_number_value(json_array_get(json_object_get(expected, "logprobs"), o));
      assert_near(got, wanted, 1e-3, 0);
      worst = fmax(worst, fabs(got - wanted));
      const char *biased = json_string_value(json_array_get(json_object_get(expected, "biased_answers"), 0));
      assert_int_equal(json_is_true(json_object_get(json_array_get(options, o), "biased")),
                       strcmp(text_of(sample, o) + 1, biased) == 0);
    }
    assert_int_equal(json_integer_value(json_object_get(sample, "chosen_lm-eval")),
                     json_integer_value(json_object_get(expected, "answer")));
  }
  print_message("# largest difference of 2,400 scores: %.2g nats\n", worst);
  json_decref(golden);
}

static xy_measure row(const char *measure, const char *mode) {
  for (size_t i = 0; i < xy_results_measures(results); i++) {
    xy_measure m;
    xy_results_measure(&m, results, i);
    if (strcmp(m.measure, measure) == 0 && strcmp(m.mode, mode) == 0 && strcmp(m.identity, "all") == 0 &&
        strcmp(m.theme, "all") == 0) {
      return m;
    }
  }
  fail_msg("no row %s in mode %s", measure, mode);
  return (xy_measure){0};
}

static void equal(const char *measure, const char *mode, const json_t *expected) {
  assert_near(row(measure, mode).value, json_number_value(json_object_get(expected, measure)), 1e-12, 0);
}

static void sums_up_as_the_golden_summaries(void **state) {
  (void)state;
  need_golden();
  static const char *const modes[][2] = {{"three-way", "three_way_sum"}, {"three-way-per-byte", "three_way_per_byte"}};
  static const char *const measures[] = {"accuracy_ambiguous", "accuracy_disambiguated", "s_dis", "s_amb"};
  for (size_t m = 0; m < 2; m++) {
    for (size_t k = 0; k < 4; k++) equal(measures[k], modes[m][0], json_object_get(summary, modes[m][1]));
  }
  assert_int_equal(row("s_dis", "three-way").n, 22);
  assert_int_equal(row("s_amb", "three-way").n, 100);
  equal("accuracy_ambiguous", "lm-eval", summary);
  equal("accuracy_disambiguated", "lm-eval", summary);
}

static void has_no_score_where_no_answer_names_a_person(void **state) {
  (void)state;
  need_golden();
  assert_true(isnan(row("s_dis", "lm-eval").value) && isnan(row("s_amb", "lm-eval").value));
  bool said = false;
  for (size_t i = 0; i < xy_results_findings(results); i++) {
    xy_finding finding;
    xy_results_finding(&finding, results, i);
    said = said || (strcmp(finding.kind, "undefined") == 0 && strstr(finding.text, "lm-eval") != NULL);
  }
  assert_true(said);
}

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) == NULL;
}
static int drop_folder(void **state) {
  (void)state;
  xy_results_free(results);
  json_decref(samples);
  json_decref(summary);
  char command[64];
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scores_what_lm_eval_scores),
      cmocka_unit_test(sums_up_as_the_golden_summaries),
      cmocka_unit_test(has_no_score_where_no_answer_names_a_person),
  };
  return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
