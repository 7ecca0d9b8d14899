/* How the weights are cut into panels, and what memory a pass takes: geometry.h. docs/performance.md has the
 * measurements behind the constants.
 */
#include "engine/pass/geometry.h"

#include <omp.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/pass/multiplier.h"
#include "engine/pass/team.h"

static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/* Width of the panels that `n` columns are cut into: near `target`, whole 64s (oneDNN packs 64 columns together), as
 * even as that allows; 0: one panel of all. */
static int64_t panel_width(int64_t n, int64_t target) {
  if (target == 0) return n;
  int64_t width = xy__round_up(ceil_div(n, ceil_div(n, target)), 64);
  return width < n ? width : n;
}

/* ---- panels ---------------------------------------------------------------------------------------------- */

static int add_panels(xy__panels *out, int64_t columns, int64_t width, int64_t k, xy_error *err) {
  out->n = ceil_div(columns, width);
  out->items = xy__array((size_t)out->n, sizeof *out->items);
  if (out->items == NULL) return xy__fail_memory(err, "weight panels");
  for (int64_t i = 0; i < out->n; i++) {
    int64_t first = i * width;
    int64_t n = columns - first < width ? columns - first : width;
    out->items[i] = (xy__panel){.first = {first, 0}, .ranges = 1, .n = n, .k = k, .bias = -1};
  }
  return XY_OK;
}

static int make_panels(xy__geometry *g, xy_error *err) {
  const xy__config *c = &g->model->config;
  int64_t target = g->multiplier->columns;
  int rc = add_panels(&g->panels[XY__QKV], g->qkv_n, panel_width(g->qkv_n, target), c->D, err);
  if (rc == XY_OK) rc = add_panels(&g->panels[XY__OUT], c->D, panel_width(c->D, target), c->H * c->K, err);
  if (rc == XY_OK) rc = add_panels(&g->panels[XY__UP], c->F, g->chunk, c->D, err);
  if (rc == XY_OK) rc = add_panels(&g->panels[XY__DOWN], c->F, g->chunk, c->F, err);
  if (rc == XY_OK) rc = add_panels(&g->panels[XY__HEAD], c->V, g->head_n, c->D, err);
  if (rc != XY_OK) return rc;
  for (int64_t i = 0; i < g->panels[XY__UP].n; i++) {
    xy__panel *up = &g->panels[XY__UP].items[i];
    xy__panel *down = &g->panels[XY__DOWN].items[i]; /* made with columns for inputs: turned round */
    *down = (xy__panel){.ranges = 1, .n = c->D, .k_first = up->first[0], .k = up->n, .bias = -1};
    if (c->gated) {
      up->first[1] = c->F + up->first[0];
      up->ranges = 2;
      up->n *= 2;
    }
  }
  return XY_OK;
}

/* Whether the linear map has a bias in some layer. */
static bool has_bias(const xy_model *model, xy__linear_id id) {
  for (int64_t l = 0; l < model->config.L; l++) {
    const xy__block *b = &model->blocks[l];
    const xy__linear *linears[] = {&b->qkv, &b->out, &b->up, &b->down};
    if (linears[id]->bias[0] != NULL) return true;
  }
  return false;
}

/* Places of the biases: a layer's one after the other, those of DOWN with its first panel; the head's in its own. */
static void place_biases(xy__geometry *g) {
  for (int id = XY__QKV; id < XY__HEAD; id++) {
    bool biased = has_bias(g->model, (xy__linear_id)id);
    for (int64_t i = 0; biased && i < g->panels[id].n; i++) {
      xy__panel *panel = &g->panels[id].items[i];
      if (panel->k_first > 0) continue;
      panel->bias = g->bias_floats;
      g->bias_floats += panel->n;
    }
  }
  for (int64_t i = 0; g->model->head_bias != NULL && i < g->panels[XY__HEAD].n; i++) {
    xy__panel *panel = &g->panels[XY__HEAD].items[i];
    panel->bias = panel->first[0];
  }
}

xy__matmul_shape xy__panel_shape(const xy__geometry *g, xy__linear_id id, int64_t i, int64_t m) {
  const xy__config *c = &g->model->config;
  const xy__block *block = &g->model->blocks[0];
  const xy__panel *panel = &g->panels[id].items[i];
  xy__matmul_shape shape = {.m = m, .n = panel->n, .k = panel->k, .lda = panel->k, .ldc = c->D, .bf16 = g->bf16};
  shape.bias = panel->bias >= 0;
  switch (id) {
    case XY__QKV: shape.ldc = g->qkv_n; break;
    case XY__OUT: shape.add = block->post_attn.weight == NULL; break;
    case XY__UP:
      shape.ldc = panel->n;
      shape.activate = !c->gated;
      shape.activation = c->activation;
      shape.bf16_out = g->bf16 && !c->gated;
      break;
    case XY__DOWN: shape.add = block->post_mlp.weight == NULL || i > 0; break;
    case XY__HEAD:
    case XY__LINEARS: shape.ldc = g->head_n; break;
  }
  return shape;
}

/* ---- memory ---------------------------------------------------------------------------------------------- */

static size_t tensor_bytes(const xy__tensor *tensor) { return tensor != NULL ? tensor->bytes : 0; }

static size_t linear_bytes(const xy__linear *linear) {
  size_t bytes = 0;
  for (int p = 0; p < linear->parts; p++) bytes += tensor_bytes(linear->weight[p]) + tensor_bytes(linear->bias[p]);
  return bytes;
}

static void count_memory(xy__geometry *g) {
  const xy_model *model = g->model;
  const xy__config *c = &model->config;
  g->norm_floats = 8 * c->D + 2 * g->qkv_n + 16 * XY__LANES;
  g->worker_bytes = xy__worker_lay_out(&(xy__worker){0}, g, NULL);
  size_t layers = g->held ? (size_t)c->L : 1;
  g->pass_bytes = layers * g->packed_bytes + g->head_bytes + g->worker_bytes * (size_t)g->workers +
                  (size_t)(g->bias_floats + g->norm_floats + g->slots * c->rotary) * sizeof(float);
  g->weight_bytes = tensor_bytes(model->head) + tensor_bytes(model->head_bias);
  if (model->head != model->embedding) g->weight_bytes += tensor_bytes(model->embedding);
  for (int64_t l = 0; l < c->L; l++) {
    const xy__block *b = &model->blocks[l];
    g->weight_bytes += linear_bytes(&b->qkv) + linear_bytes(&b->out) + linear_bytes(&b->up) + linear_bytes(&b->down);
  }
}

/* ---- all of it ------------------------------------------------------------------------------------------- */

int xy__geometry_workers(const xy__engine_options *options) {
  return options->threads > 0 ? options->threads : omp_get_num_procs();
}

int xy__geometry_make(xy__geometry *out, const xy_model *model, const xy__engine_options *options,
                      const xy__multiplier *multiplier, bool held, int64_t rows, int64_t longest, xy_error *err) {
  const xy__config *c = &model->config;
  xy__geometry g = {.model = model,
                    .kernels = xy__kernels_best(),
                    .multiplier = multiplier,
                    .held = held,
                    .bf16 = options->precision == XY_BF16,
                    .workers = xy__geometry_workers(options),
                    .rows = rows,
                    .slots = xy__round_up(longest, XY__LANES),
                    .qkv_n = (c->H + 2 * c->G) * c->K,
                    .chunk = panel_width(c->F, multiplier->chunk),
                    .head_n = panel_width(c->V, multiplier->head_columns)};
  int rc = make_panels(&g, err);
  if (rc == XY_OK) place_biases(&g);
  g.head_group = g.panels[XY__HEAD].n;
  if (rc == XY_OK && multiplier->place != NULL) rc = multiplier->place(&g, err);
  if (rc != XY_OK) {
    xy__geometry_dispose(&g);
    return rc;
  }
  count_memory(&g);
  *out = g;
  return XY_OK;
}

void xy__geometry_dispose(xy__geometry *geometry) {
  for (int id = XY__QKV; id < XY__LINEARS; id++) free(geometry->panels[id].items);
  *geometry = (xy__geometry){0};
}
