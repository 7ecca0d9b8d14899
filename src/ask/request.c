/* See request.h. The plain format follows lm-evaluation-harness 0.4.13 (TemplateLM._encode_pair and loglikelihood,
 * HFLM.tok_encode), the others ContextualAI/HALOs (dataloader.py, branch legacy).
 *
 * Every sequence of ids here is start tokens + ids of a text, from `lead`. A request is the lead of the whole text,
 * and the cut stands where the lead of the context ends.
 */
#include "ask/request.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int64_t end_token(const xy__request_rules *rules) {
  int64_t eos = xy__tokenizer_eos(rules->tokenizer);
  return eos >= 0 ? eos : rules->eos;
}

/* BOS, or EOS where there is none: lm-evaluation-harness's prefix token. -1 for neither. */
static int64_t start_token(const xy__request_rules *rules) {
  int64_t bos = xy__tokenizer_bos(rules->tokenizer);
  if (bos < 0) bos = rules->bos;
  return bos >= 0 ? bos : end_token(rules);
}

/* The start tokens that the rules ask for: *n of them at *ids. `one` is room for a single one. */
static int start_of(const int32_t **ids, size_t *n, int32_t *one, const xy__request_rules *rules, bool empty,
                    xy_error *err) {
  *n = 0;
  if (rules->start == XY_START_NONE) return XY_OK;
  if (rules->start != XY_START_ALWAYS && !empty) {
    *n = xy__tokenizer_prefix(ids, rules->tokenizer);
    return XY_OK;
  }
  int64_t start = start_token(rules);
  if (start < 0 || start > INT32_MAX) {
    return xy__fail(err, XY_ERR_UNSUPPORTED, "neither tokenizer nor config names a start (BOS) or end (EOS) token");
  }
  *one = (int32_t)start;
  *ids = one;
  *n = 1;
  return XY_OK;
}

static int put_in_front(xy__ids *ids, const int32_t *more, size_t n, xy_error *err) {
  if (n == 0) return XY_OK;
  int32_t *grown = realloc(ids->ids, (ids->n + n) * sizeof *grown);
  if (grown == NULL) return xy__fail_memory(err, "tokenizing");
  memmove(grown + n, grown, ids->n * sizeof *grown);
  memcpy(grown, more, n * sizeof *grown);
  ids->ids = grown;
  ids->n += n;
  ids->capacity = ids->n;
  return XY_OK;
}

/* Start tokens and the ids of text[0..bytes); never two start tokens in a row: a text that begins with one keeps it
 * alone. `empty`: the context is empty. *out is empty on entry; caller frees out->ids in any case. */
static int lead(xy__ids *out, const xy__request_rules *rules, const char *text, size_t bytes, bool empty,
                xy_error *err) {
  const int32_t *start;
  int32_t one;
  size_t n;
  int rc = xy__tokenizer_append(out, rules->tokenizer, text, bytes, false, err);
  if (rc == XY_OK) rc = start_of(&start, &n, &one, rules, empty, err);
  if (rc != XY_OK || n == 0) return rc;
  bool there = out->n > 0 && (out->ids[0] == start[0] || out->ids[0] == start_token(rules));
  return there ? XY_OK : put_in_front(out, start, n, err);
}

const char *xy__request_end(const xy__request_rules *rules) {
  int64_t eos = end_token(rules);
  return eos >= 0 && eos <= INT32_MAX ? xy__tokenizer_text(rules->tokenizer, (int32_t)eos) : "";
}

static int check_tail(const xy__ids *whole, const xy__request_rules *rules, xy__tail tail, xy_error *err) {
  if (tail == XY__TAIL_NONE) return XY_OK;
  if (whole->n > 0 && whole->ids[whole->n - 1] == end_token(rules)) return XY_OK;
  return xy__fail(err, XY_ERR_UNSUPPORTED, "the tokenizer does not recognise its end token '%s' in a text",
                  xy__tokenizer_text(rules->tokenizer, (int32_t)end_token(rules)));
}

static bool begins_with(const xy__ids *whole, const xy__ids *part) {
  return part->n <= whole->n && (part->n == 0 || memcmp(whole->ids, part->ids, part->n * sizeof *part->ids) == 0);
}

/* Where scoring starts, with at least one token before and one behind it. */
static int check_cut(size_t first, size_t n, bool empty, const xy__request_rules *rules, xy_error *err) {
  if (n > INT32_MAX) return xy__fail(err, XY_ERR_ARGUMENT, "%zu tokens are too many", n);
  if (first == 0) {
    return xy__fail(err, XY_ERR_ARGUMENT, "the context gives no token, so nothing comes before the continuation");
  }
  if (first < n) return XY_OK;
  if (empty && rules->start == XY_START_NONE) {
    return xy__fail(err, XY_ERR_ARGUMENT,
                    "nothing to score: %zu %s, of which the first has no context (start token: none)", n,
                    xy_plural((int64_t)n, "token", "tokens"));
  }
  return xy__fail(err, XY_ERR_ARGUMENT,
                  "no token is left for the continuation: context and continuation together give %zu, the context "
                  "alone %zu",
                  n, first);
}

static int make(xy__request *out, xy__asked_text *text, xy__ids *whole, xy__ids *context,
                const xy__request_rules *rules, const xy__asked *asked, xy_error *err) {
  if (asked->continuation == NULL || *asked->continuation == '\0') {
    return xy__fail(err, XY_ERR_ARGUMENT, "the continuation is empty");
  }
  int rc = xy__asked_write(text, asked, xy__request_end(rules), err);
  bool empty = text->context == 0;
  if (rc == XY_OK) rc = lead(whole, rules, text->text.data, text->text.size, empty, err);
  if (rc == XY_OK) rc = check_tail(whole, rules, asked->tail, err);
  if (rc != XY_OK) return rc;
  size_t first = 1; /* of an empty context: the start token, or a first token that is not scored */
  bool split = false;
  if (!empty) {
    rc = lead(context, rules, text->text.data, text->context, false, err);
    if (rc != XY_OK) return rc;
    first = context->n;
    split = !begins_with(whole, context);
  }
  rc = check_cut(first, whole->n, empty, rules, err);
  if (rc != XY_OK) return rc;
  /* lm-evaluation-harness gives the model the context's own tokens, then the rest of the whole. */
  if (split && asked->format->plain) memcpy(whole->ids, context->ids, first * sizeof *context->ids);
  *out = (xy__request){.ids = whole->ids,
                       .n = (int32_t)whole->n,
                       .first = (int32_t)first,
                       .split = split,
                       .bytes = text->scored - text->context};
  whole->ids = NULL;
  return XY_OK;
}

int xy__request_make(xy__request *out, const xy__request_rules *rules, const xy__asked *asked, const char *item,
                     xy_error *err) {
  xy__asked_text text = {0};
  xy__ids whole = {0};
  xy__ids context = {0};
  int rc = make(out, &text, &whole, &context, rules, asked, err);
  if (rc != XY_OK) xy__fail_prefix(err, rc, "%s", item);
  xy__asked_text_dispose(&text);
  free(whole.ids);
  free(context.ids);
  return rc;
}

int xy__request_prompt(int32_t **ids, int32_t *n_ids, const xy__request_rules *rules, const xy__turn *turns, size_t n,
                       const xy__format *format, const char *item, xy_error *err) {
  xy__text text = {0};
  xy__ids whole = {0};
  xy__text_add(&text, "");
  int rc = xy__format_lay_out(&text, format, turns, n, xy__request_end(rules), err);
  if (rc == XY_OK && text.failed) rc = xy__fail_memory(err, "a prompt");
  if (rc == XY_OK) rc = lead(&whole, rules, text.data, text.size, text.size == 0, err);
  if (rc == XY_OK && (whole.n == 0 || whole.n > INT32_MAX)) {
    rc = xy__fail(err, XY_ERR_ARGUMENT, "expected a prompt of at least one token, found %zu", whole.n);
  }
  xy__text_dispose(&text);
  if (rc == XY_OK) {
    *ids = whole.ids;
    *n_ids = (int32_t)whole.n;
    return XY_OK;
  }
  free(whole.ids);
  return xy__fail_prefix(err, rc, "%s", item);
}

int xy__request_cut(int32_t *out, bool *split, const xy__request *request, const xy__request_rules *rules,
                    const xy__asked *asked, size_t bytes, const char *item, xy_error *err) {
  xy__asked bare = *asked; /* a tail comes after any cut */
  bare.tail = XY__TAIL_NONE;
  xy__asked_text text = {0};
  xy__ids head = {0};
  int rc = bytes <= strlen(asked->continuation) ? xy__asked_write(&text, &bare, xy__request_end(rules), err)
                                                : xy__fail(err, XY_ERR_ARGUMENT, "a cut behind the end of the text");
  if (rc != XY_OK) goto out;
  size_t end = text.answer + xy__rstrip(asked->continuation, bytes);
  if (end <= text.answer) { /* nothing before the cut */
    *out = request->first;
    *split = request->split;
    goto out;
  }
  rc = lead(&head, rules, text.text.data, end, text.context == 0, err);
  if (rc != XY_OK) goto out;
  xy__ids whole = {.ids = request->ids, .n = (size_t)request->n};
  *split = !begins_with(&whole, &head);
  *out = head.n < whole.n ? (int32_t)head.n : request->n;
out:
  if (rc != XY_OK) xy__fail_prefix(err, rc, "%s", item);
  xy__asked_text_dispose(&text);
  free(head.ids);
  return rc;
}
