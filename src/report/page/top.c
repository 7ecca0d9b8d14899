/* Top of the page: the lineage as a tree, what each step did to each benchmark at a glance, and the findings in plain
 * sentences, each with a link to the figure that shows it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/html.h"
#include "report/page/words.h"
#include "results/number.h"
#include "results/verdicts.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

void xy__page_byline(xy__page *page) {
  const json_t *run = json_object_get(page->results->facts, "run");
  const char *when = xy__json_text(run, "finished");
  size_t stages = page->results->n_stages;
  const json_t *list = json_object_get(page->results->facts, "benchmarks");
  int64_t items = 0;
  for (size_t b = 0; b < json_array_size(list); b++) {
    items += json_integer_value(json_object_get(json_array_get(list, b), "items"));
  }
  xy__number_add_counted(page->out, (int64_t)stages, "stage", "stages");
  xy__text_add(page->out, ", ");
  xy__number_add_counted(page->out, (int64_t)json_array_size(list), "benchmark", "benchmarks");
  xy__text_add(page->out, ", ");
  xy__number_add_counted(page->out, items, "item", "items");
  if (when[0] != '\0') {
    xy__text_add(page->out, ". Measured ");
    xy__text_add_html(page->out, when);
  }
  xy__text_add(page->out, ".");
}

void xy__page_note(xy__page *page) {
  const char *note = xy__json_text(json_object_get(page->results->facts, "family"), "note");
  if (note[0] == '\0') return;
  xy__text_add(page->out, "<p class=\"note\" role=\"note\"><b>Please note.</b> ");
  xy__text_add_html(page->out, note);
  xy__text_add(page->out, "</p>");
}

/* ---- lineage ---- */

static void add_stage_line(xy__text *out, const xy_stage_info *stage) {
  xy__text_add(out, "<span class=\"stage\"><b>");
  xy__text_add_html(out, stage->name);
  xy__text_add(out, "</b> ");
  xy__text_add_html(out, stage->method);
  if (isfinite(stage->beta)) {
    xy__text_add(out, ", β ");
    xy__text_add_number(out, stage->beta);
  }
  xy__text_add(out, "<br><span class=\"quiet\">");
  xy__text_add_html(out, stage->model);
  if (stage->reference[0] != '\0' && !is(stage->reference, stage->parent)) {
    xy__text_add(out, " · reference ");
    xy__text_add_html(out, stage->reference);
  }
  xy__text_add(out, "</span></span>");
}

/* The stages that grew from `parent`, nested. Parents stand before children, so that depth is bounded by their
 * number; a stage that names itself or a later one is left out. */
static void add_children(xy__page *page, const char *parent, size_t after) {
  const xy_results *results = page->results;
  bool any = false;
  for (size_t i = after; i < results->n_stages; i++) {
    const xy_stage_info *stage = &results->stages[i];
    if (!is(stage->parent, parent)) continue;
    if (!any) xy__text_add(page->out, parent[0] == '\0' ? "<ul class=\"tree\">" : "<ul>");
    any = true;
    xy__text_add(page->out, "<li>");
    add_stage_line(page->out, stage);
    add_children(page, stage->name, i + 1);
    xy__text_add(page->out, "</li>");
  }
  if (any) xy__text_add(page->out, "</ul>");
}

static void add_lineage(xy__page *page) {
  static const xy__figure figure = {
      .kind = "lineage",
      .id = "lineage",
      .benchmark = "",
      .alt =
          "A tree of the stages from the root on the left to the ends on the right. "
          "Beside each step stands its verdict on each benchmark.",
      .units =
          "Stage, method, β; beside each step its verdict on each benchmark over "
          "all items: ▲ amplified, ▼ attenuated, ■ persists, ○ clear, ≈ "
          "negligible, ? undetermined; † where another mode or rule has another verdict."};
  const xy_results *results = page->results;
  xy__text title = {0};
  size_t rewards = 0;
  const char *separator = "";
  xy__text_addf(&title, "%zu %s grew from one root", results->n_stages,
                xy_plural((int64_t)results->n_stages, "stage", "stages"));
  for (size_t s = 0; s < results->n_stages; s++) rewards += isfinite(results->stages[s].beta);
  xy__text_add(&title, rewards > 0 ? "; an implicit reward can be read from " : "; none has an implicit reward");
  for (size_t s = 0; s < results->n_stages; s++) {
    if (!isfinite(results->stages[s].beta)) continue;
    xy__text_add(&title, separator);
    xy__text_add_html(&title, results->stages[s].name);
    separator = ", ";
  }
  xy__page_figure_open(page, &figure, &title);
  add_children(page, "", 0);
  xy__page_figure_close(page);
  xy__text_dispose(&title);
}

/* ---- at a glance ---- */

/* To the row of the step's own: steps.c gives it its address. */
static void link_to_row(const xy__page *page, const xy_measure *row) {
  xy__text_addf(page->out, "<a href=\"#row-%zu\">", (size_t)(row - page->results->measures));
}

static void add_glance_row(xy__page *page, const char *benchmark, const char *measure) {
  const xy_results *results = page->results;
  xy__text *out = page->out;
  xy__text_add(out, "<tr><th scope=\"row\">");
  xy__text_add_html(out, benchmark);
  xy__text_add(out, "<span class=\"ci\">");
  xy__page_add_label(out, measure);
  const char *axis = xy__json_text(xy__view_benchmark(page->results, benchmark), "axis");
  if (axis[0] != '\0' && !is(axis, benchmark)) {
    xy__text_add(out, "<br>");
    xy__text_add_html(out, axis);
  }
  xy__text_add(out, "</span></th>");
  for (size_t s = 0; s < results->n_stages; s++) {
    const xy_stage_info *stage = &results->stages[s];
    if (stage->parent[0] == '\0') continue;
    const xy_measure *row = xy__view_find(page->results, benchmark, measure, stage->name, stage->parent, "all", "all");
    if (row == NULL) {
      xy__text_add(out, "<td>–</td>");
      continue;
    }
    xy__text_add(out, "<td>");
    link_to_row(page, row);
    xy__page_add_verdict(out, row);
    xy__text_add(out, "<br>");
    xy__number_add_row(out, row);
    xy__text_add(out, "</a>");
    if (isfinite(row->low)) {
      xy__text_add(out, "<span class=\"ci\">");
      xy__number_add_interval(out, row);
      xy__text_add(out, "</span>");
    }
    const xy_measure *beyond = xy__view_beyond(results, row);
    if (beyond != NULL) {
      xy__text_add(out, "<span class=\"ci\">beyond controls ");
      xy__number_add_estimate(out, beyond);
      xy__text_addf(out, " %s</span>", xy_verdict_mark(beyond->verdict));
    }
    xy__text_add(out, "</td>");
  }
  xy__text_add(out, "</tr>");
}

static void add_glance(xy__page *page) {
  const xy_results *results = page->results;
  xy__names benchmarks = xy__page_distinct(page, "benchmark", NULL, NULL);
  bool any = false;
  for (size_t b = 0; b < benchmarks.n; b++) {
    const char *changes[XY__CHANGES];
    size_t n = xy__view_changes(changes, page->results, benchmarks.names[b]);
    for (size_t k = 0; k < n; k++) {
      if (xy__view_find(page->results, benchmarks.names[b], changes[k], NULL, NULL, "all", "all") == NULL) continue;
      if (!any) {
        xy__text_add(page->out, "<h3>Every step at a glance</h3><div class=\"glance\">");
        xy__page_table_open(page,
                            "Change by each step over all items, with its interval and verdict; each cell leads "
                            "to the forest plot",
                            false);
        xy__text_add(page->out, "<thead><tr>");
        xy__page_head(page->out, "Benchmark, what changed, axis", false);
        for (size_t s = 0; s < results->n_stages; s++) {
          if (results->stages[s].parent[0] == '\0') continue;
          xy__text_add(page->out, "<th scope=\"col\">");
          xy__page_add_step(page->out, results->stages[s].parent, results->stages[s].name);
          xy__text_add(page->out, "</th>");
        }
        xy__text_add(page->out, "</tr></thead><tbody>");
      }
      any = true;
      add_glance_row(page, benchmarks.names[b], changes[k]);
    }
  }
  if (any) {
    xy__text_add(page->out, "</tbody>");
    xy__page_table_close(page);
    xy__text_add(page->out, "</div>");
  }
  free(benchmarks.names);
}

/* ---- findings ---- */

/* The first sentence carries the finding; the others, its detail, open at a click. */
static void add_sentences(xy__text *out, const char *text) {
  const char *end = strstr(text, ". ");
  char *first = end != NULL ? strndup(text, (size_t)(end - text) + 1) : NULL;
  if (first != NULL) xy__text_add(out, "<details class=\"rest\"><summary>");
  xy__text_add_html(out, first != NULL ? first : text);
  if (first != NULL) {
    xy__text_add(out, "</summary>");
    xy__text_add_html(out, end + 2);
    xy__text_add(out, "</details>");
  }
  free(first);
}

static bool is_blind(const xy_finding *finding) { return strstr(finding->kind, "blind_spot") != NULL; }

static void add_link(xy__page *page, const xy_finding *finding) {
  xy__text *out = page->out;
  const char *b = finding->benchmark;
  const xy_measure *row = xy__is_step(finding->measure) ? xy__view_find(page->results, b, finding->measure,
                                                                        finding->stage, finding->against, "all", "all")
                                                        : NULL;
  if (row != NULL && !xy__page_in_forest(page, row)) row = NULL;
  if (is_blind(finding)) {
    xy__text_add(out, " <a href=\"#blindspots\">Figure: side by side</a>");
  } else if (is(finding->kind, "reward") && xy__view_has_gaps(page->results, b)) {
    xy__text_add(out, " <a href=\"#");
    xy__page_add_id(out, "rates-", b);
    xy__text_add(out, "\">Figure: implicit reward</a>");
  } else if (row != NULL) {
    xy__text_add(out, " ");
    link_to_row(page, row);
    xy__text_add(out, "Figure: this step</a>");
  } else if (b[0] != '\0' && xy__page_has_levels(page, b)) {
    xy__text_add(out, " <a href=\"#");
    xy__page_add_id(out, "levels-", b);
    xy__text_add(out, "\">Figure: every stage</a>");
  } else if (b[0] != '\0') {
    xy__text_add(out, " <a href=\"#reward\">Table: every stage</a>");
  }
}

static void add_finding(xy__page *page, const xy_finding *finding) {
  xy__text *out = page->out;
  xy__text_add(out, "<li class=\"k-");
  xy__text_add_html(out, finding->kind);
  xy__text_add(out, "\"><span class=\"kind\">");
  for (const char *c = finding->kind; *c != '\0'; c++) {
    char one[2] = {*c == '_' ? ' ' : *c, '\0'};
    if (c == finding->kind && one[0] >= 'a' && one[0] <= 'z') one[0] = (char)(one[0] - 'a' + 'A');
    xy__text_add_html(out, one);
  }
  xy__text_add(out, "</span>");
  add_sentences(out, finding->text);
  add_link(page, finding);
  xy__text_add(out, "</li>");
}

/* Blind spots and what is of the whole run come first; then each benchmark's. */
static bool leads(const xy_finding *finding) { return is_blind(finding) || finding->benchmark[0] == '\0'; }

static void add_group(xy__page *page, const char *benchmark, bool open) {
  const xy_results *results = page->results;
  xy__text *out = page->out;
  xy__text_addf(out, "<details class=\"fold plain\"%s><summary><b>", open ? " open" : "");
  xy__text_add_html(out, benchmark);
  xy__text_add(out, "</b>");
  const char *separator = ": ";
  for (size_t v = 0; v < xy__verdicts_n; v++) {
    size_t n = 0;
    for (size_t i = 0; i < results->n_findings; i++) {
      n += !leads(&results->findings[i]) && is(results->findings[i].benchmark, benchmark) &&
           is(results->findings[i].kind, xy__verdicts[v].finding);
    }
    if (n == 0) continue;
    xy__text_addf(out, "%s%zu %s", separator, n, n == 1 ? xy__verdicts[v].name : xy__verdicts[v].many);
    separator = ", ";
  }
  xy__text_add(out, "</summary><ul class=\"findings\">");
  for (size_t i = 0; i < results->n_findings; i++) {
    if (!leads(&results->findings[i]) && is(results->findings[i].benchmark, benchmark)) {
      add_finding(page, &results->findings[i]);
    }
  }
  xy__text_add(out, "</ul></details>");
}

static void add_findings(xy__page *page) {
  const xy_results *results = page->results;
  xy__text_add(page->out, "<h3>Findings</h3>");
  if (results->n_findings == 0) xy__text_add(page->out, "<p>This run recorded no findings.</p>");
  bool any = false;
  for (size_t i = 0; i < results->n_findings; i++) {
    if (!leads(&results->findings[i])) continue;
    if (!any) xy__text_add(page->out, "<ul class=\"findings lead-findings\">");
    any = true;
    add_finding(page, &results->findings[i]);
  }
  if (any) xy__text_add(page->out, "</ul>");
  add_glance(page);
  xy__names benchmarks = xy__page_distinct(page, "benchmark", NULL, NULL);
  size_t groups = 0;
  for (size_t b = 0; b < benchmarks.n; b++) {
    bool some = false;
    for (size_t i = 0; i < results->n_findings; i++) {
      some = some || (!leads(&results->findings[i]) && is(results->findings[i].benchmark, benchmarks.names[b]));
    }
    if (!some) continue;
    if (groups++ == 0) xy__text_add(page->out, "<h3>Findings by benchmark</h3>");
    add_group(page, benchmarks.names[b], groups == 1);
  }
  free(benchmarks.names);
}

void xy__page_top(xy__page *page) {
  add_lineage(page);
  add_findings(page);
}
