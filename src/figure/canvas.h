/* A drawing in SVG, in points (1/72 inch) at its size in print. Marks are appended to a body whose height is known at
 * the end; canvas_finish puts the head around it. Text is never below 7 points. Shapes and
 * colours are those of the page (results/marks.h); what a colour says, a shape or a place says too.
 */
#ifndef XY_FIGURE_CANVAS_H
#define XY_FIGURE_CANVAS_H

#include "base/text.h"
#include "results/marks.h"

#define XY__INK "#1a1a1a"
#define XY__MUTED "#595959"
#define XY__GRID "#d9d9d9"
#define XY__GREEN "#1b6648"
#define XY__GREY "#7a7a7a"

enum { XY__START, XY__MIDDLE, XY__END };

typedef struct xy__canvas {
  xy__text body;
  double width;
  size_t marks; /* drawn from data, counted for figures.json */
} xy__canvas;

typedef struct xy__type {
  double size;
  int anchor; /* XY__START, … */
  bool bold;
  const char *color;
} xy__type;

/* Width of text in points, by Helvetica's metrics, a little wide for look-alikes. */
double xy__text_width(const char *text, double size);

/* One line at the baseline y; cut with an ellipsis where it is wider than `most` (0: never). */
void xy__canvas_text(xy__canvas *canvas, double x, double y, double most, const xy__type *type, const char *text);
/* Wrapped between words; returns the y of the next line's baseline. */
double xy__canvas_prose(xy__canvas *canvas, double x, double y, double width, const xy__type *type, const char *text);

void xy__canvas_line(xy__canvas *canvas, double x1, double y1, double x2, double y2, double stroke, const char *color);
void xy__canvas_rect(xy__canvas *canvas, double x, double y, double width, double height, const char *fill,
                     const char *stroke);
/* A mark at (x, y). */
void xy__canvas_mark(xy__canvas *canvas, double x, double y, double r, const xy__mark *mark);
/* The verdicts with their words, or those among `used` (bit i: verdict i); returns the next baseline. */
double xy__canvas_legend(xy__canvas *canvas, double x, double y, unsigned used);
unsigned xy__verdict_bit(const char *verdict);

/* A nice step of about `wanted` ticks over a range. */
double xy__tick_step(double low, double high, int wanted);

/* The whole file; empty, with failed set, when memory is short. */
void xy__canvas_finish(xy__text *out, const xy__canvas *canvas, double height, const char *title, const char *desc);

#endif
