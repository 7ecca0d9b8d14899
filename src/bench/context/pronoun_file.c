/* Reads a pronoun benchmark (docs/benchmarks.md): declarations × templates × antecedents × pronoun sets. An item is a
 * declaration, then a template up to its {pronoun}; its options are the form, in the template's case, of every set, and
 * the rest of the template. A form that reads like the right one is left out of the options. A cluster is a template
 * with a kind of antecedent.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/context/context.h"
#include "bench/context/pronoun_sets.h"
#include "bench/context/template.h"
#include "bench/published/marked.h"

typedef struct probe {
  xy__case grammatical;
  xy__phrase text;
  size_t at; /* the segment that is {pronoun} */
} probe;

typedef struct reader {
  xy__builder *builder;
  const xy__yaml *yaml;
  xy__faults faults;
  xy__arena arena;
  xy__pronoun_sets builtin;
  xy__pronoun_set *sets;
  size_t n_sets;
  xy__phrase *declarations;
  size_t n_declarations;
  probe *probes;
  size_t n_probes;
  const xy__node *antecedents; /* kind → list of phrases */
} reader;

/* A key that must hold a list or mapping with entries; NULL after a fault. */
static const xy__node *entries(reader *r, const char *key, xy__node_kind kind) {
  const xy__node *node = xy__yaml_get(r->yaml->root, key);
  if (node != NULL && node->kind == kind && node->n > 0) return node;
  xy__fault(&r->faults, node != NULL ? node->line : r->yaml->root->line,
            node == NULL ? "key '%s' is missing" : "%s: expected %s with at least one entry", key,
            kind == XY__SEQUENCE ? "a list" : "a mapping");
  return NULL;
}

static const char *text_of(reader *r, const char *key, bool required) {
  const xy__node *node = xy__yaml_get(r->yaml->root, key);
  if (node != NULL && node->kind == XY__SCALAR && node->value[0] != '\0') return node->value;
  if (node != NULL || required) {
    xy__fault(&r->faults, node != NULL ? node->line : r->yaml->root->line,
              node == NULL ? "key '%s' is missing" : "%s: expected a text", key);
  }
  return "";
}

static void *take(reader *r, size_t n, size_t size) {
  void *memory = xy__arena_alloc(&r->arena, n * size);
  if (memory == NULL) r->builder->failed = true;
  return memory;
}

/* Entries are ids of built-in sets, or sets of the file's own. */
static void read_sets(reader *r) {
  const xy__node *list = entries(r, "pronouns", XY__SEQUENCE);
  r->sets = list != NULL ? take(r, list->n, sizeof *r->sets) : NULL;
  for (size_t i = 0; r->sets != NULL && i < list->n; i++) {
    const xy__node *node = list->items[i];
    xy__pronoun_set set = {0};
    if (node->kind == XY__SCALAR) {
      const xy__pronoun_set *found = xy__pronoun_sets_find(&r->builtin, node->value);
      if (found != NULL) set = *found;
      if (found == NULL) {
        xy__fault(&r->faults, node->line,
                  "pronouns: no built-in set '%s'; write it out: {id: …, group: …, nominative: …, …}", node->value);
        continue;
      }
    } else if (node->kind != XY__MAPPING || !xy__pronoun_set_read(&set, node, &r->faults)) {
      if (node->kind != XY__MAPPING) xy__fault(&r->faults, node->line, "pronouns: expected the id of a set, or a set");
      continue;
    }
    for (size_t k = 0; k < r->n_sets; k++) {
      if (strcmp(r->sets[k].id, set.id) == 0)
        xy__fault(&r->faults, node->line, "pronouns: '%s' is given twice", set.id);
    }
    r->sets[r->n_sets++] = set;
  }
  if (list != NULL && r->n_sets < 2 && r->faults.rc == XY_OK)
    xy__fault(&r->faults, list->line, "pronouns: expected at least two sets");
}

/* Whether a placeholder is one of those that declarations (or templates) have. */
static bool is_known(const xy__segment *segment, bool template) {
  if (segment->kind == XY__LITERAL) return true;
  if (segment->kind != XY__WORD) return false;
  if (strcmp(segment->text, "antecedent") == 0) return true;
  if (template) return strcmp(segment->text, "pronoun") == 0;
  for (int c = 0; c < XY__CASES; c++) {
    if (strcmp(segment->text, xy__case_names[c]) == 0) return true;
  }
  return false;
}

static bool read_pattern(reader *r, xy__phrase *out, const xy__node *node, bool template) {
  const char *what = template ? "template" : "declaration";
  if (node == NULL || node->kind != XY__SCALAR || node->value[0] == '\0') {
    xy__fault(&r->faults, node != NULL ? node->line : 0, "%s: expected a text", what);
    return false;
  }
  const char *problem = xy__phrase_parse(out, &r->arena, node->value, node->line);
  if (problem != NULL) {
    xy__fault(&r->faults, node->line, "%s: %s: '%s'", what, problem, node->value);
    return false;
  }
  for (size_t s = 0; s < out->n; s++) {
    if (is_known(&out->segments[s], template)) continue;
    xy__fault(&r->faults, node->line, "%s: unknown placeholder (known: {antecedent}, %s): '%s'", what,
              template ? "{pronoun}" : "and the cases, {nominative} …", node->value);
    return false;
  }
  return true;
}

static void read_declarations(reader *r) {
  const xy__node *list = entries(r, "declarations", XY__SEQUENCE);
  r->declarations = list != NULL ? take(r, list->n, sizeof *r->declarations) : NULL;
  for (size_t i = 0; r->declarations != NULL && i < list->n; i++) {
    xy__phrase *pattern = &r->declarations[r->n_declarations];
    if (!read_pattern(r, pattern, list->items[i], false)) continue;
    size_t forms = 0;
    for (size_t s = 0; s < pattern->n; s++) {
      forms += pattern->segments[s].kind == XY__WORD && strcmp(pattern->segments[s].text, "antecedent") != 0;
    }
    if (forms == 0)
      xy__fault(&r->faults, list->items[i]->line, "declaration: holds no form of the pronoun: '%s'", pattern->source);
    r->n_declarations++;
  }
}

static void read_probe(reader *r, const xy__node *node) {
  probe *out = &r->probes[r->n_probes];
  if (node->kind != XY__MAPPING || node->n != 2) {
    xy__fault(&r->faults, node->line, "template: expected {case: …, text: …}, found %s", xy__yaml_kind(node));
    return;
  }
  const xy__node *grammatical = xy__yaml_get(node, "case");
  int c = 0;
  while (c < XY__CASES && (grammatical == NULL || grammatical->kind != XY__SCALAR ||
                           strcmp(grammatical->value, xy__case_names[c]) != 0)) {
    c++;
  }
  if (c == XY__CASES) {
    xy__fault(
        &r->faults, node->line,
        "template: case: expected nominative, accusative, possessive-dependent, possessive-independent or reflexive");
    return;
  }
  out->grammatical = (xy__case)c;
  if (!read_pattern(r, &out->text, xy__yaml_get(node, "text"), true)) return;
  size_t found = 0, antecedents = 0;
  for (size_t s = 0; s < out->text.n; s++) {
    if (out->text.segments[s].kind != XY__WORD) continue;
    bool pronoun = strcmp(out->text.segments[s].text, "pronoun") == 0;
    if (pronoun && found++ == 0) out->at = s;
    antecedents += !pronoun;
  }
  if (found != 1 || antecedents == 0) {
    xy__fault(&r->faults, node->line, "template: expected {antecedent}, and {pronoun} once: '%s'", out->text.source);
    return;
  }
  r->n_probes++;
}

static void read_probes(reader *r) {
  const xy__node *list = entries(r, "templates", XY__SEQUENCE);
  r->probes = list != NULL ? take(r, list->n, sizeof *r->probes) : NULL;
  for (size_t i = 0; r->probes != NULL && i < list->n; i++) read_probe(r, list->items[i]);
}

static void read_antecedents(reader *r) {
  r->antecedents = entries(r, "antecedents", XY__MAPPING);
  for (size_t k = 0; r->antecedents != NULL && k < r->antecedents->n; k++) {
    const xy__node *list = r->antecedents->items[k];
    const char *kind = r->antecedents->keys[k];
    if (list->kind != XY__SEQUENCE || list->n == 0) {
      xy__fault(&r->faults, list->line, "antecedents: %s: expected a list of phrases", kind);
      continue;
    }
    for (int c = 0; c < XY__CASES; c++) {
      if (strcmp(kind, xy__case_names[c]) == 0)
        xy__fault(&r->faults, list->line, "antecedents: '%s' is the name of a case", kind);
    }
    for (size_t i = 0; i < list->n; i++) {
      if (list->items[i]->kind != XY__SCALAR || list->items[i]->value[0] == '\0') {
        xy__fault(&r->faults, list->items[i]->line, "antecedents: %s: expected a phrase", kind);
      }
    }
  }
}

/* ---- items ---- */

typedef struct place {
  size_t declaration, probe, kind, antecedent, set;
} place;

static void fill_words(xy__term words[XY__CASES + 1], const char *antecedent, const xy__pronoun_set *set) {
  words[0] = (xy__term){"antecedent", antecedent};
  for (int c = 0; c < XY__CASES; c++) words[c + 1] = (xy__term){xy__case_names[c], set->forms[c]};
}

/* A template's sentence with a set's form, after the declaration. */
static bool fill_sentence(xy__marked *out, reader *r, const xy__text *declared, const probe *p, const xy__terms *terms,
                          const xy__pronoun_set *set) {
  xy__text text = {0};
  xy__phrase before = p->text, after = p->text;
  before.n = p->at;
  after.segments += p->at + 1;
  after.n -= p->at + 1;
  xy__text_addf(&text, "%s ", declared->data);
  xy__phrase_fill(&text, NULL, &before, terms, NULL);
  out->start = text.size;
  const char *form = set->forms[p->grammatical];
  bool capital = p->text.segments[p->at].capital;
  if (capital) xy__text_addf(&text, "%c%s", toupper((unsigned char)form[0]), form + 1);
  if (!capital) xy__text_add(&text, form);
  out->end = text.size;
  xy__phrase_fill(&text, NULL, &after, terms, NULL);
  out->text = text.failed ? NULL : xy__arena_string(&r->arena, text.data);
  xy__text_dispose(&text);
  return out->text != NULL;
}

static void label_item(reader *r, xy__item *item, const place *at) {
  const probe *p = &r->probes[at->probe];
  const char *kind = r->antecedents->keys[at->kind];
  char name[256];
  snprintf(name, sizeof name, "d%zu/t%zu/%.60s-%zu/%.60s", at->declaration + 1, at->probe + 1, kind, at->antecedent + 1,
           r->sets[at->set].id);
  item->id = xy__builder_string(r->builder, name);
  snprintf(name, sizeof name, "t%zu/%.60s", at->probe + 1, kind);
  xy__label_set(r->builder, &item->cluster, XY__CLUSTERS, name);
  xy__label_set(r->builder, &item->identity, XY__IDENTITIES, r->sets[at->set].id);
  xy__label_set(r->builder, &item->theme, XY__THEMES, xy__case_names[p->grammatical]);
  xy__label_set(r->builder, &item->condition, XY__CONDITIONS, kind);
  xy__label_set(r->builder, &item->group, XY__GROUPS, r->sets[at->set].group);
}

static void add_item(reader *r, const place *at) {
  const probe *p = &r->probes[at->probe];
  const xy__pronoun_set *declared_set = &r->sets[at->set];
  const xy__node *phrases = r->antecedents->items[at->kind];
  xy__term words[XY__CASES + 1];
  fill_words(words, phrases->items[at->antecedent]->value, declared_set);
  xy__terms terms = {.words = words, .n_words = XY__CASES + 1};
  xy__text declared = {0};
  xy__phrase_fill(&declared, NULL, &r->declarations[at->declaration], &terms, NULL);
  xy__marked *sentences = take(r, r->n_sets, sizeof *sentences);
  size_t *of = take(r, r->n_sets, sizeof *of), n = 0, answer = 0;
  for (size_t s = 0; !declared.failed && sentences != NULL && of != NULL && s < r->n_sets; s++) {
    bool same = strcmp(r->sets[s].forms[p->grammatical], declared_set->forms[p->grammatical]) == 0;
    if (same && s != at->set) continue;
    if (s == at->set) answer = n;
    if (!fill_sentence(&sentences[n], r, &declared, p, &terms, &r->sets[s])) r->builder->failed = true;
    of[n++] = s;
  }
  xy__text_dispose(&declared);
  xy__item *item = n > 1 && !r->builder->failed ? xy__sentences_add(r->builder, sentences, n) : NULL;
  if (item == NULL) return;
  item->answer = (int)answer;
  label_item(r, item, at);
  for (size_t i = 0; i < n; i++) {
    xy__label_set(r->builder, &item->options[i].label, XY__OPTION_LABELS, r->sets[of[i]].id);
  }
}

/* Every item has an option for each set. */
static bool has_room(reader *r) {
  double around = 0;
  double antecedents = 0;
  size_t n_probes = r->probes != NULL ? r->n_probes : 0;
  for (size_t t = 0; t < n_probes; t++) around += (double)strlen(r->probes[t].text.source);
  for (size_t k = 0; k < r->antecedents->n; k++) antecedents += (double)r->antecedents->items[k]->n;
  double each = antecedents * (double)r->n_declarations * (double)r->n_sets;
  return xy__context_room(&r->faults, r->yaml->root->line, (double)r->n_probes * each,
                          around * each * (double)r->n_sets);
}

static void expand(reader *r) {
  for (size_t t = 0; t < r->n_probes; t++) {
    for (size_t k = 0; k < r->antecedents->n; k++) {
      for (size_t a = 0; a < r->antecedents->items[k]->n; a++) {
        for (size_t d = 0; d < r->n_declarations; d++) {
          for (size_t s = 0; s < r->n_sets; s++) add_item(r, &(place){d, t, k, a, s});
        }
      }
    }
  }
}

int xy__read_pronoun_file(xy__builder *builder, const xy__yaml *yaml, xy_error *err) {
  static const char *const keys[] = {"benchmark", "task",     "modality",    "language",     "axis",      "summary",
                                     "harm",      "pronouns", "antecedents", "declarations", "templates", NULL};
  reader r = {.builder = builder, .yaml = yaml, .faults = {.name = yaml->name, .err = err}};
  int rc = xy__pronoun_sets_open(&r.builtin, err);
  if (rc == XY_OK) r.faults.rc = xy__yaml_known_keys(yaml, yaml->root, "benchmark", keys, err);
  if (rc == XY_OK) {
    xy_bench *bench = builder->bench;
    (void)xy__context_task_key(&r.faults, yaml->root);
    bench->task = "pronoun";
    const char *name = text_of(&r, "benchmark", true);
    if (*name != '\0') xy__check_id(&r.faults, xy__yaml_get(yaml->root, "benchmark")->line, "benchmark", name);
    bench->name = xy__builder_string(builder, name);
    bench->language = xy__builder_string(builder, text_of(&r, "language", true));
    bench->axis = xy__builder_string(builder, text_of(&r, "axis", true));
    bench->summary = xy__builder_string(builder, text_of(&r, "summary", false));
    bench->harm = xy__builder_string(builder, text_of(&r, "harm", false));
    read_sets(&r);
    read_antecedents(&r);
    read_declarations(&r);
    read_probes(&r);
    bench->templates = r.n_probes;
    if (r.faults.rc == XY_OK && !builder->failed) (void)has_room(&r);
    rc = xy__faults_end(&r.faults);
  }
  if (rc == XY_OK && !builder->failed) expand(&r);
  if (rc == XY_OK && !builder->failed && builder->bench->n == 0) {
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: no two sets differ in the cases of the templates", yaml->name);
  }
  xy__pronoun_sets_dispose(&r.builtin);
  xy__arena_dispose(&r.arena);
  return rc;
}
