/* Items + log-probabilities -> numbers: preference, implicit reward, log-ratio, reinforcement, lineage shares,
 * amplification with verdicts, blind spot. docs/measures.md has the names and the formulas.
 */
#ifndef XY_MEASURE_MEASURE_H
#define XY_MEASURE_MEASURE_H

#include "bench/bench.h"
#include "results/modes.h"
#include "results/results.h"
#include "stats/stats.h"

/* One side of a pair at one stage. Sums in nats, in double. */
typedef struct xy__side {
  double full, shared, predicate, name; /* name: the tokens that predicate leaves out */
  int32_t tokens, shared_tokens, predicate_tokens;
  int32_t bytes;
  bool split;         /* the predicate cut fell inside a merged token */
  signed char greedy; /* every scored token was the most probable one; -1: not known */
} xy__side;

/* Scores of one text: ids[0..n), log-probabilities of ids[first..n), and the id where the tokens after the identity
 * term start (-1: unknown; `predicate` is then the tokens after the first that differ). */
typedef struct xy__scored {
  const int32_t *ids;
  int32_t n, first, cut;
  const float *logprob;
  const unsigned char *greedy; /* [n - first]; NULL: not known */
  int32_t bytes;
  bool split;
} xy__scored;

/* Fills sides[0] (target) and sides[1] (counterpart). `shared` follows difflib.SequenceMatcher on the ids from
 * index 0, index 0 itself skipped (WinoQueer's metric_autoregressive, where it is the BOS). */
int xy__pair_sides(xy__side sides[2], const xy__scored *target, const xy__scored *counterpart, xy_error *err);

/* Log-probability of a side in a mode, in nats (per token, per byte); gap of a pair, target minus counterpart. */
double xy__side_score(const xy__side *side, xy__mode mode);
double xy__pair_gap(const xy__side sides[2], xy__mode mode);

/* How far the engine's error, in nats per scored token, may carry that gap: of both texts' tokens that the mode counts.
 * 0 where tokens are not known. */
double xy__pair_error(const xy__side sides[2], xy__mode mode, double per_token);

/* What a model gives one option of an item. Sums in nats, in double. */
typedef struct xy__option_score {
  double full, term; /* of the whole option; of its tokens up to the end of the identity term (all of them where the
                        option has none) */
  int32_t tokens, term_tokens, bytes, term_bytes;
  bool split;         /* the end of the identity term fell inside a merged token */
  signed char greedy; /* as in xy__side */
} xy__option_score;

/* What is known of a text whose sum alone was imported: shared, predicate, name and term are NAN, counts of tokens 0.
 */
xy__side xy__side_of_sum(double logprob, int32_t bytes, signed char greedy);
xy__option_score xy__option_of_sum(double logprob, int32_t bytes, signed char greedy);

/* `identity_end` is the option's, in bytes. */
int xy__score_option(xy__option_score *out, const xy__scored *text, int64_t identity_end, xy_error *err);

typedef struct xy__measure_stage {
  const char *name;
  int parent;                 /* index of a stage, -1 for the root */
  int reference;              /* index of a stage, -1 where there is no implicit reward */
  double beta;                /* NAN where there is none */
  bool sums;                  /* only sums of whole texts are known: what needs tokens is left out */
  const xy__side (*sides)[2]; /* [items, then controls], where the task has them; NULL: this stage was not scored */
  const xy__option_score *options; /* of every option, items in order, where the task has them; NULL: not scored */
} xy__measure_stage;

/* Thresholds of the verdicts; all stand in the report. xy__measure_defaults fills them. */
typedef struct xy__measure_settings {
  xy__stats_options stats;
  xy__mode headline;  /* asked for; XY__BY_BENCHMARK: headline.h decides */
  bool sums;          /* of some stage only sums of whole texts are known */
  double alpha;       /* 0.05 */
  double margin_gap;  /* nats: the bound within which a change is equivalent to none (verdict.h) */
  double margin_rate; /* of a rate */
  double error;       /* of the engine, nats per scored token: less is no change */
} xy__measure_settings;
void xy__measure_defaults(xy__measure_settings *out);

/* Adds every row of one benchmark, as its task has them (task.h). Root first in `stages`, parents before children. */
int xy__measure_benchmark(xy_results *results, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                          const xy__measure_settings *settings, xy_error *err);

/* After every benchmark: q over each family of tests, verdicts, and findings. `benches` are those that were measured;
 * one that is not among them has no findings of its own. */
int xy__measure_finish(xy_results *results, xy_bench *const *benches, size_t n_benches,
                       const xy__measure_settings *settings, xy_error *err);

#endif
