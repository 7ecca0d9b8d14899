/* The plainest forward pass that a model's description (model/model.h) allows: one sequence, no cache, sums in
 * double. Slow, and meant to be read: it is what every faster one must agree with.
 */
#ifndef XY_TESTS_MODEL_NAIVE_H
#define XY_TESTS_MODEL_NAIVE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model.h"

static double *naive_values(const xy__tensor *tensor) {
  int64_t n = 1;
  for (int i = 0; i < tensor->rank; i++) n *= tensor->shape[i];
  float *single = malloc((size_t)n * sizeof *single);
  double *values = malloc((size_t)n * sizeof *values);
  xy__tensor_read(single, tensor, 0, n);
  for (int64_t i = 0; i < n; i++) values[i] = single[i];
  free(single);
  return values;
}

/* y[T, out] = x[T, in] W' + b */
static double *naive_linear(const xy__linear *linear, const double *x, int64_t T) {
  double *y = calloc((size_t)(T * linear->out), sizeof *y);
  int64_t first = 0;
  for (int p = 0; p < linear->parts; p++) {
    int64_t out = linear->weight[p]->shape[linear->in_out ? 1 : 0];
    double *w = naive_values(linear->weight[p]);
    double *bias = linear->bias[p] != NULL ? naive_values(linear->bias[p]) : NULL;
    for (int64_t t = 0; t < T; t++) {
      for (int64_t o = 0; o < out; o++) {
        double sum = bias != NULL ? bias[o] : 0;
        for (int64_t i = 0; i < linear->in; i++) {
          sum += x[t * linear->in + i] * (linear->in_out ? w[i * out + o] : w[o * linear->in + i]);
        }
        y[t * linear->out + first + o] = sum;
      }
    }
    free(w);
    free(bias);
    first += out;
  }
  return y;
}

/* Rows of n values, `stride` apart, in place. */
static void naive_norm(const xy__norm *norm, const xy__config *c, double *x, int64_t T, int64_t n, int64_t stride) {
  if (norm->weight == NULL) return;
  double *weight = naive_values(norm->weight);
  double *bias = norm->bias != NULL ? naive_values(norm->bias) : NULL;
  for (int64_t t = 0; t < T; t++) {
    double *row = x + t * stride;
    double mean = 0;
    double square = 0;
    for (int64_t i = 0; i < n && !c->rms; i++) mean += row[i] / (double)n;
    for (int64_t i = 0; i < n; i++) square += (row[i] - mean) * (row[i] - mean) / (double)n;
    for (int64_t i = 0; i < n; i++) {
      row[i] = (row[i] - mean) / sqrt(square + c->norm_eps) * weight[i] + (bias != NULL ? bias[i] : 0);
    }
  }
  free(weight);
  free(bias);
}

static double naive_activation(xy__activation kind, double x) {
  switch (kind) {
    case XY__GELU_ERF: return 0.5 * x * (1 + erf(x / sqrt(2)));
    case XY__GELU_TANH: return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case XY__SILU: return x / (1 + exp(-x));
    default: return x > 0 ? x : 0;
  }
}

static void naive_rotate(const xy__config *c, double *head, int64_t position) {
  int64_t half = c->rotary / 2;
  for (int64_t i = 0; i < half; i++) {
    double angle = (float)position * c->inverse_frequency[i]; /* Transformers rounds the angle to fp32 */
    double cosine = cos(angle) * c->rotary_scale;
    double sine = sin(angle) * c->rotary_scale;
    double a = head[i];
    double b = head[i + half];
    head[i] = a * cosine - b * sine;
    head[i + half] = b * cosine + a * sine;
  }
}

/* Where head h of part p (q 0, k 1, v 2) lies in a row of qkv. */
static int64_t naive_head(const xy__config *c, int p, int64_t h) {
  if (c->interleaved_qkv) return (h * 3 + p) * c->K;
  return (p == 0 ? h : p == 1 ? c->H + h : c->H + c->G + h) * c->K;
}

/* One head of one position; qkv is rotated already. */
static void naive_attend(const xy__config *c, const xy__block *block, const double *qkv, int64_t t, int64_t h,
                         double *out) {
  int64_t width = block->qkv.out;
  int64_t kv = h / (c->H / c->G);
  int64_t first = block->window > 0 && t + 1 > block->window ? t + 1 - block->window : 0;
  const double *q = qkv + t * width + naive_head(c, 0, h);
  double *score = calloc((size_t)(t + 1), sizeof *score);
  double most = -INFINITY;
  double total = 0;
  for (int64_t s = first; s <= t; s++) {
    const double *k = qkv + s * width + naive_head(c, 1, kv);
    for (int64_t i = 0; i < c->K; i++) score[s] += q[i] * k[i] * block->attention_scale;
    most = fmax(most, score[s]);
  }
  for (int64_t s = first; s <= t; s++) total += score[s] = exp(score[s] - most);
  memset(out, 0, (size_t)c->K * sizeof *out);
  for (int64_t s = first; s <= t; s++) {
    const double *v = qkv + s * width + naive_head(c, 2, kv);
    for (int64_t i = 0; i < c->K; i++) out[i] += score[s] / total * v[i];
  }
  free(score);
}

/* out(attention(qkv(x))), [T, D] */
static double *naive_attention(const xy_model *model, const xy__block *block, const double *x, int64_t T) {
  const xy__config *c = &model->config;
  double *qkv = naive_linear(&block->qkv, x, T);
  double *mixed = calloc((size_t)(T * c->H * c->K), sizeof *mixed);
  int64_t width = block->qkv.out;
  naive_norm(&block->q_norm, c, qkv, T, c->H * c->K, width);
  naive_norm(&block->k_norm, c, qkv + c->H * c->K, T, c->G * c->K, width);
  for (int64_t t = 0; t < T; t++) {
    for (int64_t h = 0; h < c->H; h++) naive_rotate(c, qkv + t * width + naive_head(c, 0, h), t);
    for (int64_t h = 0; h < c->G; h++) naive_rotate(c, qkv + t * width + naive_head(c, 1, h), t);
  }
  for (int64_t t = 0; t < T; t++) {
    for (int64_t h = 0; h < c->H; h++) naive_attend(c, block, qkv, t, h, mixed + (t * c->H + h) * c->K);
  }
  double *out = naive_linear(&block->out, mixed, T);
  free(qkv);
  free(mixed);
  return out;
}

/* down(act(up(x))), [T, D] */
static double *naive_mlp(const xy_model *model, const xy__block *block, const double *x, int64_t T) {
  const xy__config *c = &model->config;
  double *up = naive_linear(&block->up, x, T);
  double *inner = calloc((size_t)(T * c->F), sizeof *inner);
  for (int64_t t = 0; t < T; t++) {
    const double *row = up + t * block->up.out;
    for (int64_t i = 0; i < c->F; i++) {
      inner[t * c->F + i] = naive_activation(c->activation, row[i]) * (c->gated ? row[c->F + i] : 1);
    }
  }
  double *out = naive_linear(&block->down, inner, T);
  free(up);
  free(inner);
  return out;
}

static void naive_block(const xy_model *model, const xy__block *block, double *h, int64_t T) {
  const xy__config *c = &model->config;
  size_t n = (size_t)(T * c->D);
  double *x = malloc(n * sizeof *x);
  memcpy(x, h, n * sizeof *x);
  naive_norm(&block->norm_attn, c, x, T, c->D, c->D);
  double *attention = naive_attention(model, block, x, T);
  naive_norm(&block->post_attn, c, attention, T, c->D, c->D);
  if (!c->parallel) {
    for (size_t i = 0; i < n; i++) h[i] += attention[i];
  }
  memcpy(x, h, n * sizeof *x);
  naive_norm(&block->norm_mlp, c, x, T, c->D, c->D);
  double *mlp = naive_mlp(model, block, x, T);
  naive_norm(&block->post_mlp, c, mlp, T, c->D, c->D);
  for (size_t i = 0; i < n; i++) h[i] += mlp[i] + (c->parallel ? attention[i] : 0);
  free(x);
  free(attention);
  free(mlp);
}

static double *naive_embed(const xy_model *model, const int32_t *ids, int64_t T) {
  const xy__config *c = &model->config;
  double *h = malloc((size_t)(T * c->D) * sizeof *h);
  double *embedding = naive_values(model->embedding);
  double *positions = model->positions != NULL ? naive_values(model->positions) : NULL;
  for (int64_t t = 0; t < T; t++) {
    for (int64_t d = 0; d < c->D; d++) {
      h[t * c->D + d] = embedding[ids[t] * c->D + d] + (positions != NULL ? positions[t * c->D + d] : 0);
    }
  }
  free(embedding);
  free(positions);
  return h;
}

/* out[t] = log p(ids[t + 1] | ids[..t]), T - 1 of them. */
static void naive_logprobs(double *out, const xy_model *model, const int32_t *ids, int64_t T) {
  const xy__config *c = &model->config;
  double *h = naive_embed(model, ids, T);
  for (int64_t l = 0; l < c->L; l++) naive_block(model, &model->blocks[l], h, T);
  naive_norm(&model->norm_final, c, h, T, c->D, c->D);
  xy__linear head = {.parts = 1, .weight = {model->head}, .bias = {model->head_bias}, .out = c->V, .in = c->D};
  double *logits = naive_linear(&head, h, T);
  for (int64_t t = 0; t + 1 < T; t++) {
    const double *row = logits + t * c->V;
    double most = -INFINITY;
    double total = 0;
    for (int64_t v = 0; v < c->V; v++) most = fmax(most, row[v]);
    for (int64_t v = 0; v < c->V; v++) total += exp(row[v] - most);
    out[t] = row[ids[t + 1]] - most - log(total);
  }
  free(h);
  free(logits);
}

#endif
