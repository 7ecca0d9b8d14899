/* See file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/filekind.h"
#include "base/memory.h"

/* A text is read whole, and its parsed form takes several times as much. */
static const size_t text_limit = (size_t)2 << 30;

static int open_for_reading(int *out, size_t *size, const char *path, xy_error *err) {
  int rc = xy__filekind_regular(path, err);
  if (rc != XY_OK) return rc;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat info;
  if (fd < 0 || fstat(fd, &info) != 0) {
    rc = xy__fail(err, XY_ERR_IO, "%s: cannot open: %s", path, strerror(errno));
    if (fd >= 0) close(fd);
    return rc;
  }
  *out = fd;
  *size = info.st_size > 0 ? (size_t)info.st_size : 0;
  return XY_OK;
}

static int fail_large(const char *path, xy_error *err) {
  return xy__fail(err, XY_ERR_UNSUPPORTED, "%s: more than %zu GiB; texts are read up to there", path, text_limit >> 30);
}

static int read_all(xy__text *out, int fd, bool text, const char *path, xy_error *err) {
  enum { CHUNK = 1 << 16 };
  char *chunk = malloc(CHUNK);
  ssize_t got = -1;
  int rc = chunk == NULL ? xy__fail_memory(err, path) : XY_OK;
  while (rc == XY_OK && (got = read(fd, chunk, CHUNK)) > 0) {
    if (out->size == 0 && text) rc = xy__filekind_check(path, chunk, (size_t)got, false, err);
    xy__text_add_bytes(out, chunk, (size_t)got);
    if (out->size > text_limit) rc = fail_large(path, err);
    if (out->failed) rc = xy__fail_memory(err, path);
  }
  if (rc == XY_OK && got < 0) rc = xy__fail(err, XY_ERR_IO, "%s: cannot read: %s", path, strerror(errno));
  free(chunk);
  return rc;
}

static int read_file(char **out, size_t *size, bool is_text, const char *path, xy_error *err) {
  int fd;
  size_t expected;
  int rc = open_for_reading(&fd, &expected, path, err);
  if (rc != XY_OK) return rc;
  xy__text text = {0}; /* grows: pipes and /dev/stdin have no size */
  rc = expected > text_limit ? fail_large(path, err) : read_all(&text, fd, is_text, path, err);
  close(fd);
  xy__text_add(&text, "");
  if (rc == XY_OK && text.failed) rc = xy__fail_memory(err, path);
  if (rc != XY_OK) {
    xy__text_dispose(&text);
    return rc;
  }
  *out = text.data;
  *size = text.size;
  return XY_OK;
}

int xy__file_read(char **out, size_t *size, const char *path, xy_error *err) {
  return read_file(out, size, true, path, err);
}

int xy__file_read_bytes(char **out, size_t *size, const char *path, xy_error *err) {
  return read_file(out, size, false, path, err);
}

int xy__file_map_open(xy__file_map *out, const char *path, xy_error *err) {
  int fd;
  size_t size;
  int rc = open_for_reading(&fd, &size, path, err);
  if (rc != XY_OK) return rc;
  void *data = NULL;
  if (size > 0) {
    data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED) rc = xy__fail(err, XY_ERR_IO, "%s: cannot map: %s", path, strerror(errno));
  }
  close(fd);
  if (rc == XY_OK) *out = (xy__file_map){data, size};
  return rc;
}

void xy__file_map_dispose(xy__file_map *map) {
  if (map->data != NULL) munmap((void *)(uintptr_t)map->data, map->size);
  *map = (xy__file_map){0};
}

int xy__folder_make(const char *path, xy_error *err) {
  char *copy = strdup(path);
  if (copy == NULL) return xy__fail_memory(err, path);
  int rc = XY_OK;
  for (char *c = copy + 1; rc == XY_OK; c++) {
    if (*c != '/' && *c != '\0') continue;
    char kept = *c;
    *c = '\0';
    if (mkdir(copy, 0777) != 0 && !(errno == EEXIST && xy__is_folder(copy))) {
      rc = xy__fail(err, XY_ERR_IO, "%s: cannot make the folder: %s", copy, strerror(errno));
    }
    *c = kept;
    if (kept == '\0') break;
  }
  free(copy);
  return rc;
}

bool xy__file_exists(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 ? !S_ISDIR(info.st_mode) : xy__is_broken_link(path);
}

bool xy__is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

const char *xy__file_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

char *xy__path_join(const char *folder, const char *name) {
  size_t a = strlen(folder);
  size_t b = strlen(name);
  char *path = xy__array(a + b + 2, 1);
  const char *slash = a > 0 && folder[a - 1] != '/' ? "/" : "";
  if (path != NULL) snprintf(path, a + b + 2, "%s%s%s", folder, slash, name);
  return path;
}

const xy__embedded *xy__embedded_find(const char *name) {
  for (const xy__embedded *e = xy__embedded_table; e->name != NULL; e++) {
    if (strcmp(e->name, name) == 0) return e;
  }
  return NULL;
}
