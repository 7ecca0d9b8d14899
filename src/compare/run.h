/* A run directory read back for a comparison: results.json, and every line of samples.jsonl. */
#ifndef XY_COMPARE_RUN_H
#define XY_COMPARE_RUN_H

#include "base/memory.h"
#include "compare/sampled.h"
#include "measure/measure.h"
#include "results/results.h"

/* Strings and values live in the run's arena; "" for none. */
typedef struct xy__sample {
  int bench, stage; /* of the run */
  const char *item, *identity, *theme, *condition, *cluster;
  unsigned char texts[32]; /* SHA-256 over them */
  double *values;          /* [measures]; NAN where the line tells none */
  xy__side sides[2];       /* their counts of tokens and bytes alone; 0 where the line tells none */
} xy__sample;

typedef struct xy__sampled_run {
  xy_results *results;
  xy__sample *samples;
  size_t n, capacity;
  xy__map map; /* (benchmark, item, stage) -> sample */
  xy__arena arena;
} xy__sampled_run;

/* `run` is zero-filled; xy__run_dispose, whatever is returned. Lines that are wrong are errors with their numbers. */
int xy__run_read(xy__sampled_run *run, const char *folder, const xy__sampled_measure *measures, size_t n,
                 xy_error *err);
void xy__run_dispose(xy__sampled_run *run);

/* The sample of an item at a stage; NULL where there is none. */
const xy__sample *xy__run_sample(const xy__sampled_run *run, const char *benchmark, const char *item,
                                 const char *stage);

/* The list "benchmarks" of results.json, and the place of a name in such a list, -1 where it is not. */
const json_t *xy__run_benchmarks(const xy__sampled_run *run);
int xy__run_place(const json_t *list, const char *name);

#endif
