/* Reading imported scores (import.h). Every wrong row is a fault, told with its line (faults.h); a request
 * that two rows answer differently is an error too: which of the two is meant cannot be known.
 */
#include "score/import.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/faults.h"
#include "base/file.h"
#include "base/json_rows.h"

/* A harness that scores a request twice, in two batches, differs by rounding; more is a contradiction. */
static const double same_within = 1e-3;

typedef struct reader {
  xy_import *into;
  size_t file;
  int64_t line;
  xy__faults faults; /* named after the file in hand */
  xy__text key;
} reader;

/* A fault of the row in hand; is XY_ERR_FORMAT. */
#define BAD_ROW(r, ...) (xy__fault(&(r)->faults, (r)->line, __VA_ARGS__), XY_ERR_FORMAT)

static int fail_memory(reader *r) { return r->faults.rc = xy__fail_memory(r->faults.err, r->faults.name); }

/* ---- one request ------------------------------------------------------------------------------------------- */

static void make_key(xy__text *key, const char *context, size_t bytes, const char *continuation) {
  xy__text_clear(key);
  xy__text_add_bytes(key, context, bytes);
  xy__text_add_bytes(key, "", 1); /* a 0 parts the two */
  xy__text_add(key, continuation);
}

/* `row` has its tokens, where they are known. */
static int put(reader *r, const char *context, const char *continuation, double logprob, int greedy,
               const json_t *row) {
  xy_import *into = r->into;
  if (*continuation == '\0') return BAD_ROW(r, "expected a continuation, found an empty text");
  if (!isfinite(logprob) || logprob > 1e-6) {
    return BAD_ROW(r, "expected a log-probability (a number not above 0), found %g", logprob);
  }
  xy__imported_tokens *tokens;
  int rc = xy__imported_tokens_read(&tokens, into, row, logprob, greedy, &r->faults, r->line);
  if (rc != XY_OK) return rc;
  make_key(&r->key, context, strlen(context), continuation);
  if (r->key.failed) return fail_memory(r);
  int64_t at;
  if (xy__map_get(&into->map, r->key.data, r->key.size, &at)) {
    xy__imported_score *known = &into->scores[at];
    into->repeated++;
    if (known->tokens != NULL && tokens != NULL) xy__imported_tokens_join(known->tokens, tokens);
    if (fabs(known->logprob - logprob) <= same_within) return XY_OK;
    return BAD_ROW(r,
                   "contradicts %s:%lld: the same context and continuation has log-probability %.8g here, %.8g there",
                   into->files[known->file], (long long)known->line, logprob, known->logprob);
  }
  char *kept = xy__arena_copy(&into->arena, r->key.data, r->key.size);
  if (kept == NULL || !xy__grow(&into->scores, &into->capacity, into->n, sizeof *into->scores) ||
      !xy__map_put(&into->map, kept, r->key.size, (int64_t)into->n)) {
    return fail_memory(r);
  }
  into->with_tokens += tokens != NULL;
  into->scores[into->n++] = (xy__imported_score){logprob, tokens, (signed char)greedy, r->file, r->line};
  return XY_OK;
}

const xy__imported_score *xy__imported_find(const xy_import *from, const char *text, size_t cut) {
  xy__text key = {0};
  int64_t at;
  make_key(&key, text, cut, text + cut);
  bool found = !key.failed && xy__map_get(&from->map, key.data, key.size, &at);
  xy__text_dispose(&key);
  return found ? &from->scores[at] : NULL;
}

/* ---- values as the harness writes them: "-12.3", "True" ------------------------------------------------------ */

static int read_logprob(reader *r, double *out, const json_t *value) {
  if (json_is_number(value)) {
    *out = json_number_value(value);
    return XY_OK;
  }
  const char *text = json_string_value(value);
  char *end = NULL;
  if (text != NULL) *out = strtod(text, &end);
  if (text == NULL || end == text || *end != '\0') {
    return BAD_ROW(r, "expected a log-probability, found %s%.40s%s", text != NULL ? "'" : "",
                   text != NULL ? text : "none", text != NULL ? "'" : "");
  }
  return XY_OK;
}

static int read_greedy(reader *r, int *out, const json_t *value) {
  *out = -1;
  if (value == NULL || json_is_null(value)) return XY_OK;
  const char *text = json_string_value(value);
  if (json_is_boolean(value)) {
    *out = json_is_true(value);
  } else if (text != NULL && strcmp(text, "True") == 0) {
    *out = 1;
  } else if (text != NULL && strcmp(text, "False") == 0) {
    *out = 0;
  } else {
    return BAD_ROW(r, "is_greedy: expected True or False, found %s", text != NULL ? text : "another type");
  }
  return XY_OK;
}

/* ---- rows -------------------------------------------------------------------------------------------------- */

/* (context, continuation) of one request: {"arg_0": …, "arg_1": …} or, before 0.4.3, a list of two. */
static int read_arguments(reader *r, const char **context, const char **continuation, const json_t *pair, size_t i) {
  const json_t *first = json_is_array(pair) ? json_array_get(pair, 0) : json_object_get(pair, "arg_0");
  const json_t *second = json_is_array(pair) ? json_array_get(pair, 1) : json_object_get(pair, "arg_1");
  *context = json_string_value(first);
  *continuation = json_string_value(second);
  if (json_is_object(second)) {
    return BAD_ROW(r, "request %zu: a generation (its second argument holds settings); only log-likelihoods are scores",
                   i);
  }
  if (*context != NULL && second == NULL) {
    return BAD_ROW(r,
                   "request %zu: one text and no continuation (loglikelihood_rolling); expected (context, "
                   "continuation)",
                   i);
  }
  if (*context == NULL || *continuation == NULL) {
    return BAD_ROW(r, "request %zu: expected two texts (context, continuation) in 'arguments'", i);
  }
  return XY_OK;
}

/* The i-th request's arguments: the harness writes a mapping gen_args_0, gen_args_1, …; before 0.4.3 a list. */
static const json_t *nth_arguments(const json_t *arguments, size_t i) {
  char key[32];
  snprintf(key, sizeof key, "gen_args_%zu", i);
  return json_is_array(arguments) ? json_array_get(arguments, i) : json_object_get(arguments, key);
}

/* (log-probability, is_greedy) of request i: filtered_resps has one per request, resps a list of repeats of each. */
static const json_t *nth_response(const json_t *row, size_t i) {
  const json_t *one = json_array_get(json_object_get(row, "filtered_resps"), i);
  if (json_is_array(one) && !json_is_array(json_array_get(one, 0))) return one;
  one = json_array_get(json_object_get(row, "resps"), i);
  const json_t *repeat = json_array_get(one, 0);
  return json_is_array(repeat) ? repeat : NULL;
}

static int read_request(reader *r, const json_t *row, const json_t *arguments, size_t i) {
  const char *context, *continuation;
  double logprob = NAN;
  int greedy = -1;
  int rc = read_arguments(r, &context, &continuation, nth_arguments(arguments, i), i);
  if (rc != XY_OK) return rc;
  const json_t *response = nth_response(row, i);
  if (response == NULL) {
    return BAD_ROW(r, "request %zu: expected [log-probability, is_greedy] in 'filtered_resps' or 'resps', found none",
                   i);
  }
  rc = read_logprob(r, &logprob, json_array_get(response, 0));
  if (rc == XY_OK) rc = read_greedy(r, &greedy, json_array_get(response, 1));
  return rc == XY_OK ? put(r, context, continuation, logprob, greedy, NULL) : rc;
}

static int read_sample(reader *r, const json_t *row) {
  const json_t *arguments = json_object_get(row, "arguments");
  size_t n = json_is_array(arguments) ? json_array_size(arguments) : json_object_size(arguments);
  if (n == 0) return BAD_ROW(r, "arguments: expected the requests of the sample, found none");
  const json_t *responses = json_object_get(row, "resps");
  if (responses == NULL) responses = json_object_get(row, "filtered_resps");
  if (json_array_size(responses) != n) {
    return BAD_ROW(r, "%zu %s in 'arguments', but %zu %s", n, xy_plural((int64_t)n, "request", "requests"),
                   json_array_size(responses), xy_plural((int64_t)json_array_size(responses), "response", "responses"));
  }
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < n; i++) rc = read_request(r, row, arguments, i);
  return rc;
}

/* A line of a request file with its answer. */
static int read_answer(reader *r, const json_t *row) {
  const char *context = json_string_value(json_object_get(row, "context"));
  const char *continuation = json_string_value(json_object_get(row, "continuation"));
  double logprob = NAN;
  int greedy = -1;
  if (context == NULL || continuation == NULL) return BAD_ROW(r, "expected texts 'context' and 'continuation'");
  int rc = read_logprob(r, &logprob, json_object_get(row, "logprob"));
  const json_t *all_greedy = json_object_get(row, "is_greedy");
  if (rc == XY_OK) rc = read_greedy(r, &greedy, all_greedy != NULL ? all_greedy : json_object_get(row, "greedy"));
  return rc == XY_OK ? put(r, context, continuation, logprob, greedy, row) : rc;
}

static int read_row(reader *r, xy__json_rows *rows) {
  char why[200];
  json_t *row = xy__json_row(why, rows);
  int rc;
  r->line = rows->line;
  if (row == NULL) {
    rc = BAD_ROW(r, "%s", why);
  } else if (json_object_get(row, "arguments") != NULL) {
    rc = read_sample(r, row);
  } else if (json_object_get(row, "continuation") != NULL) {
    rc = read_answer(r, row);
  } else {
    rc = BAD_ROW(r,
                 "expected a sample of lm-evaluation-harness ('arguments', 'resps') or a request with its answer "
                 "('context', 'continuation', 'logprob')");
  }
  json_decref(row);
  r->into->rows++;
  return rc;
}

/* ---- files ------------------------------------------------------------------------------------------------- */

static int read_file(reader *r, char digest[XY__DIGEST_HEX]) {
  char *text;
  size_t bytes;
  int rc = xy__file_read(&text, &bytes, r->faults.name, r->faults.err);
  if (rc != XY_OK) return r->faults.rc = rc;
  xy__digest_of(digest, text, bytes);
  int64_t before = r->into->rows;
  xy__json_rows rows;
  xy__json_rows_begin(&rows, text, bytes);
  while (r->faults.rc != XY_ERR_MEMORY && xy__json_rows_next(&rows)) (void)read_row(r, &rows);
  if (rows.failed) (void)fail_memory(r);
  free(text);
  if (r->faults.rc == XY_OK && r->into->rows == before) {
    r->faults.rc =
        xy__fail(r->faults.err, XY_ERR_FORMAT, "%s: expected a JSON object per line, found none", r->faults.name);
  }
  return r->faults.rc;
}

static int add_file(xy_import *into, const char *path, xy_error *err) {
  const char *kept = xy__arena_string(&into->arena, path);
  if (kept == NULL || !xy__grow(&into->files, &into->files_capacity, into->n_files, sizeof *into->files)) {
    return xy__fail_memory(err, path);
  }
  into->files[into->n_files++] = kept;
  return XY_OK;
}

static int is_samples(const struct dirent *entry) {
  size_t n = strlen(entry->d_name);
  return strncmp(entry->d_name, "samples_", 8) == 0 && n > 6 && strcmp(entry->d_name + n - 6, ".jsonl") == 0;
}

/* A file, or every samples_*.jsonl of a folder, as the harness leaves it. */
static int add_path(xy_import *into, const char *path, xy_error *err) {
  if (!xy__is_folder(path)) return add_file(into, path, err);
  struct dirent **entries;
  int n = scandir(path, &entries, is_samples, alphasort);
  if (n < 0) return xy__fail(err, XY_ERR_IO, "%s: %s", path, strerror(errno));
  int rc = n == 0
               ? xy__fail(err, XY_ERR_NOT_FOUND, "%s: expected files samples_*.jsonl in the folder, found none", path)
               : XY_OK;
  for (int i = 0; i < n; i++) {
    char *joined = xy__path_join(path, entries[i]->d_name);
    if (rc == XY_OK) rc = joined != NULL ? add_file(into, joined, err) : xy__fail_memory(err, path);
    free(joined);
    free(entries[i]);
  }
  free(entries);
  return rc;
}

/* ---- provenance -------------------------------------------------------------------------------------------- */

static int keep(const char **out, xy_import *into, const char *text, xy_error *err) {
  if (text == NULL || *text == '\0' || **out != '\0') return XY_OK;
  const char *kept = xy__arena_string(&into->arena, text);
  if (kept == NULL) return xy__fail_memory(err, "provenance");
  *out = kept;
  return XY_OK;
}

/* What the harness knows no number of is NaN there. */
static json_t *load_results(const char *path) {
  char *text = NULL;
  size_t bytes;
  json_t *results = NULL;
  if (xy__file_exists(path) && xy__file_read(&text, &bytes, path, NULL) == XY_OK) {
    (void)xy__json_parse_lenient(&results, text, bytes, path, NULL);
  }
  free(text);
  return results;
}

/* FOLDER/samples_TASK_DATE.jsonl has its model, dtype and version in FOLDER/results_DATE.json. What is not there, or
 * is no results file, leaves them unknown: it only tells where the scores come from. */
static int read_provenance(xy_import *into, const char *path, xy_error *err) {
  const char *date = strrchr(path, '_');
  const char *slash = strrchr(path, '/');
  if (date == NULL || (slash != NULL && date < slash)) return XY_OK;
  xy__text name = {0};
  xy__text_add_bytes(&name, path, slash != NULL ? (size_t)(slash - path + 1) : 0);
  xy__text_addf(&name, "results%.*s.json", (int)(strlen(date) > 6 ? strlen(date) - 6 : 0), date);
  if (name.failed) return xy__fail_memory(err, path);
  json_t *results = load_results(name.data);
  int rc = XY_OK;
  if (results != NULL) {
    const json_t *config = json_object_get(results, "config");
    const char *version = json_string_value(json_object_get(results, "lm_eval_version"));
    const char *engine = json_string_value(json_object_get(config, "model"));
    const char *dtype = json_string_value(json_object_get(config, "model_dtype"));
    xy__text what = {0};
    if (version != NULL) {
      xy__text_addf(&what, "lm-evaluation-harness %s", version);
      if (engine != NULL) xy__text_addf(&what, " (%s)", engine);
    } else if (engine != NULL) {
      xy__text_add(&what, engine);
    }
    rc = keep(&into->model, into, json_string_value(json_object_get(results, "model_name")), err);
    if (rc == XY_OK) rc = keep(&into->dtype, into, dtype, err);
    if (rc == XY_OK) rc = keep(&into->engine, into, what.data, err);
    xy__text_dispose(&what);
  }
  json_decref(results);
  xy__text_dispose(&name);
  return rc;
}

/* ---- all together ------------------------------------------------------------------------------------------ */

int xy_import_open(xy_import **out, const char *const *paths, size_t n, xy_error *err) {
  xy__error_clear(err);
  if (n == 0) return xy__fail(err, XY_ERR_ARGUMENT, "expected at least one file of scores");
  xy_import *into = xy__array(1, sizeof *into);
  if (into == NULL) return xy__fail_memory(err, "imported scores");
  into->model = into->dtype = into->engine = "";
  xy_error own = {0};
  reader r = {.into = into, .faults = {.name = "imported scores", .err = &own}};
  xy__digest *digest = xy__digest_new();
  if (digest == NULL) r.faults.rc = xy__fail_memory(&own, "imported scores");
  for (size_t i = 0; r.faults.rc == XY_OK && i < n; i++) r.faults.rc = add_path(into, paths[i], &own);
  for (size_t f = 0; (r.faults.rc == XY_OK || r.faults.rc == XY_ERR_FORMAT) && f < into->n_files; f++) {
    char hex[XY__DIGEST_HEX];
    r.faults.name = into->files[f];
    r.file = f;
    if (read_file(&r, hex) == XY_OK) xy__digest_add(digest, hex, sizeof hex - 1);
    if (r.faults.rc == XY_OK) r.faults.rc = read_provenance(into, r.faults.name, &own);
  }
  if (digest != NULL) xy__digest_end(into->fingerprint, digest);
  (void)xy__faults_end(&r.faults);
  xy__text_dispose(&r.key);
  if (r.faults.rc != XY_OK) {
    if (err != NULL) *err = own;
    xy_import_free(into);
    return r.faults.rc;
  }
  *out = into;
  return XY_OK;
}

void xy_import_free(xy_import *import) {
  if (import == NULL) return;
  xy__map_dispose(&import->map);
  free(import->scores);
  free(import->files);
  xy__arena_dispose(&import->arena);
  free(import);
}

void xy_import_describe(xy_import_info *out, const xy_import *import) {
  *out = (xy_import_info){.model = import->model,
                          .dtype = import->dtype,
                          .engine = import->engine,
                          .fingerprint = import->fingerprint,
                          .files = import->n_files,
                          .rows = import->rows,
                          .requests = (int64_t)import->n,
                          .with_tokens = (int64_t)import->with_tokens,
                          .repeated = import->repeated};
}
