#include "measure/task.h"

#include <string.h>

/* A task is added here, as a file of tasks/: docs/adding.md. */
extern const xy__task xy__task_pair, xy__task_coref, xy__task_pronoun, xy__task_choice, xy__task_preference;
const xy__task *const xy__tasks[] = {
    &xy__task_pair, &xy__task_coref, &xy__task_pronoun, &xy__task_choice, &xy__task_preference, NULL,
};

const xy__task *xy__task_named(const char *name) {
  for (size_t i = 0; xy__tasks[i] != NULL; i++) {
    if (strcmp(xy__tasks[i]->name, name) == 0) return xy__tasks[i];
  }
  return NULL;
}

const xy__task *xy__task_of(const xy_bench *bench) { return xy__task_named(bench->task); }
