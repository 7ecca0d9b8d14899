/* Coverage: identities × themes of each benchmark with their counts and the smallest detectable change, and, in words,
 * who was not covered.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/html.h"
#include "report/page/words.h"
#include "results/number.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

static void add_cell(xy__text *out, const xy_measure *row) {
  xy__text_add(out, "<td class=\"num\">");
  if (row == NULL) {
    xy__text_add(out, "no items</td>");
    return;
  }
  xy__number_add_count(out, row->n);
  xy__text_add(out, " (");
  xy__number_add_count(out, row->clusters);
  xy__text_add(out, ")<span class=\"ci\">");
  xy__number_add_detectable(out, row);
  xy__text_add(out, "</span></td>");
}

static void add_table(xy__page *page, const char *benchmark, const char *measure, const xy__names *identities,
                      const xy__names *themes) {
  xy__page_table_open(page, "Items (clusters), and the smallest change by a step that they could have shown", false);
  xy__text_add(page->out, "<thead><tr>");
  xy__page_head(page->out, "Identity", false);
  for (size_t t = 0; t < themes->n; t++) xy__page_head(page->out, themes->names[t], true);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < identities->n; i++) {
    xy__page_open_row(page->out, identities->names[i]);
    for (size_t t = 0; t < themes->n; t++) {
      add_cell(page->out,
               xy__view_least_sensitive(page->results, benchmark, measure, identities->names[i], themes->names[t]));
    }
    xy__text_add(page->out, "</tr>");
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
}

/* "±0.052 nats", of a change of gaps; "±1.2 pp". */
static void add_least(xy__text *out, const xy__page *page, const xy_measure *whole) {
  xy__number_add_detectable(out, whole);
  if (xy__is_gap(whole->measure)) xy__text_addf(out, " %s", xy__view_gap_unit(page->results));
}

/* "could see ±0.052 nats; 1,792 items in 56 clusters" */
static void add_gist(xy__text *gist, const xy__page *page, const xy_measure *whole) {
  xy__text_add(gist, "could see ");
  if (isfinite(whole->detectable)) {
    add_least(gist, page, whole);
  } else {
    xy__text_add(gist, "nothing");
  }
  xy__text_add(gist, "; ");
  xy__number_add_size(gist, whole);
}

/* The title says in words what the whole benchmark could have seen. */
static void add_title(xy__text *title, const xy__page *page, const xy_measure *whole) {
  xy__page_add_on(title, whole->benchmark);
  xy__text_add(title, "a step’s change over all ");
  xy__number_add_size(title, whole);
  if (isfinite(whole->detectable)) {
    xy__text_add(title, " had to reach ");
    add_least(title, page, whole);
    xy__text_add(title, " to be seen");
  } else {
    xy__text_add(title, " could not have been seen, whatever its size");
  }
}

/* Of the first of its changes that verdicts are given on, `whole` over all items. */
static void add_benchmark(xy__page *page, const char *benchmark, const xy_measure *whole, bool open) {
  const char *change = whole->measure;
  xy__names identities = xy__page_distinct(page, "identity", benchmark, change);
  xy__names themes = xy__page_distinct(page, "theme", benchmark, change);
  xy__names_drop_single(&identities);
  xy__names_drop_single(&themes);
  xy__text gist = {0};
  add_gist(&gist, page, whole);
  xy__page_fold_open(page, &(xy__fold){.prefix = "seen-", .name = benchmark, .gist = &gist, .level = 4, .open = open});
  xy__text_dispose(&gist);
  xy__text title = {0};
  xy__text units = {0};
  xy__text_addf(&units,
                "In each cell the items, and below the smallest change by a step that would have been seen with 80%% "
                "power at 5%% (%s, of the least sensitive step). Clusters stand in the table.",
                xy__is_rate(change)  ? "percentage points"
                : xy__is_gap(change) ? xy__view_gap_unit(page->results)
                                     : "of a score from −1 to 1");
  add_title(&title, page, whole);
  xy__figure figure = {.kind = "coverage",
                       .id = "coverage-",
                       .benchmark = benchmark,
                       .measure = change,
                       .alt =
                           "A grid of identities by themes; each cell gives the number of items and the smallest "
                           "detectable change, darker where more could have been seen.",
                       .units = units.failed ? "" : units.data};
  xy__page_figure_open(page, &figure, &title);
  add_table(page, benchmark, change, &identities, &themes);
  xy__page_figure_close(page);
  xy__page_fold_close(page);
  xy__text_dispose(&title);
  xy__text_dispose(&units);
  free(identities.names);
  free(themes.names);
}

/* ---- who is not covered ---- */

static void add_list(xy__text *out, const json_t *names) {
  size_t n = json_array_size(names);
  for (size_t i = 0; i < n; i++) {
    xy__text_add(out, i == 0 ? "" : i + 1 == n ? " and " : ", ");
    xy__page_add_fact(out, json_array_get(names, i));
  }
}

static void add_axis(xy__text *out, const json_t *axis) {
  const json_t *named = json_object_get(axis, "named");
  const json_t *missing = json_object_get(axis, "not_named");
  if (json_array_size(json_object_get(axis, "benchmarks")) == 0) return;
  xy__text_add(out, "<li><b class=\"axis\">");
  xy__page_add_fact(out, json_object_get(axis, "people"));
  xy__text_add(out, "</b> (");
  xy__page_add_fact(out, json_object_get(axis, "benchmarks"));
  xy__text_add(out, "): named are ");
  if (json_array_size(named) > 0) {
    add_list(out, named);
  } else {
    xy__text_add(out, "no single groups");
  }
  if (json_array_size(missing) > 0) {
    xy__text_add(out, "; <strong>not named as targets</strong>: ");
    add_list(out, missing);
  }
  xy__text_add(out, ".</li>");
}

static void add_missing(xy__page *page) {
  const json_t *axes = json_object_get(page->results->facts, "coverage");
  xy__text *out = page->out;
  xy__text_add(out, "<h3>Who is not covered</h3>");
  if (json_array_size(axes) == 0) {
    xy__text_add(out, "<p>This run did not record which groups its benchmarks leave out.</p>");
  } else {
    const char *separator = "<p><strong>No benchmark of this run looks at</strong> ";
    for (size_t i = 0; i < json_array_size(axes); i++) {
      const json_t *axis = json_array_get(axes, i);
      if (json_array_size(json_object_get(axis, "benchmarks")) > 0) continue;
      xy__text_add(out, separator);
      xy__page_add_fact(out, json_object_get(axis, "people"));
      separator = ", ";
    }
    if (separator[0] == ',') xy__text_add(out, ". Of these this report can say nothing.</p>");
    xy__text_add(out, "<ul class=\"prose\">");
    for (size_t i = 0; i < json_array_size(axes); i++) add_axis(out, json_array_get(axes, i));
    xy__text_add(out,
                 "</ul><p>Named means that a target of an item carries the label. The list is "
                 "<code>data/groups/groups.yaml</code>; no such list is complete, and people belong to several "
                 "of these groups at once, which no benchmark here tests.</p>");
  }
  xy__text_add(out, "<p>Languages: ");
  const json_t *list = json_object_get(page->results->facts, "benchmarks");
  const char *last = "";
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *language = xy__json_text(json_array_get(list, i), "language");
    if (language[0] == '\0' || is(language, last)) continue;
    if (last[0] != '\0') xy__text_add(out, ", ");
    xy__text_add_html(out, language);
    last = language;
  }
  if (last[0] == '\0') xy__text_add(out, "not recorded");
  xy__text_add(
      out,
      ". Other languages were not measured.</p><p>What the makers of other models report, and whom that leaves "
      "out: <a href=\"survey.html\">the survey</a>, a page beside this one "
      "(<code class=\"whole\">xylem survey --html survey.html</code> writes it again).</p>");
}

void xy__page_coverage(xy__page *page) {
  add_missing(page);
  xy__names benchmarks = xy__page_distinct(page, "benchmark", NULL, NULL);
  bool any = false;
  for (size_t b = 0; b < benchmarks.n; b++) {
    const char *changes[XY__CHANGES], *name = benchmarks.names[b];
    if (xy__view_changes(changes, page->results, name) == 0) continue;
    const xy_measure *whole = xy__view_least_sensitive(page->results, name, changes[0], "all", "all");
    if (whole == NULL) continue;
    if (!any) xy__text_add(page->out, "<h3>What each benchmark could have seen</h3>");
    any = true;
    add_benchmark(page, name, whole, benchmarks.n == 1);
  }
  free(benchmarks.names);
}
