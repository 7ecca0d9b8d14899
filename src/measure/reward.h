/* Preference data -> numbers: how often, and by how much, a stage's implicit reward (or its log-ratio to its parent, or
 * its own likelihood) prefers the answer that was chosen. docs/measures.md, "Prompted rewards", has the formulas.
 */
#ifndef XY_MEASURE_REWARD_H
#define XY_MEASURE_REWARD_H

#include "measure/measure.h"

/* An answer at one stage. Sums in nats, in double. */
typedef struct xy__answer {
  double sum, squares; /* of its tokens' log-probabilities, and of their squares */
  int32_t tokens;
  bool split; /* the cut before it fell inside a merged token */
} xy__answer;

/* A stage and its answers to every row: [rows][chosen, rejected]. */
typedef struct xy__reward_stage {
  const char *name;
  int parent;    /* index of an earlier stage, -1 for the root */
  int reference; /* index of a stage, -1 where there is no implicit reward */
  double beta;   /* NAN where there is none */
  const xy__answer (*answers)[2];
} xy__reward_stage;

/* Scores of an answer. The first four are RewardBench's, by its names; it calls the ratio's none, for it knows no
 * other with a reference. */
typedef enum xy__reward_score {
  XY__SCORE_RATIO,          /* log P(answer) at the stage less that at the reference */
  XY__SCORE_SUM,            /* log P(answer) */
  XY__SCORE_AVG,            /* the same per token */
  XY__SCORE_NORM,           /* less the Euclidean norm of the tokens' log-probabilities */
  XY__SCORE_RATIO_PER_TOKEN /* XY__SCORE_AVG at the stage less that at the reference */
} xy__reward_score;

/* `reference` is read by the ratios alone. */
double xy__reward_score_of(const xy__answer *answer, const xy__answer *reference, xy__reward_score score);

/* The stage that a ratio is against, and whether it is a reward: the reference, else the parent; -1 for the root. */
int xy__reward_against(const xy__reward_stage *stage, bool *reward);

/* Adds every row of one benchmark. `rows[i]` is where the answers of item i are. */
int xy__measure_rewards(xy_results *results, const xy_bench *bench, const size_t *rows, const xy__reward_stage *stages,
                        size_t n_stages, const xy__measure_settings *settings, xy_error *err);

/* After every benchmark and xy__measure_finish: what each stage of `benchmark` prefers, a sentence each. */
int xy__reward_findings(xy_results *results, const char *benchmark, const xy__reward_stage *stages, size_t n_stages,
                        const xy__measure_settings *settings, xy_error *err);

#endif
