/* The rows of a task's own measures: means over items of what the task reads of their options, or differences of two
 * such means, stage by stage and mode by mode, with their changes against the parent.
 */
#ifndef XY_MEASURE_MEANS_H
#define XY_MEASURE_MEANS_H

#include "measure/cells.h"
#include "measure/task.h"

/* Adds the rows of every cell. A change of means over the same items is estimated item by item, of others as a
 * contrast. */
int xy__measure_means(xy_results *results, const xy__task *task, const xy_bench *bench, const xy__measure_stage *stages,
                      size_t n_stages, const xy__measure_settings *settings, xy_error *err);

#endif
