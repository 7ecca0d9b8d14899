/* rewards.jsonl measured. */
#ifndef XY_VERIFY_REWARDS_H
#define XY_VERIFY_REWARDS_H

#include "measure/measure.h"
#include "verify/verifier.h"

/* Adds the rows that the lines give. XY_ERR_FORMAT where they are not those of a run. */
int xy__verify_measure_rewards(xy_results *out, const xy__verifier *v, const xy__measure_settings *settings,
                               xy_error *err);

#endif
