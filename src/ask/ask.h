/* How a model is asked for a text: what stands before it, in which prompt format, and what ends it. Written once here;
 * token sequences (request.h, sequences.h), the (context, continuation) texts that are written out for scoring
 * elsewhere, and the texts that imported scores are found by are all made of it.
 */
#ifndef XY_ASK_ASK_H
#define XY_ASK_ASK_H

#include "ask/format.h"
#include "bench/bench.h"

/* What ends an answer. */
typedef enum xy__tail { XY__TAIL_NONE, XY__TAIL_EOS, XY__TAIL_SPACE_EOS } xy__tail;
int xy__tail_parse(xy__tail *out, const char *name, xy_error *err); /* NULL or "": none */

/* One text that is asked for. Everything is borrowed. */
typedef struct xy__asked {
  xy__turn prompt;       /* what stands before it, as a user's turn, where `turns` is NULL */
  const xy__turn *turns; /* [n]: the conversation before it */
  size_t n;              /* 0: nothing stands before it */
  const char *continuation;
  bool answer; /* the continuation is the assistant's turn, and the format's white space rules hold for it */
  const xy__format *format;
  xy__tail tail;
} xy__asked;

/* A prompt and its continuation. NULL or "" is an empty context, which no format applies to. */
xy__asked xy__ask_prompt(const char *prompt, const char *continuation, const xy__format *format, xy__tail tail);

/* An answer that follows a conversation of n >= 1 turns, as one more turn of the assistant. */
xy__asked xy__ask_turns(const xy__turn *turns, size_t n, const char *answer, const xy__format *format, xy__tail tail);

/* An option of an item: the answer in its conversation where it has one; with the format and the tail of a stage around
 * its prompt where its task is `prompted`; else as it stands, whatever stands before it. */
xy__asked xy__ask_option(const xy__item *item, const xy__option *option, bool prompted, const xy__format *format,
                         xy__tail tail);

/* The whole text, and where its parts end, in bytes. */
typedef struct xy__asked_text {
  xy__text text;  /* never NULL inside */
  size_t context; /* before what is scored. White space at the end of a plain context is scored with the continuation */
  size_t cut;     /* before the second of two texts (context, continuation), which keep that white space where it is */
  size_t answer;  /* before the continuation as it was given */
  size_t scored;  /* all but the tail */
} xy__asked_text;

/* Writes the text. `end` is the text of the end token, "" where none is known: a format or a tail that writes one is
 * then XY_ERR_UNSUPPORTED, as is a turn that the format cannot express. *out is empty or was written before; caller
 * frees with xy__asked_text_dispose in any case. */
int xy__asked_write(xy__asked_text *out, const xy__asked *asked, const char *end, xy_error *err);
void xy__asked_text_dispose(xy__asked_text *text);

/* Where the identity term of an option ends in the second of its two texts, in bytes; -1 where it has none. */
int64_t xy__asked_identity_end(const xy__asked_text *text, const xy__option *option);

/* The text of an option without a tail, for those who have no tokenizer: a format that writes the end token is
 * XY_ERR_UNSUPPORTED. Errors name benchmark and item. */
int xy__asked_option_text(xy__asked_text *out, const xy_bench *bench, const xy__item *item, const xy__option *option,
                          bool prompted, const xy__format *format, xy_error *err);

#endif
