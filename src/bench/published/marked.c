/* See marked.h. */
#include "bench/published/marked.h"

#include <ctype.h>
#include <string.h>

xy__item *xy__sentences_add(xy__builder *builder, const xy__marked *sentences, size_t n) {
  xy__item *item = xy__builder_item(builder, n);
  if (item == NULL) return NULL;
  size_t prompt = xy__rstrip(sentences[0].text, sentences[0].start);
  if (prompt > 0) item->prompt = xy__builder_copy(builder, sentences[0].text, prompt);
  for (size_t i = 0; i < n; i++) {
    item->options[i].text = xy__builder_string(builder, sentences[i].text + prompt);
    item->options[i].identity_end = (int64_t)(sentences[i].end - prompt);
  }
  return item;
}

static bool is_letter(char c) { return isalpha((unsigned char)c) || (unsigned char)c >= 0x80 || c == '\''; }

bool xy__sentences_mark(xy__marked *sentences, size_t n) {
  size_t at = 0;
  for (bool same = true; same; at += same) {
    char c = sentences[0].text[at];
    same = c != '\0';
    for (size_t i = 1; i < n; i++) same = same && sentences[i].text[at] == c;
  }
  while (at > 0 && is_letter(sentences[0].text[at - 1])) at--;
  bool differ = false;
  for (size_t i = 0; i < n; i++) {
    sentences[i].start = sentences[i].end = at;
    while (is_letter(sentences[i].text[sentences[i].end])) sentences[i].end++;
    if (sentences[i].end == at) return false;
    differ = differ || strcmp(sentences[i].text, sentences[0].text) != 0;
  }
  return differ;
}
