/* One layer over given rows, step by step: model.h's formulas. */
#include "engine/pass/pass.h"

#include <string.h>

#include "engine/pass/multiplier.h"
#include "engine/pass/weights.h"

/* The rows in hand. */
typedef struct block {
  xy__pass *pass;
  xy__worker *worker;
  const xy__geometry *g;
  const xy__config *c;
  const xy__layer *layer;
  const xy__rows *rows;
  const xy__kv *kv;
  float *residual; /* the rows' stream: in place, or the wanted ones gathered */
  int64_t n;       /* rows of it */
} block;

static int multiply(const block *b, xy__linear_id id, int64_t i, void *out, const void *in) {
  return b->g->multiplier->multiply(b->pass, b->worker, id, i, b->n, out, in);
}

/* Every panel of QKV or OUT. */
static int multiply_all(const block *b, xy__linear_id id, float *out, const void *in) {
  int rc = XY_OK;
  for (int64_t i = 0; i < b->g->panels[id].n && rc == XY_OK; i++) {
    rc = multiply(b, id, i, out + b->g->panels[id].items[i].first[0], in);
  }
  return rc;
}

static void norm_input(const block *b, const xy__norm_values *norm) {
  b->g->kernels->norm(b->worker->input, b->g->bf16, b->residual, b->n, b->c->D, norm);
}

static int query_key_value(const block *b) {
  const xy__kernels *kernels = b->g->kernels;
  const xy__config *c = b->c;
  norm_input(b, &b->layer->norm_attn);
  int rc = multiply_all(b, XY__QKV, b->worker->qkv, b->worker->input);
  if (rc != XY_OK) return rc;
  int64_t half = c->rotary / 2;
  for (int64_t r = 0; r < b->n; r++) {
    float *q = b->worker->qkv + r * b->g->qkv_n;
    float *k = q + c->H * c->K;
    if (b->layer->q_norm.weight != NULL) kernels->norm(q, false, q, 1, c->H * c->K, &b->layer->q_norm);
    if (b->layer->k_norm.weight != NULL) kernels->norm(k, false, k, 1, c->G * c->K, &b->layer->k_norm);
    if (half == 0) continue;
    int64_t at = b->rows->position[r] * half; /* q and k heads lie side by side */
    kernels->rotate(q, c->H + c->G, c->K, c->rotary, b->pass->cosines + at, b->pass->sines + at);
  }
  return XY_OK;
}

static void attend(const block *b, const unsigned char *wants) {
  xy__worker *w = b->worker;
  const xy__config *c = b->c;
  const xy__block *model = &b->g->model->blocks[b->layer->number];
  int64_t group = c->H / c->G;
  size_t element = b->g->bf16 ? sizeof(uint16_t) : sizeof(float);
  for (int64_t head = 0; head < c->G; head++) {
    const float *k = w->qkv + (c->H + head) * c->K;
    xy__attention attention = {
        .rows = b->rows->n,
        .heads = group,
        .head_size = c->K,
        .window = model->window,
        .scale = (float)model->attention_scale,
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
    b->kv->attend(b->kv->user, w, head, &attention);
  }
  xy__lap(w, XY__ATTENDING);
}

/* residual += post(delta), where there is a post norm; without one the multiplication has added already. */
static void add_delta(const block *b, const xy__norm_values *post) {
  if (post->weight == NULL) return;
  float *delta = b->worker->delta;
  b->g->kernels->norm(delta, false, delta, b->n, b->c->D, post);
  b->g->kernels->add(b->residual, delta, b->n * b->c->D);
}

static int attention_out(const block *b) {
  float *to = b->layer->post_attn.weight != NULL ? b->worker->delta : b->residual;
  int rc = multiply_all(b, XY__OUT, to, b->worker->mixed);
  if (rc == XY_OK) add_delta(b, &b->layer->post_attn);
  return rc;
}

static int feed_forward(const block *b) {
  xy__worker *w = b->worker;
  float *to = b->layer->post_mlp.weight != NULL ? w->delta : b->residual;
  int rc = XY_OK;
  for (int64_t i = 0; i < b->g->panels[XY__UP].n && rc == XY_OK; i++) {
    rc = multiply(b, XY__UP, i, b->c->gated ? (void *)w->gates : w->hidden, w->input);
    if (rc == XY_OK && b->c->gated) {
      int64_t n = b->g->panels[XY__UP].items[i].n / 2;
      b->g->kernels->gate(w->hidden, b->g->bf16, w->gates, b->n, n, b->c->activation);
    }
    if (rc == XY_OK) rc = multiply(b, XY__DOWN, i, to, w->hidden);
  }
  if (rc == XY_OK) add_delta(b, &b->layer->post_mlp);
  return rc;
}

/* After attention: out, MLP. */
static int finish(const block *b) {
  int rc = XY_OK;
  if (b->c->parallel) { /* the MLP reads the stream as it was before attention was added */
    norm_input(b, &b->layer->norm_mlp);
    rc = attention_out(b);
  } else {
    rc = attention_out(b);
    norm_input(b, &b->layer->norm_mlp);
  }
  return rc == XY_OK ? feed_forward(b) : rc;
}

/* In the last layer only wanted rows go on after attention; the others gave their keys and values. */
static int finish_wanted(block *b, const unsigned char *wanted, int64_t n) {
  int64_t D = b->c->D;
  float *rows = b->residual;
  float *gathered = b->worker->gathered;
  int64_t at = 0;
  for (int64_t r = 0; r < b->rows->n; r++) {
    if (wanted[r]) memcpy(gathered + at++ * D, rows + r * D, (size_t)D * sizeof *rows);
  }
  b->residual = gathered;
  b->n = n;
  int rc = finish(b);
  at = 0;
  for (int64_t r = 0; r < b->rows->n; r++) {
    if (wanted[r]) memcpy(rows + r * D, gathered + at++ * D, (size_t)D * sizeof *rows);
  }
  return rc;
}

static int64_t count(const unsigned char *wanted, int64_t n) {
  int64_t sum = 0;
  for (int64_t r = 0; r < n && wanted != NULL; r++) sum += wanted[r];
  return wanted != NULL ? sum : n;
}

int xy__pass_layer(xy__pass *pass, xy__worker *worker, const xy__rows *rows, const xy__kv *kv) {
  const xy__geometry *g = pass->g;
  block b = {.pass = pass,
             .worker = worker,
             .g = g,
             .c = &g->model->config,
             .layer = &pass->layer,
             .rows = rows,
             .kv = kv,
             .residual = rows->residual,
             .n = rows->n};
  int rc = query_key_value(&b);
  if (rc != XY_OK) return rc;
  bool kept = kv->keep(kv->user, worker, worker->qkv + b.c->H * b.c->K, g->qkv_n);
  int64_t wanted = count(rows->wanted, rows->n);
  if (!kept || wanted == 0) return XY_OK;
  attend(&b, wanted < rows->n ? rows->wanted : NULL);
  return wanted < rows->n ? finish_wanted(&b, rows->wanted, wanted) : finish(&b);
}

int xy__pass_embed(const xy__pass *pass, xy__worker *worker, float *row, int32_t token, int64_t position) {
  const xy_model *model = pass->g->model;
  int64_t D = model->config.D;
  bool finite = xy__tensor_read(row, model->embedding, token * D, D);
  if (!finite) return xy__tensor_check_finite(model->embedding, &worker->err);
  if (model->positions == NULL) return XY_OK;
  finite = xy__tensor_read(worker->gathered, model->positions, position * D, D);
  if (!finite) return xy__tensor_check_finite(model->positions, &worker->err);
  pass->g->kernels->add(row, worker->gathered, D);
  return XY_OK;
}

int xy__pass_run(xy__pass *pass, int64_t n, xy__team_task task, void *user, xy_error *err) {
  if (!pass->g->multiplier->by_team) return xy__team_run(&pass->team, n, task, user, err);
  xy__worker *worker = &pass->team.workers[0];
  for (int64_t i = 0; i < n; i++) {
    int rc = task(user, worker, i);
    if (rc == XY_OK) continue;
    if (err != NULL) *err = worker->err;
    return rc;
  }
  return XY_OK;
}

double xy__layer_work(const xy__geometry *g, int64_t rows, int64_t complete, int64_t slots) {
  const xy__config *c = &g->model->config;
  double rest = (double)(c->H * c->K * c->D) + (double)((c->gated ? 3 : 2) * c->D * c->F);
  double attention = 4.0 * (double)slots * (double)(c->H * c->K);
  return 2.0 * (double)rows * (double)(g->qkv_n * c->D) + 2.0 * (double)complete * rest + attention;
}

double xy__head_work(const xy__geometry *g, int64_t rows) {
  return 2.0 * (double)rows * (double)g->model->config.V * (double)g->model->config.D;
}
