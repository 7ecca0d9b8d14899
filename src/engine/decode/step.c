/* One step: every growing text's last token through all layers and the head. */
#include <string.h>

#include "engine/decode/internal.h"
#include "engine/pass/head.h"

/* Rows are dealt out evenly, each worker's in a block of its own; a block lies M rows after the one before. */
static int64_t rows_of_block(const xy__decode *d, int64_t n) {
  int64_t each = xy__round_up((n + d->geometry.workers - 1) / d->geometry.workers, XY__LEAST_ROWS);
  return each < d->geometry.rows ? each : d->geometry.rows;
}

typedef struct block {
  xy__decode *d;
  int64_t first, n;
  float *residual;
} block;

static block block_at(xy__decode *d, int64_t number) {
  int64_t rows = rows_of_block(d, d->n_growing);
  int64_t left = d->n_growing - number * rows;
  return (block){.d = d,
                 .first = number * rows,
                 .n = left < rows ? left : rows,
                 .residual = d->residual + number * d->geometry.rows * d->model->config.D};
}

static int64_t blocks(const xy__decode *d) {
  int64_t rows = rows_of_block(d, d->n_growing);
  return (d->n_growing + rows - 1) / rows;
}

/* Keys and values go to their pages with attention itself. */
static bool keep(void *user, xy__worker *worker, const float *kv, int64_t stride) {
  (void)user;
  (void)worker;
  (void)kv;
  (void)stride;
  return true;
}

static void attend(void *user, xy__worker *worker, int64_t head, xy__attention *a) {
  (void)worker;
  const block *b = user;
  const xy__decode *d = b->d;
  size_t element = a->bf16 ? sizeof(uint16_t) : sizeof(float);
  a->page_at = xy__page_at(&d->model->config, d->pass.layer.number, head);
  for (int64_t r = 0; r < b->n; r++) {
    xy__attention row = *a;
    row.rows = 1;
    row.depth = &d->position[b->first + r];
    row.pages = d->growing[b->first + r].pages;
    row.q += r * a->stride;
    row.k += r * a->stride;
    row.v += r * a->stride;
    row.out = (char *)a->out + (size_t)(r * a->out_stride) * element;
    d->geometry.kernels->attend(&row);
  }
}

static int embed_block(void *user, xy__worker *worker, int64_t number) {
  xy__decode *d = user;
  block b = block_at(d, number);
  for (int64_t r = 0; r < b.n; r++) {
    const xy__growing *text = &d->growing[b.first + r];
    d->position[b.first + r] = d->prompts[text->prompt].n + text->n - 1;
    int rc = xy__pass_embed(&d->pass, worker, b.residual + r * d->model->config.D, text->ids[text->n - 1],
                            d->position[b.first + r]);
    if (rc != XY_OK) return rc;
  }
  return XY_OK;
}

static int layer_block(void *user, xy__worker *worker, int64_t number) {
  xy__decode *d = user;
  block b = block_at(d, number);
  xy__rows rows = {.n = b.n, .residual = b.residual, .position = d->position + b.first};
  xy__kv kv = {.keep = keep, .attend = attend, .user = &b};
  return xy__pass_layer(&d->pass, worker, &rows, &kv);
}

/* ---- head ------------------------------------------------------------------------------------------------ */

static void take(void *user, int64_t i, const float *logits, int64_t first, int64_t count) {
  const xy__decode *d = user;
  memcpy(d->logits + i * d->model->config.V + first, logits, (size_t)count * sizeof *logits);
}

static int no_progress(void *user, double share) {
  (void)user;
  (void)share;
  return 0;
}

int xy__decode_head(xy__decode *d, const float *residual, const int32_t *row, int64_t n, xy_error *err) {
  xy__head_rows rows = {.residual = residual,
                        .row = row,
                        .n = n,
                        .block = rows_of_block(d, n),
                        .take = take,
                        .user = d,
                        .progress = no_progress};
  return xy__pass_head(&d->pass, &rows, err);
}

static int draw(void *user, xy__worker *worker, int64_t i) {
  xy__decode *d = user;
  const xy__growing *text = &d->growing[i];
  const xy__prompt *prompt = &d->prompts[text->prompt];
  xy__written written = {prompt->ids, text->ids, prompt->n, text->n};
  xy__noise noise = {prompt->noise, (uint32_t)text->sample, (uint32_t)text->n};
  xy__sampler_draw(&d->tokens[i], &d->samplers[worker->number], d->logits + i * d->model->config.V, &written, &noise,
                   1);
  return XY_OK;
}

int xy__decode_step(xy__decode *d, xy_error *err) {
  int rc = xy__team_run(&d->pass.team, blocks(d), embed_block, d, err);
  for (int64_t l = 0; l < d->model->config.L && rc == XY_OK; l++) {
    rc = xy__pass_load(&d->pass, l, err);
    if (rc == XY_OK) rc = xy__pass_run(&d->pass, blocks(d), layer_block, d, err);
  }
  int32_t *row = d->position; /* no longer wanted */
  int64_t each = rows_of_block(d, d->n_growing);
  for (int64_t i = 0; i < d->n_growing; i++) row[i] = (int32_t)(i / each * d->geometry.rows + i % each);
  if (rc == XY_OK) rc = xy__decode_head(d, d->residual, row, d->n_growing, err);
  return rc == XY_OK ? xy__team_run(&d->pass.team, d->n_growing, draw, d, err) : rc;
}
