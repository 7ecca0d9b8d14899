/* The store: what is committed comes back and survives kill -9, two writers get along, requests and stages never share
 * scores, and files that are not ours are refused untouched. */
#include "store/store.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/output.h"
#include "support.h"

static const xy__store_key base = {"aaaa", "fp32"};
static const xy__store_key twin = {"bbbb", "fp32"};

/* A fresh folder for each test, removed afterwards. */
static int make_folder(void **state) {
  char *folder = strdup("/tmp/xylem-store-XXXXXX");
  *state = folder;
  return folder != NULL && mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state) {
  static const char *const names[] = {"s.sqlite",         "s.sqlite-wal",  "s.sqlite-shm",
                                      "s.sqlite-journal", "deep/s.sqlite", "deep"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char *path = xy__path_join(*state, names[i]);
    (void)remove(path);
    free(path);
  }
  int rc = rmdir(*state);
  free(*state);
  return rc;
}

static char *store_path(void **state) { return xy__path_join(*state, "s.sqlite"); }

static xy__store *open_store(const char *path) {
  xy__store *store;
  xy_error err;
  assert_ok(xy__store_open(&store, path, &err), err);
  return store;
}

/* Request number i: ids and scores that depend on i alone. */
enum { request_ids = 12, request_first = 2, request_scored = request_ids - request_first };
static void make_request(int32_t ids[request_ids], float logprob[request_scored], unsigned char greedy[request_scored],
                         int32_t i) {
  for (int32_t j = 0; j < request_ids; j++) ids[j] = (int32_t)((i * INT64_C(7919) + j * 104729) % 50254);
  ids[0] = i;
  for (int32_t j = 0; j < request_scored; j++) {
    logprob[j] = -(float)(i % 1000) / 64 - (float)j / 8;
    greedy[j] = (unsigned char)((i + j) % 3 == 0);
  }
}

static int put_request(xy__store *store, const xy__store_key *key, int32_t i, xy_error *err) {
  int32_t ids[request_ids];
  float logprob[request_scored];
  unsigned char greedy[request_scored];
  make_request(ids, logprob, greedy, i);
  return xy__store_put(store, key, ids, request_ids, request_first, logprob, greedy, err);
}

/* What asking for request i gives: a code, and whether it is stored; it is then as it was made. */
static int gives_what_was_put(bool *found, xy__store *store, const xy__store_key *key, int32_t i, xy_error *err) {
  int32_t ids[request_ids];
  float logprob[request_scored];
  unsigned char greedy[request_scored];
  float got[request_scored];
  unsigned char got_greedy[request_scored];
  make_request(ids, logprob, greedy, i);
  int rc = xy__store_get(found, got, got_greedy, store, key, ids, request_ids, request_first, err);
  if (rc == XY_OK && *found) {
    assert_memory_equal(got, logprob, sizeof got);
    assert_memory_equal(got_greedy, greedy, sizeof got_greedy);
  }
  return rc;
}

static bool has_request(xy__store *store, const xy__store_key *key, int32_t i) {
  bool found;
  xy_error err;
  assert_ok(gives_what_was_put(&found, store, key, i, &err), err);
  return found;
}

static void gives_back_what_was_committed(void **state) {
  xy_error err;
  char *path = xy__path_join(*state, "deep/s.sqlite");
  xy__store *store = open_store(path);
  assert_false(has_request(store, &base, 1));
  assert_ok(xy__store_begin(store, &err), err);
  for (int32_t i = 0; i < 500; i++) assert_ok(put_request(store, &base, i, &err), err);
  assert_true(has_request(store, &base, 3)); /* seen by the one who writes */
  assert_ok(xy__store_commit(store, &err), err);
  xy__store_close(store);
  store = open_store(path);
  for (int32_t i = 0; i < 500; i++) assert_true(has_request(store, &base, i));
  assert_false(has_request(store, &base, 500));
  xy__store_close(store);
  free(path);
}

static void keeps_requests_and_stages_apart(void **state) {
  xy_error err;
  char *path = store_path(state);
  xy__store *store = open_store(path);
  static const xy__store_key others[] = {{"aaaa", "bf16"}, {"aaab", "fp32"}, {"aaaaf", "p32"}};
  const int32_t ids[] = {5, 6, 7, 8};
  const float logprob[] = {-1, -2, -3};
  const unsigned char greedy[] = {1, 0, 1};
  assert_ok(xy__store_begin(store, &err), err);
  assert_ok(xy__store_put(store, &base, ids, 4, 1, logprob, greedy, &err), err);
  assert_ok(xy__store_commit(store, &err), err);
  float got[3];
  unsigned char got_greedy[3];
  bool found;
  for (size_t i = 0; i < 3; i++) {
    assert_ok(xy__store_get(&found, got, got_greedy, store, &others[i], ids, 4, 1, &err), err);
    assert_false(found);
  }
  assert_ok(xy__store_get(&found, got, got_greedy, store, &base, ids, 4, 2, &err), err); /* another first */
  assert_false(found);
  assert_ok(xy__store_get(&found, got, got_greedy, store, &base, ids, 3, 1, &err), err); /* a prefix */
  assert_false(found);
  const int32_t shifted[] = {1, 5, 6, 7, 8}; /* (first, ids) is not (first | ids) run together */
  assert_ok(xy__store_get(&found, got, got_greedy, store, &base, shifted, 5, 2, &err), err);
  assert_false(found);
  assert_ok(xy__store_get(&found, got, got_greedy, store, &base, ids, 4, 1, &err), err);
  assert_true(found);
  assert_memory_equal(got, logprob, sizeof logprob);
  xy__store_close(store);
  free(path);
}

static void keeps_the_first_of_two_values(void **state) {
  xy_error err;
  char *path = store_path(state);
  xy__store *store = open_store(path);
  const int32_t ids[] = {5, 6};
  const float values[] = {-1, -1.25F};
  const unsigned char greedy = 0;
  assert_ok(xy__store_begin(store, &err), err);
  for (int i = 0; i < 2; i++) assert_ok(xy__store_put(store, &base, ids, 2, 1, &values[i], &greedy, &err), err);
  assert_ok(xy__store_commit(store, &err), err);
  float got;
  unsigned char got_greedy;
  bool found;
  assert_ok(xy__store_get(&found, &got, &got_greedy, store, &base, ids, 2, 1, &err), err);
  assert_true(found && got == -1);
  xy__store_close(store);
  free(path);
}

static void a_failed_put_ends_the_transaction(void **state) {
  xy_error err;
  char *path = store_path(state);
  xy__store *store = open_store(path);
  const int32_t ids[] = {5, 6};
  const float not_scores[] = {NAN, -INFINITY, 0.5F};
  const unsigned char greedy = 0;
  for (size_t i = 0; i < 3; i++) {
    assert_ok(xy__store_begin(store, &err), err);
    assert_ok(put_request(store, &base, 1, &err), err);
    assert_fails(xy__store_put(store, &base, ids, 2, 1, &not_scores[i], &greedy, &err), XY_ERR_NUMERIC, err,
                 "expected a log-probability");
    assert_false(has_request(store, &base, 1));
    assert_fails(put_request(store, &base, 2, &err), XY_ERR_ARGUMENT, err, "outside begin and commit");
  }
  assert_ok(xy__store_begin(store, &err), err); /* the stage's number was rolled back too: it must be made again */
  assert_ok(put_request(store, &base, 3, &err), err);
  assert_ok(xy__store_commit(store, &err), err);
  xy__store_close(store);
  store = open_store(path);
  assert_true(has_request(store, &base, 3));
  float got;
  unsigned char got_greedy;
  bool found;
  assert_fails(xy__store_get(&found, &got, &got_greedy, store, &base, ids, 2, 2, &err), XY_ERR_ARGUMENT, err,
               "first 2, n 2");
  xy__store_close(store);
  free(path);
}

static void survives_kill_9(void **state) {
  char *path = store_path(state);
  int ready[2];
  assert_int_equal(pipe(ready), 0);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) { /* commits 0..999, then dies within the next transaction, its pages partly on disk */
    xy__store *store;
    bool good = xy__store_open(&store, path, NULL) == XY_OK && xy__store_begin(store, NULL) == XY_OK;
    for (int32_t i = 0; good && i < 1000; i++) good = put_request(store, &base, i, NULL) == XY_OK;
    good = good && xy__store_commit(store, NULL) == XY_OK && xy__store_begin(store, NULL) == XY_OK;
    for (int32_t i = 1000; good && i < 31000; i++) {
      good = put_request(store, &base, i, NULL) == XY_OK;
      if (i == 25000 && write(ready[1], "r", 1) != 1) break;
    }
    for (;;) pause();
  }
  close(ready[1]);
  char byte;
  assert_int_equal(read(ready[0], &byte, 1), 1);
  close(ready[0]);
  assert_int_equal(kill(child, SIGKILL), 0);
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status));

  xy_error err;
  xy__store *store = open_store(path);
  for (int32_t i = 0; i < 1000; i++) assert_true(has_request(store, &base, i));
  for (int32_t i = 1000; i < 31000; i++) assert_false(has_request(store, &base, i));
  assert_ok(xy__store_begin(store, &err), err);
  assert_ok(put_request(store, &base, 1000, &err), err);
  assert_ok(xy__store_commit(store, &err), err);
  assert_true(has_request(store, &base, 1000));
  xy__store_close(store);
  free(path);
}

static void several_processes_write_at_once(void **state) {
  char *path = store_path(state);
  enum { writers = 4, rounds = 20, rows = 50 };
  pid_t children[writers];
  for (int w = 0; w < writers; w++) { /* they also race to create the file */
    children[w] = fork();
    assert_true(children[w] >= 0);
    if (children[w] != 0) continue;
    xy__store *store;
    bool good = xy__store_open(&store, path, NULL) == XY_OK;
    for (int r = 0; good && r < rounds; r++) {
      good = xy__store_begin(store, NULL) == XY_OK;
      for (int32_t i = 0; good && i < rows; i++) { /* rows of its own, and rows that all write */
        good = put_request(store, &base, (w * rounds + r) * rows + i, NULL) == XY_OK &&
               put_request(store, &base, 1000000 + r * rows + i, NULL) == XY_OK;
      }
      good = good && xy__store_commit(store, NULL) == XY_OK;
    }
    xy__store_close(store);
    _exit(good ? 0 : 1);
  }
  for (int w = 0; w < writers; w++) {
    int status;
    assert_int_equal(waitpid(children[w], &status, 0), children[w]);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  xy__store *store = open_store(path);
  for (int32_t i = 0; i < writers * rounds * rows; i++) assert_true(has_request(store, &base, i));
  for (int32_t i = 0; i < rounds * rows; i++) assert_true(has_request(store, &base, 1000000 + i));
  xy__store_close(store);
  free(path);
}

/* `path` is refused with `code` and a text that names it and holds `part`; its bytes stay as they are, and nothing
 * appears beside it. */
static void refuses_untouched(const char *path, int code, const char *part) {
  char *before, *after;
  size_t bytes_before, bytes_after;
  xy_error err;
  xy__store *store;
  assert_ok(xy__file_read_bytes(&before, &bytes_before, path, &err), err);
  assert_fails(xy__store_open(&store, path, &err), code, err, part);
  assert_non_null(strstr(err.text, path));
  assert_ok(xy__file_read_bytes(&after, &bytes_after, path, &err), err);
  assert_int_equal(bytes_before, bytes_after);
  assert_memory_equal(before, after, bytes_after);
  free(before);
  free(after);
  char beside[4096];
  snprintf(beside, sizeof beside, "%s-wal", path);
  assert_false(xy__file_exists(beside));
}

/* Runs SQL on a database file, as some other program would. */
static void run_sql(const char *path, const char *sql) {
  sqlite3 *db;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void refuses_files_of_others(void **state) {
  xy_error err;
  char *path = store_path(state);
  const char *text = "benchmark: stigma\nmodality: pair\n";
  assert_ok(xy__file_write(path, text, strlen(text), &err), err);
  refuses_untouched(path, XY_ERR_FORMAT, "another kind of file");
  assert_int_equal(remove(path), 0);
  run_sql(path, "CREATE TABLE bookmarks (url TEXT)");
  refuses_untouched(path, XY_ERR_FORMAT, "another program's SQLite file");
  assert_int_equal(remove(path), 0);
  xy__store_close(open_store(path));
  run_sql(path, "PRAGMA journal_mode = DELETE; PRAGMA user_version = 3");
  refuses_untouched(path, XY_ERR_UNSUPPORTED, "layout 3, this xylem knows layouts up to 2");
  xy__store *store;
  assert_fails(xy__store_open(&store, *state, &err), XY_ERR_IO, err, "found a folder");
  assert_fails(xy__store_open(&store, "/proc/nowhere/s.sqlite", &err), XY_ERR_IO, err, "cannot make the folder");
  free(path);
}

/* A damaged row counts as not there, is counted, and gives way to the next value; a whole one does not. */
static void damaged_rows_are_made_again(void **state) {
  xy_error err;
  char *path = store_path(state);
  static const char *const damage[] = {
      "UPDATE score SET value = zeroblob(7)", "UPDATE score SET value = zeroblob(50)", "UPDATE score SET value = x''",
      "UPDATE score SET value = CAST(x'00000080' || substr(value, 5) AS BLOB)", /* another log-probability, 0 */
      "UPDATE stage SET mode = 'none'; UPDATE stage SET fingerprint = 'aaaa', mode = 'fp32' WHERE fingerprint = "
      "'bbbb'"};
  for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
    xy__store *store = open_store(path);
    assert_ok(xy__store_begin(store, &err), err);
    assert_ok(put_request(store, &base, 1, &err), err);
    assert_ok(put_request(store, &twin, 1, &err), err);
    assert_ok(xy__store_commit(store, &err), err);
    xy__store_close(store);
    run_sql(path, damage[i]);
    store = open_store(path);
    assert_false(has_request(store, &base, 1));
    assert_int_equal(xy__store_damaged(store), 1);
    assert_ok(xy__store_begin(store, &err), err);
    assert_ok(put_request(store, &base, 1, &err), err);
    assert_ok(xy__store_commit(store, &err), err);
    assert_true(has_request(store, &base, 1));
    assert_int_equal(xy__store_damaged(store), 1);
    xy__store_close(store);
  }
  run_sql(path, "DROP TABLE score");
  xy__store *store;
  assert_fails(xy__store_open(&store, path, &err), XY_ERR_FORMAT, err, "not a complete xylem store");
  free(path);
}

/* Any single bit of the file: a store that opens gives what was put into it, or nothing, or an error. */
static void no_flipped_bit_gives_other_scores(void **state) {
  enum { rows = 40, flips = 1500 };
  xy_error err;
  char *path = store_path(state);
  const char *digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  xy__store *store = open_store(path);
  assert_ok(xy__store_begin(store, &err), err);
  for (int32_t i = 0; i < rows; i++) assert_ok(put_request(store, i % 2 == 0 ? &base : &twin, i / 2, &err), err);
  assert_ok(xy__store_commit(store, &err), err);
  assert_ok(xy__store_put_digest(store, "/m/model.safetensors 12 34", digest, &err), err);
  xy__store_close(store);
  char *good;
  size_t size;
  assert_ok(xy__file_read_bytes(&good, &size, path, &err), err);
  int64_t told = 0;
  uint64_t draw = 1;
  for (int f = 0; f < flips; f++) {
    draw = draw * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    size_t bit = (size_t)(draw >> 20) % (size * 8);
    good[bit / 8] ^= (char)(1 << (bit % 8));
    assert_ok(xy__file_write(path, good, size, &err), err);
    good[bit / 8] ^= (char)(1 << (bit % 8));
    if (xy__store_open(&store, path, &err) != XY_OK) continue;
    bool known = false;
    for (int32_t i = 0; i < rows; i++) {
      (void)gives_what_was_put(&known, store, i % 2 == 0 ? &base : &twin, i / 2, &err);
    }
    char found[65];
    if (xy__store_get_digest(&known, found, store, "/m/model.safetensors 12 34", &err) == XY_OK && known) {
      assert_string_equal(found, digest);
    }
    told += xy__store_damaged(store);
    xy__store_close(store);
  }
  assert_true(told > 0);
  free(good);
  free(path);
}

/* Layout 1, as xylem wrote it before there were seals. */
static void stores_without_seals_are_brought_up_to_date(void **state) {
  xy_error err;
  char *path = store_path(state);
  xy__store *store = open_store(path);
  assert_ok(xy__store_begin(store, &err), err);
  for (int32_t i = 0; i < 3; i++) assert_ok(put_request(store, &base, i, &err), err);
  assert_ok(xy__store_commit(store, &err), err);
  xy__store_close(store);
  run_sql(path,
          "UPDATE score SET value = substr(value, 1, length(value) - 8); PRAGMA user_version = 1;"
          "INSERT INTO file_digest VALUES ('x', '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef')");
  store = open_store(path);
  for (int32_t i = 0; i < 3; i++) assert_true(has_request(store, &base, i));
  bool known;
  char digest[65];
  assert_ok(xy__store_get_digest(&known, digest, store, "x", &err), err);
  assert_false(known);
  assert_int_equal(xy__store_damaged(store), 0);
  xy__store_close(store);
  free(path);
}

static void names_a_disk_that_is_full(void **state) {
  char *path = store_path(state);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) { /* files may grow to 256 KiB: what a full disk looks like from inside */
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit = {256 << 10, 256 << 10};
    xy__store *store;
    xy_error err;
    bool good = setrlimit(RLIMIT_FSIZE, &limit) == 0 && xy__store_open(&store, path, &err) == XY_OK;
    good = good && xy__store_begin(store, &err) == XY_OK;
    int rc = XY_OK;
    for (int32_t i = 0; good && rc == XY_OK && i < 20000; i++) rc = put_request(store, &base, i, &err);
    if (good && rc == XY_OK) rc = xy__store_commit(store, &err);
    good = good && rc == XY_ERR_IO && strstr(err.text, "cannot write") != NULL && strstr(err.text, path) != NULL;
    good = good && !has_request(store, &base, 0);
    if (!good) printf("# rc %d: %s\n", rc, err.text);
    _exit(good ? 0 : 1);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  free(path);
}

static void remembers_digests(void **state) {
  xy_error err;
  char *path = store_path(state);
  xy__store *store = open_store(path);
  char digest[65] = "";
  char expected[65];
  memset(expected, 'e', 64);
  expected[64] = '\0';
  bool found;
  assert_ok(xy__store_get_digest(&found, digest, store, "/m/model.safetensors 12 34", &err), err);
  assert_false(found);
  assert_fails(xy__store_put_digest(store, "x", "abc", &err), XY_ERR_ARGUMENT, err, "expected a digest of 64 digits");
  assert_ok(xy__store_put_digest(store, "/m/model.safetensors 12 34", expected, &err), err);
  xy__store_close(store);
  store = open_store(path);
  assert_ok(xy__store_get_digest(&found, digest, store, "/m/model.safetensors 12 34", &err), err);
  assert_true(found);
  assert_string_equal(digest, expected);
  assert_ok(xy__store_get_digest(&found, digest, store, "/m/model.safetensors 12 35", &err), err);
  assert_false(found);
  xy__store_close(store);
  free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(gives_back_what_was_committed, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(keeps_requests_and_stages_apart, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(keeps_the_first_of_two_values, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(a_failed_put_ends_the_transaction, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(survives_kill_9, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(several_processes_write_at_once, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(refuses_files_of_others, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(damaged_rows_are_made_again, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(no_flipped_bit_gives_other_scores, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(stores_without_seals_are_brought_up_to_date, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(names_a_disk_that_is_full, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(remembers_digests, make_folder, remove_folder)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
