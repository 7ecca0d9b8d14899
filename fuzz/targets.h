/* What reads files, a target each: libFuzzer (main.c, by `make fuzz`) and tests/fuzz feed every one any bytes. Whatever
 * comes, a reader answers with something sound or with an error; what is accepted is used to its last value.
 */
#ifndef XY_FUZZ_TARGETS_H
#define XY_FUZZ_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct xy__fuzz_target {
  const char *name;
  const char *file; /* the bytes are a file of this name, in a folder of the target's own; NULL: they stay in memory */
  /* `path` is the file's; `data` ends where it ends. Whether the reader accepted them. */
  bool (*run)(const char *path, const uint8_t *data, size_t size);
} xy__fuzz_target;

/* Each stands beside what it runs. One by one and not in a table, for a fuzzer of one target has the code of that
 * target alone: libFuzzer looks through the counters of all that is linked after each execution. */
#define ROW(target) extern const xy__fuzz_target xy__fuzz_##target;
#include "targets.def"
#undef ROW

/* Runs the target on these bytes: whether they were accepted. Ends the program where no file can be written. */
bool xy__fuzz_run(const xy__fuzz_target *target, const uint8_t *data, size_t size);

/* A file beside the input, with this text; made once and left alone while it is there. */
void xy__fuzz_beside(const char *path, const char *name, const char *text);

/* The same with a file of tests/ (XYLEM_TESTS names that folder). */
void xy__fuzz_copy(const char *path, const char *name, const char *source);

/* Looks at every byte of a text, so that a sanitizer sees one that is not there. */
void xy__fuzz_read(const char *text);

#endif
