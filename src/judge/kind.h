/* Judges: a judge maps a text to a label and to numbers by name (docs/judges.md). What a kind of judge is stands in its
 * row: a file of this room, and a line of the table in judges.c. Who uses one knows xylem.h alone.
 */
#ifndef XY_JUDGE_KIND_H
#define XY_JUDGE_KIND_H

#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"

typedef struct xy__judge_kind {
  xy_judge_card card;
  /* Reads what it judges by, `path` where the card has an operand, into judge->state, which `free` takes half-built,
   * too. Says how many entries that are, and gives every byte of it to xy__judge_data. Scores that the card cannot name
   * are added with xy__judge_score, all of them then. */
  int (*open)(xy_judge *judge, const char *path, const xy_judge_options *options, xy_error *err);
  void (*free)(void *state);
  /* `scores`, zeros before, are in the order of their names; `label` is left alone where there is none. The text is
   * valid UTF-8. */
  int (*judge)(const char **label, double *scores, void *state, const xy_judge_input *input, xy_error *err);
} xy__judge_kind;

struct xy_judge {
  const xy__judge_kind *kind;
  void *state; /* of the kind */
  const char *name;
  size_t entries;
  const char **scores; /* [n_scores] */
  double *values;      /* [n_scores] of the text in hand */
  size_t n_scores, capacity;
  xy__digest *digest; /* while it is opened */
  char fingerprint[XY__DIGEST_HEX];
  xy__arena arena;
};

/* For a kind's `open`. What verdicts depend on, part for part. */
void xy__judge_data(xy_judge *judge, const void *data, size_t bytes);

/* The same of a built-in file, which is found on the way. */
int xy__judge_builtin(const char **text, size_t *bytes, xy_judge *judge, const char *name, xy_error *err);

/* One more score, under a copy of `name`. */
int xy__judge_score(xy_judge *judge, const char *name, xy_error *err);

#endif
