/* Errors: one helper fills the caller's text and returns the code, so that a failing line reads
 *   return xy__fail(err, XY_ERR_FORMAT, "%s: tensor %s: expected shape [%d], found [%d]", …);
 */
#ifndef XY_BASE_ERROR_H
#define XY_BASE_ERROR_H

#include "xylem.h"

#define XY__PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* What is in the caller's xy_error before a call means nothing: every function of the public interface that takes one
 * begins with this, and those below it may then add to what is there. */
void xy__error_clear(xy_error *err);

/* xy__fail(err, code, format, …) sets code and text (the hint is cleared) and is `code`. `err` may be NULL. Long text
 * is cut. A macro, so that compiler and analyzer see which code comes back: what follows a failure is then known not to
 * run on unset results. */
#define xy__fail(err, code, ...) xy__failed(xy__error_set((err), (code), __VA_ARGS__), (code))

/* As xy__fail, but adds a line to what is there, for parsers that report every error of a file at once. */
#define xy__fail_more(err, code, ...) xy__failed(xy__error_add((err), (code), __VA_ARGS__), (code))

/* Puts "prefix: " in front of the text. For callers that know the file or the item. */
#define xy__fail_prefix(err, code, ...) xy__failed(xy__error_prefix((err), (code), __VA_ARGS__), (code))

int xy__error_set(xy_error *err, int code, const char *format, ...) XY__PRINTF(3, 4);
int xy__error_add(xy_error *err, int code, const char *format, ...) XY__PRINTF(3, 4);
int xy__error_prefix(xy_error *err, int code, const char *format, ...) XY__PRINTF(3, 4);
static inline int xy__failed(int set, int code) {
  (void)set;
  return code;
}

/* Out of memory while doing `what`. */
static inline int xy__fail_memory(xy_error *err, const char *what) {
  return xy__fail(err, XY_ERR_MEMORY, "out of memory: %s", what);
}

/* Sets the hint line; returns `code` for chaining. */
int xy__hint(xy_error *err, int code, const char *format, ...) XY__PRINTF(3, 4);

#endif
