/* See stages.h. */
#include "audit/stages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int unknown_stage(const xy_family *family, const char *name, xy_error *err) {
  xy_error known = {0};
  for (size_t i = 0; i < family->n_stages; i++) xy__fail_more(&known, XY_ERR_ARGUMENT, "%s", family->stages[i].name);
  for (char *c = known.text; *c != '\0'; c++) *c = (char)(*c == '\n' ? ' ' : *c);
  return xy__fail(err, XY_ERR_ARGUMENT, "--only-stage %s: family %s has no such stage; it has: %s", name, family->name,
                  known.text);
}

/* wanted[i]: the stage itself, its ancestors, its reference, and theirs. Parents precede children, so one pass from the
 * end carries the wish upwards; a reference may stand anywhere, hence the repeat. */
static void add_needed(bool *wanted, const xy_family *family) {
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = family->n_stages; i-- > 0;) {
      const int needs[2] = {family->stages[i].parent, family->stages[i].reference};
      for (int k = 0; wanted[i] && k < 2; k++) {
        if (needs[k] < 0 || wanted[needs[k]]) continue;
        wanted[needs[k]] = changed = true;
      }
    }
  }
}

static int mark_wanted(bool *wanted, const xy_family *family, const char *const *only, size_t n, xy_error *err) {
  for (size_t i = 0; i < n; i++) {
    int found = xy__family_stage_named(family, only[i]);
    if (found < 0) return unknown_stage(family, only[i], err);
    wanted[found] = true;
  }
  for (size_t i = 0; n == 0 && i < family->n_stages; i++) wanted[i] = true;
  add_needed(wanted, family);
  return XY_OK;
}

/* index[]: of a wanted stage, its place among them. */
static void take_wanted(xy__audit_stages *out, int *index, const bool *wanted, const xy_family *family) {
  for (size_t i = 0; i < family->n_stages; i++) {
    if (!wanted[i]) continue;
    const xy__stage *spec = &family->stages[i];
    index[i] = (int)out->n;
    out->list[out->n++] = (xy__audit_stage){
        .spec = spec,
        .parent = spec->parent >= 0 ? index[spec->parent] : -1,
        .reference = -1,
        .source = {.stage = spec->name, .format = spec->format, .tail = spec->tail},
    };
  }
  for (size_t i = 0; i < out->n; i++) {
    int reference = out->list[i].spec->reference;
    if (reference >= 0) out->list[i].reference = index[reference];
  }
}

int xy__stages_select(xy__audit_stages *out, const xy_family *family, const char *const *only, size_t n,
                      xy_error *err) {
  bool *wanted = xy__array(family->n_stages, sizeof *wanted);
  int *index = xy__array(family->n_stages, sizeof *index);
  out->list = xy__array(family->n_stages, sizeof *out->list);
  int rc = wanted == NULL || index == NULL || out->list == NULL ? xy__fail_memory(err, "stages")
                                                                : mark_wanted(wanted, family, only, n, err);
  if (rc == XY_OK) take_wanted(out, index, wanted, family);
  free(wanted);
  free(index);
  return rc;
}

void xy__stages_dispose(xy__audit_stages *stages) {
  for (size_t i = 0; i < stages->n; i++) xy__scorer_free(stages->list[i].scorer);
  free(stages->list);
}

/* Models and files of scores are looked up beside the family. */
static int locate_source(xy__scorer_spec *out, const xy__stage *spec, const xy_family *family, xy__arena *arena,
                         xy_error *err) {
  if (spec->model != NULL) return xy__family_locate(&out->model, family, spec->model, arena, err);
  const char **scores = xy__arena_alloc(arena, spec->n_scores * sizeof *scores);
  if (scores == NULL) return xy__fail_memory(err, spec->name);
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < spec->n_scores; i++) {
    rc = xy__family_locate(&scores[i], family, spec->scores[i], arena, err);
  }
  out->scores = scores;
  out->n_scores = spec->n_scores;
  return rc;
}

/* Checkpoints that are nowhere: all of them are told at once, with what gets them. */
typedef struct absent {
  xy_error err;
  xy__text commands;
  size_t n;
} absent;

static void add_absent(absent *out, const char *model, const xy_error *err) {
  if (out->n++ > 0) xy__text_add(&out->commands, " && ");
  xy__model_download(&out->commands, model);
  xy__fail_more(&out->err, XY_ERR_NOT_FOUND, "%s", err->text);
}

static int fail_absent(absent *found, double parameters, xy_error *err) {
  if (isfinite(parameters)) {
    xy__fail_more(&found->err, XY_ERR_NOT_FOUND,
                  "to download: about %.1f GB, %zu of %.2f billion parameters in 16 bits",
                  (double)found->n * 2 * parameters / 1e9, found->n, parameters / 1e9);
  }
  const char *commands = found->commands.data != NULL ? found->commands.data : "";
  int rc = xy__hint(&found->err, XY_ERR_NOT_FOUND, "%s", commands);
  if (err != NULL) *err = found->err;
  return rc;
}

static bool is_absent(int rc, const xy__scorer_spec *source, const xy_error *err) {
  return rc == XY_ERR_NOT_FOUND && source->model != NULL && strncmp(err->hint, "hf ", 3) == 0;
}

int xy__stages_open(xy__audit_stages *stages, const xy_family *family, xy__scoring *scoring, xy__arena *arena,
                    xy_error *err) {
  absent missing = {0};
  xy_error one = {0};
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < stages->n; i++) {
    xy__audit_stage *stage = &stages->list[i];
    rc = locate_source(&stage->source, stage->spec, family, arena, &one);
    if (rc == XY_OK) rc = xy__scorer_open(&stage->scorer, &stage->source, scoring, &one);
    if (is_absent(rc, &stage->source, &one)) {
      add_absent(&missing, stage->source.model, &one);
      rc = XY_OK;
    }
  }
  if (rc == XY_OK && missing.n > 0) {
    rc = fail_absent(&missing, family->parameters, err);
  } else if (rc != XY_OK && err != NULL) {
    *err = one;
  }
  xy__text_dispose(&missing.commands);
  return rc;
}

size_t xy__stages_splits(const xy__audit_stages *stages, size_t b) {
  size_t most = 0;
  for (size_t i = 0; i < stages->n; i++) {
    const size_t *splits = stages->list[i].scorer->splits;
    if (splits != NULL && splits[b] > most) most = splits[b];
  }
  return most;
}

const xy__term_list *xy__stages_terms(const xy__audit_stages *stages, size_t b) {
  for (size_t i = 0; i < stages->n; i++) {
    const xy__term_list *terms = stages->list[i].scorer->terms;
    if (terms != NULL) return &terms[b];
  }
  return NULL;
}
