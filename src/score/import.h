/* Log-probabilities that were computed elsewhere, read from files: the samples files of lm-evaluation-harness
 * (`arguments` = (context, continuation), `filtered_resps` = (log-probability, is_greedy)), or rows of our own request
 * files with the answer added (`context`, `continuation`, `logprob`, `is_greedy`), with its tokens where they are known
 * (import_tokens.c), as `xylem score` writes them.
 */
#ifndef XY_SCORE_IMPORT_H
#define XY_SCORE_IMPORT_H

#include <jansson.h>

#include "base/faults.h"
#include "base/memory.h"
#include "base/text.h"

/* Where the tokens behind an identity term begin, which ends after so many bytes of the continuation. */
typedef struct xy__imported_cut {
  int64_t bytes;
  int32_t tokens; /* before it, those of the context included */
  bool split;
  struct xy__imported_cut *next;
} xy__imported_cut;

/* A text by its tokens. */
typedef struct xy__imported_tokens {
  const int32_t *ids;          /* [n] */
  int32_t n, first;            /* ids[first..n) are scored */
  const float *logprob;        /* [n - first] */
  const unsigned char *greedy; /* [n - first]: what is said of all of them; NULL: nothing is */
  bool split;                  /* context and continuation share a token */
  xy__imported_cut *cuts;
} xy__imported_tokens;

typedef struct xy__imported_score {
  double logprob;
  xy__imported_tokens *tokens; /* NULL: its sum alone is known */
  signed char greedy;          /* -1: the file does not say */
  size_t file;                 /* index into files */
  int64_t line;
} xy__imported_score;

struct xy_import {
  xy__map map; /* (context, continuation) -> index into scores; keys in the arena */
  xy__imported_score *scores;
  size_t n, capacity;
  size_t with_tokens;     /* of them, those known by their tokens */
  int64_t rows, repeated; /* lines read; requests that an earlier line answers too */
  const char **files;     /* as opened: a folder's samples files, sorted */
  size_t n_files, files_capacity;
  const char *model, *dtype, *engine; /* by the results file beside the first samples file; "" where none says */
  char fingerprint[65];
  xy__arena arena;
};

/* The score of a text whose first `cut` bytes are the context, or NULL. */
const xy__imported_score *xy__imported_find(const xy_import *from, const char *text, size_t cut);

/* Reads the tokens of a row whose sum is `logprob`: NULL where it has none; in the arena of `into`. What is wrong with
 * them, or lacks memory, is a fault, and its code is returned. */
int xy__imported_tokens_read(xy__imported_tokens **out, xy_import *into, const json_t *row, double logprob, int greedy,
                             xy__faults *faults, int64_t line);

/* The cut behind `bytes` bytes of the continuation, or NULL. */
const xy__imported_cut *xy__imported_cut_find(const xy__imported_tokens *tokens, int64_t bytes);

/* What two rows know of one text: the cuts of the second too. */
void xy__imported_tokens_join(xy__imported_tokens *into, const xy__imported_tokens *from);

#endif
