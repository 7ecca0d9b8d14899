/* The fingerprint of a checkpoint: SHA-256 over a canonical text, a line each for
 *   the rules' version, what was understood of config.json, and the digests of config.json, of tokenizer.json ("none"
 *   where there is none) and of every weight file, sorted.
 * Names and places of files do not enter, so that moving or renaming a checkpoint keeps its fingerprint. What was
 * understood enters beside the bytes, so that scores made under a wrong reading of a config are never taken for those
 * of a later, corrected one.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "model/internal.h"

size_t xy__model_files(const xy_model *model) { return model->store->n_files; }

const char *xy__model_file_identity(const xy_model *model, size_t i) { return model->store->files[i].identity; }

/* Hashes a mapped file in steps and lets go of the pages behind it: a large checkpoint would otherwise count against
 * the memory of this process. Leaves the digest empty when out of memory. */
static void hash_file(xy__weight_file *file) {
  const size_t step = (size_t)8 << 20;
  xy__digest *digest = xy__digest_new();
  if (digest == NULL) return;
  for (size_t at = 0; at < file->map.size; at += step) {
    size_t n = file->map.size - at < step ? file->map.size - at : step;
    xy__digest_add(digest, file->map.data + at, n);
    (void)madvise((void *)(uintptr_t)(file->map.data + at), n, MADV_DONTNEED);
  }
  xy__digest_end(file->digest, digest);
}

int xy__model_file_digest(const char **out, xy_model *model, size_t i, xy_error *err) {
  xy__weight_file *file = &model->store->files[i];
  if (file->digest[0] == '\0') hash_file(file);
  if (file->digest[0] == '\0') return xy__fail_memory(err, file->path);
  *out = file->digest;
  return XY_OK;
}

int xy__model_set_file_digest(xy_model *model, size_t i, const char *hex) {
  if (strlen(hex) != XY__DIGEST_HEX - 1 || strspn(hex, "0123456789abcdef") != XY__DIGEST_HEX - 1)
    return XY_ERR_ARGUMENT;
  memcpy(model->store->files[i].digest, hex, XY__DIGEST_HEX);
  return XY_OK;
}

static void add_config(xy__text *out, const xy_model *model) {
  const xy__config *c = &model->config;
  xy__text_addf(out, "%s V%lld D%lld H%lld G%lld K%lld F%lld L%lld context %lld\n", c->architecture, (long long)c->V,
                (long long)c->D, (long long)c->H, (long long)c->G, (long long)c->K, (long long)c->F, (long long)c->L,
                (long long)c->context);
  xy__text_addf(out, "rms %d eps %a activation %d gated %d parallel %d interleaved %d tied %d rotary %lld scale %a\n",
                c->rms, c->norm_eps, (int)c->activation, c->gated, c->parallel, c->interleaved_qkv, c->tied,
                (long long)c->rotary, c->rotary_scale);
  for (int64_t i = 0; i < c->rotary / 2; i++) xy__text_addf(out, "%a ", (double)c->inverse_frequency[i]);
  for (int64_t l = 0; l < c->L; l++) {
    xy__text_addf(out, "\nblock window %lld scale %a", (long long)model->blocks[l].window,
                  model->blocks[l].attention_scale);
  }
  xy__text_add(out, "\n");
}

static int add_tokenizer(xy__text *out, const xy_model *model, xy_error *err) {
  char hex[XY__DIGEST_HEX] = "none";
  xy__file_map map = {0};
  if (model->store->tokenizer_path != NULL) {
    int rc = xy__file_map_open(&map, model->store->tokenizer_path, err);
    if (rc != XY_OK) return rc;
    xy__digest_of(hex, map.data, map.size);
    xy__file_map_dispose(&map);
  }
  xy__text_addf(out, "tokenizer %s\n", hex);
  return XY_OK;
}

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

static int add_weights(xy__text *out, xy_model *model, xy_error *err) {
  size_t n = model->store->n_files;
  xy__weight_file *files = model->store->files;
  char(*digests)[XY__DIGEST_HEX] = xy__array(n, sizeof *digests);
  int rc = digests == NULL ? xy__fail_memory(err, model->path) : XY_OK;
#pragma omp parallel for schedule(dynamic) if (n > 1)
  for (size_t i = 0; i < n; i++) {
    if (files[i].digest[0] == '\0') hash_file(&files[i]);
  }
  for (size_t i = 0; rc == XY_OK && i < n; i++) {
    const char *hex = NULL;
    rc = xy__model_file_digest(&hex, model, i, err);
    if (rc == XY_OK) memcpy(digests[i], hex, XY__DIGEST_HEX);
  }
  if (rc == XY_OK) {
    qsort(digests, n, sizeof *digests, by_text);
    for (size_t i = 0; i < n; i++) xy__text_addf(out, "weights %s\n", digests[i]);
  }
  free(digests);
  return rc;
}

int xy_model_fingerprint(const char **out, xy_model *model, xy_error *err) {
  xy__error_clear(err);
  struct xy__model_store *store = model->store;
  if (store->fingerprint[0] == '\0') {
    xy__text text = {0};
    char hex[XY__DIGEST_HEX];
    xy__text_add(&text, "xylem checkpoint 1\n");
    add_config(&text, model);
    xy__digest_of(hex, store->config_text, store->config_bytes);
    xy__text_addf(&text, "config %s\n", hex);
    int rc = add_tokenizer(&text, model, err);
    if (rc == XY_OK) rc = add_weights(&text, model, err);
    if (rc == XY_OK && text.failed) rc = xy__fail_memory(err, model->path);
    if (rc == XY_OK) xy__digest_of(store->fingerprint, text.data, text.size);
    xy__text_dispose(&text);
    if (rc != XY_OK) return rc;
  }
  *out = store->fingerprint;
  return XY_OK;
}

int xy__model_weights_digest(const char **out, xy_model *model, xy_error *err) {
  if (xy__model_lacks(model) > 0 || model->store->n_files == 0) {
    *out = "";
    return XY_OK;
  }
  xy__text text = {0};
  char hex[XY__DIGEST_HEX];
  int rc = add_weights(&text, model, err);
  if (rc == XY_OK && text.failed) rc = xy__fail_memory(err, model->path);
  if (rc == XY_OK) {
    xy__digest_of(hex, text.data, text.size);
    *out = xy__model_keep(model, hex);
    if (*out == NULL) rc = xy__fail_memory(err, model->path);
  }
  xy__text_dispose(&text);
  return rc;
}
