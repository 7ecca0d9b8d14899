/* Prompt formats: how a conversation and an answer become one text, and where the cut falls. Built-in ones come from
 * data/formats/formats.yaml (embedded); a pattern that contains "{prompt}" is a format of one user turn, and may
 * contain
 * "{cut}" where the cut does not fall at its end.
 */
#ifndef XY_ASK_FORMAT_H
#define XY_ASK_FORMAT_H

#include "base/error.h"
#include "base/text.h"
#include "base/turn.h"

/* What stands around a turn's text; `before` NULL: the format has no such turns. */
typedef struct xy__wrap {
  char *before, *after;
} xy__wrap;

typedef struct xy__format {
  char *name;        /* of a pattern, the pattern */
  xy__wrap turns[3]; /* by xy__role */
  char *opening;     /* between the last turn and the cut */
  char *lead;        /* between the cut and the answer: scored with it */
  bool plain;        /* the prompt alone: lm-evaluation-harness's boundary rule holds */
  bool trim, nested; /* see formats.yaml */
  bool own;          /* made for one caller, of a pattern; built-in ones live as long as the program */
} xy__format;

/* The prompt alone. */
const xy__format *xy__format_plain(void);
/* The same for a prompt that another format laid out: the boundary rule is that of formats. */
const xy__format *xy__format_laid_out(void);

/* The built-in format of that name, or the format that a pattern is; NULL: plain. Caller closes with xy__format_close.
 * An unknown name is XY_ERR_NOT_FOUND, a pattern that is none XY_ERR_ARGUMENT. */
int xy__format_open(const xy__format **out, const char *name_or_pattern, xy_error *err);
void xy__format_close(const xy__format *format); /* takes NULL */

/* Appends the conversation, up to where the answer begins. `end` is the text of the end token, "" for none. A turn that
 * the format cannot express is XY_ERR_UNSUPPORTED. */
int xy__format_lay_out(xy__text *out, const xy__format *format, const xy__turn *turns, size_t n, const char *end,
                       xy_error *err);

/* Appends the text of a turn: as it is, or trimmed where the format trims. */
void xy__format_add_text(xy__text *out, const xy__format *format, const char *text);

#endif
