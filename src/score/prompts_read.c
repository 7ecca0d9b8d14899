/* Prompts as files hold them: a text, turns, or ids. */
#include <stdlib.h>

#include "score/json_asked.h"

struct xy_prompts {
  xy_prompt *list;
  size_t n, capacity;
  xy__json_asked asked;
};

static void read_turns(xy__json_asked *a, xy_prompt *out, const json_t *messages) {
  size_t n = json_array_size(messages);
  if (!json_is_array(messages) || n == 0) {
    xy__fault(&a->faults, a->line, "expected an array of messages as \"messages\", found %s",
              json_is_array(messages) ? "an empty one" : xy__json_kind(messages));
    return;
  }
  xy_turn *turns = xy__arena_alloc(&a->arena, n * sizeof *turns);
  if (turns == NULL) {
    a->faults.rc = XY_ERR_MEMORY;
    return;
  }
  for (size_t i = 0; i < n; i++) {
    const json_t *message = json_array_get(messages, i);
    if (!json_is_object(message)) {
      xy__fault(&a->faults, a->line, "\"messages\"[%zu]: expected {\"role\", \"content\"}, found %s", i,
                xy__json_kind(message));
      return;
    }
    turns[i] = (xy_turn){xy__json_asked_text(a, message, "role"), xy__json_asked_text(a, message, "content")};
  }
  out->turns = turns;
  out->n_turns = n;
}

static void read_prompt(xy__json_asked *a, xy_prompt *out, const json_t *row) {
  static const char forms[] = "expected {\"prompt\"}, {\"messages\"} or {\"ids\"}";
  const json_t *text = json_object_get(row, "prompt");
  const json_t *messages = json_object_get(row, "messages");
  const json_t *ids = json_object_get(row, "ids");
  int found = (text != NULL) + (messages != NULL) + (ids != NULL);
  if (!json_is_object(row)) {
    xy__fault(&a->faults, a->line, "%s, found %s", forms, xy__json_kind(row));
  } else if (found != 1) {
    xy__fault(&a->faults, a->line, "%s, found %s", forms, found == 0 ? "none of them" : "more than one");
  } else if (ids != NULL) {
    out->ids = xy__json_asked_ids(&out->n_ids, a, ids);
  } else if (text != NULL) {
    out->text = xy__json_asked_text(a, row, "prompt");
  } else {
    read_turns(a, out, messages);
  }
}

static bool take(void *user, const json_t *row, const char *name) {
  xy_prompts *into = user;
  if (!xy__grow(&into->list, &into->capacity, into->n, sizeof *into->list)) return false;
  into->list[into->n] = (xy_prompt){.name = name};
  read_prompt(&into->asked, &into->list[into->n++], row);
  return true;
}

int xy_prompts_read(xy_prompts **out, const char *text, size_t bytes, const char *name, xy_error *err) {
  xy__error_clear(err);
  xy_prompts *into = xy__array(1, sizeof *into);
  if (into == NULL) return xy__fail_memory(err, name);
  int rc = xy__json_asked_read(&into->asked, text, bytes, name, take, into, err);
  if (rc == XY_OK) {
    *out = into;
  } else {
    xy_prompts_free(into);
  }
  return rc;
}

const xy_prompt *xy_prompts_list(size_t *n, const xy_prompts *prompts) {
  *n = prompts->n;
  return prompts->list;
}

void xy_prompts_free(xy_prompts *prompts) {
  if (prompts == NULL) return;
  free(prompts->list);
  xy__json_asked_dispose(&prompts->asked);
  free(prompts);
}
