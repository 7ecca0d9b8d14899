/* Finds statements by exchange: in a file made from templates, the same template stands around many statements, and
 * the same statement stands in many templates.
 *
 * A row's *frame* is its sentence with the part that differs between the two sides replaced by '*', in small letters
 * and without punctuation: "i don't like * people because they are sinful". Frames are cut into L | R | T at every
 * place where R does not hold '*'. With N(L,T) the number of distinct frames that start with L and end with T, and N(R)
 * the number that hold R, the statement is the R with the largest min(N(L,T), N(R)) - 1: a template part alone has
 * N(L,T) small, a part of a statement has N(L,T) or N(R) small. Ties go to an R at the end of the sentence, then to the
 * larger product, then to the shorter R. Without any exchange (both counts 1) it is what follows '*'. A leading
 * "people", "because", "they", "is", "are" … is dropped, so that number and person agree.
 *
 * Limits: two statements of which one ends like the other can come out as one (which widens intervals, never narrows
 * them); a statement that occurs in one template only and shares no words with others is found whole or with words of
 * its template (its cluster is its own either way); the words that are dropped are English. Ends T are looked at only
 * where at least one frame in 200 ends so: a template's end is that frequent, a statement's is not.
 */
#include "bench/context/statements.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 64, RARE = 200 };

typedef struct framed {
  const char *text; /* words with single spaces between them */
  size_t words, star;
  uint32_t starts[MAX_WORDS + 1]; /* of each word; the last: size + 1 */
  uint64_t hash[MAX_WORDS + 1];   /* of the first k words */
} framed;

/* Counts by 64-bit hash: among the 10^6 keys of a large file two collide once in 10^7 files, and then one count of one
 * candidate is too large by a little. */
typedef struct slot {
  uint64_t key; /* 0: empty */
  uint32_t count, last;
} slot;
typedef struct counts {
  slot *slots;
  size_t used, capacity;
} counts;

static slot *find_slot(const counts *table, uint64_t key) {
  size_t i = (key ^ key >> 29) & (table->capacity - 1);
  while (table->slots[i].key != 0 && table->slots[i].key != key) i = (i + 1) & (table->capacity - 1);
  return &table->slots[i];
}

static bool grow_counts(counts *table) {
  counts grown = {.capacity = table->capacity > 0 ? table->capacity * 4 : 4096, .used = table->used};
  grown.slots = xy__array(grown.capacity, sizeof *grown.slots);
  if (grown.slots == NULL) return false;
  for (size_t i = 0; i < table->capacity; i++) {
    if (table->slots[i].key != 0) *find_slot(&grown, table->slots[i].key) = table->slots[i];
  }
  free(table->slots);
  *table = grown;
  return true;
}

/* Counts a key once per frame. */
static bool count(counts *table, uint64_t key, size_t frame_number) {
  if ((table->used + 1) * 2 > table->capacity && !grow_counts(table)) return false;
  slot *s = find_slot(table, key);
  table->used += s->key == 0;
  s->key = key;
  if (s->last == (uint32_t)frame_number + 1) return true;
  s->last = (uint32_t)frame_number + 1;
  s->count++;
  return true;
}

static uint32_t counted(const counts *table, uint64_t key) {
  return table->capacity > 0 ? find_slot(table, key)->count : 0;
}

/* ---- frames ---- */

static bool is_punctuation(char c) { return c != '\0' && strchr(".,;:!?\"()[]", c) != NULL; }

/* Adds the words of text[0..n): small letters, straight apostrophes, no punctuation at their ends. */
static void add_words(xy__text *out, const char *text, size_t n) {
  static const char quote[] = "\xE2\x80\x99"; /* ’ */
  for (size_t i = 0; i < n;) {
    while (i < n && (text[i] == ' ' || is_punctuation(text[i]))) i++;
    size_t end = i;
    while (end < n && text[end] != ' ') end++;
    size_t next = end;
    while (end > i && is_punctuation(text[end - 1])) end--;
    if (end > i && out->size > 0) xy__text_add(out, " ");
    while (i < end) {
      if (end - i >= 3 && memcmp(text + i, quote, 3) == 0) {
        xy__text_add(out, "'");
        i += 3;
        continue;
      }
      char c = text[i++];
      if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
      xy__text_add_bytes(out, &c, 1);
    }
    i = next;
  }
}

static uint64_t mix(uint64_t h) {
  h ^= h >> 31;
  h *= 0x9E3779B97F4A7C15u;
  h ^= h >> 29;
  h *= 0xBF58476D1CE4E5B9u;
  h ^= h >> 32;
  return h != 0 ? h : 1;
}

static const uint64_t BASE = 0xD6E8FEB86659FD93u; /* odd, so that powers stay invertible */

/* Splits a frame's text; false for one with too many words. */
static bool split_frame(framed *out, const char *text, size_t star) {
  *out = (framed){.text = text};
  uint32_t at = 0;
  out->hash[0] = 1;
  for (;;) {
    uint32_t end = at + (uint32_t)strcspn(text + at, " ");
    if (out->words == MAX_WORDS) return false;
    if (at == star) out->star = out->words;
    uint64_t word = 1469598103934665603u;
    for (uint32_t i = at; i < end; i++) word = (word ^ (unsigned char)text[i]) * 1099511628211u;
    out->starts[out->words++] = at;
    out->hash[out->words] = out->hash[out->words - 1] * BASE + mix(word);
    at = end + 1;
    if (text[end] == '\0') break;
  }
  out->starts[out->words] = at;
  return true;
}

/* ---- divisions ---- */

typedef struct finder {
  framed *frames;
  size_t n;
  uint64_t powers[MAX_WORDS + 1];
  counts ends, around, inside; /* T; (L, T); R */
} finder;

/* Hash of words i to j. */
static uint64_t span(const finder *f, const framed *frame, size_t i, size_t j) {
  return frame->hash[j] - frame->hash[i] * f->powers[j - i];
}
static uint64_t end_key(const finder *f, const framed *frame, size_t j) {
  return mix(span(f, frame, j, frame->words) + 3);
}
static uint64_t inside_key(const finder *f, const framed *frame, size_t i, size_t j) {
  return mix(span(f, frame, i, j) + 5);
}
static uint64_t around_key(const finder *f, const framed *frame, size_t i, size_t j) {
  return mix(mix(span(f, frame, 0, i) + 7 + i) ^ span(f, frame, j, frame->words));
}

/* May R end before word j? At the end of the sentence, or before an end that is frequent enough. */
static bool may_end(const finder *f, const framed *frame, size_t j) {
  if (j == frame->words) return true;
  uint32_t n = counted(&f->ends, end_key(f, frame, j));
  return n > 1 && (size_t)n * RARE >= f->n;
}

/* First word that R may start with when it ends before j: R does not hold the star. */
static size_t first_start(const framed *frame, size_t j) { return j > frame->star ? frame->star + 1 : 0; }

static bool count_all(finder *f) {
  bool ok = true;
  for (size_t k = 0; k < f->n && ok; k++) {
    for (size_t j = 1; j < f->frames[k].words && ok; j++) ok = count(&f->ends, end_key(f, &f->frames[k], j), k);
  }
  for (size_t k = 0; k < f->n && ok; k++) {
    const framed *frame = &f->frames[k];
    for (size_t j = frame->words; j > 0 && ok; j--) {
      if (!may_end(f, frame, j)) continue;
      for (size_t i = first_start(frame, j); i < j && ok; i++) {
        ok = count(&f->inside, inside_key(f, frame, i, j), k) && count(&f->around, around_key(f, frame, i, j), k);
      }
    }
  }
  return ok;
}

typedef struct division {
  size_t i, j;
  uint32_t support;
  uint64_t product;
} division;

static division best_division(const finder *f, const framed *frame) {
  bool after = frame->star + 1 < frame->words; /* else the star ends the sentence, and the statement stands before it */
  division best = {after ? frame->star + 1 : 0, after ? frame->words : frame->star, 0, 0};
  for (size_t j = frame->words; j > 0; j--) { /* the end of the sentence first */
    if (!may_end(f, frame, j)) continue;
    for (size_t i = first_start(frame, j); i < j; i++) { /* shorter ones later */
      uint32_t around = counted(&f->around, around_key(f, frame, i, j)) - 1;
      uint32_t inside = counted(&f->inside, inside_key(f, frame, i, j)) - 1;
      division found = {i, j, around < inside ? around : inside, (uint64_t)around * inside};
      bool better = found.support > best.support || (found.support == best.support && found.support > 0 &&
                                                     j == best.j && found.product >= best.product);
      if (better) best = found;
    }
  }
  return best;
}

/* Words i to j without leading words that belong to the grammar around a statement; never empty. */
static const char *statement_text(xy__arena *arena, const framed *frame, division at) {
  static const char *const dropped[] = {"people", "person", "because", "and", "who", "they", "he",
                                        "she",    "is",     "are",     "am",  "be",  NULL};
  bool again = true;
  while (again && at.i + 1 < at.j) {
    again = false;
    const char *word = frame->text + frame->starts[at.i];
    size_t length = frame->starts[at.i + 1] - 1 - frame->starts[at.i];
    for (const char *const *d = dropped; *d != NULL && !again; d++) {
      again = strlen(*d) == length && memcmp(*d, word, length) == 0;
    }
    at.i += again;
  }
  uint32_t start = frame->starts[at.i];
  return at.i < at.j ? xy__arena_copy(arena, frame->text + start, frame->starts[at.j] - 1 - start) : frame->text;
}

/* ---- rows ---- */

/* The frame of a row as text; *star receives the offset of '*'. */
static void frame_text(xy__text *out, size_t *star, const xy__pair_row *row) {
  xy__text_clear(out);
  add_words(out, row->sides[0], row->before);
  *star = out->size > 0 ? out->size + 1 : 0;
  xy__text_add(out, out->size > 0 ? " *" : "*");
  add_words(out, row->sides[0] + row->after[0], strlen(row->sides[0]) - row->after[0]);
}

/* Distinct frames, and which one each row has (-1: too long to cut). */
static bool collect_frames(finder *f, int64_t *of_row, const char **statements, xy__arena *arena,
                           const xy__pair_row *rows, size_t n) {
  xy__map seen = {0};
  xy__text text = {0};
  size_t capacity = 0;
  bool ok = true;
  for (size_t i = 0; i < n && ok; i++) {
    size_t star;
    frame_text(&text, &star, &rows[i]);
    if (text.failed) ok = false;
    if (!ok || xy__map_get(&seen, text.data, text.size, &of_row[i])) continue;
    const char *copy = xy__arena_copy(arena, text.data, text.size);
    ok = copy != NULL && xy__grow(&f->frames, &capacity, f->n, sizeof *f->frames);
    if (!ok) break;
    of_row[i] = -1;
    if (split_frame(&f->frames[f->n], copy, star)) {
      of_row[i] = (int64_t)f->n++;
      ok = xy__map_put(&seen, copy, text.size, of_row[i]);
    } else {
      statements[i] = copy;
    }
  }
  xy__map_dispose(&seen);
  xy__text_dispose(&text);
  return ok;
}

int xy__find_statements(const char ***out, xy__arena *arena, const xy__pair_row *rows, size_t n, xy_error *err) {
  finder f = {.powers = {1}};
  for (size_t i = 0; i < MAX_WORDS; i++) f.powers[i + 1] = f.powers[i] * BASE;
  int64_t *of_row = xy__array(n, sizeof *of_row);
  const char **statements = xy__array(n, sizeof *statements);
  bool ok =
      of_row != NULL && statements != NULL && collect_frames(&f, of_row, statements, arena, rows, n) && count_all(&f);
  const char **found = ok ? xy__array(f.n, sizeof *found) : NULL;
  ok = found != NULL;
  for (size_t k = 0; k < f.n && ok; k++) {
    found[k] = statement_text(arena, &f.frames[k], best_division(&f, &f.frames[k]));
    ok = found[k] != NULL;
  }
  for (size_t i = 0; i < n && ok; i++) {
    if (of_row[i] >= 0) statements[i] = found[of_row[i]];
  }
  free(found);
  free(of_row);
  free(f.frames);
  free(f.ends.slots);
  free(f.around.slots);
  free(f.inside.slots);
  if (!ok) {
    free(statements);
    return xy__fail_memory(err, "the statements of a benchmark");
  }
  *out = statements;
  return XY_OK;
}
