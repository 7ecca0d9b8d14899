/* See texts.h. A row of the table is something that texts can have; the rest of the file asks the rows. */
#include "bench/texts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

enum { MOST_TEXTS = 64 };

typedef struct span {
  const char *at;
  size_t n;
} span;

/* What a text has of a trait: how often, and the first character of it. */
typedef struct found {
  size_t n;
  int32_t first;
} found;

/* ---- characters ------------------------------------------------------------------------------------------ */

/* The code point that begins at `at`; -1 where it is none. */
static int32_t code_at(span text, size_t at, size_t *bytes) {
  return xy__utf8_decode(text.at + at, text.n - at, bytes);
}

static bool is_control(int32_t c) { return (c >= 0 && c < 0x20) || (c >= 0x7F && c < 0xA0); }

/* Shown as nothing, or not shown as what it is. */
static bool is_invisible(int32_t c) {
  return is_control(c) || c == 0xAD || c == 0x34F || c == 0x61C || c == 0x115F || c == 0x1160 || c == 0x180E ||
         c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         c == 0x3164 || c == 0xFEFF || c == 0xFFA0 || (c >= 0xE0000 && c <= 0xE007F);
}

/* Joiners spell words in some scripts, and pictures. */
static bool is_joiner(int32_t c) { return c == 0x200C || c == 0x200D; }

/* Variation selectors choose how a picture or an ideograph is drawn. */
static bool is_selector(int32_t c) { return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF); }

static bool is_edge(int32_t c) { return xy__is_space(c) || is_invisible(c) || is_joiner(c); }

static span skip_start(span text) {
  size_t bytes;
  while (text.n > 0 && is_edge(code_at(text, 0, &bytes))) {
    text.at += bytes;
    text.n -= bytes;
  }
  return text;
}

/* The start of the last code point. */
static size_t last_of(span text) {
  size_t at = text.n - 1;
  while (at > 0 && text.n - at < 4 && ((unsigned char)text.at[at] & 0xC0) == 0x80) at--;
  return at;
}

static span skip_end(span text) {
  while (text.n > 0) {
    size_t at = last_of(text), bytes;
    int32_t c = code_at(text, at, &bytes);
    if (at + bytes != text.n || !is_edge(c)) break;
    text.n = at;
  }
  return text;
}

/* ---- traits ---------------------------------------------------------------------------------------------- */

static found starts_blank(span text) {
  size_t bytes;
  int32_t c = text.n > 0 ? code_at(text, 0, &bytes) : -1;
  return (found){is_edge(c), c};
}

static found ends_blank(span text) {
  size_t at = text.n > 0 ? last_of(text) : 0, bytes;
  int32_t c = text.n > 0 ? code_at(text, at, &bytes) : -1;
  return (found){is_edge(c), c};
}

static found holds_invisible(span text) {
  found all = {0};
  for (size_t at = 0, bytes; at < text.n; at += bytes) {
    int32_t c = code_at(text, at, &bytes);
    bool after_letter = at > 0 && isalpha((unsigned char)text.at[at - 1]); /* of ASCII: there, neither does anything */
    bool idle = after_letter && (is_joiner(c) || is_selector(c));
    if (!idle && !is_invisible(c) && !(xy__is_space(c) && c != ' ')) continue;
    if (all.n++ == 0) all.first = c;
  }
  return all;
}

static found doubles_space(span text) { return (found){memmem(text.at, text.n, "  ", 2) != NULL, ' '}; }

/* A mark that ends a sentence, before quotation marks and brackets that close. */
static found ends_sentence(span text) {
  static const int32_t closing[] = {'"', '\'', ')', ']', 0x2019, 0x201D, 0xBB, 0x300D, 0x300F, 0xFF09};
  static const int32_t marks[] = {'.',    '!',    '?',   ',',   ';',   ':',   0x2026, 0x3002,
                                  0xFF01, 0xFF1F, 0x61F, 0x6D4, 0x964, 0x37E, 0xFF0E, 0x1362};
  while (text.n > 0) {
    size_t at = last_of(text), bytes, i = 0;
    int32_t c = code_at(text, at, &bytes);
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
      if (c == marks[k]) return (found){1, c};
    }
    while (i < sizeof closing / sizeof *closing && c != closing[i]) i++;
    if (i == sizeof closing / sizeof *closing) break;
    text.n = at;
  }
  return (found){0};
}

/* The length of a placeholder that begins at `at`: {name}, [NAME], <name>, three underscores, %s. */
static size_t placeholder_at(span text, size_t at) {
  static const char *const named[] = {"<mask>", "<blank>", "<name>", "<identity>", "<group>", "<person>", "<target>"};
  const char *c = text.at + at;
  size_t left = text.n - at, n = 1;
  if (*c == '{') {
    while (n < left && (isalnum((unsigned char)c[n]) || strchr("_ :-{", c[n]) != NULL)) n++;
    return n < left && c[n] == '}' ? n + 1 : 0;
  }
  if (*c == '[') {
    while (n < left && (isupper((unsigned char)c[n]) || isdigit((unsigned char)c[n]) || c[n] == '_')) n++;
    return n > 1 && n < left && c[n] == ']' && isupper((unsigned char)c[1]) ? n + 1 : 0;
  }
  for (size_t i = 0; *c == '<' && i < sizeof named / sizeof *named; i++) {
    size_t length = strlen(named[i]);
    if (length <= left && strncasecmp(c, named[i], length) == 0) return length;
  }
  if (*c == '_') {
    while (n < left && c[n] == '_') n++;
    return n >= 3 ? n : 0;
  }
  return left >= 2 && c[0] == '%' && c[1] == 's' && (left == 2 || !isalnum((unsigned char)c[2])) ? 2 : 0;
}

static found holds_placeholder(span text) {
  static const char blank[] = "BLANK";
  found all = {0};
  const char *word = memmem(text.at, text.n, blank, sizeof blank - 1);
  bool whole = word != NULL && (word == text.at || !isalpha((unsigned char)word[-1])) &&
               !isalpha((unsigned char)word[sizeof blank - 1]);
  if (whole) all = (found){1, 'B'};
  for (size_t at = 0, n; at < text.n; at += n > 0 ? n : 1) {
    n = placeholder_at(text, at);
    if (n > 0 && all.n++ == 0) all.first = (unsigned char)text.at[at];
  }
  return all;
}

static found holds_replacement(span text) {
  found all = {0, 0xFFFD};
  for (const char *at = text.at; (at = memmem(at, text.n - (size_t)(at - text.at), "\xEF\xBF\xBD", 3)) != NULL;
       at += 3) {
    all.n++;
  }
  return all;
}

/* What the second byte of a character in UTF-8 becomes where it is read as Latin-1 or Windows-1252. */
static bool is_misread(int32_t c) {
  static const int32_t windows[] = {0x20AC, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030,
                                    0x160,  0x2039, 0x152, 0x17D,  0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                    0x2013, 0x2014, 0x2DC, 0x2122, 0x161,  0x203A, 0x153,  0x17E,  0x178};
  size_t i = 0;
  while (i < sizeof windows / sizeof *windows && c != windows[i]) i++;
  return (c >= 0x80 && c <= 0xBF) || i < sizeof windows / sizeof *windows;
}

/* UTF-8 that was read as another encoding and written again: "Ã©", "â€™", "Â°", "ðŸ", "ï¿½". */
static found holds_mojibake(span text) {
  found all = {0};
  for (size_t at = 0, bytes; at < text.n; at += bytes) {
    int32_t c = code_at(text, at, &bytes);
    size_t more;
    int32_t next = at + bytes < text.n ? code_at(text, at + bytes, &more) : -1;
    bool misread = ((c == 0xC2 || c == 0xC3) && is_misread(next)) || (c == 0xE2 && (next == 0x20AC || next == 0x80)) ||
                   (c == 0xEF && (next == 0xBB || next == 0xBF)) || (c == 0xF0 && (next == 0x178 || next == 0x9F));
    if (misread && all.n++ == 0) all.first = c;
  }
  return all;
}

/* Whether a letter and the mark behind it (or two letters of Hangul) have a code point of their own. */
static bool composes(int32_t letter, int32_t mark) {
  utf8proc_int32_t both[] = {letter, mark};
  return mark >= 0x300 && letter >= 0 && utf8proc_normalize_utf32(both, 2, UTF8PROC_COMPOSE) == 1;
}

/* Whether a code point is a letter with its mark. */
static bool is_composed(int32_t c) {
  utf8proc_int32_t parts[4];
  int boundary = 0;
  utf8proc_option_t canonical = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE;
  return c >= 0xC0 && utf8proc_decompose_char(c, parts, 4, canonical, &boundary) > 1;
}

static found holds_decomposed(span text) {
  found all = {0};
  int32_t before = -1;
  for (size_t at = 0, bytes; at < text.n; at += bytes) {
    int32_t c = code_at(text, at, &bytes);
    if (composes(before, c) && all.n++ == 0) all.first = c;
    before = c;
  }
  return all;
}

/* The normalization form that a text shows: 1 for letters with their marks (NFC), 2 for letters and marks (NFD). */
static found shows_form(span text) {
  found all = holds_decomposed(text);
  if (all.n > 0) return (found){2, all.first};
  for (size_t at = 0, bytes; at < text.n; at += bytes) {
    int32_t c = code_at(text, at, &bytes);
    if (is_composed(c)) return (found){1, c};
  }
  return all;
}

/* ---- the table ------------------------------------------------------------------------------------------- */

typedef struct trait {
  found (*find)(span text);
  unsigned uses;                                 /* of xy__text_use: where it is looked for */
  bool trimmed;                                  /* looked for in what is left when the ends are cut off */
  enum { ALL_OR_NONE, AS_MANY, ONE_FORM } alike; /* sides: ONE_FORM of those that have any of it */
  bool kept;                                     /* sides that differ in it are noticed, and stay */
  const char *alone;                             /* what is said where one side alone has it, or more of it */
  const char *all;                               /* where every side does, or texts are not compared; NULL: nothing */
} trait;

static const trait traits[] = {
    {starts_blank, XY__SIDES | XY__WRITTEN | XY__CHOICES, false, ALL_OR_NONE, false, "white space at the start of",
     "white space or invisible characters at the start of every side, cut off"},
    {ends_blank, XY__SIDES | XY__WRITTEN | XY__CHOICES, false, ALL_OR_NONE, false, "white space at the end of",
     "white space or invisible characters at the end of every side, cut off"},
    {holds_invisible, XY__SIDES | XY__WRITTEN | XY__CHOICES, true, AS_MANY, false, "an invisible character in",
     "invisible characters or unusual white space inside"},
    {doubles_space, XY__SIDES, true, ALL_OR_NONE, true, "doubled white space in", NULL},
    {ends_sentence, XY__SIDES | XY__WRITTEN, true, ALL_OR_NONE, false, "end punctuation in", NULL},
    /* not in what is written by hand: braces that are left there are meant */
    {holds_placeholder, XY__SIDES | XY__CHOICES, true, AS_MANY, false, "an unfilled placeholder in",
     "unfilled placeholders"},
    {holds_replacement, XY__SIDES | XY__WRITTEN | XY__CHOICES | XY__REPLIES, true, AS_MANY, false, "U+FFFD in",
     "characters that were lost before (U+FFFD)"},
    {holds_mojibake, XY__SIDES | XY__WRITTEN | XY__CHOICES | XY__REPLIES, true, AS_MANY, false, "mojibake in",
     "mojibake: UTF-8 that was read as another encoding"},
    {shows_form, XY__SIDES | XY__WRITTEN, true, ONE_FORM, false, "letters written as letter and mark (NFD) in", NULL},
    {holds_decomposed, XY__SIDES | XY__CHOICES | XY__REPLIES, true, ALL_OR_NONE, true,
     "letters written as letter and mark (NFD) in", "letters written as letter and mark (NFD)"},
};
enum { TRAITS = sizeof traits / sizeof *traits };

/* ---- rows ------------------------------------------------------------------------------------------------ */

/* " (U+200B)" where the character is not its own name. */
static const char *named(char out[16], int32_t c) {
  out[0] = '\0';
  if (c > 0 && c != ' ' && (is_invisible(c) || xy__is_space(c) || is_joiner(c) || is_selector(c))) {
    snprintf(out, 16, " (U+%04X)", (unsigned)c);
  }
  return out;
}

/* Whether sides differ in a trait; *most is the one with most of it. */
static bool differ(size_t *most, const trait *t, const found *have, size_t n) {
  bool same = true;
  size_t known = 0; /* the first that has any of it */
  *most = 0;
  while (t->alike == ONE_FORM && known + 1 < n && have[known].n == 0) known++;
  for (size_t i = 1; i < n; i++) {
    switch (t->alike) {
      case ALL_OR_NONE: same = same && (have[i].n > 0) == (have[0].n > 0); break;
      case AS_MANY: same = same && have[i].n == have[0].n; break;
      case ONE_FORM: same = same && (have[i].n == 0 || have[i].n == have[known].n); break;
    }
    if (have[i].n > have[*most].n) *most = i;
  }
  return !same;
}

/* Sides whose form differs: the row is left out, but for differences that are small, or where it is to be kept. */
static bool agree(xy__file_rows *rows, int64_t line, const trait *t, const found *have, const xy__row_text *texts,
                  size_t n) {
  size_t most;
  char character[16];
  if (!differ(&most, t, have, n)) return true;
  if (t->kept || rows->keeps_uneven) {
    xy__row_noticed(rows, line, "%s %s alone%s, kept", t->alone, texts[most].what, named(character, have[most].first));
  } else {
    xy__row_out(rows, line, "%s %s alone%s", t->alone, texts[most].what, named(character, have[most].first));
  }
  return false;
}

/* False where sides differ. */
static bool check_trait(xy__file_rows *rows, int64_t line, xy__text_use use, const trait *t, const span *spans,
                        const xy__row_text *texts, size_t n) {
  found have[MOST_TEXTS];
  size_t some = 0;
  for (size_t i = 0; i < n; i++) {
    have[i] = t->find(spans[i]);
    some += have[i].n;
  }
  if (some == 0) return true;
  if (use == XY__SIDES) {
    if (!agree(rows, line, t, have, texts, n)) return false;
    if (t->all != NULL) xy__row_noticed(rows, line, "%s", t->all);
    return true;
  }
  const char *kept = t->trimmed ? t->all : t->alone;
  if (kept != NULL) xy__row_noticed(rows, line, "%s%s, kept", kept, t->trimmed ? "" : " an answer");
  return true;
}

static bool is_missing(span text) {
  static const char *const words[] = {"nan", "null", "none", "n/a", "#n/a", "<na>", "nil"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (text.n == strlen(words[i]) && strncasecmp(text.at, words[i], text.n) == 0) return true;
  }
  return false;
}

/* What no row can be used with. */
static void check_whole(xy__file_rows *rows, int64_t line, xy__text_use use, const span *trimmed,
                        const xy__row_text *texts, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (trimmed[i].n == 0) {
      xy__row_out(rows, line, "%s is empty", texts[i].what);
    } else if (is_missing(trimmed[i]) && use == XY__SIDES) {
      xy__row_out(rows, line, "%s is '%.*s', a missing value", texts[i].what, (int)trimmed[i].n, trimmed[i].at);
    } else if (is_missing(trimmed[i])) {
      xy__row_noticed(rows, line, "an answer reads like a missing value, kept");
    }
  }
  for (size_t i = 1; i < n && !rows->is_left_out; i++) {
    for (size_t k = 0; k < i; k++) {
      if (trimmed[i].n != trimmed[k].n || memcmp(trimmed[i].at, trimmed[k].at, trimmed[i].n) != 0) continue;
      if (use == XY__REPLIES) {
        xy__row_noticed(rows, line, "both answers are the same, kept as a tie");
      } else {
        xy__row_out(rows, line, "%s and %s are the same", texts[k].what, texts[i].what);
      }
      return;
    }
  }
}

/* All that is compared, as one key; in the other order with `turned`. */
static void add_key(xy__text *key, const char *before, const xy__row_text *texts, size_t n, bool turned) {
  xy__text_clear(key);
  xy__text_add(key, before != NULL ? before : "");
  for (size_t i = 0; i < n; i++) xy__text_addf(key, "\n\x1F%s", texts[turned ? n - 1 - i : i].text);
}

/* Rows with the same texts count twice in every mean; the other way round they contradict each other. */
static void check_seen(xy__file_rows *rows, int64_t line, const char *before, const xy__row_text *texts, size_t n) {
  xy__text key = {0};
  int64_t first;
  add_key(&key, before, texts, n, true);
  if (n == 2 && !key.failed && xy__map_get(&rows->seen, key.data, key.size, &first) &&
      strcmp(texts[0].text, texts[1].text) != 0) {
    xy__row_noticed(rows, line, "the same texts as in an earlier row, the other way round, kept");
  }
  add_key(&key, before, texts, n, false);
  const char *kept = key.failed ? NULL : xy__arena_copy(&rows->arena, key.data, key.size);
  if (kept != NULL && xy__map_get(&rows->seen, kept, key.size, &first)) {
    xy__row_noticed(rows, line, "the same texts as in an earlier row, kept");
  } else if (kept == NULL || !xy__map_put(&rows->seen, kept, key.size, line)) {
    rows->failed = true;
  }
  xy__text_dispose(&key);
}

bool xy__texts_check(xy__file_rows *rows, int64_t line, xy__text_use use, const char *before, xy__row_text *texts,
                     size_t n) {
  span whole[MOST_TEXTS], trimmed[MOST_TEXTS];
  if (n > MOST_TEXTS) n = MOST_TEXTS;
  for (size_t i = 0; i < n; i++) {
    whole[i] = (span){texts[i].text, strlen(texts[i].text)};
    trimmed[i] = skip_end(skip_start(whole[i]));
  }
  check_whole(rows, line, use, trimmed, texts, n);
  bool cuts = use == XY__SIDES; /* but for ends that differ and are kept */
  for (size_t t = 0; t < TRAITS && !rows->is_left_out; t++) {
    if ((traits[t].uses & use) == 0) continue;
    bool same = check_trait(rows, line, use, &traits[t], traits[t].trimmed ? trimmed : whole, texts, n);
    cuts = cuts && (same || traits[t].trimmed);
  }
  if (rows->is_left_out) return false;
  for (size_t i = 0; i < n && cuts; i++) {
    if (trimmed[i].n == whole[i].n) continue;
    texts[i].text = xy__arena_copy(&rows->arena, trimmed[i].at, trimmed[i].n);
    if (texts[i].text == NULL) rows->failed = true;
    if (rows->failed) return false;
  }
  check_seen(rows, line, before, texts, n);
  return !rows->failed;
}

void xy__text_look(xy__file_rows *rows, int64_t line, const char *text) {
  span whole = {text, strlen(text)};
  for (size_t t = 0; t < TRAITS; t++) {
    if ((traits[t].uses & XY__REPLIES) == 0 || traits[t].find(whole).n == 0) continue;
    xy__row_noticed(rows, line, "%s in what texts follow, kept", traits[t].all);
  }
}

const char *xy__text_label(xy__file_rows *rows, int64_t line, const char *what, const char *text) {
  span whole = {text, strlen(text)};
  span trimmed = skip_end(skip_start(whole));
  if (trimmed.n == 0) {
    xy__row_out(rows, line, "%s is empty", what);
  } else if (is_missing(trimmed)) {
    xy__row_out(rows, line, "%s is '%.*s', a missing value", what, (int)trimmed.n, trimmed.at);
  }
  if (rows->is_left_out) return NULL;
  if (trimmed.n == whole.n) return text;
  xy__row_noticed(rows, line, "white space or invisible characters at the ends of %s, cut off", what);
  const char *kept = xy__arena_copy(&rows->arena, trimmed.at, trimmed.n);
  rows->failed = rows->failed || kept == NULL;
  return kept;
}

bool xy__texts_differ(char *why, size_t size, const xy__row_text *texts, size_t n) {
  found have[MOST_TEXTS];
  for (size_t t = 0; t < TRAITS; t++) {
    size_t most;
    char character[16];
    if ((traits[t].uses & XY__WRITTEN) == 0) continue;
    for (size_t i = 0; i < n && i < MOST_TEXTS; i++) {
      span whole = {texts[i].text, strlen(texts[i].text)};
      have[i] = traits[t].find(traits[t].trimmed ? skip_end(skip_start(whole)) : whole);
    }
    if (!differ(&most, &traits[t], have, n < MOST_TEXTS ? n : MOST_TEXTS)) continue;
    snprintf(why, size, "%s %s alone%s", traits[t].alone, texts[most].what, named(character, have[most].first));
    return true;
  }
  return false;
}
