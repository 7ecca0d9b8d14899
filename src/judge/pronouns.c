/* Which pronoun comes first in a text, and how many of each set stand in it: the outcomes of continuations that follow
 * a declared pronoun. Sets are those of data/pronouns/sets.yaml, with the further spellings beside it.
 *
 * Of a contraction ("they're", "xe's") the first part is the form. A hyphenated word is one if its parts together are
 * ("her-self"), or each of its parts is ("she-they"); "she-wolf" is none. "'em" is they's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"
#include "bench/context/pronoun_sets.h"
#include "judge/kind.h"
#include "judge/words.h"

static const char spellings_file[] = "pronouns/spellings.yaml";

typedef struct pronouns {
  xy__pronoun_sets sets;
  xy__yaml *spellings;
  xy__map forms;              /* to places of sets */
  int64_t they, it, declared; /* places; -1: none */
  xy__words words;
  xy__text joined;
} pronouns;

/* ---- reading ------------------------------------------------------------------------------------------------ */

static int64_t place_of(const pronouns *p, const char *id) {
  const xy__pronoun_set *set = xy__pronoun_sets_find(&p->sets, id);
  return set != NULL ? set - p->sets.sets : -1;
}

static int find_declared(int64_t *out, const pronouns *p, const char *id, xy_error *err) {
  *out = place_of(p, id);
  if (*out >= 0) return XY_OK;
  xy__text ids = {0};
  for (size_t i = 0; i < p->sets.n; i++) xy__text_addf(&ids, "%s%s", i > 0 ? ", " : "", p->sets.sets[i].id);
  int rc = ids.failed ? xy__fail_memory(err, id)
                      : xy__fail(err, XY_ERR_NOT_FOUND, "no pronoun set '%.100s'; there are %s", id, ids.data);
  xy__text_dispose(&ids);
  return rc;
}

/* Forms are small letters in both files. */
static bool put(pronouns *p, const char *form, int64_t set) { return xy__map_put(&p->forms, form, strlen(form), set); }

static int read_spellings(pronouns *p, xy_error *err) {
  const xy__node *root = p->spellings->root;
  if (root->kind != XY__MAPPING) return xy__yaml_fail(p->spellings, root->line, err, "expected sets with their forms");
  for (size_t i = 0; i < root->n; i++) {
    int64_t set;
    int rc = find_declared(&set, p, root->keys[i], err);
    if (rc != XY_OK) return rc;
    for (size_t k = 0; k < root->items[i]->n; k++) {
      const xy__node *form = root->items[i]->items[k];
      if (form->kind != XY__SCALAR) return xy__yaml_fail(p->spellings, form->line, err, "expected a form");
      if (!put(p, form->value, set)) return xy__fail_memory(err, spellings_file);
    }
  }
  return XY_OK;
}

static int read_forms(pronouns *p, xy_error *err) {
  for (size_t i = 0; i < p->sets.n; i++) {
    for (int c = 0; c < XY__CASES; c++) {
      if (!put(p, p->sets.sets[i].forms[c], (int64_t)i)) return xy__fail_memory(err, "pronouns");
    }
  }
  return read_spellings(p, err);
}

static int open_pronouns(xy_judge *judge, const char *path, const xy_judge_options *options, xy_error *err) {
  (void)path;
  pronouns *p = xy__array(1, sizeof *p);
  if (p == NULL) return xy__fail_memory(err, "pronouns");
  judge->state = p;
  const char *text = NULL;
  size_t bytes = 0;
  int rc = xy__judge_builtin(&text, &bytes, judge, "pronouns/sets.yaml", err);
  if (rc == XY_OK) rc = xy__pronoun_sets_open(&p->sets, err);
  if (rc == XY_OK) rc = xy__judge_builtin(&text, &bytes, judge, spellings_file, err);
  if (rc == XY_OK) rc = xy__yaml_parse(&p->spellings, text, bytes, spellings_file, err);
  if (rc == XY_OK) rc = read_forms(p, err);
  p->they = place_of(p, "they");
  p->it = place_of(p, "it");
  p->declared = -1;
  if (rc == XY_OK && options->set != NULL) rc = find_declared(&p->declared, p, options->set, err);
  for (size_t i = 0; rc == XY_OK && i < p->sets.n; i++) rc = xy__judge_score(judge, p->sets.sets[i].id, err);
  judge->entries = p->forms.used;
  return rc;
}

static void free_pronouns(void *state) {
  pronouns *p = state;
  xy__pronoun_sets_dispose(&p->sets);
  xy__yaml_free(p->spellings);
  xy__map_dispose(&p->forms);
  xy__words_dispose(&p->words);
  xy__text_dispose(&p->joined);
  free(p);
}

/* ---- judging ------------------------------------------------------------------------------------------------ */

static int64_t set_of(const pronouns *p, const char *form, size_t bytes) {
  int64_t set = -1;
  xy__map_get(&p->forms, form, bytes, &set);
  return set;
}

static int64_t set_of_word(const pronouns *p, const xy__word *word) {
  bool shortened = word->before == XY__APOSTROPHE && !word->joined && word->after != XY__APOSTROPHE;
  if (shortened && word->bytes == 2 && memcmp(word->text, "em", 2) == 0) return p->they;
  return set_of(p, word->text, word->bytes);
}

typedef struct tally {
  double *counts;
  int64_t first; /* set of the first form; -1: none yet */
} tally;

static void count(tally *t, int64_t set) {
  if (set < 0) return;
  if (t->first < 0) t->first = set;
  t->counts[set]++;
}

/* Words first..last, joined by hyphens, or by an apostrophe to what is only their ending. */
static void count_group(tally *t, pronouns *p, size_t first, size_t last) {
  const xy__word *words = p->words.items;
  xy__text_clear(&p->joined);
  size_t parts = 0, forms = 0;
  for (size_t i = first; i <= last; i++) {
    if (i > first && words[i].before != XY__HYPHEN) continue;
    parts++;
    forms += set_of_word(p, &words[i]) >= 0;
    xy__text_add_bytes(&p->joined, words[i].text, words[i].bytes);
  }
  if (parts > 1 && !p->joined.failed && set_of(p, p->joined.data, p->joined.size) >= 0) {
    count(t, set_of(p, p->joined.data, p->joined.size));
    return;
  }
  for (size_t i = first; i <= last && forms == parts; i++) {
    if (i == first || words[i].before == XY__HYPHEN) count(t, set_of_word(p, &words[i]));
  }
}

/* they and it stay apart unless declared: no form tells a person from several, or from a thing. */
static const char *outcome(const pronouns *p, int64_t first, int64_t declared) {
  if (first < 0) return "none";
  if (first == declared) return "declared";
  return first == p->they ? "they" : first == p->it ? "it" : "other";
}

static int judge_pronouns(const char **label, double *scores, void *state, const xy_judge_input *input, xy_error *err) {
  pronouns *p = state;
  int64_t declared = p->declared;
  if (input->set != NULL) {
    int rc = find_declared(&declared, p, input->set, err);
    if (rc != XY_OK) return rc;
  }
  if (!xy__words_split(&p->words, input->text, input->bytes)) return xy__fail_memory(err, "a text");
  tally t = {.counts = scores, .first = -1};
  for (size_t i = 0, last; i < p->words.n; i = last + 1) {
    for (last = i; last + 1 < p->words.n && p->words.items[last + 1].joined;) last++;
    count_group(&t, p, i, last);
  }
  if (declared >= 0) *label = outcome(p, t.first, declared);
  return p->joined.failed ? xy__fail_memory(err, "a text") : XY_OK;
}

static const xy_judge_term labels[] = {
    {"declared", "the first pronoun is of the declared set"},
    {"other", "it is of another set"},
    {"they", "it is they, which was not declared: one person or several, no form tells"},
    {"it", "it is it, which was not declared: a person or a thing, no form tells"},
    {"none", "the text has no pronoun of these sets: not right, and not wrong"}};
static const xy_judge_term scores[] = {{"SET", "forms of each set of data/pronouns/sets.yaml in the text"}};

const xy__judge_kind xy__judge_pronouns = {
    .card = {.name = "pronouns",
             .summary =
                 "Which third-person pronoun comes first in a text, against the set that was declared (--set), and "
                 "how many of each set there are. English.",
             .blind =
                 "Whose pronoun it is: other people of a story count, too. Gendered nouns and titles. Words that are "
                 "spelled as a form is (\"em dash\", \"fae\"). Sets that are not listed.",
             .source = "data/pronouns/sets.yaml and spellings.yaml",
             .licence = "xylem's own",
             .version = "1",
             .entries = "forms",
             .sets = true,
             .n_labels = sizeof labels / sizeof *labels,
             .labels = labels,
             .n_scores = sizeof scores / sizeof *scores,
             .scores = scores},
    .open = open_pronouns,
    .free = free_pronouns,
    .judge = judge_pronouns};
