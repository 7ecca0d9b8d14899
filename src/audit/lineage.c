/* The tree of stages: one root, every other stage from a parent, references for implicit rewards. A stage's
 * reference is what its preference method was trained against: its parent, unless the family says otherwise.
 * A stage without beta has no implicit reward and no reference.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audit/family.h"
#include "base/text.h"

int xy__family_stage_named(const xy_family *family, const char *name) {
  for (size_t i = 0; i < family->n_stages; i++) {
    if (strcmp(family->stages[i].name, name) == 0) return (int)i;
  }
  return -1;
}

static int problem(const xy_family *family, const xy__stage *stage, xy_error *err, const char *what,
                   const char *value) {
  if (stage->line > 0) {
    return xy__fail_more(err, XY_ERR_FORMAT, "%s:%d: stage '%s': %s%s", family->source, stage->line, stage->name, what,
                         value);
  }
  return xy__fail_more(err, XY_ERR_ARGUMENT, "%s: stage '%s': %s%s", family->source, stage->name, what, value);
}

/* Names in `from` and `reference` -> indices into the present order. */
static int resolve_names(xy_family *family, xy_error *err) {
  int rc = XY_OK;
  int roots = 0;
  for (size_t i = 0; i < family->n_stages; i++) {
    xy__stage *s = &family->stages[i];
    if (!xy__is_name(s->name)) rc = problem(family, s, err, "the name is not UTF-8 without control characters", "");
    s->parent = s->from != NULL ? xy__family_stage_named(family, s->from) : -1;
    s->reference = s->reference_name != NULL ? xy__family_stage_named(family, s->reference_name)
                   : isnan(s->beta)          ? -1
                                             : s->parent;
    if (s->from != NULL && s->parent < 0) rc = problem(family, s, err, "from: no such stage: ", s->from);
    if (s->reference_name != NULL && s->reference < 0) {
      rc = problem(family, s, err, "reference: no such stage: ", s->reference_name);
    }
    if (s->from == NULL && roots++ > 0) {
      rc = problem(family, s, err, "a second stage without 'from': a family has one root", "");
    }
    if (s->from == NULL && !isnan(s->beta)) rc = problem(family, s, err, "beta: the root has no implicit reward", "");
    if (s->reference == (int)i) rc = problem(family, s, err, "reference: a stage cannot be its own reference", "");
    if (s->reference_name != NULL && isnan(s->beta)) {
      rc = problem(family, s, err, "reference: needs a beta (the implicit reward is beta times the log-ratio)", "");
    }
  }
  if (rc == XY_OK && roots == 0) {
    rc = problem(family, &family->stages[0], err, "every stage has a 'from': a family needs a root", "");
  }
  return rc;
}

int xy__lineage_resolve(xy_family *family, xy_error *err) {
  int rc = resolve_names(family, err);
  if (rc != XY_OK) return rc;

  /* Repeatedly take the stages whose parent is taken; what never comes up hangs on a cycle. */
  size_t n = family->n_stages;
  xy__stage *sorted = xy__arena_alloc(&family->arena, n * sizeof *sorted);
  if (sorted == NULL) return xy__fail_memory(err, family->source);
  size_t taken = 0;
  bool *done = xy__array(n, sizeof *done);
  if (done == NULL) return xy__fail_memory(err, family->source);
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t i = 0; i < n; i++) {
      const xy__stage *s = &family->stages[i];
      if (done[i] || (s->parent >= 0 && !done[s->parent])) continue;
      sorted[taken++] = *s;
      done[i] = moved = true;
    }
  }
  for (size_t i = 0; i < n; i++) {
    if (!done[i]) rc = problem(family, &family->stages[i], err, "descends from itself: from: ", family->stages[i].from);
  }
  free(done);
  if (rc != XY_OK) return rc;
  family->stages = sorted;
  return resolve_names(family, err);
}
