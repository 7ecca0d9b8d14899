/* Private to src/model: what a model owns, and the steps of opening one. */
#ifndef XY_MODEL_INTERNAL_H
#define XY_MODEL_INTERNAL_H

#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "model/container/container.h"
#include "model/model.h"

typedef struct xy__weight_file {
  const char *path, *identity;
  xy__file_map map;
  char digest[XY__DIGEST_HEX]; /* "" until known */
} xy__weight_file;

/* A file that the model was read from, and what it was then (watch.c). */
typedef struct xy__watched {
  const char *path, *identity;
} xy__watched;

struct xy__model_store {
  xy__arena arena;
  size_t n_files;
  xy__weight_file *files;
  size_t n_watched, watched_capacity;
  xy__watched *watched;
  size_t n_entries, entries_capacity;
  xy__entry *entries;       /* of all files */
  xy__map names;            /* tensor name -> index of entries */
  const char *weights_path; /* the one weight file, or the index of several: named when a tensor is missing */
  const char *config_path;  /* config.json */
  const char *config_text;  /* its bytes */
  size_t config_bytes;
  json_t *config;
  const char *tokenizer_path; /* or NULL */
  bool shapes_only;           /* there are no files: tensors are as config.json implies them */
  xy__dtype shapes_dtype;
  int64_t parameters; /* distinct weights that the architecture uses */
  size_t n_notes, n_warnings, notes_capacity;
  const char **notes;               /* warnings first */
  char fingerprint[XY__DIGEST_HEX]; /* "" until known */
};

/* Directory of a checkpoint by name: a directory, a hub id in the local cache, or a built-in one (seedling.c), which
 * is written out first. Caller frees *out with free. */
int xy__locate(char **out, const char *name, xy_error *err);

/* Directory of the built-in checkpoint "seedling/STAGE", made or mended where needed; XY_ERR_NOT_FOUND when there is
 * no such stage. Caller frees *out with free. */
int xy__seedling_folder(char **out, const char *name, xy_error *err);

/* Keeps what `path` is before it is read; *identity (which may be NULL) receives that. */
int xy__model_watch(const char **identity, struct xy__model_store *store, const char *path, xy_error *err);

/* Maps the weight files of `folder` and lists their tensors in the store (weights.c). */
int xy__weights_open(xy_model *model, const char *folder, xy_error *err);

/* Finds config.json's architecture in the table and fills the model's description (arch/archs.c). */
int xy__build(xy_model *model, xy_error *err);

#endif
