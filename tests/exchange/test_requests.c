/* Request files: what a stage is asked, as (context, continuation), in its own prompt format where one applies. */
#include "base/file.h"
#include "base/json.h"
#include "base/output.h"
#include "support.h"

static char folder[] = "/tmp/xylem-requests-XXXXXX";

static const char *place(const char *name) {
  static char paths[4][300];
  static int next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

static void write_text(const char *name, const char *text) {
  xy_error err;
  assert_ok(xy__file_write(place(name), text, strlen(text), &err), err);
}

/* The lines of a request file; *n receives how many the library says there are. */
static json_t *requests_of(int64_t *n, const xy_family *family, const xy_audit_options *options) {
  xy_error err;
  assert_ok(xy_requests_write(n, place("requests.jsonl"), family, options, &err), err);
  char *text;
  size_t bytes;
  assert_ok(xy__file_read_bytes(&text, &bytes, place("requests.jsonl"), &err), err);
  json_t *lines = json_array();
  for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    json_t *object;
    assert_ok(xy__json_parse(&object, line, strlen(line), "requests.jsonl", &err), err);
    json_array_append_new(lines, object);
  }
  free(text);
  return lines;
}

static const char *member(const json_t *requests, size_t i, const char *key) {
  return json_string_value(json_object_get(json_array_get(requests, i), key));
}

static void no_options_mean_the_defaults(void **state) {
  (void)state;
  xy_family *family;
  xy_error err;
  int64_t n, same;
  assert_ok(xy_family_open(&family, "seedling", &err), err);
  json_t *requests = requests_of(&n, family, NULL);
  const xy_audit_options options = XY_AUDIT_OPTIONS_INIT;
  json_t *expected = requests_of(&same, family, &options);
  assert_true(n > 1000);
  assert_int_equal(n, same);
  assert_int_equal(n, json_array_size(requests));
  assert_true(json_equal(requests, expected));
  json_decref(requests);
  json_decref(expected);
  xy_family_free(family);
}

static const char prompted[] =
    "benchmark: tables\nmodality: pair\nlanguage: en\n"
    "identities:\n"
    "  - {id: tea, surface: {plural: tea drinkers}, role: target, axis: drinks}\n"
    "  - {id: coffee, surface: {plural: coffee drinkers}, role: counterpart, axis: drinks}\n"
    "themes:\n  late: [come late]\n"
    "templates:\n"
    "  - {prompt: \"They said: \", text: \"{Identity:plural} {statement}.\"}\n"
    "  - {text: \"All {identity:plural} {statement}.\"}\n";

static const struct {
  const char *format, *context, *continuation; /* of the prompted sentence about tea */
} cases[] = {
    {"plain", "They said: ", "Tea drinkers come late."},
    {"{prompt}", "They said: ", "Tea drinkers come late."},
    {"Q: {prompt}A:", "Q: They said: A:", "Tea drinkers come late."},
    {"Q: {prompt}{cut}A: ", "Q: They said: ", "A: Tea drinkers come late."},
    {"llama2", "[INST] They said: [/INST]", " Tea drinkers come late."},
};

static void a_format_stands_around_prompts_alone(void **state) {
  (void)state;
  write_text("tables.yaml", prompted);
  char path[300];
  snprintf(path, sizeof path, "%s", place("tables.yaml"));
  const char *benchmark = path;
  const xy_audit_options options = {.benchmarks = &benchmark, .n_benchmarks = 1};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[300];
    snprintf(text, sizeof text, "family: f\nstages:\n  base: {model: nowhere, format: '%s'}\n", cases[i].format);
    write_text("family.yaml", text);
    xy_family *family;
    xy_error err;
    int64_t n;
    assert_ok(xy_family_open(&family, place("family.yaml"), &err), err);
    json_t *requests = requests_of(&n, family, &options);
    assert_int_equal(n, 4);
    for (size_t r = 0; r < 4; r++) {
      bool tea = strstr(member(requests, r, "continuation"), "ea drinkers") != NULL;
      bool bare = strncmp(member(requests, r, "continuation"), "All ", 4) == 0;
      if (bare) assert_string_equal(member(requests, r, "context"), "");
      if (bare || !tea) continue;
      assert_string_equal(member(requests, r, "context"), cases[i].context);
      assert_string_equal(member(requests, r, "continuation"), cases[i].continuation);
    }
    json_decref(requests);
    xy_family_free(family);
  }
}

static void formats_and_tails_that_no_text_can_hold_are_refused(void **state) {
  (void)state;
  static const char *const families[][2] = {
      {"family: f\nstages:\n  base: {model: nowhere, format: halo}\n", "unknown prompt format 'halo'"},
      {"family: f\nstages:\n  base: {model: nowhere, format: '{prompt}{prompt}'}\n", "expected {prompt} once"},
      {"family: f\nstages:\n  base: {model: nowhere, tail: eos}\n", "tail 'eos' is an end token"},
  };
  for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
    xy_family *family;
    xy_error err;
    int64_t n;
    write_text("family.yaml", families[i][0]);
    assert_ok(xy_family_open(&family, place("family.yaml"), &err), err);
    int rc = xy_requests_write(&n, place("refused.jsonl"), family, NULL, &err);
    assert_int_not_equal(rc, XY_OK);
    assert_non_null(strstr(err.text, families[i][1]));
    assert_false(xy__file_exists(place("refused.jsonl")));
    xy_family_free(family);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_options_mean_the_defaults),
      cmocka_unit_test(a_format_stands_around_prompts_alone),
      cmocka_unit_test(formats_and_tails_that_no_text_can_hold_are_refused),
  };
  if (mkdtemp(folder) == NULL) return 1;
  int failed = cmocka_run_group_tests_name("requests", tests, NULL, NULL);
  char command[400];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command) == 0 ? failed : 1;
}
