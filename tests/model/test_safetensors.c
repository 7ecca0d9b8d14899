/* Broken safetensors files: each is refused with a message that says what is wrong, and nothing is read outside. */
#include "model/container/container.h"

#include "support.h"

/* A file of this header and `data` bytes of zeros, parsed. The copy ends where the file ends, so that a sanitizer sees
 * every step beyond it. */
static int parse(xy__entry **out, size_t *n, xy__arena *arena, const char *header, size_t data, xy_error *err) {
  size_t length = strlen(header);
  unsigned char *file = calloc(8 + length + data, 1);
  assert_non_null(file);
  for (int i = 0; i < 8; i++) file[i] = (unsigned char)((uint64_t)length >> 8 * i);
  memcpy(file + 8, header, length); /* NOLINT(bugprone-not-null-terminated-result): bytes within a file */
  int rc = xy__container_safetensors.parse(out, n, arena, file, 8 + length + data, "f.safetensors", err);
  free(file); /* entries are not read through after this */
  return rc;
}

static void refuses(const char *header, size_t data, const char *message) {
  xy__arena arena = {0};
  xy__entry *entries = NULL;
  size_t n;
  xy_error err;
  assert_fails(parse(&entries, &n, &arena, header, data, &err), XY_ERR_FORMAT, err, message);
  assert_non_null(strstr(err.text, "f.safetensors"));
  assert_null(entries);
  xy__arena_dispose(&arena);
}

static void refuses_files_that_are_cut(void **state) {
  (void)state;
  xy__arena arena = {0};
  xy__entry *entries = NULL;
  size_t n;
  xy_error err;
  const unsigned char five[5] = {1, 0, 0, 0, 0};
  assert_fails(xy__container_safetensors.parse(&entries, &n, &arena, five, 5, "f.safetensors", &err), XY_ERR_FORMAT,
               err, "f.safetensors: expected a safetensors file, found only 5 bytes");
  const unsigned char lying[12] = {200, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
  assert_fails(xy__container_safetensors.parse(&entries, &n, &arena, lying, sizeof lying, "f.safetensors", &err),
               XY_ERR_FORMAT, err, "header should be 200 bytes long, but 4 bytes follow");
  const unsigned char huge[12] = {255, 255, 255, 255, 255, 255, 255, 255, '{', '}'};
  assert_fails(xy__container_safetensors.parse(&entries, &n, &arena, huge, sizeof huge, "f.safetensors", &err),
               XY_ERR_FORMAT, err, "header should be 18446744073709551615 bytes long");
  assert_fails(xy__container_safetensors.parse(&entries, &n, &arena, NULL, 0, "f.safetensors", &err), XY_ERR_FORMAT,
               err, "found only 0 bytes");
  xy__arena_dispose(&arena);
}

static void refuses_headers_that_are_no_headers(void **state) {
  (void)state;
  refuses("", 0, "not valid JSON");
  refuses("{\"a\":", 0, "not valid JSON");
  refuses("version https://git-lfs.github.com/spec/v1", 0, "not valid JSON");
  refuses("{} {}", 0, "not valid JSON");
  refuses("[]", 0, "expected a JSON object");
  refuses(
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},"
      "\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}",
      0, "duplicate object key near '\"a\"'");
}

static void refuses_tensors_that_lie(void **state) {
  (void)state;
  refuses("{\"a\":3}", 0, "tensor a: expected a dtype and a shape");
  refuses("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "tensor a: expected a dtype and a shape");
  refuses("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "tensor a: expected a dtype and a shape");
  refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "non-negative integers");
  refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4, "non-negative integers");
  refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "tensor a: data_offsets: expected [begin, end]");
  refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", 4, "expected [begin, end]");
  refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, "expected [begin, end]");
  refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4,
          "tensor a: its values end at byte 8 of the data, but the file holds only 4 bytes of data");
  refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,20]}}", 20,
          "tensor a: expected 24 bytes for its shape and dtype F32, found data_offsets of 20 bytes");
  refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 0,
          "tensor a: the size of its shape overflows");
  refuses("{\"a\":{\"dtype\":\"F16\",\"shape\":[1152921504606846976],\"data_offsets\":[0,0]}}", 0, "overflows");
  refuses("{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,1]}}", 1, "not a whole number of bytes");
}

static void refuses_gaps_and_overlaps(void **state) {
  (void)state;
  refuses(
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
      "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
      12, "tensor b: its values overlap those of tensor a");
  refuses(
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
      "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      8, "overlap");
  refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8,
          "tensor a: expected its values at byte 0 of the data, found 4");
  refuses("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 9,
          "expected 4 bytes of data by the header, found 9");
  refuses("{}", 1, "expected 0 bytes of data by the header, found 1");
}

static void lists_what_it_can_and_cannot_read(void **state) {
  (void)state;
  xy__arena arena = {0};
  xy__entry *entries;
  size_t n;
  xy_error err;
  const char *header =
      "{\"__metadata__\":{\"format\":\"pt\"},"
      "\"mask\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[6,9]},"
      "\"new\":{\"dtype\":\"F5_NEW\",\"shape\":[9],\"data_offsets\":[9,10]},"
      "\"deep\":{\"dtype\":\"F16\",\"shape\":[1,1,1,1,1],\"data_offsets\":[10,12]},"
      "\"scalar\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[12,16]},"
      "\"none\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[16,16]},"
      "\"x\":{\"dtype\":\"BF16\",\"shape\":[3,1],\"data_offsets\":[0,6]}}   ";
  assert_ok(parse(&entries, &n, &arena, header, 16, &err), err);
  assert_int_equal(n, 6);
  assert_string_equal(entries[0].tensor.name, "x");
  assert_true(entries[0].readable && entries[0].tensor.dtype == XY__BF16 && entries[0].rank == 2);
  assert_true(entries[0].tensor.shape[0] == 3 && entries[0].tensor.shape[1] == 1 && entries[0].tensor.bytes == 6);
  assert_false(entries[1].readable || entries[2].readable || entries[3].readable);
  assert_string_equal(entries[2].dtype_name, "F5_NEW");
  assert_int_equal(entries[3].rank, 5);
  assert_true(entries[4].readable && entries[4].rank == 0 && entries[5].readable && entries[5].tensor.bytes == 0);
  free(entries);
  xy__arena_dispose(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(refuses_files_that_are_cut), cmocka_unit_test(refuses_headers_that_are_no_headers),
      cmocka_unit_test(refuses_tensors_that_lie), cmocka_unit_test(refuses_gaps_and_overlaps),
      cmocka_unit_test(lists_what_it_can_and_cannot_read)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
