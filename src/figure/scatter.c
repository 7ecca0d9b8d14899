/* Reinforcement: the reference's gap of each item against the margin of the stage's implicit reward, a panel per
 * stage, with Spearman's correlation. Members `scatters` of results.json.
 */
#include <math.h>
#include <string.h>

#include "figure/figure.h"

enum { MOST_PANELS = 32 };

typedef struct range {
  double low, high;
} range;

static void widen(range *out, const json_t *values) {
  for (size_t i = 0; i < json_array_size(values); i++) {
    double value = json_number_value(json_array_get(values, i));
    out->low = fmin(out->low, value);
    out->high = fmax(out->high, value);
  }
}

static range with_room(range in) {
  double room = in.high > in.low ? 0.04 * (in.high - in.low) : 0.1;
  return (range){in.low - room, in.high + room};
}

static void vertical_axis(xy__canvas *canvas, double x, double width, double top, double height, range y) {
  static const xy__type type = {7, XY__END, false, XY__MUTED};
  double step = xy__tick_step(y.low, y.high, 4);
  long last = lround(floor(y.high / step + 1e-9));
  for (long k = lround(ceil(y.low / step - 1e-9)); k <= last; k++) {
    double tick = (double)k * step;
    double at = top + height - (tick - y.low) / (y.high - y.low) * height;
    bool zero = k == 0;
    xy__canvas_line(canvas, x, at, x + width, at, zero ? 0.9 : 0.4, zero ? XY__GREY : XY__GRID);
    xy__text label = {0};
    xy__text_addf(&label, "%s%.4g", tick < 0 && !zero ? "−" : "", zero ? 0 : fabs(tick));
    xy__canvas_text(canvas, x - 3, at + 2.5, 0, &type, label.data != NULL ? label.data : "");
    canvas->body.failed |= label.failed;
    xy__text_dispose(&label);
  }
}

static void panel(xy__drawing *drawing, const xy__figures *set, const json_t *one, double left, double top,
                  double width, double height, range x, range y) {
  static const xy__type head = {7.5, XY__START, true, XY__INK};
  static const xy__type plain = {7, XY__START, false, XY__INK};
  static const xy__type below = {7, XY__MIDDLE, false, XY__MUTED};
  xy__canvas *canvas = &drawing->canvas;
  const char *stage = xy__json_text(one, "stage");
  const char *against = xy__json_text(one, "against");
  xy__text text = {0};
  xy__text_addf(&text, "%s, reference %s", stage, against);
  xy__canvas_text(canvas, left, top - 13, width, &head, text.data != NULL ? text.data : "");
  const xy_measure *row =
      xy__view_find(set->results, drawing->benchmark, "reinforcement", stage, against, "all", "all");
  xy__text_clear(&text);
  if (row != NULL && isfinite(row->value)) {
    xy__text_add(&text, "Spearman ");
    xy__number_add_estimate(&text, row);
    xy__canvas_text(canvas, left, top - 4, width, &plain, text.data != NULL ? text.data : "");
  }
  canvas->body.failed |= text.failed;
  xy__text_dispose(&text);
  xy__axis(canvas, left, width, top, top + height, x.low, x.high);
  vertical_axis(canvas, left, width, top, height, y);
  const json_t *gaps = json_object_get(one, "reference_gap");
  const json_t *margins = json_object_get(one, "margin");
  size_t n = json_array_size(gaps) < json_array_size(margins) ? json_array_size(gaps) : json_array_size(margins);
  xy__text_addf(&canvas->body, "<g fill=\"%s\" fill-opacity=\"0.4\">\n",
                xy__mark_of_stage(set->results, stage)->color->light);
  for (size_t i = 0; i < n; i++) {
    double gap = json_number_value(json_array_get(gaps, i));
    double margin = json_number_value(json_array_get(margins, i));
    xy__text_addf(&canvas->body, "<circle class=\"mark\" cx=\"%.1f\" cy=\"%.1f\" r=\"1.1\"/>\n",
                  left + (gap - x.low) / (x.high - x.low) * width,
                  top + height - (margin - y.low) / (y.high - y.low) * height);
    canvas->marks++;
  }
  xy__text_add(&canvas->body, "</g>\n");
  xy__canvas_text(canvas, left + width / 2, top + height + 18, width, &below, "gap at the reference (nats)");
}

void xy__draw_scatter(xy__figures *set, const char *benchmark) {
  const json_t *list = json_object_get(set->results->facts, "scatters");
  const json_t *found[MOST_PANELS];
  size_t n = 0;
  range x = {0, 0}, y = {0, 0};
  for (size_t i = 0; i < json_array_size(list) && n < MOST_PANELS; i++) {
    const json_t *one = json_array_get(list, i);
    if (strcmp(xy__json_text(one, "benchmark"), benchmark) != 0) continue;
    found[n++] = one;
    widen(&x, json_object_get(one, "reference_gap"));
    widen(&y, json_object_get(one, "margin"));
  }
  if (n == 0 || set->rc != XY_OK) return;
  x = with_room(x);
  y = with_room(y);
  xy__drawing drawing;
  xy__drawing_start(&drawing, set, "reinforcement", benchmark, "");
  long long items = (long long)json_integer_value(json_object_get(found[0], "n"));
  xy__text_addf(&drawing.title, "%s: does the reward push on in the direction of its reference?", benchmark);
  xy__text_add(&drawing.units, "upwards: reward margin (nats); a dot per item, at most 1,000 of ");
  xy__number_add_count(&drawing.units, items);
  xy__text_add(&drawing.units, "; correlation over all, with its 95% cluster bootstrap interval");
  xy__text_addf(&drawing.caption,
                "Gap of items at the reference against the margin of the implicit reward on %s in %s (nats, mode full; "
                "at most 1,000 of %lld items are drawn). Spearman's correlation is over all items. The margin contains "
                "minus the reference's gap, so chance alone pulls it below 0.",
                benchmark, set->results->family, items);
  xy__drawing_head(&drawing);
  xy__bands bands = xy__bands_of(&drawing.canvas, 28, n, 130);
  bands.width = fmin(bands.width - (bands.per > 1 ? 18 : 0), 240);
  double height = fmin(bands.width * 0.8, 170);
  for (size_t i = 0; i < n; i++) {
    double left = bands.left + (double)(i % bands.per) * (bands.width + 36);
    size_t band = i / bands.per;
    double top = drawing.y + 22 + (double)band * (height + 50);
    panel(&drawing, set, found[i], left, top, bands.width, height, x, y);
  }
  size_t n_bands = (n + bands.per - 1) / bands.per;
  drawing.y += (double)n_bands * (height + 50) - 4;
  xy__drawing_end(&drawing, set);
}
