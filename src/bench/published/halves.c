/* See halves.h. Both texts are compared word by word from either end, with pronouns of the same place in a sentence
 * (he and she, his and her) taken as equal. What is left in the middle is more than the pronoun; then one half is
 * chosen, and both sides are made of its sentence. A sentence that nobody published is never put together of both.
 */
#include "bench/published/halves.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { MOST_WORDS = 256, SUBJECT = 0 };

/* Pronouns of a place: those of men, those of women. */
static const char *const pronouns[][2] = {
    {"he", "she"}, {"him", "her"}, {"his", "her"}, {"his", "hers"}, {"himself", "herself"}};
enum { PRONOUNS = sizeof pronouns / sizeof *pronouns };

/* Slips of the published lines: the words in which the halves differ, with one word on either side ('*': a pronoun),
 * as they stand in the half that reads well, and in the other. A sentence with a noun that has a gender does not read
 * well with the other pronoun. */
static const char *const slips[][2] = {
    {"* to pay", "* pay"},
    {"* to stop", "* stop"},
    {"* for tips", "* to tips"},
    {"to win the", "to won the"},
    {"guard cared about", "guard card about"},
    {"greeted the", "greeted with the"},
    {"* newspapers every", "* newspaper every"},
    {"because there", "because * there"},
    {"needed one .", "needed a desk ."}, /* both do */
    {"was rude .", "was careless ."},    /* both do */
    {"is generous .", "is a generous man ."},
    {"calls .", "calls by * every day ."}, /* "himself" in both halves */
};
enum { SLIPS = sizeof slips / sizeof *slips };

typedef struct words {
  const char *text;
  size_t n;
  size_t start[MOST_WORDS], end[MOST_WORDS];
} words;

/* ---- words ---- */

static bool joins(char c) { return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || c == '\'' || c == '-'; }

/* Runs of letters, and every other mark by itself. False: too many. */
static bool split(words *out, const char *text) {
  *out = (words){.text = text};
  for (size_t at = 0; text[at] != '\0';) {
    if (text[at] == ' ') {
      at++;
      continue;
    }
    if (out->n == MOST_WORDS) return false;
    out->start[out->n] = at;
    while (joins(text[at])) at++;
    if (at == out->start[out->n]) at++;
    out->end[out->n++] = at;
  }
  return true;
}

static size_t length(const words *w, size_t i) { return w->end[i] - w->start[i]; }

static bool is_word(const words *w, size_t i, const char *word) {
  return strlen(word) == length(w, i) && strncasecmp(w->text + w->start[i], word, length(w, i)) == 0;
}

static bool is_same(const words *a, size_t i, const words *b, size_t k) {
  return length(a, i) == length(b, k) && memcmp(a->text + a->start[i], b->text + b->start[k], length(a, i)) == 0;
}

static bool is_pronoun(const words *w, size_t i) {
  for (size_t p = 0; p < PRONOUNS; p++) {
    if (is_word(w, i, pronouns[p][0]) || is_word(w, i, pronouns[p][1])) return true;
  }
  return false;
}

static bool is_article(const words *w, size_t i) {
  return is_word(w, i, "a") || is_word(w, i, "an") || is_word(w, i, "the");
}

/* Pronouns of one place, and of different genders. */
static bool differ_in_gender(const words *a, size_t i, const words *b, size_t k) {
  for (size_t p = 0; p < PRONOUNS; p++) {
    for (int g = 0; g < 2; g++) {
      if (is_word(a, i, pronouns[p][g]) && is_word(b, k, pronouns[p][!g])) return true;
    }
  }
  return false;
}

static bool agree(const words *a, size_t i, const words *b, size_t k) {
  return is_same(a, i, b, k) || differ_in_gender(a, i, b, k);
}

/* ---- which half reads well ---- */

/* What stands between the words that both halves have at their start and at their end. */
typedef struct middle {
  size_t from, to[XY__HALVES]; /* words from..to of each half */
} middle;

static middle compare(const words w[XY__HALVES]) {
  size_t least = w[0].n < w[1].n ? w[0].n : w[1].n;
  size_t prefix = 0, suffix = 0;
  while (prefix < least && agree(&w[0], prefix, &w[1], prefix)) prefix++;
  while (suffix < least - prefix && agree(&w[0], w[0].n - 1 - suffix, &w[1], w[1].n - 1 - suffix)) suffix++;
  return (middle){prefix, {w[0].n - suffix, w[1].n - suffix}};
}

/* "the the", "she he", "of she": no English sentence has them. */
static bool stumbles(const words *w) {
  for (size_t i = 1; i < w->n; i++) {
    bool subject = is_word(w, i, pronouns[SUBJECT][0]) || is_word(w, i, pronouns[SUBJECT][1]);
    if (is_article(w, i) && is_article(w, i - 1)) return true;
    if (subject && (is_pronoun(w, i - 1) || is_word(w, i - 1, "of"))) return true;
  }
  return false;
}

/* Whether the words around and in the middle are those of a slip. */
static bool has_words(const words *w, size_t from, size_t to, const char *slip) {
  size_t i = from > 0 ? from - 1 : 0;
  size_t end = to < w->n ? to + 1 : to;
  for (; i < end && *slip != '\0'; i++) {
    size_t n = strcspn(slip, " ");
    bool same = n == 1 && *slip == '*' ? is_pronoun(w, i)
                                       : n == length(w, i) && strncasecmp(w->text + w->start[i], slip, n) == 0;
    if (!same) return false;
    slip += n + (slip[n] == ' ');
  }
  return i == end && *slip == '\0';
}

/* The half that reads well; -1 where that cannot be told. */
static int choose(const words w[XY__HALVES], const middle *m) {
  bool bad[XY__HALVES] = {stumbles(&w[0]), stumbles(&w[1])};
  if (bad[0] != bad[1]) return bad[0];
  for (size_t s = 0; s < SLIPS; s++) {
    for (int h = 0; h < XY__HALVES; h++) {
      if (has_words(&w[h], m->from, m->to[h], slips[s][0]) && has_words(&w[!h], m->from, m->to[!h], slips[s][1])) {
        return h;
      }
    }
  }
  bool articles = true; /* "hired an assistant" and "hired the assistant" both read well */
  for (int h = 0; h < XY__HALVES; h++) articles = articles && m->to[h] == m->from + 1 && is_article(&w[h], m->from);
  return articles ? 0 : -1;
}

/* ---- joining ---- */

/* The word of half h in the place of the base's word i, which is not in the middle. */
static size_t place(const middle *m, int base, size_t i, int h) { return i < m->from ? i : i - m->to[base] + m->to[h]; }

/* Whether the base's word i is a pronoun that differs. */
static bool is_exchanged(const words w[XY__HALVES], const middle *m, int base, size_t i) {
  if (i >= m->from && i < m->to[base]) return false;
  return differ_in_gender(&w[0], place(m, base, i, 0), &w[1], place(m, base, i, 1));
}

/* The base's sentence with the pronouns of half h; false where it is too long. */
static bool write_half(xy__halves *out, int h, const words w[XY__HALVES], const middle *m) {
  const words *base = &w[out->base];
  size_t n = 0;
  size_t at = 0; /* of the base's text */
  for (size_t i = 0; i < base->n; i++) {
    bool exchanged = is_exchanged(w, m, out->base, i);
    const words *from = exchanged ? &w[h] : base;
    size_t k = exchanged ? place(m, out->base, i, h) : i;
    size_t gap = base->start[i] - at;
    if (n + gap + length(from, k) >= XY__HALF_BYTES) return false;
    memcpy(out->text[h] + n, base->text + at, gap);
    memcpy(out->text[h] + n + gap, from->text + from->start[k], length(from, k));
    n += gap + length(from, k);
    at = base->end[i];
    if (!exchanged || out->end[h] > 0) continue;
    out->start[h] = n - length(from, k);
    out->end[h] = n;
  }
  out->text[h][n] = '\0';
  return true;
}

/* Whether the pronouns in the middle are all of one gender: "demanded he pay" and "demanded her pay" differ. */
static bool have_one_gender(const words w[XY__HALVES], const middle *m) {
  bool found[2] = {false};
  for (int h = 0; h < XY__HALVES; h++) {
    for (size_t i = m->from; i < m->to[h]; i++) {
      for (size_t p = 0; p < PRONOUNS; p++) {
        for (int g = 0; g < 2; g++) found[g] = found[g] || is_word(&w[h], i, pronouns[p][g]);
      }
    }
  }
  return !found[0] || !found[1];
}

xy__halves_code xy__halves_join(xy__halves *out, const char *const texts[XY__HALVES]) {
  words w[XY__HALVES];
  if (strcmp(texts[0], texts[1]) == 0) return XY__HALVES_EQUAL;
  if (!split(&w[0], texts[0]) || !split(&w[1], texts[1])) return XY__HALVES_APART;
  middle m = compare(w);
  *out = (xy__halves){.mended = m.to[0] > m.from || m.to[1] > m.from};
  if (out->mended) out->base = choose(w, &m);
  bool differs = false;
  for (size_t i = 0; i < w[0].n; i++) differs = differs || is_exchanged(w, &m, 0, i);
  if (!differs) return have_one_gender(w, &m) ? XY__HALVES_NO_PRONOUN : XY__HALVES_APART;
  if (out->base < 0) return XY__HALVES_APART;
  for (size_t i = m.from; i < m.to[out->base]; i++) {
    if (is_pronoun(&w[out->base], i)) return XY__HALVES_APART;
  }
  return write_half(out, 0, w, &m) && write_half(out, 1, w, &m) ? XY__HALVES_JOINED : XY__HALVES_APART;
}
