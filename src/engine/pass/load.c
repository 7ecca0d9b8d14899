/* Memory of a pass, and its weights: pass.h. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/pass/multiplier.h"
#include "engine/pass/weights.h"

/* ---- memory ---------------------------------------------------------------------------------------------- */

/* Transformers multiplies position and frequency in fp32; the angle is rounded in the same place here. */
static void make_rotations(xy__pass *pass) {
  const xy__config *c = &pass->g->model->config;
  int64_t half = c->rotary / 2;
  for (int64_t t = 0; t < pass->g->slots; t++) {
    for (int64_t i = 0; i < half; i++) {
      float angle = (float)t * c->inverse_frequency[i];
      pass->cosines[t * half + i] = (float)(cos((double)angle) * c->rotary_scale);
      pass->sines[t * half + i] = (float)(sin((double)angle) * c->rotary_scale);
    }
  }
}

/* Points `out` to the norm's values, which are read to *memory; that moves behind them. */
static int read_norm(xy__norm_values *out, float **memory, const xy__norm *norm, const xy__config *c, xy_error *err) {
  *out = (xy__norm_values){.eps = c->norm_eps, .rms = c->rms};
  if (norm->weight == NULL) return XY_OK;
  int rc = xy__vector_read(*memory, norm->weight, err);
  out->weight = *memory;
  *memory += norm->weight->shape[0];
  if (rc == XY_OK && norm->bias != NULL) {
    rc = xy__vector_read(*memory, norm->bias, err);
    out->bias = *memory;
    *memory += norm->bias->shape[0];
  }
  return rc;
}

static int make_head(xy__pass *pass, xy_error *err) {
  const xy_model *model = pass->g->model;
  xy__head *head = &pass->head;
  head->linear = (xy__linear){.parts = 1, .weight = {model->head}, .out = model->config.V, .in = model->config.D};
  head->norms = xy__array((size_t)model->config.D * 2, sizeof *head->norms);
  if (model->head_bias != NULL) head->bias = xy__array((size_t)model->config.V, sizeof *head->bias);
  if (head->norms == NULL || (model->head_bias != NULL && head->bias == NULL)) {
    return xy__fail_memory(err, "the output head");
  }
  float *memory = head->norms;
  int rc = read_norm(&head->norm, &memory, &model->norm_final, &model->config, err);
  return rc == XY_OK ? xy__vector_read(head->bias, model->head_bias, err) : rc;
}

/* Place of the packed weights: of one layer, whose place the head's panels take too, or of everything. */
static int make_packed(xy__pass *pass, xy_error *err) {
  const xy__geometry *g = pass->g;
  size_t L = (size_t)g->model->config.L;
  pass->packed = xy__aligned((g->held ? L : 1) * g->packed_bytes + g->head_bytes);
  pass->ready = xy__array(L + 1, sizeof *pass->ready);
  if (pass->packed == NULL || pass->ready == NULL) return xy__fail_memory(err, "the weights of a layer");
  pass->layer.packed = pass->packed;
  pass->head.packed = pass->packed + (g->held ? L * g->packed_bytes : 0);
  return XY_OK;
}

int xy__pass_make(xy__pass *out, const xy__geometry *g, xy_error *err) {
  size_t rotations = (size_t)(g->slots * (g->model->config.rotary / 2));
  *out = (xy__pass){.g = g};
  int rc = xy__team_make(&out->team, g, err);
  if (rc != XY_OK) return rc;
  out->cosines = xy__array(rotations, sizeof(float));
  out->sines = xy__array(rotations, sizeof(float));
  out->layer.norms = xy__array((size_t)g->norm_floats, sizeof(float));
  out->layer.biases = xy__array((size_t)g->bias_floats, sizeof(float));
  if (out->cosines == NULL || out->sines == NULL || out->layer.norms == NULL || out->layer.biases == NULL) {
    return xy__fail_memory(err, "the weights of a layer");
  }
  make_rotations(out);
  rc = make_packed(out, err);
  if (rc == XY_OK) rc = make_head(out, err);
  if (rc == XY_OK && g->packed_bytes > 0) rc = xy__sizes_find(&out->sizes, g, &out->team, out->layer.packed, err);
  return rc;
}

void xy__pass_dispose(xy__pass *pass) {
  xy__team_dispose(&pass->team);
  free(pass->cosines);
  free(pass->sines);
  free(pass->layer.norms);
  free(pass->layer.biases);
  free(pass->packed);
  free(pass->ready);
  free(pass->head.norms);
  free(pass->head.bias);
  *pass = (xy__pass){0};
}

/* ---- weights in hand ------------------------------------------------------------------------------------- */

const xy__linear *xy__pass_linear(const xy__pass *pass, xy__linear_id id) {
  if (id == XY__HEAD) return &pass->head.linear;
  const xy__block *block = &pass->g->model->blocks[pass->layer.number];
  const xy__linear *linears[] = {&block->qkv, &block->out, &block->up, &block->down};
  return linears[id];
}

const float *xy__pass_bias(const xy__pass *pass, xy__linear_id id, int64_t i) {
  int64_t bias = pass->g->panels[id].items[i].bias;
  if (bias < 0) return NULL;
  return (id == XY__HEAD ? pass->head.bias : pass->layer.biases) + bias;
}

static int read_norms(xy__layer *layer, const xy__block *block, const xy__config *c, xy_error *err) {
  float *memory = layer->norms;
  int rc = read_norm(&layer->norm_attn, &memory, &block->norm_attn, c, err);
  if (rc == XY_OK) rc = read_norm(&layer->norm_mlp, &memory, &block->norm_mlp, c, err);
  if (rc == XY_OK) rc = read_norm(&layer->post_attn, &memory, &block->post_attn, c, err);
  if (rc == XY_OK) rc = read_norm(&layer->post_mlp, &memory, &block->post_mlp, c, err);
  if (rc == XY_OK) rc = read_norm(&layer->q_norm, &memory, &block->q_norm, c, err);
  if (rc == XY_OK) rc = read_norm(&layer->k_norm, &memory, &block->k_norm, c, err);
  return rc;
}

static int read_biases(const xy__pass *pass, xy_error *err) {
  const xy__geometry *g = pass->g;
  int rc = XY_OK;
  for (int id = XY__QKV; id < XY__HEAD; id++) {
    for (int64_t i = 0; i < g->panels[id].n && rc == XY_OK; i++) {
      int64_t bias = g->panels[id].items[i].bias;
      if (bias < 0) continue;
      const xy__linear *linear = xy__pass_linear(pass, (xy__linear_id)id);
      rc = xy__panel_read_bias(pass->layer.biases + bias, g, (xy__linear_id)id, i, linear, err);
    }
  }
  return rc;
}

int xy__pass_load(xy__pass *pass, int64_t l, xy_error *err) {
  const xy__geometry *g = pass->g;
  const xy_model *model = g->model;
  pass->layer.number = l;
  if (g->held) pass->layer.packed = pass->packed + (size_t)l * g->packed_bytes;
  int rc = read_norms(&pass->layer, &model->blocks[l], &model->config, err);
  if (rc == XY_OK) rc = read_biases(pass, err);
  xy__lap(&pass->team.workers[0], XY__READING);
  if (rc != XY_OK || pass->ready[l]) return rc;
  if (g->multiplier->pack_layer != NULL) rc = g->multiplier->pack_layer(pass, err);
  if (rc == XY_OK) xy__weights_expect(model, l + 1);
  pass->ready[l] = g->held && rc == XY_OK;
  return rc;
}

int xy__pass_load_head(xy__pass *pass, int64_t first, int64_t n, xy_error *err) {
  bool *ready = &pass->ready[pass->g->model->config.L];
  if (*ready || pass->g->multiplier->pack_head == NULL) return XY_OK;
  int rc = pass->g->multiplier->pack_head(pass, first, n, err);
  *ready = pass->g->held && rc == XY_OK;
  return rc;
}
