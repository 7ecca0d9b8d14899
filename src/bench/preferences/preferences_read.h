/* One row of preference data: whose turns came before, and the two answers. */
#ifndef XY_BENCH_PREFERENCES_READ_H
#define XY_BENCH_PREFERENCES_READ_H

#include <jansson.h>

#include "bench/preferences/preferences.h"

/* Fills turns, n_turns and answers of `out` (whose `line` is set) with copies in the arena of the preferences. False
 * where the row in hand is left out. */
bool xy__preference_read(xy__preference *out, xy__preferences *preferences, const json_t *row);

#endif
