#include "audit/same.h"

#include <stdlib.h>
#include <string.h>

#include "measure/task.h"

/* What is equal of two stages' files, and what follows; NULL: nothing that is known. */
static const char *equal_files(const xy__scorer *x, const xy__scorer *y) {
  bool weightless = x->weights != NULL && x->weights[0] == '\0'; /* planned by config alone */
  if (weightless) return NULL;
  if (strcmp(x->fingerprint, y->fingerprint) == 0) {
    return "are one checkpoint (equal fingerprints). No step between them can have changed anything.";
  }
  if (x->weights != NULL && y->weights != NULL && strcmp(x->weights, y->weights) == 0) {
    return "have the same weights, under another config or tokenizer. What differs between them is no training.";
  }
  return NULL;
}

/* The first stage that stage s is again; *how says in what. s itself where it is none. */
static size_t first_like(const char **how, const xy_audit *audit, size_t s) {
  for (size_t i = 0; i < s; i++) {
    *how = equal_files(audit->stages.list[i].scorer, audit->stages.list[s].scorer);
    if (*how != NULL) return i;
  }
  return s;
}

static int add_note(xy_audit *audit, size_t first, size_t s, const char *how, xy_error *err) {
  xy__text text = {0};
  xy__text_addf(&text, "%s and %s %s", audit->stages.list[first].spec->name, audit->stages.list[s].spec->name, how);
  const char *kept = text.failed ? NULL : xy__arena_string(&audit->arena, text.data);
  xy__text_dispose(&text);
  if (kept == NULL) return xy__fail_memory(err, "stages");
  audit->notes[audit->n_notes++] = kept;
  return XY_OK;
}

int xy__audit_same(xy_audit *audit, xy_error *err) {
  audit->notes = xy__arena_alloc(&audit->arena, (audit->stages.n + 1) * sizeof *audit->notes);
  int rc = audit->notes == NULL ? xy__fail_memory(err, "stages") : XY_OK;
  for (size_t s = 0; rc == XY_OK && s < audit->stages.n; s++) {
    const char *how;
    size_t first = first_like(&how, audit, s);
    if (first < s) rc = add_note(audit, first, s, how, err);
  }
  return rc;
}

const char *xy_audit_note(const xy_audit *audit, size_t i) { return i < audit->n_notes ? audit->notes[i] : NULL; }

int xy__audit_same_findings(xy_results *results, const xy_audit *audit, xy_error *err) {
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < audit->n_notes; i++) {
    rc = xy__results_add_finding(results, "same_stage", audit->notes[i], err);
  }
  return rc;
}

/* ---- by scores ----------------------------------------------------------------------------------------------- */

static bool equal_scores(const xy_bench *bench, const xy__measure_stage *x, const xy__measure_stage *y) {
  size_t options = 0;
  for (size_t i = 0; i < bench->n; i++) {
    options += bench->items[i].n_options;
    for (int side = 0; x->sides != NULL && y->sides != NULL && side < 2; side++) {
      if (x->sides[i][side].full != y->sides[i][side].full) return false;
    }
  }
  for (size_t o = 0; x->options != NULL && y->options != NULL && o < options; o++) {
    if (x->options[o].full != y->options[o].full) return false;
  }
  return true;
}

static bool equal_everywhere(const xy_audit *audit, xy__measure_stage *const *stages, size_t x, size_t y) {
  for (size_t b = 0; b < audit->benches.n; b++) {
    if (!equal_scores(audit->benches.list[b], &stages[b][x], &stages[b][y])) return false;
  }
  return audit->benches.n > 0;
}

int xy__audit_same_scores(xy_results *results, const xy_audit *audit, xy__measure_stage *const *stages, xy_error *err) {
  int rc = XY_OK;
  for (size_t s = 0; rc == XY_OK && s < audit->stages.n; s++) {
    const char *how;
    size_t first = first_like(&how, audit, s) < s ? s : 0; /* told already */
    while (first < s && !equal_everywhere(audit, stages, first, s)) first++;
    if (first == s) continue;
    xy__text text = {0};
    xy__text_addf(&text,
                  "%s and %s give every text of every benchmark the same score, though their files differ. "
                  "No step between them has changed anything.",
                  audit->stages.list[first].spec->name, audit->stages.list[s].spec->name);
    rc =
        text.failed ? xy__fail_memory(err, "findings") : xy__results_add_finding(results, "same_stage", text.data, err);
    xy__text_dispose(&text);
  }
  return rc;
}
