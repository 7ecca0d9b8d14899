/* See json_rows.h. */
#include "base/json_rows.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static void skip_blank(xy__json_rows *rows) {
  for (; rows->at < rows->end && is_blank(*rows->at); rows->at++) rows->next_line += *rows->at == '\n';
}

void xy__json_rows_begin(xy__json_rows *out, const char *text, size_t bytes) {
  *out = (xy__json_rows){.at = text + xy__byte_order_mark(text, bytes), .end = text + bytes, .next_line = 1};
  skip_blank(out);
  out->is_list = out->at < out->end && *out->at == '[';
  if (out->is_list) out->at++;
}

/* The end of a value of a list: before the comma or the bracket that belongs to the list itself. */
static const char *value_end(const char *at, const char *end) {
  int64_t depth = 0;
  bool quoted = false;
  for (; at < end; at++) {
    if (quoted) {
      if (*at == '\\')
        at++;
      else
        quoted = *at != '"';
    } else if (*at == '"') {
      quoted = true;
    } else if (depth == 0 && (*at == ',' || *at == ']')) {
      return at;
    } else {
      depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
    }
  }
  return end;
}

static void take(xy__json_rows *rows, const char *stop) {
  rows->line = rows->next_line;
  rows->text = rows->at;
  rows->bytes = (size_t)(stop - rows->at);
  for (; rows->at < stop; rows->at++) rows->next_line += *rows->at == '\n';
}

bool xy__json_rows_next(xy__json_rows *rows) {
  if (rows->failed) return false;
  skip_blank(rows);
  if (rows->at >= rows->end) {
    if (!rows->is_list) return false;
    rows->is_list = false;
    take(rows, rows->end); /* an empty row, for what is missing */
    return true;
  }
  if (!rows->is_list) {
    const char *stop = memchr(rows->at, '\n', (size_t)(rows->end - rows->at));
    take(rows, stop != NULL ? stop : rows->end);
    return true;
  }
  if (*rows->at == ']') {
    rows->at++;
    rows->is_list = false; /* what follows the list is no row of it, and told as one that is wrong */
    return xy__json_rows_next(rows);
  }
  const char *stop = value_end(rows->at, rows->end);
  take(rows, stop);
  if (rows->at < rows->end && *rows->at == ',') rows->at++;
  return true;
}

/* A copy in which NaN, Infinity and -Infinity outside strings are null; false where there are none, or no memory. */
static bool without_nan(xy__text *out, const char *text, size_t bytes) {
  static const char *const words[] = {"-Infinity", "Infinity", "NaN"};
  bool quoted = false;
  size_t from = 0;
  for (size_t at = 0; at < bytes; at++) {
    if (quoted) {
      if (text[at] == '\\')
        at++;
      else
        quoted = text[at] != '"';
      continue;
    }
    quoted = text[at] == '"';
    size_t w = 0;
    while (w < 3 && (bytes - at < strlen(words[w]) || memcmp(text + at, words[w], strlen(words[w])) != 0)) w++;
    if (w == 3) continue;
    xy__text_add_bytes(out, text + from, at - from);
    xy__text_add(out, "null");
    from = at + strlen(words[w]);
    at = from - 1;
  }
  if (from > 0) xy__text_add_bytes(out, text + from, bytes - from);
  return from > 0 && !out->failed;
}

/* NULL with *memory, too: Jansson calls it a fault of the text. */
static json_t *parse(json_error_t *problem, bool *memory, const char *text, size_t bytes) {
  enum { FLAGS = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL };
  errno = 0;
  json_t *value = json_loadb(text, bytes, FLAGS, problem);
  *memory = value == NULL && errno == ENOMEM;
  if (value != NULL || *memory ||
      (memmem(text, bytes, "NaN", 3) == NULL && memmem(text, bytes, "Infinity", 8) == NULL)) {
    return value;
  }
  xy__text copy = {0};
  if (without_nan(&copy, text, bytes)) {
    errno = 0;
    value = json_loadb(copy.data, copy.size, FLAGS, problem);
    *memory = value == NULL && errno == ENOMEM;
  }
  *memory = *memory || copy.failed;
  xy__text_dispose(&copy);
  return value;
}

/* Where a value ends and something stands behind it in its row: that is said, and not what a parser expected. */
static bool has_more(char why[200], const xy__json_rows *rows) {
  json_error_t problem = {0};
  json_t *first = json_loadb(rows->text, rows->bytes, JSON_DISABLE_EOF_CHECK, &problem);
  size_t at = first != NULL ? (size_t)problem.position : rows->bytes;
  json_decref(first);
  while (at < rows->bytes && is_blank(rows->text[at])) at++;
  if (at >= rows->bytes) return false;
  const char *what = rows->text[at] == ',' ? "a comma" : rows->text[at] == '{' ? "another object" : "something else";
  snprintf(why, 200, "not valid JSON: %s behind the value; rows stand one a line, or all in one list", what);
  return true;
}

json_t *xy__json_row(char why[200], xy__json_rows *rows) {
  json_error_t problem = {0};
  json_t *value = parse(&problem, &rows->failed, rows->text, rows->bytes);
  if (value != NULL) return value;
  if (rows->failed) {
    snprintf(why, 200, "out of memory");
    return NULL;
  }
  if (has_more(why, rows)) return NULL;
  snprintf(why, 200, rows->bytes == 0 ? "the list that begins the file is not closed" : "not valid JSON: %s",
           problem.text);
  return NULL;
}

int xy__json_parse_lenient(json_t **out, const char *text, size_t bytes, const char *name, xy_error *err) {
  json_error_t problem = {0};
  bool memory;
  json_t *value = parse(&problem, &memory, text, bytes);
  if (memory) return xy__fail_memory(err, name);
  if (value == NULL) {
    return xy__fail(err, XY_ERR_FORMAT, "%s:%d:%d: not valid JSON: %s", name, problem.line, problem.column,
                    problem.text);
  }
  *out = value;
  return XY_OK;
}
