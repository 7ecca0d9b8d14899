/* Tasks: what a model is asked of an item, and what becomes of the scores. One row each (task.c), of a file of its own
 * (tasks/); whoever measures, samples, exports or finds something asks the row. What a task's measures, modes and rules
 * are beside how they are computed stands in results/kinds.h and results/modes.h, by the task's name. In files the
 * member is called `modality`.
 */
#ifndef XY_MEASURE_TASK_H
#define XY_MEASURE_TASK_H

#include <jansson.h>

#include "base/text.h"
#include "measure/measure.h"

/* What an item gives to a mean; nothing where it does not count. A task numbers its readings from 1. */
typedef struct xy__reading {
  double value;
  bool counts;
} xy__reading;
enum { XY__READINGS = 8 }; /* more than any task has */

/* A measure of a task's own: the mean of a reading, or the difference of two such means. Its row has what is said of it
 * in the table of kinds; its change has a row where that table names one. */
typedef struct xy__task_measure {
  const char *measure;
  int plus, minus;  /* readings; minus 0: the mean alone */
  int needed;       /* a cell without any item that this reading counts has no value, and says so; 0: none */
  const char *mode; /* the only one it is read under ("": none, of stages whose tokens are known); NULL: all */
} xy__task_measure;

/* A number of a sample in lm-evaluation-harness' files, from the line of samples.jsonl. */
typedef struct xy__task_metric {
  const char *name;
  bool higher; /* is better, as the harness has it of its own tasks */
  double (*of)(const json_t *sample);
} xy__task_metric;

typedef struct xy__task {
  const char *name;
  bool sides;                       /* an item's scores are kept as two sides, whose gap is measured as that of pairs */
  bool options;                     /* ... as those of every option */
  bool prompted;                    /* an item's prompt and text are laid out by the stage's prompt format */
  bool conditions;                  /* every condition is a cell, in the column of themes */
  bool people;                      /* themes are groups of people, not kinds of harm */
  bool whole_axis;                  /* every item is about all groups of the benchmark's axis, which no label names */
  const char *undefined;            /* what it says of a stage that a measure has no value there; NULL: all have one */
  const xy__task_measure *measures; /* ended by a name NULL; NULL: none of its own. They are read of options */
  /* Fills the readings of an item under one of the task's modes or rules, by its place among them (modes.c). */
  void (*read)(xy__reading out[XY__READINGS], const xy_bench *bench, const xy__item *item,
               const xy__option_score *scores, size_t place);
  /* Distributions and extremes beside the gap: by how much the first of two options leads, under the task's first mode;
   * NAN where an item has not both. NULL: none. */
  const char *lead;
  double (*lead_of)(size_t options[2], const xy__item *item, const xy__option_score *scores);
  /* Members of a line of samples.jsonl: of an option, and what a rule of the task decides (known: by scores that the
   * stage has). */
  void (*add_option)(xy__text *line, const xy__option *option);
  void (*add_decision)(xy__text *line, const xy__item *item, const xy__option_score *scores, const char *rule,
                       size_t place, bool known);
  const xy__task_metric *metrics; /* ended by a name NULL; NULL: none */
} xy__task;

/* Ended by NULL. */
extern const xy__task *const xy__tasks[];

const xy__task *xy__task_of(const xy_bench *bench);
/* NULL for a name that no task has. */
const xy__task *xy__task_named(const char *name);

/* For tasks with two sides: every row of the gap. Root first in `stages`, parents before children. */
int xy__measure_gaps(xy_results *results, const xy_bench *bench, const xy__measure_stage *stages, size_t n_stages,
                     const xy__measure_settings *settings, xy_error *err);
extern const xy__task_metric xy__gap_metrics[];

#endif
