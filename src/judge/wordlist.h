/* Any list of words, one a line: see lexicon.h. */
#ifndef XY_JUDGE_WORDLIST_H
#define XY_JUDGE_WORDLIST_H

#include "judge/lexicon.h"

/* Entries of a file in memory; every fault is told with its line. */
int xy__wordlist_read(xy__lexicon *out, const char *text, size_t bytes, const char *name, xy_error *err);

#endif
