/* Reads a context file (docs/benchmarks.md): any social group can be measured by
 * writing identities, themes of statements, and templates. Goes on after a fault, so that one reading names them all,
 * each with its line; items are made only from a file without faults.
 */
#include "bench/context/context.h"

#include <stdio.h>
#include <string.h>

/* ---- statements and templates ---- */

/* False after a fault; the pattern is then empty. */
static bool read_pattern(xy__context *c, xy__phrase *out, const char *text, int line, const char *what) {
  const char *problem = xy__phrase_parse(out, &c->arena, text, line);
  if (problem == NULL) return true;
  xy__fault(&c->faults, line, "%s: %s: '%s'", what, problem, text);
  *out = (xy__phrase){.line = line, .source = text};
  return false;
}

static void read_side(xy__context *c, xy__phrase *out, const char *text, int line, const char *what) {
  xy__context_check_text(c, line, what, text);
  read_pattern(c, out, text, line, what);
  if (xy__phrase_has(out, XY__STATEMENT))
    xy__fault(&c->faults, line, "%s: a statement cannot hold {statement}: '%s'", what, text);
}

/* An id as given, or PREFIX and the place in the list, from 1. */
static const char *id_or_number(xy__context *c, const xy__node *node, const char *prefix, size_t i, const char *what) {
  const char *id = NULL;
  if (node->kind == XY__MAPPING) xy__context_note(c, xy__yaml_string(&id, c->yaml, node, "id", c->faults.err));
  if (id != NULL) {
    xy__check_id(&c->faults, node->line, what, id);
    return id;
  }
  char number[32];
  snprintf(number, sizeof number, "%s%zu", prefix, i + 1);
  const char *copy = xy__arena_string(&c->arena, number);
  if (copy == NULL) c->faults.rc = xy__fail_memory(c->faults.err, c->yaml->name);
  return copy != NULL ? copy : "";
}

static void read_statement(xy__context *c, xy__statement *out, const xy__node *node, size_t i, const char *what) {
  static const char *const keys[] = {"id", "text", "target", "counterpart", NULL};
  out->line = node->line;
  out->id = id_or_number(c, node, "s", i, what);
  if (node->kind == XY__SCALAR) {
    read_side(c, &out->sides[0], node->value, node->line, what);
    out->sides[1] = out->sides[0];
    return;
  }
  if (node->kind != XY__MAPPING) {
    xy__fault(&c->faults, node->line, "%s: expected a statement, found %s", what, xy__yaml_kind(node));
    return;
  }
  xy__context_note(c, xy__yaml_known_keys(c->yaml, node, what, keys, c->faults.err));
  const xy__node *text = xy__yaml_get(node, "text");
  out->paired = text == NULL;
  if (text != NULL && (xy__yaml_get(node, "target") != NULL || xy__yaml_get(node, "counterpart") != NULL)) {
    xy__fault(&c->faults, node->line, "%s: either 'text', or 'target' and 'counterpart'", what);
  }
  const char *names[2] = {out->paired ? "target" : "text", out->paired ? "counterpart" : "text"};
  for (int side = 0; side < (out->paired ? 2 : 1); side++) {
    const char *value = xy__context_required(c, node, what, names[side]);
    if (value != NULL) read_side(c, &out->sides[side], value, xy__yaml_get(node, names[side])->line, what);
  }
  if (!out->paired) out->sides[1] = out->sides[0];
}

void xy__context_statements(xy__context *c, xy__theme *out, const xy__node *node) {
  char what[128];
  snprintf(what, sizeof what, strcmp(out->id, XY__CONTROLS) == 0 ? "%s" : "theme %s", out->id);
  xy__check_id(&c->faults, out->line, "theme", out->id);
  if (node->kind != XY__SEQUENCE || node->n == 0) {
    xy__fault(&c->faults, out->line,
              node->kind == XY__SEQUENCE ? "%s: the list is empty" : "%s: expected a list of statements, found %s",
              what, xy__yaml_kind(node));
    return;
  }
  xy__map texts = {0};
  xy__map ids = {0};
  out->statements = xy__context_take(c, node->n, sizeof *out->statements);
  for (size_t i = 0; out->statements != NULL && i < node->n; i++) {
    xy__statement *statement = &out->statements[out->n++];
    read_statement(c, statement, node->items[i], i, what);
    xy__context_check_new(c, &ids, statement->line, "statement id", statement->id);
    xy__text both = {0};
    const char *sides[2] = {statement->sides[0].source, statement->sides[1].source};
    if (sides[0] == NULL || sides[1] == NULL) continue;
    xy__text_addf(&both, statement->paired ? "%s | %s" : "%s", sides[0], sides[1]);
    const char *key = both.failed ? NULL : xy__arena_string(&c->arena, both.data);
    xy__text_dispose(&both);
    if (key == NULL) {
      c->faults.rc = xy__fail_memory(c->faults.err, c->yaml->name);
      break;
    }
    xy__context_check_new(c, &texts, statement->line, "statement", key);
  }
  xy__map_dispose(&texts);
  xy__map_dispose(&ids);
}

static void read_themes(xy__context *c) {
  const xy__node *node = xy__context_entries(c, "themes", XY__MAPPING);
  c->themes = node == NULL ? NULL : xy__context_take(c, node->n, sizeof *c->themes);
  for (size_t i = 0; c->themes != NULL && i < node->n; i++) {
    xy__theme *theme = &c->themes[c->n_themes++];
    *theme = (xy__theme){.id = node->keys[i], .line = node->key_lines[i]};
    xy__context_statements(c, theme, node->items[i]);
  }
}

static void read_template_themes(xy__context *c, xy__template *out, const char *what) {
  const xy__node *list = out->themes;
  const char **known = xy__context_take(c, c->n_themes + 1, sizeof *known);
  if (known == NULL) return;
  for (size_t i = 0; i < c->n_themes; i++) known[i] = c->themes[i].id;
  if (list->kind != XY__SEQUENCE || list->n == 0) {
    xy__fault(&c->faults, list->line, "%s: themes: expected a list of theme names", what);
    out->themes = NULL;
    return;
  }
  for (size_t i = 0; i < list->n; i++) {
    const xy__node *name = list->items[i];
    size_t k = 0;
    while (name->kind == XY__SCALAR && k < c->n_themes && strcmp(known[k], name->value) != 0) k++;
    if (name->kind == XY__SCALAR && k < c->n_themes) continue;
    const char *near = name->kind == XY__SCALAR ? xy__nearest(name->value, known) : NULL;
    xy__fault(&c->faults, name->line,
              near != NULL ? "%s: themes: no theme '%s' (did you mean '%s'?)" : "%s: themes: no theme '%s'", what,
              name->kind == XY__SCALAR ? name->value : xy__yaml_kind(name), near);
  }
}

static void read_template(xy__context *c, xy__template *out, const xy__node *node, size_t i) {
  static const char *const keys[] = {"id", "text", "prompt", "themes", NULL};
  char what[128];
  snprintf(what, sizeof what, "template %zu", i + 1);
  out->line = node->line;
  out->id = id_or_number(c, node, "t", i, what);
  const char *text = node->kind == XY__SCALAR ? node->value : NULL;
  if (node->kind == XY__MAPPING) {
    if (node->n > 0 && (strcmp(node->keys[0], "identity") == 0 || strcmp(node->keys[0], "Identity") == 0)) {
      xy__fault(&c->faults, node->line, "%s: a text that begins with '{' needs quotes", what);
      return;
    }
    xy__context_note(c, xy__yaml_known_keys(c->yaml, node, what, keys, c->faults.err));
    text = xy__context_required(c, node, what, "text");
    const char *prompt = NULL;
    xy__context_note(c, xy__yaml_string(&prompt, c->yaml, node, "prompt", c->faults.err));
    out->has_prompt = prompt != NULL;
    if (prompt != NULL) {
      int line = xy__yaml_get(node, "prompt")->line;
      read_pattern(c, &out->prompt, prompt, line, what);
      if (prompt[0] == '\0') xy__fault(&c->faults, line, "%s: the prompt is empty", what);
      if (xy__phrase_has(&out->prompt, XY__STATEMENT)) {
        xy__fault(&c->faults, line, "%s: the prompt is the shared context and cannot hold {statement}", what);
      }
    }
    out->themes = xy__yaml_get(node, "themes");
    if (out->themes != NULL) read_template_themes(c, out, what);
  } else if (node->kind != XY__SCALAR) {
    xy__fault(&c->faults, node->line, "%s: expected a text, found %s", what, xy__yaml_kind(node));
  }
  if (text == NULL) return;
  if (text[0] == '\0') {
    xy__fault(&c->faults, out->line, "%s: the text is empty", what);
    return;
  }
  const xy__node *value = node->kind == XY__SCALAR ? node : xy__yaml_get(node, "text");
  if (read_pattern(c, &out->text, text, value->line, what) && !xy__phrase_has(&out->text, XY__STATEMENT)) {
    xy__fault(&c->faults, value->line, "%s: {statement} is missing: '%s'", what, text);
  }
}

static void read_templates(xy__context *c) {
  const xy__node *list = xy__context_entries(c, "templates", XY__SEQUENCE);
  xy__map ids = {0};
  xy__map texts = {0};
  c->templates = list == NULL ? NULL : xy__context_take(c, list->n, sizeof *c->templates);
  for (size_t i = 0; c->templates != NULL && i < list->n; i++) {
    xy__template *template = &c->templates[c->n_templates++];
    read_template(c, template, list->items[i], i);
    xy__context_check_new(c, &ids, template->line, "template id", template->id);
    if (template->text.source != NULL && !template->has_prompt && template->themes == NULL) {
      xy__context_check_new(c, &texts, template->line, "template", template->text.source);
    }
  }
  xy__map_dispose(&ids);
  xy__map_dispose(&texts);
}

/* ---- the whole file ---- */

static const char *task_key(const xy__node *root) { return xy__yaml_get(root, "task") != NULL ? "task" : "modality"; }

const char *xy__context_task_key(xy__faults *faults, const xy__node *root) {
  const xy__node *task = xy__yaml_get(root, "task");
  const xy__node *modality = xy__yaml_get(root, "modality");
  if (task != NULL && modality != NULL) {
    bool later = task->line > modality->line;
    xy__fault(faults, later ? task->line : modality->line, "benchmark: '%s' is the same key as '%s' in line %d",
              later ? "task" : "modality", later ? "modality" : "task", later ? modality->line : task->line);
  }
  return task_key(root);
}

static void read_head(xy__context *c) {
  static const char *const keys[] = {"benchmark", "task",       "modality", "language",   "axis",      "summary",
                                     "harm",      "identities", "themes",   XY__CONTROLS, "templates", NULL};
  static const char *const modalities[] = {"pair", "pronoun", NULL};
  const xy__node *root = c->yaml->root;
  xy__context_note(c, xy__yaml_known_keys(c->yaml, root, "benchmark", keys, c->faults.err));
  c->name = xy__context_required(c, root, "benchmark", "benchmark");
  if (c->name != NULL) xy__check_id(&c->faults, xy__yaml_get(root, "benchmark")->line, "benchmark", c->name);
  const char *task = xy__context_task_key(&c->faults, root);
  c->modality = xy__context_required(c, root, "benchmark", task);
  if (c->modality != NULL) xy__context_check_word(c, xy__yaml_get(root, task)->line, task, c->modality, modalities);
  c->language = xy__context_required(c, root, "benchmark", "language");
  if (c->language != NULL) xy__context_check_text(c, xy__yaml_get(root, "language")->line, "language", c->language);
  c->summary = c->harm = "";
  xy__context_note(c, xy__yaml_string(&c->axis, c->yaml, root, "axis", c->faults.err));
  xy__context_note(c, xy__yaml_string(&c->summary, c->yaml, root, "summary", c->faults.err));
  xy__context_note(c, xy__yaml_string(&c->harm, c->yaml, root, "harm", c->faults.err));
}

/* What only the whole file shows: themes without templates, targets without counterparts, counterparts without targets
 * (not where an identity has a fault: it would be told twice). */
static void check_uses(xy__context *c) {
  bool plain = false;
  for (size_t i = 0; i < c->n_themes; i++) {
    const xy__theme *theme = &c->themes[i];
    bool served = c->n_templates == 0;
    for (size_t k = 0; k < theme->n; k++) plain = plain || !theme->statements[k].paired;
    for (size_t k = 0; k < c->n_templates; k++) served = served || xy__template_serves(&c->templates[k], theme);
    if (!served)
      xy__fault(&c->faults, theme->line, "theme %s: no template serves it, so its statements are never used",
                theme->id);
  }
  for (size_t i = 0; i < c->n_identities && c->identities_sound; i++) {
    const xy__identity *identity = &c->identities[i];
    if (identity->target && plain && identity->n_opponents == 0) {
      xy__fault(&c->faults, identity->line, "identity %s: no counterpart on the axis '%s' to hold it against",
                identity->id, identity->axis);
    } else if (!identity->target && (!identity->used || (!plain && c->faults.rc == XY_OK))) {
      xy__fault(&c->faults, identity->line, "identity %s: no target is held against this counterpart", identity->id);
    }
  }
}

static const char *axis_of(const void *user, const char *id) {
  const xy__context *c = user;
  for (size_t i = 0; i < c->n_identities; i++) {
    if (strcmp(c->identities[i].id, id) == 0) return c->identities[i].axis;
  }
  return NULL;
}

static void read_all(xy__builder *builder, xy__context *c) {
  if (c->yaml->root->kind != XY__MAPPING) {
    xy__fault(&c->faults, c->yaml->root->line,
              "expected a mapping with 'benchmark', 'identities', 'themes' and 'templates', found %s",
              xy__yaml_kind(c->yaml->root));
    return;
  }
  read_head(c);
  xy__context_identities(c);
  read_themes(c);
  xy__context_controls(c);
  read_templates(c);
  check_uses(c);
  xy__context_expand(builder, c);
  if (c->faults.rc != XY_OK || builder->failed) return;
  xy_bench *bench = builder->bench;
  bench->name = xy__builder_string(builder, c->name);
  bench->task = xy__builder_string(builder, c->modality);
  bench->language = xy__builder_string(builder, c->language);
  bench->axis = xy__builder_string(builder, c->axis != NULL ? c->axis : XY__MIXED_AXIS);
  xy__builder_axes(builder, axis_of, c);
  bench->summary = xy__builder_string(builder, c->summary);
  bench->harm = xy__builder_string(builder, c->harm);
  bench->templates = c->n_templates;
  xy__context_note_controls(builder, c);
}

static bool is_about_pronouns(const xy__node *root) {
  const xy__node *task = root->kind == XY__MAPPING ? xy__yaml_get(root, task_key(root)) : NULL;
  return task != NULL && task->kind == XY__SCALAR && strcmp(task->value, "pronoun") == 0;
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  xy__yaml *yaml;
  int rc = xy__yaml_parse(&yaml, source->text, source->bytes, source->name, err);
  if (rc != XY_OK) return xy__hint(err, rc, "a text that begins with '{' or holds ': ' or ' #' needs quotes");
  if (is_about_pronouns(yaml->root)) {
    rc = xy__read_pronoun_file(builder, yaml, err);
    xy__yaml_free(yaml);
    return rc;
  }
  xy__context context = {.yaml = yaml, .faults = {.name = yaml->name, .err = err}};
  read_all(builder, &context);
  rc = xy__faults_end(&context.faults);
  xy__arena_dispose(&context.arena);
  xy__yaml_free(yaml);
  return rc;
}

static bool tells(const xy__source *source) {
  const char *dot = strrchr(source->name, '.');
  return dot != NULL && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

const xy__reader xy__reader_context = {
    .name = "context", .what = "a context file (.yaml)", .read = read, .tells = tells};
