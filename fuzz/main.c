/* libFuzzer's entry for one target: XYLEM_FUZZ is its name. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "targets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define JOIN(prefix, target) prefix##target
#define TARGET(target) JOIN(xy__fuzz_, target)

/* libFuzzer keeps an input that sets a counter no other has set: so it keeps accepted ones, of each length, among the
 * many that are refused in a new way, and starts from them too. */
enum { LENGTHS = 256 };
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t lengths[LENGTHS];

static size_t accepted, runs;

/* Beside libFuzzer's own counts. An input that is refused at once tries little. */
static void say_more(void) {
  fprintf(stderr, "stat::accepted: %zu of %zu\nstat::cpu_seconds: %.1f\n", accepted, runs,
          (double)clock() / CLOCKS_PER_SEC);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (runs == 0) (void)atexit(say_more);
  if (xy__fuzz_run(&TARGET(XYLEM_FUZZ), data, size)) {
    accepted++;
    lengths[size % LENGTHS] = 1;
  }
  runs++;
  return 0;
}
