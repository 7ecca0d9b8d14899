/* What a run is made under: the caller's options, settled over the family's. */
#ifndef XY_AUDIT_SETTINGS_H
#define XY_AUDIT_SETTINGS_H

#include <jansson.h>

#include "audit/family.h"
#include "score/scorer.h"

typedef struct xy__audit_settings {
  xy__measure_settings measure;
  const char *name, *directory; /* of the run */
  const char *command;          /* how it was called; NULL: not known */
  size_t limit;                 /* clusters a benchmark; 0: all */
  bool narrowed, show_text;
  bool replace;      /* results of another audit that lie in the directory */
  json_t *narrowing; /* what was asked for, for results.json; owned */
} xy__audit_settings;

/* How the scorers work goes to `scoring`. Strings lie in `arena`. Caller frees with xy__audit_settings_dispose in any
 * case. */
int xy__audit_settle(xy__audit_settings *out, xy__scoring *scoring, const xy_family *family,
                     const xy_audit_options *options, xy__arena *arena, xy_error *err);
void xy__audit_settings_dispose(xy__audit_settings *settings);

#endif
