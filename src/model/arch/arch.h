/* Architectures, a file each: what config.json and the names of tensors mean. The tools with which such a file fills a
 * model's description are here too.
 */
#ifndef XY_MODEL_ARCH_ARCH_H
#define XY_MODEL_ARCH_ARCH_H

#include "model/internal.h"

/* A model being built. The first failure sticks: every later call does nothing, and `rc` is checked once. */
typedef struct xy__model_builder {
  xy_model *model;
  const char *prefix; /* of the tensors below the output head: "model." or "" */
  xy_error *err;
  int rc;
} xy__model_builder;

typedef struct xy__arch {
  const char *model_type; /* of config.json */
  void (*build)(xy__model_builder *b);
} xy__arch;

/* The table: a row NAME is xy__arch_NAME, which NAME.c defines. */
#define XY__ARCHS(row) row(gpt_neox) row(gpt2) row(llama) row(mistral) row(qwen2) row(olmo2)
#define XY__ARCH_DECLARED(name) extern const xy__arch xy__arch_##name;
XY__ARCHS(XY__ARCH_DECLARED)

/* Fails the build about a key of config.json: "DIR/config.json: KEY: …". */
void xy__build_fail(xy__model_builder *b, int code, const char *key, const char *format, ...) XY__PRINTF(4, 5);

/* Members of config.json. A missing or null one gives `fallback`; sizes must be positive and fit 32 bits, and are
 * required when their fallback is 0. */
bool xy__config_has(const xy__model_builder *b, const char *key); /* not missing, perhaps null */
int64_t xy__config_size(xy__model_builder *b, const char *key, int64_t fallback);
double xy__config_real(xy__model_builder *b, const char *key, double fallback);
bool xy__config_flag(xy__model_builder *b, const char *key, bool fallback);
void xy__config_activation(xy__model_builder *b, const char *key, const char *fallback);

/* hidden size, heads and the like agree with one another. */
void xy__config_check_heads(xy__model_builder *b);

/* Rotary embeddings on the first `partial` of each head by config.json's rope keys, both spellings (rope.c). */
typedef struct xy__rope_keys {
  const char *base, *partial; /* keys of the 2023 spelling; partial NULL: this architecture rotates whole heads */
  double default_partial;
} xy__rope_keys;
void xy__build_rope(xy__model_builder *b, const xy__rope_keys *keys);

/* Sets the prefix to `prefix`, or to "" where the file has `probe` without it. */
void xy__build_prefix(xy__model_builder *b, const char *prefix, const char *probe);

/* The tensor of this name, of shape [rows, columns] ([rows] when columns is 0). A missing or misshapen one, or one of
 * an unreadable dtype, fails the build. The full name is PREFIX + name, in which # stands for `layer`. */
const xy__tensor *xy__take(xy__model_builder *b, const char *name, int64_t layer, int64_t rows, int64_t columns);

/* PREFIX, `name` and ".weight", ".bias". */
xy__norm xy__take_norm(xy__model_builder *b, const char *name, int64_t layer, int64_t size, bool bias);

/* Part `i` of a linear map with `out` outputs. */
typedef struct xy__part {
  const char *name;
  int64_t out;
} xy__part;
xy__linear xy__take_linear(xy__model_builder *b, const xy__part *parts, int n, int64_t layer, int64_t in, bool bias,
                           bool in_out);

/* Makes the model's n blocks, empty. */
void xy__take_blocks(xy__model_builder *b, int64_t n);

/* Embedding and output head: `embedding` below the prefix, `head` a whole name, or `other_head` (NULL: none) where the
 * file has that instead. Tied ones as Transformers 5 has them: one of both suffices, and two that differ stay two. */
void xy__take_vocabulary(xy__model_builder *b, const char *embedding, const char *head, const char *other_head);

/* Leftover buffers of old versions that this architecture knows: tensors whose name ends so are passed over. Ends
 * with NULL. */
void xy__pass_over(xy__model_builder *b, const char *const *endings);

#endif
