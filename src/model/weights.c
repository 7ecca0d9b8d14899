/* The weight files of a checkpoint: one file, or the shards that an index names (container/container.h); mapped, their
 * tensors listed by name.
 */
#include <stdlib.h>
#include <string.h>

#include "base/filekind.h"
#include "model/internal.h"

/* Adds a file's tensors to the store; a name may occur once only. */
static int add_entries(struct xy__model_store *store, xy__entry *entries, size_t n, xy_error *err) {
  for (size_t i = 0; i < n; i++) {
    const xy__tensor *tensor = &entries[i].tensor;
    int64_t other;
    if (xy__map_get(&store->names, tensor->name, strlen(tensor->name), &other)) {
      return xy__fail(err, XY_ERR_FORMAT, "%s: tensor %s: is also in %s", tensor->file, tensor->name,
                      store->entries[other].tensor.file);
    }
    if (!xy__grow(&store->entries, &store->entries_capacity, store->n_entries, sizeof *store->entries) ||
        !xy__map_put(&store->names, tensor->name, strlen(tensor->name), (int64_t)store->n_entries)) {
      return xy__fail_memory(err, tensor->file);
    }
    store->entries[store->n_entries++] = entries[i];
  }
  return XY_OK;
}

static int open_file(xy__weight_file *file, struct xy__model_store *store, const xy__container *container,
                     const char *path, xy_error *err) {
  xy__entry *entries = NULL;
  size_t n;
  file->path = xy__arena_string(&store->arena, path);
  if (file->path == NULL) return xy__fail_memory(err, path);
  int rc = xy__model_watch(&file->identity, store, path, err);
  if (rc == XY_OK) rc = xy__file_map_open(&file->map, path, err);
  if (rc == XY_OK) rc = xy__filekind_check(path, file->map.data, file->map.size, true, err);
  if (rc == XY_OK) {
    rc = container->parse(&entries, &n, &store->arena, file->map.data, file->map.size, file->path, err);
  }
  if (rc == XY_OK) rc = add_entries(store, entries, n, err);
  free(entries);
  return rc;
}

static int make_files(struct xy__model_store *store, size_t n, xy_error *err) {
  store->files = xy__array(n, sizeof *store->files);
  if (store->files == NULL) return xy__fail_memory(err, store->weights_path);
  return XY_OK;
}

static int open_single(struct xy__model_store *store, const xy__container *container, xy_error *err) {
  int rc = make_files(store, 1, err);
  if (rc != XY_OK) return rc;
  store->n_files = 1;
  return open_file(&store->files[0], store, container, store->weights_path, err);
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* Distinct file names of a weight map, sorted. Caller frees *out with free; the names belong to the map. */
static int shard_names(const char ***out, size_t *n, const json_t *map, const char *index, xy_error *err) {
  const char **names = xy__array(json_object_size(map), sizeof *names);
  if (names == NULL) return xy__fail_memory(err, index);
  size_t count = 0;
  const char *tensor;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)map, tensor, value) {
    const char *name = json_string_value(value);
    if (name == NULL || name[0] == '\0' || strchr(name, '/') != NULL || name[0] == '.') {
      free(names);
      return xy__fail(err, XY_ERR_FORMAT, "%s: tensor %s: expected the name of a file beside the index", index, tensor);
    }
    names[count++] = name;
  }
  qsort(names, count, sizeof *names, by_name);
  size_t distinct = 0;
  for (size_t i = 0; i < count; i++) {
    if (i == 0 || strcmp(names[i], names[i - 1]) != 0) names[distinct++] = names[i];
  }
  *out = names;
  *n = distinct;
  return XY_OK;
}

/* Every tensor that the index lists is in the file that it names. */
static int check_index(const struct xy__model_store *store, const json_t *map, xy_error *err) {
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)map, name, value) {
    int64_t i;
    bool there = xy__map_get(&store->names, name, strlen(name), &i);
    const char *file = there ? strrchr(store->entries[i].tensor.file, '/') : NULL;
    if (there && strcmp(file != NULL ? file + 1 : store->entries[i].tensor.file, json_string_value(value)) == 0)
      continue;
    return xy__fail(err, XY_ERR_FORMAT, "%s: tensor %s: expected in %s, found in %s", store->weights_path, name,
                    json_string_value(value), there ? store->entries[i].tensor.file : "no file");
  }
  return XY_OK;
}

static int open_shard(struct xy__model_store *store, const xy__container *container, const char *folder,
                      const char *name, xy_error *err) {
  char *path = xy__path_join(folder, name);
  if (path == NULL) return xy__fail_memory(err, name);
  int rc = XY_OK;
  if (!xy__file_exists(path)) {
    rc = xy__fail(err, XY_ERR_NOT_FOUND, "%s: names the file %s, which is not there", store->weights_path, name);
  } else {
    rc = open_file(&store->files[store->n_files++], store, container, path, err);
  }
  free(path);
  return rc;
}

static int open_shards(struct xy__model_store *store, const xy__container *container, const char *folder,
                       xy_error *err) {
  json_t *index = NULL;
  const char **names = NULL;
  size_t n = 0;
  int rc = xy__model_watch(NULL, store, store->weights_path, err);
  if (rc == XY_OK) rc = xy__json_load(&index, store->weights_path, err);
  if (rc != XY_OK) return rc;
  const json_t *map = json_object_get(index, "weight_map");
  if (!json_is_object(map) || json_object_size(map) == 0) {
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: expected a weight_map from tensors to files", store->weights_path);
    goto out;
  }
  rc = shard_names(&names, &n, map, store->weights_path, err);
  if (rc == XY_OK) rc = make_files(store, n, err);
  for (size_t i = 0; rc == XY_OK && i < n; i++) rc = open_shard(store, container, folder, names[i], err);
  if (rc == XY_OK) rc = check_index(store, map, err);
out:
  free(names);
  json_decref(index);
  return rc;
}

int xy__weights_open(xy_model *model, const char *folder, xy_error *err) {
  struct xy__model_store *store = model->store;
  xy__kept_weights kept;
  int rc = xy__container_find(&kept, folder, err);
  if (rc != XY_OK) return rc;
  store->weights_path = xy__arena_string(&store->arena, kept.path);
  free(kept.path);
  if (store->weights_path == NULL) return xy__fail_memory(err, folder);
  if (kept.also[0] != '\0') {
    const char *taken = xy__file_name(store->weights_path);
    rc = xy__model_warn(model, err, "The folder holds %s beside %s, and only %s is read.", kept.also, taken, taken);
    if (rc != XY_OK) return rc;
  }
  return kept.sharded ? open_shards(store, kept.container, folder, err) : open_single(store, kept.container, err);
}
