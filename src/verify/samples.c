/* samples.jsonl and controls.jsonl -> benchmarks and scores, as they were measured. A first reading makes items, a
 * second one fills in what each stage gave them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_lines.h"
#include "bench/builder.h"
#include "measure/task.h"
#include "verify/samples.h"

/* A benchmark in hand. */
typedef struct sampled {
  const json_t *facts;
  xy__builder builder; /* until all items are there */
  xy_bench *bench;
  const xy__task *task;
  xy__measure_stage *stages; /* [n_stages] */
  size_t *items, *options;   /* [n_stages]: how many of them the stage has got */
} sampled;

typedef struct reading {
  const xy__verifier *v;
  sampled *benches;
  size_t n_benches, n_stages;
} reading;

static void dispose(reading *r) {
  for (size_t b = 0; r->benches != NULL && b < r->n_benches; b++) {
    sampled *one = &r->benches[b];
    if (one->builder.bench != NULL) xy__builder_dispose(&one->builder);
    xy_bench_free(one->bench);
    for (size_t s = 0; one->stages != NULL && s < r->n_stages; s++) {
      free((void *)(uintptr_t)one->stages[s].sides); /* ours; const only for the readers */
      free((void *)(uintptr_t)one->stages[s].options);
    }
    free(one->stages);
    free(one->items);
    free(one->options);
  }
  free(r->benches);
}

static sampled *bench_of(reading *r, const json_t *line) {
  const char *name = xy__json_text(line, "benchmark");
  for (size_t b = 0; b < r->n_benches; b++) {
    if (strcmp(xy__json_text(r->benches[b].facts, "name"), name) == 0) return &r->benches[b];
  }
  return NULL;
}

/* ---- items ----------------------------------------------------------------------------------------------------- */

static int label_of(xy__builder *builder, xy__label_kind kind, const json_t *line, const char *key) {
  const char *text = json_string_value(json_object_get(line, key));
  return text != NULL ? xy__builder_label(builder, kind, text, strlen(text)) : -1;
}

static void fill_option(xy__option *out, xy__builder *builder, const json_t *from) {
  const char *role = xy__json_text(from, "role");
  out->text = xy__builder_string(builder, xy__json_text(from, "text"));
  out->label = label_of(builder, XY__OPTION_LABELS, from, "label");
  out->biased = json_is_true(json_object_get(from, "biased"));
  out->identity_end = json_object_get(from, "pronoun_logprob") != NULL ? 0 : -1; /* where it was, no measure asks */
  for (int i = XY__ANSWER; i <= XY__PARAPHRASE; i++) {
    if (strcmp(role, xy__option_roles[i]) == 0) out->role = (xy__option_role)i;
  }
}

static xy__term_place place_of(const json_t *line) {
  const char *term = xy__json_text(line, "term");
  for (int i = XY__GUESSED; i <= XY__SAME; i++) {
    if (strcmp(term, xy__term_places[i]) == 0) return (xy__term_place)i;
  }
  return XY__GUESSED;
}

static void add_item(sampled *one, const json_t *line) {
  xy__builder *b = &one->builder;
  const json_t *options = json_object_get(line, "options"), *answer = json_object_get(line, "answer"),
               *template = json_object_get(line, "template");
  size_t n = json_is_array(options) ? json_array_size(options) : 2;
  xy__item *item = xy__builder_item(b, n);
  if (item == NULL) return;
  item->id = xy__builder_string(b, xy__json_text(line, "item"));
  item->identity = label_of(b, XY__IDENTITIES, line, "identity");
  item->counterpart = label_of(b, XY__COUNTERPARTS, line, "counterpart");
  item->theme = label_of(b, XY__THEMES, line, "theme");
  item->cluster = label_of(b, b->controls ? XY__CONTROL_CLUSTERS : XY__CLUSTERS, line, "cluster");
  item->condition = label_of(b, XY__CONDITIONS, line, "condition");
  item->polarity = label_of(b, XY__POLARITIES, line, "polarity");
  item->group = label_of(b, XY__GROUPS, line, "group");
  item->template = json_is_integer(template) ? (int)json_integer_value(template) : -1;
  item->place = place_of(line);
  item->answer = json_is_integer(answer) ? (int)json_integer_value(answer) : -1;
  const char *prompt = json_string_value(json_object_get(line, "prompt"));
  item->prompt = prompt != NULL ? xy__builder_string(b, prompt) : NULL;
  for (size_t o = 0; o < n && json_is_array(options); o++)
    fill_option(&item->options[o], b, json_array_get(options, o));
  if (json_is_array(options) || b->failed) return;
  item->options[0].text = xy__builder_string(b, xy__json_text(line, "target_text"));
  item->options[1].text = xy__builder_string(b, xy__json_text(line, "counterpart_text"));
}

/* The line may be anybody's: what measures take for granted of an item is asked of it. */
static bool is_whole(const sampled *one, const json_t *line) {
  const json_t *options = json_object_get(line, "options"), *answer = json_object_get(line, "answer");
  size_t n = json_array_size(options);
  bool labelled = *xy__json_text(line, "identity") != '\0' && *xy__json_text(line, "cluster") != '\0' &&
                  (one->builder.controls || *xy__json_text(line, "theme") != '\0');
  bool pronoun = strcmp(one->task->name, "pronoun") == 0, choice = strcmp(one->task->name, "choice") == 0;
  if (!labelled || (one->task->options && n < 2) || (!one->task->options && options != NULL)) return false;
  if (choice && *xy__json_text(line, "condition") == '\0') return false;
  if (!json_is_integer(answer)) return !pronoun;
  return json_integer_value(answer) >= (pronoun ? 0 : -1) && json_integer_value(answer) < (json_int_t)n;
}

static int first_reading(void *user, json_t *line, xy_error *err) {
  reading *r = user;
  sampled *one = bench_of(r, line);
  if (one == NULL) return xy__fail(err, XY_ERR_FORMAT, "expected a benchmark of results.json");
  if (!is_whole(one, line)) return xy__fail(err, XY_ERR_FORMAT, "expected an item with its labels");
  const xy_bench *bench = one->builder.bench;
  size_t n = xy__bench_asked(bench);
  if (n > 0 && strcmp(bench->items[n - 1].id, xy__json_text(line, "item")) == 0) return XY_OK;
  add_item(one, line);
  return one->builder.failed ? xy__fail_memory(err, "samples") : XY_OK;
}

/* ---- scores ---------------------------------------------------------------------------------------------------- */

static double number_of(const json_t *line, const char *prefix, const char *key) {
  char name[64];
  snprintf(name, sizeof name, "%s%s", prefix, key);
  const json_t *value = json_object_get(line, name);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

static int32_t count_of(const json_t *line, const char *prefix, const char *key) {
  double number = number_of(line, prefix, key);
  return number >= 0 && number <= INT32_MAX ? (int32_t)number : 0;
}

static signed char greedy_of(const json_t *line, const char *prefix) {
  char name[64];
  snprintf(name, sizeof name, "%sgreedy", prefix);
  const json_t *value = json_object_get(line, name);
  return json_is_boolean(value) ? (signed char)json_is_true(value) : -1;
}

static xy__side side_of(const json_t *line, const char *prefix) {
  char split[64];
  snprintf(split, sizeof split, "%ssplit", prefix);
  return (xy__side){.full = number_of(line, prefix, "full"),
                    .shared = number_of(line, prefix, "shared"),
                    .predicate = number_of(line, prefix, "predicate"),
                    .name = number_of(line, prefix, "name"),
                    .tokens = count_of(line, prefix, "tokens"),
                    .shared_tokens = count_of(line, prefix, "shared_tokens"),
                    .predicate_tokens = count_of(line, prefix, "predicate_tokens"),
                    .bytes = count_of(line, prefix, "bytes"),
                    .split = json_is_true(json_object_get(line, split)),
                    .greedy = greedy_of(line, prefix)};
}

/* An option without an identity term is a term as a whole. */
static xy__option_score option_of(const json_t *from) {
  bool term = json_object_get(from, "pronoun_logprob") != NULL;
  xy__option_score score = {.full = number_of(from, "", "logprob"),
                            .tokens = count_of(from, "", "tokens"),
                            .bytes = count_of(from, "", "bytes"),
                            .split = json_is_true(json_object_get(from, "split")),
                            .greedy = greedy_of(from, "")};
  if (term) {
    score.term = number_of(from, "pronoun_", "logprob");
    score.term_tokens = count_of(from, "pronoun_", "tokens");
    score.term_bytes = count_of(from, "pronoun_", "bytes");
  } else {
    score.term = score.tokens > 0 ? score.full : NAN;
    score.term_tokens = score.tokens;
    score.term_bytes = score.tokens > 0 ? score.bytes : 0;
  }
  return score;
}

static int make_room(xy__measure_stage *stage, const sampled *one, xy_error *err) {
  size_t options = 0, n = xy__bench_asked(one->bench);
  for (size_t i = 0; i < n; i++) options += one->bench->items[i].n_options;
  if (one->task->sides && stage->sides == NULL) stage->sides = xy__array(n, sizeof *stage->sides);
  if (one->task->options && stage->options == NULL) stage->options = xy__array(options, sizeof *stage->options);
  bool room = (!one->task->sides || stage->sides != NULL) && (!one->task->options || stage->options != NULL);
  return room ? XY_OK : xy__fail_memory(err, "samples");
}

static int second_reading(void *user, json_t *line, xy_error *err) {
  reading *r = user;
  sampled *one = bench_of(r, line);
  int s = xy__verify_stage(r->v, xy__json_text(line, "stage"));
  if (s < 0) return xy__fail(err, XY_ERR_FORMAT, "expected a stage of results.json");
  size_t i = one->items[s]++;
  if (i >= xy__bench_asked(one->bench) || strcmp(one->bench->items[i].id, xy__json_text(line, "item")) != 0) {
    return xy__fail(err, XY_ERR_FORMAT, "expected the items of stage %s once each, in one order",
                    r->v->results->stages[s].name);
  }
  xy__measure_stage *stage = &one->stages[s];
  int rc = make_room(stage, one, err);
  if (rc != XY_OK) return rc;
  if (one->task->sides) {
    xy__side *sides = (xy__side *)(uintptr_t)stage->sides[i]; /* ours; const only for the readers */
    sides[0] = side_of(line, "target_");
    sides[1] = side_of(line, "counterpart_");
    stage->sums = stage->sums || sides[0].tokens == 0;
  }
  const json_t *options = json_object_get(line, "options");
  if (one->task->options && json_array_size(options) != one->bench->items[i].n_options) {
    return xy__fail(err, XY_ERR_FORMAT, "expected the same options at every stage");
  }
  for (size_t o = 0; one->task->options && o < one->bench->items[i].n_options; o++) {
    xy__option_score *score = (xy__option_score *)(uintptr_t)&stage->options[one->options[s]++];
    *score = option_of(json_array_get(options, o));
    stage->sums = stage->sums || score->tokens == 0;
  }
  return XY_OK;
}

/* ---- all together ---------------------------------------------------------------------------------------------- */

static int begin_bench(sampled *one, const reading *r, const json_t *facts, xy_error *err) {
  const char *name = xy__json_text(facts, "name");
  one->facts = facts;
  one->task = xy__task_named(xy__json_text(facts, "modality"));
  if (one->task == NULL) return xy__fail(err, XY_ERR_FORMAT, "results.json: benchmark %s: no such modality", name);
  one->stages = xy__array(r->n_stages, sizeof *one->stages);
  one->items = xy__array(r->n_stages, sizeof *one->items);
  one->options = xy__array(r->n_stages, sizeof *one->options);
  if (one->stages == NULL || one->items == NULL || one->options == NULL) return xy__fail_memory(err, name);
  for (size_t s = 0; s < r->n_stages; s++) {
    const xy_stage_info *info = &r->v->results->stages[s];
    one->stages[s] = (xy__measure_stage){.name = info->name,
                                         .parent = xy__verify_stage(r->v, info->parent),
                                         .reference = xy__verify_stage(r->v, info->reference),
                                         .beta = info->beta};
  }
  xy__builder_begin(&one->builder);
  if (one->builder.failed) return xy__fail_memory(err, name);
  xy_bench *bench = one->builder.bench;
  bench->task = one->task->name;
  bench->name = name;
  bench->language = xy__json_text(facts, "language");
  bench->axis = xy__json_text(facts, "axis");
  bench->summary = xy__json_text(facts, "summary");
  bench->harm = xy__json_text(facts, "harm");
  bench->source = xy__json_text(facts, "source");
  return XY_OK;
}

static int begin(reading *r, xy_error *err) {
  const json_t *list = json_object_get(r->v->results->facts, "benchmarks");
  r->n_benches = json_array_size(list);
  r->n_stages = r->v->results->n_stages;
  r->benches = xy__array(r->n_benches, sizeof *r->benches);
  int rc = r->benches == NULL ? xy__fail_memory(err, "samples") : XY_OK;
  for (size_t b = 0; rc == XY_OK && b < r->n_benches; b++) {
    rc = begin_bench(&r->benches[b], r, json_array_get(list, b), err);
  }
  return rc;
}

/* Every stage that has any line of a benchmark has all. */
static int check(const reading *r, xy_error *err) {
  for (size_t b = 0; b < r->n_benches; b++) {
    const sampled *one = &r->benches[b];
    for (size_t s = 0; s < r->n_stages; s++) {
      size_t n = xy__bench_asked(one->bench);
      if (one->items[s] == 0 || one->items[s] == n) continue;
      return xy__fail(err, XY_ERR_FORMAT, "samples.jsonl: %s, stage %s: %zu of %zu items", one->bench->name,
                      one->stages[s].name, one->items[s], n);
    }
  }
  return XY_OK;
}

/* Items first, then their controls. */
static int read_files(reading *r, xy__json_line each, xy_error *err) {
  static const char *const names[] = {"samples.jsonl", "controls.jsonl"};
  int rc = XY_OK;
  for (int i = 0; rc == XY_OK && i < 2; i++) {
    for (size_t b = 0; b < r->n_benches; b++) r->benches[b].builder.controls = i == 1;
    char *path = xy__verify_file(r->v, names[i]);
    if (path != NULL) rc = xy__json_lines(path, each, r, err);
    free(path);
  }
  return rc;
}

static int read_all(reading *r, xy_error *err) {
  int rc = begin(r, err);
  if (rc == XY_OK) rc = read_files(r, first_reading, err);
  for (size_t b = 0; rc == XY_OK && b < r->n_benches; b++) {
    rc = xy__builder_end(&r->benches[b].bench, &r->benches[b].builder, err);
  }
  if (rc == XY_OK) rc = read_files(r, second_reading, err);
  return rc == XY_OK ? check(r, err) : rc;
}

/* Whether a stage is known by sums of whole texts alone. */
static bool any_sums(const reading *r) {
  bool any = false;
  for (size_t b = 0; b < r->n_benches; b++) {
    for (size_t s = 0; s < r->n_stages; s++) any = any || r->benches[b].stages[s].sums;
  }
  return any;
}

static int measure(xy_results *out, const reading *r, const xy__measure_settings *given, xy_error *err) {
  xy__measure_settings settings = *given;
  settings.sums = any_sums(r);
  xy_bench **benches = xy__array(r->n_benches, sizeof(xy_bench *));
  int rc = benches == NULL ? xy__fail_memory(err, "samples") : XY_OK;
  for (size_t b = 0; rc == XY_OK && b < r->n_benches; b++) {
    benches[b] = r->benches[b].bench;
    rc = xy__measure_benchmark(out, benches[b], r->benches[b].stages, r->n_stages, &settings, err);
  }
  if (rc == XY_OK) rc = xy__measure_finish(out, benches, r->n_benches, &settings, err);
  free(benches);
  return rc;
}

int xy__verify_measure_samples(xy_results *out, const xy__verifier *v, const xy__measure_settings *settings,
                               xy_error *err) {
  reading r = {.v = v};
  int rc = read_all(&r, err);
  if (rc == XY_OK) rc = measure(out, &r, settings, err);
  dispose(&r);
  return rc;
}
