/* What the parts of tokenizer.json have in common: a typed object, alone or in (nested) sequences, and patterns. */
#ifndef XY_TOKENIZER_COMPONENT_H
#define XY_TOKENIZER_COMPONENT_H

#include "base/json.h"
#include "tokenizer/pattern.h"

/* Reads one object of a given type into `list`. `where` is "FILE: part". */
typedef int (*xy__component_reader)(void *list, const json_t *json, const char *type, const char *where, xy_error *err);

/* Calls `read` for `json`, or for each member of a Sequence, whose list is called `members`; null is nothing. */
int xy__component_read(void *list, const json_t *json, const char *part, const char *members, xy__component_reader read,
                       const char *file, xy_error *err);

/* The "pattern" member: {"String": …} or {"Regex": …}. Caller frees with xy__pattern_free. */
int xy__component_pattern(xy__pattern **out, const json_t *json, const char *where, xy_error *err);

/* An error where a text has grown out of all measure: normal forms make it tenfold at most, and forty replacements of a
 * letter by two would fill any memory. */
int xy__component_growth(size_t before, size_t after, const char *what, xy_error *err);

/* A member that is one character. Caller frees *out with free. */
int xy__component_character(char **out, const json_t *json, const char *key, const char *where, xy_error *err);

/* What the pre-tokenizer Metaspace, which writes its mark for a space, and its decoder have in common: the mark, and
 * whether one is put in front of a text. Caller frees *mark with free. */
typedef enum xy__prepend { XY__PREPEND_NEVER, XY__PREPEND_FIRST, XY__PREPEND_ALWAYS } xy__prepend;
int xy__component_metaspace(char **mark, xy__prepend *prepend, const json_t *json, const char *where, xy_error *err);

#endif
