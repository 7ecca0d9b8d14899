/* (context, continuation) as text: what a stage is asked, written out for scoring elsewhere and found again among
 * imported scores. The same rules as for tokens (tokens.c) but that nothing is tokenized: a prompt format stands around
 * the prompt of a pair, everything else is the plain texts.
 */
#include <stdlib.h>
#include <string.h>

#include "ask/request.h"
#include "audit/audit.h"
#include "base/file.h"

typedef struct asked {
  xy__text context, continuation;
  xy__text whole;
  int32_t bytes; /* of what is scored: white space at the end of a plain context goes to the continuation */
} asked;

static void dispose(asked *text) {
  xy__text_dispose(&text->context);
  xy__text_dispose(&text->continuation);
  xy__text_dispose(&text->whole);
}

static int ask(asked *out, const xy_bench *bench, const xy__item *item, const xy__option *option,
               const xy__format *format, xy_error *err) {
  xy__text_clear(&out->context);
  xy__text_clear(&out->continuation);
  xy__text_clear(&out->whole);
  xy__text_add(&out->context, ""); /* never NULL */
  if (format == NULL || xy__format_plain(format) || item->prompt == NULL || bench->modality != XY__PAIR) {
    xy__text_add(&out->context, item->prompt != NULL ? item->prompt : "");
    xy__text_add(&out->continuation, option->text);
    size_t moved = out->context.size - xy__rstrip(out->context.data, out->context.size);
    out->bytes = (int32_t)(out->continuation.size + moved);
  } else {
    xy__request_rules rules = {.format = format, .bos = -1, .eos = -1};
    size_t context = 0;
    int rc = xy__request_prompt_text(&out->whole, &context, &rules, item->prompt, option->text, err);
    if (rc != XY_OK) return xy__fail_prefix(err, rc, "%s: item %s", bench->name, item->id);
    xy__text_add_bytes(&out->context, out->whole.data, context);
    xy__text_add(&out->continuation, out->whole.data + context);
    out->bytes = (int32_t)out->continuation.size;
  }
  return out->context.failed || out->continuation.failed ? xy__fail_memory(err, bench->name) : XY_OK;
}

/* ---- imported scores of a benchmark -------------------------------------------------------------------------- */

/* scores[]: of every option; `scores` may be NULL. */
static int cover(xy_import_coverage *out, xy__imported_option *scores, const xy_import *import, const xy_bench *bench,
                 const xy__format *format, xy_error *err) {
  xy_import_coverage found = {.items = bench->n, .missing_item = ""};
  asked text = {0};
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < bench->n; i++) {
    const xy__item *item = &bench->items[i];
    bool complete = true;
    for (size_t o = 0; rc == XY_OK && o < item->n_options; o++) {
      rc = ask(&text, bench, item, &item->options[o], format, err);
      if (rc != XY_OK) break;
      const xy__imported_score *score = xy__imported_find(import, text.context.data, text.continuation.data);
      if (scores != NULL) scores[found.requests] = (xy__imported_option){score, text.bytes};
      found.requests++;
      found.scored += score != NULL;
      complete = complete && score != NULL;
    }
    found.complete += complete;
    if (!complete && *found.missing_item == '\0') found.missing_item = item->id;
  }
  dispose(&text);
  if (rc == XY_OK) *out = found;
  return rc;
}

int xy_import_cover(xy_import_coverage *out, const xy_import *import, const xy_bench *bench, const char *format,
                    xy_error *err) {
  const xy__format *found = NULL;
  xy__format *owned = NULL;
  const xy__audit_stage stage = {.format = format};
  int rc = xy__audit_format(&found, &owned, &stage, err);
  if (rc == XY_OK) rc = cover(out, NULL, import, bench, found, err);
  xy__format_free(owned);
  return rc;
}

int xy__imported_scores(xy__imported_option *scores, const xy__audit_stage *stage, const xy_bench *bench,
                        xy_error *err) {
  const xy__format *format = NULL;
  xy__format *owned = NULL;
  xy_import_coverage found = {0};
  int rc = xy__audit_format(&format, &owned, stage, err);
  if (rc == XY_OK) rc = cover(&found, scores, stage->imported, bench, format, err);
  xy__format_free(owned);
  if (rc != XY_OK || found.complete == found.items) return rc;
  rc =
      xy__fail(err, XY_ERR_NOT_FOUND,
               "%s: benchmark %s: %zu of %zu texts have no score (%zu of %zu items are complete); the first is item %s",
               stage->imported->files[0], bench->name, found.requests - found.scored, found.requests, found.complete,
               found.items, found.missing_item);
  return xy__hint(err, rc, "xylem export FAMILY --requests FILE writes what a stage must be asked");
}

/* ---- requests to score elsewhere ----------------------------------------------------------------------------- */

typedef struct writer {
  xy__file_out out;
  xy__map seen;
  xy__arena arena;
  int64_t n;
} writer;

static void add_json(xy__text *line, const char *key, const char *text) {
  xy__text_addf(line, "\"%s\": ", key);
  xy__text_add_json(line, text, strlen(text));
}

static int write_one(writer *w, const xy_bench *bench, const xy__item *item, const asked *text, xy__text *line,
                     xy_error *err) {
  size_t bytes = text->context.size + 1 + text->continuation.size;
  char *key = xy__arena_alloc(&w->arena, bytes + 1);
  if (key == NULL) return xy__fail_memory(err, "requests");
  memcpy(key, text->context.data, text->context.size);
  memcpy(key + text->context.size + 1, text->continuation.data, text->continuation.size);
  int64_t known;
  if (xy__map_get(&w->seen, key, bytes, &known)) return XY_OK;
  if (!xy__map_put(&w->seen, key, bytes, w->n++)) return xy__fail_memory(err, "requests");
  xy__text_clear(line);
  xy__text_add(line, "{");
  add_json(line, "benchmark", bench->name);
  xy__text_add(line, ", ");
  add_json(line, "item", item->id);
  xy__text_add(line, ", ");
  add_json(line, "context", text->context.data);
  xy__text_add(line, ", ");
  add_json(line, "continuation", text->continuation.data);
  xy__text_add(line, "}\n");
  return line->failed ? xy__fail_memory(err, "requests") : xy__file_append(&w->out, line->data, line->size, err);
}

static int write_all(writer *w, const xy_audit *audit, const xy__format *format, xy_error *err) {
  asked text = {0};
  xy__text line = {0};
  int rc = XY_OK;
  for (size_t b = 0; rc == XY_OK && b < audit->n_benches; b++) {
    const xy_bench *bench = audit->benches[b];
    for (size_t i = 0; rc == XY_OK && i < bench->n; i++) {
      const xy__item *item = &bench->items[i];
      for (size_t o = 0; rc == XY_OK && o < item->n_options; o++) {
        rc = ask(&text, bench, item, &item->options[o], format, err);
        if (rc == XY_OK) rc = write_one(w, bench, item, &text, &line, err);
      }
    }
  }
  dispose(&text);
  xy__text_dispose(&line);
  return rc;
}

/* The stage whose requests are wanted: the only one named, else the first. */
static const xy__audit_stage *asked_stage(const xy_audit *audit, const xy_audit_options *options) {
  for (size_t i = 0; options->n_only_stages > 0 && i < audit->n_stages; i++) {
    if (strcmp(audit->stages[i].spec->name, options->only_stages[0]) == 0) return &audit->stages[i];
  }
  return &audit->stages[0];
}

int xy_requests_write(int64_t *out, const char *path, const xy_family *family, const xy_audit_options *options,
                      xy_error *err) {
  xy_audit *audit = NULL;
  writer w = {0};
  const xy__format *format = NULL;
  xy__format *owned = NULL;
  static const xy_audit_options defaults = XY_AUDIT_OPTIONS_INIT;
  if (options == NULL) options = &defaults;
  if (options->n_only_stages > 1) return xy__fail(err, XY_ERR_ARGUMENT, "expected one stage, found several");
  int rc = xy__audit_open_texts(&audit, family, options, err);
  if (rc != XY_OK) return rc;
  const xy__audit_stage *stage = asked_stage(audit, options);
  if (stage->tail != NULL && strcmp(stage->tail, "none") != 0) {
    rc = xy__fail(err, XY_ERR_UNSUPPORTED, "stage '%s': tail '%s' is an end token, which no text of a request can hold",
                  stage->spec->name, stage->tail);
  }
  if (rc == XY_OK) rc = xy__audit_format(&format, &owned, stage, err);
  if (rc == XY_OK) rc = xy__file_begin(&w.out, path, err);
  if (rc == XY_OK) rc = write_all(&w, audit, format, err);
  if (rc == XY_OK) rc = xy__file_finish(&w.out, err);
  xy__file_drop(&w.out);
  xy__map_dispose(&w.seen);
  xy__arena_dispose(&w.arena);
  xy__format_free(owned);
  xy_audit_free(audit);
  if (rc == XY_OK) *out = w.n;
  return rc;
}
