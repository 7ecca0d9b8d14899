/* The rows of a file: how many there are, which were left out and why, and what was noticed about the others. One bad
 * row costs that row; it is counted and told with its line, never lost in silence. `strict` refuses the file instead.
 */
#ifndef XY_BENCH_ROWS_H
#define XY_BENCH_ROWS_H

#include "base/faults.h"
#include "base/memory.h"
#include "base/text.h"
#include "bench/bench.h"

/* Rows about which the same is to be said: how many, and the first of them; none where it is about the file. */
typedef struct xy__tally {
  const char *what;
  bool left_out;
  size_t n;
  xy__text lines;
} xy__tally;

/* Zero-initialise but for `faults.name` and `strict`; `faults.name` may change from row to row. */
typedef struct xy__file_rows {
  const char *unit, *units; /* what rows are counted in, where that is no line: "entry", "entries" */
  bool strict;
  bool keeps_uneven; /* rows whose sides differ in form */
  size_t n, left_out, noticed;
  bool is_left_out, is_noticed; /* the row in hand */
  long number;                  /* its own, by which notes name it; 0: its line */
  bool failed;                  /* out of memory */
  xy__faults faults;
  xy_error told; /* what is said where the file is refused */
  xy__tally *tallies;
  size_t n_tallies, capacity;
  xy__map seen; /* texts → line */
  xy__arena arena;
} xy__file_rows;

/* The next row begins. */
void xy__row(xy__file_rows *rows);

/* A row that was counted before is in hand again: some can be judged only when others were read. */
void xy__row_again(xy__file_rows *rows);

/* The row in hand is left out, for this reason; further reasons of the same row are told where the file is refused. */
void xy__row_out(xy__file_rows *rows, int64_t line, const char *format, ...) XY__PRINTF(3, 4);

/* Something is to be said about the row in hand, which stays. */
void xy__row_noticed(xy__file_rows *rows, int64_t line, const char *format, ...) XY__PRINTF(3, 4);

/* Something is to be said about the file. */
void xy__rows_say(xy__file_rows *rows, const char *format, ...) XY__PRINTF(2, 3);

/* Whether the file can be used: it cannot where every row was left out, or one in strict reading. */
int xy__rows_end(xy__file_rows *rows, xy_error *err);

/* A sentence for each tally, first those of rows that were left out; NULL past the last. Each has at most `size` bytes.
 */
bool xy__rows_sentence(char *out, size_t size, const xy__file_rows *rows, size_t i);

void xy__rows_dispose(xy__file_rows *rows);

#endif
