/* A CSV (or tab-separated) file as rows of fields that remember their lines (libcsv, in its strict mode). Quoted line
 * breaks, CRLF and empty lines are read as Python's csv module reads them; no field loses its white space.
 */
#ifndef XY_BENCH_CSV_H
#define XY_BENCH_CSV_H

#include "base/text.h"
#include "bench/builder.h"

typedef struct xy__csv_row {
  int line;     /* where the row starts, from 1 */
  size_t first; /* index into fields */
  size_t n;
  bool damaged; /* a quote stands where none may: its fields are not to be read */
} xy__csv_row;

typedef struct xy__csv {
  const char *name; /* of the file, borrowed */
  xy__text bytes;   /* every field, each with a final 0 */
  size_t *fields;   /* offsets into bytes */
  size_t n_fields, fields_capacity;
  xy__csv_row *rows; /* the header first */
  size_t n, capacity;
} xy__csv;

/* `delimiter` is that of the reader's files, where the source shows no other.
 *
 * Refused: bad UTF-8, NUL bytes, a quote that is never closed, or inside a field of the header, a file without rows.
 * With `header_only` reading stops after the first row. Zero-initialise; xy__csv_dispose takes half-built ones. */
int xy__csv_read(xy__csv *out, const xy__source *source, char delimiter, bool header_only, xy_error *err);
void xy__csv_dispose(xy__csv *csv);

/* Field of a row; "" past its end. */
const char *xy__csv_field(const xy__csv *csv, const xy__csv_row *row, size_t column);

/* Places of the n named columns in the header. True when all are there. */
bool xy__csv_columns(size_t *out, const xy__csv *csv, const char *const *names, size_t n);

/* The same, where a file without them, with two of one name, or without rows is refused; other repeated columns are
 * noted. */
int xy__csv_need(size_t *out, const xy__csv *csv, xy__file_rows *rows, const char *const *names, size_t n,
                 xy_error *err);

/* Whether the row in hand has as many fields as the header; if not, it is left out. */
bool xy__csv_width(const xy__csv *csv, const xy__csv_row *row, xy__file_rows *rows);

#endif
