/* The headline and the gaps: xylem.h says what each line counts. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "survey/survey.h"

/* Lines of the headline, in order. In group "printed" a model counts once, in the first of its lines that fits. */
static const struct {
  const char *group, *value, *meaning;
} lines[] = {
    {"reporting", "reported", "report a bias evaluation"},
    {"reporting", "none-found", "report none in what was looked through"},
    {"reporting", "unknown", "could not be looked through"},
    {"modality", "pair", "likelihoods of paired texts"},
    {"modality", "coreference", "coreference"},
    {"modality", "multiple-choice", "multiple choice"},
    {"modality", "generation", "open generation"},
    {"modality", "classification", "classification"},
    {"modality", "human", "people: red teams, reviews"},
    {"modality", "embedding", "embeddings"},
    {"gender", "binary-only", "women and men, she and he only"},
    {"gender", "neutral-pronoun", "with a neutral pronoun, no trans or nonbinary people"},
    {"gender", "trans-or-nonbinary", "with some trans or nonbinary items"},
    {"gender", "unspecified", "gender, without saying which groups"},
    {"gender", "not-gender", "no gender"},
    {"printed", "named-result", "a result for trans or nonbinary people"},
    {"printed", "in-aggregate", "such items inside a dataset, one figure for all"},
    {"printed", "trait-named", "gender identity named as a trait, no group"},
    {"printed", "none", "no such items"},
    {"printed", "unknown", "could not be determined"},
    {"community", "yes", "a benchmark made with the community it is about"},
    {"community", "partial", "a benchmark made in part from what the community wrote"},
    {"community", "no", "a benchmark made without it, as far as is known"},
    {"community", "recalled", "a benchmark of which that is only recalled"},
    {"community", "unregistered", "an evaluation of their own, or one that the survey does not hold"},
};

enum { LINES = sizeof lines / sizeof lines[0] };

static const char *model_cell(const xy__survey_row *row, const char *column) {
  return xy__survey_cell(row, XY_SURVEY_MODELS, column);
}

static const char *evaluation_cell(const xy__survey_row *row, const char *column) {
  return xy__survey_cell(row, XY_SURVEY_EVALUATIONS, column);
}

static bool counts(const char *standing, bool recalled) { return recalled || strcmp(standing, "read") == 0; }

static bool is_counted_model(const xy__survey_row *row, bool recalled) {
  return strcmp(model_cell(row, "preference_finetuned"), "yes") == 0 && counts(model_cell(row, "standing"), recalled);
}

/* "yes", "partial", "no", "recalled" where that is not to count, or "unregistered". */
static const char *community_of(const xy_survey *survey, const xy__survey_row *evaluation, bool recalled) {
  const xy__survey_table *benchmarks = &survey->tables[XY_SURVEY_BENCHMARKS];
  const char *named = evaluation_cell(evaluation, "benchmark");
  for (size_t i = 0; i < benchmarks->n; i++) {
    const xy__survey_row *row = &benchmarks->rows[i];
    if (strcmp(row->cells[0], named) != 0) continue;
    bool memory = xy__survey_has(xy__survey_cell(row, XY_SURVEY_BENCHMARKS, "recalled"), "community");
    return memory && !recalled ? "recalled" : xy__survey_cell(row, XY_SURVEY_BENCHMARKS, "community");
  }
  return "unregistered";
}

/* Marks the lines that a model's evaluations fall into. */
static void mark(bool *in, const xy_survey *survey, const char *model, bool recalled) {
  const xy__survey_table *evaluations = &survey->tables[XY_SURVEY_EVALUATIONS];
  for (size_t e = 0; e < evaluations->n; e++) {
    const xy__survey_row *row = &evaluations->rows[e];
    if (strcmp(evaluation_cell(row, "model"), model) != 0 || !counts(evaluation_cell(row, "standing"), recalled))
      continue;
    for (size_t i = 0; i < LINES; i++) {
      const char *group = lines[i].group;
      const char *cell = strcmp(group, "community") == 0   ? community_of(survey, row, recalled)
                         : strcmp(group, "reporting") == 0 ? ""
                                                           : evaluation_cell(row, group);
      if (strcmp(cell, lines[i].value) == 0) in[i] = true;
    }
  }
  bool seen = false;
  for (size_t i = 0; i < LINES; i++) {
    if (strcmp(lines[i].group, "printed") != 0) continue;
    if (seen) in[i] = false;
    seen = seen || in[i];
  }
}

int xy_survey_counts(xy_survey_count **out, size_t *n, const xy_survey *survey, bool recalled, xy_error *err) {
  xy__error_clear(err);
  xy_survey_count *made = xy__array(LINES, sizeof *made);
  if (made == NULL) return xy__fail_memory(err, "the survey");
  int64_t all = 0, reporting = 0;
  const xy__survey_table *models = &survey->tables[XY_SURVEY_MODELS];
  for (size_t m = 0; m < models->n; m++) {
    const xy__survey_row *row = &models->rows[m];
    if (!is_counted_model(row, recalled)) continue;
    bool in[LINES] = {false};
    const char *reports = model_cell(row, "bias_evaluation");
    for (size_t i = 0; i < LINES; i++) in[i] = i < 3 && strcmp(lines[i].value, reports) == 0;
    mark(in, survey, row->cells[0], recalled);
    for (size_t i = 0; i < LINES; i++) made[i].models += in[i];
    all++;
    reporting += strcmp(reports, "reported") == 0;
  }
  for (size_t i = 0; i < LINES; i++) {
    made[i].group = lines[i].group;
    made[i].value = lines[i].value;
    made[i].meaning = lines[i].meaning;
    made[i].of = strcmp(lines[i].group, "reporting") == 0 ? all : reporting;
  }
  *out = made;
  *n = LINES;
  return XY_OK;
}

/* ---- gaps ---------------------------------------------------------------------------------------------- */

/* Evaluations that have `value` in `column`: of preference-finetuned models, and of all. */
static void count_evaluations(int64_t *tuned, int64_t *all, const xy_survey *survey, const char *column,
                              const char *value, bool recalled) {
  const xy__survey_table *evaluations = &survey->tables[XY_SURVEY_EVALUATIONS];
  const xy__survey_table *models = &survey->tables[XY_SURVEY_MODELS];
  for (size_t e = 0; e < evaluations->n; e++) {
    const xy__survey_row *row = &evaluations->rows[e];
    if (!xy__survey_has(evaluation_cell(row, column), value) || !counts(evaluation_cell(row, "standing"), recalled)) {
      continue;
    }
    (*all)++;
    for (size_t m = 0; m < models->n; m++) {
      if (strcmp(models->rows[m].cells[0], row->cells[0]) == 0 && is_counted_model(&models->rows[m], recalled))
        (*tuned)++;
    }
  }
}

typedef struct gap_list {
  const xy_survey *survey;
  xy_survey_gap *items;
  size_t n, capacity;
  bool recalled, failed;
} gap_list;

static bool known(const gap_list *list, const char *what, const char *value) {
  for (size_t i = 0; i < list->n; i++) {
    if (strcmp(list->items[i].what, what) == 0 && strcmp(list->items[i].value, value) == 0) return true;
  }
  return false;
}

/* Benchmarks of social bias that have `value` in `column`, "a; b". */
static char *benchmarks_with(const xy_survey *survey, const char *column, const char *value) {
  const xy__survey_table *benchmarks = &survey->tables[XY_SURVEY_BENCHMARKS];
  xy__text names = {0};
  for (size_t b = 0; b < benchmarks->n; b++) {
    const xy__survey_row *row = &benchmarks->rows[b];
    if (strcmp(xy__survey_cell(row, XY_SURVEY_BENCHMARKS, "measures_bias"), "yes") != 0) continue;
    if (!xy__survey_has(xy__survey_cell(row, XY_SURVEY_BENCHMARKS, column), value)) continue;
    xy__text_addf(&names, "%s%s", names.size > 0 ? "; " : "", row->cells[0]);
  }
  return names.failed ? NULL : names.data;
}

static void add_gap(gap_list *list, const char *what, const char *value, int64_t evaluations) {
  const char *column = strcmp(what, "axis") == 0 ? "axes" : what;
  xy_survey_gap gap = {.what = what, .value = strdup(value), .evaluations = evaluations};
  gap.benchmarks = benchmarks_with(list->survey, column, value);
  list->failed =
      gap.value == NULL || gap.benchmarks == NULL || !xy__grow(&list->items, &list->capacity, list->n, sizeof gap);
  if (list->failed) {
    free(gap.value);
    free(gap.benchmarks);
  } else {
    list->items[list->n++] = gap;
  }
}

static void consider_axis(gap_list *list, const char *axis) {
  int64_t tuned = 0, all = 0;
  if (known(list, "axis", axis)) return;
  count_evaluations(&tuned, &all, list->survey, "axes", axis, list->recalled);
  if (tuned == 0) add_gap(list, "axis", axis, all);
}

/* Evaluations by benchmarks that have `value` in `column`: of preference-finetuned models, and of all. */
static void count_uses(int64_t *tuned, int64_t *all, const xy_survey *survey, const char *column, const char *value,
                       bool recalled) {
  const xy__survey_table *benchmarks = &survey->tables[XY_SURVEY_BENCHMARKS];
  for (size_t b = 0; b < benchmarks->n; b++) {
    const xy__survey_row *row = &benchmarks->rows[b];
    if (strcmp(xy__survey_cell(row, XY_SURVEY_BENCHMARKS, column), value) != 0) continue;
    count_evaluations(tuned, all, survey, "benchmark", row->cells[0], recalled);
  }
}

static void consider_use(gap_list *list, const xy__survey_row *benchmark, const char *column) {
  const char *value = xy__survey_cell(benchmark, XY_SURVEY_BENCHMARKS, column);
  int64_t tuned = 0, all = 0;
  if (known(list, column, value)) return;
  count_uses(&tuned, &all, list->survey, column, value, list->recalled);
  if (tuned == 0) add_gap(list, column, value, all);
}

int xy_survey_gaps(xy_survey_gap **out, size_t *n, const xy_survey *survey, bool recalled, xy_error *err) {
  xy__error_clear(err);
  gap_list list = {.survey = survey, .recalled = recalled};
  const xy__survey_table *benchmarks = &survey->tables[XY_SURVEY_BENCHMARKS];
  for (size_t b = 0; b < benchmarks->n && !list.failed; b++) {
    const xy__survey_row *row = &benchmarks->rows[b];
    if (strcmp(xy__survey_cell(row, XY_SURVEY_BENCHMARKS, "measures_bias"), "yes") != 0) continue;
    consider_use(&list, row, "gender");
    if (!list.failed) consider_use(&list, row, "community");
    const char *axes = xy__survey_cell(row, XY_SURVEY_BENCHMARKS, "axes");
    char axis[256];
    while (!list.failed && (axes = xy__survey_item(axis, sizeof axis, axes)) != NULL) consider_axis(&list, axis);
  }
  if (list.failed) {
    xy_survey_gaps_free(list.items, list.n);
    return xy__fail_memory(err, "the survey");
  }
  *out = list.items;
  *n = list.n;
  return XY_OK;
}

void xy_survey_gaps_free(xy_survey_gap *gaps, size_t n) {
  for (size_t i = 0; i < n; i++) {
    free(gaps[i].value);
    free(gaps[i].benchmarks);
  }
  free(gaps);
}
