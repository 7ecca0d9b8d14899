/* See unicode.h. */
#include "tokenizer/unicode.h"

#include <string.h>
#include <utf8proc.h>

typedef struct {
  int32_t first, last;
} range;

typedef struct {
  int32_t first, last;
  char category[3];
} reclassed_range;

typedef struct {
  int32_t first, last, distance;
} lowered_range;

#include "tokenizer/unicode_tables.h"

enum { N_RECLASSED = sizeof reclassed / sizeof *reclassed, N_INERT = sizeof inert / sizeof *inert };

/* Index of the range that holds `c` in a sorted table of n ranges of `size` bytes, each starting with first and last;
 * -1 when there is none. */
static int find_range(const void *table, int n, size_t size, int32_t c) {
  int low = 0;
  int high = n;
  while (low < high) {
    int middle = (low + high) / 2;
    range r;
    memcpy(&r, (const char *)table + (size_t)middle * size, sizeof r);
    if (c < r.first) {
      high = middle;
    } else if (c > r.last) {
      low = middle + 1;
    } else {
      return middle;
    }
  }
  return -1;
}

static const char *newer_category(int32_t c) {
  int i = find_range(reclassed, N_RECLASSED, sizeof *reclassed, c);
  return i < 0 ? NULL : reclassed[i].category;
}

bool xy__white_space(int32_t c) { return xy__is_space(c) && !(c >= 0x1C && c <= 0x1F); }

bool xy__word_character(int32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  const char *category = newer_category(c);
  if (category == NULL) category = utf8proc_category_string(c);
  if (category[0] == 'L' || category[0] == 'M') return true;
  if (strcmp(category, "Nd") == 0 || strcmp(category, "Nl") == 0 || strcmp(category, "Pc") == 0) return true;
  bool joiner = c == 0x200C || c == 0x200D;
  bool enclosed = (c >= 0x24B6 && c <= 0x24E9) || (c >= 0x1F130 && c <= 0x1F149) || (c >= 0x1F150 && c <= 0x1F169) ||
                  (c >= 0x1F170 && c <= 0x1F189); /* circled and squared letters are alphabetic */
  return joiner || enclosed;
}

void xy__add_newer_members(xy__text *out, const char *name, size_t n) {
  bool han = n == 3 && memcmp(name, "Han", n) == 0; /* all that is new in the ideographic planes */
  for (int i = 0; i < N_RECLASSED; i++) {
    const reclassed_range *r = &reclassed[i];
    bool member = han ? r->first >= 0x20000 : n <= 2 && memcmp(r->category, name, n) == 0;
    if (member) xy__text_addf(out, "\\x{%X}-\\x{%X}", (unsigned)r->first, (unsigned)r->last);
  }
}

bool xy__normalization_inert(int32_t c) { return c >= 0x300 && find_range(inert, N_INERT, sizeof *inert, c) >= 0; }

void xy__text_add_code_point(xy__text *out, int32_t c) {
  unsigned char bytes[4];
  int n = (int)utf8proc_encode_char(c, bytes);
  xy__text_add_bytes(out, (const char *)bytes, n > 0 ? (size_t)n : 0);
}

void xy__lower_case(xy__text *out, const char *text, size_t n) {
  for (size_t i = 0; i < n;) {
    size_t bytes;
    int32_t c = xy__utf8_decode(text + i, n - i, &bytes);
    int r = find_range(lowered, (int)(sizeof lowered / sizeof *lowered), sizeof *lowered, c);
    if (c == 0x130) {
      xy__text_add(out, "i\xCC\x87"); /* the one letter whose lower case is two code points */
    } else {
      xy__text_add_code_point(out, r >= 0 ? c + lowered[r].distance : utf8proc_tolower(c));
    }
    i += bytes;
  }
}
