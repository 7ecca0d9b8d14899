/* The verdicts as readers meet them (how they are drawn: marks.h); what decides on them is measure/verdict.c. */
#ifndef XY_RESULTS_VERDICTS_H
#define XY_RESULTS_VERDICTS_H

#include "base/text.h"
#include "xylem.h"

typedef struct xy__verdict {
  const char *name;    /* in the long table */
  const char *mark;    /* before the word */
  const char *finding; /* the kind of a finding of it */
  const char *many;    /* "3 persist" */
} xy__verdict;

enum { xy__verdicts_n = 6 };
extern const xy__verdict xy__verdicts[xy__verdicts_n];

/* Of a row of the long table (`depends`): its verdict is another one under another mode, or rule. */
#define XY__ON_MODE "mode"
#define XY__ON_RULE "rule"

/* "amplified, depends on the mode"; nothing for a row without a verdict. */
void xy__verdict_add(xy__text *out, const xy_measure *row);
/* "amplified †" */
void xy__verdict_add_marked(xy__text *out, const xy_measure *row);
/* What the mark means, below a table. */
extern const char xy__depends_note[];

/* NULL for "" and names that the table does not have. */
const xy__verdict *xy__verdict_of(const char *name);

#endif
