/* Sizes of a call: how many workers, how many rows in a block, how the weights are cut into panels, and what memory
 * all of it takes. docs/performance.md has the measurements behind the constants.
 */
#include <omp.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/walk.h"

enum {
  most_rows = 256,      /* of a block: less costs multiply rate, more pushes activations out of the nearer caches */
  panel_columns = 1024, /* of a linear map */
  direct_head_columns = 4096, /* of a short call's head: few meetings of the workers, little memory */
  head_columns = 256,         /* of the head: a block's logits then stay in the second-level cache for log-sum-exp */
};

static int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }
static int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/* Width of the panels that `n` columns are cut into: near `target`, whole 64s (oneDNN packs 64 columns together), as
 * even as that allows. */
static int64_t panel_width(int64_t n, int64_t target) {
  int64_t width = round_up(ceil_div(n, ceil_div(n, target)), 64);
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
  int64_t qkv = g->direct ? g->qkv_n : panel_width(g->qkv_n, panel_columns);
  int64_t out = g->direct ? c->D : panel_width(c->D, panel_columns);
  int rc = add_panels(&g->panels[XY__QKV], g->qkv_n, qkv, c->D, err);
  if (rc == XY_OK) rc = add_panels(&g->panels[XY__OUT], c->D, out, c->H * c->K, err);
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

/* Places of the panels of a layer, from the packed sizes that oneDNN wants. */
static int place_panels(xy__geometry *g, xy__matmul_set *set, xy_error *err) {
  for (int stage = XY__QKV; stage <= XY__HEAD; stage++) {
    for (int64_t i = 0; i < g->panels[stage].n; i++) {
      xy__panel *panel = &g->panels[stage].items[i];
      if (stage != XY__HEAD && g->has_bias[stage] && panel->k_first == 0) {
        panel->bias = g->bias_floats;
        g->bias_floats += panel->n;
      }
      if (g->direct) continue;
      const xy__matmul *matmul;
      xy__matmul_shape shape = xy__panel_shape(g, (xy__stage)stage, i, g->rows);
      int rc = xy__matmul_get(&matmul, set, &shape, err);
      if (rc != XY_OK) return rc;
      size_t bytes = (size_t)round_up((int64_t)xy__matmul_packed_bytes(matmul), 4096);
      if (stage == XY__HEAD) {
        if (bytes > g->head_bytes) g->head_bytes = bytes;
      } else {
        panel->offset = g->packed_bytes;
        g->packed_bytes += bytes;
      }
    }
  }
  if (g->head_bytes > g->packed_bytes) g->packed_bytes = g->head_bytes;
  return XY_OK;
}

xy__matmul_shape xy__panel_shape(const xy__geometry *g, xy__stage stage, int64_t i, int64_t m) {
  const xy__config *c = &g->model->config;
  const xy__block *block = &g->model->blocks[0];
  const xy__panel *panel = &g->panels[stage].items[i];
  xy__matmul_shape shape = {.m = m, .n = panel->n, .k = panel->k, .lda = panel->k, .ldc = c->D, .bf16 = g->bf16};
  shape.bias = panel->bias >= 0;
  switch (stage) {
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
      shape.ldc = g->head_n;
      shape.bias = g->model->head_bias != NULL;
      break;
  }
  return shape;
}

/* ---- memory ---------------------------------------------------------------------------------------------- */

/* The next slice of a worker's memory; with base NULL only the size is counted. */
static void *slice(char *base, size_t *used, int64_t elements, size_t size) {
  void *at = base != NULL ? base + *used : NULL;
  *used += (size_t)round_up(elements * (int64_t)size, 64) + 64; /* apart, so that rows do not collide in a cache set */
  return at;
}

size_t xy__worker_lay_out(xy__worker *w, const xy__geometry *g, char *base) {
  const xy__config *c = &g->model->config;
  size_t used = 0;
  size_t in = g->bf16 ? 2 : 4;
  int64_t padded = round_up(c->K, XY__LANES);
  bool post = g->model->blocks[0].post_attn.weight != NULL || g->model->blocks[0].post_mlp.weight != NULL;
  int64_t largest = 0;
  for (int stage = XY__QKV; stage <= XY__HEAD; stage++) {
    for (int64_t i = 0; i < g->panels[stage].n; i++) {
      const xy__panel *panel = &g->panels[stage].items[i];
      if (!g->direct && panel->n * panel->k > largest) largest = panel->n * panel->k;
    }
  }
  w->input = slice(base, &used, g->rows * c->D, in);
  w->qkv = slice(base, &used, g->rows * g->qkv_n, sizeof(float));
  w->mixed = slice(base, &used, g->rows * c->H * c->K, in);
  w->gates = slice(base, &used, c->gated ? g->rows * g->chunk * 2 : 0, sizeof(float));
  w->hidden = slice(base, &used, g->rows * g->chunk, in);
  w->delta = slice(base, &used, post ? g->rows * c->D : 0, sizeof(float));
  w->gathered = slice(base, &used, g->rows * c->D, sizeof(float));
  w->logits = slice(base, &used, g->rows * g->head_n, sizeof(float));
  w->keys = slice(base, &used, g->slots * c->K, sizeof(float));
  w->values = slice(base, &used, g->slots * padded, sizeof(float));
  w->scores = slice(base, &used, g->slots, sizeof(float));
  w->path = slice(base, &used, g->slots, sizeof(int32_t));
  w->staging = slice(base, &used, largest, in);
  return used;
}

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
  g->row_bytes = (size_t)c->D * sizeof(float) + 40;          /* residual; forest and order of a node */
  g->kept_bytes = (size_t)(2 * c->G * c->K) * sizeof(float); /* keys and values */
  g->edge_bytes = 48;                                        /* forest and head of an edge */
  g->fixed_bytes = g->packed_bytes + g->worker_bytes * (size_t)g->workers +
                   (size_t)(g->bias_floats + g->norm_floats + g->slots * c->rotary) * sizeof(float) +
                   (size_t)(g->rows * c->D) * sizeof(float);
  g->weight_bytes = tensor_bytes(model->head) + tensor_bytes(model->head_bias);
  if (model->head != model->embedding) g->weight_bytes += tensor_bytes(model->embedding);
  for (int64_t l = 0; l < c->L; l++) {
    const xy__block *b = &model->blocks[l];
    g->weight_bytes += linear_bytes(&b->qkv) + linear_bytes(&b->out) + linear_bytes(&b->up) + linear_bytes(&b->down);
  }
}

/* ---- all of it ------------------------------------------------------------------------------------------- */

static void find_biases(xy__geometry *g) {
  for (int64_t l = 0; l < g->model->config.L; l++) {
    const xy__block *b = &g->model->blocks[l];
    const xy__linear *linears[] = {&b->qkv, &b->out, &b->up, &b->down};
    for (int stage = XY__QKV; stage <= XY__DOWN; stage++) {
      if (linears[stage]->bias[0] != NULL) g->has_bias[stage] = true;
    }
  }
}

int xy__geometry_make(xy__geometry *out, const xy_model *model, const xy__engine_options *options, int64_t nodes,
                      int64_t longest, xy_error *err) {
  const xy__config *c = &model->config;
  xy__geometry g = {.model = model, .kernels = xy__kernels_best(), .bf16 = options->precision == XY_BF16};
  int threads = options->threads > 0 ? options->threads : omp_get_num_procs();
  g.workers = threads;
  int64_t rows = round_up(ceil_div(nodes, g.workers), 16);
  g.direct = xy__direct_pays(model, options, nodes);
  g.rows = g.direct ? nodes : rows < most_rows ? rows : most_rows;
  g.slots = round_up(longest, XY__LANES);
  g.qkv_n = (c->H + 2 * c->G) * c->K;
  g.chunk = g.direct ? c->F : panel_width(c->F, panel_columns);
  g.head_n = panel_width(c->V, g.direct ? direct_head_columns : head_columns);
  find_biases(&g);
  int before = omp_get_max_threads();
  omp_set_num_threads(1); /* as in xy__walk_run */
  xy__matmul_set *set = NULL;
  int rc = make_panels(&g, err);
  if (rc == XY_OK && !g.direct) rc = xy__matmul_set_new(&set, err);
  if (rc == XY_OK) rc = place_panels(&g, set, err);
  xy__matmul_set_free(set);
  omp_set_num_threads(before);
  if (rc != XY_OK) {
    xy__geometry_dispose(&g);
    return rc;
  }
  count_memory(&g);
  *out = g;
  return XY_OK;
}

void xy__geometry_dispose(xy__geometry *geometry) {
  for (int stage = XY__QKV; stage <= XY__HEAD; stage++) free(geometry->panels[stage].items);
  *geometry = (xy__geometry){0};
}
