/* Memory of workers, and how work is handed out to them: team.h. */
#include "engine/pass/team.h"

#include <omp.h>
#include <stdlib.h>

#include "base/memory.h"

/* ---- memory ---------------------------------------------------------------------------------------------- */

/* The next slice of a worker's memory; with base NULL only the size is counted. */
static void *slice(char *base, size_t *used, int64_t elements, size_t size) {
  void *at = base != NULL ? base + *used : NULL;
  *used += (size_t)xy__round_up(elements * (int64_t)size, 64) + 64; /* apart: rows must not collide in a cache set */
  return at;
}

static int64_t largest_panel(const xy__geometry *g) {
  int64_t largest = 0;
  for (int id = XY__QKV; id < XY__LINEARS; id++) {
    for (int64_t i = 0; i < g->panels[id].n; i++) {
      const xy__panel *panel = &g->panels[id].items[i];
      if (panel->n * panel->k > largest) largest = panel->n * panel->k;
    }
  }
  return largest;
}

size_t xy__worker_lay_out(xy__worker *w, const xy__geometry *g, char *base) {
  const xy__config *c = &g->model->config;
  size_t used = 0;
  size_t in = g->bf16 ? 2 : 4;
  int64_t padded = xy__round_up(c->K, XY__LANES);
  bool post = g->model->blocks[0].post_attn.weight != NULL || g->model->blocks[0].post_mlp.weight != NULL;
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
  w->staging = slice(base, &used, g->packed_bytes > 0 ? largest_panel(g) : 0, in);
  return used;
}

int xy__team_make(xy__team *out, const xy__geometry *g, xy_error *err) {
  out->n = g->workers;
  out->workers = xy__array((size_t)g->workers, sizeof *out->workers);
  if (out->workers == NULL) return xy__fail_memory(err, "workers");
  for (int w = 0; w < g->workers; w++) {
    xy__worker *worker = &out->workers[w];
    worker->number = w;
    worker->memory = xy__aligned(g->worker_bytes);
    if (worker->memory == NULL) return xy__fail_memory(err, "workers");
    xy__worker_lay_out(worker, g, worker->memory);
    xy__lap(worker, XY__WAITING); /* starts the clock */
    worker->spent[XY__WAITING] = 0;
    int rc = g->packed_bytes > 0 ? xy__matmul_set_new(&worker->set, err) : XY_OK;
    if (rc != XY_OK) return rc;
  }
  return XY_OK;
}

void xy__team_dispose(xy__team *team) {
  for (int w = 0; team->workers != NULL && w < team->n; w++) {
    xy__matmul_set_free(team->workers[w].set);
    free(team->workers[w].memory);
  }
  free(team->workers);
  *team = (xy__team){0};
}

/* ---- tasks ----------------------------------------------------------------------------------------------- */

/* Numbers are taken in ascending order, which walks rely on. */
static void work(xy__team *team, xy__worker *worker, int64_t n, xy__team_task task, void *user) {
  worker->rc = XY_OK;
  xy__lap(worker, XY__WAITING);
  while (atomic_load(&team->stop) == 0) {
    int64_t i = atomic_fetch_add(&team->next, 1);
    if (i >= n) return;
    worker->rc = task(user, worker, i);
    if (worker->rc != XY_OK) atomic_store(&team->stop, 1);
  }
}

int xy__team_run(xy__team *team, int64_t n, xy__team_task task, void *user, xy_error *err) {
  atomic_store(&team->next, 0);
  atomic_store(&team->stop, 0);
  int before = omp_get_max_threads();
  omp_set_num_threads(1); /* what oneDNN asks for, here and in the workers, which inherit it */
#pragma omp parallel num_threads(team->n)
  {
    /* A team may be smaller than asked for: those who are there do the work. */
    work(team, &team->workers[omp_get_thread_num()], n, task, user);
  }
  omp_set_num_threads(before);
  if (atomic_load(&team->stop) == 0) return XY_OK;
  for (int w = 0; w < team->n; w++) {
    if (team->workers[w].rc == XY_OK) continue;
    if (err != NULL) *err = team->workers[w].err;
    return team->workers[w].rc;
  }
  return XY_OK;
}
