/* From root to fruit: for each benchmark the gap of every end of the lineage as the root's share and each step's, over
 * all items and by identity and theme; and the level of its measures at every stage.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/html.h"
#include "report/page/words.h"
#include "results/number.h"

/* What the scripts draw a split from. */
static const char split_measures[] = XY__ROOT_SHARE " " XY__STEP_SHARE " " XY__GAP;

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

/* "dpo ends at +1.084 nats (root +0.147, dpo +0.937)" */
static void add_path_sentence(xy__text *out, const xy__page *page, const char *end, const xy__split *split) {
  xy__text_add_html(out, end);
  xy__text_add(out, " ends at ");
  if (split->gap != NULL) xy__number_add_row(out, split->gap);
  xy__text_addf(out, " %s (root ", xy__view_gap_unit(page->results));
  for (size_t k = 0; k < split->n; k++) {
    if (k > 0) {
      xy__text_add(out, ", ");
      xy__text_add_html(out, split->shares[k]->against);
      xy__text_add(out, " ");
    }
    xy__number_add_row(out, split->shares[k]);
  }
  xy__text_add(out, ")");
}

static void add_path_row(xy__page *page, const char *benchmark, const char *end, const char *identity,
                         const char *theme) {
  xy__split split = xy__view_split(page->results, benchmark, end, identity, theme);
  if (!split.complete) return;
  xy__text *out = page->out;
  bool total = is(identity, "all") && is(theme, "all");
  xy__text_addf(out, "<tr%s><th scope=\"row\">", total ? " class=\"total\"" : "");
  xy__text_add_html(out, total ? "all items" : is(theme, "all") ? identity : theme);
  xy__text_add(out, "</th>");
  xy__page_count_cell(out, split.shares[0]);
  for (size_t k = 0; k < split.n; k++) xy__page_value_cell(out, split.shares[k]);
  xy__page_value_cell(out, split.gap);
  xy__text_add(out, "</tr>");
}

static void add_path_heads(xy__text *out, const char *end, const xy__split *split) {
  xy__page_head(out, "Items", false);
  xy__page_head(out, "n (clusters)", true);
  for (size_t k = 0; k < split->n; k++) {
    xy__text_addf(out, "<th scope=\"col\" class=\"num\">%s ", k == 0 ? "root" : "+");
    xy__text_add_html(out, split->shares[k]->against);
    xy__text_add(out, "</th>");
  }
  xy__text_add(out, "<th scope=\"col\" class=\"num\">= ");
  xy__text_add_html(out, end);
  xy__text_add(out, "</th>");
}

/* Of one end, a row over all items, or one per identity and theme too. */
static void add_path_table(xy__page *page, const char *benchmark, const char *end, bool cells) {
  xy__split split = xy__view_split(page->results, benchmark, end, "all", "all");
  xy__text label = {0};
  if (!split.complete) return;
  xy__text_addf(&label, "%s, %s: root, steps and sum (%s)", benchmark, end, xy__view_gap_unit(page->results));
  if (label.failed) page->rc = xy__fail_memory(page->err, "report.html");
  xy__page_table_open(page, label.failed ? "" : label.data, cells);
  xy__text_dispose(&label);
  xy__text_add(page->out, "<thead><tr>");
  add_path_heads(page->out, end, &split);
  xy__text_add(page->out, "</tr></thead><tbody>");
  add_path_row(page, benchmark, end, "all", "all");
  static const char *const columns[] = {"identity", "theme"};
  for (size_t c = 0; cells && c < 2; c++) {
    xy__names names = xy__page_distinct(page, columns[c], benchmark, split.shares[0]->measure);
    for (size_t i = 0; i < names.n; i++) {
      if (is(names.names[i], "all")) continue;
      add_path_row(page, benchmark, end, c == 0 ? names.names[i] : "all", c == 0 ? "all" : names.names[i]);
    }
    free(names.names);
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
}

static void add_path_tables(xy__page *page, const char *benchmark, bool cells) {
  for (size_t s = 0; s < page->results->n_stages; s++) {
    const xy_stage_info *stage = &page->results->stages[s];
    if (xy__view_is_end(page->results, stage)) add_path_table(page, benchmark, stage->name, cells);
  }
}

static void add_overall(xy__page *page, const char *benchmark) {
  xy__text title = {0};
  xy__text units = {0};
  const char *separator = "";
  const xy_measure *root = NULL;
  xy__page_add_on(&title, benchmark);
  for (size_t s = 0; s < page->results->n_stages; s++) {
    const xy_stage_info *end = &page->results->stages[s];
    if (!xy__view_is_end(page->results, end)) continue;
    xy__split split = xy__view_split(page->results, benchmark, end->name, "all", "all");
    if (!split.complete) continue;
    root = split.shares[0];
    xy__text_add(&title, separator);
    add_path_sentence(&title, page, end->name, &split);
    separator = "; ";
  }
  xy__text_addf(&units, "Mean gap in %s with intervals, over all ", xy__view_gap_unit(page->results));
  xy__number_add_size(&units, root);
  xy__text_add(&units, ". Bars start where the one before ends; the outlined bar is their sum.");
  xy__figure figure = {.kind = "waterfall",
                       .id = "waterfall-",
                       .benchmark = benchmark,
                       .measure = split_measures,
                       .alt =
                           "Waterfall bars, a panel per end of the lineage: the root's gap, what each step on the "
                           "path added, and their sum.",
                       .units = units.failed ? "" : units.data};
  xy__page_figure_open(page, &figure, &title);
  add_path_tables(page, benchmark, false);
  xy__page_figure_close(page);
  xy__text_dispose(&title);
  xy__text_dispose(&units);
}

/* The step share of largest size among the identities, or the themes. */
static const xy_measure *largest_share(const xy__page *page, const char *benchmark, bool themes) {
  const xy_measure *best = NULL;
  for (size_t i = 0; i < page->results->n_measures; i++) {
    const xy_measure *row = &page->results->measures[i];
    if (!is(row->measure, XY__STEP_SHARE) || !is(row->benchmark, benchmark) || !xy__view_is_front(page->results, row))
      continue;
    if (!is(themes ? row->identity : row->theme, "all") || is(themes ? row->theme : row->identity, "all")) continue;
    if (best == NULL || fabs(row->value) > fabs(best->value)) best = row;
  }
  return best;
}

static void add_cells(xy__page *page, const char *benchmark) {
  const xy_measure *best[] = {largest_share(page, benchmark, false), largest_share(page, benchmark, true)};
  if (best[0] == NULL && best[1] == NULL) return;
  xy__text title = {0};
  xy__page_add_on(&title, benchmark);
  xy__text_add(&title, "the largest share of a single step is that of ");
  for (size_t k = 0; k < 2; k++) {
    if (best[k] == NULL) continue;
    if (k == 1 && best[0] != NULL) xy__text_add(&title, "; by theme, that of ");
    xy__text_add_html(&title, best[k]->against);
    xy__text_add(&title, " for ");
    xy__text_add_html(&title, k == 0 ? best[k]->identity : best[k]->theme);
    xy__text_add(&title, " (");
    xy__number_add_row(&title, best[k]);
    xy__text_addf(&title, " %s)", xy__view_gap_unit(page->results));
  }
  xy__text units = {0};
  xy__text_addf(&units,
                "Mean gap in %s by identity and theme; the hourglass is the sum with its interval. Items and clusters "
                "stand in the table.",
                xy__view_gap_unit(page->results));
  xy__figure figure = {.kind = "shares",
                       .id = "shares-",
                       .benchmark = benchmark,
                       .measure = split_measures,
                       .alt =
                           "A row per identity and theme and a panel per end of the lineage: small waterfall bars "
                           "for the root and each step, and an hourglass with its interval for the sum.",
                       .units = units.failed ? "" : units.data};
  xy__page_figure_open(page, &figure, &title);
  add_path_tables(page, benchmark, true);
  xy__page_figure_close(page);
  xy__text_dispose(&title);
  xy__text_dispose(&units);
}

/* ---- levels ---- */

/* A measure by stage (columns) and identity or theme (rows), the other one at "all". */
static void add_stage_table(xy__page *page, const char *benchmark, const char *measure, const char *by) {
  xy__names rows = xy__page_distinct(page, by, benchmark, measure);
  xy__names stages = xy__page_distinct(page, "stage", benchmark, measure);
  bool identity = is(by, "identity");
  xy__text label = {0};
  xy__text_addf(&label, "%s: %s by %s and stage", benchmark, measure, by);
  if (label.failed) page->rc = xy__fail_memory(page->err, "report.html");
  xy__page_table_open(page, label.failed ? "" : label.data, false);
  xy__text_dispose(&label);
  xy__text_add(page->out, "<thead><tr>");
  xy__page_head(page->out, identity ? "Identity" : "Theme", false);
  xy__page_head(page->out, "n (clusters)", true);
  for (size_t s = 0; s < stages.n; s++) xy__page_head(page->out, stages.names[s], true);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < rows.n; i++) {
    const char *name = rows.names[i];
    const char *cell[] = {identity ? name : "all", identity ? "all" : name};
    const xy_measure *any = xy__view_find(page->results, benchmark, measure, NULL, NULL, cell[0], cell[1]);
    if (any == NULL) continue;
    xy__page_open_row(page->out, name);
    xy__page_count_cell(page->out, any);
    for (size_t s = 0; s < stages.n; s++) {
      xy__page_value_cell(page->out,
                          xy__view_find(page->results, benchmark, measure, stages.names[s], NULL, cell[0], cell[1]));
    }
    xy__text_add(page->out, "</tr>");
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
  free(rows.names);
  free(stages.names);
}

static bool has_levels(const xy__page *page, const char *benchmark, const xy__kind *kind) {
  return kind->title != NULL && xy__view_find(page->results, benchmark, kind->name, NULL, NULL, "all", "all") != NULL;
}

bool xy__page_has_levels(const xy__page *page, const char *benchmark) {
  for (size_t i = 0; i < xy__kinds_n; i++) {
    if (has_levels(page, benchmark, &xy__kinds[i])) return true;
  }
  return false;
}

static void add_level(xy__page *page, const char *benchmark, const xy__kind *of, bool first) {
  xy__text title = {0};
  xy__text units = {0};
  const xy_measure *any = NULL;
  xy__page_add_on(&title, benchmark);
  xy__text_add(&title, of->title);
  const char *separator = " ";
  for (size_t s = 0; s < page->results->n_stages; s++) {
    const xy_measure *row =
        xy__view_find(page->results, benchmark, of->name, page->results->stages[s].name, "", "all", "all");
    if (row == NULL) continue;
    any = row;
    xy__text_add(&title, separator);
    xy__number_add_row(&title, row);
    xy__text_add(&title, " at ");
    xy__text_add_html(&title, row->stage);
    separator = ", ";
  }
  if (any != NULL) {
    xy__text_add(&units, of->scale);
    xy__text_add(&units, " Intervals; ");
    xy__number_add_size(&units, any);
    xy__text_add(&units, " over all.");
    char id[64];
    snprintf(id, sizeof id, first ? "levels-" : "levels-%s-", of->name);
    xy__figure figure = {.kind = "levels",
                         .id = id,
                         .benchmark = benchmark,
                         .measure = of->name,
                         .alt = "A row per identity and theme, in it a mark with its interval per stage.",
                         .units = units.failed ? "" : units.data};
    xy__page_figure_open(page, &figure, &title);
    add_stage_table(page, benchmark, of->name, "identity");
    xy__names themes = xy__page_distinct(page, "theme", benchmark, of->name);
    if (themes.n > 1) add_stage_table(page, benchmark, of->name, "theme");
    free(themes.names);
    xy__page_figure_close(page);
  }
  xy__text_dispose(&title);
  xy__text_dispose(&units);
}

/* ---- a benchmark ---- */

static void add_intro(xy__page *page, const char *benchmark, const char *key) {
  const char *text = xy__json_text(xy__view_benchmark(page->results, benchmark), key);
  if (text[0] == '\0') return;
  xy__text_add(page->out, "<p class=\"about\">");
  xy__text_add_html(page->out, text);
  xy__text_add(page->out, strchr(".!?", text[strlen(text) - 1]) != NULL ? "</p>" : ".</p>");
}

/* Rows over all items that no figure shows: other modes and rules, and other measures. */
static void add_others(xy__page *page, const char *benchmark) {
  xy__text_add(page->out, "<details><summary>Every measure of ");
  xy__text_add_html(page->out, benchmark);
  xy__text_add(page->out, " over all items, in every mode or rule</summary>");
  xy__page_table_open(page, "Measures over all items", true);
  static const char *const heads[] = {"Measure", "Mode", "Stage", "Against", "Value", "p", "q"};
  xy__text_add(page->out, "<thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) xy__page_head(page->out, heads[i], i >= 4);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < page->results->n_measures; i++) {
    const xy_measure *row = &page->results->measures[i];
    bool overall =
        (row->identity[0] == '\0' || is(row->identity, "all")) && (row->theme[0] == '\0' || is(row->theme, "all"));
    if (!overall || !is(row->benchmark, benchmark)) continue;
    xy__text_add(page->out, "<tr>");
    xy__page_text_cell(page->out, row->measure);
    xy__page_text_cell(page->out, row->mode);
    xy__page_text_cell(page->out, row->stage);
    xy__page_text_cell(page->out, row->against);
    xy__page_value_cell(page->out, row);
    xy__page_p_cell(page->out, row->p);
    xy__page_p_cell(page->out, row->q);
    xy__text_add(page->out, "</tr>");
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
  xy__text_add(page->out, "</details>");
}

/* The measure that stands for a benchmark, at every stage. */
static void add_gist(xy__text *gist, const xy__page *page, const char *benchmark) {
  const char *measure =
      xy__json_text(json_object_get(xy__view_benchmark(page->results, benchmark), "headline"), "measure");
  if (measure[0] == '\0' || xy__view_find(page->results, benchmark, measure, NULL, NULL, "all", "all") == NULL) return;
  xy__page_add_label(gist, measure);
  xy__text_add(gist, ": ");
  xy__page_add_levels(gist, page, benchmark, measure);
  if (xy__is_gap(measure)) xy__text_addf(gist, " %s", xy__view_gap_unit(page->results));
}

/* What opens at a click: identities and themes, levels, every other mode and measure. */
static void add_details(xy__page *page, const char *benchmark, bool open) {
  xy__text gist = {0};
  add_gist(&gist, page, benchmark);
  xy__page_fold_open(page, &(xy__fold){.prefix = "path-",
                                       .name = benchmark,
                                       .label = "Levels, identities and themes",
                                       .gist = &gist,
                                       .level = 4,
                                       .open = open});
  xy__text_dispose(&gist);
  add_intro(page, benchmark, "harm");
  if (xy__view_find(page->results, benchmark, XY__ROOT_SHARE, NULL, NULL, "all", "all") != NULL) {
    add_cells(page, benchmark);
  }
  bool first = true;
  for (size_t i = 0; i < xy__kinds_n; i++) {
    if (!has_levels(page, benchmark, &xy__kinds[i])) continue;
    add_level(page, benchmark, &xy__kinds[i], first);
    first = false;
  }
  add_others(page, benchmark);
  xy__page_fold_close(page);
}

void xy__page_path(xy__page *page) {
  xy__names benchmarks = xy__page_distinct(page, "benchmark", NULL, NULL);
  if (benchmarks.n == 0) xy__text_add(page->out, "<p>This run holds no measures.</p>");
  for (size_t b = 0; b < benchmarks.n; b++) {
    const char *name = benchmarks.names[b];
    xy__text_add(page->out, "<h3>");
    xy__text_add_html(page->out, name);
    xy__text_add(page->out, "</h3>");
    add_intro(page, name, "summary");
    if (xy__view_find(page->results, name, XY__ROOT_SHARE, NULL, NULL, "all", "all") != NULL) add_overall(page, name);
    add_details(page, name, benchmarks.n == 1);
  }
  free(benchmarks.names);
}
