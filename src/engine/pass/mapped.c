/* Weights where they stand in the mapped file, fp32, bf16 or f16: for few rows, for which packing them would take
 * longer than using them as they are. Every stored row of a linear map is a column of the product, so that groups of
 * columns are multiplied with all rows at once. Columns are divided among the workers.
 */
#include "engine/pass/multiplier.h"
#include "engine/pass/weights.h"

enum {
  most_rows = 128, /* docs/performance.md has the measurement */
  share = 64,      /* columns that a worker takes at a time */
  columns = 8,     /* of them multiplied at a time */
};

bool xy__mapped_pays(const xy_model *model, const xy__engine_options *options, int64_t rows) {
  return !options->kept && options->precision != XY_BF16 && rows <= most_rows && !model->blocks[0].qkv.in_out;
}

typedef struct mapped_task {
  const xy__geometry *g;
  const xy__panel *panel;
  const xy__linear *linear;
  xy__linear_id id;
  xy__matmul_shape shape;
  float *out;
  const float *in, *bias;
} mapped_task;

/* Bias, activation and the sum with what is there, as the shape asks. */
static void finish(const mapped_task *t, float *products, int64_t at, int64_t n) {
  const xy__matmul_shape *s = &t->shape;
  for (int64_t r = 0; r < s->m; r++) {
    float *to = t->out + r * s->ldc + at;
    float *from = products + r * n;
    for (int64_t c = 0; c < n && t->bias != NULL; c++) from[c] += t->bias[at + c];
    if (s->activate) t->g->kernels->activate(from, n, s->activation);
    for (int64_t c = 0; c < n; c++) to[c] = s->add ? to[c] + from[c] : from[c];
  }
}

static bool all_finite(const float *x, int64_t n) {
  float sum = 0;
  for (int64_t i = 0; i < n; i++) sum += x[i] * 0; /* NaN where x[i] is NaN or infinite */
  return sum == 0;
}

static int multiply_columns(void *user, xy__worker *worker, int64_t number) {
  const mapped_task *t = user;
  const xy__panel *panel = t->panel;
  float products[most_rows * columns];
  int64_t end = (number + 1) * share < panel->n ? (number + 1) * share : panel->n;
  for (int64_t at = number * share; at < end;) {
    int64_t half = panel->n / panel->ranges;
    xy__place place = xy__find_column(t->g, t->id, t->linear, panel->first[at / half] + at % half);
    const xy__tensor *tensor = t->linear->weight[place.part];
    int64_t n = end - at < columns ? end - at : columns;
    if (n > place.run) n = place.run;
    if (n > half - at % half) n = half - at % half;
    int64_t first = place.row * panel->k;
    const char *weights = (const char *)tensor->data + first * xy__dtype_bytes(tensor->dtype);
    t->g->kernels->dots(products, n, t->in, t->shape.lda, t->shape.m, weights, tensor->dtype, n, panel->k);
    /* A weight that is not finite makes every product with it so. Inputs may, too, and finite weights that overflow. */
    if (!all_finite(products, t->shape.m * n)) {
      int rc = xy__tensor_check_part(tensor, first, n * panel->k, &worker->err);
      if (rc != XY_OK) return rc;
    }
    finish(t, products, at, n);
    xy__lap(worker, t->id == XY__HEAD ? XY__HEAD_MULTIPLY : XY__MULTIPLYING);
    at += n;
  }
  return XY_OK;
}

static int multiply(xy__pass *pass, xy__worker *worker, xy__linear_id id, int64_t i, int64_t rows, void *out,
                    const void *in) {
  const xy__geometry *g = pass->g;
  const xy__panel *panel = &g->panels[id].items[i];
  mapped_task t = {.g = g,
                   .panel = panel,
                   .linear = xy__pass_linear(pass, id),
                   .id = id,
                   .shape = xy__panel_shape(g, id, i, rows),
                   .out = out,
                   .in = in,
                   .bias = xy__pass_bias(pass, id, i)};
  xy__lap(worker, XY__ROWS);
  return xy__team_run(&pass->team, (panel->n + share - 1) / share, multiply_columns, &t, &worker->err);
}

/* 4,096 columns of the head: few meetings of the workers, little memory. */
const xy__multiplier xy__mapped = {.head_columns = 4096, .by_team = true, .multiply = multiply};
