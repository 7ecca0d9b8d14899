/* What is asked of a model, as rows of JSON (base/json_rows.h): what requests and prompts have in common. Every wrong
 * row is a fault, told with its line (base/faults.h).
 */
#ifndef XY_SCORE_JSON_ASKED_H
#define XY_SCORE_JSON_ASKED_H

#include "base/faults.h"
#include "base/json_rows.h"
#include "base/memory.h"

/* A file in hand. Zero-initialise; disposed of, also after a failure, with xy__json_asked_dispose. */
typedef struct xy__json_asked {
  json_t *rows; /* an array that owns the texts of all rows */
  xy__arena arena;
  xy__faults faults; /* while it is read */
  int64_t line;      /* of the row in hand */
} xy__json_asked;

/* Gives `take` every row that is JSON, with its name "FILE:12", which lives in the arena. `take` tells faults, and
 * returns false for want of memory. */
int xy__json_asked_read(xy__json_asked *out, const char *text, size_t bytes, const char *name,
                        bool (*take)(void *user, const json_t *row, const char *row_name), void *user, xy_error *err);
void xy__json_asked_dispose(xy__json_asked *asked);

/* A string member without zero characters; NULL with a fault otherwise. */
const char *xy__json_asked_text(xy__json_asked *asked, const json_t *row, const char *key);
/* A list of token ids, in the arena; NULL with a fault otherwise. */
const int32_t *xy__json_asked_ids(size_t *n, xy__json_asked *asked, const json_t *ids);

#endif
