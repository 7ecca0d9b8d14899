/* Norm, logits, and the order in which rows and panels meet: head.h.
 *
 * As many panels as fit where a layer's weights were are held at a time (a group); blocks of rows go through a whole
 * group, so that a block's normed input and its logits stay in cache.
 */
#include "engine/pass/head.h"

#include "engine/pass/multiplier.h"

typedef struct head_task {
  xy__pass *pass;
  const xy__head_rows *rows;
  int64_t first, panels;      /* the group in hand */
  double share_before, share; /* of the head's work: before this group, and of it */
} head_task;

static int64_t block_of(const head_task *t) { return t->rows->block > 0 ? t->rows->block : t->pass->g->rows; }

static void norm_rows(const head_task *t, xy__worker *worker, int64_t first, int64_t n) {
  const xy__geometry *g = t->pass->g;
  int64_t D = g->model->config.D;
  for (int64_t r = 0; r < n; r++) {
    char *to = (char *)worker->input + (size_t)(r * D) * (g->bf16 ? sizeof(uint16_t) : sizeof(float));
    g->kernels->norm(to, g->bf16, t->rows->residual + t->rows->row[first + r] * D, 1, D, &t->pass->head.norm);
  }
  xy__lap(worker, XY__ROWS);
}

static int head_block(void *user, xy__worker *worker, int64_t b) {
  const head_task *t = user;
  const xy__geometry *g = t->pass->g;
  int64_t first = b * block_of(t);
  int64_t n = t->rows->n - first < block_of(t) ? t->rows->n - first : block_of(t);
  norm_rows(t, worker, first, n);
  for (int64_t p = t->first; p < t->first + t->panels; p++) {
    const xy__panel *panel = &g->panels[XY__HEAD].items[p];
    int rc = g->multiplier->multiply(t->pass, worker, XY__HEAD, p, n, worker->logits, worker->input);
    if (rc != XY_OK) return rc;
    for (int64_t r = 0; r < n; r++) {
      t->rows->take(t->rows->user, first + r, worker->logits + r * g->head_n, panel->first[0], panel->n);
    }
    xy__lap(worker, XY__HEAD_FOLD);
  }
  if (worker->number != 0) return XY_OK;
  double share = t->share_before + t->share * (double)(first + n) / (double)t->rows->n;
  if (t->rows->progress(t->rows->progress_user, share) == 0) return XY_OK;
  return xy__fail(&worker->err, XY_ERR_CANCELLED, "cancelled");
}

int xy__pass_head(xy__pass *pass, const xy__head_rows *rows, xy_error *err) {
  const xy__geometry *g = pass->g;
  int64_t panels = g->panels[XY__HEAD].n;
  head_task t = {.pass = pass, .rows = rows};
  int rc = XY_OK;
  for (t.first = 0; t.first < panels && rc == XY_OK; t.first += g->head_group) {
    t.panels = panels - t.first < g->head_group ? panels - t.first : g->head_group;
    t.share_before = (double)t.first / (double)panels;
    t.share = (double)t.panels / (double)panels;
    rc = xy__pass_load_head(pass, t.first, t.panels, err);
    if (rc == XY_OK) rc = xy__pass_run(pass, (rows->n + block_of(&t) - 1) / block_of(&t), head_block, &t, err);
  }
  return rc;
}
