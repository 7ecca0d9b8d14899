/* Which tokens top-k, top-p and min-p leave, without sorting a vocabulary: logits are counted in narrow bins below the
 * maximum, and only the bin in which a filter ends is sorted.
 */
#ifndef XY_ENGINE_DECODE_FILTERS_H
#define XY_ENGINE_DECODE_FILTERS_H

#include "engine/decode/sampler.h"

/* Whether any of them leaves something out. */
bool xy__filters_filter(const xy__sampler *sampler);

/* Fills `kept` from the logits in `work`, in no order; `prob` is exp(logit - max), and their sum is returned. */
double xy__filters_keep(xy__sampler *sampler, const xy__lse *lse);

/* Most probable first, the lowest id of equals. */
void xy__filters_sort(xy__sampler *sampler);

#endif
