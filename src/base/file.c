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

#include "base/memory.h"

static int open_for_reading(int *out, size_t *size, const char *path, xy_error *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    int code = errno == ENOENT ? XY_ERR_NOT_FOUND : XY_ERR_IO;
    return xy__fail(err, code, "%s: cannot open: %s", path, strerror(errno));
  }
  struct stat info;
  if (fstat(fd, &info) != 0 || S_ISDIR(info.st_mode)) {
    xy__fail(err, XY_ERR_IO, "%s: expected a file, found a folder", path);
    close(fd);
    return XY_ERR_IO;
  }
  *out = fd;
  *size = info.st_size > 0 ? (size_t)info.st_size : 0;
  return XY_OK;
}

int xy__file_read(char **out, size_t *size, const char *path, xy_error *err) {
  int fd;
  size_t expected;
  int rc = open_for_reading(&fd, &expected, path, err);
  if (rc != XY_OK) return rc;
  xy__text text = {0}; /* grows: pipes and /dev/stdin have no size */
  char *chunk = malloc(1 << 16);
  ssize_t got = -1;
  while (chunk != NULL && (got = read(fd, chunk, 1 << 16)) > 0) xy__text_add_bytes(&text, chunk, (size_t)got);
  int reading = errno;
  free(chunk);
  close(fd);
  xy__text_add(&text, "");
  if (chunk == NULL || text.failed) {
    rc = xy__fail_memory(err, path);
  } else if (got < 0) {
    rc = xy__fail(err, XY_ERR_IO, "%s: cannot read: %s", path, strerror(reading));
  }
  if (rc != XY_OK) {
    xy__text_dispose(&text);
    return rc;
  }
  *out = text.data;
  *size = text.size;
  return XY_OK;
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
  return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

bool xy__is_folder(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
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
