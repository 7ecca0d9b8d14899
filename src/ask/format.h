/* What a prompt format is inside, for request.c. */
#ifndef XY_TOKENIZER_FORMAT_H
#define XY_TOKENIZER_FORMAT_H

#include "ask/request.h"
#include "base/text.h"

/* What stands around a turn's text; `before` NULL: the format has no such turns. */
typedef struct xy__wrap {
  char *before, *after;
} xy__wrap;

struct xy__format {
  char *name;
  xy__wrap turns[3]; /* by xy__role */
  char *opening;     /* between the last turn and the cut */
  char *lead;        /* between the cut and the answer: scored with it */
  bool plain;        /* the prompt alone: lm-evaluation-harness's boundary rule holds */
  bool trim, nested; /* see formats.yaml */
};

/* Appends the conversation, up to where the answer begins. `eos` is the text of the end token, "" for none. A turn that
 * the format cannot express is XY_ERR_UNSUPPORTED. */
int xy__format_lay_out(xy__text *out, const xy__format *format, const xy__turn *turns, size_t n, const char *eos,
                       xy_error *err);

/* Appends the text of a turn: as it is, or trimmed where the format trims. */
void xy__format_add_text(xy__text *out, const xy__format *format, const char *text);

/* Frees what `format` holds, not the struct. */
void xy__format_dispose(xy__format *format);

#endif
