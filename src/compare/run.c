/* Runs read back: samples by benchmark, item and stage. */
#include "compare/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/json_lines.h"
#include "measure/task.h"

const json_t *xy__run_benchmarks(const xy__sampled_run *run) {
  return json_object_get(run->results->facts, "benchmarks");
}

int xy__run_place(const json_t *list, const char *name) {
  for (size_t i = 0; i < json_array_size(list); i++) {
    if (strcmp(xy__json_text(json_array_get(list, i), "name"), name) == 0) return (int)i;
  }
  return -1;
}

static void add_key(xy__text *out, const char *benchmark, const char *item, const char *stage) {
  xy__text_addf(out, "%s\n%s\n%s", benchmark, item, stage);
}

const xy__sample *xy__run_sample(const xy__sampled_run *run, const char *benchmark, const char *item,
                                 const char *stage) {
  xy__text key = {0};
  int64_t found;
  add_key(&key, benchmark, item, stage);
  bool there = !key.failed && xy__map_get(&run->map, key.data, key.size, &found);
  xy__text_dispose(&key);
  return there ? &run->samples[found] : NULL;
}

static void digest_texts(unsigned char out[32], const json_t *row) {
  static const char *const keys[] = {"prompt", "target_text", "counterpart_text"};
  xy__text all = {0};
  for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) xy__text_addf(&all, "%s\n", xy__json_text(row, keys[k]));
  const json_t *options = json_object_get(row, "options");
  for (size_t o = 0; o < json_array_size(options); o++) {
    xy__text_addf(&all, "%s\n", xy__json_text(json_array_get(options, o), "text"));
  }
  xy__digest_raw(out, all.data != NULL ? all.data : "", all.size);
  xy__text_dispose(&all);
}

/* A condition that tells items apart in the long table: the kind of a pronoun's antecedent. */
static const char *condition_of(const xy__sampled_run *run, const json_t *line, int bench) {
  const json_t *facts = json_array_get(xy__run_benchmarks(run), (size_t)bench);
  const xy__task *task = xy__task_named(xy__json_text(facts, "modality"));
  return task != NULL && task->conditions ? xy__json_text(line, "condition") : "";
}

/* False: out of memory. */
static bool keep(xy__sampled_run *run, xy__sample *one, const json_t *line, const xy__sampled_measure *measures,
                 size_t n) {
  const struct {
    const char **to, *text;
  } texts[] = {{&one->item, xy__json_text(line, "item")},
               {&one->identity, xy__json_text(line, "identity")},
               {&one->theme, xy__json_text(line, "theme")},
               {&one->condition, condition_of(run, line, one->bench)},
               {&one->cluster, xy__json_text(line, "cluster")}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    *texts[i].to = xy__arena_string(&run->arena, texts[i].text);
    if (*texts[i].to == NULL) return false;
  }
  xy__text key = {0};
  add_key(&key, xy__json_text(line, "benchmark"), one->item, xy__json_text(line, "stage"));
  const char *kept = key.failed ? NULL : xy__arena_copy(&run->arena, key.data, key.size);
  one->values = xy__arena_alloc(&run->arena, n * sizeof *one->values);
  bool room = kept != NULL && one->values != NULL &&
              xy__grow(&run->samples, &run->capacity, run->n, sizeof *run->samples) &&
              xy__map_put(&run->map, kept, key.size, (int64_t)run->n);
  xy__text_dispose(&key);
  if (!room) return false;
  digest_texts(one->texts, line);
  for (size_t m = 0; m < n; m++) one->values[m] = xy__sampled_value(line, &measures[m]);
  xy__sampled_counts(one->sides, line);
  run->samples[run->n++] = *one;
  return true;
}

typedef struct reading {
  xy__sampled_run *run;
  const xy__sampled_measure *measures;
  size_t n;
} reading;

static int add_sample(void *user, json_t *line, xy_error *err) {
  const reading *r = user;
  const char *benchmark = xy__json_text(line, "benchmark"), *item = xy__json_text(line, "item");
  const char *stage = xy__json_text(line, "stage");
  xy__sample one = {.bench = xy__run_place(xy__run_benchmarks(r->run), benchmark),
                    .stage = xy__run_place(json_object_get(r->run->results->facts, "stages"), stage)};
  if (one.bench < 0 || one.stage < 0 || *item == '\0') {
    return xy__fail(err, XY_ERR_FORMAT, "expected a benchmark and a stage of results.json, and an item");
  }
  if (xy__run_sample(r->run, benchmark, item, stage) != NULL) {
    return xy__fail(err, XY_ERR_FORMAT, "item %s of %s at stage %s is there twice", item, benchmark, stage);
  }
  return keep(r->run, &one, line, r->measures, r->n) ? XY_OK : xy__fail_memory(err, "samples");
}

int xy__run_read(xy__sampled_run *run, const char *folder, const xy__sampled_measure *measures, size_t n,
                 xy_error *err) {
  int rc = xy_results_open(&run->results, folder, err);
  if (rc != XY_OK) return rc;
  reading r = {run, measures, n};
  char *path = xy__path_join(run->results->directory, "samples.jsonl");
  rc = path == NULL ? xy__fail_memory(err, folder) : xy__json_lines(path, add_sample, &r, err);
  free(path);
  return rc;
}

void xy__run_dispose(xy__sampled_run *run) {
  xy_results_free(run->results);
  xy__map_dispose(&run->map);
  xy__arena_dispose(&run->arena);
  free(run->samples);
}
