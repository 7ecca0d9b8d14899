/* See rows.h. */
#include "bench/rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reasons are told apart up to a number, and lines up to another: a file can be wrong in every row in its own way. */
enum { MOST_TALLIES = 40, MOST_LINES = 10, LONGEST = 512 };

void xy__row(xy__file_rows *rows) {
  rows->n++;
  xy__row_again(rows);
}

void xy__row_again(xy__file_rows *rows) {
  rows->is_left_out = rows->is_noticed = false;
  rows->number = 0;
}

/* *same is how many tallies of the same fate there are, where none is `what`; NULL then. */
static xy__tally *find_tally(size_t *same, xy__file_rows *rows, const char *what, bool left_out) {
  *same = 0;
  for (size_t i = 0; i < rows->n_tallies; i++) {
    if (rows->tallies[i].left_out != left_out) continue;
    if (strcmp(rows->tallies[i].what, what) == 0) return &rows->tallies[i];
    ++*same;
  }
  return NULL;
}

static xy__tally *tally_of(xy__file_rows *rows, const char *what, bool left_out) {
  size_t same;
  xy__tally *found = find_tally(&same, rows, what, left_out);
  if (found == NULL && same >= MOST_TALLIES) {
    what = "other reasons";
    found = find_tally(&same, rows, what, left_out);
  }
  if (found != NULL) return found;
  const char *kept = xy__arena_string(&rows->arena, what);
  if (kept == NULL || !xy__grow(&rows->tallies, &rows->capacity, rows->n_tallies, sizeof *rows->tallies)) {
    rows->failed = true;
    return NULL;
  }
  rows->tallies[rows->n_tallies] = (xy__tally){.what = kept, .left_out = left_out};
  return &rows->tallies[rows->n_tallies++];
}

static void count(xy__file_rows *rows, int64_t line, const char *what, bool left_out) {
  xy__tally *tally = tally_of(rows, what, left_out);
  if (tally == NULL) return;
  if (rows->number > 0) line = rows->number;
  if (tally->n < MOST_LINES) xy__text_addf(&tally->lines, "%s%lld", tally->n > 0 ? ", " : "", (long long)line);
  if (tally->n == MOST_LINES) xy__text_add(&tally->lines, ", …");
  tally->n++;
}

void xy__row_out(xy__file_rows *rows, int64_t line, const char *format, ...) {
  char what[LONGEST];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  rows->faults.err = &rows->told;
  if (rows->unit == NULL) {
    xy__fault(&rows->faults, line, "%s", what);
  } else {
    xy__fault(&rows->faults, 0, "%s %lld: %s", rows->unit, (long long)line, what);
  }
  if (rows->is_left_out) return;
  rows->is_left_out = true;
  rows->left_out++;
  count(rows, line, what, true);
}

void xy__row_noticed(xy__file_rows *rows, int64_t line, const char *format, ...) {
  char what[LONGEST];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  rows->noticed += !rows->is_noticed;
  rows->is_noticed = true;
  count(rows, line, what, false);
}

void xy__rows_say(xy__file_rows *rows, const char *format, ...) {
  char what[LONGEST];
  va_list args;
  va_start(args, format);
  vsnprintf(what, sizeof what, format, args);
  va_end(args);
  (void)tally_of(rows, what, false);
}

int xy__rows_end(xy__file_rows *rows, xy_error *err) {
  if (rows->failed) return xy__fail_memory(err, rows->faults.name);
  if (rows->left_out == 0 || (!rows->strict && rows->left_out < rows->n)) return XY_OK;
  xy__faults_end(&rows->faults);
  if (err != NULL) *err = rows->told;
  if (rows->left_out == rows->n) return XY_ERR_FORMAT;
  return xy__hint(err, XY_ERR_FORMAT, "without --strict such rows are left out and counted");
}

bool xy__rows_sentence(char *out, size_t size, const xy__file_rows *rows, size_t i) {
  if (i >= rows->n_tallies) return false;
  size_t outs = 0;
  for (size_t k = 0; k < rows->n_tallies; k++) outs += rows->tallies[k].left_out;
  bool left_out = i < outs;
  size_t place = left_out ? i : i - outs;
  const xy__tally *tally = rows->tallies;
  while (tally->left_out != left_out || place-- > 0) tally++;
  if (tally->n == 0) {
    snprintf(out, size, "%s", tally->what);
    return true;
  }
  const char *lines = tally->lines.failed || tally->lines.data == NULL ? "" : tally->lines.data;
  const char *unit = rows->unit == NULL ? xy_plural((int64_t)tally->n, "line", "lines")
                                        : xy_plural((int64_t)tally->n, rows->unit, rows->units);
  snprintf(out, size, "%zu of %zu %s%s: %s (%s %s)", tally->n, rows->n, xy_plural((int64_t)rows->n, "row", "rows"),
           left_out ? " left out" : "", tally->what, unit, lines);
  return true;
}

void xy__rows_dispose(xy__file_rows *rows) {
  for (size_t i = 0; i < rows->n_tallies; i++) xy__text_dispose(&rows->tallies[i].lines);
  free(rows->tallies);
  xy__map_dispose(&rows->seen);
  xy__arena_dispose(&rows->arena);
  *rows = (xy__file_rows){0};
}
