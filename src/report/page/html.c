/* See html.h. All text is escaped here or by xy__text_add_html. */
#include "report/page/html.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "results/number.h"

void xy__page_add_id(xy__text *out, const char *prefix, const char *name) {
  xy__text_add(out, prefix);
  for (const char *c = name; *c != '\0'; c++) {
    if (isalnum((unsigned char)*c)) {
      xy__text_add_bytes(out, c, 1);
    } else {
      xy__text_addf(out, "-%02x", (unsigned char)*c);
    }
  }
}

/* ---- folds ---- */

/* The id stands inside, so that browsers open the fold themselves for an address that names it. */
void xy__page_fold_open(xy__page *page, const xy__fold *fold) {
  xy__text *out = page->out;
  xy__text_addf(out, "<details class=\"fold\"%s><summary><h%d>", fold->open ? " open" : "", fold->level);
  xy__text_add_html(out, fold->label != NULL ? fold->label : fold->name);
  if (fold->label != NULL) {
    xy__text_add(out, "<span class=\"unseen\"> of ");
    xy__text_add_html(out, fold->name);
    xy__text_add(out, "</span>");
  }
  xy__text_addf(out, "</h%d>", fold->level);
  if (fold->gist != NULL && fold->gist->size > 0) {
    xy__text_add(out, " <span class=\"gist\">");
    xy__text_add(out, fold->gist->data);
    xy__text_add(out, "</span>");
  }
  xy__text_add(out, "</summary><div class=\"within\" id=\"");
  xy__page_add_id(out, fold->prefix, fold->name);
  xy__text_add(out, "\">");
  if (fold->gist != NULL && fold->gist->failed) page->rc = xy__fail_memory(page->err, "report.html");
}

void xy__page_fold_close(xy__page *page) { xy__text_add(page->out, "</div></details>"); }

/* ---- tables ---- */

void xy__page_table_open(xy__page *page, const char *label, bool tall) {
  xy__text_addf(page->out, "<div class=\"scroll%s\" role=\"region\" tabindex=\"0\" aria-label=\"", tall ? " tall" : "");
  xy__text_add_html(page->out, label);
  xy__text_add(page->out, "\"><table><caption><span>");
  xy__text_add_html(page->out, label);
  xy__text_add(page->out, "</span></caption>");
}

void xy__page_table_close(xy__page *page) { xy__text_add(page->out, "</table></div>"); }

void xy__page_head(xy__text *out, const char *title, bool number) {
  xy__text_addf(out, "<th scope=\"col\"%s>", number ? " class=\"num\"" : "");
  xy__text_add_html(out, title);
  xy__text_add(out, "</th>");
}

void xy__page_text_cell(xy__text *out, const char *text) {
  xy__text_add(out, "<td>");
  xy__text_add_html(out, text[0] != '\0' ? text : "–");
  xy__text_add(out, "</td>");
}

void xy__page_open_row(xy__text *out, const char *name) {
  xy__text_addf(out, "<tr%s><th scope=\"row\">", strcmp(name, "all") == 0 ? " class=\"total\"" : "");
  xy__text_add_html(out, name);
  xy__text_add(out, "</th>");
}

/* -1, 0 or 1: where the whole interval lies, seen from parity. */
static int side_of_parity(const xy_measure *row) {
  const xy__kind *kind = xy__kind_of(row->measure);
  if (kind == NULL || !xy__kind_has_sides(kind) || !isfinite(row->low) || !isfinite(row->high)) return 0;
  return row->low > kind->parity ? 1 : row->high < kind->parity ? -1 : 0;
}

void xy__page_value_cell(xy__text *out, const xy_measure *row) {
  xy__text_add(out, "<td class=\"num\">");
  if (row == NULL) {
    xy__text_add(out, "–</td>");
    return;
  }
  int side = side_of_parity(row);
  if (side != 0) xy__text_addf(out, "<span class=\"%s\">%s ", side > 0 ? "up" : "down", side > 0 ? "▲" : "▼");
  xy__number_add_row(out, row);
  if (side != 0) xy__text_add(out, "</span>");
  if (isfinite(row->low) && isfinite(row->high)) {
    xy__text_add(out, "<span class=\"ci\">");
    xy__number_add_interval(out, row);
    xy__text_add(out, "</span>");
  }
  xy__text_add(out, "</td>");
}

void xy__page_p_cell(xy__text *out, double p) {
  xy__text text = {0};
  xy__number_add_p(&text, p);
  xy__text_add(out, "<td class=\"num\">");
  xy__text_add_html(out, text.data != NULL ? text.data : "");
  xy__text_add(out, "</td>");
  out->failed |= text.failed;
  xy__text_dispose(&text);
}

void xy__page_count_cell(xy__text *out, const xy_measure *row) {
  xy__text_add(out, "<td class=\"num\">");
  xy__number_add_count(out, row != NULL ? row->n : 0);
  if (row != NULL && row->ties > 0) {
    xy__text_add(out, " + ");
    xy__number_add_counted(out, row->ties, "tie", "ties");
  }
  xy__text_add(out, " (");
  xy__number_add_count(out, row != NULL ? row->clusters : 0);
  xy__text_add(out, ")</td>");
}

/* ---- figures ---- */

static void add_attribute(xy__text *out, const char *name, const char *value) {
  if (value == NULL || value[0] == '\0') return;
  xy__text_addf(out, " %s=\"", name);
  xy__text_add_html(out, value);
  xy__text_add(out, "\"");
}

void xy__page_figure_open(xy__page *page, const xy__figure *figure, const xy__text *title) {
  xy__text *out = page->out;
  xy__text_add(out, "<figure id=\"");
  xy__page_add_id(out, figure->id, figure->benchmark);
  xy__text_add(out, "\"");
  add_attribute(out, "data-figure", figure->kind);
  add_attribute(out, "data-benchmark", figure->benchmark);
  add_attribute(out, "data-measure", figure->measure);
  add_attribute(out, "data-alt", figure->alt);
  xy__text_add(out, "><figcaption><span class=\"title\">");
  xy__text_add(out, title->data != NULL ? title->data : "");
  xy__text_add(out, "</span><span class=\"units\">");
  xy__text_add(out, figure->units);
  xy__text_add(out,
               "</span></figcaption><div class=\"plot\"></div><details class=\"table\" open><summary>Table"
               "<span class=\"unseen\">: ");
  xy__text_add(out, title->data != NULL ? title->data : "");
  xy__text_add(out, "</span></summary>");
  if (title->failed) page->rc = xy__fail_memory(page->err, "report.html");
}

void xy__page_figure_close(xy__page *page) { xy__text_add(page->out, "</details></figure>"); }

xy__names xy__page_distinct(xy__page *page, const char *column, const char *benchmark, const char *measure) {
  xy__names names = {0};
  if (page->rc == XY_OK) page->rc = xy__names_of(&names, page->results, column, benchmark, measure, page->err);
  return names;
}
