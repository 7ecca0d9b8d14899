/* A forward reader for tokenizer.json. Nearly all of such a file is two long lists (vocabulary and merges: 400,000
 * strings for Llama 3); they are read where they stand, strings unescaped in place, while the small parts go to
 * Jansson as text. Every function returns XY_OK or an error "FILE: byte N: expected …".
 */
#ifndef XY_TOKENIZER_SCAN_H
#define XY_TOKENIZER_SCAN_H

#include "base/error.h"

typedef struct xy__scan {
  char *begin, *at, *end; /* *end is readable and 0 */
  const char *name;       /* of the file; borrowed */
  xy_error *err;
} xy__scan;

/* The bracket that opens an object or array. */
int xy__scan_open(xy__scan *scan, char bracket);

/* Before each member: *more is false once the closing bracket was read. `first` for the first member. */
int xy__scan_more(bool *more, xy__scan *scan, bool first, char closing);

/* A string, unescaped in place and 0-terminated; it may hold NUL bytes. Lives as long as the file's text. A key is a
 * string and its colon. */
int xy__scan_string(char **out, size_t *bytes, xy__scan *scan);
int xy__scan_key(char **out, size_t *bytes, xy__scan *scan);
int xy__scan_integer(int64_t *out, xy__scan *scan);

/* Skips a value of any kind; *start and *bytes receive its text, whose inside is not checked. */
int xy__scan_skip(char **start, size_t *bytes, xy__scan *scan);

/* Nothing but white space may follow. */
int xy__scan_end(xy__scan *scan);

/* The next character that is not white space; 0 at the end. */
char xy__scan_peek(xy__scan *scan);

#endif
