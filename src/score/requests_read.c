/* Requests as files hold them, what xylem export writes among them: each row says in one of four ways what is wanted.
 */
#include <stdlib.h>
#include <string.h>

#include "score/json_asked.h"

struct xy_requests {
  xy_request *list;
  size_t n, capacity;
  xy__json_asked asked;
};

/* Where the identity term of the continuation ends, if anywhere. */
static void read_cut(xy__json_asked *a, xy_request *out, const json_t *row) {
  const json_t *end = json_object_get(row, "identity_end");
  if (end == NULL || json_is_null(end) || out->continuation == NULL) return;
  out->has_cut = true;
  out->cut = (size_t)json_integer_value(end);
  if (!json_is_integer(end) || json_integer_value(end) < 0 || out->cut > strlen(out->continuation)) {
    xy__fault(&a->faults, a->line, "\"identity_end\": expected a number of bytes of the continuation");
  }
}

static void read_request(xy__json_asked *a, xy_request *out, const json_t *row) {
  static const char forms[] =
      "expected {\"text\"}, {\"prompt\", \"continuation\"}, {\"context\", \"continuation\"} or {\"ids\"}";
  const json_t *ids = json_object_get(row, "ids");
  bool text = json_object_get(row, "text") != NULL;
  bool context = json_object_get(row, "context") != NULL;
  bool prompt = json_object_get(row, "prompt") != NULL;
  bool pair = context || prompt || json_object_get(row, "continuation") != NULL;
  int found = (ids != NULL) + text + pair + (prompt && context);
  if (!json_is_object(row)) {
    xy__fault(&a->faults, a->line, "%s, found %s", forms, xy__json_kind(row));
  } else if (found != 1) {
    xy__fault(&a->faults, a->line, "%s, found %s", forms, found == 0 ? "none of them" : "more than one");
  } else if (ids != NULL) {
    out->ids = xy__json_asked_ids(&out->n_ids, a, ids);
  } else if (text) {
    out->text = xy__json_asked_text(a, row, "text");
  } else if (context) {
    out->benchmark = json_string_value(json_object_get(row, "benchmark"));
    out->item = json_string_value(json_object_get(row, "item"));
    out->context = xy__json_asked_text(a, row, "context");
    out->continuation = xy__json_asked_text(a, row, "continuation");
    out->laid_out = json_is_true(json_object_get(row, "laid_out"));
    read_cut(a, out, row);
  } else {
    out->prompt = xy__json_asked_text(a, row, "prompt");
    out->continuation = xy__json_asked_text(a, row, "continuation");
  }
}

static bool take(void *user, const json_t *row, const char *name) {
  xy_requests *into = user;
  if (!xy__grow(&into->list, &into->capacity, into->n, sizeof *into->list)) return false;
  into->list[into->n] = (xy_request){.name = name};
  read_request(&into->asked, &into->list[into->n++], row);
  return true;
}

int xy_requests_read(xy_requests **out, const char *text, size_t bytes, const char *name, xy_error *err) {
  xy__error_clear(err);
  xy_requests *into = xy__array(1, sizeof *into);
  if (into == NULL) return xy__fail_memory(err, name);
  int rc = xy__json_asked_read(&into->asked, text, bytes, name, take, into, err);
  if (rc == XY_OK) {
    *out = into;
  } else {
    xy_requests_free(into);
  }
  return rc;
}

const xy_request *xy_requests_list(size_t *n, const xy_requests *requests) {
  *n = requests->n;
  return requests->list;
}

void xy_requests_free(xy_requests *requests) {
  if (requests == NULL) return;
  free(requests->list);
  xy__json_asked_dispose(&requests->asked);
  free(requests);
}
