/* The form of a survey file, as tables: which keys an entry has and what they may say (docs/survey.md). */
#include <stdio.h>
#include <string.h>

#include "survey/survey.h"

static const char *const standings[] = {"read", "recalled", NULL};
static const char *const sources[] = {"maker", "copy", "summary", "none", NULL};
static const char *const modalities[] = {"pair",           "coreference", "multiple-choice", "generation",
                                         "classification", "human",       "embedding",       NULL};
static const char *const yes_no[] = {"yes", "no", NULL};

static const xy__survey_key models[] = {
    {"id", XY__ID, true, NULL, false},
    {"name", XY__WORDS, true, NULL, false},
    {"maker", XY__WORDS, true, NULL, false},
    {"released", XY__MONTH, true, NULL, false},
    {"alignment", XY__LIST, false, NULL, false},
    {"preference_finetuned", XY__CHOICE, true, (const char *const[]){"yes", "no", "unclear", NULL}, false},
    {"weights", XY__CHOICE, false, (const char *const[]){"open", "closed", NULL}, false},
    {"bias_evaluation", XY__CHOICE, true, (const char *const[]){"reported", "none-found", "unknown", NULL}, false},
    {"standing", XY__CHOICE, false, standings, true}, /* of bias_evaluation */
    {"extent", XY__WORDS, true, NULL, false},
    {"sources", XY__LIST, true, NULL, false},
    {"recalled", XY__FACTS, false, NULL, false},
    {"note", XY__WORDS, false, NULL, false},
};

const xy__survey_key xy__survey_source_keys[3] = {
    {"source", XY__WORDS, true, NULL, false},
    {"kind", XY__CHOICE, true, sources, false},
    {"standing", XY__CHOICE, true, standings, false},
};

static const xy__survey_key evaluations[] = {
    {"model", XY__WORDS, false, NULL, true},
    {"name", XY__WORDS, true, NULL, false},
    {"benchmark", XY__WORDS, false, NULL, false},
    {"modality", XY__CHOICE, true, modalities, false},
    {"axes", XY__LIST, true, NULL, false},
    {"gender", XY__CHOICE, true,
     (const char *const[]){"binary-only", "neutral-pronoun", "trans-or-nonbinary", "unspecified", "not-gender", NULL},
     false},
    {"printed", XY__CHOICE, true,
     (const char *const[]){"named-result", "in-aggregate", "trait-named", "none", "unknown", NULL}, false},
    {"source", XY__WORDS, true, NULL, false},
    {"kind", XY__CHOICE, true, sources, false},
    {"standing", XY__CHOICE, true, standings, false},
    {"note", XY__WORDS, false, NULL, false},
};

static const xy__survey_key benchmarks[] = {
    {"id", XY__ID, true, NULL, false},
    {"name", XY__WORDS, true, NULL, false},
    {"year", XY__YEAR, true, NULL, false},
    {"paper", XY__WORDS, true, NULL, false},
    {"measures_bias", XY__CHOICE, true, yes_no, false},
    {"modality", XY__CHOICES, true, modalities, false},
    {"size", XY__WORDS, false, NULL, false},
    {"languages", XY__LIST, true, NULL, false},
    {"axes", XY__LIST, true, NULL, false},
    {"gender", XY__CHOICE, true,
     (const char *const[]){"binary-only", "neutral-wording", "neutral-pronoun", "trans-incidental", "trans",
                           "trans-and-nonbinary", "lgbtq-aggregate", "not-gender", NULL},
     false},
    {"community", XY__CHOICE, true, (const char *const[]){"yes", "partial", "no", NULL}, false},
    {"licence", XY__WORDS, false, NULL, false},
    {"location", XY__WORDS, false, NULL, false},
    {"sources", XY__LIST, true, NULL, false},
    {"read", XY__FACTS, false, NULL, false},
    {"recalled", XY__FACTS, false, NULL, false},
};

const xy__survey_key *xy__survey_keys(size_t *n, xy_survey_kind kind) {
  switch (kind) {
    case XY_SURVEY_MODELS: *n = sizeof models / sizeof models[0]; return models;
    case XY_SURVEY_EVALUATIONS: *n = sizeof evaluations / sizeof evaluations[0]; return evaluations;
    case XY_SURVEY_BENCHMARKS: break;
  }
  *n = sizeof benchmarks / sizeof benchmarks[0];
  return benchmarks;
}

const char *xy__survey_cell(const xy__survey_row *row, xy_survey_kind kind, const char *column) {
  size_t n;
  const xy__survey_key *keys = xy__survey_keys(&n, kind);
  for (size_t i = 0; i < n; i++) {
    if (strcmp(keys[i].name, column) == 0) return row->cells[i];
  }
  return "";
}

const char *xy__survey_item(char *out, size_t room, const char *cell) {
  if (*cell == '\0') return NULL;
  const char *end = strstr(cell, "; ");
  size_t bytes = end != NULL ? (size_t)(end - cell) : strlen(cell);
  snprintf(out, room, "%.*s", (int)bytes, cell);
  return cell + bytes + (end != NULL ? 2 : 0);
}

bool xy__survey_has(const char *cell, const char *item) {
  char one[256];
  while ((cell = xy__survey_item(one, sizeof one, cell)) != NULL) {
    if (strcmp(one, item) == 0) return true;
  }
  return false;
}
