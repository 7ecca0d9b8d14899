/* xy__engine_score: walks one after the other, their progress, and results back to their places. */
#include "engine/engine.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/job.h"
#include "engine/walk/walk.h"

void xy__engine_offsets(size_t *offset, const xy__sequence *sequences, size_t n) {
  offset[0] = 0;
  for (size_t s = 0; s < n; s++) offset[s + 1] = offset[s] + (size_t)(sequences[s].n - sequences[s].first);
}

/* ---- walks ----------------------------------------------------------------------------------------------- */

/* A call's progress: shares of walks, weighted by their work. */
typedef struct progress {
  const xy__job *job;
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

/* Memory for the largest of the walks. */
static int make_walk(xy__walk *walk, xy__pass *pass, const xy__job *j, xy_error *err) {
  int64_t nodes = 0;
  int64_t kept = 0;
  for (size_t i = 0; i < j->n_cuts; i++) {
    if (j->cuts[i].size.nodes > nodes) nodes = j->cuts[i].size.nodes;
    if (j->cuts[i].size.kept > kept) kept = j->cuts[i].size.kept;
  }
  int rc = xy__pass_make(pass, &j->geometry, err);
  return rc == XY_OK ? xy__walk_make(walk, pass, nodes, kept, err) : rc;
}

typedef struct results {
  float *logprob;
  unsigned char *greedy; /* or NULL */
  const size_t *offset;
} results;

/* Values of edges to the places of the sequences that want them. */
static int hand_out(const results *out, const xy__job *j, const xy__cut *part, const xy__forest *forest,
                    const float *value, const unsigned char *greedy, xy_error *err) {
  char number[32];
  const int32_t *edge = forest->edge_of;
  for (size_t i = 0; i < part->n; i++) {
    size_t s = j->order[part->first + i];
    const xy__sequence *sequence = &j->sequences[s];
    size_t to = out->offset[s];
    for (int32_t t = sequence->first; t < sequence->n; t++, edge++, to++) {
      if (!isfinite(value[*edge])) {
        return xy__fail(err, XY_ERR_NUMERIC, "%s: token %d: expected a finite log-probability, found %g from %s",
                        xy__sequence_name(sequence, s, number), (int)t + 1, (double)value[*edge], j->model->path);
      }
      out->logprob[to] = value[*edge];
      if (out->greedy != NULL) out->greedy[to] = greedy[*edge];
    }
  }
  return XY_OK;
}

static int take_walk(const results *out, xy__walk *walk, const xy__job *j, const xy__cut *part, xy_error *err) {
  xy__forest forest = {0};
  unsigned char *greedy = NULL;
  float *value = xy__array((size_t)part->size.edges, sizeof *value);
  int rc = value == NULL ? xy__fail_memory(err, "a walk") : XY_OK;
  if (rc == XY_OK && out->greedy != NULL) {
    greedy = xy__array((size_t)part->size.edges, 1);
    if (greedy == NULL) rc = xy__fail_memory(err, "a walk");
  }
  if (rc == XY_OK) {
    rc = xy__forest_build(&forest, j->sequences, j->order + part->first, part->n, j->geometry.rows, err);
  }
  if (rc == XY_OK) rc = xy__walk_score(walk, &forest, value, greedy, err);
  if (rc == XY_OK) rc = hand_out(out, j, part, &forest, value, greedy, err);
  xy__forest_dispose(&forest);
  free(value);
  free(greedy);
  if (rc == XY_OK && j->options->done != NULL &&
      j->options->done(j->order + part->first, part->n, j->options->user) != 0) {
    rc = xy__fail(err, XY_ERR_CANCELLED, "cancelled");
  }
  return rc;
}

static void add_up(double *spent, xy__team *team) {
  for (int w = 0; w < team->n; w++) {
    xy__lap(&team->workers[w], XY__WAITING);
    for (int part = 0; part < XY__CLOCK_PARTS; part++) spent[part] += team->workers[w].spent[part];
  }
}

int xy__engine_score(float *logprob, unsigned char *greedy, const size_t *offset, const xy_model *model,
                     const xy__sequence *sequences, size_t n, const xy__engine_options *options, xy_error *err) {
  if (n == 0) return XY_OK;
  xy__job j;
  xy__pass pass = {0};
  xy__walk walk = {0};
  progress p = {.job = &j};
  results out = {logprob, greedy, offset};
  int rc = xy__job_make(&j, model, sequences, n, options, err);
  if (rc == XY_OK) rc = make_walk(&walk, &pass, &j, err);
  for (size_t i = 0; i < j.n_cuts && rc == XY_OK; i++) p.all += xy__walk_work(&j.geometry, &j.cuts[i].size);
  walk.progress = report;
  walk.user = &p;
  for (p.walk = 0; p.walk < j.n_cuts && rc == XY_OK; p.walk++) {
    p.walk_work = xy__walk_work(&j.geometry, &j.cuts[p.walk].size);
    rc = take_walk(&out, &walk, &j, &j.cuts[p.walk], err);
    p.before += p.walk_work;
  }
  if (options->spent != NULL && rc == XY_OK) add_up(options->spent, &pass.team);
  xy__walk_dispose(&walk);
  xy__pass_dispose(&pass);
  xy__job_dispose(&j);
  return rc;
}

int xy__engine_plan_make(xy__engine_plan *out, const xy_model *model, const xy__sequence *sequences, size_t n,
                         const xy__engine_options *options, xy_error *err) {
  xy__engine_plan plan = {0};
  if (n > 0) {
    xy__job j;
    int rc = xy__job_make(&j, model, sequences, n, options, err);
    for (size_t i = 0; i < j.n_cuts && rc == XY_OK; i++) {
      size_t memory = xy__walk_bytes(&j.geometry, &j.cuts[i].size);
      plan.computed += j.cuts[i].size.nodes;
      plan.flops += xy__walk_work(&j.geometry, &j.cuts[i].size);
      if ((int64_t)memory > plan.memory) plan.memory = (int64_t)memory;
    }
    for (size_t s = 0; s < n; s++) plan.tokens += sequences[s].n;
    plan.nodes = j.whole.prefixes;
    plan.walks = (int64_t)j.n_cuts;
    plan.weight_bytes = (int64_t)j.geometry.weight_bytes;
    xy__job_dispose(&j);
    if (rc != XY_OK) return rc;
  }
  *out = plan;
  return XY_OK;
}

/* bf16: the mean over the texts of the built-in benchmarks, rounded up; single tokens lie further off. */
double xy__engine_error(xy_precision precision) { return precision == XY_BF16 ? 3e-3 : 1e-5; }
