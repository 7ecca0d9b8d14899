/* Forest plots: an effect and its interval a row, verdicts by shape and word. Of each benchmark, what every step from a
 * parent changed: overall, by identity and by theme, a panel per step; then, per step, every identity under every
 * theme, a panel per theme. And all benchmarks beside each other, by axis.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figure/figure.h"

enum { ROW = 11 };

static void range_of(double *low, double *high, const xy__grid *grid) {
  *low = 0;
  *high = 0;
  for (size_t i = 0; i < grid->n_panels * grid->n_rows; i++) {
    const xy_measure *row = grid->cells[i];
    if (row == NULL || !isfinite(row->value)) continue;
    *low = fmin(*low, isfinite(row->low) ? row->low : row->value);
    *high = fmax(*high, isfinite(row->high) ? row->high : row->value);
  }
  double room = *high > *low ? 0.04 * (*high - *low) : 0.1;
  *low -= room;
  *high += room;
}

static void draw_cell(xy__canvas *canvas, const xy_measure *row, double left, double scale, double low, double y) {
  double x = left + (row->value - low) * scale;
  if (isfinite(row->low) && isfinite(row->high)) {
    xy__canvas_line(canvas, left + (row->low - low) * scale, y, left + (row->high - low) * scale, y, 0.9, XY__INK);
  }
  xy__canvas_mark(canvas, x, y, 2.8, xy__mark_of_verdict(row->verdict));
  canvas->marks++;
}

void xy__grid_draw(xy__drawing *drawing, const xy__grid *grid) {
  static const xy__type plain = {7.5, XY__START, false, XY__INK};
  static const xy__type head = {7.5, XY__START, true, XY__INK};
  xy__canvas *canvas = &drawing->canvas;
  double low, high;
  unsigned used = 0;
  range_of(&low, &high, grid);
  double label = xy__label_width(canvas, grid->rows, grid->n_rows);
  xy__bands bands = xy__bands_of(canvas, label, grid->n_panels, 78);
  double height = ROW * (double)grid->n_rows;
  for (size_t first = 0; first < grid->n_panels; first += bands.per) {
    double top = drawing->y + 12;
    for (size_t r = 0; r < grid->n_rows; r++) {
      double y = top + ROW * ((double)r + 0.5);
      xy__canvas_text(canvas, 2, y + 2.6, grid->heads[r] ? 0 : label - 6,
                      grid->heads[r] || strcmp(grid->rows[r], "all items") == 0 ? &head : &plain, grid->rows[r]);
    }
    for (size_t p = first; p < grid->n_panels && p < first + bands.per; p++) {
      double left = xy__band_left(&bands, p);
      xy__canvas_text(canvas, left, top - 4, bands.width, &head, grid->panels[p]);
      xy__axis(canvas, left, bands.width, top, top + height, low, high);
      for (size_t r = 0; r < grid->n_rows; r++) {
        const xy_measure *row = grid->cells[p * grid->n_rows + r];
        if (row == NULL || !isfinite(row->value)) continue;
        used |= xy__verdict_bit(row->verdict);
        draw_cell(canvas, row, left, bands.width / (high - low), low, top + ROW * ((double)r + 0.5));
      }
    }
    drawing->y = top + height + 22;
  }
  drawing->y = xy__canvas_legend(canvas, 2, drawing->y, used) - 4;
}

/* ---- what goes into the grids ---- */

typedef struct lists {
  const char **panels, **rows;
  bool *heads;
  const xy_measure **cells;
  char **owned; /* panels */
} lists;

static void free_lists(lists *made, size_t panels) {
  for (size_t i = 0; made->owned != NULL && i < panels; i++) free(made->owned[i]);
  free(made->owned);
  free(made->panels);
  free(made->rows);
  free(made->heads);
  free(made->cells);
}

static bool make_lists(lists *made, size_t panels, size_t rows, xy__figures *set) {
  *made = (lists){xy__array(panels, sizeof *made->panels), xy__array(rows, sizeof *made->rows),
                  xy__array(rows, sizeof *made->heads), xy__array(panels * rows, sizeof(const xy_measure *)),
                  xy__array(panels, sizeof *made->owned)};
  if (made->panels && made->rows && made->heads && made->cells && made->owned) return true;
  free_lists(made, panels);
  set->rc = xy__fail_memory(set->err, "figures");
  return false;
}

static bool name_step(lists *made, size_t p, const xy_stage_info *stage, xy__figures *set) {
  xy__text name = {0};
  xy__text_addf(&name, "%s → %s", stage->parent, stage->name);
  if (name.failed) {
    set->rc = xy__fail_memory(set->err, "figures");
    return false;
  }
  made->owned[p] = name.data;
  made->panels[p] = name.data;
  return true;
}

static size_t steps_of(const xy_stage_info **out, const xy_results *results) {
  size_t n = 0;
  for (size_t s = 0; s < results->n_stages; s++) {
    if (results->stages[s].parent[0] != '\0') out[n++] = &results->stages[s];
  }
  return n;
}

static void describe(xy__drawing *drawing, const xy__figures *set, const xy_measure *any, const char *of) {
  const char *unit = xy__is_gap(any->measure) ? xy_gap_unit(any->mode) : any->measure;
  xy__text_addf(&drawing->units, "%s (mode %s), ", unit, any->mode);
  xy__number_add_size(&drawing->units, any);
  xy__text_add(&drawing->units, "; 95% cluster bootstrap intervals; marks say the verdict");
  xy__text_addf(&drawing->caption, "%s on %s in %s (%s, mode %s; ", of, drawing->benchmark, set->results->family, unit,
                any->mode);
  xy__number_add_size(&drawing->caption, any);
  xy__text_add(&drawing->caption,
               " overall). Marks: mean change with its 95% cluster bootstrap interval; shapes: verdicts (triangle up "
               "amplified, down attenuated, square persists, circle clear, diamond undetermined), after Benjamini and "
               "Hochberg.");
}

/* All items, each identity, each theme: a panel per step. */
static void draw_groups(xy__figures *set, const char *benchmark, const char *measure, const xy_stage_info **steps,
                        size_t n, const xy__names *identities, const xy__names *themes) {
  lists made;
  size_t rows = 1 + identities->n + themes->n + 2, r = 0;
  if (!make_lists(&made, n, rows, set)) return;
  bool ok = true;
  for (size_t p = 0; p < n && ok; p++) ok = name_step(&made, p, steps[p], set);
  const xy_measure *any = NULL;
  for (size_t group = 0; group < 3; group++) {
    const xy__names *names = group == 1 ? identities : themes;
    if (group > 0 && names->n > 1) {
      made.rows[r] = group == 1 ? "by identity" : "by theme";
      made.heads[r++] = true;
    }
    for (size_t i = 0; i < (group == 0 ? 1 : names->n); i++) {
      if (group > 0 && strcmp(names->names[i], "all") == 0) continue;
      made.rows[r] = group == 0 ? "all items" : names->names[i];
      for (size_t p = 0; p < n; p++) {
        const xy_measure *found =
            xy__view_find(set->results, benchmark, measure, steps[p]->name, steps[p]->parent,
                          group == 1 ? names->names[i] : "all", group == 2 ? names->names[i] : "all");
        made.cells[p * rows + r] = found;
        if (group == 0 && any == NULL) any = found;
      }
      r++;
    }
  }
  if (ok && any != NULL) {
    for (size_t p = 1; p < n; p++) memmove(&made.cells[p * r], &made.cells[p * rows], r * sizeof(const xy_measure *));
    xy__drawing drawing;
    xy__drawing_start(&drawing, set, "steps", benchmark, xy__is_gap(measure) ? "" : measure);
    xy__text_addf(&drawing.title, "%s: what each step changed, by identity and by theme", benchmark);
    describe(&drawing, set, any, "Change of each step from its parent");
    xy__drawing_head(&drawing);
    xy__grid grid = {made.panels, n, made.rows, made.heads, r, made.cells};
    xy__grid_draw(&drawing, &grid);
    xy__drawing_end(&drawing, set);
  }
  free_lists(&made, n);
}

/* Identities under each theme, of one step. */
static void draw_crossings(xy__figures *set, const char *benchmark, const char *measure, const xy_stage_info *step,
                           const xy__names *identities, const xy__names *themes) {
  lists made;
  size_t rows = 0, panels = 0;
  if (!make_lists(&made, themes->n, identities->n, set)) return;
  for (size_t i = 0; i < identities->n; i++) {
    if (strcmp(identities->names[i], "all") != 0) made.rows[rows++] = identities->names[i];
  }
  bool any = false;
  for (size_t t = 0; t < themes->n; t++) {
    if (strcmp(themes->names[t], "all") == 0) continue;
    made.panels[panels] = themes->names[t];
    for (size_t i = 0; i < rows; i++) {
      const xy_measure *found =
          xy__view_find(set->results, benchmark, measure, step->name, step->parent, made.rows[i], themes->names[t]);
      made.cells[panels * rows + i] = found;
      any |= found != NULL;
    }
    panels++;
  }
  const xy_measure *whole = xy__view_find(set->results, benchmark, measure, step->name, step->parent, "all", "all");
  if (any && whole != NULL && rows > 1 && panels > 1) {
    xy__drawing drawing;
    xy__text part = {0};
    xy__text_add(&part, step->name);
    if (!xy__is_gap(measure)) xy__text_addf(&part, "-%s", measure);
    xy__drawing_start(&drawing, set, "cells", benchmark, part.data != NULL ? part.data : "");
    xy__text_addf(&drawing.title, "%s, %s → %s: change by identity and theme", benchmark, step->parent, step->name);
    describe(&drawing, set, whole, "Change of one step from its parent, each identity under each theme,");
    xy__drawing_head(&drawing);
    xy__grid grid = {made.panels, panels, made.rows, made.heads, rows, made.cells};
    xy__grid_draw(&drawing, &grid);
    xy__drawing_end(&drawing, set);
    xy__text_dispose(&part);
  }
  free_lists(&made, themes->n);
}

void xy__draw_steps(xy__figures *set, const char *benchmark) {
  const xy_stage_info **steps = xy__array(set->results->n_stages, sizeof(const xy_stage_info *));
  if (steps == NULL) set->rc = xy__fail_memory(set->err, "figures");
  size_t n = steps != NULL ? steps_of(steps, set->results) : 0;
  const char *changes[XY__CHANGES];
  size_t n_changes = xy__view_changes(changes, set->results, benchmark);
  for (size_t m = 0; m < n_changes && n > 0; m++) {
    xy__names identities = {0}, themes = {0};
    if (set->rc == XY_OK)
      set->rc = xy__names_of(&identities, set->results, "identity", benchmark, changes[m], set->err);
    if (set->rc == XY_OK) set->rc = xy__names_of(&themes, set->results, "theme", benchmark, changes[m], set->err);
    if (set->rc == XY_OK) draw_groups(set, benchmark, changes[m], steps, n, &identities, &themes);
    for (size_t s = 0; set->rc == XY_OK && s < n; s++) {
      draw_crossings(set, benchmark, changes[m], steps[s], &identities, &themes);
    }
    free(identities.names);
    free(themes.names);
  }
  free(steps);
}

/* ---- benchmarks beside each other ---- */

/* Those whose change is one of gaps, or those of rates and scores: two scales, two figures. */
static void draw_axes(xy__figures *set, const xy_stage_info **steps, size_t n, bool gaps) {
  size_t count = xy_results_benchmarks(set->results), rows = 2 * count, r = 0;
  lists made;
  if (!make_lists(&made, n, rows, set)) return;
  bool ok = true, any = false;
  for (size_t p = 0; p < n && ok; p++) ok = name_step(&made, p, steps[p], set);
  const char *axis = NULL;
  for (size_t b = 0; b < count; b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, set->results, b);
    if (bench.change[0] == '\0' || xy__is_gap(bench.change) != gaps) continue;
    if (axis == NULL || strcmp(axis, bench.axis) != 0) {
      axis = bench.axis;
      made.rows[r] = axis[0] != '\0' ? axis : "no axis";
      made.heads[r++] = true;
    }
    made.rows[r] = bench.name;
    for (size_t p = 0; p < n; p++) {
      made.cells[p * rows + r] = xy__results_find(set->results, bench.name, bench.change, bench.mode, steps[p]->name,
                                                  steps[p]->parent, "all", "all");
      any |= made.cells[p * rows + r] != NULL;
    }
    r++;
  }
  if (ok && any) {
    for (size_t p = 1; p < n; p++) memmove(&made.cells[p * r], &made.cells[p * rows], r * sizeof(const xy_measure *));
    xy__drawing drawing;
    xy__drawing_start(&drawing, set, "side-by-side", "", gaps ? "" : "scores");
    xy__text_add(&drawing.title, "What each step changed, benchmark by benchmark on each axis of people");
    const char *of = gaps ? "the gap, " : "each benchmark's headline rate or score";
    const char *unit = gaps ? xy_gap_unit(set->results->headline_mode) : "";
    xy__text_addf(&drawing.units,
                  "change of %s%s; whole benchmarks; 95%% cluster bootstrap intervals; marks say the verdict", of,
                  unit);
    xy__text_addf(
        &drawing.caption,
        "Change of each step from its parent in %s, over all items of each benchmark (%s%s), benchmarks of one "
        "axis together. Marks: mean change with its 95%% cluster bootstrap interval; shapes: verdicts.",
        set->results->family, of, unit);
    xy__drawing_head(&drawing);
    xy__grid grid = {made.panels, n, made.rows, made.heads, r, made.cells};
    xy__grid_draw(&drawing, &grid);
    xy__drawing_end(&drawing, set);
  }
  free_lists(&made, n);
}

void xy__draw_side_by_side(xy__figures *set) {
  const xy_stage_info **steps = xy__array(set->results->n_stages, sizeof(const xy_stage_info *));
  if (steps == NULL) {
    set->rc = xy__fail_memory(set->err, "figures");
    return;
  }
  size_t n = steps_of(steps, set->results);
  if (n > 0) draw_axes(set, steps, n, true);
  if (n > 0 && set->rc == XY_OK) draw_axes(set, steps, n, false);
  free(steps);
}
