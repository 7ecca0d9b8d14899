/* See sequences.h. Every option is tokenized on its own (all cores), then equal sequences are merged in order of first
 * appearance: counterparts recur under many targets, and imported files repeat whole sentences.
 */
#include "ask/sequences.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* A request as it comes out of the tokenizer, before merging. */
typedef struct raw {
  xy__request request;
  int32_t cut;
  bool split;
} raw;

/* How every option is asked. */
typedef struct manner {
  const xy__request_rules *rules;
  const xy__format *format;
  xy__tail tail;
  bool prompted; /* the items of the benchmark in hand */
} manner;

static size_t count_options(const xy_bench *bench) {
  size_t n = 0;
  for (size_t i = 0; i < xy__bench_asked(bench); i++) n += bench->items[i].n_options;
  return n;
}

/* The cut is the identity's where one is known; else the option has the one before the continuation alone. */
static int make_one(raw *out, const xy_bench *bench, const xy__item *item, const xy__option *option, const manner *how,
                    xy_error *err) {
  char name[512];
  snprintf(name, sizeof name, "%s: item %s", bench->name, item->id);
  xy__asked asked = xy__ask_option(item, option, how->prompted, how->format, how->tail);
  out->cut = -1;
  int rc = xy__request_make(&out->request, how->rules, &asked, name, err);
  if (rc == XY_OK && asked.answer) out->split = out->request.split;
  if (rc == XY_OK && option->identity_end >= 0) {
    rc = xy__request_cut(&out->cut, &out->split, &out->request, how->rules, &asked, (size_t)option->identity_end, name,
                         err);
  }
  return rc;
}

/* raws[count_options(bench)]; the error of the first failing item is reported, whatever the threads did. */
static int tokenize(raw *raws, const xy_bench *bench, const manner *how, int threads, xy_error *err) {
  size_t asked = xy__bench_asked(bench), *start = xy__array(asked + 1, sizeof *start);
  if (start == NULL) return xy__fail_memory(err, bench->name);
  for (size_t i = 0; i < asked; i++) start[i + 1] = start[i] + bench->items[i].n_options;
  int rc = XY_OK;
  size_t failed = SIZE_MAX;
#pragma omp parallel for schedule(dynamic, 256) num_threads(threads)
  for (size_t i = 0; i < asked; i++) {
    xy_error own = {0};
    for (size_t o = 0; o < bench->items[i].n_options; o++) {
      int bad = make_one(&raws[start[i] + o], bench, &bench->items[i], &bench->items[i].options[o], how, &own);
      if (bad == XY_OK) continue;
#pragma omp critical
      if (i < failed) {
        failed = i;
        rc = bad;
        if (err != NULL) *err = own;
      }
      break;
    }
  }
  free(start);
  return rc;
}

/* Copies the ids of every request, its `first` in front, into one block, and maps equal ones to one sequence. */
static int merge(xy__tokens *tokens, raw *const *raws, const size_t *counts, xy_error *err) {
  size_t requests = 0;
  size_t total = 0;
  for (size_t b = 0; b < tokens->n_benches; b++) {
    requests += counts[b];
    for (size_t i = 0; i < counts[b]; i++) total += (size_t)raws[b][i].request.n + 1;
  }
  xy__map seen = {0};
  int rc = XY_OK;
  tokens->ids = xy__array(total, sizeof *tokens->ids);
  tokens->sequences = xy__array(requests, sizeof *tokens->sequences);
  if (tokens->ids == NULL || tokens->sequences == NULL) rc = xy__fail_memory(err, "token sequences");
  int32_t *at = tokens->ids;
  for (size_t b = 0; rc == XY_OK && b < tokens->n_benches; b++) {
    for (size_t i = 0; i < counts[b]; i++) {
      const raw *r = &raws[b][i];
      size_t n = (size_t)r->request.n;
      at[0] = r->request.first;
      memcpy(at + 1, r->request.ids, n * sizeof *at);
      size_t bytes = (n + 1) * sizeof *at;
      int64_t sequence;
      if (!xy__map_get(&seen, (const char *)at, bytes, &sequence)) {
        sequence = (int64_t)tokens->n;
        if (!xy__map_put(&seen, (const char *)at, bytes, sequence)) {
          rc = xy__fail_memory(err, "token sequences");
          break;
        }
        tokens->sequences[tokens->n++] = (xy__sequence){.ids = at + 1, .n = r->request.n, .first = r->request.first};
        at += n + 1;
      }
      tokens->options[b][i] = (xy__token_option){
          .sequence = (uint32_t)sequence, .cut = r->cut, .bytes = (int32_t)r->request.bytes, .split = r->split};
    }
  }
  xy__map_dispose(&seen);
  return rc;
}

/* Sequences are named after the first item that wants them, so that the engine's errors name an item. */
static void name_sequences(xy__tokens *tokens, xy_bench *const *benches) {
  for (size_t b = tokens->n_benches; b-- > 0;) {
    size_t at = count_options(benches[b]);
    for (size_t i = xy__bench_asked(benches[b]); i-- > 0;) {
      for (size_t o = benches[b]->items[i].n_options; o-- > 0;) {
        tokens->sequences[tokens->options[b][--at].sequence].name = benches[b]->items[i].id;
      }
    }
  }
}

static void count_splits(xy__tokens *tokens, xy_bench *const *benches) {
  for (size_t b = 0; b < tokens->n_benches; b++) {
    size_t at = 0;
    for (size_t i = 0; i < benches[b]->n; i++) {
      bool split = false;
      for (size_t o = 0; o < benches[b]->items[i].n_options; o++) split = tokens->options[b][at++].split || split;
      tokens->split[b] += split;
    }
  }
}

int xy__tokens_make(xy__tokens **out, xy_bench *const *benches, const bool *prompted, size_t n_benches,
                    const xy__request_rules *rules, const xy__format *format, xy__tail tail, int threads,
                    xy_error *err) {
  manner how = {.rules = rules, .format = format, .tail = tail};
  xy__tokens *tokens = xy__array(1, sizeof *tokens);
  raw **raws = xy__array(n_benches, sizeof(raw *));
  size_t *counts = xy__array(n_benches, sizeof *counts);
  int rc = XY_OK;
  if (tokens != NULL) {
    tokens->options = xy__array(n_benches, sizeof(xy__token_option *));
    tokens->split = xy__array(n_benches, sizeof *tokens->split);
    tokens->terms = xy__array(n_benches, sizeof *tokens->terms);
    tokens->lost = xy__array(n_benches, sizeof *tokens->lost);
  }
  if (tokens == NULL || raws == NULL || counts == NULL || tokens->options == NULL || tokens->split == NULL ||
      tokens->terms == NULL || tokens->lost == NULL) {
    rc = xy__fail_memory(err, "token sequences");
    goto out;
  }
  tokens->n_benches = n_benches;
  for (size_t b = 0; b < n_benches && rc == XY_OK; b++) {
    how.prompted = prompted[b];
    counts[b] = count_options(benches[b]);
    raws[b] = xy__array(counts[b], sizeof *raws[b]);
    tokens->options[b] = xy__array(counts[b], sizeof *tokens->options[b]);
    rc = raws[b] == NULL || tokens->options[b] == NULL ? xy__fail_memory(err, benches[b]->name)
                                                       : tokenize(raws[b], benches[b], &how, threads, err);
    if (rc == XY_OK) {
      rc = xy_bench_terms(&tokens->terms[b].list, &tokens->terms[b].n, benches[b], rules->tokenizer, err);
    }
    if (rc == XY_OK) rc = xy__lost_count(&tokens->lost[b], benches[b], rules->tokenizer, err);
  }
  if (rc == XY_OK) rc = merge(tokens, raws, counts, err);
  if (rc != XY_OK) goto out;
  tokens->offset = xy__array(tokens->n + 1, sizeof *tokens->offset);
  if (tokens->offset == NULL) {
    rc = xy__fail_memory(err, "token sequences");
    goto out;
  }
  xy__engine_offsets(tokens->offset, tokens->sequences, tokens->n);
  name_sequences(tokens, benches);
  count_splits(tokens, benches);
out:
  for (size_t b = 0; raws != NULL && counts != NULL && b < n_benches; b++) {
    for (size_t i = 0; raws[b] != NULL && i < counts[b]; i++) free(raws[b][i].request.ids);
    free(raws[b]);
  }
  free(raws);
  free(counts);
  if (rc != XY_OK) {
    xy__tokens_free(tokens);
    return rc;
  }
  *out = tokens;
  return XY_OK;
}

void xy__tokens_free(xy__tokens *tokens) {
  if (tokens == NULL) return;
  for (size_t b = 0; tokens->options != NULL && b < tokens->n_benches; b++) free(tokens->options[b]);
  free(tokens->options);
  for (size_t b = 0; tokens->terms != NULL && b < tokens->n_benches; b++) free(tokens->terms[b].list);
  free(tokens->terms);
  free(tokens->split);
  free(tokens->lost);
  free(tokens->sequences);
  free(tokens->offset);
  free(tokens->ids);
  free(tokens);
}
