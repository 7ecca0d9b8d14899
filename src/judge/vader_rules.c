/* VADER's rules, in the package's own order: a word's valence from the lexicon, changed by capitals, by up to three
 * words before it, by idioms, by "least", and by a "but". */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "judge/vader.h"

static const double boost = 0.293, capitals = 0.733, negation = -0.74;

/* ---- words of the rules ------------------------------------------------------------------------------------ */

static const char *const negations[] = {
    "aint",    "arent",    "cannot",  "cant",    "couldnt", "darent",   "didnt",   "doesnt",    "ain't",    "aren't",
    "can't",   "couldn't", "daren't", "didn't",  "doesn't", "dont",     "hadnt",   "hasnt",     "havent",   "isnt",
    "mightnt", "mustnt",   "neither", "don't",   "hadn't",  "hasn't",   "haven't", "isn't",     "mightn't", "mustn't",
    "neednt",  "needn't",  "never",   "none",    "nope",    "nor",      "not",     "nothing",   "nowhere",  "oughtnt",
    "shant",   "shouldnt", "uhuh",    "wasnt",   "werent",  "oughtn't", "shan't",  "shouldn't", "uh-uh",    "wasn't",
    "weren't", "without",  "wont",    "wouldnt", "won't",   "wouldn't", "rarely",  "seldom",    "despite",  NULL};

static const char *const boosters[] = {"absolutely",
                                       "amazingly",
                                       "awfully",
                                       "completely",
                                       "considerable",
                                       "considerably",
                                       "decidedly",
                                       "deeply",
                                       "effing",
                                       "enormous",
                                       "enormously",
                                       "entirely",
                                       "especially",
                                       "exceptional",
                                       "exceptionally",
                                       "extreme",
                                       "extremely",
                                       "fabulously",
                                       "flipping",
                                       "flippin",
                                       "frackin",
                                       "fracking",
                                       "fricking",
                                       "frickin",
                                       "frigging",
                                       "friggin",
                                       "fully",
                                       "fuckin",
                                       "fucking",
                                       "fuggin",
                                       "fugging",
                                       "greatly",
                                       "hella",
                                       "highly",
                                       "hugely",
                                       "incredible",
                                       "incredibly",
                                       "intensely",
                                       "major",
                                       "majorly",
                                       "more",
                                       "most",
                                       "particularly",
                                       "purely",
                                       "quite",
                                       "really",
                                       "remarkably",
                                       "so",
                                       "substantially",
                                       "thoroughly",
                                       "total",
                                       "totally",
                                       "tremendous",
                                       "tremendously",
                                       "uber",
                                       "unbelievably",
                                       "unusually",
                                       "utter",
                                       "utterly",
                                       "very",
                                       NULL};

static const char *const dampeners[] = {"almost", "barely", "hardly",   "kinda",      "kindof",     "kind-of",
                                        "less",   "little", "marginal", "marginally", "occasional", "occasionally",
                                        "partly", "scarce", "scarcely", "slight",     "slightly",   "somewhat",
                                        "sorta",  "sortof", "sort-of",  NULL};

/* Dampeners of two words. */
static const char *const dampening_pairs[][2] = {{"just", "enough"}, {"kind", "of"}, {"sort", "of"}};

/* Idioms with their valence. "badass" is in the package's list, too, where nothing ever looks for a single word. */
static const struct {
  const char *words[3];
  double valence;
} idioms[] = {{{"the", "shit"}, 3},      {{"the", "bomb"}, 3},       {{"bad", "ass"}, 1.5},
              {{"bus", "stop"}, 0},      {{"yeah", "right"}, -2},    {{"kiss", "of", "death"}, -1.5},
              {{"to", "die", "for"}, 3}, {{"beating", "heart"}, 3.5}};

enum { NEGATION = 1, BOOSTER, DAMPENER };

static bool put_all(xy__vader_lexicon *lexicon, const char *const *words, int64_t what) {
  bool good = true;
  for (size_t i = 0; good && words[i] != NULL; i++)
    good = xy__map_put(&lexicon->rules, words[i], strlen(words[i]), what);
  return good;
}

bool xy__vader_rules_read(xy__vader_lexicon *lexicon) {
  return put_all(lexicon, negations, NEGATION) && put_all(lexicon, boosters, BOOSTER) &&
         put_all(lexicon, dampeners, DAMPENER);
}

void xy__vader_rules_of(xy__vader_word *word, const xy__vader_lexicon *lexicon) {
  int64_t what = 0;
  xy__map_get(&lexicon->rules, word->lower, word->lower_bytes, &what);
  word->booster = what == BOOSTER ? boost : what == DAMPENER ? -boost : 0;
  word->negates = what == NEGATION || memmem(word->lower, word->lower_bytes, "n't", 3) != NULL;
}

static bool is(const xy__vader_word *word, const char *text) {
  return word->lower_bytes == strlen(text) && memcmp(word->lower, text, word->lower_bytes) == 0;
}

/* ---- a word ------------------------------------------------------------------------------------------------- */

/* What the word before adds to a valence; `differs` as in xy__vader_text. */
static double scalar(const xy__vader_word *word, double valence, bool differs) {
  if (word->booster == 0) return 0;
  double s = valence < 0 ? -word->booster : word->booster;
  if (word->upper && differs) s += valence > 0 ? capitals : -capitals;
  return s;
}

static bool so_or_this(const xy__vader_word *word) { return is(word, "so") || is(word, "this"); }

/* Of the word `back` places before w; "and" goes before "or", so that the last clause of the third place needs no
 * "never". */
static double negated(double valence, const xy__vader_word *w, int back) {
  const xy__vader_word *before = w - back;
  if (back == 2) {
    if (is(w - 2, "never") && so_or_this(w - 1)) return valence * 1.25;
    if (is(w - 2, "without") && is(w - 1, "doubt")) return valence;
  }
  if (back == 3) {
    if ((is(w - 3, "never") && so_or_this(w - 2)) || so_or_this(w - 1)) return valence * 1.25;
    if (is(w - 3, "without") && (is(w - 2, "doubt") || is(w - 1, "doubt"))) return valence;
  }
  return before->negates ? valence * negation : valence;
}

/* Whether the idiom is the n words from `w` on. */
static bool is_idiom(size_t idiom, const xy__vader_word *w, size_t n) {
  const char *const *words = idioms[idiom].words;
  for (size_t k = 0; k < n; k++) {
    if (words[k] == NULL || !is(w + k, words[k])) return false;
  }
  return n == 3 || words[2] == NULL;
}

static bool find_idiom(double *valence, const xy__vader_word *w, size_t n) {
  for (size_t i = 0; i < sizeof idioms / sizeof *idioms; i++) {
    if (!is_idiom(i, w, n)) continue;
    *valence = idioms[i].valence;
    return true;
  }
  return false;
}

static bool dampens(const xy__vader_word *w) {
  for (size_t i = 0; i < sizeof dampening_pairs / sizeof *dampening_pairs; i++) {
    if (is(w, dampening_pairs[i][0]) && is(w + 1, dampening_pairs[i][1])) return true;
  }
  return false;
}

/* The word has three before it, and `after` behind it. */
static double with_idioms(double valence, const xy__vader_word *w, size_t after) {
  static const struct {
    int back;
    size_t n;
  } places[] = {{1, 2}, {2, 3}, {2, 2}, {3, 3}, {3, 2}}; /* the first that is one counts */
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    if (find_idiom(&valence, w - places[i].back, places[i].n)) break;
  }
  if (after > 0) find_idiom(&valence, w, 2);
  if (after > 1) find_idiom(&valence, w, 3);
  if (dampens(w - 3)) valence -= boost;
  if (dampens(w - 2)) valence -= boost;
  return valence;
}

static double with_least(double valence, const xy__vader_word *w, size_t i) {
  if (i == 0 || w[-1].known || !is(w - 1, "least")) return valence;
  return i > 1 && (is(w - 2, "at") || is(w - 2, "very")) ? valence : valence * negation;
}

/* Of a word of the lexicon, the i-th of n. */
static double valence_of(const xy__vader_text *text, size_t i) {
  static const double fading[] = {1, 0.95, 0.9};
  const xy__vader_word *w = &text->words[i];
  size_t after = text->n - 1 - i;
  double valence = is(w, "no") && after > 0 && w[1].known ? 0 : w->valence;
  if ((i > 0 && is(w - 1, "no")) || (i > 1 && is(w - 2, "no")) ||
      (i > 2 && is(w - 3, "no") && (is(w - 1, "or") || is(w - 1, "nor")))) {
    valence = w->valence * negation;
  }
  if (w->upper && text->differs) valence += valence > 0 ? capitals : -capitals;
  for (int back = 1; back <= 3 && (size_t)back <= i; back++) {
    if (w[-back].known) continue;
    valence += scalar(w - back, valence, text->differs) * fading[back - 1];
    valence = negated(valence, w, back);
    if (back == 3) valence = with_idioms(valence, w, after);
  }
  return with_least(valence, w, i);
}

/* ---- but ------------------------------------------------------------------------------------------------------ */

/* The package halves what stands before the first "but" and adds a half to what follows: it goes through the valences
 * and looks each up by value, so that of equal ones the first changes, as it stands by then. The places of equal values
 * are kept in pairing heaps, whose top is the first of them. */
typedef struct places {
  size_t *child, *next; /* [n] from 1; 0: none */
  xy__map tops;         /* by the bytes of a value */
  double *keys;         /* of them: [2 n] */
  size_t n_keys;
} places;

static size_t meld(places *p, size_t a, size_t b) {
  if (a == 0 || b == 0) return a + b;
  size_t top = a < b ? a : b, below = a < b ? b : a;
  p->next[below] = p->child[top];
  p->child[top] = below;
  return top;
}

/* The heap without its top: its children are melded in pairs, and then all together. */
static size_t without_top(places *p, size_t top) {
  size_t pairs = 0, left = p->child[top];
  while (left != 0) {
    size_t a = left, b = p->next[a];
    left = b != 0 ? p->next[b] : 0;
    p->next[a] = 0;
    if (b != 0) p->next[b] = 0;
    size_t both = meld(p, a, b);
    p->next[both] = pairs;
    pairs = both;
  }
  size_t heap = 0;
  while (pairs != 0) {
    size_t rest = p->next[pairs];
    p->next[pairs] = 0;
    heap = meld(p, heap, pairs);
    pairs = rest;
  }
  p->child[top] = 0;
  return heap;
}

static size_t top_of(const places *p, double value) {
  int64_t top = 0;
  value += 0.0; /* -0 is 0 */
  xy__map_get(&p->tops, (const char *)&value, sizeof value, &top);
  return (size_t)top;
}

static bool set_top(places *p, double value, size_t top) {
  double *key = &p->keys[p->n_keys++]; /* the map borrows it where the value is new */
  *key = value + 0.0;
  return xy__map_put(&p->tops, (const char *)key, sizeof *key, (int64_t)top);
}

static bool weigh(places *p, double *valences, size_t n, size_t but) {
  for (size_t i = n; i > 0; i--) {
    if (!set_top(p, valences[i - 1], meld(p, i, top_of(p, valences[i - 1])))) return false;
  }
  for (size_t i = 0; i < n; i++) {
    double value = valences[i];
    size_t first = top_of(p, value);
    if (first - 1 == but || value == 0) continue;
    double changed = value * (first - 1 < but ? 0.5 : 1.5);
    if (!set_top(p, value, without_top(p, first))) return false;
    if (!set_top(p, changed, meld(p, first, top_of(p, changed)))) return false;
    valences[first - 1] = changed;
  }
  return true;
}

static bool with_but(xy__vader_text *text) {
  size_t but = 0, n = text->n;
  while (but < n && !is(&text->words[but], "but")) but++;
  if (but == n) return true;
  places p = {.child = xy__array(n + 1, sizeof *p.child),
              .next = xy__array(n + 1, sizeof *p.next),
              .keys = xy__array(3 * n, sizeof *p.keys)};
  bool good = p.child != NULL && p.next != NULL && p.keys != NULL && weigh(&p, text->valences, n, but);
  free(p.child);
  free(p.next);
  free(p.keys);
  xy__map_dispose(&p.tops);
  return good;
}

/* ---- all of them ------------------------------------------------------------------------------------------------ */

bool xy__vader_valences(xy__vader_text *text) {
  for (size_t i = 0; i < text->n; i++) {
    const xy__vader_word *w = &text->words[i];
    bool kind_of = i + 1 < text->n && is(w, "kind") && is(w + 1, "of");
    text->valences[i] = w->known && w->booster == 0 && !kind_of ? valence_of(text, i) : 0;
  }
  return with_but(text);
}
