/* Turns a checked context into items: themes × statements × templates × targets × counterparts, in that order, then the
 * controls in the same way. A plain statement is filled once with the target and once with the counterpart; a paired
 * statement gives both its sides with the same target. The cluster, the unit of resampling, is the statement.
 */
#include "bench/context/context.h"

#include <ctype.h>
#include <string.h>

#include "bench/texts.h"

static void fault_memory(xy__context *c) { c->faults.rc = xy__fail_memory(c->faults.err, c->yaml->name); }

/* ---- does every placeholder have its value? ---- */

typedef struct checker {
  xy__context *context;
  const char **names; /* every word that some identity defines; ends with NULL */
  size_t n;
  xy__map said; /* faults told already: one per placeholder and identity */
} checker;

static bool collect_words(checker *k) {
  xy__context *c = k->context;
  size_t most = 3;
  for (size_t i = 0; i < c->n_identities; i++) most += c->identities[i].terms.n_words;
  k->names = xy__arena_alloc(&c->arena, most * sizeof *k->names);
  if (k->names == NULL) return false;
  k->names[k->n++] = "identity";
  k->names[k->n++] = "statement";
  for (size_t i = 0; i < c->n_identities; i++) {
    const xy__terms *terms = &c->identities[i].terms;
    for (size_t w = 0; w < terms->n_words; w++) {
      size_t j = 0;
      while (j < k->n && strcmp(k->names[j], terms->words[w].name) != 0) j++;
      if (j == k->n) k->names[k->n++] = terms->words[w].name;
    }
  }
  return true;
}

static bool is_known(const checker *k, const char *name) {
  for (size_t i = 0; i < k->n; i++) {
    if (strcmp(k->names[i], name) == 0) return true;
  }
  return false;
}

/* True the first time that `key` is asked about. */
static bool first_time(checker *k, const char *key) {
  int64_t ignored;
  if (xy__map_get(&k->said, key, strlen(key), &ignored)) return false;
  const char *copy = xy__arena_string(&k->context->arena, key);
  if (copy == NULL || !xy__map_put(&k->said, copy, strlen(copy), 1)) fault_memory(k->context);
  return true;
}

static void tell_unknown(checker *k, const xy__phrase *pattern, const char *name) {
  xy__text list = {0};
  for (size_t i = 0; i < k->n; i++) xy__text_addf(&list, "%s%s", i > 0 ? ", " : "", k->names[i]);
  const char *near = xy__nearest(name, k->names);
  xy__text nearest = {0};
  if (near != NULL) xy__text_addf(&nearest, "did you mean {%s}? ", near);
  xy__fault(&k->context->faults, pattern->line, "unknown placeholder {%s} (%sknown: %s)", name,
            nearest.data != NULL ? nearest.data : "", list.failed ? "" : list.data);
  xy__text_dispose(&nearest);
  xy__text_dispose(&list);
}

static void tell_missing(checker *k, const xy__phrase *pattern, const xy__identity *identity,
                         const xy__segment *segment) {
  xy__text key = {0};
  bool word = segment->kind == XY__WORD;
  xy__text_addf(&key, "%s/%s%s", identity->id, word ? "" : "identity:", segment->text != NULL ? segment->text : "");
  if (key.failed) {
    fault_memory(k->context);
  } else if (first_time(k, key.data)) {
    if (word) {
      xy__fault(&k->context->faults, identity->line, "identity %s: the word '%s', which line %d uses, is missing",
                identity->id, segment->text, pattern->line);
    } else if (segment->text == NULL) {
      xy__fault(&k->context->faults, identity->line,
                "identity %s: line %d uses {identity}, but its surface is a list of forms", identity->id,
                pattern->line);
    } else {
      xy__fault(&k->context->faults, identity->line,
                "identity %s: the form '%s', which line %d uses, is missing from its surface", identity->id,
                segment->text, pattern->line);
    }
  }
  xy__text_dispose(&key);
}

static void check_pattern(checker *k, const xy__phrase *pattern, bool counterparts) {
  const xy__context *c = k->context;
  for (size_t s = 0; s < pattern->n; s++) {
    const xy__segment *segment = &pattern->segments[s];
    if (segment->kind == XY__LITERAL || segment->kind == XY__STATEMENT) continue;
    if (segment->kind == XY__WORD && !is_known(k, segment->text)) {
      tell_unknown(k, pattern, segment->text);
      continue;
    }
    for (size_t i = 0; i < c->n_identities && c->identities_sound; i++) {
      const xy__identity *identity = &c->identities[i];
      if (!identity->target && !counterparts) continue;
      if (xy__terms_find(&identity->terms, segment) == NULL) tell_missing(k, pattern, identity, segment);
    }
  }
}

static void check_placeholders(xy__context *c) {
  checker k = {.context = c};
  if (!collect_words(&k)) {
    fault_memory(c);
    return;
  }
  for (size_t t = 0; t < c->n_templates; t++) {
    bool counterparts = false; /* does a statement of its themes fill it with counterparts? */
    for (size_t i = 0; i < c->n_themes; i++) {
      if (!xy__template_serves(&c->templates[t], &c->themes[i])) continue;
      for (size_t s = 0; s < c->themes[i].n; s++) counterparts = counterparts || !c->themes[i].statements[s].paired;
    }
    check_pattern(&k, &c->templates[t].prompt, counterparts);
    check_pattern(&k, &c->templates[t].text, counterparts);
  }
  for (size_t i = 0; i < c->n_themes; i++) {
    for (size_t s = 0; s < c->themes[i].n; s++) {
      const xy__statement *statement = &c->themes[i].statements[s];
      check_pattern(&k, &statement->sides[0], !statement->paired);
      if (statement->paired) check_pattern(&k, &statement->sides[1], false);
    }
  }
  for (size_t s = 0; s < c->controls.n; s++) check_pattern(&k, &c->controls.statements[s].sides[0], true);
  xy__map_dispose(&k.said);
}

/* ---- items ---- */

typedef struct expander {
  xy__builder *builder;
  xy__context *context;
  const xy__theme *theme;
  const xy__statement *statement;
  const xy__template *template;
  bool told; /* this statement in this template has had its fault */
  xy__text texts[2], prompts[2], id;
  int64_t starts[2]; /* of the identity terms in the texts */
} expander;

static bool is_word_byte(char c) { return isalnum((unsigned char)c) || (unsigned char)c >= 0x80; }

/* End of what two texts have in common at their start, moved back over a word cut in two and the spaces before it. */
static int64_t common_end(const xy__text *a, const xy__text *b) {
  size_t n = 0;
  while (n < a->size && n < b->size && a->data[n] == b->data[n]) n++;
  bool inside = (n < a->size && is_word_byte(a->data[n])) || (n < b->size && is_word_byte(b->data[n]));
  while (inside && n > 0 && is_word_byte(a->data[n - 1])) n--;
  return (int64_t)xy__rstrip(a->data, n);
}

/* A term that comes again in what follows the first, or in another form on each side, is part of what is said, too. */
static xy__term_place place_of(const expander *x, const int64_t ends[2]) {
  if (x->statement->paired) return XY__SAME;
  if (ends[0] < 0 || ends[1] < 0) return XY__GUESSED;
  bool first = xy__phrase_names_first(&x->template->text, &x->statement->sides[0]);
  bool once = strcmp(x->texts[0].data + ends[0], x->texts[1].data + ends[1]) == 0;
  return first && once ? XY__BEFORE : XY__AFTER;
}

static void tell(expander *x, int line, const char *what, const char *text) {
  if (!x->told)
    xy__fault(&x->context->faults, line, "%s: theme %s, statement %s (line %d): '%s'", what, x->theme->id,
              x->statement->id, x->statement->line, text);
  x->told = true;
}

/* Both sides filled and looked at; false after a fault. */
static bool fill_sides(expander *x, const xy__identity *sides[2], int64_t ends[2]) {
  const xy__template *t = x->template;
  for (int i = 0; i < 2; i++) {
    xy__text_clear(&x->texts[i]);
    xy__text_clear(&x->prompts[i]);
    ends[i] = xy__phrase_fill(&x->texts[i], &x->starts[i], &t->text, &sides[i]->terms, &x->statement->sides[i]);
    xy__phrase_fill(&x->prompts[i], NULL, &t->prompt, &sides[i]->terms, NULL);
    xy__text_add(&x->prompts[i], "");
    if (x->texts[i].failed || x->prompts[i].failed) x->builder->failed = true;
  }
  if (x->builder->failed) return false;
  const xy__text *a = &x->texts[0];
  const xy__text *b = &x->texts[1];
  const xy__text *prompt = &x->prompts[0];
  const xy__row_text texts[2] = {{"the target", a->data}, {"the counterpart", b->data}};
  char why[160];
  if (strcmp(a->data, b->data) == 0) {
    tell(x, t->line, "both sides of an item are the same", a->data);
  } else if (xy__texts_differ(why, sizeof why, texts, 2)) {
    tell(x, x->statement->line, why, a->data);
  } else if (strcmp(prompt->data, x->prompts[1].data) != 0) {
    tell(x, t->line, "the prompt is shared, but differs between the two sides", prompt->data);
  } else if (t->has_prompt && (prompt->size == 0 || (!isspace((unsigned char)prompt->data[prompt->size - 1]) &&
                                                     !isspace((unsigned char)a->data[0])))) {
    tell(x, t->line, "prompt and text run together: end the prompt with a space or a line break", prompt->data);
  }
  if (x->statement->paired) ends[0] = ends[1] = common_end(a, b);
  return !x->told;
}

static void add_item(expander *x, const xy__identity *target, const xy__identity *counterpart) {
  const xy__identity *sides[2] = {target, counterpart != NULL ? counterpart : target};
  int64_t ends[2];
  if (!fill_sides(x, sides, ends)) return;
  xy__builder *b = x->builder;
  xy__text_clear(&x->id);
  xy__text_addf(&x->id, "%s/%s", x->theme->id, x->statement->id);
  size_t cluster = x->id.size;
  xy__text_addf(&x->id, "/%s/%s", x->template->id, target->id);
  if (counterpart != NULL) xy__text_addf(&x->id, "~%s", counterpart->id);
  b->failed = b->failed || x->id.failed;
  xy__item *item = xy__builder_item(b, 2);
  if (item == NULL) return;
  item->id = xy__builder_copy(b, x->id.data, x->id.size);
  xy__label_set(b, &item->identity, XY__IDENTITIES, target->id);
  bool control = x->theme == &x->context->controls;
  item->theme = control ? -1 : xy__builder_label(b, XY__THEMES, x->theme->id, strlen(x->theme->id));
  item->cluster = xy__builder_label(b, control ? XY__CONTROL_CLUSTERS : XY__CLUSTERS, x->id.data, cluster);
  item->template = (int)(x->template - x->context->templates);
  if (counterpart != NULL) {
    xy__label_set(b, &item->counterpart, XY__COUNTERPARTS, counterpart->id);
  }
  item->place = place_of(x, ends);
  if (x->template->has_prompt) item->prompt = xy__builder_copy(b, x->prompts[0].data, x->prompts[0].size);
  for (int i = 0; i < 2; i++) {
    item->options[i].text = xy__builder_copy(b, x->texts[i].data, x->texts[i].size);
    item->options[i].identity_start = x->starts[i];
    item->options[i].identity_end = ends[i];
  }
}

static void expand_statement(expander *x) {
  const xy__context *c = x->context;
  x->told = false;
  for (size_t i = 0; i < c->n_identities; i++) {
    const xy__identity *target = &c->identities[i];
    if (!target->target) continue;
    if (x->statement->paired) add_item(x, target, NULL);
    for (size_t k = 0; !x->statement->paired && k < target->n_opponents; k++) {
      add_item(x, target, &c->identities[target->opponents[k]]);
    }
  }
}

/* Whether statements of a theme, or controls, stand in a template. */
static bool serves(const xy__context *c, const xy__template *template, const xy__theme *theme) {
  return theme == &c->controls ? xy__template_takes_controls(c, template) : xy__template_serves(template, theme);
}

static void expand_theme(expander *x, const xy__theme *theme) {
  const xy__context *c = x->context;
  x->theme = theme;
  for (size_t s = 0; s < theme->n; s++) {
    x->statement = &theme->statements[s];
    for (size_t t = 0; t < c->n_templates; t++) {
      x->template = &c->templates[t];
      if (serves(c, x->template, theme)) expand_statement(x);
    }
  }
}

/* What would be made. */
typedef struct amount {
  double targets, pairs, items, bytes;
} amount;

static void count_theme(amount *a, const xy__context *c, const xy__theme *theme) {
  for (size_t t = 0; t < c->n_templates; t++) {
    size_t around = strlen(c->templates[t].text.source);
    if (!serves(c, &c->templates[t], theme)) continue;
    for (size_t s = 0; s < theme->n; s++) {
      double made = theme->statements[s].paired ? a->targets : a->pairs;
      a->items += made;
      a->bytes += made * 2 * (double)(around + strlen(theme->statements[s].sides[0].source));
    }
  }
}

static bool has_room(xy__context *c) {
  amount a = {0};
  for (size_t i = 0; i < c->n_identities; i++) {
    a.targets += c->identities[i].target;
    a.pairs += (double)c->identities[i].n_opponents;
  }
  for (size_t i = 0; i < c->n_themes; i++) count_theme(&a, c, &c->themes[i]);
  count_theme(&a, c, &c->controls);
  return xy__context_room(&c->faults, c->yaml->root->line, a.items, a.bytes);
}

void xy__context_expand(xy__builder *builder, xy__context *context) {
  check_placeholders(context);
  if (context->faults.rc != XY_OK || !has_room(context)) return;
  expander x = {.builder = builder, .context = context};
  for (size_t i = 0; i < context->n_themes; i++) expand_theme(&x, &context->themes[i]);
  xy__builder_controls(builder);
  expand_theme(&x, &context->controls);
  for (int i = 0; i < 2; i++) {
    xy__text_dispose(&x.texts[i]);
    xy__text_dispose(&x.prompts[i]);
  }
  xy__text_dispose(&x.id);
}
