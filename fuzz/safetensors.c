/* Fuzz entry: any bytes as a safetensors file. What is accepted is read through to its last value. `make fuzz` runs it
 * under libFuzzer, tests/model/test_fuzz.c on damaged golden files. */
#include <stdlib.h>

#include "model/container/container.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  xy__arena arena = {0};
  xy__entry *entries = NULL;
  size_t n = 0;
  xy_error err = {0};
  if (xy__container_safetensors.parse(&entries, &n, &arena, data, size, "fuzz", &err) == XY_OK) {
    for (size_t i = 0; i < n; i++) {
      if (entries[i].readable) (void)xy__tensor_check_finite(&entries[i].tensor, &err);
    }
  }
  free(entries);
  xy__arena_dispose(&arena);
  return 0;
}
