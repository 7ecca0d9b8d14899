/* See axes.h. */
#include "bench/axes.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "bench/groups.h"

/* ---- one entry of the list --------------------------------------------------------------------------------- */

static bool is_letter(char c) { return isalpha((unsigned char)c) != 0; }

/* Whether `label` has the word, or a word that begins with it where it ends with '*'. */
static bool has_word(const char *label, const char *word) {
  size_t n = strlen(word);
  bool beginning = n > 0 && word[n - 1] == '*';
  if (beginning) n--;
  for (const char *at = label; *at != '\0'; at++) {
    bool begins = at == label || !is_letter(at[-1]);
    if (begins && strncasecmp(at, word, n) == 0 && (beginning || !is_letter(at[n]))) return true;
  }
  return false;
}

static bool has_any(const char *label, const xy__node *words) {
  for (size_t i = 0; words != NULL && i < words->n; i++) {
    if (has_word(label, words->items[i]->value)) return true;
  }
  return false;
}

static bool is_worded(const char *label, const xy__node *entry) {
  return has_any(label, xy__yaml_get(entry, "words")) && !has_any(label, xy__yaml_get(entry, "unless"));
}

/* Whether the label is what the list calls the entry, or one of its labels. */
static bool is_called(const char *label, const xy__node *entry) {
  const xy__node *name = xy__yaml_get(entry, "name"), *labels = xy__yaml_get(entry, "labels");
  if (name == NULL) name = xy__yaml_get(entry, "axis");
  xy__text key = {0}, other = {0};
  bool found = false;
  size_t n = labels != NULL ? labels->n : 0;
  for (size_t i = 0; !found && xy__groups_key(&key, label) && i <= n; i++) {
    const char *known = i < n ? labels->items[i]->value : name != NULL ? name->value : "";
    found = xy__groups_key(&other, known) && other.size > 0 && strcmp(key.data, other.data) == 0;
  }
  xy__text_dispose(&key);
  xy__text_dispose(&other);
  return found;
}

bool xy__group_matches(const char *label, const xy__node *entry) {
  return is_called(label, entry) || is_worded(label, entry);
}

/* ---- all of them ------------------------------------------------------------------------------------------- */

/* Whether an entry of the axis, or the axis itself, is the label's by this rule. */
static bool has_entry(const xy__node *axis, const char *label, bool (*rule)(const char *label, const xy__node *entry)) {
  static const char *const kinds[] = {"groups", "others"};
  for (size_t k = 0; k < 2; k++) {
    const xy__node *entries = xy__yaml_get(axis, kinds[k]);
    for (size_t i = 0; entries != NULL && i < entries->n; i++) {
      if (rule(label, entries->items[i])) return true;
    }
  }
  return rule(label, axis);
}

const char *xy__axis_of(const xy__node *axes, const char *label) {
  bool (*const rules[])(const char *, const xy__node *) = {is_called, is_worded};
  const char *found = NULL;
  for (size_t r = 0; r < 2 && found == NULL; r++) {
    for (size_t a = 0; a < axes->n; a++) {
      if (!has_entry(axes->items[a], label, rules[r])) continue;
      found = found == NULL ? xy__yaml_get(axes->items[a], "axis")->value : XY__MIXED_AXIS;
    }
  }
  return found;
}
