/* A run over preference data: the rows in it, how they are written for the models, and what comes of their scores. It
 * is an audit of one benchmark made of the rows; reward.c says which rows, under which prompt format, and measures;
 * rewards_write.c writes rewards.jsonl.
 */
#ifndef XY_AUDIT_REWARD_H
#define XY_AUDIT_REWARD_H

#include "audit/audit.h"
#include "bench/preferences/preferences.h"
#include "measure/reward.h"

typedef struct xy__reward {
  xy__preferences *preferences;
  unsigned char *keep;       /* [rows]: in the run */
  size_t limit;              /* prompts; 0: all */
  const char *format, *tail; /* in place of the stages' own; NULL: those */
  bool skip_long;
  size_t *rows;    /* [items]: of the benchmark, the row that each is */
  int *long_lines; /* lines of rows that were left out because they are too long */
  size_t n_long;
  xy__arena arena;
} xy__reward;

void xy__reward_free(xy__reward *reward);

/* What results depend on beyond the facts of an audit. */
json_t *xy__reward_key(const xy__reward *reward);

/* Makes the audit's benchmark of the kept rows. */
int xy__reward_begin(xy_audit *audit, xy_error *err);

/* One prompt format and tail for every stage, since a reward compares the same text at two of them: the caller's, else
 * those that the family's stages name. */
int xy__reward_layout(xy_audit *audit, xy_error *err);

/* Rows longer than the context of any stage: an error that lists them, or with skip_long the benchmark is made anew
 * without them and *fewer is set. The audit is tokenized. */
int xy__reward_fit(bool *fewer, xy_audit *audit, xy_error *err);

/* Measures a scored audit and writes the run directory; `started` is in seconds since 1970. */
int xy__reward_run(xy_results **out, xy_audit *audit, double started, xy_error *err);

/* rewards.jsonl: a line per row and stage. `stages` are in the audit's order. */
int xy__rewards_write(const char *path, const xy_audit *audit, const xy__reward_stage *stages, xy_error *err);

#endif
