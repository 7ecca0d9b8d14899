/* From root to fruit, cell by cell: a row per identity and theme and a panel per end of the lineage; in it the root's
 * share and each step's, a thin bar each, one beginning where the last ended, and the gap itself with its interval.
 * Rows root_share, step_share and mean_gap.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figure/figure.h"

enum { LANE = 4, SPACE = 5 };

/* Rows of the figure: all items, then identities, then themes. */
typedef struct cells {
  const char **identities, **themes, **names;
  size_t n;
} cells;

static void free_cells(cells *made) {
  free(made->identities);
  free(made->themes);
  free(made->names);
}

static void add_cell(cells *to, const char *identity, const char *theme, const char *name) {
  to->identities[to->n] = identity;
  to->themes[to->n] = theme;
  to->names[to->n++] = name;
}

static bool make_cells(cells *made, xy__figures *set, const char *benchmark) {
  xy__names identities = {0}, themes = {0};
  set->rc = xy__names_of(&identities, set->results, "identity", benchmark, XY__ROOT_SHARE, set->err);
  if (set->rc == XY_OK) {
    set->rc = xy__names_of(&themes, set->results, "theme", benchmark, XY__ROOT_SHARE, set->err);
  }
  size_t most = 1 + identities.n + themes.n;
  *made = (cells){.identities = xy__array(most, sizeof *made->identities),
                  .themes = xy__array(most, sizeof *made->themes),
                  .names = xy__array(most, sizeof *made->names)};
  if (set->rc == XY_OK && (made->identities == NULL || made->themes == NULL || made->names == NULL)) {
    set->rc = xy__fail_memory(set->err, "figures");
  }
  if (set->rc == XY_OK) {
    add_cell(made, "all", "all", "all items");
    for (size_t i = 0; i < identities.n; i++) {
      if (strcmp(identities.names[i], "all") != 0) add_cell(made, identities.names[i], "all", identities.names[i]);
    }
    for (size_t t = 0; t < themes.n; t++) {
      if (strcmp(themes.names[t], "all") != 0) add_cell(made, "all", themes.names[t], themes.names[t]);
    }
  }
  free(identities.names);
  free(themes.names);
  return set->rc == XY_OK;
}

/* Ends of the lineage with a share to draw. */
static size_t ends_of(const char **out, const xy__figures *set, const char *benchmark) {
  size_t n = 0;
  for (size_t s = 0; s < set->results->n_stages; s++) {
    const xy_stage_info *stage = &set->results->stages[s];
    if (!xy__view_is_end(set->results, stage)) continue;
    if (xy__split_drawn(set, benchmark, stage->name, "all", "all").n > 0) out[n++] = stage->name;
  }
  return n;
}

static void draw_split(xy__canvas *canvas, const xy__figures *set, const xy__scale *axis, const xy__split *split,
                       double y) {
  double sum = 0;
  for (size_t i = 0; i < split->n; i++, y += LANE) {
    xy__split_bar(canvas, set, axis, sum, split->shares[i], y, LANE - 1);
    sum += split->shares[i]->value;
  }
  const xy_measure *gap = split->gap;
  if (gap == NULL) return;
  y += 1.5;
  if (isfinite(gap->low)) {
    xy__canvas_line(canvas, xy__scale_at(axis, gap->low), y, xy__scale_at(axis, gap->high), y, 0.9, XY__INK);
  }
  xy__canvas_mark(canvas, xy__scale_at(axis, gap->value), y, 2.2, &xy__sum_mark);
  canvas->marks++;
}

/* The colour of each stage that has a bar; moves the drawing below it. */
static void draw_legend(xy__drawing *drawing, const xy__figures *set, const char *const *ends, size_t n) {
  static const xy__type type = {7, XY__START, false, XY__MUTED};
  double x = 2;
  for (size_t s = 0; s < set->results->n_stages; s++) {
    const char *stage = set->results->stages[s].name;
    bool drawn = false;
    for (size_t p = 0; p < n; p++) {
      xy__split split = xy__split_drawn(set, drawing->benchmark, ends[p], "all", "all");
      for (size_t i = 0; i < split.n; i++) drawn = drawn || strcmp(split.shares[i]->against, stage) == 0;
    }
    if (!drawn) continue;
    double width = 18 + xy__text_width(stage, type.size);
    if (x + width > drawing->canvas.width && x > 2) {
      x = 2;
      drawing->y += 10;
    }
    const char *color = xy__mark_of_stage(set->results, stage)->color->light;
    xy__canvas_rect(&drawing->canvas, x, drawing->y - 1, 7, 5, color, color);
    xy__canvas_text(&drawing->canvas, x + 10, drawing->y + 4, 0, &type, stage);
    x += width;
  }
  drawing->y += 10;
}

static void draw(xy__drawing *drawing, const xy__figures *set, const cells *rows, const char *const *ends, size_t n) {
  static const xy__type plain = {7.5, XY__START, false, XY__INK};
  static const xy__type head = {7.5, XY__START, true, XY__INK};
  xy__canvas *canvas = &drawing->canvas;
  double label = xy__label_width(canvas, rows->names, rows->n);
  xy__bands bands = xy__bands_of(canvas, label, n, 110);
  xy__scale axis = {0, 0, 0, bands.width};
  size_t lanes = 0;
  for (size_t p = 0; p < n; p++) {
    for (size_t r = 0; r < rows->n; r++) {
      xy__split split = xy__split_drawn(set, drawing->benchmark, ends[p], rows->identities[r], rows->themes[r]);
      xy__scale_widen(&axis, &split);
      if (split.n > lanes) lanes = split.n;
    }
  }
  xy__scale_room(&axis);
  double line = LANE * (double)(lanes + 1) + SPACE, height = line * (double)rows->n;
  for (size_t first = 0; first < n; first += bands.per) {
    double top = drawing->y + 12;
    for (size_t r = 0; r < rows->n; r++) {
      xy__canvas_text(canvas, 2, top + line * ((double)r + 0.5) + 2.6, label - 6, r == 0 ? &head : &plain,
                      rows->names[r]);
    }
    for (size_t p = first; p < n && p < first + bands.per; p++) {
      axis.left = xy__band_left(&bands, p);
      xy__canvas_text(canvas, axis.left, top - 4, bands.width, &head, ends[p]);
      xy__axis(canvas, axis.left, axis.width, top, top + height, axis.low, axis.high);
      for (size_t r = 0; r < rows->n; r++) {
        xy__split split = xy__split_drawn(set, drawing->benchmark, ends[p], rows->identities[r], rows->themes[r]);
        draw_split(canvas, set, &axis, &split, top + line * (double)r + SPACE / 2.0);
      }
    }
    drawing->y = top + height + 22;
  }
  drawing->y -= 9;
}

void xy__draw_shares(xy__figures *set, const char *benchmark) {
  const xy_measure *any = xy__view_find(set->results, benchmark, XY__ROOT_SHARE, NULL, NULL, "all", "all");
  if (any == NULL) return;
  cells rows = {0};
  const char **ends = xy__array(set->results->n_stages, sizeof *ends);
  if (ends == NULL) set->rc = xy__fail_memory(set->err, "figures");
  size_t n = ends != NULL ? ends_of(ends, set, benchmark) : 0;
  if (n > 0 && make_cells(&rows, set, benchmark) && rows.n > 1) {
    xy__drawing drawing;
    xy__drawing_start(&drawing, set, "shares", benchmark, "");
    xy__text_addf(&drawing.title, "%s: what the root brought and each step added, by identity and by theme", benchmark);
    xy__text_addf(&drawing.units, "mean gap in %s (mode %s), ", xy_gap_unit(any->mode), any->mode);
    xy__number_add_size(&drawing.units, any);
    xy__text_add(&drawing.units,
                 " in all; in each row from above: root, steps in order, and the gap itself (hourglass)");
    xy__text_addf(
        &drawing.caption,
        "Root and step shares of the mean gap on %s at each end of the lineage of %s, by identity and by theme "
        "(%s, mode %s; ",
        benchmark, set->results->family, xy_gap_unit(any->mode), any->mode);
    xy__number_add_size(&drawing.caption, any);
    xy__text_add(&drawing.caption,
                 " in all). In each row, from above: the root's share; a bar per step in the order of the "
                 "lineage, each beginning where the last ended, to the right where the step adds and to the left "
                 "where it takes away; and an hourglass, the gap itself with its 95% cluster bootstrap interval.");
    xy__drawing_head(&drawing);
    draw_legend(&drawing, set, ends, n);
    draw(&drawing, set, &rows, ends, n);
    xy__drawing_end(&drawing, set);
  }
  free_cells(&rows);
  free(ends);
}
