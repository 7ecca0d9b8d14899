/* One row of preference data: whose turns came before, and the two answers. */
#ifndef XY_BENCH_PREFERENCES_READ_H
#define XY_BENCH_PREFERENCES_READ_H

#include <jansson.h>

#include "base/faults.h"
#include "bench/preferences/preferences.h"

typedef enum xy__row_kind { XY__ROW_WRONG, XY__ROW_PAIR, XY__ROW_UNPAIRED } xy__row_kind;

/* Fills turns, n_turns and answers of `out` (whose `line` is set) with copies in `arena`. What is wrong is told to
 * `faults`; a row of HH-RLHF without a pair of answers is XY__ROW_UNPAIRED, and *why says so. */
xy__row_kind xy__preference_read(xy__preference *out, xy__unpaired *why, const json_t *row, xy__arena *arena,
                                 xy__faults *faults);

#endif
