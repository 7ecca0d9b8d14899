/* What the writers of files promise: numbers read back as they were, JSON keeps its order, files appear whole. */
#include <sys/stat.h>

#include "base/file.h"
#include "base/json.h"
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

static void files_appear_whole(void **state) {
  (void)state;
  char folder[] = "/tmp/xylem-file-XXXXXX";
  assert_non_null(mkdtemp(folder));
  char *path = xy__path_join(folder, "f");
  char name[64];
  snprintf(name, sizeof name, "f.%ld.tmp", (long)getpid());
  char *temporary = xy__path_join(folder, name);
  xy_error err;
  xy__file_out out;
  assert_ok(xy__file_write(path, "old", 3, &err), err);
  assert_ok(xy__file_begin(&out, path, &err), err);
  assert_ok(xy__file_append(&out, "ne", 2, &err), err);
  char *data;
  size_t size;
  assert_ok(xy__file_read(&data, &size, path, &err), err);
  assert_string_equal(data, "old");
  free(data);
  assert_ok(xy__file_append(&out, "w", 1, &err), err);
  assert_ok(xy__file_finish(&out, &err), err);
  xy__file_drop(&out); /* nothing left to drop */
  assert_ok(xy__file_begin(&out, path, &err), err);
  xy__file_drop(&out);
  assert_ok(xy__file_read(&data, &size, path, &err), err);
  assert_string_equal(data, "new");
  free(data);
  assert_false(xy__file_exists(temporary));
  assert_fails(xy__file_begin(&out, "/tmp/nowhere-at-all/f", &err), XY_ERR_IO, err, ".tmp: cannot write: No such file");
  if (access("/dev/full", W_OK) == 0) { /* a disk that is full is noticed at the end at the latest */
    assert_int_equal(symlink("/dev/full", temporary), 0);
    assert_fails(xy__file_write(path, "newer", 5, &err), XY_ERR_IO, err, "cannot write: No space left");
    assert_ok(xy__file_read(&data, &size, path, &err), err);
    assert_string_equal(data, "new");
    free(data);
    assert_false(xy__file_exists(temporary));
  }
  assert_int_equal(remove(path), 0);
  assert_int_equal(rmdir(folder), 0);
  free(temporary);
  free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_are_short_and_read_back),
                                     cmocka_unit_test(json_keeps_order_and_escapes),
                                     cmocka_unit_test(files_appear_whole)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
