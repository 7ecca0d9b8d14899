/* The decoder of tokenizer.json: tokens -> text. What a decoder is asked and xylem has no rules for is no fault of a
 * file that is only ever encoded with: it is told when decoding is asked for.
 */
#ifndef XY_TOKENIZER_DECODE_H
#define XY_TOKENIZER_DECODE_H

#include "tokenizer/added.h"

/* Sequences are flattened. Zero-initialise. */
typedef struct xy__decoders {
  struct xy__decoder *items;
  size_t n, capacity;
  bool none;   /* there is no decoder: tokens are joined by spaces */
  int refused; /* XY_OK, or why these cannot be run, with the text for it */
  char *why;
} xy__decoders;

/* From the "decoder" member (may be null). Fails for want of memory alone. xy__decoders_dispose takes half-read ones.
 */
int xy__decoders_read(xy__decoders *out, const json_t *json, const char *file, xy_error *err);
void xy__decoders_dispose(xy__decoders *decoders);

/* What xy_tokenizer_decode promises. Thread-safe. */
int xy__decode(char **text, size_t *bytes, const xy__decoders *decoders, const xy__vocabulary *vocabulary,
               const xy__added *added, const int32_t *ids, size_t n, bool special, xy_error *err);

#endif
