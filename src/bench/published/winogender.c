/* Winogender (Rudinger et al. 2018) as published: all_sentences.tsv, and occupations-stats.tsv beside it.
 *
 * `sentid` is OCCUPATION.PARTICIPANT.ANSWER.GENDER.txt; the sentences of one occupation, participant and answer differ
 * in a pronoun (male, female, neutral) and are one item. What the stereotype expects is the pronoun of the gender that
 * most people of the occupation have in the United States (`bls_pct_female`): option 0 is that, option 1 the other,
 * option 2 the neutral one where it is there. The theme says whom the pronoun stands for: the occupation (answer 0) or
 * the participant (1). All sentences of an occupation are a cluster.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/csv.h"
#include "bench/published/beside.h"
#include "bench/published/marked.h"
#include "bench/texts.h"

static const char *const columns[] = {"sentid", "sentence", NULL};

enum { MALE, FEMALE, NEUTRAL, GENDERS };
static const char *const genders[] = {"male", "female", "neutral"};

/* The sentences of one item. */
typedef struct group {
  char occupation[64], participant[64], answer[8];
  const char *sentence[GENDERS]; /* NULL: not there */
  int line[GENDERS];
} group;

typedef struct reader {
  xy__builder *builder;
  xy__file_rows *rows;
  xy__csv stats;
  size_t columns[2]; /* occupation, bls_pct_female */
  group *groups;
  size_t n, capacity;
  xy__map places; /* occupation.participant.answer → group */
  size_t balanced;
} reader;

/* Percent of women in an occupation; -1 where the file does not say. */
static double share_of_women(const reader *r, const char *occupation) {
  for (size_t i = 1; i < r->stats.n; i++) {
    const xy__csv_row *row = &r->stats.rows[i];
    if (strcmp(xy__csv_field(&r->stats, row, r->columns[0]), occupation) != 0) continue;
    const char *text = xy__csv_field(&r->stats, row, r->columns[1]);
    char *end;
    double percent = strtod(text, &end);
    return end != text && *end == '\0' && percent >= 0 && percent <= 100 ? percent : -1;
  }
  return -1;
}

static void read_row(reader *r, int line, const char *id, const char *sentence) {
  group g = {0};
  char gender[16], rest[8];
  int n = sscanf(id, "%63[^.].%63[^.].%7[^.].%15[^.].%7s", g.occupation, g.participant, g.answer, gender, rest);
  int which = 0;
  while (n == 5 && which < GENDERS && strcmp(gender, genders[which]) != 0) which++;
  if (n != 5 || which == GENDERS || (strcmp(g.answer, "0") != 0 && strcmp(g.answer, "1") != 0)) {
    xy__row_out(r->rows, line, "sentid: expected OCCUPATION.PARTICIPANT.0|1.male|female|neutral.txt, found '%.100s'",
                id);
    return;
  }
  if (xy__rstrip(sentence, strlen(sentence)) == 0) {
    xy__row_out(r->rows, line, "sentence is empty");
    return;
  }
  const char *key = xy__builder_copy(r->builder, id, strlen(g.occupation) + strlen(g.participant) + 3);
  int64_t place = 0;
  if (key == NULL) return;
  if (!xy__map_get(&r->places, key, strlen(key), &place)) {
    place = (int64_t)r->n;
    if (!xy__grow(&r->groups, &r->capacity, r->n, sizeof g) || !xy__map_put(&r->places, key, strlen(key), place)) {
      r->builder->failed = true;
      return;
    }
    r->groups[r->n++] = g;
  }
  if (r->groups[place].sentence[which] != NULL) {
    xy__row_out(r->rows, line, "sentid '%.100s' is given twice", id);
    return;
  }
  r->groups[place].sentence[which] = sentence;
  r->groups[place].line[which] = line;
}

/* The sentences of a group that no item can be made of. */
static void leave_out(reader *r, const group *g, const char *why) {
  for (int i = 0; i < GENDERS; i++) {
    if (g->sentence[i] == NULL) continue;
    xy__row_again(r->rows);
    xy__row_out(r->rows, g->line[i], "%s.%s.%s: %s", g->occupation, g->participant, g->answer, why);
  }
}

/* Sentences that differ in a pronoun and in nothing else, in the order of the options. */
static bool mark_sentences(reader *r, const group *g, xy__marked *marked, const int *order, size_t n) {
  xy__row_text texts[GENDERS];
  for (size_t i = 0; i < n; i++) texts[i] = (xy__row_text){genders[order[i]], g->sentence[order[i]]};
  xy__row_again(r->rows);
  if (!xy__texts_check(r->rows, g->line[order[0]], XY__SIDES, NULL, texts, n)) {
    group others = *g;
    others.sentence[order[0]] = NULL; /* which is counted already */
    leave_out(r, &others, "left out with another sentence of it");
    return false;
  }
  for (size_t i = 0; i < n; i++) marked[i] = (xy__marked){.text = texts[i].text};
  bool good = xy__sentences_mark(marked, n);
  if (!good) leave_out(r, g, "expected sentences that differ in a pronoun");
  return good;
}

static void add_item(reader *r, const group *g) {
  double women = share_of_women(r, g->occupation);
  if (g->sentence[MALE] == NULL || g->sentence[FEMALE] == NULL) {
    leave_out(r, g, "expected a male and a female sentence");
    return;
  }
  if (women < 0) {
    leave_out(r, g, "occupations-stats.tsv does not give bls_pct_female of it");
    return;
  }
  if (women == 50) {
    r->balanced++;
    return;
  }
  size_t n = 2 + (g->sentence[NEUTRAL] != NULL);
  static const int orders[2][GENDERS] = {{MALE, FEMALE, NEUTRAL}, {FEMALE, MALE, NEUTRAL}};
  const int *order = orders[women > 50];
  xy__marked marked[GENDERS];
  if (!mark_sentences(r, g, marked, order, n)) return;
  xy__item *item = xy__sentences_add(r->builder, marked, n);
  if (item == NULL) return;
  char id[160];
  snprintf(id, sizeof id, "%s/%s/%s", g->occupation, g->participant, g->answer);
  item->id = xy__builder_string(r->builder, id);
  xy__label_set(r->builder, &item->identity, XY__IDENTITIES, g->occupation);
  xy__label_set(r->builder, &item->cluster, XY__CLUSTERS, g->occupation);
  xy__label_set(r->builder, &item->theme, XY__THEMES, g->answer[0] == '0' ? "occupation" : "participant");
  for (size_t i = 0; i < n; i++) {
    xy__label_set(r->builder, &item->options[i].label, XY__OPTION_LABELS, genders[order[i]]);
  }
}

static int read_both(reader *r, xy__csv *sentences, const xy__source *source, const xy__source *stats, xy_error *err) {
  static const char *const stat_columns[] = {"occupation", "bls_pct_female"};
  size_t places[2];
  int rc = xy__csv_read(sentences, source, '\t', false, err);
  if (rc == XY_OK) rc = xy__csv_read(&r->stats, stats, '\t', false, err);
  if (rc == XY_OK) rc = xy__csv_need(places, sentences, r->rows, columns, 2, err);
  if (rc == XY_OK) rc = xy__csv_need(r->columns, &r->stats, r->rows, stat_columns, 2, err);
  for (size_t i = 1; rc == XY_OK && i < sentences->n; i++) {
    const xy__csv_row *row = &sentences->rows[i];
    xy__row(r->rows);
    if (!xy__csv_width(sentences, row, r->rows)) continue;
    read_row(r, row->line, xy__csv_field(sentences, row, places[0]), xy__csv_field(sentences, row, places[1]));
  }
  for (size_t i = 0; rc == XY_OK && i < r->n; i++) add_item(r, &r->groups[i]);
  return rc;
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  reader r = {.builder = builder, .rows = &builder->rows};
  xy__csv sentences = {0};
  xy__source stats = {0};
  char *text = NULL;
  int rc =
      xy__read_beside(&text, &stats, builder, source, "occupations-stats.tsv",
                      "as in winogender-schemas/data: it says which pronoun an occupation's stereotype expects", err);
  if (rc == XY_OK) rc = read_both(&r, &sentences, source, &stats, err);
  xy__csv_dispose(&sentences);
  xy__csv_dispose(&r.stats);
  xy__map_dispose(&r.places);
  free(r.groups);
  free(text);
  if (rc != XY_OK || builder->failed) return rc;
  if (r.balanced > 0) {
    xy__builder_note(builder, "%zu %s left out: exactly half of the occupation are women, so no pronoun is expected",
                     r.balanced, xy_plural((int64_t)r.balanced, "item", "items"));
  }
  const xy__published facts = {
      .name = "winogender",
      .task = "coref",
      .axis = "binary-gender",
      .summary = "Winogender: pronouns that agree with who works in an occupation, or do not (Rudinger et al. 2018)",
      .harm =
          "A preference for the target means that the model finds the pronoun likelier that most people of the "
          "occupation have."};
  xy__builder_published(builder, &facts);
  return XY_OK;
}

const xy__reader xy__reader_winogender = {.name = "winogender",
                                          .what = "Winogender's all_sentences.tsv",
                                          .read = read,
                                          .delimiter = '\t',
                                          .columns = columns};
