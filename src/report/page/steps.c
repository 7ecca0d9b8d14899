/* Amplification: every step's effect in every cell as a forest plot and one long table, which the script sorts and
 * filters; and blind spots: the same steps on binary-gender and on other benchmarks, side by side.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/html.h"
#include "report/page/words.h"
#include "results/number.h"
#include "results/verdicts.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

/* Rows that the forest draws: changes of a stage against its parent or the root that verdicts are given on. */
bool xy__page_in_forest(const xy__page *page, const xy_measure *row) {
  if (row->against[0] == '\0' || !xy__view_is_front(page->results, row)) return false;
  const char *changes[XY__CHANGES];
  size_t n = xy__view_changes(changes, page->results, row->benchmark);
  for (size_t i = 0; i < n; i++) {
    if (is(row->measure, changes[i])) return true;
  }
  return false;
}

/* Of a row that is distinct on its own and not after the correction. */
#define CORRECTED_MARK "‡"

static bool lost_to_correction(const xy__page *page, const xy_measure *row) {
  const json_t *alpha = json_object_get(json_object_get(page->results->facts, "settings"), "alpha");
  double bound = json_is_number(alpha) ? json_number_value(alpha) : 0.05;
  return row->p < bound && row->q >= bound;
}

/* "2 of whole benchmarks, 45 of single identities and themes": the tests that q corrects a row for, those of its kind.
 */
static void add_tests(xy__text *out, const xy__page *page, const xy_measure *like) {
  static const char *const kinds[] = {"of whole benchmarks", "of single identities and themes", "of crossings"};
  size_t counts[3] = {0};
  for (size_t i = 0; i < page->results->n_measures; i++) {
    const xy_measure *row = &page->results->measures[i];
    if (!isfinite(row->q) || !is(row->measure, like->measure) || !is(row->mode, like->mode)) continue;
    counts[!is(row->identity, "all") + !is(row->theme, "all")]++;
  }
  const char *separator = "";
  for (size_t k = 0; k < 3; k++) {
    if (counts[k] == 0) continue;
    xy__text_add(out, separator);
    xy__number_add_count(out, (int64_t)counts[k]);
    xy__text_addf(out, " %s", kinds[k]);
    separator = ", ";
  }
}

static bool any_beyond(const xy__page *page) {
  for (size_t i = 0; i < page->results->n_measures; i++) {
    const xy_measure *row = &page->results->measures[i];
    if (xy__page_in_forest(page, row) && xy__view_beyond(page->results, row) != NULL) return true;
  }
  return false;
}

/* What the same change is beyond the controls, with its verdict's mark. */
static void add_beyond(xy__text *out, const xy_measure *beyond) {
  if (beyond == NULL) {
    xy__text_add(out, "<td class=\"num\">–</td>");
    return;
  }
  xy__text_addf(out, "<td class=\"num\">%s ", xy_verdict_mark(beyond->verdict));
  xy__number_add_row(out, beyond);
  xy__text_add(out, "<span class=\"ci\">");
  xy__number_add_interval(out, beyond);
  xy__text_add(out, "</span></td>");
}

static void add_forest_row(xy__text *out, const xy__page *page, const xy_measure *row, size_t place, bool beyond) {
  xy__text_addf(out, "<tr id=\"row-%zu\" data-row=\"%zu\"><th scope=\"row\">", place, place);
  xy__text_add_html(out, row->benchmark);
  xy__text_add(out, "</th><td class=\"whole\">");
  xy__page_add_step(out, row->against, row->stage);
  xy__text_add(out, "</td>");
  xy__text_add(out, "<td>");
  xy__page_add_label(out, row->measure);
  xy__text_add(out, "</td>");
  xy__page_text_cell(out, row->identity);
  xy__page_text_cell(out, row->theme);
  xy__page_count_cell(out, row);
  xy__text_add(out, "<td class=\"num\">");
  xy__number_add_row(out, row);
  xy__text_add(out, "</td><td class=\"num\">");
  xy__number_add_interval(out, row);
  xy__text_add(out, "</td>");
  if (beyond) add_beyond(out, xy__view_beyond(page->results, row));
  xy__page_p_cell(out, row->p);
  if (lost_to_correction(page, row)) {
    xy__text_add(out, "<td class=\"num\">" CORRECTED_MARK " ");
    xy__number_add_p(out, row->q);
    xy__text_add(out, "</td>");
  } else {
    xy__page_p_cell(out, row->q);
  }
  xy__text_add(out, "<td class=\"num\">");
  xy__number_add_detectable(out, row);
  xy__text_add(out, "</td><td>");
  xy__page_add_verdict(out, row);
  xy__text_add(out, "</td></tr>");
}

static void add_forest_title(xy__text *title, const xy__page *page) {
  size_t counts[xy__verdicts_n] = {0};
  size_t all = 0;
  for (size_t i = 0; i < page->results->n_measures; i++) {
    const xy_measure *row = &page->results->measures[i];
    if (!xy__page_in_forest(page, row) || !xy__view_is_step(page->results, row) || xy__view_is_whole(row)) continue;
    all++;
    const xy__verdict *verdict = xy__verdict_of(row->verdict);
    if (verdict != NULL) counts[verdict - xy__verdicts]++;
  }
  xy__text_add(title, "Of ");
  xy__number_add_counted(title, (int64_t)all, "step effect", "step effects");
  xy__text_add(title, " on identities, themes and their crossings, ");
  for (size_t v = 0; v < xy__verdicts_n; v++) {
    xy__text_add(title, v == 0 ? "" : v + 1 == xy__verdicts_n ? " and " : ", ");
    xy__number_add_count(title, (int64_t)counts[v]);
    xy__text_addf(title, " %s%s", v == 0 ? "are " : "", xy__verdicts[v].many);
  }
}

/* What is drawn and listed, in what units; `any` is a row of it. */
static void add_forest_units(xy__text *units, const xy__page *page, const xy_measure *any, bool beyond) {
  xy__text_addf(units,
                "Mean change of the gap in %s (percentage points for rates), with intervals; the dashed line is no "
                "change. n and clusters stand with each row. The controls choose what is drawn and what the table "
                "lists. " CORRECTED_MARK
                " in the table: distinct on its own (p below α), and not after q corrects for the tests of its kind, "
                "of the ",
                xy__view_gap_unit(page->results));
  xy__page_add_label(units, any->measure);
  xy__text_add(units, " ");
  add_tests(units, page, any);
  xy__text_add(units, ".");
  if (beyond) {
    xy__text_add(units,
                 " Beyond controls: what of the same change harmless sentences about the same groups do not show, with "
                 "the mark of its own verdict.");
  }
}

static void add_forest_table(xy__page *page, bool beyond) {
  static const char *const heads[] = {"Benchmark", "Step",     "Change of",       "Identity", "Theme", "n (clusters)",
                                      "Change",    "Interval", "Beyond controls", "p",        "q",     "Could see",
                                      "Verdict"};
  enum { COUNTS = 5, BEYOND = 8, SEEN = 11 };
  xy__page_table_open(page, "Every step effect, with p, q (Benjamini–Hochberg), what could have been seen, and verdict",
                      true);
  xy__text_add(page->out, "<thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
    if (i != BEYOND || beyond) xy__page_head(page->out, heads[i], i >= COUNTS && i <= SEEN);
  }
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < page->results->n_measures; i++) {
    const xy_measure *row = &page->results->measures[i];
    if (xy__page_in_forest(page, row)) add_forest_row(page->out, page, row, i, beyond);
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
}

void xy__page_steps(xy__page *page) {
  const xy_measure *any = NULL;
  for (size_t i = 0; i < page->results->n_measures && any == NULL; i++) {
    if (xy__page_in_forest(page, &page->results->measures[i])) any = &page->results->measures[i];
  }
  if (any == NULL) {
    xy__text_add(page->out,
                 "<p id=\"forest\">This run compares no two stages, so that nothing can be said of steps.</p>");
    return;
  }
  bool beyond = any_beyond(page);
  xy__text title = {0};
  xy__text units = {0};
  add_forest_title(&title, page);
  add_forest_units(&units, page, any, beyond);
  const xy__figure figure = {
      .kind = "forest",
      .id = "forest",
      .benchmark = "",
      .alt =
          "A row per identity and theme: the step's effect with its interval, the shape and word of its verdict at "
          "the right.",
      .units = units.failed ? "" : units.data};
  xy__page_figure_open(page, &figure, &title);
  add_forest_table(page, beyond);
  xy__page_figure_close(page);
  xy__text_dispose(&title);
  xy__text_dispose(&units);
}

/* ---- blind spots ---- */

static const char *axis_of(const xy__page *page, const char *benchmark) {
  return xy__json_text(xy__view_benchmark(page->results, benchmark), "axis");
}

static bool in_blind(const xy__page *page, const xy_measure *row) {
  return xy__view_is_whole(row) && xy__is_gap(row->measure) && xy__page_in_forest(page, row) &&
         xy__view_is_step(page->results, row);
}

static void add_blind_title(xy__text *title, const xy__page *page) {
  static const char *const kinds[][2] = {{"blind_spot", "Blind spot at "},
                                         {"no_blind_spot", "both kinds of benchmark change at "},
                                         {"blind_spot_undecided", "undecided at "}};
  const char *between = "";
  for (size_t k = 0; k < 3; k++) {
    const char *separator = kinds[k][1];
    for (size_t i = 0; i < page->results->n_findings; i++) {
      const xy_finding *finding = &page->results->findings[i];
      if (!is(finding->kind, kinds[k][0])) continue;
      if (separator == kinds[k][1]) xy__text_add(title, between);
      xy__text_add(title, separator);
      if (finding->stage[0] != '\0')
        xy__page_add_step(title, finding->against, finding->stage);
      else
        xy__text_add(title, "a step");
      separator = ", ";
      between = "; ";
    }
  }
  if (between[0] == '\0') xy__text_add(title, "No step is amplified on a benchmark that is not binary-gender");
}

static void add_blind_row(xy__text *out, const xy__page *page, const xy_measure *row) {
  xy__text_add(out, "<tr><th scope=\"row\" class=\"whole\">");
  xy__page_add_step(out, row->against, row->stage);
  xy__text_add(out, "</th>");
  xy__page_text_cell(out, axis_of(page, row->benchmark));
  xy__page_text_cell(out, row->benchmark);
  xy__page_count_cell(out, row);
  xy__page_value_cell(out, row);
  xy__page_p_cell(out, row->q);
  xy__text_add(out, "<td class=\"num\">");
  xy__number_add_detectable(out, row);
  xy__text_add(out, "</td><td>");
  xy__page_add_verdict(out, row);
  xy__text_add(out, "</td></tr>");
}

void xy__page_blind(xy__page *page) {
  static const char *const heads[] = {"Step",   "Axis", "Benchmark", "n (clusters)",
                                      "Change", "q",    "Could see", "Verdict"};
  const char *change = NULL;
  double bound = NAN;
  for (size_t i = 0; i < page->results->n_measures; i++) {
    const xy_measure *row = &page->results->measures[i];
    if (!in_blind(page, row)) continue;
    change = row->measure;
    if (isfinite(row->bound)) bound = row->bound;
  }
  if (change == NULL) {
    xy__text_add(page->out,
                 "<p id=\"blindspots\">This run has no steps on benchmarks of pairs, so that it cannot say "
                 "whether popular benchmarks miss what others show.</p>");
    return;
  }
  xy__text title = {0};
  xy__text units = {0};
  add_blind_title(&title, page);
  xy__text_addf(&units,
                "Mean change of the gap in %s at each step over all items, with intervals; a panel per axis of "
                "people, on one scale.",
                xy__view_gap_unit(page->results));
  if (isfinite(bound))
    xy__text_addf(&units, " The shaded band (±%g %s) counts as no change.", bound, xy__view_gap_unit(page->results));
  xy__text_add(&units, " n and clusters stand in the table.");
  xy__figure figure = {.kind = "blind",
                       .id = "blindspots",
                       .benchmark = "",
                       .measure = change,
                       .alt =
                           "A panel per axis, binary-gender first; in each a row per step and benchmark with the "
                           "change, its interval and verdict.",
                       .units = units.failed ? "" : units.data};
  xy__page_figure_open(page, &figure, &title);
  xy__page_table_open(page, "Change by step on every benchmark of pairs, binary-gender first", false);
  xy__text_add(page->out, "<thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) xy__page_head(page->out, heads[i], i >= 3 && i <= 6);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t s = 0; s < page->results->n_stages; s++) {
    for (int popular = 1; popular >= 0; popular--) {
      for (size_t i = 0; i < page->results->n_measures; i++) {
        const xy_measure *row = &page->results->measures[i];
        if (!is(row->stage, page->results->stages[s].name) || !in_blind(page, row)) continue;
        if (is(axis_of(page, row->benchmark), XY__POPULAR_AXIS) == (popular == 1)) add_blind_row(page->out, page, row);
      }
    }
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
  xy__page_figure_close(page);
  xy__text_dispose(&title);
  xy__text_dispose(&units);
}
