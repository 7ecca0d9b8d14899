/* Checkpoints and tokenizers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/container/container.h"
#include "targets.h"
#include "tokenizer/tokenizer.h"

static bool run_safetensors(const char *path, const uint8_t *data, size_t size) {
  (void)path;
  xy__arena arena = {0};
  xy__entry *entries = NULL;
  size_t n = 0;
  xy_error err = {0};
  bool accepted = xy__container_safetensors.parse(&entries, &n, &arena, data, size, "fuzz", &err) == XY_OK;
  for (size_t i = 0; accepted && i < n; i++) {
    if (entries[i].readable) (void)xy__tensor_check_finite(&entries[i].tensor, &err);
  }
  free(entries);
  xy__arena_dispose(&arena);
  return accepted;
}
const xy__fuzz_target xy__fuzz_safetensors = {"safetensors", NULL, run_safetensors};

static bool read_model(const char *path, int (*open)(xy_model **out, const char *name, xy_error *err)) {
  static char folder[512];
  size_t n = (size_t)(strrchr(path, '/') - path);
  memcpy(folder, path, n);
  folder[n] = '\0';
  xy_model *model;
  xy_error err;
  if (open(&model, folder, &err) != XY_OK) return false;
  xy_model_info info;
  if (xy__model_info(&info, model, &err) == XY_OK) {
    for (size_t i = 0; i < info.n_notes; i++) xy__fuzz_read(info.notes[i]);
  }
  xy_model_free(model);
  return true;
}

static bool run_index(const char *path, const uint8_t *data, size_t size) {
  static const char *const shards[] = {"config.json",
                                       "model-00001-of-00005.safetensors",
                                       "model-00002-of-00005.safetensors",
                                       "model-00003-of-00005.safetensors",
                                       "model-00004-of-00005.safetensors",
                                       "model-00005-of-00005.safetensors"};
  (void)data;
  (void)size;
  for (size_t i = 0; i < sizeof shards / sizeof *shards; i++) {
    char source[128];
    snprintf(source, sizeof source, "model/data/llama_f16_shards/%s", shards[i]);
    xy__fuzz_copy(path, shards[i], source);
  }
  return read_model(path, xy_model_open);
}
const xy__fuzz_target xy__fuzz_index = {"index", "model.safetensors.index.json", run_index};

/* With the weights of the Llama that the seeds describe, and without any. */
static bool run_config(const char *path, const uint8_t *data, size_t size) {
  (void)data;
  (void)size;
  xy__fuzz_copy(path, "model.safetensors", "model/data/llama_gqa_tied/model.safetensors");
  bool opened = read_model(path, xy_model_open);
  return read_model(path, xy__model_open_shapes) || opened;
}
const xy__fuzz_target xy__fuzz_config = {"config", "config.json", run_config};

/* A tokenizer.json, a NUL byte, and a text to encode with it, and to decode again. */
static bool run_tokenizer(const char *path, const uint8_t *data, size_t size) {
  (void)path;
  const uint8_t *nul = size > 0 ? memchr(data, 0, size) : NULL;
  size_t json = nul != NULL ? (size_t)(nul - data) : size;
  xy_tokenizer *tokenizer = NULL;
  xy_error err = {0};
  if (xy__tokenizer_parse(&tokenizer, (const char *)data, json, "fuzz", &err) != XY_OK) return false;
  int32_t *ids = NULL;
  size_t n = 0;
  const char *text = nul != NULL ? (const char *)nul + 1 : "the answer";
  size_t bytes = nul != NULL ? size - json - 1 : strlen(text);
  if (xy_tokenizer_encode(&ids, &n, tokenizer, text, bytes, true, &err) == XY_OK) {
    for (size_t i = 0; i < n; i++) {
      if (ids[i] < 0 || ids[i] >= xy__tokenizer_size(tokenizer)) abort(); /* no id that the model could not look up */
    }
    char *decoded = NULL;
    if (xy_tokenizer_decode(&decoded, &bytes, tokenizer, ids, n, true, &err) == XY_OK) xy__fuzz_read(decoded);
    xy_free(decoded);
    xy_free(ids);
  }
  xy_tokenizer_free(tokenizer);
  return true;
}
const xy__fuzz_target xy__fuzz_tokenizer = {"tokenizer", NULL, run_tokenizer};
