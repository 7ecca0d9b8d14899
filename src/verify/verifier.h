/* A finished run that is looked at again, and what is found: the part that the looks share. */
#ifndef XY_VERIFY_VERIFIER_H
#define XY_VERIFY_VERIFIER_H

#include <jansson.h>

#include "base/memory.h"
#include "base/text.h"
#include "results/results.h"

/* What is found, while it is found. */
typedef struct xy__verifier {
  const char *directory;     /* of the run */
  const char *store;         /* NULL: beside the directory */
  const xy_results *results; /* as results.json has them */
  xy_verified *found;
  struct xy__sentences {
    const char **list;
    size_t n, capacity;
  } faults, notes;
  xy__arena arena; /* of the sentences */
  bool failed;     /* out of memory */
} xy__verifier;

/* Adds what is wrong, or what could not be looked at. */
void xy__verify_fault(xy__verifier *v, const char *format, ...) XY__PRINTF(2, 3);
void xy__verify_note(xy__verifier *v, const char *format, ...) XY__PRINTF(2, 3);

/* Path of the run's file NAME where it is there, else NULL. Caller frees with free. */
char *xy__verify_file(const xy__verifier *v, const char *name);

/* The stage of the run by its name, or -1. */
int xy__verify_stage(const xy__verifier *v, const char *name);

#endif
