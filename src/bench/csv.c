/* See csv.h. */
#include "bench/csv.h"

#include <csv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
  xy__csv *csv;
  xy_error *err;
  int line;      /* where the parser is */
  bool after_cr; /* the last thing seen was a carriage return: a line feed now ends the same line */
  bool in_row;
  bool failed; /* out of memory */
  bool stop_after_header, done;
} reader;

static int no_space(unsigned char c) {
  (void)c;
  return 0;
}

/* Line ends inside a field. */
static void pass_lines(reader *r, const char *field, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) r->line += field[i] == '\n';
}

/* A row begins, unless one has. */
static void need_row(reader *r) {
  xy__csv *csv = r->csv;
  if (r->in_row || r->failed) return;
  r->in_row = xy__grow(&csv->rows, &csv->capacity, csv->n, sizeof *csv->rows);
  r->failed = !r->in_row;
  if (r->in_row) csv->rows[csv->n++] = (xy__csv_row){.line = r->line, .first = csv->n_fields};
}

static void on_field(void *data, size_t bytes, void *user) {
  reader *r = user;
  xy__csv *csv = r->csv;
  if (r->done) return;
  need_row(r);
  if (r->failed) return;
  if (!xy__grow(&csv->fields, &csv->fields_capacity, csv->n_fields, sizeof *csv->fields)) {
    r->failed = true;
    return;
  }
  csv->fields[csv->n_fields++] = csv->bytes.size;
  csv->rows[csv->n - 1].n++;
  if (bytes > 0) xy__text_add_bytes(&csv->bytes, data, bytes);
  xy__text_add_bytes(&csv->bytes, "", 1);
  pass_lines(r, data, bytes);
  r->after_cr = false;
}

/* Called at every unquoted CR and LF (CSV_REPALL_NL), and with -1 at the end of a file without a last line break. */
static void on_row(int c, void *user) {
  reader *r = user;
  if (!(c == '\n' && r->after_cr)) r->line++;
  r->after_cr = c == '\r';
  if (r->in_row && r->stop_after_header) r->done = true;
  r->in_row = false;
}

static int check_bytes(const xy__source *source, xy_error *err) {
  const char *text = source->text;
  size_t bad = xy__utf8_check(text, source->bytes);
  const char *nul = memchr(text, '\0', source->bytes);
  if (bad == source->bytes && nul == NULL) return XY_OK;
  if (nul != NULL && (size_t)(nul - text) < bad) bad = (size_t)(nul - text);
  int line = 1;
  for (size_t i = 0; i < bad; i++) line += text[i] == '\n';
  bool nothing = text[bad] == '\0';
  int rc = xy__fail(err, XY_ERR_FORMAT, "%s:%d: %s (byte %zu of the file)", source->name, line,
                    nothing ? "a NUL byte; expected text" : "not valid UTF-8", bad);
  return xy__hint(err, rc, "iconv -f %s -t UTF-8 makes it readable, if it is text in that",
                  nothing ? "UTF-16LE (or UTF-16BE)" : "WINDOWS-1252 (or another)");
}

static bool begin(struct csv_parser *parser, unsigned char options, char delimiter) {
  if (csv_init(parser, options) != 0) return false;
  csv_set_space_func(parser, no_space);
  csv_set_delim(parser, (unsigned char)delimiter);
  return true;
}

static const char *const stray = "a quote inside a field (fields with quotes are quoted, and quotes in them doubled)";

/* A quote where none may stand: the row is damaged, up to the end of its line; in a header it is an error. */
static int give_up_row(reader *r, const struct csv_parser *parser, const char *name) {
  xy__csv *csv = r->csv;
  if (csv->n == 0 || (csv->n == 1 && r->in_row)) {
    return xy__fail(r->err, XY_ERR_FORMAT, "%s:%d: %s", name, r->line, stray);
  }
  need_row(r);
  if (r->failed) return xy__fail_memory(r->err, name);
  csv->rows[csv->n - 1].damaged = true;
  pass_lines(r, (const char *)parser->entry_buf, parser->entry_pos); /* of the field that on_field will not see */
  r->line++;
  r->in_row = r->after_cr = false;
  return XY_OK;
}

static int parse(reader *r, const char *text, size_t bytes, char delimiter, const char *name) {
  struct csv_parser parser;
  /* A header row is read to tell what a file is: lenient, since it may be no CSV at all. */
  unsigned char options = r->stop_after_header ? CSV_REPALL_NL : CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL;
  if (!begin(&parser, options, delimiter)) return xy__fail_memory(r->err, name);
  enum { CHUNK = 4096 }; /* so that a header alone costs little */
  int rc = XY_OK;
  for (size_t at = 0; at < bytes && !r->done && rc == XY_OK;) {
    size_t n = bytes - at < CHUNK ? bytes - at : CHUNK;
    size_t used = csv_parse(&parser, text + at, n, on_field, on_row, r);
    at += used;
    if (used == n) continue;
    rc = csv_error(&parser) == CSV_EPARSE ? give_up_row(r, &parser, name) : xy__fail_memory(r->err, name);
    if (rc != XY_OK) break;
    const char *end = memchr(text + at, '\n', bytes - at); /* the next line begins anew */
    at = end != NULL ? (size_t)(end - text) + 1 : bytes;
    csv_free(&parser);
    if (!begin(&parser, options, delimiter)) return xy__fail_memory(r->err, name);
  }
  if (rc == XY_OK && !r->done && csv_fini(&parser, on_field, on_row, r) != 0) {
    rc = xy__fail(r->err, XY_ERR_FORMAT, "%s:%d: the quoted field that starts here is never closed", name, r->line);
  }
  csv_free(&parser);
  if (rc == XY_OK && (r->failed || r->csv->bytes.failed)) rc = xy__fail_memory(r->err, name);
  return rc;
}

/* Lines of white space alone, as the empty ones that the parser passes over. */
static void drop_blank(xy__csv *csv) {
  size_t kept = 0;
  for (size_t i = 0; i < csv->n; i++) {
    const char *first = xy__csv_field(csv, &csv->rows[i], 0);
    bool blank = i > 0 && csv->rows[0].n > 1 && csv->rows[i].n == 1 && xy__rstrip(first, strlen(first)) == 0;
    if (!blank) csv->rows[kept++] = csv->rows[i];
  }
  csv->n = kept;
}

int xy__csv_read(xy__csv *out, const xy__source *source, char delimiter, bool header_only, xy_error *err) {
  xy__csv csv = {.name = source->name};
  reader r = {.csv = &csv, .err = err, .line = 1, .stop_after_header = header_only};
  int rc = check_bytes(source, err);
  if (source->delimiter != 0) delimiter = source->delimiter;
  if (rc == XY_OK) rc = parse(&r, source->text, source->bytes, delimiter, source->name);
  if (rc == XY_OK) drop_blank(&csv);
  if (rc == XY_OK && csv.n == 0) rc = xy__fail(err, XY_ERR_FORMAT, "%s: the file is empty", source->name);
  if (rc != XY_OK) {
    xy__csv_dispose(&csv);
    return rc;
  }
  *out = csv;
  return XY_OK;
}

void xy__csv_dispose(xy__csv *csv) {
  xy__text_dispose(&csv->bytes);
  free(csv->fields);
  free(csv->rows);
  *csv = (xy__csv){0};
}

const char *xy__csv_field(const xy__csv *csv, const xy__csv_row *row, size_t column) {
  return column < row->n ? csv->bytes.data + csv->fields[row->first + column] : "";
}

/* The next column of that name from `column` on; the number of columns where there is none. */
static size_t find_column(const xy__csv *csv, const char *name, size_t column) {
  for (; column < csv->rows[0].n; column++) {
    const char *field = xy__csv_field(csv, &csv->rows[0], column);
    field += strspn(field, " ");
    size_t n = xy__rstrip(field, strlen(field));
    if (n == strlen(name) && memcmp(field, name, n) == 0) break;
  }
  return column;
}

bool xy__csv_columns(size_t *out, const xy__csv *csv, const char *const *names, size_t n) {
  for (size_t i = 0; i < n; i++) {
    out[i] = find_column(csv, names[i], 0);
    if (out[i] == csv->rows[0].n) return false;
  }
  return true;
}

static int fail_columns(const xy__csv *csv, const char *const *names, size_t n, xy_error *err) {
  xy__text list = {0};
  for (size_t i = 0; i < n; i++) xy__text_addf(&list, "%s'%s'", i > 0 ? ", " : "", names[i]);
  int rc = list.failed ? xy__fail_memory(err, csv->name)
                       : xy__fail(err, XY_ERR_FORMAT, "%s:%d: expected the columns %s", csv->name, csv->rows[0].line,
                                  list.data);
  xy__text_dispose(&list);
  return rc;
}

int xy__csv_need(size_t *out, const xy__csv *csv, xy__file_rows *rows, const char *const *names, size_t n,
                 xy_error *err) {
  if (!xy__csv_columns(out, csv, names, n)) return fail_columns(csv, names, n, err);
  for (size_t i = 0; i < csv->rows[0].n; i++) {
    const char *name = xy__csv_field(csv, &csv->rows[0], i);
    size_t again = find_column(csv, name, i + 1);
    if (*name == '\0' || again == csv->rows[0].n) continue;
    size_t k = 0;
    while (k < n && strcmp(names[k], name) != 0) k++;
    if (k < n) {
      return xy__fail(err, XY_ERR_FORMAT, "%s:%d: two columns are called '%s' (the %zu. and the %zu.)", csv->name,
                      csv->rows[0].line, name, i + 1, again + 1);
    }
    xy__rows_say(rows, "two columns are called '%.100s', which is not read", name);
  }
  return csv->n > 1 ? XY_OK : xy__fail(err, XY_ERR_FORMAT, "%s: there are no rows below the header", csv->name);
}

bool xy__csv_width(const xy__csv *csv, const xy__csv_row *row, xy__file_rows *rows) {
  size_t width = csv->rows[0].n;
  if (row->damaged) {
    xy__row_out(rows, row->line, "%s", stray);
    return false;
  }
  if (row->n != width)
    xy__row_out(rows, row->line, "expected %zu %s, found %zu", width, xy_plural((int64_t)width, "field", "fields"),
                row->n);
  return row->n == width;
}
