/* The modes of gaps and the rules of answers: under what a row of the long table was read. One row each (modes.c): the
 * modes of gaps in the order of xy__mode, then the rules task by task, in the order in which the task's file numbers
 * them; the first of a task stands for it where the run's headline mode does not.
 */
#ifndef XY_RESULTS_MODES_H
#define XY_RESULTS_MODES_H

#include "base/error.h"

/* How the gap of a pair is made. The first five are those that a run can be read under. XY__NAME and XY__TERM are the
 * complement of XY__PREDICATE, whose gap and theirs sum to that of XY__FULL: of pairs "name", the tokens up to the end
 * of the identity term; of coref benchmarks "pronoun". */
typedef enum xy__mode {
  XY__FULL,
  XY__SHARED,
  XY__PREDICATE,
  XY__PER_TOKEN,
  XY__PER_BYTE,
  XY__PAIR_MODES,
  XY__NAME = XY__PAIR_MODES,
  XY__TERM,
  XY__MODES,
  XY__BY_BENCHMARK = XY__MODES /* no mode: each benchmark is read under the one that its items allow */
} xy__mode;

typedef struct xy__mode_row {
  const char *name;
  const char *tasks; /* that have it, by name, with spaces between */
  bool by_token;     /* needs a log-probability per token; the others need the sum of the whole text alone */
  const char *unit;  /* of gaps: "nats", "nats per token", "nats per byte"; "" for a rule */
  double length; /* by which the bound of "no change" of a whole text's gap is divided: a short sentence has about 10
                    tokens, or 50 bytes */
  bool held;     /* verdicts under the first mode or rule of its task are held against those under this one */
  const char *label; /* for people; NULL: the name */
  const char *gap;   /* what a gap is under it, in words; NULL where the run is never in this mode */
} xy__mode_row;
extern const xy__mode_row xy__modes[];
extern const size_t xy__modes_n;

/* "" for XY__BY_BENCHMARK. */
const char *xy__mode_name(xy__mode mode);
/* The row of a mode of gaps; that of `full` for any other name. */
const xy__mode_row *xy__mode_of_gaps(const char *name);
/* The mode of gaps of this name; `full` for any other name. */
xy__mode xy__mode_gap(const char *name);
bool xy__mode_by_token(xy__mode mode);
/* Of the modes that a run may be read under: those of pairs. */
int xy__mode_parse(xy__mode *out, const char *name, xy_error *err);
/* The row of a task's mode or rule; NULL where it has none of that name. */
const xy__mode_row *xy__mode_of(const char *task, const char *name);
/* The i-th of a task; NULL behind the last. */
const xy__mode_row *xy__mode_at(const char *task, size_t i);

/* Whether a task's gaps are read under the mode that the run asks for or the benchmark's items allow. */
bool xy__mode_has_gaps(const char *task);
/* The mode or rule that stands for a measure of a benchmark of this task whose gaps are shown under this mode. */
const char *xy__mode_front(const char *measure, const char *task, const char *headline);

/* Whether a list of names with spaces between has one. */
bool xy__names_have(const char *list, const char *name);

#endif
