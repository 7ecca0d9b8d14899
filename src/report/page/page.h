/* The page: what its parts share. Each xy__page_… section function appends one section; page/page.html says where it
 * goes. Sections write their sentences and tables here, so that the page is whole without scripts; a <figure> names
 * what the scripts draw into its .plot from the copy of results.json that the page carries.
 */
#ifndef XY_REPORT_PAGE_H
#define XY_REPORT_PAGE_H

#include "base/json.h"
#include "report/internal.h"
#include "results/item_values.h"
#include "results/number.h"
#include "results/view.h"

typedef struct xy__page {
  xy__text *out;
  const xy_results *results;
  const xy__report_options *options;
  int rc; /* the first failure of a part; parts go on, page.c stops */
  xy_error *err;
} xy__page;

/* Sections */
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

/* The data that the figures draw, as JSON (page_data.c). Appends to a zero-initialised *out, which the caller disposes.
 */
int xy__page_data(xy__text *out, const xy__page *page);

/* As xy__names_of; empty, with page->rc set, on failure. Freed with free(list.names). */
xy__names xy__page_distinct(xy__page *page, const char *column, const char *benchmark, const char *measure);

/* ---- pieces (page_pieces.c) ---- */

/* "▲ amplified" */
void xy__page_add_verdict(xy__text *out, const char *verdict);
/* "base → dpo" */
void xy__page_add_step(xy__text *out, const char *against, const char *stage);
/* Any fact as text; lists with commas. */
void xy__page_add_fact(xy__text *out, const json_t *value);
/* A part of a section that opens at a click, by a link that leads inside, and in print: its heading with the gist
 * beside it (HTML, or NULL), and what follows until it is closed. The id is the prefix and the name. */
typedef struct xy__fold {
  const char *prefix, *name;
  const xy__text *gist;
  int level; /* of the heading */
  bool open; /* at first */
} xy__fold;
void xy__page_fold_open(xy__page *page, const xy__fold *fold);
void xy__page_fold_close(xy__page *page);
/* The figure of a distribution of items' values, where the run has it; and a part for each benchmark that has such
 * leads in place of gaps (distributions.c). */
void xy__page_distribution(xy__page *page, const char *benchmark, const xy__item_value *of);
void xy__page_leads(xy__page *page, bool open);
/* Whether a benchmark has a figure "levels-NAME": its measures at every stage (path.c). */
bool xy__page_has_levels(const xy__page *page, const char *benchmark);
/* A measure as people call it: "misgendering rate". */
void xy__page_add_label(xy__text *out, const char *measure);
/* "base +0.147, dpo +1.084": a measure over all items at each stage that has it, in the page's mode. */
void xy__page_add_levels(xy__text *out, const xy__page *page, const char *benchmark, const char *measure);
/* "On BENCHMARK, ", how most titles begin. */
void xy__page_add_on(xy__text *out, const char *benchmark);
/* A word for links: letters, digits and '-' alone, for ids. */
void xy__page_add_id(xy__text *out, const char *prefix, const char *name);

/* Tables scroll sideways on narrow screens, by keyboard too. */
void xy__page_table_open(xy__page *page, const char *label, bool tall);
void xy__page_table_close(xy__page *page);
void xy__page_head(xy__text *out, const char *title, bool number);
void xy__page_text_cell(xy__text *out, const char *text);
/* Value over its interval, with a mark when the interval lies on one side of parity; "–" for NULL. */
void xy__page_value_cell(xy__text *out, const xy_measure *row);
void xy__page_count_cell(xy__text *out, const xy_measure *row);
void xy__page_p_cell(xy__text *out, double p); /* and q */
void xy__page_open_row(xy__text *out, const char *name);

/* A figure: opened with its title (a finding, HTML already escaped), then its units line and its table follow. */
typedef struct xy__figure {
  const char *kind;      /* which function of figures.js draws it */
  const char *id;        /* "waterfall-" and the benchmark: also what findings link to */
  const char *benchmark; /* "" for none */
  const char *measure, *by;
  const char *alt;   /* what kind of picture it is, a sentence */
  const char *units; /* HTML */
} xy__figure;
void xy__page_figure_open(xy__page *page, const xy__figure *figure, const xy__text *title);
void xy__page_figure_close(xy__page *page);

#endif
