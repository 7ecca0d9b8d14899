/* The verdicts as readers meet them; what decides on them is measure/verdict.c. */
#ifndef XY_RESULTS_VERDICTS_H
#define XY_RESULTS_VERDICTS_H

#include <stddef.h>

typedef struct xy__verdict {
  const char *name;    /* in the long table */
  const char *mark;    /* before the word */
  const char *tone;    /* the page's style for it: "up", "down", "even" */
  const char *finding; /* the kind of a finding of it */
  const char *many;    /* "3 persist" */
} xy__verdict;

enum { xy__verdicts_n = 6 };
extern const xy__verdict xy__verdicts[xy__verdicts_n];

/* NULL for "" and names that the table does not have. */
const xy__verdict *xy__verdict_of(const char *name);

#endif
