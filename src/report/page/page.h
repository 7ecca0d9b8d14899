/* The page in the making, and its sections: each function appends one, and page/page.html says where it goes. Sections
 * write their sentences and tables, so that the page is whole without scripts; a <figure> names what the scripts draw
 * into its .plot from the copy of results.json that the page carries.
 */
#ifndef XY_REPORT_PAGE_H
#define XY_REPORT_PAGE_H

#include "base/json.h"
#include "report/internal.h"
#include "results/item_values.h"
#include "results/view.h"

typedef struct xy__page {
  xy__text *out;
  const xy_results *results;
  const xy__report_options *options;
  int rc; /* the first failure of a part; parts go on, page.c stops */
  xy_error *err;
} xy__page;

/* Sections */
void xy__page_title(xy__page *page);
void xy__page_first(xy__page *page);
void xy__page_byline(xy__page *page);
void xy__page_note(xy__page *page);
void xy__page_top(xy__page *page);
void xy__page_path(xy__page *page);
void xy__page_steps(xy__page *page);
void xy__page_reward(xy__page *page);
void xy__page_blind(xy__page *page);
void xy__page_items(xy__page *page);
void xy__page_coverage(xy__page *page);
void xy__page_methods(xy__page *page);

/* Within the methods (settings.c). */
void xy__page_settings(xy__page *page);

/* The list of words that the page explains; and appends the whole page, each of them a link to the list where a section
 * uses it first (terms.c). */
void xy__page_words(xy__page *page);
void xy__page_link_terms(xy__text *out, const char *html);

/* Both texts of an item, hidden until the reader asks (items.c). */
void xy__page_add_texts(xy__page *page, const json_t *item);

/* The data that the figures draw, as JSON (data.c). Appends to a zero-initialised *out, which the caller disposes.
 */
int xy__page_data(xy__text *out, const xy__page *page);

/* The figure of a distribution of items' values, where the run has it; and a part for each benchmark that has such
 * leads in place of gaps (distributions.c). */
void xy__page_distribution(xy__page *page, const char *benchmark, const xy__item_value *of);
void xy__page_leads(xy__page *page, bool open);
/* Whether a row is one of the forest's, whose table has it at the address "row-" and its place (steps.c). */
bool xy__page_in_forest(const xy__page *page, const xy_measure *row);
/* Whether a benchmark has a figure "levels-NAME": its measures at every stage (path.c). */
bool xy__page_has_levels(const xy__page *page, const char *benchmark);

#endif
