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

#include "bench/context/pronoun_sets.h"
#include "bench/csv.h"
#include "bench/published/marked.h"
#include "bench/texts.h"

enum { TEMPLATE, ANTE, KIND, FAMILY, TEXT, COLUMNS };
static const char *const columns[] = {"template_idx", "ante", "ante_type", "pronoun_family", "template", NULL};

/* A template with one antecedent: its row in every set. */
typedef struct frame {
  int line;
  const char *template, *ante, *kind;
  const char **texts; /* [sets]; NULL: not there */
  int *lines;         /* of the texts */
  bool whole;         /* has a row of every set, which differ in nothing but a pronoun */
} frame;

typedef struct reader {
  xy__builder *builder;
  xy__file_rows *rows;
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
  frame made = {line,
                text[TEMPLATE],
                text[ANTE],
                text[KIND],
                xy__arena_alloc(&r->arena, SETS * sizeof(char *)),
                xy__arena_alloc(&r->arena, SETS * sizeof(int))};
  if (kept == NULL || made.texts == NULL || made.lines == NULL ||
      !xy__grow(&r->frames, &r->capacity, r->n, sizeof made) ||
      !xy__map_put(&r->places, kept, (size_t)n, (int64_t)r->n)) {
    r->builder->failed = true;
    return NULL;
  }
  r->frames[r->n++] = made;
  return &r->frames[r->n - 1];
}

static void read_row(reader *r, int line, const char *const text[COLUMNS]) {
  for (int i = 0; i < COLUMNS; i++) {
    if (xy__rstrip(text[i], strlen(text[i])) > 0) continue;
    xy__row_out(r->rows, line, "%s is empty", columns[i]);
    return;
  }
  find(&r->templates, text[TEMPLATE], &r->builder->failed);
  size_t family = find(&r->families, text[FAMILY], &r->builder->failed);
  if (r->builder->failed) return;
  if (family >= SETS) {
    xy__row_out(r->rows, line, "pronoun_family: expected at most %d sets", SETS);
    return;
  }
  int64_t place = frame_at(r, text[TEMPLATE], text[ANTE]);
  frame *f = place >= 0 ? &r->frames[place] : make_frame(r, line, text);
  if (f == NULL) return;
  if (strcmp(f->kind, text[KIND]) != 0) {
    xy__row_out(r->rows, line, "ante_type: '%s' has another type in line %d", f->ante, f->line);
  } else if (f->texts[family] != NULL) {
    xy__row_out(r->rows, line, "template %s with '%s' and '%s' is given twice", f->template, f->ante, text[FAMILY]);
  } else {
    f->texts[family] = text[TEXT];
    f->lines[family] = line;
  }
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

/* The next template, in the file's order, that is about the same antecedent; NULL where there is none. */
static const frame *next_frame(reader *r, const frame *f) {
  bool failed = false;
  size_t t = find(&r->templates, f->template, &failed);
  for (size_t i = 1; i < r->templates.n; i++) {
    int64_t place = frame_at(r, r->templates.names[(t + i) % r->templates.n], f->ante);
    if (place >= 0 && r->frames[place].whole) return &r->frames[place];
  }
  return NULL;
}

/* A row that was read before is left out after all. */
static void leave_out(reader *r, int line, const char *what, const char *name, const frame *f) {
  xy__row_again(r->rows);
  xy__row_out(r->rows, line, "template %s about '%s' %s%s", f->template, f->ante, what, name);
}

static void leave_out_all(reader *r, const frame *f, size_t first, const char *what, const char *name) {
  for (size_t s = first; s < r->families.n; s++) {
    if (f->texts[s] != NULL) leave_out(r, f->lines[s], what, name, f);
  }
}

/* Sets that most templates lack are no sets of the file (a word mistyped): their rows are left out, the others stay. */
static void drop_rare_sets(reader *r) {
  size_t counts[SETS] = {0}, most = 0, kept = 0;
  for (size_t s = 0; s < r->families.n; s++) {
    for (size_t i = 0; i < r->n; i++) counts[s] += r->frames[i].texts[s] != NULL;
    if (counts[s] > most) most = counts[s];
  }
  for (size_t s = 0; s < r->families.n; s++) {
    bool rare = counts[s] * 2 < most;
    for (size_t i = 0; i < r->n; i++) {
      frame *f = &r->frames[i];
      if (rare && f->texts[s] != NULL) leave_out(r, f->lines[s], "has a set that most lack: ", r->families.names[s], f);
      f->texts[kept] = rare ? NULL : f->texts[s];
      f->lines[kept] = f->lines[s];
    }
    r->families.names[kept] = r->families.names[s];
    kept += !rare;
  }
  r->families.n = kept;
}

static void check_frame(reader *r, frame *f) {
  xy__row_text texts[SETS];
  xy__marked marked[SETS];
  size_t n = r->families.n;
  for (size_t s = 0; s < n; s++) {
    if (f->texts[s] == NULL) {
      leave_out_all(r, f, 0, "has no row of ", r->families.names[s]);
      return;
    }
    texts[s] = (xy__row_text){r->families.names[s], f->texts[s]};
  }
  xy__row_again(r->rows);
  if (!xy__texts_check(r->rows, f->lines[0], XY__SIDES, NULL, texts, n)) {
    leave_out_all(r, f, 1, "is left out with its row of ", r->families.names[0]);
    return;
  }
  for (size_t s = 0; s < n; s++) {
    f->texts[s] = texts[s].text;
    marked[s] = (xy__marked){.text = f->texts[s]};
  }
  f->whole = xy__sentences_mark(marked, n);
  if (!f->whole) leave_out_all(r, f, 0, "has rows that do not differ in a pronoun", "");
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
  const frame *asks = f->whole ? next_frame(r, f) : NULL;
  size_t n = r->families.n;
  if (f->whole && asks == NULL) leave_out_all(r, f, 0, "is the only one about it", "");
  if (asks == NULL) return;
  xy__marked marked[SETS];
  for (size_t s = 0; s < n; s++) marked[s] = (xy__marked){.text = asks->texts[s]};
  xy__sentences_mark(marked, n);
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
  if (rc == XY_OK) rc = xy__csv_need(places, csv, r->rows, columns, COLUMNS, err);
  for (size_t i = 1; rc == XY_OK && i < csv->n; i++) {
    const char *text[COLUMNS];
    xy__row(r->rows);
    for (int c = 0; c < COLUMNS; c++) text[c] = xy__csv_field(csv, &csv->rows[i], places[c]);
    if (xy__csv_width(csv, &csv->rows[i], r->rows)) read_row(r, csv->rows[i].line, text);
  }
  if (rc != XY_OK || r->builder->failed) return rc;
  drop_rare_sets(r);
  for (size_t i = 0; i < r->n; i++) check_frame(r, &r->frames[i]);
  if (r->rows->left_out == 0 && (r->templates.n < 2 || r->families.n < 2)) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: expected at least two templates and two pronoun families", source->name);
  }
  for (size_t i = 0; i < r->n && !r->builder->failed; i++) add_items(r, &r->frames[i]);
  return XY_OK;
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  reader r = {.builder = builder, .rows = &builder->rows};
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
      xy__builder_note(builder, "%zu %s for a form whose grammatical case could not be told", r.unknown_case,
                       xy_plural((int64_t)r.unknown_case, "item asks", "items ask"));
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
