/* lm-evaluation-harness' files, of a run: shared by lm_eval.c (results) and lm_eval_samples.c (samples). Keys and types
 * are those of its result_schema.py (0.4.13).
 */
#ifndef XY_REPORT_LM_EVAL_H
#define XY_REPORT_LM_EVAL_H

#include "base/file.h"
#include "measure/task.h"
#include "results/results.h"

/* A stage's folder, and what of its tasks was written. */
typedef struct xy__lm_eval_stage {
  const char *name, *format;
  char *model, *folder; /* owned */
  json_t *task_hashes;  /* {task: SHA-256 over its samples' hashes}; owned */
  json_t *counts;       /* {task: number of documents}; owned */
} xy__lm_eval_stage;

/* The task of a benchmark's items, or of its controls. */
void xy__lm_eval_task_name(char *out, size_t size, const char *benchmark, bool controls);

/* Writes FOLDER/samples_TASK_DATE.jsonl of every stage from `path`, a samples.jsonl, or with `controls` a
 * controls.jsonl; `benchmarks` are results.json's. */
int xy__lm_eval_samples(xy__lm_eval_stage *stages, size_t n, const json_t *benchmarks, const char *path, bool controls,
                        const char *date, xy_error *err);

/* The metrics that a sample of a task carries; ended by a name NULL. */
const xy__task_metric *xy__lm_eval_metrics(const char *task);

#endif
