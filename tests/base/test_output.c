/* What the writers of files promise: numbers read back as they were, JSON keeps its order, files appear whole. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/json.h"
#include "base/output.h"
#include "support.h"

static void numbers_are_short_and_read_back(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *text;
  } cases[] = {{0.1, "0.1"},
               {-0.0, "0"},
               {3, "3"},
               {1.0 / 3, "0.3333333333333333"},
               {-1.5e-7, "-1.5e-07"},
               {0.05, "0.05"},
               {NAN, "null"},
               {-INFINITY, "null"},
               {1e300, "1e+300"},
               {5e-324, "4.940656458e-324"},
               {0.1 + 0.2, "0.30000000000000004"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    xy__text text = {0};
    xy__text_add_number(&text, cases[i].value);
    assert_string_equal(text.data, cases[i].text);
    if (isfinite(cases[i].value)) assert_true(strtod(text.data, NULL) == cases[i].value);
    xy__text_dispose(&text);
  }
}

static void json_keeps_order_and_escapes(void **state) {
  (void)state;
  const char *given =
      "{\"z\": [1, 2.5, null, true, false, []], \"a\": {\"q\\\"\": \"\\n\\u0001é\"}, \"m\": {}, \"b\": 0.1}";
  json_t *value;
  xy_error err;
  assert_ok(xy__json_parse(&value, given, strlen(given), "x", &err), err);
  xy__text text = {0};
  xy__json_add(&text, value);
  assert_string_equal(text.data, given);
  xy__text_dispose(&text);
  json_decref(value);
}

static char *make_folder(void) {
  char *folder = strdup("/tmp/xylem-file-XXXXXX");
  assert_non_null(folder);
  assert_non_null(mkdtemp(folder));
  return folder;
}

/* Number of files in a folder that are not named. */
static int others_in(const char *folder, const char *known) {
  DIR *list = opendir(folder);
  assert_non_null(list);
  int n = 0;
  const struct dirent *entry;
  while ((entry = readdir(list)) != NULL) {
    n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && strcmp(entry->d_name, known) != 0;
  }
  closedir(list);
  return n;
}

static void assert_holds(const char *path, const char *text) {
  char *data;
  size_t size;
  xy_error err;
  assert_ok(xy__file_read_bytes(&data, &size, path, &err), err);
  assert_string_equal(data, text);
  free(data);
}

static void files_appear_whole(void **state) {
  (void)state;
  char *folder = make_folder();
  char *path = xy__path_join(folder, "f");
  xy_error err;
  xy__file_out out;
  assert_ok(xy__file_write(path, "old", 3, &err), err);
  assert_int_equal(chmod(path, 0640), 0);
  assert_ok(xy__file_begin(&out, path, &err), err);
  assert_ok(xy__file_append(&out, "ne", 2, &err), err);
  assert_holds(path, "old");
  assert_ok(xy__file_append(&out, "w", 1, &err), err);
  assert_ok(xy__file_finish(&out, &err), err);
  xy__file_drop(&out); /* nothing left to drop */
  assert_ok(xy__file_begin(&out, path, &err), err);
  xy__file_drop(&out);
  assert_holds(path, "new");
  struct stat info;
  assert_true(stat(path, &info) == 0 && (info.st_mode & 0777) == 0640);
  assert_int_equal(others_in(folder, "f"), 0);
  assert_fails(xy__file_begin(&out, "/tmp/nowhere-at-all/f", &err), XY_ERR_IO, err, "/f: cannot write: No such file");
  assert_fails(xy__file_begin(&out, folder, &err), XY_ERR_IO, err, "cannot write: Is a directory");
  assert_int_equal(remove(path), 0);
  assert_int_equal(rmdir(folder), 0);
  free(path);
  free(folder);
}

static void links_are_followed(void **state) {
  (void)state;
  char *folder = make_folder();
  char *path = xy__path_join(folder, "f");
  char *link = xy__path_join(folder, "link");
  char *second = xy__path_join(folder, "second");
  xy_error err;
  assert_int_equal(symlink("f", link), 0);
  assert_int_equal(symlink(link, second), 0);
  for (int i = 0; i < 2; i++) { /* to a file that is not there yet, and to one that is */
    assert_ok(xy__file_write(second, "text", 4, &err), err);
    assert_holds(path, "text");
  }
  struct stat info;
  assert_true(lstat(second, &info) == 0 && S_ISLNK(info.st_mode));
  assert_true(lstat(link, &info) == 0 && S_ISLNK(info.st_mode));
  assert_int_equal(remove(link), 0);
  assert_int_equal(symlink("second", link), 0);
  assert_fails(xy__file_write(link, "text", 4, &err), XY_ERR_IO, err, "cannot write: Too many levels");
  assert_int_equal(remove(link) | remove(second) | remove(path) | rmdir(folder), 0);
  free(second);
  free(link);
  free(path);
  free(folder);
}

static void devices_and_pipes_are_written_into(void **state) {
  (void)state;
  char *folder = make_folder();
  char *path = xy__path_join(folder, "f");
  xy_error err;
  assert_int_equal(mkfifo(path, 0600), 0);
  int reader = open(path, O_RDONLY | O_NONBLOCK);
  assert_true(reader >= 0);
  assert_ok(xy__file_write(path, "text", 4, &err), err);
  char got[8];
  assert_int_equal(read(reader, got, sizeof got), 4);
  assert_memory_equal(got, "text", 4);
  close(reader);
  struct stat info;
  assert_true(lstat(path, &info) == 0 && S_ISFIFO(info.st_mode));
  assert_int_equal(remove(path), 0);
  assert_ok(xy__file_write("/dev/null", "text", 4, &err), err);
  assert_true(lstat("/dev/null", &info) == 0 && S_ISCHR(info.st_mode));
  if (access("/dev/full", W_OK) == 0) { /* a disk that is full is noticed at the end at the latest */
    assert_fails(xy__file_write("/dev/full", "text", 4, &err), XY_ERR_IO, err, "cannot write: No space left");
  }
  assert_int_equal(others_in(folder, "f"), 0);
  assert_int_equal(rmdir(folder), 0);
  free(path);
  free(folder);
}

/* A process dies while it writes; another one that lives is left alone. */
static void leftovers_of_the_dead_are_swept(void **state) {
  (void)state;
  char *folder = make_folder();
  char *path = xy__path_join(folder, "f");
  char *other = xy__path_join(folder, "g");
  xy_error err;
  xy__file_out living, out;
  assert_ok(xy__file_begin(&living, other, &err), err);
  pid_t child = fork();
  if (child == 0) {
    if (xy__file_begin(&out, path, &err) != XY_OK || xy__file_append(&out, "half", 4, &err) != XY_OK) _exit(1);
    (void)raise(SIGKILL);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status));
  assert_int_equal(others_in(folder, "f"), 2);
  assert_ok(xy__file_write(path, "text", 4, &err), err);
  assert_int_equal(others_in(folder, "f"), 1);
  assert_ok(xy__file_append(&living, "alive", 5, &err), err);
  assert_ok(xy__file_finish(&living, &err), err);
  assert_holds(other, "alive");
  assert_int_equal(remove(other) | remove(path) | rmdir(folder), 0);
  free(other);
  free(path);
  free(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_are_short_and_read_back),
                                     cmocka_unit_test(json_keeps_order_and_escapes),
                                     cmocka_unit_test(files_appear_whole),
                                     cmocka_unit_test(links_are_followed),
                                     cmocka_unit_test(devices_and_pipes_are_written_into),
                                     cmocka_unit_test(leftovers_of_the_dead_are_swept)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
