/* The run directory: results.json, samples.jsonl, CSV tables, report.html. Reads results, computes nothing. */
#ifndef XY_REPORT_REPORT_H
#define XY_REPORT_REPORT_H

#include "measure/measure.h"

/* One benchmark's items and their scores, for samples.jsonl and the examples of the page. */
typedef struct xy__report_benchmark {
  const xy_bench *bench;
  const xy__measure_stage *stages;
  size_t n_stages;
} xy__report_benchmark;

/* Writes samples.jsonl; with `controls`, controls.jsonl in its place. */
int xy__samples_write(const char *path, const xy__report_benchmark *benchmarks, size_t n, bool controls, xy_error *err);

typedef struct xy__report_options {
  bool show_text; /* the page shows benchmark texts at once; otherwise they stay hidden until the reader asks */
} xy__report_options;

/* Writes every file into results->directory (made if missing), each atomically; no samples.jsonl without benchmarks. */
int xy__report_write(const xy_results *results, const xy__report_benchmark *benchmarks, size_t n,
                     const xy__report_options *options, xy_error *err);

#endif
