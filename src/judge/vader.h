/* VADER 3.3.2 (Hutto and Gilbert 2014), digit for digit as the Python package of that version gives it, faults
 * included: docs/judges.md lists them. vader.c reads the lexicon and sums up, vader_words.c makes words of a text,
 * vader_rules.c gives each its valence.
 */
#ifndef XY_JUDGE_VADER_H
#define XY_JUDGE_VADER_H

#include "base/text.h"

/* A word, with all that the rules ask of it. Rules know words in lower case. */
typedef struct xy__vader_word {
  size_t at, bytes;  /* in the text, punctuation around it off */
  const char *lower; /* 0-terminated; in xy__vader_text.lower */
  size_t lower_bytes;
  bool upper;     /* Python's str.isupper */
  bool known;     /* in the lexicon: */
  double valence; /* and what it says there */
  double booster; /* of words that make the next one stronger or weaker, else 0 */
  bool negates;
} xy__vader_word;

/* A text in hand; its memory serves the next one, too. Zero-initialise. */
typedef struct xy__vader_text {
  xy__text text, lower; /* emojis as words, white space around it off; its words */
  xy__vader_word *words;
  double *valences; /* [n] */
  size_t n, capacity;
  bool differs; /* some words are in capitals, and not all */
} xy__vader_text;

typedef struct xy__vader_lexicon {
  xy__map words;  /* to places in `valences` */
  xy__map emojis; /* of one code point, to places in `descriptions` */
  xy__map rules;  /* words that vader_rules.c knows, to its own numbers */
  double *valences;
  const char **descriptions;
  size_t n_words, word_capacity, n_emojis, emoji_capacity;
} xy__vader_lexicon;

/* Makes the words of text[0..n), valid UTF-8. False: out of memory. */
bool xy__vader_split(xy__vader_text *out, const xy__vader_lexicon *lexicon, const char *text, size_t n);

/* Puts the words of the rules into lexicon->rules, and what they say of a word into it. False: out of memory. */
bool xy__vader_rules_read(xy__vader_lexicon *lexicon);
void xy__vader_rules_of(xy__vader_word *word, const xy__vader_lexicon *lexicon);

/* Fills text->valences. False: out of memory. */
bool xy__vader_valences(xy__vader_text *text);

#endif
