/* Rows of JSON, as tools write them: a value a line (JSON Lines), or one list of values over any number of lines. By
 * one rule for every reader: a byte order mark, line ends of Windows and blank lines are passed over, and NaN and
 * infinities, which Python's json module writes though JSON has none, are null.
 */
#ifndef XY_BASE_JSON_ROWS_H
#define XY_BASE_JSON_ROWS_H

#include "base/json.h"

typedef struct xy__json_rows {
  const char *at, *end;
  int next_line;
  bool is_list;
  bool failed; /* out of memory: there is no next row */
  /* The row in hand. */
  int line; /* where it begins */
  const char *text;
  size_t bytes;
} xy__json_rows;

void xy__json_rows_begin(xy__json_rows *out, const char *text, size_t bytes);

/* Goes on to the next row; false past the last. */
bool xy__json_rows_next(xy__json_rows *rows);

/* The row in hand; `why` (of 200 bytes) says what is wrong with it where it is no JSON, and the result is NULL. Caller
 * releases with json_decref. */
json_t *xy__json_row(char why[200], xy__json_rows *rows);

/* xy__json_parse by the same rule. */
int xy__json_parse_lenient(json_t **out, const char *text, size_t bytes, const char *name, xy_error *err);

#endif
