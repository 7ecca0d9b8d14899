/* What WinoQueer's and CrowS-Pairs' files have in common: a row number, two sentences, and labels; and the checks that
 * a row must pass.
 */
#ifndef XY_BENCH_PAIRS_CSV_H
#define XY_BENCH_PAIRS_CSV_H

#include "bench/csv.h"

/* A row of a pair file; strings belong to the csv. */
typedef struct xy__pair_row {
  int line;
  const char *number;   /* the file's own row number */
  const char *sides[2]; /* target, counterpart */
  const char *labels[2];
  size_t after[2]; /* offset just after the part of each sentence that differs, at a word boundary */
  size_t before;   /* bytes in common at the start, at a word boundary */
} xy__pair_row;

/* Reads a CSV whose columns (in this order of `columns`) are row number, target, counterpart, label, label; checks each
 * row. `rows` is a new array of *n, freed with free. Every faulty row is named in `err`, as many as it holds. */
int xy__pairs_read(xy__csv *csv, xy__pair_row **rows, size_t *n, const xy__source *source, const char *const columns[5],
                   xy_error *err);

/* Fills `before` and `after` from the two sides: from the end of the words that they share at the start to the
 * beginning of those that they share at the end. */
void xy__pairs_difference(xy__pair_row *row);

/* Adds the item of a row: id "row/NUMBER", both texts, and the ends of what differs. NULL when out of memory. */
xy__item *xy__pairs_add(xy__builder *builder, const xy__pair_row *row);

#endif
