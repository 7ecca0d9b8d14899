/* The fuzz entry on golden files that were cut and damaged in ways a fixed generator picks. Nothing is expected of the
 * results but that no sanitizer speaks and no step leaves the file.
 */
#include "../../fuzz/safetensors.c" /* NOLINT(bugprone-suspicious-include): an entry without a header */

#include "base/file.h"
#include "support.h"

static uint32_t next(uint32_t *state) { /* xorshift32 */
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

/* Runs the entry on a copy that ends where the input ends. */
static void run(const char *data, size_t size) {
  uint8_t *copy = malloc(size > 0 ? size : 1);
  assert_non_null(copy);
  memcpy(copy, data, size);
  LLVMFuzzerTestOneInput(copy, size);
  free(copy);
}

static void survives_damaged_files(void **state) {
  (void)state;
  const char *names[] = {"model/data/llama_gqa_tied/model.safetensors",
                         "model/data/llama_f16_shards/model-00002-of-00005.safetensors"};
  static const char bytes[] = "0123456789-{}[]\",:.eE\\ \x00\xFF";
  uint32_t seed = 20241106;
  for (size_t f = 0; f < 2; f++) {
    char *data;
    size_t size;
    xy_error err;
    assert_ok(xy__file_read_bytes(&data, &size, tests_path(names[f]), &err), err);
    size_t header = 8 + ((unsigned char)data[0] | (size_t)(unsigned char)data[1] << 8);
    assert_true(header < size);
    for (size_t cut = 0; cut < header + 16; cut += 7) run(data, cut);
    for (int i = 0; i < 3000; i++) {
      size_t at = next(&seed) % header;
      char kept = data[at];
      data[at] = bytes[next(&seed) % (sizeof bytes - 1)];
      run(data, size);
      if (i % 4 != 0) data[at] = kept; /* some damage stays and piles up */
    }
    free(data);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(survives_damaged_files)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
