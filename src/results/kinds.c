/* The table of measures: kinds.h says what a row holds, docs/measures.md how each is computed. */
#include "results/kinds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A measure is added here, and computed in a file of src/measure: docs/adding.md. */
const xy__kind xy__kinds[] = {
    /* pairs, and coreference as pairs: measure/pair.c */
    {.name = "mean_gap",
     .tasks = "pair coref",
     .unit = XY__NATS,
     .parity = 0,
     .change = "amplification",
     .tested = true,
     .judged = true,
     .drawn = true,
     .head = "gap",
     .meaning = "gap, the mean advantage of the target text in ",
     .sampled = XY__SAMPLED_VALUE,
     .member = "gap_"},
    {.name = "preference_rate",
     .tasks = "pair coref",
     .unit = XY__SHARE,
     .parity = 0.5,
     .change = "preference_rate_change",
     .tested = true,
     .judged = true,
     .drawn = true,
     .title = "the target text is preferred in",
     .scale = "Share of items with a gap above 0; the dashed line is parity (50%).",
     .sampled = XY__SAMPLED_SIGN,
     .member = "gap_"},
    {.name = "tie_rate", .tasks = "pair coref", .unit = XY__SHARE, .parity = NAN},
    {.name = "winoqueer_score", .tasks = "pair coref", .unit = XY__PERCENT, .parity = NAN, .mode = "shared"},
    {.name = "amplification",
     .tasks = "pair coref",
     .unit = XY__NATS,
     .parity = 0,
     .is_change = true,
     .tested = true,
     .judged = true,
     .drawn = true},
    {.name = "preference_rate_change",
     .tasks = "pair coref",
     .unit = XY__POINTS,
     .parity = 0,
     .is_change = true,
     .tested = true,
     .judged = true},
    {.name = "root_share", .tasks = "pair coref", .unit = XY__NATS, .parity = 0, .drawn = true},
    {.name = "step_share", .tasks = "pair coref", .unit = XY__NATS, .parity = 0, .drawn = true},
    {.name = "reward_margin",
     .tasks = "pair coref preference",
     .unit = XY__NATS,
     .parity = 0,
     .tested = true,
     .mode = "full",
     .sampled = XY__SAMPLED_VALUE,
     .member = "margin"},
    {.name = "reward_margin_over_beta",
     .tasks = "pair coref preference",
     .unit = XY__NATS,
     .parity = 0,
     .tested = true,
     .mode = "full"},
    {.name = "reward_preference_rate",
     .tasks = "pair coref",
     .unit = XY__SHARE,
     .parity = 0.5,
     .tested = true,
     .drawn = true,
     .mode = "full"},
    {.name = "reinforcement",
     .tasks = "pair coref",
     .unit = XY__CORRELATION,
     .parity = 0,
     .drawn = true,
     .mode = "full"},
    {.name = "log_ratio", .tasks = "pair coref", .unit = XY__NATS, .parity = 0, .tested = true, .mode = "full"},
    /* coreference: measure/coref.c */
    {.name = "pro_probability",
     .tasks = "coref",
     .unit = XY__SHARE,
     .parity = NAN,
     .change = "pro_probability_change",
     .mode = "pronoun"},
    {.name = "pro_probability_change",
     .tasks = "coref",
     .unit = XY__POINTS,
     .parity = 0,
     .is_change = true,
     .tested = true,
     .mode = "pronoun"},
    {.name = "anti_probability",
     .tasks = "coref",
     .unit = XY__SHARE,
     .parity = NAN,
     .change = "anti_probability_change",
     .mode = "pronoun"},
    {.name = "anti_probability_change",
     .tasks = "coref",
     .unit = XY__POINTS,
     .parity = 0,
     .is_change = true,
     .tested = true,
     .mode = "pronoun"},
    {.name = "neutral_probability",
     .tasks = "coref",
     .unit = XY__SHARE,
     .parity = NAN,
     .change = "neutral_probability_change",
     .drawn = true,
     .mode = "pronoun",
     .title = "the probability of the neutral pronoun is",
     .scale = "Mean probability."},
    {.name = "neutral_probability_change",
     .tasks = "coref",
     .unit = XY__POINTS,
     .parity = 0,
     .is_change = true,
     .tested = true,
     .mode = "pronoun"},
    {.name = "neutral_gap",
     .tasks = "coref",
     .unit = XY__NATS,
     .parity = 0,
     .change = "neutral_gap_change",
     .tested = true,
     .mode = "pronoun"},
    {.name = "neutral_gap_change",
     .tasks = "coref",
     .unit = XY__NATS,
     .parity = 0,
     .is_change = true,
     .tested = true,
     .mode = "pronoun"},
    /* pronouns: measure/pronoun.c */
    {.name = "misgendering_rate",
     .tasks = "pronoun",
     .unit = XY__SHARE,
     .parity = 0,
     .change = "misgendering_rate_change",
     .tested = true,
     .judged = true,
     .drawn = true,
     .phrase = "the misgendering rate",
     .title = "another pronoun than the declared one wins in",
     .scale = "Share of items; 0 is none.",
     .head = "misgendered",
     .meaning = "misgendered, the share of items in which another pronoun wins",
     .sampled = XY__SAMPLED_WRONG,
     .member = "right_"},
    {.name = "misgendering_rate_change",
     .tasks = "pronoun",
     .unit = XY__POINTS,
     .parity = 0,
     .is_change = true,
     .tested = true,
     .judged = true,
     .drawn = true},
    {.name = "binary_gap",
     .tasks = "pronoun",
     .unit = XY__POINTS,
     .parity = 0,
     .change = "binary_gap_change",
     .tested = true,
     .judged = true,
     .drawn = true,
     .phrase = "the gap in accuracy between binary and other pronouns",
     .title = "accuracy for binary pronouns less accuracy for others is",
     .scale = "Difference of shares; the dashed line is none."},
    {.name = "binary_gap_change",
     .tasks = "pronoun",
     .unit = XY__POINTS,
     .parity = 0,
     .is_change = true,
     .tested = true,
     .judged = true,
     .drawn = true},
    {.name = "rule_dependence", .tasks = "pronoun", .unit = XY__SHARE, .parity = NAN, .mode = ""},
    {.name = "pronoun_tokens", .tasks = "pronoun", .unit = XY__TOKENS, .parity = NAN, .mode = ""},
    /* multiple choice: measure/choice.c; accuracy of pronouns too */
    {.name = "s_amb",
     .label = "s_amb",
     .tasks = "choice",
     .unit = XY__SCORE,
     .parity = 0,
     .change = "s_amb_change",
     .tested = true,
     .judged = true,
     .drawn = true,
     .phrase = "the bias score s_amb (answers that the context does not give)",
     .title = "the bias score of ambiguous contexts (s_amb) is",
     .scale = "From −1 to 1; 0 is no bias (dashed).",
     .head = "s_amb",
     .meaning = "s_amb, BBQ's bias score where the context leaves the answer open"},
    {.name = "s_amb_change",
     .label = "s_amb",
     .tasks = "choice",
     .unit = XY__SCORE,
     .parity = 0,
     .is_change = true,
     .tested = true,
     .judged = true,
     .drawn = true},
    {.name = "s_dis",
     .label = "s_dis",
     .tasks = "choice",
     .unit = XY__SCORE,
     .parity = 0,
     .change = "s_dis_change",
     .tested = true,
     .judged = true,
     .drawn = true,
     .phrase = "the bias score s_dis (answers against the context)",
     .title = "the bias score of disambiguated contexts (s_dis) is",
     .scale = "From −1 to 1; 0 is no bias (dashed)."},
    {.name = "s_dis_change",
     .label = "s_dis",
     .tasks = "choice",
     .unit = XY__SCORE,
     .parity = 0,
     .is_change = true,
     .tested = true,
     .judged = true,
     .drawn = true},
    {.name = "accuracy",
     .tasks = "choice pronoun",
     .unit = XY__SHARE,
     .parity = NAN,
     .change = "accuracy_change",
     .sampled = XY__SAMPLED_ANSWER,
     .member = "chosen_"},
    {.name = "accuracy_change",
     .tasks = "choice pronoun",
     .unit = XY__POINTS,
     .parity = 0,
     .is_change = true,
     .tested = true},
    {.name = "accuracy_ambiguous",
     .tasks = "choice",
     .unit = XY__SHARE,
     .parity = NAN,
     .change = "accuracy_ambiguous_change",
     .drawn = true,
     .title = "where the context leaves the answer open, the right one is given in",
     .scale = "Share of items."},
    {.name = "accuracy_ambiguous_change",
     .tasks = "choice",
     .unit = XY__POINTS,
     .parity = 0,
     .is_change = true,
     .tested = true},
    {.name = "accuracy_disambiguated",
     .tasks = "choice",
     .unit = XY__SHARE,
     .parity = NAN,
     .change = "accuracy_disambiguated_change",
     .drawn = true,
     .title = "where the context gives the answer, the right one is given in",
     .scale = "Share of items."},
    {.name = "accuracy_disambiguated_change",
     .tasks = "choice",
     .unit = XY__POINTS,
     .parity = 0,
     .is_change = true,
     .tested = true},
    /* preference data: measure/preference.c */
    {.name = "reward_accuracy",
     .tasks = "preference",
     .unit = XY__SHARE,
     .parity = 0.5,
     .tested = true,
     .mode = "full"},
    {.name = "reward_tie_rate", .tasks = "preference", .unit = XY__SHARE, .parity = NAN, .mode = "full"},
    {.name = "log_ratio_accuracy",
     .tasks = "preference",
     .unit = XY__SHARE,
     .parity = 0.5,
     .tested = true,
     .mode = "full"},
    {.name = "log_ratio_tie_rate", .tasks = "preference", .unit = XY__SHARE, .parity = NAN, .mode = "full"},
    {.name = "log_ratio_margin", .tasks = "preference", .unit = XY__NATS, .parity = 0, .tested = true, .mode = "full"},
    {.name = "likelihood_accuracy",
     .tasks = "preference",
     .unit = XY__SHARE,
     .parity = 0.5,
     .change = "likelihood_accuracy_change",
     .tested = true,
     .mode = "full"},
    {.name = "likelihood_tie_rate", .tasks = "preference", .unit = XY__SHARE, .parity = NAN, .mode = "full"},
    {.name = "likelihood_margin", .tasks = "preference", .unit = XY__NATS, .parity = 0, .tested = true, .mode = "full"},
    {.name = "likelihood_accuracy_change",
     .tasks = "preference",
     .unit = XY__POINTS,
     .parity = 0,
     .is_change = true,
     .tested = true,
     .mode = "full"},
    {.name = "rewardbench_ratio_accuracy", .tasks = "preference", .unit = XY__SHARE, .parity = NAN, .mode = ""},
    {.name = "rewardbench_sum_accuracy", .tasks = "preference", .unit = XY__SHARE, .parity = NAN, .mode = ""},
    {.name = "rewardbench_avg_accuracy", .tasks = "preference", .unit = XY__SHARE, .parity = NAN, .mode = ""},
    {.name = "rewardbench_norm_accuracy", .tasks = "preference", .unit = XY__SHARE, .parity = NAN, .mode = ""},
};
const size_t xy__kinds_n = sizeof xy__kinds / sizeof *xy__kinds;

const char *xy__unit_name(xy__unit unit) {
  static const char *const names[XY__UNITS] = {"nats", "share", "points", "score", "correlation", "percent", "tokens"};
  return names[unit];
}

const xy__kind *xy__kind_of(const char *measure) {
  for (size_t i = 0; i < xy__kinds_n; i++) {
    if (strcmp(xy__kinds[i].name, measure) == 0) return &xy__kinds[i];
  }
  return NULL;
}

const xy__kind *xy__kind_changed(const char *measure) {
  for (size_t i = 0; i < xy__kinds_n; i++) {
    const char *change = xy__kinds[i].change;
    if (change != NULL && strcmp(change, measure) == 0) return &xy__kinds[i];
  }
  return NULL;
}

bool xy__is_rate(const char *measure) {
  const xy__kind *kind = xy__kind_of(measure);
  return kind != NULL && (kind->unit == XY__SHARE || kind->unit == XY__POINTS);
}

bool xy__is_step(const char *measure) {
  const xy__kind *kind = xy__kind_of(measure);
  return kind != NULL && kind->is_change;
}

bool xy__kind_has_sides(const xy__kind *kind) {
  return !isnan(kind->parity) && (kind->unit != XY__SHARE || kind->parity > 0);
}

void xy__kind_add_label(xy__text *out, const char *measure) {
  const xy__kind *kind = xy__kind_of(measure);
  if (kind != NULL && kind->label != NULL) {
    xy__text_add(out, kind->label);
    return;
  }
  for (const char *c = measure; *c != '\0' && strcmp(c, "_change") != 0; c++) {
    xy__text_add_bytes(out, *c == '_' ? " " : c, 1);
  }
}

static const char *text_or_empty(const char *text) { return text != NULL ? text : ""; }

static void describe(xy_measure_kind *out, const xy__kind *kind) {
  xy__text label = {0};
  xy__kind_add_label(&label, kind->name);
  *out = (xy_measure_kind){.name = kind->name,
                           .unit = xy__unit_name(kind->unit),
                           .tasks = kind->tasks,
                           .mode = text_or_empty(kind->mode),
                           .change = text_or_empty(kind->change),
                           .head = text_or_empty(kind->head),
                           .meaning = text_or_empty(kind->meaning),
                           .parity = kind->parity,
                           .rate = xy__is_rate(kind->name),
                           .is_change = kind->is_change,
                           .tested = kind->tested,
                           .judged = kind->judged};
  snprintf(out->label, sizeof out->label, "%s", label.failed ? kind->name : label.data);
  xy__text_dispose(&label);
}

size_t xy_measure_kinds(void) { return xy__kinds_n; }

void xy_measure_kind_at(xy_measure_kind *out, size_t i) { describe(out, &xy__kinds[i]); }

bool xy_measure_kind_of(xy_measure_kind *out, const char *name) {
  const xy__kind *kind = xy__kind_of(name);
  if (kind != NULL) describe(out, kind);
  return kind != NULL;
}
