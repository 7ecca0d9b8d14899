/* The safetensors container: what a file's header says, checked against the file's size.
 *
 *   +---------+----------------------------+--------------------------------------------+
 *   | n (u64) | n bytes of JSON, space-padded | values of all tensors, without gaps       |
 *   +---------+----------------------------+--------------------------------------------+
 *
 * {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …, "__metadata__": {…}}, little-endian.
 * Follows the reference implementation (huggingface/safetensors, safetensors/src/tensor.rs): the values must fill
 * the rest of the file exactly, each tensor's bytes must be what its shape and dtype need, none may overlap.
 */
#ifndef XY_MODEL_SAFETENSORS_H
#define XY_MODEL_SAFETENSORS_H

#include "base/memory.h"
#include "model/model.h"

typedef struct xy__entry {
  xy__tensor tensor;      /* rank and shape hold the first four dimensions */
  const char *dtype_name; /* as the file spells it */
  int rank;               /* of the file */
  bool readable;          /* dtype and rank are such that `tensor` can be used */
  bool used;              /* by the architecture */
} xy__entry;

/* Entries of a mapped file, sorted by place. `file` is borrowed by the entries; names live in `arena`, values in
 * `data`. Caller frees *out with free. */
int xy__safetensors_parse(xy__entry **out, size_t *n, xy__arena *arena, const unsigned char *data, size_t size,
                          const char *file, xy_error *err);

#endif
