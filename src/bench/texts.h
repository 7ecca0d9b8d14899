/* The one checker of texts: what would be measured in place of meaning. A space, an invisible character or a full stop
 * on one side of a pair alone moves its likelihood by more than most biases do.
 */
#ifndef XY_BENCH_TEXTS_H
#define XY_BENCH_TEXTS_H

#include "bench/rows.h"

typedef enum xy__text_use {
  XY__SIDES = 1,   /* texts that differ in what is compared and should in nothing else: their form must agree */
  XY__CHOICES = 2, /* answers to a question, as published */
  XY__REPLIES = 4, /* what an assistant said: any form is its own */
  XY__WRITTEN = 8  /* sides of a file that somebody writes by hand, who is told of it (xy__texts_differ) */
} xy__text_use;

typedef struct xy__row_text {
  const char *what; /* its column or member, for messages */
  const char *text;
} xy__row_text;

/* Looks at the texts of the row in hand. False where the row is left out (the reason is counted). White space at an end
 * of all sides is cut off: `text` then points to a copy that lives as long as `rows`. `before` is what the texts follow
 * (NULL: nothing): rows with all of it the same are told. */
bool xy__texts_check(xy__file_rows *rows, int64_t line, xy__text_use use, const char *before, xy__row_text *texts,
                     size_t n);

/* Looks at a text that the row has besides: what is lost or misread in it is noticed. */
void xy__text_look(xy__file_rows *rows, int64_t line, const char *text);

/* A label of the row in hand, without white space at its ends; NULL where the row is left out because it is empty or
 * reads like a missing value. */
const char *xy__text_label(xy__file_rows *rows, int64_t line, const char *what, const char *text);

/* Whether sides differ in their form, and `why`: for files that are written by hand, where that is a fault. */
bool xy__texts_differ(char *why, size_t size, const xy__row_text *texts, size_t n);

#endif
