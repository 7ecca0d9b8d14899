/* The two layouts of preference data.
 *
 * RewardBench's (rewardbench/utils.py, load_preference_dataset): `prompt` (which others call `question`, `input` or
 * `instruction`) beside `chosen` and `rejected`, each a text, a message or a list of messages. A `system` text goes
 * before it, an `input` goes on an `instruction`; what else says something to the model, and would not reach it, costs
 * the row. A list of chosen messages may hold the answer alone or the whole conversation, as UltraFeedback's binarized
 * files do; what stands before the answer must then be one conversation, and the prompt's.
 *
 * HH-RLHF's (Bai et al. 2022; github.com/anthropics/hh-rlhf): no prompt, two dialogues that share their beginning. They
 * are cut behind the last "\n\nAssistant:" that both have, as in the code of Rafailov et al. 2023. Some rows as
 * published hold no pair of answers: the dialogues part before their last turns, or an answer is empty.
 */
#include "bench/preferences/preferences_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "bench/texts.h"

static const char human[] = "\n\nHuman:";
static const char assistant[] = "\n\nAssistant:";

/* Turns in the making. */
typedef struct turns {
  xy__turn *items;
  size_t n, capacity;
} turns;

typedef struct reader {
  xy__preferences *preferences;
  xy__file_rows *rows;
  int line;
} reader;

static bool no_memory(reader *r) {
  r->rows->failed = true;
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
    xy__row_out(r->rows, r->line, "%s: expected a text, found %s", what, kind(value));
  } else if (xy__json_whole(value) == NULL) {
    xy__row_out(r->rows, r->line, "%s: expected a text, found a zero character in it", what);
  } else {
    return json_string_value(value);
  }
  return NULL;
}

/* Nothing is said by what is missing, null, "", [] or {}. */
static bool is_empty(const json_t *value) {
  if (value == NULL || json_is_null(value)) return true;
  if (json_is_string(value)) return json_string_length(value) == 0;
  return (json_is_array(value) && json_array_size(value) == 0) ||
         (json_is_object(value) && json_object_size(value) == 0);
}

static bool blank(const char *text) { return xy__rstrip(text, strlen(text)) == 0; }

static bool add_turn(reader *r, turns *list, xy__role role, const char *text, size_t bytes) {
  const char *copy = xy__arena_copy(&r->preferences->arena, text, bytes);
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

/* The first of "\n\nHuman:" and "\n\nAssistant:" in text[0..bytes), or NULL. */
static const char *next_speaker(const char *text, size_t bytes) {
  const char *h = memmem(text, bytes, human, strlen(human));
  const char *a = memmem(text, bytes, assistant, strlen(assistant));
  return h == NULL || (a != NULL && a < h) ? a : h;
}

/* text[0..bytes) begins with "\n\nHuman:". */
static bool add_dialogue(reader *r, turns *list, const char *text, size_t bytes) {
  while (bytes > 0) {
    bool is_human = xy__begins_with(text, human);
    size_t mark = strlen(is_human ? human : assistant);
    const char *next = next_speaker(text + mark, bytes - mark);
    size_t used = next != NULL ? (size_t)(next - text) : bytes;
    size_t space = mark < used && text[mark] == ' '; /* between the mark and what is said; more of them are said */
    if (!add_turn(r, list, is_human ? XY__USER : XY__ASSISTANT, text + mark + space, used - mark - space)) return false;
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

static bool read_dialogues(reader *r, xy__preference *out, turns *list, const char *const whole[2]) {
  size_t cut = last_shared(whole[0], whole[1]);
  bool parted = cut == 0;
  const char *answers[2] = {whole[0] + cut, whole[1] + cut};
  for (int i = 0; i < 2; i++) parted = parted || next_speaker(answers[i], strlen(answers[i])) != NULL;
  if (parted) {
    xy__row_out(r->rows, r->line, "the dialogues part before their last turns");
    return false;
  }
  for (int i = 0; i < 2; i++) {
    out->answers[i] = xy__arena_string(&r->preferences->arena, answers[i] + (answers[i][0] == ' '));
    if (out->answers[i] == NULL) return no_memory(r);
  }
  return add_dialogue(r, list, whole[0], cut - strlen(assistant));
}

/* ---- prompts and messages -------------------------------------------------------------------------------- */

static bool read_role(xy__role *out, reader *r, const json_t *value, const char *what) {
  const char *name = text_of(r, value, what);
  if (name == NULL) return false;
  for (int role = XY__SYSTEM; role <= XY__ASSISTANT; role++) {
    *out = (xy__role)role;
    if (strcmp(name, xy__role_name(*out)) == 0) return true;
  }
  xy__row_out(r->rows, r->line, "%s: expected system, user or assistant, found '%.40s'", what, name);
  return false;
}

/* What a message has besides role and content, and a model was shown or said. */
static bool check_message(reader *r, const json_t *message, const char *what, size_t i) {
  static const char *const more[] = {"tool_calls", "function_call", "reasoning_content",
                                     "reasoning",  "thinking",      "refusal",
                                     "name",       "audio",         "images"};
  for (size_t k = 0; k < sizeof more / sizeof *more; k++) {
    if (is_empty(json_object_get(message, more[k]))) continue;
    xy__row_out(r->rows, r->line, "%s[%zu].%s would not reach the model", what, i, more[k]);
    return false;
  }
  return true;
}

/* A message's content: a text, or parts that are texts. */
static bool add_content(reader *r, turns *list, xy__role role, const json_t *content, const char *where) {
  if (!json_is_array(content)) {
    const char *text = text_of(r, content, where);
    return text != NULL && add_turn(r, list, role, text, strlen(text));
  }
  xy__text all = {0};
  bool good = json_array_size(content) > 0;
  if (!good) xy__row_out(r->rows, r->line, "%s: expected a text, found an empty list", where);
  for (size_t i = 0; good && i < json_array_size(content); i++) {
    const json_t *part = json_array_get(content, i);
    const char *type = json_string_value(json_object_get(part, "type"));
    const char *text = xy__json_whole(json_object_get(part, "text"));
    good = text != NULL && (type == NULL || strcmp(type, "text") == 0);
    if (good) xy__text_add(&all, text);
    if (!good) xy__row_out(r->rows, r->line, "%s[%zu]: expected a part that is a text", where, i);
  }
  if (all.failed) good = no_memory(r);
  good = good && add_turn(r, list, role, all.data != NULL ? all.data : "", all.size);
  xy__text_dispose(&all);
  return good;
}

static bool read_messages(reader *r, turns *list, const json_t *messages, const char *what) {
  if (json_array_size(messages) == 0) {
    xy__row_out(r->rows, r->line, "%s: expected messages, found an empty list", what);
    return false;
  }
  for (size_t i = 0; i < json_array_size(messages); i++) {
    const json_t *message = json_array_get(messages, i);
    char where[64];
    xy__role role;
    if (!json_is_object(message)) {
      xy__row_out(r->rows, r->line, "%s[%zu]: expected {role, content}, found %s", what, i, kind(message));
      return false;
    }
    snprintf(where, sizeof where, "%s[%zu].role", what, i);
    if (!read_role(&role, r, json_object_get(message, "role"), where)) return false;
    snprintf(where, sizeof where, "%s[%zu].content", what, i);
    if (!check_message(r, message, what, i)) return false;
    if (!add_content(r, list, role, json_object_get(message, "content"), where)) return false;
  }
  return true;
}

static bool read_prompt(reader *r, turns *list, const json_t *prompt, const char *key) {
  if (json_is_array(prompt)) return read_messages(r, list, prompt, key);
  if (!json_is_string(prompt)) {
    xy__row_out(r->rows, r->line, "%s: expected a text or a list of messages, found %s", key, kind(prompt));
    return false;
  }
  const char *text = text_of(r, prompt, key);
  if (text == NULL) return false;
  if (blank(text)) {
    xy__row_out(r->rows, r->line, "%s is empty", key);
    return false;
  }
  if (!xy__begins_with(text, human)) return add_turn(r, list, XY__USER, text, strlen(text));
  size_t bytes = xy__rstrip(text, strlen(text)); /* "...\n\nAssistant:" opens the answer's turn */
  size_t mark = strlen(assistant);
  if (bytes > mark && strncmp(text + bytes - mark, assistant, mark) == 0) bytes -= mark;
  return add_dialogue(r, list, text, bytes);
}

static bool check_answer(reader *r, const char *text, const char *key) {
  if (!blank(text)) return true;
  xy__row_out(r->rows, r->line, "%s is empty", key);
  return false;
}

/* A whole conversation with its answer: takes the answer off. */
static bool take_answer(reader *r, const char **answer, turns *list, const char *key) {
  const xy__turn *last = list->items != NULL && list->n > 0 ? &list->items[list->n - 1] : NULL;
  if (last == NULL) return false; /* messages were read: there is one */
  if (last->role != XY__ASSISTANT) {
    xy__row_out(r->rows, r->line, "%s: expected the assistant's answer as its last message, found the %s's", key,
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
    xy__row_out(r->rows, r->line, "chosen and rejected answer different conversations");
    good = false;
  }
  if (good && whole[0].n > 0) {
    bool agrees = list->n == 0 || same_turns(&whole[0], list) ||
                  (prompt_is_text && list->n == 1 && holds(&whole[0], list->items[0].text));
    if (!agrees) xy__row_out(r->rows, r->line, "chosen: its conversation is not the prompt's");
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
    if (xy__begins_with(texts[i], human)) {
      xy__row_out(r->rows, r->line, "%s: expected an answer to the prompt, found a whole dialogue", keys[i]);
      return false;
    }
    out->answers[i] = xy__arena_string(&r->preferences->arena, texts[i]);
    if (out->answers[i] == NULL) return no_memory(r);
  }
  return true;
}

/* The member that holds the prompt; NULL: none. Two of them are one too many, but for an instruction's input. */
static const json_t *find_prompt(reader *r, const json_t *row, const char **key) {
  static const char *const keys[] = {"prompt", "question", "instruction", "input"};
  const json_t *found = NULL;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    const json_t *value = json_object_get(row, keys[i]);
    if (value == NULL || json_is_null(value) || (found != NULL && is_empty(value))) continue;
    if (found == NULL) {
      *key = keys[i];
      found = value;
    } else if (strcmp(*key, "instruction") != 0) {
      xy__row_out(r->rows, r->line, "%s would not reach the model, since the prompt is %s", keys[i], *key);
    }
  }
  return found;
}

/* An instruction goes on with its input, after a line break, as in the code that trains on such rows. */
static bool add_input(reader *r, turns *list, const json_t *row, const char *key) {
  const json_t *input = json_object_get(row, "input");
  if (strcmp(key, "instruction") != 0 || is_empty(input)) return true;
  const char *text = text_of(r, input, "input");
  if (text == NULL) return false;
  if (list->n != 1) {
    xy__row_out(r->rows, r->line, "input would not reach the model, since the instruction is a conversation");
    return false;
  }
  xy__text both = {0};
  xy__text_addf(&both, "%s\n%s", list->items[0].text, text);
  list->items[0].text = both.failed ? NULL : xy__arena_string(&r->preferences->arena, both.data);
  xy__text_dispose(&both);
  return list->items[0].text != NULL || no_memory(r);
}

/* `system` goes before all else, unless the conversation begins with it. */
static bool add_system(reader *r, turns *list, const json_t *row) {
  const json_t *system = json_object_get(row, "system");
  if (is_empty(system)) return true;
  const char *text = text_of(r, system, "system");
  if (text == NULL) return false;
  bool there = list->n > 0 && list->items[0].role == XY__SYSTEM;
  if (there && strcmp(list->items[0].text, text) == 0) return true;
  if (there) {
    xy__row_out(r->rows, r->line, "system is not the system's turn of the prompt");
    return false;
  }
  if (!add_turn(r, list, XY__SYSTEM, text, strlen(text))) return false;
  xy__turn first = list->items[list->n - 1];
  memmove(list->items + 1, list->items, (list->n - 1) * sizeof *list->items);
  list->items[0] = first;
  return true;
}

/* Members by which other tools give a model what came before, or what it may use; a label of that name is asked for. */
static bool check_members(reader *r, const json_t *row) {
  static const char *const more[] = {"system_prompt", "system_message", "history",       "chat_history", "messages",
                                     "conversation",  "context",        "conversations", "tools",        "functions",
                                     "image",         "function_call",  "documents",     "tool_calls",   "images"};
  for (size_t k = 0; k < sizeof more / sizeof *more; k++) {
    bool label = false;
    for (size_t f = 0; f < r->preferences->n_fields; f++) {
      label = label || strcmp(r->preferences->fields[f], more[k]) == 0;
    }
    const json_t *value = json_object_get(row, more[k]);
    if (label || is_empty(value)) continue;
    if (json_equal(value, json_object_get(row, "chosen"))) continue; /* UltraFeedback has the chosen one twice */
    xy__row_out(r->rows, r->line, "%s would not reach the model (--by %s makes a label of it)", more[k], more[k]);
    return false;
  }
  return true;
}

static bool check_conversation(reader *r, const turns *list) {
  if (list->n == 0) {
    xy__row_out(
        r->rows, r->line,
        "expected a prompt, or chosen and rejected as whole dialogues ('\\n\\nHuman: ...\\n\\nAssistant: ...')");
    return false;
  }
  if (list->items[list->n - 1].role == XY__USER) return true;
  xy__row_out(r->rows, r->line, "expected the user's turn before the answers, found the %s's",
              xy__role_name(list->items[list->n - 1].role));
  return false;
}

/* An answer as a list of messages: as it stands, or a message alone; NULL: neither. Caller releases. */
static json_t *answer_list(const json_t *answer) {
  json_t *value = (json_t *)(uintptr_t)answer; /* references are counted in it */
  if (json_is_array(answer)) return json_incref(value);
  return json_is_object(answer) ? json_pack("[O]", value) : NULL;
}

static bool read_answers(reader *r, xy__preference *out, turns *list, const json_t *row, const json_t *prompt) {
  const json_t *answers[2] = {json_object_get(row, "chosen"), json_object_get(row, "rejected")};
  json_t *lists[2] = {answer_list(answers[0]), answer_list(answers[1])};
  bool good = false;
  if (lists[0] != NULL && lists[1] != NULL) {
    good = read_answer_lists(r, out, list, (const json_t *const[]){lists[0], lists[1]}, json_is_string(prompt));
  } else if (lists[0] != NULL || lists[1] != NULL) {
    xy__row_out(r->rows, r->line, "expected chosen and rejected in one form, found %s and %s", kind(answers[0]),
                kind(answers[1]));
  } else {
    const char *texts[2] = {text_of(r, answers[0], "chosen"), text_of(r, answers[1], "rejected")};
    if (texts[0] != NULL && texts[1] != NULL) {
      bool whole = prompt == NULL && xy__begins_with(texts[0], human) && xy__begins_with(texts[1], human);
      good = whole ? read_dialogues(r, out, list, texts) : read_answer_texts(r, out, texts);
    }
  }
  json_decref(lists[0]);
  json_decref(lists[1]);
  return good;
}

static bool read_row(reader *r, xy__preference *out, turns *list, const json_t *row) {
  const char *key = "";
  const json_t *prompt = find_prompt(r, row, &key);
  if (prompt != NULL && !(read_prompt(r, list, prompt, key) && add_input(r, list, row, key))) return false;
  if (!read_answers(r, out, list, row, prompt) || !add_system(r, list, row) || !check_conversation(r, list))
    return false;
  return check_members(r, row) && !r->rows->is_left_out;
}

/* The form of answers is their own; what is looked for in them is what was lost. */
static bool check_texts(reader *r, const xy__preference *row, const turns *list) {
  xy__row_text texts[2] = {{"chosen", row->answers[0]}, {"rejected", row->answers[1]}};
  xy__text before = {0};
  for (size_t i = 0; i < list->n; i++) xy__text_addf(&before, "%d:%s\n", (int)list->items[i].role, list->items[i].text);
  if (before.failed) return no_memory(r);
  bool good = xy__texts_check(r->rows, r->line, XY__REPLIES, before.data, texts, 2);
  if (good) xy__text_look(r->rows, r->line, before.data);
  xy__text_dispose(&before);
  return good;
}

bool xy__preference_read(xy__preference *out, xy__preferences *preferences, const json_t *row) {
  reader r = {.preferences = preferences, .rows = &preferences->read, .line = out->line};
  turns list = {0};
  bool good = read_row(&r, out, &list, row) && check_texts(&r, out, &list);
  xy__turn *kept = good ? xy__arena_alloc(&preferences->arena, list.n * sizeof *kept) : NULL;
  if (good && kept == NULL) good = no_memory(&r);
  if (good) {
    memcpy(kept, list.items, list.n * sizeof *kept);
    out->turns = kept;
    out->n_turns = list.n;
  }
  free(list.items);
  return good;
}
