/* Reads a context file (design.md, "Files people write"; docs/benchmarks.md): any social group can be measured by
 * writing identities, themes of statements, and templates. Goes on after a fault, so that one reading names them all,
 * each with its line; items are made only from a file without faults.
 */
#include "bench/context/context.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The helpers of yaml.h add their faults themselves. */
static void note(xy__context *c, int rc) {
  if (rc != XY_OK) c->faults.rc = rc;
}

static void *take(xy__context *c, size_t n, size_t size) {
  void *memory = xy__arena_alloc(&c->arena, (n > 0 ? n : 1) * size);
  if (memory == NULL) c->faults.rc = xy__fail_memory(c->faults.err, c->yaml->name);
  return memory;
}

/* Ids stand in item ids ("THEME/s1/t1/TARGET~COUNTERPART") and on command lines. */
static bool is_id(const char *text) {
  for (const char *s = text; *s != '\0'; s++) {
    if (isspace((unsigned char)*s) || iscntrl((unsigned char)*s) || strchr("/~,:=", *s) != NULL) return false;
  }
  return *text != '\0';
}

static void check_id(xy__context *c, int line, const char *what, const char *id) {
  if (!is_id(id)) xy__fault(&c->faults, line, "%s: '%s' cannot be an id: no spaces and none of / ~ , : =", what, id);
}

/* Notes `id` in `seen`; a fault when it is there already. */
static void check_new(xy__context *c, xy__map *seen, int line, const char *what, const char *id) {
  int64_t first;
  if (xy__map_get(seen, id, strlen(id), &first)) {
    xy__fault(&c->faults, line, "%s '%s' is given twice (first in line %d)", what, id, (int)first);
  } else if (!xy__map_put(seen, id, strlen(id), line)) {
    c->faults.rc = xy__fail_memory(c->faults.err, c->yaml->name);
  }
}

/* A text that stands in sentences: not empty, no white space at its ends. */
static void check_text(xy__context *c, int line, const char *what, const char *text) {
  size_t n = strlen(text);
  size_t bytes;
  if (n == 0) {
    xy__fault(&c->faults, line, "%s is empty", what);
  } else if (xy__rstrip(text, n) < n || xy__is_space(xy__utf8_decode(text, n, &bytes))) {
    xy__fault(&c->faults, line, "%s has white space at its start or end: '%s'", what, text);
  }
}

/* Value of a key that must be there and be a plain value; NULL after a fault. */
static const char *required(xy__context *c, const xy__node *mapping, const char *what, const char *key) {
  const char *value = NULL;
  const xy__node *node = xy__yaml_get(mapping, key);
  if (node == NULL) {
    xy__fault(&c->faults, mapping->line, "%s: key '%s' is missing", what, key);
  } else if (node->kind != XY__SCALAR) {
    xy__fault(&c->faults, node->line, "%s: %s: expected a value, found %s", what, key, xy__yaml_kind(node));
  } else {
    value = node->value;
  }
  return value;
}

/* A key that must hold a list or mapping with at least one entry; NULL after a fault. */
static const xy__node *required_entries(xy__context *c, const char *key, xy__node_kind kind) {
  const xy__node *node = xy__yaml_get(c->yaml->root, key);
  const char *wanted = kind == XY__SEQUENCE ? "a list" : "a mapping";
  if (node == NULL) {
    xy__fault(&c->faults, c->yaml->root->line, "key '%s' is missing", key);
  } else if (node->kind != kind) {
    xy__fault(&c->faults, node->line, "%s: expected %s, found %s", key, wanted, xy__yaml_kind(node));
  } else if (node->n == 0) {
    xy__fault(&c->faults, node->line, "%s: the %s is empty", key, kind == XY__SEQUENCE ? "list" : "mapping");
  } else {
    return node;
  }
  return NULL;
}

/* A word out of a list that ends with NULL. */
static void check_word(xy__context *c, int line, const char *what, const char *word, const char *const *known) {
  xy__text list = {0};
  for (const char *const *k = known; *k != NULL; k++) {
    if (strcmp(*k, word) == 0) {
      xy__text_dispose(&list);
      return;
    }
    xy__text_addf(&list, "%s'%s'", k == known ? "" : k[1] == NULL ? " or " : ", ", *k);
  }
  xy__fault(&c->faults, line, "%s: expected %s, found '%s'", what, list.failed ? "another word" : list.data, word);
  xy__text_dispose(&list);
}

/* ---- identities ---- */

/* Fields of a mapping name → text; their names can be placeholders. */
static void read_fields(xy__context *c, xy__term **out, size_t *n, const xy__node *node, const char *what) {
  if (node->kind != XY__MAPPING) {
    xy__fault(&c->faults, node->line, "%s: expected a mapping of names to texts, found %s", what, xy__yaml_kind(node));
    return;
  }
  *out = take(c, node->n, sizeof **out);
  for (size_t i = 0; *out != NULL && i < node->n; i++) {
    const char *key = node->keys[i];
    bool good = islower((unsigned char)key[0]) && strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(key);
    if (!good || strcmp(key, "identity") == 0 || strcmp(key, "statement") == 0) {
      xy__fault(&c->faults, node->key_lines[i],
                "%s: '%s' cannot be a name: small letters, digits, '_' and '-', a letter first%s", what, key,
                good ? "; {identity} and {statement} are taken" : "");
    }
    if (node->items[i]->kind != XY__SCALAR) {
      xy__fault(&c->faults, node->items[i]->line, "%s: %s: expected a text, found %s", what, key,
                xy__yaml_kind(node->items[i]));
      continue;
    }
    (*out)[(*n)++] = (xy__term){key, node->items[i]->value};
  }
}

static void read_surface(xy__context *c, xy__identity *out, const xy__node *node, const char *what) {
  const xy__node *surface = xy__yaml_get(node, "surface");
  if (surface == NULL) {
    xy__fault(&c->faults, node->line, "%s: key 'surface' is missing", what);
  } else if (surface->kind == XY__SCALAR) {
    out->terms.surface = surface->value;
    check_text(c, surface->line, "surface", surface->value);
  } else {
    read_fields(c, &out->terms.forms, &out->terms.n_forms, surface, "surface");
    if (surface->kind == XY__MAPPING && surface->n == 0)
      xy__fault(&c->faults, surface->line, "%s: surface has no forms", what);
    for (size_t i = 0; i < out->terms.n_forms; i++) {
      check_text(c, surface->line, out->terms.forms[i].name, out->terms.forms[i].value);
    }
  }
}

static void read_identity(xy__context *c, xy__identity *out, const xy__node *node) {
  static const char *const keys[] = {"id", "surface", "role", "axis", "against", "words", NULL};
  static const char *const roles[] = {"target", "counterpart", NULL};
  char what[128] = "identity";
  out->line = node->line;
  out->id = "";
  if (node->kind != XY__MAPPING) {
    xy__fault(&c->faults, node->line, "identity: expected a mapping {id, surface, role, axis}, found %s",
              xy__yaml_kind(node));
    return;
  }
  const char *id = required(c, node, what, "id");
  if (id != NULL) {
    out->id = id;
    check_id(c, node->line, what, id);
    snprintf(what, sizeof what, "identity %s", id);
  }
  note(c, xy__yaml_known_keys(c->yaml, node, what, keys, c->faults.err));
  const char *role = required(c, node, what, "role");
  if (role != NULL) {
    out->target = strcmp(role, "target") == 0;
    char key[160];
    snprintf(key, sizeof key, "%s: role", what);
    check_word(c, xy__yaml_get(node, "role")->line, key, role, roles);
  }
  out->axis = c->axis;
  note(c, xy__yaml_string(&out->axis, c->yaml, node, "axis", c->faults.err));
  if (out->axis == NULL) {
    xy__fault(&c->faults, node->line, "%s: key 'axis' is missing (give it here, or once at the top of the file)", what);
    out->axis = "";
  }
  read_surface(c, out, node, what);
  const xy__node *words = xy__yaml_get(node, "words");
  if (words != NULL) read_fields(c, &out->terms.words, &out->terms.n_words, words, "words");
  out->against = xy__yaml_get(node, "against");
  if (out->against != NULL && !out->target) {
    xy__fault(&c->faults, out->against->line, "%s: 'against' belongs to a target", what);
    out->against = NULL;
  } else if (out->against != NULL && (out->against->kind != XY__SEQUENCE || out->against->n == 0)) {
    xy__fault(&c->faults, out->against->line, "%s: against: expected a list of counterpart ids", what);
    out->against = NULL;
  }
}

/* Place of a counterpart in the list of identities, or -1. */
static int64_t find_counterpart(xy__context *c, const xy__identity *target, const xy__node *id) {
  const char **known = take(c, c->n_identities + 1, sizeof *known);
  size_t n = 0;
  if (known == NULL) return -1;
  if (id->kind != XY__SCALAR) {
    xy__fault(&c->faults, id->line, "identity %s: against: expected an id, found %s", target->id, xy__yaml_kind(id));
    return -1;
  }
  for (size_t i = 0; i < c->n_identities; i++) {
    if (c->identities[i].target) continue;
    if (strcmp(c->identities[i].id, id->value) == 0) return (int64_t)i;
    known[n++] = c->identities[i].id;
  }
  const char *near = xy__nearest(id->value, known);
  xy__fault(&c->faults, id->line,
            near != NULL ? "identity %s: against: no counterpart '%s' (did you mean '%s'?)"
                         : "identity %s: against: no counterpart '%s'",
            target->id, id->value, near);
  return -1;
}

static void pair_target(xy__context *c, xy__identity *target) {
  size_t named = target->against != NULL ? target->against->n : 0;
  target->opponents = take(c, c->n_identities + named, sizeof *target->opponents);
  bool *taken = take(c, c->n_identities, sizeof *taken);
  if (target->opponents == NULL || taken == NULL) return;
  for (size_t i = 0; i < named; i++) {
    const xy__node *id = target->against->items[i];
    int64_t found = find_counterpart(c, target, id);
    if (found < 0) continue;
    if (taken[found])
      xy__fault(&c->faults, id->line, "identity %s: against: '%s' is given twice", target->id, id->value);
    taken[found] = true;
    target->opponents[target->n_opponents++] = (size_t)found;
  }
  for (size_t i = 0; i < c->n_identities && target->against == NULL; i++) {
    const xy__identity *other = &c->identities[i];
    if (!other->target && strcmp(other->axis, target->axis) == 0) target->opponents[target->n_opponents++] = i;
  }
  for (size_t i = 0; i < target->n_opponents; i++) c->identities[target->opponents[i]].used = true;
}

static void read_identities(xy__context *c) {
  const xy__node *list = required_entries(c, "identities", XY__SEQUENCE);
  if (list == NULL) return;
  xy__map seen = {0};
  size_t targets = 0;
  int earlier = c->faults.rc;
  c->faults.rc = XY_OK;
  xy__identity *identities = take(c, list->n, sizeof *identities);
  c->identities = identities;
  for (size_t i = 0; identities != NULL && i < list->n; i++) {
    xy__identity *identity = &identities[c->n_identities++];
    read_identity(c, identity, list->items[i]);
    targets += identity->target;
    if (identity->id[0] != '\0') check_new(c, &seen, identity->line, "identity", identity->id);
  }
  if (targets == 0 && c->faults.rc == XY_OK)
    xy__fault(&c->faults, list->line, "identities: none has the role 'target'");
  for (size_t i = 0; i < c->n_identities; i++) {
    if (c->identities[i].target) pair_target(c, &c->identities[i]);
  }
  c->identities_sound = c->faults.rc == XY_OK;
  if (c->faults.rc == XY_OK) c->faults.rc = earlier;
  xy__map_dispose(&seen);
}

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
  check_text(c, line, what, text);
  read_pattern(c, out, text, line, what);
  if (xy__phrase_has(out, XY__STATEMENT))
    xy__fault(&c->faults, line, "%s: a statement cannot hold {statement}: '%s'", what, text);
}

/* An id as given, or PREFIX and the place in the list, from 1. */
static const char *id_or_number(xy__context *c, const xy__node *node, const char *prefix, size_t i, const char *what) {
  const char *id = NULL;
  if (node->kind == XY__MAPPING) note(c, xy__yaml_string(&id, c->yaml, node, "id", c->faults.err));
  if (id != NULL) {
    check_id(c, node->line, what, id);
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
  note(c, xy__yaml_known_keys(c->yaml, node, what, keys, c->faults.err));
  const xy__node *text = xy__yaml_get(node, "text");
  out->paired = text == NULL;
  if (text != NULL && (xy__yaml_get(node, "target") != NULL || xy__yaml_get(node, "counterpart") != NULL)) {
    xy__fault(&c->faults, node->line, "%s: either 'text', or 'target' and 'counterpart'", what);
  }
  const char *names[2] = {out->paired ? "target" : "text", out->paired ? "counterpart" : "text"};
  for (int side = 0; side < (out->paired ? 2 : 1); side++) {
    const char *value = required(c, node, what, names[side]);
    if (value != NULL) read_side(c, &out->sides[side], value, xy__yaml_get(node, names[side])->line, what);
  }
  if (!out->paired) out->sides[1] = out->sides[0];
}

static void read_theme(xy__context *c, xy__theme *out, const xy__node *node) {
  char what[128];
  snprintf(what, sizeof what, "theme %s", out->id);
  check_id(c, out->line, "theme", out->id);
  if (node->kind != XY__SEQUENCE || node->n == 0) {
    xy__fault(&c->faults, out->line,
              node->kind == XY__SEQUENCE ? "%s: the list is empty" : "%s: expected a list of statements, found %s",
              what, xy__yaml_kind(node));
    return;
  }
  xy__map texts = {0};
  xy__map ids = {0};
  out->statements = take(c, node->n, sizeof *out->statements);
  for (size_t i = 0; out->statements != NULL && i < node->n; i++) {
    xy__statement *statement = &out->statements[out->n++];
    read_statement(c, statement, node->items[i], i, what);
    check_new(c, &ids, statement->line, "statement id", statement->id);
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
    check_new(c, &texts, statement->line, "statement", key);
  }
  xy__map_dispose(&texts);
  xy__map_dispose(&ids);
}

static void read_themes(xy__context *c) {
  const xy__node *node = required_entries(c, "themes", XY__MAPPING);
  c->themes = node == NULL ? NULL : take(c, node->n, sizeof *c->themes);
  for (size_t i = 0; c->themes != NULL && i < node->n; i++) {
    xy__theme *theme = &c->themes[c->n_themes++];
    *theme = (xy__theme){.id = node->keys[i], .line = node->key_lines[i]};
    read_theme(c, theme, node->items[i]);
  }
}

static void read_template_themes(xy__context *c, xy__template *out, const char *what) {
  const xy__node *list = out->themes;
  const char **known = take(c, c->n_themes + 1, sizeof *known);
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
    note(c, xy__yaml_known_keys(c->yaml, node, what, keys, c->faults.err));
    text = required(c, node, what, "text");
    const char *prompt = NULL;
    note(c, xy__yaml_string(&prompt, c->yaml, node, "prompt", c->faults.err));
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
  const xy__node *list = required_entries(c, "templates", XY__SEQUENCE);
  xy__map ids = {0};
  xy__map texts = {0};
  c->templates = list == NULL ? NULL : take(c, list->n, sizeof *c->templates);
  for (size_t i = 0; c->templates != NULL && i < list->n; i++) {
    xy__template *template = &c->templates[c->n_templates++];
    read_template(c, template, list->items[i], i);
    check_new(c, &ids, template->line, "template id", template->id);
    if (template->text.source != NULL && !template->has_prompt && template->themes == NULL) {
      check_new(c, &texts, template->line, "template", template->text.source);
    }
  }
  xy__map_dispose(&ids);
  xy__map_dispose(&texts);
}

/* ---- the whole file ---- */

bool xy__template_serves(const xy__template *template, const xy__theme *theme) {
  if (template->themes == NULL) return true;
  for (size_t i = 0; i < template->themes->n; i++) {
    const xy__node *name = template->themes->items[i];
    if (name->kind == XY__SCALAR && strcmp(name->value, theme->id) == 0) return true;
  }
  return false;
}

static void read_head(xy__context *c) {
  static const char *const keys[] = {"benchmark", "modality",   "language", "axis",      "summary",
                                     "harm",      "identities", "themes",   "templates", NULL};
  static const char *const modalities[] = {"pair", "pronoun", NULL};
  const xy__node *root = c->yaml->root;
  note(c, xy__yaml_known_keys(c->yaml, root, "benchmark", keys, c->faults.err));
  c->name = required(c, root, "benchmark", "benchmark");
  if (c->name != NULL) check_id(c, xy__yaml_get(root, "benchmark")->line, "benchmark", c->name);
  c->modality = required(c, root, "benchmark", "modality");
  if (c->modality != NULL) {
    check_word(c, xy__yaml_get(root, "modality")->line, "modality", c->modality, modalities);
  }
  c->language = required(c, root, "benchmark", "language");
  if (c->language != NULL) check_text(c, xy__yaml_get(root, "language")->line, "language", c->language);
  c->summary = c->harm = "";
  note(c, xy__yaml_string(&c->axis, c->yaml, root, "axis", c->faults.err));
  note(c, xy__yaml_string(&c->summary, c->yaml, root, "summary", c->faults.err));
  note(c, xy__yaml_string(&c->harm, c->yaml, root, "harm", c->faults.err));
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

/* The axis that all targets share, or "mixed". */
static const char *common_axis(const xy__context *c) {
  const char *axis = NULL;
  for (size_t i = 0; i < c->n_identities; i++) {
    if (!c->identities[i].target) continue;
    if (axis != NULL && strcmp(axis, c->identities[i].axis) != 0) return "mixed";
    axis = c->identities[i].axis;
  }
  return axis;
}

static void read_all(xy__builder *builder, xy__context *c) {
  if (c->yaml->root->kind != XY__MAPPING) {
    xy__fault(&c->faults, c->yaml->root->line,
              "expected a mapping with 'benchmark', 'identities', 'themes' and 'templates', found %s",
              xy__yaml_kind(c->yaml->root));
    return;
  }
  read_head(c);
  read_identities(c);
  read_themes(c);
  read_templates(c);
  check_uses(c);
  xy__context_expand(builder, c);
  if (c->faults.rc != XY_OK || builder->failed) return;
  xy_bench *bench = builder->bench;
  bench->name = xy__builder_string(builder, c->name);
  while (strcmp(xy__modality_name(bench->modality), c->modality) != 0) bench->modality++; /* checked: one is named so */
  bench->language = xy__builder_string(builder, c->language);
  bench->axis = xy__builder_string(builder, c->axis != NULL ? c->axis : common_axis(c));
  bench->summary = xy__builder_string(builder, c->summary);
  bench->harm = xy__builder_string(builder, c->harm);
  bench->templates = c->n_templates;
}

int xy__read_context(xy__builder *builder, const xy__source *source, xy_error *err) {
  xy__yaml *yaml;
  int rc = xy__yaml_parse(&yaml, source->text, source->bytes, source->name, err);
  if (rc != XY_OK) return xy__hint(err, rc, "a text that begins with '{' or holds ': ' or ' #' needs quotes");
  const xy__node *modality = yaml->root->kind == XY__MAPPING ? xy__yaml_get(yaml->root, "modality") : NULL;
  if (modality != NULL && modality->kind == XY__SCALAR && strcmp(modality->value, "pronoun") == 0) {
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
