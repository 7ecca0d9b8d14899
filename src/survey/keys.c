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
    {"id", XY__SURVEY_ID, true, false, NULL},
    {"name", XY__SURVEY_WORDS, true, false, NULL},
    {"maker", XY__SURVEY_WORDS, true, false, NULL},
    {"released", XY__SURVEY_MONTH, true, false, NULL},
    {"alignment", XY__SURVEY_LIST, false, false, NULL},
    {"preference_finetuned", XY__SURVEY_CHOICE, true, false, (const char *const[]){"yes", "no", "unclear", NULL}},
    {"weights", XY__SURVEY_CHOICE, false, false, (const char *const[]){"open", "closed", NULL}},
    {"bias_evaluation", XY__SURVEY_CHOICE, true, false,
     (const char *const[]){"reported", "none-found", "unknown", NULL}},
    {"standing", XY__SURVEY_CHOICE, false, true, standings}, /* of bias_evaluation */
    {"extent", XY__SURVEY_WORDS, true, false, NULL},
    {"sources", XY__SURVEY_LIST, true, false, NULL},
    {"recalled", XY__SURVEY_FACTS, false, false, NULL},
    {"note", XY__SURVEY_WORDS, false, false, NULL},
};

const xy__survey_key xy__survey_source_keys[3] = {
    {"source", XY__SURVEY_WORDS, true, false, NULL},
    {"kind", XY__SURVEY_CHOICE, true, false, sources},
    {"standing", XY__SURVEY_CHOICE, true, false, standings},
};

static const xy__survey_key evaluations[] = {
    {"model", XY__SURVEY_WORDS, false, true, NULL},
    {"name", XY__SURVEY_WORDS, true, false, NULL},
    {"benchmark", XY__SURVEY_WORDS, false, false, NULL},
    {"modality", XY__SURVEY_CHOICE, true, false, modalities},
    {"axes", XY__SURVEY_LIST, true, false, NULL},
    {"gender", XY__SURVEY_CHOICE, true, false,
     (const char *const[]){"binary-only", "neutral-pronoun", "trans-or-nonbinary", "unspecified", "not-gender", NULL}},
    {"printed", XY__SURVEY_CHOICE, true, false,
     (const char *const[]){"named-result", "in-aggregate", "trait-named", "none", "unknown", NULL}},
    {"source", XY__SURVEY_WORDS, true, false, NULL},
    {"kind", XY__SURVEY_CHOICE, true, false, sources},
    {"standing", XY__SURVEY_CHOICE, true, false, standings},
    {"note", XY__SURVEY_WORDS, false, false, NULL},
};

static const xy__survey_key benchmarks[] = {
    {"id", XY__SURVEY_ID, true, false, NULL},
    {"name", XY__SURVEY_WORDS, true, false, NULL},
    {"year", XY__SURVEY_YEAR, true, false, NULL},
    {"paper", XY__SURVEY_WORDS, true, false, NULL},
    {"measures_bias", XY__SURVEY_CHOICE, true, false, yes_no},
    {"modality", XY__SURVEY_CHOICES, true, false, modalities},
    {"size", XY__SURVEY_WORDS, false, false, NULL},
    {"languages", XY__SURVEY_LIST, true, false, NULL},
    {"axes", XY__SURVEY_LIST, true, false, NULL},
    {"gender", XY__SURVEY_CHOICE, true, false,
     (const char *const[]){"binary-only", "neutral-wording", "neutral-pronoun", "trans-incidental", "trans",
                           "trans-and-nonbinary", "lgbtq-aggregate", "not-gender", NULL}},
    {"community", XY__SURVEY_CHOICE, true, false, (const char *const[]){"yes", "partial", "no", NULL}},
    {"licence", XY__SURVEY_WORDS, false, false, NULL},
    {"location", XY__SURVEY_WORDS, false, false, NULL},
    {"sources", XY__SURVEY_LIST, true, false, NULL},
    {"read", XY__SURVEY_FACTS, false, false, NULL},
    {"recalled", XY__SURVEY_FACTS, false, false, NULL},
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
