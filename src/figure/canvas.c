/* See canvas.h. */
#include "figure/canvas.h"

#include <math.h>
#include <string.h>

#include "results/verdicts.h"

/* Widths of the characters from space to '~' in Helvetica, thousandths of the size (Adobe's font metrics). */
static const short widths[95] = {278,  278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
                                 556,  556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
                                 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
                                 667,  778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
                                 333,  556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
                                 556,  556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584};

static double advance(const char *text, size_t left, size_t *bytes) {
  int32_t point = xy__utf8_decode(text, left, bytes);
  if (point >= ' ' && point <= '~') return widths[point - ' '];
  return point >= 0x2E80 || point == 0x2192 || point == 0x2014 ? 1000 : 584;
}

double xy__text_width(const char *text, double size) {
  double sum = 0;
  for (size_t left = strlen(text), n = 1; left > 0; text += n, left -= n) sum += advance(text, left, &n);
  return sum * size / 1000 * 1.03;
}

static void add_text(xy__canvas *canvas, double x, double y, const xy__type *type, const char *text, size_t length,
                     const char *after) {
  static const char *const anchors[] = {"start", "middle", "end"};
  xy__text copy = {0};
  xy__text_add_bytes(&copy, text, length);
  xy__text_add(&copy, after);
  for (char *c = copy.data; c != NULL && *c != '\0'; c++) {
    if ((unsigned char)*c < ' ') *c = ' '; /* XML 1.0 has no control characters */
  }
  xy__text_addf(&canvas->body, "<text x=\"%.2f\" y=\"%.2f\" font-size=\"%.1f\" text-anchor=\"%s\" fill=\"%s\"%s>", x, y,
                type->size, anchors[type->anchor], type->color != NULL ? type->color : XY__INK,
                type->bold ? " font-weight=\"bold\"" : "");
  xy__text_add_html(&canvas->body, copy.data != NULL ? copy.data : "");
  xy__text_add(&canvas->body, "</text>\n");
  canvas->body.failed |= copy.failed;
  xy__text_dispose(&copy);
}

void xy__canvas_text(xy__canvas *canvas, double x, double y, double most, const xy__type *type, const char *text) {
  size_t length = strlen(text);
  double scale = type->size / 1000 * (type->bold ? 1.1 : 1.03);
  if (most <= 0 || xy__text_width(text, type->size) * (type->bold ? 1.07 : 1) <= most) {
    add_text(canvas, x, y, type, text, length, "");
    return;
  }
  double used = scale * 1000;
  size_t kept = 0;
  for (size_t n = 1; kept < length; kept += n) {
    used += advance(text + kept, length - kept, &n) * scale;
    if (used > most) break;
  }
  add_text(canvas, x, y, type, text, kept, "…");
}

double xy__canvas_prose(xy__canvas *canvas, double x, double y, double width, const xy__type *type, const char *text) {
  double scale = type->size / 1000 * (type->bold ? 1.1 : 1.03);
  while (*text != '\0') {
    size_t end = 0, at = 0, length = strlen(text), n = 1;
    double used = 0;
    for (; at < length; at += n) {
      if (text[at] == ' ') end = at;
      used += advance(text + at, length - at, &n) * scale;
      if (used > width && end > 0) break;
    }
    if (at >= length) end = length;
    add_text(canvas, x, y, type, text, end, "");
    y += type->size * 1.3;
    text += end;
    while (*text == ' ') text++;
  }
  return y;
}

void xy__canvas_line(xy__canvas *canvas, double x1, double y1, double x2, double y2, double stroke, const char *color) {
  xy__text_addf(&canvas->body,
                "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" stroke=\"%s\" stroke-width=\"%.2f\"/>\n", x1, y1,
                x2, y2, color, stroke);
}

void xy__canvas_rect(xy__canvas *canvas, double x, double y, double width, double height, const char *fill,
                     const char *stroke) {
  xy__text_addf(&canvas->body,
                "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\" stroke=\"%s\" "
                "stroke-width=\"0.6\"/>\n",
                x, y, width, height, fill, stroke);
}

unsigned xy__verdict_bit(const char *name) {
  const xy__verdict *verdict = xy__verdict_of(name);
  return verdict != NULL ? 1u << (verdict - xy__verdicts) : 0;
}

void xy__canvas_mark(xy__canvas *canvas, double x, double y, double r, const xy__mark *mark) {
  const char *color = mark->color->light;
  xy__text_addf(&canvas->body, "<path class=\"mark\" d=\"%s\" transform=\"translate(%.2f,%.2f) scale(%.2f)\"",
                mark->path, x, y, r);
  if (mark->hollow) {
    xy__text_addf(&canvas->body, " fill=\"#fff\" stroke=\"%s\" stroke-width=\"%.2f\"/>\n", color, 1 / r);
  } else {
    xy__text_addf(&canvas->body, " fill=\"%s\"/>\n", color);
  }
}

double xy__canvas_legend(xy__canvas *canvas, double x, double y, unsigned used) {
  static const xy__type type = {7, XY__START, false, XY__MUTED};
  size_t marks = canvas->marks;
  double left = x;
  for (int i = 0; i < xy__verdicts_n; i++) {
    if ((used & (1u << i)) == 0) continue;
    double width = 9 + xy__text_width(xy__verdicts[i].name, 7) + 9;
    if (x + width > canvas->width && x > left) {
      x = left;
      y += 10;
    }
    xy__canvas_mark(canvas, x + 3, y - 2.4, 2.8, &xy__verdict_marks[i]);
    xy__canvas_text(canvas, x + 9, y, 0, &type, xy__verdicts[i].name);
    x += width;
  }
  canvas->marks = marks;
  return y + 10;
}

double xy__tick_step(double low, double high, int wanted) {
  double rough = (high - low) / wanted;
  if (!(rough > 0)) return 1;
  double power = pow(10, floor(log10(rough)));
  double part = rough / power;
  return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

void xy__canvas_finish(xy__text *out, const xy__canvas *canvas, double height, const char *title, const char *desc) {
  const double mm = 25.4 / 72;
  xy__text_addf(
      out,
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.2fmm\" height=\"%.2fmm\" viewBox=\"0 0 %.2f %.2f\" "
      "role=\"img\" font-family=\"Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', sans-serif\">\n<title>",
      canvas->width * mm, height * mm, canvas->width, height);
  xy__text_add_html(out, title);
  xy__text_add(out, "</title>\n<desc>");
  xy__text_add_html(out, desc);
  xy__text_addf(out, "</desc>\n<rect width=\"%.2f\" height=\"%.2f\" fill=\"#fff\"/>\n", canvas->width, height);
  xy__text_add(out, canvas->body.data != NULL ? canvas->body.data : "");
  xy__text_add(out, "</svg>\n");
  out->failed |= canvas->body.failed;
}
