/* The words of a text for rules and lists: runs of letters, marks and digits in folded case (Unicode's, so that
 * "STRASSE" is "straße"), composed, without characters that cannot be seen; and emojis, one by one. Hyphens and
 * apostrophes part words, and are remembered.
 */
#ifndef XY_JUDGE_WORDS_H
#define XY_JUDGE_WORDS_H

#include "base/text.h"

typedef enum xy__beside { XY__OTHER, XY__HYPHEN, XY__APOSTROPHE } xy__beside;

typedef struct xy__word {
  const char *text; /* [bytes] of xy__words.folded */
  size_t bytes;
  xy__beside before, after; /* the very next characters */
  bool joined;              /* to the word before, by `before` alone */
} xy__word;

/* A text in hand; its memory serves the next one, too. Zero-initialise. */
typedef struct xy__words {
  xy__text folded;
  xy__word *items;
  size_t n, capacity;
} xy__words;

/* Of text[0..n), valid UTF-8. False: out of memory. */
bool xy__words_split(xy__words *out, const char *text, size_t n);
void xy__words_dispose(xy__words *words);

/* The words from `first` on, n of them, with a space between: how entries of lists are compared. */
void xy__words_join(xy__text *out, const xy__words *words, size_t first, size_t n);

#endif
