/* From root to fruit: the gap of every stage as the root's share and each step's, a bar each, one beginning where the
 * last ended; the stage's own gap with its interval below. Rows root_share, step_share and mean_gap.
 */
#include <math.h>

#include "figure/figure.h"

enum { ROW = 12 };

xy__split xy__split_drawn(const xy__figures *set, const char *benchmark, const char *stage, const char *identity,
                          const char *theme) {
  xy__split split = xy__view_split(set->results, benchmark, stage, identity, theme);
  size_t n = 0;
  for (size_t i = 0; i < split.n; i++) {
    if (isfinite(split.shares[i]->value)) split.shares[n++] = split.shares[i];
  }
  split.n = n;
  if (split.gap != NULL && !isfinite(split.gap->value)) split.gap = NULL;
  return split;
}

static void widen(xy__scale *axis, double value) {
  if (!isfinite(value)) return;
  axis->low = fmin(axis->low, value);
  axis->high = fmax(axis->high, value);
}

double xy__scale_at(const xy__scale *axis, double value) {
  return axis->left + (value - axis->low) / (axis->high - axis->low) * axis->width;
}

void xy__scale_widen(xy__scale *axis, const xy__split *split) {
  double sum = 0;
  for (size_t i = 0; i < split->n; i++) widen(axis, sum += split->shares[i]->value);
  if (split->gap == NULL) return;
  widen(axis, split->gap->value);
  widen(axis, split->gap->low);
  widen(axis, split->gap->high);
}

void xy__scale_room(xy__scale *axis) {
  double room = axis->high > axis->low ? 0.04 * (axis->high - axis->low) : 0.1;
  axis->high += room;
  if (axis->low < 0) axis->low -= room;
}

void xy__split_bar(xy__canvas *canvas, const xy__figures *set, const xy__scale *axis, double sum,
                   const xy_measure *share, double y, double height) {
  double end = sum + share->value;
  double from = xy__scale_at(axis, fmin(sum, end));
  const char *color = xy__mark_of_stage(set->results, share->against)->color->light;
  xy__canvas_rect(canvas, from, y, fmax(0.4, xy__scale_at(axis, fmax(sum, end)) - from), height, color, color);
  canvas->marks++;
}

static void value_text(xy__drawing *drawing, double y, const xy_measure *row, bool bold) {
  const xy__type type = {7, XY__END, bold, XY__INK};
  xy__text text = {0};
  if (bold) {
    xy__number_add_estimate(&text, row);
  } else {
    xy__number_add_row(&text, row);
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

static double stage_rows(xy__drawing *drawing, const xy__figures *set, const xy__split *split, const xy__scale *axis,
                         const char *stage, double y) {
  xy__canvas *canvas = &drawing->canvas;
  double sum = 0;
  for (size_t i = 0; i < split->n; i++) {
    const xy_measure *share = split->shares[i];
    xy__split_bar(canvas, set, axis, sum, share, y - 4, 8);
    sum += share->value;
    double end = xy__scale_at(axis, sum);
    if (i + 1 < split->n) xy__canvas_line(canvas, end, y + 4, end, y + ROW - 4, 0.6, XY__MUTED);
    bool root = xy__is_root_share(share);
    label(drawing, y, axis->left, false, root ? "root: " : "step to ", share->against);
    value_text(drawing, y, share, false);
    y += ROW;
  }
  const xy_measure *gap = split->gap;
  if (gap == NULL) return y;
  if (isfinite(gap->low)) {
    xy__canvas_line(canvas, xy__scale_at(axis, gap->low), y, xy__scale_at(axis, gap->high), y, 1.1, XY__INK);
  }
  xy__canvas_mark(canvas, xy__scale_at(axis, gap->value), y, 3, &xy__sum_mark);
  canvas->marks++;
  label(drawing, y, axis->left, true, "gap of ", stage);
  value_text(drawing, y, gap, true);
  return y + ROW + 5;
}

void xy__draw_waterfall(xy__figures *set, const char *benchmark) {
  const xy_measure *any = xy__view_find(set->results, benchmark, XY__ROOT_SHARE, NULL, NULL, "all", "all");
  if (any == NULL || set->rc != XY_OK) return;
  xy__drawing drawing;
  xy__drawing_start(&drawing, set, "waterfall", benchmark, "");
  xy__text_addf(&drawing.title, "%s: what the root brought and each step added to the gap", benchmark);
  xy__text_addf(&drawing.units, "%s (mode %s), ", xy_gap_unit(any->mode), any->mode);
  xy__number_add_size(&drawing.units, any);
  xy__text_addf(&drawing.units, "; 95%% cluster bootstrap intervals. Above 0: the target text is likelier.");
  xy__text_addf(&drawing.caption, "Root and step shares of the mean gap on %s at each stage of %s (%s, mode %s; ",
                benchmark, set->results->family, xy_gap_unit(any->mode), any->mode);
  xy__number_add_size(&drawing.caption, any);
  xy__text_add(&drawing.caption,
               "). First the root's share; a step's bar begins where the last ended, to the right where the step "
               "adds and to the left where it takes away; each bar has the colour of its stage. Hourglasses: the "
               "stage's own gap with its 95% cluster "
               "bootstrap interval.");
  xy__drawing_head(&drawing);
  xy__scale axis = {0, 0, fmin(0.27 * set->width, 110), 0};
  axis.width = set->width - axis.left - 82;
  double height = 0;
  for (size_t s = 0; s < set->results->n_stages; s++) {
    xy__split split = xy__split_drawn(set, benchmark, set->results->stages[s].name, "all", "all");
    xy__scale_widen(&axis, &split);
    height += ROW * (double)split.n + (split.gap != NULL ? ROW + 5 : 0);
  }
  xy__scale_room(&axis);
  double top = drawing.y;
  xy__axis(&drawing.canvas, axis.left, axis.width, top - 2, top + height, axis.low, axis.high);
  double y = top + 6;
  for (size_t s = 0; s < set->results->n_stages; s++) {
    const char *stage = set->results->stages[s].name;
    xy__split split = xy__split_drawn(set, benchmark, stage, "all", "all");
    y = stage_rows(&drawing, set, &split, &axis, stage, y);
  }
  drawing.y = top + height + 13;
  xy__drawing_end(&drawing, set);
}
