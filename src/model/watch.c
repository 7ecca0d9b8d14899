/* What a checkpoint's files are, without reading them: a file that is replaced, rewritten or cut while a model is open
 * is noticed by its identity.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/filekind.h"
#include "model/internal.h"

/* "realpath|device|inode|size|mtime_ns|ctime_ns"; the place behind links enters, so that a link that leads elsewhere is
 * another file. */
static int identify(xy__text *out, const char *path, xy_error *err) {
  struct stat info;
  int rc = xy__filekind_regular(path, err);
  if (rc != XY_OK) return rc;
  errno = 0;
  char *real = realpath(path, NULL);
  if (real == NULL || stat(real, &info) != 0) {
    free(real);
    return errno == ENOMEM ? xy__fail_memory(err, path) : xy__fail(err, XY_ERR_IO, "%s: cannot look up the file", path);
  }
  xy__text_addf(out, "%s|%llu|%llu|%lld|%lld%09ld|%lld%09ld", real, (unsigned long long)info.st_dev,
                (unsigned long long)info.st_ino, (long long)info.st_size, (long long)info.st_mtim.tv_sec,
                info.st_mtim.tv_nsec, (long long)info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
  free(real);
  return out->failed ? xy__fail_memory(err, path) : XY_OK;
}

int xy__model_watch(const char **identity, struct xy__model_store *store, const char *path, xy_error *err) {
  xy__text text = {0};
  int rc = identify(&text, path, err);
  if (rc == XY_OK) {
    xy__watched one = {xy__arena_string(&store->arena, path), xy__arena_string(&store->arena, text.data)};
    if (one.path == NULL || one.identity == NULL ||
        !xy__grow(&store->watched, &store->watched_capacity, store->n_watched, sizeof *store->watched)) {
      rc = xy__fail_memory(err, path);
    } else {
      store->watched[store->n_watched++] = one;
      if (identity != NULL) *identity = one.identity;
    }
  }
  xy__text_dispose(&text);
  return rc;
}

int xy__model_unchanged(const xy_model *model, xy_error *err) {
  const struct xy__model_store *store = model->store;
  for (size_t i = 0; i < store->n_watched; i++) {
    xy__text text = {0};
    int rc = identify(&text, store->watched[i].path, NULL);
    bool same = rc == XY_OK && strcmp(text.data, store->watched[i].identity) == 0;
    xy__text_dispose(&text);
    if (same) continue;
    if (rc == XY_ERR_MEMORY) return xy__fail_memory(err, model->path);
    return xy__fail(err, XY_ERR_IO, "%s: was changed, replaced or removed while it was in use", store->watched[i].path);
  }
  return XY_OK;
}
