/* Every size of a call, fixed before anything is allocated: workers, rows of a block, panels of the weights, and the
 * memory that all of it takes.
 *
 * Letters for shapes are model.h's; M is the number of rows of a block.
 */
#ifndef XY_ENGINE_PASS_GEOMETRY_H
#define XY_ENGINE_PASS_GEOMETRY_H

#include "engine/engine.h"
#include "engine/kernels/kernels.h"
#include "engine/pass/matmul.h"

/* The linear maps of a model: four of a layer, and the output head. */
typedef enum xy__linear_id { XY__QKV, XY__OUT, XY__UP, XY__DOWN, XY__HEAD, XY__LINEARS } xy__linear_id;

/* Columns of a linear map that are multiplied together. Of UP with gates it takes the same columns of gate and up, one
 * after the other; of DOWN it takes the inputs that the UP panel of the same number makes. */
typedef struct xy__panel {
  int64_t first[2]; /* of the columns */
  int ranges;       /* 1, or 2 with gates; n / ranges columns each */
  int64_t n;
  int64_t k_first, k; /* inputs */
  size_t offset;      /* bytes into the packed weights */
  int64_t bias;       /* floats into the biases, the layer's or the head's; -1: none */
} xy__panel;

typedef struct xy__panels {
  xy__panel *items;
  int64_t n;
} xy__panels;

typedef struct xy__geometry {
  const xy_model *model; /* borrowed */
  const xy__kernels *kernels;
  const struct xy__multiplier *multiplier;
  bool bf16;
  int workers;
  int64_t rows;   /* M */
  int64_t slots;  /* longest text, rounded up to whole groups of keys */
  int64_t qkv_n;  /* (H + 2 G) K */
  int64_t chunk;  /* most of F that is computed at a time */
  int64_t head_n; /* widest panel of the head */
  xy__panels panels[XY__LINEARS];
  bool held;           /* all layers and the head stay packed, for calls that go through them often */
  int64_t head_group;  /* panels of the head that are held at a time */
  size_t packed_bytes; /* of a layer, or a group of head panels */
  size_t head_bytes;   /* of the whole head, where it is held */
  int64_t bias_floats, norm_floats;
  size_t worker_bytes, pass_bytes; /* of a worker; of all that xy__pass_make takes */
  size_t weight_bytes;             /* of the checkpoint, read per walk */
} xy__geometry;

/* For blocks of `rows` rows; `longest`: tokens of the longest text. Caller disposes. */
int xy__geometry_make(xy__geometry *out, const xy_model *model, const xy__engine_options *options,
                      const struct xy__multiplier *multiplier, bool held, int64_t rows, int64_t longest, xy_error *err);
void xy__geometry_dispose(xy__geometry *geometry);

/* Threads that the options ask for. */
int xy__geometry_workers(const xy__engine_options *options);

/* Shape of panel i of a linear map for m rows. */
xy__matmul_shape xy__panel_shape(const xy__geometry *g, xy__linear_id id, int64_t i, int64_t m);

/* n rounded up to a whole multiple. */
static inline int64_t xy__round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

#endif
