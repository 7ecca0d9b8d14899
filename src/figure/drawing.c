/* One figure, from its title to its file and its entry in figures.json. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/output.h"
#include "figure/figure.h"

static const char *const endings[] = {"svg", "pdf", "png"};

void xy__drawing_start(xy__drawing *drawing, const xy__figures *set, const char *kind, const char *benchmark,
                       const char *part) {
  *drawing = (xy__drawing){.kind = kind, .benchmark = benchmark, .part = part, .canvas = {.width = set->width}};
}

static const char *text_of(const xy__text *text) { return text->data != NULL ? text->data : ""; }

void xy__drawing_head(xy__drawing *drawing) {
  static const xy__type title = {9, XY__START, true, XY__INK};
  static const xy__type units = {7, XY__START, false, XY__MUTED};
  double y = xy__canvas_prose(&drawing->canvas, 2, 10, drawing->canvas.width - 4, &title, text_of(&drawing->title));
  drawing->y =
      xy__canvas_prose(&drawing->canvas, 2, y, drawing->canvas.width - 4, &units, text_of(&drawing->units)) + 4;
}

static void add_entry(xy__figures *set, const xy__drawing *drawing, const char *file) {
  const double mm = 25.4 / 72;
  xy__text *out = &set->index;
  xy__text_add(out, set->n > 0 ? ",\n  {" : "\n  {");
  xy__figures_add_member(out, "file", file);
  xy__text_add(out, ", ");
  xy__figures_add_member(out, "kind", drawing->kind);
  xy__text_add(out, ", ");
  xy__figures_add_member(out, "benchmark", drawing->benchmark);
  xy__text_addf(out, ", \"width_mm\": %.1f, \"height_mm\": %.1f, \"marks\": %zu,\n   ", drawing->canvas.width * mm,
                drawing->y * mm, drawing->canvas.marks);
  xy__figures_add_member(out, "title", text_of(&drawing->title));
  xy__text_add(out, ",\n   ");
  xy__figures_add_member(out, "caption", text_of(&drawing->caption));
  xy__text_add(out, "}");
}

static int write_drawing(xy__figures *set, const xy__drawing *drawing, const char *file) {
  xy__text svg = {0};
  xy__text other = {0};
  char *path = xy__path_join(set->folder, file);
  xy__canvas_finish(&svg, &drawing->canvas, drawing->y, text_of(&drawing->title), text_of(&drawing->caption));
  int rc = path == NULL || svg.failed ? xy__fail_memory(set->err, file) : XY_OK;
  if (rc == XY_OK && set->format != XY_FIGURE_SVG) {
    const char *date = xy__json_text(json_object_get(set->results->facts, "run"), "finished");
    rc = xy__figure_convert(&other, &svg, set->format, date, set->err);
  }
  const xy__text *data = set->format == XY_FIGURE_SVG ? &svg : &other;
  if (rc == XY_OK) rc = xy__file_write(path, data->data, data->size, set->err);
  xy__text_dispose(&svg);
  xy__text_dispose(&other);
  free(path);
  return rc;
}

void xy__drawing_end(xy__drawing *drawing, xy__figures *set) {
  xy__text file = {0};
  xy__text_add(&file, drawing->kind);
  const char *const parts[] = {drawing->benchmark, drawing->part};
  for (size_t i = 0; i < 2; i++) {
    if (parts[i][0] == '\0') continue;
    xy__text_add(&file, "-");
    xy__text_add_file_name(&file, parts[i]);
  }
  xy__text_addf(&file, ".%s", endings[set->format]);
  if (set->rc == XY_OK && (file.failed || drawing->title.failed || drawing->caption.failed || drawing->units.failed)) {
    set->rc = xy__fail_memory(set->err, drawing->kind);
  }
  if (set->rc == XY_OK) set->rc = write_drawing(set, drawing, file.data);
  if (set->rc == XY_OK) {
    add_entry(set, drawing, file.data);
    set->n++;
  }
  xy__text_dispose(&file);
  xy__text_dispose(&drawing->canvas.body);
  xy__text_dispose(&drawing->title);
  xy__text_dispose(&drawing->units);
  xy__text_dispose(&drawing->caption);
}

void xy__figures_add_member(xy__text *out, const char *key, const char *value) {
  xy__text_addf(out, "\"%s\": ", key);
  xy__text_add_json(out, value, strlen(value));
}
