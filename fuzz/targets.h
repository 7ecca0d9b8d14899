/* What reads files, a row each: libFuzzer (main.c, by `make fuzz`) and tests/fuzz feed every one any bytes. Whatever
 * comes, a reader answers with something sound or with an error; what is accepted is used to its last value.
 */
#ifndef XY_FUZZ_TARGETS_H
#define XY_FUZZ_TARGETS_H

#include <stddef.h>
#include <stdint.h>

typedef struct xy__fuzz_target {
  const char *name;
  const char *file; /* the bytes are a file of this name, in a folder of the target's own; NULL: they stay in memory */
  /* `path` is the file's; `data` ends where it ends. */
  void (*run)(const char *path, const uint8_t *data, size_t size);
} xy__fuzz_target;

/* Ends with a row without name. */
extern const xy__fuzz_target xy__fuzz_targets[];

/* NULL where there is none of that name. */
const xy__fuzz_target *xy__fuzz_target_of(const char *name);

/* Runs the target on these bytes. Ends the program where no file can be written. */
void xy__fuzz_run(const xy__fuzz_target *target, const uint8_t *data, size_t size);

/* A file beside the input, with this text; made once and left alone while it is there. */
void xy__fuzz_beside(const char *path, const char *name, const char *text);

/* The same with a file, by its absolute path or in tests/ (XYLEM_TESTS names that folder). */
void xy__fuzz_copy(const char *path, const char *name, const char *source);

/* Looks at every byte of a text, so that a sanitizer sees one that is not there. */
void xy__fuzz_read(const char *text);

/* The runs of the rows, by the room that they are about. */
void xy__fuzz_yaml(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_json(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_csv(const char *path, const uint8_t *data, size_t size);

void xy__fuzz_context(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_themes(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_told(const char *path, const uint8_t *data, size_t size); /* a benchmark of whatever kind it looks like */
#define XY__FUZZ_KINDS(row)                                                                 \
  row(winoqueer, "winoqueer") row(crows_pairs, "crows-pairs") row(redditbias, "redditbias") \
      row(stereoset, "stereoset") row(honest, "honest") row(tango, "tango") row(bbq, "bbq")
#define XY__FUZZ_KIND(name, kind) void xy__fuzz_##name(const char *path, const uint8_t *data, size_t size);
XY__FUZZ_KINDS(XY__FUZZ_KIND)
void xy__fuzz_winogender(const char *path, const uint8_t *data, size_t size); /* these two are read with another file */
void xy__fuzz_winobias(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_preferences(const char *path, const uint8_t *data, size_t size);

void xy__fuzz_safetensors(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_index(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_config(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_tokenizer(const char *path, const uint8_t *data, size_t size);

void xy__fuzz_family(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_stage(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_format(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_survey(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_import(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_results(const char *path, const uint8_t *data, size_t size);
void xy__fuzz_samples(const char *path, const uint8_t *data, size_t size); /* of a run that is compared and exported */

#endif
