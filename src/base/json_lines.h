/* A file of JSON Lines as this program writes it: an object a line, and nothing else. What other tools write is read by
 * json_rows.h. */
#ifndef XY_BASE_JSON_LINES_H
#define XY_BASE_JSON_LINES_H

#include "base/json.h"

/* Calls `each` with every line in order, until one fails; what it wants to keep it takes a reference of. A line that is
 * no object, or that `each` says XY_ERR_FORMAT of, is an error that begins with the file and the line's number. */
typedef int (*xy__json_line)(void *user, json_t *line, xy_error *err);
int xy__json_lines(const char *path, xy__json_line each, void *user, xy_error *err);

#endif
