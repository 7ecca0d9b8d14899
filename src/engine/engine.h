/* Token sequences -> log-probabilities through one checkpoint: the prefix forest, the layer-by-layer walk and the
 * blocked output head of docs/architecture.md.
 */
#ifndef XY_ENGINE_ENGINE_H
#define XY_ENGINE_ENGINE_H

#include "base/error.h"
#include "model/model.h"

/* Scores ids[first..n) each given everything before it; 1 <= first < n. Borrowed. `name` is for messages, may be
 * NULL. */
typedef struct xy__sequence {
  const int32_t *ids;
  int32_t n, first;
  const char *name;
} xy__sequence;

/* What a call's time goes into. */
typedef enum xy__clock_part {
  XY__READING,       /* embeddings and weights: from the file to fp32 or bf16 */
  XY__PACKING,       /* weights into the multiplication's layout */
  XY__MULTIPLYING,   /* layers, with bias and activation */
  XY__ATTENDING,     /* scores, softmax and mixing of values */
  XY__ROWS,          /* norms, rotary embedding, gates, residual sums, keys kept */
  XY__HEAD_MULTIPLY, /* logits */
  XY__HEAD_FOLD,     /* log-sum-exp, and wanted logits */
  XY__WAITING,       /* for other threads */
  XY__CLOCK_PARTS
} xy__clock_part;

typedef struct xy__engine_options {
  xy_precision precision;
  int threads;    /* 0: all cores */
  int64_t memory; /* bytes a walk may use beyond what the process holds now; 0: a share of what is free */
  bool kept;      /* no short calls: a score that is kept has the same bits however few are scored with it */
  /* Called after each walk with the sequences (indices) that are now complete. May be NULL. Non-zero stops. */
  int (*done)(const size_t *sequences, size_t n, void *user);
  /* Progress of this call, 0 to 1; may be NULL. Non-zero cancels. */
  int (*progress)(int64_t walk, int64_t walks, int64_t layer, int64_t layers, double share, void *user);
  void *user;
  double *spent; /* [XY__CLOCK_PARTS] seconds of all threads are added; may be NULL */
} xy__engine_options;

/* Sequence s writes its n - first values at logprob[offset[s]] and greedy[offset[s]] (greedy: 1 when the token was
 * the most probable one, lowest id first). `offset` is made by xy__engine_offsets. `greedy` may be NULL. */
int xy__engine_score(float *logprob, unsigned char *greedy, const size_t *offset, const xy_model *model,
                     const xy__sequence *sequences, size_t n, const xy__engine_options *options, xy_error *err);

/* offset[n + 1]: exclusive prefix sums of n - first. Total is offset[n]. */
void xy__engine_offsets(size_t *offset, const xy__sequence *sequences, size_t n);

typedef struct xy__engine_plan {
  int64_t tokens;   /* of all sequences */
  int64_t nodes;    /* of the forest, leaves included */
  int64_t computed; /* nodes that need a forward pass, over all walks */
  int64_t walks;
  double flops;
  int64_t memory;       /* bytes, peak of a walk */
  int64_t weight_bytes; /* read per walk */
} xy__engine_plan;
int xy__engine_plan_make(xy__engine_plan *out, const xy_model *model, const xy__sequence *sequences, size_t n,
                         const xy__engine_options *options, xy_error *err);

/* How far a log-probability, per scored token, may lie from what exact arithmetic would give: in fp32 what is promised,
 * in bf16 what was measured (docs/performance.md). What changes by less has not changed. */
double xy__engine_error(xy_precision precision);

/* Multiply rate of this machine at the model's shapes, floating-point operations per second; takes under a second. */
int xy__engine_rate(double *out, const xy_model *model, const xy__engine_options *options, xy_error *err);

#endif
