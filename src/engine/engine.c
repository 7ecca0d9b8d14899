/* xy__engine_score: checks, the order of sequences, cuts into walks, and results back to their places.
 *
 * Sorted sequences are cut into consecutive walks. A walk holds as many nodes as the memory budget allows, and no
 * more than take a few minutes on a nominal machine, so that a killed run loses little; but always so many that
 * reading the weights again is a small part of it. The nominal rates are constants and not measured, so that the same
 * call is always cut in the same places.
 */
#include "engine/engine.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/walk.h"

static const double nominal_flops[2] = {200e9, 400e9}; /* per second and thread: fp32, bf16 */
static const double nominal_reading = 1e9;             /* bytes per second: a solid-state disk */
static const double walk_seconds = 120;
static const double most_reading = 0.03; /* share of a walk that may go into reading weights */
static const double share_of_free_memory = 0.6;
static const size_t memory_when_unknown = (size_t)2 << 30;

void xy__engine_offsets(size_t *offset, const xy__sequence *sequences, size_t n) {
  offset[0] = 0;
  for (size_t s = 0; s < n; s++) offset[s + 1] = offset[s] + (size_t)(sequences[s].n - sequences[s].first);
}

/* ---- checks ---------------------------------------------------------------------------------------------- */

static const char *name_of(const xy__sequence *s, size_t i, char number[32]) {
  if (s->name != NULL) return s->name;
  snprintf(number, 32, "sequence %zu", i + 1);
  return number;
}

static int check_sequence(const xy_model *model, const xy__sequence *s, size_t i, xy_error *err) {
  char number[32];
  const xy__config *c = &model->config;
  if (s->ids == NULL || s->first < 1 || s->first >= s->n) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected 1 <= first < tokens, found first %d of %d tokens",
                    name_of(s, i, number), (int)s->first, (int)s->n);
  }
  if (s->n > c->context) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected at most %lld tokens (the context of %s), found %d",
                    name_of(s, i, number), (long long)c->context, model->path, (int)s->n);
  }
  int64_t limit = model->embedding->shape[0] < c->V ? model->embedding->shape[0] : c->V;
  for (int32_t t = 0; t < s->n; t++) {
    if (s->ids[t] >= 0 && s->ids[t] < limit) continue;
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: token %d: expected an id below %lld (the vocabulary of %s), found %d",
                    name_of(s, i, number), (int)t + 1, (long long)limit, model->path, (int)s->ids[t]);
  }
  return XY_OK;
}

static int check_call(const xy_model *model, const xy__sequence *sequences, size_t n, const xy__engine_options *options,
                      xy_error *err) {
  if ((int)options->precision < XY_PRECISION_DEFAULT || options->precision > XY_BF16) {
    return xy__fail(err, XY_ERR_ARGUMENT, "precision: expected fp32 or bf16, found %d", (int)options->precision);
  }
  if (options->threads < 0 || options->threads > 4096) {
    return xy__fail(err, XY_ERR_ARGUMENT, "threads: expected 0 to 4096, found %d", options->threads);
  }
  if (options->memory < 0) {
    return xy__fail(err, XY_ERR_ARGUMENT, "memory: expected 0 or more bytes, found %lld", (long long)options->memory);
  }
  for (size_t s = 0; s < n; s++) {
    int rc = check_sequence(model, &sequences[s], s, err);
    if (rc != XY_OK) return rc;
  }
  return XY_OK;
}

/* ---- cuts ------------------------------------------------------------------------------------------------ */

typedef struct cut {
  size_t first, n; /* of the order */
  xy__forest_size size;
} cut;

typedef struct job {
  const xy_model *model;
  const xy__sequence *sequences;
  size_t n;
  const xy__engine_options *options;
  size_t *order;
  xy__forest_size whole;
  xy__geometry geometry;
  cut *cuts;
  size_t n_cuts, cuts_capacity;
  size_t budget; /* bytes */
} job;

static size_t bytes_of(const job *j, const xy__forest_size *size) {
  const xy__geometry *g = &j->geometry;
  return g->fixed_bytes + (size_t)size->nodes * g->row_bytes + (size_t)size->kept * g->kept_bytes +
         (size_t)size->edges * g->edge_bytes + (size_t)size->wanted * sizeof(int32_t);
}

static double work_of(const job *j, const xy__forest_size *size) {
  int64_t L = j->model->config.L;
  return (double)(L - 1) * xy__layer_work(&j->geometry, size, false) + xy__layer_work(&j->geometry, size, true) +
         xy__head_work(&j->geometry, size);
}

static double most_work(const job *j) {
  double rate = nominal_flops[j->options->precision == XY_BF16] * (double)j->geometry.workers;
  double reading = (double)j->geometry.weight_bytes / nominal_reading / most_reading;
  return rate * (reading > walk_seconds ? reading : walk_seconds);
}

static bool fits(const job *j, const xy__forest_size *size) {
  return bytes_of(j, size) <= j->budget && size->nodes < INT32_MAX - 1 && size->edges < INT32_MAX - 1 &&
         size->wanted < INT32_MAX;
}

static int too_small(const job *j, const xy__forest_size *size, size_t s, xy_error *err) {
  char number[32];
  xy__fail(err, XY_ERR_MEMORY, "%s: expected a memory budget of at least %zu bytes for %s, found %zu", j->model->path,
           bytes_of(j, size), name_of(&j->sequences[s], s, number), j->budget);
  return xy__hint(err, XY_ERR_MEMORY, "give at least --memory %zuM, or use fewer threads",
                  (bytes_of(j, size) >> 20) + 1);
}

static int add_cut(job *j, size_t first, size_t n, const xy__forest_size *size, xy_error *err) {
  if (!xy__grow(&j->cuts, &j->cuts_capacity, j->n_cuts, sizeof *j->cuts)) return xy__fail_memory(err, "walks");
  j->cuts[j->n_cuts++] = (cut){first, n, *size};
  return XY_OK;
}

static int make_cuts(job *j, xy_error *err) {
  xy__forest_scan scan = {.block = j->geometry.rows};
  double most = most_work(j);
  size_t first = 0;
  int rc = XY_OK;
  for (size_t i = 0; i < j->n && rc == XY_OK; i++) {
    xy__forest_size before = scan.size;
    const xy__sequence *s = &j->sequences[j->order[i]];
    rc = xy__forest_scan_add(&scan, s, err);
    if (rc != XY_OK || (fits(j, &scan.size) && (i == first || work_of(j, &scan.size) <= most))) continue;
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

static void job_dispose(job *j) {
  free(j->order);
  free(j->cuts);
  xy__geometry_dispose(&j->geometry);
}

/* Checks and plans. n > 0. Caller disposes *out, also after a failure. */
static int job_make(job *out, const xy_model *model, const xy__sequence *sequences, size_t n,
                    const xy__engine_options *options, xy_error *err) {
  *out = (job){.model = model, .sequences = sequences, .n = n, .options = options};
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
  if (rc == XY_OK) rc = xy__geometry_make(&out->geometry, model, options, out->whole.nodes, longest, err);
  if (rc != XY_OK) return rc;
  size_t free_bytes = xy__memory_available();
  out->budget = options->memory > 0 ? (size_t)options->memory
                : free_bytes > 0    ? (size_t)((double)free_bytes * share_of_free_memory)
                                    : memory_when_unknown;
  return make_cuts(out, err);
}

/* ---- walks ----------------------------------------------------------------------------------------------- */

/* A call's progress: shares of walks, weighted by their work. */
typedef struct progress {
  const job *job;
  size_t walk;
  double before, all; /* work */
  double walk_work;
} progress;

static int report(int64_t layer, double share, void *user) {
  const progress *p = user;
  const xy__engine_options *options = p->job->options;
  if (options->progress == NULL) return 0;
  double done = (p->before + share * p->walk_work) / p->all;
  return options->progress((int64_t)p->walk + 1, (int64_t)p->job->n_cuts, layer, p->job->model->config.L + 1,
                           done < 1 ? done : 1, options->user);
}

static void walk_dispose(xy__walk *walk) {
  for (int w = 0; walk->workers != NULL && w < walk->g->workers; w++) {
    xy__matmul_set_free(walk->workers[w].set);
    free(walk->workers[w].memory);
  }
  free(walk->workers);
  free(walk->residual);
  free(walk->kept);
  free(walk->cosines);
  free(walk->sines);
  free(walk->layer.norms);
  free(walk->layer.biases);
  free(walk->layer.packed);
  free(walk->ready);
  free(walk->scored);
}

/* Transformers multiplies position and frequency in fp32; the angle is rounded in the same place here. */
static void make_rotations(xy__walk *walk) {
  const xy__config *c = &walk->g->model->config;
  int64_t half = c->rotary / 2;
  for (int64_t t = 0; t < walk->g->slots; t++) {
    for (int64_t i = 0; i < half; i++) {
      float angle = (float)t * c->inverse_frequency[i];
      walk->cosines[t * half + i] = (float)(cos((double)angle) * c->rotary_scale);
      walk->sines[t * half + i] = (float)(sin((double)angle) * c->rotary_scale);
    }
  }
}

/* Memory for the largest of the walks. */
static int walk_make(xy__walk *walk, const job *j, xy_error *err) {
  const xy__geometry *g = &j->geometry;
  const xy__config *c = &g->model->config;
  int64_t nodes = 0;
  int64_t kept = 0;
  for (size_t i = 0; i < j->n_cuts; i++) {
    if (j->cuts[i].size.nodes > nodes) nodes = j->cuts[i].size.nodes;
    if (j->cuts[i].size.kept > kept) kept = j->cuts[i].size.kept;
  }
  int64_t blocks = (nodes + g->rows - 1) / g->rows;
  size_t rotations = (size_t)(g->slots * (c->rotary / 2));
  walk->g = g;
  walk->workers = xy__array((size_t)g->workers, sizeof *walk->workers);
  walk->residual = xy__aligned((size_t)(blocks * g->rows * c->D) * sizeof(float));
  walk->kept = xy__aligned((size_t)kept * g->kept_bytes);
  walk->cosines = xy__array(rotations, sizeof(float));
  walk->sines = xy__array(rotations, sizeof(float));
  walk->layer.norms = xy__array((size_t)g->norm_floats, sizeof(float));
  walk->layer.biases = xy__array((size_t)g->bias_floats, sizeof(float));
  walk->layer.packed = xy__aligned(g->packed_bytes);
  walk->ready = xy__array((size_t)blocks, sizeof *walk->ready);
  walk->scored = xy__array((size_t)nodes, 1);
  if (walk->workers == NULL || walk->residual == NULL || walk->kept == NULL || walk->cosines == NULL ||
      walk->sines == NULL || walk->layer.norms == NULL || walk->layer.biases == NULL || walk->layer.packed == NULL ||
      walk->ready == NULL || walk->scored == NULL) {
    return xy__fail_memory(err, "a walk");
  }
  for (int w = 0; w < g->workers; w++) {
    xy__worker *worker = &walk->workers[w];
    worker->number = w;
    worker->memory = xy__aligned(g->worker_bytes);
    if (worker->memory == NULL) return xy__fail_memory(err, "a walk");
    xy__worker_lay_out(worker, g, worker->memory);
    xy__lap(worker, XY__WAITING); /* starts the clock */
    worker->spent[XY__WAITING] = 0;
    int rc = g->direct ? XY_OK : xy__matmul_set_new(&worker->set, err);
    if (rc != XY_OK) return rc;
  }
  make_rotations(walk);
  return XY_OK;
}

typedef struct results {
  float *logprob;
  unsigned char *greedy; /* or NULL */
  const size_t *offset;
} results;

/* Values of edges to the places of the sequences that want them. */
static int hand_out(const results *out, const job *j, const cut *part, const xy__forest *forest, const float *value,
                    const unsigned char *greedy, xy_error *err) {
  char number[32];
  const int32_t *edge = forest->edge_of;
  for (size_t i = 0; i < part->n; i++) {
    size_t s = j->order[part->first + i];
    const xy__sequence *sequence = &j->sequences[s];
    size_t to = out->offset[s];
    for (int32_t t = sequence->first; t < sequence->n; t++, edge++, to++) {
      if (!isfinite(value[*edge])) {
        return xy__fail(err, XY_ERR_NUMERIC, "%s: token %d: expected a finite log-probability, found %g from %s",
                        name_of(sequence, s, number), (int)t + 1, (double)value[*edge], j->model->path);
      }
      out->logprob[to] = value[*edge];
      if (out->greedy != NULL) out->greedy[to] = greedy[*edge];
    }
  }
  return XY_OK;
}

static int take_walk(const results *out, xy__walk *walk, const job *j, const cut *part, xy_error *err) {
  xy__forest forest = {0};
  unsigned char *greedy = NULL;
  int64_t L = j->model->config.L;
  float *value = xy__array((size_t)part->size.edges, sizeof *value);
  int rc = value == NULL ? xy__fail_memory(err, "a walk") : XY_OK;
  if (rc == XY_OK && out->greedy != NULL) {
    greedy = xy__array((size_t)part->size.edges, 1);
    if (greedy == NULL) rc = xy__fail_memory(err, "a walk");
  }
  if (rc == XY_OK) {
    rc = xy__forest_build(&forest, j->sequences, j->order + part->first, part->n, j->geometry.rows, err);
  }
  walk->forest = &forest;
  walk->work = work_of(j, &part->size);
  walk->work_done = 0;
  xy__weights_expect(j->model, 0);
  if (rc == XY_OK) rc = xy__walk_embed(walk, err);
  for (int64_t l = 0; l < L && rc == XY_OK; l++) rc = xy__walk_layer(walk, l, err);
  if (rc == XY_OK) rc = xy__walk_head(walk, value, greedy, err);
  if (rc == XY_OK) rc = hand_out(out, j, part, &forest, value, greedy, err);
  walk->forest = NULL;
  xy__forest_dispose(&forest);
  free(value);
  free(greedy);
  if (rc == XY_OK && j->options->done != NULL &&
      j->options->done(j->order + part->first, part->n, j->options->user) != 0) {
    rc = xy__fail(err, XY_ERR_CANCELLED, "cancelled");
  }
  return rc;
}

static void add_up(double *spent, const xy__walk *walk) {
  for (int w = 0; w < walk->g->workers; w++) {
    xy__lap(&walk->workers[w], XY__WAITING);
    for (int part = 0; part < XY__PARTS; part++) spent[part] += walk->workers[w].spent[part];
  }
}

int xy__engine_score(float *logprob, unsigned char *greedy, const size_t *offset, const xy_model *model,
                     const xy__sequence *sequences, size_t n, const xy__engine_options *options, xy_error *err) {
  if (n == 0) return XY_OK;
  job j;
  xy__walk walk = {0};
  progress p = {.job = &j};
  results out = {logprob, greedy, offset};
  int rc = job_make(&j, model, sequences, n, options, err);
  if (rc == XY_OK) rc = walk_make(&walk, &j, err);
  for (size_t i = 0; i < j.n_cuts && rc == XY_OK; i++) p.all += work_of(&j, &j.cuts[i].size);
  walk.progress = report;
  walk.user = &p;
  for (p.walk = 0; p.walk < j.n_cuts && rc == XY_OK; p.walk++) {
    p.walk_work = work_of(&j, &j.cuts[p.walk].size);
    rc = take_walk(&out, &walk, &j, &j.cuts[p.walk], err);
    p.before += p.walk_work;
  }
  if (options->spent != NULL && rc == XY_OK) add_up(options->spent, &walk);
  walk_dispose(&walk);
  job_dispose(&j);
  return rc;
}

int xy__engine_plan_make(xy__engine_plan *out, const xy_model *model, const xy__sequence *sequences, size_t n,
                         const xy__engine_options *options, xy_error *err) {
  xy__engine_plan plan = {0};
  if (n > 0) {
    job j;
    int rc = job_make(&j, model, sequences, n, options, err);
    for (size_t i = 0; i < j.n_cuts && rc == XY_OK; i++) {
      size_t memory = bytes_of(&j, &j.cuts[i].size);
      plan.computed += j.cuts[i].size.nodes;
      plan.flops += work_of(&j, &j.cuts[i].size);
      if ((int64_t)memory > plan.memory) plan.memory = (int64_t)memory;
    }
    for (size_t s = 0; s < n; s++) plan.tokens += sequences[s].n;
    plan.nodes = j.whole.prefixes;
    plan.walks = (int64_t)j.n_cuts;
    plan.weight_bytes = (int64_t)j.geometry.weight_bytes;
    job_dispose(&j);
    if (rc != XY_OK) return rc;
  }
  *out = plan;
  return XY_OK;
}
