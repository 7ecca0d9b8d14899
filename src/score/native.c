/* The engine of this machine: a checkpoint's own tokenizer makes the sequences, the store is asked for those that were
 * scored before, and what is missing goes through the engine, each finished walk into the store at once.
 */
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/memory.h"
#include "engine/engine.h"
#include "score/scorer.h"

typedef struct native {
  xy__scorer scorer;
  xy_model *model;
  const xy__tokens *tokens; /* of the pool; NULL until asked */
  float *logprob;           /* [tokens->offset[tokens->n]], as are the marks; NULL until looked up */
  unsigned char *greedy;
  bool *stored; /* [tokens->n]: the sequence's scores are known */
  size_t n_missing;
  char *end;
  xy__text get; /* the command that downloads the weights, where they are not there */
} native;

static native *of(xy__scorer *scorer) { return (native *)scorer; }

/* ---- opening --------------------------------------------------------------------------------------------- */

static bool answers(const xy__scorer_spec *spec) { return spec->model != NULL; }

static void forget_scores(native *n) {
  free(n->logprob);
  free(n->greedy);
  free(n->stored);
  n->logprob = NULL;
  n->greedy = NULL;
  n->stored = NULL;
  n->n_missing = 0;
}

static void free_native(xy__scorer *scorer) {
  native *n = of(scorer);
  forget_scores(n);
  xy_model_free(n->model);
  free(n->end);
  xy__text_dispose(&n->get);
  free(n);
}

/* File digests come from the store where path, inode, size and times are as they were when it was computed; one is kept
 * only where the file stayed what it was while it was read. */
static int fingerprint(const char **out, xy_model *model, const char *stage, xy__scoring *job, xy_error *err) {
  for (size_t f = 0; f < xy__model_files(model); f++) {
    const char *identity = xy__model_file_identity(model, f);
    char known[65];
    bool found;
    int rc = xy__store_get_digest(&found, known, job->store, identity, err);
    if (rc == XY_OK && found) {
      rc = xy__model_set_file_digest(model, f, known);
    } else if (rc == XY_OK) {
      const char *digest;
      xy_progress progress = {.stage = stage, .phase = "read", .seconds_left = -1};
      rc = xy__scoring_report(job, &progress, err);
      if (rc == XY_OK) rc = xy__model_file_digest(&digest, model, f, err);
      if (rc == XY_OK) rc = xy__model_unchanged(model, err);
      if (rc == XY_OK) rc = xy__store_put_digest(job->store, identity, digest, err);
    }
    if (rc != XY_OK) return rc;
  }
  return xy_model_fingerprint(out, model, err);
}

/* Where only a plan is wanted, a checkpoint without weights will do. */
static int open_model(native *n, const char *name, bool plan_only, xy_error *err) {
  int rc = xy_model_open(&n->model, name, err);
  return rc == XY_ERR_NOT_FOUND && plan_only ? xy__model_open_shapes(&n->model, name, err) : rc;
}

static int open_native(xy__scorer **out, const xy__scorer_spec *spec, xy__scoring *job, xy_error *err) {
  native *n = xy__array(1, sizeof *n);
  if (n == NULL) return xy__fail_memory(err, spec->model);
  int rc = open_model(n, spec->model, job->plan_only, err);
  if (rc == XY_OK) rc = fingerprint(&n->scorer.fingerprint, n->model, spec->stage, job, err);
  if (rc == XY_OK) rc = xy__model_weights_digest(&n->scorer.weights, n->model, err);
  if (rc == XY_OK && xy__model_tokenizer_path(n->model) == NULL) {
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: expected a tokenizer.json beside the weights, found none", n->model->path);
  }
  if (rc != XY_OK) {
    free_native(&n->scorer);
    return rc;
  }
  if (xy__model_lacks(n->model) > 0) xy__model_download(&n->get, spec->model);
  n->scorer.gives = (xy__scorer_gives){.tokens = true, .context = n->model->config.context};
  *out = &n->scorer;
  return XY_OK;
}

/* The commit of a checkpoint in the hub's cache, whose folders are called after theirs; *out is empty elsewhere. */
static void commit_of(char out[41], const char *path) {
  static const char place[] = "/snapshots/";
  const char *at = strstr(path, place);
  const char *name = at != NULL ? at + sizeof place - 1 : "";
  bool is_commit = strspn(name, "0123456789abcdef") == 40;
  memcpy(out, is_commit ? name : "", is_commit ? 40 : 1);
  out[40] = '\0';
}

static int describe(json_t *about, xy__scorer *scorer, xy_error *err) {
  xy_model_info info;
  int rc = xy_model_describe(&info, of(scorer)->model, err);
  if (rc != XY_OK) return rc;
  json_t *notes = json_array();
  for (size_t k = 0; k < info.n_notes; k++) json_array_append_new(notes, xy__json_of(info.notes[k]));
  json_object_set_new(about, "architecture", json_string(info.architecture));
  json_object_set_new(about, "parameters", json_integer((json_int_t)info.parameters));
  json_object_set_new(about, "dtype", json_string(info.dtype));
  json_object_set_new(about, "notes", notes);
  char commit[41];
  commit_of(commit, of(scorer)->model->path);
  if (*commit != '\0') json_object_set_new(about, "commit", json_string(commit));
  return XY_OK;
}

static size_t warnings(const char *const **out, const xy__scorer *scorer) {
  return xy__model_warnings(out, ((const native *)scorer)->model);
}

/* What was computed of a checkpoint that changed meanwhile is nobody's; whatever else went wrong came of that. */
static int unchanged(const native *n, int rc, xy_error *err) {
  xy_error own = {0};
  if (rc == XY_ERR_CANCELLED || xy__model_unchanged(n->model, &own) == XY_OK) return rc;
  if (err != NULL) *err = own;
  xy__fail_prefix(err, own.code, "stage '%s'", n->scorer.spec->stage);
  return xy__hint(err, own.code, "nothing that was computed of it since was stored; run it again when the files rest");
}

/* ---- asking ---------------------------------------------------------------------------------------------- */

static int ask(xy__scorer *scorer, xy_bench *const *benches, size_t n_benches, xy_error *err) {
  native *n = of(scorer);
  xy__scoring *job = scorer->job;
  const char *stage = scorer->spec->stage;
  xy_tokenizer *tokenizer = NULL;
  forget_scores(n);
  xy_progress progress = {.stage = stage, .phase = "tokenize", .seconds_left = -1};
  int rc = xy__scoring_report(job, &progress, err);
  if (rc == XY_OK) rc = xy_tokenizer_open(&tokenizer, xy__model_tokenizer_path(n->model), err);
  if (rc != XY_OK) return rc;
  const xy__request_rules rules = {
      .tokenizer = tokenizer, .start = job->start, .bos = n->model->config.bos, .eos = n->model->config.eos};
  rc = xy__token_pool_get(&n->tokens, &job->pool, benches, n_benches, &rules, scorer->spec->format, scorer->spec->tail,
                          job->threads, err);
  if (rc != XY_OK) {
    rc = xy__fail_prefix(err, rc, "stage '%s'", stage);
  } else {
    free(n->end);
    n->end = strdup(xy__request_end(&rules));
    if (n->end == NULL) rc = xy__fail_memory(err, stage);
    scorer->end = n->end;
    scorer->splits = n->tokens->split;
    scorer->terms = n->tokens->terms;
    scorer->lost = n->tokens->lost;
  }
  xy_tokenizer_free(tokenizer);
  return unchanged(n, rc, err);
}

static xy__store_key store_key(const xy__scorer *scorer) {
  return (xy__store_key){scorer->fingerprint, scorer->job->precision == XY_BF16 ? "bf16" : "fp32"};
}

static int look_up(xy__scorer *scorer, xy_error *err) {
  native *n = of(scorer);
  const xy__tokens *tokens = n->tokens;
  const xy__store_key key = store_key(scorer);
  n->logprob = xy__array(tokens->offset[tokens->n], sizeof *n->logprob);
  n->greedy = xy__array(tokens->offset[tokens->n], sizeof *n->greedy);
  n->stored = xy__array(tokens->n, sizeof *n->stored);
  if (n->logprob == NULL || n->greedy == NULL || n->stored == NULL) return xy__fail_memory(err, "scores");
  for (size_t s = 0; s < tokens->n; s++) {
    const xy__sequence *sequence = &tokens->sequences[s];
    int rc = xy__store_get(&n->stored[s], n->logprob + tokens->offset[s], n->greedy + tokens->offset[s],
                           scorer->job->store, &key, sequence->ids, sequence->n, sequence->first, err);
    if (rc != XY_OK) return rc;
    n->n_missing += !n->stored[s];
  }
  return XY_OK;
}

/* ---- planning -------------------------------------------------------------------------------------------- */

/* The sequences that the store does not hold, in order; caller frees with free. */
static int missing_of(xy__sequence **out, const native *n, xy_error *err) {
  xy__sequence *missing = xy__array(n->n_missing, sizeof *missing);
  if (missing == NULL) return xy__fail_memory(err, "sequences");
  size_t at = 0;
  for (size_t s = 0; s < n->tokens->n; s++) {
    if (!n->stored[s]) missing[at++] = n->tokens->sequences[s];
  }
  *out = missing;
  return XY_OK;
}

static xy__engine_options engine_options(const xy__scoring *job) {
  return (xy__engine_options){
      .precision = job->precision, .threads = job->threads, .memory = job->memory, .kept = true};
}

static bool same_shape(const xy_model *a, const xy_model *b) {
  const xy__config *x = &a->config;
  const xy__config *y = &b->config;
  return x->D == y->D && x->F == y->F && x->L == y->L && x->V == y->V && x->G == y->G && x->gated == y->gated;
}

/* Weights of up to so many bytes are read in no time; beside them, more than multiplications takes time. */
static const int64_t small_weights = (int64_t)1 << 28;
static const double trial_seconds = 0.2;

/* A part of the missing sequences goes through the engine, and its scores are thrown away: operations per second of all
 * that a walk does. `rate` is the one of multiplications. */
static int try_walk(double *rate, const native *n, const xy__sequence *missing, const xy__engine_plan *all,
                    xy_error *err) {
  const xy__engine_options options = engine_options(n->scorer.job);
  double part = trial_seconds * *rate / all->flops;
  size_t count = part < 1 ? (size_t)(part * (double)n->n_missing) + 1 : n->n_missing;
  size_t *offset = xy__array(count + 1, sizeof *offset);
  if (offset == NULL) return xy__fail_memory(err, "plan");
  xy__engine_offsets(offset, missing, count);
  float *logprob = xy__array(offset[count], sizeof *logprob);
  xy__engine_plan tried;
  int rc = logprob != NULL ? XY_OK : xy__fail_memory(err, "plan");
  if (rc == XY_OK) rc = xy__engine_plan_make(&tried, n->model, missing, count, &options, err);
  double start = omp_get_wtime();
  if (rc == XY_OK) rc = xy__engine_score(logprob, NULL, offset, n->model, missing, count, &options, err);
  if (rc == XY_OK) *rate = tried.flops / (omp_get_wtime() - start);
  free(logprob);
  free(offset);
  return rc;
}

/* Stages of one shape run at one rate; it is measured once. */
static int estimate_seconds(double *out, const native *n, const xy__sequence *missing, const xy__engine_plan *all,
                            xy_error *err) {
  xy__scoring *job = n->scorer.job;
  if (job->measured == NULL || !same_shape(job->measured, n->model)) {
    const xy__engine_options options = engine_options(job);
    int rc = xy__engine_rate(&job->rate, n->model, &options, err);
    bool small = xy__model_lacks(n->model) == 0 && all->weight_bytes <= small_weights;
    if (rc == XY_OK && small) rc = try_walk(&job->rate, n, missing, all, err);
    if (rc != XY_OK) return rc;
    job->measured = n->model;
  }
  *out = all->flops / job->rate;
  return XY_OK;
}

/* Rows of the store, from their format: 4 bytes a log-probability, one byte for eight greedy marks, about 48 bytes of
 * key, seal and page share a row. */
static int64_t disk_of(const native *n) {
  int64_t bytes = 0;
  for (size_t s = 0; s < n->tokens->n; s++) {
    const xy__sequence *q = &n->tokens->sequences[s];
    if (!n->stored[s]) bytes += 48 + (q->n - q->first) * 33 / 8;
  }
  return bytes;
}

static int plan(xy_plan_stage *out, int64_t *disk, xy__scorer *scorer, xy_error *err) {
  const native *n = of(scorer);
  out->requests = (int64_t)n->tokens->n;
  out->download = xy__model_lacks(n->model);
  out->get = n->get.data != NULL ? n->get.data : "";
  out->stored = (int64_t)(n->tokens->n - n->n_missing);
  *disk = disk_of(n);
  if (n->n_missing == 0) return XY_OK;
  xy__sequence *missing = NULL;
  int rc = missing_of(&missing, n, err);
  if (rc != XY_OK) return rc;
  const xy__engine_options options = engine_options(scorer->job);
  xy__engine_plan engine;
  rc = xy__engine_plan_make(&engine, n->model, missing, n->n_missing, &options, err);
  if (rc == XY_OK && scorer->job->timed && engine.flops > 0) {
    rc = estimate_seconds(&out->seconds, n, missing, &engine, err);
  }
  free(missing);
  if (rc != XY_OK) return xy__fail_prefix(err, rc, "stage '%s'", scorer->spec->stage);
  out->tokens = engine.tokens;
  out->nodes = engine.computed;
  out->walks = engine.walks;
  out->flops = engine.flops;
  out->memory = engine.memory;
  out->weight_bytes = engine.weight_bytes;
  return XY_OK;
}

/* Log-probabilities from -1 to -8, without a pattern that statistics could stumble over. */
static void pretend(xy__scorer *scorer) {
  const native *n = of(scorer);
  uint64_t state = xy__hash(scorer->spec->stage, strlen(scorer->spec->stage));
  for (size_t s = 0; s < n->tokens->n; s++) {
    for (size_t at = n->tokens->offset[s]; !n->stored[s] && at < n->tokens->offset[s + 1]; at++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      n->logprob[at] = -1.0f - 7.0f * (float)(state >> 40) / (float)(1 << 24);
      n->greedy[at] = 0;
    }
  }
}

/* ---- scoring --------------------------------------------------------------------------------------------- */

/* One trip through the engine: results arrive in arrays of the missing sequences alone. */
typedef struct trip {
  native *stage;
  const xy__scoring_part *part;
  xy__sequence *missing;
  size_t *index; /* [n_missing]: into the stage's sequences */
  size_t *offset;
  float *logprob;
  unsigned char *greedy;
  xy_error error; /* of a callback */
} trip;

static int walk_done(const size_t *sequences, size_t n, void *user) {
  trip *t = user;
  native *stage = t->stage;
  xy__store *store = stage->scorer.job->store;
  const xy__store_key key = store_key(&stage->scorer);
  int rc = unchanged(stage, XY_OK, &t->error);
  if (rc == XY_OK) rc = xy__store_begin(store, &t->error);
  for (size_t i = 0; rc == XY_OK && i < n; i++) {
    size_t m = sequences[i];
    const xy__sequence *s = &t->missing[m];
    const float *logprob = t->logprob + t->offset[m];
    const unsigned char *greedy = t->greedy + t->offset[m];
    size_t at = stage->tokens->offset[t->index[m]];
    memcpy(stage->logprob + at, logprob, (size_t)(s->n - s->first) * sizeof *logprob);
    memcpy(stage->greedy + at, greedy, (size_t)(s->n - s->first));
    rc = xy__store_put(store, &key, s->ids, s->n, s->first, logprob, greedy, &t->error);
  }
  return rc == XY_OK ? xy__store_commit(store, &t->error) : rc;
}

static int walk_progress(int64_t walk, int64_t walks, int64_t layer, int64_t layers, double share, void *user) {
  trip *t = user;
  double done = t->part->before + t->part->share * share;
  xy_progress progress = {.stage = t->stage->scorer.spec->stage,
                          .phase = "walk",
                          .walk = walk,
                          .walks = walks,
                          .layer = layer,
                          .layers = layers,
                          .done = done,
                          .seconds_left = xy__clock_left(t->part->begun, done)};
  return xy__scoring_report(t->stage->scorer.job, &progress, &t->error);
}

/* Arrays of the missing sequences. */
static int pack(trip *t, xy_error *err) {
  const native *n = t->stage;
  int rc = missing_of(&t->missing, n, err);
  if (rc != XY_OK) return rc;
  t->index = xy__array(n->n_missing, sizeof *t->index);
  t->offset = xy__array(n->n_missing + 1, sizeof *t->offset);
  if (t->index == NULL || t->offset == NULL) return xy__fail_memory(err, "sequences");
  for (size_t s = 0, at = 0; s < n->tokens->n; s++) {
    if (!n->stored[s]) t->index[at++] = s;
  }
  xy__engine_offsets(t->offset, t->missing, n->n_missing);
  t->logprob = xy__array(t->offset[n->n_missing], sizeof *t->logprob);
  t->greedy = xy__array(t->offset[n->n_missing], sizeof *t->greedy);
  return t->logprob != NULL && t->greedy != NULL ? XY_OK : xy__fail_memory(err, "scores");
}

static int travel(trip *t, xy_error *err) {
  native *n = t->stage;
  xy__engine_options options = engine_options(n->scorer.job);
  options.done = walk_done;
  options.progress = walk_progress;
  options.user = t;
  int rc = xy__engine_score(t->logprob, t->greedy, t->offset, n->model, t->missing, n->n_missing, &options, err);
  if (t->error.code != XY_OK) {
    if (err != NULL) *err = t->error;
    return t->error.code;
  }
  if (rc != XY_OK) return unchanged(n, xy__fail_prefix(err, rc, "stage '%s'", n->scorer.spec->stage), err);
  memset(n->stored, true, n->tokens->n * sizeof *n->stored);
  n->n_missing = 0;
  return XY_OK;
}

static int score(xy__scorer *scorer, const xy__scoring_part *part, xy_error *err) {
  trip t = {.stage = of(scorer), .part = part};
  if (t.stage->n_missing == 0) return XY_OK;
  if (xy__model_lacks(t.stage->model) > 0) {
    return xy__fail(err, XY_ERR_NOT_FOUND, "stage '%s': its weights are not there; it can be planned alone",
                    scorer->spec->stage);
  }
  int rc = pack(&t, err);
  if (rc == XY_OK) rc = travel(&t, err);
  free(t.missing);
  free(t.index);
  free(t.offset);
  free(t.logprob);
  free(t.greedy);
  return rc;
}

static void give(xy__given *out, const xy__scorer *scorer, size_t bench, size_t option) {
  const native *n = (const native *)scorer;
  const xy__token_option *o = &n->tokens->options[bench][option];
  const xy__sequence *s = &n->tokens->sequences[o->sequence];
  size_t at = n->tokens->offset[o->sequence];
  *out = (xy__given){.text = {.ids = s->ids,
                              .n = s->n,
                              .first = s->first,
                              .cut = o->cut,
                              .logprob = n->logprob != NULL ? n->logprob + at : NULL,
                              .greedy = n->greedy != NULL ? n->greedy + at : NULL,
                              .bytes = o->bytes,
                              .split = o->split},
                     .greedy = -1};
}

const xy__scorer_kind xy__native_scorer = {
    .name = "computed here",
    .answers = answers,
    .open = open_native,
    .free = free_native,
    .describe = describe,
    .warnings = warnings,
    .ask = ask,
    .look_up = look_up,
    .plan = plan,
    .pretend = pretend,
    .score = score,
    .give = give,
};
