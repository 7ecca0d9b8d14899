/* Items whose options are the ends of one sentence, from a pronoun on (coref, pronoun). */
#ifndef XY_BENCH_MARKED_H
#define XY_BENCH_MARKED_H

#include "bench/builder.h"

/* A sentence whose pronoun stands at text[start..end). */
typedef struct xy__marked {
  const char *text;
  size_t start, end;
} xy__marked;

/* Adds an item with an option for each of n sentences, which must have the same text before the pronoun: that is the
 * prompt (NULL where there is none), and white space before the pronoun belongs to the options. NULL when out of
 * memory. */
xy__item *xy__sentences_add(xy__builder *builder, const xy__marked *sentences, size_t n);

/* Finds the first word that differs between n sentences (letters and apostrophes) and marks it in each; false where
 * they are equal, or differ before their first word. */
bool xy__sentences_mark(xy__marked *sentences, size_t n);

#endif
