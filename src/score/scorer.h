/* Who answers for a stage: the engine of this machine, files of imported scores, or whatever else can tell how probable
 * a text is. Nobody outside this folder asks which of them it is; what one can give is asked instead
 * (xy__scorer_gives).
 *
 * A new kind is a file with a xy__scorer_kind, and its row in the table of scorer.c. A job uses a scorer in this order:
 *
 *   open      once: finds what answers, and its fingerprint; reads nothing that is large and can wait
 *   describe  any time: what results.json keeps of it
 *   ask       what it will be asked; again when the benchmarks have changed. Faults of single items are told here,
 *             before anything is computed
 *   look_up   which of that the store holds
 *   plan      what the rest will cost
 *   pretend   makes scores up for the rest, to see what is done with them
 *   score     the rest; what is done is committed to the store at once, so that a killed job goes on from there
 *   give      the scores of one option, from many threads; may be called after ask for ids alone
 *
 * Going on with a text (samples rather than scores) will be one more function beside `score`, and one more member of
 * what a scorer gives.
 */
#ifndef XY_SCORE_SCORER_H
#define XY_SCORE_SCORER_H

#include <jansson.h>

#include "measure/measure.h"
#include "score/pool.h"
#include "store/store.h"

typedef struct xy__scorer xy__scorer;

/* What a stage says of who answers for it. Borrowed; outlives the scorer. */
typedef struct xy__scorer_spec {
  const char *stage;         /* its name, for messages and progress */
  const char *model;         /* a checkpoint's folder or name; NULL: none */
  const char *const *scores; /* [n_scores]: files of imported scores */
  size_t n_scores;
  const char *format, *tail; /* how prompts are written and answers end; NULL: plain, none */
} xy__scorer_spec;

/* What the scorers of a job share. The caller fills the first part in, and empties it all with xy__scoring_dispose
 * after the scorers are freed. */
typedef struct xy__scoring {
  xy_precision precision;
  xy_start start;
  int threads;
  int64_t memory;         /* bytes that a walk may use; 0: a share of what is free */
  bool timed;             /* plans say how long it takes */
  bool plan_only;         /* nothing will be scored: checkpoints need no weights */
  const char *store_path; /* borrowed */
  xy__store *store;       /* owned */
  xy_progress_fn progress;
  void *user;

  xy__token_pool pool;
  const xy_model *measured; /* the checkpoint that `rate` was measured at; NULL: none */
  double rate;              /* floating-point operations per second */
} xy__scoring;
void xy__scoring_dispose(xy__scoring *job);

/* Reports progress; XY_ERR_CANCELLED when the caller of the job wants to stop. */
int xy__scoring_report(const xy__scoring *job, const xy_progress *progress, xy_error *err);

/* Where a stage stands in the whole job: the share that was done before it, its own, and when the first began. */
typedef struct xy__scoring_part {
  double before, share;
  double begun; /* xy__clock_now */
} xy__scoring_part;

typedef struct xy__scorer_gives {
  bool tokens;     /* a log-probability per token, and the ids; else sums of whole texts alone */
  int64_t context; /* tokens of the longest text that it takes; 0: not known */
} xy__scorer_gives;

/* What is known of one option. */
typedef struct xy__given {
  xy__scored text;    /* `bytes` in any case; ids and the rest where tokens are given, `logprob` NULL before look_up */
  double sum;         /* log-probability of the whole text, where they are not */
  signed char greedy; /* of the whole text, where they are not; -1: not known */
} xy__given;

/* Functions may be NULL where a comment says what that means. Errors name the stage where it is at fault. */
typedef struct xy__scorer_kind {
  const char *name;   /* as messages have it: "its scores are NAME" */
  const char *origin; /* of sums, as findings have it: "scores ORIGIN"; NULL where tokens are always given */

  /* Whether this kind answers for such a stage; the first in the table does. */
  bool (*answers)(const xy__scorer_spec *spec);

  /* Makes a scorer whose first member is a xy__scorer, with fingerprint and gives filled in (the rest is the caller's).
   * Errors need not name the stage. */
  int (*open)(xy__scorer **out, const xy__scorer_spec *spec, xy__scoring *job, xy_error *err);
  void (*free)(xy__scorer *scorer); /* takes half-built ones */

  /* Adds members to the stage's object in results.json. */
  int (*describe)(json_t *about, xy__scorer *scorer, xy_error *err);

  /* What may have changed the scores: sentences, number returned. NULL: none, ever. */
  size_t (*warnings)(const char *const **out, const xy__scorer *scorer);

  /* Finds out what must be asked for `benches`, in place of what was asked before. */
  int (*ask)(xy__scorer *scorer, xy_bench *const *benches, size_t n, xy_error *err);
  int (*look_up)(xy__scorer *scorer, xy_error *err); /* NULL: all is known after ask */

  /* Fills in the costs of what is missing; *disk is the bytes that the store will grow by. */
  int (*plan)(xy_plan_stage *out, int64_t *disk, xy__scorer *scorer, xy_error *err);
  void (*pretend)(xy__scorer *scorer); /* NULL: nothing is ever missing; what is scored takes their place */
  int (*score)(xy__scorer *scorer, const xy__scoring_part *part, xy_error *err); /* NULL: nothing is ever missing */

  /* `option` counts the options of all items of the benchmark, in order. */
  void (*give)(xy__given *out, const xy__scorer *scorer, size_t bench, size_t option);
} xy__scorer_kind;

/* The part of a scorer that every kind has. */
struct xy__scorer {
  const xy__scorer_kind *kind;
  const xy__scorer_spec *spec;
  xy__scoring *job;
  const char *fingerprint; /* hex, over all that scores depend on: equal ones may share what is stored */
  const char *weights;     /* hex, over the weights alone; "": they are not there; NULL: it has none */
  xy__scorer_gives gives;
  const char *end; /* once asked: text of the end token; NULL: none is known */
  /* [benches], once asked: items whose cut fell inside a merged token; NULL: tokens are not known */
  const size_t *splits;
  const xy__lost *lost;       /* likewise: texts that lose characters to the tokenizer */
  const xy__term_list *terms; /* likewise: how many tokens identity terms have */
};

/* Opens what answers for the stage. Caller frees with xy__scorer_free. Errors name the stage. */
int xy__scorer_open(xy__scorer **out, const xy__scorer_spec *spec, xy__scoring *job, xy_error *err);
void xy__scorer_free(xy__scorer *scorer); /* takes NULL */

/* As the functions of the kind. */
int xy__scorer_describe(json_t *about, xy__scorer *scorer, xy_error *err);
size_t xy__scorer_warnings(const char *const **out, const xy__scorer *scorer);
int xy__scorer_ask(xy__scorer *scorer, xy_bench *const *benches, size_t n, xy_error *err);
int xy__scorer_look_up(xy__scorer *scorer, xy_error *err);
int xy__scorer_plan(xy_plan_stage *out, int64_t *disk, xy__scorer *scorer, xy_error *err);
void xy__scorer_pretend(xy__scorer *scorer);
int xy__scorer_score(xy__scorer *scorer, const xy__scoring_part *part, xy_error *err);
xy__given xy__scorer_give(const xy__scorer *scorer, size_t bench, size_t option);

/* The two sides of a pair, whose first option is `option`; and one option, whose identity term ends at `identity_end`.
 */
int xy__scorer_sides(xy__side sides[2], const xy__scorer *scorer, size_t bench, size_t option, xy_error *err);
int xy__scorer_option(xy__option_score *out, const xy__scorer *scorer, size_t bench, size_t option,
                      int64_t identity_end, xy_error *err);

/* The kinds, a file each; the k-th of their table, NULL right behind the last. */
extern const xy__scorer_kind xy__native_scorer, xy__imported_scorer;
const xy__scorer_kind *xy__scorer_kind_at(size_t k);

#endif
