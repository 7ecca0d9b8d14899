/* A text escaped for Markdown, LaTeX or CSV. */
#ifndef XY_RESULTS_MARKUP_H
#define XY_RESULTS_MARKUP_H

#include "base/text.h"
#include "xylem.h"

void xy__markup_add(xy__text *out, const char *text, xy_markup markup);
/* A path or an id, which LaTeX may break behind its signs. */
void xy__markup_add_path(xy__text *out, const char *path, xy_markup markup);

#endif
