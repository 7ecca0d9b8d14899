/* From root to fruit: the gap of every stage as the root's share and each step's, a bar each, one beginning where the
 * last ended; the stage's own gap with its interval below. Rows root_share, step_share and mean_gap.
 */
#include <math.h>
#include <string.h>

#include "figure/figure.h"

enum { ROW = 12, MAX_PATH = 64 };

static const xy_measure *row_of(const xy__figures *set, const char *benchmark, const char *measure, const char *stage,
                                const char *against) {
  return xy__page_find(&set->page, benchmark, measure, stage, against, "all", "all");
}

/* Stages from the root to `stage`, at most MAX_PATH. */
static size_t path_to(const xy_stage_info *path[MAX_PATH], const xy__figures *set, const char *stage) {
  const xy_stage_info *back[MAX_PATH];
  size_t n = 0;
  for (const xy_stage_info *at = xy__page_stage(&set->page, stage); at != NULL && n < MAX_PATH;
       at = at->parent[0] != '\0' ? xy__page_stage(&set->page, at->parent) : NULL) {
    back[n++] = at;
  }
  for (size_t i = 0; i < n; i++) path[i] = back[n - 1 - i];
  return n;
}

typedef struct scale {
  double low, high, left, width;
} scale;

static void widen(scale *axis, double value) {
  if (!isfinite(value)) return;
  axis->low = fmin(axis->low, value);
  axis->high = fmax(axis->high, value);
}

static double at(const scale *axis, double value) {
  return axis->left + (value - axis->low) / (axis->high - axis->low) * axis->width;
}

static void range_of(scale *axis, const xy__figures *set, const char *benchmark) {
  for (size_t s = 0; s < set->results->n_stages; s++) {
    const char *stage = set->results->stages[s].name;
    const xy_measure *gap = row_of(set, benchmark, "mean_gap", stage, NULL);
    const xy_stage_info *path[MAX_PATH];
    size_t n = path_to(path, set, stage);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
      const xy_measure *share = row_of(set, benchmark, i == 0 ? "root_share" : "step_share", stage, path[i]->name);
      sum += share != NULL && isfinite(share->value) ? share->value : 0;
      widen(axis, sum);
    }
    if (gap != NULL) {
      widen(axis, gap->low);
      widen(axis, gap->high);
    }
  }
  double room = axis->high > axis->low ? 0.04 * (axis->high - axis->low) : 0.1;
  axis->high += room;
  if (axis->low < 0) axis->low -= room;
}

static void value_text(xy__drawing *drawing, double y, const xy_measure *row, bool bold) {
  const xy__type type = {7, XY__END, bold, XY__INK};
  xy__text text = {0};
  xy__page_add_value(&text, row->measure, row->value);
  if (bold && isfinite(row->low)) {
    xy__text_add(&text, " [");
    xy__page_add_value(&text, row->measure, row->low);
    xy__text_add(&text, ", ");
    xy__page_add_value(&text, row->measure, row->high);
    xy__text_add(&text, "]");
  }
  xy__canvas_text(&drawing->canvas, drawing->canvas.width - 3, y + 2.6, 0, &type, text.data != NULL ? text.data : "");
  drawing->canvas.body.failed |= text.failed;
  xy__text_dispose(&text);
}

static void label(xy__drawing *drawing, double y, double width, bool bold, const char *start, const char *name) {
  const xy__type type = {7.5, XY__START, bold, XY__INK};
  xy__text text = {0};
  xy__text_addf(&text, "%s%s", start, name);
  xy__canvas_text(&drawing->canvas, bold ? 2 : 8, y + 2.6, width - 10, &type, text.data != NULL ? text.data : "");
  drawing->canvas.body.failed |= text.failed;
  xy__text_dispose(&text);
}

static double stage_rows(xy__drawing *drawing, const xy__figures *set, const scale *axis, const char *stage, double y) {
  xy__canvas *canvas = &drawing->canvas;
  const xy_stage_info *path[MAX_PATH];
  size_t n = path_to(path, set, stage);
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    const xy_measure *share =
        row_of(set, drawing->benchmark, i == 0 ? "root_share" : "step_share", stage, path[i]->name);
    if (share == NULL || !isfinite(share->value)) continue;
    double end = sum + share->value;
    double from = at(axis, fmin(sum, end));
    const char *color = i == 0 ? "#a6a6a6" : share->value > 0 ? XY__RED : XY__BLUE;
    xy__canvas_rect(canvas, from, y - 4, fmax(0.4, at(axis, fmax(sum, end)) - from), 8, color, color);
    canvas->marks++;
    if (i + 1 < n) xy__canvas_line(canvas, at(axis, end), y + 4, at(axis, end), y + ROW - 4, 0.6, XY__MUTED);
    label(drawing, y, axis->left, false, i == 0 ? "root: " : "step to ", path[i]->name);
    value_text(drawing, y, share, false);
    sum = end;
    y += ROW;
  }
  const xy_measure *gap = row_of(set, drawing->benchmark, "mean_gap", stage, NULL);
  if (gap == NULL || !isfinite(gap->value)) return y;
  if (isfinite(gap->low)) xy__canvas_line(canvas, at(axis, gap->low), y, at(axis, gap->high), y, 1.1, XY__INK);
  xy__canvas_verdict(canvas, at(axis, gap->value), y, 3, "");
  canvas->marks++;
  label(drawing, y, axis->left, true, "gap of ", stage);
  value_text(drawing, y, gap, true);
  return y + ROW + 5;
}

/* Of a stage: its shares (a root has none to show) and its own gap. */
static double height_of(const xy__figures *set, const char *benchmark, const char *stage) {
  const xy_stage_info *path[MAX_PATH];
  size_t n = path_to(path, set, stage);
  double height = 0;
  for (size_t i = 0; i < n; i++) {
    const xy_measure *share = row_of(set, benchmark, i == 0 ? "root_share" : "step_share", stage, path[i]->name);
    if (share != NULL && isfinite(share->value)) height += ROW;
  }
  const xy_measure *gap = row_of(set, benchmark, "mean_gap", stage, NULL);
  return gap != NULL && isfinite(gap->value) ? height + ROW + 5 : height;
}

void xy__draw_waterfall(xy__figures *set, const char *benchmark) {
  const xy_measure *any = row_of(set, benchmark, "root_share", NULL, NULL);
  if (any == NULL || set->rc != XY_OK) return;
  xy__drawing drawing;
  xy__drawing_start(&drawing, set, "waterfall", benchmark, "");
  xy__text_addf(&drawing.title, "%s: what the root brought and each step added to the gap", benchmark);
  xy__text_addf(&drawing.units, "nats (mode %s), ", any->mode);
  xy__add_size(&drawing.units, any);
  xy__text_addf(&drawing.units, "; 95%% cluster bootstrap intervals. Above 0: the target text is likelier.");
  xy__text_addf(&drawing.caption, "Root and step shares of the mean gap on %s at each stage of %s (nats, mode %s; ",
                benchmark, set->results->family, any->mode);
  xy__add_size(&drawing.caption, any);
  xy__text_add(&drawing.caption,
               "). Grey: the root's share; a step's bar begins where the last ended, orange to the right where the "
               "step adds, blue to the left where it takes away. Dots: the stage's own gap with its 95% cluster "
               "bootstrap interval.");
  xy__drawing_head(&drawing);
  scale axis = {0, 0, 0.27 * set->width, 0};
  range_of(&axis, set, benchmark);
  axis.left = fmin(axis.left, 110);
  axis.width = set->width - axis.left - 82;
  double height = 0;
  for (size_t s = 0; s < set->results->n_stages; s++) height += height_of(set, benchmark, set->results->stages[s].name);
  double top = drawing.y;
  xy__axis(&drawing.canvas, axis.left, axis.width, top - 2, top + height, axis.low, axis.high);
  double y = top + 6;
  for (size_t s = 0; s < set->results->n_stages; s++) {
    y = stage_rows(&drawing, set, &axis, set->results->stages[s].name, y);
  }
  drawing.y = top + height + 13;
  xy__drawing_end(&drawing, set);
}
