/* HTML pages that are made of an embedded template: what stands where is said by the template, {{name}} by name. */
#ifndef XY_REPORT_TEMPLATE_H
#define XY_REPORT_TEMPLATE_H

#include "base/text.h"

/* Appends the template, and in place of each {{name}} what `add` appends for it. */
void xy__template_add(xy__text *out, const char *text, void (*add)(void *context, const char *name, size_t length),
                      void *context);

/* A file below report/ of those that the program carries; "" where there is none. */
const char *xy__template_file(const char *name);

/* The style sheet that the report's pages share, the colours of marks before it. */
void xy__template_style(xy__text *out);

/* A Content-Security-Policy that lets nothing run or load but the page's style and these scripts: they are named by
 * their digests. */
void xy__template_policy(xy__text *out, const char *const *scripts, size_t n);

#endif
