/* Containers of weights, a file each: how a checkpoint's folder names its files, and which tensors lie where in one. */
#ifndef XY_MODEL_CONTAINER_CONTAINER_H
#define XY_MODEL_CONTAINER_CONTAINER_H

#include "base/memory.h"
#include "model/model.h"

/* A tensor of a file. */
typedef struct xy__entry {
  xy__tensor tensor;      /* rank and shape hold the first four dimensions */
  const char *dtype_name; /* as the file spells it */
  int rank;               /* of the file */
  bool readable;          /* dtype and rank are such that `tensor` can be used */
  bool used;              /* by the architecture */
} xy__entry;

typedef struct xy__container {
  const char *single; /* a folder with this file holds its weights in it; one with "SINGLE.index.json" holds them in the
                         files that this index names for each tensor */
  /* Entries of a mapped file, sorted by place. `file` is borrowed by the entries; names live in `arena`, values in
   * `data`. Caller frees *out with free. */
  int (*parse)(xy__entry **out, size_t *n, xy__arena *arena, const unsigned char *data, size_t size, const char *file,
               xy_error *err);
} xy__container;

/* The table: a row NAME is xy__container_NAME, which NAME.c defines. Of a folder's containers the first is read. */
#define XY__CONTAINERS(row) row(safetensors)
#define XY__CONTAINER_DECLARED(name) extern const xy__container xy__container_##name;
XY__CONTAINERS(XY__CONTAINER_DECLARED)

/* How a folder's weights are kept. */
typedef struct xy__kept_weights {
  const xy__container *container;
  char *path;   /* of the one file, or of the index. Caller frees with free */
  bool sharded; /* it is an index */
  /* Another file of the folder that could have been meant: a second set of weights, an adapter; or "". */
  char also[256];
} xy__kept_weights;

/* Fails about a folder without `expected` ("config.json"), saying what it holds instead and what to do about that. */
int xy__folder_refuse(const char *folder, const char *expected, xy_error *err);

/* A folder without readable weights is refused with what to do about those that it has. */
int xy__container_find(xy__kept_weights *out, const char *folder, xy_error *err);

#endif
