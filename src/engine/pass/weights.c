/* From the mapped checkpoint to the engine: rows are gathered in the order that the engine multiplies them in (q, k and
 * v apart, gate and up side by side), widened to fp32 or rounded to bf16, and checked for values that are not finite.
 */
#include "engine/pass/weights.h"

#include <sys/mman.h>
#include <unistd.h>

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

void xy__weights_release_layer(const xy_model *model, int64_t l) { advise_layer(model, l, MADV_DONTNEED); }

/* ---- reading --------------------------------------------------------------------------------------------- */

/* Where values go: fp32, or bf16 through a small buffer. */
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

xy__place xy__find_column(const xy__geometry *g, xy__linear_id id, const xy__linear *linear, int64_t c) {
  const xy__config *config = &g->model->config;
  if (id == XY__QKV && config->interleaved_qkv) { /* stored per head as q, k, v */
    int64_t third = linear->out / 3;
    int64_t head = c % third / config->K;
    int64_t i = c % config->K;
    return (xy__place){0, (head * 3 + c / third) * config->K + i, config->K - i};
  }
  int part = 0;
  while (part + 1 < linear->parts && c >= linear->weight[part]->shape[linear->in_out ? 1 : 0]) {
    c -= linear->weight[part]->shape[linear->in_out ? 1 : 0];
    part++;
  }
  return (xy__place){part, c, linear->weight[part]->shape[linear->in_out ? 1 : 0] - c};
}

/* `run` columns that follow one another in the file, to columns [at, at + run) of the panel. */
static int read_columns(const sink *to, const xy__panel *panel, int64_t at, const xy__linear *linear, xy__place p,
                        int64_t run, xy_error *err) {
  const xy__tensor *tensor = linear->weight[p.part];
  int rc = XY_OK;
  if (linear->in_out) {
    for (int64_t k = 0; k < panel->k && rc == XY_OK; k++) {
      rc = read_run(to, k * panel->n + at, tensor, (panel->k_first + k) * tensor->shape[1] + p.row, run, err);
    }
  } else if (panel->k == linear->in) {
    rc = read_run(to, at * panel->k, tensor, p.row * linear->in, run * linear->in, err);
  } else {
    for (int64_t c = 0; c < run && rc == XY_OK; c++) {
      rc = read_run(to, (at + c) * panel->k, tensor, (p.row + c) * linear->in + panel->k_first, panel->k, err);
    }
  }
  return rc;
}

static int read_biases(const sink *to, int64_t at, const xy__linear *linear, xy__place p, int64_t run, xy_error *err) {
  if (linear->bias[p.part] != NULL) return read_run(to, at, linear->bias[p.part], p.row, run, err);
  for (int64_t i = 0; i < run; i++) ((float *)to->out)[at + i] = 0;
  return XY_OK;
}

/* The panel's weights or biases, a run of neighbours at a time. */
static int read_panel(const sink *to, bool biases, const xy__geometry *g, xy__linear_id id, int64_t i,
                      const xy__linear *linear, xy_error *err) {
  const xy__panel *panel = &g->panels[id].items[i];
  int64_t width = panel->n / panel->ranges;
  int rc = XY_OK;
  for (int64_t at = 0; at < panel->n && rc == XY_OK;) {
    int64_t left = width - at % width;
    xy__place p = xy__find_column(g, id, linear, panel->first[at / width] + at % width);
    int64_t run = p.run < left ? p.run : left;
    rc = biases ? read_biases(to, at, linear, p, run, err) : read_columns(to, panel, at, linear, p, run, err);
    at += run;
  }
  return rc;
}

int xy__panel_read(void *out, const xy__geometry *g, xy__linear_id id, int64_t i, const xy__linear *linear,
                   xy_error *err) {
  sink to = {.kernels = g->kernels, .out = out, .bf16 = g->bf16};
  return read_panel(&to, false, g, id, i, linear, err);
}

int xy__panel_read_bias(float *out, const xy__geometry *g, xy__linear_id id, int64_t i, const xy__linear *linear,
                        xy_error *err) {
  sink to = {.out = out};
  return read_panel(&to, true, g, id, i, linear, err);
}
