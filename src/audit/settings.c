/* See settings.h. */
#include "audit/settings.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/engine.h"

static int keep(const char **out, xy__arena *arena, const char *text, xy_error *err) {
  *out = xy__arena_string(arena, text);
  return *out != NULL ? XY_OK : xy__fail_memory(err, "audit");
}

static int keep_path(const char **out, xy__arena *arena, const char *folder, const char *name, xy_error *err) {
  char *path = xy__path_join(folder, name);
  if (path == NULL) return xy__fail_memory(err, name);
  int rc = keep(out, arena, path, err);
  free(path);
  return rc;
}

static json_t *strings(const char *const *list, size_t n) {
  json_t *array = json_array();
  for (size_t i = 0; array != NULL && i < n; i++) json_array_append_new(array, xy__json_of(list[i]));
  return array;
}

static int settle_measures(xy__measure_settings *out, const xy_family *family, const xy_audit_options *options,
                           xy_error *err) {
  *out = family->settings;
  if (options->draws > 0) out->stats.draws = options->draws;
  if (options->draws < 0 || (options->draws > 0 && options->draws < 100)) {
    return xy__fail(err, XY_ERR_ARGUMENT, "draws: expected at least 100, found %lld", (long long)options->draws);
  }
  if (options->seed != 0) out->stats.seed = options->seed;
  return options->mode != NULL ? xy__mode_parse(&out->headline, options->mode, err) : XY_OK;
}

static int settle_scoring(xy__scoring *out, const xy_family *family, const xy_audit_options *options, xy_error *err) {
  out->precision = options->precision != XY_PRECISION_DEFAULT ? options->precision : (xy_precision)family->precision;
  out->start = options->start != XY_START_DEFAULT ? options->start : (xy_start)family->start;
  if ((int)out->precision < XY_FP32 || out->precision > XY_BF16) {
    return xy__fail(err, XY_ERR_ARGUMENT, "precision: expected an xy_precision, found %d", (int)out->precision);
  }
  if ((int)out->start < XY_START_TOKENIZER || out->start > XY_START_NONE) {
    return xy__fail(err, XY_ERR_ARGUMENT, "start: expected an xy_start, found %d", (int)out->start);
  }
  out->threads = options->threads > 0 ? options->threads : omp_get_max_threads();
  out->memory = options->memory;
  out->plan_only = options->plan_only;
  out->progress = options->progress;
  out->user = options->user;
  return XY_OK;
}

/* Where the run and the store lie. */
static int settle_places(xy__audit_settings *out, xy__scoring *scoring, const xy_family *family,
                         const xy_audit_options *options, xy__arena *arena, xy_error *err) {
  const char *runs = options->runs != NULL ? options->runs : "runs";
  int rc = keep(&out->name, arena, options->name != NULL ? options->name : family->name, err);
  if (rc != XY_OK) return rc;
  if (*out->name == '\0' || strchr(out->name, '/') != NULL || strcmp(out->name, "..") == 0) {
    return xy__fail(err, XY_ERR_ARGUMENT, "run name '%s': expected a name without '/'", out->name);
  }
  if (!xy__is_name(out->name)) {
    return xy__fail(err, XY_ERR_ARGUMENT, "run name '%s': expected UTF-8 without control characters", out->name);
  }
  rc = keep_path(&out->directory, arena, runs, out->name, err);
  if (rc != XY_OK) return rc;
  return options->store != NULL ? keep(&scoring->store_path, arena, options->store, err)
                                : keep_path(&scoring->store_path, arena, runs, "scores.sqlite", err);
}

int xy__audit_settle(xy__audit_settings *out, xy__scoring *scoring, const xy_family *family,
                     const xy_audit_options *options, xy__arena *arena, xy_error *err) {
  out->limit = options->limit;
  out->narrowed = options->n_identities > 0 || options->n_themes > 0 || options->limit > 0;
  out->show_text = options->show_text;
  out->replace = options->replace;
  int rc = settle_scoring(scoring, family, options, err);
  if (rc == XY_OK) rc = settle_measures(&out->measure, family, options, err);
  if (rc == XY_OK) out->measure.error = xy__engine_error(scoring->precision);
  if (rc == XY_OK && options->command != NULL) rc = keep(&out->command, arena, options->command, err);
  if (rc == XY_OK) rc = settle_places(out, scoring, family, options, arena, err);
  if (rc != XY_OK) return rc;
  out->narrowing = json_pack("{s:I, s:o, s:o, s:o}", "limit", (json_int_t)options->limit, "identities",
                             strings(options->identities, options->n_identities), "themes",
                             strings(options->themes, options->n_themes), "only_stages",
                             strings(options->only_stages, options->n_only_stages));
  return out->narrowing != NULL ? XY_OK : xy__fail_memory(err, "audit");
}

void xy__audit_settings_dispose(xy__audit_settings *settings) { json_decref(settings->narrowing); }
