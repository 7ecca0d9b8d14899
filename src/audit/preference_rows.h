/* A run over preference data: the rows in it, how they are written for the models, and what comes of their scores. It
 * has one benchmark, made of the rows. preference_rows.c says which rows, under which prompt format;
 * preference_results.c measures; rewards_write.c writes rewards.jsonl.
 */
#ifndef XY_AUDIT_PREFERENCE_ROWS_H
#define XY_AUDIT_PREFERENCE_ROWS_H

#include "audit/audit.h"
#include "bench/preferences/preferences.h"
#include "measure/reward.h"

typedef struct xy__preference_run {
  xy__preferences *preferences;
  unsigned char *keep;       /* [preferences->n]: the row is in the run */
  size_t limit;              /* prompts; 0: all */
  const char *format, *tail; /* in place of the stages' own; NULL: those */
  bool skip_long;
  size_t *rows;    /* [items]: of the benchmark, the row that each is */
  int *long_lines; /* [n_long]: lines of rows that were left out because they are too long */
  size_t n_long;
  xy__reward_stage *stages; /* [n_stages], once scored: answers in the places of their rows */
  size_t n_stages;
  xy__arena arena;
} xy__preference_run;

/* What the kind of an audit of preference rows owns. */
static inline xy__preference_run *xy__preference_run_of(const xy_audit *audit) { return audit->own; }

/* xy_reward_open without checkpoints and store: to write requests of. */
int xy__reward_begin(xy_audit **out, const xy_family *family, const char *preferences, const xy_reward_options *options,
                     xy_error *err);

/* Frees the scored stages, if any. */
void xy__preference_forget(xy__preference_run *run);

/* Fills in the stages' answers, of an audit whose scores are all there. */
int xy__preference_score(xy__preference_run *run, const xy_audit *audit, xy_error *err);

/* Adds the rows and findings of scored stages: of `bench`, made of the kept rows, and of every group in it. */
int xy__preference_add_rows(xy_results *results, const xy__preference_run *run, const xy_bench *bench,
                            const xy__measure_settings *settings, xy_error *err);

/* Adds rows, findings and notes to the results of a scored audit. */
int xy__preference_measure(xy_results *results, xy_audit *audit, xy_error *err);

/* rewards.jsonl: a line per row and stage, of a measured audit. */
int xy__rewards_write(const char *path, const xy_audit *audit, xy_error *err);

#endif
