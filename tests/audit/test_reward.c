/* What `xylem reward` promises, on a small random family: log-probabilities and scores are those that Transformers and
 * RewardBench's formulas give under every prompt format (tools/make_reward_goldens.py), rows that are too long are
 * told, and a second run computes nothing. */
#include <ftw.h>
#include <math.h>

#include "audit/audit.h"
#include "base/json.h"
#include "base/output.h"
#include "lines.h"
#include "support.h"

static char folder[] = "/tmp/xylem-reward-XXXXXX";

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk) {
  (void)info, (void)kind, (void)walk;
  return remove(path);
}
static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) == NULL ? -1 : 0;
}
static int drop_folder(void **state) {
  (void)state;
  nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  return 0;
}

static const char *data_path(const char *name) {
  char path[256];
  snprintf(path, sizeof path, "audit/data/reward/%s", name);
  return tests_path(path);
}

/* The family base -> sft -> dpo, beta 0.1. */
static xy_family *open_family(void) {
  char specs[3][512];
  const char *list[] = {specs[0], specs[1], specs[2]};
  snprintf(specs[0], sizeof specs[0], "base=%s", data_path("base"));
  snprintf(specs[1], sizeof specs[1], "sft=%s:base", data_path("sft"));
  snprintf(specs[2], sizeof specs[2], "dpo=%s:sft:dpo:0.1", data_path("dpo"));
  xy_family *family;
  xy_error err;
  assert_ok(xy_family_from_stages(&family, "small", list, 3, &err), err);
  return family;
}

static xy_reward_options quick(const char *format, const char *tail) {
  return (xy_reward_options){.runs = folder, .format = format, .tail = tail, .draws = 200};
}

static int run(xy_results **out, const char *preferences, const xy_reward_options *options, xy_error *err) {
  xy_family *family = open_family();
  xy_audit *audit = NULL;
  int rc = xy_reward_open(&audit, family, preferences, options, err);
  if (rc == XY_OK) rc = xy_audit_run(out, audit, err);
  xy_audit_free(audit);
  xy_family_free(family);
  return rc;
}

static const char *string_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}
static double number_of(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

static const json_t *find_line(const json_t *lines, const json_t *golden) {
  for (size_t i = 0; i < json_array_size(lines); i++) {
    const json_t *line = json_array_get(lines, i);
    if (json_integer_value(json_object_get(line, "line")) == json_integer_value(json_object_get(golden, "line")) &&
        strcmp(string_of(line, "stage"), string_of(golden, "stage")) == 0) {
      return line;
    }
  }
  return NULL;
}

static double golden_of(const json_t *golden, const char *key, size_t side) {
  return json_number_value(json_array_get(json_object_get(golden, key), side));
}

static void assert_line(const json_t *line, const json_t *golden) {
  static const char *const texts[] = {"prompt", "text_chosen", "text_rejected"};
  static const char *const sides[] = {"chosen", "rejected"};
  static const char *const scores[] = {"sum", "avg", "norm"};
  assert_non_null(line);
  for (size_t i = 0; i < 3; i++) assert_string_equal(string_of(line, texts[i]), string_of(golden, texts[i]));
  for (size_t side = 0; side < 2; side++) {
    char key[64];
    snprintf(key, sizeof key, "%s_tokens", sides[side]);
    assert_int_equal(number_of(line, key), golden_of(golden, "tokens", side));
    for (size_t k = 0; k < 3; k++) {
      snprintf(key, sizeof key, "%s_%s", scores[k], sides[side]);
      assert_near(number_of(line, key), golden_of(golden, scores[k], side), 1e-3, 0);
    }
    if (json_is_array(json_object_get(golden, "ratio"))) {
      snprintf(key, sizeof key, "scores_%s", sides[side]);
      assert_near(number_of(line, key), golden_of(golden, "ratio", side), 1e-3, 0);
    }
  }
  bool ratio = json_is_array(json_object_get(golden, "ratio"));
  const char *score = ratio ? "ratio" : "avg";
  assert_string_equal(string_of(line, "score"), score);
  assert_int_equal(number_of(line, "results"), golden_of(golden, score, 0) > golden_of(golden, score, 1));
  if (strcmp(string_of(golden, "stage"), "dpo") == 0) {
    double margin = golden_of(golden, "ratio", 0) - golden_of(golden, "ratio", 1);
    assert_near(number_of(line, "margin"), 0.1 * margin, 1e-3, 0);
  } else {
    assert_true(json_is_null(json_object_get(line, "margin"))); /* a log-ratio is no reward */
  }
}

static void agrees_with_transformers(void **state) {
  (void)state;
  json_t *goldens = read_lines(data_path("golden.jsonl"));
  json_t *lines = NULL;
  char last[64] = "";
  size_t compared = 0;
  for (size_t i = 0; i < json_array_size(goldens); i++) {
    const json_t *golden = json_array_get(goldens, i);
    char name[64];
    snprintf(name, sizeof name, "%s-%s", string_of(golden, "format"), string_of(golden, "data"));
    if (strcmp(name, last) != 0) { /* the goldens of a run stand together */
      char file[64];
      char path[512];
      xy_results *results;
      xy_error err;
      xy_reward_options options = quick(string_of(golden, "format"), string_of(golden, "tail"));
      options.name = name;
      snprintf(file, sizeof file, "%s.jsonl", string_of(golden, "data"));
      assert_ok(run(&results, data_path(file), &options, &err), err);
      xy_results_free(results);
      snprintf(path, sizeof path, "%s/%s/rewards.jsonl", folder, name);
      json_decref(lines);
      lines = read_lines(path);
      snprintf(last, sizeof last, "%s", name);
    }
    assert_line(find_line(lines, golden), golden);
    compared++;
  }
  assert_true(compared > 100);
  json_decref(lines);
  json_decref(goldens);
}

static void find(xy_measure *out, const xy_results *results, const char *benchmark, const char *measure,
                 const char *mode, const char *stage, const char *identity) {
  for (size_t i = 0; i < xy_results_measures(results); i++) {
    xy_results_measure(out, results, i);
    if (strcmp(out->benchmark, benchmark) == 0 && strcmp(out->measure, measure) == 0 && strcmp(out->mode, mode) == 0 &&
        strcmp(out->stage, stage) == 0 && strcmp(out->identity, identity) == 0) {
      return;
    }
  }
  fail_msg("no row %s %s %s %s %s", benchmark, measure, mode, stage, identity);
}

/* The table's means from the goldens: six rows, of which one is tied, and two share a prompt. */
static void measures_what_the_rows_say(void **state) {
  (void)state;
  xy_results *results;
  xy_error err;
  xy_reward_options options = quick("halos", "space+eos");
  const char *by[] = {"id"};
  options.by = by;
  options.n_by = 1;
  options.name = "rows";
  assert_ok(run(&results, data_path("preferences.jsonl"), &options, &err), err);
  json_t *goldens = read_lines(data_path("golden.jsonl"));
  double margin = 0, sum = 0;
  int right = 0, sum_right = 0;
  for (size_t i = 0; i < json_array_size(goldens); i++) {
    const json_t *g = json_array_get(goldens, i);
    bool mine = strcmp(string_of(g, "format"), "halos") == 0 && strcmp(string_of(g, "stage"), "dpo") == 0;
    if (!mine) continue;
    margin += golden_of(g, "ratio", 0) - golden_of(g, "ratio", 1);
    sum += golden_of(g, "sum", 0) - golden_of(g, "sum", 1);
    right += golden_of(g, "ratio", 0) > golden_of(g, "ratio", 1);
    sum_right += golden_of(g, "sum", 0) > golden_of(g, "sum", 1);
  }
  json_decref(goldens);
  xy_measure m;
  find(&m, results, "preferences", "reward_accuracy", "full", "dpo", "all");
  assert_int_equal(m.n, 5);
  assert_int_equal(m.clusters, 4);
  assert_string_equal(m.against, "sft");
  assert_near(m.value, right / 5.0, 1e-12, 0);
  find(&m, results, "preferences", "rewardbench_ratio_accuracy", "", "dpo", "all");
  assert_near(m.value, right / 6.0, 1e-12, 0); /* ties lose */
  find(&m, results, "preferences", "rewardbench_sum_accuracy", "", "dpo", "all");
  assert_near(m.value, sum_right / 6.0, 1e-12, 0);
  find(&m, results, "preferences", "reward_tie_rate", "full", "dpo", "all");
  assert_near(m.value, 1 / 6.0, 1e-12, 0);
  find(&m, results, "preferences", "reward_margin", "full", "dpo", "all");
  assert_int_equal(m.n, 6);
  assert_int_equal(m.clusters, 5);
  assert_near(m.value, 0.1 * margin / 6, 1e-4, 0);
  find(&m, results, "preferences", "reward_margin_over_beta", "full", "dpo", "all");
  assert_near(m.value, margin / 6, 1e-3, 0);
  find(&m, results, "preferences", "likelihood_margin", "full", "dpo", "all");
  assert_near(m.value, sum / 6, 1e-3, 0);
  find(&m, results, "preferences", "log_ratio_margin", "full", "sft", "all");
  assert_string_equal(m.against, "base");
  find(&m, results, "preferences", "likelihood_accuracy_change", "full", "dpo", "all");
  assert_string_equal(m.against, "sft");
  find(&m, results, "preferences", "reward_margin", "full", "dpo", "nurse");
  assert_int_equal(m.n, 3);
  find(&m, results, "preferences/subset=long", "reward_margin", "full", "dpo", "all");
  assert_int_equal(m.n, 2);
  find(&m, results, "preferences/id=4", "reward_margin", "full", "dpo", "all");
  assert_int_equal(m.n, 1);
  for (size_t i = 0; i < xy_results_measures(results); i++) { /* only dpo has a reward */
    xy_results_measure(&m, results, i);
    if (strncmp(m.measure, "reward_", 7) == 0) assert_string_equal(m.stage, "dpo");
  }
  xy_stage_info stage;
  xy_results_stage(&stage, results, 0);
  assert_string_equal(stage.format, "halos"); /* the reference is written as the stage is */
  assert_string_equal(stage.tail, "space+eos");
  xy_results_free(results);
}

/* Requests that the store does not hold. */
static int64_t missing(const xy_reward_options *options) {
  xy_family *family = open_family();
  xy_audit *audit;
  xy_plan plan;
  xy_error err;
  assert_ok(xy_reward_open(&audit, family, data_path("preferences.jsonl"), options, &err), err);
  assert_ok(xy_audit_plan(&plan, audit, &err), err);
  int64_t n = 0;
  for (size_t i = 0; i < plan.n_stages; i++) n += plan.stages[i].requests - plan.stages[i].stored;
  xy_audit_free(audit);
  xy_family_free(family);
  return n;
}

static void a_second_run_computes_nothing(void **state) {
  (void)state;
  xy_results *results;
  xy_error err;
  char store[256];
  xy_reward_options options = quick("tulu", "none");
  snprintf(store, sizeof store, "%s/own.sqlite", folder);
  options.store = store;
  options.name = "twice";
  assert_int_equal(missing(&options), 3 * 11); /* six pairs, one of equal answers, at three stages */
  assert_ok(run(&results, data_path("preferences.jsonl"), &options, &err), err);
  xy_results_free(results);
  assert_int_equal(missing(&options), 0);
  assert_ok(run(&results, data_path("preferences.jsonl"), &options, &err), err);
  xy_results_free(results);
  options.tail = "eos";
  assert_int_equal(missing(&options), 3 * 11); /* another text */
}

/* Writes rows, the second of which has a prompt of `words` words, to a file. */
static const char *with_long_row(size_t words) {
  static char path[256];
  xy__text text = {0};
  xy_error err;
  xy__text_add(&text, "{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"c\"}\n{\"prompt\": \"");
  for (size_t i = 0; i < words; i++) xy__text_add(&text, " the");
  xy__text_add(&text, "\", \"chosen\": \"b\", \"rejected\": \"c\"}\n");
  snprintf(path, sizeof path, "%s/long.jsonl", folder);
  assert_ok(xy__file_write(path, text.data, text.size, &err), err);
  xy__text_dispose(&text);
  return path;
}

static void tells_rows_that_are_too_long(void **state) {
  (void)state;
  xy_results *results;
  xy_error err;
  xy_reward_options options = quick("halos", "none");
  options.name = "long";
  const char *path = with_long_row(600);
  assert_fails(run(&results, path, &options, &err), XY_ERR_ARGUMENT, err, "long.jsonl:2: ");
  assert_non_null(strstr(err.text, "more than the 512 of the context of stage 'base'"));
  assert_non_null(strstr(err.hint, "--skip-long"));
  options.skip_long = true;
  assert_ok(run(&results, path, &options, &err), err);
  bool told = false;
  for (size_t i = 0; i < xy_results_findings(results); i++) {
    xy_finding finding;
    xy_results_finding(&finding, results, i);
    told = told || (strcmp(finding.kind, "left_out") == 0 && strstr(finding.text, "1 row of ") != NULL &&
                    strstr(finding.text, "(line 2)") != NULL);
  }
  assert_true(told);
  xy_measure m;
  find(&m, results, "long", "likelihood_margin", "full", "base", "all");
  assert_int_equal(m.n, 1);
  xy_results_free(results);
}

static void refuses_formats_that_cannot_say_it(void **state) {
  (void)state;
  xy_results *results;
  xy_error err;
  xy_reward_options options = quick("halos", "none");
  options.name = "system";
  assert_fails(run(&results, data_path("system.jsonl"), &options, &err), XY_ERR_UNSUPPORTED, err,
               "row/1: prompt format 'halos' cannot express turn 1 of 2, of the system");
  options.format = "plain";
  assert_fails(run(&results, data_path("preferences.jsonl"), &options, &err), XY_ERR_UNSUPPORTED, err,
               "row/3: prompt format 'plain' cannot express turn 2 of 3, of the assistant");
  options.format = "halo";
  assert_fails(run(&results, data_path("preferences.jsonl"), &options, &err), XY_ERR_NOT_FOUND, err,
               "unknown prompt format 'halo'");
  options.format = "halos";
  options.tail = "end";
  assert_fails(run(&results, data_path("preferences.jsonl"), &options, &err), XY_ERR_ARGUMENT, err,
               "unknown tail 'end'");
  options.tail = "none";
  const char *by[] = {"topic"};
  options.by = by;
  options.n_by = 1;
  assert_fails(run(&results, data_path("preferences.jsonl"), &options, &err), XY_ERR_ARGUMENT, err,
               "no row has the field 'topic'");
}

/* Stages that name two formats cannot share a reward. */
static void wants_one_layout(void **state) {
  (void)state;
  xy__text text = {0};
  xy_error err;
  xy_family *family;
  xy_audit *audit;
  char path[256];
  xy__text_addf(&text,
                "family: two\nstages:\n  base: {model: %s}\n  sft: {model: %s, from: base, format: tulu, tail: eos}\n"
                "  dpo: {model: %s, from: sft, beta: 0.1, format: zephyr}\n",
                data_path("base"), data_path("sft"), data_path("dpo"));
  snprintf(path, sizeof path, "%s/two.yaml", folder);
  assert_ok(xy__file_write(path, text.data, text.size, &err), err);
  xy__text_dispose(&text);
  assert_ok(xy_family_open(&family, path, &err), err);
  xy_reward_options options = quick(NULL, NULL);
  assert_fails(xy_reward_open(&audit, family, data_path("preferences.jsonl"), &options, &err), XY_ERR_ARGUMENT, err,
               "stages 'sft' and 'dpo' name different prompt formats, tulu and zephyr");
  options.format = "tulu";
  assert_fails(xy_reward_open(&audit, family, data_path("preferences.jsonl"), &options, &err), XY_ERR_ARGUMENT, err,
               "name different tails, eos and none");
  options.tail = "eos";
  assert_ok(xy_reward_open(&audit, family, data_path("preferences.jsonl"), &options, &err), err);
  xy_audit_free(audit);
  xy_family_free(family);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_transformers),           cmocka_unit_test(measures_what_the_rows_say),
      cmocka_unit_test(a_second_run_computes_nothing),      cmocka_unit_test(tells_rows_that_are_too_long),
      cmocka_unit_test(refuses_formats_that_cannot_say_it), cmocka_unit_test(wants_one_layout)};
  return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
