/* Private to src/engine: one walk of a forest through a checkpoint.
 *
 * The residual stream of every node stays in memory. Each layer's weights are packed once, then blocks of rows (nodes
 * in preorder) go through the whole layer while they are in cache. A worker (an OpenMP thread) takes a block at a
 * time and multiplies on its own: no two threads wait for one another inside a layer, except that a block needs the
 * keys and values of its first row's ancestors from earlier blocks, which are kept for it.
 *
 * Letters for shapes are model.h's; M is the number of rows of a block.
 */
#ifndef XY_ENGINE_WALK_H
#define XY_ENGINE_WALK_H

#include <stdatomic.h>
#include <time.h>

#include "engine/engine.h"
#include "engine/forest.h"
#include "engine/kernels/kernels.h"
#include "engine/matmul.h"

/* ---- geometry: every size of a call, fixed before anything is allocated ---------------------------------- */

typedef enum xy__stage { XY__QKV, XY__OUT, XY__UP, XY__DOWN, XY__HEAD } xy__stage;

/* Columns of a linear map that are packed and multiplied together. Of UP with gates it takes the same columns of
 * gate and up, one after the other; of DOWN it takes the inputs that the UP panel of the same number makes. */
typedef struct xy__panel {
  int64_t first[2]; /* of the columns */
  int ranges;       /* 1, or 2 with gates; n / ranges columns each */
  int64_t n;
  int64_t k_first, k; /* inputs */
  size_t offset;      /* bytes into the packed weights */
  int64_t bias;       /* floats into the layer's biases; -1: none */
} xy__panel;

typedef struct xy__panels {
  xy__panel *items;
  int64_t n;
} xy__panels;

typedef struct xy__geometry {
  const xy_model *model; /* borrowed */
  const xy__kernels *kernels;
  bool bf16;
  bool direct; /* a short call: multiplies from the mapped weights (direct.c); one block, one panel a linear map */
  int workers;
  int64_t rows;   /* M */
  int64_t slots;  /* deepest path, rounded up to whole groups of keys */
  int64_t qkv_n;  /* (H + 2 G) K */
  int64_t chunk;  /* most of F that is computed at a time */
  int64_t head_n; /* widest panel of the head */
  xy__panels panels[5];
  bool has_bias[4];    /* the linear map of this stage has a bias in some layer */
  size_t packed_bytes; /* of a layer, or a group of head panels */
  size_t head_bytes;   /* of one head panel, at most */
  int64_t bias_floats, norm_floats;
  size_t worker_bytes, fixed_bytes;         /* of a worker; of everything that does not grow with the forest */
  size_t row_bytes, kept_bytes, edge_bytes; /* of a node, a kept node, an edge */
  size_t weight_bytes;                      /* of the checkpoint, read per walk */
} xy__geometry;

/* `nodes`: of the whole call; `longest`: tokens of the longest sequence. Caller disposes. */
int xy__geometry_make(xy__geometry *out, const xy_model *model, const xy__engine_options *options, int64_t nodes,
                      int64_t longest, xy_error *err);
void xy__geometry_dispose(xy__geometry *geometry);

/* Shape of panel i of a stage for m rows. */
xy__matmul_shape xy__panel_shape(const xy__geometry *g, xy__stage stage, int64_t i, int64_t m);

/* ---- workers --------------------------------------------------------------------------------------------- */

typedef struct xy__worker {
  int number;
  int rc;
  xy_error err;
  xy__matmul_set *set;
  char *memory;                  /* everything below lies in it */
  void *input;                   /* [M, max(D, V panel's K)] normed rows, fp32 or bf16 */
  float *qkv;                    /* [M, qkv_n] */
  void *mixed;                   /* [M, H K] attention's result, fp32 or bf16 */
  float *gates;                  /* [M, 2 chunk], gated models */
  void *hidden;                  /* [M, chunk], fp32 or bf16 */
  float *delta;                  /* [M, D] before a post norm, models that have one */
  float *gathered;               /* [M, D] scored rows of the last layer */
  float *logits;                 /* [M, head_n] */
  float *keys, *values, *scores; /* the stack of the current path, one key/value head at a time */
  void *staging;                 /* a panel's weights before they are packed; nothing in a short call */
  int32_t *path;                 /* [slots] */
  double clock;                  /* seconds, of the last lap */
  double spent[XY__PARTS];
} xy__worker;

/* Books the time since this worker's last lap. */
static inline void xy__lap(xy__worker *worker, xy__part part) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  double now = (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
  worker->spent[part] += now - worker->clock;
  worker->clock = now;
}

/* Points a worker's buffers into `base`, or nowhere when it is NULL; returns the bytes they take. */
size_t xy__worker_lay_out(xy__worker *worker, const xy__geometry *g, char *base);

/* ---- a walk ---------------------------------------------------------------------------------------------- */

typedef struct xy__layer {
  xy__norm_values norm_attn, norm_mlp, post_attn, post_mlp, q_norm, k_norm; /* point into `norms` */
  float *norms, *biases;
  char *packed;
} xy__layer;

typedef struct xy__walk {
  const xy__geometry *g;
  xy__worker *workers; /* [g->workers] */
  const xy__forest *forest;
  float *residual;        /* [nodes rounded up to M, D] */
  float *kept;            /* [kept][2][G K] keys and values of one layer */
  float *cosines, *sines; /* [slots][rotary / 2] */
  xy__layer layer;
  atomic_int *ready;     /* [blocks] layers whose keys and values of this block are kept */
  atomic_int stop;       /* some worker failed, or the caller cancelled */
  atomic_llong next;     /* block to take */
  unsigned char *scored; /* [nodes] the node has an edge */
  /* Called by worker 0, and at least once a layer, with the share of this walk that is done; non-zero stops with
   * XY_ERR_CANCELLED. May be NULL. */
  int (*progress)(int64_t layer, double share, void *user);
  void *user;
  double work_done, work; /* floating-point operations, for `progress` */
} xy__walk;

/* Reads the embeddings of the forest's nodes into the residual stream. */
int xy__walk_embed(xy__walk *walk, xy_error *err);
/* Packs layer l and takes every node through it. */
int xy__walk_layer(xy__walk *walk, int64_t l, xy_error *err);
/* Output head: value[e] and greedy[e] (may be NULL) of every edge. */
int xy__walk_head(xy__walk *walk, float *value, unsigned char *greedy, xy_error *err);

/* Floating-point operations of one layer and of the head for a forest of this size. */
double xy__layer_work(const xy__geometry *g, const xy__forest_size *size, bool last);
double xy__head_work(const xy__geometry *g, const xy__forest_size *size);

/* Runs `task` for numbers 0 .. n - 1 on all workers, lowest first, until one fails; returns the first error. */
typedef int (*xy__task)(xy__walk *walk, xy__worker *worker, int64_t i, void *user);
int xy__walk_run(xy__walk *walk, int64_t n, xy__task task, void *user, xy_error *err);

/* ---- short calls ----------------------------------------------------------------------------------------- */

/* Whether so few nodes are best multiplied without packing any weights. */
bool xy__direct_pays(const xy_model *model, const xy__engine_options *options, int64_t nodes);
/* out [m, ldc] = in [m, lda] times columns of panel i of a stage, with its bias (`bias`: the panel's, or NULL),
 * activation and sum, by all workers; called by worker 0 outside xy__walk_run. */
int xy__direct_multiply(xy__walk *walk, xy__stage stage, int64_t i, const xy__linear *linear, int64_t m, float *out,
                        const float *in, const float *bias, xy_error *err);

/* ---- weights --------------------------------------------------------------------------------------------- */

/* Reads the norms and biases of layer l into walk->layer, and packs its weights unless the call is direct. */
int xy__layer_pack(xy__walk *walk, int64_t l, xy_error *err);
/* Packs head panels [first, first + n) into walk->layer.packed, one after the other at multiples of head_bytes. */
int xy__head_pack(xy__walk *walk, int64_t first, int64_t n, xy_error *err);
/* Where column c of a linear map is stored, and how many of the columns from there on follow one another;
 * interleaved_head: K where columns are stored per head as q, k, v, else 0. */
typedef struct xy__place {
  int part;
  int64_t row, run;
} xy__place;
xy__place xy__find_column(const xy__linear *linear, int64_t c, int64_t interleaved_head);

/* Tells the system that layer l (L: the head) will be read soon. */
void xy__weights_expect(const xy_model *model, int64_t l);
/* Takes the pages of a tensor out of this process; they stay in the system's cache while there is room. */
void xy__weights_release(const xy_model *model, const xy__tensor *tensor);
/* A vector as floats; NULL tensor: nothing. */
int xy__vector_read(float *out, const xy__tensor *tensor, xy_error *err);

#endif
