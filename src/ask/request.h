/* (context, continuation) -> token ids and where scoring starts: the boundary, start-token and prompt-format rules
 * of method.md, used by `xylem score` and by audits alike.
 */
#ifndef XY_TOKENIZER_REQUEST_H
#define XY_TOKENIZER_REQUEST_H

#include "base/text.h"
#include "base/turn.h"
#include "tokenizer/tokenizer.h"

/* A prompt format: how a conversation and an answer become one text, and where the cut falls. Built-in ones come from
 * data/formats/formats.yaml (embedded); a pattern that contains "{prompt}" is a format of one user
 * turn, and may contain "{cut}" where the cut does not fall at its end. */
typedef struct xy__format xy__format;
int xy__format_find(const xy__format **out, const char *name, xy_error *err); /* static memory for built-in names */
int xy__format_pattern(xy__format **out, const char *pattern, xy_error *err); /* caller frees with xy__format_free */
void xy__format_free(xy__format *format);
const char *xy__format_name(const xy__format *format);
bool xy__format_plain(const xy__format *format);

typedef enum xy__tail { XY__TAIL_NONE, XY__TAIL_EOS, XY__TAIL_SPACE_EOS } xy__tail;
int xy__tail_parse(xy__tail *out, const char *name, xy_error *err); /* NULL or "": none */

typedef struct xy__request_rules {
  const xy_tokenizer *tokenizer;
  xy_start start; /* XY_START_DEFAULT: of the tokenizer */
  const xy__format *format; /* NULL: plain */
  xy__tail tail;
  int64_t bos, eos; /* the checkpoint's (config.json), used where the tokenizer names none; -1 for none */
} xy__request_rules;

typedef struct xy__request {
  int32_t *ids; /* [n]; caller frees with free */
  int32_t n;
  int32_t first; /* the first scored id; n - first scored tokens, first >= 1 unless `start` is none and the context is
                    empty: then first is 1 and the first token is not scored */
  bool split;    /* the cut fell inside a merged token */
  size_t bytes;  /* of the scored text, UTF-8, white space moved to the continuation included, the tail not */
} xy__request;

/* `prompt` NULL or "" is an empty context, which no format applies to. Where the cut falls inside a merged token
 * (`split`), the plain format gives the context's own tokens and then the rest of the whole's, as
 * lm-evaluation-harness does; a named format keeps the tokens of the whole, as models were trained. `item` names the
 * item in messages. An empty continuation, an unknown token at the start rule, or a context longer than what remains is
 * an error that names the item. */
int xy__request_make(xy__request *out, const xy__request_rules *rules, const char *prompt, const char *continuation,
                     const char *item, xy_error *err);

/* The same for an answer that follows a conversation, laid out as one more turn of the assistant: the format's white
 * space rules hold for it, and what the format puts between the cut and the answer is scored with it. A turn that the
 * format cannot express is XY_ERR_UNSUPPORTED; n is at least 1. */
int xy__request_of_turns(xy__request *out, const xy__request_rules *rules, const xy__turn *turns, size_t n,
                         const char *answer, const char *item, xy_error *err);

/* The text that such a request is made of, its tail left out; *context bytes of it come before the cut. Appends to
 * `out`, which is empty. */
int xy__request_text(xy__text *out, size_t *context, const xy__request_rules *rules, const xy__turn *turns, size_t n,
                     const char *answer, xy_error *err);

/* The same of a prompt and its continuation. rules->tokenizer may be NULL: a format that writes an end token behind the
 * prompt is then XY_ERR_UNSUPPORTED. */
int xy__request_prompt_text(xy__text *out, size_t *context, const xy__request_rules *rules, const char *prompt,
                            const char *continuation, xy_error *err);

/* The number of leading ids of a request for `text` (empty context) that belong to text[0..bytes): where the tokens
 * after an identity term start (mode `predicate`). White space before the cut goes to the continuation. `split` as
 * above. */
int xy__request_cut(int32_t *out, bool *split, const xy__request *request, const xy__request_rules *rules,
                    const char *prompt, const char *text, size_t bytes, const char *item, xy_error *err);

#endif
