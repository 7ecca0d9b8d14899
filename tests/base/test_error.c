/* What xylem.h promises of xy_error: it needs no initialising and may be NULL, after a failure it holds the code that
 * was returned and a text, after a success XY_OK and none. Every function that takes one is called, with bytes in it
 * that were never meant as an error. */
#include "support.h"

static struct {
  char folder[64];
  xy_family *family;
  xy_model *model;
  xy_tokenizer *tokenizer;
  xy_bench *bench;
  xy_import *import;
  xy_audit *audit;
  xy_results *results;
  xy_survey *survey;
  xy_judge *judge;
} have;

static const char nowhere[] = "/nowhere/at/all";
static const char broken[] = "wrong: 1\nalso wrong: 2\n";

static const char *in_folder(const char *name) {
  static char path[128];
  snprintf(path, sizeof path, "%s/%s", have.folder, name);
  return path;
}

/* A YAML file with two faults, so that the second is added to the first. */
static const char *broken_file(void) {
  const char *path = in_folder("broken.yaml");
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(broken, 1, strlen(broken), file), strlen(broken));
  assert_int_equal(fclose(file), 0);
  return path;
}

static int stop(const xy_progress *progress, void *user) {
  (void)progress;
  const bool *stopping = user;
  return *stopping;
}

/* ---- the calls, one a function; those that can only run out of memory succeed ---- */

static int file_check(xy_error *err) { return xy_file_check(nowhere, err); }
static int model_open(xy_error *err) { return xy_model_open(&(xy_model *){0}, nowhere, err); }
static int model_describe(xy_error *err) { return xy_model_describe(&(xy_model_info){0}, have.model, err); }
static int model_fingerprint(xy_error *err) { return xy_model_fingerprint(&(const char *){0}, have.model, err); }
static int tokenizer_open(xy_error *err) { return xy_tokenizer_open(&(xy_tokenizer *){0}, broken_file(), err); }
static int tokenizer_encode(xy_error *err) {
  return xy_tokenizer_encode(&(int32_t *){0}, &(size_t){0}, have.tokenizer, "\xff", 1, false, err);
}
static int tokenizer_decode(xy_error *err) {
  char *text = NULL;
  int rc = xy_tokenizer_decode(&text, &(size_t){0}, have.tokenizer, (const int32_t[]){1, 2}, 2, false, err);
  xy_free(text);
  return rc;
}
static int score_requests(xy_error *err) {
  return xy_score_requests(&(xy_score *){0}, have.model, &(xy_request){.name = "r"}, 1, NULL, err);
}
static int requests_read(xy_error *err) { return xy_requests_read(&(xy_requests *){0}, "{", 1, "r", err); }
static int generate(xy_error *err) {
  return xy_generate(&(xy_continuation *){0}, have.model, &(xy_prompt){.name = "p"}, 1, NULL, NULL, err);
}
static int next_tokens(xy_error *err) {
  return xy_next_tokens(&(xy_distribution *){0}, have.model, &(xy_prompt){.name = "p"}, 1, NULL, NULL, err);
}
static int prompts_read(xy_error *err) { return xy_prompts_read(&(xy_prompts *){0}, "{", 1, "p", err); }
static int decoding_preset(xy_error *err) { return xy_decoding_preset(&(xy_decoding){0}, "no such", err); }
static int bench_open(xy_error *err) { return xy_bench_open(&(xy_bench *){0}, broken_file(), NULL, err); }
static int bench_template(xy_error *err) { return xy_bench_template(&(char *){0}, "a b", err); }
static int import_open(xy_error *err) {
  return xy_import_open(&(xy_import *){0}, &(const char *){broken_file()}, 1, err);
}
static int import_cover(xy_error *err) {
  return xy_import_cover(&(xy_import_coverage){0}, have.import, have.bench, "no such format", err);
}
static int bench_detectable(xy_error *err) { return xy_bench_detectable(&(double){0}, have.bench, 1, 0, err); }
static int bench_terms(xy_error *err) {
  xy_bench_term *terms = NULL;
  int rc = xy_bench_terms(&terms, &(size_t){0}, have.bench, have.tokenizer, err);
  if (rc == XY_OK) xy_free(terms);
  return rc;
}
static int bench_reach_of(xy_error *err) {
  return xy_bench_reach_of(&(xy_bench_reach){0}, have.bench, NULL, NULL, 1, 0, err);
}
static int family_open(xy_error *err) { return xy_family_open(&(xy_family *){0}, broken_file(), err); }
static int family_from_stages(xy_error *err) {
  const char *specs[] = {"a", "b=c:d:e:f:g", "b=c:d:e:-1"};
  return xy_family_from_stages(&(xy_family *){0}, "f", specs, 3, err);
}
static int audit_open(xy_error *err) {
  const xy_audit_options options = {
      .runs = have.folder, .only_stages = (const char *const[]){"no such stage"}, .n_only_stages = 1};
  return xy_audit_open(&(xy_audit *){0}, have.family, &options, err);
}
static int reward_open(xy_error *err) {
  return xy_reward_open(&(xy_audit *){0}, have.family, broken_file(), &(xy_reward_options){.runs = have.folder}, err);
}
static int requests_write(xy_error *err) {
  return xy_requests_write(&(int64_t){0}, nowhere, have.family, &(xy_audit_options){.limit = 1}, err);
}
static int reward_requests_write(xy_error *err) {
  return xy_reward_requests_write(&(int64_t){0}, nowhere, have.family, broken_file(), NULL, err);
}
static int audit_plan(xy_error *err) { return xy_audit_plan(&(xy_plan){0}, have.audit, err); }
static int audit_run(xy_error *err) {
  bool stopping = false; /* not while opening */
  const xy_audit_options options = {.runs = have.folder,
                                    .store = in_folder("empty.sqlite"),
                                    .benchmarks = (const char *const[]){"pronoun"},
                                    .n_benchmarks = 1,
                                    .limit = 1,
                                    .progress = stop,
                                    .user = &stopping};
  xy_audit *audit = NULL;
  xy_error opening;
  assert_ok(xy_audit_open(&audit, have.family, &options, &opening), opening);
  stopping = true;
  int rc = xy_audit_run(&(xy_results *){0}, audit, err);
  xy_audit_free(audit);
  return rc;
}
static int run_changed(xy_error *err) { return xy_run_changed(&(bool){0}, "/nowhere/at/all", "results.json", err); }
static int verify(xy_error *err) { return xy_verify(&(xy_verified *){0}, "/nowhere/at/all", NULL, err); }
static int results_open(xy_error *err) { return xy_results_open(&(xy_results *){0}, broken_file(), err); }
static int report_html(xy_error *err) { return xy_report_html(have.results, nowhere, false, err); }
static int report_csv(xy_error *err) { return xy_report_csv(have.results, "/proc/none", err); }
static int report_text(xy_error *err) {
  char *text = NULL;
  int rc = xy_report_text(&text, have.results, XY_MARKUP_MARKDOWN, err);
  xy_free(text);
  return rc;
}
static int report_bibtex(xy_error *err) {
  char *text = NULL;
  int rc = xy_report_bibtex(&text, have.results, err);
  xy_free(text);
  return rc;
}
static int report_items(xy_error *err) { return xy_report_items(have.results, false, err); }
static int report_text_write(xy_error *err) {
  return xy_report_text_write(have.results, XY_MARKUP_LATEX, nowhere, err);
}
static int figures_write(xy_error *err) {
  return xy_figures_write(&(size_t){0}, have.results, "/proc/none", &(xy_figure_options){0}, err);
}
static int survey_open(xy_error *err) {
  return xy_survey_open(&(xy_survey *){0}, &(const char *){broken_file()}, 1, err);
}
static int survey_counts(xy_error *err) {
  xy_survey_count *counts = NULL;
  int rc = xy_survey_counts(&counts, &(size_t){0}, have.survey, false, err);
  xy_free(counts);
  return rc;
}
static int survey_gaps(xy_error *err) {
  xy_survey_gap *gaps = NULL;
  size_t n = 0;
  int rc = xy_survey_gaps(&gaps, &n, have.survey, false, err);
  xy_survey_gaps_free(gaps, n);
  return rc;
}
static int survey_page(xy_error *err) {
  char *html = NULL;
  int rc = xy_survey_page(&html, have.survey, false, err);
  xy_free(html);
  return rc;
}
static int survey_page_write(xy_error *err) { return xy_survey_page_write(have.survey, false, nowhere, err); }
static int judge_open(xy_error *err) { return xy_judge_open(&(xy_judge *){0}, nowhere, NULL, err); }
static int judge_text(xy_error *err) {
  return xy_judge_text(&(xy_judgement){0}, have.judge, &(xy_judge_input){.text = "\xff", .bytes = 1}, err);
}
static int compare(xy_error *err) { return xy_compare(&(xy_comparison *){0}, nowhere, nowhere, NULL, 0, err); }
static int export_lm_eval(xy_error *err) { return xy_export_lm_eval(&(size_t){0}, nowhere, have.folder, err); }

static const struct {
  const char *name; /* less "xy_" */
  int (*call)(xy_error *err);
  bool fails;
} calls[] = {{"file_check", file_check, true},
             {"model_open", model_open, true},
             {"model_describe", model_describe, false},
             {"model_fingerprint", model_fingerprint, false},
             {"tokenizer_open", tokenizer_open, true},
             {"tokenizer_encode", tokenizer_encode, true},
             {"tokenizer_decode", tokenizer_decode, false},
             {"score_requests", score_requests, true},
             {"requests_read", requests_read, true},
             {"generate", generate, true},
             {"next_tokens", next_tokens, true},
             {"prompts_read", prompts_read, true},
             {"decoding_preset", decoding_preset, true},
             {"bench_open", bench_open, true},
             {"bench_detectable", bench_detectable, false},
             {"bench_reach_of", bench_reach_of, false},
             {"bench_terms", bench_terms, false},
             {"bench_template", bench_template, true},
             {"import_open", import_open, true},
             {"import_cover", import_cover, true},
             {"family_open", family_open, true},
             {"family_from_stages", family_from_stages, true},
             {"audit_open", audit_open, true},
             {"reward_open", reward_open, true},
             {"requests_write", requests_write, true},
             {"reward_requests_write", reward_requests_write, true},
             {"audit_plan", audit_plan, false},
             {"audit_run", audit_run, true},
             {"run_changed", run_changed, false},
             {"verify", verify, true},
             {"results_open", results_open, true},
             {"report_html", report_html, true},
             {"report_csv", report_csv, true},
             {"report_text", report_text, false},
             {"report_items", report_items, false},
             {"report_bibtex", report_bibtex, false},
             {"report_text_write", report_text_write, true},
             {"figures_write", figures_write, true},
             {"survey_open", survey_open, true},
             {"survey_counts", survey_counts, false},
             {"survey_gaps", survey_gaps, false},
             {"survey_page", survey_page, false},
             {"survey_page_write", survey_page_write, true},
             {"judge_open", judge_open, true},
             {"judge_text", judge_text, true},
             {"compare", compare, true},
             {"export_lm_eval", export_lm_eval, true}};
enum { CALLS = sizeof calls / sizeof *calls };

static int set_up(void **state) {
  (void)state;
  xy_error err;
  strcpy(have.folder, "/tmp/xylem-error-XXXXXX");
  assert_non_null(mkdtemp(have.folder));
  const xy_audit_options options = {
      .runs = have.folder, .draws = 100, .limit = 1, .benchmarks = (const char *const[]){"pronoun"}, .n_benchmarks = 1};
  assert_ok(xy_family_open(&have.family, "seedling", &err), err);
  assert_ok(xy_model_open(&have.model, "seedling/base", &err), err);
  xy_model_info info;
  assert_ok(xy_model_describe(&info, have.model, &err), err);
  assert_ok(xy_tokenizer_open(&have.tokenizer, info.path, &err), err);
  assert_ok(xy_bench_open(&have.bench, "pronoun", NULL, &err), err);
  char requests[128];
  snprintf(requests, sizeof requests, "%s/scored.jsonl", have.folder);
  FILE *file = fopen(requests, "w");
  assert_non_null(file);
  fputs("{\"context\": \"a\", \"continuation\": \" b\", \"logprob\": -1}\n", file);
  assert_int_equal(fclose(file), 0);
  assert_ok(xy_import_open(&have.import, &(const char *){requests}, 1, &err), err);
  assert_ok(xy_audit_open(&have.audit, have.family, &options, &err), err);
  assert_ok(xy_audit_run(&have.results, have.audit, &err), err);
  assert_ok(xy_survey_open(&have.survey, NULL, 0, &err), err);
  assert_ok(xy_judge_open(&have.judge, "refusal", NULL, &err), err);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  xy_judge_free(have.judge);
  xy_survey_free(have.survey);
  xy_results_free(have.results);
  xy_audit_free(have.audit);
  xy_import_free(have.import);
  xy_bench_free(have.bench);
  xy_tokenizer_free(have.tokenizer);
  xy_model_free(have.model);
  xy_family_free(have.family);
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", have.folder);
  return system(command);
}

static void an_error_needs_no_initialising(void **state) {
  (void)state;
  for (size_t i = 0; i < CALLS; i++) {
    xy_error err;
    memset(&err, 0xff, sizeof err);
    int rc = calls[i].call(&err);
    if (rc != XY_OK) err.text[strcspn(err.text, "\n")] = '\0'; /* a line of it, for who reads along */
    print_message("# xy_%s: %s: %.200s\n", calls[i].name, xy_code_name(rc), rc != XY_OK ? err.text : "");
    assert_int_equal(rc != XY_OK, calls[i].fails);
    assert_int_equal(err.code, rc);
    assert_non_null(memchr(err.text, '\0', sizeof err.text));
    assert_non_null(memchr(err.hint, '\0', sizeof err.hint));
    assert_null(strchr(err.text, 0xff));
    assert_null(strchr(err.hint, 0xff));
    assert_int_equal(err.text[0] != '\0', calls[i].fails);
  }
}

static void an_error_may_be_null(void **state) {
  (void)state;
  for (size_t i = 0; i < CALLS; i++) assert_int_equal(calls[i].call(NULL) != XY_OK, calls[i].fails);
}

/* The calls above are all there are: every "xy_NAME(…, xy_error *err)" of the header. */
static void every_function_is_called(void **state) {
  (void)state;
  FILE *file = fopen(root_path("include/xylem.h"), "r");
  assert_non_null(file);
  static char text[1 << 17];
  size_t n = fread(text, 1, sizeof text - 1, file);
  assert_int_equal(fclose(file), 0);
  text[n] = '\0';
  size_t found = 0;
  for (const char *at = text; (at = strstr(at, "XY_EXPORT int xy_")) != NULL;) {
    const char *name = at + strlen("XY_EXPORT int xy_");
    at = strchr(name, ';');
    assert_non_null(at);
    if (strncmp(at - strlen("xy_error *err)"), "xy_error *err)", strlen("xy_error *err)")) != 0) continue;
    size_t length = strcspn(name, "(");
    bool called = false;
    for (size_t i = 0; i < CALLS; i++) {
      called = called || (strlen(calls[i].name) == length && strncmp(calls[i].name, name, length) == 0);
    }
    if (!called) fail_msg("xy_%.*s is not called", (int)length, name);
    found++;
  }
  assert_int_equal(found, CALLS);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(an_error_needs_no_initialising),
                                     cmocka_unit_test(an_error_may_be_null),
                                     cmocka_unit_test(every_function_is_called)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
