/* How many rows are multiplied together. A row's sums must not depend on the rows beside it, their number or its place
 * among them, and oneDNN promises no such thing: its kernel, its blocks of inputs and the last rows of a block may each
 * be summed in an order of their own. So the sizes that a call is to use are tried once against sixteen rows, and those
 * that give every row the same bits are used.
 */
#ifndef XY_ENGINE_PASS_SIZES_H
#define XY_ENGINE_PASS_SIZES_H

#include "engine/pass/team.h"

enum { XY__LEAST_ROWS = 16 }; /* what every size is compared with; weights are packed for it */

/* Ascending: 16, and of 64 and M (a multiple of 16) those that agree. */
typedef struct xy__sizes {
  int n;
  int64_t rows[3];
} xy__sizes;

/* Tries the sizes with every panel's shape, in the workers' buffers and in `packed`, which holds a layer. */
int xy__sizes_find(xy__sizes *out, const xy__geometry *g, xy__team *team, char *packed, xy_error *err);

/* The size to multiply next when `rows` rows are left and the buffers have `room` for a multiple of 16: the least that
 * holds them, or else the largest. */
int64_t xy__sizes_next(const xy__sizes *sizes, int64_t rows, int64_t room);

#endif
