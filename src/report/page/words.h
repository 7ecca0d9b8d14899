/* What the page says in the same words in several places, as HTML. */
#ifndef XY_REPORT_PAGE_WORDS_H
#define XY_REPORT_PAGE_WORDS_H

#include "report/page/page.h"

/* "▲ amplified", and below it what it depends on. */
void xy__page_add_verdict(xy__text *out, const xy_measure *row);
/* "base → dpo" */
void xy__page_add_step(xy__text *out, const char *against, const char *stage);
/* Any fact as text; lists with commas. */
void xy__page_add_fact(xy__text *out, const json_t *value);
/* A measure as people call it: "misgendering rate". */
void xy__page_add_label(xy__text *out, const char *measure);
/* "base +0.147, dpo +1.084": a measure over all items at each stage that has it, in the page's mode. */
void xy__page_add_levels(xy__text *out, const xy__page *page, const char *benchmark, const char *measure);
/* "On BENCHMARK, ", how most titles begin. */
void xy__page_add_on(xy__text *out, const char *benchmark);
#endif
