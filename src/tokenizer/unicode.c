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

/* One member of each category that occurs in `reclassed`, three and four UTF-8 bytes long, known to Unicode 13. */
static const struct {
  char category[3];
  int32_t three, four;
} members[] = {{"Cf", 0x200B, 0x110BD}, {"Ll", 0x1E01, 0x10428}, {"Lm", 0x3005, 0x16F93}, {"Lo", 0x0E01, 0x10000},
               {"Lu", 0x1E00, 0x10400}, {"Mc", 0x0903, 0x11000}, {"Mn", 0x1DC0, 0x101FD}, {"Nd", 0x0966, 0x104A0},
               {"No", 0x2460, 0x10107}, {"Pd", 0x2010, 0x10EAD}, {"Po", 0x2020, 0x10100}, {"Sm", 0x2200, 0x1D6C1},
               {"So", 0x2100, 0x1F300}};

int32_t xy__regex_stand_in(int32_t c) {
  if (c < 0x800) return c;
  const char *category = newer_category(c);
  if (category == NULL) return c;
  if (c >= 0x20000 && c < 0x40000) return 0x20000; /* the ideographic planes: Han, for patterns that name the script */
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
    if (strcmp(members[i].category, category) == 0) return c < 0x10000 ? members[i].three : members[i].four;
  }
  return c;
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
