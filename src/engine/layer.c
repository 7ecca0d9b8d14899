/* One layer over a forest, block by block: model.h's formulas, rows in preorder.
 *
 * Attention needs no index of ancestors: rows in preorder walk the tree depth first, so a stack with a slot per depth
 * always holds the path to the row in hand, and a row at depth t reads slots 0 .. t, which lie side by side. A block
 * that starts below a root first fills the stack with its first row's ancestors. Their keys and values come from
 * earlier blocks, which store those of `kept` rows as soon as they are computed; blocks are taken in ascending order,
 * and that first part of a block waits for nothing, so whoever waits here waits for someone who is at work.
 */
#include <math.h>
#include <sched.h>
#include <string.h>

#include "engine/walk.h"

typedef struct block_task {
  int64_t layer;
  bool last;
} block_task;

/* The block in hand. */
typedef struct block {
  xy__walk *walk;
  xy__worker *worker;
  const xy__geometry *g;
  const xy__config *c;
  const xy__layer *layer;
  const xy__block *model;
  int64_t first, rows; /* real rows; buffers and multiplications have M */
  int64_t number, layer_number;
  float *residual; /* rows' stream: in place, or gathered */
  int64_t m;       /* rows of the multiplications after attention */
} block;

static int multiply(const block *b, xy__stage stage, int64_t i, int64_t m, void *out, const void *in) {
  const xy__panel *panel = &b->g->panels[stage].items[i];
  const float *bias = panel->bias >= 0 ? b->layer->biases + panel->bias : NULL;
  if (b->g->direct) {
    const xy__linear *linears[] = {&b->model->qkv, &b->model->out, &b->model->up, &b->model->down};
    return xy__direct_multiply(b->walk, stage, i, linears[stage], m, out, in, bias, &b->worker->err);
  }
  const xy__matmul *matmul;
  xy__matmul_shape shape = xy__panel_shape(b->g, stage, i, m);
  int rc = xy__matmul_get(&matmul, b->worker->set, &shape, &b->worker->err);
  if (rc != XY_OK) return rc;
  xy__lap(b->worker, XY__ROWS);
  rc = xy__matmul_run(out, matmul, in, b->layer->packed + panel->offset, bias, &b->worker->err);
  xy__lap(b->worker, XY__MULTIPLYING);
  return rc;
}

static int query_key_value(const block *b) {
  xy__worker *w = b->worker;
  const xy__kernels *kernels = b->g->kernels;
  const xy__config *c = b->c;
  kernels->norm(w->input, b->g->bf16, b->residual, b->g->rows, c->D, &b->layer->norm_attn);
  int rc = XY_OK;
  for (int64_t i = 0; i < b->g->panels[XY__QKV].n && rc == XY_OK; i++) {
    rc = multiply(b, XY__QKV, i, b->g->rows, w->qkv + b->g->panels[XY__QKV].items[i].first[0], w->input);
  }
  if (rc != XY_OK) return rc;
  int64_t half = c->rotary / 2;
  for (int64_t r = 0; r < b->rows; r++) {
    float *q = w->qkv + r * b->g->qkv_n;
    float *k = q + c->H * c->K;
    if (b->layer->q_norm.weight != NULL) kernels->norm(q, false, q, 1, c->H * c->K, &b->layer->q_norm);
    if (b->layer->k_norm.weight != NULL) kernels->norm(k, false, k, 1, c->G * c->K, &b->layer->k_norm);
    if (half == 0) continue;
    int64_t depth = b->walk->forest->depth[b->first + r]; /* q and k heads lie side by side */
    kernels->rotate(q, c->H + c->G, c->K, c->rotary, b->walk->cosines + depth * half, b->walk->sines + depth * half);
  }
  return XY_OK;
}

static void keep(const block *b) {
  int64_t half = b->c->G * b->c->K;
  for (int64_t r = 0; r < b->rows; r++) {
    int64_t place = b->walk->forest->kept[b->first + r];
    if (place < 0) continue;
    const float *k = b->worker->qkv + r * b->g->qkv_n + b->c->H * b->c->K;
    memcpy(b->walk->kept + place * 2 * half, k, (size_t)(2 * half) * sizeof *k); /* values follow keys */
  }
  atomic_store_explicit(&b->walk->ready[b->number], (int)b->layer_number + 1, memory_order_release);
  xy__lap(b->worker, XY__ROWS);
}

/* The path to the first row, once its ancestors' keys and values are there; false when another worker failed. */
static bool find_path(const block *b) {
  const xy__forest *forest = b->walk->forest;
  int32_t node = forest->parent[b->first];
  for (int64_t d = forest->depth[b->first] - 1; d >= 0; d--) {
    b->worker->path[d] = node;
    atomic_int *ready = &b->walk->ready[node / b->g->rows];
    while (atomic_load_explicit(ready, memory_order_acquire) <= (int)b->layer_number) {
      if (atomic_load(&b->walk->stop) != 0) return false;
      sched_yield();
    }
    node = forest->parent[node];
  }
  xy__lap(b->worker, XY__WAITING);
  return true;
}

static void attend(const block *b, const unsigned char *wants) {
  xy__worker *w = b->worker;
  const xy__config *c = b->c;
  const xy__forest *forest = b->walk->forest;
  int64_t group = c->H / c->G;
  size_t element = b->g->bf16 ? sizeof(uint16_t) : sizeof(float);
  for (int64_t head = 0; head < c->G; head++) {
    for (int64_t d = 0; d < forest->depth[b->first]; d++) {
      const float *kept = b->walk->kept + (int64_t)forest->kept[w->path[d]] * 2 * c->G * c->K + head * c->K;
      b->g->kernels->push(w->keys, w->values, d, kept, kept + c->G * c->K, c->K);
    }
    const float *k = w->qkv + (c->H + head) * c->K;
    xy__attention attention = {
        .rows = b->rows,
        .heads = group,
        .head_size = c->K,
        .window = b->model->window,
        .scale = (float)b->model->attention_scale,
        .depth = forest->depth + b->first,
        .wants = wants,
        .q = w->qkv + head * group * c->K,
        .k = k,
        .v = k + c->G * c->K,
        .stride = b->g->qkv_n,
        .keys = w->keys,
        .values = w->values,
        .scores = w->scores,
        .out = (char *)w->mixed + (size_t)(head * group * c->K) * element,
        .out_stride = c->H * c->K,
        .bf16 = b->g->bf16,
    };
    b->g->kernels->attend(&attention);
  }
  xy__lap(w, XY__ATTENDING);
}

/* residual += post(delta), where there is a post norm; without one the multiplication has added already. */
static void add_delta(const block *b, const xy__norm_values *post) {
  if (post->weight == NULL) return;
  float *delta = b->worker->delta;
  b->g->kernels->norm(delta, false, delta, b->m, b->c->D, post);
  b->g->kernels->add(b->residual, delta, b->m * b->c->D);
}

static int attention_out(const block *b) {
  float *to = b->layer->post_attn.weight != NULL ? b->worker->delta : b->residual;
  int rc = XY_OK;
  for (int64_t i = 0; i < b->g->panels[XY__OUT].n && rc == XY_OK; i++) {
    rc = multiply(b, XY__OUT, i, b->m, to + b->g->panels[XY__OUT].items[i].first[0], b->worker->mixed);
  }
  if (rc == XY_OK) add_delta(b, &b->layer->post_attn);
  return rc;
}

static int feed_forward(const block *b) {
  xy__worker *w = b->worker;
  float *to = b->layer->post_mlp.weight != NULL ? w->delta : b->residual;
  int rc = XY_OK;
  for (int64_t i = 0; i < b->g->panels[XY__UP].n && rc == XY_OK; i++) {
    rc = multiply(b, XY__UP, i, b->m, b->c->gated ? (void *)w->gates : w->hidden, w->input);
    if (rc == XY_OK && b->c->gated) {
      int64_t n = b->g->panels[XY__UP].items[i].n / 2;
      b->g->kernels->gate(w->hidden, b->g->bf16, w->gates, b->m, n, b->c->activation);
    }
    if (rc == XY_OK) rc = multiply(b, XY__DOWN, i, b->m, to, w->hidden);
  }
  if (rc == XY_OK) add_delta(b, &b->layer->post_mlp);
  return rc;
}

/* After attention: out, MLP. */
static int finish(const block *b) {
  const xy__kernels *kernels = b->g->kernels;
  int rc = XY_OK;
  if (b->c->parallel) { /* the MLP reads the stream as it was before attention was added */
    kernels->norm(b->worker->input, b->g->bf16, b->residual, b->m, b->c->D, &b->layer->norm_mlp);
    rc = attention_out(b);
  } else {
    rc = attention_out(b);
    kernels->norm(b->worker->input, b->g->bf16, b->residual, b->m, b->c->D, &b->layer->norm_mlp);
  }
  return rc == XY_OK ? feed_forward(b) : rc;
}

/* The least of M, M/2, M/4 … that holds `rows` and reads the weights as they are packed for M. */
static int fitting_rows(int64_t *out, const block *b, int64_t rows) {
  if (b->g->direct) {
    *out = rows;
    return XY_OK;
  }
  int64_t m = b->g->rows;
  while (m % 32 == 0 && m / 2 >= rows) m /= 2;
  for (int stage = XY__OUT; stage <= XY__DOWN && m < b->g->rows; stage++) {
    for (int64_t i = 0; i < b->g->panels[stage].n && m < b->g->rows; i++) {
      const xy__matmul *whole;
      const xy__matmul *part;
      xy__matmul_shape shape = xy__panel_shape(b->g, (xy__stage)stage, i, b->g->rows);
      int rc = xy__matmul_get(&whole, b->worker->set, &shape, &b->worker->err);
      shape.m = m;
      if (rc == XY_OK) rc = xy__matmul_get(&part, b->worker->set, &shape, &b->worker->err);
      if (rc != XY_OK) return rc;
      if (!xy__matmul_same_packing(whole, part)) m = b->g->rows;
    }
  }
  *out = m;
  return XY_OK;
}

/* In the last layer only rows with an edge go on after attention; the others gave their keys and values. */
static int finish_scored(block *b, const unsigned char *scored, int64_t n) {
  int64_t D = b->c->D;
  float *rows = b->residual;
  float *gathered = b->worker->gathered;
  int64_t at = 0;
  for (int64_t r = 0; r < b->rows; r++) {
    if (scored[r]) memcpy(gathered + at++ * D, rows + r * D, (size_t)D * sizeof *rows);
  }
  int rc = fitting_rows(&b->m, b, n);
  if (rc != XY_OK) return rc;
  b->residual = gathered;
  rc = finish(b);
  at = 0;
  for (int64_t r = 0; r < b->rows; r++) {
    if (scored[r]) memcpy(rows + r * D, gathered + at++ * D, (size_t)D * sizeof *rows);
  }
  return rc;
}

static int run_block(xy__walk *walk, xy__worker *worker, int64_t number, void *user) {
  const block_task *task = user;
  const xy__geometry *g = walk->g;
  int64_t first = number * g->rows;
  int64_t left = walk->forest->size.nodes - first;
  block b = {.walk = walk,
             .worker = worker,
             .g = g,
             .c = &g->model->config,
             .layer = &walk->layer,
             .model = &g->model->blocks[task->layer],
             .first = first,
             .rows = left < g->rows ? left : g->rows,
             .number = number,
             .layer_number = task->layer,
             .residual = walk->residual + first * g->model->config.D,
             .m = g->rows};
  int rc = query_key_value(&b);
  if (rc != XY_OK) return rc;
  keep(&b);
  if (!find_path(&b)) return XY_OK;
  const unsigned char *scored = walk->scored + first;
  int64_t n = 0;
  for (int64_t r = 0; r < b.rows; r++) n += scored[r];
  if (!task->last || n == b.rows) {
    attend(&b, NULL);
    rc = finish(&b);
  } else if (n > 0) {
    attend(&b, scored);
    rc = finish_scored(&b, scored, n);
  }
  if (rc == XY_OK && worker->number == 0 && walk->progress != NULL) {
    double all = xy__layer_work(g, &walk->forest->size, task->last);
    double done = walk->work_done + all * (double)(first + b.rows) / (double)walk->forest->size.nodes;
    if (walk->progress(task->layer + 1, done / walk->work, walk->user) != 0) {
      rc = xy__fail(&worker->err, XY_ERR_CANCELLED, "cancelled");
    }
  }
  return rc;
}

int xy__walk_layer(xy__walk *walk, int64_t l, xy_error *err) {
  const xy__geometry *g = walk->g;
  block_task task = {l, l + 1 == g->model->config.L};
  int64_t blocks = (walk->forest->size.nodes + g->rows - 1) / g->rows;
  int rc = xy__layer_pack(walk, l, err);
  if (rc != XY_OK) return rc;
  xy__weights_expect(g->model, l + 1);
  if (g->direct) { /* its multiplications are divided among the workers, not its blocks */
    xy__lap(&walk->workers[0], XY__READING);
    rc = run_block(walk, &walk->workers[0], 0, &task);
    if (rc != XY_OK && err != NULL) *err = walk->workers[0].err;
  } else {
    rc = xy__walk_run(walk, blocks, run_block, &task, err);
  }
  walk->work_done += xy__layer_work(g, &walk->forest->size, task.last);
  /* worker 0 may have had no block of a short call: every layer reports once */
  if (rc == XY_OK && walk->progress != NULL && walk->progress(l + 1, walk->work_done / walk->work, walk->user) != 0) {
    rc = xy__fail(err, XY_ERR_CANCELLED, "cancelled");
  }
  return rc;
}
