/* Workers: OpenMP threads with buffers of their own, and tasks that are handed out to them. */
#ifndef XY_ENGINE_PASS_TEAM_H
#define XY_ENGINE_PASS_TEAM_H

#include <stdatomic.h>
#include <time.h>

#include "engine/pass/geometry.h"

typedef struct xy__worker {
  int number;
  int rc;
  xy_error err;
  xy__matmul_set *set;
  char *memory;                  /* everything below lies in it */
  void *input;                   /* [M, D] normed rows, fp32 or bf16 */
  float *qkv;                    /* [M, qkv_n] */
  void *mixed;                   /* [M, H K] attention's result, fp32 or bf16 */
  float *gates;                  /* [M, 2 chunk], gated models */
  void *hidden;                  /* [M, chunk], fp32 or bf16 */
  float *delta;                  /* [M, D] before a post norm, models that have one */
  float *gathered;               /* [M, D] wanted rows of the last layer */
  float *logits;                 /* [M, head_n] */
  float *keys, *values, *scores; /* a stack of [slots], one key/value head at a time: kernels.h */
  void *staging;                 /* a panel's weights before they are packed; nothing where none are */
  double clock;                  /* seconds, of the last lap */
  double spent[XY__CLOCK_PARTS];
} xy__worker;

typedef struct xy__team {
  int n;
  xy__worker *workers; /* [n] */
  atomic_int stop;     /* some worker failed, or the caller cancelled */
  atomic_llong next;   /* number to take */
} xy__team;

/* Caller disposes, also after a failure. */
int xy__team_make(xy__team *out, const xy__geometry *g, xy_error *err);
void xy__team_dispose(xy__team *team);

/* Runs `task` for numbers 0 .. n - 1 on all workers, lowest first, until one fails; returns the first error. */
typedef int (*xy__team_task)(void *user, xy__worker *worker, int64_t i);
int xy__team_run(xy__team *team, int64_t n, xy__team_task task, void *user, xy_error *err);

/* Points a worker's buffers into `base`, or nowhere when it is NULL; returns the bytes they take. */
size_t xy__worker_lay_out(xy__worker *worker, const xy__geometry *g, char *base);

/* Books the time since this worker's last lap. */
static inline void xy__lap(xy__worker *worker, xy__clock_part part) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  double now = (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
  worker->spent[part] += now - worker->clock;
  worker->clock = now;
}

#endif
