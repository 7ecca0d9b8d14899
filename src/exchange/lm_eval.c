/* xy_export_lm_eval: a run as lm-evaluation-harness leaves its own. Each stage has a folder, each benchmark is a task,
 * and so are the controls of one: its items' means are not over them.
 *
 * results[task]["metric,filter"] holds the rows over all items of the long table: the mode (or rule) stands where the
 * harness names a filter, a change is "metric_vs_STAGE". metric_stderr is the half width of the row's interval over the
 * normal quantile of its confidence: a cluster bootstrap's, where the harness takes items for independent. What the
 * harness knows and we do not (its git hash, its environment) is left out; its readers take that.
 */
#include "exchange/lm_eval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/output.h"
#include "results/kinds.h"
#include "stats/quantile.h"

static const char *text_of(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

/* As the harness cleans a model's name: each run of characters that no file name should have becomes "__". */
static char *clean_name(const char *model) {
  xy__text text = {0};
  bool before = false;
  for (const char *c = model; *c != '\0'; c++) {
    bool odd = strchr("\"<>:/|\\?*[]", *c) != NULL;
    if (!odd) xy__text_add_bytes(&text, c, 1);
    if (odd && !before) xy__text_add(&text, "__");
    before = odd;
  }
  if (!text.failed) return text.data;
  xy__text_dispose(&text);
  return NULL;
}

/* ---- results_DATE.json --------------------------------------------------------------------------------------- */

static json_t *number_or(double value, const char *otherwise) {
  return isfinite(value) ? json_real(value) : json_string(otherwise);
}

/* Every row of the task over all items of the stage. */
static json_t *task_metrics(json_t *better, const xy_results *results, const char *stage, const char *task, int64_t n,
                            double quantile) {
  json_t *metrics = json_pack("{s:s, s:s, s:I}", "name", task, "alias", task, "sample_len", (json_int_t)n);
  for (size_t i = 0; i < results->n_measures; i++) {
    const xy_measure *m = &results->measures[i];
    if (strcmp(m->benchmark, task) != 0 || strcmp(m->stage, stage) != 0 || strcmp(m->identity, "all") != 0 ||
        strcmp(m->theme, "all") != 0 || !isfinite(m->value)) {
      continue;
    }
    const char *filter = *m->mode != '\0' ? m->mode : "none";
    xy__text name = {0};
    xy__text_addf(&name, "%s%s%s", m->measure, *m->against != '\0' ? "_vs_" : "", m->against);
    xy__text key = {0};
    xy__text_addf(&key, "%s,%s", name.data, filter);
    xy__text spread = {0};
    xy__text_addf(&spread, "%s_stderr,%s", name.data, filter);
    if (!name.failed && !key.failed && !spread.failed) {
      json_object_set_new(metrics, key.data, json_real(m->value));
      json_object_set_new(metrics, spread.data, number_or((m->high - m->low) / (2 * quantile), "N/A"));
      bool level = *m->against == '\0';
      const xy__kind *kind = xy__kind_of(m->measure);
      int side = kind != NULL && level ? kind->better : 0;
      json_object_set_new(better, name.data, side != 0 ? json_boolean(side > 0) : json_null());
    }
    xy__text_dispose(&name);
    xy__text_dispose(&key);
    xy__text_dispose(&spread);
  }
  return metrics;
}

static json_t *task_config(const json_t *benchmark, const char *task) {
  const char *modality = text_of(benchmark, "modality");
  json_t *metrics = json_array();
  for (const xy__task_metric *m = xy__lm_eval_metrics(modality); m->name != NULL; m++) {
    json_array_append_new(
        metrics, json_pack("{s:s, s:s, s:b}", "metric", m->name, "aggregation", "mean", "higher_is_better", m->higher));
  }
  return json_pack("{s:s, s:s, s:s, s:o, s:i, s:i, s:{s:s, s:s}}", "task", task, "dataset_path",
                   text_of(benchmark, "source"), "output_type", "multiple_choice", "metric_list", metrics,
                   "num_fewshot", 0, "repeats", 1, "metadata", "digest", text_of(benchmark, "digest"), "modality",
                   modality);
}

static double seconds_of(const char *iso) {
  struct tm parts = {0};
  return strptime(iso, "%Y-%m-%dT%H:%M:%SZ", &parts) != NULL ? (double)timegm(&parts) : 0;
}

/* What the harness says of the model and the run; of imported scores what their files say. */
static json_t *run_config(const xy_results *results, const json_t *stage) {
  const json_t *settings = json_object_get(results->facts, "settings");
  const json_t *imported = json_object_get(stage, "imported");
  const char *dtype = imported != NULL ? text_of(imported, "dtype") : text_of(settings, "precision");
  json_t *config =
      json_pack("{s:s, s:{s:s, s:s, s:s}, s:s, s:s, s:n, s:n, s:n, s:n, s:n}", "model",
                imported != NULL ? "xylem-imported" : "xylem", "model_args", "pretrained", text_of(stage, "model"),
                "format", text_of(stage, "format"), "start", text_of(settings, "start"), "model_dtype", dtype,
                "model_sha", text_of(stage, "fingerprint"), "batch_size", "device", "use_cache", "gen_kwargs", "limit");
  if (config == NULL) return NULL;
  static const char *const seeds[] = {"random_seed", "numpy_seed", "torch_seed", "fewshot_seed"};
  for (size_t i = 0; i < 4; i++) json_object_set(config, seeds[i], json_object_get(settings, "seed"));
  json_object_set(config, "bootstrap_iters", json_object_get(settings, "draws"));
  json_t *parameters = json_object_get(stage, "parameters");
  if (parameters != NULL) json_object_set(config, "model_num_parameters", parameters);
  return config;
}

enum { RESULTS, SUBTASKS, CONFIGS, VERSIONS, SHOTS, BETTER, SAMPLES, MAPS };

/* The members that are mappings from tasks, of the items of a benchmark or of its controls, which the long table has no
 * rows of: their samples carry their metrics. */
static void add_task(json_t *const to[MAPS], const xy_results *results, const json_t *benchmark, bool controls,
                     const xy__lm_eval_stage *stage, double quantile) {
  char task[272];
  xy__lm_eval_task_name(task, sizeof task, text_of(benchmark, "name"), controls);
  const json_t *count = json_object_get(stage->counts, task);
  if (count == NULL) return;
  json_int_t n = json_integer_value(count);
  json_t *better = json_object();
  json_object_set_new(to[RESULTS], task, task_metrics(better, results, stage->name, task, n, quantile));
  json_object_set_new(to[BETTER], task, better);
  json_object_set_new(to[SUBTASKS], task, json_array());
  json_object_set_new(to[CONFIGS], task, task_config(benchmark, task));
  json_object_set_new(to[VERSIONS], task, json_pack("s#", text_of(benchmark, "digest"), 12));
  json_object_set_new(to[SHOTS], task, json_integer(0));
  json_object_set_new(to[SAMPLES], task, json_pack("{s:I, s:I}", "original", n, "effective", n));
}

static int add_tasks(json_t *out, const xy_results *results, const xy__lm_eval_stage *stage, xy_error *err) {
  static const char *const maps[] = {"results", "group_subtasks",   "configs",  "versions",
                                     "n-shot",  "higher_is_better", "n-samples"};
  json_t *to[MAPS];
  for (size_t i = 0; i < MAPS; i++) {
    to[i] = json_object();
    if (json_object_set_new(out, maps[i], to[i]) != 0) return xy__fail_memory(err, "results");
  }
  const json_t *settings = json_object_get(results->facts, "settings");
  const json_t *confidence = json_object_get(settings, "confidence");
  double quantile = xy__normal_quantile(0.5 + (json_is_number(confidence) ? json_number_value(confidence) : 0.95) / 2);
  const json_t *benchmarks = json_object_get(results->facts, "benchmarks");
  for (size_t b = 0; b < json_array_size(benchmarks); b++) {
    const json_t *benchmark = json_array_get(benchmarks, b);
    add_task(to, results, benchmark, false, stage, quantile);
    add_task(to, results, benchmark, true, stage, quantile);
  }
  return XY_OK;
}

static int write_results(const xy_results *results, const json_t *about, const xy__lm_eval_stage *stage,
                         const char *date, xy_error *err) {
  const json_t *run = json_object_get(results->facts, "run");
  const json_t *seconds = json_object_get(run, "seconds");
  xy__text path = {0};
  xy__text line = {0};
  xy__text total = {0};
  json_t *out = json_object();
  int rc = add_tasks(out, results, stage, err);
  if (rc != XY_OK) goto out;
  xy__text_add_number(&total, json_number_value(seconds));
  json_object_set_new(out, "config", run_config(results, about));
  json_object_set_new(out, "date", json_real(seconds_of(text_of(run, "finished"))));
  json_object_set(out, "task_hashes", stage->task_hashes);
  json_t *named =
      json_pack("{s:s, s:s, s:s, s:n, s:n, s:b, s:n, s:n, s:s, s:s}", "model_source", "xylem", "model_name",
                text_of(about, "model"), "model_name_sanitized", stage->model, "system_instruction",
                "system_instruction_sha", "fewshot_as_multiturn", 0, "chat_template", "chat_template_sha",
                "total_evaluation_time_seconds", total.data, "xylem_version", text_of(results->facts, "xylem"));
  json_object_update(out, named);
  json_decref(named);
  xy__text_addf(&path, "%s/results_%s.json", stage->folder, date);
  xy__json_add(&line, out);
  xy__text_add(&line, "\n");
  rc = path.failed || line.failed || total.failed ? xy__fail_memory(err, "results")
                                                  : xy__file_write(path.data, line.data, line.size, err);
out:
  json_decref(out);
  xy__text_dispose(&path);
  xy__text_dispose(&line);
  xy__text_dispose(&total);
  return rc;
}

/* ---- all together -------------------------------------------------------------------------------------------- */

/* A folder is named after the model; where an earlier stage has that model, after model and stage. */
static int open_stage(xy__lm_eval_stage *stages, size_t i, const json_t *about, const char *folder, xy_error *err) {
  xy__lm_eval_stage *stage = &stages[i];
  stage->name = text_of(about, "name");
  stage->format = text_of(about, "format");
  stage->model = clean_name(text_of(about, "model"));
  stage->task_hashes = json_object();
  stage->counts = json_object();
  for (size_t k = 0; stage->model != NULL && k < i; k++) {
    if (strcmp(stages[k].model, stage->model) != 0) continue;
    xy__text both = {0};
    xy__text_addf(&both, "%s/%s", text_of(about, "model"), stage->name);
    free(stage->model);
    stage->model = both.failed ? NULL : clean_name(both.data);
    xy__text_dispose(&both);
    break;
  }
  if (stage->model != NULL) stage->folder = xy__path_join(folder, stage->model);
  if (stage->folder == NULL) return xy__fail_memory(err, "export");
  return xy__folder_make(stage->folder, err);
}

/* 2026-11-24T06:00:00Z -> 2026-11-24T06-00-00: the harness' dates have no zone and no colons. */
static void date_of(char date[32], const xy_results *results) {
  snprintf(date, 32, "%s", text_of(json_object_get(results->facts, "run"), "finished"));
  for (char *c = date; *c != '\0'; c++) {
    if (*c == ':') *c = '-';
    if (*c == 'Z') *c = '\0';
    if (*c == '\0') break;
  }
}

static bool have_controls(const json_t *benchmarks) {
  for (size_t b = 0; b < json_array_size(benchmarks); b++) {
    if (json_object_get(json_array_get(benchmarks, b), "controls") != NULL) return true;
  }
  return false;
}

/* samples.jsonl and, where a benchmark has controls, controls.jsonl. */
static int write_samples(xy__lm_eval_stage *stages, size_t n, const xy_results *results, const char *date,
                         xy_error *err) {
  const json_t *benchmarks = json_object_get(results->facts, "benchmarks");
  int rc = XY_OK;
  for (int controls = 0; rc == XY_OK && controls <= have_controls(benchmarks); controls++) {
    char *path = xy__path_join(results->directory, controls ? "controls.jsonl" : "samples.jsonl");
    if (path == NULL) {
      rc = xy__fail_memory(err, "export");
    } else if (!xy__file_exists(path)) {
      rc = xy__fail(err, XY_ERR_NOT_FOUND, "%s: no such file; the harness' files are made of an audit's samples", path);
    } else {
      rc = xy__lm_eval_samples(stages, n, benchmarks, path, controls, date, err);
    }
    free(path);
  }
  return rc;
}

int xy_export_lm_eval(size_t *out, const char *run, const char *folder, xy_error *err) {
  xy__error_clear(err);
  xy_results *results = NULL;
  xy__lm_eval_stage *stages = NULL;
  size_t n = 0;
  char date[32];
  int rc = xy_results_open(&results, run, err);
  if (rc != XY_OK) return rc;
  const json_t *list = json_object_get(results->facts, "stages");
  n = json_array_size(list);
  stages = xy__array(n, sizeof *stages);
  rc = stages == NULL ? xy__fail_memory(err, "export") : XY_OK;
  date_of(date, results);
  for (size_t i = 0; rc == XY_OK && i < n; i++) rc = open_stage(stages, i, json_array_get(list, i), folder, err);
  if (rc == XY_OK) rc = write_samples(stages, n, results, date, err);
  for (size_t i = 0; rc == XY_OK && i < n; i++) {
    rc = write_results(results, json_array_get(list, i), &stages[i], date, err);
  }
  for (size_t i = 0; stages != NULL && i < n; i++) {
    free(stages[i].model);
    free(stages[i].folder);
    json_decref(stages[i].task_hashes);
    json_decref(stages[i].counts);
  }
  free(stages);
  xy_results_free(results);
  if (rc == XY_OK) *out = n;
  return rc;
}
