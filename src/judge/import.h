/* Verdicts that were made elsewhere, found again by the SHA-256 of a text: rows of {"text" or "sha256", "label",
 * "scores"}. */
#ifndef XY_JUDGE_IMPORT_H
#define XY_JUDGE_IMPORT_H

#include "base/faults.h"
#include "base/memory.h"
#include "base/text.h"

typedef struct xy__verdicts {
  const char **names; /* of scores, [n_names], in the order of the first row */
  size_t n_names, name_capacity;
  xy__map rows;        /* by raw digest, to places in `labels` */
  const char **labels; /* [n]; NULL where a row has none */
  double *scores;      /* [n][n_names] */
  size_t n, label_capacity, score_capacity, n_scores;
  xy__arena arena;
} xy__verdicts;

/* Rows of a file in memory; every fault is told with its line. Zero-initialise; dispose takes half-built ones. */
int xy__verdicts_read(xy__verdicts *out, const char *text, size_t bytes, const char *name, xy_error *err);
void xy__verdicts_dispose(xy__verdicts *verdicts);

#endif
