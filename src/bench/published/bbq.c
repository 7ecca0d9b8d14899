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

#include "base/json_rows.h"
#include "bench/builder.h"
#include "bench/published/bbq_groups.h"
#include "bench/texts.h"

static const char *const unknowns[] = {
    "Unknown",   "Cannot answer",   "Can't be determined",    "Cannot be determined", "Can't answer",
    "Not known", "Not enough info", "Not enough information", "Not answerable",       "Undetermined",
};
enum { UNKNOWNS = sizeof unknowns / sizeof *unknowns, ANSWERS = 3 };

typedef struct reader {
  xy__builder *builder;
  xy__file_rows *rows;
  int line;
  xy__map ids; /* seen so far → line */
} reader;

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

/* A member that must be a text; false where the row is left out. */
static bool need_text(reader *r, const char **out, const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  *out = xy__json_whole(value);
  if (*out != NULL && **out != '\0') return true;
  xy__row_out(r->rows, r->line,
              value == NULL            ? "%s is missing"
              : !json_is_string(value) ? "%s: expected a text"
              : *out == NULL           ? "%s: expected a text, found a zero character in it"
                                       : "%s is empty",
              key);
  return false;
}

static bool need_word(reader *r, const char *value, const char *key, const char *one, const char *other) {
  if (strcmp(value, one) == 0 || strcmp(value, other) == 0) return true;
  xy__row_out(r->rows, r->line, "%s: expected '%s' or '%s', found '%.100s'", key, one, other, value);
  return false;
}

/* A list of texts, or nothing; false where the row is left out. */
static bool need_list(reader *r, const json_t *value, const char *key) {
  bool good = value == NULL || json_is_null(value) || json_is_array(value);
  for (size_t i = 0; good && i < json_array_size(value); i++) {
    good = xy__json_whole(json_array_get(value, i)) != NULL;
  }
  if (!good) xy__row_out(r->rows, r->line, "%s: expected a list of texts", key);
  return good;
}

static bool read_answer(reader *r, answer *out, question *row, const json_t *object, int i) {
  char key[8], about[32];
  snprintf(key, sizeof key, "ans%d", i);
  snprintf(about, sizeof about, "answer_info.%s", key);
  const json_t *info = json_object_get(json_object_get(object, "answer_info"), key);
  if (!need_text(r, &out->text, object, key) || !need_list(r, info, about)) return false;
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

static bool check_texts(reader *r, const question *row) {
  xy__row_text texts[ANSWERS] = {
      {"ans0", row->answers[0].text}, {"ans1", row->answers[1].text}, {"ans2", row->answers[2].text}};
  xy__text before = {0};
  xy__text_addf(&before, "%s\n%s", row->context, row->question);
  if (before.failed) r->builder->failed = true;
  bool good = !before.failed && xy__texts_check(r->rows, r->line, XY__CHOICES, before.data, texts, ANSWERS);
  if (good) xy__text_look(r->rows, r->line, before.data);
  xy__text_dispose(&before);
  return good;
}

static bool read_row(reader *r, question *out, const json_t *object) {
  *out = (question){.informed = true};
  const json_t *id = json_object_get(object, "example_id"), *label = json_object_get(object, "label");
  if (label == NULL) label = json_object_get(object, "answer_label"); /* as the hub's tables have it, without the id */
  const struct {
    const char *key, **value;
  } texts[] = {
      {"context", &out->context},      {"question", &out->question},           {"category", &out->category},
      {"question_index", &out->index}, {"context_condition", &out->condition}, {"question_polarity", &out->polarity}};
  bool good = true;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    good = need_text(r, texts[i].value, object, texts[i].key) && good;
  }
  if (id != NULL && !json_is_integer(id)) {
    xy__row_out(r->rows, r->line, "example_id: expected a number, found %s", xy__json_kind(id));
    good = false;
  }
  double place = json_number_value(label); /* pandas writes 1 as 1.0 where another row lacks it */
  if (!json_is_number(label) || (place != 0 && place != 1 && place != 2)) {
    xy__row_out(r->rows, r->line, "label: expected 0, 1 or 2, found %s",
                json_is_number(label) ? "another number" : xy__json_kind(label));
    good = false;
  }
  if (!good) return false;
  good = need_word(r, out->condition, "context_condition", "ambig", "disambig");
  good = need_word(r, out->polarity, "question_polarity", "neg", "nonneg") && good;
  snprintf(out->id, sizeof out->id, "%.100s/%lld", out->category,
           id != NULL ? (long long)json_integer_value(id) : (long long)r->rows->n);
  out->label = (json_int_t)place;
  out->groups = (xy__bbq_groups){out->category, out->index,
                                 json_object_get(json_object_get(object, "additional_metadata"), "stereotyped_groups")};
  good = need_list(r, out->groups.names, "additional_metadata.stereotyped_groups") && good;
  int n_unknown = 0;
  for (int i = 0; i < ANSWERS; i++) {
    good = read_answer(r, &out->answers[i], out, object, i) && good;
    n_unknown += out->answers[i].unknown;
  }
  if (good && n_unknown != 1) {
    xy__row_out(r->rows, r->line, "expected one answer of three to say that it cannot be told, found %d", n_unknown);
    good = false;
  }
  return good && check_texts(r, out);
}

/* ---- items ---- */

static void add_identity(reader *r, xy__item *item, const question *row) {
  const answer *a = row->stereotyped;
  xy__text label = {0};
  xy__bbq_label(&label, &row->groups, a != NULL ? a->stereotyped : NULL, a != NULL ? a->group : "");
  if (label.failed) r->builder->failed = true;
  if (!label.failed) xy__label_set(r->builder, &item->identity, XY__IDENTITIES, label.data);
  xy__text_dispose(&label);
}

static void add_option(reader *r, xy__item *item, size_t at, const char *text, xy__option_role role) {
  xy__text spaced = {0};
  xy__text_addf(&spaced, " %s", text);
  item->options[at].text = spaced.failed ? "" : xy__builder_copy(r->builder, spaced.data, spaced.size);
  item->options[at].role = role;
  r->builder->failed = r->builder->failed || spaced.failed;
  xy__text_dispose(&spaced);
}

/* Rows without a biased answer keep their accuracy; what is wrong with them is counted. */
static bool has_contrast(reader *r, const question *row) {
  int people = 0;
  for (int i = 0; i < ANSWERS; i++) people += row->answers[i].stereotyped != NULL;
  if (!row->informed)
    xy__row_noticed(r->rows, r->line, "the group of an answer is missing, and was told from its words");
  if (people == 0) xy__row_noticed(r->rows, r->line, "no answer names a stereotyped group (accuracy only)");
  if (people == 2) xy__row_noticed(r->rows, r->line, "both answers name a stereotyped group (accuracy only)");
  return people == 1;
}

static void add_item(reader *r, const question *row) {
  bool ambiguous = strcmp(row->condition, "ambig") == 0, negative = strcmp(row->polarity, "neg") == 0;
  if (ambiguous && !row->answers[row->label].unknown) {
    xy__row_out(r->rows, r->line, "the context is called ambiguous, but the right answer is not");
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
  xy__label_set(r->builder, &item->theme, XY__THEMES, row->category);
  xy__label_set(r->builder, &item->cluster, XY__CLUSTERS, cluster);
  xy__label_set(r->builder, &item->condition, XY__CONDITIONS, ambiguous ? XY__AMBIGUOUS : XY__DISAMBIGUATED);
  xy__label_set(r->builder, &item->polarity, XY__POLARITIES, negative ? "negative" : "non-negative");
  size_t n = 0;
  for (int i = 0; i < ANSWERS; i++) {
    const answer *a = &row->answers[i];
    if (a->unknown) continue;
    if (i == row->label) item->answer = (int)n;
    add_option(r, item, n, a->text, XY__ANSWER);
    if (a->group[0] != '\0') xy__label_set(r->builder, &item->options[n].label, XY__OPTION_LABELS, a->group);
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

static void read_object(reader *r, const json_t *object) {
  question row;
  int64_t first;
  if (!json_is_object(object)) {
    xy__row_out(r->rows, r->line, "expected an object");
  } else if (read_row(r, &row, object)) {
    const char *id = xy__builder_string(r->builder, row.id);
    if (id != NULL && xy__map_get(&r->ids, id, strlen(id), &first)) {
      xy__row_out(r->rows, r->line, "example %s is given twice (first in line %d)", id, (int)first);
    } else if (id != NULL && xy__map_put(&r->ids, id, strlen(id), r->line)) {
      add_item(r, &row);
    } else {
      r->builder->failed = true;
    }
  }
}

static void read_rows(reader *r, const xy__source *source) {
  xy__json_rows json;
  xy__json_rows_begin(&json, source->text, source->bytes);
  while (!r->builder->failed && xy__json_rows_next(&json)) {
    char why[200];
    json_t *object = xy__json_row(why, &json);
    r->line = json.line;
    xy__row(r->rows);
    r->builder->failed = r->builder->failed || json.failed;
    if (object == NULL) {
      xy__row_out(r->rows, r->line, "%s", why);
    } else {
      read_object(r, object);
    }
    json_decref(object);
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
      .axis = one ? slug(r, "", bench->themes.names[0]) : XY__MIXED_AXIS,
      .summary = "BBQ: questions whose answer follows a stereotype, or the context (Parrish et al. 2022)",
      .harm = "A score above 0 means that answers which leave \"unknown\" follow the stereotype more often than not."};
  xy__builder_published(r->builder, &facts);
}

/* Its members stand in its first row: a line, or the beginning of a list. */
static bool tells(const xy__source *source) {
  static const char *const keys[] = {"\"question_polarity\"", "\"context_condition\"", "\"ans0\""};
  xy__json_rows rows;
  xy__json_rows_begin(&rows, source->text, source->bytes);
  bool found = xy__json_rows_next(&rows) && rows.bytes > 0 && rows.text[0] == '{';
  for (size_t i = 0; i < 3 && found; i++) found = memmem(rows.text, rows.bytes, keys[i], strlen(keys[i])) != NULL;
  return found;
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  reader r = {.builder = builder, .rows = &builder->rows};
  read_rows(&r, source);
  xy__map_dispose(&r.ids);
  if (builder->failed) return XY_OK;
  if (builder->rows.n == 0) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: expected a BBQ question in each line (JSON), found none", source->name);
  }
  describe(&r);
  return XY_OK;
}

const xy__reader xy__reader_bbq = {.name = "bbq", .what = "a category of BBQ (.jsonl)", .read = read, .tells = tells};
