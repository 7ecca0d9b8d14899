/* xy_score_requests: texts, prompts with continuations, or ids -> token sequences -> one call of the engine -> a score
 * for each. The boundary, start-token and format rules are ask/'s; a prompt format and a tail stand
 * around prompts and answers only, never around a plain text. Every request is checked before the first weight is read.
 *
 * The arrays of all scores are two blocks, owned by the first score.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/request.h"
#include "base/clock.h"
#include "base/memory.h"
#include "engine/engine.h"

/* Where a request was cut behind its identity term. */
typedef struct cut {
  int32_t tokens;
  bool split;
} cut;

/* One call in hand. */
typedef struct job {
  const xy_request *requests;
  size_t n;
  xy_model *model;
  const xy_score_options *options;
  xy_tokenizer *tokenizer;
  const xy__format *format; /* closed at the end */
  xy__tail tail;
  xy__request *made;       /* [n], with ids of their own */
  xy__sequence *sequences; /* [n] */
  cut *cuts;               /* [n] */
  size_t *offset;          /* [n + 1] */
  double begun;            /* xy__clock_now */
} job;

/* ---- rules --------------------------------------------------------------------------------------------- */

static int check_options(const xy_score_options *o, xy_error *err) {
  if ((int)o->precision < XY_PRECISION_DEFAULT || o->precision > XY_BF16) {
    return xy__fail(err, XY_ERR_ARGUMENT, "precision: expected an xy_precision, found %d", (int)o->precision);
  }
  if ((int)o->start < XY_START_DEFAULT || o->start > XY_START_NONE) {
    return xy__fail(err, XY_ERR_ARGUMENT, "start: expected an xy_start, found %d", (int)o->start);
  }
  if (o->memory < 0) return xy__fail(err, XY_ERR_ARGUMENT, "memory: expected bytes, found %lld", (long long)o->memory);
  if (o->threads < 0) return xy__fail(err, XY_ERR_ARGUMENT, "threads: expected a number, found %d", o->threads);
  return XY_OK;
}

/* Opened on the first request that needs it: ids alone need none. */
static int need_tokenizer(job *j, const char *item, xy_error *err) {
  if (j->tokenizer != NULL) return XY_OK;
  const char *path = xy__model_tokenizer_path(j->model);
  if (path != NULL) return xy_tokenizer_open(&j->tokenizer, path, err);
  int rc = xy__fail(err, XY_ERR_NOT_FOUND, "%s: text needs a tokenizer, and %s holds no tokenizer.json", item,
                    j->model->path);
  return xy__hint(err, rc, "put tokenizer.json beside config.json, or give token ids");
}

/* ---- requests ------------------------------------------------------------------------------------------ */

static int from_ids(xy__request *out, const xy_request *request, const char *item, xy_error *err) {
  if (request->n_ids < 2) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected at least two ids (the first is not scored), found %zu", item,
                    request->n_ids);
  }
  if (request->n_ids > INT32_MAX) return xy__fail(err, XY_ERR_ARGUMENT, "%s: too many ids", item);
  out->ids = xy__array(request->n_ids, sizeof *out->ids);
  if (out->ids == NULL) return xy__fail_memory(err, item);
  memcpy(out->ids, request->ids, request->n_ids * sizeof *out->ids);
  out->n = (int32_t)request->n_ids;
  out->first = 1;
  return XY_OK;
}

static xy__asked asked_of(const job *j, const xy_request *request) {
  if (request->prompt != NULL) return xy__ask_prompt(request->prompt, request->continuation, j->format, j->tail);
  const char *text = request->text != NULL ? request->text : request->continuation;
  return xy__ask_prompt(request->context, text, request->laid_out ? xy__format_laid_out() : xy__format_plain(),
                        XY__TAIL_NONE);
}

static int from_text(xy__request *out, cut *at, job *j, const xy_request *request, const char *item, xy_error *err) {
  int rc = need_tokenizer(j, item, err);
  if (rc != XY_OK) return rc;
  const xy__request_rules rules = {
      .tokenizer = j->tokenizer, .start = j->options->start, .bos = j->model->config.bos, .eos = j->model->config.eos};
  const xy__asked asked = asked_of(j, request);
  rc = xy__request_make(out, &rules, &asked, item, err);
  if (rc != XY_OK || !request->has_cut) return rc;
  return xy__request_cut(&at->tokens, &at->split, out, &rules, &asked, request->cut, item, err);
}

static int make_request(job *j, size_t i, xy_error *err) {
  const xy_request *request = &j->requests[i];
  char number[40];
  snprintf(number, sizeof number, "request %zu", i);
  const char *item = request->name != NULL ? request->name : number;
  bool pair = request->prompt != NULL || request->context != NULL || request->continuation != NULL;
  bool twice = request->prompt != NULL && request->context != NULL;
  int kinds = (request->ids != NULL) + (request->text != NULL) + pair;
  if (kinds != 1 || twice || (pair && request->continuation == NULL)) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected ids, or text, or a continuation with its prompt or context",
                    item);
  }
  int rc = request->ids != NULL ? from_ids(&j->made[i], request, item, err)
                                : from_text(&j->made[i], &j->cuts[i], j, request, item, err);
  if (rc != XY_OK) return rc;
  j->sequences[i] =
      (xy__sequence){.ids = j->made[i].ids, .n = j->made[i].n, .first = j->made[i].first, .name = request->name};
  return XY_OK;
}

static int make_requests(job *j, xy_error *err) {
  j->made = xy__array(j->n, sizeof *j->made);
  j->sequences = xy__array(j->n, sizeof *j->sequences);
  j->offset = xy__array(j->n + 1, sizeof *j->offset);
  j->cuts = xy__array(j->n, sizeof *j->cuts);
  if (j->made == NULL || j->sequences == NULL || j->offset == NULL || j->cuts == NULL)
    return xy__fail_memory(err, "requests");
  for (size_t i = 0; i < j->n; i++) {
    int rc = make_request(j, i, err);
    if (rc != XY_OK) return rc;
  }
  xy__engine_offsets(j->offset, j->sequences, j->n);
  return XY_OK;
}

/* ---- scores -------------------------------------------------------------------------------------------- */

static int report(int64_t walk, int64_t walks, int64_t layer, int64_t layers, double share, void *user) {
  const job *j = user;
  const xy_progress progress = {.stage = j->model->path,
                                .phase = "walk",
                                .walk = walk,
                                .walks = walks,
                                .layer = layer,
                                .layers = layers,
                                .done = share,
                                .seconds_left = xy__clock_left(j->begun, share)};
  return j->options->progress(&progress, j->options->user);
}

static void fill_score(xy_score *out, const job *j, size_t i, const unsigned char *greedy) {
  const xy__request *made = &j->made[i];
  out->tokens = (size_t)(made->n - made->first);
  out->bytes = made->bytes;
  out->split = made->split;
  out->greedy = true;
  out->context_tokens = (size_t)made->first;
  out->token_ids = out->context_ids + made->first;
  out->cut = (size_t)j->cuts[i].tokens;
  out->cut_split = j->cuts[i].split;
  memcpy(out->context_ids, made->ids, (size_t)made->n * sizeof *out->context_ids);
  for (size_t t = 0; t < out->tokens; t++) {
    out->logprob += (double)out->token_logprobs[t];
    out->greedy = out->greedy && greedy[t] != 0;
  }
}

static int score(xy_score **out, job *j, xy_error *err) {
  size_t total = j->offset[j->n];
  size_t all = 0;
  for (size_t i = 0; i < j->n; i++) all += (size_t)j->made[i].n;
  xy_score *scores = xy__array(j->n, sizeof *scores);
  int32_t *ids = xy__array(all, sizeof *ids);
  float *logprob = xy__array(total, sizeof *logprob);
  unsigned char *greedy = xy__array(total, 1);
  int rc = XY_OK;
  if (scores == NULL || ids == NULL || logprob == NULL || greedy == NULL) {
    rc = xy__fail_memory(err, "scores");
    goto out;
  }
  const xy__engine_options how = {.precision = j->options->precision,
                                  .threads = j->options->threads,
                                  .memory = j->options->memory,
                                  .progress = j->options->progress != NULL ? report : NULL,
                                  .user = j};
  j->begun = xy__clock_now();
  rc = xy__engine_score(logprob, greedy, j->offset, j->model, j->sequences, j->n, &how, err);
  xy_error changed = {0};
  if (rc != XY_ERR_CANCELLED && xy__model_unchanged(j->model, &changed) != XY_OK) {
    rc = changed.code;
    if (err != NULL) *err = changed;
  }
  if (rc != XY_OK) goto out;
  for (size_t i = 0, at = 0; i < j->n; at += (size_t)j->made[i++].n) {
    scores[i].context_ids = ids + at;
    scores[i].token_logprobs = logprob + j->offset[i];
    fill_score(&scores[i], j, i, greedy + j->offset[i]);
  }
  *out = scores;
  scores = NULL;
  ids = NULL;
  logprob = NULL;
out:
  free(scores);
  free(ids);
  free(logprob);
  free(greedy);
  return rc;
}

static void job_dispose(job *j) {
  for (size_t i = 0; j->made != NULL && i < j->n; i++) free(j->made[i].ids);
  free(j->made);
  free(j->sequences);
  free(j->offset);
  free(j->cuts);
  xy__format_close(j->format);
  xy_tokenizer_free(j->tokenizer);
}

int xy_score_requests(xy_score **out, xy_model *model, const xy_request *requests, size_t n,
                      const xy_score_options *options, xy_error *err) {
  xy__error_clear(err);
  static const xy_score_options defaults = {0};
  job j = {.requests = requests, .n = n, .model = model, .options = options != NULL ? options : &defaults};
  if (n == 0) {
    xy_score *none = xy__array(0, sizeof *none);
    if (none == NULL) return xy__fail_memory(err, "scores");
    *out = none;
    return XY_OK;
  }
  int rc = check_options(j.options, err);
  if (rc == XY_OK) rc = xy__tail_parse(&j.tail, j.options->tail, err);
  if (rc == XY_OK) rc = xy__format_open(&j.format, j.options->format, err);
  if (rc == XY_OK) rc = make_requests(&j, err);
  if (rc == XY_OK) rc = score(out, &j, err);
  job_dispose(&j);
  return rc;
}

void xy_scores_free(xy_score *scores, size_t n) {
  if (scores != NULL && n > 0) {
    free(scores[0].context_ids);
    free(scores[0].token_logprobs);
  }
  free(scores);
}
