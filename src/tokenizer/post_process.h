/* The post-processor of tokenizer.json for a single text: which ids it puts in front and behind. */
#ifndef XY_TOKENIZER_POST_PROCESS_H
#define XY_TOKENIZER_POST_PROCESS_H

#include "tokenizer/added.h"
#include "tokenizer/ids.h"

/* Zero-initialise; freed with free(prefix.ids) and free(suffix.ids). */
typedef struct xy__surround {
  xy__ids prefix, suffix;
} xy__surround;

/* From the "post_processor" member (may be null). */
int xy__post_processor_read(xy__surround *out, const json_t *json, const xy__added *added,
                            const xy__vocabulary *vocabulary, const char *file, xy_error *err);

#endif
