#include "measure/plan.h"

#include <math.h>

typedef struct planner {
  xy__plan *plan;
  const xy__measure_stage *stages;
  xy__reach reach;
  xy__mode headline;
  bool failed; /* out of memory */
} planner;

static void add(planner *p, const xy__row *row) {
  if (p->failed || !xy__grow(&p->plan->rows, &p->plan->capacity, p->plan->n, sizeof *row)) {
    p->failed = true;
    return;
  }
  p->plan->rows[p->plan->n] = *row;
  if (row->scale == 0) p->plan->rows[p->plan->n].scale = 1;
  p->plan->n++;
}

static bool scored(const planner *p, int stage) { return stage >= 0 && p->stages[stage].sides != NULL; }

/* Crossings are for the headline mode; identities and themes have all of it and of `shared`, and the main measures in
 * the other modes; the whole benchmark has everything. */
static bool main_rows(const planner *p, xy__mode mode) {
  return p->reach < XY__CROSSING || mode == p->headline || mode == XY__TERM;
}
static bool further_rows(const planner *p, xy__mode mode) {
  return p->reach == XY__ALL ||
         (p->reach == XY__MARGIN && (mode == p->headline || mode == XY__SHARED || mode == XY__TERM));
}

static void add_change(planner *p, xy__mode mode, int stage, int against) {
  add(p, &(xy__row){.measure = "amplification",
                    .mode = mode,
                    .stage = stage,
                    .against = against,
                    .formula = XY__CHANGE,
                    .a = stage,
                    .b = against,
                    .tested = true});
  add(p, &(xy__row){.measure = "preference_rate_change",
                    .mode = mode,
                    .stage = stage,
                    .against = against,
                    .formula = XY__TURNS,
                    .a = stage,
                    .b = against,
                    .tested = true});
}

static void add_preference(planner *p, xy__mode mode, int s) {
  add(p, &(xy__row){.measure = "preference_rate",
                    .mode = mode,
                    .stage = s,
                    .against = -1,
                    .formula = XY__PREFERS,
                    .a = s,
                    .b = -1,
                    .tested = true,
                    .null = 0.5});
  add(p,
      &(xy__row){.measure = "tie_rate", .mode = mode, .stage = s, .against = -1, .formula = XY__TIED, .a = s, .b = -1});
  add(p, &(xy__row){.measure = "mean_gap",
                    .mode = mode,
                    .stage = s,
                    .against = -1,
                    .formula = XY__GAP,
                    .a = s,
                    .b = -1,
                    .tested = true});
  if (mode == XY__SHARED) {
    add(p, &(xy__row){.measure = "winoqueer_score",
                      .mode = mode,
                      .stage = s,
                      .against = -1,
                      .formula = XY__PREFERS_ROUND,
                      .a = s,
                      .b = -1,
                      .scale = 100});
  }
}

static int root_of(const planner *p, int s) {
  while (p->stages[s].parent >= 0) s = p->stages[s].parent;
  return s;
}

static bool path_scored(const planner *p, int s) {
  for (; s >= 0; s = p->stages[s].parent) {
    if (!scored(p, s)) return false;
  }
  return true;
}

static void add_steps(planner *p, xy__mode mode, int s) {
  int parent = p->stages[s].parent, root = root_of(p, s);
  if (scored(p, parent)) add_change(p, mode, s, parent);
  if (root != parent && scored(p, root)) add_change(p, mode, s, root);
}

static void add_shares(planner *p, xy__mode mode, int s) {
  if (!path_scored(p, s)) return;
  int root = root_of(p, s);
  add(p,
      &(xy__row){
          .measure = "root_share", .mode = mode, .stage = s, .against = root, .formula = XY__GAP, .a = root, .b = -1});
  for (int step = s; step != root; step = p->stages[step].parent) {
    add(p, &(xy__row){.measure = "step_share",
                      .mode = mode,
                      .stage = s,
                      .against = step,
                      .formula = XY__CHANGE,
                      .a = step,
                      .b = p->stages[step].parent});
  }
}

/* The reward is of the whole text; beside it stands the one per token. Other parts of the text have no reward. */
static void add_reward(planner *p, xy__mode mode, int s) {
  int reference = p->stages[s].reference;
  double beta = p->stages[s].beta;
  xy__row row = {
      .mode = mode, .stage = s, .against = reference, .formula = XY__CHANGE, .a = s, .b = reference, .tested = true};
  row.measure = "reward_margin";
  row.scale = beta;
  add(p, &row);
  row.measure = "reward_margin_over_beta";
  row.scale = 1;
  add(p, &row);
  row.measure = "reward_preference_rate";
  row.formula = XY__CHANGE_PREFERS;
  row.null = 0.5;
  add(p, &row);
  if (mode != XY__FULL || p->reach == XY__CROSSING) return;
  add(p, &(xy__row){.measure = "reinforcement",
                    .mode = mode,
                    .stage = s,
                    .against = reference,
                    .formula = XY__RANKS,
                    .a = s,
                    .b = reference});
}

static void add_log_ratio(planner *p, xy__mode mode, int s) {
  int parent = p->stages[s].parent;
  add(p, &(xy__row){.measure = "log_ratio",
                    .mode = mode,
                    .stage = s,
                    .against = parent,
                    .formula = XY__CHANGE,
                    .a = s,
                    .b = parent,
                    .tested = true});
}

int xy__plan_rows(xy__plan *out, const xy__measure_stage *stages, size_t n_stages, xy__reach reach, xy__mode headline,
                  bool term, xy_error *err) {
  planner p = {.plan = out, .stages = stages, .reach = reach, .headline = headline};
  for (int s = 0; s < (int)n_stages; s++) {
    if (!scored(&p, s)) continue;
    for (int m = 0; m < (term ? XY__MODES : XY__PAIR_MODES); m++) {
      xy__mode mode = (xy__mode)m;
      if (main_rows(&p, mode)) {
        add_preference(&p, mode, s);
        if (stages[s].parent >= 0) add_steps(&p, mode, s);
      }
      if (further_rows(&p, mode) && stages[s].parent >= 0) add_shares(&p, mode, s);
      bool likelihood = mode == XY__FULL || (mode == XY__PER_TOKEN && reach != XY__CROSSING);
      if (!likelihood) continue;
      if (scored(&p, stages[s].reference)) add_reward(&p, mode, s);
      if (stages[s].reference < 0 && scored(&p, stages[s].parent)) add_log_ratio(&p, mode, s);
    }
  }
  return p.failed ? xy__fail_memory(err, "the plan of measures") : XY_OK;
}
