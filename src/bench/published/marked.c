/* See marked.h. */
#include "bench/published/marked.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

void xy__label_set(xy__builder *builder, int *out, xy__label_kind kind, const char *name) {
  *out = xy__builder_label(builder, kind, name, strlen(name));
}

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

int xy__read_beside(char **text, xy__source *out, xy__builder *builder, const xy__source *source, const char *name,
                    const char *why, xy_error *err) {
  xy__text path = {0};
  size_t bytes = 0;
  xy__text_add_bytes(&path, source->name, (size_t)(xy__file_name(source->name) - source->name));
  xy__text_add(&path, name);
  int rc = path.failed ? xy__fail_memory(err, name) : xy__file_read(text, &bytes, path.data, err);
  if (rc == XY_ERR_NOT_FOUND) {
    rc = xy__fail(err, XY_ERR_NOT_FOUND, "%s: expected '%s' beside it, %s", source->name, name, why);
  }
  if (rc == XY_OK) {
    xy__source_set(out, *text, bytes);
    out->name = xy__builder_string(builder, path.data);
    xy__text_add_bytes(&builder->beside, *text, bytes);
    if (out->name == NULL) {
      free(*text);
      rc = xy__fail_memory(err, name);
    }
  }
  xy__text_dispose(&path);
  return rc;
}
