/* The output head without logits: only rows with a wanted next token, a panel of the vocabulary at a time. Each row
 * keeps a running log-sum-exp and the best id so far; logits of wanted tokens are picked up as their panel passes.
 *
 * As many panels as fit beside each other where a layer's weights were are packed at a time (a group); blocks of rows
 * go through a whole group, so that a block's normed input and its logits stay in cache.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/walk.h"

typedef struct head_task {
  float *value;          /* [edges] logits, in the end log-probabilities */
  unsigned char *greedy; /* [edges] or NULL */
  int32_t *rows;         /* [n] scored nodes */
  int64_t n;
  xy__lse *states;  /* [n] */
  int64_t *cursors; /* [n] the node's next edge whose logit has not been seen */
  float *bias;      /* [V] or NULL */
  float *norms;     /* [2 D], what `norm` points to */
  xy__norm_values norm;
  xy__linear linear;
  int64_t first, panels;      /* the group in hand */
  double share_before, share; /* of the head's work: before this group, and of it */
} head_task;

static void take_row(head_task *t, const xy__walk *walk, int64_t i, const float *logits, const xy__panel *panel) {
  const xy__forest *forest = walk->forest;
  int64_t last = panel->first[0] + panel->n;
  walk->g->kernels->fold(&t->states[i], logits, panel->n, (int32_t)panel->first[0]);
  int64_t end = forest->edge_first[t->rows[i] + 1];
  int64_t e = t->cursors[i];
  for (; e < end && forest->edge_token[e] < last; e++) t->value[e] = logits[forest->edge_token[e] - panel->first[0]];
  t->cursors[i] = e;
}

/* The multiplication of panel p for the least of M, M/2, … rows that reads the packed weights. */
static int head_matmul(const xy__matmul **out, const xy__walk *walk, xy__worker *worker, int64_t p, int64_t rows) {
  xy__matmul_shape shape = xy__panel_shape(walk->g, XY__HEAD, p, walk->g->rows);
  const xy__matmul *whole;
  int rc = xy__matmul_get(&whole, worker->set, &shape, &worker->err);
  if (rc != XY_OK) return rc;
  while (shape.m % 32 == 0 && shape.m / 2 >= rows) shape.m /= 2;
  rc = xy__matmul_get(out, worker->set, &shape, &worker->err);
  if (rc == XY_OK && !xy__matmul_same_packing(whole, *out)) *out = whole;
  return rc;
}

/* Logits of a block of rows for panel p of the group in hand. */
static int multiply(const head_task *t, xy__walk *walk, xy__worker *worker, int64_t p, int64_t rows) {
  const xy__geometry *g = walk->g;
  const xy__panel *panel = &g->panels[XY__HEAD].items[t->first + p];
  const float *bias = t->bias != NULL ? t->bias + panel->first[0] : NULL;
  if (g->direct) {
    return xy__direct_multiply(walk, XY__HEAD, t->first + p, &t->linear, rows, worker->logits, worker->input, bias,
                               &worker->err);
  }
  const xy__matmul *matmul;
  int rc = head_matmul(&matmul, walk, worker, t->first + p, rows);
  if (rc != XY_OK) return rc;
  const char *packed = walk->layer.packed + (size_t)p * g->head_bytes;
  rc = xy__matmul_run(worker->logits, matmul, worker->input, packed, bias, &worker->err);
  xy__lap(worker, XY__HEAD_MULTIPLY);
  return rc;
}

static int head_block(xy__walk *walk, xy__worker *worker, int64_t b, void *user) {
  head_task *t = user;
  const xy__geometry *g = walk->g;
  int64_t D = g->model->config.D;
  int64_t first = b * g->rows;
  int64_t rows = t->n - first < g->rows ? t->n - first : g->rows;
  for (int64_t r = 0; r < rows; r++) {
    char *to = (char *)worker->input + (size_t)(r * D) * (g->bf16 ? sizeof(uint16_t) : sizeof(float));
    g->kernels->norm(to, g->bf16, walk->residual + t->rows[first + r] * D, 1, D, &t->norm);
  }
  xy__lap(worker, XY__ROWS);
  for (int64_t p = 0; p < t->panels; p++) {
    const xy__panel *panel = &g->panels[XY__HEAD].items[t->first + p];
    int rc = multiply(t, walk, worker, p, rows);
    if (rc != XY_OK) return rc;
    if (rc != XY_OK) return rc;
    for (int64_t r = 0; r < rows; r++) take_row(t, walk, first + r, worker->logits + r * g->head_n, panel);
    xy__lap(worker, XY__HEAD_FOLD);
  }
  if (worker->number == 0 && walk->progress != NULL) {
    double part = t->share_before + t->share * (double)(first + rows) / (double)t->n;
    double done = walk->work_done + part * xy__head_work(g, &walk->forest->size);
    if (walk->progress(g->model->config.L + 1, done / walk->work, walk->user) != 0) {
      return xy__fail(&worker->err, XY_ERR_CANCELLED, "cancelled");
    }
  }
  return XY_OK;
}

/* Logits of wanted tokens to log-probabilities. */
static void finish_rows(head_task *t, const xy__forest *forest) {
  for (int64_t i = 0; i < t->n; i++) {
    double lse = (double)t->states[i].max + log(t->states[i].sum);
    for (int64_t e = forest->edge_first[t->rows[i]]; e < forest->edge_first[t->rows[i] + 1]; e++) {
      t->value[e] = (float)((double)t->value[e] - lse);
      if (t->greedy != NULL) t->greedy[e] = forest->edge_token[e] == t->states[i].best;
    }
  }
}

static int prepare(head_task *t, const xy__walk *walk, xy_error *err) {
  const xy_model *model = walk->g->model;
  const xy__forest *forest = walk->forest;
  t->linear = (xy__linear){.parts = 1, .weight = {model->head}, .out = model->config.V, .in = model->config.D};
  t->rows = xy__array((size_t)forest->size.scored, sizeof *t->rows);
  t->states = xy__array((size_t)forest->size.scored, sizeof *t->states);
  t->cursors = xy__array((size_t)forest->size.scored, sizeof *t->cursors);
  t->norms = xy__array((size_t)model->config.D * 2, sizeof *t->norms);
  if (model->head_bias != NULL) t->bias = xy__array((size_t)model->config.V, sizeof *t->bias);
  if (t->rows == NULL || t->states == NULL || t->cursors == NULL || t->norms == NULL ||
      (model->head_bias != NULL && t->bias == NULL)) {
    return xy__fail_memory(err, "the output head");
  }
  for (int64_t i = 0; i < forest->size.nodes; i++) {
    if (!walk->scored[i]) continue;
    t->cursors[t->n] = forest->edge_first[i];
    t->states[t->n] = XY__LSE_START;
    t->rows[t->n++] = (int32_t)i;
  }
  t->norm = (xy__norm_values){.eps = model->config.norm_eps, .rms = model->config.rms};
  if (model->norm_final.weight != NULL) t->norm.weight = t->norms;
  if (model->norm_final.bias != NULL) t->norm.bias = t->norms + model->config.D;
  int rc = xy__vector_read(t->norms, model->norm_final.weight, err);
  if (rc == XY_OK) rc = xy__vector_read(t->norms + model->config.D, model->norm_final.bias, err);
  return rc == XY_OK ? xy__vector_read(t->bias, model->head_bias, err) : rc;
}

int xy__walk_head(xy__walk *walk, float *value, unsigned char *greedy, xy_error *err) {
  const xy__geometry *g = walk->g;
  head_task t = {.value = value, .greedy = greedy};
  int64_t panels = g->panels[XY__HEAD].n;
  int64_t most = g->direct ? panels : (int64_t)(g->packed_bytes / g->head_bytes);
  int rc = prepare(&t, walk, err);
  for (t.first = 0; t.first < panels && rc == XY_OK; t.first += most) {
    t.panels = panels - t.first < most ? panels - t.first : most;
    t.share_before = (double)t.first / (double)panels;
    t.share = (double)t.panels / (double)panels;
    if (g->direct) {
      rc = head_block(walk, &walk->workers[0], 0, &t);
      if (rc != XY_OK && err != NULL) *err = walk->workers[0].err;
      continue;
    }
    rc = xy__head_pack(walk, t.first, t.panels, err);
    if (rc == XY_OK) rc = xy__walk_run(walk, (t.n + g->rows - 1) / g->rows, head_block, &t, err);
  }
  if (rc == XY_OK) finish_rows(&t, walk->forest);
  free(t.norms);
  free(t.rows);
  free(t.states);
  free(t.cursors);
  free(t.bias);
  return rc;
}
