/* See job.h.
 *
 * Sorted sequences are cut into consecutive walks. A walk holds as many nodes as the memory budget allows, and no
 * more than take a few minutes on a nominal machine, so that a killed run loses little; but always so many that
 * reading the weights again is a small part of it. The nominal rates are constants and not measured, so that the same
 * call is always cut in the same places.
 */
#include "engine/job.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/walk/walk.h"

static const double nominal_flops[2] = {200e9, 400e9}; /* per second and thread: fp32, bf16 */
static const double nominal_reading = 1e9;             /* bytes per second: a solid-state disk */
static const double walk_seconds = 120;
static const double most_reading = 0.03; /* share of a walk that may go into reading weights */
static const double share_of_free_memory = 0.6;
static const size_t memory_when_unknown = (size_t)2 << 30;

/* ---- checks ---------------------------------------------------------------------------------------------- */

const char *xy__sequence_name(const xy__sequence *s, size_t i, char number[32]) {
  if (s->name != NULL) return s->name;
  snprintf(number, 32, "sequence %zu", i + 1);
  return number;
}

static int check_sequence(const xy_model *model, const xy__sequence *s, size_t i, xy_error *err) {
  char number[32];
  const xy__config *c = &model->config;
  if (s->ids == NULL || s->first < 1 || s->first >= s->n) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected 1 <= first < tokens, found first %d of %d tokens",
                    xy__sequence_name(s, i, number), (int)s->first, (int)s->n);
  }
  if (s->n > c->context) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected at most %lld tokens (the context of %s), found %d",
                    xy__sequence_name(s, i, number), (long long)c->context, model->path, (int)s->n);
  }
  return xy__sequence_check_ids(model, s, i, err);
}

int xy__sequence_check_ids(const xy_model *model, const xy__sequence *s, size_t i, xy_error *err) {
  char number[32];
  const xy__config *c = &model->config;
  int64_t limit = model->embedding->shape[0] < c->V ? model->embedding->shape[0] : c->V;
  for (int32_t t = 0; t < s->n; t++) {
    if (s->ids[t] >= 0 && s->ids[t] < limit) continue;
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: token %d: expected an id below %lld (the vocabulary of %s), found %d",
                    xy__sequence_name(s, i, number), (int)t + 1, (long long)limit, model->path, (int)s->ids[t]);
  }
  return XY_OK;
}

int xy__engine_check_options(xy_precision precision, int threads, int64_t memory, xy_error *err) {
  if ((int)precision < XY_PRECISION_DEFAULT || precision > XY_BF16) {
    return xy__fail(err, XY_ERR_ARGUMENT, "precision: expected fp32 or bf16, found %d", (int)precision);
  }
  if (threads < 0 || threads > 4096) {
    return xy__fail(err, XY_ERR_ARGUMENT, "threads: expected 0 to 4096, found %d", threads);
  }
  if (memory < 0) {
    return xy__fail(err, XY_ERR_ARGUMENT, "memory: expected 0 or more bytes, found %lld", (long long)memory);
  }
  return XY_OK;
}

static int check_call(const xy_model *model, const xy__sequence *sequences, size_t n, const xy__engine_options *options,
                      xy_error *err) {
  int rc = xy__engine_check_options(options->precision, options->threads, options->memory, err);
  for (size_t s = 0; s < n && rc == XY_OK; s++) rc = check_sequence(model, &sequences[s], s, err);
  return rc;
}

size_t xy__memory_budget(int64_t memory) {
  if (memory > 0) return (size_t)memory;
  size_t bytes = xy__memory_available();
  return bytes > 0 ? (size_t)((double)bytes * share_of_free_memory) : memory_when_unknown;
}

/* ---- cuts ------------------------------------------------------------------------------------------------ */

static size_t bytes_of(const xy__job *j, const xy__forest_size *size) { return xy__walk_bytes(&j->geometry, size); }

static double most_work(const xy__job *j) {
  double rate = nominal_flops[j->options->precision == XY_BF16] * (double)j->geometry.workers;
  double reading = (double)j->geometry.weight_bytes / nominal_reading / most_reading;
  return rate * (reading > walk_seconds ? reading : walk_seconds);
}

static bool fits(const xy__job *j, const xy__forest_size *size) {
  return bytes_of(j, size) <= j->budget && size->nodes < INT32_MAX - 1 && size->edges < INT32_MAX - 1 &&
         size->wanted < INT32_MAX;
}

static int too_small(const xy__job *j, const xy__forest_size *size, size_t s, xy_error *err) {
  char number[32];
  xy__fail(err, XY_ERR_MEMORY, "%s: expected a memory budget of at least %zu bytes for %s, found %zu", j->model->path,
           bytes_of(j, size), xy__sequence_name(&j->sequences[s], s, number), j->budget);
  return xy__hint(err, XY_ERR_MEMORY, "give at least --memory %zuM, or use fewer threads",
                  (bytes_of(j, size) >> 20) + 1);
}

static int add_cut(xy__job *j, size_t first, size_t n, const xy__forest_size *size, xy_error *err) {
  if (!xy__grow(&j->cuts, &j->cuts_capacity, j->n_cuts, sizeof *j->cuts)) return xy__fail_memory(err, "walks");
  j->cuts[j->n_cuts++] = (xy__cut){first, n, *size};
  return XY_OK;
}

static int make_cuts(xy__job *j, xy_error *err) {
  xy__forest_scan scan = {.block = j->geometry.rows};
  double most = most_work(j);
  size_t first = 0;
  int rc = XY_OK;
  for (size_t i = 0; i < j->n && rc == XY_OK; i++) {
    xy__forest_size before = scan.size;
    const xy__sequence *s = &j->sequences[j->order[i]];
    rc = xy__forest_scan_add(&scan, s, err);
    if (rc != XY_OK || (fits(j, &scan.size) && (i == first || xy__walk_work(&j->geometry, &scan.size) <= most)))
      continue;
    if (i > first) {
      rc = add_cut(j, first, i - first, &before, err);
      first = i;
      xy__forest_scan_reset(&scan);
      if (rc == XY_OK) rc = xy__forest_scan_add(&scan, s, err);
    }
    if (rc == XY_OK && !fits(j, &scan.size)) rc = too_small(j, &scan.size, j->order[i], err);
  }
  if (rc == XY_OK) rc = add_cut(j, first, j->n - first, &scan.size, err);
  xy__forest_scan_dispose(&scan);
  return rc;
}

void xy__job_dispose(xy__job *j) {
  free(j->order);
  free(j->cuts);
  xy__geometry_dispose(&j->geometry);
}

int xy__job_make(xy__job *out, const xy_model *model, const xy__sequence *sequences, size_t n,
                 const xy__engine_options *options, xy_error *err) {
  *out = (xy__job){.model = model, .sequences = sequences, .n = n, .options = options};
  int rc = check_call(model, sequences, n, options, err);
  if (rc != XY_OK) return rc;
  out->order = xy__array(n, sizeof *out->order);
  if (out->order == NULL) return xy__fail_memory(err, "the order of sequences");
  xy__forest_order(out->order, sequences, n);
  xy__forest_scan scan = {.block = INT64_MAX};
  int64_t longest = 0;
  for (size_t i = 0; i < n && rc == XY_OK; i++) {
    rc = xy__forest_scan_add(&scan, &sequences[out->order[i]], err);
    if (sequences[i].n > longest) longest = sequences[i].n;
  }
  out->whole = scan.size;
  xy__forest_scan_dispose(&scan);
  if (rc == XY_OK) rc = xy__walk_geometry(&out->geometry, model, options, out->whole.nodes, longest, err);
  if (rc != XY_OK) return rc;
  out->budget = xy__memory_budget(options->memory);
  return make_cuts(out, err);
}
