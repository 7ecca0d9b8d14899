/* libFuzzer's entry; XYLEM_FUZZ names the target. */
#include <stdio.h>
#include <stdlib.h>

#include "targets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const xy__fuzz_target *target;
  if (target == NULL) {
    const char *name = getenv("XYLEM_FUZZ"); /* NOLINT(concurrency-mt-unsafe): nothing sets it */
    target = name != NULL ? xy__fuzz_target_of(name) : NULL;
    if (target == NULL) {
      fprintf(stderr, "XYLEM_FUZZ: expected the name of a target, found '%s'\n", name != NULL ? name : "");
      exit(1);
    }
  }
  xy__fuzz_run(target, data, size);
  return 0;
}
