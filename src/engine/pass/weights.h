/* Weights where they stand in the mapped checkpoint: their pages, their columns, and their values as the engine
 * multiplies them. */
#ifndef XY_ENGINE_PASS_WEIGHTS_H
#define XY_ENGINE_PASS_WEIGHTS_H

#include "engine/pass/geometry.h"

/* Tells the system that layer l (L: the head) will be read soon. */
void xy__weights_expect(const xy_model *model, int64_t l);
/* Takes the pages of a tensor, or of layer l's linear maps, out of this process; they stay in the system's cache while
 * there is room. */
void xy__weights_release(const xy_model *model, const xy__tensor *tensor);
void xy__weights_release_layer(const xy_model *model, int64_t l);

/* A vector as floats; NULL tensor: nothing. */
int xy__vector_read(float *out, const xy__tensor *tensor, xy_error *err);

/* Where column c of a linear map is stored, and how many of the columns from there on follow one another. */
typedef struct xy__place {
  int part;
  int64_t row, run;
} xy__place;
xy__place xy__find_column(const xy__geometry *g, xy__linear_id id, const xy__linear *linear, int64_t c);

/* Panel i of a linear map as [n, k], or as [k, n] when the map is stored in_out; fp32 or bf16. Biases: [n] fp32, zeros
 * where this layer has none. */
int xy__panel_read(void *out, const xy__geometry *g, xy__linear_id id, int64_t i, const xy__linear *linear,
                   xy_error *err);
int xy__panel_read_bias(float *out, const xy__geometry *g, xy__linear_id id, int64_t i, const xy__linear *linear,
                        xy_error *err);

#endif
