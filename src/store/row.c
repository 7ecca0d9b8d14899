/* See row.h. */
#include "store/row.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "values are stored as they lie in memory");

static size_t body_bytes(size_t m) { return m * sizeof(float) + (m + 7) / 8; }

size_t xy__row_bytes(size_t m) { return body_bytes(m) + XY__ROW_SEAL; }

bool xy__row_takes(float logprob) { return isfinite(logprob) && logprob < 0.001F; }

/* False when out of memory. Texts go in with their final 0, so that no two places give the same bytes. */
static bool seal(unsigned char out[XY__ROW_SEAL], const xy__row_place *place, const unsigned char *body, size_t bytes) {
  unsigned char short_text[1024];
  size_t a = strlen(place->fingerprint) + 1;
  size_t b = strlen(place->mode) + 1;
  size_t total = a + b + XY__ROW_KEY + bytes;
  unsigned char *text = total <= sizeof short_text ? short_text : malloc(total);
  if (text == NULL) return false;
  memcpy(text, place->fingerprint, a);
  memcpy(text + a, place->mode, b);
  memcpy(text + a + b, place->key, XY__ROW_KEY);
  memcpy(text + a + b + XY__ROW_KEY, body, bytes);
  unsigned char digest[32];
  xy__digest_raw(digest, text, total);
  memcpy(out, digest, XY__ROW_SEAL);
  if (text != short_text) free(text);
  return true;
}

bool xy__row_pack(unsigned char *out, const xy__row_place *place, const float *logprob, const unsigned char *greedy,
                  size_t m) {
  size_t floats = m * sizeof *logprob;
  size_t body = body_bytes(m);
  memcpy(out, logprob, floats);
  memset(out + floats, 0, body - floats);
  for (size_t i = 0; i < m; i++) out[floats + i / 8] |= (unsigned char)((greedy[i] != 0) << (i % 8));
  return seal(out + body, place, out, body);
}

/* Whether the first bytes are m log-probabilities. */
static bool are_logprobs(const unsigned char *value, size_t m) {
  for (size_t i = 0; i < m; i++) {
    float one;
    memcpy(&one, value + i * sizeof one, sizeof one);
    if (!xy__row_takes(one)) return false;
  }
  return true;
}

static bool holds(const xy__row_place *place, const unsigned char *value, size_t bytes) {
  unsigned char own[XY__ROW_SEAL];
  if (bytes < XY__ROW_SEAL) return false;
  size_t body = bytes - XY__ROW_SEAL;
  return seal(own, place, value, body) && memcmp(own, value + body, XY__ROW_SEAL) == 0;
}

bool xy__row_unpack(float *logprob, unsigned char *greedy, const xy__row_place *place, const unsigned char *value,
                    size_t bytes, size_t m) {
  if (bytes != xy__row_bytes(m) || !holds(place, value, bytes) || !are_logprobs(value, m)) return false;
  size_t floats = m * sizeof *logprob;
  memcpy(logprob, value, floats);
  for (size_t i = 0; i < m; i++) greedy[i] = value[floats + i / 8] >> (i % 8) & 1;
  return true;
}

bool xy__row_seal_digest(char out[2 * XY__ROW_SEAL + 1], const char *identity, const char *digest) {
  static const unsigned char no_key[XY__ROW_KEY];
  unsigned char raw[XY__ROW_SEAL];
  const xy__row_place place = {identity, "digest", no_key};
  if (!seal(raw, &place, (const unsigned char *)digest, strlen(digest))) return false;
  for (int i = 0; i < XY__ROW_SEAL; i++) snprintf(out + 2 * i, 3, "%02x", raw[i]);
  return true;
}

/* ---- for SQL ------------------------------------------------------------------------------------------------ */

typedef struct row_arguments {
  xy__row_place place;
  const unsigned char *value;
  size_t bytes;
} row_arguments;

static bool read_arguments(row_arguments *out, sqlite3_value **values) {
  *out = (row_arguments){.place = {(const char *)sqlite3_value_text(values[0]),
                                   (const char *)sqlite3_value_text(values[1]), sqlite3_value_blob(values[2])},
                         .value = sqlite3_value_blob(values[3]),
                         .bytes = (size_t)sqlite3_value_bytes(values[3])};
  return out->place.fingerprint != NULL && out->place.mode != NULL && out->place.key != NULL && out->value != NULL &&
         sqlite3_value_bytes(values[2]) == XY__ROW_KEY;
}

static void sql_holds(sqlite3_context *context, int n, sqlite3_value **values) {
  (void)n;
  row_arguments row;
  sqlite3_result_int(context, read_arguments(&row, values) && holds(&row.place, row.value, row.bytes));
}

/* The number of log-probabilities in a value without a seal: m with 4 m + ceil(m / 8) = bytes. */
static bool count_of(size_t *m, size_t bytes) {
  *m = bytes * 8 / 33;
  return *m > 0 && body_bytes(*m) == bytes;
}

static void sql_sealed(sqlite3_context *context, int n, sqlite3_value **values) {
  (void)n;
  row_arguments row;
  size_t m;
  if (!read_arguments(&row, values) || !count_of(&m, row.bytes) || !are_logprobs(row.value, m)) {
    sqlite3_result_value(context, values[3]);
    return;
  }
  unsigned char *out = sqlite3_malloc64(row.bytes + XY__ROW_SEAL);
  if (out == NULL || !seal(out + row.bytes, &row.place, row.value, row.bytes)) {
    sqlite3_free(out);
    sqlite3_result_error_nomem(context);
    return;
  }
  memcpy(out, row.value, row.bytes);
  sqlite3_result_blob64(context, out, row.bytes + XY__ROW_SEAL, sqlite3_free);
}

int xy__row_functions(sqlite3 *db) {
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
  int code = sqlite3_create_function_v2(db, "xylem_holds", 4, flags, NULL, sql_holds, NULL, NULL, NULL);
  return code != SQLITE_OK
             ? code
             : sqlite3_create_function_v2(db, "xylem_sealed", 4, flags, NULL, sql_sealed, NULL, NULL, NULL);
}
