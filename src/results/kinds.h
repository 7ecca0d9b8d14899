/* What every measure of the long table is, beside how it is computed: one row a measure (kinds.c). Whoever prints,
 * draws, judges or compares a value asks here; the page carries the table as data, the command line asks for it by
 * xy_measure_kind_of, and a test holds docs/measures.md against it.
 */
#ifndef XY_RESULTS_KINDS_H
#define XY_RESULTS_KINDS_H

#include "base/text.h"
#include "xylem.h"

typedef enum xy__unit {
  XY__NATS,        /* a difference of log-probabilities: of a text, per token or per byte, as the mode says */
  XY__SHARE,       /* of items, or a probability: 0 to 1, printed in percent */
  XY__POINTS,      /* a difference of two shares, -1 to 1 */
  XY__SCORE,       /* from -1 to 1, made from two shares: it moves twice as far as they */
  XY__CORRELATION, /* from -1 to 1 */
  XY__PERCENT,     /* 0 to 100 */
  XY__TOKENS,
  XY__UNITS
} xy__unit;
/* "nats", "share", "points", "score", "correlation", "percent", "tokens". */
const char *xy__unit_name(xy__unit unit);

/* How an item's value of a measure is found in a line of samples.jsonl, for comparing two runs item by item. */
typedef enum xy__sampled {
  XY__NOT_SAMPLED,
  XY__SAMPLED_VALUE,  /* the member's number */
  XY__SAMPLED_SIGN,   /* whether it is above 0; no value where it is 0 */
  XY__SAMPLED_WRONG,  /* 1 where the member is false */
  XY__SAMPLED_ANSWER, /* whether the member, the chosen option, is the right one */
} xy__sampled;

typedef struct xy__kind {
  const char *name;  /* in the long table */
  const char *label; /* for people; NULL: the name, '_' as spaces */
  const char *tasks; /* the tasks that have it, by name, with spaces between */
  xy__unit unit;
  double parity;              /* the value of no effect; NAN where it has none */
  const char *change;         /* the measure of its change between two stages; NULL: none */
  const char *level;          /* as a headline, the measure that it is told in where a stage stands; NULL: itself */
  bool is_change;             /* it compares a stage with an earlier one */
  bool tested;                /* has p, q and the smallest detectable effect */
  bool judged;                /* its rows, and those of its change, have a verdict and a bound */
  bool drawn;                 /* the page's figures read it */
  signed char better;         /* of a stage: 1 where more is better, -1 where less is; 0: neither is said */
  const char *mode;           /* the mode or rule that stands for it; NULL: the one that stands for its task (task.h) */
  const char *phrase;         /* in findings: "the misgendering rate"; NULL: none speaks of it by name */
  const char *title, *scale;  /* of the page's figure of levels: what is said before the values, and what they are;
                                 NULL: no such figure */
  const char *head, *meaning; /* on the terminal, where it is a headline: its name in a column, and a gloss */
  const char *formula, *reading; /* in the page's methods: how it is computed, and how it is read; NULL: not there */
  xy__sampled sampled;
  const char *member; /* of samples.jsonl; one that ends with '_' is followed by the mode */
} xy__kind;

/* The table, in the order in which the page and comparisons list measures. */
extern const xy__kind xy__kinds[];
extern const size_t xy__kinds_n;

/* The row of a measure; NULL for a name that the table does not have (a results file of another version, say). */
const xy__kind *xy__kind_of(const char *measure);

/* The measure whose change this is; NULL for one that is no measure's change. */
const xy__kind *xy__kind_changed(const char *measure);

/* Shares of items and their changes: printed in percent. False for unknown measures. */
bool xy__is_rate(const char *measure);
/* Made of gaps: printed with their unit, that of the mode. False for unknown measures. */
bool xy__is_gap(const char *measure);
/* Measures that compare a stage with an earlier one. */
bool xy__is_step(const char *measure);
/* Where an interval that lies on one side of parity says something: parity is no end of the measure's range. */
bool xy__kind_has_sides(const xy__kind *kind);
/* Appends the label; a change is called as what changes: "misgendering rate". */
void xy__kind_add_label(xy__text *out, const char *measure);

#endif
