/* The run directory as a whole: SHA256SUMS over all files of a run goes before the first of them is written and comes
 * after the last, so that a directory with a SHA256SUMS that holds is a finished run, of one audit.
 */
#ifndef XY_REPORT_DIRECTORY_H
#define XY_REPORT_DIRECTORY_H

#include "base/error.h"

/* While a run is written, no other process writes one in its place. Zero-initialise; xy__directory_unlock takes that.
 */
typedef struct xy__directory_lock {
  int fd; /* 0: not held */
} xy__directory_lock;
/* Makes the folder where it is missing, and waits for whoever writes there. */
int xy__directory_lock_take(xy__directory_lock *out, const char *directory, xy_error *err);
void xy__directory_unlock(xy__directory_lock *lock);

/* Removes SHA256SUMS, then every file that a run may hold, those in tables/ and items/ among them. */
int xy__directory_clear(const char *directory, xy_error *err);

/* Writes SHA256SUMS over the files of the run that are there. */
int xy__directory_seal(const char *directory, xy_error *err);

/* After `path` (a file, or a folder) was written again: where it lies in a finished run's directory and belongs to the
 * run, its lines of SHA256SUMS are renewed. */
int xy__directory_renew(const char *directory, const char *path, xy_error *err);

/* Whether SHA256SUMS is there and holds. */
bool xy__directory_whole(const char *directory);

#endif
