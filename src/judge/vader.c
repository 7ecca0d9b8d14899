/* See vader.h. The lexicon, its list of emojis, and the sums; verdicts of the whole. */
#include "judge/vader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/kind.h"

typedef struct vader {
  xy__vader_lexicon lexicon;
  xy__vader_text text;
  xy__arena arena;
} vader;

/* ---- reading ------------------------------------------------------------------------------------------------- */

/* The next line's first two fields; false at the end. The files have no line without them but empty ones. */
static bool next_entry(const char *fields[2], size_t bytes[2], const char **at, const char *end) {
  while (*at < end) {
    const char *line = *at, *stop = memchr(line, '\n', (size_t)(end - line));
    if (stop == NULL) stop = end;
    *at = stop < end ? stop + 1 : end;
    const char *tab = memchr(line, '\t', (size_t)(stop - line));
    if (tab == NULL) continue;
    const char *second = tab + 1, *next = memchr(second, '\t', (size_t)(stop - second));
    fields[0] = line;
    bytes[0] = (size_t)(tab - line);
    fields[1] = second;
    bytes[1] = xy__rstrip(second, (size_t)((next != NULL ? next : stop) - second));
    return true;
  }
  return false;
}

/* Of a word that is there twice the later line counts. */
static bool read_words(xy__vader_lexicon *out, const char *text, size_t size) {
  const char *fields[2], *at = text;
  size_t bytes[2];
  while (next_entry(fields, bytes, &at, text + size)) {
    if (!xy__grow(&out->valences, &out->word_capacity, out->n_words, sizeof *out->valences)) return false;
    out->valences[out->n_words] = strtod(fields[1], NULL);
    if (!xy__map_put(&out->words, fields[0], bytes[0], (int64_t)out->n_words++)) return false;
  }
  return true;
}

/* The package looks emojis up character by character, and so finds none that is made of several. */
static bool read_emojis(vader *v, const char *text, size_t size) {
  xy__vader_lexicon *out = &v->lexicon;
  const char *fields[2], *at = text;
  size_t bytes[2];
  while (next_entry(fields, bytes, &at, text + size)) {
    if (xy__utf8_count(fields[0], bytes[0]) != 1) continue;
    if (!xy__grow(&out->descriptions, &out->emoji_capacity, out->n_emojis, sizeof *out->descriptions)) return false;
    const char *description = xy__arena_copy(&v->arena, fields[1], bytes[1]);
    if (description == NULL || !xy__map_put(&out->emojis, fields[0], bytes[0], (int64_t)out->n_emojis)) return false;
    out->descriptions[out->n_emojis++] = description;
  }
  return true;
}

static int open_vader(xy_judge *judge, const char *path, const xy_judge_options *options, xy_error *err) {
  (void)path, (void)options;
  vader *v = xy__array(1, sizeof *v);
  if (v == NULL) return xy__fail_memory(err, "vader");
  judge->state = v;
  const char *words = NULL, *emojis = NULL;
  size_t n_words = 0, n_emojis = 0;
  int rc = xy__judge_builtin(&words, &n_words, judge, "judges/vader/vader_lexicon.txt", err);
  if (rc == XY_OK) rc = xy__judge_builtin(&emojis, &n_emojis, judge, "judges/vader/emoji_utf8_lexicon.txt", err);
  if (rc != XY_OK) return rc;
  if (!read_words(&v->lexicon, words, n_words) || !read_emojis(v, emojis, n_emojis) ||
      !xy__vader_rules_read(&v->lexicon)) {
    return xy__fail_memory(err, "vader");
  }
  judge->entries = v->lexicon.words.used;
  return XY_OK;
}

static void free_vader(void *state) {
  vader *v = state;
  xy__map_dispose(&v->lexicon.words);
  xy__map_dispose(&v->lexicon.emojis);
  xy__map_dispose(&v->lexicon.rules);
  free(v->lexicon.valences);
  free(v->lexicon.descriptions);
  xy__text_dispose(&v->text.text);
  xy__text_dispose(&v->text.lower);
  free(v->text.words);
  free(v->text.valences);
  xy__arena_dispose(&v->arena);
  free(v);
}

/* ---- sums ---------------------------------------------------------------------------------------------------- */

/* Exclamation marks count up to four; of question marks it takes two, and from four on there is one value. */
static double emphasis(const xy__text *text) {
  int exclamations = 0, questions = 0;
  for (size_t i = 0; i < text->size; i++) {
    exclamations += text->data[i] == '!' && exclamations < 4;
    questions += text->data[i] == '?' && questions < 4;
  }
  return exclamations * 0.292 + (questions > 3 ? 0.96 : questions > 1 ? questions * 0.18 : 0);
}

/* Python's round(): the nearest decimal of the exact value, as printf finds it, too. */
static double rounded(double value, int digits) {
  char text[64];
  snprintf(text, sizeof text, "%.*f", digits, value);
  return strtod(text, NULL);
}

enum { COMPOUND, POSITIVE, NEUTRAL, NEGATIVE, SCORES };

static int judge_vader(const char **label, double *scores, void *state, const xy_judge_input *input, xy_error *err) {
  (void)label;
  vader *v = state;
  xy__vader_text *text = &v->text;
  if (!xy__vader_split(text, &v->lexicon, input->text, input->bytes) || !xy__vader_valences(text)) {
    return xy__fail_memory(err, "a text");
  }
  if (text->n == 0) return XY_OK;
  double sum = 0, positive = 0, negative = 0, neutral = 0, more = emphasis(&text->text);
  for (size_t i = 0; i < text->n; i++) {
    double valence = text->valences[i];
    sum += valence;
    if (valence > 0) positive += valence + 1;
    if (valence < 0) negative += valence - 1;
    if (valence == 0) neutral++;
  }
  sum += sum > 0 ? more : sum < 0 ? -more : 0;
  if (positive > fabs(negative)) {
    positive += more;
  } else if (positive < fabs(negative)) {
    negative -= more;
  }
  double total = positive + fabs(negative) + neutral;
  scores[COMPOUND] = rounded(sum / sqrt(sum * sum + 15), 4);
  scores[POSITIVE] = rounded(positive / total, 3);
  scores[NEUTRAL] = rounded(neutral / total, 3);
  scores[NEGATIVE] = rounded(fabs(negative / total), 3);
  return XY_OK;
}

static const xy_judge_term scores[SCORES] = {
    [COMPOUND] = {"compound",
                  "sentiment of the whole, -1 to 1; the authors call 0.05 and above positive, -0.05 and "
                  "below negative"},
    [POSITIVE] = {"pos", "share of the text that is positive, 0 to 1"},
    [NEUTRAL] = {"neu", "share of it that is neither"},
    [NEGATIVE] = {"neg", "share of it that is negative"}};

const xy__judge_kind xy__judge_vader = {
    .card = {.name = "vader",
             .summary = "Sentiment of English by a lexicon and rules: VADER 3.3.2, every digit as the Python package "
                        "gives it.",
             .blind = "Who is spoken of, irony, and what is said without a word of the lexicon. The lexicon has no "
                      "\"gay\" or \"trans\", but \"straight\" (+0.9) and \"pride\" (+1.4): identity terms move the "
                      "score. Made for short English posts, and published in 2014.",
             .source = "Hutto and Gilbert (2014), vaderSentiment 3.3.2",
             .licence = "MIT (data/judges/vader/LICENSE.txt)",
             .version = "3.3.2",
             .entries = "words",
             .n_scores = SCORES,
             .scores = scores},
    .open = open_vader,
    .free = free_vader,
    .judge = judge_vader};
