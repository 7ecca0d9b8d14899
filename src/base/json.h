/* JSON: Jansson with errors that name the file and the key. Values are borrowed from their document unless said
 * otherwise. */
#ifndef XY_BASE_JSON_H
#define XY_BASE_JSON_H

#include <jansson.h>

#include "base/error.h"
#include "base/text.h"

/* Parses a whole document; `name` is the file in messages. Duplicate keys are errors. Caller releases with
 * json_decref. */
int xy__json_parse(json_t **out, const char *text, size_t bytes, const char *name, xy_error *err);
int xy__json_load(json_t **out, const char *path, xy_error *err);

/* Appends `value` as compact JSON: members in their order, numbers as xy__text_add_number writes them (Jansson's own
 * writer gives 0.10000000000000001 for 0.1). */
void xy__json_add(xy__text *text, const json_t *value);

/* Append a member to an object that is written as text, each with a comma before it; the key is that of the two parts
 * together. A string that is NULL, and what is not known, is null. */
void xy__json_add_string(xy__text *text, const char *key, const char *value);
void xy__json_add_count(xy__text *text, const char *key, const char *rest, int32_t count, bool known);
void xy__json_add_truth(xy__text *text, const char *key, const char *rest, bool value, bool known);

/* Typed members of an object. A missing or null member gives `fallback` and XY_OK; another type is an error that names
 * `name` (the file) and the key. */
int xy__json_int(int64_t *out, const json_t *object, const char *key, int64_t fallback, const char *name,
                 xy_error *err);
int xy__json_real(double *out, const json_t *object, const char *key, double fallback, const char *name, xy_error *err);
int xy__json_bool(bool *out, const json_t *object, const char *key, bool fallback, const char *name, xy_error *err);
int xy__json_string(const char **out, const json_t *object, const char *key, const char *fallback, const char *name,
                    xy_error *err);

/* A new string, null for NULL. Paths and command lines may hold any bytes, JSON may not: those that are not UTF-8
 * become the text \xff. NULL when out of memory. */
json_t *xy__json_of(const char *text);

/* The text of a string that holds no zero character, behind which it would be lost; NULL for any other value. */
const char *xy__json_whole(const json_t *value);

/* What a value is, in words: "a string"; of NULL "nothing". */
const char *xy__json_kind(const json_t *value);

/* A string member; "" where it is missing, or no string. */
const char *xy__json_text(const json_t *object, const char *key);

#endif
