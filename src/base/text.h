/* Text: a growable buffer whose out-of-memory state sticks (many appends, one check at the end), UTF-8, and a
 * map from strings to numbers. */
#ifndef XY_BASE_TEXT_H
#define XY_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialise. `data` is always 0-terminated once something was appended; NULL before. */
typedef struct xy__text {
  char *data;
  size_t size, capacity;
  bool failed; /* out of memory: every later append does nothing */
} xy__text;

void xy__text_add(xy__text *text, const char *string);
void xy__text_add_bytes(xy__text *text, const char *bytes, size_t n);
void xy__text_addf(xy__text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void xy__text_add_html(xy__text *text, const char *string); /* & < > " ' escaped */
/* As a part of a file's name: letters, digits, '-' and '_' as they are, the rest as "-hh". */
void xy__text_add_file_name(xy__text *text, const char *name);
/* With quotes. Bytes that are not UTF-8 become the text \xff: JSON has no others. */
void xy__text_add_json(xy__text *text, const char *string, size_t n);
/* What a terminal or an editor would act on instead of showing it, as its code point (\u001b), and bytes that are not
 * UTF-8 as themselves (\xff); line ends and tabs stay. Code points are escaped where `controls`. */
void xy__text_add_visible(xy__text *text, const char *bytes, size_t n, bool controls);
/* The shortest digits (10, or 15 to 17) that read back as the same double; null where `value` is not finite. */
void xy__text_add_number(xy__text *text, double value);
void xy__text_clear(xy__text *text); /* keeps the memory */
void xy__text_dispose(xy__text *text);

bool xy__begins_with(const char *text, const char *start);
bool xy__ends_with(const char *text, const char *ending);

/* Bytes of the byte order mark that text[0..n) begins with: 3, or 0 where it has none. */
size_t xy__byte_order_mark(const char *text, size_t n);

/* Offset of the first byte that is not valid UTF-8 (overlong forms, surrogates and > U+10FFFF are not), or n. */
size_t xy__utf8_check(const char *text, size_t n);

/* What may name a stage or a run, and then stands in files, tables and on terminals: UTF-8 without control characters,
 * not empty. */
bool xy__is_name(const char *text);

/* Decodes the code point at text[0..n), n > 0; *bytes receives its length. Invalid bytes give -1 and length 1. */
int32_t xy__utf8_decode(const char *text, size_t n, size_t *bytes);

/* Python's str.isspace for one code point (29 of them; U+0020, U+00A0, U+2028, …). */
bool xy__is_space(int32_t code_point);

/* Length of text[0..n) without the white space at its end, as Python's str.rstrip() gives it. */
size_t xy__rstrip(const char *text, size_t n);

/* Number of code points. */
size_t xy__utf8_count(const char *text, size_t n);

/* For tables in memory; keys come from files, not from adversaries. */
uint64_t xy__hash(const char *key, size_t bytes);

/* A map from byte strings to numbers, open addressing. Keys are borrowed. Zero-initialise. */
typedef struct xy__map {
  struct xy__map_slot *slots;
  size_t used, capacity;
} xy__map;
bool xy__map_reserve(xy__map *map, size_t n); /* room for n keys; false: out of memory */
bool xy__map_put(xy__map *map, const char *key, size_t bytes, int64_t value); /* false: out of memory */
bool xy__map_get(const xy__map *map, const char *key, size_t bytes, int64_t *value);
void xy__map_dispose(xy__map *map);

#endif
