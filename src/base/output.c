/* See output.h. */
#include "base/output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* A temporary's name says nothing of the file's, whose own name may be as long as names can be. */
static const char mark[] = ".xylem-";
enum { random_digits = 16, tries = 16 };

/* ---- temporaries of this process ---------------------------------------------------------------------------- */

/* Their paths, for xy_files_abandon. One that finds no place is left to who writes there next. */
enum { most_open = 64 };
static _Atomic(char *) temporaries[most_open];

static void enlist(char *path) {
  for (int i = 0; i < most_open; i++) {
    char *nobody = NULL;
    if (atomic_compare_exchange_strong(&temporaries[i], &nobody, path)) return;
  }
}

/* Before its memory is freed. */
static void delist(char *path) {
  for (int i = 0; path != NULL && i < most_open; i++) {
    char *own = path;
    if (atomic_compare_exchange_strong(&temporaries[i], &own, NULL)) return;
  }
}

void xy_files_abandon(void) {
  for (int i = 0; i < most_open; i++) {
    const char *path = atomic_load(&temporaries[i]);
    if (path != NULL) (void)unlink(path);
  }
}

static void forget(xy__file_out *out) {
  delist(out->temporary);
  free(out->path);
  free(out->target);
  free(out->temporary);
  *out = (xy__file_out){0};
}

void xy__file_drop(xy__file_out *out) {
  if (out->stream != NULL) {
    if (out->temporary != NULL) (void)unlink(out->temporary);
    (void)fclose(out->stream);
  }
  forget(out);
}

/* "FOLDER/" of a path, "" where it has none; NULL when out of memory. Caller frees with free. */
static char *folder_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return strndup(path, slash != NULL ? (size_t)(slash - path) + 1 : 0);
}

/* ---- what is left of processes that died -------------------------------------------------------------------- */

static bool is_temporary(const char *name) {
  size_t length = sizeof mark - 1;
  return strncmp(name, mark, length) == 0 && strlen(name) == length + random_digits &&
         strspn(name + length, "0123456789abcdef") == random_digits;
}

/* A lock that can be had belongs to nobody who lives. */
static void sweep_one(int folder, const char *name) {
  struct stat info;
  int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0) {
    (void)unlinkat(folder, name, 0);
  }
  close(fd);
}

static void sweep(const char *folder) {
  DIR *list = opendir(folder[0] != '\0' ? folder : ".");
  if (list == NULL) return;
  const struct dirent *entry;
  while ((entry = readdir(list)) != NULL) {
    if (is_temporary(entry->d_name)) sweep_one(dirfd(list), entry->d_name);
  }
  closedir(list);
}

/* ---- where it goes ------------------------------------------------------------------------------------------ */

/* The place that the link `path` holds, seen from the link's own folder. NULL and errno where it cannot be read. */
static char *read_link(const char *path) {
  char place[4096];
  ssize_t n = readlink(path, place, sizeof place - 1);
  if (n < 0) return NULL;
  place[n] = '\0';
  if (place[0] == '/') return strdup(place);
  char *folder = folder_of(path);
  char *joined = folder != NULL ? xy__path_join(folder, place) : NULL;
  free(folder);
  return joined;
}

/* The path behind all links, of a file that there is or is not. NULL and errno where links lead nowhere. */
static char *follow(const char *path) {
  enum { most = 40 };
  char *at = strdup(path);
  struct stat info;
  for (int i = 0; at != NULL && lstat(at, &info) == 0 && S_ISLNK(info.st_mode); i++) {
    char *next = NULL;
    if (i == most) {
      errno = ELOOP;
    } else {
      next = read_link(at);
    }
    free(at);
    at = next;
  }
  return at;
}

static bool is_standard_output(const struct stat *info) {
  struct stat output;
  return fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == info->st_dev && output.st_ino == info->st_ino;
}

/* Standard output is written through its own descriptor, so that what stands in its file already stays. */
static int open_there(const char *path, const struct stat *info) {
  if (is_standard_output(info)) return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  return open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

/* False where somebody took the new file for a leftover before it was locked. A file system without locks has no
 * sweepers either. */
static bool lock(int fd) {
  struct stat info;
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;
  return fstat(fd, &info) == 0 && info.st_nlink > 0;
}

/* Makes a file that nobody else has and locks it; *out receives its path. -1 and errno where it cannot. */
static int open_beside(char **out, const char *target) {
  char *folder = folder_of(target);
  if (folder == NULL) return -1;
  sweep(folder);
  size_t room = strlen(folder) + sizeof mark + random_digits;
  char *path = calloc(room, 1);
  int fd = -1;
  if (path != NULL) enlist(path); /* before there is a file that a signal would leave */
  for (int i = 0; path != NULL && fd < 0 && i < tries; i++) {
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) break;
    snprintf(path, room, "%s%s%016" PRIx64, folder, mark, number);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0 && errno != EEXIST) break;
    if (fd >= 0 && !lock(fd)) {
      close(fd);
      fd = -1;
    }
  }
  free(folder);
  if (fd < 0) {
    delist(path);
    free(path);
  } else {
    *out = path;
  }
  return fd;
}

/* Opens what is written to: the file itself, or a temporary beside it. -1 and errno where it cannot. */
static int open_output(xy__file_out *out, const char *path) {
  struct stat info;
  bool there = stat(path, &info) == 0;
  if (there && S_ISDIR(info.st_mode)) {
    errno = EISDIR;
    return -1;
  }
  bool nameless = there && info.st_nlink == 0; /* nothing can take its place */
  if (there && (nameless || !S_ISREG(info.st_mode) || is_standard_output(&info))) return open_there(path, &info);
  out->target = follow(path);
  if (out->target == NULL) return -1;
  /* xy__file_begin and xy__file_finish give it back: */
  int fd = open_beside(&out->temporary, out->target);          /* NOLINT(clang-analyzer-unix.Malloc) */
  if (fd >= 0 && there) (void)fchmod(fd, info.st_mode & 0777); /* a file keeps who may read it */
  return fd;
}

int xy__file_begin(xy__file_out *out, const char *path, xy_error *err) {
  xy__file_out made = {.path = strdup(path)};
  if (made.path == NULL) return xy__fail_memory(err, path);
  int fd = open_output(&made, path);
  if (fd >= 0) made.stream = fdopen(fd, "wb");
  if (made.stream == NULL) {
    int code = xy__fail(err, XY_ERR_IO, "%s: cannot write: %s", path, strerror(errno));
    if (fd >= 0) close(fd);
    if (made.temporary != NULL) (void)unlink(made.temporary);
    forget(&made);
    return code;
  }
  *out = made;
  return XY_OK;
}

static int cannot_write(xy__file_out *out, xy_error *err) {
  (void)xy__fail(err, XY_ERR_IO, "%s: cannot write: %s", out->path, strerror(errno));
  xy__file_drop(out);
  return XY_ERR_IO;
}

int xy__file_append(xy__file_out *out, const char *data, size_t size, xy_error *err) {
  return fwrite(data, 1, size, out->stream) == size ? XY_OK : cannot_write(out, err);
}

int xy__file_finish(xy__file_out *out, xy_error *err) {
  if (fflush(out->stream) != 0) return cannot_write(out, err);
  int lock_held = dup(fileno(out->stream)); /* until the temporary has its place */
  bool good = fclose(out->stream) == 0;
  out->stream = NULL;
  if (out->temporary != NULL) good = good && rename(out->temporary, out->target) == 0;
  int rc = good ? XY_OK : xy__fail(err, XY_ERR_IO, "%s: cannot write: %s", out->path, strerror(errno));
  if (!good && out->temporary != NULL) (void)unlink(out->temporary);
  if (lock_held >= 0) close(lock_held);
  forget(out);
  return rc;
}

int xy__file_write(const char *path, const char *data, size_t size, xy_error *err) {
  xy__file_out out;
  int rc = xy__file_begin(&out, path, err);
  if (rc == XY_OK) rc = xy__file_append(&out, data, size, err);
  if (rc == XY_OK) rc = xy__file_finish(&out, err);
  return rc;
}
