/* How texts go on, checked; and the presets, each a row with its source. */
#ifndef XY_ASK_DECODING_H
#define XY_ASK_DECODING_H

#include "base/error.h"

/* XY_ERR_ARGUMENT about the first setting that is out of its range. */
int xy__decoding_check(const xy_decoding *decoding, xy_error *err);

#endif
