/* WinoBias (Zhao et al. 2018) as published: two files of a type, whose lines differ in the gender of a pronoun,
 *
 *   1 [The developer] argued with the designer because [he] did not like the design.
 *
 * one with the pronoun that the occupation's stereotype expects (its name holds "pro"), one with the other ("anti"). An
 * item has both: option 0 as the stereotype has it, option 1 against it. Its occupation is the one in brackets; its
 * theme the type, by the file's name: in type 1 the sentence must be understood, in type 2 its grammar decides. Lines
 * come in twos about the same two occupations, and those are a cluster. Where a slip left the halves different beyond
 * the pronoun (20 of the 1,584 published lines), halves.c says which of them reads well, or the line is left out.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "bench/published/beside.h"
#include "bench/published/halves.h"
#include "bench/published/marked.h"
#include "bench/texts.h"

enum { SPANS = 8, HALVES = XY__HALVES };

typedef struct line {
  long number;
  char text[XY__HALF_BYTES]; /* without brackets */
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
      if (out->text[n - 1] == ' ') return "white space at the end of a bracket";
      out->end[out->n++] = n;
    } else if (*c != ' ' || !open || n == 0 || out->text[n - 1] != ' ') { /* "the [ physician]" */
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
  xy__file_rows *rows;
  const char *type;
} reader;

/* The occupation in brackets: "[The developer]" → "developer"; "" where no bracket holds one. */
static void occupation_of(char out[128], const line *l) {
  static const char *const pronouns[] = {"he", "she", "him", "her", "his", "hers", "himself", "herself"};
  out[0] = '\0';
  for (size_t k = 0; k < l->n && out[0] == '\0'; k++) {
    const char *name = l->text + l->start[k];
    size_t n = l->end[k] - l->start[k];
    const char *space = memchr(name, ' ', n);
    size_t article = space != NULL && space - name <= 3 ? (size_t)(space - name) + 1 : 0;
    snprintf(out, 128, "%.*s", (int)(n - article), name + article);
    for (char *c = out; *c != '\0'; c++) *c = (char)tolower((unsigned char)*c);
    for (size_t p = 0; p < sizeof pronouns / sizeof *pronouns; p++) {
      if (strcmp(out, pronouns[p]) == 0) out[0] = '\0';
    }
  }
}

static void make_item(reader *r, const line sides[HALVES], const xy__halves *halves, const char *occupation) {
  xy__marked marked[HALVES];
  for (int i = 0; i < HALVES; i++) marked[i] = (xy__marked){halves->text[i], halves->start[i], halves->end[i]};
  xy__item *item = xy__sentences_add(r->builder, marked, HALVES);
  if (item == NULL) return;
  char name[128];
  snprintf(name, sizeof name, "%s/%ld", r->type, sides[0].number);
  item->id = xy__builder_string(r->builder, name);
  snprintf(name, sizeof name, "%s/lines-%ld", r->type, (sides[0].number - 1) / 2 * 2 + 1);
  xy__label_set(r->builder, &item->cluster, XY__CLUSTERS, name);
  xy__label_set(r->builder, &item->theme, XY__THEMES, r->type);
  xy__label_set(r->builder, &item->identity, XY__IDENTITIES, occupation);
  xy__label_set(r->builder, &item->options[0].label, XY__OPTION_LABELS, "pro");
  xy__label_set(r->builder, &item->options[1].label, XY__OPTION_LABELS, "anti");
}

/* Whether the two lines are sentences that can be one item; else the row is left out. */
static bool check_lines(reader *r, int at, const line sides[HALVES], char occupation[HALVES][128]) {
  xy__row_text texts[HALVES] = {{"the pro half", sides[0].text}, {"the anti half", sides[1].text}};
  if (!xy__texts_check(r->rows, at, XY__SIDES, NULL, texts, HALVES)) return false;
  for (int i = 0; i < HALVES; i++) {
    occupation_of(occupation[i], &sides[i]);
    if (occupation[i][0] != '\0') continue;
    xy__row_out(r->rows, at, "expected an occupation in brackets, as in '%s'", example);
    return false;
  }
  return true;
}

static void add_item(reader *r, int at, const line sides[HALVES]) {
  char occupation[HALVES][128];
  if (!check_lines(r, at, sides, occupation)) return;
  xy__halves halves;
  xy__halves_code code = xy__halves_join(&halves, (const char *const[]){sides[0].text, sides[1].text});
  if (code == XY__HALVES_JOINED && strcmp(occupation[0], occupation[1]) != 0) code = XY__HALVES_APART;
  if (code == XY__HALVES_NO_PRONOUN) xy__row_out(r->rows, at, "no pronoun differs between its halves");
  if (code == XY__HALVES_APART || code == XY__HALVES_EQUAL) {
    xy__row_out(r->rows, at,
                "its halves are different sentences, or differ in more than the pronoun and it cannot be told which of "
                "them reads well");
  }
  if (code != XY__HALVES_JOINED) return;
  if (halves.mended) {
    xy__row_noticed(r->rows, at,
                    "the halves differ in more than the pronoun: both sides have the sentence of the %s half, which "
                    "reads well, each with its own pronoun",
                    halves.base == 0 ? "pro" : "anti");
  }
  make_item(r, sides, &halves, occupation[halves.base]);
}

/* A half in hand: its next line that is not empty. */
typedef struct half {
  xy__source source;
  size_t at;
  int number;  /* of the line in the file */
  bool filled; /* `line` was read and not yet used */
  line line;
  const char *problem; /* of the line; NULL: none */
} half;

/* False at the end. */
static bool fill(half *h) {
  while (!h->filled && h->at < h->source.bytes) {
    const char *text = h->source.text + h->at;
    const char *stop = memchr(text, '\n', h->source.bytes - h->at);
    size_t bytes = stop != NULL ? (size_t)(stop - text) : h->source.bytes - h->at;
    h->at += bytes + (stop != NULL);
    h->number++;
    if (xy__rstrip(text, bytes) == 0) continue;
    h->problem = memchr(text, '\0', bytes) != NULL     ? "a zero byte; expected text"
                 : xy__utf8_check(text, bytes) < bytes ? "not valid UTF-8"
                                                       : parse(&h->line, text, bytes);
    h->filled = true;
  }
  return h->filled;
}

static void leave_out(reader *r, const half *h, const char *what, const char *more) {
  r->rows->faults.name = h->source.name;
  xy__row_out(r->rows, h->number, "%s%s (in '%s')", what, more, xy__file_name(h->source.name));
}

/* The half whose line has none to stand against: a line is missing in the other, or cannot be told from its number. A
 * number far off is a slip in one half, and both lines are left out. HALVES: they belong together. */
static int alone(const half halves[HALVES], const bool there[HALVES]) {
  enum { NEAR = 8 };
  long numbers[HALVES] = {halves[0].line.number, halves[1].line.number};
  if (!there[0] || !there[1]) return there[0] ? 0 : 1;
  for (int i = 0; i < HALVES; i++) {
    if (numbers[i] < 1) return HALVES;
    if (numbers[i] < numbers[!i] && numbers[!i] - numbers[i] <= NEAR) return i;
  }
  return HALVES;
}

static void read_lines(reader *r, half halves[HALVES]) {
  for (;;) {
    bool there[HALVES] = {fill(&halves[0]), fill(&halves[1])};
    if (!there[0] && !there[1]) return;
    xy__row(r->rows);
    int one = alone(halves, there);
    r->rows->number = halves[one < HALVES ? one : 0].line.number;
    if (one < HALVES) {
      const char *other = xy__file_name(halves[!one].source.name);
      leave_out(r, &halves[one], "its line is missing in ", other);
      halves[one].filled = false;
      continue;
    }
    for (int i = 0; i < HALVES; i++) {
      if (halves[i].problem != NULL) leave_out(r, &halves[i], halves[i].problem, "");
      halves[i].filled = false;
    }
    r->rows->faults.name = halves[0].source.name;
    if (!r->rows->is_left_out && halves[0].line.number != halves[1].line.number) {
      xy__row_out(r->rows, halves[0].number, "expected line %ld in both files, found %ld in the other",
                  halves[0].line.number, halves[1].line.number);
    }
    const line sides[HALVES] = {halves[0].line, halves[1].line};
    if (!r->rows->is_left_out) add_item(r, halves[0].number, sides);
  }
}

/* The name of the other half: "pro" for "anti" or the other way round, where it stands as a word or before "_". */
static const char *twin_of(xy__builder *builder, const char *name, bool *anti) {
  static const char *const halves[] = {"anti", "pro"};
  for (int h = 0; h < 2; h++) {
    for (const char *at = strstr(name, halves[h]); at != NULL; at = strstr(at + 1, halves[h])) {
      if (at > name && isalpha((unsigned char)at[-1])) continue;
      if (isalpha((unsigned char)at[strlen(halves[h])])) continue;
      *anti = h == 0;
      return xy__name_exchanged(builder, name, at, strlen(halves[h]), halves[!h]);
    }
  }
  return NULL;
}

/* A number, a space, and a bracket: what is wrong further on is told as a fault of the line. */
static bool tells(const xy__source *source) {
  const char *end = memchr(source->text, '\n', source->bytes);
  size_t bytes = end != NULL ? (size_t)(end - source->text) : source->bytes;
  size_t digits = 0;
  while (digits < bytes && isdigit((unsigned char)source->text[digits])) digits++;
  return digits > 0 && digits < bytes && source->text[digits] == ' ' && memchr(source->text, '[', bytes) != NULL;
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
  half *halves = xy__array(HALVES, sizeof *halves);
  char *text = NULL;
  if (halves == NULL) return xy__fail_memory(err, source->name);
  halves[anti].source = *source;
  int rc = xy__read_beside(&text, &halves[!anti].source, builder, source, twin, "the other half of the benchmark", err);
  reader r = {.builder = builder,
              .rows = &builder->rows,
              .type = strstr(name, "type1") != NULL   ? "type1"
                      : strstr(name, "type2") != NULL ? "type2"
                                                      : "untyped"};
  if (rc == XY_OK) read_lines(&r, halves);
  builder->rows.faults.name = source->name;
  free(halves);
  free(text);
  if (rc != XY_OK || builder->failed) return rc;
  if (builder->rows.n == 0) {
    return xy__fail(err, XY_ERR_FORMAT, "%s: expected lines such as '%s', found none", source->name, example);
  }
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
