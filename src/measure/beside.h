/* What stands beside the change of a gap in a finding: what became of each side's own log-probability, and what is left
 * of the change beyond controls. A change of a benchmark with controls rests on both.
 */
#ifndef XY_MEASURE_BESIDE_H
#define XY_MEASURE_BESIDE_H

#include "base/text.h"
#include "measure/measure.h"

/* " It became less likely for both, and less so for the target: …"; nothing where both sides have no rows. */
void xy__beside_sides(xy__text *text, const xy_results *results, const xy_measure *change,
                      const xy__measure_settings *settings);

/* The same change beyond controls; NULL where there are none, or `change` is it. */
const xy_measure *xy__beyond_of(const xy_results *results, const xy_measure *change);

/* Whether the verdict on a change is the same beyond controls, where there are any. */
bool xy__holds_beyond(const xy_results *results, const xy_measure *change);

/* " Beyond controls, …", and that nothing is built on a verdict that does not hold there; nothing without controls. */
void xy__beside_controls(xy__text *text, const xy_results *results, const xy_measure *change,
                         const xy__measure_settings *settings);

#endif
