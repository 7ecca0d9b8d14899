/* Table cells, folds and figures of the page, as HTML. All text is escaped here or by xy__text_add_html. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/page/page.h"

xy__names xy__page_distinct(xy__page *page, const char *column, const char *benchmark, const char *measure) {
  xy__names names = {0};
  if (page->rc == XY_OK) page->rc = xy__names_of(&names, page->results, column, benchmark, measure, page->err);
  return names;
}

void xy__page_add_verdict(xy__text *out, const char *verdict) {
  static const char *const marks[][3] = {{"amplified", "▲", "up"},
                                         {"attenuated", "▼", "down"},
                                         {"persists", "■", ""},
                                         {"clear", "○", ""},
                                         {"undetermined", "?", ""}};
  if (verdict[0] == '\0') xy__text_add(out, "–");
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    if (strcmp(marks[i][0], verdict) != 0) continue;
    bool tone = marks[i][2][0] != '\0';
    if (tone) xy__text_addf(out, "<span class=\"%s\">", marks[i][2]);
    xy__text_addf(out, "%s %s", marks[i][1], verdict);
    if (tone) xy__text_add(out, "</span>");
  }
}

void xy__page_add_step(xy__text *out, const char *against, const char *stage) {
  xy__text_add_html(out, against);
  xy__text_add(out, " → ");
  xy__text_add_html(out, stage);
}

void xy__page_add_fact(xy__text *out, const json_t *value) {
  switch (value != NULL ? json_typeof(value) : JSON_NULL) {
    case JSON_STRING: xy__text_add_html(out, json_string_length(value) > 0 ? json_string_value(value) : "–"); break;
    case JSON_INTEGER: xy__text_addf(out, "%lld", (long long)json_integer_value(value)); break;
    case JSON_REAL: xy__text_add_number(out, json_real_value(value)); break;
    case JSON_TRUE: xy__text_add(out, "yes"); break;
    case JSON_FALSE: xy__text_add(out, "no"); break;
    case JSON_ARRAY:
      for (size_t i = 0; i < json_array_size(value); i++) {
        if (i > 0) xy__text_add(out, ", ");
        xy__page_add_fact(out, json_array_get(value, i));
      }
      if (json_array_size(value) == 0) xy__text_add(out, "none");
      break;
    default: xy__text_add(out, "–");
  }
}

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

void xy__page_add_on(xy__text *out, const char *benchmark) {
  xy__text_add(out, "On ");
  xy__text_add_html(out, benchmark);
  xy__text_add(out, ", ");
}

/* ---- folds ---- */

/* The id stands inside, so that browsers open the fold themselves for an address that names it. */
void xy__page_fold_open(xy__page *page, const xy__fold *fold) {
  xy__text *out = page->out;
  xy__text_addf(out, "<details class=\"fold\"%s><summary><h%d>", fold->open ? " open" : "", fold->level);
  xy__text_add_html(out, fold->name);
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

void xy__page_add_levels(xy__text *out, const xy__page *page, const char *benchmark, const char *measure) {
  const char *separator = "";
  for (size_t s = 0; s < page->results->n_stages; s++) {
    const xy_measure *row =
        xy__view_find(page->results, benchmark, measure, page->results->stages[s].name, NULL, "all", "all");
    if (row == NULL) continue;
    xy__text_add(out, separator);
    xy__text_add_html(out, row->stage);
    xy__text_add(out, " ");
    xy__number_add_value(out, measure, row->value);
    separator = ", ";
  }
}

void xy__page_add_label(xy__text *out, const char *measure) {
  xy__text label = {0};
  xy__kind_add_label(&label, measure);
  xy__text_add_html(out, label.data != NULL ? label.data : "");
  out->failed |= label.failed;
  xy__text_dispose(&label);
}

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
  xy__number_add_value(out, row->measure, row->value);
  if (side != 0) xy__text_add(out, "</span>");
  if (isfinite(row->low) && isfinite(row->high)) {
    xy__text_add(out, "<span class=\"ci\">");
    xy__number_add_interval(out, row, " to ");
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
  add_attribute(out, "data-by", figure->by);
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
