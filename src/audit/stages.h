/* The stages of a run, each with who answers for it. */
#ifndef XY_AUDIT_STAGES_H
#define XY_AUDIT_STAGES_H

#include "audit/family.h"
#include "score/scorer.h"

/* A selected stage. Indices refer to the selection. */
typedef struct xy__audit_stage {
  const xy__stage *spec;
  int parent, reference;
  xy__scorer_spec source; /* what the family and the run say of who answers for it */
  xy__scorer *scorer;     /* NULL until opened */
} xy__audit_stage;

typedef struct xy__audit_stages {
  xy__audit_stage *list; /* [n], root first */
  size_t n;
} xy__audit_stages;

/* The stages that `only` names, each with its ancestors and references; n 0: all. Caller frees with
 * xy__stages_dispose in any case. */
int xy__stages_select(xy__audit_stages *out, const xy_family *family, const char *const *only, size_t n, xy_error *err);
void xy__stages_dispose(xy__audit_stages *stages);

/* Opens every stage's scorer. `arena` outlives them. */
int xy__stages_open(xy__audit_stages *stages, const xy_family *family, xy__scoring *scoring, xy__arena *arena,
                    xy_error *err);

/* Items of benchmark b whose cut fell inside a merged token, of the stage with the most of them. */
size_t xy__stages_splits(const xy__audit_stages *stages, size_t b);

/* The identity terms of benchmark b, of the first stage whose tokens are known; NULL: none is, or none was asked. */
const xy__term_list *xy__stages_terms(const xy__audit_stages *stages, size_t b);

#endif
