/* From a model's name to its folder: a directory; "org/name" or "org/name@revision" in the local cache of the
 * Hugging Face hub; or a built-in checkpoint (seedling.c).
 *
 * The cache (huggingface_hub, "Understand caching"): models--ORG--NAME/refs/REVISION holds a commit's hash, and
 * models--ORG--NAME/snapshots/HASH is the checkpoint's folder. It lies in HF_HUB_CACHE, else HF_HOME/hub, else
 * XDG_CACHE_HOME/huggingface/hub, else ~/.cache/huggingface/hub.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/filekind.h"
#include "model/internal.h"

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value != NULL && value[0] != '\0' ? value : NULL;
}

/* Appends the cache's folder; false when the environment names none. */
static bool cache_folder(xy__text *out) {
  const char *folder;
  if ((folder = variable("HF_HUB_CACHE")) != NULL || (folder = variable("HUGGINGFACE_HUB_CACHE")) != NULL) {
    xy__text_add(out, folder);
  } else if ((folder = variable("HF_HOME")) != NULL) {
    xy__text_addf(out, "%s/hub", folder);
  } else if ((folder = variable("XDG_CACHE_HOME")) != NULL) {
    xy__text_addf(out, "%s/huggingface/hub", folder);
  } else if ((folder = variable("HOME")) != NULL) {
    xy__text_addf(out, "%s/.cache/huggingface/hub", folder);
  } else {
    return false;
  }
  return true;
}

/* Letters, digits, '-', '_' and '.', with at most one '/' between two parts: what the hub allows as an id. */
static bool is_hub_id(const char *name, size_t n) {
  size_t slashes = 0;
  for (size_t i = 0; i < n; i++) {
    char c = name[i];
    if (c == '/') slashes++;
    if (c != '/' && !isalnum((unsigned char)c) && c != '-' && c != '_' && c != '.') return false;
    if ((c == '.' || c == '/') && (i == 0 || name[i - 1] == '/')) return false;
  }
  return n > 0 && slashes <= 1 && name[n - 1] != '/';
}

/* Replaces *path by the text of the file refs/REVISION below it, as a snapshot's folder. False when there is none. */
static bool follow_ref(xy__text *path, const char *repository, const char *revision) {
  char *text = NULL;
  size_t size;
  xy__text_clear(path);
  xy__text_addf(path, "%s/refs/%s", repository, revision);
  if (path->failed || !xy__file_exists(path->data) || xy__file_read(&text, &size, path->data, NULL) != XY_OK)
    return false;
  size_t n = 0;
  while (isxdigit((unsigned char)text[n])) n++;
  text[n] = '\0';
  xy__text_clear(path);
  xy__text_addf(path, "%s/snapshots/%s", repository, text);
  free(text);
  return n > 0 && !path->failed && xy__is_folder(path->data);
}

static bool is_hub_name(const char *name, size_t *id_bytes, const char **revision) {
  const char *at = strchr(name, '@');
  *revision = at != NULL ? at + 1 : NULL;
  *id_bytes = at != NULL ? (size_t)(at - name) : strlen(name);
  return is_hub_id(name, *id_bytes) && (at == NULL || (at[1] != '\0' && strstr(at, "..") == NULL));
}

void xy__model_download(xy__text *out, const char *name) {
  size_t n;
  const char *revision;
  if (xy__is_folder(name) || !is_hub_name(name, &n, &revision)) return;
  xy__text_add(out, "hf download ");
  xy__text_add_bytes(out, name, n);
  if (revision != NULL) xy__text_addf(out, " --revision %s", revision);
}

static int fail_missing(const char *name, const char *cache, xy_error *err) {
  xy__text command = {0};
  xy__model_download(&command, name);
  xy__fail(err, XY_ERR_NOT_FOUND, "%s: no such folder, and not in the hub cache (%s)", name, cache);
  int rc = xy__hint(err, XY_ERR_NOT_FOUND, "%s", command.data != NULL ? command.data : "");
  xy__text_dispose(&command);
  return rc;
}

static int find_in_cache(char **out, const char *name, xy_error *err) {
  const char *revision;
  size_t n;
  xy__text cache = {0};
  xy__text repository = {0};
  xy__text path = {0};
  int rc;
  if (!is_hub_name(name, &n, &revision)) {
    rc = xy__fail(err, XY_ERR_NOT_FOUND, "%s: no such folder", name);
    goto out;
  }
  if (!cache_folder(&cache)) {
    rc = fail_missing(name, "none: HOME is not set", err);
    goto out;
  }
  xy__text_addf(&repository, "%s/models--", cache.data);
  for (size_t i = 0; i < n; i++)
    xy__text_add_bytes(&repository, name[i] == '/' ? "--" : &name[i], name[i] == '/' ? 2 : 1);
  if (cache.failed || repository.failed) {
    rc = xy__fail_memory(err, name);
    goto out;
  }
  bool found = follow_ref(&path, repository.data, revision != NULL ? revision : "main");
  if (!found && revision != NULL) { /* a commit's hash itself */
    xy__text_clear(&path);
    xy__text_addf(&path, "%s/snapshots/%s", repository.data, revision);
    found = !path.failed && xy__is_folder(path.data);
  }
  if (path.failed) {
    rc = xy__fail_memory(err, name);
  } else if (!found) {
    rc = fail_missing(name, cache.data, err);
  } else {
    *out = path.data; /* handed over */
    path = (xy__text){0};
    rc = XY_OK;
  }
out:
  xy__text_dispose(&cache);
  xy__text_dispose(&repository);
  xy__text_dispose(&path);
  return rc;
}

int xy__locate(char **out, const char *name, xy_error *err) {
  if (xy__is_folder(name)) {
    char *copy = strdup(name);
    if (copy == NULL) return xy__fail_memory(err, name);
    *out = copy;
    return XY_OK;
  }
  if (xy__begins_with(name, "seedling/")) return xy__seedling_folder(out, name, err);
  if (xy__file_exists(name)) {
    int rc = xy__filekind_look(name, err);
    if (rc != XY_OK) return rc;
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected the folder of a checkpoint, found a file", name);
  }
  return find_in_cache(out, name, err);
}
