/* SHA256SUMS: the digests of a folder's files, as `sha256sum -c` reads them. */
#ifndef XY_BASE_SUMS_H
#define XY_BASE_SUMS_H

#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"

#define XY__SUMS_NAME "SHA256SUMS"

/* Zero-initialise. */
typedef struct xy__sums {
  struct xy__sum {
    const char *path; /* from the folder; in `arena` */
    char hex[XY__DIGEST_HEX];
  } *list;
  size_t n, capacity;
  xy__arena arena;
} xy__sums;
void xy__sums_dispose(xy__sums *sums);

/* Reads FOLDER/SHA256SUMS. XY_ERR_NOT_FOUND where there is none, XY_ERR_FORMAT for another kind of file. */
int xy__sums_read(xy__sums *out, const char *folder, xy_error *err);

/* Writes it, sorted by path. */
int xy__sums_write(xy__sums *sums, const char *folder, xy_error *err);

/* Adds a file, or takes its digest anew. */
int xy__sums_add(xy__sums *sums, const char *folder, const char *path, xy_error *err);

/* NULL where the file is not listed. */
const struct xy__sum *xy__sums_find(const xy__sums *sums, const char *path);

/* Whether the file is there, with the digest that is listed. */
bool xy__sum_holds(const struct xy__sum *sum, const char *folder);

/* Of a whole file, read piece by piece. */
int xy__file_digest(char hex[XY__DIGEST_HEX], const char *path, xy_error *err);

#endif
