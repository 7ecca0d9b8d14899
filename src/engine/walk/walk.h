/* A driver of the pass (pass/pass.h): a prefix forest, from its embeddings to the rows that the output head reads, and
 * to the log-probabilities of its edges.
 *
 * The residual stream of every node stays in memory. Blocks of rows (nodes in preorder) go through a layer one after
 * the other; no two workers wait for one another inside a layer, except that a block needs the keys and values of its
 * first row's ancestors from earlier blocks, which are kept for it.
 */
#ifndef XY_ENGINE_WALK_WALK_H
#define XY_ENGINE_WALK_WALK_H

#include "engine/pass/pass.h"
#include "engine/walk/forest.h"

typedef struct xy__walk {
  xy__pass *pass;           /* borrowed */
  const xy__forest *forest; /* in hand */
  float *residual;          /* [nodes rounded up to M, D] */
  float *kept;              /* [kept][2][G K] keys and values of one layer */
  int32_t *paths;           /* [workers][slots] ancestors of the first row of a worker's block */
  atomic_int *ready;        /* [blocks] layers whose keys and values of this block are kept */
  unsigned char *scored;    /* [nodes] the node has an edge */
  /* Takes the keys [G][K] and values [G][K] of each node at the layer in hand, from any thread. May be NULL. */
  void (*store)(void *store_user, int64_t node, const float *k, const float *v);
  void *store_user;
  /* Called by worker 0, and at least once a layer, with the share of this walk that is done; non-zero stops with
   * XY_ERR_CANCELLED. May be NULL. */
  int (*progress)(int64_t layer, double share, void *user);
  void *user;
  double done, work; /* floating-point operations, for `progress` */
} xy__walk;

/* Geometry for walks through a forest of `nodes` nodes. A few nodes are a short call: one block, multiplied from the
 * mapped weights. `longest`: tokens of the longest sequence. */
int xy__walk_geometry(xy__geometry *out, const xy_model *model, const xy__engine_options *options, int64_t nodes,
                      int64_t longest, xy_error *err);

/* Memory for walks of at most so many nodes and kept nodes. Caller disposes, also after a failure. */
int xy__walk_make(xy__walk *out, xy__pass *pass, int64_t nodes, int64_t kept, xy_error *err);
void xy__walk_dispose(xy__walk *walk);

/* Takes the forest through all layers: residual and scored are what is left. */
int xy__walk_layers(xy__walk *walk, const xy__forest *forest, xy_error *err);

/* The same, and value[e] and greedy[e] (may be NULL) of every edge. */
int xy__walk_score(xy__walk *walk, const xy__forest *forest, float *value, unsigned char *greedy, xy_error *err);

/* Bytes and floating-point operations of a walk through a forest of this size. */
size_t xy__walk_bytes(const xy__geometry *g, const xy__forest_size *size);
double xy__walk_work(const xy__geometry *g, const xy__forest_size *size);

#endif
