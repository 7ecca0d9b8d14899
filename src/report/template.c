/* See template.h. */
#include "report/template.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "results/marks.h"

/* One below report/ of those that the program carries, by its name; NULL where there is none. */
static const char *file_of(const char *name, size_t length) {
  char path[64];
  snprintf(path, sizeof path, "report/%.*s", (int)length, name);
  const xy__embedded *file = xy__embedded_find(path);
  return file != NULL ? (const char *)file->data : NULL;
}

static const char *template_of(const char *name) {
  const char *text = file_of(name, strlen(name));
  return text != NULL ? text : "";
}

static void add_style(xy__text *out) {
  xy__marks_add_style(out);
  xy__text_add(out, template_of("style.css"));
}

static bool is(const char *name, size_t length, const char *wanted) {
  return strlen(wanted) == length && strncmp(name, wanted, length) == 0;
}

static bool ends_with(const char *name, size_t length, const char *ending) {
  size_t n = strlen(ending);
  return length > n && strncmp(name + length - n, ending, n) == 0;
}

static void add_text(xy__text *out, const char *text, xy__template_part add, void *context) {
  for (const char *mark; (mark = strstr(text, "{{")) != NULL;) {
    const char *name = mark + 2, *end = strstr(mark, "}}");
    size_t length = (size_t)(end - name);
    const char *file = file_of(name, length);
    xy__text_add_bytes(out, text, (size_t)(mark - text));
    if (is(name, length, "style")) {
      add_style(out);
    } else if (file != NULL && ends_with(name, length, ".html")) {
      add_text(out, file, add, context);
    } else if (file != NULL) {
      xy__text_add(out, file);
    } else {
      add(context, name, length);
    }
    text = end + 2;
  }
  xy__text_add(out, text);
}

void xy__template_add(xy__text *out, const char *file, xy__template_part add, void *context) {
  add_text(out, template_of(file), add, context);
}

/* 'sha256-…' of a script or style. */
static void add_source_hash(xy__text *out, const char *content) {
  char base64[XY__DIGEST_BASE64];
  xy__digest_base64(base64, content, strlen(content));
  xy__text_addf(out, " 'sha256-%s'", base64);
}

void xy__template_policy(xy__text *out, const char *file) {
  static const char opening[] = "<script>{{";
  xy__text_add(out, "default-src 'none'; base-uri 'none'; form-action 'none'; style-src");
  xy__text style = {0};
  add_style(&style);
  add_source_hash(out, style.data != NULL ? style.data : "");
  out->failed |= style.failed;
  xy__text_dispose(&style);
  xy__text_add(out, "; script-src");
  for (const char *at = template_of(file); (at = strstr(at, opening)) != NULL;) {
    at += sizeof opening - 1;
    const char *script = file_of(at, (size_t)(strstr(at, "}}") - at));
    if (script != NULL) add_source_hash(out, script);
  }
}
