/* Themes for a file that has none.
 *
 * Statements and patterns are compared as words: small letters, apostrophes made straight, other punctuation dropped. A
 * pattern matches where its words stand in the statement in a row; a last "*" of a word allows any ending. What is
 * matched is the item's cluster where that is a part of its target text (WinoQueer: the statement), else the target
 * text. The first pattern in the file's order decides, so a statement has one theme in whatever templates it stands.
 */
#include "bench/themes.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/file.h"
#include "base/yaml.h"

static const char unlabelled[] = "unlabelled";

/* " word word " of any text. `keep_star`: patterns. */
static void add_words(xy__text *out, const char *text, bool keep_star) {
  xy__text_add(out, " ");
  for (const char *c = text; *c != '\0'; c++) {
    bool typographic = strncmp(c, "\xE2\x80\x99", 3) == 0;
    char plain = (char)(typographic ? '\'' : tolower((unsigned char)*c));
    if (typographic) c += 2;
    if (isalnum((unsigned char)plain) || plain == '\'' || (unsigned char)plain >= 0x80 || (plain == '*' && keep_star)) {
      xy__text_add_bytes(out, &plain, 1);
    } else if (out->size > 0 && out->data[out->size - 1] != ' ') {
      xy__text_add(out, " ");
    }
  }
  if (out->size > 0 && out->data[out->size - 1] != ' ') xy__text_add(out, " ");
}

/* Whether the pattern's words begin at this word of the text; both are " word word ", `text` at a word's start. */
static bool matches_at(const char *text, const char *pattern) {
  for (; *pattern != '\0'; pattern++) {
    if (*pattern == '*') {
      while (*text != '\0' && *text != ' ') text++;
    } else if (*text++ != *pattern) {
      return false;
    }
  }
  return true;
}

static bool matches(const char *text, const char *pattern) {
  for (const char *at = text; at != NULL && at[1] != '\0'; at = strchr(at + 1, ' ')) {
    if (matches_at(at + 1, pattern + 1)) return true;
  }
  return false;
}

typedef struct pattern {
  const char *theme, *words;
  int line;
  size_t used;
} pattern;

typedef struct mapping {
  pattern *patterns;
  size_t n, capacity;
  xy__arena arena;
} mapping;

static bool add_pattern(mapping *m, const char *theme, const xy__node *node) {
  xy__text words = {0};
  add_words(&words, node->value, true);
  pattern made = {.theme = theme, .line = node->line};
  if (!words.failed) made.words = xy__arena_copy(&m->arena, words.data, words.size);
  xy__text_dispose(&words);
  if (made.words == NULL || !xy__grow(&m->patterns, &m->capacity, m->n, sizeof made)) return false;
  m->patterns[m->n++] = made;
  return true;
}

static int read_mapping(mapping *m, const xy__yaml *yaml, xy_error *err) {
  static const char *const keys[] = {"themes", NULL};
  xy__faults faults = {.name = yaml->name, .err = err};
  const xy__node *themes = yaml->root->kind == XY__MAPPING ? xy__yaml_get(yaml->root, "themes") : NULL;
  if (themes == NULL || themes->kind != XY__MAPPING || themes->n == 0) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: expected 'themes:' with a list of patterns for each theme", yaml->name);
  }
  faults.rc = xy__yaml_known_keys(yaml, yaml->root, "mapping", keys, err);
  for (size_t t = 0; t < themes->n; t++) {
    const xy__node *list = themes->items[t];
    if (list->kind != XY__SEQUENCE || list->n == 0) {
      xy__fault(&faults, themes->key_lines[t], "theme %s: expected a list of patterns", themes->keys[t]);
      continue;
    }
    for (size_t i = 0; i < list->n; i++) {
      const xy__node *node = list->items[i];
      if (node->kind != XY__SCALAR ||
          strpbrk(node->value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL) {
        xy__fault(&faults, node->line, "theme %s: expected a pattern of words", themes->keys[t]);
      } else if (!add_pattern(m, themes->keys[t], node)) {
        return xy__fail_memory(err, yaml->name);
      }
    }
  }
  return xy__faults_end(&faults);
}

/* The theme of an item, or NULL. */
static const char *theme_of(mapping *m, const xy_bench *bench, const xy__item *item, xy__builder *builder) {
  xy__text target = {0}, cluster = {0};
  add_words(&target, item->options[0].text, false);
  add_words(&cluster, bench->clusters.names[item->cluster], false);
  builder->failed = builder->failed || target.failed || cluster.failed;
  const char *text = target.data, *found = NULL;
  if (!builder->failed && strstr(target.data, cluster.data) != NULL) text = cluster.data;
  for (size_t i = 0; !builder->failed && found == NULL && i < m->n; i++) {
    if (!matches(text, m->patterns[i].words)) continue;
    found = m->patterns[i].theme;
    m->patterns[i].used++;
  }
  xy__text_dispose(&target);
  xy__text_dispose(&cluster);
  return found;
}

static void relabel(xy__builder *builder, mapping *m) {
  xy_bench *bench = builder->bench;
  bench->themes.n = 0;
  xy__map_dispose(&builder->labels[XY__THEMES]);
  builder->labels[XY__THEMES] = (xy__map){0};
  bool *open = xy__array(bench->clusters.n, sizeof *open); /* clusters that match nothing */
  builder->failed = builder->failed || open == NULL;
  size_t items = 0, clusters = 0, idle = 0;
  for (size_t i = 0; i < bench->n && !builder->failed; i++) {
    xy__item *item = &bench->items[i];
    const char *theme = theme_of(m, bench, item, builder);
    if (theme == NULL) {
      items++;
      clusters += !open[item->cluster];
      open[item->cluster] = true;
      theme = unlabelled;
    }
    xy__label_set(builder, &item->theme, XY__THEMES, theme);
  }
  free(open);
  for (size_t i = 0; i < m->n; i++) idle += m->patterns[i].used == 0;
  if (items > 0) {
    xy__builder_note(builder, "%zu %s of %zu %s no pattern of the themes: '%s'", items,
                     xy_plural((int64_t)items, "item", "items"), clusters,
                     xy_plural((int64_t)clusters, "statement matches", "statements match"), unlabelled);
  }
  if (idle > 0)
    xy__builder_note(builder, "%zu of %zu patterns of the themes %s nothing", idle, m->n,
                     xy_plural((int64_t)idle, "matches", "match"));
}

int xy__themes_apply(xy__builder *builder, const char *name, xy_error *err) {
  if (strcmp(builder->bench->task, "pair") != 0) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: themes can be given to pairs; this is a benchmark of modality %s", name,
                    builder->bench->task);
  }
  char path[256];
  snprintf(path, sizeof path, "themes/%.200s.yaml", name);
  const xy__embedded *embedded = xy__embedded_find(path);
  char *text = NULL;
  size_t bytes = embedded != NULL ? (size_t)(embedded->end - embedded->data) : 0;
  int rc = embedded != NULL ? XY_OK : xy__file_read(&text, &bytes, name, err);
  if (rc != XY_OK) return rc;
  const char *data = embedded != NULL ? (const char *)embedded->data : text;
  xy__yaml *yaml = NULL;
  mapping m = {0};
  xy__text_add_bytes(&builder->beside, data, bytes);
  rc = xy__yaml_parse(&yaml, data, bytes, embedded != NULL ? embedded->name : name, err);
  if (rc == XY_OK) rc = read_mapping(&m, yaml, err);
  if (rc == XY_OK) relabel(builder, &m);
  free(m.patterns);
  xy__arena_dispose(&m.arena);
  xy__yaml_free(yaml);
  free(text);
  return rc;
}
