/* A stage whose scores are imported: what its files lack is told before anything is computed, and a run that needs more
 * than sums is refused. */
#include "base/output.h"
#include "support.h"

static char folder[] = "/tmp/xylem-imported-XXXXXX";

static const char family_text[] =
    "family: f\nstages:\n"
    "  base: {model: seedling/base}\n"
    "  sft: {scores: scores.jsonl, from: base, method: sft}\n";

static xy_family *open_family(void) {
  static const char scores[] = "{\"context\": \"\", \"continuation\": \"They slept.\", \"logprob\": -9.5}\n";
  char path[300];
  xy_family *family;
  xy_error err;
  snprintf(path, sizeof path, "%s/scores.jsonl", folder);
  assert_ok(xy__file_write(path, scores, strlen(scores), &err), err);
  snprintf(path, sizeof path, "%s/family.yaml", folder);
  assert_ok(xy__file_write(path, family_text, strlen(family_text), &err), err);
  assert_ok(xy_family_open(&family, path, &err), err);
  return family;
}

static int count_walks(const xy_progress *progress, void *user) {
  *(int *)user += strcmp(progress->phase, "walk") == 0;
  return 0;
}

static void texts_without_a_score_are_told_before_anything_is_computed(void **state) {
  (void)state;
  xy_family *family = open_family();
  const char *benchmark = "stigma";
  int walks = 0;
  const xy_audit_options options = {
      .runs = folder, .benchmarks = &benchmark, .n_benchmarks = 1, .limit = 2, .progress = count_walks, .user = &walks};
  xy_audit *audit;
  xy_plan plan;
  xy_results *results;
  xy_error err;
  assert_ok(xy_audit_open(&audit, family, &options, &err), err);
  assert_fails(xy_audit_plan(&plan, audit, &err), XY_ERR_NOT_FOUND, err, "texts have no score (0 of ");
  assert_non_null(strstr(err.text, "stage 'sft': "));
  assert_fails(xy_audit_run(&results, audit, &err), XY_ERR_NOT_FOUND, err, "texts have no score (0 of ");
  assert_int_equal(walks, 0);
  xy_audit_free(audit);
  xy_family_free(family);
}

static void what_needs_tokens_is_refused(void **state) {
  (void)state;
  xy_family *family = open_family();
  xy_audit_options options = {.runs = folder, .mode = "predicate"};
  xy_audit *audit;
  xy_error err;
  assert_fails(xy_audit_open(&audit, family, &options, &err), XY_ERR_ARGUMENT, err,
               "stage 'sft': mode predicate needs a log-probability per token, and imported scores are sums");
  options.mode = "per-byte";
  assert_ok(xy_audit_open(&audit, family, &options, &err), err);
  xy_audit_free(audit);
  xy_family_free(family);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts_without_a_score_are_told_before_anything_is_computed),
      cmocka_unit_test(what_needs_tokens_is_refused),
  };
  if (mkdtemp(folder) == NULL) return 1;
  int failed = cmocka_run_group_tests_name("imported", tests, NULL, NULL);
  char command[400];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command) == 0 ? failed : 1;
}
