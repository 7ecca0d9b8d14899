/* The page's list of words, and the links that lead to it: in each section a term is explained where it is used first.
 * The finished page is read once for it, so that no section knows of terms.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "report/page/page.h"

/* What a term is called in running text stands between bars. */
static const struct {
  const char *term, *forms, *meaning;
} words[] = {
    {"pair", "pair|pairs",
     "a text about a group at risk (target) beside the same text about the group it is held against (counterpart)"},
    {"root", "root", "the pretrained checkpoint that the others grew from"},
    {"step", "step|steps", "one stage of training: from a checkpoint to the next"},
    {"gap", "gap|gaps", "of a pair, how much likelier the target text is than the counterpart, in nats"},
    {"parity", "parity", "no preference: a gap of 0, half of the pairs"},
    {"statement part", "statement part|what is said", "of a gap, what is said of the group, its name apart"},
    {"nats", "nats", "how much likelier, as a natural logarithm: +0.7 is twice as likely, −0.7 half"},
    {"interval [low, high]", "interval|intervals",
     "the range that holds the value with the confidence of the run, from resampling whole statements"},
    {"cluster", "cluster|clusters",
     "the items that share one statement: they are no independent evidence, and are resampled together"},
    {"q", "q", "how often chance alone would show as much, corrected for how many tests there are"},
    {"beyond controls", "beyond controls", "what of a gap harmless sentences about the same groups do not show"},
    {"implicit reward", "implicit reward|implicit rewards",
     "what preference optimisation has taught a stage to prefer: its log-probability less its reference’s"},
    {"amplified", "amplified|amplifies",
     "the change is distinct from none and above it, and too large to count as none"},
    {"attenuated", "attenuated|attenuates",
     "the change is distinct from none and below it, and too large to count as none"},
    {"persists", "persists", "the change counts as none, and the preference is still there"},
    {"clear", "clear", "the change counts as none, and there is no preference"},
    {"negligible", "negligible", "the change counts as none; whether there is a preference is not decided"},
    {"undetermined", "undetermined", "the benchmark was too small to tell"},
    {"blind spot", "blind spot|blind spots",
     "a step that amplifies bias on another axis while the benchmarks of binary gender show no change"}};
enum { n_words = sizeof words / sizeof *words };

void xy__page_words(xy__page *page) {
  xy__text_add(page->out, "<details class=\"words\"><summary>What the words mean</summary><dl>");
  for (size_t i = 0; i < n_words; i++) {
    xy__text_addf(page->out, "<dt id=\"word-%zu\">%s</dt><dd>%s</dd>", i, words[i].term, words[i].meaning);
  }
  xy__text_add(page->out, "</dl></details>");
}

/* ---- where they are used ------------------------------------------------------------------------------------- */

typedef struct use {
  const char *at; /* NULL: nowhere */
  size_t length, word;
} use;

/* Of a section: where each word is used first in what is read, and in the tables behind figures. */
typedef struct uses {
  use read[n_words], behind_figures[n_words];
} uses;

/* Elements whose text stays as it is: others' words, names for machines, and what does something else when it is
 * clicked. None of them stands within another of its kind. */
static const char *const untouched[] = {"a",  "button", "code", "dl",     "footer", "h1", "h2",
                                        "h3", "h4",     "nav",  "option", "pre",    "q",  "script"};

static bool is_tag(const char *tag, const char *name) {
  size_t n = strlen(name);
  return strncmp(tag + 1, name, n) == 0 && !isalnum((unsigned char)tag[1 + n]);
}

/* Behind the element that the tag begins. */
static const char *behind(const char *tag, const char *name) {
  char end[16];
  snprintf(end, sizeof end, "</%s>", name);
  const char *at = strstr(tag, end);
  return at != NULL ? at + strlen(end) : tag + strlen(tag);
}

/* Behind the tag, or behind the element where its text stays as it is. A summary is prose where it begins the rest of a
 * text, and else a heading. */
static const char *skip(const char *tag, const char **details) {
  for (size_t i = 0; i < sizeof untouched / sizeof *untouched; i++) {
    if (is_tag(tag, untouched[i])) return behind(tag, untouched[i]);
  }
  const char *end = strchr(tag, '>');
  if (end == NULL) return tag + strlen(tag);
  if (is_tag(tag, "details")) *details = tag;
  if (!is_tag(tag, "summary")) return end + 1;
  const char *prose = *details != NULL ? strstr(*details, "rest\"") : NULL;
  return prose != NULL && prose < strchr(*details, '>') ? end + 1 : behind(tag, "summary");
}

static bool in_word(char c) { return isalnum((unsigned char)c) || c == '_' || c == '-'; }

/* The length of the form of a word that stands there; 0: none does. */
static size_t form_at(const char *at, const char *forms) {
  while (*forms != '\0') {
    size_t n = strcspn(forms, "|");
    if (strncasecmp(at, forms, n) == 0 && !in_word(at[n])) return n;
    forms += n + (forms[n] == '|');
  }
  return 0;
}

static void note_uses(use *first, const char *at) {
  for (size_t i = 0; i < n_words; i++) {
    size_t n = first[i].at == NULL ? form_at(at, words[i].forms) : 0;
    if (n > 0) first[i] = (use){at, n};
  }
}

/* What is used between two places of the page. */
static void find_uses(uses *found, const char *at, const char *end) {
  static const char table[] = "<details class=\"table\"";
  const char *details = NULL, *table_end = at;
  while (at < end) {
    if (*at == '<') {
      if (strncmp(at, table, sizeof table - 1) == 0) table_end = behind(at, "details");
      at = skip(at, &details);
    } else {
      if (!in_word(at[-1])) note_uses(at < table_end ? found->behind_figures : found->read, at);
      at++;
    }
  }
}

static int by_place(const void *a, const void *b) {
  const char *one = ((const use *)a)->at, *other = ((const use *)b)->at;
  return (one > other) - (one < other);
}

/* Appends the text between two places, its first uses as links. */
static void link_uses(xy__text *out, const char *at, const char *end) {
  uses found = {0};
  use chosen[n_words];
  size_t n = 0;
  find_uses(&found, at, end);
  for (size_t i = 0; i < n_words; i++) {
    chosen[n] = found.read[i].at != NULL ? found.read[i] : found.behind_figures[i];
    chosen[n].word = i;
    n += chosen[n].at != NULL;
  }
  qsort(chosen, n, sizeof *chosen, by_place);
  for (size_t i = 0; i < n; i++) {
    xy__text_add_bytes(out, at, (size_t)(chosen[i].at - at));
    xy__text_addf(out, "<dfn><a href=\"#word-%zu\">%.*s</a></dfn>", chosen[i].word, (int)chosen[i].length,
                  chosen[i].at);
    at = chosen[i].at + chosen[i].length;
  }
  xy__text_add_bytes(out, at, (size_t)(end - at));
}

void xy__page_link_terms(xy__text *out, const char *html) {
  static const char *const sections[][2] = {{"<header>", "</header>"}, {"<section ", "</section>"}};
  for (size_t s = 0; s < 2; s++) {
    for (const char *begin; (begin = strstr(html, sections[s][0])) != NULL;) {
      const char *end = strstr(begin, sections[s][1]);
      if (end == NULL) break;
      xy__text_add_bytes(out, html, (size_t)(begin - html));
      link_uses(out, begin, end);
      html = end;
    }
  }
  xy__text_add(out, html);
}
