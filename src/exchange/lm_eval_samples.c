/* samples.jsonl -> samples_TASK_DATE.jsonl, a file per stage and benchmark, a line per item; controls.jsonl the same
 * way, under tasks of their own. The documents are our items; the requests are (context, continuation) as the model saw
 * them, an end token that a tail adds left out; the responses are text, as the harness writes them: ["-12.34",
 * "False"]. Read line by line: a large run never lies in memory whole.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/ask.h"
#include "base/digest.h"
#include "base/json_lines.h"
#include "base/output.h"
#include "exchange/lm_eval.h"

const xy__task_metric *xy__lm_eval_metrics(const char *task) {
  static const xy__task_metric none[] = {{0}};
  const xy__task *of = xy__task_named(task);
  return of != NULL && of->metrics != NULL ? of->metrics : none;
}

void xy__lm_eval_task_name(char *out, size_t size, const char *benchmark, bool controls) {
  snprintf(out, size, "%s%s", benchmark, controls ? "-controls" : "");
}

/* One stage's file for the benchmark in hand. */
typedef struct sink {
  xy__file_out out;
  xy__digest *hashes;
  int64_t docs;
} sink;

typedef struct writer {
  xy__lm_eval_stage *stages;
  sink *sinks; /* [n] */
  size_t n;
  const xy__format **formats; /* [n]; closed at the end */
  const json_t *benchmarks;
  const char *path, *date;
  bool controls;
  char benchmark[256]; /* in hand; "" before the first */
  char name[272];      /* of its task for the harness */
  const char *task;    /* of that benchmark: what kind it is */
} writer;

/* ---- one line ---------------------------------------------------------------------------------------------- */

static const char *string_of(const json_t *row, const char *key) {
  return json_string_value(json_object_get(row, key));
}

/* The item without its scores; texts of options as `choices`. */
static json_t *document_of(const json_t *row) {
  static const char *const keys[] = {"benchmark", "item",     "identity", "counterpart", "theme",           "cluster",
                                     "condition", "polarity", "prompt",   "target_text", "counterpart_text"};
  json_t *doc = json_object();
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    json_t *value = json_object_get(row, keys[i]);
    if (value != NULL) json_object_set(doc, keys[i], value);
  }
  const json_t *options = json_object_get(row, "options");
  if (options == NULL) return doc;
  json_t *choices = json_array();
  for (size_t o = 0; o < json_array_size(options); o++) {
    json_array_append(choices, json_object_get(json_array_get(options, o), "text"));
  }
  json_object_set_new(doc, "choices", choices);
  json_object_set(doc, "answer", json_object_get(row, "answer"));
  return doc;
}

static json_t *response(const json_t *logprob, const json_t *greedy) {
  xy__text number = {0};
  xy__text_add_number(&number, json_number_value(logprob));
  json_t *pair = json_pack("[s, s]", number.data, json_is_true(greedy) ? "True" : "False");
  xy__text_dispose(&number);
  return pair;
}

/* Requests and responses of a line, in the order of the item's texts. */
typedef struct answers {
  json_t *arguments, *resps, *filtered;
  const char *first_context; /* of the first request; in `arguments` */
} answers;

static int add_answer(answers *out, const writer *w, size_t stage, const json_t *row, const char *text,
                      const json_t *logprob, const json_t *greedy, xy_error *err) {
  if (text == NULL || !json_is_number(logprob))
    return xy__fail(err, XY_ERR_FORMAT, "expected texts and their log-probabilities");
  if (greedy == NULL) {
    int rc = xy__fail(err, XY_ERR_FORMAT, "expected members 'greedy' (the run was written by an earlier version)");
    return xy__hint(err, rc, "run xylem audit again: nothing that is stored is computed twice");
  }
  const xy__task *task = xy__task_named(w->task);
  bool prompted = task != NULL && task->prompted;
  const xy__asked asked =
      xy__ask_prompt(string_of(row, "prompt"), text, prompted ? w->formats[stage] : xy__format_plain(), XY__TAIL_NONE);
  xy__asked_text whole = {0};
  int rc = xy__asked_write(&whole, &asked, "", err);
  if (rc == XY_OK) {
    char key[32];
    snprintf(key, sizeof key, "gen_args_%zu", json_object_size(out->arguments));
    const char *data = whole.text.data;
    json_t *arguments = json_pack("{s:s%, s:s}", "arg_0", data, whole.cut, "arg_1", data + whole.cut);
    json_object_set_new(out->arguments, key, arguments);
    json_t *one = response(logprob, greedy);
    json_array_append_new(out->resps, json_pack("[O]", one));
    json_array_append_new(out->filtered, one);
  }
  xy__asked_text_dispose(&whole);
  return rc;
}

static int answers_of(answers *out, const writer *w, size_t stage, const json_t *row, xy_error *err) {
  *out = (answers){json_object(), json_array(), json_array(), ""};
  const json_t *options = json_object_get(row, "options");
  int rc = XY_OK;
  for (size_t o = 0; rc == XY_OK && o < json_array_size(options); o++) {
    const json_t *option = json_array_get(options, o);
    rc = add_answer(out, w, stage, row, string_of(option, "text"), json_object_get(option, "logprob"),
                    json_object_get(option, "greedy"), err);
  }
  static const char *const sides[][3] = {{"target_text", "target_full", "target_greedy"},
                                         {"counterpart_text", "counterpart_full", "counterpart_greedy"}};
  for (size_t k = 0; rc == XY_OK && options == NULL && k < 2; k++) {
    rc = add_answer(out, w, stage, row, string_of(row, sides[k][0]), json_object_get(row, sides[k][1]),
                    json_object_get(row, sides[k][2]), err);
  }
  const char *first = string_of(json_object_get(out->arguments, "gen_args_0"), "arg_0");
  if (first != NULL) out->first_context = first;
  return rc;
}

static void add_metrics(json_t *sample, const json_t *row, const char *task) {
  json_t *names = json_array();
  for (const xy__task_metric *m = xy__lm_eval_metrics(task); m->name != NULL; m++) {
    json_object_set_new(sample, m->name, json_real(m->of(row)));
    json_array_append_new(names, json_string(m->name));
  }
  json_object_set_new(sample, "metrics", names);
}

static int add_hash(json_t *sample, sink *to, const char *key, const char *text) {
  char hex[XY__DIGEST_HEX];
  if (text == NULL) return XY_ERR_MEMORY;
  xy__digest_of(hex, text, strlen(text));
  xy__digest_add(to->hashes, hex, sizeof hex - 1);
  return json_object_set_new(sample, key, json_string(hex)) == 0 ? XY_OK : XY_ERR_MEMORY;
}

static int write_sample(writer *w, size_t stage, const json_t *row, xy_error *err) {
  sink *to = &w->sinks[stage];
  char target[32];
  answers all = {0};
  int rc = answers_of(&all, w, stage, row, err);
  json_t *doc = document_of(row);
  const json_t *answer = json_object_get(row, "answer");
  snprintf(target, sizeof target, "%lld", json_is_integer(answer) ? (long long)json_integer_value(answer) : 0);
  json_t *sample =
      json_pack("{s:I, s:O, s:s, s:O, s:O, s:O, s:s}", "doc_id", (json_int_t)to->docs, "doc", doc, "target", target,
                "arguments", all.arguments, "resps", all.resps, "filtered_resps", all.filtered, "filter", "none");
  if (rc == XY_OK && sample == NULL) rc = xy__fail_memory(err, w->path);
  if (rc == XY_OK) {
    add_metrics(sample, row, w->task);
    char *text = json_dumps(doc, JSON_INDENT(2));
    if (add_hash(sample, to, "doc_hash", text) != XY_OK ||
        add_hash(sample, to, "prompt_hash", all.first_context) != XY_OK ||
        add_hash(sample, to, "target_hash", target) != XY_OK) {
      rc = xy__fail_memory(err, w->path);
    }
    xy_free(text);
  }
  if (rc == XY_OK) {
    xy__text line = {0};
    xy__json_add(&line, sample);
    xy__text_add(&line, "\n");
    rc = line.failed ? xy__fail_memory(err, w->path) : xy__file_append(&to->out, line.data, line.size, err);
    xy__text_dispose(&line);
    to->docs++;
  }
  json_decref(sample);
  json_decref(doc);
  json_decref(all.arguments);
  json_decref(all.resps);
  json_decref(all.filtered);
  return rc;
}

/* ---- one benchmark after the other --------------------------------------------------------------------------- */

static int finish_benchmark(writer *w, xy_error *err) {
  int rc = XY_OK;
  for (size_t s = 0; s < w->n; s++) {
    sink *to = &w->sinks[s];
    if (to->hashes == NULL) continue;
    char hex[XY__DIGEST_HEX];
    xy__digest_end(hex, to->hashes);
    to->hashes = NULL;
    json_object_set_new(w->stages[s].task_hashes, w->name, json_string(hex));
    json_object_set_new(w->stages[s].counts, w->name, json_integer((json_int_t)to->docs));
    if (rc == XY_OK) rc = xy__file_finish(&to->out, err);
    xy__file_drop(&to->out);
  }
  return rc;
}

/* "" for a benchmark that results.json has not. */
static const char *task_of(const writer *w, const char *benchmark) {
  for (size_t b = 0; b < json_array_size(w->benchmarks); b++) {
    const json_t *one = json_array_get(w->benchmarks, b);
    const char *name = string_of(one, "name"), *task = string_of(one, "modality");
    if (name != NULL && task != NULL && strcmp(name, benchmark) == 0) return task;
  }
  return "";
}

static int begin_benchmark(writer *w, const char *name, xy_error *err) {
  int rc = finish_benchmark(w, err);
  if (rc == XY_OK && (*name == '\0' || strchr(name, '/') != NULL || strlen(name) >= sizeof w->benchmark)) {
    rc = xy__fail(err, XY_ERR_FORMAT, "expected a benchmark's name without '/'");
  }
  if (rc != XY_OK) return rc;
  snprintf(w->benchmark, sizeof w->benchmark, "%s", name);
  xy__lm_eval_task_name(w->name, sizeof w->name, name, w->controls);
  w->task = task_of(w, name);
  for (size_t s = 0; rc == XY_OK && s < w->n; s++) {
    if (json_object_get(w->stages[s].counts, w->name) != NULL)
      return xy__fail(err, XY_ERR_FORMAT, "expected a benchmark's lines together");
    xy__text path = {0};
    xy__text_addf(&path, "%s/samples_%s_%s.jsonl", w->stages[s].folder, w->name, w->date);
    w->sinks[s] = (sink){.hashes = xy__digest_new()};
    rc = path.failed || w->sinks[s].hashes == NULL ? xy__fail_memory(err, name)
                                                   : xy__file_begin(&w->sinks[s].out, path.data, err);
    xy__text_dispose(&path);
  }
  return rc;
}

static int write_row(void *user, json_t *row, xy_error *err) {
  writer *w = user;
  const char *benchmark = string_of(row, "benchmark");
  const char *stage = string_of(row, "stage");
  if (benchmark == NULL || stage == NULL)
    return xy__fail(err, XY_ERR_FORMAT, "expected members 'benchmark' and 'stage'");
  size_t s = 0;
  while (s < w->n && strcmp(w->stages[s].name, stage) != 0) s++;
  if (s == w->n) return xy__fail(err, XY_ERR_FORMAT, "expected a stage that results.json has");
  int rc = strcmp(benchmark, w->benchmark) != 0 ? begin_benchmark(w, benchmark, err) : XY_OK;
  return rc == XY_OK ? write_sample(w, s, row, err) : rc;
}

static int open_formats(writer *w, xy_error *err) {
  int rc = XY_OK;
  for (size_t s = 0; rc == XY_OK && s < w->n; s++) {
    const char *format = w->stages[s].format;
    rc = xy__format_open(&w->formats[s], *format != '\0' ? format : NULL, err);
  }
  return rc;
}

int xy__lm_eval_samples(xy__lm_eval_stage *stages, size_t n, const json_t *benchmarks, const char *path, bool controls,
                        const char *date, xy_error *err) {
  writer w = {
      .stages = stages, .n = n, .benchmarks = benchmarks, .path = path, .date = date, .controls = controls, .task = ""};
  w.sinks = xy__array(n, sizeof *w.sinks);
  w.formats = xy__array(n, sizeof(xy__format *));
  bool room = w.sinks != NULL && w.formats != NULL;
  int rc = room ? open_formats(&w, err) : xy__fail_memory(err, path);
  if (rc == XY_OK) rc = xy__json_lines(path, write_row, &w, err);
  if (rc == XY_OK) rc = finish_benchmark(&w, err);
  for (size_t s = 0; room && s < n; s++) {
    char hex[XY__DIGEST_HEX];
    xy__file_drop(&w.sinks[s].out);
    if (w.sinks[s].hashes != NULL) xy__digest_end(hex, w.sinks[s].hashes);
    xy__format_close(w.formats[s]);
  }
  free(w.sinks);
  free(w.formats);
  return rc;
}
