/* The table of modes and rules: modes.h says what a row holds, docs/measures.md how each is made. */
#include "results/modes.h"

#include <string.h>

#include "results/kinds.h"

const xy__mode_row xy__modes[] = {
    {"full", "pair coref preference", false, "nats", 1, false, NULL,
     "the log-probability of the target text minus that of its counterpart"},
    {"shared", "pair coref", true, "nats", 1, true, NULL,
     "the log-probability of the tokens that both texts share, in the target text minus in its counterpart"},
    {"predicate", "pair coref", true, "nats", 1, true, "statement",
     "the log-probability of what follows the group’s name in the target text minus the same in its counterpart"},
    {"per-token", "pair coref preference", true, "nats per token", 10, false, NULL,
     "the log-probability of the target text minus that of its counterpart, each divided by its tokens"},
    {"per-byte", "pair coref", false, "nats per byte", 50, false, NULL,
     "the log-probability of the target text minus that of its counterpart, each divided by its bytes"},
    {"name", "pair", true, "nats", 1, false},
    {"pronoun", "coref", true, "nats", 1, false},
    {"three-way", "choice", false, "", 1, false},
    {"three-way-per-byte", "choice", false, "", 1, true},
    {"lm-eval", "choice", false, "", 1, true},
    {"summed", "pronoun", true, "", 1, false},
    {"per-token", "pronoun", true, "", 1, true},
    {"per-byte", "pronoun", true, "", 1, true},
    {"sentence", "pronoun", false, "", 1, false},
};
const size_t xy__modes_n = sizeof xy__modes / sizeof *xy__modes;
_Static_assert(sizeof xy__modes / sizeof *xy__modes >= XY__MODES, "a row for each mode of gaps");

const char *xy__mode_name(xy__mode mode) { return mode < XY__MODES ? xy__modes[mode].name : ""; }
bool xy__mode_by_token(xy__mode mode) { return xy__modes[mode].by_token; }
int xy__mode_parse(xy__mode *out, const char *name, xy_error *err) {
  for (int mode = 0; mode < XY__PAIR_MODES; mode++) {
    const xy__mode_row *row = &xy__modes[mode];
    if (strcmp(name, row->name) == 0 || (row->label != NULL && strcmp(name, row->label) == 0)) {
      *out = (xy__mode)mode;
      return XY_OK;
    }
  }
  return xy__fail(err, XY_ERR_ARGUMENT,
                  "mode '%s': expected full, shared, predicate (statement), per-token or per-byte", name);
}

bool xy__names_have(const char *list, const char *name) {
  size_t n = strlen(name);
  for (const char *at = strstr(list, name); n > 0 && at != NULL; at = strstr(at + 1, name)) {
    if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0')) return true;
  }
  return false;
}

const xy__mode_row *xy__mode_of(const char *task, const char *name) {
  const xy__mode_row *row;
  for (size_t i = 0; (row = xy__mode_at(task, i)) != NULL; i++) {
    if (strcmp(row->name, name) == 0) return row;
  }
  return NULL;
}

const xy__mode_row *xy__mode_at(const char *task, size_t i) {
  for (size_t m = 0; m < xy__modes_n; m++) {
    if (xy__names_have(xy__modes[m].tasks, task) && i-- == 0) return &xy__modes[m];
  }
  return NULL;
}

bool xy__mode_has_gaps(const char *task) { return xy__names_have("pair coref", task); }

const char *xy__mode_front(const char *measure, const char *task, const char *headline) {
  const xy__kind *kind = xy__kind_of(measure);
  if (kind != NULL && kind->mode != NULL) return kind->mode;
  const xy__mode_row *first = xy__mode_has_gaps(task) ? NULL : xy__mode_at(task, 0);
  return first != NULL ? first->name : headline;
}

xy__mode xy__mode_gap(const char *name) {
  for (int mode = 0; mode < XY__MODES; mode++) {
    if (strcmp(xy__modes[mode].name, name) == 0) return (xy__mode)mode;
  }
  return XY__FULL;
}

const xy__mode_row *xy__mode_of_gaps(const char *name) { return &xy__modes[xy__mode_gap(name)]; }

const char *xy_gap_unit(const char *mode) { return xy__mode_of_gaps(mode != NULL ? mode : "")->unit; }
const char *xy_mode_label(const char *mode) {
  for (size_t i = 0; i < xy__modes_n; i++) {
    if (xy__modes[i].label != NULL && strcmp(xy__modes[i].name, mode) == 0) return xy__modes[i].label;
  }
  return mode;
}
const char *xy_task_mode(const char *task, size_t i) {
  const xy__mode_row *row = xy__mode_at(task, i);
  return row != NULL ? row->name : NULL;
}
