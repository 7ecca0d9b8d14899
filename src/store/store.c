/* See store.h. The layout, version 2:
 *
 *   stage (id, fingerprint, mode)                a small number for each (checkpoint, numeric mode)
 *   score (stage, key, value) WITHOUT ROWID      value: as row.h says, of the n - first scored tokens
 *   file_digest (identity, digest)               digests of weight files, each with its seal, so that they are read
 *                                                once
 *
 * Version 1 had no seals. Its scores get theirs when it is opened; its digests are forgotten.
 *
 * application_id and user_version are written in the transaction that makes the tables, before the file becomes a WAL
 * file: whatever was killed when, the file's own first page tells whose it is, and a foreign file is refused before
 * SQLite touches it.
 */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/filekind.h"
#include "base/memory.h"
#include "store/row.h"

enum {
  application_id = 0x78796C6D, /* "xylm" */
  layout_version = 2,
  busy_milliseconds = 60000,
  digest_chars = XY__DIGEST_HEX - 1 + 2 * XY__ROW_SEAL,
  known_stages = 16 /* of a family, with room; more are looked up again */
};

typedef enum statement { GET, PUT, STAGE_GET, STAGE_PUT, DIGEST_GET, DIGEST_PUT, BEGIN, COMMIT, STATEMENTS } statement;

static const char *const statement_text[STATEMENTS] = {
    [GET] = "SELECT value FROM score WHERE stage = ?1 AND key = ?2",
    /* of two values the first stays, unless it is damaged */
    [PUT] = ("INSERT INTO score (stage, key, value) VALUES (?1, ?2, ?3) ON CONFLICT (stage, key) DO UPDATE"
             " SET value = excluded.value WHERE NOT xylem_holds (?4, ?5, key, value)"),
    [STAGE_GET] = "SELECT id FROM stage WHERE fingerprint = ?1 AND mode = ?2",
    [STAGE_PUT] = "INSERT INTO stage (fingerprint, mode) VALUES (?1, ?2)",
    [DIGEST_GET] = "SELECT digest FROM file_digest WHERE identity = ?1",
    [DIGEST_PUT] = "INSERT OR REPLACE INTO file_digest (identity, digest) VALUES (?1, ?2)",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT"};

typedef struct known_stage {
  char *fingerprint, *mode;
  int64_t id;
} known_stage;

struct xy__store {
  sqlite3 *db;
  char *path;
  sqlite3_stmt *statements[STATEMENTS];
  known_stage stages[known_stages];
  size_t n_stages;
  int64_t damaged;
  unsigned char *scratch; /* a request's bytes to be hashed, or a row's value */
  size_t scratch_capacity;
};

static int fail_damaged(const xy__store *store, const char *doing, const char *what, xy_error *err) {
  xy__fail(err, XY_ERR_FORMAT, "%s: cannot %s: the store is damaged (%s)", store->path, doing, what);
  return xy__hint(err, XY_ERR_FORMAT, "move the file away; the next run computes its scores anew");
}

static int fail_sqlite(const xy__store *store, int sqlite_code, const char *doing, xy_error *err) {
  const char *path = store->path;
  switch (sqlite_code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      xy__fail(err, XY_ERR_IO, "%s: cannot %s: another process has kept the store locked for %d s", path, doing,
               busy_milliseconds / 1000);
      return xy__hint(err, XY_ERR_IO, "wait for the other run to end, or give this one its own --store");
    case SQLITE_FULL: return xy__fail(err, XY_ERR_IO, "%s: cannot %s: the disk is full", path, doing);
    case SQLITE_READONLY:
    case SQLITE_PERM: return xy__fail(err, XY_ERR_IO, "%s: cannot %s: the store cannot be written", path, doing);
    case SQLITE_NOMEM: return xy__fail_memory(err, path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return fail_damaged(store, doing, sqlite3_errmsg(store->db), err);
    default: {
      int system_error = store->db != NULL ? sqlite3_system_errno(store->db) : 0;
      return xy__fail(err, XY_ERR_IO, "%s: cannot %s: %s%s%s", path, doing,
                      store->db != NULL ? sqlite3_errmsg(store->db) : sqlite3_errstr(sqlite_code),
                      system_error != 0 ? ": " : "", system_error != 0 ? strerror(system_error) : "");
    }
  }
}

static void forget_stages(xy__store *store) {
  for (size_t i = 0; i < store->n_stages; i++) {
    free(store->stages[i].fingerprint);
    free(store->stages[i].mode);
  }
  store->n_stages = 0;
}

/* Ends a transaction that failed; ids that it gave to stages are gone with it. */
static void roll_back(xy__store *store) {
  if (sqlite3_get_autocommit(store->db) == 0) (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
  forget_stages(store);
}

void xy__store_close(xy__store *store) {
  if (store == NULL) return;
  for (int i = 0; i < STATEMENTS; i++) (void)sqlite3_finalize(store->statements[i]);
  (void)sqlite3_close(store->db);
  forget_stages(store);
  free(store->scratch);
  free(store->path);
  free(store);
}

static uint32_t big_endian(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static int refuse_version(const char *path, int64_t version, xy_error *err) {
  return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: the store has layout %lld, this xylem knows layouts up to %d", path,
                  (long long)version, layout_version);
}

/* Looks at the file's header (https://www.sqlite.org/fileformat.html, 1.3) without SQLite, which would roll back or
 * checkpoint a file that is not ours. A missing or empty file is fine. */
static int check_header(const char *path, xy_error *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return errno == ENOENT ? XY_OK : xy__fail(err, XY_ERR_IO, "%s: cannot open: %s", path, strerror(errno));
  }
  unsigned char header[100];
  ssize_t got = read(fd, header, sizeof header);
  int reading = errno;
  close(fd);
  if (got < 0) return xy__fail(err, XY_ERR_IO, "%s: cannot read: %s", path, strerror(reading));
  if (got == 0) return XY_OK;
  if (got < (ssize_t)sizeof header || memcmp(header, "SQLite format 3", 16) != 0) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: expected a xylem store (SQLite), found another kind of file", path);
  }
  if (big_endian(header + 68) != application_id) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: expected a xylem store, found another program's SQLite file", path);
  }
  int64_t version = big_endian(header + 60);
  return version > layout_version ? refuse_version(path, version, err) : XY_OK;
}

static int run(const xy__store *store, const char *sql, const char *doing, xy_error *err) {
  int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
  return code == SQLITE_OK ? XY_OK : fail_sqlite(store, code, doing, err);
}

static int read_version(int64_t *out, const xy__store *store, xy_error *err) {
  sqlite3_stmt *query = NULL;
  int code = sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &query, NULL);
  if (code == SQLITE_OK) code = sqlite3_step(query);
  if (code == SQLITE_ROW) *out = sqlite3_column_int64(query, 0);
  (void)sqlite3_finalize(query);
  return code == SQLITE_ROW ? XY_OK : fail_sqlite(store, code, "open the store", err);
}

/* Makes the tables unless another process was faster. */
static int make_layout(const xy__store *store, xy_error *err) {
  int rc = run(store, "BEGIN IMMEDIATE", "create the store", err);
  if (rc != XY_OK) return rc;
  int64_t version = 0;
  rc = read_version(&version, store, err);
  if (rc == XY_OK && version == 0) {
    char *sql = sqlite3_mprintf(
        "PRAGMA application_id = %d;"
        "PRAGMA user_version = %d;"
        "CREATE TABLE stage (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, mode TEXT NOT NULL,"
        " UNIQUE (fingerprint, mode));"
        "CREATE TABLE score (stage INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,"
        " PRIMARY KEY (stage, key)) WITHOUT ROWID;"
        "CREATE TABLE file_digest (identity TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;",
        application_id, layout_version);
    rc = sql != NULL ? run(store, sql, "create the store", err) : xy__fail_memory(err, store->path);
    sqlite3_free(sql);
  }
  if (rc == XY_OK) rc = run(store, "COMMIT", "create the store", err);
  if (rc != XY_OK) (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
  return rc;
}

/* From layout 1, unless another process was faster. */
static int seal_layout(const xy__store *store, xy_error *err) {
  int rc = run(store, "BEGIN IMMEDIATE", "bring the store up to date", err);
  if (rc != XY_OK) return rc;
  int64_t version = 0;
  rc = read_version(&version, store, err);
  if (rc == XY_OK && version == 1) {
    rc =
        run(store,
            "UPDATE score SET value = (SELECT xylem_sealed (fingerprint, mode, key, value) FROM stage WHERE id = stage)"
            " WHERE EXISTS (SELECT 1 FROM stage WHERE id = stage);"
            "DELETE FROM file_digest;"
            "PRAGMA user_version = 2;",
            "bring the store up to date", err);
  }
  if (rc == XY_OK) rc = run(store, "COMMIT", "bring the store up to date", err);
  if (rc != XY_OK) (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
  return rc;
}

/* Becoming a WAL file needs the file alone for a moment, and SQLite does not wait for it: so we do. */
static int switch_to_wal(const xy__store *store, xy_error *err) {
  int code;
  for (int waited = 0;; waited += 10) {
    code = sqlite3_exec(store->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    if (code != SQLITE_BUSY || waited >= busy_milliseconds) break;
    (void)usleep(10000);
  }
  if (code != SQLITE_OK) return fail_sqlite(store, code, "open the store", err);
  return run(store, "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536", "open the store", err);
}

static int prepare_statements(xy__store *store, xy_error *err) {
  int rc = XY_OK;
  for (int i = 0; rc == XY_OK && i < STATEMENTS; i++) {
    int code =
        sqlite3_prepare_v3(store->db, statement_text[i], -1, SQLITE_PREPARE_PERSISTENT, &store->statements[i], NULL);
    if (code == SQLITE_ERROR) { /* a table or column is missing */
      rc = xy__fail(err, XY_ERR_FORMAT, "%s: not a complete xylem store: %s", store->path, sqlite3_errmsg(store->db));
    } else if (code != SQLITE_OK) {
      rc = fail_sqlite(store, code, "open the store", err);
    }
  }
  return rc;
}

static int open_database(xy__store *store, xy_error *err) {
  int code =
      sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
  if (code != SQLITE_OK) return fail_sqlite(store, code, "open the store", err);
  if (sqlite3_db_readonly(store->db, "main") == 1) {
    return fail_sqlite(store, SQLITE_READONLY, "open the store", err);
  }
  (void)sqlite3_busy_timeout(store->db, busy_milliseconds);
  code = xy__row_functions(store->db);
  if (code != SQLITE_OK) return fail_sqlite(store, code, "open the store", err);
  int64_t version = 0;
  int rc = read_version(&version, store, err);
  if (rc == XY_OK && version == 0) rc = make_layout(store, err);
  if (rc == XY_OK && version == 1) rc = seal_layout(store, err);
  if (rc == XY_OK && version > layout_version) rc = refuse_version(store->path, version, err);
  if (rc == XY_OK) rc = switch_to_wal(store, err);
  return rc == XY_OK ? prepare_statements(store, err) : rc;
}

static int make_parent(const char *path, xy_error *err) {
  const char *slash = strrchr(path, '/');
  if (slash == NULL || slash == path) return XY_OK;
  char *folder = strndup(path, (size_t)(slash - path));
  if (folder == NULL) return xy__fail_memory(err, path);
  int rc = xy__folder_make(folder, err);
  free(folder);
  return rc;
}

int xy__store_open(xy__store **out, const char *path, xy_error *err) {
  xy__store *store = NULL;
  int rc = access(path, F_OK) == 0 ? xy__filekind_regular(path, err) : XY_OK;
  if (rc == XY_OK) rc = make_parent(path, err);
  if (rc == XY_OK) rc = check_header(path, err);
  if (rc != XY_OK) return rc;
  store = calloc(1, sizeof *store);
  if (store != NULL) store->path = strdup(path);
  if (store == NULL || store->path == NULL) {
    rc = xy__fail_memory(err, path);
    goto out;
  }
  rc = open_database(store, err);
  if (rc != XY_OK) goto out;
  *out = store;
  store = NULL;
out:
  xy__store_close(store);
  return rc;
}

int xy__store_check(const xy__store *store, xy_error *err) {
  sqlite3_stmt *query = NULL;
  int code = sqlite3_prepare_v2(store->db, "PRAGMA quick_check(1)", -1, &query, NULL);
  if (code == SQLITE_OK) code = sqlite3_step(query);
  const char *found = code == SQLITE_ROW ? (const char *)sqlite3_column_text(query, 0) : NULL;
  int rc = found == NULL              ? fail_sqlite(store, code, "read", err)
           : strcmp(found, "ok") == 0 ? XY_OK
                                      : fail_damaged(store, "read", found, err);
  (void)sqlite3_finalize(query);
  return rc;
}

static bool need_scratch(xy__store *store, size_t bytes) {
  return bytes <= store->scratch_capacity || xy__grow(&store->scratch, &store->scratch_capacity, bytes, 1);
}

static int check_request(const xy__store *store, int32_t n, int32_t first, xy_error *err) {
  if (first >= 1 && first < n) return XY_OK;
  return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected 1 <= first < n, found first %d, n %d", store->path, first, n);
}

/* The 16-byte key of a request: SHA-256 over `first` and the ids, cut. */
static int request_key(unsigned char key[XY__ROW_KEY], xy__store *store, const int32_t *ids, int32_t n, int32_t first,
                       xy_error *err) {
  size_t bytes = ((size_t)n + 1) * sizeof *ids;
  if (!need_scratch(store, bytes)) return xy__fail_memory(err, store->path);
  memcpy(store->scratch, &first, sizeof first);
  memcpy(store->scratch + sizeof first, ids, (size_t)n * sizeof *ids);
  unsigned char digest[32];
  xy__digest_raw(digest, store->scratch, bytes);
  memcpy(key, digest, XY__ROW_KEY);
  return XY_OK;
}

/* Text is bound without a copy: every statement is reset before its caller returns. */
static void bind_text(sqlite3_stmt *query, int at, const char *text) {
  (void)sqlite3_bind_text(query, at, text, -1, SQLITE_STATIC);
}

static void remember_stage(xy__store *store, const xy__store_key *key, int64_t id) {
  if (store->n_stages == known_stages) return;
  known_stage stage = {strdup(key->fingerprint), strdup(key->mode), id};
  if (stage.fingerprint != NULL && stage.mode != NULL) {
    store->stages[store->n_stages++] = stage;
  } else {
    free(stage.fingerprint);
    free(stage.mode);
  }
}

/* The number of (fingerprint, mode); 0 when it has none and `make` is false. */
static int stage_number(int64_t *out, xy__store *store, const xy__store_key *key, bool make, xy_error *err) {
  for (size_t i = 0; i < store->n_stages; i++) {
    const known_stage *stage = &store->stages[i];
    if (strcmp(stage->fingerprint, key->fingerprint) == 0 && strcmp(stage->mode, key->mode) == 0) {
      *out = stage->id;
      return XY_OK;
    }
  }
  int64_t id = 0;
  sqlite3_stmt *query = store->statements[STAGE_GET];
  bind_text(query, 1, key->fingerprint);
  bind_text(query, 2, key->mode);
  int code = sqlite3_step(query);
  if (code == SQLITE_ROW) id = sqlite3_column_int64(query, 0);
  (void)sqlite3_reset(query);
  if (code != SQLITE_ROW && code != SQLITE_DONE) return fail_sqlite(store, code, "read", err);
  if (code == SQLITE_DONE && make) {
    query = store->statements[STAGE_PUT];
    bind_text(query, 1, key->fingerprint);
    bind_text(query, 2, key->mode);
    code = sqlite3_step(query);
    (void)sqlite3_reset(query);
    if (code != SQLITE_DONE) return fail_sqlite(store, code, "write", err);
    id = sqlite3_last_insert_rowid(store->db);
  }
  if (id != 0) remember_stage(store, key, id);
  *out = id;
  return XY_OK;
}

int xy__store_get(bool *found, float *logprob, unsigned char *greedy, xy__store *store, const xy__store_key *key,
                  const int32_t *ids, int32_t n, int32_t first, xy_error *err) {
  int rc = check_request(store, n, first, err);
  if (rc != XY_OK) return rc;
  int64_t stage = 0;
  rc = stage_number(&stage, store, key, false, err);
  if (rc != XY_OK) return rc;
  if (stage == 0) {
    *found = false;
    return XY_OK;
  }
  unsigned char hash[XY__ROW_KEY];
  rc = request_key(hash, store, ids, n, first, err);
  if (rc != XY_OK) return rc;
  sqlite3_stmt *query = store->statements[GET];
  (void)sqlite3_bind_int64(query, 1, stage);
  (void)sqlite3_bind_blob(query, 2, hash, XY__ROW_KEY, SQLITE_STATIC);
  int code = sqlite3_step(query);
  bool whole = false;
  if (code == SQLITE_ROW) {
    const void *value = sqlite3_column_blob(query, 0);
    size_t bytes = (size_t)sqlite3_column_bytes(query, 0);
    const xy__row_place place = {key->fingerprint, key->mode, hash};
    whole = xy__row_unpack(logprob, greedy, &place, value, bytes, (size_t)(n - first));
    store->damaged += !whole;
  } else if (code != SQLITE_DONE) {
    rc = fail_sqlite(store, code, "read", err);
  }
  (void)sqlite3_reset(query);
  if (rc == XY_OK) *found = whole;
  return rc;
}

int64_t xy__store_damaged(const xy__store *store) { return store->damaged; }

/* Runs a statement that gives no rows. */
static int step_done(xy__store *store, statement which, const char *doing, xy_error *err) {
  sqlite3_stmt *query = store->statements[which];
  int code = sqlite3_step(query);
  int rc = code == SQLITE_DONE ? XY_OK : fail_sqlite(store, code, doing, err);
  (void)sqlite3_reset(query);
  return rc;
}

int xy__store_begin(xy__store *store, xy_error *err) { return step_done(store, BEGIN, "begin to write", err); }

int xy__store_commit(xy__store *store, xy_error *err) {
  int rc = step_done(store, COMMIT, "write", err);
  if (rc != XY_OK) roll_back(store);
  return rc;
}

static int put_row(xy__store *store, const xy__store_key *key, const int32_t *ids, int32_t n, int32_t first,
                   const float *logprob, const unsigned char *greedy, xy_error *err) {
  int rc = check_request(store, n, first, err);
  if (rc != XY_OK) return rc;
  size_t m = (size_t)(n - first);
  for (size_t i = 0; i < m; i++) {
    if (!xy__row_takes(logprob[i])) {
      return xy__fail(err, XY_ERR_NUMERIC, "%s: expected a log-probability to store, found %g", store->path,
                      (double)logprob[i]);
    }
  }
  int64_t stage = 0;
  rc = stage_number(&stage, store, key, true, err);
  if (rc != XY_OK) return rc;
  unsigned char hash[XY__ROW_KEY];
  rc = request_key(hash, store, ids, n, first, err);
  if (rc != XY_OK) return rc;
  size_t bytes = xy__row_bytes(m);
  const xy__row_place place = {key->fingerprint, key->mode, hash};
  if (!need_scratch(store, bytes) || !xy__row_pack(store->scratch, &place, logprob, greedy, m)) {
    return xy__fail_memory(err, store->path);
  }
  sqlite3_stmt *query = store->statements[PUT];
  (void)sqlite3_bind_int64(query, 1, stage);
  (void)sqlite3_bind_blob(query, 2, hash, XY__ROW_KEY, SQLITE_STATIC);
  (void)sqlite3_bind_blob64(query, 3, store->scratch, bytes, SQLITE_STATIC);
  bind_text(query, 4, key->fingerprint);
  bind_text(query, 5, key->mode);
  return step_done(store, PUT, "write", err);
}

int xy__store_put(xy__store *store, const xy__store_key *key, const int32_t *ids, int32_t n, int32_t first,
                  const float *logprob, const unsigned char *greedy, xy_error *err) {
  if (sqlite3_get_autocommit(store->db) != 0) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: a put outside begin and commit", store->path);
  }
  int rc = put_row(store, key, ids, n, first, logprob, greedy, err);
  if (rc != XY_OK) roll_back(store);
  return rc;
}

/* A digest with its seal behind it. False: out of memory. */
static bool seal_digest(char out[digest_chars + 1], const char *identity, const char *digest) {
  memcpy(out, digest, XY__DIGEST_HEX - 1);
  out[XY__DIGEST_HEX - 1] = '\0';
  return xy__row_seal_digest(out + XY__DIGEST_HEX - 1, identity, out);
}

int xy__store_get_digest(bool *found, char digest[65], xy__store *store, const char *identity, xy_error *err) {
  sqlite3_stmt *query = store->statements[DIGEST_GET];
  bind_text(query, 1, identity);
  int code = sqlite3_step(query);
  int rc = XY_OK;
  bool whole = false;
  if (code == SQLITE_ROW) {
    const unsigned char *text = sqlite3_column_text(query, 0);
    char sealed[digest_chars + 1];
    whole = text != NULL && sqlite3_column_bytes(query, 0) == digest_chars &&
            seal_digest(sealed, identity, (const char *)text) && memcmp(sealed, text, digest_chars) == 0;
    if (whole) {
      memcpy(digest, text, XY__DIGEST_HEX - 1);
      digest[XY__DIGEST_HEX - 1] = '\0';
    }
  } else if (code != SQLITE_DONE) {
    rc = fail_sqlite(store, code, "read", err);
  }
  (void)sqlite3_reset(query);
  if (rc == XY_OK) *found = whole;
  return rc;
}

int xy__store_put_digest(xy__store *store, const char *identity, const char *digest, xy_error *err) {
  if (strlen(digest) != 64) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected a digest of 64 digits, found '%s'", store->path, digest);
  }
  char sealed[digest_chars + 1];
  if (!seal_digest(sealed, identity, digest)) return xy__fail_memory(err, store->path);
  sqlite3_stmt *query = store->statements[DIGEST_PUT];
  bind_text(query, 1, identity);
  bind_text(query, 2, sealed);
  return step_done(store, DIGEST_PUT, "write", err);
}
