/* Which measures a sample has, and its value of each: kinds.h says where it stands in the line. */
#include "compare/sampled.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "results/modes.h"

/* Whether a task has both: lists of names with spaces between. */
static bool share_task(const char *tasks, const char *others) {
  char name[32];
  for (const char *at = tasks; *at != '\0'; at += strspn(at, " ")) {
    size_t length = strcspn(at, " ");
    snprintf(name, sizeof name, "%.*s", (int)length, at);
    if (xy__names_have(others, name)) return true;
    at += length;
  }
  return false;
}

static bool is_read_under(const xy__kind *kind, const xy__mode_row *mode) {
  if (kind->mode != NULL && strcmp(kind->mode, mode->name) != 0) return false;
  return share_task(kind->tasks, mode->tasks);
}

int xy__sampled_measures(xy__sampled_measure **out, size_t *n, xy_error *err) {
  xy__sampled_measure *list = xy__array(xy__kinds_n * xy__modes_n, sizeof *list);
  if (list == NULL) return xy__fail_memory(err, "measures");
  *n = 0;
  for (size_t k = 0; k < xy__kinds_n; k++) {
    const xy__kind *kind = &xy__kinds[k];
    for (size_t m = 0; kind->sampled != XY__NOT_SAMPLED && m < xy__modes_n; m++) {
      if (is_read_under(kind, &xy__modes[m])) list[(*n)++] = (xy__sampled_measure){kind, xy__modes[m].name};
    }
  }
  *out = list;
  return XY_OK;
}

double xy__sampled_value(const json_t *line, const xy__sampled_measure *measure) {
  const char *member = measure->kind->member;
  char key[64];
  snprintf(key, sizeof key, "%s%s", member, member[strlen(member) - 1] == '_' ? measure->mode : "");
  const json_t *value = json_object_get(line, key);
  if (value == NULL || json_is_null(value)) return NAN;
  double number = json_number_value(value);
  switch (measure->kind->sampled) {
    case XY__SAMPLED_SIGN: return number == 0 ? NAN : number > 0; /* ties prefer nothing */
    case XY__SAMPLED_WRONG: return json_is_boolean(value) ? !json_is_true(value) : NAN;
    case XY__SAMPLED_ANSWER: return json_is_integer(value) ? json_equal(value, json_object_get(line, "answer")) : NAN;
    default: return json_is_number(value) ? number : NAN;
  }
}

void xy__sampled_counts(xy__side sides[2], const json_t *line) {
  static const char *const prefixes[] = {"target_", "counterpart_"};
  for (size_t k = 0; k < 2; k++) {
    const struct {
      const char *name;
      int32_t *to;
    } counts[] = {{"tokens", &sides[k].tokens},
                  {"shared_tokens", &sides[k].shared_tokens},
                  {"predicate_tokens", &sides[k].predicate_tokens},
                  {"bytes", &sides[k].bytes}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
      char key[64];
      snprintf(key, sizeof key, "%s%s", prefixes[k], counts[i].name);
      *counts[i].to = (int32_t)json_integer_value(json_object_get(line, key));
    }
  }
}
