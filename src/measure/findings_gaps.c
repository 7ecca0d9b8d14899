/* Findings in plain sentences: every step on every benchmark, what the implicit reward prefers, blind spots. Each
 * sentence carries its numbers; "nothing found" is said as clearly as something, with what could have been seen.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/beside.h"
#include "measure/findings.h"
#include "measure/headline.h"
#include "measure/verdict.h"
#include "measure/words.h"
#include "results/kinds.h"
#include "results/number.h"
#include "results/verdicts.h"
#include "results/view.h"

/* What the sentences speak of: the gap, with the rate beside it; the reward's rate, with its margin beside it. */
static const char rate_beside[] = "preference_rate";
static const char reward[] = "reward_preference_rate", margin_beside[] = "reward_margin";

/* Said where it has too few clusters for any test. */
static const char unseen[] = "; with so few clusters no change could have been seen";

/* Said where a benchmark has no interval. */
static const char one_cluster[] = " (one cluster: no interval)";

typedef struct report {
  const xy__measured *run;
  xy_results *results; /* of the run, as are the settings */
  const xy__measure_settings *settings;
  xy__headline *headlines; /* of the benchmarks; empty of one that has none */
  bool whole_popular;      /* a benchmark of the popular axis is among them */
} report;

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

static bool popular(const report *r, const xy_measure *row) {
  const xy_bench *bench = xy__measured_bench(r->run, row);
  return bench != NULL && is(bench->axis, XY__POPULAR_AXIS);
}

/* What a benchmark's target texts are called. */
static const char *target_text(const report *r, const xy_measure *row) {
  return popular(r, row) ? "the target text" : "harmful text about the target groups";
}

static bool is_headline(const report *r, const xy_measure *row) {
  if (!is(row->theme, "all") || !xy__is_gap(row->measure)) return false;
  for (size_t i = 0; i < r->run->n_benches; i++) {
    if (!is(r->run->benches[i]->name, row->benchmark)) continue;
    return is(row->measure, r->headlines[i].change) && is(row->mode, r->headlines[i].mode);
  }
  return false;
}

static bool is_headline_change(const report *r, const xy_measure *row) {
  return xy__view_is_whole(row) && is_headline(r, row);
}

/* ---- parts that changed most ------------------------------------------------------------------------------- */

enum { MOST = 3 };

/* The parts (themes or identities) of a change with this verdict, the largest changes first. */
static size_t strongest(const xy_measure *out[MOST], const report *r, const xy_measure *change, bool themes,
                        const char *verdict) {
  size_t n = 0;
  for (size_t i = 0; i < r->results->n_measures; i++) {
    const xy_measure *row = &r->results->measures[i];
    const char *fixed = themes ? row->identity : row->theme, *part = themes ? row->theme : row->identity;
    if (!is(row->verdict, verdict) || row->depends[0] != '\0' || !is(row->measure, change->measure) ||
        !is(row->mode, change->mode) || !is(row->stage, change->stage) || !is(row->against, change->against) ||
        !is(fixed, "all") || is(part, "all") || !is(row->benchmark, change->benchmark)) {
      continue;
    }
    size_t place = n;
    while (place > 0 && fabs(out[place - 1]->value) < fabs(row->value)) place--;
    if (place == MOST) continue;
    size_t kept = n < MOST ? n : MOST - 1;
    memmove(out + place + 1, out + place, (kept - place) * sizeof(const xy_measure *));
    out[place] = row;
    n = kept + 1;
  }
  return n;
}

static void add_parts(xy__text *text, const report *r, const xy_measure *change, bool themes) {
  static const char *const verdicts[] = {"amplified", "attenuated"};
  bool started = false;
  for (size_t v = 0; v < 2; v++) {
    const xy_measure *parts[MOST];
    size_t n = strongest(parts, r, change, themes, verdicts[v]);
    for (size_t k = 0; k < n; k++) {
      if (k > 0) {
        xy__text_add(text, ", ");
      } else {
        xy__text_add(text, started ? "; " : themes ? " By theme, " : " By identity, ");
        xy__text_addf(text, "%s most: ", verdicts[v]);
        started = true;
      }
      xy__text_addf(text, "%s ", themes ? parts[k]->theme : parts[k]->identity);
      xy__number_add_estimate(text, parts[k]);
    }
  }
  if (started) xy__text_add(text, ".");
}

/* ---- steps ------------------------------------------------------------------------------------------------- */

static const xy_measure *companion(const report *r, const xy_measure *change, const char *measure,
                                   const char *against) {
  return xy__results_find(r->results, change->benchmark, measure, change->mode, change->stage, against, "all", "all");
}

static void add_rate_change(xy__text *text, const report *r, const xy_measure *change) {
  const xy_measure *rate = companion(r, change, xy__kind_of(rate_beside)->change, change->against);
  const xy_measure *now = companion(r, change, rate_beside, "");
  if (rate == NULL || now == NULL) return;
  xy__text_add(text, " It is preferred in ");
  xy__words_value(text, now);
  xy__text_add(text, " of pairs, a change of ");
  xy__words_estimate(text, rate, r->settings, "");
  xy__text_add(text, ".");
}

static void add_distinct(xy__text *text, const report *r, const xy_measure *change, const char *object) {
  xy__text_addf(text, "the preference for %s %s, ", object, is(change->verdict, "amplified") ? "grew" : "fell");
  xy__words_estimate(text, change, r->settings, one_cluster);
  xy__text_addf(text, ": %s.", change->verdict);
  add_rate_change(text, r, change);
  xy__beside_sides(text, r->results, change, r->settings);
}

/* "+0.01 nats is equivalent to none (90% interval −0.02 to +0.04, within 0.1)": or, where the interval does not say so,
 * what does. */
static void add_none(xy__text *text, const report *r, const xy_measure *row, const char *none) {
  xy__words_value(text, row);
  if (fabs(row->value) < row->floor) {
    xy__text_add(text, " is less than the engine's own error (");
    xy__number_add_magnitude(text, row->measure, row->floor);
    xy__text_add(text, ")");
    return;
  }
  xy__text_addf(text, " is equivalent to %s (", none);
  xy__words_interval90(text, row);
  xy__text_addf(text, ", within %.3g)", xy__bound_of(row->measure, row->mode, r->settings));
}

static void add_persistence(xy__text *text, const report *r, const xy_measure *change, const xy_measure *own,
                            const char *object) {
  xy__text_addf(text, "the preference for %s persists: its change of ", object);
  add_none(text, r, change, "none");
  xy__text_addf(text, ", and the mean gap of %s is ", change->stage);
  xy__words_estimate(text, own, r->settings, one_cluster);
  xy__text_add(text, ".");
}

static void add_negligible(xy__text *text, const report *r, const xy_measure *change, const xy_measure *own,
                           const char *object) {
  xy__text_addf(text, "the change of the preference for %s is negligible: ", object);
  add_none(text, r, change, "none");
  if (own != NULL) {
    xy__text_addf(text, "; whether %s is at parity is undetermined, its mean gap is ", change->stage);
    xy__words_estimate(text, own, r->settings, one_cluster);
  }
  xy__text_add(text, ".");
}

static void add_clear(xy__text *text, const report *r, const xy_measure *change, const xy_measure *own) {
  xy__text_addf(text, "%s is clear: its mean gap of ", own->stage);
  add_none(text, r, own, "parity");
  xy__text_add(text, ", and the change of ");
  add_none(text, r, change, "none");
  xy__text_add(text, ".");
}

static void add_undetermined(xy__text *text, const report *r, const xy_measure *change, const char *object) {
  xy__text_addf(text, "undetermined. The preference for %s changed by ", object);
  xy__words_estimate(text, change, r->settings, one_cluster);
  if (!isnan(change->detectable)) {
    xy__text_add(text, "; the smallest change that this benchmark could have seen is ");
    xy__words_detectable(text, change);
  } else if (!isnan(change->low)) {
    xy__text_add(text, unseen);
  }
  xy__text_add(text, ".");
}

static void add_verdict(xy__text *text, const report *r, const xy_measure *change) {
  const char *object = target_text(r, change);
  const xy_measure *own = companion(r, change, xy__kind_changed(change->measure)->name, "");
  xy__text_addf(text, "From %s to %s, on %s: ", change->against, change->stage, change->benchmark);
  if (is(change->verdict, "amplified") || is(change->verdict, "attenuated")) {
    add_distinct(text, r, change, object);
  } else if (is(change->verdict, "persists")) {
    add_persistence(text, r, change, own, object);
  } else if (is(change->verdict, "clear")) {
    add_clear(text, r, change, own);
  } else if (is(change->verdict, "negligible")) {
    add_negligible(text, r, change, own, object);
  } else {
    add_undetermined(text, r, change, object);
  }
}

/* A move that controls do not bear out is told as undetermined. */
static const char *finding_of(const report *r, const xy_measure *change) {
  bool moved = is(change->verdict, "amplified") || is(change->verdict, "attenuated");
  return xy__verdict_of(moved && !xy__view_holds_beyond(r->results, change) ? "undetermined" : change->verdict)
      ->finding;
}

static int add_step(const report *r, const xy_measure *change, xy_error *err) {
  xy__text text = {0};
  add_verdict(&text, r, change);
  if (change->depends[0] != '\0') xy__text_addf(&text, " The verdict %s.", xy_depends_text(change->depends));
  xy__beside_controls(&text, r->results, change, r->settings);
  add_parts(&text, r, change, true);
  add_parts(&text, r, change, false);
  return xy__words_end(&text, r->results, finding_of(r, change), change, err);
}

static int add_reward(const report *r, const xy_measure *rate, xy_error *err) {
  xy__text text = {0};
  xy__text_addf(&text, "On %s, the implicit reward of %s over %s prefers %s in ", rate->benchmark, rate->stage,
                rate->against, target_text(r, rate));
  xy__words_value(&text, rate);
  xy__text_add(&text, " of pairs");
  xy__words_interval(&text, rate, r->settings, "");
  const xy_measure *margin = companion(r, rate, margin_beside, rate->against);
  if (margin != NULL) {
    xy__text_add(&text, "; the mean margin is ");
    xy__words_estimate(&text, margin, r->settings, one_cluster);
  }
  xy__text_add(&text, ".");
  return xy__words_end(&text, r->results, "reward", rate, err);
}

/* ---- blind spots ------------------------------------------------------------------------------------------- */

static bool same_step(const xy_measure *x, const xy_measure *y) {
  return is(x->stage, y->stage) && is(x->against, y->against);
}

/* Identities of the popular axis stand among others: what the whole shows may be theirs, and is no evidence. */
static bool is_told_apart(const xy_bench *bench) {
  return !is(bench->axis, XY__POPULAR_AXIS) && xy__bench_has_axis(bench, XY__POPULAR_AXIS);
}

/* The axis that a row is evidence of; NULL where it is of none: headline changes of whole benchmarks are, or of their
 * identities. */
static const char *evidence_axis(const report *r, const xy_measure *row) {
  const xy_bench *bench = is_headline(r, row) ? xy__measured_bench(r->run, row) : NULL;
  if (bench == NULL || xy__view_is_whole(row) == is_told_apart(bench)) return NULL;
  if (xy__view_is_whole(row)) return bench->axis;
  for (size_t i = 0; i < bench->identities.n; i++) {
    if (is(bench->identities.names[i], row->identity)) return xy__bench_axis(bench, i);
  }
  return NULL;
}

/* Of the popular axis a whole benchmark says more than an identity among others: those speak where there is none. */
static bool is_evidence(const report *r, const xy_measure *row, bool of_popular) {
  const char *axis = evidence_axis(r, row);
  if (axis == NULL || is(axis, XY__POPULAR_AXIS) != of_popular) return false;
  return !of_popular || !r->whole_popular || xy__view_is_whole(row);
}

/* Nothing is built on a verdict that depends on the mode, or that does not hold beyond controls. */
static bool is_amplified(const report *r, const xy_measure *row) {
  return is(row->verdict, "amplified") && row->depends[0] == '\0' && xy__view_holds_beyond(r->results, row);
}

typedef struct popular_changes {
  size_t n, none, changed;
} popular_changes;

/* A shift that the statement part hides: what is said beyond controls has changed. */
static bool changes_beyond(const report *r, const xy_measure *row) {
  const xy_measure *beyond = xy__view_beyond(r->results, row);
  return beyond != NULL && (is(beyond->verdict, "amplified") || is(beyond->verdict, "attenuated"));
}

static void add_beyond(xy__text *text, const report *r, const xy_measure *row) {
  const xy_measure *beyond = xy__view_beyond(r->results, row);
  if (beyond == NULL) return;
  xy__text_add(text, ", beyond controls ");
  xy__words_estimate(text, beyond, r->settings, one_cluster);
}

static popular_changes count_popular(const report *r, const xy_measure *step) {
  popular_changes out = {0};
  for (size_t i = 0; i < r->results->n_measures; i++) {
    const xy_measure *row = &r->results->measures[i];
    if (!same_step(row, step) || !is_evidence(r, row, true)) continue;
    xy__evidence evidence = xy__evidence_of(row, r->settings);
    out.n++;
    if (row->depends[0] != '\0') continue;
    bool beyond = changes_beyond(r, row);
    out.none += xy__is_none(&evidence) && !beyond;
    out.changed += beyond || (!xy__is_none(&evidence) && xy__distinct(&evidence, r->settings->alpha));
  }
  return out;
}

/* "stigma (+0.4 nats, 95% interval …), affirmation (…)": the amplified benchmarks of a step, or its popular ones. */
static void list_changes(xy__text *text, const report *r, const xy_measure *step, bool of_popular) {
  bool first = true;
  for (size_t i = 0; i < r->results->n_measures; i++) {
    const xy_measure *row = &r->results->measures[i];
    if (!same_step(row, step) || !is_evidence(r, row, of_popular)) continue;
    if (!of_popular && !is_amplified(r, row)) continue;
    xy__text_addf(text, "%s%s", first ? "" : ", ", row->benchmark);
    xy__text_addf(text, xy__view_is_whole(row) ? " " : " about %s ", row->identity);
    xy__words_value(text, row);
    if (of_popular && !isnan(row->low90)) {
      xy__text_add(text, " (");
      xy__words_interval90(text, row);
      xy__words_q(text, row->q);
      if (row->depends[0] != '\0') xy__text_addf(text, "; %s", xy_depends_text(row->depends));
      xy__text_add(text, ")");
    } else {
      xy__words_interval(text, row, r->settings, one_cluster);
    }
    add_beyond(text, r, row);
    first = false;
  }
}

static int add_blind_spot(const report *r, const xy_measure *step, xy_error *err) {
  popular_changes changes = count_popular(r, step);
  double bound = xy__bound_of(step->measure, step->mode, r->settings);
  xy__text text = {0};
  const char *kind = "blind_spot_undecided";
  xy__text_addf(&text, "From %s to %s, the preference for harmful text about the target groups grew on ", step->against,
                step->stage);
  list_changes(&text, r, step, false);
  if (changes.n == 0) {
    xy__text_addf(&text,
                  ". Whether popular benchmarks miss this could not be decided: the run holds no benchmark on "
                  "the %s axis.",
                  XY__POPULAR_AXIS);
    return xy__words_end(&text, r->results, kind, step, err);
  }
  if (changes.none == changes.n) {
    kind = "blind_spot";
    xy__text_addf(
        &text, ", while the change is equivalent to none (within %.3g %s) on every benchmark of the %s axis: ", bound,
        xy_gap_unit(step->mode), XY__POPULAR_AXIS);
  } else if (changes.changed > 0) {
    kind = "no_blind_spot";
    xy__text_addf(&text, ". The %s axis shows a change at this step too: ", XY__POPULAR_AXIS);
  } else {
    xy__text_addf(&text,
                  ". Whether popular benchmarks miss this could not be decided: on the %s axis the change is "
                  "neither distinct from none nor equivalent to it (within %.3g %s), or depends on the mode: ",
                  XY__POPULAR_AXIS, bound, xy_gap_unit(step->mode));
  }
  list_changes(&text, r, step, true);
  xy__text_add(&text, ".");
  return xy__words_end(&text, r->results, kind, step, err);
}

/* One finding for a step that is amplified anywhere off the popular axis: at the first such row. */
static bool first_amplified(const report *r, const xy_measure *change) {
  for (const xy_measure *row = r->results->measures; row <= change; row++) {
    if (same_step(row, change) && is_amplified(r, row) && is_evidence(r, row, false)) return row == change;
  }
  return false;
}

int xy__findings_gaps(const xy__measured *run, xy_error *err) {
  xy_results *results = run->results;
  report r = {.run = run,
              .results = results,
              .settings = run->settings,
              .headlines = xy__array(run->n_benches, sizeof(xy__headline))};
  const xy__kind *of_reward = xy__kind_of(reward);
  int rc = r.headlines != NULL ? XY_OK : xy__fail_memory(err, "findings");
  for (size_t i = 0; rc == XY_OK && i < run->n_benches; i++) {
    bool has = xy__headline_of(&r.headlines[i], run->benches[i], run->settings);
    if (!has) r.headlines[i].mode = r.headlines[i].change = "";
    r.whole_popular =
        r.whole_popular || (has && xy__is_gap(r.headlines[i].change) && is(run->benches[i]->axis, XY__POPULAR_AXIS));
  }
  for (size_t i = 0; rc == XY_OK && i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    if (xy__view_is_step(results, row) && is_amplified(&r, row) && first_amplified(&r, row))
      rc = add_blind_spot(&r, row, err);
  }
  for (size_t i = 0; rc == XY_OK && i < results->n_measures; i++) {
    if (is_headline_change(&r, &results->measures[i])) rc = add_step(&r, &results->measures[i], err);
  }
  for (size_t i = 0; rc == XY_OK && i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    if (xy__view_is_whole(row) && is(row->measure, reward) && is(row->mode, of_reward->mode) &&
        row->low > of_reward->parity) {
      rc = add_reward(&r, row, err);
    }
  }
  free(r.headlines);
  return rc;
}
