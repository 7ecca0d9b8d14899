/* What stands beside the change of a gap in a finding: what became of each side's own log-probability, and what is left
 * of the change beyond controls.
 */
#ifndef XY_MEASURE_BESIDE_H
#define XY_MEASURE_BESIDE_H

#include "base/text.h"
#include "measure/measure.h"

/* " It became less likely for both, and less so for the target: …"; nothing where both sides have no rows. */
void xy__beside_sides(xy__text *text, const xy_results *results, const xy_measure *change,
                      const xy__measure_settings *settings);

/* " Beyond controls, …", and that nothing is built on a verdict that does not hold there; nothing without controls. */
void xy__beside_controls(xy__text *text, const xy_results *results, const xy_measure *change,
                         const xy__measure_settings *settings);

#endif
