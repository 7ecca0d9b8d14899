/* The writers of the run directory, one per kind of file. */
#ifndef XY_REPORT_INTERNAL_H
#define XY_REPORT_INTERNAL_H

#include "base/file.h"
#include "base/output.h"
#include "report/report.h"
#include "results/fields.h"

/* tables/measures.csv, steps.csv, preference.csv and side_by_side.csv below `folder`. */
int xy__tables_write(const char *folder, const xy_results *results, xy_error *err);

/* Appends a text, escaped (markup.c). */
void xy__markup_add(xy__text *out, const char *text, xy_markup markup);

/* report.html, from results alone. */
int xy__page_write(const char *path, const xy_results *results, const xy__report_options *options, xy_error *err);

#endif
