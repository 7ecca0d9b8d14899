/* Patterns of tokenizer.json on PCRE2, matching what Oniguruma (Ruby syntax) matches for Hugging Face.
 *
 * Both engines backtrack and agree on the constructs that tokenizers use; the few spellings that mean something else
 * (\h, \w, \s, names of scripts) are rewritten, and constructs for which that is not known are refused. Properties
 * get the code points that are younger than PCRE2's tables (unicode.h).
 */
#ifndef XY_TOKENIZER_PATTERN_H
#define XY_TOKENIZER_PATTERN_H

#include "base/error.h"
#include "base/text.h"

typedef struct xy__pattern xy__pattern;

/* `where` names file and part in messages. A pattern that can match nothing is refused. Caller frees with
 * xy__pattern_free. */
int xy__pattern_regex(xy__pattern **out, const char *regex, const char *where, xy_error *err);
int xy__pattern_literal(xy__pattern **out, const char *text, const char *where, xy_error *err);
void xy__pattern_free(xy__pattern *pattern);

/* A stretch of a text: a match, or what lies between matches. */
typedef struct xy__stretch {
  size_t start, end;
  bool match;
} xy__stretch;

/* One thread's memory for matching. Zero-initialise. `stretches` of the last search: n of them, covering the text. */
typedef struct xy__matcher {
  xy__stretch *stretches;
  size_t n, capacity;
  void *data; /* PCRE2's */
} xy__matcher;
void xy__matcher_dispose(xy__matcher *matcher);

/* Splits text[0..n), n > 0, valid UTF-8, into matches and the rest. */
int xy__pattern_split(xy__matcher *matcher, const xy__pattern *pattern, const char *text, size_t n, xy_error *err);

#endif
