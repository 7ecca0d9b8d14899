/* See walk.h.
 *
 * Attention needs no index of ancestors: rows in preorder walk the tree depth first, so a stack with a slot per depth
 * always holds the path to the row in hand, and a row at depth t reads slots 0 .. t, which lie side by side. A block
 * that starts below a root first fills the stack with its first row's ancestors. Their keys and values come from
 * earlier blocks, which store those of `kept` rows as soon as they are computed; blocks are taken in ascending order,
 * and that first part of a block waits for nothing, so whoever waits here waits for someone who is at work.
 */
#include "engine/walk/walk.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/pass/head.h"
#include "engine/pass/logprobs.h"
#include "engine/pass/multiplier.h"
#include "engine/pass/weights.h"

enum { most_rows = 256 }; /* of a block: less costs multiply rate, more pushes activations out of the nearer caches */

/* ---- sizes and memory ------------------------------------------------------------------------------------ */

int xy__walk_geometry(xy__geometry *out, const xy_model *model, const xy__engine_options *options, int64_t nodes,
                      int64_t longest, xy_error *err) {
  if (xy__mapped_pays(model, options, nodes)) {
    return xy__geometry_make(out, model, options, &xy__mapped, false, nodes, longest, err);
  }
  int64_t workers = xy__geometry_workers(options);
  int64_t rows = xy__round_up((nodes + workers - 1) / workers, 16);
  return xy__geometry_make(out, model, options, &xy__packed, false, rows < most_rows ? rows : most_rows, longest, err);
}

static int64_t blocks_of(const xy__geometry *g, int64_t nodes) { return (nodes + g->rows - 1) / g->rows; }

/* Keys and values of a node. */
static size_t kept_floats(const xy__config *c) { return (size_t)(2 * c->G * c->K); }

int xy__walk_make(xy__walk *out, xy__pass *pass, int64_t nodes, int64_t kept, xy_error *err) {
  const xy__geometry *g = pass->g;
  const xy__config *c = &g->model->config;
  int64_t blocks = blocks_of(g, nodes);
  *out = (xy__walk){.pass = pass};
  out->residual = xy__aligned((size_t)(blocks * g->rows * c->D) * sizeof(float));
  out->kept = xy__aligned((size_t)kept * kept_floats(c) * sizeof(float));
  out->paths = xy__array((size_t)(g->workers * g->slots), sizeof *out->paths);
  out->ready = xy__array((size_t)blocks, sizeof *out->ready);
  out->scored = xy__array((size_t)nodes, 1);
  if (out->residual == NULL || out->kept == NULL || out->paths == NULL || out->ready == NULL || out->scored == NULL) {
    return xy__fail_memory(err, "a walk");
  }
  return XY_OK;
}

void xy__walk_dispose(xy__walk *walk) {
  free(walk->residual);
  free(walk->kept);
  free(walk->paths);
  free(walk->ready);
  free(walk->scored);
  *walk = (xy__walk){0};
}

size_t xy__walk_bytes(const xy__geometry *g, const xy__forest_size *size) {
  const xy__config *c = &g->model->config;
  size_t row = (size_t)c->D * sizeof(float) + 40; /* residual; forest and order of a node */
  size_t edge = 48;                               /* forest and head of an edge */
  size_t fixed =
      g->pass_bytes + (size_t)(g->rows * c->D) * sizeof(float) + (size_t)(g->workers * g->slots) * sizeof(int32_t);
  return fixed + (size_t)size->nodes * row + (size_t)size->kept * kept_floats(c) * sizeof(float) +
         (size_t)size->edges * edge + (size_t)size->wanted * sizeof(int32_t);
}

/* ---- progress -------------------------------------------------------------------------------------------- */

static double layer_work(const xy__geometry *g, const xy__forest_size *size, bool last) {
  return xy__layer_work(g, size->nodes, last ? size->scored : size->nodes, size->depths);
}

double xy__walk_work(const xy__geometry *g, const xy__forest_size *size) {
  double layers = (double)(g->model->config.L - 1) * layer_work(g, size, false);
  return layers + layer_work(g, size, true) + xy__head_work(g, size->scored);
}

/* `work` operations are done besides those of the layers before; l counts from 1. */
static int report(const xy__walk *walk, int64_t l, double work, xy_error *err) {
  if (walk->progress == NULL || walk->progress(l, (walk->done + work) / walk->work, walk->user) == 0) return XY_OK;
  return xy__fail(err, XY_ERR_CANCELLED, "cancelled");
}

/* ---- layers ---------------------------------------------------------------------------------------------- */

/* The block in hand. */
typedef struct block {
  xy__walk *walk;
  int64_t first, number, n;
} block;

/* The path to the first row, once its ancestors' keys and values are there; false when another worker failed. */
static bool find_path(const block *b, xy__worker *worker) {
  const xy__walk *walk = b->walk;
  const xy__forest *forest = walk->forest;
  int32_t *path = walk->paths + worker->number * walk->pass->g->slots;
  int32_t node = forest->parent[b->first];
  for (int64_t d = forest->depth[b->first] - 1; d >= 0; d--) {
    path[d] = node;
    atomic_int *ready = &walk->ready[node / walk->pass->g->rows];
    while (atomic_load_explicit(ready, memory_order_acquire) <= (int)walk->pass->layer.number) {
      if (atomic_load(&walk->pass->team.stop) != 0) return false;
      sched_yield();
    }
    node = forest->parent[node];
  }
  xy__lap(worker, XY__WAITING);
  return true;
}

static bool keep(void *user, xy__worker *worker, const float *kv, int64_t stride) {
  const block *b = user;
  xy__walk *walk = b->walk;
  const xy__config *c = &walk->pass->g->model->config;
  size_t floats = kept_floats(c);
  for (int64_t r = 0; r < b->n && walk->store != NULL; r++) {
    walk->store(walk->store_user, b->first + r, kv + r * stride, kv + r * stride + c->G * c->K);
  }
  for (int64_t r = 0; r < b->n; r++) {
    int64_t place = walk->forest->kept[b->first + r];
    if (place >= 0) memcpy(walk->kept + (size_t)place * floats, kv + r * stride, floats * sizeof *kv);
  }
  atomic_store_explicit(&walk->ready[b->number], (int)walk->pass->layer.number + 1, memory_order_release);
  xy__lap(worker, XY__ROWS);
  return find_path(b, worker);
}

static void attend(void *user, xy__worker *worker, int64_t head, xy__attention *a) {
  const block *b = user;
  const xy__walk *walk = b->walk;
  const xy__forest *forest = walk->forest;
  const xy__config *c = &walk->pass->g->model->config;
  const xy__kernels *kernels = walk->pass->g->kernels;
  const int32_t *path = walk->paths + worker->number * walk->pass->g->slots;
  for (int64_t d = 0; d < forest->depth[b->first]; d++) {
    const float *kept = walk->kept + (size_t)forest->kept[path[d]] * kept_floats(c) + head * c->K;
    kernels->push(a->keys, a->values, d, kept, kept + c->G * c->K, c->K);
  }
  a->depth = forest->depth + b->first;
  kernels->attend(a);
}

static int run_block(void *user, xy__worker *worker, int64_t number) {
  xy__walk *walk = user;
  const xy__geometry *g = walk->pass->g;
  const xy__forest_size *size = &walk->forest->size;
  bool last = walk->pass->layer.number + 1 == g->model->config.L;
  int64_t first = number * g->rows;
  int64_t left = size->nodes - first;
  block b = {walk, first, number, left < g->rows ? left : g->rows};
  xy__rows rows = {.n = b.n,
                   .residual = walk->residual + first * g->model->config.D,
                   .position = walk->forest->depth + first,
                   .wanted = last ? walk->scored + first : NULL};
  xy__kv kv = {.keep = keep, .attend = attend, .user = &b};
  int rc = xy__pass_layer(walk->pass, worker, &rows, &kv);
  if (rc != XY_OK || worker->number != 0) return rc;
  double share = (double)(first + b.n) / (double)size->nodes;
  return report(walk, walk->pass->layer.number + 1, share * layer_work(g, size, last), &worker->err);
}

/* Every node through layer l. */
static int walk_layer(xy__walk *walk, int64_t l, xy_error *err) {
  const xy__geometry *g = walk->pass->g;
  int rc = xy__pass_load(walk->pass, l, err);
  if (rc == XY_OK) rc = xy__pass_run(walk->pass, blocks_of(g, walk->forest->size.nodes), run_block, walk, err);
  walk->done += layer_work(g, &walk->forest->size, l + 1 == g->model->config.L);
  /* worker 0 may have had no block: every layer reports once */
  return rc == XY_OK ? report(walk, l + 1, 0, err) : rc;
}

/* ---- both ends ------------------------------------------------------------------------------------------- */

static int embed_block(void *user, xy__worker *worker, int64_t b) {
  xy__walk *walk = user;
  const xy__forest *forest = walk->forest;
  int64_t D = walk->pass->g->model->config.D;
  int64_t first = b * walk->pass->g->rows;
  for (int64_t r = first; r < first + walk->pass->g->rows; r++) {
    float *row = walk->residual + r * D;
    if (r >= forest->size.nodes) { /* rows that fill the last block up */
      memset(row, 0, (size_t)D * sizeof *row);
      continue;
    }
    walk->scored[r] = forest->edge_first[r + 1] > forest->edge_first[r];
    int rc = xy__pass_embed(walk->pass, worker, row, forest->token[r], forest->depth[r]);
    if (rc != XY_OK) return rc;
  }
  atomic_store(&walk->ready[b], 0);
  xy__lap(worker, XY__READING);
  return XY_OK;
}

/* Reads the embeddings of the forest's nodes into the residual stream. */
static int embed(xy__walk *walk, xy_error *err) {
  const xy_model *model = walk->pass->g->model;
  int64_t blocks = blocks_of(walk->pass->g, walk->forest->size.nodes);
  int rc = xy__team_run(&walk->pass->team, blocks, embed_block, walk, err);
  xy__weights_release(model, model->embedding);
  return rc;
}

static int report_head(void *user, double share) {
  const xy__walk *walk = user;
  const xy__geometry *g = walk->pass->g;
  return report(walk, g->model->config.L + 1, share * xy__head_work(g, walk->forest->size.scored), NULL);
}

/* Output head over the nodes that have an edge. */
static int score_edges(xy__walk *walk, float *value, unsigned char *greedy, xy_error *err) {
  const xy__forest *forest = walk->forest;
  int32_t *row = xy__array((size_t)forest->size.scored, sizeof *row);
  if (row == NULL) return xy__fail_memory(err, "the output head");
  int64_t n = 0;
  for (int64_t i = 0; i < forest->size.nodes; i++) {
    if (walk->scored[i]) row[n++] = (int32_t)i;
  }
  xy__logprobs logprobs = {.kernels = walk->pass->g->kernels,
                           .row = row,
                           .first = forest->edge_first,
                           .wanted = forest->edge_token,
                           .n = n,
                           .value = value,
                           .greedy = greedy};
  xy__head_rows rows = {.residual = walk->residual,
                        .row = row,
                        .n = n,
                        .take = xy__logprobs_take,
                        .user = &logprobs,
                        .progress = report_head,
                        .progress_user = walk};
  int rc = xy__logprobs_start(&logprobs, err);
  if (rc == XY_OK) rc = xy__pass_head(walk->pass, &rows, err);
  if (rc == XY_OK) xy__logprobs_finish(&logprobs);
  xy__logprobs_dispose(&logprobs);
  free(row);
  return rc;
}

int xy__walk_layers(xy__walk *walk, const xy__forest *forest, xy_error *err) {
  walk->forest = forest;
  walk->work = xy__walk_work(walk->pass->g, &forest->size);
  walk->done = 0;
  xy__weights_expect(walk->pass->g->model, 0);
  int rc = embed(walk, err);
  for (int64_t l = 0; l < walk->pass->g->model->config.L && rc == XY_OK; l++) rc = walk_layer(walk, l, err);
  return rc;
}

int xy__walk_score(xy__walk *walk, const xy__forest *forest, float *value, unsigned char *greedy, xy_error *err) {
  int rc = xy__walk_layers(walk, forest, err);
  if (rc == XY_OK) rc = score_edges(walk, value, greedy, err);
  walk->forest = NULL;
  return rc;
}
