/* PDF and PNG of a figure: librsvg draws the SVG onto a surface of cairo's. PNG has 300 dots an inch. The PDF's date is
 * the run's, so that equal results give equal files.
 *
 * The two bring some forty libraries with them, which would double the time that every command takes to start. So they
 * are loaded when the first figure is converted, and `lib` holds their functions.
 */
#include <cairo-pdf.h>
#include <cairo.h>
#include <dlfcn.h>
#include <librsvg/rsvg.h>
#include <math.h>
#include <pthread.h>

#include "figure/figure.h"

// clang-format off
#define FUNCTIONS(_)                          \
  _(rsvg_handle_new_from_data)                \
  _(rsvg_handle_set_dpi)                      \
  _(rsvg_handle_get_intrinsic_size_in_pixels) \
  _(rsvg_handle_render_document)              \
  _(g_object_unref)                           \
  _(g_clear_error)                            \
  _(cairo_image_surface_create)               \
  _(cairo_pdf_surface_create_for_stream)      \
  _(cairo_pdf_surface_set_metadata)           \
  _(cairo_create)                             \
  _(cairo_set_source_rgb)                     \
  _(cairo_paint)                              \
  _(cairo_surface_write_to_png_stream)        \
  _(cairo_surface_finish)                     \
  _(cairo_surface_status)                     \
  _(cairo_status)                             \
  _(cairo_status_to_string)                   \
  _(cairo_destroy)                            \
  _(cairo_surface_destroy)
// clang-format on

#define MEMBER(name) __typeof__ (&(name))(name);
static struct {
  FUNCTIONS(MEMBER)
} lib;
static char missing[256]; /* why `lib` is not filled; empty when it is */

static void *find(void *library, const char *name) {
  void *function = library != NULL ? dlsym(library, name) : NULL; /* or in what the library depends on */
  if (function == NULL && missing[0] == '\0') snprintf(missing, sizeof missing, "%s", dlerror());
  return function;
}

static void load(void) {
  void *library = dlopen("librsvg-2.so.2", RTLD_NOW | RTLD_LOCAL);
#define FIND(name) lib.name = (__typeof__(lib.name))(uintptr_t)find(library, #name);
  FUNCTIONS(FIND)
}

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
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  (void)pthread_once(&once, load);
  if (missing[0] != '\0') {
    (void)failed(err, missing);
    return xy__hint(err, XY_ERR_UNSUPPORTED, "apt-get install librsvg2-2, or write the figures as svg");
  }
  const double dots = format == XY_FIGURE_PNG ? 300.0 : 72.0;
  int rc = XY_OK;
  xy__text bytes = {0};
  cairo_surface_t *surface = NULL;
  cairo_t *cairo = NULL;
  GError *problem = NULL;
  RsvgHandle *handle = lib.rsvg_handle_new_from_data((const guint8 *)svg->data, svg->size, &problem);
  RsvgRectangle place = {0, 0, 0, 0};
  if (handle == NULL) {
    rc = failed(err, problem != NULL ? problem->message : "librsvg");
    goto out;
  }
  lib.rsvg_handle_set_dpi(handle, dots);
  if (!lib.rsvg_handle_get_intrinsic_size_in_pixels(handle, &place.width, &place.height)) {
    rc = failed(err, "it has no size");
    goto out;
  }
  if (format == XY_FIGURE_PNG) {
    surface = lib.cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(place.width), (int)ceil(place.height));
  } else {
    surface = lib.cairo_pdf_surface_create_for_stream(take, &bytes, place.width, place.height);
    if (created[0] != '\0') lib.cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
  }
  cairo = lib.cairo_create(surface);
  lib.cairo_set_source_rgb(cairo, 1, 1, 1);
  lib.cairo_paint(cairo); /* the last row and column of pixels may be covered in part */
  if (!lib.rsvg_handle_render_document(handle, cairo, &place, &problem)) {
    rc = failed(err, problem != NULL ? problem->message : "librsvg");
    goto out;
  }
  if (format == XY_FIGURE_PNG) {
    (void)lib.cairo_surface_write_to_png_stream(surface, take, &bytes);
  } else {
    lib.cairo_surface_finish(surface);
  }
  if (lib.cairo_status(cairo) != CAIRO_STATUS_SUCCESS || lib.cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS ||
      bytes.failed || bytes.size == 0) {
    rc = failed(err, lib.cairo_status_to_string(lib.cairo_surface_status(surface)));
    goto out;
  }
  *out = bytes;
  bytes = (xy__text){0};
out:
  if (cairo != NULL) lib.cairo_destroy(cairo);
  if (surface != NULL) lib.cairo_surface_destroy(surface);
  if (handle != NULL) lib.g_object_unref(handle);
  lib.g_clear_error(&problem);
  xy__text_dispose(&bytes);
  return rc;
}
