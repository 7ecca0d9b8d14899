/* Whom the run's benchmarks name, and whom not: a row of labels per axis of people, filled for named groups, open for
 * those that nothing in this run speaks of. Member `coverage` of results.json.
 */
#include "figure/figure.h"

#include <math.h>
#include <string.h>

enum { LINE = 11 };

typedef struct pen {
  double x, y, left, right;
} pen;

static void add_groups(xy__canvas *canvas, pen *at, const json_t *groups, bool named) {
  const xy__type type = {7, XY__START, false, named ? XY__INK : XY__MUTED};
  for (size_t i = 0; i < json_array_size(groups); i++) {
    const json_t *one = json_array_get(groups, i);
    const char *name = json_is_string(one) ? json_string_value(one) : xy__fact_string(one, "name");
    double width = fmin(9 + xy__text_width(name, 7) + 8, at->right - at->left);
    if (at->x + width > at->right && at->x > at->left) {
      at->x = at->left;
      at->y += LINE;
    }
    xy__text_addf(&canvas->body,
                  "<rect class=\"mark\" x=\"%.2f\" y=\"%.2f\" width=\"5\" height=\"5\" fill=\"%s\" stroke=\"%s\" "
                  "stroke-width=\"0.8\"/>\n",
                  at->x, at->y - 5, named ? XY__BLUE : "#fff", named ? XY__BLUE : XY__GREY);
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
    xy__canvas_text(&drawing.canvas, 2, at.y, label - 6, &head, xy__fact_string(one, "axis"));
    add_groups(&drawing.canvas, &at, json_object_get(one, "named"), true);
    add_groups(&drawing.canvas, &at, json_object_get(one, "not_named"), false);
    drawing.y = at.y + 8;
  }
  xy__drawing_end(&drawing, set);
}
