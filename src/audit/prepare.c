/* From benchmarks to what is missing: token sequences for every stage (shared by stages whose tokenizer and format
 * agree), the scores that the store already holds, and the plan of what remains.
 */
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "audit/reward.h"

static bool same_text(const char *a, const char *b) { return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0; }

/* An earlier stage whose sequences are this stage's too, or NULL. */
static const xy__audit_stage *twin(const xy_audit *audit, size_t i, const char *const *digests) {
  const xy__audit_stage *stage = &audit->stages[i];
  for (size_t k = 0; k < i; k++) {
    const xy__audit_stage *other = &audit->stages[k];
    if (other->imported == NULL && strcmp(digests[k], digests[i]) == 0 && same_text(other->format, stage->format) &&
        same_text(other->tail, stage->tail) && other->model->config.bos == stage->model->config.bos &&
        other->model->config.eos == stage->model->config.eos) {
      return other;
    }
  }
  return NULL;
}

/* Sequences of a stage that no earlier stage has. */
static int tokenize_stage(xy_audit *audit, xy__audit_stage *stage, const xy_tokenizer *tokenizer, xy_error *err) {
  xy__request_rules rules = {.tokenizer = tokenizer,
                             .start = (xy_start)audit->start,
                             .bos = stage->model->config.bos,
                             .eos = stage->model->config.eos};
  const xy__format *format = NULL;
  xy__tail tail = XY__TAIL_NONE;
  xy__tokens *tokens = NULL;
  int rc = xy__tail_parse(&tail, stage->tail, err);
  if (rc == XY_OK) rc = xy__format_open(&format, stage->format, err);
  if (rc == XY_OK) {
    rc = xy__tokens_make(&tokens, audit->benches, audit->n_benches, &rules, format, tail, audit->threads, err);
  }
  xy__format_close(format);
  if (rc != XY_OK) return rc;
  audit->tokens[audit->n_tokens++] = tokens;
  stage->tokens = tokens;
  return XY_OK;
}

static int tokenize(xy_audit *audit, xy_error *err) {
  xy_tokenizer **tokenizers = xy__array(audit->n_stages, sizeof(xy_tokenizer *));
  const char **digests = xy__array(audit->n_stages, sizeof *digests);
  audit->tokens = xy__array(audit->n_stages, sizeof(xy__tokens *));
  int rc = tokenizers == NULL || digests == NULL || audit->tokens == NULL ? xy__fail_memory(err, "tokenizers") : XY_OK;
  for (size_t i = 0; rc == XY_OK && i < audit->n_stages; i++) {
    xy__audit_stage *stage = &audit->stages[i];
    if (stage->imported != NULL) continue;
    xy_progress progress = {.stage = stage->spec->name, .phase = "tokenize", .seconds_left = -1};
    rc = xy__audit_progress(audit, &progress, err);
    if (rc == XY_OK) rc = xy_tokenizer_open(&tokenizers[i], xy__model_tokenizer_path(stage->model), err);
    if (rc != XY_OK) break;
    digests[i] = xy__tokenizer_digest(tokenizers[i]);
    const xy__audit_stage *other = twin(audit, i, digests);
    if (other != NULL) {
      stage->tokens = other->tokens;
    } else {
      rc = tokenize_stage(audit, stage, tokenizers[i], err);
      if (rc != XY_OK) rc = xy__fail_prefix(err, rc, "stage '%s'", stage->spec->name);
    }
  }
  for (size_t i = 0; tokenizers != NULL && i < audit->n_stages; i++) xy_tokenizer_free(tokenizers[i]);
  free(tokenizers);
  free(digests);
  return rc;
}

static int look_up(xy_audit *audit, xy__audit_stage *stage, xy_error *err) {
  const xy__tokens *tokens = stage->tokens;
  if (stage->imported != NULL) return XY_OK;
  const xy__store_key key = {stage->fingerprint, xy__precision_name(audit->precision)};
  stage->logprob = xy__array(tokens->offset[tokens->n], sizeof *stage->logprob);
  stage->greedy = xy__array(tokens->offset[tokens->n], sizeof *stage->greedy);
  stage->stored = xy__array(tokens->n, sizeof *stage->stored);
  if (stage->logprob == NULL || stage->greedy == NULL || stage->stored == NULL) return xy__fail_memory(err, "scores");
  for (size_t s = 0; s < tokens->n; s++) {
    const xy__sequence *sequence = &tokens->sequences[s];
    int rc = xy__store_get(&stage->stored[s], stage->logprob + tokens->offset[s], stage->greedy + tokens->offset[s],
                           audit->store, &key, sequence->ids, sequence->n, sequence->first, err);
    if (rc != XY_OK) return rc;
    stage->n_missing += !stage->stored[s];
  }
  return XY_OK;
}

static void forget_tokens(xy_audit *audit) {
  for (size_t i = 0; i < audit->n_tokens; i++) xy__tokens_free(audit->tokens[i]);
  free(audit->tokens);
  audit->tokens = NULL;
  audit->n_tokens = 0;
  for (size_t i = 0; i < audit->n_stages; i++) audit->stages[i].tokens = NULL;
}

int xy__audit_prepare(xy_audit *audit, xy_error *err) {
  if (audit->prepared) return XY_OK;
  int rc = tokenize(audit, err);
  bool fewer = false;
  if (rc == XY_OK && audit->reward != NULL) rc = xy__reward_fit(&fewer, audit, err);
  if (rc == XY_OK && fewer) {
    forget_tokens(audit);
    rc = tokenize(audit, err);
  }
  for (size_t i = 0; rc == XY_OK && i < audit->n_stages; i++) rc = look_up(audit, &audit->stages[i], err);
  audit->prepared = rc == XY_OK;
  return rc;
}

int xy__audit_missing(xy__sequence **out, const xy__audit_stage *stage, xy_error *err) {
  xy__sequence *missing = xy__array(stage->n_missing, sizeof *missing);
  if (missing == NULL) return xy__fail_memory(err, "sequences");
  size_t n = 0;
  for (size_t s = 0; s < stage->tokens->n; s++) {
    if (!stage->stored[s]) missing[n++] = stage->tokens->sequences[s];
  }
  *out = missing;
  return XY_OK;
}

static int plan_stage(xy_plan_stage *out, const xy_audit *audit, const xy__audit_stage *stage, xy_error *err) {
  if (stage->imported != NULL) {
    *out = (xy_plan_stage){
        .stage = stage->spec->name, .requests = (int64_t)stage->imported->n, .stored = (int64_t)stage->imported->n};
    return XY_OK;
  }
  *out = (xy_plan_stage){.stage = stage->spec->name,
                         .requests = (int64_t)stage->tokens->n,
                         .stored = (int64_t)(stage->tokens->n - stage->n_missing)};
  if (stage->n_missing == 0) return XY_OK;
  xy__sequence *missing = NULL;
  int rc = xy__audit_missing(&missing, stage, err);
  if (rc != XY_OK) return rc;
  xy__engine_options options = {
      .precision = (xy_precision)audit->precision, .threads = audit->threads, .memory = audit->memory};
  xy__engine_plan plan;
  rc = xy__engine_plan_make(&plan, stage->model, missing, stage->n_missing, &options, err);
  free(missing);
  if (rc != XY_OK) return xy__fail_prefix(err, rc, "stage '%s'", stage->spec->name);
  out->tokens = plan.tokens;
  out->nodes = plan.computed;
  out->walks = plan.walks;
  out->flops = plan.flops;
  out->memory = plan.memory;
  out->weight_bytes = plan.weight_bytes;
  return XY_OK;
}

static bool same_shape(const xy_model *a, const xy_model *b) {
  const xy__config *x = &a->config;
  const xy__config *y = &b->config;
  return x->D == y->D && x->F == y->F && x->L == y->L && x->V == y->V && x->G == y->G && x->gated == y->gated;
}

/* Stages of one shape run at one rate; it is measured once. */
static int estimate_seconds(xy_audit *audit, xy_error *err) {
  xy__engine_options options = {
      .precision = (xy_precision)audit->precision, .threads = audit->threads, .memory = audit->memory};
  const xy_model *measured = NULL;
  double rate = 0;
  for (size_t i = 0; i < audit->n_stages; i++) {
    xy_plan_stage *stage = &audit->plan[i];
    if (stage->flops <= 0) continue;
    if (measured == NULL || !same_shape(measured, audit->stages[i].model)) {
      int rc = xy__engine_rate(&rate, audit->stages[i].model, &options, err);
      if (rc != XY_OK) return rc;
      measured = audit->stages[i].model;
    }
    stage->seconds = stage->flops / rate;
  }
  return XY_OK;
}

/* Rows of the store and lines of samples.jsonl, from their formats: 4 bytes a log-probability, one byte for eight
 * greedy marks, about 40 bytes of key and page share a row; a sample line repeats both texts and about 600 bytes of
 * names and numbers. */
static int64_t disk_estimate(const xy_audit *audit) {
  int64_t bytes = 0;
  for (size_t i = 0; i < audit->n_stages; i++) {
    const xy__audit_stage *stage = &audit->stages[i];
    for (size_t s = 0; stage->tokens != NULL && s < stage->tokens->n; s++) {
      const xy__sequence *q = &stage->tokens->sequences[s];
      if (!stage->stored[s]) bytes += 40 + (q->n - q->first) * 33 / 8;
    }
    for (size_t b = 0; b < audit->n_benches; b++) {
      const xy_bench *bench = audit->benches[b];
      for (size_t k = 0; k < bench->n; k++) {
        for (size_t o = 0; o < bench->items[k].n_options; o++)
          bytes += 300 + (int64_t)strlen(bench->items[k].options[o].text);
      }
    }
  }
  return bytes;
}

int xy_audit_plan(xy_plan *out, xy_audit *audit, xy_error *err) {
  int rc = xy__audit_prepare(audit, err);
  if (rc == XY_OK && audit->plan == NULL) {
    xy_plan_stage *plan = xy__array(audit->n_stages, sizeof *plan);
    rc = plan == NULL ? xy__fail_memory(err, "plan") : XY_OK;
    for (size_t i = 0; rc == XY_OK && i < audit->n_stages; i++)
      rc = plan_stage(&plan[i], audit, &audit->stages[i], err);
    audit->plan = plan;
    if (rc == XY_OK) rc = estimate_seconds(audit, err);
    if (rc != XY_OK) {
      free(audit->plan);
      audit->plan = NULL;
    }
  }
  if (rc != XY_OK) return rc;
  xy_plan plan = {.n_stages = audit->n_stages, .stages = audit->plan, .disk = disk_estimate(audit)};
  for (size_t b = 0; b < audit->n_benches; b++) plan.items += (int64_t)audit->benches[b]->n;
  for (size_t i = 0; i < audit->n_stages; i++) {
    plan.seconds += audit->plan[i].seconds;
    if (audit->plan[i].memory > plan.memory) plan.memory = audit->plan[i].memory;
  }
  *out = plan;
  return XY_OK;
}
