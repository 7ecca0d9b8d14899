/* See verifier.h. */
#include "verify/verifier.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

/* ---- what is found --------------------------------------------------------------------------------------------- */

static void add(xy__verifier *v, struct xy__sentences *to, const char *format, va_list args) {
  char text[1024];
  vsnprintf(text, sizeof text, format, args);
  const char *kept = xy__arena_string(&v->arena, text);
  if (kept == NULL || !xy__grow(&to->list, &to->capacity, to->n, sizeof *to->list)) {
    v->failed = true;
  } else {
    to->list[to->n++] = kept;
  }
}

void xy__verify_fault(xy__verifier *v, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add(v, &v->faults, format, args);
  va_end(args);
}

void xy__verify_note(xy__verifier *v, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add(v, &v->notes, format, args);
  va_end(args);
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

char *xy__verify_file(const xy__verifier *v, const char *name) {
  char *path = xy__path_join(v->directory, name);
  if (path != NULL && xy__file_exists(path)) return path;
  free(path);
  return NULL;
}

int xy__verify_stage(const xy__verifier *v, const char *name) {
  for (size_t s = 0; s < v->results->n_stages; s++) {
    if (strcmp(v->results->stages[s].name, name) == 0) return (int)s;
  }
  return -1;
}
