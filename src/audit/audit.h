/* An audit in hand: the stages of a family with their checkpoints, the benchmarks they answer, what the store already
 * holds, and what must be computed. open.c fills it, tokens.c makes the sequences, plan.c says what it will cost,
 * run.c computes and measures, facts.c writes down what was run.
 */
#ifndef XY_AUDIT_AUDIT_H
#define XY_AUDIT_AUDIT_H

#include "ask/sequences.h"
#include "audit/family.h"
#include "engine/engine.h"
#include "measure/measure.h"
#include "score/imported.h"
#include "store/store.h"

/* A selected stage. Indices refer to the selection. */
typedef struct xy__audit_stage {
  const xy__stage *spec;
  int parent, reference;
  const char *format, *tail; /* how prompts are written; NULL: plain, none */
  xy_model *model;           /* NULL where the scores are imported */
  xy_import *imported;       /* NULL where there is a model; such a stage has no tokens and nothing in the store */
  const char *fingerprint;
  const xy__tokens *tokens; /* shared by stages of one tokenizer and format; NULL until tokenized */
  float *logprob;           /* [tokens->offset[n]], filled by run */
  unsigned char *greedy;
  bool *stored; /* [n]: sequence was found in the store */
  size_t n_missing;
} xy__audit_stage;

struct xy_audit {
  const xy_family *family;
  struct xy__reward *reward; /* the run is of preference data (reward.h); NULL: an audit of benchmarks */
  xy__measure_settings settings;
  int precision, start, threads;
  int64_t memory;
  size_t limit;
  bool show_text, narrowed;
  const char *name, *directory, *store_path;
  const char *command; /* NULL: not known */
  json_t *narrowing;   /* what was asked for, for results.json; owned */
  xy__audit_stage *stages;
  size_t n_stages;
  xy_bench **benches;
  size_t n_benches;
  xy__tokens **tokens; /* one per distinct tokenizer, format and tail */
  size_t n_tokens;
  bool prepared; /* tokenized, and the store looked up */
  xy__store *store;
  xy_plan_stage *plan; /* [n_stages] once planned */
  char key[65];        /* digest of everything that the results depend on */
  xy_progress_fn progress;
  void *user;
  xy__arena arena;
};

/* Opens an audit of what `options` name, or, with `reward`, of its preference data; takes `reward` over in any case. */
int xy__audit_open(xy_audit **out, const xy_family *family, const xy_audit_options *options, struct xy__reward *reward,
                   xy_error *err);

/* The same without checkpoints and store: benchmarks and stages, to write requests of. */
int xy__audit_open_texts(xy_audit **out, const xy_family *family, const xy_audit_options *options, xy_error *err);

/* The scores of an imported stage for one benchmark: scores[options of all items, in order]. Texts without a score are
 * an error that counts them and names the first item. */
int xy__imported_scores(xy__imported_option *scores, const xy__audit_stage *stage, const xy_bench *bench,
                        xy_error *err);

/* Fills in what results say of the run besides measures: directory, family, stages, and that it was narrowed. */
int xy__audit_describe(xy_results *results, const xy_audit *audit, xy_error *err);

/* Remembers that the run directory holds what this audit wrote. */
int xy__audit_remember(const xy_audit *audit, xy_error *err);

/* Tokenizes every benchmark for every stage and looks the store up; does nothing the second time. */
int xy__audit_prepare(xy_audit *audit, xy_error *err);

/* The stage's sequences that the store does not hold, in order; caller frees with free. */
int xy__audit_missing(xy__sequence **out, const xy__audit_stage *stage, xy_error *err);

/* Reports progress of the whole job; XY_ERR_CANCELLED when the caller wants to stop. */
int xy__audit_progress(const xy_audit *audit, const xy_progress *progress, xy_error *err);

/* The members "xylem", "run", "family", "stages", "benchmarks" and "settings" of results.json; `started` and `finished`
 * are seconds since 1970. Owned by the caller. */
int xy__audit_facts(json_t **out, const xy_audit *audit, double started, double finished, xy_error *err);

/* Fills audit->key: the digest of those facts but for the run itself, before anything is computed. */
int xy__audit_key(xy_audit *audit, xy_error *err);

#endif
