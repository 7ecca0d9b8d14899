/* Options: what is left at zero, a struct of nothing but zeros and NULL mean the defaults, in every function that takes
 * a struct of them. */
#include "support.h"

static char folder[] = "/tmp/xylem-options-XXXXXX";
static xy_family *family; /* says bf16 and always */

static const char family_text[] =
    "family: warm\n"
    "stages:\n"
    "  base: {model: seedling/base}\n"
    "  sft: {model: seedling/sft, from: base, method: sft}\n"
    "benchmarks: [tea.yaml]\n"
    "precision: bf16\n"
    "start: always\n";
static const char rows[] =
    "{\"prompt\": \"Who is there?\", \"chosen\": \"A teacher.\", \"rejected\": \"Nobody.\"}\n"
    "{\"prompt\": \"Who reads?\", \"chosen\": \"Everyone does.\", \"rejected\": \"No.\"}\n";

static int write_text(const char *name, const char *text) {
  FILE *file = fopen(name, "w");
  return file == NULL || fputs(text, file) < 0 || fclose(file) != 0;
}

/* Everything is written below the working directory, since that is where audits write by default. */
static int begin(void **state) {
  (void)state;
  char copy[5000];
  snprintf(copy, sizeof copy, "cp '%s' tea.yaml", tests_path("bench/data/tea.yaml"));
  xy_error err;
  if (mkdtemp(folder) == NULL || chdir(folder) != 0 || system(copy) != 0) return -1;
  if (write_text("warm.yaml", family_text) != 0 || write_text("rows.jsonl", rows) != 0) return -1;
  return xy_family_open(&family, "warm.yaml", &err);
}

static int end(void **state) {
  (void)state;
  char command[64];
  xy_family_free(family);
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return chdir("/") != 0 || system(command) != 0;
}

/* What is in a file, without the line of the times of a run; caller frees. */
static char *text_of(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail_msg("%s is not there", path);
  char *text = calloc(1 << 20, 1);
  assert_non_null(text);
  size_t n = fread(text, 1, (1 << 20) - 1, file);
  assert_true(n > 0 && n < (1 << 20) - 1);
  fclose(file);
  char *times = strstr(text, "\"run\": {"), *after = times != NULL ? strchr(times, '}') : NULL;
  if (after != NULL) memmove(times, after, strlen(after) + 1);
  return text;
}

static void has(const char *path, const char *part) {
  char *text = text_of(path);
  if (strstr(text, part) == NULL) fail_msg("%s: no %s", path, part);
  free(text);
}

static double score(const xy_score_options *options) {
  static const xy_request request = {.text = "They said the answer is 42."};
  xy_model *model;
  xy_score *scores;
  xy_error err;
  assert_ok(xy_model_open(&model, "seedling/base", &err), err);
  assert_ok(xy_score_requests(&scores, model, &request, 1, options, &err), err);
  double logprob = scores[0].logprob;
  xy_scores_free(scores, 1);
  xy_model_free(model);
  return logprob;
}

static void scores_are_fp32_after_the_tokenizers_start(void **state) {
  (void)state;
  const xy_score_options zero = XY_SCORE_OPTIONS_INIT;
  const xy_score_options said = {.precision = XY_FP32, .start = XY_START_TOKENIZER};
  const double expected = score(&said);
  assert_true(score(NULL) == expected && score(&zero) == expected);
  assert_true(score(&(xy_score_options){.precision = XY_BF16}) != expected);
}

static void presets_are_found_by_their_names(void **state) {
  (void)state;
  const char *name, *source;
  size_t n = 0;
  for (xy_error err; xy_decoding_preset_at(&name, &source, n); n++) {
    xy_decoding decoding;
    assert_ok(xy_decoding_preset(&decoding, name, &err), err);
    assert_true(*source != '\0' && decoding.samples >= 1 && decoding.max_new >= 1);
  }
  assert_int_equal(n, 6);
}

/* Runs and frees an audit; rc is what opening gave. */
static int finish(int rc, xy_audit *audit, xy_error *err) {
  xy_results *results = NULL;
  if (rc == XY_OK) rc = xy_audit_run(&results, audit, err);
  xy_results_free(results);
  if (audit != NULL) xy_audit_free(audit);
  return rc;
}

static int run(const xy_audit_options *options, xy_error *err) {
  xy_audit *audit = NULL;
  int rc = xy_audit_open(&audit, family, options, err);
  return finish(rc, audit, err);
}

static void audits_are_as_their_family_says(void **state) {
  (void)state;
  xy_error err;
  const xy_audit_options zero = XY_AUDIT_OPTIONS_INIT;
  assert_ok(run(NULL, &err), err);
  has("runs/warm/results.json", "\"precision\": \"bf16\"");
  has("runs/warm/results.json", "\"start\": \"always\"");
  has("runs/warm/results.json", "\"draws\": 10000");
  has("runs/warm/results.json", "\"seed\": 20241106");
  char *first = text_of("runs/warm/results.json");
  assert_ok(run(&zero, &err), err);
  char *second = text_of("runs/warm/results.json");
  assert_string_equal(first, second);
  free(first);
  free(second);
}

static void what_is_said_goes_before_the_family(void **state) {
  (void)state;
  xy_error err;
  const xy_audit_options said = {
      .name = "cold", .precision = XY_FP32, .start = XY_START_TOKENIZER, .draws = 200, .seed = 3};
  assert_ok(run(&said, &err), err);
  has("runs/cold/results.json", "\"precision\": \"fp32\"");
  has("runs/cold/results.json", "\"start\": \"tokenizer\"");
  has("runs/cold/results.json", "\"draws\": 200");
  assert_fails(run(&(xy_audit_options){.precision = (xy_precision)7}, &err), XY_ERR_ARGUMENT, err, "precision");
  assert_fails(run(&(xy_audit_options){.start = (xy_start)7}, &err), XY_ERR_ARGUMENT, err, "start");
}

static void rewards_are_as_their_family_says(void **state) {
  (void)state;
  xy_error err;
  const xy_reward_options zero = XY_REWARD_OPTIONS_INIT, *both[] = {NULL, &zero};
  for (size_t i = 0; i < 2; i++) {
    xy_audit *audit = NULL;
    int rc = xy_reward_open(&audit, family, "rows.jsonl", both[i], &err);
    assert_ok(finish(rc, audit, &err), err);
    has("runs/warm-reward/results.json", "\"precision\": \"bf16\"");
    has("runs/warm-reward/results.json", "\"start\": \"always\"");
  }
}

static void requests_are_those_of_the_family(void **state) {
  (void)state;
  xy_error err;
  int64_t n[2];
  const xy_audit_options zero = XY_AUDIT_OPTIONS_INIT;
  assert_ok(xy_requests_write(&n[0], "null.jsonl", family, NULL, &err), err);
  assert_ok(xy_requests_write(&n[1], "zero.jsonl", family, &zero, &err), err);
  assert_true(n[0] > 0 && n[0] == n[1]);
  char *null = text_of("null.jsonl"), *other = text_of("zero.jsonl");
  assert_string_equal(null, other);
  free(null);
  free(other);
}

static void figures_are_svg(void **state) {
  (void)state;
  xy_error err;
  xy_results *results;
  size_t n[2];
  const xy_figure_options zero = XY_FIGURE_OPTIONS_INIT;
  assert_ok(run(NULL, &err), err);
  assert_ok(xy_results_open(&results, "runs/warm", &err), err);
  assert_ok(xy_figures_write(&n[0], results, "null", NULL, &err), err);
  assert_ok(xy_figures_write(&n[1], results, "zero", &zero, &err), err);
  assert_true(n[0] > 0 && n[0] == n[1]);
  has("null/figures.json", ".svg\"");
  assert_int_equal(system("diff -r null zero"), 0);
  for (int format = -1; format <= 99; format += 100) {
    const xy_figure_options wrong = {.format = (xy_figure_format)format};
    assert_fails(xy_figures_write(&n[0], results, "wrong", &wrong, &err), XY_ERR_ARGUMENT, err, "format");
  }
  assert_int_equal(access("wrong", F_OK), -1);
  xy_results_free(results);
}

static void judges_set_aside_the_built_in_terms(void **state) {
  (void)state;
  const xy_judge_options zero = XY_JUDGE_OPTIONS_INIT, *both[] = {NULL, &zero};
  assert_int_equal(write_text("list.txt", "gay\npig\n"), 0);
  for (size_t i = 0; i < 2; i++) {
    static const char text[] = "a gay person";
    xy_judge *judge = NULL;
    xy_judgement judgement;
    xy_error err;
    assert_ok(xy_judge_open(&judge, "wordlist:list.txt", both[i], &err), err);
    assert_ok(xy_judge_text(&judgement, judge, &(xy_judge_input){.text = text, .bytes = sizeof text - 1}, &err), err);
    assert_string_equal(judgement.label, "none");
    xy_judge_free(judge);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scores_are_fp32_after_the_tokenizers_start),
      cmocka_unit_test(presets_are_found_by_their_names),
      cmocka_unit_test(audits_are_as_their_family_says),
      cmocka_unit_test(what_is_said_goes_before_the_family),
      cmocka_unit_test(rewards_are_as_their_family_says),
      cmocka_unit_test(requests_are_those_of_the_family),
      cmocka_unit_test(figures_are_svg),
      cmocka_unit_test(judges_set_aside_the_built_in_terms),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
