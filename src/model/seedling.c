/* The built-in checkpoints: files "seedling/STAGE/…" embedded in the program, written out on first use, since weights
 * are mapped from files.
 *
 * They go to XDG_CACHE_HOME/xylem/seedling-DIGEST/STAGE (~/.cache by default), where DIGEST is over every embedded
 * file of the family: another version of xylem uses another folder. What is there is compared with what is embedded,
 * byte by byte, on every use, and each file is replaced atomically where it differs, so that processes may race.
 */
#include <stdlib.h>
#include <string.h>

#include "base/output.h"
#include "model/internal.h"

static int family_digest(char hex[XY__DIGEST_HEX], xy_error *err) {
  xy__digest *digest = xy__digest_new();
  if (digest == NULL) return xy__fail_memory(err, "seedling");
  for (const xy__embedded *e = xy__embedded_table; e->name != NULL; e++) {
    if (!xy__begins_with(e->name, "seedling/")) continue;
    xy__digest_add(digest, e->name, strlen(e->name) + 1);
    char part[XY__DIGEST_HEX];
    xy__digest_of(part, e->data, (size_t)(e->end - e->data));
    xy__digest_add(digest, part, sizeof part);
  }
  xy__digest_end(hex, digest);
  return XY_OK;
}

static bool same_content(const char *path, const xy__embedded *file) {
  xy__file_map map = {0};
  size_t size = (size_t)(file->end - file->data);
  if (xy__file_map_open(&map, path, NULL) != XY_OK) return false;
  bool same = map.size == size && (size == 0 || memcmp(map.data, file->data, size) == 0);
  xy__file_map_dispose(&map);
  return same;
}

static int write_stage(const char *folder, const char *start, xy_error *err) {
  int rc = xy__folder_make(folder, err);
  for (const xy__embedded *e = xy__embedded_table; rc == XY_OK && e->name != NULL; e++) {
    if (!xy__begins_with(e->name, start)) continue;
    char *path = xy__path_join(folder, e->name + strlen(start));
    if (path == NULL) return xy__fail_memory(err, folder);
    if (!same_content(path, e)) rc = xy__file_write(path, (const char *)e->data, (size_t)(e->end - e->data), err);
    free(path);
  }
  if (rc != XY_OK) (void)xy__hint(err, rc, "set XDG_CACHE_HOME to a folder that can be written to");
  return rc;
}

/* Appends the cache folder; false when the environment names none. */
static bool cache_folder(xy__text *out) {
  const char *cache = getenv("XDG_CACHE_HOME");
  const char *home = getenv("HOME");
  if (cache != NULL && cache[0] == '/') {
    xy__text_add(out, cache);
  } else if (home != NULL && home[0] != '\0') {
    xy__text_addf(out, "%s/.cache", home);
  } else {
    return false;
  }
  return true;
}

/* "base, sft, dpo" */
static void list_stages(xy__text *out) {
  for (const xy__embedded *e = xy__embedded_table; e->name != NULL; e++) {
    if (!xy__begins_with(e->name, "seedling/")) continue;
    const char *stage = e->name + strlen("seedling/");
    const char *slash = strchr(stage, '/');
    if (slash == NULL || strcmp(slash, "/config.json") != 0) continue;
    xy__text_addf(out, "%s%.*s", out->size > 0 ? ", " : "", (int)(slash - stage), stage);
  }
}

static int fail_unknown(const char *name, xy_error *err) {
  xy__text stages = {0};
  list_stages(&stages);
  int rc = xy__fail(err, XY_ERR_NOT_FOUND, "%s: expected one of the built-in checkpoints seedling/…: %s", name,
                    stages.size > 0 ? stages.data : "none is built in");
  xy__text_dispose(&stages);
  return rc;
}

int xy__seedling_folder(char **out, const char *name, xy_error *err) {
  xy__text start = {0}; /* "seedling/STAGE/" */
  xy__text config = {0};
  xy__text folder = {0};
  char digest[XY__DIGEST_HEX];
  int rc;
  xy__text_addf(&start, "%s/", name);
  xy__text_addf(&config, "%sconfig.json", start.failed ? "" : start.data);
  if (start.failed || config.failed) {
    rc = xy__fail_memory(err, name);
    goto out;
  }
  if (xy__embedded_find(config.data) == NULL) {
    rc = fail_unknown(name, err);
    goto out;
  }
  if (!cache_folder(&folder)) {
    xy__fail(err, XY_ERR_IO, "%s: no folder to unpack it into", name);
    rc = xy__hint(err, XY_ERR_IO, "set XDG_CACHE_HOME or HOME");
    goto out;
  }
  rc = family_digest(digest, err);
  if (rc != XY_OK) goto out;
  xy__text_addf(&folder, "/xylem/seedling-%.16s/%s", digest, name + strlen("seedling/"));
  if (folder.failed) {
    rc = xy__fail_memory(err, name);
    goto out;
  }
  rc = write_stage(folder.data, start.data, err);
  if (rc != XY_OK) goto out;
  *out = folder.data; /* handed over */
  folder = (xy__text){0};
out:
  xy__text_dispose(&start);
  xy__text_dispose(&config);
  xy__text_dispose(&folder);
  return rc;
}
