/* Panels that share their rows' labels, in as many bands as the width asks for; and the axis below each. */
#include <math.h>
#include <stdio.h>

#include "figure/figure.h"

enum { GAP = 12 };

double xy__label_width(const xy__canvas *canvas, const char *const *labels, size_t n) {
  double most = 20;
  for (size_t i = 0; i < n; i++) most = fmax(most, xy__text_width(labels[i], 7.5));
  return fmin(most + 8, 0.36 * canvas->width);
}

xy__bands xy__bands_of(const xy__canvas *canvas, double label, size_t panels, double least) {
  double room = canvas->width - label - 6;
  size_t fit = (size_t)fmax(1, floor((room + GAP) / (least + GAP)));
  size_t bands = (panels + fit - 1) / fit;
  size_t per = bands > 0 ? (panels + bands - 1) / bands : 1;
  double count = (double)per;
  return (xy__bands){.left = label, .width = fmin((room - GAP * (count - 1)) / count, 330), .per = per};
}

double xy__band_left(const xy__bands *bands, size_t panel) {
  return bands->left + (double)(panel % bands->per) * (bands->width + GAP);
}

/* What the label of a tick takes, with the room between two. */
static double label_room(double step) {
  char text[40];
  (void)snprintf(text, sizeof text, "-%.4g", step);
  return xy__text_width(text, 7) + 4;
}

void xy__axis(xy__canvas *canvas, double x, double width, double top, double bottom, double low, double high) {
  static const xy__type type = {7, XY__MIDDLE, false, XY__MUTED};
  int wanted = (int)fmax(4, width / 22);
  double step = xy__tick_step(low, high, wanted);
  while (wanted > 1 && step / (high - low) * width < label_room(step)) step = xy__tick_step(low, high, --wanted);
  xy__canvas_line(canvas, x, bottom, x + width, bottom, 0.4, XY__GREY);
  long last = lround(floor(high / step + 1e-9));
  for (long k = lround(ceil(low / step - 1e-9)); k <= last; k++) {
    double tick = (double)k * step;
    double at = x + (tick - low) / (high - low) * width;
    bool zero = k == 0;
    xy__canvas_line(canvas, at, top, at, bottom, zero ? 0.9 : 0.4, zero ? XY__GREY : XY__GRID);
    xy__text label = {0};
    xy__text_addf(&label, "%s%.4g", tick < 0 && !zero ? "−" : "", zero ? 0 : fabs(tick));
    xy__canvas_text(canvas, at, bottom + 8.5, 0, &type, label.data != NULL ? label.data : "");
    canvas->body.failed |= label.failed;
    xy__text_dispose(&label);
  }
}
