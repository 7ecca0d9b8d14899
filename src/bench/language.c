/* Whether a published file is the English one: translations keep its columns. Texts in English nearly all hold one of a
 * few words that hardly occur in other languages.
 */
#include <ctype.h>
#include <string.h>

#include "bench/builder.h"

static const char *const common[] = {"the",  "are", "and", "they", "with", "that", "because", "people", "this", "have",
                                     "from", "who", "not", "his",  "her",  "my",   "their",   "you",    "it",   "he"};

static bool holds_word(const char *text, const char *word) {
  size_t n = strlen(word);
  for (const char *at = text; (at = strcasestr(at, word)) != NULL; at++) {
    bool starts = at == text || !(isalpha((unsigned char)at[-1]) || (unsigned char)at[-1] >= 0x80);
    if (starts && !(isalpha((unsigned char)at[n]) || (unsigned char)at[n] >= 0x80)) return true;
  }
  return false;
}

static bool looks_english(const xy__item *item) {
  for (size_t w = 0; w < sizeof common / sizeof *common; w++) {
    if (item->prompt != NULL && holds_word(item->prompt, common[w])) return true;
    if (holds_word(item->options[0].text, common[w])) return true;
  }
  return false;
}

void xy__language_check(xy__builder *builder) {
  enum { FEWEST = 40 }; /* items from which a share says something */
  const xy_bench *bench = builder->bench;
  size_t english = 0;
  if (builder->failed || strcmp(bench->language, "en") != 0 || bench->n < FEWEST) return;
  for (size_t i = 0; i < bench->n; i++) english += looks_english(&bench->items[i]);
  if (english * 5 < bench->n * 2) builder->bench->language = "";
}
