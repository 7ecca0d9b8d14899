/* The run directory: results.json reads back as it was written and passes its published schema, samples hold every
 * score, tables and page stand up to strict parsers, equal results give equal bytes, and bad files are named. */
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/json.h"
#include "base/output.h"
#include "support.h"
#include "synthetic.h" /* needs those before it */

typedef struct test_run {
  char folder[64];
  synthetic made;
} test_run;

static void write_run(test_run *run, bool show_text) {
  xy_error err;
  xy__report_options options = {.show_text = show_text};
  assert_ok(xy__report_write(run->made.results, &run->made.benchmark, 1, &options, &err), err);
}

static int make_run(void **state) {
  test_run *made = xy__array(1, sizeof *made);
  if (made == NULL) return -1;
  *state = made;
  memcpy(made->folder, "/tmp/xylem-report-XXXXXX", sizeof "/tmp/xylem-report-XXXXXX");
  if (mkdtemp(made->folder) == NULL) return -1;
  synthetic_make(&made->made, 4, made->folder);
  return 0;
}

static int remove_run(void **state) {
  static const char *const names[] = {"results.json",     "samples.jsonl",           "report.html",
                                      "survey.html",      "tables/measures.csv",     "tables/preference.csv",
                                      "tables/steps.csv", "tables/side_by_side.csv", "tables",
                                      "items/index.html", "items/stigma-1.html",     "items"};
  test_run *made = *state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char *path = xy__path_join(made->folder, names[i]);
    (void)remove(path);
    free(path);
  }
  int rc = rmdir(made->folder); /* fails when anything else was left behind */
  synthetic_dispose(&made->made);
  free(made);
  return rc;
}

/* Not inlined: GCC 12 then takes the text for a pointer into this frame. */
static __attribute__((noinline)) char *read_file(const test_run *run, const char *name) {
  xy_error err;
  char *path = xy__path_join(run->folder, name);
  char *data;
  size_t size;
  assert_ok(xy__file_read_bytes(&data, &size, path, &err), err);
  free(path);
  return data;
}

/* Runs tests/report/check.py WHAT A B; skips the test when Python or a module is missing. */
static void check(const char *what, const char *a, const char *b) {
  xy__text command = {0};
  xy__text_addf(&command, "python3 '%s' %s '%s' '%s' 2>&1", tests_path("report/check.py"), what, a, b);
  FILE *pipe = popen(command.data, "r"); /* NOLINT(cert-env33-c): a fixed script, paths of our own */
  xy__text_dispose(&command);
  assert_non_null(pipe);
  char said[1024] = "";
  size_t got = fread(said, 1, sizeof said - 1, pipe);
  said[got] = '\0';
  int status = pclose(pipe);
  assert_true(WIFEXITED(status));
  if (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 77) {
    print_message("# skipped: python3 or jsonschema is not here\n");
    skip();
  }
  if (WEXITSTATUS(status) != 0) fail_msg("check.py %s: %s", what, said);
}

/* Static buffer, good until the second later call. */
static const char *in_run(const test_run *run, const char *name) {
  static char paths[2][128];
  static int next;
  char *path = paths[next++ % 2];
  snprintf(path, sizeof paths[0], "%s/%s", run->folder, name);
  return path;
}

static void same_number(double a, double b) { assert_true(isnan(a) ? isnan(b) : a == b); }

static void results_read_back_as_written(void **state) {
  test_run *run = *state;
  write_run(run, false);
  xy_results *read;
  xy_error err;
  assert_ok(xy_results_open(&read, run->folder, &err), err);
  const xy_results *made = run->made.results;
  assert_string_equal(xy_results_family(read), "seedling");
  assert_string_equal(xy_results_headline_mode(read), "full");
  assert_string_equal(xy_results_directory(read), run->folder);
  assert_int_equal(xy_results_measures(read), made->n_measures);
  for (size_t i = 0; i < made->n_measures; i++) {
    xy_measure a = made->measures[i];
    xy_measure b;
    xy_results_measure(&b, read, i);
    const char *texts[][2] = {{a.benchmark, b.benchmark}, {a.measure, b.measure}, {a.mode, b.mode},
                              {a.stage, b.stage},         {a.against, b.against}, {a.identity, b.identity},
                              {a.theme, b.theme},         {a.verdict, b.verdict}, {a.level, b.level},
                              {a.depends, b.depends}};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) assert_string_equal(texts[t][0], texts[t][1]);
    const double numbers[][2] = {
        {a.value, b.value},           {a.low, b.low},     {a.high, b.high},     {a.p, b.p},         {a.q, b.q},
        {a.detectable, b.detectable}, {a.low90, b.low90}, {a.high90, b.high90}, {a.bound, b.bound}, {a.floor, b.floor}};
    for (size_t t = 0; t < sizeof numbers / sizeof *numbers; t++) same_number(numbers[t][0], numbers[t][1]);
    assert_true(a.n == b.n && a.clusters == b.clusters && a.ties == b.ties);
  }
  assert_int_equal(xy_results_findings(read), 2);
  xy_finding finding;
  xy_results_finding(&finding, read, 0);
  assert_string_equal(finding.text, made->findings[0].text);
  assert_int_equal(xy_results_stages(read), synthetic_stages);
  for (size_t s = 0; s < synthetic_stages; s++) {
    xy_stage_info stage;
    xy_results_stage(&stage, read, s);
    assert_string_equal(stage.name, made->stages[s].name);
    assert_string_equal(stage.parent, made->stages[s].parent);
    assert_string_equal(stage.reference, made->stages[s].reference);
    same_number(stage.beta, made->stages[s].beta);
  }
  /* What was read can be written again, to the same bytes: `report` needs nothing but the file. */
  static const char *const names[] = {"results.json", "report.html"};
  char *before[2];
  for (size_t i = 0; i < 2; i++) before[i] = read_file(run, names[i]);
  xy__report_options options = {0};
  assert_ok(xy__report_write(read, NULL, 0, &options, &err), err);
  for (size_t i = 0; i < 2; i++) {
    char *after = read_file(run, names[i]);
    assert_string_equal(before[i], after);
    free(before[i]);
    free(after);
  }
  xy_results_free(read);
}

static void equal_results_give_equal_bytes(void **state) {
  static const char *const names[] = {"results.json", "samples.jsonl", "report.html", "tables/measures.csv"};
  test_run *run = *state;
  char *before[4];
  write_run(run, false);
  for (size_t i = 0; i < 4; i++) before[i] = read_file(run, names[i]);
  synthetic_dispose(&run->made);
  synthetic_make(&run->made, 4, run->folder);
  write_run(run, false);
  for (size_t i = 0; i < 4; i++) {
    char *after = read_file(run, names[i]);
    assert_string_equal(before[i], after);
    free(after);
    free(before[i]);
  }
}

static void results_pass_the_schema_and_mutations_fail(void **state) {
  test_run *run = *state;
  write_run(run, false);
  check("schema", root_path("docs/results.schema.json"), in_run(run, "results.json"));
}

static void tables_hold_the_same_numbers(void **state) {
  test_run *run = *state;
  write_run(run, false);
  check("tables", in_run(run, "results.json"), in_run(run, "tables"));
}

static void benchmarks_of_an_axis_stand_together(void **state) {
  test_run *run = *state;
  xy_results *results = run->made.results;
  static const char *const made[][3] = {{"faith", "religion", "pair"}, /* name, axis, modality */
                                        {"declared", "gender-diverse", "pronoun"},
                                        {"prefs", "", "preference"},
                                        {"work", "binary-gender", "coref"},
                                        {"faith-2", "religion", "choice"},
                                        {"stigma", "gender-diverse", "pair"}};
  static const char *const expected[] = {"work", "declared", "stigma", "faith", "faith-2", "prefs"};
  json_t *list = json_array();
  for (size_t i = 0; i < 6; i++) {
    json_t *bench = json_pack("{s:s, s:s, s:s}", "name", made[i][0], "axis", made[i][1], "modality", made[i][2]);
    if (i == 1) {
      json_object_set_new(bench, "headline", json_pack("{s:s, s:s, s:s}", "measure", "m", "mode", "o", "change", "c"));
    }
    json_array_append_new(list, bench);
  }
  json_object_set_new(results->facts, "benchmarks", list);
  assert_int_equal(xy_results_benchmarks(results), 6);
  for (size_t i = 0; i < 6; i++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, results, i);
    assert_string_equal(bench.name, expected[i]);
    assert_string_equal(bench.measure, i == 1 ? "m" : "");
    assert_string_equal(bench.mode, i == 1 ? "o" : "");
    assert_string_equal(bench.change, i == 1 ? "c" : "");
  }
}

static void the_page_is_well_formed_and_closed_to_the_world(void **state) {
  test_run *run = *state;
  write_run(run, false);
  check("page", in_run(run, "report.html"), "hidden");
  char *page = read_file(run, "report.html");
  assert_non_null(strstr(page, "This is a synthetic family"));
  assert_non_null(strstr(page, "a &lt;b&gt;&amp;&quot;quoted&quot;, group&lt;/script&gt;"));
  assert_null(strstr(page, "a <b>&"));
  assert_null(strstr(page, "<nats>"));
  free(page);
  write_run(run, true);
  check("page", in_run(run, "report.html"), "open");
}

static void every_item_has_its_place_on_a_page(void **state) {
  test_run *run = *state;
  json_t *facts = json_array_get(json_object_get(run->made.results->facts, "benchmarks"), 0);
  json_object_set_new(facts, "items", json_integer((json_int_t)run->made.bench.n));
  write_run(run, false);
  check("items", run->folder, "hidden");
  char *page = read_file(run, "items/stigma-1.html");
  assert_non_null(strstr(page, "a &lt;b&gt;&amp;&quot;quoted&quot;, group&lt;/script&gt;"));
  assert_null(strstr(page, "a <b>&"));
  free(page);
  write_run(run, true);
  check("items", run->folder, "open");
}

/* report.html, the links from terms to their meanings taken out. Caller frees. */
static char *read_page(const test_run *run) {
  char *page = read_file(run, "report.html"), *to = page;
  for (const char *at = page; *at != '\0';) {
    if (strncmp(at, "<dfn><a ", 8) == 0) {
      at = strchr(strchr(at, '>') + 1, '>') + 1;
    } else if (strncmp(at, "</a></dfn>", 10) == 0) {
      at += 10;
    } else {
      *to++ = *at++;
    }
  }
  *to = '\0';
  return page;
}

static void the_page_says_what_gaps_are_in(void **state) {
  test_run *run = *state;
  xy_results *results = run->made.results;
  static const char *const units[][2] = {
      {"full", "nats"}, {"per-token", "nats per token"}, {"per-byte", "nats per byte"}};
  static const char *const phrases[] = {"Mean gap in %s with intervals", "Mean gap in %s by identity",
                                        "root, steps and sum (%s)", "Mean change of the gap in %s (", "%s to be seen"};
  for (size_t u = 0; u < 3; u++) {
    results->headline_mode = units[u][0];
    for (size_t i = 0; i < results->n_measures; i++) results->measures[i].mode = units[u][0];
    write_run(run, false);
    char *page = read_page(run);
    for (size_t k = 0; k < 3 * sizeof phrases / sizeof *phrases; k++) {
      xy__text phrase = {0};
      xy__text_addf(&phrase, phrases[k / 3], units[k % 3][1]); /* NOLINT: the formats above */
      if ((strstr(page, phrase.data) != NULL) != (k % 3 == u)) fail_msg("mode %s: '%s'", units[u][0], phrase.data);
      xy__text_dispose(&phrase);
    }
    free(page);
  }
}

/* Adds a row of preference data over all rows; `side` is where its interval lies, seen from chance. */
static void add_accuracy(xy_results *results, const char *measure, const char *stage, int side) {
  xy_error err;
  xy_measure row = {.benchmark = "prefs",
                    .measure = measure,
                    .mode = "full",
                    .stage = stage,
                    .identity = "all",
                    .theme = "all",
                    .n = 32,
                    .clusters = 16,
                    .value = 0.5 + 0.2 * side,
                    .low = 0.4 + 0.2 * side,
                    .high = 0.6 + 0.2 * side,
                    .verdict = ""};
  assert_ok(xy__results_add(results, &row, &err), err);
  const xy_measure *added = &results->measures[results->n_measures - 1];
  assert_ok(xy__results_add_finding_of(results, "likelihood", "On prefs, the chosen answer.", added, &err), err);
}

/* Of preference data, what lies on one side of chance is marked, and every finding leads somewhere. */
static void the_reward_page_marks_what_is_distinct_from_chance(void **state) {
  test_run *run = *state;
  xy_results *results = run->made.results;
  results->n_measures = results->n_findings = 0;
  json_object_set_new(results->facts, "benchmarks",
                      json_pack("[{s:s, s:s, s:s, s:i}]", "name", "prefs", "modality", "preference", "digest",
                                "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee", "items", 32));
  add_accuracy(results, "reward_accuracy", "dpo", 1);
  add_accuracy(results, "likelihood_accuracy", "base", -1);
  add_accuracy(results, "log_ratio_accuracy", "sft", 0);
  write_run(run, false);
  check("page", in_run(run, "report.html"), "hidden");
  char *page = read_page(run);
  static const char *const cells[] = {
      "<td>implicit reward</td><td class=\"num\">32 (16)</td><td class=\"num\"><span class=\"up\">▲ 70.0%</span>",
      "<td>likelihood</td><td class=\"num\">32 (16)</td><td class=\"num\"><span class=\"down\">▼ 30.0%</span>",
      "<td>log-ratio to parent</td><td class=\"num\">32 (16)</td><td class=\"num\">50.0%<span"};
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
    if (strstr(page, cells[i]) == NULL) fail_msg("not on the page: %s", cells[i]);
  }
  free(page);
}

static double number(const json_t *line, const char *key) {
  const json_t *value = json_object_get(line, key);
  assert_true(json_is_number(value) || json_is_null(value));
  return json_is_null(value) ? NAN : json_number_value(value);
}

static void samples_hold_every_item_and_stage(void **state) {
  test_run *run = *state;
  write_run(run, false);
  char *samples = read_file(run, "samples.jsonl");
  const synthetic *made = &run->made;
  char *at = samples;
  for (size_t i = 0; i < made->bench.n; i++) {
    for (size_t s = 0; s < synthetic_stages; s++) {
      char *end = strchr(at, '\n');
      assert_non_null(end);
      json_t *line;
      xy_error err;
      assert_ok(xy__json_parse(&line, at, (size_t)(end - at), "samples.jsonl", &err), err);
      const xy__side *sides = made->sides[s][i];
      assert_string_equal(json_string_value(json_object_get(line, "item")), made->bench.items[i].id);
      assert_string_equal(json_string_value(json_object_get(line, "stage")), made->stages[s].name);
      assert_string_equal(json_string_value(json_object_get(line, "target_text")),
                          made->bench.items[i].options[0].text);
      assert_near(number(line, "target_full"), sides[0].full, 0, 1e-9);
      assert_near(number(line, "counterpart_shared"), sides[1].shared, 0, 1e-9);
      assert_near(number(line, "gap_full"), sides[0].full - sides[1].full, 1e-9, 1e-9);
      assert_true(isnan(number(line, "target_predicate")) == (i == 0));
      int reference = made->stages[s].reference;
      if (reference >= 0) {
        const xy__side *from = made->sides[reference][i];
        double margin = (sides[0].full - sides[1].full) - (from[0].full - from[1].full);
        assert_near(number(line, "margin_over_beta"), margin, 1e-9, 1e-9);
        assert_near(number(line, "margin"), 0.1 * margin, 1e-9, 1e-9);
      } else {
        assert_true(json_is_null(json_object_get(line, "reference")));
        assert_true(isnan(number(line, "margin")));
      }
      json_decref(line);
      at = end + 1;
    }
  }
  assert_int_equal(*at, '\0');
  free(samples);
}

static void a_stage_that_was_not_scored_has_no_samples(void **state) {
  test_run *run = *state;
  run->made.stages[1].sides = NULL; /* sft: also the reference of sft-dpo */
  write_run(run, false);
  char *samples = read_file(run, "samples.jsonl");
  assert_null(strstr(samples, "\"stage\": \"sft\""));
  const char *line = strstr(samples, "\"stage\": \"sft-dpo\"");
  assert_non_null(line);
  const char *expected = "\"reference\": \"sft\", \"margin\": null";
  assert_memory_equal(strstr(line, "\"reference\""), expected, strlen(expected));
  free(samples);
}

/* results.json with `from` replaced by `to` once. */
static void refuses(test_run *run, const char *from, const char *to, const char *message) {
  char *text = read_file(run, "results.json");
  char *at = strstr(text, from);
  assert_non_null(at);
  xy__text broken = {0};
  xy__text_add_bytes(&broken, text, (size_t)(at - text));
  xy__text_add(&broken, to);
  xy__text_add(&broken, at + strlen(from));
  char *path = xy__path_join(run->folder, "broken.json");
  xy_error err;
  xy_results *read;
  assert_ok(xy__file_write(path, broken.data, broken.size, &err), err);
  assert_fails(xy_results_open(&read, path, &err), XY_ERR_FORMAT, err, message);
  assert_non_null(strstr(err.text, path));
  assert_int_equal(remove(path), 0);
  free(path);
  free(text);
  xy__text_dispose(&broken);
}

static void older_files_without_bounds_are_read(void **state) {
  test_run *run = *state;
  static const char *const added[] = {"low90", "high90", "bound", "floor", "level", "depends", "ties"};
  write_run(run, false);
  xy_error err;
  json_t *document;
  char *path = xy__path_join(run->folder, "results.json");
  assert_ok(xy__json_load(&document, path, &err), err);
  json_t *rows = json_object_get(document, "measures");
  for (size_t i = 0; i < json_array_size(rows); i++) {
    for (size_t k = 0; k < sizeof added / sizeof *added; k++)
      assert_int_equal(json_object_del(json_array_get(rows, i), added[k]), 0);
  }
  assert_int_equal(json_dump_file(document, path, 0), 0);
  json_decref(document);
  xy_results *read;
  assert_ok(xy_results_open(&read, path, &err), err);
  assert_int_equal(xy_results_measures(read), run->made.results->n_measures);
  for (size_t i = 0; i < xy_results_measures(read); i++) {
    xy_measure row;
    xy_results_measure(&row, read, i);
    same_number(row.value, run->made.results->measures[i].value);
    assert_true(isnan(row.low90) && isnan(row.high90) && isnan(row.bound) && isnan(row.floor));
  }
  char *page = xy__path_join(run->folder, "report.html");
  assert_ok(xy_report_html(read, page, false, &err), err);
  free(page);
  free(path);
  xy_results_free(read);
}

static void bad_files_are_named(void **state) {
  test_run *run = *state;
  write_run(run, false);
  refuses(run, "\"value\": 0.625", "\"value\": \"0.625\"", "measures[0]: value: expected a number, found a string");
  refuses(run, "\"value\": 0.625", "\"value\": NaN", "not valid JSON");
  refuses(run, "\"n\": 1728", "\"n\": -1", "measures[0]: n: expected a count of 0 or more");
  refuses(run, "\"n\": 1728", "\"n\": 1.5", "measures[0]: n: expected an integer");
  refuses(run, "\"n\": 1728, ", "", "measures[0]: expected a member 'n', found none");
  refuses(run, "\"n\": 1728", "\"n\": 1728, \"m\": 1", "measures[0]: unknown member 'm'");
  refuses(run, "\"measure\": \"preference_rate\"", "\"measure\": null", "measures[0]: measure: expected a name");
  refuses(run, "\"stage\": \"base\", \"against\": null, \"identity\": \"all\", \"theme\": \"all\", \"n\": 1728",
          "\"stage\": 1, \"against\": null, \"identity\": \"all\", \"theme\": \"all\", \"n\": 1728",
          "measures[0]: stage: expected a string, found an integer");
  refuses(run, "\"distributions\": [\n    {\"benchmark\"", "\"distributions\": [\n    {\"bench\"",
          "distributions[0]: expected a member 'benchmark'");
  refuses(run,
          "\"median\":", "\"median\": null, \"middle\":", "distributions[0]: median: expected a number, found none");
  refuses(run, "\"margin\": [", "\"margin\": [0, ", "scatters[0]: margin: expected 144 points, found 145");
  refuses(run, "\"target_text\":", "\"target\":", "items[0]: expected a member 'target_text'");
  refuses(run, "\"not_named\":", "\"unnamed\":", "coverage[0]: expected a member 'not_named'");
  refuses(run, "\"kind\": \"blind_spot\", ", "", "findings[0]: expected a member 'kind', found none");
  refuses(run, "\"name\": \"sft\"", "\"name\": \"base\"", "stages[1]: name: 'base' is given twice");
  refuses(run, "\"beta\": 0.1", "\"beta\": \"0.1\"", "stages[2]: beta: expected a number");
  refuses(run, "\"findings\":", "\"found\":", "unknown member 'found'");
  refuses(run, "\"measures\": [", "\"measures\": {}, \"x\": [", "unknown member 'x'");
  refuses(run, "\"xylem\": \"0.1.0\",", "", "expected a member 'xylem', found none");
  refuses(run, "{\n", "[\n", "not valid JSON");
  xy_results *read;
  xy_error err;
  assert_fails(xy_results_open(&read, "/tmp/no-such-run", &err), XY_ERR_NOT_FOUND, err,
               "/tmp/no-such-run: cannot open");
}

static void failures_to_write_are_named_and_keep_the_old_run(void **state) {
  test_run *run = *state;
  write_run(run, false);
  char *before = read_file(run, "results.json");
  xy_error err;
  xy__report_options options = {0};
  char *blocked = xy__path_join(run->folder, "samples.jsonl");
  assert_int_equal(unlink(blocked), 0);
  assert_int_equal(mkdir(blocked, 0777), 0);
  assert_fails(xy__report_write(run->made.results, &run->made.benchmark, 1, &options, &err), XY_ERR_IO, err,
               "samples.jsonl: cannot write");
  assert_int_equal(rmdir(blocked), 0);
  free(blocked);
  run->made.results->directory = "/proc/no-such-folder";
  assert_fails(xy__report_write(run->made.results, &run->made.benchmark, 1, &options, &err), XY_ERR_IO, err,
               "/proc/no-such-folder");
  assert_int_equal(json_object_del(run->made.results->facts, "run"), 0);
  assert_fails(xy__report_write(run->made.results, &run->made.benchmark, 1, &options, &err), XY_ERR_ARGUMENT, err,
               "expected facts with a member 'run'");
  char *after = read_file(run, "results.json");
  assert_string_equal(before, after);
  free(before);
  free(after);
}

#define case_of(test) cmocka_unit_test_setup_teardown(test, make_run, remove_run)

int main(void) {
  const struct CMUnitTest tests[] = {case_of(results_read_back_as_written),
                                     case_of(equal_results_give_equal_bytes),
                                     case_of(results_pass_the_schema_and_mutations_fail),
                                     case_of(tables_hold_the_same_numbers),
                                     case_of(benchmarks_of_an_axis_stand_together),
                                     case_of(the_page_is_well_formed_and_closed_to_the_world),
                                     case_of(every_item_has_its_place_on_a_page),
                                     case_of(the_page_says_what_gaps_are_in),
                                     case_of(the_reward_page_marks_what_is_distinct_from_chance),
                                     case_of(samples_hold_every_item_and_stage),
                                     case_of(a_stage_that_was_not_scored_has_no_samples),
                                     case_of(older_files_without_bounds_are_read),
                                     case_of(bad_files_are_named),
                                     case_of(failures_to_write_are_named_and_keep_the_old_run)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
