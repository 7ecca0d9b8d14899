/* Texts with placeholders: "{Identity} {statement}." Placeholders are {identity}, {identity:FORM}, {statement}, and the
 * words that identities define; a capital first letter capitalises what is filled in; {{ and }} stand for braces.
 */
#ifndef XY_BENCH_TEMPLATE_H
#define XY_BENCH_TEMPLATE_H

#include "base/memory.h"
#include "base/text.h"

typedef enum xy__segment_kind { XY__LITERAL, XY__IDENTITY, XY__STATEMENT, XY__WORD } xy__segment_kind;

typedef struct xy__segment {
  xy__segment_kind kind;
  bool capital;
  const char *text; /* the literal, the identity's form (NULL: plain), or the name of the word */
} xy__segment;

typedef struct xy__phrase {
  int line;           /* of the file it stands in */
  const char *source; /* as written, borrowed */
  size_t n;
  xy__segment *segments; /* in the arena that it was parsed into */
} xy__phrase;

/* What an identity fills placeholders with. */
typedef struct xy__term {
  const char *name, *value;
} xy__term;
typedef struct xy__terms {
  const char *surface; /* NULL where the identity has forms */
  size_t n_forms, n_words;
  xy__term *forms, *words;
} xy__terms;

/* NULL when `text` is well formed, else what is wrong with it (static text). Out of memory is reported that way too. */
const char *xy__phrase_parse(xy__phrase *out, xy__arena *arena, const char *text, int line);

/* Whether the place that xy__phrase_fill returns has nothing of the statement before it but the term itself. */
bool xy__phrase_names_first(const xy__phrase *pattern, const xy__phrase *statement);

bool xy__phrase_has(const xy__phrase *pattern, xy__segment_kind kind);

/* Value of an identity segment or a word; NULL where the identity has none. */
const char *xy__terms_find(const xy__terms *terms, const xy__segment *segment);

/* Appends the filled text. `statement` fills {statement} (it holds none itself). Returns the offset in `out` just
 * after the first identity term, failing that after the first word, or -1. Every value must exist. *start is where that
 * term begins, -1 likewise; `start` may be NULL. */
int64_t xy__phrase_fill(xy__text *out, int64_t *start, const xy__phrase *pattern, const xy__terms *terms,
                        const xy__phrase *statement);

#endif
