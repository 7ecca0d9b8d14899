/* What a prompt format is inside, for request.c. */
#ifndef XY_TOKENIZER_FORMAT_H
#define XY_TOKENIZER_FORMAT_H

#include "tokenizer/request.h"

struct xy__format {
  char *name;
  char *before, *after; /* text around the prompt, up to the cut */
  char *lead;           /* what is put before the answer and scored with it, "" for nothing */
  bool plain;           /* the prompt alone: lm-evaluation-harness's boundary rule holds */
};

/* Frees what `format` holds, not the struct. */
void xy__format_dispose(xy__format *format);

#endif
