/* The survey: what its files may say, and that every number of the headline is what a plain count of the files gives.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/yaml.h"
#include "support.h"
#include "xylem.h"

/* ---- counted again, from the YAML itself ----------------------------------------------------------------- */

static xy__yaml *tree(const char *name) {
  const xy__embedded *file = xy__embedded_find(name);
  assert_non_null(file);
  xy__yaml *yaml = NULL;
  xy_error err = {0};
  int rc = xy__yaml_parse(&yaml, (const char *)file->data, (size_t)(file->end - file->data), name, &err);
  assert_ok(rc, err);
  return yaml;
}

static const char *text(const xy__node *entry, const char *key) {
  const xy__node *node = xy__yaml_get(entry, key);
  return node != NULL && node->kind == XY__SCALAR ? node->value : "";
}

static bool any_read(const xy__node *list) {
  for (size_t i = 0; list != NULL && i < list->n; i++) {
    if (strcmp(text(list->items[i], "standing"), "read") == 0) return true;
  }
  return false;
}

static bool lists(const xy__node *list, const char *value) {
  for (size_t i = 0; list != NULL && i < list->n; i++) {
    if (strcmp(list->items[i]->value, value) == 0) return true;
  }
  return false;
}

static const char *community(const xy__node *benchmarks, const char *id, bool recalled) {
  for (size_t i = 0; i < benchmarks->n; i++) {
    const xy__node *entry = benchmarks->items[i];
    if (strcmp(text(entry, "id"), id) != 0) continue;
    return !recalled && lists(xy__yaml_get(entry, "recalled"), "community") ? "recalled" : text(entry, "community");
  }
  return "unregistered";
}

/* Whether an evaluation belongs to a line; for "printed" only the most telling one of a model counts. */
static bool fits(const xy__node *evaluation, const xy__node *benchmarks, const xy_survey_count *line, bool recalled) {
  const char *value = strcmp(line->group, "community") == 0
                          ? community(benchmarks, text(evaluation, "benchmark"), recalled)
                          : text(evaluation, line->group);
  return strcmp(value, line->value) == 0;
}

static bool model_fits(const xy__node *model, const xy__node *benchmarks, const xy_survey_count *line, bool recalled) {
  static const char *const telling[] = {"named-result", "in-aggregate", "trait-named", "none", "unknown"};
  if (strcmp(line->group, "reporting") == 0) return strcmp(text(model, "bias_evaluation"), line->value) == 0;
  const xy__node *list = xy__yaml_get(model, "evaluations");
  bool found = false;
  size_t best = 5, own = 5;
  for (size_t i = 0; list != NULL && i < list->n; i++) {
    const xy__node *evaluation = list->items[i];
    if (!recalled && strcmp(text(evaluation, "standing"), "read") != 0) continue;
    found = found || fits(evaluation, benchmarks, line, recalled);
    for (size_t t = 0; t < 5; t++) {
      if (strcmp(text(evaluation, "printed"), telling[t]) == 0 && t < best) best = t;
      if (strcmp(line->value, telling[t]) == 0) own = t;
    }
  }
  return strcmp(line->group, "printed") == 0 ? own == best && best < 5 : found;
}

static void every_number_is_a_plain_count_of_the_files(void **state) {
  (void)state;
  xy__yaml *models_file = tree("survey/models.yaml"), *benchmarks_file = tree("survey/benchmarks.yaml");
  const xy__node *models = xy__yaml_get(models_file->root, "models");
  const xy__node *benchmarks = xy__yaml_get(benchmarks_file->root, "benchmarks");
  xy_survey *survey = NULL;
  xy_error err = {0};
  assert_ok(xy_survey_open(&survey, NULL, 0, &err), err);
  assert_int_equal(xy_survey_rows(survey, XY_SURVEY_MODELS), models->n);
  assert_int_equal(xy_survey_rows(survey, XY_SURVEY_BENCHMARKS), benchmarks->n);
  for (int recalled = 0; recalled < 2; recalled++) {
    xy_survey_count *counts = NULL;
    size_t n = 0;
    assert_ok(xy_survey_counts(&counts, &n, survey, recalled, &err), err);
    assert_true(n > 15);
    for (size_t i = 0; i < n; i++) {
      int64_t expected = 0, of = 0;
      for (size_t m = 0; m < models->n; m++) {
        const xy__node *model = models->items[m];
        const xy__node *evaluations = xy__yaml_get(model, "evaluations");
        bool read = any_read(evaluations != NULL && evaluations->n > 0 ? evaluations : xy__yaml_get(model, "sources"));
        if (strcmp(text(model, "preference_finetuned"), "yes") != 0 || (!recalled && !read)) continue;
        of += strcmp(counts[i].group, "reporting") == 0 || strcmp(text(model, "bias_evaluation"), "reported") == 0;
        expected += model_fits(model, benchmarks, &counts[i], recalled);
      }
      if (counts[i].models != expected || counts[i].of != of) {
        fail_msg("%s %s: expected %d of %d, found %d of %d", counts[i].group, counts[i].value, (int)expected, (int)of,
                 (int)counts[i].models, (int)counts[i].of);
      }
    }
    xy_free(counts);
  }
  xy_survey_free(survey);
  xy__yaml_free(models_file);
  xy__yaml_free(benchmarks_file);
}

/* What no evaluation of a preference-finetuned model has. */
static void a_gap_is_on_a_benchmark_and_in_no_evaluation(void **state) {
  (void)state;
  xy_survey *survey = NULL;
  xy_survey_gap *gaps = NULL;
  size_t n = 0;
  xy_error err = {0};
  assert_ok(xy_survey_open(&survey, NULL, 0, &err), err);
  assert_ok(xy_survey_gaps(&gaps, &n, survey, false, &err), err);
  assert_true(n > 0);
  bool pronouns = false;
  for (size_t g = 0; g < n; g++) {
    assert_true(gaps[g].benchmarks[0] != '\0');
    pronouns = pronouns || (strcmp(gaps[g].what, "axis") == 0 && strcmp(gaps[g].value, "pronouns") == 0);
    for (size_t e = 0; strcmp(gaps[g].what, "axis") == 0 && e < xy_survey_rows(survey, XY_SURVEY_EVALUATIONS); e++) {
      const char *axes = xy_survey_cell(survey, XY_SURVEY_EVALUATIONS, e, "axes");
      if (gaps[g].evaluations == 0) assert_false(xy_survey_says(axes, gaps[g].value));
    }
  }
  assert_true(pronouns);
  xy_survey_gaps_free(gaps, n);
  xy_survey_free(survey);
}

/* ---- a reader's file ------------------------------------------------------------------------------------- */

#define MODEL                                                                                           \
  "  - id: ours\n    name: Ours\n    maker: We\n    released: 2026-01\n    preference_finetuned: yes\n" \
  "    bias_evaluation: reported\n    extent: all\n    sources: [{source: card, kind: maker, standing: read}]\n"
#define EVALUATION                                                                                              \
  "    evaluations:\n      - {name: WinoQueer, benchmark: winoqueer, modality: pair, axes: [gender identity], " \
  "gender: trans-or-nonbinary, printed: named-result, source: card, kind: maker, standing: read}\n"
#define BENCHMARK                                                                                               \
  "  - id: new\n    name: New\n    year: 2026\n    paper: none\n    measures_bias: yes\n    modality: [pair]\n" \
  "    languages: [en]\n    axes: [gender]\n    gender: binary-only\n    community: no\n    sources: [card]\n"

static int open_with(xy_survey **out, const char *content, xy_error *err) {
  char path[] = "/tmp/xylem-survey-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, content, strlen(content)), (ssize_t)strlen(content));
  close(file);
  const char *files[] = {path};
  int rc = xy_survey_open(out, files, 1, err);
  unlink(path);
  return rc;
}

static int64_t count_of(const xy_survey *survey, const char *group, const char *value) {
  xy_survey_count *counts = NULL;
  size_t n = 0;
  xy_error err = {0};
  assert_ok(xy_survey_counts(&counts, &n, survey, false, &err), err);
  int64_t found = -1;
  for (size_t i = 0; i < n; i++) {
    if (strcmp(counts[i].group, group) == 0 && strcmp(counts[i].value, value) == 0) found = counts[i].models;
  }
  xy_free(counts);
  return found;
}

static void a_readers_entries_count_beside_the_others(void **state) {
  (void)state;
  xy_survey *plain = NULL, *more = NULL;
  xy_error err = {0};
  assert_ok(xy_survey_open(&plain, NULL, 0, &err), err);
  assert_ok(open_with(&more, "survey: models\nmodels:\n" MODEL EVALUATION, &err), err);
  assert_int_equal(count_of(more, "reporting", "reported"), count_of(plain, "reporting", "reported") + 1);
  assert_int_equal(count_of(more, "printed", "named-result"), count_of(plain, "printed", "named-result") + 1);
  assert_int_equal(count_of(more, "community", "yes"), count_of(plain, "community", "yes") + 1);
  size_t last = xy_survey_rows(more, XY_SURVEY_MODELS) - 1;
  assert_true(xy_survey_added(more, XY_SURVEY_MODELS, last));
  assert_false(xy_survey_added(more, XY_SURVEY_MODELS, 0));
  char *html = NULL;
  assert_ok(xy_survey_page(&html, more, false, &err), err);
  assert_non_null(strstr(html, "Ours <span class=\"quiet\">(added by the reader)"));
  xy_free(html);
  xy_survey_free(plain);
  xy_survey_free(more);
}

static size_t rows_of_model(const xy_survey *survey, const char *model) {
  size_t n = 0;
  for (size_t e = 0; e < xy_survey_rows(survey, XY_SURVEY_EVALUATIONS); e++) {
    n += strcmp(xy_survey_cell(survey, XY_SURVEY_EVALUATIONS, e, "model"), model) == 0;
  }
  return n;
}

/* instructgpt again, with one evaluation: it stands where the built-in one stood, and nothing of that is left. */
static void an_entry_takes_the_place_of_a_built_in_one(void **state) {
  (void)state;
  xy_survey *plain = NULL, *changed = NULL;
  xy_error err = {0};
  char content[2048];
  snprintf(content, sizeof content, "%s%s", "survey: models\nmodels:\n", MODEL EVALUATION);
  char *id = strstr(content, "id: ours");
  memmove(id + strlen("id: instructgpt"), id + strlen("id: ours"), strlen(id + strlen("id: ours")) + 1);
  memcpy(id, "id: instructgpt", strlen("id: instructgpt"));
  assert_ok(xy_survey_open(&plain, NULL, 0, &err), err);
  assert_ok(open_with(&changed, content, &err), err);
  assert_int_equal(xy_survey_rows(changed, XY_SURVEY_MODELS), xy_survey_rows(plain, XY_SURVEY_MODELS));
  assert_true(rows_of_model(plain, "instructgpt") > 1);
  assert_int_equal(rows_of_model(changed, "instructgpt"), 1);
  size_t row = 0;
  while (strcmp(xy_survey_cell(plain, XY_SURVEY_MODELS, row, "id"), "instructgpt") != 0) row++;
  assert_string_equal(xy_survey_cell(changed, XY_SURVEY_MODELS, row, "name"), "Ours");
  assert_true(xy_survey_added(changed, XY_SURVEY_MODELS, row));
  assert_true(xy_survey_replaces(changed, XY_SURVEY_MODELS, row));
  assert_false(xy_survey_replaces(changed, XY_SURVEY_MODELS, row + 1));
  xy_survey_free(plain);
  xy_survey_free(changed);
}

/* Whatever year a file may say, its model is drawn. */
static void the_time_line_holds_every_model(void **state) {
  (void)state;
  static const char *const years[] = {"1950", "2017-08", "2034-01", "2100-12"};
  for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
    char content[2048], half[64], *html = NULL;
    xy_survey *survey = NULL;
    xy_error err = {0};
    snprintf(content, sizeof content, "%s%s", "survey: models\nmodels:\n", MODEL EVALUATION);
    char *released = strstr(content, "2026-01");
    memset(released, ' ', strlen("2026-01"));
    memcpy(released, years[i], strlen(years[i]));
    assert_ok(open_with(&survey, content, &err), err);
    assert_ok(xy_survey_page(&html, survey, false, &err), err);
    snprintf(half, sizeof half, "<th scope=\"row\">%.4s, %s half</th><td class=\"num\">1</td>", years[i],
             strlen(years[i]) == 7 && atoi(years[i] + 5) > 6 ? "second" : "first");
    assert_non_null(strstr(html, half));
    xy_free(html);
    xy_survey_free(survey);
  }
}

static void text_of_a_file_is_escaped_on_the_page(void **state) {
  (void)state;
  xy_survey *survey = NULL;
  xy_error err = {0};
  assert_ok(
      open_with(&survey,
                "survey: benchmarks\nbenchmarks:\n  - id: x\n    name: '<script>alert(1)</script>'\n    year: 2026\n"
                "    paper: 'a & b'\n    measures_bias: yes\n    modality: [pair]\n    languages: [en]\n"
                "    axes: [gender]\n    gender: binary-only\n    community: no\n    sources: [card]\n",
                &err),
      err);
  char *html = NULL;
  assert_ok(xy_survey_page(&html, survey, false, &err), err);
  assert_null(strstr(html, "<script"));
  assert_non_null(strstr(html, "&lt;script&gt;alert(1)"));
  assert_non_null(strstr(html, "a &amp; b"));
  xy_free(html);
  xy_survey_free(survey);
}

/* Each fault, its code, and what the message must name. */
static const struct {
  const char *content;
  int code;
  const char *line, *names;
} faults[] = {
    {"[]", XY_ERR_FORMAT, ":1:", "'survey: models' or 'survey: benchmarks'"},
    {"survey: people\n", XY_ERR_FORMAT, ":1:", "found people"},
    {"survey: models\n", XY_ERR_FORMAT, ":1:", "'models:' with a list"},
    {"survey: models\nmodels: {a: b}\n", XY_ERR_FORMAT, ":2:", "'models:' with a list"},
    {"survey: models\nmodels: []\n", XY_ERR_FORMAT, ":2:", "'models:' with a list"},
    {"survey: models\nmodels: [text]\n", XY_ERR_FORMAT, ":2:", "model 1: expected its keys, found a value"},
    {"survey: models\nmodels:\n  - {id: ours}\n", XY_ERR_FORMAT, ":3:", "model ours: 'name' is missing"},
    {"survey: models\nextra: 1\nmodels:\n" MODEL EVALUATION, XY_ERR_FORMAT, ":2:", "extra"},
    {"survey: models\nmodels:\n" MODEL "    gender: x\n" EVALUATION, XY_ERR_FORMAT, ":11:", "gender"},
    {"survey: models\nmodels:\n" MODEL, XY_ERR_FORMAT,
     ":3:", "expected evaluations where bias_evaluation is 'reported'"},
    {"survey: models\nmodels:\n" MODEL "    evaluations: no\n", XY_ERR_FORMAT, ":11:", "evaluations: expected a list"},
    {"survey: models\nmodels:\n" MODEL "    evaluations: [x]\n", XY_ERR_FORMAT,
     ":11:", "model ours, evaluation 1: expected its keys"},
    {"survey: models\nmodels:\n" MODEL "    evaluations: [{name: x}]\n", XY_ERR_FORMAT,
     ":11:", "evaluation 1: 'modality' is missing"},
    {"survey: models\nmodels:\n" MODEL "    recalled: [colour]\n" EVALUATION, XY_ERR_FORMAT,
     ":11:", "recalled: expected a key of this entry, found 'colour'"},
    {"survey: models\nmodels:\n" MODEL "    alignment: SFT\n" EVALUATION, XY_ERR_FORMAT,
     ":11:", "alignment: expected a list, found a value"},
    {"survey: models\nmodels:\n" MODEL "    note: ''\n" EVALUATION, XY_ERR_FORMAT,
     ":11:", "note: expected a text, found an empty one"},
    {"survey: models\nmodels:\n" MODEL "    weights: half\n" EVALUATION, XY_ERR_FORMAT,
     ":11:", "weights: expected open or closed, found 'half'"},
    {"survey: models\nmodels:\n" MODEL EVALUATION MODEL EVALUATION, XY_ERR_FORMAT,
     ":13:", "model ours: the id is taken (/tmp/xylem-survey-"},
    {"survey: benchmarks\nbenchmarks:\n" BENCHMARK "  - {id: bbq}\n", XY_ERR_FORMAT,
     ":14:", "benchmark bbq: 'name' is missing"},
    {"survey: benchmarks\nbenchmarks:\n  - {id: New Thing}\n", XY_ERR_FORMAT, ":3:", "id: expected small letters"},
    {"survey: benchmarks\nbenchmarks:\n  - {id: n, year: soon}\n", XY_ERR_FORMAT,
     ":3:", "year: expected a year from 1950 to 2100, found 'soon'"},
    {"survey: benchmarks\nbenchmarks:\n  - {id: n, modality: [song]}\n", XY_ERR_FORMAT,
     ":3:", "modality: expected pair, coreference"},
    {"survey: benchmarks\nbenchmarks:\n  - {id: n, axes: [[a]]}\n", XY_ERR_FORMAT,
     ":3:", "axes: expected a text, found a list"},
    {"survey: benchmarks\nbenchmarks:\n  - {id: n, axes: ['a; b']}\n", XY_ERR_FORMAT,
     ":3:", "axes: expected items without '; '"},
    {"survey: models\nmodels:\n  - {id: o, released: 2026-13}\n", XY_ERR_FORMAT,
     ":3:", "released: expected a year from 1950 to 2100, or a month of one such as 2024-05, found '2026-13'"},
    {"survey: models\nmodels:\n  - {id: o, released: 1949-12}\n", XY_ERR_FORMAT,
     ":3:", "released: expected a year from 1950 to 2100"},
    {"survey: models\nmodels:\n  - {id: o, sources: [card]}\n", XY_ERR_FORMAT,
     ":3:", "sources: expected source, kind and standing"},
    {"survey: models\nmodels:\n  - {id: o, sources: []}\n", XY_ERR_FORMAT, ":3:", "sources: expected at least one"},
    {"survey: models\nmodels:\n  - {id: o, sources: [{source: s, kind: maker}]}\n", XY_ERR_FORMAT,
     ":3:", "sources: 'standing' is missing"},
    {"survey: models\nmodels:\n  - {id: o, sources: [{source: s, kind: rumour, standing: read}]}\n", XY_ERR_FORMAT,
     ":3:", "kind: expected maker, copy, summary or none"},
    {"survey: models\nmodels:\n" MODEL
     "    evaluations:\n      - {name: X, benchmark: nowhere, modality: pair, axes: [a], gender: not-gender, printed: "
     "none, source: s, kind: maker, standing: read}\n",
     XY_ERR_NOT_FOUND, ":12:", "model ours: benchmark: expected the id of a benchmark of the survey, found 'nowhere'"},
};

static void every_fault_is_named_with_its_line(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    xy_survey *survey = NULL;
    xy_error err = {0};
    int rc = open_with(&survey, faults[i].content, &err);
    if (rc != faults[i].code || strstr(err.text, faults[i].line) == NULL || strstr(err.text, faults[i].names) == NULL) {
      fail_msg("fault %d: expected code %d with '%s' and '%s', found %d: %s", (int)i + 1, faults[i].code,
               faults[i].line, faults[i].names, rc, err.text);
    }
    assert_null(survey);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_number_is_a_plain_count_of_the_files),
      cmocka_unit_test(a_gap_is_on_a_benchmark_and_in_no_evaluation),
      cmocka_unit_test(a_readers_entries_count_beside_the_others),
      cmocka_unit_test(an_entry_takes_the_place_of_a_built_in_one),
      cmocka_unit_test(the_time_line_holds_every_model),
      cmocka_unit_test(text_of_a_file_is_escaped_on_the_page),
      cmocka_unit_test(every_fault_is_named_with_its_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
