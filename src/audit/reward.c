/* See reward.h. */
#include "audit/reward.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "report/report.h"

/* ---- opening --------------------------------------------------------------------------------------------- */

void xy__reward_free(xy__reward *reward) {
  if (reward == NULL) return;
  xy__preferences_free(reward->preferences);
  free(reward->keep);
  free(reward->rows);
  free(reward->long_lines);
  xy__arena_dispose(&reward->arena);
  free(reward);
}

json_t *xy__reward_key(const xy__reward *reward) {
  json_t *fields = json_array();
  for (size_t f = 0; f < reward->preferences->n_fields; f++) {
    json_array_append_new(fields, json_string(reward->preferences->fields[f]));
  }
  return json_pack("{s:o, s:b}", "fields", fields, "skip_long", (int)reward->skip_long);
}

static bool keep_text(xy__reward *reward, const char **out, const char *text) {
  *out = text != NULL ? xy__arena_string(&reward->arena, text) : NULL;
  return text == NULL || *out != NULL;
}

static int open_reward(xy__reward **out, const char *preferences, const xy_reward_options *options, xy_error *err) {
  xy__reward *reward = xy__array(1, sizeof *reward);
  if (reward == NULL) return xy__fail_memory(err, preferences);
  reward->limit = options->limit;
  reward->skip_long = options->skip_long;
  bool kept = keep_text(reward, &reward->format, options->format) && keep_text(reward, &reward->tail, options->tail);
  int rc = kept ? xy__preferences_open(&reward->preferences, preferences, options->by, options->n_by, err)
                : xy__fail_memory(err, preferences);
  if (rc == XY_OK) {
    reward->keep = xy__array(reward->preferences->n, 1);
    if (reward->keep == NULL) rc = xy__fail_memory(err, preferences);
  }
  if (rc == XY_OK) memset(reward->keep, 1, reward->preferences->n);
  if (rc == XY_OK && reward->limit > 0) {
    rc = xy__preferences_limit(reward->keep, reward->preferences, reward->limit, err);
  }
  if (rc != XY_OK) {
    xy__reward_free(reward);
    return rc;
  }
  *out = reward;
  return XY_OK;
}

int xy_reward_open(xy_audit **out, const xy_family *family, const char *preferences, const xy_reward_options *options,
                   xy_error *err) {
  static const xy_reward_options defaults = XY_REWARD_OPTIONS_INIT;
  if (options == NULL) options = &defaults;
  xy__reward *reward;
  int rc = open_reward(&reward, preferences, options, err);
  if (rc != XY_OK) return rc;
  xy__text name = {0};
  xy__text_addf(&name, "%s-reward", family->name);
  if (name.failed) {
    xy__text_dispose(&name);
    xy__reward_free(reward);
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
                          .memory = options->memory,
                          .threads = options->threads,
                          .progress = options->progress,
                          .user = options->user};
  rc = xy__audit_open(out, family, &how, reward, err);
  xy__text_dispose(&name);
  return rc;
}

/* The benchmark of the kept rows, in place of the one before. */
static int make_bench(xy_audit *audit, xy_error *err) {
  xy__reward *reward = audit->reward;
  xy_bench *bench;
  int rc = xy__preferences_bench(&bench, reward->preferences, reward->keep, reward->preferences->name, err);
  if (rc != XY_OK) return rc;
  size_t n = 0;
  for (size_t i = 0; i < reward->preferences->n; i++) {
    if (reward->keep[i]) reward->rows[n++] = i;
  }
  if (audit->n_benches > 0) xy_bench_free(audit->benches[0]);
  audit->benches[0] = bench;
  audit->n_benches = 1;
  return XY_OK;
}

int xy__reward_begin(xy_audit *audit, xy_error *err) {
  xy__reward *reward = audit->reward;
  audit->narrowed = reward->limit > 0;
  audit->benches = xy__array(1, sizeof(xy_bench *));
  reward->rows = xy__array(reward->preferences->n, sizeof *reward->rows);
  if (audit->benches == NULL || reward->rows == NULL) return xy__fail_memory(err, reward->preferences->source);
  return make_bench(audit, err);
}

static int disagree(const xy__audit_stage *a, const xy__audit_stage *b, const char *what, const char *x, const char *y,
                    xy_error *err) {
  int rc = xy__fail(err, XY_ERR_ARGUMENT,
                    "stages '%s' and '%s' name different %ss, %s and %s, and a reward compares one text at two stages",
                    a->spec->name, b->spec->name, what, x, y);
  return xy__hint(err, rc, "choose one for the run with --format and --tail");
}

static const char *tail_of(const xy__audit_stage *stage) {
  return stage->tail != NULL && *stage->tail != '\0' ? stage->tail : "none";
}

int xy__reward_layout(xy_audit *audit, xy_error *err) {
  const xy__reward *reward = audit->reward;
  const xy__audit_stage *named = NULL; /* a stage that says how its prompts are written */
  for (size_t i = 0; i < audit->n_stages; i++) {
    const xy__audit_stage *stage = &audit->stages[i];
    if (stage->format == NULL) continue;
    if (named == NULL) named = stage;
    if (reward->format == NULL && strcmp(named->format, stage->format) != 0) {
      return disagree(named, stage, "prompt format", named->format, stage->format, err);
    }
    if (reward->tail == NULL && strcmp(tail_of(named), tail_of(stage)) != 0) {
      return disagree(named, stage, "tail", tail_of(named), tail_of(stage), err);
    }
  }
  const char *format = reward->format != NULL ? reward->format : named != NULL ? named->format : NULL;
  const char *tail = reward->tail != NULL ? reward->tail : named != NULL ? tail_of(named) : "none";
  for (size_t i = 0; i < audit->n_stages; i++) {
    audit->stages[i].format = format;
    audit->stages[i].tail = tail;
  }
  return XY_OK;
}

/* ---- rows that are too long ------------------------------------------------------------------------------ */

static const xy__sequence *sequence_of(const xy__audit_stage *stage, size_t item, int answer) {
  const xy__token_option *option = &stage->tokens->options[0][2 * item + (size_t)answer];
  return &stage->tokens->sequences[option->sequence];
}

/* The first stage whose context is too short for the item, or NULL; *tokens is what it would have to hold. */
static const xy__audit_stage *too_short(const xy_audit *audit, size_t item, int *tokens) {
  for (size_t s = 0; s < audit->n_stages; s++) {
    const xy__audit_stage *stage = &audit->stages[s];
    for (int a = 0; a < 2; a++) {
      *tokens = sequence_of(stage, item, a)->n;
      if (*tokens > stage->model->config.context) return stage;
    }
  }
  return NULL;
}

int xy__reward_fit(bool *fewer, xy_audit *audit, xy_error *err) {
  enum { TOLD = 20 };
  xy__reward *reward = audit->reward;
  const xy__preferences *p = reward->preferences;
  size_t items = audit->benches[0]->n;
  *fewer = false;
  free(reward->long_lines);
  reward->n_long = 0;
  reward->long_lines = xy__array(items, sizeof *reward->long_lines);
  if (reward->long_lines == NULL) return xy__fail_memory(err, p->source);
  xy_error found = {0};
  for (size_t i = 0; i < items; i++) {
    int tokens;
    const xy__audit_stage *stage = too_short(audit, i, &tokens);
    if (stage == NULL) continue;
    int line = p->rows[reward->rows[i]].line;
    if (reward->n_long < TOLD) {
      xy__fail_more(&found, XY_ERR_ARGUMENT, "%s:%d: %d tokens, more than the %lld of the context of stage '%s'",
                    p->source, line, tokens, (long long)stage->model->config.context, stage->spec->name);
    }
    reward->long_lines[reward->n_long++] = line;
    if (reward->skip_long) reward->keep[reward->rows[i]] = 0;
  }
  if (reward->n_long == 0) return XY_OK;
  if (!reward->skip_long || reward->n_long == items) {
    if (reward->n_long > TOLD) {
      xy__fail_more(&found, XY_ERR_ARGUMENT, "%s: ... and %zu more rows", p->source, reward->n_long - TOLD);
    }
    if (err != NULL) *err = found;
    return reward->skip_long ? XY_ERR_ARGUMENT
                             : xy__hint(err, XY_ERR_ARGUMENT, "--skip-long leaves such rows out, and says so");
  }
  *fewer = true;
  return make_bench(audit, err);
}
