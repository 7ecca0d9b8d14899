/* What the store keeps in a row: float32[m] little-endian, then ceil(m / 8) bytes of greedy bits, lowest first, then a
 * seal of 8 bytes over the stage's fingerprint and mode, the row's key and all before it. A bit that flipped on disk,
 * in any of them, breaks the seal.
 */
#ifndef XY_STORE_ROW_H
#define XY_STORE_ROW_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

enum { XY__ROW_KEY = 16, XY__ROW_SEAL = 8 };

/* What a row stands for. A digest of a file is sealed too, by its identity. */
typedef struct xy__row_place {
  const char *fingerprint, *mode;
  const unsigned char *key; /* [XY__ROW_KEY] */
} xy__row_place;

/* Of m log-probabilities. */
size_t xy__row_bytes(size_t m);

/* Finite, and not above 0 by more than the hair that rounding may leave. */
bool xy__row_takes(float logprob);

/* Fills out[xy__row_bytes(m)]. False: out of memory. */
bool xy__row_pack(unsigned char *out, const xy__row_place *place, const float *logprob, const unsigned char *greedy,
                  size_t m);

/* False, and nothing written, where the value is not what was packed. */
bool xy__row_unpack(float *logprob, unsigned char *greedy, const xy__row_place *place, const unsigned char *value,
                    size_t bytes, size_t m);

/* The seal of a file's digest as 16 hex digits and a final 0. False: out of memory. */
bool xy__row_seal_digest(char out[2 * XY__ROW_SEAL + 1], const char *identity, const char *digest);

/* Gives a connection the functions xylem_holds (fingerprint, mode, key, value): whether a value's seal holds; and
 * xylem_sealed (the same): a value of layout 1, which had none, with one. A value that is no row's is given back as it
 * is. SQLite's code is returned. */
int xy__row_functions(sqlite3 *db);

#endif
