/* YAML read into a tree of nodes that remember their lines, so that a file's every error can be reported at once.
 *
 * libyaml, the parser beneath libcyaml, is used directly: the files that people write have mappings with free keys
 * (stages, themes) and lists of mixed kinds (benchmarks), which libcyaml's fixed schemas cannot describe, and
 * libcyaml stops at the first error.
 */
#ifndef XY_BASE_YAML_H
#define XY_BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef enum xy__node_kind { XY__SCALAR, XY__SEQUENCE, XY__MAPPING } xy__node_kind;

typedef struct xy__node {
  xy__node_kind kind;
  int line;                /* from 1 */
  const char *value;       /* scalars: text, 0-terminated, without NUL bytes inside */
  bool plain;              /* scalars: written without quotes */
  size_t n;                /* entries of a sequence or mapping */
  const char **keys;       /* [n] of a mapping */
  int *key_lines;          /* [n] of a mapping */
  struct xy__node **items; /* [n] */
} xy__node;

typedef struct xy__yaml {
  const xy__node *root;
  const char *name; /* of the file, for messages; borrowed */
  struct xy__yaml_memory *memory;
} xy__yaml;

/* Parses one document. Refused with line numbers: bad UTF-8, duplicate keys, keys that are not scalars, aliases,
 * a second document, an empty document. Caller frees with xy__yaml_free. */
int xy__yaml_parse(xy__yaml **out, const char *text, size_t bytes, const char *name, xy_error *err);
void xy__yaml_free(xy__yaml *yaml);

/* Member of a mapping, or NULL. */
const xy__node *xy__yaml_get(const xy__node *mapping, const char *key);

/* "a mapping", "a list", "a value": for messages. */
const char *xy__yaml_kind(const xy__node *node);

/* Adds an error line "NAME:LINE: text" (see xy__fail_more). */
int xy__yaml_fail(const xy__yaml *yaml, int line, xy_error *err, const char *format, ...) XY__PRINTF(4, 5);

/* Adds an error for every key of `mapping` that is not in `known` (ends with NULL), naming the nearest known key when
 * one is close. `what` says what the mapping is ("stage dpo"). */
int xy__yaml_known_keys(const xy__yaml *yaml, const xy__node *mapping, const char *what, const char *const *known,
                        xy_error *err);

/* Typed members. Missing: `*out` keeps its value. The wrong kind adds an error and returns its code. */
int xy__yaml_string(const char **out, const xy__yaml *yaml, const xy__node *mapping, const char *key, xy_error *err);
int xy__yaml_real(double *out, const xy__yaml *yaml, const xy__node *mapping, const char *key, xy_error *err);

/* The word of `words` (ends with NULL) nearest to `word`, or NULL when none is close: for "did you mean". */
const char *xy__nearest(const char *word, const char *const *words);

#endif
