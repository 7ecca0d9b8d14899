/* See template.h. */
#include "report/template.h"

#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "results/marks.h"

const char *xy__template_file(const char *name) {
  const xy__embedded *file = xy__embedded_find(name);
  return file != NULL ? (const char *)file->data : "";
}

void xy__template_style(xy__text *out) {
  xy__marks_add_style(out);
  xy__text_add(out, xy__template_file("report/style.css"));
}

/* 'sha256-…' of a script or style. */
static void add_source_hash(xy__text *out, const char *content) {
  char base64[XY__DIGEST_BASE64];
  xy__digest_base64(base64, content, strlen(content));
  xy__text_addf(out, " 'sha256-%s'", base64);
}

void xy__template_policy(xy__text *out, const char *const *scripts, size_t n) {
  xy__text_add(out, "default-src 'none'; base-uri 'none'; form-action 'none'; style-src");
  xy__text style = {0};
  xy__template_style(&style);
  add_source_hash(out, style.data != NULL ? style.data : "");
  out->failed |= style.failed;
  xy__text_dispose(&style);
  xy__text_add(out, "; script-src");
  for (size_t i = 0; i < n; i++) add_source_hash(out, xy__template_file(scripts[i]));
}

void xy__template_add(xy__text *out, const char *text, void (*add)(void *context, const char *name, size_t length),
                      void *context) {
  for (const char *mark; (mark = strstr(text, "{{")) != NULL;) {
    const char *end = strstr(mark, "}}");
    xy__text_add_bytes(out, text, (size_t)(mark - text));
    add(context, mark + 2, (size_t)(end - mark - 2));
    text = end + 2;
  }
  xy__text_add(out, text);
}
