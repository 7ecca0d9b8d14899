/* Work is handed out to workers, embeddings are read, and counts of floating-point operations: walk.h. */
#include "engine/walk.h"

#include <omp.h>
#include <string.h>

typedef struct team_task {
  xy__walk *walk;
  int64_t n;
  xy__task task;
  void *user;
} team_task;

/* Numbers are taken in ascending order, which layer.c relies on. */
static void work(const team_task *t, xy__worker *worker) {
  worker->rc = XY_OK;
  xy__lap(worker, XY__WAITING);
  while (atomic_load(&t->walk->stop) == 0) {
    int64_t i = atomic_fetch_add(&t->walk->next, 1);
    if (i >= t->n) return;
    worker->rc = t->task(t->walk, worker, i, t->user);
    if (worker->rc != XY_OK) atomic_store(&t->walk->stop, 1);
  }
}

int xy__walk_run(xy__walk *walk, int64_t n, xy__task task, void *user, xy_error *err) {
  const xy__geometry *g = walk->g;
  team_task t = {walk, n, task, user};
  atomic_store(&walk->next, 0);
  atomic_store(&walk->stop, 0);
  int before = omp_get_max_threads();
  omp_set_num_threads(1); /* what oneDNN asks for, here and in the workers, which inherit it */
#pragma omp parallel num_threads(g->workers)
  {
    /* A team may be smaller than asked for: those who are there do the work. */
    work(&t, &walk->workers[omp_get_thread_num()]);
  }
  omp_set_num_threads(before);
  if (atomic_load(&walk->stop) == 0) return XY_OK;
  for (int w = 0; w < g->workers; w++) {
    if (walk->workers[w].rc == XY_OK) continue;
    if (err != NULL) *err = walk->workers[w].err;
    return walk->workers[w].rc;
  }
  return XY_OK;
}

static int embed_block(xy__walk *walk, xy__worker *worker, int64_t b, void *user) {
  (void)user;
  const xy__geometry *g = walk->g;
  const xy__forest *forest = walk->forest;
  int64_t D = g->model->config.D;
  int64_t first = b * g->rows;
  for (int64_t r = first; r < first + g->rows; r++) {
    float *row = walk->residual + r * D;
    if (r >= forest->size.nodes) { /* rows that fill the last block up */
      memset(row, 0, (size_t)D * sizeof *row);
      continue;
    }
    walk->scored[r] = forest->edge_first[r + 1] > forest->edge_first[r];
    bool finite = xy__tensor_read(row, g->model->embedding, forest->token[r] * D, D);
    if (!finite) return xy__tensor_check_finite(g->model->embedding, &worker->err);
    if (g->model->positions != NULL) {
      finite = xy__tensor_read(worker->gathered, g->model->positions, forest->depth[r] * D, D);
      if (!finite) return xy__tensor_check_finite(g->model->positions, &worker->err);
      g->kernels->add(row, worker->gathered, D);
    }
  }
  xy__lap(worker, XY__READING);
  return XY_OK;
}

int xy__walk_embed(xy__walk *walk, xy_error *err) {
  int64_t blocks = (walk->forest->size.nodes + walk->g->rows - 1) / walk->g->rows;
  for (int64_t b = 0; b < blocks; b++) atomic_store(&walk->ready[b], 0);
  int rc = xy__walk_run(walk, blocks, embed_block, NULL, err);
  xy__weights_release(walk->g->model, walk->g->model->embedding);
  return rc;
}

double xy__layer_work(const xy__geometry *g, const xy__forest_size *size, bool last) {
  const xy__config *c = &g->model->config;
  double rest = (double)(c->H * c->K * c->D) + (double)((c->gated ? 3 : 2) * c->D * c->F);
  double attention = 4.0 * (double)size->depths * (double)(c->H * c->K);
  double complete = (double)(last ? size->scored : size->nodes);
  return 2.0 * (double)size->nodes * (double)(g->qkv_n * c->D) + 2.0 * complete * rest + attention;
}

double xy__head_work(const xy__geometry *g, const xy__forest_size *size) {
  return 2.0 * (double)size->scored * (double)g->model->config.V * (double)g->model->config.D;
}
