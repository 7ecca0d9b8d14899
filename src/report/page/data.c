/* The copy of results.json that the page carries: what its figures draw. Stages, benchmarks, settings, distributions
 * and scatters stand as they are; of the long table the rows in the page's mode, a list each, their texts as places in
 * a list of names and their numbers to six digits: a sixth of the size.
 */
#include <math.h>
#include <string.h>

#include "report/page/page.h"

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

/* The 90% interval is not drawn. */
static bool is_carried(const xy__field *column) {
  return strcmp(column->name, "low90") != 0 && strcmp(column->name, "high90") != 0;
}

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
  xy__text_add(out, "\"measures\":{");
  add_columns(out);
  xy__text_add(out, ",\"rows\":[");
  for (size_t i = 0; i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    if (!is_drawn(row->measure) || !xy__view_is_front(page->results, row)) continue;
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
