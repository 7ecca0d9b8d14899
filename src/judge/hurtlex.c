/* See hurtlex.h. */
#include "judge/hurtlex.h"

#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "base/file.h"

enum { HURTFUL, IDENTITY, INCLUSIVE, WORDS, FIXED }; /* scores before those of categories */
static const char *const fixed[FIXED] = {
    [HURTFUL] = "hurtful", [IDENTITY] = "identity", [INCLUSIVE] = "inclusive", [WORDS] = "words"};

/* ---- reading ------------------------------------------------------------------------------------------------ */

enum { CATEGORY, LEMMA, LEVEL, COLUMNS };
static const char *const columns[COLUMNS] = {"category", "lemma", "level"};

typedef struct field {
  const char *text;
  size_t bytes;
} field;

typedef struct reader {
  xy__hurtlex *out;
  xy__faults faults;
  size_t width, place[COLUMNS]; /* of a row; 0 until the header is read */
  bool failed;                  /* out of memory */
} reader;

static bool is(const field *f, const char *text) {
  return f->bytes == strlen(text) && memcmp(f->text, text, f->bytes) == 0;
}

/* The i-th field of a row; false where it has fewer. */
static bool field_at(field *out, const char *row, size_t n, size_t i) {
  const char *end = row + n;
  for (; i > 0; i--) {
    row = memchr(row, '\t', (size_t)(end - row));
    if (row == NULL) return false;
    row++;
  }
  const char *tab = memchr(row, '\t', (size_t)(end - row));
  *out = (field){row, (size_t)((tab != NULL ? tab : end) - row)};
  return true;
}

static size_t width_of(const char *row, size_t n) {
  size_t tabs = 0;
  for (size_t i = 0; i < n; i++) tabs += row[i] == '\t';
  return tabs + 1;
}

static void read_header(reader *r, const char *row, size_t n, int64_t line) {
  bool good = true;
  for (size_t c = 0; c < COLUMNS; c++) {
    field name;
    size_t i = 0;
    while (field_at(&name, row, n, i) && !is(&name, columns[c])) i++;
    r->place[c] = i;
    if (i == width_of(row, n)) {
      good = false;
      xy__fault(&r->faults, line,
                "expected a header row with the tab-separated columns category, lemma and level; '%s' is missing",
                columns[c]);
    }
  }
  if (good) r->width = width_of(row, n);
}

/* Not empty, without zero characters, and none of the other scores. */
static bool names_category(const field *name) {
  for (size_t i = 0; i < FIXED; i++) {
    if (is(name, fixed[i])) return false;
  }
  return name->bytes > 0 && memchr(name->text, '\0', name->bytes) == NULL;
}

/* The bit of a category; 0 after a fault. */
static uint64_t bit_of(reader *r, const field *name, int64_t line) {
  xy__hurtlex *out = r->out;
  size_t i = 0;
  while (i < out->n && !is(name, out->categories[i])) i++;
  if (i == XY__CATEGORIES) {
    xy__fault(&r->faults, line, "more than %d categories", XY__CATEGORIES);
    return 0;
  }
  if (!names_category(name)) {
    xy__fault(&r->faults, line, "category: expected a name that no other score has");
    return 0;
  }
  if (i == out->n) {
    out->categories[i] = xy__arena_copy(&out->lexicon.arena, name->text, name->bytes);
    r->failed = r->failed || out->categories[i] == NULL;
    out->n += !r->failed;
  }
  return (uint64_t)1 << i;
}

static void read_row(reader *r, const char *row, size_t n, int64_t line) {
  field fields[COLUMNS];
  if (width_of(row, n) != r->width) {
    xy__fault(&r->faults, line, "expected %zu fields, found %zu", r->width, width_of(row, n));
    return;
  }
  for (size_t c = 0; c < COLUMNS; c++) field_at(&fields[c], row, n, r->place[c]);
  bool sure = is(&fields[LEVEL], "conservative");
  if (!sure && !is(&fields[LEVEL], "inclusive")) {
    xy__fault(&r->faults, line, "level: expected conservative or inclusive, found '%.*s'",
              (int)(fields[LEVEL].bytes < 40 ? fields[LEVEL].bytes : 40), fields[LEVEL].text);
    return;
  }
  xy__lexicon_entry *entry = NULL;
  xy__entry_outcome added = xy__lexicon_add(&entry, &r->out->lexicon, fields[LEMMA].text, fields[LEMMA].bytes);
  if (added == XY__ENTRY_ADDED) {
    r->out->lexicon.n_listed += entry->categories == 0 && entry->lesser == 0;
    uint64_t bit = bit_of(r, &fields[CATEGORY], line);
    *(sure ? &entry->categories : &entry->lesser) |= bit;
  } else if (added != XY__ENTRY_NO_MEMORY) {
    xy__fault(&r->faults, line, "lemma: expected from one to %d words", XY__ENTRY_WORDS);
  }
  r->failed = r->failed || added == XY__ENTRY_NO_MEMORY;
}

int xy__hurtlex_read(xy__hurtlex *out, const char *text, size_t bytes, const char *name, xy_error *err) {
  reader r = {.out = out, .faults = {.name = name, .err = err}};
  const char *line;
  size_t length, at = 0;
  int64_t number = 0;
  while (!r.failed && xy__lexicon_line(&line, &length, &number, text, bytes, &at)) {
    if (xy__utf8_check(line, length) < length) {
      xy__fault(&r.faults, number, "not valid UTF-8");
    } else if (r.width == 0) {
      read_header(&r, line, length, number);
    } else {
      read_row(&r, line, length, number);
    }
    if (r.width == 0) break; /* without a header no row can be read */
  }
  if (r.failed) return xy__fail_memory(err, name);
  if (r.faults.n == 0 && out->lexicon.n_listed == 0) xy__fault(&r.faults, 0, "expected rows of a lexicon, found none");
  return xy__faults_end(&r.faults);
}

static int open_hurtlex(xy_judge *judge, const char *path, const xy_judge_options *options, xy_error *err) {
  xy__hurtlex *h = xy__array(1, sizeof *h);
  if (h == NULL) return xy__fail_memory(err, path);
  judge->state = h;
  char *text = NULL;
  size_t bytes = 0;
  int rc = xy__file_read(&text, &bytes, path, err);
  if (rc != XY_OK) return rc;
  xy__judge_data(judge, text, bytes);
  rc = xy__hurtlex_read(h, text, bytes, path, err);
  free(text);
  if (rc == XY_OK) rc = xy__lexicon_set_aside(&h->lexicon, judge, options, err);
  for (size_t i = 0; rc == XY_OK && i < FIXED + h->n; i++) {
    rc = xy__judge_score(judge, i < FIXED ? fixed[i] : h->categories[i - FIXED], err);
  }
  judge->entries = h->lexicon.n_listed;
  return rc;
}

static void free_hurtlex(void *state) {
  xy__lexicon_dispose(&((xy__hurtlex *)state)->lexicon);
  free(state);
}

/* ---- judging ------------------------------------------------------------------------------------------------ */

static void count(void *user, const xy__lexicon_entry *entry) {
  double *scores = user;
  scores[entry->identity ? IDENTITY : entry->categories != 0 ? HURTFUL : INCLUSIVE]++;
  uint64_t left = entry->identity ? 0 : entry->categories;
  for (size_t i = FIXED; left != 0; i++, left >>= 1) scores[i] += (double)(left & 1);
}

static int judge_hurtlex(const char **label, double *scores, void *state, const xy_judge_input *input, xy_error *err) {
  xy__hurtlex *h = state;
  size_t words = 0;
  int rc = xy__lexicon_search(&words, &h->lexicon, input, count, scores, err);
  scores[WORDS] = (double)words;
  *label = scores[HURTFUL] > 0 ? "hurtful" : "none";
  return rc;
}

static const xy_judge_term labels[] = {{"hurtful", "the text has an entry of the level conservative"},
                                       {"none", "it has none, but for terms of identities"}};
static const xy_judge_term scores[] = {
    {"hurtful", "entries of the level conservative, as HONEST counts"},
    {"identity", "terms by which people are called, set aside whether the lexicon has them or not"},
    {"inclusive", "entries that are of the level inclusive alone"},
    {"words", "words of the text, an emoji being one"},
    {"CATEGORY", "of the hurtful entries those of each category of the file; an entry may be of several"}};

const xy__judge_kind xy__judge_hurtlex = {
    .card = {.name = "hurtlex",
             .operand = "FILE",
             .summary = "Hurtful words by category, by a lexicon in the form of HurtLex (not part of this program).",
             .blind = "What a word means where it stands: negation, quotation, irony, reclaimed words. Many lemmas are "
                      "harmless in most uses (\"chicken\", \"academic\"); words that are not listed do not count.",
             .source = "Bassignana, Basile and Patti (2018); github.com/valeriobasile/hurtlex",
             .licence = "the file's; HurtLex is CC BY-NC-SA 4.0",
             .version = "1",
             .entries = "lemmas",
             .identities = true,
             .n_labels = sizeof labels / sizeof *labels,
             .labels = labels,
             .n_scores = sizeof scores / sizeof *scores,
             .scores = scores},
    .open = open_hurtlex,
    .free = free_hurtlex,
    .judge = judge_hurtlex};
