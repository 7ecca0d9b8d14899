/* Matrix multiplication c = act(a w + bias), or c += a w + bias, on oneDNN 2.x or 3.x. matmul.c is the only file that
 * includes oneDNN.
 *
 * The weights w of a shape have a packed form of oneDNN's choosing. Objects are not shared between threads: each
 * worker has its own set, which makes a multiplication once per shape and hands it out again.
 */
#ifndef XY_ENGINE_PASS_MATMUL_H
#define XY_ENGINE_PASS_MATMUL_H

#include "model/model.h"

typedef struct xy__matmul_shape {
  int64_t m, n, k;  /* a is [m, k], w [k, n], c [m, n] */
  int64_t lda, ldc; /* elements between rows */
  bool bf16;        /* a and w are bfloat16, otherwise fp32; sums are fp32 either way */
  bool bf16_out;    /* c is bfloat16 */
  bool bias;        /* [n] fp32 */
  bool add;         /* c += */
  bool activate;
  xy__activation activation;
} xy__matmul_shape;

bool xy__matmul_same_shape(const xy__matmul_shape *a, const xy__matmul_shape *b);

typedef struct xy__matmul xy__matmul;
typedef struct xy__matmul_set xy__matmul_set;

/* Caller frees with xy__matmul_set_free. */
int xy__matmul_set_new(xy__matmul_set **out, xy_error *err);
void xy__matmul_set_free(xy__matmul_set *set);

/* The multiplication of this shape, made on first use; lives as long as the set. Uses as many threads as OpenMP
 * gives this thread when it is made and run. */
int xy__matmul_get(const xy__matmul **out, xy__matmul_set *set, const xy__matmul_shape *shape, xy_error *err);

/* Bytes of the packed weights, and whether another shape (of the same k and n) reads the same packed form. */
size_t xy__matmul_packed_bytes(const xy__matmul *matmul);
bool xy__matmul_same_packing(const xy__matmul *a, const xy__matmul *b);

/* Packs weights that lie as [n, k] (`in_out`: as [k, n]), fp32 or bf16 as the shape says. `packed` is aligned to 64
 * bytes and zeroed before its first use. */
int xy__matmul_pack(void *packed, const xy__matmul *matmul, const void *weights, bool in_out, xy_error *err);

/* `bias` is NULL where the shape has none. */
int xy__matmul_run(void *c, const xy__matmul *matmul, const void *a, const void *packed, const float *bias,
                   xy_error *err);

/* "oneDNN 2.6.3", as compiled against. */
const char *xy__matmul_version(void);

#endif
