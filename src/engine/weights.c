/* From the mapped checkpoint to packed panels: rows are gathered in the order that the engine multiplies them in (q, k
 * and v apart, gate and up side by side), widened to fp32 or rounded to bf16 through a staging buffer that stays in
 * cache, checked for values that are not finite, and packed by oneDNN.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "engine/walk.h"

/* ---- pages ----------------------------------------------------------------------------------------------- */

/* Advises on the whole pages that lie inside a tensor. Only checkpoints that were opened from files have mapped pages
 * (MADV_DONTNEED would empty a test's own memory). */
static void advise(const xy_model *model, const xy__tensor *tensor, int advice) {
  if (model->store == NULL || tensor == NULL) return;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t first = ((uintptr_t)tensor->data + page - 1) / page * page;
  uintptr_t end = ((uintptr_t)tensor->data + tensor->bytes) / page * page;
  if (end > first) (void)madvise((void *)first, end - first, advice);
}

static void advise_linear(const xy_model *model, const xy__linear *linear, int advice) {
  for (int p = 0; p < linear->parts; p++) advise(model, linear->weight[p], advice);
}

static void advise_layer(const xy_model *model, int64_t l, int advice) {
  const xy__block *block = &model->blocks[l];
  advise_linear(model, &block->qkv, advice);
  advise_linear(model, &block->out, advice);
  advise_linear(model, &block->up, advice);
  advise_linear(model, &block->down, advice);
}

void xy__weights_expect(const xy_model *model, int64_t l) {
  if (l < model->config.L) {
    advise_layer(model, l, MADV_WILLNEED);
  } else {
    advise(model, model->head, MADV_WILLNEED);
  }
}

void xy__weights_release(const xy_model *model, const xy__tensor *tensor) { advise(model, tensor, MADV_DONTNEED); }

/* ---- reading --------------------------------------------------------------------------------------------- */

/* Where staged weights go: fp32, or bf16 through a small buffer. */
typedef struct sink {
  const xy__kernels *kernels;
  void *out;
  bool bf16;
} sink;

static int read_run(const sink *to, int64_t at, const xy__tensor *tensor, int64_t first, int64_t n, xy_error *err) {
  enum { most = 4096 };
  float values[most];
  bool finite = true;
  if (!to->bf16) {
    finite = xy__tensor_read((float *)to->out + at, tensor, first, n);
  } else {
    for (int64_t done = 0; done < n; done += most) {
      int64_t some = n - done < most ? n - done : most;
      finite = xy__tensor_read(values, tensor, first + done, some) && finite;
      to->kernels->round((uint16_t *)to->out + at + done, values, some);
    }
  }
  return finite ? XY_OK : xy__tensor_check_finite(tensor, err);
}

int xy__vector_read(float *out, const xy__tensor *tensor, xy_error *err) {
  if (tensor == NULL) return XY_OK;
  sink to = {.out = out};
  return read_run(&to, 0, tensor, 0, tensor->shape[0], err);
}

xy__place xy__find_column(const xy__linear *linear, int64_t c, int64_t interleaved_head) {
  if (interleaved_head > 0) { /* stored per head as q, k, v */
    int64_t third = linear->out / 3;
    int64_t head = c % third / interleaved_head;
    int64_t i = c % interleaved_head;
    return (xy__place){0, (head * 3 + c / third) * interleaved_head + i, interleaved_head - i};
  }
  int part = 0;
  while (part + 1 < linear->parts && c >= linear->weight[part]->shape[linear->in_out ? 1 : 0]) {
    c -= linear->weight[part]->shape[linear->in_out ? 1 : 0];
    part++;
  }
  return (xy__place){part, c, linear->weight[part]->shape[linear->in_out ? 1 : 0] - c};
}

/* Columns [first, first + n) of a linear map to columns [at, at + n) of the panel, which lies as [panel->n, k], or as
 * [k, panel->n] when the map is stored in_out. */
static int stage_columns(const sink *to, const xy__panel *panel, int64_t at, const xy__linear *linear, int64_t first,
                         int64_t n, int64_t interleaved_head, xy_error *err) {
  int rc = XY_OK;
  for (int64_t done = 0; done < n && rc == XY_OK;) {
    xy__place p = xy__find_column(linear, first + done, interleaved_head);
    const xy__tensor *tensor = linear->weight[p.part];
    int64_t run = p.run < n - done ? p.run : n - done;
    if (linear->in_out) {
      for (int64_t k = 0; k < panel->k && rc == XY_OK; k++) {
        int64_t element = (panel->k_first + k) * tensor->shape[1] + p.row;
        rc = read_run(to, k * panel->n + at + done, tensor, element, run, err);
      }
    } else if (panel->k == linear->in) {
      rc = read_run(to, (at + done) * panel->k, tensor, p.row * linear->in, run * linear->in, err);
    } else {
      for (int64_t c = 0; c < run && rc == XY_OK; c++) {
        int64_t element = (p.row + c) * linear->in + panel->k_first;
        rc = read_run(to, (at + done + c) * panel->k, tensor, element, panel->k, err);
      }
    }
    done += run;
  }
  return rc;
}

static int stage_biases(float *out, const xy__linear *linear, int64_t first, int64_t n, int64_t interleaved_head,
                        xy_error *err) {
  sink to = {.out = out};
  int rc = XY_OK;
  for (int64_t done = 0; done < n && rc == XY_OK;) {
    xy__place p = xy__find_column(linear, first + done, interleaved_head);
    int64_t run = p.run < n - done ? p.run : n - done;
    if (linear->bias[p.part] != NULL) {
      rc = read_run(&to, done, linear->bias[p.part], p.row, run, err);
    } else {
      for (int64_t i = 0; i < run; i++) out[done + i] = 0;
    }
    done += run;
  }
  return rc;
}

/* ---- packing --------------------------------------------------------------------------------------------- */

static int64_t interleaved_head(const xy__geometry *g, xy__stage stage) {
  return stage == XY__QKV && g->model->config.interleaved_qkv ? g->model->config.K : 0;
}

static int read_panel_biases(const xy__walk *walk, xy__stage stage, int64_t i, const xy__linear *linear,
                             xy_error *err) {
  const xy__panel *panel = &walk->g->panels[stage].items[i];
  int64_t n = panel->n / panel->ranges;
  int rc = XY_OK;
  for (int r = 0; r < panel->ranges && rc == XY_OK && panel->bias >= 0; r++) {
    float *bias = walk->layer.biases + panel->bias + r * n;
    rc = stage_biases(bias, linear, panel->first[r], n, interleaved_head(walk->g, stage), err);
  }
  return rc;
}

static int pack_panel(xy__walk *walk, xy__worker *worker, xy__stage stage, int64_t i, const xy__linear *linear,
                      char *packed, xy_error *err) {
  const xy__geometry *g = walk->g;
  const xy__panel *panel = &g->panels[stage].items[i];
  int64_t n = panel->n / panel->ranges;
  sink to = {.kernels = g->kernels, .out = worker->staging, .bf16 = g->bf16};
  int rc = read_panel_biases(walk, stage, i, linear, err);
  for (int r = 0; r < panel->ranges && rc == XY_OK; r++) {
    rc = stage_columns(&to, panel, r * n, linear, panel->first[r], n, interleaved_head(g, stage), err);
  }
  const xy__matmul *matmul = NULL;
  xy__matmul_shape shape = xy__panel_shape(g, stage, i, g->rows);
  if (rc == XY_OK) rc = xy__matmul_get(&matmul, worker->set, &shape, err);
  xy__lap(worker, XY__READING);
  if (rc == XY_OK) rc = xy__matmul_pack(packed, matmul, worker->staging, linear->in_out, err);
  xy__lap(worker, XY__PACKING);
  return rc;
}

/* The linear map and the panel of number i of a layer's panels. */
static const xy__linear *find_panel(xy__stage *stage, int64_t *i, const xy__geometry *g, const xy__block *block) {
  const xy__linear *linears[] = {&block->qkv, &block->out, &block->up, &block->down};
  int s = XY__QKV;
  while (*i >= g->panels[s].n) *i -= g->panels[s++].n;
  *stage = (xy__stage)s;
  return linears[s];
}

static int pack_layer_panel(xy__walk *walk, xy__worker *worker, int64_t i, void *user) {
  xy__stage stage;
  const xy__linear *linear = find_panel(&stage, &i, walk->g, user);
  char *packed = walk->layer.packed + walk->g->panels[stage].items[i].offset;
  return pack_panel(walk, worker, stage, i, linear, packed, &worker->err);
}

static int read_biases(const xy__walk *walk, const xy__block *block, int64_t panels, xy_error *err) {
  int rc = XY_OK;
  for (int64_t p = 0; p < panels && rc == XY_OK; p++) {
    xy__stage stage;
    int64_t i = p;
    const xy__linear *linear = find_panel(&stage, &i, walk->g, block);
    rc = read_panel_biases(walk, stage, i, linear, err);
  }
  return rc;
}

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

int xy__layer_pack(xy__walk *walk, int64_t l, xy_error *err) {
  const xy__geometry *g = walk->g;
  const xy__config *c = &g->model->config;
  xy__block *block = &g->model->blocks[l];
  xy__layer *layer = &walk->layer;
  float *memory = layer->norms;
  int rc = read_norm(&layer->norm_attn, &memory, &block->norm_attn, c, err);
  if (rc == XY_OK) rc = read_norm(&layer->norm_mlp, &memory, &block->norm_mlp, c, err);
  if (rc == XY_OK) rc = read_norm(&layer->post_attn, &memory, &block->post_attn, c, err);
  if (rc == XY_OK) rc = read_norm(&layer->post_mlp, &memory, &block->post_mlp, c, err);
  if (rc == XY_OK) rc = read_norm(&layer->q_norm, &memory, &block->q_norm, c, err);
  if (rc == XY_OK) rc = read_norm(&layer->k_norm, &memory, &block->k_norm, c, err);
  int64_t panels = 0;
  for (int stage = XY__QKV; stage <= XY__DOWN; stage++) panels += g->panels[stage].n;
  if (rc != XY_OK || g->direct) return rc == XY_OK ? read_biases(walk, block, panels, err) : rc;
  rc = xy__walk_run(walk, panels, pack_layer_panel, block, err);
  advise_layer(g->model, l, MADV_DONTNEED);
  return rc;
}

typedef struct head_group {
  xy__linear linear;
  int64_t first;
} head_group;

static int pack_head_panel(xy__walk *walk, xy__worker *worker, int64_t i, void *user) {
  const head_group *group = user;
  char *packed = walk->layer.packed + (size_t)i * walk->g->head_bytes;
  return pack_panel(walk, worker, XY__HEAD, group->first + i, &group->linear, packed, &worker->err);
}

int xy__head_pack(xy__walk *walk, int64_t first, int64_t n, xy_error *err) {
  const xy_model *model = walk->g->model;
  head_group group = {.first = first};
  group.linear = (xy__linear){.parts = 1, .weight = {model->head}, .out = model->config.V, .in = model->config.D};
  int rc = xy__walk_run(walk, n, pack_head_panel, &group, err);
  advise(model, model->head, MADV_DONTNEED);
  return rc;
}
