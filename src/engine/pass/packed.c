/* Weights in oneDNN's packed layout: panels are gathered from the file through a staging buffer that stays in cache,
 * and packed once a layer; every worker then multiplies its own rows with them.
 */
#include "engine/pass/multiplier.h"
#include "engine/pass/weights.h"

#include <omp.h>

/* ---- places ---------------------------------------------------------------------------------------------- */

static int packed_bytes(size_t *out, const xy__geometry *g, xy__matmul_set *set, xy__linear_id id, int64_t i,
                        xy_error *err) {
  const xy__matmul *matmul;
  xy__matmul_shape shape = xy__panel_shape(g, id, i, XY__LEAST_ROWS);
  int rc = xy__matmul_get(&matmul, set, &shape, err);
  if (rc == XY_OK) *out = (size_t)xy__round_up((int64_t)xy__matmul_packed_bytes(matmul), 4096);
  return rc;
}

/* A layer's panels stand one after the other. The head's take their place, as many as fit at equal distances; or, where
 * all are held, a place of their own. */
static int place_panels(xy__geometry *g, xy__matmul_set *set, xy_error *err) {
  size_t head_bytes = 0;
  for (int id = XY__QKV; id < XY__LINEARS; id++) {
    for (int64_t i = 0; i < g->panels[id].n; i++) {
      size_t bytes;
      int rc = packed_bytes(&bytes, g, set, (xy__linear_id)id, i, err);
      if (rc != XY_OK) return rc;
      if (id == XY__HEAD) {
        if (bytes > head_bytes) head_bytes = bytes;
      } else {
        g->panels[id].items[i].offset = g->packed_bytes;
        g->packed_bytes += bytes;
      }
    }
  }
  if (g->held) {
    g->head_bytes = (size_t)g->panels[XY__HEAD].n * head_bytes;
    g->head_group = g->panels[XY__HEAD].n;
  } else {
    if (head_bytes > g->packed_bytes) g->packed_bytes = head_bytes;
    g->head_group = (int64_t)(g->packed_bytes / head_bytes);
  }
  for (int64_t i = 0; i < g->panels[XY__HEAD].n; i++) {
    g->panels[XY__HEAD].items[i].offset = (size_t)(i % g->head_group) * head_bytes;
  }
  return XY_OK;
}

static int place(xy__geometry *g, xy_error *err) {
  int before = omp_get_max_threads();
  omp_set_num_threads(1); /* as in xy__team_run */
  xy__matmul_set *set = NULL;
  int rc = xy__matmul_set_new(&set, err);
  if (rc == XY_OK) rc = place_panels(g, set, err);
  xy__matmul_set_free(set);
  omp_set_num_threads(before);
  return rc;
}

static char *panel_at(const xy__pass *pass, xy__linear_id id, int64_t i) {
  return (id == XY__HEAD ? pass->head.packed : pass->layer.packed) + pass->g->panels[id].items[i].offset;
}

/* ---- packing --------------------------------------------------------------------------------------------- */

static int pack_panel(xy__pass *pass, xy__worker *worker, xy__linear_id id, int64_t i) {
  const xy__geometry *g = pass->g;
  const xy__linear *linear = xy__pass_linear(pass, id);
  const xy__matmul *matmul = NULL;
  xy__matmul_shape shape = xy__panel_shape(g, id, i, XY__LEAST_ROWS);
  int rc = xy__panel_read(worker->staging, g, id, i, linear, &worker->err);
  if (rc == XY_OK) rc = xy__matmul_get(&matmul, worker->set, &shape, &worker->err);
  xy__lap(worker, XY__READING);
  if (rc != XY_OK) return rc;
  rc = xy__matmul_pack(panel_at(pass, id, i), matmul, worker->staging, linear->in_out, &worker->err);
  xy__lap(worker, XY__PACKING);
  return rc;
}

static int pack_layer_panel(void *user, xy__worker *worker, int64_t i) {
  xy__pass *pass = user;
  int id = XY__QKV;
  while (i >= pass->g->panels[id].n) i -= pass->g->panels[id++].n;
  return pack_panel(pass, worker, (xy__linear_id)id, i);
}

static int pack_layer(xy__pass *pass, xy_error *err) {
  int64_t panels = 0;
  for (int id = XY__QKV; id < XY__HEAD; id++) panels += pass->g->panels[id].n;
  int rc = xy__team_run(&pass->team, panels, pack_layer_panel, pass, err);
  xy__weights_release_layer(pass->g->model, pass->layer.number);
  return rc;
}

typedef struct head_group {
  xy__pass *pass;
  int64_t first;
} head_group;

static int pack_head_panel(void *user, xy__worker *worker, int64_t i) {
  const head_group *group = user;
  return pack_panel(group->pass, worker, XY__HEAD, group->first + i);
}

static int pack_head(xy__pass *pass, int64_t first, int64_t n, xy_error *err) {
  head_group group = {pass, first};
  int rc = xy__team_run(&pass->team, n, pack_head_panel, &group, err);
  xy__weights_release(pass->g->model, pass->g->model->head);
  return rc;
}

/* ---- multiplying ----------------------------------------------------------------------------------------- */

/* Rows are multiplied in sizes that give a row the same bits whatever is beside it: sizes.h. */
static int multiply(xy__pass *pass, xy__worker *worker, xy__linear_id id, int64_t i, int64_t rows, void *out,
                    const void *in) {
  xy__matmul_shape shape = xy__panel_shape(pass->g, id, i, 0);
  const char *packed = panel_at(pass, id, i);
  size_t out_row = (size_t)shape.ldc * (shape.bf16_out ? sizeof(uint16_t) : sizeof(float));
  size_t in_row = (size_t)shape.lda * (shape.bf16 ? sizeof(uint16_t) : sizeof(float));
  int rc = XY_OK;
  xy__lap(worker, XY__ROWS);
  for (int64_t at = 0; at < rows && rc == XY_OK; at += shape.m) {
    const xy__matmul *matmul;
    shape.m = xy__sizes_next(&pass->sizes, rows - at, pass->g->rows - at);
    rc = xy__matmul_get(&matmul, worker->set, &shape, &worker->err);
    if (rc != XY_OK) return rc;
    rc = xy__matmul_run((char *)out + (size_t)at * out_row, matmul, (const char *)in + (size_t)at * in_row, packed,
                        xy__pass_bias(pass, id, i), &worker->err);
  }
  xy__lap(worker, id == XY__HEAD ? XY__HEAD_MULTIPLY : XY__MULTIPLYING);
  return rc;
}

/* QKV and OUT write panels beside each other, which oneDNN 2 leaves to its general multiplication. At a width of whole
 * 1,024s that takes other kernels for few rows than for many, with other sums. A block's logits of 256
 * columns stay in the second-level cache for log-sum-exp. */
const xy__multiplier xy__packed = {.columns = 960,
                                   .chunk = 1024,
                                   .head_columns = 256,
                                   .place = place,
                                   .pack_layer = pack_layer,
                                   .pack_head = pack_head,
                                   .multiply = multiply};
