/* One SQLite file (WAL) that keeps every log-probability under (stage fingerprint, numeric mode, token ids, first).
 * What is committed survives kill -9; two processes may use one file.
 */
#ifndef XY_STORE_STORE_H
#define XY_STORE_STORE_H

#include "base/error.h"

typedef struct xy__store xy__store;

/* Opens or creates PATH (folders are made). Caller closes with xy__store_close. A file that is not a xylem store, or
 * one of a newer layout, is an error and stays untouched. */
int xy__store_open(xy__store **out, const char *path, xy_error *err);
void xy__store_close(xy__store *store);

/* A stage's scores: `fingerprint` (hex) and `mode` ("fp32", "bf16"). */
typedef struct xy__store_key {
  const char *fingerprint, *mode;
} xy__store_key;

/* Log-probabilities of ids[first..n): fills logprob and greedy (n - first each) and sets *found, or leaves them alone
 * and clears it. */
int xy__store_get(bool *found, float *logprob, unsigned char *greedy, xy__store *store, const xy__store_key *key,
                  const int32_t *ids, int32_t n, int32_t first, xy_error *err);

/* Puts go into one transaction between begin and commit. */
int xy__store_begin(xy__store *store, xy_error *err);
int xy__store_put(xy__store *store, const xy__store_key *key, const int32_t *ids, int32_t n, int32_t first,
                  const float *logprob, const unsigned char *greedy, xy_error *err);
int xy__store_commit(xy__store *store, xy_error *err);

/* A cache of file digests: `identity` names path, inode, size and times; `digest` is 64 hex digits. */
int xy__store_get_digest(bool *found, char digest[65], xy__store *store, const char *identity, xy_error *err);
int xy__store_put_digest(xy__store *store, const char *identity, const char *digest, xy_error *err);

#endif
