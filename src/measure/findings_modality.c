/* Findings of choice and pronoun benchmarks, over whole benchmarks: each step under the first rule, changes whose
 * verdict depends on the rule, and scores that have no value.
 */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "measure/modality.h"
#include "measure/verdict.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

/* A change that findings speak of; `mode` is the rule in front, `others` those that it is held against. */
typedef struct spoken {
  const char *change, *own, *what, *mode;
  bool percent;
  const char *others[3];
} spoken;

static const spoken spoken_of[] = {
    {"s_dis_change",
     "s_dis",
     "the bias score s_dis (answers against the context)",
     "three-way",
     false,
     {"three-way-per-byte", "lm-eval", NULL}},
    {"s_amb_change",
     "s_amb",
     "the bias score s_amb (answers that the context does not give)",
     "three-way",
     false,
     {"three-way-per-byte", "lm-eval", NULL}},
    {"misgendering_rate_change",
     "misgendering_rate",
     "the misgendering rate",
     "summed",
     true,
     {"per-token", "per-byte", NULL}},
    {"binary_gap_change",
     "binary_gap",
     "the gap in accuracy between binary and other pronouns",
     "summed",
     true,
     {"per-token", "per-byte", NULL}},
};

static const spoken *find(const xy_measure *row) {
  if (!is(row->identity, "all") || !is(row->theme, "all")) return NULL;
  for (size_t i = 0; i < sizeof spoken_of / sizeof *spoken_of; i++) {
    if (is(row->measure, spoken_of[i].change) && is(row->mode, spoken_of[i].mode)) return &spoken_of[i];
  }
  return NULL;
}

static void add_value(xy__text *text, const spoken *s, double value, bool sign) {
  xy__text_addf(text, s->percent ? sign ? "%+.1f" : "%.1f" : sign ? "%+.3g" : "%.3g", s->percent ? 100 * value : value);
}

static void add_interval(xy__text *text, const spoken *s, const xy_measure *row) {
  if (isnan(row->low)) return;
  xy__text_add(text, " (95% interval ");
  add_value(text, s, row->low, false);
  xy__text_add(text, " to ");
  add_value(text, s, row->high, false);
  if (!isnan(row->q)) xy__text_addf(text, row->q < 0.001 ? ", q < 0.001" : ", q = %.3f", row->q);
  xy__text_add(text, ")");
}

static int add(xy_results *results, const char *kind, xy__text *text, const xy_measure *row, xy_error *err) {
  int rc =
      text->failed ? xy__fail_memory(err, "findings") : xy__results_add_finding_of(results, kind, text->data, row, err);
  xy__text_dispose(text);
  return rc;
}

static const char *kind_of(const char *verdict) {
  return is(verdict, "amplified")    ? "amplification"
         : is(verdict, "attenuated") ? "attenuation"
         : is(verdict, "persists")   ? "persistence"
         : is(verdict, "clear")      ? "clear"
                                     : "undetermined";
}

static int add_step(xy_results *results, const xy_measure *row, const spoken *s, xy_error *err) {
  xy__text text = {0};
  xy__text_addf(&text, "From %s to %s, on %s: %s ", row->against, row->stage, row->benchmark, s->what);
  if (isnan(row->value)) {
    xy__text_add(&text, "cannot be compared, since it has no value at one of the two stages.");
    return add(results, "undefined", &text, row, err);
  }
  xy__text_add(&text, "changed by ");
  add_value(&text, s, row->value, true);
  if (s->percent) xy__text_add(&text, " points");
  add_interval(&text, s, row);
  xy__text_addf(&text, ": %s", row->verdict);
  const xy_measure *own = xy__results_find(results, row->benchmark, s->own, row->mode, row->stage, "", "all", "all");
  if (own != NULL && !isnan(own->value)) {
    xy__text_addf(&text, "; at %s it is ", row->stage);
    add_value(&text, s, own->value, false);
    add_interval(&text, s, own);
  }
  if (is(row->verdict, "undetermined") && !isnan(row->detectable)) {
    xy__text_add(&text, "; the smallest change that this benchmark could have seen is ");
    add_value(&text, s, row->detectable, false);
  }
  xy__text_add(&text, ".");
  return add(results, kind_of(row->verdict), &text, row, err);
}

/* Says where another rule gives another verdict. */
static int add_dependence(xy_results *results, const xy_measure *row, const spoken *s, xy_error *err) {
  xy__text text = {0};
  bool differs = false;
  xy__text_addf(&text, "From %s to %s, on %s: the verdict on %s depends on the rule: %s (%s)", row->against, row->stage,
                row->benchmark, s->what, row->verdict[0] != '\0' ? row->verdict : "no value", row->mode);
  for (size_t i = 0; s->others[i] != NULL; i++) {
    const xy_measure *other =
        xy__results_find(results, row->benchmark, row->measure, s->others[i], row->stage, row->against, "all", "all");
    if (other == NULL || isnan(other->value)) continue; /* no value has its own finding */
    xy__text_addf(&text, ", %s (%s)", other->verdict[0] != '\0' ? other->verdict : "no value", s->others[i]);
    differs = differs || !is(other->verdict, row->verdict);
  }
  xy__text_add(&text, ".");
  if (differs) return add(results, "rule_dependence", &text, row, err);
  xy__text_dispose(&text);
  return XY_OK;
}

static int add_undefined(xy_results *results, const xy_measure *row, xy_error *err) {
  xy__text text = {0};
  xy__text_addf(&text,
                "On %s, %s of %s has no value under the rule %s: every answer that it is made from was \"unknown\", so "
                "nothing can be said about which person the model would name.",
                row->benchmark, row->measure, row->stage, row->mode);
  return add(results, "undefined", &text, row, err);
}

int xy__findings_modality(xy_results *results, xy_error *err) {
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < results->n_measures; i++) {
    const xy_measure row = results->measures[i];
    const spoken *s = find(&row);
    if (s != NULL) rc = add_step(results, &row, s, err);
    if (rc == XY_OK && s != NULL) rc = add_dependence(results, &row, s, err);
    bool score = is(row.measure, "s_dis") || is(row.measure, "s_amb");
    if (rc == XY_OK && score && isnan(row.value) && is(row.identity, "all") && is(row.theme, "all")) {
      rc = add_undefined(results, &row, err);
    }
  }
  return rc;
}
