/* See filekind.h. */
#include "base/filekind.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

typedef struct kind {
  const char *what, *hint;                          /* hint NULL: none */
  const char *magic;                                /* NULL: `is` tells alone */
  size_t bytes, at;                                 /* of the magic, and where it stands */
  bool (*is)(const unsigned char *bytes, size_t n); /* NULL: the magic tells alone */
} kind;

/* The length of a header, then the header, which is JSON. Looked for first: a length may begin like any other magic. */
static bool is_safetensors(const unsigned char *bytes, size_t n) {
  return n > 8 && bytes[8] == '{' && (bytes[5] | bytes[6] | bytes[7]) == 0;
}

/* A magic of letters could begin a text. */
static bool is_binary(const unsigned char *bytes, size_t n) {
  size_t i = 0;
  while (i < n && bytes[i] >= '\t') i++;
  return i < n;
}

static bool contains(const unsigned char *bytes, size_t n, const char *word) {
  return memmem(bytes, n, word, strlen(word)) != NULL;
}

static bool is_torch_zip(const unsigned char *bytes, size_t n) { return contains(bytes, n, "data.pkl"); }

static bool is_workbook(const unsigned char *bytes, size_t n) {
  return contains(bytes, n, "[Content_Types].xml") || contains(bytes, n, "xl/") || contains(bytes, n, "_rels/");
}

/* After a byte order mark and white space. */
static bool begins_with(const unsigned char *bytes, size_t n, const char *word) {
  size_t at = xy__byte_order_mark((const char *)bytes, n);
  while (at < n && strchr(" \t\r\n", bytes[at]) != NULL && bytes[at] != '\0') at++;
  return n - at >= strlen(word) && strncasecmp((const char *)bytes + at, word, strlen(word)) == 0;
}

static bool is_page(const unsigned char *bytes, size_t n) {
  return begins_with(bytes, n, "<!doctype html") || begins_with(bytes, n, "<html") || begins_with(bytes, n, "<head");
}

/* A pickle that begins with its protocol's number; what Python has written since 2.3. */
static bool is_pickle(const unsigned char *bytes, size_t n) {
  return n >= 3 && bytes[0] == 0x80 && bytes[1] >= 2 && bytes[1] <= 5;
}

const char xy__save_as_safetensors[] =
    "python -c \"from transformers import AutoModelForCausalLM as M; M.from_pretrained('FOLDER', "
    "torch_dtype='auto').save_pretrained('NEW_FOLDER')\", then copy the tokenizer files";

#define MAGIC(text) .magic = (text), .bytes = sizeof(text) - 1

/* The first that fits is it. */
static const kind kinds[] = {
    {"a safetensors file (weights)", "a checkpoint is named by its folder", .is = is_safetensors},
    {"a git-lfs pointer, not the file itself", "git lfs pull (in its repository), or download the file from the hub",
     MAGIC("version https://git-lfs.github.com/spec/")},
    {"compressed with gzip", "gunzip it first", MAGIC("\x1F\x8B")},
    {"compressed with bzip2", "bunzip2 it first", MAGIC("BZh"), .is = is_binary},
    {"compressed with xz", "unxz it first",
     MAGIC("\xFD"
           "7zXZ")},
    {"compressed with zstd", "unzstd it first", MAGIC("\x28\xB5\x2F\xFD")},
    {"a Parquet table", "python -c \"import pandas; pandas.read_parquet('FILE').to_csv('NEW.csv', index=False)\"",
     MAGIC("PAR1"), .is = is_binary},
    {"an Arrow table", "save it as CSV or JSON lines first", MAGIC("ARROW1"), .is = is_binary},
    {"a GGUF file", "the checkpoint that it was made from is read: its folder with config.json and safetensors",
     MAGIC("GGUF"), .is = is_binary},
    {"a PyTorch file (pickled tensors)", xy__save_as_safetensors, MAGIC("PK\x03\x04"), .is = is_torch_zip},
    {"a workbook of a spreadsheet", "save the sheet as CSV (UTF-8) first", MAGIC("PK\x03\x04"), .is = is_workbook},
    {"a zip archive", "unzip it first", MAGIC("PK\x03\x04")},
    {"a workbook of a spreadsheet", "save the sheet as CSV (UTF-8) first", MAGIC("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")},
    {"a PyTorch file (pickled tensors)", xy__save_as_safetensors, .is = is_pickle},
    {"a NumPy array", NULL, MAGIC("\x93NUMPY")},
    {"an HDF5 file", NULL, MAGIC("\x89HDF\r\n")},
    {"a SQLite database", NULL, MAGIC("SQLite format 3"), .is = is_binary},
    {"a PDF document", NULL, MAGIC("%PDF-")},
    {"a tar archive", "unpack it first: tar -xf", MAGIC("ustar"), .at = 257},
    {"text in UTF-32", "iconv -f UTF-32 -t UTF-8 makes it readable", MAGIC("\xFF\xFE\0\0")},
    {"text in UTF-16", "iconv -f UTF-16 -t UTF-8 makes it readable", MAGIC("\xFF\xFE")},
    {"text in UTF-16", "iconv -f UTF-16 -t UTF-8 makes it readable", MAGIC("\xFE\xFF")},
    {"a web page, not the file that it shows", "download the file itself: the link behind 'Raw' or 'Download'",
     .is = is_page},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static bool fits(const kind *k, const unsigned char *bytes, size_t n) {
  if (k->magic != NULL && (n < k->at + k->bytes || memcmp(bytes + k->at, k->magic, k->bytes) != 0)) return false;
  return k->is == NULL || k->is(bytes, n);
}

int xy__filekind_check(const char *path, const void *bytes, size_t n, bool weights, xy_error *err) {
  if (n > XY__KIND_BYTES) n = XY__KIND_BYTES;
  for (size_t k = 0; k < KINDS; k++) {
    if (!fits(&kinds[k], bytes, n)) continue;
    if (weights && kinds[k].is == is_safetensors) return XY_OK;
    (void)xy__fail(err, XY_ERR_UNSUPPORTED, "%s: %s", path, kinds[k].what);
    return kinds[k].hint != NULL ? xy__hint(err, XY_ERR_UNSUPPORTED, "%s", kinds[k].hint) : XY_ERR_UNSUPPORTED;
  }
  return XY_OK;
}

int xy__filekind_look(const char *path, xy_error *err) {
  unsigned char bytes[XY__KIND_BYTES];
  int rc = xy__filekind_regular(path, err);
  if (rc != XY_OK) return rc;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  ssize_t n = fd >= 0 ? read(fd, bytes, sizeof bytes) : -1;
  if (fd >= 0) close(fd);
  return n > 0 ? xy__filekind_check(path, bytes, (size_t)n, false, err) : XY_OK;
}

int xy_file_check(const char *path, xy_error *err) {
  xy__error_clear(err);
  return xy__filekind_look(path, err);
}

/* ---- what the file system says --------------------------------------------------------------------------- */

bool xy__is_broken_link(const char *path) {
  struct stat info;
  return stat(path, &info) != 0 && lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
}

/* A pipe that a shell made, not a FIFO somewhere: it has a writer, and opening it does not wait. */
static bool is_given_pipe(const char *path, mode_t mode) {
  return S_ISFIFO(mode) && (strcmp(path, "/dev/stdin") == 0 || strncmp(path, "/dev/fd/", 8) == 0 ||
                            strncmp(path, "/proc/self/fd/", 14) == 0);
}

static int fail_missing(const char *path, xy_error *err) {
  int reason = errno;
  char target[512];
  ssize_t n = xy__is_broken_link(path) ? readlink(path, target, sizeof target - 1) : -1;
  if (n >= 0) {
    (void)xy__fail(err, XY_ERR_IO, "%s: a broken link: it leads to %.*s, which is not there", path, (int)n, target);
    return xy__hint(err, XY_ERR_IO, "put the file there, or download it again");
  }
  return xy__fail(err, reason == ENOENT ? XY_ERR_NOT_FOUND : XY_ERR_IO, "%s: cannot open: %s", path, strerror(reason));
}

int xy__filekind_regular(const char *path, xy_error *err) {
  struct stat info;
  if (stat(path, &info) != 0) return fail_missing(path, err);
  if (S_ISREG(info.st_mode) || is_given_pipe(path, info.st_mode)) return XY_OK;
  if (S_ISDIR(info.st_mode)) return xy__fail(err, XY_ERR_IO, "%s: expected a file, found a folder", path);
  const char *what = S_ISFIFO(info.st_mode) ? "a FIFO" : S_ISSOCK(info.st_mode) ? "a socket" : "a device";
  return xy__fail(err, XY_ERR_IO, "%s: expected a file, found %s", path, what);
}
