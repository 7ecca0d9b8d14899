/* What every section of a context file is checked with (context.h). */
#include <ctype.h>
#include <string.h>

#include "bench/context/context.h"

void xy__context_note(xy__context *c, int rc) {
  if (rc != XY_OK) c->faults.rc = rc;
}

void *xy__context_take(xy__context *c, size_t n, size_t size) {
  void *memory = xy__arena_alloc(&c->arena, (n > 0 ? n : 1) * size);
  if (memory == NULL) c->faults.rc = xy__fail_memory(c->faults.err, c->yaml->name);
  return memory;
}

bool xy__is_id(const char *text) {
  for (const char *s = text; *s != '\0'; s++) {
    if (isspace((unsigned char)*s) || iscntrl((unsigned char)*s) || strchr("/~,:=", *s) != NULL) return false;
  }
  return *text != '\0';
}

void xy__check_id(xy__faults *faults, int line, const char *what, const char *id) {
  if (!xy__is_id(id)) xy__fault(faults, line, "%s: '%s' cannot be an id: no spaces and none of / ~ , : =", what, id);
}

void xy__context_check_new(xy__context *c, xy__map *seen, int line, const char *what, const char *id) {
  int64_t first;
  if (xy__map_get(seen, id, strlen(id), &first)) {
    xy__fault(&c->faults, line, "%s '%s' is given twice (first in line %d)", what, id, (int)first);
  } else if (!xy__map_put(seen, id, strlen(id), line)) {
    c->faults.rc = xy__fail_memory(c->faults.err, c->yaml->name);
  }
}

void xy__context_check_text(xy__context *c, int line, const char *what, const char *text) {
  size_t n = strlen(text);
  size_t bytes;
  if (n == 0) {
    xy__fault(&c->faults, line, "%s is empty", what);
  } else if (xy__rstrip(text, n) < n || xy__is_space(xy__utf8_decode(text, n, &bytes))) {
    xy__fault(&c->faults, line, "%s has white space at its start or end: '%s'", what, text);
  }
}

bool xy__context_room(xy__faults *faults, int line, double items, double bytes) {
  static const double most_items = 5e6;
  static const double most_bytes = 4.0 * (1 << 30);
  if (items <= most_items && bytes <= most_bytes) return true;
  xy__fault(faults, line, "it would make %.0f items with %.3g GiB of text; at most %.0f with %.0f GiB are made", items,
            bytes / (1 << 30), most_items, most_bytes / (1 << 30));
  return false;
}

const char *xy__context_required(xy__context *c, const xy__node *mapping, const char *what, const char *key) {
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

const xy__node *xy__context_entries(xy__context *c, const char *key, xy__node_kind kind) {
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

void xy__context_check_word(xy__context *c, int line, const char *what, const char *word, const char *const *known) {
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

/* ---- what stands in which template ---- */

bool xy__template_serves(const xy__template *template, const xy__theme *theme) {
  if (template->themes == NULL) return true;
  for (size_t i = 0; i < template->themes->n; i++) {
    const xy__node *name = template->themes->items[i];
    if (name->kind == XY__SCALAR && strcmp(name->value, theme->id) == 0) return true;
  }
  return false;
}

/* Where a plain statement stands is where a control can stand beside it. */
bool xy__theme_has_plain(const xy__theme *theme) {
  for (size_t i = 0; i < theme->n; i++) {
    if (!theme->statements[i].paired) return true;
  }
  return false;
}

bool xy__template_takes_controls(const xy__context *c, const xy__template *template) {
  for (size_t i = 0; i < c->n_themes; i++) {
    if (xy__theme_has_plain(&c->themes[i]) && xy__template_serves(template, &c->themes[i])) return true;
  }
  return false;
}
