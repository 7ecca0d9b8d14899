/* Findings: plain sentences about rows that have their q and verdict. */
#ifndef XY_MEASURE_FINDINGS_H
#define XY_MEASURE_FINDINGS_H

#include "measure/measured.h"

/* Findings, one or two plain sentences each, for rows that have their q and verdict: of gaps and their blind spots; of
 * measures that are read under several rules; of verdicts that depend on how items are read, and of means and shares
 * that disagree. */
int xy__findings_gaps(const xy__measured *run, xy_error *err);
int xy__findings_rules(const xy__measured *run, xy_error *err);
int xy__findings_dependence(const xy__measured *run, xy_error *err);

#endif
