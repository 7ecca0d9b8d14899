/* Entries of one or several words, and how often a text has them: what lists of words and HurtLex share. Of entries
 * that begin with the same word of a text the longest counts, and the next is looked for behind it. Terms by which
 * people are called (data/judges/identities.yaml) are entries, too, and set aside: a list that has "gay" does not make
 * an insult of it.
 */
#ifndef XY_JUDGE_LEXICON_H
#define XY_JUDGE_LEXICON_H

#include "base/memory.h"
#include "judge/kind.h"
#include "judge/words.h"

enum { XY__ENTRY_WORDS = 16, XY__CATEGORIES = 64 };

typedef struct xy__lexicon_entry {
  size_t words;        /* of it */
  size_t longest;      /* entry that begins with this word, where it is one word */
  uint64_t categories; /* a bit each; 0 where it is only the beginning of others */
  uint64_t lesser;     /* the same of entries that the list itself is less sure of */
  bool identity;
} xy__lexicon_entry;

/* Zero-initialise; dispose takes half-built ones. */
typedef struct xy__lexicon {
  xy__map places; /* of entries, by their words with a space between */
  xy__lexicon_entry *entries;
  size_t n, capacity, n_listed; /* n_listed: entries with a category */
  xy__arena arena;
  xy__words words; /* of the text in hand */
  xy__text key;
} xy__lexicon;

void xy__lexicon_dispose(xy__lexicon *lexicon);

typedef enum xy__entry_outcome {
  XY__ENTRY_ADDED,
  XY__ENTRY_EMPTY,
  XY__ENTRY_LONG,
  XY__ENTRY_NO_MEMORY
} xy__entry_outcome;

/* The entry of text[0..n), valid UTF-8, made where it is new. */
xy__entry_outcome xy__lexicon_add(xy__lexicon_entry **out, xy__lexicon *lexicon, const char *text, size_t n);

/* The built-in terms of identities and those of the options, which become part of the judge's fingerprint. */
int xy__lexicon_set_aside(xy__lexicon *lexicon, xy_judge *judge, const xy_judge_options *options, xy_error *err);

/* Calls `found` for every entry in a text that is an identity or has a category; *words is how many words there are. */
typedef void (*xy__lexicon_found)(void *user, const xy__lexicon_entry *entry);
int xy__lexicon_search(size_t *words, xy__lexicon *lexicon, const xy_judge_input *input, xy__lexicon_found found,
                       void *user, xy_error *err);

/* The next line of text[*at..n) without its end, blank ones passed over; false at the end. *line counts from 1. */
bool xy__lexicon_line(const char **out, size_t *bytes, int64_t *line, const char *text, size_t n, size_t *at);

#endif
