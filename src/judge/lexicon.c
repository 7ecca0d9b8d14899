/* See lexicon.h. */
#include "judge/lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"

static const char identities_file[] = "judges/identities.yaml";

void xy__lexicon_dispose(xy__lexicon *lexicon) {
  xy__map_dispose(&lexicon->places);
  free(lexicon->entries);
  xy__arena_dispose(&lexicon->arena);
  xy__words_dispose(&lexicon->words);
  xy__text_dispose(&lexicon->key);
}

/* ---- reading ------------------------------------------------------------------------------------------------ */

/* The place of the entry that lexicon->key is, made where it is new; -1 when out of memory. */
static int64_t place_of(xy__lexicon *lexicon, size_t words) {
  int64_t place = -1;
  const xy__text *key = &lexicon->key;
  if (key->failed || xy__map_get(&lexicon->places, key->data, key->size, &place)) return place;
  const char *copy = xy__arena_copy(&lexicon->arena, key->data, key->size);
  if (copy == NULL || !xy__grow(&lexicon->entries, &lexicon->capacity, lexicon->n, sizeof *lexicon->entries) ||
      !xy__map_put(&lexicon->places, copy, key->size, (int64_t)lexicon->n)) {
    return -1;
  }
  lexicon->entries[lexicon->n] = (xy__lexicon_entry){.words = words};
  return (int64_t)lexicon->n++;
}

xy__entry_outcome xy__lexicon_add(xy__lexicon_entry **out, xy__lexicon *lexicon, const char *text, size_t n) {
  if (!xy__words_split(&lexicon->words, text, n)) return XY__ENTRY_NO_MEMORY;
  size_t words = lexicon->words.n;
  if (words == 0) return XY__ENTRY_EMPTY;
  if (words > XY__ENTRY_WORDS) return XY__ENTRY_LONG;
  xy__words_join(&lexicon->key, &lexicon->words, 0, 1);
  int64_t first = place_of(lexicon, 1);
  xy__words_join(&lexicon->key, &lexicon->words, 0, words);
  int64_t place = first >= 0 ? place_of(lexicon, words) : -1;
  if (place < 0) return XY__ENTRY_NO_MEMORY;
  if (words > lexicon->entries[first].longest) lexicon->entries[first].longest = words;
  *out = &lexicon->entries[place];
  return XY__ENTRY_ADDED;
}

static int set_aside(xy__lexicon *lexicon, const char *term, xy_error *err) {
  xy__lexicon_entry *entry = NULL;
  switch (xy__lexicon_add(&entry, lexicon, term, strlen(term))) {
    case XY__ENTRY_ADDED: entry->identity = true; return XY_OK;
    case XY__ENTRY_NO_MEMORY: return xy__fail_memory(err, "terms of identities");
    default:
      return xy__fail(err, XY_ERR_ARGUMENT, "identity term '%s': expected from one to %d words", term, XY__ENTRY_WORDS);
  }
}

/* A mapping from axes to lists of terms. */
static int read_identities(xy__lexicon *lexicon, const xy__yaml *yaml, xy_error *err) {
  int rc = XY_OK;
  for (size_t a = 0; a < yaml->root->n; a++) {
    const xy__node *terms = yaml->root->items[a];
    for (size_t i = 0; rc == XY_OK && i < terms->n; i++) {
      const xy__node *term = terms->items[i];
      rc = term->kind == XY__SCALAR
               ? set_aside(lexicon, term->value, err)
               : xy__yaml_fail(yaml, term->line, err, "expected a term, found %s", xy__yaml_kind(term));
    }
  }
  return rc;
}

int xy__lexicon_set_aside(xy__lexicon *lexicon, xy_judge *judge, const xy_judge_options *options, xy_error *err) {
  const char *text = NULL;
  size_t bytes = 0;
  xy__yaml *yaml = NULL;
  int rc = xy__judge_builtin(&text, &bytes, judge, identities_file, err);
  if (rc == XY_OK) rc = xy__yaml_parse(&yaml, text, bytes, identities_file, err);
  if (rc == XY_OK) rc = read_identities(lexicon, yaml, err);
  xy__yaml_free(yaml);
  for (size_t i = 0; rc == XY_OK && i < options->n_identities; i++) {
    const char *term = options->identities[i];
    xy__judge_data(judge, term, strlen(term));
    rc = xy__utf8_check(term, strlen(term)) == strlen(term)
             ? set_aside(lexicon, term, err)
             : xy__fail(err, XY_ERR_ARGUMENT, "identity term %zu: expected UTF-8", i + 1);
  }
  return rc;
}

bool xy__lexicon_line(const char **out, size_t *bytes, int64_t *line, const char *text, size_t n, size_t *at) {
  if (*at == 0) *at = xy__byte_order_mark(text, n);
  while (*at < n) {
    const char *start = text + *at, *stop = memchr(start, '\n', n - *at);
    size_t length = stop != NULL ? (size_t)(stop - start) : n - *at;
    *at += length + (stop != NULL);
    ++*line;
    if (length > 0 && start[length - 1] == '\r') length--;
    if (xy__utf8_check(start, length) == length && xy__rstrip(start, length) == 0) continue;
    *out = start;
    *bytes = length;
    return true;
  }
  return false;
}

/* ---- searching ------------------------------------------------------------------------------------------------ */

static const xy__lexicon_entry *entry_at(xy__lexicon *lexicon, size_t first, size_t n) {
  const char *key = lexicon->words.items[first].text;
  size_t bytes = lexicon->words.items[first].bytes;
  if (n > 1) {
    xy__words_join(&lexicon->key, &lexicon->words, first, n);
    key = lexicon->key.data;
    bytes = lexicon->key.size;
  }
  int64_t place;
  bool found = !lexicon->key.failed && xy__map_get(&lexicon->places, key, bytes, &place);
  return found ? &lexicon->entries[place] : NULL;
}

static bool counts(const xy__lexicon_entry *entry) {
  return entry != NULL && (entry->identity || entry->categories != 0 || entry->lesser != 0);
}

/* The longest entry that begins with the i-th word, or NULL. */
static const xy__lexicon_entry *longest_at(xy__lexicon *lexicon, size_t i) {
  const xy__lexicon_entry *single = entry_at(lexicon, i, 1);
  if (single == NULL) return NULL;
  size_t rest = lexicon->words.n - i;
  for (size_t n = single->longest < rest ? single->longest : rest; n > 1; n--) {
    const xy__lexicon_entry *entry = entry_at(lexicon, i, n);
    if (counts(entry)) return entry;
  }
  return counts(single) ? single : NULL;
}

int xy__lexicon_search(size_t *words, xy__lexicon *lexicon, const xy_judge_input *input, xy__lexicon_found found,
                       void *user, xy_error *err) {
  if (!xy__words_split(&lexicon->words, input->text, input->bytes)) return xy__fail_memory(err, "a text");
  for (size_t i = 0; i < lexicon->words.n;) {
    const xy__lexicon_entry *entry = longest_at(lexicon, i);
    if (entry != NULL) found(user, entry);
    i += entry != NULL ? entry->words : 1;
  }
  *words = lexicon->words.n;
  return lexicon->key.failed ? xy__fail_memory(err, "a text") : XY_OK;
}
