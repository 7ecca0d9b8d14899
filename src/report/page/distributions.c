/* How items' values are distributed: ridgelines by identity and theme with their quartiles. Of pairs the margin of the
 * implicit reward; of benchmarks without pairs the leads of their items, in a part of their own.
 */
#include <math.h>
#include <string.h>

#include "report/page/html.h"
#include "report/page/words.h"
#include "results/number.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

static const json_t *list_of(const xy__page *page) { return json_object_get(page->results->facts, "distributions"); }

static double real(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

static bool is_of(const json_t *row, const char *benchmark, const char *measure) {
  return is(xy__json_text(row, "benchmark"), benchmark) && is(xy__json_text(row, "measure"), measure);
}

static bool is_whole(const json_t *row) {
  return is(xy__json_text(row, "identity"), "all") && is(xy__json_text(row, "theme"), "all");
}

static const char *cell_name(const json_t *row) {
  const char *identity = xy__json_text(row, "identity");
  const char *theme = xy__json_text(row, "theme");
  return is(identity, "all") ? is(theme, "all") ? "all items" : theme : identity;
}

/* "+0.103 under dpo (highest for threat, +0.150; lowest for agender, −0.020)" for each stage. */
static void add_medians(xy__text *title, const json_t *list, const char *benchmark, const char *measure) {
  const char *separator = " ";
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *row = json_array_get(list, i);
    if (!is_of(row, benchmark, measure) || !is_whole(row)) continue;
    const json_t *ends[2] = {NULL, NULL};
    for (size_t k = 0; k < json_array_size(list); k++) {
      const json_t *other = json_array_get(list, k);
      if (!is_of(other, benchmark, measure) || is_whole(other)) continue;
      if (!is(xy__json_text(other, "stage"), xy__json_text(row, "stage"))) continue;
      if (ends[0] == NULL || real(other, "median") > real(ends[0], "median")) ends[0] = other;
      if (ends[1] == NULL || real(other, "median") < real(ends[1], "median")) ends[1] = other;
    }
    xy__text_add(title, separator);
    xy__number_add_value(title, measure, real(row, "median"));
    xy__text_add(title, " at ");
    xy__text_add_html(title, xy__json_text(row, "stage"));
    for (size_t e = 0; e < 2 && ends[e] != NULL; e++) {
      xy__text_add(title, e == 0 ? " (highest for " : ", lowest for ");
      xy__text_add_html(title, cell_name(ends[e]));
      xy__text_add(title, " ");
      xy__number_add_value(title, measure, real(ends[e], "median"));
      if (e == 1) xy__text_add(title, ")");
    }
    separator = "; ";
  }
}

static void add_table(xy__page *page, const json_t *list, const char *benchmark, const char *measure) {
  static const char *const heads[] = {"Stage",  "Items",          "n",      "Minimum", "Lower quartile",
                                      "Median", "Upper quartile", "Maximum"};
  static const char *const keys[] = {"minimum", "lower", "median", "upper", "maximum"};
  xy__page_table_open(page, "Quartiles in nats; the histograms stand in results.json", true);
  xy__text_add(page->out, "<thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) xy__page_head(page->out, heads[i], i >= 2);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *row = json_array_get(list, i);
    if (!is_of(row, benchmark, measure)) continue;
    xy__text_addf(page->out, "<tr%s><th scope=\"row\">", is_whole(row) ? " class=\"total\"" : "");
    xy__text_add_html(page->out, xy__json_text(row, "stage"));
    xy__text_add(page->out, "</th>");
    xy__page_text_cell(page->out, cell_name(row));
    xy__text_add(page->out, "<td class=\"num\">");
    xy__number_add_count(page->out, json_integer_value(json_object_get(row, "n")));
    xy__text_add(page->out, "</td>");
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
      xy__text_add(page->out, "<td class=\"num\">");
      xy__number_add_value(page->out, measure, real(row, keys[k]));
      xy__text_add(page->out, "</td>");
    }
    xy__text_add(page->out, "</tr>");
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
}

static bool has(const xy__page *page, const char *benchmark, const xy__item_value *of) {
  const json_t *list = list_of(page);
  for (size_t i = 0; i < json_array_size(list); i++) {
    if (is_of(json_array_get(list, i), benchmark, of->measure)) return true;
  }
  return false;
}

void xy__page_distribution(xy__page *page, const char *benchmark, const xy__item_value *of) {
  if (!has(page, benchmark, of)) return;
  xy__text title = {0};
  xy__page_add_on(&title, benchmark);
  xy__text_add(&title, of->title);
  add_medians(&title, list_of(page), benchmark, of->measure);
  xy__figure figure = {.kind = "ridges",
                       .id = "ridges-",
                       .benchmark = benchmark,
                       .measure = of->measure,
                       .alt =
                           "Ridgelines: a histogram per identity and theme, a panel per stage; the tick marks the "
                           "median.",
                       .units = of->scale};
  xy__page_figure_open(page, &figure, &title);
  add_table(page, list_of(page), benchmark, of->measure);
  xy__page_figure_close(page);
  xy__text_dispose(&title);
}

/* ---- leads ---- */

/* "median lead: base +0.103, dpo −0.020 nats" */
static void add_lead_gist(xy__text *gist, const xy__page *page, const char *benchmark, const char *measure) {
  const json_t *list = json_object_get(page->results->facts, "distributions");
  const char *separator = "median lead: ";
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *row = json_array_get(list, i);
    if (!is_of(row, benchmark, measure) || !is_whole(row)) continue;
    xy__text_add(gist, separator);
    xy__text_add_html(gist, xy__json_text(row, "stage"));
    xy__text_add(gist, " ");
    xy__number_add_value(gist, measure, real(row, "median"));
    separator = ", ";
  }
  if (separator[0] == ',') xy__text_add(gist, " nats");
}

static void add_lead(xy__page *page, const char *benchmark, const xy__item_value *of, bool open) {
  xy__text gist = {0};
  add_lead_gist(&gist, page, benchmark, of->measure);
  xy__page_fold_open(page,
                     &(xy__fold){.prefix = "reward-", .name = benchmark, .gist = &gist, .level = 3, .open = open});
  xy__text_dispose(&gist);
  xy__text_add(page->out,
               "<p>This benchmark has no pairs, so that no margin can be read; its items’ own leads "
               "are drawn in their place.</p>");
  xy__page_distribution(page, benchmark, of);
  xy__page_fold_close(page);
}

void xy__page_leads(xy__page *page, bool open) {
  const json_t *list = json_object_get(page->results->facts, "benchmarks");
  for (size_t b = 0; b < json_array_size(list); b++) {
    const char *name = xy__json_text(json_array_get(list, b), "name");
    if (xy__view_has_gaps(page->results, name)) continue;
    for (size_t i = 0; i < xy__item_values_n; i++) {
      const xy__item_value *of = &xy__item_values[i];
      if (of->title != NULL && has(page, name, of)) add_lead(page, name, of, open);
    }
  }
}
