#include "measure/pair_rows.h"

#include <string.h>

#include "measure/headline.h"

typedef struct maker {
  xy__pair_rows *out;
  const xy__measure_stage *stages;
  xy__reach reach;
  xy__mode headline, mode; /* the mode in hand */
  bool failed;             /* out of memory */
} maker;

static void add(maker *m, const char *measure, xy__formula formula, int stage, int against, int a, int b,
                double scale) {
  if (m->failed || !xy__grow(&m->out->rows, &m->out->capacity, m->out->n, sizeof *m->out->rows)) {
    m->failed = true;
    return;
  }
  m->out->rows[m->out->n++] = (xy__gap_row){.measure = measure,
                                            .mode = m->mode,
                                            .stage = stage,
                                            .against = against,
                                            .formula = formula,
                                            .a = a,
                                            .b = b,
                                            .scale = scale};
}

/* Of a stage against another. */
static void add_against(maker *m, const char *measure, xy__formula formula, int s, int against) {
  add(m, measure, formula, s, against, s, against, 1);
}

static bool scored(const maker *m, int stage) { return stage >= 0 && m->stages[stage].sides != NULL; }

/* The whole text and the two parts that it is split into. */
static bool is_split(xy__mode mode) {
  return mode == XY__FULL || mode == XY__PREDICATE || mode == XY__NAME || mode == XY__TERM;
}

/* Crossings are for the headline mode and the split; identities and themes have all of these and of `shared`, and the
 * main measures in the other modes; the whole benchmark has everything. */
static bool main_rows(const maker *m) { return m->reach < XY__CROSSING || m->mode == m->headline || is_split(m->mode); }
static bool further_rows(const maker *m) {
  return m->reach == XY__ALL ||
         (m->reach == XY__SINGLE && (m->mode == m->headline || m->mode == XY__SHARED || is_split(m->mode)));
}

/* What every stage has, and every step. */
typedef struct measured {
  const char *measure;
  xy__formula formula;
  const char *mode; /* the only one it is read in; NULL: all */
  double scale;     /* 0: 1 */
} measured;

static const measured levels[] = {{"preference_rate", XY__PREFERS, NULL, 0},
                                  {"tie_rate", XY__TIED, NULL, 0},
                                  {"mean_gap", XY__GAP, NULL, 0},
                                  {"winoqueer_score", XY__PREFERS_ROUND, "shared", 100}};
static const measured changes[] = {{"amplification", XY__CHANGE, NULL, 0},
                                   {"preference_rate_change", XY__TURNS, NULL, 0}};
static const measured of_sides[] = {{"target_change", XY__OF_TARGET, NULL, 0},
                                    {"counterpart_change", XY__OF_COUNTERPART, NULL, 0}};
enum {
  LEVELS = sizeof levels / sizeof *levels,
  CHANGES = sizeof changes / sizeof *changes,
  OF_SIDES = sizeof of_sides / sizeof *of_sides
};

/* Which of two names is the likelier is no preference: a few names, repeated by every statement. */
static bool is_rate_of_names(xy__mode mode, xy__formula formula) {
  return mode == XY__NAME && (formula == XY__PREFERS || formula == XY__TIED || formula == XY__TURNS);
}

static void add_all(maker *m, const measured *list, size_t n, int stage, int against) {
  for (size_t i = 0; i < n; i++) {
    if (list[i].mode != NULL && strcmp(list[i].mode, xy__mode_name(m->mode)) != 0) continue;
    if (is_rate_of_names(m->mode, list[i].formula)) continue;
    add(m, list[i].measure, list[i].formula, stage, against, stage, against, list[i].scale > 0 ? list[i].scale : 1);
  }
}

static int root_of(const maker *m, int s) {
  while (m->stages[s].parent >= 0) s = m->stages[s].parent;
  return s;
}

static bool path_scored(const maker *m, int s) {
  for (; s >= 0; s = m->stages[s].parent) {
    if (!scored(m, s)) return false;
  }
  return true;
}

/* Against the parent, and against the root. */
static void add_steps(maker *m, const measured *list, size_t n, int s) {
  int parent = m->stages[s].parent, root = root_of(m, s);
  if (scored(m, parent)) add_all(m, list, n, s, parent);
  if (root != parent && scored(m, root)) add_all(m, list, n, s, root);
}

/* What the root and each step on the path added to the gap. */
static void add_shares(maker *m, int s) {
  if (!path_scored(m, s)) return;
  int root = root_of(m, s);
  add(m, "root_share", XY__GAP, s, root, root, -1, 1);
  for (int step = s; step != root; step = m->stages[step].parent) {
    add(m, "step_share", XY__CHANGE, s, step, step, m->stages[step].parent, 1);
  }
}

/* The reward is of the whole text, and so what the two parts add to it; beside it stands the one per token. */
static bool has_reward(const maker *m) {
  return m->mode == XY__FULL ||
         (m->reach != XY__CROSSING && (m->mode == XY__PREDICATE || m->mode == XY__NAME || m->mode == XY__PER_TOKEN));
}

static void add_reward(maker *m, int s) {
  int reference = m->stages[s].reference;
  add(m, "reward_margin", XY__CHANGE, s, reference, s, reference, m->stages[s].beta);
  add_against(m, "reward_margin_over_beta", XY__CHANGE, s, reference);
  add_against(m, "reward_preference_rate", XY__CHANGE_PREFERS, s, reference);
  if (m->mode != XY__FULL || m->reach == XY__CROSSING) return;
  add_against(m, "reinforcement", XY__RANKS, s, reference);
}

static void add_mode(maker *m, int s) {
  bool child = m->stages[s].parent >= 0;
  if (main_rows(m)) {
    add_all(m, levels, LEVELS, s, -1);
    if (child) add_steps(m, changes, CHANGES, s);
  }
  if (further_rows(m) && child) {
    add_steps(m, of_sides, OF_SIDES, s);
    add_shares(m, s);
  }
  if (!has_reward(m)) return;
  if (scored(m, m->stages[s].reference)) add_reward(m, s);
  if (m->stages[s].reference < 0 && scored(m, m->stages[s].parent)) {
    add_against(m, "log_ratio", XY__CHANGE, s, m->stages[s].parent);
  }
}

int xy__pair_rows_make(xy__pair_rows *out, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                       xy__reach reach, xy__mode headline, xy_error *err) {
  maker m = {.out = out, .stages = stages, .reach = reach, .headline = headline};
  for (int s = 0; s < (int)n_stages; s++) {
    if (!scored(&m, s)) continue;
    for (m.mode = 0; m.mode < XY__MODES; m.mode++) {
      if (!xy__names_have(xy__modes[m.mode].tasks, bench->task) || !xy__mode_serves(m.mode, bench)) continue;
      add_mode(&m, s);
    }
  }
  return m.failed ? xy__fail_memory(err, "the rows of a cell") : XY_OK;
}
