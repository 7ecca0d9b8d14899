/* See sizes.h.
 *
 * The rows of a trial are all equal, so that their results must be. Their second half repeats the first, and meets the
 * negatives of the first half's weights: what comes out is what rounding leaves of the sums, and no rounding to
 * bfloat16 hides their order.
 */
#include "engine/pass/sizes.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

typedef struct trial {
  const xy__geometry *g;
  const xy__sizes *sizes; /* to try */
  char *packed;
  int first_id;
  atomic_int agreed[3]; /* size s agrees so far */
} trial;

/* A multiplication in hand: a panel, in buffers of its worker. */
typedef struct panel {
  xy__worker *worker;
  xy__matmul_shape shape; /* for the size in hand */
  const xy__matmul *least;
  void *in, *out, *packed;
  float *bias;    /* [n] zeros */
  float *numbers; /* [k] */
  char *standard; /* [n] a row of the least */
} panel;

/* ---- made-up numbers ------------------------------------------------------------------------------------- */

/* n numbers between -1 and 1, fp32 or bf16; from the middle on they are the first ones times `sign`, backwards. `x` has
 * room for n. */
static void fill(void *out, float *x, const xy__geometry *g, int64_t n, uint32_t *seed, float sign) {
  for (int64_t i = 0; i < n / 2; i++) {
    *seed = *seed * 1664525u + 1013904223u;
    x[i] = (float)(int32_t)*seed * 0x1p-31F;
    x[n - 1 - i] = sign * x[i];
  }
  if (n % 2 != 0) x[n / 2] = 0;
  if (g->bf16) {
    g->kernels->round(out, x, n);
  } else {
    memcpy(out, x, (size_t)n * sizeof *x);
  }
}

/* ---- one panel ------------------------------------------------------------------------------------------- */

static void find_buffers(panel *p, const xy__geometry *g, xy__linear_id id) {
  xy__worker *w = p->worker;
  bool gated = g->model->config.gated;
  void *in[] = {w->input, w->mixed, w->input, w->hidden, w->input};
  void *out[] = {w->qkv, w->gathered, gated ? (void *)w->gates : w->hidden, w->gathered, w->logits};
  p->in = in[id];
  p->out = out[id];
}

/* Of a number of `out`. */
static size_t out_bytes(const panel *p) { return p->shape.bf16_out ? sizeof(uint16_t) : sizeof(float); }

static void *out_row(const panel *p, int64_t r) { return (char *)p->out + (size_t)(r * p->shape.ldc) * out_bytes(p); }

static int run(panel *p, const xy__matmul *matmul) {
  for (int64_t r = 0; r < p->shape.m; r++) memset(out_row(p, r), 0, (size_t)p->shape.n * out_bytes(p));
  return xy__matmul_run(p->out, matmul, p->in, p->packed, p->bias, &p->worker->err);
}

/* Fills rows of the largest size and the panel's weights, packs these, and multiplies the least rows. */
static int start(panel *p, const xy__geometry *g) {
  const xy__matmul_shape *s = &p->shape;
  size_t row = (size_t)s->k * (s->bf16 ? sizeof(uint16_t) : sizeof(float));
  uint32_t seed = 1;
  p->shape.m = XY__LEAST_ROWS;
  fill(p->in, p->numbers, g, s->k, &seed, 1);
  for (int64_t r = 1; r < g->rows; r++) memcpy((char *)p->in + (size_t)r * row, p->in, row);
  for (int64_t c = 0; c < s->n; c++) {
    fill((char *)p->worker->staging + (size_t)c * row, p->numbers, g, s->k, &seed, -1);
  }
  int rc = xy__matmul_get(&p->least, p->worker->set, s, &p->worker->err);
  if (rc == XY_OK) rc = xy__matmul_pack(p->packed, p->least, p->worker->staging, false, &p->worker->err);
  if (rc == XY_OK) rc = run(p, p->least);
  if (rc == XY_OK) memcpy(p->standard, p->out, (size_t)s->n * out_bytes(p));
  return rc;
}

/* Clears *agreed when m rows do not get the bits of the least, or read the weights in another form. */
static int try_rows(atomic_int *agreed, panel *p, int64_t m) {
  const xy__matmul *matmul;
  p->shape.m = m;
  int rc = xy__matmul_get(&matmul, p->worker->set, &p->shape, &p->worker->err);
  if (rc != XY_OK) return rc;
  bool same = xy__matmul_same_packing(matmul, p->least);
  if (same) rc = run(p, matmul);
  for (int64_t r = 0; r < m && same && rc == XY_OK; r++) {
    same = memcmp(out_row(p, r), p->standard, (size_t)p->shape.n * out_bytes(p)) == 0;
  }
  if (!same) atomic_store(agreed, 0);
  return rc;
}

static int try_panel(trial *t, xy__worker *worker, xy__linear_id id, int64_t i) {
  panel p = {.worker = worker, .shape = xy__panel_shape(t->g, id, i, 0)};
  p.packed = t->packed + t->g->panels[id].items[i].offset;
  p.bias = xy__array((size_t)p.shape.n, sizeof *p.bias);
  p.numbers = xy__array((size_t)p.shape.k, sizeof *p.numbers);
  p.standard = xy__array((size_t)p.shape.n, sizeof(float));
  int rc = XY_OK;
  if (p.bias == NULL || p.numbers == NULL || p.standard == NULL) rc = xy__fail_memory(&worker->err, "a trial of sums");
  find_buffers(&p, t->g, id);
  if (rc == XY_OK) rc = start(&p, t->g);
  for (int s = 0; s < t->sizes->n && rc == XY_OK; s++) rc = try_rows(&t->agreed[s], &p, t->sizes->rows[s]);
  free(p.bias);
  free(p.numbers);
  free(p.standard);
  return rc;
}

/* ---- all of them ----------------------------------------------------------------------------------------- */

/* Panels of a linear map that are like one before them are passed over. */
static int try_linear(void *user, xy__worker *worker, int64_t number) {
  trial *t = user;
  xy__linear_id id = (xy__linear_id)(t->first_id + number);
  int rc = XY_OK;
  for (int64_t i = 0; i < t->g->panels[id].n && rc == XY_OK; i++) {
    bool seen = false;
    xy__matmul_shape shape = xy__panel_shape(t->g, id, i, 0);
    for (int64_t j = 0; j < i && !seen; j++) {
      xy__matmul_shape other = xy__panel_shape(t->g, id, j, 0);
      seen = xy__matmul_same_shape(&shape, &other);
    }
    if (!seen) rc = try_panel(t, worker, id, i);
  }
  xy__lap(worker, XY__PACKING);
  return rc;
}

int xy__sizes_find(xy__sizes *out, const xy__geometry *g, xy__team *team, char *packed, xy_error *err) {
  xy__sizes all = {.n = 1, .rows = {XY__LEAST_ROWS}};
  if (g->rows >= 128) all.rows[all.n++] = 64;
  if (g->rows > XY__LEAST_ROWS) all.rows[all.n++] = g->rows;
  trial t = {.g = g, .sizes = &all, .packed = packed, .agreed = {1, 1, 1}};
  int rc = XY_OK;
  if (all.n > 1) rc = xy__team_run(team, XY__HEAD, try_linear, &t, err);
  t.first_id = XY__HEAD; /* its panels stand where the layer's do */
  if (all.n > 1 && rc == XY_OK) rc = xy__team_run(team, 1, try_linear, &t, err);
  if (rc != XY_OK) return rc;
  *out = (xy__sizes){.n = 1, .rows = {XY__LEAST_ROWS}};
  for (int s = 1; s < all.n; s++) {
    if (atomic_load(&t.agreed[s]) != 0) out->rows[out->n++] = all.rows[s];
  }
  return XY_OK;
}

int64_t xy__sizes_next(const xy__sizes *sizes, int64_t rows, int64_t room) {
  int64_t size = sizes->rows[0];
  for (int s = 1; s < sizes->n && sizes->rows[s - 1] < rows && sizes->rows[s] <= room; s++) size = sizes->rows[s];
  return size;
}
