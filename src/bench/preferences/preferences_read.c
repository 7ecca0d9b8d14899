/* The two layouts of preference data.
 *
 * RewardBench's (rewardbench/utils.py, load_preference_dataset): `prompt` beside `chosen` and `rejected`, each a text
 * or a list of messages. A list of chosen messages may hold the answer alone or the whole conversation, as
 * UltraFeedback's binarized files do; what stands before the answer must then be one conversation, and the prompt's.
 *
 * HH-RLHF's (Bai et al. 2022; github.com/anthropics/hh-rlhf): no prompt, two dialogues that share their beginning. They
 * are cut behind the last "\n\nAssistant:" that both have, as in the code of Rafailov et al. 2023. Some rows as
 * published hold no pair of answers: the dialogues part before their last turns, or an answer is empty.
 */
#include "bench/preferences/preferences_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char human[] = "\n\nHuman:";
static const char assistant[] = "\n\nAssistant:";

/* Turns in the making. */
typedef struct turns {
  xy__turn *items;
  size_t n, capacity;
} turns;

typedef struct reader {
  xy__arena *arena;
  xy__faults *faults;
  int line;
} reader;

static bool no_memory(reader *r) {
  r->faults->rc = xy__fail_memory(r->faults->err, r->faults->name);
  return false;
}

static const char *kind(const json_t *value) {
  static const char *const names[] = {"an object", "a list", "a text", "a whole number",
                                      "a number",  "true",   "false",  "null"};
  return value == NULL ? "nothing" : names[json_typeof(value)];
}

/* A string without zero characters; `what` names it. */
static const char *text_of(reader *r, const json_t *value, const char *what) {
  if (!json_is_string(value)) {
    xy__fault(r->faults, r->line, "%s: expected a text, found %s", what, kind(value));
  } else if (strlen(json_string_value(value)) != json_string_length(value)) {
    xy__fault(r->faults, r->line, "%s: expected a text, found a zero character in it", what);
  } else {
    return json_string_value(value);
  }
  return NULL;
}

static bool blank(const char *text) { return xy__rstrip(text, strlen(text)) == 0; }

static bool add_turn(reader *r, turns *list, xy__role role, const char *text, size_t bytes) {
  const char *copy = xy__arena_copy(r->arena, text, bytes);
  if (copy == NULL || !xy__grow(&list->items, &list->capacity, list->n, sizeof *list->items)) return no_memory(r);
  list->items[list->n++] = (xy__turn){role, copy};
  return true;
}

static bool same_turns(const turns *a, const turns *b) {
  if (a->n != b->n) return false;
  for (size_t i = 0; i < a->n; i++) {
    if (a->items[i].role != b->items[i].role || strcmp(a->items[i].text, b->items[i].text) != 0) return false;
  }
  return true;
}

/* ---- dialogues ------------------------------------------------------------------------------------------- */

static bool begins_with(const char *text, const char *start) { return strncmp(text, start, strlen(start)) == 0; }

/* Python's str.strip. */
static void strip(const char **text, size_t *bytes) {
  *bytes = xy__rstrip(*text, *bytes);
  for (size_t used; *bytes > 0 && xy__is_space(xy__utf8_decode(*text, *bytes, &used));) {
    *text += used;
    *bytes -= used;
  }
}

/* The first of "\n\nHuman:" and "\n\nAssistant:" in text[0..bytes), or NULL. */
static const char *next_speaker(const char *text, size_t bytes) {
  const char *h = memmem(text, bytes, human, strlen(human));
  const char *a = memmem(text, bytes, assistant, strlen(assistant));
  return h == NULL || (a != NULL && a < h) ? a : h;
}

/* text[0..bytes) begins with "\n\nHuman:". */
static bool add_dialogue(reader *r, turns *list, const char *text, size_t bytes) {
  while (bytes > 0) {
    bool is_human = begins_with(text, human);
    size_t mark = strlen(is_human ? human : assistant);
    const char *next = next_speaker(text + mark, bytes - mark);
    size_t used = next != NULL ? (size_t)(next - text) : bytes;
    const char *said = text + mark;
    size_t length = used - mark;
    strip(&said, &length);
    if (!add_turn(r, list, is_human ? XY__USER : XY__ASSISTANT, said, length)) return false;
    text += used;
    bytes -= used;
  }
  return true;
}

/* Behind the last "\n\nAssistant:" that both dialogues share; 0 for none. */
static size_t last_shared(const char *a, const char *b) {
  size_t shared = 0;
  while (a[shared] != '\0' && a[shared] == b[shared]) shared++;
  size_t end = 0;
  for (const char *at = a; (at = memmem(at, shared - (size_t)(at - a), assistant, strlen(assistant))) != NULL;) {
    at += strlen(assistant);
    end = (size_t)(at - a);
  }
  return end;
}

static xy__row_kind read_dialogues(reader *r, xy__preference *out, xy__unpaired *why, turns *list,
                                   const char *const whole[2]) {
  size_t cut = last_shared(whole[0], whole[1]);
  *why = XY__PARTED;
  if (cut == 0) return XY__ROW_UNPAIRED;
  const char *answers[2] = {whole[0] + cut, whole[1] + cut};
  size_t bytes[2];
  for (int i = 0; i < 2; i++) {
    bytes[i] = strlen(answers[i]);
    if (next_speaker(answers[i], bytes[i]) != NULL) return XY__ROW_UNPAIRED;
  }
  for (int i = 0; i < 2; i++) {
    strip(&answers[i], &bytes[i]);
    *why = XY__NO_ANSWER;
    if (bytes[i] == 0) return XY__ROW_UNPAIRED;
    out->answers[i] = xy__arena_copy(r->arena, answers[i], bytes[i]);
    if (out->answers[i] == NULL) {
      no_memory(r);
      return XY__ROW_WRONG;
    }
  }
  return add_dialogue(r, list, whole[0], cut - strlen(assistant)) ? XY__ROW_PAIR : XY__ROW_WRONG;
}

/* ---- prompts and messages -------------------------------------------------------------------------------- */

static bool read_role(xy__role *out, reader *r, const json_t *value, const char *what) {
  const char *name = text_of(r, value, what);
  if (name == NULL) return false;
  for (int role = XY__SYSTEM; role <= XY__ASSISTANT; role++) {
    *out = (xy__role)role;
    if (strcmp(name, xy__role_name(*out)) == 0) return true;
  }
  xy__fault(r->faults, r->line, "%s: expected system, user or assistant, found '%.40s'", what, name);
  return false;
}

static bool read_messages(reader *r, turns *list, const json_t *messages, const char *what) {
  if (json_array_size(messages) == 0) {
    xy__fault(r->faults, r->line, "%s: expected messages, found an empty list", what);
    return false;
  }
  for (size_t i = 0; i < json_array_size(messages); i++) {
    const json_t *message = json_array_get(messages, i);
    char where[64];
    xy__role role;
    if (!json_is_object(message)) {
      xy__fault(r->faults, r->line, "%s[%zu]: expected {role, content}, found %s", what, i, kind(message));
      return false;
    }
    snprintf(where, sizeof where, "%s[%zu].role", what, i);
    if (!read_role(&role, r, json_object_get(message, "role"), where)) return false;
    snprintf(where, sizeof where, "%s[%zu].content", what, i);
    const char *text = text_of(r, json_object_get(message, "content"), where);
    if (text == NULL || !add_turn(r, list, role, text, strlen(text))) return false;
  }
  return true;
}

static bool read_prompt(reader *r, turns *list, const json_t *prompt, const char *key) {
  if (json_is_array(prompt)) return read_messages(r, list, prompt, key);
  if (!json_is_string(prompt)) {
    xy__fault(r->faults, r->line, "%s: expected a text or a list of messages, found %s", key, kind(prompt));
    return false;
  }
  const char *text = text_of(r, prompt, key);
  if (text == NULL) return false;
  if (blank(text)) {
    xy__fault(r->faults, r->line, "%s is empty", key);
    return false;
  }
  if (!begins_with(text, human)) return add_turn(r, list, XY__USER, text, strlen(text));
  size_t bytes = xy__rstrip(text, strlen(text)); /* "...\n\nAssistant:" opens the answer's turn */
  size_t mark = strlen(assistant);
  if (bytes > mark && strncmp(text + bytes - mark, assistant, mark) == 0) bytes -= mark;
  return add_dialogue(r, list, text, bytes);
}

static bool check_answer(reader *r, const char *text, const char *key) {
  if (!blank(text)) return true;
  xy__fault(r->faults, r->line, "%s is empty", key);
  return false;
}

/* A whole conversation with its answer: takes the answer off. */
static bool take_answer(reader *r, const char **answer, turns *list, const char *key) {
  const xy__turn *last = list->items != NULL && list->n > 0 ? &list->items[list->n - 1] : NULL;
  if (last == NULL) return false; /* messages were read: there is one */
  if (last->role != XY__ASSISTANT) {
    xy__fault(r->faults, r->line, "%s: expected the assistant's answer as its last message, found the %s's", key,
              xy__role_name(last->role));
    return false;
  }
  *answer = last->text;
  list->n--;
  return check_answer(r, *answer, key);
}

static bool holds(const turns *list, const char *text) {
  for (size_t i = 0; i < list->n; i++) {
    if (list->items[i].role == XY__USER && strcmp(list->items[i].text, text) == 0) return true;
  }
  return false;
}

/* Answers as lists of messages. `list` is the prompt's conversation, which may be empty; what the lists hold before
 * their answers takes its place where it says more. */
static bool read_answer_lists(reader *r, xy__preference *out, turns *list, const json_t *const answers[2],
                              bool prompt_is_text) {
  static const char *const keys[] = {"chosen", "rejected"};
  turns whole[2] = {{0}};
  bool good = true;
  for (int i = 0; i < 2 && good; i++) {
    good = read_messages(r, &whole[i], answers[i], keys[i]) && take_answer(r, &out->answers[i], &whole[i], keys[i]);
  }
  if (good && !same_turns(&whole[0], &whole[1])) {
    xy__fault(r->faults, r->line, "chosen and rejected answer different conversations");
    good = false;
  }
  if (good && whole[0].n > 0) {
    bool agrees = list->n == 0 || same_turns(&whole[0], list) ||
                  (prompt_is_text && list->n == 1 && holds(&whole[0], list->items[0].text));
    if (!agrees) xy__fault(r->faults, r->line, "chosen: its conversation is not the prompt's");
    good = agrees;
    turns swap = *list;
    *list = whole[0];
    whole[0] = swap;
  }
  free(whole[0].items);
  free(whole[1].items);
  return good;
}

static bool read_answer_texts(reader *r, xy__preference *out, const char *const texts[2]) {
  static const char *const keys[] = {"chosen", "rejected"};
  for (int i = 0; i < 2; i++) {
    if (!check_answer(r, texts[i], keys[i])) return false;
    if (begins_with(texts[i], human)) {
      xy__fault(r->faults, r->line, "%s: expected an answer to the prompt, found a whole dialogue", keys[i]);
      return false;
    }
    out->answers[i] = xy__arena_string(r->arena, texts[i]);
    if (out->answers[i] == NULL) return no_memory(r);
  }
  return true;
}

/* RewardBench's names for the prompt. */
static const json_t *find_prompt(const json_t *row, const char **key) {
  static const char *const keys[] = {"prompt", "question", "input"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    const json_t *value = json_object_get(row, keys[i]);
    *key = keys[i];
    if (value != NULL && !json_is_null(value)) return value;
  }
  return NULL;
}

static bool check_conversation(reader *r, const turns *list) {
  if (list->n == 0) {
    xy__fault(r->faults, r->line,
              "expected a prompt, or chosen and rejected as whole dialogues ('\\n\\nHuman: ...\\n\\nAssistant: ...')");
    return false;
  }
  if (list->items[list->n - 1].role == XY__USER) return true;
  xy__fault(r->faults, r->line, "expected the user's turn before the answers, found the %s's",
            xy__role_name(list->items[list->n - 1].role));
  return false;
}

static xy__row_kind read_row(reader *r, xy__preference *out, xy__unpaired *why, turns *list, const json_t *row) {
  const json_t *answers[2] = {json_object_get(row, "chosen"), json_object_get(row, "rejected")};
  const char *key;
  const json_t *prompt = find_prompt(row, &key);
  if (json_is_array(answers[0]) && json_is_array(answers[1])) {
    bool good = (prompt == NULL || read_prompt(r, list, prompt, key)) &&
                read_answer_lists(r, out, list, answers, json_is_string(prompt)) && check_conversation(r, list);
    return good ? XY__ROW_PAIR : XY__ROW_WRONG;
  }
  if (json_is_array(answers[0]) != json_is_array(answers[1])) {
    xy__fault(r->faults, r->line, "expected chosen and rejected in one form, found %s and %s", kind(answers[0]),
              kind(answers[1]));
    return XY__ROW_WRONG;
  }
  const char *texts[2] = {text_of(r, answers[0], "chosen"), text_of(r, answers[1], "rejected")};
  if (texts[0] == NULL || texts[1] == NULL) return XY__ROW_WRONG;
  if (prompt == NULL && begins_with(texts[0], human) && begins_with(texts[1], human)) {
    return read_dialogues(r, out, why, list, texts);
  }
  bool good = (prompt == NULL || read_prompt(r, list, prompt, key)) && check_conversation(r, list) &&
              read_answer_texts(r, out, texts);
  return good ? XY__ROW_PAIR : XY__ROW_WRONG;
}

xy__row_kind xy__preference_read(xy__preference *out, xy__unpaired *why, const json_t *row, xy__arena *arena,
                                 xy__faults *faults) {
  reader r = {.arena = arena, .faults = faults, .line = out->line};
  turns list = {0};
  xy__row_kind made = read_row(&r, out, why, &list, row);
  if (made == XY__ROW_PAIR && list.items != NULL) {
    xy__turn *kept = xy__arena_alloc(arena, list.n * sizeof *kept);
    if (kept == NULL) {
      no_memory(&r);
      made = XY__ROW_WRONG;
    } else {
      memcpy(kept, list.items, list.n * sizeof *kept);
      out->turns = kept;
      out->n_turns = list.n;
    }
  }
  free(list.items);
  return made;
}
