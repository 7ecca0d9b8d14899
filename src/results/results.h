/* Results of an audit: the long table of measures, findings, and the facts of the run. measure/ fills it, audit/ adds
 * the facts, report/ writes and reads it.
 */
#ifndef XY_RESULTS_RESULTS_H
#define XY_RESULTS_RESULTS_H

#include <jansson.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

/* The axis of what popular benchmarks look at; a step amplified on another axis alone is a blind spot of theirs. */
#define XY__POPULAR_AXIS "binary-gender"
/* The axis that is put beside it. Only the order of benchmarks knows it; blind spots are looked for on every axis. */
#define XY__DIVERSE_AXIS "gender-diverse"

struct xy_results {
  xy_measure *measures; /* strings in `arena` or static */
  size_t n_measures, measures_capacity;
  xy_finding *findings;
  size_t n_findings, findings_capacity;
  xy_stage_info *stages; /* of the lineage, in order */
  size_t n_stages, stages_capacity;
  const char *directory, *family, *headline_mode;
  json_t *facts; /* members "xylem", "run", "family", "stages", "benchmarks" of results.json; owned */
  xy__arena arena;
};

/* Empty results; NULL when out of memory. xy_results_free. */
xy_results *xy__results_new(void);

/* Appends a copy of the row (its strings too). */
int xy__results_add(xy_results *results, const xy_measure *row, xy_error *err);
int xy__results_add_finding(xy_results *results, const char *kind, const char *text, xy_error *err);
/* The same of a finding about `row`, whose names are kept with it. */
int xy__results_add_finding_of(xy_results *results, const char *kind, const char *text, const xy_measure *row,
                               xy_error *err);
int xy__results_add_stage(xy_results *results, const xy_stage_info *stage, xy_error *err);

/* The first row that matches every argument; NULL arguments match anything, "" only "". NULL when there is none. */
const xy_measure *xy__results_find(const xy_results *results, const char *benchmark, const char *measure,
                                   const char *mode, const char *stage, const char *against, const char *identity,
                                   const char *theme);

/* The text of results.json. Facts that are missing are XY_ERR_ARGUMENT. Caller disposes of *out. */
int xy__results_text(xy__text *out, const xy_results *results, xy_error *err);

#endif
