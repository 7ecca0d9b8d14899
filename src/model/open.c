/* Opening and closing a checkpoint: locate the folder, read config.json, map the weights, let the architecture fill
 * the description.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/internal.h"

static int read_config(struct xy__model_store *store, const char *folder, xy_error *err) {
  char *path = xy__path_join(folder, "config.json");
  char *text = NULL;
  if (path == NULL) return xy__fail_memory(err, folder);
  int rc;
  if (!xy__file_exists(path)) {
    rc = xy__folder_refuse(folder, "a Hugging Face checkpoint with its config.json", err);
    goto out;
  }
  store->config_path = xy__arena_string(&store->arena, path);
  rc = xy__model_watch(NULL, store, path, err);
  if (rc == XY_OK) rc = xy__file_read(&text, &store->config_bytes, path, err);
  if (rc != XY_OK) goto out;
  store->config_text = xy__arena_copy(&store->arena, text, store->config_bytes);
  if (store->config_path == NULL || store->config_text == NULL) {
    rc = xy__fail_memory(err, path);
    goto out;
  }
  rc = xy__json_parse(&store->config, text, store->config_bytes, store->config_path, err);
  if (rc == XY_OK && !json_is_object(store->config)) {
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: expected a JSON object", path);
  }
out:
  free(text);
  free(path);
  return rc;
}

static int find_tokenizer(struct xy__model_store *store, const char *folder, xy_error *err) {
  char *path = xy__path_join(folder, "tokenizer.json");
  if (path == NULL) return xy__fail_memory(err, folder);
  bool there = xy__file_exists(path);
  int rc = there ? xy__model_watch(NULL, store, path, err) : XY_OK;
  if (there) store->tokenizer_path = xy__arena_string(&store->arena, path);
  free(path);
  return rc == XY_OK && there && store->tokenizer_path == NULL ? xy__fail_memory(err, folder) : rc;
}

/* The dtype that config.json names. */
static xy__dtype said_dtype(const json_t *config) {
  const char *said = json_string_value(json_object_get(config, "dtype"));
  if (said == NULL) said = json_string_value(json_object_get(config, "torch_dtype"));
  if (said != NULL && strcmp(said, "bfloat16") == 0) return XY__BF16;
  return said != NULL && strcmp(said, "float16") == 0 ? XY__F16 : XY__F32;
}

static int open_weights(xy_model *model, const char *folder, bool shapes_only, xy_error *err) {
  struct xy__model_store *store = model->store;
  if (!shapes_only) return xy__weights_open(model, folder, err);
  store->shapes_only = true;
  store->shapes_dtype = said_dtype(store->config);
  store->weights_path = model->path;
  return XY_OK;
}

static int open_folder(xy_model *model, const char *folder, bool shapes_only, xy_error *err) {
  model->path = xy__arena_string(&model->store->arena, folder);
  if (model->path == NULL) return xy__fail_memory(err, folder);
  int rc = read_config(model->store, folder, err);
  if (rc == XY_OK) rc = open_weights(model, folder, shapes_only, err);
  if (rc == XY_OK) rc = find_tokenizer(model->store, folder, err);
  if (rc == XY_OK) rc = xy__build(model, err);
  return rc;
}

static int open_model(xy_model **out, const char *name, bool shapes_only, xy_error *err) {
  char *folder = NULL;
  int rc = xy__locate(&folder, name, err);
  if (rc != XY_OK) return rc;
  xy_model *model = calloc(1, sizeof *model);
  if (model != NULL) model->store = calloc(1, sizeof *model->store);
  rc =
      model == NULL || model->store == NULL ? xy__fail_memory(err, name) : open_folder(model, folder, shapes_only, err);
  free(folder);
  if (rc != XY_OK) {
    xy_model_free(model);
    return rc;
  }
  *out = model;
  return XY_OK;
}

int xy_model_open(xy_model **out, const char *name, xy_error *err) {
  xy__error_clear(err);
  return open_model(out, name, false, err);
}

int xy__model_open_shapes(xy_model **out, const char *name, xy_error *err) { return open_model(out, name, true, err); }

int64_t xy__model_lacks(const xy_model *model) {
  const struct xy__model_store *store = model->store;
  return store->shapes_only ? store->parameters * xy__dtype_bytes(store->shapes_dtype) : 0;
}

void xy_model_free(xy_model *model) {
  if (model == NULL) return;
  struct xy__model_store *store = model->store;
  if (store != NULL) {
    for (size_t i = 0; i < store->n_files; i++) xy__file_map_dispose(&store->files[i].map);
    free(store->files);
    free(store->watched);
    free(store->entries);
    free(store->notes);
    xy__map_dispose(&store->names);
    json_decref(store->config);
    xy__arena_dispose(&store->arena);
    free(store);
  }
  free(model->blocks);
  free(model);
}

const char *xy__model_tokenizer_path(const xy_model *model) { return model->store->tokenizer_path; }

const char *xy__model_keep(xy_model *model, const char *text) { return xy__arena_string(&model->store->arena, text); }

/* Warnings first. */
static int add_note(xy_model *model, bool warning, xy_error *err, const char *format, va_list args) {
  struct xy__model_store *store = model->store;
  char text[512];
  vsnprintf(text, sizeof text, format, args);
  for (size_t i = 0; i < store->n_notes; i++) {
    if (strcmp(store->notes[i], text) == 0) return XY_OK;
  }
  const char *kept = xy__model_keep(model, text);
  if (kept == NULL || !xy__grow(&store->notes, &store->notes_capacity, store->n_notes, sizeof *store->notes)) {
    return xy__fail_memory(err, model->path);
  }
  size_t at = warning ? store->n_warnings++ : store->n_notes;
  memmove(store->notes + at + 1, store->notes + at, (store->n_notes - at) * sizeof *store->notes);
  store->notes[at] = kept;
  store->n_notes++;
  return XY_OK;
}

int xy__model_note(xy_model *model, xy_error *err, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int rc = add_note(model, false, err, format, args);
  va_end(args);
  return rc;
}

int xy__model_warn(xy_model *model, xy_error *err, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int rc = add_note(model, true, err, format, args);
  va_end(args);
  return rc;
}

size_t xy__model_warnings(const char *const **out, const xy_model *model) {
  *out = model->store->notes;
  return model->store->n_warnings;
}

size_t xy__model_notes(const char *const **out, const xy_model *model) {
  *out = model->store->notes;
  return model->store->n_notes;
}
