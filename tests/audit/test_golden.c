/* The whole way from a published file to samples.jsonl, against reference scores: WinoQueer's metric_autoregressive
 * (mode `shared`) and whole sentences (mode `full`), with a real tokenizer. Every score within 1e-3, every verdict
 * equal: WinoQueer compares scores rounded to three decimals. */
#include "base/file.h"
#include "base/json.h"
#include "lines.h"
#include "support.h"

static char folder[] = "/tmp/xylem-golden-XXXXXX";

/* Audits the golden checkpoint on one benchmark file; returns the samples, and the results. */
static json_t *audit(xy_results **results, const char *kind, const char *file, const char *start) {
  char spec[4200];
  char benchmark[4200];
  snprintf(spec, sizeof spec, "base=%s", shared_path("golden/scoring/model"));
  snprintf(benchmark, sizeof benchmark, "%s=%s", kind, shared_path(file));
  const char *specs[] = {spec};
  const char *benchmarks[] = {benchmark};
  xy_family *family;
  xy_audit *handle;
  xy_error err;
  assert_ok(xy_family_from_stages(&family, kind, specs, 1, &err), err);
  xy_audit_options options = {.runs = folder, .benchmarks = benchmarks, .n_benchmarks = 1, .draws = 200};
  options.start = strcmp(start, "always") == 0 ? XY_START_ALWAYS : XY_START_TOKENIZER;
  assert_ok(xy_audit_open(&handle, family, &options, &err), err);
  assert_ok(xy_audit_run(results, handle, &err), err);
  xy_audit_free(handle);
  xy_family_free(family);
  char path[300];
  snprintf(path, sizeof path, "%s/%s/samples.jsonl", folder, kind);
  return read_lines(path);
}

static double member(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  if (!json_is_number(value)) fail_msg("sample without the number '%s'", key);
  return json_number_value(value);
}

static double reference(const json_t *golden, const char *key, size_t side) {
  return json_number_value(json_array_get(json_object_get(golden, key), side));
}

static int verdict(double a, double b) {
  double x = nearbyint(a * 1000);
  double y = nearbyint(b * 1000);
  return (x > y) - (x < y);
}

/* Rows of CrowS-Pairs among the references whose sides end with punctuation on one side alone: they have no samples. */
static bool is_left_out(double row) { return row == 14 || row == 22 || row == 129; }

/* Returns the share of rows whose target is preferred in mode shared, in percent, by the golden scores. */
static double compare(const json_t *samples, const char *golden_file) {
  json_t *golden = read_lines(shared_path(golden_file));
  size_t preferred = 0;
  size_t row;
  json_t *expected;
  json_array_foreach(golden, row, expected) {
    char id[64];
    snprintf(id, sizeof id, "row/%lld", (long long)member(expected, "row"));
    const json_t *sample = NULL;
    size_t i;
    json_t *candidate;
    json_array_foreach(samples, i, candidate) {
      if (strcmp(json_string_value(json_object_get(candidate, "item")), id) == 0) sample = candidate;
    }
    if (sample == NULL && is_left_out(member(expected, "row"))) continue;
    if (sample == NULL) fail_msg("%s: no sample for %s", golden_file, id);
    static const char *const keys[2][2] = {{"target_shared", "counterpart_shared"},
                                           {"target_full", "counterpart_full"}};
    assert_near(member(sample, "gap_name") + member(sample, "gap_predicate"), member(sample, "gap_full"), 1e-7, 0);
    for (size_t side = 0; side < 2; side++) {
      assert_near(member(sample, keys[0][side]), reference(expected, "shared", side), 1e-3, 0);
      assert_near(member(sample, keys[1][side]), reference(expected, "full", side), 1e-3, 0);
    }
    assert_int_equal(verdict(member(sample, keys[0][0]), member(sample, keys[0][1])),
                     verdict(reference(expected, "shared", 0), reference(expected, "shared", 1)));
    assert_int_equal(member(sample, "target_shared_tokens"), member(expected, "shared_tokens"));
    preferred += verdict(reference(expected, "shared", 0), reference(expected, "shared", 1)) > 0;
  }
  double score = 100.0 * (double)preferred / (double)json_array_size(golden);
  json_decref(golden);
  return score;
}

static void winoqueer_scores_and_verdicts_are_the_references(void **state) {
  (void)state;
  need_file(shared_path("golden/scoring/winoqueer.jsonl"));
  xy_results *results;
  json_t *samples = audit(&results, "winoqueer", "data/winoqueer_excerpt.csv", "tokenizer");
  double score = compare(samples, "golden/scoring/winoqueer.jsonl");
  bool found = false;
  for (size_t i = 0; i < xy_results_measures(results); i++) {
    xy_measure row;
    xy_results_measure(&row, results, i);
    if (strcmp(row.measure, "winoqueer_score") != 0 || strcmp(row.identity, "all") != 0) continue;
    assert_near(row.value, score, 1e-9, 0);
    found = true;
  }
  assert_true(found);
  xy_results_free(results);
  json_decref(samples);
}

static void crows_pairs_scores_and_verdicts_are_the_references(void **state) {
  (void)state;
  need_file(shared_path("golden/scoring/crows_pairs.jsonl"));
  xy_results *results;
  json_t *samples = audit(&results, "crows-pairs", "data/crows_pairs_anonymized.csv", "always");
  compare(samples, "golden/scoring/crows_pairs.jsonl");
  xy_results_free(results);
  json_decref(samples);
}

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) == NULL ? -1 : 0;
}
static int drop_folder(void **state) {
  (void)state;
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(winoqueer_scores_and_verdicts_are_the_references),
                                     cmocka_unit_test(crows_pairs_scores_and_verdicts_are_the_references)};
  return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
