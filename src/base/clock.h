/* Seconds that pass, and what they say of the rest of a job. */
#ifndef XY_BASE_CLOCK_H
#define XY_BASE_CLOCK_H

#include <time.h>

/* Of CLOCK_MONOTONIC. */
static inline double xy__clock_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Seconds that are left of a job that began then and is done to this share; negative while unknown. */
static inline double xy__clock_left(double begun, double done) {
  return done > 0 ? (xy__clock_now() - begun) / done * (1 - done) : -1;
}

#endif
