/* What sections of the page are built of: parts that fold, tables and their cells, figures. */
#ifndef XY_REPORT_PAGE_HTML_H
#define XY_REPORT_PAGE_HTML_H

#include "report/page/page.h"

/* A word for links: letters, digits and '-' alone, for ids. */
void xy__page_add_id(xy__text *out, const char *prefix, const char *name);

/* A part of a section that opens at a click, by a link that leads inside, and in print: its heading with the gist
 * beside it (HTML, or NULL), and what follows until it is closed. The id is the prefix and the name. */
typedef struct xy__fold {
  const char *prefix, *name;
  const char *label; /* the heading; NULL: the name */
  const xy__text *gist;
  int level; /* of the heading */
  bool open; /* at first */
} xy__fold;
void xy__page_fold_open(xy__page *page, const xy__fold *fold);
void xy__page_fold_close(xy__page *page);

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
  const char *measure;   /* or measures, with spaces between; NULL: none */
  const char *alt;       /* what kind of picture it is, a sentence */
  const char *units;     /* HTML */
} xy__figure;
void xy__page_figure_open(xy__page *page, const xy__figure *figure, const xy__text *title);
void xy__page_figure_close(xy__page *page);

/* As xy__names_of; empty, with page->rc set, on failure. Freed with free(list.names). */
xy__names xy__page_distinct(xy__page *page, const char *column, const char *benchmark, const char *measure);

#endif
