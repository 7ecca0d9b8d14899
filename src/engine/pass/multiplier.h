/* How a pass multiplies rows with the weights in hand, chosen once a call:
 *
 *   packed  panels in oneDNN's layout, made once a layer; every worker multiplies alone (packed.c)
 *   mapped  the weights where they stand in the file; the whole team shares one multiplication (mapped.c)
 */
#ifndef XY_ENGINE_PASS_MULTIPLIER_H
#define XY_ENGINE_PASS_MULTIPLIER_H

#include "engine/pass/pass.h"

typedef struct xy__multiplier {
  int64_t columns, chunk, head_columns; /* of a panel, about: of QKV and OUT, of F, of the head; 0: all */
  bool by_team; /* multiplications run one at a time, on the whole team: blocks are worker 0's */
  /* Places of the panels in memory: offset, packed_bytes, head_group. NULL: nothing is packed. */
  int (*place)(xy__geometry *g, xy_error *err);
  /* Brings the panels of the layer in hand, or head panels [first, first + n), to their places. NULL as well. */
  int (*pack_layer)(xy__pass *pass, xy_error *err);
  int (*pack_head)(xy__pass *pass, int64_t first, int64_t n, xy_error *err);
  /* out = in times panel i of a linear map for `rows` rows, with bias, activation and sum as xy__panel_shape says. Up
   * to M rows of `in` may be read and of `out` overwritten. A failure's text is the worker's. */
  int (*multiply)(xy__pass *pass, xy__worker *worker, xy__linear_id id, int64_t i, int64_t rows, void *out,
                  const void *in);
} xy__multiplier;

extern const xy__multiplier xy__packed, xy__mapped;

/* Whether so few rows are best multiplied from the mapped weights. */
bool xy__mapped_pays(const xy_model *model, const xy__engine_options *options, int64_t rows);

#endif
