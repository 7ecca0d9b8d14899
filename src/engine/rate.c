/* xy__engine_rate: how fast this machine multiplies at a checkpoint's own shapes. Each kind of panel is run for a
 * moment by every worker at the same time, on small made-up numbers, and the moments are weighted by how often a walk
 * needs that kind.
 */
#include <omp.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/walk/walk.h"

static const double moment = 0.05; /* seconds per kind of panel */

/* Every worker multiplies until the moment is over; operations per second of all of them together. */
static int panel_rate(double *out, const xy__geometry *g, xy__linear_id id, xy_error *err) {
  xy__matmul_shape shape = xy__panel_shape(g, id, 0, g->rows);
  double rate = 0;
  int failed = XY_OK;
#pragma omp parallel num_threads(g->workers) reduction(+ : rate) reduction(min : failed)
  {
    xy_error mine = {0};
    xy__matmul_set *set = NULL;
    const xy__matmul *matmul = NULL;
    float *a = xy__aligned((size_t)(shape.m * shape.lda) * sizeof *a);
    float *c = xy__aligned((size_t)(shape.m * shape.ldc) * sizeof *c);
    float *bias = xy__aligned((size_t)shape.n * sizeof *bias);
    void *packed = NULL;
    int rc = a == NULL || c == NULL || bias == NULL ? xy__fail_memory(&mine, "the rate of this machine") : XY_OK;
    if (rc == XY_OK) rc = xy__matmul_set_new(&set, &mine);
    if (rc == XY_OK) rc = xy__matmul_get(&matmul, set, &shape, &mine);
    if (rc == XY_OK) packed = xy__aligned(xy__matmul_packed_bytes(matmul));
    if (rc == XY_OK && packed == NULL) rc = xy__fail_memory(&mine, "the rate of this machine");
    if (rc == XY_OK) rc = xy__matmul_run(c, matmul, a, packed, bias, &mine); /* warms up */
#pragma omp barrier
    double start = omp_get_wtime();
    double now = start;
    double runs = 0;
    while (rc == XY_OK && now < start + moment) {
      rc = xy__matmul_run(c, matmul, a, packed, bias, &mine);
      runs++;
      now = omp_get_wtime();
    }
    if (rc == XY_OK) rate = runs * 2.0 * (double)shape.m * (double)shape.n * (double)shape.k / (now - start);
    failed = rc;
    if (rc != XY_OK) {
#pragma omp critical
      if (err != NULL) *err = mine;
    }
    xy__matmul_set_free(set);
    free(a);
    free(c);
    free(bias);
    free(packed);
  }
  if (failed == XY_OK) *out = rate;
  return failed;
}

int xy__engine_rate(double *out, const xy_model *model, const xy__engine_options *options, xy_error *err) {
  enum { many = 1 << 20, short_sequence = 64 };
  const xy__config *c = &model->config;
  xy__geometry g;
  int rc = xy__walk_geometry(&g, model, options, many, short_sequence, err);
  if (rc != XY_OK) return rc;
  const double work[] = {(double)(c->L * g.qkv_n * c->D), (double)(c->L * c->H * c->K * c->D),
                         (double)(c->L * c->D * c->F * (c->gated ? 2 : 1)), (double)(c->L * c->D * c->F),
                         (double)(c->V * c->D)};
  int before = omp_get_max_threads();
  omp_set_num_threads(1); /* as in xy__team_run */
  double all = 0;
  double seconds = 0;
  for (int id = XY__QKV; id < XY__LINEARS && rc == XY_OK; id++) {
    double rate = 0;
    rc = panel_rate(&rate, &g, (xy__linear_id)id, err);
    all += work[id];
    if (rc == XY_OK) seconds += work[id] / rate;
  }
  omp_set_num_threads(before);
  xy__geometry_dispose(&g);
  if (rc == XY_OK) *out = all / seconds;
  return rc;
}
