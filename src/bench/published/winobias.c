/* WinoBias (Zhao et al. 2018) as published: two files of a type, whose lines differ in the gender of a pronoun,
 *
 *   1 [The developer] argued with the designer because [he] did not like the design.
 *
 * one with the pronoun that the occupation's stereotype expects (its name holds "pro"), one with the other ("anti"). An
 * item has both: option 0 as the stereotype has it, option 1 against it. Its occupation is what the bracket that stays
 * the same names; its theme the type, by the file's name: in type 1 the sentence must be understood, in type 2 its
 * grammar decides. Lines come in twos about the same two occupations, and those are a cluster. Where a slip left the
 * halves different beyond the pronoun (two lines of the published dev file), both sides are made from one half.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "bench/published/marked.h"

enum { SPANS = 8, HALVES = 2 };

typedef struct line {
  long number;
  char text[1024]; /* without brackets */
  size_t n;
  size_t start[SPANS], end[SPANS];
} line;

static const char *const example = "1 [The developer] argued with the designer because [he] …";

/* What is wrong with it, or NULL. */
static const char *parse(line *out, const char *text, size_t bytes) {
  char *after;
  *out = (line){0};
  out->number = strtol(text, &after, 10);
  if (after == text || *after != ' ' || out->number < 1) return "expected a number and a space";
  size_t n = 0;
  bool open = false;
  for (const char *c = after + 1; c < text + bytes; c++) {
    if (n + 1 >= sizeof out->text) return "the sentence is too long";
    if (*c == '[') {
      if (open || out->n == SPANS) return "a bracket inside brackets, or too many of them";
      out->start[out->n] = n;
    } else if (*c == ']') {
      if (!open || n == out->start[out->n]) return "brackets that do not match, or are empty";
      out->end[out->n++] = n;
    } else {
      out->text[n++] = *c;
    }
    open = *c == '[' || (open && *c != ']');
  }
  n = xy__rstrip(out->text, n);
  out->text[n] = '\0';
  if (open) return "a bracket that is not closed";
  return out->n >= 2 ? NULL : "expected two bracketed parts, an occupation and a pronoun";
}

typedef struct reader {
  xy__builder *builder;
  xy__faults faults;
  const char *type;
  size_t n_mended, n_flawed;
  xy__text mended, flawed; /* their numbers */
} reader;

/* The bracketed part in which both texts first differ; `n` of `l` where it is in none. */
static size_t pronoun_of(const line *l, size_t difference) {
  size_t k = 0;
  while (k < l->n && !(l->start[k] <= difference && difference < l->end[k])) k++;
  return k;
}

/* Whether two lines are the same but for what brackets hold, from the pronoun on. */
static bool same_rest(const line *a, size_t i, const line *b, size_t k) {
  if (a->n - i != b->n - k) return false;
  for (; i < a->n; i++, k++) {
    size_t from = a->end[i], to = i + 1 < a->n ? a->start[i + 1] : strlen(a->text);
    size_t other = b->end[k], other_to = k + 1 < b->n ? b->start[k + 1] : strlen(b->text);
    if (to - from != other_to - other || memcmp(a->text + from, b->text + other, to - from) != 0) return false;
  }
  return true;
}

/* The bracket, of as many on both sides, that alone differs; the number of brackets where it is not just one. */
static size_t odd_bracket(const line *a, const line *b) {
  size_t found = a->n, differing = 0;
  for (size_t k = 0; a->n == b->n && k < a->n; k++) {
    size_t length = a->end[k] - a->start[k];
    bool same = length == b->end[k] - b->start[k] && memcmp(a->text + a->start[k], b->text + b->start[k], length) == 0;
    if (!same) found = k;
    differing += !same;
  }
  return differing == 1 ? found : a->n;
}

/* `from` with the words of bracket k of `other` in its own bracket k, the only one that *out keeps. False when too
 * long. */
static bool exchanged(line *out, const line *from, const line *other, size_t k) {
  size_t length = other->end[k] - other->start[k];
  int n = snprintf(out->text, sizeof out->text, "%.*s%.*s%s", (int)from->start[k], from->text, (int)length,
                   other->text + other->start[k], from->text + from->end[k]);
  out->start[k] = from->start[k];
  out->end[k] = from->start[k] + length;
  return n >= 0 && (size_t)n < sizeof out->text;
}

/* "The developer" → "developer". */
static void occupation_of(char out[128], const line *l, size_t k) {
  const char *name = l->text + l->start[k];
  size_t n = l->end[k] - l->start[k];
  const char *space = memchr(name, ' ', n);
  size_t article = space != NULL && space - name <= 3 ? (size_t)(space - name) + 1 : 0;
  snprintf(out, 128, "%.*s", (int)(n - article), name + article);
  for (char *c = out; *c != '\0'; c++) *c = (char)tolower((unsigned char)*c);
}

static void add_item(reader *r, int at, const line sides[HALVES]) {
  if (sides[0].number != sides[1].number) {
    xy__fault(&r->faults, at, "expected line %ld in both files, found %ld in the other", sides[0].number,
              sides[1].number);
    return;
  }
  size_t difference = 0, pronoun[HALVES];
  while (sides[0].text[difference] != '\0' && sides[0].text[difference] == sides[1].text[difference]) difference++;
  while (difference > 0 && sides[0].text[difference - 1] != ' ') difference--; /* to the start of the word */
  for (int i = 0; i < HALVES; i++) pronoun[i] = pronoun_of(&sides[i], difference);
  const line *texts[HALVES] = {&sides[0], &sides[1]};
  line made;
  if (pronoun[0] == sides[0].n || pronoun[1] == sides[1].n ||
      !same_rest(&sides[0], pronoun[0], &sides[1], pronoun[1])) {
    pronoun[0] = pronoun[1] = odd_bracket(&sides[0], &sides[1]);
    if (pronoun[0] == sides[0].n || !exchanged(&made, &sides[1], &sides[0], pronoun[0])) {
      xy__text_addf(&r->flawed, "%s%ld", r->n_flawed++ > 0 ? ", " : "", sides[0].number);
      return;
    }
    texts[0] = &made;
    xy__text_addf(&r->mended, "%s%ld", r->n_mended++ > 0 ? ", " : "", sides[0].number);
  }
  size_t occupation = pronoun[0] > 0 ? 0 : 1;
  xy__marked marked[HALVES];
  for (int i = 0; i < HALVES; i++) {
    marked[i] = (xy__marked){texts[i]->text, texts[i]->start[pronoun[i]], texts[i]->end[pronoun[i]]};
  }
  xy__item *item = xy__sentences_add(r->builder, marked, HALVES);
  if (item == NULL) return;
  char name[128];
  snprintf(name, sizeof name, "%s/%ld", r->type, sides[0].number);
  item->id = xy__builder_string(r->builder, name);
  snprintf(name, sizeof name, "%s/lines-%ld", r->type, (sides[0].number - 1) / 2 * 2 + 1);
  xy__label_set(r->builder, &item->cluster, XY__CLUSTERS, name);
  xy__label_set(r->builder, &item->theme, XY__THEMES, r->type);
  occupation_of(name, &sides[0], occupation);
  xy__label_set(r->builder, &item->identity, XY__IDENTITIES, name);
  xy__label_set(r->builder, &item->options[0].label, XY__OPTION_LABELS, "pro");
  xy__label_set(r->builder, &item->options[1].label, XY__OPTION_LABELS, "anti");
}

/* The next line that is not empty; false at the end. */
static bool next_line(const xy__source *source, size_t *at, int *number, const char **text, size_t *bytes) {
  while (*at < source->bytes) {
    *text = source->text + *at;
    const char *stop = memchr(*text, '\n', source->bytes - *at);
    *bytes = stop != NULL ? (size_t)(stop - *text) : source->bytes - *at;
    *at += *bytes + (stop != NULL);
    ++*number;
    if (xy__rstrip(*text, *bytes) > 0) return true;
  }
  return false;
}

static void read_lines(reader *r, const xy__source halves[HALVES]) {
  size_t at[HALVES] = {0};
  int number[HALVES] = {0};
  for (bool more = true; more;) {
    line sides[HALVES];
    bool there[HALVES], good = true;
    for (int i = 0; i < HALVES; i++) {
      const char *text = "";
      size_t bytes = 0;
      there[i] = next_line(&halves[i], &at[i], &number[i], &text, &bytes);
      const char *problem = there[i] ? parse(&sides[i], text, bytes) : NULL;
      r->faults.name = halves[i].name;
      if (problem != NULL) xy__fault(&r->faults, number[i], "%s, as in '%s'", problem, example);
      good = good && there[i] && problem == NULL;
    }
    r->faults.name = halves[0].name;
    more = there[0] && there[1];
    if (there[0] != there[1]) {
      xy__fault(&r->faults, number[0], "%s has %s lines", halves[1].name, there[1] ? "more" : "fewer");
    }
    if (good) add_item(r, number[0], sides);
  }
}

/* The name of the other half: "pro" for "anti" or the other way round, where it stands as a word or before "_". */
static const char *twin_of(xy__builder *builder, const char *name, bool *anti) {
  static const char *const halves[] = {"anti", "pro"};
  for (int h = 0; h < 2; h++) {
    for (const char *at = strstr(name, halves[h]); at != NULL; at = strstr(at + 1, halves[h])) {
      if (at > name && isalpha((unsigned char)at[-1])) continue;
      if (isalpha((unsigned char)at[strlen(halves[h])])) continue;
      xy__text other = {0};
      xy__text_add_bytes(&other, name, (size_t)(at - name));
      xy__text_addf(&other, "%s%s", halves[!h], at + strlen(halves[h]));
      const char *copy = other.failed ? NULL : xy__builder_string(builder, other.data);
      xy__text_dispose(&other);
      *anti = h == 0;
      return copy;
    }
  }
  return NULL;
}

static bool tells(const xy__source *source) {
  line first;
  const char *end = memchr(source->text, '\n', source->bytes);
  return parse(&first, source->text, end != NULL ? (size_t)(end - source->text) : source->bytes) == NULL;
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  const char *name = xy__file_name(source->name);
  bool anti = false;
  const char *twin = twin_of(builder, name, &anti);
  if (twin == NULL) {
    return xy__fail(err, XY_ERR_FORMAT,
                    "%s: expected a file name with 'pro' or 'anti' in it, as published: the other half is looked for "
                    "under the other name",
                    source->name);
  }
  xy__source halves[HALVES];
  char *text = NULL;
  halves[anti] = *source;
  int rc = xy__read_beside(&text, &halves[!anti], builder, source, twin, "the other half of the benchmark", err);
  if (rc != XY_OK) return rc;
  reader r = {.builder = builder,
              .faults = {.name = halves[0].name, .err = err},
              .type = strstr(name, "type1") != NULL   ? "type1"
                      : strstr(name, "type2") != NULL ? "type2"
                                                      : "untyped"};
  read_lines(&r, halves);
  rc = xy__faults_end(&r.faults);
  if (rc == XY_OK && builder->bench->n == 0) {
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: expected lines such as '%s', found none", source->name, example);
  }
  if (r.n_mended > 0) {
    xy__builder_note(builder,
                     "%zu lines whose halves differ in more than the pronoun: both sides have the sentence of the "
                     "anti-stereotyped half, each with its own pronoun: %s",
                     r.n_mended, r.mended.failed ? "" : r.mended.data);
  }
  if (r.n_flawed > 0) {
    xy__builder_note(builder,
                     "%zu lines left out, since their halves differ in more than the pronoun, and which bracket holds "
                     "it cannot be told: %s",
                     r.n_flawed, r.flawed.failed ? "" : r.flawed.data);
  }
  xy__text_dispose(&r.mended);
  xy__text_dispose(&r.flawed);
  free(text);
  if (rc != XY_OK || builder->failed) return rc;
  const xy__published facts = {
      .name = strcmp(r.type, "type1") == 0   ? "winobias-type1"
              : strcmp(r.type, "type2") == 0 ? "winobias-type2"
                                             : "winobias",
      .task = "coref",
      .axis = "binary-gender",
      .summary = "WinoBias: pronouns that agree with an occupation's stereotype, or do not (Zhao et al. 2018)",
      .harm =
          "A preference for the target means that the model finds sentences likelier in which a pronoun agrees with "
          "the stereotype of the occupation that it stands for."};
  xy__builder_published(builder, &facts);
  return XY_OK;
}

const xy__reader xy__reader_winobias = {
    .name = "winobias", .what = "WinoBias' pro or anti file of a type", .read = read, .tells = tells};
