/* See directory.h. */
#include "report/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sums.h"
#include "base/text.h"

/* Everything that a run writes. */
static const char *const files[] = {"results.json",  "samples.jsonl", "controls.jsonl",
                                    "rewards.jsonl", "report.html",   "survey.html"};
static const char *const folders[] = {"tables", "items"};
enum { n_files = sizeof files / sizeof *files, n_folders = sizeof folders / sizeof *folders, deepest = 4 };

int xy__directory_lock_take(xy__directory_lock *out, const char *directory, xy_error *err) {
  int rc = xy__folder_make(directory, err);
  if (rc != XY_OK) return rc;
  int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return xy__fail(err, XY_ERR_IO, "%s: cannot open: %s", directory, strerror(errno));
  while (flock(fd, LOCK_EX) != 0 && errno == EINTR) continue; /* a file system without locks goes without */
  out->fd = fd;
  return XY_OK;
}

void xy__directory_unlock(xy__directory_lock *lock) {
  if (lock->fd > 0) close(lock->fd);
  lock->fd = 0;
}

/* Calls `each` for the files of a run that are there, by their paths from its directory; stops at the first error. */
typedef int (*each_file)(void *user, const char *directory, const char *path, xy_error *err);

static int walk_folder(each_file each, void *user, const char *directory, const char *folder, int depth,
                       xy_error *err) {
  char *full = xy__path_join(directory, folder);
  DIR *list = full != NULL ? opendir(full) : NULL;
  int rc = full == NULL ? xy__fail_memory(err, directory) : XY_OK;
  free(full);
  const struct dirent *entry;
  while (rc == XY_OK && list != NULL && (entry = readdir(list)) != NULL) {
    if (entry->d_name[0] == '.') continue;
    char *path = xy__path_join(folder, entry->d_name);
    char *place = path != NULL ? xy__path_join(directory, path) : NULL;
    if (place == NULL) {
      rc = xy__fail_memory(err, directory);
    } else if (!xy__is_folder(place)) {
      rc = each(user, directory, path, err);
    } else if (depth < deepest) {
      rc = walk_folder(each, user, directory, path, depth + 1, err);
    }
    free(place);
    free(path);
  }
  if (list != NULL) closedir(list);
  return rc;
}

static int walk(each_file each, void *user, const char *directory, xy_error *err) {
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < n_files; i++) {
    char *path = xy__path_join(directory, files[i]);
    if (path == NULL) rc = xy__fail_memory(err, directory);
    if (rc == XY_OK && xy__file_exists(path)) rc = each(user, directory, files[i], err);
    free(path);
  }
  for (size_t i = 0; rc == XY_OK && i < n_folders; i++) rc = walk_folder(each, user, directory, folders[i], 0, err);
  return rc;
}

static int remove_file(void *user, const char *directory, const char *path, xy_error *err) {
  (void)user;
  char *full = xy__path_join(directory, path);
  int rc = full == NULL ? xy__fail_memory(err, directory) : XY_OK;
  if (rc == XY_OK && unlink(full) != 0 && errno != ENOENT) {
    rc = xy__fail(err, XY_ERR_IO, "%s: cannot remove: %s", full, strerror(errno));
  }
  free(full);
  return rc;
}

int xy__directory_clear(const char *directory, xy_error *err) {
  int rc = remove_file(NULL, directory, XY__SUMS_NAME, err);
  return rc == XY_OK ? walk(remove_file, NULL, directory, err) : rc;
}

static int add_sum(void *user, const char *directory, const char *path, xy_error *err) {
  return xy__sums_add(user, directory, path, err);
}

int xy__directory_seal(const char *directory, xy_error *err) {
  xy__sums sums = {0};
  int rc = walk(add_sum, &sums, directory, err);
  if (rc == XY_OK) rc = xy__sums_write(&sums, directory, err);
  xy__sums_dispose(&sums);
  return rc;
}

bool xy__directory_whole(const char *directory) {
  xy__sums sums = {0};
  bool whole = xy__sums_read(&sums, directory, NULL) == XY_OK && xy__sums_find(&sums, files[0]) != NULL;
  for (size_t i = 0; whole && i < sums.n; i++) whole = xy__sum_holds(&sums.list[i], directory);
  xy__sums_dispose(&sums);
  return whole;
}

/* ---- files that are written again ---------------------------------------------------------------------------- */

/* `path` is `top`, or lies in it. */
static bool lies_in(const char *path, const char *top) {
  size_t n = strlen(top);
  return strncmp(path, top, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

typedef struct renewal {
  xy__sums sums;
  const char *top; /* what was written, from the directory */
} renewal;

static void forget_sums(renewal *r) {
  size_t kept = 0;
  for (size_t i = 0; i < r->sums.n; i++) {
    if (!lies_in(r->sums.list[i].path, r->top)) r->sums.list[kept++] = r->sums.list[i];
  }
  r->sums.n = kept;
}

static int renew_sum(void *user, const char *directory, const char *path, xy_error *err) {
  renewal *r = user;
  return lies_in(path, r->top) ? xy__sums_add(&r->sums, directory, path, err) : XY_OK;
}

int xy__directory_renew(const char *directory, const char *path, xy_error *err) {
  renewal r = {0};
  char *home = realpath(directory, NULL);
  char *place = realpath(path, NULL);
  int rc = XY_OK;
  bool inside = home != NULL && place != NULL && lies_in(place, home) && strlen(place) > strlen(home);
  if (inside && xy__sums_read(&r.sums, home, NULL) == XY_OK) {
    r.top = place + strlen(home) + 1;
    forget_sums(&r);
    rc = walk(renew_sum, &r, home, err);
    if (rc == XY_OK) rc = xy__sums_write(&r.sums, home, err);
  }
  xy__sums_dispose(&r.sums);
  free(place);
  free(home);
  return rc;
}

int xy_run_changed(bool *out, const char *run, const char *name, xy_error *err) {
  xy__error_clear(err);
  const char *slash = strrchr(run, '/');
  char *directory = xy__is_folder(run) ? strdup(run)
                    : slash == NULL    ? strdup(".")
                                       : strndup(run, slash == run ? 1 : (size_t)(slash - run));
  if (directory == NULL) return xy__fail_memory(err, run);
  xy__sums sums = {0};
  xy_error own = {0};
  int rc = xy__sums_read(&sums, directory, &own);
  const struct xy__sum *sum = rc == XY_OK ? xy__sums_find(&sums, name) : NULL;
  bool changed = sum != NULL && !xy__sum_holds(sum, directory);
  xy__sums_dispose(&sums);
  free(directory);
  if (rc != XY_OK && rc != XY_ERR_NOT_FOUND) {
    if (err != NULL) *err = own;
    return rc;
  }
  *out = changed;
  return XY_OK;
}
