/* Stages that are one: the same checkpoint twice, or the same weights under another config or tokenizer. */
#ifndef XY_AUDIT_SAME_H
#define XY_AUDIT_SAME_H

#include "audit/audit.h"

/* Once the scorers are open: fills audit->notes, a sentence for each stage that is an earlier one again. */
int xy__audit_same(xy_audit *audit, xy_error *err);

/* A finding `same_stage` for each of them. */
int xy__audit_same_findings(xy_results *results, const xy_audit *audit, xy_error *err);

/* The same of stages whose files differ and whose scores do not, on any item: stages[n_benches][n_stages]. */
int xy__audit_same_scores(xy_results *results, const xy_audit *audit, xy__measure_stage *const *stages, xy_error *err);

#endif
