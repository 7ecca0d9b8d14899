/* One layer over given rows, with the weights in hand. A driver says which rows, and keeps their keys and values; what
 * it is driving (a prefix forest, texts that go on, whole texts to classify) is its own affair.
 *
 *   xy__pass_make ── for each layer: xy__pass_load, then every block of rows: xy__pass_layer ── xy__pass_head (head.h)
 *
 * A worker takes a block through the whole layer while it is in cache, and multiplies on its own.
 */
#ifndef XY_ENGINE_PASS_PASS_H
#define XY_ENGINE_PASS_PASS_H

#include "engine/pass/geometry.h"
#include "engine/pass/sizes.h"
#include "engine/pass/team.h"

/* The weights of one layer, as read and packed. */
typedef struct xy__layer {
  int64_t number;
  xy__norm_values norm_attn, norm_mlp, post_attn, post_mlp, q_norm, k_norm; /* point into `norms` */
  float *norms, *biases;
  char *packed;
} xy__layer;

/* The output head: its linear map, and the norm in front of it. */
typedef struct xy__head {
  xy__linear linear;
  xy__norm_values norm; /* points into `norms` */
  float *norms, *bias;  /* [2, D]; [V] or NULL */
  char *packed;         /* all panels, or a group of them in the layer's place */
} xy__head;

typedef struct xy__pass {
  const xy__geometry *g; /* borrowed */
  xy__team team;
  xy__sizes sizes;        /* where weights are packed */
  float *cosines, *sines; /* [slots][rotary / 2] */
  xy__layer layer;        /* in hand */
  xy__head head;
  char *packed; /* one layer, or all of them and the head where they are held */
  bool *ready;  /* [L + 1] this layer, or the head, is held */
} xy__pass;

/* Workers and memory, rotations, and the head's norm and bias. Caller disposes, also after a failure. */
int xy__pass_make(xy__pass *out, const xy__geometry *g, xy_error *err);
void xy__pass_dispose(xy__pass *pass);

/* Takes the weights of layer l in hand. */
int xy__pass_load(xy__pass *pass, int64_t l, xy_error *err);

/* Takes head panels [first, first + n) in hand. */
int xy__pass_load_head(xy__pass *pass, int64_t first, int64_t n, xy_error *err);

/* Runs `task` for blocks 0 .. n - 1, lowest first: on all workers, or on worker 0 where the team shares each
 * multiplication instead. */
int xy__pass_run(xy__pass *pass, int64_t n, xy__team_task task, void *user, xy_error *err);

/* A token's row as it enters the first layer: row [D]. */
int xy__pass_embed(const xy__pass *pass, xy__worker *worker, float *row, int32_t token, int64_t position);

/* Rows that go through a layer together. */
typedef struct xy__rows {
  int64_t n;                   /* at most M */
  float *residual;             /* [n, D], in place; up to M rows may be overwritten */
  const int32_t *position;     /* [n] in their texts */
  const unsigned char *wanted; /* [n] rows that go on after attention, in the last layer; NULL: all */
} xy__rows;

/* Keys and values of a driver: it takes those of the rows that pass, and attends with all that they may see. */
typedef struct xy__kv {
  /* The sink, once a block: row r's keys lie at kv + r * stride as [G][K], its values [G][K] behind them. Attention
   * follows when it returns true; false: another worker failed, and the block is given up. */
  bool (*keep)(void *user, xy__worker *worker, const float *kv, int64_t stride);
  /* The source, once a block and key/value head: attention of the query heads that share it. `a` is complete but for
   * what the rows see: `depth`, and what lies in `keys` and `values` (the worker's stack). */
  void (*attend)(void *user, xy__worker *worker, int64_t head, xy__attention *a);
  void *user;
} xy__kv;

/* Takes the rows through the layer in hand. A failure's text is the worker's. */
int xy__pass_layer(xy__pass *pass, xy__worker *worker, const xy__rows *rows, const xy__kv *kv);

/* A linear map of the layer in hand, or the head's; the biases of a panel, or NULL. */
const xy__linear *xy__pass_linear(const xy__pass *pass, xy__linear_id id);
const float *xy__pass_bias(const xy__pass *pass, xy__linear_id id, int64_t i);

/* Floating-point operations of one layer for `rows` rows, of which `complete` go on after attention and which see
 * `slots` keys altogether, and of the head for `rows` rows. */
double xy__layer_work(const xy__geometry *g, int64_t rows, int64_t complete, int64_t slots);
double xy__head_work(const xy__geometry *g, int64_t rows);

#endif
