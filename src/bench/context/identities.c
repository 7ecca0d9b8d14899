/* The identities of a context file, and whom each target is held against. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "bench/context/context.h"

/* Fields of a mapping name → text; their names can be placeholders. */
static void read_fields(xy__context *c, xy__term **out, size_t *n, const xy__node *node, const char *what) {
  if (node->kind != XY__MAPPING) {
    xy__fault(&c->faults, node->line, "%s: expected a mapping of names to texts, found %s", what, xy__yaml_kind(node));
    return;
  }
  *out = xy__context_take(c, node->n, sizeof **out);
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
    xy__context_check_text(c, surface->line, "surface", surface->value);
  } else {
    read_fields(c, &out->terms.forms, &out->terms.n_forms, surface, "surface");
    if (surface->kind == XY__MAPPING && surface->n == 0)
      xy__fault(&c->faults, surface->line, "%s: surface has no forms", what);
    for (size_t i = 0; i < out->terms.n_forms; i++) {
      xy__context_check_text(c, surface->line, out->terms.forms[i].name, out->terms.forms[i].value);
    }
  }
}

static void read_identity(xy__context *c, xy__identity *out, const xy__node *node) {
  static const char *const keys[] = {"id", "surface", "role", "axis", "against", "words", NULL};
  static const char *const roles[] = {"target", "counterpart", NULL};
  char what[128] = "identity";
  out->line = node->line;
  out->id = out->axis = "";
  if (node->kind != XY__MAPPING) {
    xy__fault(&c->faults, node->line, "identity: expected a mapping {id, surface, role, axis}, found %s",
              xy__yaml_kind(node));
    return;
  }
  const char *id = xy__context_required(c, node, what, "id");
  if (id != NULL) {
    out->id = id;
    xy__check_id(&c->faults, node->line, what, id);
    snprintf(what, sizeof what, "identity %s", id);
  }
  xy__context_note(c, xy__yaml_known_keys(c->yaml, node, what, keys, c->faults.err));
  const char *role = xy__context_required(c, node, what, "role");
  if (role != NULL) {
    out->target = strcmp(role, "target") == 0;
    char key[160];
    snprintf(key, sizeof key, "%s: role", what);
    xy__context_check_word(c, xy__yaml_get(node, "role")->line, key, role, roles);
  }
  out->axis = c->axis;
  xy__context_note(c, xy__yaml_string(&out->axis, c->yaml, node, "axis", c->faults.err));
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
  if (id->kind != XY__SCALAR) {
    xy__fault(&c->faults, id->line, "identity %s: against: expected an id, found %s", target->id, xy__yaml_kind(id));
    return -1;
  }
  for (size_t i = 0; i < c->n_identities; i++) {
    if (c->identities[i].target) continue;
    if (strcmp(c->identities[i].id, id->value) == 0) return (int64_t)i;
  }
  const char **known = xy__context_take(c, c->n_identities + 1, sizeof *known);
  if (known == NULL) return -1;
  for (size_t i = 0, n = 0; i < c->n_identities; i++) {
    if (!c->identities[i].target) known[n++] = c->identities[i].id;
  }
  const char *near = xy__nearest(id->value, known);
  xy__fault(&c->faults, id->line,
            near != NULL ? "identity %s: against: no counterpart '%s' (did you mean '%s'?)"
                         : "identity %s: against: no counterpart '%s'",
            target->id, id->value, near);
  return -1;
}

static bool is_opponent(const xy__context *c, const xy__identity *target, size_t i) {
  return !c->identities[i].target && strcmp(c->identities[i].axis, target->axis) == 0;
}

static void pair_target(xy__context *c, xy__identity *target) {
  size_t named = target->against != NULL ? target->against->n : 0;
  size_t most = named;
  for (size_t i = 0; i < c->n_identities && target->against == NULL; i++) most += is_opponent(c, target, i);
  target->opponents = xy__context_take(c, most, sizeof *target->opponents);
  bool *taken = xy__context_take(c, named > 0 ? c->n_identities : 0, sizeof *taken);
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
    if (is_opponent(c, target, i)) target->opponents[target->n_opponents++] = i;
  }
  for (size_t i = 0; i < target->n_opponents; i++) c->identities[target->opponents[i]].used = true;
}

void xy__context_identities(xy__context *c) {
  enum { MOST = 10000 }; /* each is looked up among all others */
  const xy__node *list = xy__context_entries(c, "identities", XY__SEQUENCE);
  if (list == NULL) return;
  if (list->n > MOST) {
    xy__fault(&c->faults, list->line, "identities: expected at most %d, found %zu", MOST, list->n);
    return;
  }
  xy__map seen = {0};
  size_t targets = 0;
  int earlier = c->faults.rc;
  c->faults.rc = XY_OK;
  xy__identity *identities = xy__context_take(c, list->n, sizeof *identities);
  c->identities = identities;
  for (size_t i = 0; identities != NULL && i < list->n; i++) {
    xy__identity *identity = &identities[c->n_identities++];
    read_identity(c, identity, list->items[i]);
    targets += identity->target;
    if (identity->id[0] != '\0') xy__context_check_new(c, &seen, identity->line, "identity", identity->id);
  }
  if (targets == 0 && c->faults.rc == XY_OK)
    xy__fault(&c->faults, list->line, "identities: none has the role 'target'");
  for (size_t i = 0; identities != NULL && i < c->n_identities; i++) {
    if (identities[i].target) pair_target(c, &identities[i]);
  }
  c->identities_sound = c->faults.rc == XY_OK;
  if (c->faults.rc == XY_OK) c->faults.rc = earlier;
  xy__map_dispose(&seen);
}
