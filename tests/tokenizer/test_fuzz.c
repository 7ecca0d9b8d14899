/* The fuzz target over small tokenizers, whole, cut short and with bytes changed: ids or an error, never a crash. The
 * changes are the same in every run. */
/* The entry has no header: libFuzzer knows it by its name. */
// NOLINTNEXTLINE(bugprone-suspicious-include)
#include "../../fuzz/tokenizer.c"

#include "base/file.h"
#include "support.h"

static const char *const names[] = {"byte_level", "flagged", "sentence_piece", "metaspace_first", "sequence", "marked"};
static const char text[] = "\0 The answer is 42 — <s>na\xC3\xAFve</s> \xF0\x9F\x99\x82\n\xE2\x96\x81";

/* xorshift64: reproducible anywhere. */
static uint64_t next_random(uint64_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return *state;
}

/* The file and the text in one block. */
static uint8_t *load(size_t *json, size_t *size, const char *name) {
  char path[128];
  char *file;
  xy_error err = {0};
  snprintf(path, sizeof path, "tokenizer/data/%s/tokenizer.json", name);
  assert_ok(xy__file_read(&file, json, tests_path(path), &err), err);
  *size = *json + sizeof text - 1;
  uint8_t *data = malloc(*size);
  assert_non_null(data);
  memcpy(data, file, *json);
  memcpy(data + *json, text, sizeof text - 1);
  free(file);
  return data;
}

static void whole_files(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t json;
    size_t size;
    uint8_t *data = load(&json, &size, names[i]);
    assert_int_equal(LLVMFuzzerTestOneInput(data, size), 0);
    free(data);
  }
}

static void cut_short(void **state) {
  (void)state;
  size_t json;
  size_t size;
  uint8_t *data = load(&json, &size, "flagged");
  for (size_t n = 0; n < json; n += 1 + n / 40) {
    uint8_t *part = malloc(n + 1); /* exactly as long, so that a sanitizer sees a step too far */
    assert_non_null(part);
    memcpy(part, data, n);
    assert_int_equal(LLVMFuzzerTestOneInput(part, n), 0);
    free(part);
  }
  free(data);
}

/* One to four bytes replaced by others of the file, so that much stays valid JSON. */
static void changed_bytes(void **state) {
  (void)state;
  uint64_t random = 20241106;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t json;
    size_t size;
    uint8_t *data = load(&json, &size, names[i]);
    uint8_t *changed = malloc(size);
    assert_non_null(changed);
    for (int round = 0; round < 150; round++) {
      memcpy(changed, data, size);
      for (uint64_t n = next_random(&random) % 4 + 1; n > 0; n--) {
        size_t reach = round % 2 == 0 ? json : json < 2000 ? json : 2000; /* every other time near the settings */
        changed[next_random(&random) % reach] = data[next_random(&random) % json];
      }
      assert_int_equal(LLVMFuzzerTestOneInput(changed, size), 0);
    }
    free(changed);
    free(data);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(whole_files), cmocka_unit_test(cut_short),
                                     cmocka_unit_test(changed_bytes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
