/* The rows that each modality adds to the long table, as means over items (table.h); `wide` knows benchmark and
 * stages. */
#ifndef XY_MEASURE_MODALITY_H
#define XY_MEASURE_MODALITY_H

#include "measure/table.h"

int xy__choice_rows(xy__wide *wide, xy_error *err);
int xy__coref_rows(xy__wide *wide, xy_error *err);
int xy__pronoun_rows(xy__wide *wide, xy_error *err);

/* Adds the findings of choice and pronoun benchmarks, once rows have their q and verdict. */
int xy__findings_modality(xy_results *results, xy_error *err);

#endif
