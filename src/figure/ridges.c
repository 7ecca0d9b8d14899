/* How items' values are distributed, a ridge per identity and theme and a panel per stage: the margin of the implicit
 * reward where there is one, the lead of the declared pronoun or of the biased answer in other modalities. Histograms
 * of `distributions` in results.json, each scaled to its own highest bin; a line marks the median.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figure/figure.h"
#include "results/item_values.h"

enum { ROW = 20, MOST_PANELS = 32 };

static bool is(const json_t *object, const char *key, const char *value) {
  return strcmp(xy__json_text(object, key), value) == 0;
}

static double number(const json_t *object, const char *key) { return json_number_value(json_object_get(object, key)); }

typedef struct ridges {
  const xy_results *results;
  const json_t *list;
  const char *benchmark, *measure;
  const char *stages[MOST_PANELS];
  const char **identities, **themes; /* rows: a cell is (identity, theme) */
  const char **rows;                 /* what they are called */
  size_t n_stages, n_rows;
  double low, high;
} ridges;

static bool belongs(const ridges *in, const json_t *one) {
  return is(one, "benchmark", in->benchmark) && is(one, "measure", in->measure);
}

static void add_stage(ridges *in, const char *stage) {
  for (size_t i = 0; i < in->n_stages; i++) {
    if (strcmp(in->stages[i], stage) == 0) return;
  }
  if (in->n_stages < MOST_PANELS) in->stages[in->n_stages++] = stage;
}

static void add_row(ridges *in, const json_t *one) {
  const char *identity = xy__json_text(one, "identity"), *theme = xy__json_text(one, "theme");
  for (size_t i = 0; i < in->n_rows; i++) {
    if (strcmp(in->identities[i], identity) == 0 && strcmp(in->themes[i], theme) == 0) return;
  }
  in->identities[in->n_rows] = identity;
  in->themes[in->n_rows] = theme;
  bool all = strcmp(identity, "all") == 0;
  in->rows[in->n_rows++] = !all ? identity : strcmp(theme, "all") == 0 ? "all items" : theme;
}

static const json_t *find(const ridges *in, size_t row, const char *stage) {
  for (size_t i = 0; i < json_array_size(in->list); i++) {
    const json_t *one = json_array_get(in->list, i);
    if (belongs(in, one) && is(one, "stage", stage) && is(one, "identity", in->identities[row]) &&
        is(one, "theme", in->themes[row])) {
      return one;
    }
  }
  return NULL;
}

static bool gather(ridges *in) {
  size_t most = json_array_size(in->list);
  in->identities = xy__array(most, sizeof *in->identities);
  in->themes = xy__array(most, sizeof *in->themes);
  in->rows = xy__array(most, sizeof *in->rows);
  if (in->identities == NULL || in->themes == NULL || in->rows == NULL) return false;
  for (size_t i = 0; i < most; i++) {
    const json_t *one = json_array_get(in->list, i);
    if (!belongs(in, one)) continue;
    add_stage(in, xy__json_text(one, "stage"));
    add_row(in, one);
    double start = number(one, "start");
    in->low = fmin(in->low, start);
    in->high = fmax(in->high, start + number(one, "step") * (double)json_array_size(json_object_get(one, "counts")));
  }
  return true;
}

static void draw_ridge(xy__canvas *canvas, const ridges *in, const json_t *one, double left, double width, double y) {
  const char *color = xy__mark_of_stage(in->results, xy__json_text(one, "stage"))->color->light;
  const json_t *counts = json_object_get(one, "counts");
  double most = 0, start = number(one, "start"), step = number(one, "step");
  for (size_t i = 0; i < json_array_size(counts); i++) most = fmax(most, json_number_value(json_array_get(counts, i)));
  if (!(most > 0) || !(in->high > in->low)) return;
  double scale = width / (in->high - in->low);
  xy__text *out = &canvas->body;
  xy__text_addf(out, "<path class=\"mark\" d=\"M%.2f %.2f", left + (start - in->low) * scale, y);
  for (size_t i = 0; i < json_array_size(counts); i++) {
    xy__text_addf(out, "V%.2fH%.2f", y - json_number_value(json_array_get(counts, i)) / most * (ROW - 4),
                  left + (start + step * (double)(i + 1) - in->low) * scale);
  }
  xy__text_addf(out, "V%.2fz\" fill=\"%s\" fill-opacity=\"0.35\" stroke=\"%s\" stroke-width=\"0.5\"/>\n", y, color,
                color);
  double median = left + (number(one, "median") - in->low) * scale;
  xy__canvas_line(canvas, median, y, median, y - ROW + 4, 1.3, XY__INK);
  canvas->marks++;
}

static void draw(xy__drawing *drawing, const ridges *in) {
  static const xy__type plain = {7.5, XY__START, false, XY__INK};
  static const xy__type head = {7.5, XY__START, true, XY__INK};
  xy__canvas *canvas = &drawing->canvas;
  double label = xy__label_width(canvas, in->rows, in->n_rows);
  xy__bands bands = xy__bands_of(canvas, label, in->n_stages, 90);
  double height = ROW * (double)in->n_rows + 2;
  for (size_t first = 0; first < in->n_stages; first += bands.per) {
    double top = drawing->y + 12;
    for (size_t r = 0; r < in->n_rows; r++) {
      xy__canvas_text(canvas, 2, top + ROW * (double)(r + 1) - 2, label - 6, r == 0 ? &head : &plain, in->rows[r]);
    }
    for (size_t p = first; p < in->n_stages && p < first + bands.per; p++) {
      double left = xy__band_left(&bands, p);
      xy__canvas_text(canvas, left, top - 4, bands.width, &head, in->stages[p]);
      xy__axis(canvas, left, bands.width, top, top + height, in->low, in->high);
      for (size_t r = 0; r < in->n_rows; r++) {
        const json_t *one = find(in, r, in->stages[p]);
        if (one != NULL) draw_ridge(canvas, in, one, left, bands.width, top + ROW * (double)(r + 1));
      }
    }
    drawing->y = top + height + 22;
  }
  drawing->y -= 9;
}

static void draw_distributions(xy__figures *set, const char *benchmark, const xy__item_value *of) {
  ridges in = {.results = set->results,
               .list = json_object_get(set->results->facts, "distributions"),
               .benchmark = benchmark,
               .measure = of->measure};
  if (!gather(&in)) set->rc = xy__fail_memory(set->err, "figures");
  if (set->rc == XY_OK && in.n_stages > 0) {
    long long items = 0;
    for (size_t i = 0; i < json_array_size(in.list) && items == 0; i++) {
      const json_t *one = json_array_get(in.list, i);
      if (belongs(&in, one) && is(one, "identity", "all") && is(one, "theme", "all")) {
        items = (long long)json_integer_value(json_object_get(one, "n"));
      }
    }
    xy__drawing drawing;
    xy__drawing_start(&drawing, set, of->file, benchmark, "");
    xy__text_addf(&drawing.title, "%s: how the %s spreads, by identity and theme", benchmark, of->subject);
    xy__text_add(&drawing.units, "nats, ");
    xy__number_add_counted(&drawing.units, items, "item", "items");
    xy__text_add(&drawing.units, "; each ridge to its own height; the upright line in it is the median");
    xy__text_addf(&drawing.caption,
                  "Distribution of the %s over %lld %s of %s in %s (nats), by identity and by theme; a panel per "
                  "stage. Histograms, each scaled to its own highest bin; black lines: medians.",
                  of->subject, items, xy_plural(items, "item", "items"), benchmark, set->results->family);
    xy__drawing_head(&drawing);
    draw(&drawing, &in);
    xy__drawing_end(&drawing, set);
  }
  free(in.identities);
  free(in.themes);
  free(in.rows);
}

void xy__draw_ridges(xy__figures *set, const char *benchmark) {
  for (size_t i = 0; i < xy__item_values_n && set->rc == XY_OK; i++) {
    if (xy__item_values[i].file != NULL) draw_distributions(set, benchmark, &xy__item_values[i]);
  }
}
