/* One SQLite file (WAL) that keeps every log-probability under (stage fingerprint, numeric mode, token ids, first).
 *
 * A row's key is a small integer for (fingerprint, mode) and the first 16 bytes of the SHA-256 over (first, ids).
 * Fingerprint and mode are compared as whole strings, so two checkpoints never meet. Within one, two requests would
 * share a row only if 128 bits of SHA-256 collided: with a billion rows the odds are 2e-21, far below those of a
 * flipped bit in memory, and nobody gains by forging one.
 * Ids as keys would rule even that out, but make rows three times as large and long documents spill their keys.
 *
 * Every row and every digest carries a seal (row.h). One that is damaged on disk counts as not there, and what is put
 * in its place stays.
 *
 * What is committed survives kill -9 (WAL with synchronous NORMAL: a killed process loses at most the transaction in
 * hand; a power cut may lose the last ones, never the file). Two processes may write one file: they take turns, and
 * of two values for one key the first stays, so that what was once reported does not change.
 */
#ifndef XY_STORE_STORE_H
#define XY_STORE_STORE_H

#include <stdint.h>

#include "base/error.h"

typedef struct xy__store xy__store;

/* Opens or creates PATH (folders are made). Caller closes with xy__store_close. A file that is not a xylem store, or
 * one of a newer layout, is an error and stays untouched; one of an older is brought up to date. */
int xy__store_open(xy__store **out, const char *path, xy_error *err);

/* XY_ERR_FORMAT where the file's structure is damaged, wherever that is: reads all of it. */
int xy__store_check(const xy__store *store, xy_error *err);

/* Takes NULL. What was begun and not committed is dropped. */
void xy__store_close(xy__store *store);

/* A stage's scores: `fingerprint` (hex) and `mode` ("fp32", "bf16"). */
typedef struct xy__store_key {
  const char *fingerprint, *mode;
} xy__store_key;

/* Log-probabilities of ids[first..n), 1 <= first < n: fills logprob and greedy (n - first each) and sets *found, or
 * leaves them alone and clears it: not there, or damaged. */
int xy__store_get(bool *found, float *logprob, unsigned char *greedy, xy__store *store, const xy__store_key *key,
                  const int32_t *ids, int32_t n, int32_t first, xy_error *err);

/* Number of damaged rows that get has met. */
int64_t xy__store_damaged(const xy__store *store);

/* Puts go into one transaction between begin and commit. begin waits up to 60 s for another writer. When a put or the
 * commit fails the transaction is over and nothing of it is stored. A value that is no log-probability (not finite,
 * above 0 by more than rounding) is XY_ERR_NUMERIC. */
int xy__store_begin(xy__store *store, xy_error *err);
int xy__store_put(xy__store *store, const xy__store_key *key, const int32_t *ids, int32_t n, int32_t first,
                  const float *logprob, const unsigned char *greedy, xy_error *err);
int xy__store_commit(xy__store *store, xy_error *err);

/* A cache of file digests: `identity` names path, inode, size and times; `digest` is 64 hex digits. */
int xy__store_get_digest(bool *found, char digest[65], xy__store *store, const char *identity, xy_error *err);
int xy__store_put_digest(xy__store *store, const char *identity, const char *digest, xy_error *err);

#endif
