/* See decode.h. */
#include "engine/decode/decode.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/decode/internal.h"
#include "engine/job.h"
#include "engine/pass/weights.h"

/* ---- checks ---------------------------------------------------------------------------------------------- */

static int check_prompt(const xy_model *model, const xy__prompt *p, size_t i, int64_t more, xy_error *err) {
  xy__sequence sequence = {.ids = p->ids, .n = p->n, .name = p->name};
  char number[32];
  const char *name = xy__sequence_name(&sequence, i, number);
  if (p->n < 1) return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected a prompt of at least one token, found none", name);
  if (p->n + more > model->config.context) {
    xy__fail(err, XY_ERR_ARGUMENT, "%s: expected at most %lld tokens (the context of %s), found %d and %lld to come",
             name, (long long)model->config.context, model->path, (int)p->n, (long long)more);
    return xy__hint(err, XY_ERR_ARGUMENT, "shorten the prompt, or let fewer tokens come (--max-new)");
  }
  return xy__sequence_check_ids(model, &sequence, i, err);
}

static int check(const xy_model *model, const xy__prompt *prompts, size_t n, const xy__decode_options *options,
                 xy_error *err) {
  int64_t more = options->kept != NULL ? 0 : options->decoding->max_new;
  int rc = xy__engine_check_options(options->precision, options->threads, options->memory, err);
  for (size_t i = 0; i < n && rc == XY_OK; i++) rc = check_prompt(model, &prompts[i], i, more, err);
  int64_t V = model->embedding->shape[0] < model->config.V ? model->embedding->shape[0] : model->config.V;
  for (size_t e = 0; e < options->decoding->n_ends && rc == XY_OK; e++) {
    int32_t id = options->decoding->ends[e];
    if (id >= 0 && id < V) continue;
    rc = xy__fail(err, XY_ERR_ARGUMENT, "end token: expected an id below %lld (the vocabulary of %s), found %d",
                  (long long)V, model->path, (int)id);
  }
  return rc;
}

/* ---- memory ---------------------------------------------------------------------------------------------- */

static int make_order(xy__decode *d) {
  xy__sequence *sequences = xy__array(d->n_prompts, sizeof *sequences);
  d->order = xy__array(d->n_prompts, sizeof *d->order);
  if (sequences != NULL && d->order != NULL) {
    for (size_t i = 0; i < d->n_prompts; i++) {
      sequences[i] = (xy__sequence){.ids = d->prompts[i].ids, .n = d->prompts[i].n};
    }
    xy__forest_order(d->order, sequences, d->n_prompts);
  }
  bool made = sequences != NULL && d->order != NULL;
  free(sequences);
  return made;
}

static bool make_growing(xy__growing *text, const xy__decode *d) {
  text->ids = xy__array((size_t)d->decoding->max_new, sizeof *text->ids);
  text->logprobs = xy__array((size_t)d->decoding->max_new, sizeof *text->logprobs);
  text->pages = xy__array((size_t)d->sizes.groups, sizeof *text->pages);
  text->page_ids = xy__array((size_t)d->sizes.groups, sizeof *text->page_ids);
  return text->ids != NULL && text->logprobs != NULL && text->pages != NULL && text->page_ids != NULL;
}

static int make(xy__decode *d, xy_error *err) {
  const xy__config *c = &d->model->config;
  int rc = xy__decode_sizes_make(d, err);
  if (rc == XY_OK) rc = xy__pass_make(&d->pass, &d->geometry, err);
  if (rc == XY_OK) rc = xy__pages_make(&d->pages, c, d->sizes.pages, err);
  if (rc != XY_OK) return rc;
  size_t rows = (size_t)d->sizes.rows;
  bool made = make_order(d);
  d->walked = xy__array((size_t)d->sizes.prompts, sizeof *d->walked);
  d->growing = xy__array(rows, sizeof *d->growing);
  d->residual = xy__aligned((size_t)(d->geometry.workers * d->geometry.rows * c->D) * sizeof(float));
  d->position = xy__array(rows, sizeof *d->position);
  d->logits = xy__aligned(rows * (size_t)c->V * sizeof(float));
  d->tokens = xy__array(rows, sizeof *d->tokens);
  d->samplers = xy__array((size_t)d->geometry.workers, sizeof *d->samplers);
  made = made && d->walked != NULL && d->growing != NULL && d->residual != NULL && d->position != NULL &&
         d->logits != NULL && d->tokens != NULL && d->samplers != NULL;
  for (size_t r = 0; r < rows && made; r++) made = make_growing(&d->growing[r], d);
  for (int w = 0; w < d->geometry.workers && made && rc == XY_OK; w++) {
    rc = xy__sampler_make(&d->samplers[w], d->geometry.kernels, d->decoding, c->V, err);
  }
  return made ? rc : xy__fail_memory(err, "texts that grow");
}

static void walked_dispose(xy__decode *d, xy__walked *walked) {
  for (int32_t i = 0; i < walked->n_pages && walked->pages != NULL; i++) xy__pages_drop(&d->pages, walked->pages[i]);
  free(walked->pages);
  free(walked->first);
  *walked = (xy__walked){0};
}

static void dispose(xy__decode *d) {
  for (int64_t i = 0; i < d->sizes.rows && d->growing != NULL; i++) {
    free(d->growing[i].ids);
    free(d->growing[i].logprobs);
    free(d->growing[i].pages);
    free(d->growing[i].page_ids);
  }
  for (int64_t i = d->at_walked; i < d->n_walked; i++) {
    free(d->walked[i].pages);
    free(d->walked[i].first);
  }
  for (int w = 0; w < d->geometry.workers && d->samplers != NULL; w++) xy__sampler_dispose(&d->samplers[w]);
  free(d->order);
  free(d->walked);
  free(d->growing);
  free(d->residual);
  free(d->position);
  free(d->logits);
  free(d->tokens);
  free(d->samplers);
  xy__pages_dispose(&d->pages);
  xy__pass_dispose(&d->pass);
  xy__geometry_dispose(&d->geometry);
}

/* ---- texts ----------------------------------------------------------------------------------------------- */

int xy__decode_report(xy__decode *d, xy_error *err) {
  if (d->options->progress == NULL) return XY_OK;
  double done = d->done;
  for (int64_t i = 0; i < d->n_growing; i++) done += (double)d->growing[i].n / (double)d->decoding->max_new;
  double share = done / ((double)d->n_prompts * (double)d->decoding->samples);
  if (d->options->progress(share < 1 ? share : 1, d->options->user) == 0) return XY_OK;
  return xy__fail(err, XY_ERR_CANCELLED, "cancelled");
}

static bool is_end(const xy_decoding *decoding, int32_t id) {
  for (size_t e = 0; e < decoding->n_ends; e++) {
    if (decoding->ends[e] == id) return true;
  }
  return false;
}

/* Takes a text's next token; *ended where it was the last, and the continuation has been handed out. */
static int add_token(xy__decode *d, xy__growing *text, const xy__token *token, bool *ended, xy_error *err) {
  const xy__decode_options *o = d->options;
  if (token->id < 0 || !isfinite(token->logprob)) {
    char number[32];
    xy__sequence sequence = {.name = d->prompts[text->prompt].name};
    const char *what = token->id < 0 ? "expected a token that may come, found every one banned"
                                     : "expected a finite log-probability, found none";
    return xy__fail(err, XY_ERR_NUMERIC, "%s: new token %d: %s (%s)",
                    xy__sequence_name(&sequence, text->prompt, number), (int)text->n + 1, what, d->model->path);
  }
  text->ids[text->n] = token->id;
  text->logprobs[text->n++] = token->logprob;
  xy__ending ending = XY__ENDED_EOS;
  bool stops = false;
  *ended = is_end(d->decoding, token->id);
  if (!*ended && o->stop != NULL) {
    int rc = o->stop(o->user, &stops, text->prompt, text->ids, text->n, err);
    if (rc != XY_OK) return rc;
    if (stops) ending = XY__ENDED_STOP;
  }
  if (!*ended && !stops && text->n == d->decoding->max_new) {
    ending = XY__ENDED_LENGTH;
    stops = true;
  }
  *ended = *ended || stops;
  if (!*ended) return XY_OK;
  d->done++;
  const xy__continuation continuation = {text->prompt, text->sample, text->ids, text->logprobs, text->n, ending};
  return o->done(o->user, &continuation, err);
}

static void add_page(const xy__decode *d, xy__growing *text, int32_t page) {
  text->page_ids[text->n_pages] = page;
  text->pages[text->n_pages++] = xy__page(&d->pages, page);
}

static void share_page(xy__decode *d, xy__growing *text, int32_t page) {
  xy__pages_share(&d->pages, page);
  add_page(d, text, page);
}

static void take_page(xy__decode *d, xy__growing *text) {
  add_page(d, text, xy__pages_take(&d->pages));
  text->promised--;
  d->promised--;
}

/* Full pages are the prompt's. What is begun is copied, since texts go on from it apart; the last one takes it over. */
static void share_prompt(xy__decode *d, xy__growing *text, const xy__walked *walked) {
  int32_t full = d->prompts[text->prompt].n / XY__LANES;
  text->n_pages = 0;
  while (text->n_pages < full) share_page(d, text, walked->pages[text->n_pages]);
  if (full == walked->n_pages) return;
  int32_t begun = walked->pages[full];
  if (walked->begun < d->decoding->samples) {
    take_page(d, text);
    memcpy(text->pages[full], xy__page(&d->pages, begun), d->pages.floats * sizeof(float));
  } else {
    share_page(d, text, begun);
    text->promised--;
    d->promised--;
  }
}

static void leave_pages(xy__decode *d, xy__growing *text) {
  for (int32_t i = 0; i < text->n_pages; i++) xy__pages_drop(&d->pages, text->page_ids[i]);
  d->promised -= text->promised;
  text->n_pages = 0;
  text->promised = 0;
}

/* The next step writes the last token's keys and values behind all others. */
static void make_room(xy__decode *d, xy__growing *text) {
  int32_t position = d->prompts[text->prompt].n + text->n - 1;
  if (position / XY__LANES == text->n_pages) take_page(d, text);
}

/* Begins the next samples of walked prompts, while rows and pages are free. */
static int begin(xy__decode *d, xy_error *err) {
  while (d->at_walked < d->n_walked && d->n_growing < d->sizes.rows) {
    xy__walked *walked = &d->walked[d->at_walked];
    if (walked->begun == d->decoding->samples) {
      walked_dispose(d, walked);
      d->at_walked++;
      continue;
    }
    int64_t own = xy__decode_own_pages(d, walked->prompt);
    if (own > d->pages.n_free - d->promised) return XY_OK;
    xy__growing *text = &d->growing[d->n_growing];
    text->prompt = walked->prompt;
    text->sample = walked->begun++;
    text->n = 0;
    bool ended;
    int rc = add_token(d, text, &walked->first[text->sample], &ended, err);
    if (rc != XY_OK) return rc;
    if (ended) continue;
    text->promised = (int32_t)own;
    d->promised += own;
    share_prompt(d, text, walked);
    make_room(d, text);
    d->n_growing++;
  }
  return XY_OK;
}

/* Adds the new tokens; who has ended makes room for the last row. */
static int settle(xy__decode *d, xy_error *err) {
  for (int64_t i = d->n_growing - 1; i >= 0; i--) {
    xy__growing *text = &d->growing[i];
    bool ended;
    int rc = add_token(d, text, &d->tokens[i], &ended, err);
    if (rc != XY_OK) return rc;
    if (!ended) {
      make_room(d, text);
      continue;
    }
    leave_pages(d, text);
    xy__growing last = d->growing[--d->n_growing];
    d->growing[d->n_growing] = *text;
    *text = last;
  }
  return XY_OK;
}

/* Nothing grows where only distributions were asked for: walked prompts are done with. */
static void let_go(xy__decode *d) {
  for (; d->at_walked < d->n_walked; d->at_walked++) {
    walked_dispose(d, &d->walked[d->at_walked]);
    d->done += d->decoding->samples;
  }
}

static int go_on(xy__decode *d, xy_error *err) {
  int rc = XY_OK;
  while (rc == XY_OK) {
    rc = begin(d, err);
    if (rc == XY_OK && d->at_walked == d->n_walked && d->n_growing < d->sizes.rows && d->next < d->n_prompts) {
      size_t before = d->next;
      rc = xy__decode_walk(d, err);
      if (d->options->kept != NULL) let_go(d);
      if (rc == XY_OK) rc = xy__decode_report(d, err);
      if (d->next > before) continue;
    }
    if (rc != XY_OK || d->n_growing == 0) break; /* sizes.c leaves room for one: all has been begun */
    rc = xy__decode_step(d, err);
    if (rc == XY_OK) rc = settle(d, err);
    if (rc == XY_OK) rc = xy__decode_report(d, err);
  }
  return rc;
}

int xy__engine_continue(const xy_model *model, const xy__prompt *prompts, size_t n, const xy__decode_options *options,
                        xy_error *err) {
  xy__decode d = {
      .model = model, .prompts = prompts, .n_prompts = n, .options = options, .decoding = options->decoding};
  int rc = check(model, prompts, n, options, err);
  if (rc != XY_OK || n == 0) return rc;
  rc = make(&d, err);
  if (rc == XY_OK) xy__weights_expect(model, 0);
  if (rc == XY_OK) rc = go_on(&d, err);
  dispose(&d);
  return rc;
}
