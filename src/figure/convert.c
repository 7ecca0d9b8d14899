/* PDF and PNG of a figure: librsvg draws the SVG onto a surface of cairo's. PNG has 300 dots an inch. The PDF's date is
 * the run's, so that equal results give equal files.
 */
#include <cairo-pdf.h>
#include <cairo.h>
#include <librsvg/rsvg.h>
#include <math.h>

#include "figure/figure.h"

static cairo_status_t take(void *closure, const unsigned char *data, unsigned int length) {
  xy__text *out = closure;
  xy__text_add_bytes(out, (const char *)data, length);
  return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static int failed(xy_error *err, const char *what) {
  return xy__fail(err, XY_ERR_UNSUPPORTED, "figure: cannot be drawn: %s", what);
}

int xy__figure_convert(xy__text *out, const xy__text *svg, xy_figure_format format, const char *created,
                       xy_error *err) {
  const double dots = format == XY_FIGURE_PNG ? 300.0 : 72.0;
  int rc = XY_OK;
  xy__text bytes = {0};
  cairo_surface_t *surface = NULL;
  cairo_t *cairo = NULL;
  GError *problem = NULL;
  RsvgHandle *handle = rsvg_handle_new_from_data((const guint8 *)svg->data, svg->size, &problem);
  RsvgRectangle place = {0, 0, 0, 0};
  if (handle == NULL) {
    rc = failed(err, problem != NULL ? problem->message : "librsvg");
    goto out;
  }
  rsvg_handle_set_dpi(handle, dots);
  if (!rsvg_handle_get_intrinsic_size_in_pixels(handle, &place.width, &place.height)) {
    rc = failed(err, "it has no size");
    goto out;
  }
  if (format == XY_FIGURE_PNG) {
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(place.width), (int)ceil(place.height));
  } else {
    surface = cairo_pdf_surface_create_for_stream(take, &bytes, place.width, place.height);
    if (created[0] != '\0') cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
  }
  cairo = cairo_create(surface);
  cairo_set_source_rgb(cairo, 1, 1, 1);
  cairo_paint(cairo); /* the last row and column of pixels may be covered in part */
  if (!rsvg_handle_render_document(handle, cairo, &place, &problem)) {
    rc = failed(err, problem != NULL ? problem->message : "librsvg");
    goto out;
  }
  if (format == XY_FIGURE_PNG) {
    (void)cairo_surface_write_to_png_stream(surface, take, &bytes);
  } else {
    cairo_surface_finish(surface);
  }
  if (cairo_status(cairo) != CAIRO_STATUS_SUCCESS || cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS ||
      bytes.failed || bytes.size == 0) {
    rc = failed(err, cairo_status_to_string(cairo_surface_status(surface)));
    goto out;
  }
  *out = bytes;
  bytes = (xy__text){0};
out:
  if (cairo != NULL) cairo_destroy(cairo);
  if (surface != NULL) cairo_surface_destroy(surface);
  if (handle != NULL) g_object_unref(handle);
  g_clear_error(&problem);
  xy__text_dispose(&bytes);
  return rc;
}
