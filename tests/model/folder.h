/* Checkpoints to break: a golden one copied into a temporary folder, and small changes to its files. Paths are good
 * until the next call with the same kind; folders are removed by folder_remove.
 */
#ifndef XY_TESTS_MODEL_FOLDER_H
#define XY_TESTS_MODEL_FOLDER_H

#include <dirent.h>

#include "base/file.h"
#include "base/json.h"
#include "base/output.h"
#include "model/model.h"
#include "support.h"

/* "FOLDER/NAME" */
static inline const char *file_in(const char *folder, const char *name) {
  static char paths[4][8192];
  static int next;
  char *path = paths[next++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

static inline void put_file(const char *folder, const char *name, const void *data, size_t size) {
  xy_error err;
  assert_ok(xy__file_write(file_in(folder, name), data, size, &err), err);
}

static inline void put_text(const char *folder, const char *name, const char *text) {
  put_file(folder, name, text, strlen(text));
}

/* An empty folder; caller passes it to folder_remove. */
static inline char *folder_new(void) {
  char *folder = strdup("/tmp/xylem-model-XXXXXX");
  assert_non_null(mkdtemp(folder));
  return folder;
}

/* Copies every file of one folder into another. */
static inline void copy_files(const char *to, const char *from) {
  DIR *stream = opendir(from);
  assert_non_null(stream);
  for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    xy__file_map map = {0};
    xy_error err;
    if (entry->d_name[0] == '.') continue;
    assert_ok(xy__file_map_open(&map, file_in(from, entry->d_name), &err), err);
    put_file(to, entry->d_name, map.data, map.size);
    xy__file_map_dispose(&map);
  }
  closedir(stream);
}

/* A copy of tests/model/data/NAME. */
static inline char *folder_of(const char *name) {
  char below[128];
  snprintf(below, sizeof below, "model/data/%s", name);
  char *folder = folder_new();
  copy_files(folder, tests_path(below));
  return folder;
}

/* Removes a folder with everything in it, and frees its name. */
static inline void folder_remove(char *folder) {
  char command[4400];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  assert_int_equal(system(command), 0); /* NOLINT: our own mkdtemp name */
  free(folder);
}

/* Sets a key of config.json to a JSON value, or removes it when `value` is NULL. */
static inline void set_config(const char *folder, const char *key, const char *value) {
  json_t *config;
  xy_error err;
  assert_ok(xy__json_load(&config, file_in(folder, "config.json"), &err), err);
  if (value == NULL) {
    json_object_del(config, key);
  } else {
    json_t *parsed = json_loads(value, JSON_DECODE_ANY, NULL);
    assert_non_null(parsed);
    json_object_set_new(config, key, parsed);
  }
  char *text = json_dumps(config, JSON_INDENT(2));
  put_text(folder, "config.json", text);
  free(text);
  json_decref(config);
}

/* In a file, replaces the first `from` after the first `anchor` by `to`, of the same length. */
static inline void patch(const char *folder, const char *name, const char *anchor, const char *from, const char *to) {
  char *data;
  size_t size;
  xy_error err;
  assert_int_equal(strlen(from), strlen(to));
  assert_ok(xy__file_read_bytes(&data, &size, file_in(folder, name), &err), err);
  char *at = memmem(data, size, anchor, strlen(anchor));
  assert_non_null(at);
  at = memmem(at, size - (size_t)(at - data), from, strlen(from));
  assert_non_null(at);
  memcpy(at, to, strlen(to)); /* NOLINT(bugprone-not-null-terminated-result): bytes within a file */
  put_file(folder, name, data, size);
  free(data);
}

/* XORs `mask` into the byte that lies `back` bytes before the end of a file. */
static inline void flip(const char *folder, const char *name, size_t back, unsigned char mask) {
  char *data;
  size_t size;
  xy_error err;
  assert_ok(xy__file_read_bytes(&data, &size, file_in(folder, name), &err), err);
  assert_true(back >= 1 && back <= size);
  data[size - back] = (char)(data[size - back] ^ mask);
  put_file(folder, name, data, size);
  free(data);
}

/* Opening `folder` fails with this code and a text that holds `part`. */
static inline void open_fails(const char *folder, int code, const char *part) {
  xy_model *model = NULL;
  xy_error err;
  assert_fails(xy_model_open(&model, folder, &err), code, err, part);
  assert_null(model);
}

#endif
