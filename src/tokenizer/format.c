/* Prompt formats: see request.h and data/formats/formats.yaml. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/yaml.h"
#include "tokenizer/format.h"

static const char slot[] = "{prompt}";
static const char mark[] = "{cut}";

/* The built-in formats, read once and kept until the program ends. */
static struct {
  xy__format *formats;
  size_t n;
  int rc; /* of reading them */
  xy_error err;
} built_in;

static pthread_once_t built_in_once = PTHREAD_ONCE_INIT;

/* Takes `pattern` apart at its only "{prompt}", and behind that at "{cut}". */
static int fill(xy__format *out, const char *name, const char *pattern, xy_error *err) {
  const char *prompt = strstr(pattern, slot);
  if (prompt == NULL || strstr(prompt + 1, slot) != NULL) {
    return xy__fail(err, XY_ERR_ARGUMENT, "prompt format '%s': expected {prompt} once", name);
  }
  const char *after = prompt + strlen(slot);
  const char *cut = strstr(pattern, mark);
  if (cut != NULL && (cut < after || strstr(cut + 1, mark) != NULL)) {
    return xy__fail(err, XY_ERR_ARGUMENT, "prompt format '%s': expected {cut} at most once, after {prompt}", name);
  }
  xy__format format = {.name = strdup(name),
                       .before = strndup(pattern, (size_t)(prompt - pattern)),
                       .after = cut != NULL ? strndup(after, (size_t)(cut - after)) : strdup(after),
                       .lead = strdup(cut != NULL ? cut + strlen(mark) : ""),
                       .plain = strcmp(pattern, slot) == 0};
  if (format.name == NULL || format.before == NULL || format.after == NULL || format.lead == NULL) {
    xy__format_dispose(&format);
    return xy__fail_memory(err, "prompt format");
  }
  *out = format;
  return XY_OK;
}

static int add_built_in(const xy__yaml *yaml, xy_error *err) {
  const xy__node *root = yaml->root;
  if (root->kind != XY__MAPPING) return xy__yaml_fail(yaml, root->line, err, "expected a mapping");
  built_in.formats = xy__array(root->n + 1, sizeof *built_in.formats);
  if (built_in.formats == NULL) return xy__fail_memory(err, yaml->name);
  int rc = fill(&built_in.formats[built_in.n++], "plain", slot, err);
  for (size_t i = 0; rc == XY_OK && i < root->n; i++) {
    const xy__node *pattern = root->items[i];
    if (pattern->kind != XY__SCALAR) {
      return xy__yaml_fail(yaml, pattern->line, err, "%s: expected a value, found %s", root->keys[i],
                           xy__yaml_kind(pattern));
    }
    rc = fill(&built_in.formats[built_in.n], root->keys[i], pattern->value, err);
    if (rc == XY_OK) built_in.n++;
  }
  return rc;
}

static void read_built_in(void) {
  static const char name[] = "formats/formats.yaml";
  const xy__embedded *file = xy__embedded_find(name);
  xy__yaml *yaml;
  if (file == NULL) {
    built_in.rc = xy__fail(&built_in.err, XY_ERR_NOT_FOUND, "%s is not built in", name);
    return;
  }
  built_in.rc = xy__yaml_parse(&yaml, (const char *)file->data, (size_t)(file->end - file->data), name, &built_in.err);
  if (built_in.rc != XY_OK) return;
  built_in.rc = add_built_in(yaml, &built_in.err);
  xy__yaml_free(yaml);
}

static int fail_unknown(const char *name, xy_error *err) {
  xy__text known = {0};
  for (size_t i = 0; i < built_in.n; i++) {
    if (i > 0) xy__text_add(&known, ", ");
    xy__text_add(&known, built_in.formats[i].name);
  }
  int rc = xy__fail(err, XY_ERR_NOT_FOUND, "unknown prompt format '%s': known are %s, or a pattern with {prompt}", name,
                    known.data != NULL ? known.data : "none");
  xy__text_dispose(&known);
  return rc;
}

int xy__format_find(const xy__format **out, const char *name, xy_error *err) {
  pthread_once(&built_in_once, read_built_in);
  if (built_in.rc != XY_OK) return xy__fail(err, built_in.rc, "%s", built_in.err.text);
  for (size_t i = 0; i < built_in.n; i++) {
    if (strcmp(built_in.formats[i].name, name) == 0) {
      *out = &built_in.formats[i];
      return XY_OK;
    }
  }
  return fail_unknown(name, err);
}

int xy__format_pattern(xy__format **out, const char *pattern, xy_error *err) {
  xy__format *format = xy__array(1, sizeof *format);
  if (format == NULL) return xy__fail_memory(err, "prompt format");
  int rc = fill(format, pattern, pattern, err);
  if (rc != XY_OK) {
    free(format);
    return rc;
  }
  *out = format;
  return XY_OK;
}

void xy__format_dispose(xy__format *format) {
  free(format->name);
  free(format->before);
  free(format->after);
  free(format->lead);
}

void xy__format_free(xy__format *format) {
  if (format == NULL) return;
  xy__format_dispose(format);
  free(format);
}

const char *xy__format_name(const xy__format *format) { return format->name; }
bool xy__format_plain(const xy__format *format) { return format->plain; }
