/* What the figures share: the set in hand, and how one is begun and ended. Each xy__draw_… makes the figures of one
 * kind for one benchmark, none where results.json has nothing to draw. All numbers are rows of results.json.
 */
#ifndef XY_FIGURE_FIGURE_H
#define XY_FIGURE_FIGURE_H

#include "base/json.h"
#include "figure/canvas.h"
#include "results/number.h"
#include "results/view.h"

typedef struct xy__figures {
  const xy_results *results;
  const char *folder;
  xy_figure_format format;
  double width; /* points */
  bool untitled;
  xy__text index, latex; /* figures.json and figures.tex */
  size_t n;
  int rc; /* the first failure; later figures are left out */
  xy_error *err;
} xy__figures;

typedef struct xy__drawing {
  xy__canvas canvas;
  double y;                            /* the next free baseline */
  const char *kind, *benchmark, *part; /* the file's name is made of these; part may be "" */
  bool untitled;
  xy__text title, units, caption;
} xy__drawing;

/* Begins a drawing; the caller appends title, units and caption, then calls xy__drawing_head. */
void xy__drawing_start(xy__drawing *drawing, const xy__figures *set, const char *kind, const char *benchmark,
                       const char *part);
void xy__drawing_head(xy__drawing *drawing);
/* Writes file and index entry, and disposes of the drawing. */
void xy__drawing_end(xy__drawing *drawing, xy__figures *set);
/* Appends a member with a text to figures.json. */
void xy__figures_add_member(xy__text *out, const char *key, const char *value);

/* A grid of panels with common rows: mark and interval in each (forest.c). */
typedef struct xy__grid {
  const char *const *panels;
  size_t n_panels;
  const char *const *rows;
  const bool *heads; /* rows that are titles of what follows */
  size_t n_rows;
  const xy_measure *const *cells; /* [panel * n_rows + row]; NULL: none */
} xy__grid;
void xy__grid_draw(xy__drawing *drawing, const xy__grid *grid);

/* Panels beside each other, in bands: where they are. */
typedef struct xy__bands {
  double left, width; /* of the first panel's plot; of a plot */
  size_t per;         /* panels in a band */
} xy__bands;
xy__bands xy__bands_of(const xy__canvas *canvas, double label, size_t panels, double least);
double xy__band_left(const xy__bands *bands, size_t panel);
double xy__label_width(const xy__canvas *canvas, const char *const *labels, size_t n);
void xy__axis(xy__canvas *canvas, double x, double width, double top, double bottom, double low, double high);

/* As xy__view_split, of what has a value to draw (waterfall.c). */
xy__split xy__split_drawn(const xy__figures *set, const char *benchmark, const char *stage, const char *identity,
                          const char *theme);

/* What is between `low` and `high` stands `width` points from `left` on. */
typedef struct xy__scale {
  double low, high, left, width;
} xy__scale;
double xy__scale_at(const xy__scale *axis, double value);
void xy__scale_widen(xy__scale *axis, const xy__split *split);
void xy__scale_room(xy__scale *axis); /* a little at the ends */
/* A share's bar, from where the shares before it end. */
void xy__split_bar(xy__canvas *canvas, const xy__figures *set, const xy__scale *axis, double sum,
                   const xy_measure *share, double y, double height);

void xy__draw_waterfall(xy__figures *set, const char *benchmark);
void xy__draw_shares(xy__figures *set, const char *benchmark);
void xy__draw_steps(xy__figures *set, const char *benchmark);
void xy__draw_ridges(xy__figures *set, const char *benchmark);
void xy__draw_scatter(xy__figures *set, const char *benchmark);
void xy__draw_side_by_side(xy__figures *set);
void xy__draw_coverage(xy__figures *set);
void xy__draw_matrix(xy__figures *set, const char *benchmark);

/* SVG as the bytes of a PDF or PNG. Caller disposes of *out. `created` is written into the PDF; "" for none. */
int xy__figure_convert(xy__text *out, const xy__text *svg, xy_figure_format format, const char *created, xy_error *err);

#endif
