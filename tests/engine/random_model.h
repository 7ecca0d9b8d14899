/* Checkpoints in memory with random weights, wide enough that every linear map is cut into several panels and the
 * output head into several groups: what the tiny golden checkpoints are too small for.
 */
#ifndef XY_TESTS_RANDOM_MODEL_H
#define XY_TESTS_RANDOM_MODEL_H

#include "base/memory.h"
#include "model/model.h"
#include "support.h"

/* WIDE is not one of the usual: a single layer whose queries, keys and values are three times 1,024 columns. */
typedef enum kind { NEOX, NEOX_SERIAL, GPT2, LLAMA, OLMO, KINDS, WIDE } kind;

typedef struct random_model {
  xy_model model;
  xy__arena arena;
  uint64_t seed;
} random_model;

static inline float random_value(uint64_t *seed) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (float)(*seed >> 40) / (float)(1 << 23) - 1;
}

/* rows = 0: a vector. */
static inline xy__tensor *random_tensor(random_model *m, const char *name, int64_t rows, int64_t columns, float scale,
                                        float shift) {
  xy__tensor *tensor = xy__arena_alloc(&m->arena, sizeof *tensor);
  int64_t n = (rows > 0 ? rows : 1) * columns;
  float *values = xy__arena_alloc(&m->arena, (size_t)n * sizeof *values);
  for (int64_t i = 0; i < n; i++) values[i] = shift + scale * random_value(&m->seed);
  *tensor = (xy__tensor){.name = name,
                         .file = "memory",
                         .dtype = XY__F32,
                         .rank = rows > 0 ? 2 : 1,
                         .data = values,
                         .bytes = (size_t)n * sizeof *values};
  tensor->shape[0] = rows > 0 ? rows : columns;
  tensor->shape[1] = rows > 0 ? columns : 0;
  return tensor;
}

static inline xy__norm random_norm(random_model *m, const char *name, int64_t n, bool bias) {
  return (xy__norm){random_tensor(m, name, 0, n, 0.3F, 1), bias ? random_tensor(m, name, 0, n, 0.2F, 0) : NULL};
}

static inline xy__linear random_linear(random_model *m, const char *name, int parts, const int64_t *out, int64_t in,
                                       bool bias, bool in_out) {
  xy__linear linear = {.parts = parts, .in = in, .in_out = in_out};
  float scale = 1.5F / sqrtf((float)in);
  for (int p = 0; p < parts; p++) {
    linear.weight[p] =
        in_out ? random_tensor(m, name, in, out[p], scale, 0) : random_tensor(m, name, out[p], in, scale, 0);
    linear.bias[p] = bias ? random_tensor(m, name, 0, out[p], 0.2F, 0) : NULL;
    linear.out += out[p];
  }
  return linear;
}

static inline void random_block(random_model *m, xy__block *b, kind k, int64_t layer) {
  const xy__config *c = &m->model.config;
  bool neox = k == NEOX || k == NEOX_SERIAL || k == WIDE;
  bool bias = k != LLAMA && k != OLMO;
  const int64_t qkv[] = {c->H * c->K, c->G * c->K, c->G * c->K};
  const int64_t all = (c->H + 2 * c->G) * c->K;
  const int64_t up[] = {c->F, c->F};
  if (k != OLMO) b->norm_attn = random_norm(m, "norm_attn", c->D, bias);
  if (k != OLMO) b->norm_mlp = random_norm(m, "norm_mlp", c->D, bias);
  if (k == OLMO) {
    b->post_attn = random_norm(m, "post_attn", c->D, false);
    b->post_mlp = random_norm(m, "post_mlp", c->D, false);
    b->q_norm = random_norm(m, "q_norm", c->H * c->K, false);
    b->k_norm = random_norm(m, "k_norm", c->G * c->K, false);
  }
  bool one = neox || k == GPT2;
  b->qkv = random_linear(m, "qkv", one ? 1 : 3, one ? &all : qkv, c->D, bias, k == GPT2);
  b->out = random_linear(m, "out", 1, &c->D, c->H * c->K, bias, k == GPT2);
  b->up = random_linear(m, "up", c->gated ? 2 : 1, up, c->D, bias, k == GPT2);
  b->down = random_linear(m, "down", 1, &c->D, c->F, bias, k == GPT2);
  b->window = k == LLAMA && layer % 2 == 1 ? 7 : 0;
  b->attention_scale = 1 / sqrt((double)c->K);
}

/* Caller disposes with xy__arena_dispose(&m->arena). */
static inline void random_model_make(random_model *m, kind k, uint64_t seed) {
  static float frequency[32];
  *m = (random_model){.seed = seed};
  xy__config *c = &m->model.config;
  bool grouped = k == LLAMA || k == OLMO;
  *c = (xy__config){.architecture = "random",
                    .V = 9001,
                    .D = 48,
                    .H = 6,
                    .G = grouped ? 2 : 6,
                    .K = grouped ? 20 : 8,
                    .F = 2300,
                    .L = 3,
                    .context = 160,
                    .rms = grouped,
                    .norm_eps = 1e-5,
                    .gated = grouped,
                    .activation = grouped     ? XY__SILU
                                  : k == GPT2 ? XY__GELU_TANH
                                              : XY__GELU_ERF,
                    .parallel = k == NEOX,
                    .interleaved_qkv = k == NEOX || k == NEOX_SERIAL,
                    .rotary = k == GPT2 ? 0
                              : grouped ? 20
                                        : 4,
                    .inverse_frequency = frequency,
                    .rotary_scale = 1,
                    .bos = -1,
                    .eos = -1};
  if (k == WIDE) {
    c->V = 300;
    c->D = 1040;
    c->H = c->G = 16;
    c->K = 64;
    c->F = 80;
    c->L = 1;
  }
  for (int64_t i = 0; i < c->rotary / 2; i++) {
    frequency[i] = (float)pow(10000, -2.0 * (double)i / (double)c->rotary);
  }
  m->model.path = "memory";
  m->model.embedding = random_tensor(m, "embedding", c->V, c->D, 1, 0);
  if (k == GPT2) m->model.positions = random_tensor(m, "positions", c->context, c->D, 0.3F, 0);
  m->model.blocks = xy__arena_alloc(&m->arena, (size_t)c->L * sizeof *m->model.blocks);
  for (int64_t l = 0; l < c->L; l++) random_block(m, &m->model.blocks[l], k, l);
  m->model.norm_final = random_norm(m, "norm_final", c->D, !c->rms);
  m->model.head = random_tensor(m, "head", c->V, c->D, 0.5F, 0);
  if (k == NEOX_SERIAL) m->model.head_bias = random_tensor(m, "head_bias", 0, c->V, 1, 0);
}

#endif
