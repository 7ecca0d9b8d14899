/* The two halves of a WinoBias line: what they share, which pronouns differ, and where they differ in more than that,
 * which of them reads well.
 */
#ifndef XY_BENCH_HALVES_H
#define XY_BENCH_HALVES_H

#include <stdbool.h>
#include <stddef.h>

enum { XY__HALVES = 2, XY__HALF_BYTES = 1024 };

typedef enum xy__halves_code {
  XY__HALVES_JOINED,
  XY__HALVES_EQUAL,      /* one and the same sentence */
  XY__HALVES_NO_PRONOUN, /* they differ, but in no pronoun that both have */
  XY__HALVES_APART,      /* different sentences, or it cannot be told which reads well */
} xy__halves_code;

/* One sentence with the pronouns of each half; start..end is the first pronoun that differs. */
typedef struct xy__halves {
  int base;    /* the half whose sentence it is */
  bool mended; /* the other half differs from it in more than pronouns */
  char text[XY__HALVES][XY__HALF_BYTES];
  size_t start[XY__HALVES], end[XY__HALVES];
} xy__halves;

/* Both texts are below XY__HALF_BYTES. *out is written only where they are joined. */
xy__halves_code xy__halves_join(xy__halves *out, const char *const texts[XY__HALVES]);

#endif
