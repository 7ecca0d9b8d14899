/* See format.h and data/formats/formats.yaml. */
#include "ask/format.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/yaml.h"

static const char prompt[] = "{prompt}";
static const char mark[] = "{cut}";

/* The built-in formats, read once and kept until the program ends. */
static struct {
  xy__format *formats;
  size_t n;
  int rc; /* of reading them */
  xy_error err;
} built_in;

static pthread_once_t built_in_once = PTHREAD_ONCE_INIT;

static void dispose(xy__format *format) {
  free(format->name);
  free(format->opening);
  free(format->lead);
  for (int role = XY__SYSTEM; role <= XY__ASSISTANT; role++) {
    free(format->turns[role].before);
    free(format->turns[role].after);
  }
}

/* Cuts `pattern` at its only `slot`. */
static int cut_at(xy__wrap *out, const char *name, const char *pattern, const char *slot, xy_error *err) {
  const char *found = strstr(pattern, slot);
  if (found == NULL || strstr(found + 1, slot) != NULL) {
    return xy__fail(err, XY_ERR_ARGUMENT, "prompt format '%s': expected %s once", name, slot);
  }
  out->before = strndup(pattern, (size_t)(found - pattern));
  out->after = strdup(found + strlen(slot));
  return out->before != NULL && out->after != NULL ? XY_OK : xy__fail_memory(err, "prompt format");
}

/* Takes `text`, what leads to an answer, apart at its "{cut}" into opening and lead, and takes the mark out. */
static int cut_answer(xy__format *out, const char *name, char *text, xy_error *err) {
  char *found = strstr(text, mark);
  size_t before = found != NULL ? (size_t)(found - text) : strlen(text);
  const char *after = found != NULL ? found + strlen(mark) : "";
  if (strstr(after, mark) != NULL) {
    return xy__fail(err, XY_ERR_ARGUMENT, "prompt format '%s': expected {cut} at most once, before the answer", name);
  }
  out->opening = strndup(text, before);
  out->lead = strdup(after);
  if (found != NULL) memmove(found, after, strlen(after) + 1);
  return out->opening != NULL && out->lead != NULL ? XY_OK : xy__fail_memory(err, "prompt format");
}

/* A format of one user turn. */
static int fill(xy__format *out, const char *pattern, xy_error *err) {
  xy__format format = {.name = strdup(pattern), .plain = strcmp(pattern, prompt) == 0, .own = true};
  xy__wrap *turn = &format.turns[XY__USER];
  int rc = format.name == NULL ? xy__fail_memory(err, "prompt format") : cut_at(turn, pattern, pattern, prompt, err);
  if (rc == XY_OK && strstr(turn->before, mark) != NULL) {
    rc = xy__fail(err, XY_ERR_ARGUMENT, "prompt format '%s': expected {cut} at most once, after {prompt}", pattern);
  }
  if (rc == XY_OK) rc = cut_answer(&format, pattern, turn->after, err);
  if (rc != XY_OK) {
    dispose(&format);
    return rc;
  }
  *turn->after = '\0'; /* all of it stands between prompt and answer */
  *out = format;
  return XY_OK;
}

static int read_flag(bool *out, const xy__yaml *yaml, const xy__node *node, const char *key, xy_error *err) {
  const char *word = "false";
  int rc = xy__yaml_string(&word, yaml, node, key, err);
  if (rc != XY_OK) return rc;
  *out = strcmp(word, "true") == 0;
  return *out || strcmp(word, "false") == 0
             ? XY_OK
             : xy__yaml_fail(yaml, node->line, err, "%s: expected true or false, found '%s'", key, word);
}

/* A format of turns, as a mapping of formats.yaml describes it. `format` is disposed of by the caller in any case. */
static int read_format(xy__format *format, const char *name, const xy__yaml *yaml, const xy__node *node,
                       xy_error *err) {
  static const char *const known[] = {"system", "user", "assistant", "trim", "nested", NULL};
  int rc = xy__yaml_known_keys(yaml, node, name, known, err);
  for (int role = XY__SYSTEM; rc == XY_OK && role <= XY__ASSISTANT; role++) {
    const char *pattern = NULL;
    rc = xy__yaml_string(&pattern, yaml, node, xy__role_name((xy__role)role), err);
    if (rc == XY_OK && pattern != NULL) rc = cut_at(&format->turns[role], name, pattern, "{text}", err);
  }
  if (rc == XY_OK) rc = read_flag(&format->trim, yaml, node, "trim", err);
  if (rc == XY_OK) rc = read_flag(&format->nested, yaml, node, "nested", err);
  if (rc != XY_OK) return rc;
  if (format->turns[XY__ASSISTANT].before == NULL || format->turns[XY__USER].before == NULL) {
    return xy__yaml_fail(yaml, node->line, err, "%s: expected patterns for 'user' and 'assistant'", name);
  }
  format->name = strdup(name);
  if (format->name == NULL) return xy__fail_memory(err, "prompt format");
  return cut_answer(format, name, format->turns[XY__ASSISTANT].before, err);
}

static int add_built_in(const xy__yaml *yaml, xy_error *err) {
  const xy__node *root = yaml->root;
  if (root->kind != XY__MAPPING) return xy__yaml_fail(yaml, root->line, err, "expected a mapping");
  built_in.formats = xy__array(root->n, sizeof *built_in.formats);
  if (built_in.formats == NULL) return xy__fail_memory(err, yaml->name);
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < root->n; i++) {
    const xy__node *node = root->items[i];
    if (node->kind != XY__MAPPING) {
      return xy__yaml_fail(yaml, node->line, err, "%s: expected a mapping, found %s", root->keys[i],
                           xy__yaml_kind(node));
    }
    xy__format format = {0};
    rc = read_format(&format, root->keys[i], yaml, node, err);
    if (rc == XY_OK) {
      built_in.formats[built_in.n++] = format;
    } else {
      dispose(&format);
    }
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

/* ---- opening --------------------------------------------------------------------------------------------- */

static char nothing[] = "";
static char plain_name[] = "plain";
static const xy__format plain = {
    .name = plain_name, .turns = {[XY__USER] = {nothing, nothing}}, .opening = nothing, .lead = nothing, .plain = true};

static const xy__format laid_out = {
    .name = plain_name, .turns = {[XY__USER] = {nothing, nothing}}, .opening = nothing, .lead = nothing};

const xy__format *xy__format_plain(void) { return &plain; }
const xy__format *xy__format_laid_out(void) { return &laid_out; }

static int fail_unknown(const char *name, xy_error *err) {
  xy__text known = {0};
  xy__text_add(&known, plain.name);
  for (size_t i = 0; i < built_in.n; i++) xy__text_addf(&known, ", %s", built_in.formats[i].name);
  int rc = xy__fail(err, XY_ERR_NOT_FOUND, "unknown prompt format '%s': known are %s, or a pattern with {prompt}", name,
                    known.data != NULL ? known.data : plain.name);
  xy__text_dispose(&known);
  return rc;
}

static int find(const xy__format **out, const char *name, xy_error *err) {
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

int xy__format_open(const xy__format **out, const char *name_or_pattern, xy_error *err) {
  if (name_or_pattern == NULL || strcmp(name_or_pattern, plain.name) == 0) {
    *out = &plain;
    return XY_OK;
  }
  if (strstr(name_or_pattern, prompt) == NULL) return find(out, name_or_pattern, err);
  xy__format *format = xy__array(1, sizeof *format);
  if (format == NULL) return xy__fail_memory(err, "prompt format");
  int rc = fill(format, name_or_pattern, err);
  if (rc != XY_OK) {
    free(format);
    return rc;
  }
  *out = format;
  return XY_OK;
}

void xy__format_close(const xy__format *format) {
  if (format == NULL || !format->own) return;
  xy__format *own = (xy__format *)(uintptr_t)format; /* ours; const only for the readers */
  dispose(own);
  free(own);
}

/* ---- laying out ------------------------------------------------------------------------------------------ */

/* Text of the format itself, {eos} replaced. */
static int add_fixed(xy__text *out, const xy__format *format, const char *text, const char *end, xy_error *err) {
  static const char slot[] = "{eos}";
  for (const char *found; (found = strstr(text, slot)) != NULL; text = found + strlen(slot)) {
    if (*end == '\0') {
      return xy__fail(err, XY_ERR_UNSUPPORTED, "prompt format '%s' writes the end token, and none is known",
                      format->name);
    }
    xy__text_add_bytes(out, text, (size_t)(found - text));
    xy__text_add(out, end);
  }
  xy__text_add(out, text);
  return XY_OK;
}

static void add_trimmed(xy__text *out, const char *text, size_t end) {
  size_t begin = 0;
  end = xy__rstrip(text, end);
  for (size_t bytes; begin < end; begin += bytes) {
    if (!xy__is_space(xy__utf8_decode(text + begin, end - begin, &bytes))) break;
  }
  xy__text_add_bytes(out, text + begin, end - begin);
}

void xy__format_add_text(xy__text *out, const xy__format *format, const char *text) {
  if (format->trim) {
    add_trimmed(out, text, strlen(text));
  } else {
    xy__text_add(out, text);
  }
}

/* The text of a user's turn with the system's turn before it inside: trimmed as one. */
static int add_nested(xy__text *out, const xy__format *format, const xy__turn turns[2], const char *end,
                      xy_error *err) {
  const xy__wrap *wrap = &format->turns[XY__SYSTEM];
  xy__text inside = {0};
  int rc = add_fixed(&inside, format, wrap->before, end, err);
  xy__text_add(&inside, turns[0].text);
  if (rc == XY_OK) rc = add_fixed(&inside, format, wrap->after, end, err);
  xy__text_add(&inside, turns[1].text);
  if (rc == XY_OK && inside.failed) rc = xy__fail_memory(err, "a conversation");
  if (rc == XY_OK) xy__format_add_text(out, format, inside.data);
  xy__text_dispose(&inside);
  return rc;
}

/* Whether the format has what the conversation needs. */
static int check_turns(const xy__format *format, const xy__turn *turns, size_t n, xy_error *err) {
  for (size_t i = 0; i < n; i++) {
    if (format->turns[turns[i].role].before == NULL) {
      return xy__fail(err, XY_ERR_UNSUPPORTED, "prompt format '%s' cannot express turn %zu of %zu, of the %s",
                      format->name, i + 1, n, xy__role_name(turns[i].role));
    }
    if (format->nested && turns[i].role == XY__SYSTEM && (i + 1 == n || turns[i + 1].role != XY__USER)) {
      return xy__fail(err, XY_ERR_UNSUPPORTED,
                      "prompt format '%s' writes a system turn inside the user's turn, and none follows turn %zu of "
                      "%zu",
                      format->name, i + 1, n);
    }
  }
  bool many = format->turns[XY__ASSISTANT].before != NULL;
  if (n <= 1 || many) return XY_OK;
  return xy__fail(err, XY_ERR_UNSUPPORTED, "prompt format '%s' is for one user turn, and there are %zu turns",
                  format->name, n);
}

int xy__format_lay_out(xy__text *out, const xy__format *format, const xy__turn *turns, size_t n, const char *end,
                       xy_error *err) {
  int rc = check_turns(format, turns, n, err);
  for (size_t i = 0; rc == XY_OK && i < n; i++) {
    bool nested = format->nested && turns[i].role == XY__SYSTEM;
    const xy__turn *turn = &turns[i += nested];
    rc = add_fixed(out, format, format->turns[turn->role].before, end, err);
    if (rc == XY_OK && nested) rc = add_nested(out, format, turn - 1, end, err);
    if (!nested) xy__format_add_text(out, format, turn->text);
    if (rc == XY_OK) rc = add_fixed(out, format, format->turns[turn->role].after, end, err);
  }
  return rc == XY_OK ? add_fixed(out, format, format->opening, end, err) : rc;
}
