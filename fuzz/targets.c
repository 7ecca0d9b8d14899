/* See targets.h. */
#include "targets.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static void give_up(const char *path) {
  perror(path);
  exit(1);
}

static void write_all(int fd, const char *path, const void *data, size_t size) {
  if (fd < 0 || pwrite(fd, data, size, 0) != (ssize_t)size || ftruncate(fd, (off_t)size) != 0) give_up(path);
}

static int open_file(const char *path) { return open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600); }

/* Folders in memory, removed at the end. */
static char root[] = "/dev/shm/xylem-fuzz-XXXXXX";
static bool rooted;

static void remove_root(void) {
  char command[64];
  snprintf(command, sizeof command, "rm -rf %s", root);
  if (system(command) != 0) perror(root); /* NOLINT(cert-env33-c,concurrency-mt-unsafe): a path of our own */
}

/* The target's file, in a folder of its own. */
static void place(char *path, size_t room, const xy__fuzz_target *target) {
  if (!rooted) {
    if (mkdtemp(root) == NULL) give_up(root);
    rooted = true;
    (void)atexit(remove_root);
  }
  snprintf(path, room, "%s/%s", root, target->name);
  if (access(path, F_OK) != 0 && mkdir(path, 0700) != 0) give_up(path);
  snprintf(path, room, "%s/%s/%s", root, target->name, target->file);
}

bool xy__fuzz_run(const xy__fuzz_target *target, const uint8_t *data, size_t size) {
  static const xy__fuzz_target *last;
  static char path[256];
  static int fd = -1; /* kept open from one input to the next */
  if (target->file == NULL) return target->run("", data, size);
  if (target != last) {
    if (fd >= 0) close(fd);
    place(path, sizeof path, target);
    fd = open_file(path);
    last = target;
  }
  write_all(fd, path, data, size);
  return target->run(path, data, size);
}

static void write_beside(const char *path, const void *data, size_t size) {
  int fd = open_file(path);
  write_all(fd, path, data, size);
  close(fd);
}

void xy__fuzz_beside(const char *path, const char *name, const char *text) {
  char beside[512];
  snprintf(beside, sizeof beside, "%.*s%s", (int)(strrchr(path, '/') + 1 - path), path, name);
  if (access(beside, F_OK) != 0) write_beside(beside, text, strlen(text));
}

void xy__fuzz_copy(const char *path, const char *name, const char *source) {
  char from[512], beside[512];
  const char *tests = getenv("XYLEM_TESTS"); /* NOLINT(concurrency-mt-unsafe): nothing sets it */
  snprintf(from, sizeof from, "%s/%s", tests != NULL ? tests : "tests", source);
  snprintf(beside, sizeof beside, "%.*s%s", (int)(strrchr(path, '/') + 1 - path), path, name);
  if (access(beside, F_OK) == 0) return;
  char *text;
  size_t size;
  if (xy__file_read_bytes(&text, &size, from, NULL) != XY_OK) give_up(from);
  write_beside(beside, text, size);
  free(text);
}

void xy__fuzz_read(const char *text) {
  static volatile unsigned sum;
  for (const char *c = text; c != NULL && *c != '\0'; c++) sum += (unsigned char)*c;
}
