/* A text as VADER sees it: emojis become their descriptions, white space parts words, and punctuation around a word
 * goes unless no more than two characters would be left, which are then an emoticon. Letters are as Python 3.11 has
 * them.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/memory.h"
#include "judge/vader.h"
#include "tokenizer/unicode.h"

/* An emoji is set apart from what stands before it, and not from what follows: so does the package. */
static void replace_emojis(xy__text *out, const xy__vader_lexicon *lexicon, const char *text, size_t n) {
  bool after_space = true;
  for (size_t i = 0, bytes; i < n; i += bytes) {
    xy__utf8_decode(text + i, n - i, &bytes);
    int64_t found;
    if (bytes > 1 && xy__map_get(&lexicon->emojis, text + i, bytes, &found)) {
      if (!after_space) xy__text_add(out, " ");
      xy__text_add(out, lexicon->descriptions[found]);
      after_space = false;
    } else {
      xy__text_add_bytes(out, text + i, bytes);
      after_space = text[i] == ' ';
    }
  }
}

/* Length of the white space that text[0..n) begins with. */
static size_t blank(const char *text, size_t n) {
  size_t i = 0, bytes;
  while (i < n && xy__is_space(xy__utf8_decode(text + i, n - i, &bytes))) i += bytes;
  return i;
}

static size_t word_length(const char *text, size_t n) {
  size_t i = 0, bytes;
  while (i < n && !xy__is_space(xy__utf8_decode(text + i, n - i, &bytes))) i += bytes;
  return i;
}

static bool is_punctuation(char c) { return (unsigned char)c < 0x80 && ispunct((unsigned char)c); }

static void strip(xy__vader_word *word, const char *text) {
  size_t first = word->at, last = word->at + word->bytes;
  while (first < last && is_punctuation(text[first])) first++;
  while (last > first && is_punctuation(text[last - 1])) last--;
  if (xy__utf8_count(text + first, last - first) <= 2) return;
  word->at = first;
  word->bytes = last - first;
}

/* ---- capitals -------------------------------------------------------------------------------------------- */

/* What is upper or lower case without being a letter of that category (Unicode's Other_Uppercase, Other_Lowercase). */
static const int32_t more_upper[][2] = {
    {0x2160, 0x216F}, {0x24B6, 0x24CF}, {0x1F130, 0x1F149}, {0x1F150, 0x1F169}, {0x1F170, 0x1F189}};
static const int32_t more_lower[][2] = {
    {0xAA, 0xAA},     {0xBA, 0xBA},     {0x2B0, 0x2B8},     {0x2C0, 0x2C1},     {0x2E0, 0x2E4},     {0x345, 0x345},
    {0x37A, 0x37A},   {0x1D2C, 0x1D6A}, {0x1D78, 0x1D78},   {0x1D9B, 0x1DBF},   {0x2071, 0x2071},   {0x207F, 0x207F},
    {0x2090, 0x209C}, {0x2170, 0x217F}, {0x24D0, 0x24E9},   {0x2C7C, 0x2C7D},   {0xA69C, 0xA69D},   {0xA770, 0xA770},
    {0xA7F8, 0xA7F9}, {0xAB5C, 0xAB5F}, {0x10780, 0x10780}, {0x10783, 0x10785}, {0x10787, 0x107B0}, {0x107B2, 0x107BA}};

static bool within(const int32_t (*ranges)[2], size_t n, int32_t c) {
  size_t i = 0;
  while (i < n && (c < ranges[i][0] || c > ranges[i][1])) i++;
  return i < n;
}

/* Python's str.isupper: a letter in upper case, and none in lower or title case. */
static bool is_upper(const char *text, size_t n) {
  bool found = false;
  for (size_t i = 0, bytes; i < n; i += bytes) {
    int32_t c = xy__utf8_decode(text + i, n - i, &bytes);
    utf8proc_category_t category = utf8proc_category(c);
    if (category == UTF8PROC_CATEGORY_LL || category == UTF8PROC_CATEGORY_LT) return false;
    if (c >= 0x80 && within(more_lower, sizeof more_lower / sizeof *more_lower, c)) return false;
    found = found || category == UTF8PROC_CATEGORY_LU ||
            (c >= 0x80 && within(more_upper, sizeof more_upper / sizeof *more_upper, c));
  }
  return found;
}

/* ---- words ------------------------------------------------------------------------------------------------ */

static bool add_word(xy__vader_text *t, size_t at, size_t bytes) {
  size_t before = t->capacity;
  if (!xy__grow(&t->words, &t->capacity, t->n, sizeof *t->words)) return false;
  if (t->capacity != before) {
    free(t->valences);
    t->valences = xy__array(t->capacity, sizeof *t->valences);
    if (t->valences == NULL) {
      t->capacity = 0; /* so that the next text asks again */
      return false;
    }
  }
  t->words[t->n++] = (xy__vader_word){.at = at, .bytes = bytes};
  return true;
}

static bool split(xy__vader_text *t) {
  const char *text = t->text.data;
  size_t n = xy__rstrip(text, t->text.size);
  for (size_t i = blank(text, n); i < n; i += blank(text + i, n - i)) {
    size_t bytes = word_length(text + i, n - i);
    if (!add_word(t, i, bytes)) return false;
    strip(&t->words[t->n - 1], text);
    i += bytes;
  }
  return true;
}

/* Words in lower case, one behind the other, each with a final 0. */
static bool lower_words(xy__vader_text *t) {
  for (size_t i = 0; i < t->n; i++) {
    xy__vader_word *word = &t->words[i];
    size_t at = t->lower.size;
    xy__lower_case(&t->lower, t->text.data + word->at, word->bytes);
    word->lower_bytes = t->lower.size - at;
    xy__text_add_bytes(&t->lower, "", 1);
  }
  const char *at = t->lower.data;
  for (size_t i = 0; i < t->n && !t->lower.failed; i++) {
    t->words[i].lower = at;
    at += t->words[i].lower_bytes + 1;
  }
  return !t->lower.failed;
}

static void look_up(xy__vader_word *word, const xy__vader_lexicon *lexicon) {
  int64_t found;
  word->known = xy__map_get(&lexicon->words, word->lower, word->lower_bytes, &found);
  if (word->known) word->valence = lexicon->valences[found];
  xy__vader_rules_of(word, lexicon);
}

bool xy__vader_split(xy__vader_text *out, const xy__vader_lexicon *lexicon, const char *text, size_t n) {
  xy__text_clear(&out->text);
  xy__text_clear(&out->lower);
  out->n = 0;
  xy__text_add(&out->text, ""); /* not NULL where `text` is empty */
  replace_emojis(&out->text, lexicon, text, n);
  if (out->text.failed || !split(out) || !lower_words(out)) return false;
  size_t upper = 0;
  for (size_t i = 0; i < out->n; i++) {
    xy__vader_word *word = &out->words[i];
    word->upper = is_upper(out->text.data + word->at, word->bytes);
    upper += word->upper;
    look_up(word, lexicon);
  }
  out->differs = upper > 0 && upper < out->n;
  return true;
}
