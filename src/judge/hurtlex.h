/* A lexicon in the form of HurtLex (Bassignana, Basile and Patti 2018): tab-separated, with a header row that has
 * category, lemma and level among its names. Its licence (CC BY-NC-SA 4.0) lets nobody ship it with a program: the file
 * is the user's.
 */
#ifndef XY_JUDGE_HURTLEX_H
#define XY_JUDGE_HURTLEX_H

#include "judge/lexicon.h"

typedef struct xy__hurtlex {
  xy__lexicon lexicon;
  const char *categories[XY__CATEGORIES]; /* [n], in the order of the file; in lexicon.arena */
  size_t n;
} xy__hurtlex;

/* Entries of a file in memory; every fault is told with its line. */
int xy__hurtlex_read(xy__hurtlex *out, const char *text, size_t bytes, const char *name, xy_error *err);

#endif
