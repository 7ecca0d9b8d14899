/* The copy of results.json that the page carries: what its figures draw. Stages, benchmarks, settings, distributions
 * and scatters stand as they are; of the long table the rows in the page's mode, a list each, their texts as places in
 * a list of names and their numbers to six digits: a sixth of the size. With them what their measures are.
 */
#include <math.h>
#include <string.h>

#include "report/page/page.h"
#include "results/marks.h"
#include "results/modes.h"
#include "results/verdicts.h"

static bool is_drawn(const char *measure) {
  const xy__kind *kind = xy__kind_of(measure);
  return kind != NULL && kind->drawn;
}

typedef struct names {
  xy__map places;
  xy__text list; /* comma-separated JSON strings */
  int64_t n;
  bool failed;
} names;

static int64_t place_of(names *all, const char *name) {
  int64_t place = all->n;
  size_t length = strlen(name);
  if (xy__map_get(&all->places, name, length, &place)) return place;
  if (!xy__map_put(&all->places, name, length, place)) all->failed = true;
  if (place > 0) xy__text_add(&all->list, ",");
  xy__text_add_json(&all->list, name, length);
  all->n++;
  return place;
}

static void add_number(xy__text *out, double value) {
  if (isfinite(value)) {
    xy__text_addf(out, ",%.6g", value);
  } else {
    xy__text_add(out, ",null");
  }
}

/* What is not drawn is left out. */
static bool is_carried(const xy__field *column) { return !xy__names_have("low90 high90 floor", column->name); }

/* The row's place in the long table, then its columns in order. */
static void add_row(xy__text *out, names *all, const xy_measure *row, size_t place) {
  xy__text_addf(out, "[%zu", place);
  for (size_t i = 0; i < xy__fields_n; i++) {
    const xy__field *column = &xy__fields[i];
    if (!is_carried(column)) continue;
    switch (column->kind) {
      case XY__FIELD_TEXT: xy__text_addf(out, ",%lld", (long long)place_of(all, xy__field_text(row, column))); break;
      case XY__FIELD_COUNT: xy__text_addf(out, ",%lld", (long long)xy__field_count(row, column)); break;
      default: add_number(out, xy__field_number(row, column));
    }
  }
  xy__text_add(out, "]");
}

static void add_columns(xy__text *out) {
  xy__text_add(out, "\"columns\":[\"row\"");
  for (size_t i = 0; i < xy__fields_n; i++) {
    if (is_carried(&xy__fields[i])) xy__text_addf(out, ",\"%s\"", xy__fields[i].name);
  }
  xy__text_add(out, "],\"texts\":[");
  const char *separator = "";
  for (size_t i = 0; i < xy__fields_n; i++) {
    if (xy__fields[i].kind != XY__FIELD_TEXT) continue;
    xy__text_addf(out, "%s\"%s\"", separator, xy__fields[i].name);
    separator = ",";
  }
  xy__text_add(out, "]");
}

static bool is_carried_row(const xy__page *page, const xy_measure *row) {
  return is_drawn(row->measure) && xy__view_is_front(page->results, row);
}

/* Of each measure that has a row here what the scripts ask of it: how it is called and printed, its line of no effect
 * (null where that is no line, or the end of the axis), and whether it is a change. */
static void add_kinds(xy__text *out, const xy__page *page) {
  const char *separator = "";
  xy__text_add(out, "\"kinds\":{");
  for (size_t k = 0; k < xy__kinds_n; k++) {
    const xy__kind *kind = &xy__kinds[k];
    bool any = false;
    for (size_t i = 0; i < page->results->n_measures && !any && kind->drawn; i++) {
      const xy_measure *row = &page->results->measures[i];
      any = strcmp(row->measure, kind->name) == 0 && is_carried_row(page, row);
    }
    if (!any) continue;
    xy__text_addf(out, "%s\n\"%s\":{\"label\":\"", separator, kind->name);
    xy__kind_add_label(out, kind->name);
    xy__text_addf(out, "\",\"unit\":\"%s\",\"change\":%s,\"parity\":", xy__unit_name(kind->unit),
                  kind->is_change ? "true" : "false");
    xy__text_add_number(out, xy__kind_has_sides(kind) ? kind->parity : NAN);
    xy__text_add(out, "}");
    separator = ",";
  }
  xy__text_add(out, "},\n");
}

static void add_verdicts(xy__text *out) {
  xy__text_add(out, "\"verdicts\":{");
  for (size_t v = 0; v < xy__verdicts_n; v++) {
    const xy__verdict *verdict = &xy__verdicts[v];
    xy__text_addf(out, "%s\"%s\":{\"mark\":\"%s\",\"tone\":\"%s\"}", v > 0 ? "," : "", verdict->name, verdict->mark,
                  xy__verdict_marks[v].color->name);
  }
  xy__text_add(out, "},\n");
}

/* Axes of people in the order in which they stand beside each other; benchmarks without one are of "other". */
static void add_axes(xy__text *out, const xy_results *results) {
  const char *last = NULL;
  xy__text_add(out, "\"axes\":[");
  for (size_t b = 0; b < xy_results_benchmarks(results); b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, results, b);
    const char *axis = bench.axis[0] != '\0' ? bench.axis : "other";
    if (last != NULL && strcmp(last, axis) == 0) continue;
    xy__text_add(out, last != NULL ? "," : "");
    xy__text_add_json(out, axis, strlen(axis));
    last = axis;
  }
  xy__text_add(out, "],\n");
}

/* Of each benchmark the measure that a stage's level is told in. */
static void add_levels(xy__text *out, const xy_results *results) {
  xy__text_add(out, "\"levels\":{");
  for (size_t b = 0; b < xy_results_benchmarks(results); b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, results, b);
    xy__text_add(out, b > 0 ? "," : "");
    xy__text_add_json(out, bench.name, strlen(bench.name));
    xy__text_add(out, ":");
    xy__text_add_json(out, bench.level, strlen(bench.level));
  }
  xy__text_add(out, "},\n");
}

int xy__page_data(xy__text *out, const xy__page *page) {
  static const char *const kept[] = {"stages", "benchmarks", "settings", "distributions", "scatters"};
  const xy_results *results = page->results;
  names all = {0};
  const char *separator = "";
  xy__text_add(out, "{");
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    const json_t *value = json_object_get(results->facts, kept[i]);
    if (value == NULL) continue;
    xy__text_addf(out, "\"%s\":", kept[i]);
    xy__json_add(out, value);
    xy__text_add(out, ",\n");
  }
  add_kinds(out, page);
  add_verdicts(out);
  xy__marks_add_data(out);
  add_axes(out, results);
  add_levels(out, results);
  xy__text_add(out, "\"measures\":{");
  add_columns(out);
  xy__text_add(out, ",\"rows\":[");
  for (size_t i = 0; i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    if (!is_carried_row(page, row)) continue;
    xy__text_add(out, separator);
    add_row(out, &all, row, i);
    separator = ",\n";
  }
  xy__text_add(out, "],\"names\":[");
  xy__text_add(out, all.list.data != NULL ? all.list.data : "");
  xy__text_add(out, "]}}\n");
  bool failed = all.failed || all.list.failed || out->failed;
  xy__map_dispose(&all.places);
  xy__text_dispose(&all.list);
  return failed ? xy__fail_memory(page->err, "report.html") : XY_OK;
}
