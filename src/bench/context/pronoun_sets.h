/* Sets of third-person pronouns: the built-in ones (data/pronouns/sets.yaml), and those that a benchmark file adds. */
#ifndef XY_BENCH_PRONOUN_SETS_H
#define XY_BENCH_PRONOUN_SETS_H

#include "base/faults.h"
#include "base/yaml.h"

typedef enum xy__case {
  XY__NOMINATIVE,
  XY__ACCUSATIVE,
  XY__POSSESSIVE_DEPENDENT,
  XY__POSSESSIVE_INDEPENDENT,
  XY__REFLEXIVE,
  XY__CASES
} xy__case;
extern const char *const xy__case_names[XY__CASES + 1]; /* ends with NULL */

/* Strings belong to the YAML trees. */
typedef struct xy__pronoun_set {
  const char *id, *group;
  const char *forms[XY__CASES];
} xy__pronoun_set;

typedef struct xy__pronoun_sets {
  xy__yaml *builtin;
  xy__pronoun_set *sets;
  size_t n, capacity;
} xy__pronoun_sets;

/* The built-in sets. Zero-initialise; dispose also after a failure. */
int xy__pronoun_sets_open(xy__pronoun_sets *out, xy_error *err);
void xy__pronoun_sets_dispose(xy__pronoun_sets *sets);

/* NULL when there is none of that id. */
const xy__pronoun_set *xy__pronoun_sets_find(const xy__pronoun_sets *sets, const char *id);

/* Reads a set from a mapping {id, group, nominative, …}; false after a fault. */
bool xy__pronoun_set_read(xy__pronoun_set *out, const xy__node *node, xy__faults *faults);

#endif
