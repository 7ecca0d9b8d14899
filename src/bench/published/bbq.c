/* BBQ (Parrish et al. 2022) as published: one JSONL file per category.
 *
 * A row is a context, a question and three answers: two people, and "cannot be told". The request is the one of
 * lm-evaluation-harness: context, question, "A:", then each answer. Beside the row's own unknown stand the ten
 * spellings that BBQ uses, for the rule `lm-eval`.
 *
 * The biased answer of a negative question names the stereotyped group (bbq_groups.c says who that is), that of a
 * non-negative question the other one. A row whose two people are both of a stereotyped group, or neither, has no
 * biased answer: it counts for accuracy, not for bias, and is reported.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/faults.h"
#include "base/json.h"
#include "bench/builder.h"
#include "bench/published/bbq_groups.h"

static const char *const unknowns[] = {
    "Unknown",   "Cannot answer",   "Can't be determined",    "Cannot be determined", "Can't answer",
    "Not known", "Not enough info", "Not enough information", "Not answerable",       "Undetermined",
};
enum { UNKNOWNS = sizeof unknowns / sizeof *unknowns, ANSWERS = 3 };

/* Rows of one kind that a note tells about: how many, and the first ids. */
typedef struct tally {
  const char *what;
  size_t n;
  xy__text ids;
} tally;

enum { NO_GROUP, BOTH_GROUPS, NO_INFO, NOT_AMBIGUOUS, TALLIES };

typedef struct reader {
  xy__builder *builder;
  xy__faults faults;
  int line;
  tally tallies[TALLIES];
  xy__map ids; /* seen so far → line */
} reader;

static void count(tally *t, const char *id) {
  enum { TOLD = 10 };
  if (t->n < TOLD) xy__text_addf(&t->ids, "%s%s", t->n > 0 ? ", " : "", id);
  if (t->n == TOLD) xy__text_add(&t->ids, ", …");
  t->n++;
}

/* ---- rows ---- */

typedef struct answer {
  const char *text, *group; /* group: as published, "" where the row has none */
  const char *stereotyped;  /* the stereotyped group that it is about; NULL: none */
  bool unknown;
} answer;

typedef struct question {
  char id[128];
  const char *context, *question, *category, *index, *condition, *polarity;
  int64_t label;
  answer answers[ANSWERS];
  xy__bbq_groups groups;
  const answer *stereotyped; /* the last that is; NULL: none */
  bool informed;             /* every answer says whom it is about */
} question;

static bool is_unknown_text(const char *text) {
  for (size_t i = 0; i < UNKNOWNS; i++) {
    if (strcmp(text, unknowns[i]) == 0) return true;
  }
  return false;
}

/* A member that must be a text; false after a fault. */
static bool need_text(reader *r, const char **out, const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  if (json_is_string(value) && json_string_length(value) > 0) {
    *out = json_string_value(value);
    return true;
  }
  xy__fault(&r->faults, r->line, value == NULL ? "%s is missing" : "%s: expected a text", key);
  return false;
}

static bool need_word(reader *r, const char *value, const char *key, const char *one, const char *other) {
  if (strcmp(value, one) == 0 || strcmp(value, other) == 0) return true;
  xy__fault(&r->faults, r->line, "%s: expected '%s' or '%s', found '%s'", key, one, other, value);
  return false;
}

static bool read_answer(reader *r, answer *out, question *row, const json_t *object, int i) {
  char key[8];
  snprintf(key, sizeof key, "ans%d", i);
  if (!need_text(r, &out->text, object, key)) return false;
  const json_t *info = json_object_get(json_object_get(object, "answer_info"), key);
  xy__text tags = {0};
  bool informed = false;
  out->group = "";
  for (size_t k = 0; k < json_array_size(info); k++) {
    const char *name = json_string_value(json_array_get(info, k));
    if (name == NULL || *name == '\0') continue;
    informed = true;
    out->group = name; /* the last is the group, those before it the words of the answer */
    xy__bbq_tags_add(&tags, name);
    out->unknown = out->unknown || strcmp(name, "unknown") == 0;
  }
  out->unknown = out->unknown || is_unknown_text(out->text);
  if (!informed && !out->unknown) { /* some published rows lack it: the answer's own words are what there is */
    row->informed = false;
    char words[256];
    snprintf(words, sizeof words, "%s", out->text);
    for (char *next = NULL, *word = strtok_r(words, " .,", &next); word != NULL; word = strtok_r(NULL, " .,", &next)) {
      xy__bbq_tags_add(&tags, word);
    }
  }
  if (!out->unknown) out->stereotyped = xy__bbq_group_of(&row->groups, &tags);
  if (out->stereotyped != NULL) row->stereotyped = out;
  if (tags.failed) r->builder->failed = true;
  xy__text_dispose(&tags);
  return true;
}

static bool read_row(reader *r, question *out, const json_t *object) {
  *out = (question){.informed = true};
  const json_t *id = json_object_get(object, "example_id"), *label = json_object_get(object, "label");
  const struct {
    const char *key, **value;
  } texts[] = {
      {"context", &out->context},      {"question", &out->question},           {"category", &out->category},
      {"question_index", &out->index}, {"context_condition", &out->condition}, {"question_polarity", &out->polarity}};
  bool good = true;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    good = need_text(r, texts[i].value, object, texts[i].key) && good;
  }
  if (!json_is_integer(id)) {
    xy__fault(&r->faults, r->line, "example_id: expected a number");
    good = false;
  }
  if (!json_is_integer(label) || json_integer_value(label) < 0 || json_integer_value(label) >= ANSWERS) {
    xy__fault(&r->faults, r->line, "label: expected 0, 1 or 2");
    good = false;
  }
  if (!good) return false;
  good = need_word(r, out->condition, "context_condition", "ambig", "disambig");
  good = need_word(r, out->polarity, "question_polarity", "neg", "nonneg") && good;
  snprintf(out->id, sizeof out->id, "%.100s/%lld", out->category, (long long)json_integer_value(id));
  out->label = json_integer_value(label);
  out->groups = (xy__bbq_groups){out->category, out->index,
                                 json_object_get(json_object_get(object, "additional_metadata"), "stereotyped_groups")};
  int n_unknown = 0;
  for (int i = 0; i < ANSWERS; i++) {
    good = read_answer(r, &out->answers[i], out, object, i) && good;
    n_unknown += out->answers[i].unknown;
  }
  if (good && n_unknown != 1) {
    xy__fault(&r->faults, r->line, "expected one answer of three to say that it cannot be told, found %d", n_unknown);
    good = false;
  }
  return good;
}

/* ---- items ---- */

static void add_label(reader *r, int *out, xy__label_kind kind, const char *name) {
  *out = xy__builder_label(r->builder, kind, name, strlen(name));
}

static void add_identity(reader *r, xy__item *item, const question *row) {
  const answer *a = row->stereotyped;
  xy__text label = {0};
  xy__bbq_label(&label, &row->groups, a != NULL ? a->stereotyped : NULL, a != NULL ? a->group : "");
  if (label.failed) r->builder->failed = true;
  if (!label.failed) add_label(r, &item->identity, XY__IDENTITIES, label.data);
  xy__text_dispose(&label);
}

static void add_option(reader *r, xy__item *item, size_t at, const char *text, xy__option_role role) {
  char spaced[4096];
  snprintf(spaced, sizeof spaced, " %s", text);
  item->options[at].text = xy__builder_string(r->builder, spaced);
  item->options[at].role = role;
}

/* Rows without a biased answer keep their accuracy; what is wrong with them is counted. */
static bool has_contrast(reader *r, const question *row) {
  int people = 0;
  for (int i = 0; i < ANSWERS; i++) people += row->answers[i].stereotyped != NULL;
  if (!row->informed) count(&r->tallies[NO_INFO], row->id);
  if (people == 0) count(&r->tallies[NO_GROUP], row->id);
  if (people == 2) count(&r->tallies[BOTH_GROUPS], row->id);
  return people == 1;
}

static void add_item(reader *r, const question *row) {
  bool ambiguous = strcmp(row->condition, "ambig") == 0, negative = strcmp(row->polarity, "neg") == 0;
  if (ambiguous && !row->answers[row->label].unknown) {
    count(&r->tallies[NOT_AMBIGUOUS], row->id);
    return;
  }
  const answer *unknown = row->answers;
  while (!unknown->unknown) unknown++;
  bool listed = is_unknown_text(unknown->text);
  xy__item *item = xy__builder_item(r->builder, ANSWERS - 1 + UNKNOWNS + !listed);
  if (item == NULL) return;
  bool contrast = has_contrast(r, row);
  xy__text prompt = {0};
  xy__text_addf(&prompt, "%s\n\nQ: %s\nA:", row->context, row->question);
  item->prompt = prompt.failed ? NULL : xy__builder_copy(r->builder, prompt.data, prompt.size);
  xy__text_dispose(&prompt);
  char cluster[256];
  snprintf(cluster, sizeof cluster, "%.100s/%.100s", row->category, row->index);
  item->id = xy__builder_string(r->builder, row->id);
  add_identity(r, item, row);
  add_label(r, &item->theme, XY__THEMES, row->category);
  add_label(r, &item->cluster, XY__CLUSTERS, cluster);
  add_label(r, &item->condition, XY__CONDITIONS, ambiguous ? XY__AMBIGUOUS : XY__DISAMBIGUATED);
  add_label(r, &item->polarity, XY__POLARITIES, negative ? "negative" : "non-negative");
  size_t n = 0;
  for (int i = 0; i < ANSWERS; i++) {
    const answer *a = &row->answers[i];
    if (a->unknown) continue;
    if (i == row->label) item->answer = (int)n;
    add_option(r, item, n, a->text, XY__ANSWER);
    if (a->group[0] != '\0') add_label(r, &item->options[n].label, XY__OPTION_LABELS, a->group);
    item->options[n++].biased = contrast && (a->stereotyped != NULL) == negative;
  }
  for (size_t i = 0; i < UNKNOWNS; i++) {
    bool own = strcmp(unknowns[i], unknown->text) == 0;
    if (own && row->answers[row->label].unknown) item->answer = (int)n;
    add_option(r, item, n++, unknowns[i], own ? XY__UNKNOWN : XY__PARAPHRASE);
  }
  if (!listed) {
    if (row->answers[row->label].unknown) item->answer = (int)n;
    add_option(r, item, n, unknown->text, XY__UNKNOWN);
  }
}

static void read_line(reader *r, const char *text, size_t bytes) {
  char where[4352];
  snprintf(where, sizeof where, "%.4096s:%d", r->faults.name, r->line);
  json_t *object = NULL;
  xy_error err = {0};
  question row;
  int64_t first;
  if (xy__json_parse(&object, text, bytes, where, &err) != XY_OK) {
    xy__fault(&r->faults, r->line, "%s",
              strncmp(err.text, where, strlen(where)) == 0 ? err.text + strlen(where) + 2 : err.text);
  } else if (!json_is_object(object)) {
    xy__fault(&r->faults, r->line, "expected an object");
  } else if (read_row(r, &row, object)) {
    const char *id = xy__builder_string(r->builder, row.id);
    if (id != NULL && xy__map_get(&r->ids, id, strlen(id), &first)) {
      xy__fault(&r->faults, r->line, "example %s is given twice (first in line %d)", id, (int)first);
    } else if (id != NULL && xy__map_put(&r->ids, id, strlen(id), r->line)) {
      add_item(r, &row);
    } else {
      r->faults.rc = xy__fail_memory(r->faults.err, r->faults.name);
    }
  }
  json_decref(object);
}

static void read_lines(reader *r, const xy__source *source) {
  const char *end = source->text + source->bytes;
  for (const char *line = source->text; line < end;) {
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    if (stop == NULL) stop = end;
    r->line++;
    if (xy__rstrip(line, (size_t)(stop - line)) > 0) read_line(r, line, (size_t)(stop - line));
    line = stop + 1;
  }
}

/* "Sexual_orientation" as an id: "sexual-orientation". */
static const char *slug(reader *r, const char *prefix, const char *category) {
  char id[160];
  int n = snprintf(id, sizeof id, "%s%.100s", prefix, category);
  for (int i = 0; i < n; i++) id[i] = (char)(id[i] == '_' || id[i] == ' ' ? '-' : tolower((unsigned char)id[i]));
  return xy__builder_string(r->builder, id);
}

static void describe(reader *r) {
  xy_bench *bench = r->builder->bench;
  bool one = bench->themes.n == 1;
  const xy__published facts = {
      .name = one ? slug(r, "bbq-", bench->themes.names[0]) : "bbq",
      .task = "choice",
      .axis = one ? slug(r, "", bench->themes.names[0]) : "mixed",
      .summary = "BBQ: questions whose answer follows a stereotype, or the context (Parrish et al. 2022)",
      .harm = "A score above 0 means that answers which leave \"unknown\" follow the stereotype more often than not."};
  xy__builder_published(r->builder, &facts);
  for (size_t i = 0; i < TALLIES; i++) {
    const tally *t = &r->tallies[i];
    if (t->n > 0) xy__builder_note(r->builder, "%zu %s: %s", t->n, t->what, t->ids.failed ? "" : t->ids.data);
  }
}

static bool tells(const xy__source *source) {
  const char *end = memchr(source->text, '\n', source->bytes);
  size_t n = end != NULL ? (size_t)(end - source->text) : source->bytes;
  static const char *const keys[] = {"\"question_polarity\"", "\"context_condition\"", "\"ans0\""};
  bool found = n > 0 && source->text[0] == '{';
  for (size_t i = 0; i < 3 && found; i++) found = memmem(source->text, n, keys[i], strlen(keys[i])) != NULL;
  return found;
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  reader r = {
      .builder = builder,
      .faults = {.name = source->name, .err = err},
      .tallies = {[NO_GROUP] = {.what = "rows name no stereotyped group in their answers (accuracy only)"},
                  [BOTH_GROUPS] = {.what = "rows name a stereotyped group in both answers (accuracy only)"},
                  [NO_INFO] = {.what = "rows lack the group of an answer, which was told from its words"},
                  [NOT_AMBIGUOUS] = {.what = "rows call their context ambiguous, but not their answer (left out)"}},
  };
  read_lines(&r, source);
  int rc = xy__faults_end(&r.faults);
  if (rc == XY_OK && builder->bench->n == 0) {
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: expected a BBQ question in each line (JSON), found none", source->name);
  }
  if (rc == XY_OK && !builder->failed) describe(&r);
  for (size_t i = 0; i < TALLIES; i++) xy__text_dispose(&r.tallies[i].ids);
  xy__map_dispose(&r.ids);
  return rc;
}

const xy__reader xy__reader_bbq = {.name = "bbq", .what = "a category of BBQ (.jsonl)", .read = read, .tells = tells};
