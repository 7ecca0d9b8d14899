/* Whom the run's benchmarks name, and whom not: a row of labels per axis of people, filled for named groups, open for
 * those that nothing in this run speaks of. Member `coverage` of results.json. And of each benchmark how many items
 * every identity has under every theme, with the smallest change by a step that they could have shown: columns `n` and
 * `detectable` of the long table.
 */
#include "figure/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 11, CELL = 22 };

typedef struct pen {
  double x, y, left, right;
} pen;

static void add_groups(xy__canvas *canvas, pen *at, const json_t *groups, bool named) {
  const xy__type type = {7, XY__START, false, named ? XY__INK : XY__MUTED};
  for (size_t i = 0; i < json_array_size(groups); i++) {
    const json_t *one = json_array_get(groups, i);
    const char *name = json_is_string(one) ? json_string_value(one) : xy__json_text(one, "name");
    double width = fmin(9 + xy__text_width(name, 7) + 8, at->right - at->left);
    if (at->x + width > at->right && at->x > at->left) {
      at->x = at->left;
      at->y += LINE;
    }
    xy__text_addf(&canvas->body,
                  "<rect class=\"mark\" x=\"%.2f\" y=\"%.2f\" width=\"5\" height=\"5\" fill=\"%s\" stroke=\"%s\" "
                  "stroke-width=\"0.8\"/>\n",
                  at->x, at->y - 5, named ? XY__GREEN : "#fff", named ? XY__GREEN : XY__GREY);
    xy__canvas_text(canvas, at->x + 8, at->y, width - 10, &type, name);
    canvas->marks++;
    at->x += width;
  }
}

void xy__draw_coverage(xy__figures *set) {
  static const xy__type head = {7.5, XY__START, true, XY__INK};
  const json_t *list = json_object_get(set->results->facts, "coverage");
  if (json_array_size(list) == 0) return;
  xy__drawing drawing;
  xy__drawing_start(&drawing, set, "coverage", "", "");
  xy__text_add(&drawing.title, "Whom this run speaks of, and whom not");
  xy__text_add(&drawing.units, "filled: named by a label of the run's benchmarks; open: not named by any");
  xy__text_addf(
      &drawing.caption,
      "Groups of people that the benchmarks of %s name in an identity or theme (filled) and those of the list "
      "that they do not (open), by axis.",
      set->results->family);
  xy__drawing_head(&drawing);
  double label = fmin(0.3 * set->width, 110);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *one = json_array_get(list, i);
    pen at = {label, drawing.y + 6, label, set->width - 2};
    xy__canvas_text(&drawing.canvas, 2, at.y, label - 6, &head, xy__json_text(one, "axis"));
    add_groups(&drawing.canvas, &at, json_object_get(one, "named"), true);
    add_groups(&drawing.canvas, &at, json_object_get(one, "not_named"), false);
    drawing.y = at.y + 8;
  }
  xy__drawing_end(&drawing, set);
}

/* ---- items by identity and theme ---- */

typedef struct matrix {
  const char *benchmark, *measure; /* of change */
  xy__names identities, themes;
  bool turned;        /* identities across: there is but one column of them */
  double least, most; /* detectable */
} matrix;

static const xy_measure *row_of(const xy__figures *set, const matrix *of, size_t i, size_t t) {
  return xy__view_least_sensitive(set->results, of->benchmark, of->measure, of->identities.names[i],
                                  of->themes.names[t]);
}

/* The lighter, the more would have been missed; the darkest still lets black text be read. */
static void draw_cell(xy__drawing *drawing, const matrix *of, const xy_measure *row, double x, double y, double width) {
  static const xy__type count = {7.5, XY__MIDDLE, false, XY__INK}, small = {7, XY__MIDDLE, false, XY__INK};
  xy__canvas *canvas = &drawing->canvas;
  if (row == NULL) {
    xy__canvas_rect(canvas, x, y, width - 1.5, CELL - 1.5, "#fff", XY__GRID);
    return;
  }
  double range = of->most - of->least;
  double shade = !isfinite(row->detectable) ? 0
                 : range > 0                ? 0.42 - 0.36 * (row->detectable - of->least) / range
                                            : 0.42;
  xy__text_addf(&canvas->body,
                "<rect class=\"mark\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"" XY__GREEN
                "\" fill-opacity=\"%.2f\" stroke=\"" XY__GRID "\" stroke-width=\"0.6\"/>\n",
                x, y, width - 1.5, CELL - 1.5, shade);
  canvas->marks++;
  xy__text text = {0};
  xy__number_add_count(&text, row->n);
  xy__canvas_text(canvas, x + width / 2, y + 9, width - 2, &count, text.data != NULL ? text.data : "");
  xy__text_clear(&text);
  if (isfinite(row->detectable)) {
    xy__number_add_detectable(&text, row);
  } else {
    xy__text_add(&text, "none");
  }
  xy__canvas_text(canvas, x + width / 2, y + 17.5, width - 2, &small, text.data != NULL ? text.data : "");
  canvas->body.failed |= text.failed;
  xy__text_dispose(&text);
}

static const char *name_of(const matrix *of, const xy__names *names, size_t i) {
  if (strcmp(names->names[i], "all") != 0) return names->names[i];
  return names == &of->identities ? "all items" : "all themes";
}

static double widest_of(const matrix *of, const xy__names *names, double least) {
  for (size_t i = 0; i < names->n; i++) least = fmax(least, xy__text_width(name_of(of, names, i), 7.5) * 1.1 + 8);
  return least;
}

/* Identities down, themes across, in as many bands as the width asks for. */
static void draw_matrix(xy__drawing *drawing, const xy__figures *set, const matrix *of) {
  static const xy__type head = {7.5, XY__MIDDLE, true, XY__INK};
  xy__canvas *canvas = &drawing->canvas;
  const xy__names *down = of->turned ? &of->themes : &of->identities;
  const xy__names *across = of->turned ? &of->identities : &of->themes;
  double label = down->n > 1 ? fmin(widest_of(of, down, 28), 0.36 * set->width) : 2, room = set->width - label - 2;
  double width = fmin(widest_of(of, across, 40), fmin(room, 110));
  size_t fit = (size_t)fmax(1, floor(room / width));
  size_t bands = (across->n + fit - 1) / fit, per = (across->n + bands - 1) / bands;
  for (size_t first = 0; first < across->n; first += per) {
    double top = drawing->y + 12;
    for (size_t c = first; c < across->n && c < first + per; c++) {
      double x = label + (double)(c - first) * width;
      xy__canvas_text(canvas, x + width / 2, top - 4, width - 2, &head, name_of(of, across, c));
      for (size_t r = 0; r < down->n; r++) {
        const xy_measure *row = of->turned ? row_of(set, of, c, r) : row_of(set, of, r, c);
        draw_cell(drawing, of, row, x, top + CELL * (double)r, width);
      }
    }
    for (size_t r = 0; r < down->n && down->n > 1; r++) {
      const xy__type type = {7.5, XY__START, r == 0, XY__INK};
      xy__canvas_text(canvas, 2, top + CELL * ((double)r + 0.5) + 2, label - 6, &type, name_of(of, down, r));
    }
    drawing->y = top + CELL * (double)down->n + 8;
  }
}

static void describe_matrix(xy__drawing *drawing, const xy__figures *set, const matrix *of, const xy_measure *whole) {
  const char *unit = xy__is_rate(of->measure)  ? "percentage points"
                     : xy__is_gap(of->measure) ? xy_gap_unit(whole->mode)
                                               : "score from -1 to 1";
  bool crossed = of->identities.n > 1 && of->themes.n > 1;
  const char *by = crossed ? "identity and theme" : of->turned ? "identity" : "theme";
  xy__text_addf(&drawing->title, "%s: how many items there are by %s", of->benchmark, by);
  xy__text_addf(&drawing->units,
                "items; below, the smallest change by a step that they could have shown (%s in %s, mode %s)",
                of->measure, unit, whole->mode);
  xy__text_addf(&drawing->caption, "Items of %s in %s by %s, ", of->benchmark, set->results->family, by);
  xy__number_add_size(&drawing->caption, whole);
  xy__text_addf(&drawing->caption,
                " in all; below each count the smallest change of %s (%s, mode %s) by a step that would have been seen "
                "with 80%% power at the 5%% level, of the step that could have been seen least well; darker where a "
                "smaller one could. Items of one statement are resampled together.",
                of->measure, unit, whole->mode);
}

void xy__draw_matrix(xy__figures *set, const char *benchmark) {
  const char *changes[XY__CHANGES];
  if (xy__view_changes(changes, set->results, benchmark) == 0) return;
  matrix of = {.benchmark = benchmark, .measure = changes[0], .least = INFINITY};
  set->rc = xy__names_of(&of.identities, set->results, "identity", benchmark, of.measure, set->err);
  if (set->rc == XY_OK) set->rc = xy__names_of(&of.themes, set->results, "theme", benchmark, of.measure, set->err);
  xy__names_drop_single(&of.identities);
  xy__names_drop_single(&of.themes);
  of.turned = of.themes.n == 1;
  const xy_measure *whole = NULL;
  for (size_t i = 0; set->rc == XY_OK && i < of.identities.n; i++) {
    for (size_t t = 0; t < of.themes.n; t++) {
      const xy_measure *row = row_of(set, &of, i, t);
      if (row == NULL) continue;
      if (strcmp(row->identity, "all") == 0 && strcmp(row->theme, "all") == 0) whole = row;
      if (!isfinite(row->detectable)) continue;
      of.least = fmin(of.least, row->detectable);
      of.most = fmax(of.most, row->detectable);
    }
  }
  if (whole != NULL && of.identities.n + of.themes.n > 2) {
    xy__drawing drawing;
    xy__drawing_start(&drawing, set, "coverage", benchmark, "");
    describe_matrix(&drawing, set, &of, whole);
    xy__drawing_head(&drawing);
    draw_matrix(&drawing, set, &of);
    xy__drawing_end(&drawing, set);
  }
  free(of.identities.names);
  free(of.themes.names);
}
