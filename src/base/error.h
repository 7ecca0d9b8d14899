/* Errors: one helper fills the caller's text and returns the code, so that a failing line reads
 *   return xy__fail(err, XY_ERR_FORMAT, "%s: tensor %s: expected shape [%d], found [%d]", …);
 */
#ifndef XY_BASE_ERROR_H
#define XY_BASE_ERROR_H

#include "xylem.h"

#define XY__PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Sets code and text (the hint is cleared) and returns `code`. `err` may be NULL. Long text is cut. */
int xy__fail(xy_error *err, int code, const char *format, ...) XY__PRINTF(3, 4);

/* As xy__fail, but adds a line to what is there, for parsers that report every error of a file at once. */
int xy__fail_more(xy_error *err, int code, const char *format, ...) XY__PRINTF(3, 4);

/* Puts "prefix: " in front of the text; returns err's code. For callers that know the file or the item. */
int xy__fail_prefix(xy_error *err, int code, const char *format, ...) XY__PRINTF(3, 4);

/* Out of memory while doing `what`. */
int xy__fail_memory(xy_error *err, const char *what);

/* Sets the hint line; returns `code` for chaining. */
int xy__hint(xy_error *err, int code, const char *format, ...) XY__PRINTF(3, 4);

#endif
