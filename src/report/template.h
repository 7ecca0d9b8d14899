/* HTML pages that are made of an embedded template: what stands where is said by the template, {{name}} by name. */
#ifndef XY_REPORT_TEMPLATE_H
#define XY_REPORT_TEMPLATE_H

#include "base/text.h"

typedef void (*xy__template_part)(void *context, const char *name, size_t length);

/* Appends the template of that file, and in its place each {{name}}: of "style" the style sheet that the report's pages
 * share, the colours of marks before it; of a file's name the file, where it ends in .html as a template of its own; of
 * any other what `add` appends. */
void xy__template_add(xy__text *out, const char *file, xy__template_part add, void *context);

/* A Content-Security-Policy that lets nothing run or load but the style and the scripts of that template: they are
 * named by their digests. */
void xy__template_policy(xy__text *out, const char *file);

#endif
