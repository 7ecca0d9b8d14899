/* A call of xy__engine_continue in hand. */
#ifndef XY_ENGINE_DECODE_INTERNAL_H
#define XY_ENGINE_DECODE_INTERNAL_H

#include "engine/decode/decode.h"
#include "engine/decode/pages.h"
#include "engine/pass/pass.h"

/* A prompt whose samples have not all begun. */
typedef struct xy__walked {
  size_t prompt;
  int32_t *pages; /* [n_pages] */
  int32_t n_pages;
  int32_t begun;    /* samples */
  xy__token *first; /* [samples] */
} xy__walked;

/* A text that grows. */
typedef struct xy__growing {
  size_t prompt;
  int32_t sample, n;
  int32_t *ids; /* [max_new], n of them there */
  float *logprobs;
  float **pages;     /* [groups] of keys and values, n_pages of them there */
  int32_t *page_ids; /* [groups] */
  int32_t n_pages;
  int32_t promised; /* pages that it may still take */
} xy__growing;

/* Sizes of a call, fixed before anything is allocated. */
typedef struct xy__decode_sizes {
  int64_t rows;    /* texts that grow at once */
  int64_t prompts; /* walked at once, at most */
  int64_t nodes;   /* of a walk, at most, unless one prompt alone has more */
  int64_t groups;  /* pages of the longest text */
  int32_t pages;
} xy__decode_sizes;

typedef struct xy__decode {
  const xy_model *model;
  const xy__prompt *prompts; /* [n_prompts], borrowed like options */
  size_t n_prompts;
  const xy__decode_options *options;
  const xy_decoding *decoding;
  xy__decode_sizes sizes;
  xy__geometry geometry;
  xy__pass pass;
  xy__pages pages;
  size_t *order;      /* [n_prompts] sorted by ids */
  size_t next;        /* in it: the first prompt that has not been walked */
  xy__walked *walked; /* [sizes.prompts], the first of n_walked is next */
  int64_t n_walked, at_walked;
  xy__growing *growing; /* [sizes.rows], n_growing of them */
  int64_t n_growing;
  int64_t promised;      /* pages, to all that grow */
  float *residual;       /* [workers][M, D] */
  int32_t *position;     /* [rows] */
  float *logits;         /* [rows, V] */
  xy__token *tokens;     /* [rows] */
  xy__sampler *samplers; /* [workers] */
  double done;           /* texts, for progress */
} xy__decode;

/* Pages of keys and values that a sample of the prompt takes for itself, at most. */
int64_t xy__decode_own_pages(const xy__decode *d, size_t prompt);

/* Walks the next prompts, as many as fit, and draws the first token of all their samples; none where none fits. Needs
 * an empty queue of walked ones. */
int xy__decode_walk(xy__decode *d, xy_error *err);

/* Takes all growing texts a token further: tokens[row]. */
int xy__decode_step(xy__decode *d, xy_error *err);

/* The head over `n` rows of a residual stream, whose logits stand in `logits` afterwards; n <= rows. */
int xy__decode_head(xy__decode *d, const float *residual, const int32_t *row, int64_t n, xy_error *err);

/* Decides the sizes and makes the geometry. */
int xy__decode_sizes_make(xy__decode *d, xy_error *err);

int xy__decode_report(xy__decode *d, xy_error *err);

#endif
