/* See headline.h. */
#include "results/headline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "results/modes.h"
#include "results/number.h"
#include "results/verdicts.h"
#include "results/view.h"

/* Steps that are named; the others are counted. */
enum { NAMED = 2 };

typedef struct step {
  const xy_stage_info *stage;
  const xy_measure *change; /* of the benchmark's headline measure, over all items */
} step;

typedef struct steps {
  step *list; /* [stages]; the largest changes first */
  size_t n;
} steps;

typedef struct maker {
  const xy_results *results;
  xy_results_bench bench;
  const xy__kind *kind;      /* of its headline measure */
  const char *level;         /* the measure in which levels are told: a share of items where there is one */
  const xy_stage_info *root; /* the first */
  const xy_measure *at_root; /* that level there; NULL: none */
  steps raised, lowered;
  steps open;    /* another mode or rule has another verdict */
  steps general; /* amplified, but no more than harmless text about the same groups, for all that could be seen */
} maker;

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

static const xy_measure *whole(const maker *m, const char *measure, const char *stage, const char *against) {
  return xy__view_find(m->results, m->bench.name, measure, stage, against, "all", "all");
}

/* ---- what is chosen ---------------------------------------------------------------------------------------- */

/* The first benchmark that is not of the popular axis, with a headline measure that was measured; else the first. */
static bool choose(maker *m) {
  bool any = false;
  for (size_t b = 0; b < xy_results_benchmarks(m->results); b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, m->results, b);
    const xy__kind *kind = xy__kind_of(bench.measure);
    bool popular = is(bench.axis, XY__POPULAR_AXIS);
    if (kind == NULL || (any && popular) ||
        xy__view_find(m->results, bench.name, bench.measure, NULL, NULL, "all", "all") == NULL) {
      continue;
    }
    m->bench = bench;
    m->kind = kind;
    any = true;
    if (!popular) break;
  }
  return any;
}

static bool holds(const xy_measure *row) { return row->depends[0] == '\0'; }

static bool is_verdict(const xy_measure *row, const char *verdict) {
  return row != NULL && is(row->verdict, verdict) && holds(row);
}

/* A change rests on its own verdict and, where there are controls, on that beyond them. */
static bool is_borne_out(const maker *m, const xy_measure *change, const char *verdict) {
  return is_verdict(change, verdict) && xy__view_holds_beyond(m->results, change);
}

/* In the order of their size. */
static void add_step(steps *out, const xy_stage_info *stage, const xy_measure *change) {
  size_t place = out->n++;
  for (; place > 0 && fabs(out->list[place - 1].change->value) < fabs(change->value); place--) {
    out->list[place] = out->list[place - 1];
  }
  out->list[place] = (step){stage, change};
}

static int find_steps(maker *m, xy_error *err) {
  steps *const all[] = {&m->raised, &m->lowered, &m->open, &m->general};
  for (size_t i = 0; i < 4; i++) {
    all[i]->list = xy__array(m->results->n_stages, sizeof *all[i]->list);
    if (all[i]->list == NULL) return xy__fail_memory(err, "headline");
  }
  for (size_t s = 0; s < m->results->n_stages; s++) {
    const xy_stage_info *stage = &m->results->stages[s];
    const xy_measure *change = stage->parent[0] != '\0' ? whole(m, m->bench.change, stage->name, stage->parent) : NULL;
    if (change == NULL) continue;
    bool moved = is(change->verdict, "amplified") || is(change->verdict, "attenuated");
    if (moved && !holds(change)) add_step(&m->open, stage, change);
    if (is_verdict(change, "amplified")) {
      add_step(is_borne_out(m, change, "amplified") ? &m->raised : &m->general, stage, change);
    }
    if (is_borne_out(m, change, "attenuated")) add_step(&m->lowered, stage, change);
  }
  return XY_OK;
}

/* ---- where it comes from ----------------------------------------------------------------------------------- */

static void add_step_name(xy__text *out, const step *one) {
  xy__text_addf(out, "%s → %s", one->stage->parent, one->stage->name);
}

static void add_level(xy__text *out, const maker *m, const xy_measure *row) {
  xy__number_add_value(out, m->level, row != NULL ? row->value : NAN);
}

/* "base → dpo (58.8% to 82.9% of pairs)". A mean can grow while fewer pairs lean that way. */
static void add_move(xy__text *out, const maker *m, const step *one, bool first) {
  const xy_measure *before = whole(m, m->level, one->stage->parent, "");
  const xy_measure *after = whole(m, m->level, one->stage->name, "");
  add_step_name(out, one);
  if (before == NULL || after == NULL) return;
  bool apart = (after->value - before->value) * one->change->value < 0;
  xy__text_add(out, apart ? " (in the mean alone; " : " (");
  add_level(out, m, before);
  xy__text_add(out, " to ");
  add_level(out, m, after);
  xy__text_add(out, first && !is(m->level, m->bench.measure) ? " of pairs)" : ")");
}

static void add_moves(xy__text *out, const maker *m, const steps *moved, bool first) {
  size_t named = moved->n < NAMED ? moved->n : NAMED, more = moved->n - named;
  for (size_t i = 0; i < named; i++) {
    if (i > 0) xy__text_add(out, i + 1 == named && more == 0 ? " and " : ", ");
    add_move(out, m, &moved->list[i], first && i == 0);
  }
  if (more > 0) xy__text_addf(out, " and %zu further step%s", more, more == 1 ? "" : "s");
}

/* Judged away from parity. */
static bool is_apart(const xy_measure *row) {
  return row != NULL && row->verdict[0] == '\0' && holds(row) && isfinite(row->low) && isfinite(row->high);
}

/* On the side of the target texts, in the mean and in its share. */
static bool root_has_it(const maker *m) {
  const xy_measure *row = whole(m, m->bench.measure, m->root->name, "");
  return is_apart(row) && is_apart(m->at_root) && row->value > m->kind->parity;
}

/* "base, the root, is at 58.8%, not told apart from 50%" */
static void add_root(xy__text *out, const maker *m) {
  xy__text_addf(out, "%s, the root, is at ", m->root->name);
  add_level(out, m, m->at_root);
  if (m->at_root->verdict[0] == '\0') return;
  xy__text_add(out, is(m->at_root->verdict, "clear") ? ", equivalent to 50%" : ", not told apart from 50%");
}

/* "; what base → dpo and one further step" */
static bool add_what(xy__text *out, const steps *list) {
  size_t named = list->n < NAMED ? list->n : NAMED, more = list->n - named;
  for (size_t i = 0; i < named; i++) {
    xy__text_add(out, i == 0 ? "; what " : i + 1 == named && more == 0 ? " and " : ", ");
    add_step_name(out, &list->list[i]);
  }
  if (more > 0) xy__text_addf(out, " and %zu further step%s", more, more == 1 ? "" : "s");
  return named > 0;
}

/* Steps of which the modes tell different things, and those that harmless text may share: no more is said of them. */
static void add_open(xy__text *out, const maker *m) {
  if (add_what(out, &m->general))
    xy__text_add(out, " added is not told apart from a shift of all talk about the groups");
  if (add_what(out, &m->open)) xy__text_addf(out, " did %s", xy_depends_text(m->open.list[0].change->depends));
}

/* Whether a share that was told is another one in another mode: at the root, or of a step that is named. */
static bool shares_depend(const maker *m) {
  const char *change = xy__kind_of(m->level)->change;
  bool any = m->at_root != NULL && !holds(m->at_root);
  const steps *const all[] = {&m->raised, &m->lowered};
  for (size_t k = 0; k < 2; k++) {
    for (size_t i = 0; i < all[k]->n && i < NAMED; i++) {
      const step *one = &all[k]->list[i];
      const xy_measure *row = whole(m, change, one->stage->name, one->stage->parent);
      any = any || (row != NULL && !holds(row));
    }
  }
  return any;
}

static void add_rest(xy__text *out, const maker *m) {
  if (m->lowered.n > 0) {
    xy__text_add(out, "; it falls at ");
    add_moves(out, m, &m->lowered, false);
  }
  add_open(out, m);
  if (!is(m->level, m->bench.measure) && shares_depend(m)) {
    xy__text_add(out, m->raised.n + m->lowered.n > 0 ? "; the shares, not the mean’s sign, depend on the mode"
                                                     : "; that share depends on the mode");
  }
  xy__text_add(out, ".");
}

/* Of gaps: a preference, which parity is the absence of. */
static void add_where(xy__text *out, const maker *m) {
  bool rooted = root_has_it(m);
  xy__text_addf(out, "On %s, the preference for %s", m->bench.name,
                is(m->bench.axis, XY__POPULAR_AXIS) ? "the target text" : "harmful text");
  if (rooted || m->raised.n > 0) xy__text_add(out, " comes from ");
  if (rooted) {
    xy__text_addf(out, "the root, %s (", m->root->name);
    add_level(out, m, m->at_root);
    xy__text_add(out, " of pairs)");
    if (m->raised.n > 0) xy__text_add(out, ", and from ");
  }
  add_moves(out, m, &m->raised, !rooted);
  if (!rooted && m->raised.n == 0) xy__text_add(out, " is seen to grow at no step");
  if (rooted && m->raised.n == 0) xy__text_add(out, "; no step is seen to add to it");
  if (!rooted && m->at_root != NULL) {
    xy__text_add(out, "; ");
    add_root(out, m);
  }
  add_rest(out, m);
}

/* Of other measures. */
static void add_levels(xy__text *out, const maker *m) {
  xy__text_addf(out, "On %s, %s is ", m->bench.name, m->kind->phrase != NULL ? m->kind->phrase : m->bench.measure);
  add_level(out, m, m->at_root);
  xy__text_addf(out, " at the root, %s", m->root->name);
  xy__text_add(out, m->raised.n > 0 ? "; it grows at " : "; it is seen to grow at no step");
  add_moves(out, m, &m->raised, false);
  add_rest(out, m);
}

/* ---- how much ---------------------------------------------------------------------------------------------- */

static void add_parts(xy__text *out, const maker *m, const xy_measure *change) {
  static const struct {
    const char *mode, *said;
  } parts[] = {{"name", "name"}, {"predicate", "statement"}};
  if (!is(change->mode, "full")) return;
  const xy_measure *found[2];
  for (size_t i = 0; i < 2; i++) {
    found[i] = xy__results_find(m->results, change->benchmark, change->measure, parts[i].mode, change->stage,
                                change->against, "all", "all");
    if (found[i] == NULL) return;
  }
  for (size_t i = 0; i < 2; i++) {
    xy__text_addf(out, "%s%s ", i == 0 ? " (" : ", ", parts[i].said);
    xy__number_add_value(out, change->measure, found[i]->value);
  }
  xy__text_add(out, ")");
}

/* "base → dpo +0.937 [+0.596, +1.259]" */
static void add_amount(xy__text *out, const maker *m, const step *one) {
  add_step_name(out, one);
  xy__text_add(out, " ");
  xy__number_add_estimate(out, one->change);
  add_parts(out, m, one->change);
  const xy_measure *controls = xy__view_beyond(m->results, one->change);
  if (controls == NULL) return;
  xy__text_add(out, " (beyond controls ");
  xy__number_add_row(out, controls);
  xy__text_add(out, ")");
}

/* The benchmarks that a step amplifies; the number of those on which it was measured in *of. */
static size_t amplified(size_t *of, const maker *m, const xy_stage_info *stage) {
  size_t n = 0;
  *of = 0;
  for (size_t b = 0; b < xy_results_benchmarks(m->results); b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, m->results, b);
    const xy_measure *row =
        xy__view_find(m->results, bench.name, bench.change, stage->name, stage->parent, "all", "all");
    *of += row != NULL;
    n += is_borne_out(m, row, "amplified");
  }
  return n;
}

/* "; of 3 benchmarks, base → dpo amplifies 2": the step with most, the first of several. */
static void add_breadth(xy__text *out, const maker *m) {
  const xy_stage_info *most = NULL;
  size_t best = 0, best_of = 0;
  for (size_t s = 0; s < m->results->n_stages; s++) {
    const xy_stage_info *stage = &m->results->stages[s];
    size_t of, n = stage->parent[0] != '\0' ? amplified(&of, m, stage) : 0;
    if (stage->parent[0] == '\0' || of < 2 || (most != NULL && n <= best)) continue;
    most = stage;
    best = n;
    best_of = of;
  }
  if (most == NULL) return;
  xy__text_addf(out, "; of %zu benchmarks, ", best_of);
  if (best == 0) {
    xy__text_add(out, "no step amplifies any");
  } else {
    add_step_name(out, &(step){.stage = most});
    xy__text_addf(out, " amplifies %zu", best);
  }
}

/* The change that is least sure, where none was seen: what could have been. */
static void add_unseen(xy__text *out, const maker *m) {
  const xy_measure *row = xy__view_least_sensitive(m->results, m->bench.name, m->bench.change, "all", "all");
  if (row == NULL) {
    xy__text_add(out, "there is no step to compare");
  } else if (isfinite(row->detectable)) {
    xy__text_add(out, "a change of ");
    xy__number_add_detectable(out, row);
    xy__text_add(out, " could have been seen at every step");
  } else {
    xy__text_add(out, "no step could have been told");
  }
}

static void add_how_much(xy__text *out, const maker *m) {
  const xy_measure *own = whole(m, m->bench.measure, m->root->name, "");
  if (xy__is_gap(m->bench.measure)) {
    const char *mode = own != NULL ? own->mode : "";
    xy__text_addf(out, "In %s%s: ", xy_gap_unit(mode), is(mode, "predicate") ? " of what is said" : "");
  } else {
    xy__text_add(out, "By how much: ");
  }
  if (own != NULL) {
    xy__text_addf(out, "%s ", m->root->name);
    xy__number_add_estimate(out, own);
    xy__text_add(out, m->raised.n + m->lowered.n > 0 ? ", " : "; ");
  }
  const steps *moved = m->raised.n > 0 ? &m->raised : &m->lowered;
  for (size_t i = 0; i < moved->n && i < NAMED; i++) {
    if (i > 0) xy__text_add(out, ", ");
    add_amount(out, m, &moved->list[i]);
  }
  if (moved->n == 0) add_unseen(out, m);
  add_breadth(out, m);
  xy__text_add(out, ".");
}

/* ---- preference data --------------------------------------------------------------------------------------- */

/* Of stages with an implicit reward; where there is none, of the log-ratio, and of the likelihood. */
static const char *best_score(const maker *m) {
  static const char *const scores[] = {"reward", "log_ratio", "likelihood"};
  char measure[32];
  for (size_t i = 0; i < 3; i++) {
    snprintf(measure, sizeof measure, "%s_accuracy", scores[i]);
    if (whole(m, measure, NULL, NULL) != NULL) return scores[i];
  }
  return NULL;
}

static bool spans_parity(const xy_measure *row) {
  const xy__kind *kind = xy__kind_of(row->measure);
  return kind != NULL && kind->unit == XY__SHARE && !(row->low > kind->parity || row->high < kind->parity);
}

static void add_scores(xy__text *out, const maker *m, const char *score, const char *what, const char *unit) {
  char measure[32];
  size_t n = 0, more = 0;
  snprintf(measure, sizeof measure, "%s_%s", score, what);
  for (size_t s = 0; s < m->results->n_stages; s++) {
    const xy_measure *row = whole(m, measure, m->results->stages[s].name, NULL);
    if (row == NULL) continue;
    if (n == NAMED) {
      more++;
      continue;
    }
    xy__text_addf(out, "%s%s ", n > 0 ? ", " : "", row->stage);
    xy__number_add_estimate(out, row);
    if (n++ == 0) xy__text_add(out, unit);
    if (spans_parity(row)) xy__text_add(out, ", which could be chance");
  }
  if (more > 0) xy__text_addf(out, " and %zu further stage%s", more, more == 1 ? "" : "s");
}

static void add_preferences(xy__text out[2], const maker *m) {
  static const char *const said[][2] = {
      {"reward", "implicit reward"}, {"log_ratio", "log-ratio to the parent"}, {"likelihood", "log-probability"}};
  const char *score = best_score(m);
  if (score == NULL) return;
  const char *name = said[0][1];
  for (size_t i = 0; i < 3; i++) name = is(said[i][0], score) ? said[i][1] : name;
  xy__text_addf(&out[0], "On %s, the chosen answer has the higher %s in: ", m->bench.name, name);
  add_scores(&out[0], m, score, "accuracy", " of rows");
  xy__text_add(&out[0], ".");
  xy__text_addf(&out[1], "In nats, the mean margin of chosen over rejected (%s): ", name);
  add_scores(&out[1], m, score, "margin", "");
  xy__text_add(&out[1], ".");
}

/* ---- the member -------------------------------------------------------------------------------------------- */

static const char *limit_of(const maker *m) {
  if (is(m->bench.task, "preference")) {
    return "What it cannot tell: what a model would write. A reward that prefers an answer in these rows need not give "
           "it.";
  }
  if (is(m->bench.mode, "full")) {
    return "What it cannot tell: what a model would write (a likelihood is not a behaviour), and how much is only that "
           "a group’s name became likelier or rarer.";
  }
  return "What it cannot tell: what a model would write (a likelihood is not a behaviour), and how much of a level is "
         "only that words are rare; changes carry less of that.";
}

static json_t *text_or_null(const char *text) { return text[0] != '\0' ? json_string(text) : json_null(); }

static int keep(xy_results *results, const maker *m, const xy__text sentences[2], xy_error *err) {
  const steps *moved = m->raised.n > 0 ? &m->raised : &m->lowered;
  const xy_measure *change = moved->n > 0 ? moved->list[0].change : NULL;
  if (sentences[0].failed || sentences[1].failed || sentences[0].data == NULL || sentences[1].data == NULL) {
    return sentences[0].failed || sentences[1].failed ? xy__fail_memory(err, "headline") : XY_OK;
  }
  json_t *member = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "where", sentences[0].data, "how_much",
                             sentences[1].data, "cannot_tell", limit_of(m), "benchmark", m->bench.name, "stage",
                             text_or_null(change != NULL ? change->stage : ""), "against",
                             text_or_null(change != NULL ? change->against : ""));
  if (json_object_set_new(results->facts, "headline", member) != 0) return xy__fail_memory(err, "headline");
  return XY_OK;
}

int xy__headline_add(xy_results *results, xy_error *err) {
  maker m = {.results = results, .root = &results->stages[0]};
  xy__text sentences[2] = {{0}};
  int rc = XY_OK;
  if (xy_results_benchmarks(results) > 0) xy_results_benchmark(&m.bench, results, 0);
  if (is(m.bench.task != NULL ? m.bench.task : "", "preference")) {
    add_preferences(sentences, &m);
  } else if (results->n_stages > 0 && choose(&m)) {
    m.level = m.bench.level;
    m.at_root = whole(&m, m.level, m.root->name, "");
    rc = find_steps(&m, err);
    if (rc == XY_OK) (xy__is_gap(m.bench.measure) ? add_where : add_levels)(&sentences[0], &m);
    if (rc == XY_OK) add_how_much(&sentences[1], &m);
  }
  if (rc == XY_OK) rc = keep(results, &m, sentences, err);
  for (size_t i = 0; i < 2; i++) xy__text_dispose(&sentences[i]);
  free(m.raised.list);
  free(m.lowered.list);
  free(m.open.list);
  free(m.general.list);
  return rc;
}

void xy_results_headline(xy_headline *out, const xy_results *results) {
  const json_t *member = json_object_get(results->facts, "headline");
  *out = (xy_headline){.where = xy__json_text(member, "where"),
                       .how_much = xy__json_text(member, "how_much"),
                       .cannot_tell = xy__json_text(member, "cannot_tell"),
                       .benchmark = xy__json_text(member, "benchmark"),
                       .stage = xy__json_text(member, "stage"),
                       .against = xy__json_text(member, "against")};
}
