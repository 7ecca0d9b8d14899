/* tokenizer.json -> token ids and back, exactly as Hugging Face tokenizers. src/ask builds requests on it. */
#ifndef XY_TOKENIZER_TOKENIZER_H
#define XY_TOKENIZER_TOKENIZER_H

#include "base/error.h"
#include "tokenizer/ids.h"

/* Appends the ids of text[0..bytes) to *out. With `special`, the post-processor's tokens are added. Thread-safe for
 * one tokenizer shared by many threads. */
int xy__tokenizer_append(xy__ids *out, const xy_tokenizer *tokenizer, const char *text, size_t bytes, bool special,
                         xy_error *err);

/* As xy_tokenizer_open, from the text of a tokenizer.json in memory (copied); `name` is for messages. Nothing beside it
 * is read, so no start or end token is known. Caller frees with xy_tokenizer_free. */
int xy__tokenizer_parse(xy_tokenizer **out, const char *text, size_t bytes, const char *name, xy_error *err);

/* Ids of the start and end tokens as the tokenizer's own files name them (tokenizer_config.json,
 * special_tokens_map.json beside it); -1 where there is none. */
int64_t xy__tokenizer_bos(const xy_tokenizer *tokenizer);
int64_t xy__tokenizer_eos(const xy_tokenizer *tokenizer);

/* Whether the tokenizer writes this character (UTF-8) with its token for unknown ones, or not at all. White space,
 * which tokenizers may drop, is never lost. XY_OK, or an error. */
int xy__tokenizer_loses(bool *out, const xy_tokenizer *tokenizer, const char *character, size_t bytes, xy_error *err);

/* What the post-processor puts in front of a text: ids, n of them (0 for GPT-NeoX, <s> for Llama). Borrowed. */
size_t xy__tokenizer_prefix(const int32_t **ids, const xy_tokenizer *tokenizer);

/* Number of ids (largest id + 1), and the text of a token ("" when unknown), as stored in the file. */
int64_t xy__tokenizer_size(const xy_tokenizer *tokenizer);
const char *xy__tokenizer_text(const xy_tokenizer *tokenizer, int32_t id);

/* "byte-level BPE, 50,254 tokens, 25 added" and the SHA-256 of the file(s); borrowed. */
const char *xy__tokenizer_summary(const xy_tokenizer *tokenizer);
const char *xy__tokenizer_digest(const xy_tokenizer *tokenizer);

#endif
