/* See preference_rows.h. */
#include "audit/preference_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "report/report.h"

/* ---- opening --------------------------------------------------------------------------------------------- */

static void free_run(void *own) {
  xy__preference_run *run = own;
  if (run == NULL) return;
  xy__preference_forget(run);
  xy__preferences_free(run->preferences);
  free(run->keep);
  free(run->rows);
  free(run->long_lines);
  xy__arena_dispose(&run->arena);
  free(run);
}

static void settings(json_t *out, const xy_audit *audit) {
  const xy__preference_run *run = xy__preference_run_of(audit);
  json_t *fields = json_array();
  for (size_t f = 0; f < run->preferences->n_fields; f++) {
    json_array_append_new(fields, xy__json_of(run->preferences->fields[f]));
  }
  json_object_set_new(out, "fields", fields);
  json_object_set_new(out, "skip_long", json_boolean(run->skip_long));
}

static bool keep_text(xy__preference_run *run, const char **out, const char *text) {
  *out = text != NULL ? xy__arena_string(&run->arena, text) : NULL;
  return text == NULL || *out != NULL;
}

static int open_rows(xy__preference_run **out, const char *preferences, const xy_reward_options *options,
                     xy_error *err) {
  xy__preference_run *run = xy__array(1, sizeof *run);
  if (run == NULL) return xy__fail_memory(err, preferences);
  run->limit = options->limit;
  run->skip_long = options->skip_long;
  bool kept = keep_text(run, &run->format, options->format) && keep_text(run, &run->tail, options->tail);
  int rc = kept ? xy__preferences_open(&run->preferences, preferences, options->by, options->n_by, options->strict, err)
                : xy__fail_memory(err, preferences);
  if (rc == XY_OK) {
    run->keep = xy__array(run->preferences->n, 1);
    if (run->keep == NULL) rc = xy__fail_memory(err, preferences);
  }
  if (rc == XY_OK) memset(run->keep, 1, run->preferences->n);
  if (rc == XY_OK && run->limit > 0) {
    rc = xy__preferences_limit(run->keep, run->preferences, run->limit, err);
  }
  if (rc != XY_OK) {
    free_run(run);
    return rc;
  }
  *out = run;
  return XY_OK;
}

/* The benchmark of the kept rows, in place of the one before. */
static int make_bench(xy_audit *audit, xy_error *err) {
  xy__preference_run *run = xy__preference_run_of(audit);
  xy_bench *bench;
  int rc = xy__preferences_bench(&bench, run->preferences, run->keep, run->preferences->name, err);
  if (rc != XY_OK) return rc;
  size_t n = 0;
  for (size_t i = 0; i < run->preferences->n; i++) {
    if (run->keep[i]) run->rows[n++] = i;
  }
  if (audit->benches.n > 0) xy_bench_free(audit->benches.list[0]);
  audit->benches.list[0] = bench;
  audit->benches.n = 1;
  return XY_OK;
}

static int begin(xy_audit *audit, const xy_audit_options *options, xy_error *err) {
  (void)options;
  xy__preference_run *run = xy__preference_run_of(audit);
  audit->benches.list = xy__array(1, sizeof(xy_bench *));
  run->rows = xy__array(run->preferences->n, sizeof *run->rows);
  if (audit->benches.list == NULL || run->rows == NULL) return xy__fail_memory(err, run->preferences->source);
  return make_bench(audit, err);
}

/* ---- how rows are written ---------------------------------------------------------------------------------- */

static int disagree(const xy__audit_stage *a, const xy__audit_stage *b, const char *what, const char *x, const char *y,
                    xy_error *err) {
  int rc = xy__fail(err, XY_ERR_ARGUMENT,
                    "stages '%s' and '%s' name different %ss, %s and %s, and a reward compares one text at two stages",
                    a->spec->name, b->spec->name, what, x, y);
  return xy__hint(err, rc, "choose one for the run with --format and --tail");
}

static const char *tail_of(const xy__audit_stage *stage) {
  return stage->source.tail != NULL && *stage->source.tail != '\0' ? stage->source.tail : "none";
}

/* One prompt format and tail for every stage, since a reward compares the same text at two of them: the caller's, else
 * those that the family's stages name. */
static int layout(xy_audit *audit, xy_error *err) {
  const xy__preference_run *run = xy__preference_run_of(audit);
  const xy__audit_stage *named = NULL; /* a stage that says how its prompts are written */
  for (size_t i = 0; i < audit->stages.n; i++) {
    const xy__audit_stage *stage = &audit->stages.list[i];
    if (stage->source.format == NULL) continue;
    if (named == NULL) named = stage;
    if (run->format == NULL && strcmp(named->source.format, stage->source.format) != 0) {
      return disagree(named, stage, "prompt format", named->source.format, stage->source.format, err);
    }
    if (run->tail == NULL && strcmp(tail_of(named), tail_of(stage)) != 0) {
      return disagree(named, stage, "tail", tail_of(named), tail_of(stage), err);
    }
  }
  const char *format = run->format != NULL ? run->format : named != NULL ? named->source.format : NULL;
  const char *tail = run->tail != NULL ? run->tail : named != NULL ? tail_of(named) : "none";
  for (size_t i = 0; i < audit->stages.n; i++) {
    audit->stages.list[i].source.format = format;
    audit->stages.list[i].source.tail = tail;
  }
  return XY_OK;
}

/* ---- rows that are too long ------------------------------------------------------------------------------ */

/* The first stage whose context is too short for the item, or NULL; *tokens is what it would have to hold. */
static const xy__audit_stage *too_short(const xy_audit *audit, size_t item, int *tokens) {
  for (size_t s = 0; s < audit->stages.n; s++) {
    const xy__audit_stage *stage = &audit->stages.list[s];
    for (int a = 0; a < 2; a++) {
      *tokens = xy__scorer_give(stage->scorer, 0, 2 * item + (size_t)a).text.n;
      if (stage->scorer->gives.context > 0 && *tokens > stage->scorer->gives.context) return stage;
    }
  }
  return NULL;
}

/* Rows longer than the context of any stage: an error that lists them, or with skip_long the benchmark is made anew
 * without them. */
static int fit(bool *fewer, xy_audit *audit, xy_error *err) {
  enum { TOLD = 20 };
  xy__preference_run *run = xy__preference_run_of(audit);
  const xy__preferences *p = run->preferences;
  size_t items = audit->benches.list[0]->n;
  *fewer = false;
  free(run->long_lines);
  run->n_long = 0;
  run->long_lines = xy__array(items, sizeof *run->long_lines);
  if (run->long_lines == NULL) return xy__fail_memory(err, p->source);
  xy_error found = {0};
  for (size_t i = 0; i < items; i++) {
    int tokens;
    const xy__audit_stage *stage = too_short(audit, i, &tokens);
    if (stage == NULL) continue;
    int line = p->rows[run->rows[i]].line;
    if (run->n_long < TOLD) {
      xy__fail_more(&found, XY_ERR_ARGUMENT, "%s:%d: %d tokens, more than the %lld of the context of stage '%s'",
                    p->source, line, tokens, (long long)stage->scorer->gives.context, stage->spec->name);
    }
    run->long_lines[run->n_long++] = line;
    if (run->skip_long) run->keep[run->rows[i]] = 0;
  }
  if (run->n_long == 0) return XY_OK;
  if (!run->skip_long || run->n_long == items) {
    if (run->n_long > TOLD) {
      xy__fail_more(&found, XY_ERR_ARGUMENT, "%s: ... and %zu more rows", p->source, run->n_long - TOLD);
    }
    if (err != NULL) *err = found;
    return run->skip_long ? XY_ERR_ARGUMENT
                          : xy__hint(err, XY_ERR_ARGUMENT, "--skip-long leaves such rows out, and says so");
  }
  *fewer = true;
  return make_bench(audit, err);
}

/* ---- the kind ---------------------------------------------------------------------------------------------- */

static int lines(const char *path, const char *name, xy_audit *audit, xy_error *err) {
  (void)name; /* there are no others */
  int rc = xy__preference_score(xy__preference_run_of(audit), audit, err);
  return rc == XY_OK ? xy__rewards_write(path, audit, err) : rc;
}

static int write(const xy_results *results, const xy_audit *audit, xy_error *err) {
  const char *folder = audit->settings.directory;
  char *path = xy__path_join(folder, "rewards.jsonl");
  int rc = path == NULL ? xy__fail_memory(err, folder) : xy__folder_make(folder, err);
  if (rc == XY_OK) rc = xy__rewards_write(path, audit, err);
  free(path);
  static const xy__report_options options = {0};
  return rc == XY_OK ? xy__report_write(results, NULL, 0, &options, err) : rc;
}

const xy__run_kind xy__preference_rows_run = {
    .needs_tokens =
        "preference data need a log-probability per token, as xylem score gives for requests of "
        "xylem export --preferences",
    .begin = begin,
    .layout = layout,
    .settings = settings,
    .fit = fit,
    .measure = xy__preference_measure,
    .lines = lines,
    .write = write,
    .free = free_run,
};

/* Opens the run (with its scorers), or begins it (without). */
typedef int (*opener)(xy_audit **out, const xy_family *family, const xy_audit_options *options,
                      const xy__run_kind *kind, void *own, xy_error *err);

static int open_with(opener open, xy_audit **out, const xy_family *family, const char *preferences,
                     const xy_reward_options *options, xy_error *err) {
  xy__preference_run *run;
  int rc = open_rows(&run, preferences, options, err);
  if (rc != XY_OK) return rc;
  xy__text name = {0};
  xy__text_addf(&name, "%s-reward", family->name);
  if (name.failed) {
    xy__text_dispose(&name);
    free_run(run);
    return xy__fail_memory(err, preferences);
  }
  xy_audit_options how = {.runs = options->runs,
                          .name = options->name != NULL ? options->name : name.data,
                          .store = options->store,
                          .only_stages = options->only_stages,
                          .n_only_stages = options->n_only_stages,
                          .limit = options->limit,
                          .precision = options->precision,
                          .start = options->start,
                          .mode = "full",
                          .draws = options->draws,
                          .seed = options->seed,
                          .command = options->command,
                          .plan_only = options->plan_only,
                          .replace = options->replace,
                          .memory = options->memory,
                          .threads = options->threads,
                          .progress = options->progress,
                          .user = options->user};
  rc = open(out, family, &how, &xy__preference_rows_run, run, err);
  xy__text_dispose(&name);
  return rc;
}

int xy__reward_begin(xy_audit **out, const xy_family *family, const char *preferences, const xy_reward_options *options,
                     xy_error *err) {
  return open_with(xy__audit_begin, out, family, preferences, options, err);
}

int xy_reward_open(xy_audit **out, const xy_family *family, const char *preferences, const xy_reward_options *options,
                   xy_error *err) {
  xy__error_clear(err);
  static const xy_reward_options defaults = XY_REWARD_OPTIONS_INIT;
  return open_with(xy__audit_open, out, family, preferences, options != NULL ? options : &defaults, err);
}
