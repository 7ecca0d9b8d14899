/* Private to src/model: what a model owns, and the tools with which an architecture file fills its description. */
#ifndef XY_MODEL_INTERNAL_H
#define XY_MODEL_INTERNAL_H

#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "model/container/safetensors.h"
#include "model/model.h"

typedef struct xy__weight_file {
  const char *path, *identity;
  xy__file_map map;
  char digest[XY__DIGEST_HEX]; /* "" until known */
} xy__weight_file;

struct xy__model_store {
  xy__arena arena;
  size_t n_files;
  xy__weight_file *files;
  size_t n_entries, entries_capacity;
  xy__entry *entries;       /* of all files */
  xy__map names;            /* tensor name -> index of entries */
  const char *weights_path; /* model.safetensors or its index: named when a tensor is missing */
  const char *config_path;  /* config.json */
  const char *config_text;  /* its bytes */
  size_t config_bytes;
  json_t *config;
  const char *tokenizer_path; /* or NULL */
  int64_t parameters;         /* distinct weights that the architecture uses */
  size_t n_notes, notes_capacity;
  const char **notes;
  char fingerprint[XY__DIGEST_HEX]; /* "" until known */
};

/* Directory of a checkpoint by name: a directory, a hub id in the local cache, or a built-in one (seedling.c), which
 * is written out first. Caller frees *out with free. */
int xy__locate(char **out, const char *name, xy_error *err);

/* Directory of the built-in checkpoint "seedling/STAGE", made or mended where needed; XY_ERR_NOT_FOUND when there is
 * no such stage. Caller frees *out with free. */
int xy__seedling_folder(char **out, const char *name, xy_error *err);

/* Maps the weight files of `folder` and lists their tensors in the store (weights.c). */
int xy__weights_open(xy_model *model, const char *folder, xy_error *err);

/* ---- for the architecture files -------------------------------------------------------------------------- */

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

extern const xy__arch xy__arch_gpt_neox, xy__arch_gpt2, xy__arch_llama, xy__arch_mistral, xy__arch_qwen2,
    xy__arch_olmo2;

/* Finds config.json's architecture in the table and fills the model's description. */
int xy__build(xy_model *model, xy_error *err);

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
