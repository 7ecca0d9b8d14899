/* Every fuzz target on its seeds, whole, cut short, and with bytes changed in ways that a fixed generator picks. Of the
 * seeds as they are the reader accepts one at least: a target whose seeds are all refused tries its first refusal and
 * little else. Of the rest nothing is expected but that the program goes on: the targets look at what is accepted, and
 * a sanitizer at all of it. XYLEM_FUZZ_SEEDS names the folder that fuzz/seeds.sh laid out.
 */
#include <dirent.h>

#include "base/file.h"
#include "support.h"
#include "targets.h"

static uint32_t next_random(uint32_t *state) { /* xorshift32: the same in every run */
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

static const xy__fuzz_target *const targets[] = {
#define ROW(target) &xy__fuzz_##target,
#include "targets.def"
#undef ROW
};
enum { TARGETS = sizeof targets / sizeof *targets };

/* On a copy that ends where the input ends. */
static bool run(const xy__fuzz_target *target, const char *data, size_t size) {
  uint8_t *copy = malloc(size > 0 ? size : 1);
  assert_non_null(copy);
  memcpy(copy, data, size);
  bool accepted = xy__fuzz_run(target, copy, size);
  free(copy);
  return accepted;
}

/* Most of a large file is alike: so many cuts and changes, wherever they fall. */
enum { CUTS = 40, CHANGES = 160, HEADER = 4096 };

static void damage(const xy__fuzz_target *target, char *data, size_t size) {
  static const char bytes[] = "0123456789-{}[]\",:.eE\\ \n\t\x00\xFF\xC3";
  uint32_t seed = 20241106;
  for (size_t cut = 0; cut < size; cut += 1 + size / CUTS) run(target, data, cut);
  for (int i = 0; i < CHANGES && size > 0; i++) {
    size_t at = next_random(&seed) % (i % 2 == 0 && size > HEADER ? HEADER : size);
    char kept = data[at];
    data[at] = bytes[next_random(&seed) % (sizeof bytes - 1)];
    run(target, data, size);
    if (i % 4 != 0) data[at] = kept; /* some damage stays and piles up */
  }
}

static void one_target(void **state) {
  const xy__fuzz_target *target = *state;
  char folder[512], path[1024];
  int accepted = 0;
  snprintf(folder, sizeof folder, "%s/%s", getenv("XYLEM_FUZZ_SEEDS"), target->name);
  DIR *stream = opendir(folder);
  if (stream == NULL) fail_msg("no seeds in %s", folder);
  for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    char *data;
    size_t size;
    xy_error err;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    assert_ok(xy__file_read_bytes(&data, &size, path, &err), err);
    accepted += run(target, data, size);
    damage(target, data, size);
    free(data);
  }
  closedir(stream);
  if (accepted == 0) fail_msg("%s: the reader accepts none of its seeds", target->name);
}

int main(void) {
  struct CMUnitTest tests[TARGETS];
  if (getenv("XYLEM_FUZZ_SEEDS") == NULL) return 1;
  for (size_t i = 0; i < TARGETS; i++) {
    tests[i] = (struct CMUnitTest){
        .name = targets[i]->name, .test_func = one_target, .initial_state = (void *)(uintptr_t)targets[i]};
  }
  return _cmocka_run_group_tests("fuzz", tests, TARGETS, NULL, NULL);
}
