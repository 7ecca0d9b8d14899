/* What WinoQueer's, CrowS-Pairs' and RedditBias' files have in common: two sentences and two labels a row, and row
 * numbers where the file has them.
 */
#ifndef XY_BENCH_PAIRS_CSV_H
#define XY_BENCH_PAIRS_CSV_H

#include "bench/csv.h"

enum { XY__PAIR_TARGET, XY__PAIR_OTHER, XY__PAIR_LABEL, XY__PAIR_OTHER_LABEL, XY__PAIR_COLUMNS };

/* A row of a pair file; strings belong to the csv and the builder's rows. */
typedef struct xy__pair_row {
  int line;
  const char *number;   /* the file's own row number, or its place in the file, from 1 */
  const char *sides[2]; /* target, counterpart */
  const char *labels[2];
  size_t after[2]; /* offset just after the part of each sentence that differs, at a word boundary */
  size_t before;   /* bytes in common at the start, at a word boundary */
} xy__pair_row;

/* A file of such rows, without those that were left out. Zero-initialise; freed with xy__pairs_dispose. */
typedef struct xy__pair_file {
  xy__csv csv;
  xy__pair_row *rows;
  size_t n;
  bool numbered; /* it has a column of row numbers, unnamed or as pandas names it, as published ones have */
} xy__pair_file;

/* What a kind of file asks of its rows besides: may change labels; false where it left the row out. */
typedef bool (*xy__pair_check)(xy__pair_row *row, xy__file_rows *rows);

/* Reads the columns (in the order of the names above) of a CSV file and checks each row. `check` may be NULL. */
int xy__pairs_read(xy__pair_file *out, xy__builder *builder, const xy__source *source,
                   const char *const columns[XY__PAIR_COLUMNS], xy__pair_check check, xy_error *err);
void xy__pairs_dispose(xy__pair_file *file);

/* Fills `before` and `after` from the two sides: from the end of the words that they share at the start to the
 * beginning of those that they share at the end. */
void xy__pairs_difference(xy__pair_row *row);

/* Adds the item of a row: id "row/NUMBER", both texts, and the ends of what differs. NULL when out of memory. */
xy__item *xy__pairs_add(xy__builder *builder, const xy__pair_row *row);

#endif
