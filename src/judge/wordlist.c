/* See wordlist.h. */
#include "judge/wordlist.h"

#include <stdlib.h>

#include "base/faults.h"
#include "base/file.h"

enum { FOUND, IDENTITY, WORDS, SCORES };

int xy__wordlist_read(xy__lexicon *out, const char *text, size_t bytes, const char *name, xy_error *err) {
  xy__faults faults = {.name = name, .err = err};
  const char *line;
  size_t length, at = 0;
  int64_t number = 0;
  while (xy__lexicon_line(&line, &length, &number, text, bytes, &at)) {
    xy__lexicon_entry *entry = NULL;
    if (xy__utf8_check(line, length) < length) {
      xy__fault(&faults, number, "not valid UTF-8");
      continue;
    }
    switch (xy__lexicon_add(&entry, out, line, length)) {
      case XY__ENTRY_ADDED:
        out->n_listed += entry->categories == 0;
        entry->categories = 1;
        break;
      case XY__ENTRY_EMPTY: xy__fault(&faults, number, "expected a word, found neither letter nor emoji"); break;
      case XY__ENTRY_LONG: xy__fault(&faults, number, "an entry of more than %d words", XY__ENTRY_WORDS); break;
      case XY__ENTRY_NO_MEMORY: return xy__fail_memory(err, name);
    }
  }
  if (faults.n == 0 && out->n_listed == 0) xy__fault(&faults, 0, "expected a word a line, found none");
  return xy__faults_end(&faults);
}

static int open_list(xy_judge *judge, const char *path, const xy_judge_options *options, xy_error *err) {
  xy__lexicon *lexicon = xy__array(1, sizeof *lexicon);
  if (lexicon == NULL) return xy__fail_memory(err, path);
  judge->state = lexicon;
  char *text = NULL;
  size_t bytes = 0;
  int rc = xy__file_read(&text, &bytes, path, err);
  if (rc != XY_OK) return rc;
  xy__judge_data(judge, text, bytes);
  rc = xy__wordlist_read(lexicon, text, bytes, path, err);
  free(text);
  if (rc == XY_OK) rc = xy__lexicon_set_aside(lexicon, judge, options, err);
  judge->entries = lexicon->n_listed;
  return rc;
}

static void free_list(void *state) {
  xy__lexicon_dispose(state);
  free(state);
}

static void count(void *user, const xy__lexicon_entry *entry) {
  double *scores = user;
  scores[entry->identity ? IDENTITY : FOUND]++;
}

static int judge_list(const char **label, double *scores, void *state, const xy_judge_input *input, xy_error *err) {
  size_t words = 0;
  int rc = xy__lexicon_search(&words, state, input, count, scores, err);
  scores[WORDS] = (double)words;
  *label = scores[FOUND] > 0 ? "found" : "none";
  return rc;
}

static const xy_judge_term labels[] = {{"found", "the text has an entry of the list"},
                                       {"none", "it has none, but for terms of identities"}};
static const xy_judge_term scores[SCORES] = {
    [FOUND] = {"found", "entries found, each as often as it stands there"},
    [IDENTITY] = {"identity", "terms by which people are called, set aside whether the list has them or not"},
    [WORDS] = {"words", "words of the text, an emoji being one"}};

const xy__judge_kind xy__judge_wordlist = {
    .card = {.name = "wordlist",
             .operand = "FILE",
             .summary = "How many entries of your own list, a word or several a line, a text has.",
             .blind = "What a word means where it stands: negation, quotation, irony, reclaimed words; other spellings "
                      "and inflections than the list's.",
             .source = "the file",
             .licence = "the file's",
             .version = "1",
             .entries = "entries",
             .identities = true,
             .n_labels = sizeof labels / sizeof *labels,
             .labels = labels,
             .n_scores = SCORES,
             .scores = scores},
    .open = open_list,
    .free = free_list,
    .judge = judge_list};
