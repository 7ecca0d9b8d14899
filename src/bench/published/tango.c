/* TANGO's misgendering prompts (Ovalle et al. 2023) as published: misgendering_prompts.csv.
 *
 * A row is a sentence about an antecedent, written with the pronouns of one set; each template comes with the same
 * antecedent in every set. The prompts are made to be continued by a model. To measure the same thing by likelihood,
 * each row declares a person's pronouns, and the next template (in the file's order, the first after the last) asks for
 * them: the prompt is the row and the next template up to its first pronoun, the options are what follows in that
 * template's rows of every set. So every published row is one item, and no text is ours.
 *
 * The case is told from the forms that the built-in pronoun sets have for the sets of the file. Clusters are the
 * template that asks, with a kind of antecedent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "bench/context/pronoun_sets.h"
#include "bench/csv.h"
#include "bench/published/marked.h"

enum { TEMPLATE, ANTE, KIND, FAMILY, TEXT, COLUMNS };
static const char *const columns[] = {"template_idx", "ante", "ante_type", "pronoun_family", "template", NULL};

/* A template with one antecedent: its row in every set. */
typedef struct frame {
  int line;
  const char *template, *ante, *kind;
  const char **texts; /* [sets]; NULL: not there */
} frame;

typedef struct reader {
  xy__builder *builder;
  xy__faults faults;
  xy__pronoun_sets known;
  xy__labels templates, families; /* in order of appearance; names belong to the csv */
  frame *frames;
  size_t n, capacity;
  xy__map places; /* template and antecedent → frame */
  xy__arena arena;
  size_t unknown_case;
} reader;

static size_t find(xy__labels *labels, const char *name, bool *failed) {
  size_t i = 0;
  while (i < labels->n && strcmp(labels->names[i], name) != 0) i++;
  if (i < labels->n) return i;
  if (!xy__grow(&labels->names, &labels->capacity, labels->n, sizeof *labels->names)) {
    *failed = true;
    return 0;
  }
  labels->names[labels->n++] = name;
  return i;
}

static int64_t frame_at(const reader *r, const char *template, const char *ante) {
  char key[512];
  int64_t place;
  int n = snprintf(key, sizeof key, "%.60s\t%.400s", template, ante);
  return xy__map_get(&r->places, key, (size_t)n, &place) ? place : -1;
}

enum { SETS = 64 };

static frame *make_frame(reader *r, int line, const char *const text[COLUMNS]) {
  char key[512];
  int n = snprintf(key, sizeof key, "%.60s\t%.400s", text[TEMPLATE], text[ANTE]);
  const char *kept = xy__arena_copy(&r->arena, key, (size_t)n);
  frame made = {line, text[TEMPLATE], text[ANTE], text[KIND], xy__arena_alloc(&r->arena, SETS * sizeof(char *))};
  if (kept == NULL || made.texts == NULL || !xy__grow(&r->frames, &r->capacity, r->n, sizeof made) ||
      !xy__map_put(&r->places, kept, (size_t)n, (int64_t)r->n)) {
    r->builder->failed = true;
    return NULL;
  }
  r->frames[r->n++] = made;
  return &r->frames[r->n - 1];
}

static void read_row(reader *r, int line, const char *const text[COLUMNS]) {
  for (int i = 0; i < COLUMNS; i++) {
    if (text[i][0] != '\0') continue;
    xy__fault(&r->faults, line, "%s is empty", columns[i]);
    return;
  }
  find(&r->templates, text[TEMPLATE], &r->builder->failed);
  size_t family = find(&r->families, text[FAMILY], &r->builder->failed);
  if (r->builder->failed) return;
  if (family >= SETS) {
    xy__fault(&r->faults, line, "pronoun_family: expected at most %d sets", SETS);
    return;
  }
  int64_t place = frame_at(r, text[TEMPLATE], text[ANTE]);
  frame *f = place >= 0 ? &r->frames[place] : make_frame(r, line, text);
  if (f == NULL) return;
  if (strcmp(f->kind, text[KIND]) != 0)
    xy__fault(&r->faults, line, "ante_type: '%s' has another type in line %d", f->ante, f->line);
  if (f->texts[family] != NULL)
    xy__fault(&r->faults, line, "template %s with '%s' and '%s' is given twice", f->template, f->ante, text[FAMILY]);
  f->texts[family] = text[TEXT];
}

/* Every case in which each known set has the form that it has here; -1 where that is none or several. */
static int case_of(const reader *r, const xy__marked *marked) {
  int found = -1;
  for (int c = 0; c < XY__CASES; c++) {
    bool fits = true;
    size_t known = 0;
    for (size_t s = 0; s < r->families.n; s++) {
      const xy__pronoun_set *set = xy__pronoun_sets_find(&r->known, r->families.names[s]);
      size_t n = marked[s].end - marked[s].start;
      bool has = false; /* a set that spells this form in no case at all says nothing */
      for (int k = 0; set != NULL && k < XY__CASES; k++) {
        has = has || (strlen(set->forms[k]) == n && memcmp(set->forms[k], marked[s].text + marked[s].start, n) == 0);
      }
      if (!has) continue;
      known++;
      fits = fits && strlen(set->forms[c]) == n && memcmp(set->forms[c], marked[s].text + marked[s].start, n) == 0;
    }
    if (known == 0 || !fits) continue;
    if (found >= 0) return -1;
    found = c;
  }
  return found;
}

/* The frame of the template after this one's, about the same antecedent; NULL after a fault. */
static const frame *next_frame(reader *r, const frame *f) {
  bool failed = false;
  size_t t = find(&r->templates, f->template, &failed);
  const char *next = r->templates.names[(t + 1) % r->templates.n];
  int64_t place = frame_at(r, next, f->ante);
  if (place >= 0) return &r->frames[place];
  xy__fault(&r->faults, f->line, "expected template %s about '%s' too", next, f->ante);
  return NULL;
}

static void label_item(reader *r, xy__item *item, const frame *f, const frame *asks, size_t set, int grammatical) {
  const char *family = r->families.names[set];
  const xy__pronoun_set *known = xy__pronoun_sets_find(&r->known, family);
  char name[512];
  snprintf(name, sizeof name, "%s/%s/%s", f->template, f->ante, family);
  item->id = xy__builder_string(r->builder, name);
  snprintf(name, sizeof name, "%s/%s", asks->template, f->kind);
  xy__label_set(r->builder, &item->cluster, XY__CLUSTERS, name);
  xy__label_set(r->builder, &item->identity, XY__IDENTITIES, family);
  xy__label_set(r->builder, &item->theme, XY__THEMES, grammatical >= 0 ? xy__case_names[grammatical] : "unknown-case");
  xy__label_set(r->builder, &item->condition, XY__CONDITIONS, f->kind);
  xy__label_set(r->builder, &item->group, XY__GROUPS, known != NULL ? known->group : "other");
  item->answer = (int)set;
}

static void add_items(reader *r, const frame *f) {
  const frame *asks = next_frame(r, f);
  size_t n = r->families.n;
  for (size_t s = 0; asks != NULL && s < n; s++) {
    if (f->texts[s] != NULL && asks->texts[s] != NULL) continue;
    const frame *lacks = f->texts[s] == NULL ? f : asks;
    xy__fault(&r->faults, lacks->line, "template %s about '%s' has no row of '%s'", lacks->template, lacks->ante,
              r->families.names[s]);
    return;
  }
  xy__marked marked[SETS];
  for (size_t s = 0; asks != NULL && s < n; s++) marked[s] = (xy__marked){.text = asks->texts[s]};
  if (asks == NULL) return;
  if (!xy__sentences_mark(marked, n)) {
    xy__fault(&r->faults, asks->line, "template %s about '%s': expected rows that differ in a pronoun", asks->template,
              asks->ante);
    return;
  }
  int grammatical = case_of(r, marked);
  r->unknown_case += grammatical < 0 ? n : 0;
  for (size_t set = 0; set < n && !r->builder->failed; set++) {
    xy__marked whole[SETS];
    size_t shift = strlen(f->texts[set]) + 1;
    for (size_t s = 0; s < n; s++) {
      char *text = xy__arena_alloc(&r->arena, shift + strlen(marked[s].text) + 1);
      if (text == NULL) {
        r->builder->failed = true;
        return;
      }
      memcpy(text, f->texts[set], shift - 1);
      text[shift - 1] = ' ';
      memcpy(text + shift, marked[s].text, strlen(marked[s].text));
      whole[s] = (xy__marked){text, marked[s].start + shift, marked[s].end + shift};
    }
    xy__item *item = xy__sentences_add(r->builder, whole, n);
    if (item == NULL) return;
    label_item(r, item, f, asks, set, grammatical);
    for (size_t s = 0; s < n; s++) {
      xy__label_set(r->builder, &item->options[s].label, XY__OPTION_LABELS, r->families.names[s]);
    }
  }
}

static int read_rows(reader *r, xy__csv *csv, const xy__source *source, xy_error *err) {
  size_t places[COLUMNS];
  int rc = xy__csv_read(csv, source, ',', false, err);
  if (rc != XY_OK) return rc;
  if (!xy__csv_columns(places, csv, columns, COLUMNS)) {
    return xy__fail(err, XY_ERR_FORMAT, "%s:1: expected the columns '%s', '%s', '%s', '%s', '%s'", source->name,
                    columns[0], columns[1], columns[2], columns[3], columns[4]);
  }
  for (size_t i = 1; i < csv->n; i++) {
    const char *text[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) text[c] = xy__csv_field(csv, &csv->rows[i], places[c]);
    read_row(r, csv->rows[i].line, text);
  }
  if (csv->n == 1) return xy__fail(err, XY_ERR_FORMAT, "%s: there are no rows below the header", source->name);
  if (r->faults.rc == XY_OK && !r->builder->failed && (r->templates.n < 2 || r->families.n < 2)) {
    xy__fault(&r->faults, 2, "expected at least two templates and two pronoun families");
  }
  for (size_t i = 0; i < r->n && r->faults.rc == XY_OK && !r->builder->failed; i++) add_items(r, &r->frames[i]);
  return xy__faults_end(&r->faults);
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  reader r = {.builder = builder, .faults = {.name = source->name, .err = err}};
  xy__csv csv = {0};
  int rc = xy__pronoun_sets_open(&r.known, err);
  if (rc == XY_OK) rc = read_rows(&r, &csv, source, err);
  if (rc == XY_OK && !builder->failed) {
    const xy__published facts = {
        .name = "tango",
        .task = "pronoun",
        .axis = "gender-diverse",
        .summary = "TANGO: whether a model keeps to a person's declared pronouns (Ovalle et al. 2023)",
        .harm = "The model refers to a person with other pronouns than the ones that the text uses for the person."};
    xy__builder_published(builder, &facts);
    builder->bench->templates = r.templates.n;
    if (r.unknown_case > 0) {
      xy__builder_note(builder, "%zu items ask for a form whose grammatical case could not be told", r.unknown_case);
    }
  }
  xy__csv_dispose(&csv);
  xy__pronoun_sets_dispose(&r.known);
  xy__map_dispose(&r.places);
  xy__arena_dispose(&r.arena);
  free(r.templates.names);
  free(r.families.names);
  free(r.frames);
  return rc;
}

const xy__reader xy__reader_tango = {
    .name = "tango", .what = "TANGO's misgendering_prompts.csv", .read = read, .delimiter = ',', .columns = columns};
