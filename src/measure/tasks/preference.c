/* Preference data (reward.h). The rows of a cell are columns over its items, estimated on shared draws; which rows
 * there are is in the table `scored_rows`. Accuracies leave ties out and count them apart; RewardBench's own let ties
 * lose.
 */
#include "measure/reward.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/rows.h"
#include "measure/task.h"
#include "measure/verdict.h"
#include "measure/words.h"

double xy__reward_score_of(const xy__answer *answer, const xy__answer *reference, xy__reward_score score) {
  switch (score) {
    case XY__SCORE_RATIO: return answer->sum - reference->sum;
    case XY__SCORE_SUM: return answer->sum;
    case XY__SCORE_AVG: return answer->sum / answer->tokens;
    case XY__SCORE_NORM: return -sqrt(answer->squares);
    default: return answer->sum / answer->tokens - reference->sum / reference->tokens;
  }
}

int xy__reward_against(const xy__reward_stage *stage, bool *reward) {
  *reward = stage->reference >= 0;
  return *reward ? stage->reference : stage->parent;
}

typedef enum formula {
  MARGIN, /* score of chosen less score of rejected */
  RIGHT,  /* margin > 0, untied items only */
  TIED,   /* margin = 0 */
  WINS,   /* margin > 0, ties lose: RewardBench's rule */
  TURNS   /* RIGHT less the earlier stage's, items untied at both only */
} formula;

/* What a stage must have for a row to exist. */
typedef enum needs { ANY, A_REWARD, A_LOG_RATIO, A_PARENT, OTHER_REFERENCE } needs;

typedef struct scored {
  const char *measure;
  xy__mode mode; /* XY__MODES: none */
  needs needs;
  xy__reward_score score;
  formula formula;
  bool by_beta;   /* value and interval times beta */
  bool crossings; /* also for identity and theme together */
} scored;

static const scored scored_rows[] = {
    {"reward_accuracy", XY__FULL, A_REWARD, XY__SCORE_RATIO, RIGHT, false, true},
    {"reward_accuracy", XY__PER_TOKEN, A_REWARD, XY__SCORE_RATIO_PER_TOKEN, RIGHT, false, false},
    {"reward_tie_rate", XY__FULL, A_REWARD, XY__SCORE_RATIO, TIED, false, false},
    {"reward_margin", XY__FULL, A_REWARD, XY__SCORE_RATIO, MARGIN, true, true},
    {"reward_margin", XY__PER_TOKEN, A_REWARD, XY__SCORE_RATIO_PER_TOKEN, MARGIN, true, false},
    {"reward_margin_over_beta", XY__FULL, A_REWARD, XY__SCORE_RATIO, MARGIN, false, false},
    {"reward_margin_over_beta", XY__PER_TOKEN, A_REWARD, XY__SCORE_RATIO_PER_TOKEN, MARGIN, false, false},
    {"log_ratio_accuracy", XY__FULL, A_LOG_RATIO, XY__SCORE_RATIO, RIGHT, false, true},
    {"log_ratio_accuracy", XY__PER_TOKEN, A_LOG_RATIO, XY__SCORE_RATIO_PER_TOKEN, RIGHT, false, false},
    {"log_ratio_tie_rate", XY__FULL, A_LOG_RATIO, XY__SCORE_RATIO, TIED, false, false},
    {"log_ratio_margin", XY__FULL, A_LOG_RATIO, XY__SCORE_RATIO, MARGIN, false, true},
    {"log_ratio_margin", XY__PER_TOKEN, A_LOG_RATIO, XY__SCORE_RATIO_PER_TOKEN, MARGIN, false, false},
    {"likelihood_accuracy", XY__FULL, ANY, XY__SCORE_SUM, RIGHT, false, true},
    {"likelihood_accuracy", XY__PER_TOKEN, ANY, XY__SCORE_AVG, RIGHT, false, false},
    {"likelihood_tie_rate", XY__FULL, ANY, XY__SCORE_SUM, TIED, false, false},
    {"likelihood_margin", XY__FULL, ANY, XY__SCORE_SUM, MARGIN, false, false},
    {"likelihood_margin", XY__PER_TOKEN, ANY, XY__SCORE_AVG, MARGIN, false, false},
    {"likelihood_accuracy_change", XY__FULL, A_PARENT, XY__SCORE_SUM, TURNS, false, false},
    {"likelihood_accuracy_change", XY__PER_TOKEN, A_PARENT, XY__SCORE_AVG, TURNS, false, false},
    {"likelihood_accuracy_change", XY__FULL, OTHER_REFERENCE, XY__SCORE_SUM, TURNS, false, false},
    {"likelihood_accuracy_change", XY__PER_TOKEN, OTHER_REFERENCE, XY__SCORE_AVG, TURNS, false, false},
    {"rewardbench_ratio_accuracy", XY__MODES, A_REWARD, XY__SCORE_RATIO, WINS, false, false},
    {"rewardbench_sum_accuracy", XY__MODES, ANY, XY__SCORE_SUM, WINS, false, false},
    {"rewardbench_avg_accuracy", XY__MODES, ANY, XY__SCORE_AVG, WINS, false, false},
    {"rewardbench_norm_accuracy", XY__MODES, ANY, XY__SCORE_NORM, WINS, false, false},
};
enum { ROWS = sizeof scored_rows / sizeof *scored_rows };

/* A measure of a stage. */
typedef struct stage_row {
  const scored *of;
  int stage, against; /* against -1: none */
} stage_row;

static bool applies(stage_row *out, const scored *m, const xy__reward_stage *stages, int s) {
  const xy__reward_stage *stage = &stages[s];
  bool reward;
  int against = xy__reward_against(stage, &reward);
  *out = (stage_row){m, s, against};
  switch (m->needs) {
    case A_REWARD: return reward;
    case A_LOG_RATIO: return !reward && against >= 0;
    case A_PARENT: out->against = stage->parent; return stage->parent >= 0;
    case OTHER_REFERENCE: return reward && against != stage->parent;
    default: out->against = -1; return true;
  }
}

typedef struct work {
  const xy_bench *bench;
  const size_t *rows;
  const xy__reward_stage *stages;
  size_t n_stages;
  const xy__measure_settings *settings;
} work;

static double margin(const work *w, const stage_row *r, int stage, size_t item) {
  const xy__answer *answers = w->stages[stage].answers[w->rows[item]];
  const xy__answer *reference = r->against >= 0 ? w->stages[r->against].answers[w->rows[item]] : answers;
  return xy__reward_score_of(&answers[0], &reference[0], r->of->score) -
         xy__reward_score_of(&answers[1], &reference[1], r->of->score);
}

static double contribution(bool *counts, const work *w, const stage_row *r, size_t item) {
  double m = margin(w, r, r->stage, item);
  *counts = true;
  switch (r->of->formula) {
    case MARGIN: return m;
    case TIED: return m == 0;
    case WINS: return m > 0;
    case RIGHT: *counts = m != 0; return m > 0;
    default: {
      double earlier = margin(w, r, r->against, item);
      *counts = m != 0 && earlier != 0;
      return (m > 0) - (earlier > 0);
    }
  }
}

/* A column and the memory that it points into. */
typedef struct column_memory {
  double *values;
  unsigned char *use;
} column_memory;

static int fill_column(xy__column *out, column_memory *memory, const work *w, const stage_row *r, const xy__cell *cell,
                       xy_error *err) {
  memory->values = xy__array(cell->n, sizeof *memory->values);
  memory->use = xy__array(cell->n, 1);
  if (memory->values == NULL || memory->use == NULL) return xy__fail_memory(err, "a column of rewards");
  for (size_t k = 0; k < cell->n; k++) {
    bool counts;
    memory->values[k] = contribution(&counts, w, r, cell->items[k]);
    memory->use[k] = counts;
  }
  *out = xy__column_of(r->of->measure, memory->values, memory->use);
  return XY_OK;
}

static int add_row(xy_results *results, const work *w, const xy__cell *cell, const stage_row *r,
                   const xy__estimate *estimate, xy_error *err) {
  const scored *m = r->of;
  if (isnan(estimate->value) || (m->formula == TIED && estimate->value == 0)) return XY_OK;
  xy__row row = {.benchmark = w->bench->name,
                 .measure = m->measure,
                 .mode = m->mode < XY__MODES ? xy__mode_name(m->mode) : "",
                 .stage = w->stages[r->stage].name,
                 .against = r->against >= 0 ? w->stages[r->against].name : "",
                 .cell = cell,
                 .ties = m->formula == RIGHT || m->formula == TURNS ? (int64_t)cell->n - estimate->n : 0,
                 .scale = m->by_beta ? w->stages[r->stage].beta : 1};
  return xy__row_add(results, &row, estimate, err);
}

/* The rows of a cell: stage by stage, in the order of the table. Caller frees *out. */
static int list_rows(stage_row **out, size_t *n, const work *w, xy__reach reach, xy_error *err) {
  stage_row *rows = xy__array(w->n_stages * ROWS, sizeof *rows);
  if (rows == NULL) return xy__fail_memory(err, "the rows of a cell");
  *n = 0;
  for (size_t s = 0; s < w->n_stages; s++) {
    for (size_t m = 0; m < ROWS; m++) {
      if (reach == XY__CROSSING && !scored_rows[m].crossings) continue;
      if (applies(&rows[*n], &scored_rows[m], w->stages, (int)s)) ++*n;
    }
  }
  *out = rows;
  return XY_OK;
}

static int measure_cell(xy_results *results, const work *w, const xy__cell *cell, xy_error *err) {
  stage_row *rows = NULL;
  size_t n = 0;
  int rc = list_rows(&rows, &n, w, cell->reach, err);
  xy__column *columns = xy__array(n, sizeof *columns);
  column_memory *memory = xy__array(n, sizeof *memory);
  xy__estimate *made = xy__array(n, sizeof *made);
  int *cluster = xy__cell_clusters(cell, w->bench);
  if (rc == XY_OK && (columns == NULL || memory == NULL || made == NULL || cluster == NULL)) {
    rc = xy__fail_memory(err, "the columns of a cell");
  }
  for (size_t i = 0; rc == XY_OK && i < n; i++) rc = fill_column(&columns[i], &memory[i], w, &rows[i], cell, err);
  if (rc == XY_OK) {
    rc = xy__stats_estimate(made, columns, n, cluster, cell->n,
                            xy__cell_stream(w->bench->name, cell->identity, cell->theme), &w->settings->stats, err);
  }
  for (size_t i = 0; rc == XY_OK && i < n; i++) rc = add_row(results, w, cell, &rows[i], &made[i], err);
  for (size_t i = 0; memory != NULL && i < n; i++) {
    free(memory[i].values);
    free(memory[i].use);
  }
  free(rows);
  free(columns);
  free(memory);
  free(made);
  free(cluster);
  return rc;
}

int xy__measure_rewards(xy_results *results, const xy_bench *bench, const size_t *rows, const xy__reward_stage *stages,
                        size_t n_stages, const xy__measure_settings *settings, xy_error *err) {
  work w = {.bench = bench, .rows = rows, .stages = stages, .n_stages = n_stages, .settings = settings};
  xy__cell *cells = NULL;
  size_t n = 0;
  int rc = xy__cells_make(&cells, &n, bench, false, err);
  for (size_t c = 0; rc == XY_OK && c < n; c++) rc = measure_cell(results, &w, &cells[c], err);
  if (rc == XY_ERR_NUMERIC || rc == XY_ERR_ARGUMENT) xy__fail_prefix(err, rc, "%s", bench->name);
  xy__cells_free(cells, n);
  return rc;
}

/* ---- findings -------------------------------------------------------------------------------------------- */

/* The accuracy that says what a stage prefers: the first of the table that it has. */
static const char *accuracy_of(const xy__reward_stage *stages, int s) {
  for (size_t m = 0; m < ROWS; m++) {
    stage_row row;
    const scored *one = &scored_rows[m];
    if (one->formula == RIGHT && applies(&row, one, stages, s)) return one->measure;
  }
  return "";
}

static int add_finding(xy_results *results, const char *benchmark, const xy__reward_stage *stages, int s,
                       const xy__measure_settings *settings, xy_error *err) {
  const xy__reward_stage *stage = &stages[s];
  bool reward;
  int against = xy__reward_against(stage, &reward);
  const xy_measure *row = xy__results_find(results, benchmark, accuracy_of(stages, s), xy__mode_name(XY__FULL),
                                           stage->name, NULL, "all", "all");
  if (row == NULL) return XY_OK; /* every row is tied */
  xy__text text = {0};
  xy__text_addf(&text, "On %s, ", benchmark);
  if (reward) {
    xy__text_addf(&text, "the implicit reward of %s over %s", stage->name, stages[against].name);
  } else if (against >= 0) {
    xy__text_addf(&text, "the log-ratio of %s to %s (no reward: it was not trained against it)", stage->name,
                  stages[against].name);
  } else {
    xy__text_addf(&text, "the likelihood of %s", stage->name);
  }
  xy__text_add(&text, " prefers the chosen answer in ");
  xy__words_value(&text, row);
  xy__text_addf(&text, " of %lld untied %s", (long long)row->n, xy_plural(row->n, "row", "rows"));
  xy__words_interval(&text, row, settings, " (one prompt: no interval)");
  xy__evidence evidence = xy__evidence_of(row, settings);
  bool distinct = xy__distinct(&evidence, settings->alpha);
  if (!distinct) xy__text_add(&text, ", which is not distinct from chance");
  bool unseen = isnan(row->detectable) ? !isnan(row->low) : row->detectable > 0.5;
  if (!distinct && unseen) {
    xy__text_add(&text, "; no share would have been, with so few prompts");
  } else if (!distinct && !isnan(row->detectable)) {
    xy__text_add(&text, "; one of 50% ");
    xy__words_detectable(&text, row);
    xy__text_add(&text, " could have been seen");
  }
  xy__text_add(&text, ".");
  return xy__words_end(&text, results, reward ? "reward" : "likelihood", row, err);
}

int xy__reward_findings(xy_results *results, const char *benchmark, const xy__reward_stage *stages, size_t n_stages,
                        const xy__measure_settings *settings, xy_error *err) {
  int rc = XY_OK;
  for (int s = 0; rc == XY_OK && s < (int)n_stages; s++) {
    rc = add_finding(results, benchmark, stages, s, settings, err);
  }
  return rc;
}

const xy__task xy__task_preference = {.name = "preference"};
