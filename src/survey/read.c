/* A survey file into rows, checked key by key against the tables of keys.c. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "survey/survey.h"

typedef struct reader {
  xy_survey *survey;
  const xy__yaml *yaml;
  xy_survey_kind kind;
  const char *file; /* its name, as long as the survey */
  bool added;
  xy_error *err;
  int rc; /* the first fault; reading goes on */
  const xy__node *entry;
  const char *what; /* "model gpt-4o", "model gpt-4o, evaluation 2" */
} reader;

#define FAULT(r, line, ...) ((r)->rc = xy__yaml_fail((r)->yaml, line, (r)->err, __VA_ARGS__))

static bool is_one_of(const char *word, const char *const *choices) {
  while (*choices != NULL && strcmp(*choices, word) != 0) choices++;
  return *choices != NULL;
}

/* "a, b or c". */
static void add_choices(xy__text *out, const char *const *choices) {
  for (size_t i = 0; choices[i] != NULL; i++) {
    xy__text_add(out, i == 0 ? "" : choices[i + 1] != NULL ? ", " : " or ");
    xy__text_add(out, choices[i]);
  }
}

static void wrong_choice(reader *r, const xy__survey_key *key, const xy__node *node) {
  xy__text expected = {0};
  add_choices(&expected, key->choices);
  FAULT(r, node->line, "%s: %s: expected %s, found '%s'", r->what, key->name, expected.data, node->value);
  xy__text_dispose(&expected);
}

static bool is_month(const char *text) {
  size_t n = strlen(text);
  if (n != 4 && n != 7) return false;
  for (size_t i = 0; i < n; i++) {
    if (i == 4 ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  }
  long year = strtol(text, NULL, 10), month = n == 7 ? strtol(text + 5, NULL, 10) : 1;
  return year >= XY__SURVEY_FIRST_YEAR && year <= XY__SURVEY_LAST_YEAR && month >= 1 && month <= 12;
}

static bool is_id(const char *text) {
  return text[0] != '\0' && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(text);
}

static bool names_key(const reader *r, const char *word) {
  size_t n;
  const xy__survey_key *keys = xy__survey_keys(&n, r->kind);
  for (size_t i = 0; i < n; i++) {
    if (strcmp(keys[i].name, word) == 0) return true;
  }
  return false;
}

/* One text of a key, alone or in a list. */
static void check_value(reader *r, const xy__survey_key *key, const xy__node *node) {
  if (node->kind != XY__SCALAR || node->value[0] == '\0') {
    FAULT(r, node->line, "%s: %s: expected a text, found %s", r->what, key->name,
          node->kind == XY__SCALAR ? "an empty one" : xy__yaml_kind(node));
    return;
  }
  switch (key->field) {
    case XY__SURVEY_CHOICE:
    case XY__SURVEY_CHOICES:
      if (!is_one_of(node->value, key->choices)) wrong_choice(r, key, node);
      break;
    case XY__SURVEY_ID:
      if (!is_id(node->value)) {
        FAULT(r, node->line, "%s: id: expected small letters, digits, '-' and '.', found '%s'", r->what, node->value);
      }
      break;
    case XY__SURVEY_YEAR:
      if (strlen(node->value) != 4 || !is_month(node->value)) {
        FAULT(r, node->line, "%s: %s: expected a year from %d to %d, found '%s'", r->what, key->name,
              XY__SURVEY_FIRST_YEAR, XY__SURVEY_LAST_YEAR, node->value);
      }
      break;
    case XY__SURVEY_MONTH:
      if (!is_month(node->value)) {
        FAULT(r, node->line, "%s: %s: expected a year from %d to %d, or a month of one such as 2024-05, found '%s'",
              r->what, key->name, XY__SURVEY_FIRST_YEAR, XY__SURVEY_LAST_YEAR, node->value);
      }
      break;
    case XY__SURVEY_FACTS:
      if (!names_key(r, node->value)) {
        FAULT(r, node->line, "%s: %s: expected a key of this entry, found '%s'", r->what, key->name, node->value);
      }
      break;
    case XY__SURVEY_WORDS:
    case XY__SURVEY_LIST:
      if (strstr(node->value, "; ") != NULL && key->field == XY__SURVEY_LIST) {
        FAULT(r, node->line, "%s: %s: expected items without '; ', found '%s'", r->what, key->name, node->value);
      }
  }
}

/* A source of a model is a mapping of its own; the cell says "source (kind, standing)". */
static void add_source(reader *r, xy__text *cell, const xy__node *node) {
  static const char *const known[] = {"source", "kind", "standing", NULL};
  const xy__survey_key *parts = xy__survey_source_keys;
  if (node->kind != XY__MAPPING) {
    FAULT(r, node->line, "%s: sources: expected source, kind and standing, found %s", r->what, xy__yaml_kind(node));
    return;
  }
  int rc = xy__yaml_known_keys(r->yaml, node, r->what, known, r->err);
  if (rc != XY_OK) r->rc = rc;
  const char *said[3] = {"", "", ""};
  for (size_t i = 0; i < 3; i++) {
    const xy__node *value = xy__yaml_get(node, parts[i].name);
    if (value == NULL) {
      FAULT(r, node->line, "%s: sources: '%s' is missing", r->what, parts[i].name);
    } else {
      check_value(r, &parts[i], value);
      if (value->kind == XY__SCALAR) said[i] = value->value;
    }
  }
  xy__text_addf(cell, "%s%s (%s, %s)", cell->size > 0 ? "; " : "", said[0], said[1], said[2]);
}

static const char *keep(reader *r, const xy__text *text) {
  const char *kept =
      text->failed ? NULL : xy__arena_copy(&r->survey->arena, text->size > 0 ? text->data : "", text->size);
  if (kept == NULL) r->rc = xy__fail_memory(r->err, r->yaml->name);
  return kept != NULL ? kept : "";
}

static const char *read_cell(reader *r, const xy__survey_key *key, const xy__node *node) {
  bool list = key->field == XY__SURVEY_LIST || key->field == XY__SURVEY_CHOICES || key->field == XY__SURVEY_FACTS;
  bool mappings = r->kind == XY_SURVEY_MODELS && strcmp(key->name, "sources") == 0;
  xy__text cell = {0};
  if (!list) {
    check_value(r, key, node);
    if (node->kind == XY__SCALAR) xy__text_add(&cell, node->value);
  } else if (node->kind != XY__SEQUENCE) {
    FAULT(r, node->line, "%s: %s: expected a list, found %s", r->what, key->name, xy__yaml_kind(node));
  } else {
    if (node->n == 0 && mappings) FAULT(r, node->line, "%s: sources: expected at least one", r->what);
    for (size_t i = 0; i < node->n; i++) {
      const xy__node *item = node->items[i];
      if (mappings) {
        add_source(r, &cell, item);
        continue;
      }
      check_value(r, key, item);
      if (item->kind == XY__SCALAR) xy__text_addf(&cell, "%s%s", cell.size > 0 ? "; " : "", item->value);
    }
  }
  const char *kept = keep(r, &cell);
  xy__text_dispose(&cell);
  return kept;
}

/* A new row of r->kind filled from r->entry; NULL when out of memory. */
static xy__survey_row *read_row(reader *r, const char *const *others) {
  size_t n;
  const xy__survey_key *keys = xy__survey_keys(&n, r->kind);
  const char *known[XY__SURVEY_COLUMNS + 2];
  size_t n_known = 0;
  xy__survey_table *table = &r->survey->tables[r->kind];
  if (!xy__grow(&table->rows, &table->capacity, table->n, sizeof *table->rows)) {
    r->rc = xy__fail_memory(r->err, r->yaml->name);
    return NULL;
  }
  xy__survey_row *row = &table->rows[table->n++];
  *row = (xy__survey_row){.file = r->file, .line = r->entry->line, .added = r->added};
  for (size_t i = 0; i < XY__SURVEY_COLUMNS; i++) row->cells[i] = "";
  for (size_t i = 0; i < n; i++) {
    if (keys[i].derived) continue;
    known[n_known++] = keys[i].name;
    const xy__node *node = xy__yaml_get(r->entry, keys[i].name);
    if (node != NULL) {
      row->cells[i] = read_cell(r, &keys[i], node);
    } else if (keys[i].needed) {
      FAULT(r, r->entry->line, "%s: '%s' is missing", r->what, keys[i].name);
    }
  }
  for (size_t i = 0; others[i] != NULL; i++) known[n_known++] = others[i];
  known[n_known] = NULL;
  int rc = xy__yaml_known_keys(r->yaml, r->entry, r->what, known, r->err);
  if (rc != XY_OK) r->rc = rc;
  return row;
}

static void drop_evaluations(xy_survey *survey, const char *model) {
  xy__survey_table *table = &survey->tables[XY_SURVEY_EVALUATIONS];
  size_t kept = 0;
  for (size_t i = 0; i < table->n; i++) {
    if (strcmp(table->rows[i].cells[0], model) != 0) table->rows[kept++] = table->rows[i];
  }
  table->n = kept;
}

/* The last row of the table, in the place of a built-in one of its id where there is one. */
static xy__survey_row *settle(reader *r, xy__survey_row *row) {
  xy__survey_table *table = &r->survey->tables[r->kind];
  const char *id = row->cells[0];
  for (xy__survey_row *other = table->rows; id[0] != '\0' && other < row; other++) {
    if (strcmp(other->cells[0], id) != 0) continue;
    if (r->added && !other->added) {
      if (r->kind == XY_SURVEY_MODELS) drop_evaluations(r->survey, id);
      *other = *row;
      other->replaces = true;
      table->n--;
      return other;
    }
    FAULT(r, r->entry->line, "%s: the id is taken (%s:%d)", r->what, other->file, other->line);
    break;
  }
  return row;
}

/* Whether something that was read, and not only recalled, decides a model's bias_evaluation. */
static const char *standing_of(const xy__node *sources, const xy__node *evaluations) {
  const xy__node *list = evaluations != NULL && evaluations->n > 0 ? evaluations : sources;
  for (size_t i = 0; list != NULL && list->kind == XY__SEQUENCE && i < list->n; i++) {
    const xy__node *item = list->items[i];
    const xy__node *standing = item->kind == XY__MAPPING ? xy__yaml_get(item, "standing") : NULL;
    if (standing != NULL && standing->kind == XY__SCALAR && strcmp(standing->value, "read") == 0) return "read";
  }
  return "recalled";
}

static void read_evaluations(reader *r, const xy__node *list, const char *model) {
  static const char *const none[] = {NULL};
  const char *owner = r->what;
  r->kind = XY_SURVEY_EVALUATIONS;
  for (size_t i = 0; i < list->n; i++) {
    xy__text what = {0};
    xy__text_addf(&what, "%s, evaluation %zu", owner, i + 1);
    r->what = what.failed ? owner : what.data;
    r->entry = list->items[i];
    if (r->entry->kind != XY__MAPPING) {
      FAULT(r, r->entry->line, "%s: expected its keys, found %s", r->what, xy__yaml_kind(r->entry));
    } else {
      xy__survey_row *row = read_row(r, none);
      if (row == NULL) break;
      const xy__node *named = xy__yaml_get(r->entry, "benchmark");
      row->cells[0] = model;
      if (named != NULL) row->line = named->line;
    }
    xy__text_dispose(&what);
  }
  r->what = owner;
  r->kind = XY_SURVEY_MODELS;
}

static void read_model(reader *r) {
  static const char *const others[] = {"evaluations", NULL};
  const xy__node *entry = r->entry;
  xy__survey_row *row = read_row(r, others);
  if (row == NULL) return;
  row = settle(r, row);
  const xy__node *list = xy__yaml_get(entry, "evaluations");
  size_t n;
  const xy__survey_key *keys = xy__survey_keys(&n, XY_SURVEY_MODELS);
  for (size_t i = 0; i < n; i++) {
    if (strcmp(keys[i].name, "standing") == 0) row->cells[i] = standing_of(xy__yaml_get(entry, "sources"), list);
  }
  bool reported = strcmp(xy__survey_cell(row, XY_SURVEY_MODELS, "bias_evaluation"), "reported") == 0;
  size_t count = list != NULL ? list->n : 0;
  if (list != NULL && list->kind != XY__SEQUENCE) {
    FAULT(r, list->line, "%s: evaluations: expected a list, found %s", r->what, xy__yaml_kind(list));
  } else {
    if (reported != (count > 0)) {
      FAULT(r, entry->line, "%s: expected evaluations where bias_evaluation is 'reported', and only there, found %zu",
            r->what, count);
    }
    if (list != NULL) read_evaluations(r, list, row->cells[0]);
  }
}

static void read_entry(reader *r, const char *noun, size_t number) {
  static const char *const none[] = {NULL};
  const xy__node *id = r->entry->kind == XY__MAPPING ? xy__yaml_get(r->entry, "id") : NULL;
  xy__text what = {0};
  if (id != NULL && id->kind == XY__SCALAR) {
    xy__text_addf(&what, "%s %s", noun, id->value);
  } else {
    xy__text_addf(&what, "%s %zu", noun, number);
  }
  r->what = what.failed ? noun : what.data;
  if (r->entry->kind != XY__MAPPING) {
    FAULT(r, r->entry->line, "%s: expected its keys, found %s", r->what, xy__yaml_kind(r->entry));
  } else if (r->kind == XY_SURVEY_MODELS) {
    read_model(r);
  } else {
    xy__survey_row *row = read_row(r, none);
    if (row != NULL) (void)settle(r, row);
  }
  xy__text_dispose(&what);
}

int xy__survey_read(xy_survey *survey, const xy__yaml *yaml, bool added, xy_error *err) {
  static const char *const known[] = {"survey", "models", "benchmarks", NULL};
  reader r = {.survey = survey, .yaml = yaml, .added = added, .err = err};
  r.file = xy__arena_string(&survey->arena, yaml->name);
  if (r.file == NULL) return xy__fail_memory(err, yaml->name);
  const xy__node *root = yaml->root;
  const xy__node *kind = root->kind == XY__MAPPING ? xy__yaml_get(root, "survey") : NULL;
  if (kind == NULL || kind->kind != XY__SCALAR ||
      (strcmp(kind->value, "models") != 0 && strcmp(kind->value, "benchmarks") != 0)) {
    return xy__fail(err, XY_ERR_FORMAT, "%s:%d: expected 'survey: models' or 'survey: benchmarks'%s%s", yaml->name,
                    kind != NULL ? kind->line : root->line, kind != NULL && kind->kind == XY__SCALAR ? ", found " : "",
                    kind != NULL && kind->kind == XY__SCALAR ? kind->value : "");
  }
  r.kind = strcmp(kind->value, "models") == 0 ? XY_SURVEY_MODELS : XY_SURVEY_BENCHMARKS;
  int rc = xy__yaml_known_keys(yaml, root, "survey", known, err);
  if (rc != XY_OK) r.rc = rc;
  const xy__node *list = xy__yaml_get(root, kind->value);
  if (list == NULL || list->kind != XY__SEQUENCE || list->n == 0) {
    return FAULT(&r, list != NULL ? list->line : root->line, "expected '%s:' with a list of entries", kind->value);
  }
  for (size_t i = 0; i < list->n; i++) {
    r.entry = list->items[i];
    read_entry(&r, r.kind == XY_SURVEY_MODELS ? "model" : "benchmark", i + 1);
  }
  return r.rc;
}
