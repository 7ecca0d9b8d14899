/* The page: what its parts share. Each xy__page_… function appends one part; page/page.html says where it goes. */
#ifndef XY_REPORT_PAGE_H
#define XY_REPORT_PAGE_H

#include "base/json.h"
#include "report/internal.h"

typedef struct xy__page {
  xy__text *out;
  const xy_results *results;
  const xy__report_benchmark *benchmarks;
  size_t n_benchmarks;
  const xy__report_options *options;
  int rc; /* the first failure of a part; parts go on, page.c stops */
  xy_error *err;
} xy__page;

/* Facts */
void xy__page_byline(xy__page *page);
void xy__page_note(xy__page *page);
void xy__page_findings(xy__page *page);
void xy__page_lineage(xy__page *page);
void xy__page_stages(xy__page *page);
void xy__page_benchmarks(xy__page *page);
void xy__page_settings(xy__page *page);
void xy__page_again(xy__page *page);
/* A string member, "" when it is missing; and the facts of a benchmark, NULL when there are none. Borrowed. */
const char *xy__fact_string(const json_t *object, const char *key);
const json_t *xy__page_benchmark(const xy__page *page, const char *name);

/* Measures */
void xy__page_results(xy__page *page);
void xy__page_reward(xy__page *page);
void xy__page_limits(xy__page *page);
/* As xy__names_of; empty, with page->rc set, on failure. Freed with free(list.names). */
xy__names xy__page_distinct(xy__page *page, const char *column, const char *benchmark, const char *measure);
/* The row of the headline mode, or of any mode where there is none in it; NULL when there is none at all. */
const xy_measure *xy__page_find(const xy__page *page, const char *benchmark, const char *measure, const char *stage,
                                const char *identity, const char *theme);

/* Examples */
void xy__page_examples(xy__page *page);

/* Tables scroll sideways on narrow screens, by keyboard too. */
void xy__page_table_open(xy__page *page, const char *label);
void xy__page_table_close(xy__page *page);

/* Numbers as people read them: "12,345"; "61.2%", "+0.123" (a true minus sign), "–" where there is none; "<0.001". */
void xy__page_add_count(xy__text *out, int64_t count);
void xy__page_add_value(xy__text *out, const char *measure, double value);
void xy__page_add_p(xy__text *out, double p);

#endif
