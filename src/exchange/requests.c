/* Requests: what a stage is asked (ask/ask.h) as (context, continuation), written out for scoring elsewhere. */
#include <stdlib.h>
#include <string.h>

#include "ask/ask.h"
#include "audit/audit.h"
#include "audit/preference_rows.h"
#include "base/output.h"
#include "measure/task.h"

typedef struct writer {
  xy__file_out out;
  xy__map seen;
  xy__arena arena;
  int64_t n;
} writer;

static void add_json(xy__text *line, const char *key, const char *text, size_t bytes) {
  xy__text_addf(line, "\"%s\": ", key);
  xy__text_add_json(line, text, bytes);
}

/* A text that was asked before is known by its bytes and its cuts: before the continuation, and after the identity. */
static int is_new(bool *out, writer *w, const xy__asked_text *text, int64_t identity_end, xy_error *err) {
  size_t bytes = sizeof text->cut + sizeof identity_end + text->text.size;
  char *key = xy__arena_alloc(&w->arena, bytes);
  if (key == NULL) return xy__fail_memory(err, "requests");
  memcpy(key, &text->cut, sizeof text->cut);
  memcpy(key + sizeof text->cut, &identity_end, sizeof identity_end);
  memcpy(key + sizeof text->cut + sizeof identity_end, text->text.data, text->text.size);
  int64_t known;
  *out = !xy__map_get(&w->seen, key, bytes, &known);
  if (*out && !xy__map_put(&w->seen, key, bytes, w->n++)) return xy__fail_memory(err, "requests");
  return XY_OK;
}

/* `laid_out`: a format made the context. */
static int write_one(writer *w, const xy_bench *bench, const xy__item *item, const xy__option *option,
                     const xy__asked_text *text, bool laid_out, xy__text *line, xy_error *err) {
  int64_t identity_end = xy__asked_identity_end(text, option);
  bool fresh;
  int rc = is_new(&fresh, w, text, identity_end, err);
  if (rc != XY_OK || !fresh) return rc;
  xy__text_clear(line);
  xy__text_add(line, "{");
  add_json(line, "benchmark", bench->name, strlen(bench->name));
  xy__text_add(line, ", ");
  add_json(line, "item", item->id, strlen(item->id));
  xy__text_add(line, ", ");
  add_json(line, "context", text->text.data, text->cut);
  xy__text_add(line, ", ");
  add_json(line, "continuation", text->text.data + text->cut, text->text.size - text->cut);
  if (identity_end >= 0) xy__text_addf(line, ", \"identity_end\": %lld", (long long)identity_end);
  if (laid_out && text->cut > 0) xy__text_add(line, ", \"laid_out\": true");
  xy__text_add(line, "}\n");
  return line->failed ? xy__fail_memory(err, "requests") : xy__file_append(&w->out, line->data, line->size, err);
}

static int write_all(writer *w, const xy_audit *audit, const xy__format *format, xy_error *err) {
  xy__asked_text text = {0};
  xy__text line = {0};
  int rc = XY_OK;
  for (size_t b = 0; rc == XY_OK && b < audit->benches.n; b++) {
    const xy_bench *bench = audit->benches.list[b];
    for (size_t i = 0; rc == XY_OK && i < xy__bench_asked(bench); i++) {
      const xy__item *item = &bench->items[i];
      for (size_t o = 0; rc == XY_OK && o < item->n_options; o++) {
        rc = xy__asked_option_text(&text, bench, item, &item->options[o], xy__task_of(bench)->prompted, format, err);
        bool laid_out = !format->plain && (item->turns != NULL || xy__task_of(bench)->prompted);
        if (rc == XY_OK) rc = write_one(w, bench, item, &item->options[o], &text, laid_out, &line, err);
      }
    }
  }
  xy__asked_text_dispose(&text);
  xy__text_dispose(&line);
  return rc;
}

/* The stage whose requests are wanted: the only one named, else the first. */
static const xy__audit_stage *asked_stage(const xy_audit *audit, const char *const *only, size_t n_only) {
  const xy__audit_stages *stages = &audit->stages;
  for (size_t i = 0; n_only > 0 && i < stages->n; i++) {
    if (strcmp(stages->list[i].spec->name, only[0]) == 0) return &stages->list[i];
  }
  return &stages->list[0];
}

static int write_requests(int64_t *out, const char *path, const xy_audit *audit, const xy__audit_stage *stage,
                          xy_error *err) {
  writer w = {0};
  const xy__format *format = NULL;
  int rc = XY_OK;
  if (stage->source.tail != NULL && strcmp(stage->source.tail, "none") != 0) {
    rc = xy__fail(err, XY_ERR_UNSUPPORTED, "stage '%s': tail '%s' is an end token, which no text of a request can hold",
                  stage->spec->name, stage->source.tail);
  }
  if (rc == XY_OK) rc = xy__format_open(&format, stage->source.format, err);
  if (rc == XY_OK) rc = xy__file_begin(&w.out, path, err);
  if (rc == XY_OK) rc = write_all(&w, audit, format, err);
  if (rc == XY_OK) rc = xy__file_finish(&w.out, err);
  xy__file_drop(&w.out);
  xy__map_dispose(&w.seen);
  xy__arena_dispose(&w.arena);
  xy__format_close(format);
  if (rc == XY_OK) *out = w.n;
  return rc;
}

static int fail_stages(xy_error *err) { return xy__fail(err, XY_ERR_ARGUMENT, "expected one stage, found several"); }

int xy_requests_write(int64_t *out, const char *path, const xy_family *family, const xy_audit_options *options,
                      xy_error *err) {
  xy__error_clear(err);
  static const xy_audit_options defaults = XY_AUDIT_OPTIONS_INIT;
  if (options == NULL) options = &defaults;
  if (options->n_only_stages > 1) return fail_stages(err);
  xy_audit *audit = NULL;
  int rc = xy__audit_begin(&audit, family, options, &xy__benchmarks_run, NULL, err);
  if (rc != XY_OK) return rc;
  rc = write_requests(out, path, audit, asked_stage(audit, options->only_stages, options->n_only_stages), err);
  xy_audit_free(audit);
  return rc;
}

int xy_reward_requests_write(int64_t *out, const char *path, const xy_family *family, const char *preferences,
                             const xy_reward_options *options, xy_error *err) {
  xy__error_clear(err);
  static const xy_reward_options defaults = XY_REWARD_OPTIONS_INIT;
  if (options == NULL) options = &defaults;
  if (options->n_only_stages > 1) return fail_stages(err);
  xy_audit *audit = NULL;
  int rc = xy__reward_begin(&audit, family, preferences, options, err);
  if (rc != XY_OK) return rc;
  rc = write_requests(out, path, audit, asked_stage(audit, options->only_stages, options->n_only_stages), err);
  xy_audit_free(audit);
  return rc;
}
