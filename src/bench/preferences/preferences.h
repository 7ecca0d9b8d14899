/* Preference data: rows of a conversation, the answer that people (or a judge) chose, and the one they rejected. */
#ifndef XY_BENCH_PREFERENCES_H
#define XY_BENCH_PREFERENCES_H

#include "bench/rows.h"

/* A row. Everything belongs to the preferences. */
typedef struct xy__preference {
  int line;               /* of the file */
  const char *id;         /* the row's own, as JSON; NULL where it has none */
  const xy__turn *turns;  /* [n_turns], the last one a user's (or a system's, where the file has it so) */
  size_t n_turns;         /* at least 1 */
  const char *answers[2]; /* chosen, rejected */
  const char *identity, *theme, *cluster;
  const char *const *labels; /* [n_fields] */
} xy__preference;

typedef struct xy__preferences {
  const char *name, *source; /* the file's name without folder and ending; the file */
  char digest[65];
  xy__preference *rows; /* in the file's order */
  size_t n, capacity;
  const char **fields; /* by which results are given: "subset" where the file has it, then what the caller named */
  size_t n_fields;
  xy__file_rows read; /* what was left out, and noticed */
  xy__arena arena;
} xy__preferences;

/* Reads JSON Lines, or one list of rows. A row has `prompt` (text, or messages {role, content}), `chosen` and
 * `rejected` (text, or messages that end with the answer): RewardBench's layout; or `chosen` and `rejected` alone, each
 * a whole dialogue "\n\nHuman: ...\n\nAssistant: ...": HH-RLHF's. `identity`, `theme`, `subset` and every field of
 * `by` are labels. A row that cannot be used is left out; with `strict` each adds a line "FILE:LINE: ..." to the error.
 * Caller frees with xy__preferences_free. */
int xy__preferences_open(xy__preferences **out, const char *path, const char *const *by, size_t n_by, bool strict,
                         xy_error *err);
void xy__preferences_free(xy__preferences *preferences);

/* Clears keep[i] (all set on entry) for rows beyond `limit` prompts, taken from the subsets (themes, where there are
 * none) in turn, in the file's order. */
int xy__preferences_limit(unsigned char *keep, const xy__preferences *preferences, size_t limit, xy_error *err);

/* The kept rows as a benchmark called `name`; its items borrow from `preferences`. Clusters are the prompts. */
int xy__preferences_bench(xy_bench **out, const xy__preferences *preferences, const unsigned char *keep,
                          const char *name, xy_error *err);

#endif
