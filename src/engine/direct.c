/* Multiplications of a short call: few rows, for which packing weights would take longer than using them as they are.
 * Every stored row of a linear map is a column of the product, so that groups of columns are multiplied with all rows
 * at once, where they stand in the mapped file. Columns are divided among the workers.
 */
#include "engine/walk.h"

enum {
  most_rows = 128, /* docs/performance.md has the measurement */
  share = 64,      /* columns that a worker takes at a time */
  columns = 8,     /* of them multiplied at a time */
};

bool xy__direct_pays(const xy_model *model, const xy__engine_options *options, int64_t nodes) {
  return options->precision != XY_BF16 && nodes <= most_rows && !model->blocks[0].qkv.in_out;
}

typedef struct direct_task {
  const xy__panel *panel;
  const xy__linear *linear;
  int64_t interleaved;
  xy__matmul_shape shape;
  xy__part part; /* that the time is booked on */
  float *out;
  const float *in, *bias;
} direct_task;

/* Bias, activation and the sum with what is there, as the shape asks. */
static void finish(const direct_task *t, const xy__kernels *kernels, float *products, int64_t at, int64_t n) {
  const xy__matmul_shape *s = &t->shape;
  for (int64_t r = 0; r < s->m; r++) {
    float *to = t->out + r * s->ldc + at;
    float *from = products + r * n;
    for (int64_t c = 0; c < n && t->bias != NULL; c++) from[c] += t->bias[at + c];
    if (s->activate) kernels->activate(from, n, s->activation);
    for (int64_t c = 0; c < n; c++) to[c] = s->add ? to[c] + from[c] : from[c];
  }
}

static bool all_finite(const float *x, int64_t n) {
  float sum = 0;
  for (int64_t i = 0; i < n; i++) sum += x[i] * 0; /* NaN where x[i] is NaN or infinite */
  return sum == 0;
}

static int multiply_columns(xy__walk *walk, xy__worker *worker, int64_t number, void *user) {
  const direct_task *t = user;
  const xy__panel *panel = t->panel;
  float products[most_rows * columns];
  int64_t end = (number + 1) * share < panel->n ? (number + 1) * share : panel->n;
  for (int64_t at = number * share; at < end;) {
    int64_t half = panel->n / panel->ranges;
    int64_t column = panel->first[at / half] + at % half;
    xy__place place = xy__find_column(t->linear, column, t->interleaved);
    const xy__tensor *tensor = t->linear->weight[place.part];
    int64_t n = end - at < columns ? end - at : columns;
    if (n > place.run) n = place.run;
    if (n > half - at % half) n = half - at % half;
    int64_t first = place.row * panel->k;
    const char *weights = (const char *)tensor->data + first * xy__dtype_bytes(tensor->dtype);
    walk->g->kernels->dots(products, n, t->in, t->shape.lda, t->shape.m, weights, tensor->dtype, n, panel->k);
    /* A weight that is not finite makes every product with it so. Inputs may, too, and finite weights that overflow. */
    if (!all_finite(products, t->shape.m * n)) {
      int rc = xy__tensor_check_part(tensor, first, n * panel->k, &worker->err);
      if (rc != XY_OK) return rc;
    }
    finish(t, walk->g->kernels, products, at, n);
    xy__lap(worker, t->part);
    at += n;
  }
  return XY_OK;
}

int xy__direct_multiply(xy__walk *walk, xy__stage stage, int64_t i, const xy__linear *linear, int64_t m, float *out,
                        const float *in, const float *bias, xy_error *err) {
  const xy__config *c = &walk->g->model->config;
  const xy__panel *panel = &walk->g->panels[stage].items[i];
  direct_task t = {.panel = panel,
                   .linear = linear,
                   .interleaved = stage == XY__QKV && c->interleaved_qkv ? c->K : 0,
                   .shape = xy__panel_shape(walk->g, stage, i, m),
                   .part = stage == XY__HEAD ? XY__HEAD_MULTIPLY : XY__MULTIPLYING,
                   .out = out,
                   .in = in,
                   .bias = bias};
  xy__lap(&walk->workers[0], XY__ROWS);
  return xy__walk_run(walk, (panel->n + share - 1) / share, multiply_columns, &t, err);
}
