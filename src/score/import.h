/* Log-probabilities that were computed elsewhere, read from files: the samples files of lm-evaluation-harness
 * (`arguments` = (context, continuation), `filtered_resps` = (log-probability, is_greedy)), or rows of our own request
 * files with the answer added (`context`, `continuation`, `logprob`, `is_greedy`).
 */
#ifndef XY_SCORE_IMPORT_H
#define XY_SCORE_IMPORT_H

#include <jansson.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

typedef struct xy__imported_score {
  double logprob;
  signed char greedy; /* -1: the file does not say */
  size_t file;        /* index into files */
  int64_t line;
} xy__imported_score;

struct xy_import {
  xy__map map; /* (context, continuation) -> index into scores; keys in the arena */
  xy__imported_score *scores;
  size_t n, capacity;
  int64_t rows, repeated; /* lines read; requests that an earlier line answers too */
  const char **files;     /* as opened: a folder's samples files, sorted */
  size_t n_files, files_capacity;
  const char *model, *dtype, *engine; /* by the results file beside the first samples file; "" where none says */
  char fingerprint[65];
  xy__arena arena;
};

/* The score of a text whose first `cut` bytes are the context, or NULL. */
const xy__imported_score *xy__imported_find(const xy_import *from, const char *text, size_t cut);

#endif
