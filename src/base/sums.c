/* See sums.h. */
#include "base/sums.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/filekind.h"
#include "base/output.h"

enum { hex_digits = XY__DIGEST_HEX - 1 };

void xy__sums_dispose(xy__sums *sums) {
  free(sums->list);
  xy__arena_dispose(&sums->arena);
  *sums = (xy__sums){0};
}

int xy__file_digest(char hex[XY__DIGEST_HEX], const char *path, xy_error *err) {
  enum { block = 1 << 16 };
  int rc = xy__filekind_regular(path, err); /* a list of digests may name a device that never ends */
  if (rc != XY_OK) return rc;
  FILE *file = fopen(path, "rbe");
  if (file == NULL) {
    int code = errno == ENOENT ? XY_ERR_NOT_FOUND : XY_ERR_IO;
    return xy__fail(err, code, "%s: cannot open: %s", path, strerror(errno));
  }
  char *data = malloc(block);
  xy__digest *digest = xy__digest_new();
  bool room = data != NULL && digest != NULL;
  for (size_t got = block; room && got == block;) {
    got = fread(data, 1, block, file);
    xy__digest_add(digest, data, got);
  }
  if (!room) rc = xy__fail_memory(err, path);
  if (room && ferror(file)) rc = xy__fail(err, XY_ERR_IO, "%s: cannot read: %s", path, strerror(errno));
  if (digest != NULL) xy__digest_end(hex, digest);
  free(data);
  (void)fclose(file);
  return rc;
}

static struct xy__sum *find(const xy__sums *sums, const char *path) {
  for (size_t i = 0; i < sums->n; i++) {
    if (strcmp(sums->list[i].path, path) == 0) return &sums->list[i];
  }
  return NULL;
}

const struct xy__sum *xy__sums_find(const xy__sums *sums, const char *path) { return find(sums, path); }

/* False when out of memory. */
static bool add(xy__sums *sums, const char *path, size_t length, const char *hex) {
  struct xy__sum sum = {.path = xy__arena_copy(&sums->arena, path, length)};
  memcpy(sum.hex, hex, hex_digits);
  if (sum.path == NULL || !xy__grow(&sums->list, &sums->capacity, sums->n, sizeof *sums->list)) return false;
  sums->list[sums->n++] = sum;
  return true;
}

static int read_lines(xy__sums *out, const char *text, const char *name, xy_error *err) {
  for (int number = 1; *text != '\0'; number++) {
    size_t length = strcspn(text, "\n");
    bool good = length > hex_digits + 2 && strspn(text, "0123456789abcdef") == hex_digits &&
                memcmp(text + hex_digits, "  ", 2) == 0;
    if (!good) return xy__fail(err, XY_ERR_FORMAT, "%s:%d: expected a digest, two spaces and a file", name, number);
    if (!add(out, text + hex_digits + 2, length - hex_digits - 2, text)) return xy__fail_memory(err, name);
    text += length + (text[length] == '\n');
  }
  return XY_OK;
}

int xy__sums_read(xy__sums *out, const char *folder, xy_error *err) {
  char *name = xy__path_join(folder, XY__SUMS_NAME);
  if (name == NULL) return xy__fail_memory(err, folder);
  char *text = NULL;
  size_t bytes;
  xy__sums made = {0};
  int rc = xy__file_read(&text, &bytes, name, err);
  if (rc == XY_OK) rc = read_lines(&made, text, name, err);
  if (rc == XY_OK) {
    *out = made;
  } else {
    xy__sums_dispose(&made);
  }
  free(text);
  free(name);
  return rc;
}

static int by_path(const void *a, const void *b) {
  return strcmp(((const struct xy__sum *)a)->path, ((const struct xy__sum *)b)->path);
}

int xy__sums_write(xy__sums *sums, const char *folder, xy_error *err) {
  xy__text text = {0};
  if (sums->n > 0) qsort(sums->list, sums->n, sizeof *sums->list, by_path);
  for (size_t i = 0; i < sums->n; i++) xy__text_addf(&text, "%s  %s\n", sums->list[i].hex, sums->list[i].path);
  char *name = xy__path_join(folder, XY__SUMS_NAME);
  int rc = name == NULL || text.failed ? xy__fail_memory(err, folder) : xy__file_write(name, text.data, text.size, err);
  xy__text_dispose(&text);
  free(name);
  return rc;
}

int xy__sums_add(xy__sums *sums, const char *folder, const char *path, xy_error *err) {
  char hex[XY__DIGEST_HEX];
  char *name = xy__path_join(folder, path);
  int rc = name == NULL ? xy__fail_memory(err, path) : xy__file_digest(hex, name, err);
  free(name);
  if (rc != XY_OK) return rc;
  struct xy__sum *known = find(sums, path);
  if (known != NULL) {
    memcpy(known->hex, hex, sizeof hex);
    return XY_OK;
  }
  return add(sums, path, strlen(path), hex) ? XY_OK : xy__fail_memory(err, path);
}

bool xy__sum_holds(const struct xy__sum *sum, const char *folder) {
  char hex[XY__DIGEST_HEX];
  char *name = xy__path_join(folder, sum->path);
  bool same = name != NULL && xy__file_digest(hex, name, NULL) == XY_OK && strcmp(hex, sum->hex) == 0;
  free(name);
  return same;
}
