/* Opening an audit: which stages and benchmarks, under which settings, against which store.
 *
 * What a caller narrows is carried through with everything it needs: a stage brings its ancestors and references, a
 * label that a benchmark does not have leaves that benchmark out, a label that none has is an error.
 */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "audit/reward.h"
#include "base/file.h"
#include "base/yaml.h"

static const char *const default_benchmarks[] = {"stigma", "affirmation", "binary-gender"};

static int keep(const char **out, xy_audit *audit, const char *text, xy_error *err) {
  *out = xy__arena_string(&audit->arena, text);
  return *out != NULL ? XY_OK : xy__fail_memory(err, "audit");
}

static int keep_path(const char **out, xy_audit *audit, const char *folder, const char *name, xy_error *err) {
  char *path = xy__path_join(folder, name);
  if (path == NULL) return xy__fail_memory(err, name);
  int rc = keep(out, audit, path, err);
  free(path);
  return rc;
}

/* `name` below the family file's folder where it exists there, else as it stands. */
static int locate(const char **out, xy_audit *audit, const char *name, xy_error *err) {
  *out = name;
  if (audit->family->folder == NULL || name[0] == '/') return XY_OK;
  const char *beside;
  int rc = keep_path(&beside, audit, audit->family->folder, name, err);
  if (rc == XY_OK && (xy__is_folder(beside) || xy__file_exists(beside))) *out = beside;
  return rc;
}

/* ---- stages ---------------------------------------------------------------------------------------------- */

static int find_stage(const xy_family *family, const char *name) {
  for (size_t i = 0; i < family->n_stages; i++) {
    if (strcmp(family->stages[i].name, name) == 0) return (int)i;
  }
  return -1;
}

static int unknown_stage(const xy_family *family, const char *name, xy_error *err) {
  xy_error known = {0};
  for (size_t i = 0; i < family->n_stages; i++) xy__fail_more(&known, XY_ERR_ARGUMENT, "%s", family->stages[i].name);
  for (char *c = known.text; *c != '\0'; c++) *c = (char)(*c == '\n' ? ' ' : *c);
  return xy__fail(err, XY_ERR_ARGUMENT, "--only-stage %s: family %s has no such stage; it has: %s", name, family->name,
                  known.text);
}

/* wanted[i]: the stage itself, its ancestors, its reference, and theirs. Parents precede children, so one pass from the
 * end carries the wish upwards; a reference may stand anywhere, hence the repeat. */
static void add_needed(bool *wanted, const xy_family *family) {
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = family->n_stages; i-- > 0;) {
      const int needs[2] = {family->stages[i].parent, family->stages[i].reference};
      for (int k = 0; wanted[i] && k < 2; k++) {
        if (needs[k] < 0 || wanted[needs[k]]) continue;
        wanted[needs[k]] = changed = true;
      }
    }
  }
}

static int select_stages(xy_audit *audit, const xy_audit_options *options, xy_error *err) {
  const xy_family *family = audit->family;
  bool *wanted = xy__array(family->n_stages, sizeof *wanted);
  int *index = xy__array(family->n_stages, sizeof *index);
  audit->stages = xy__array(family->n_stages, sizeof *audit->stages);
  int rc = wanted == NULL || index == NULL || audit->stages == NULL ? xy__fail_memory(err, "stages") : XY_OK;
  for (size_t i = 0; rc == XY_OK && i < options->n_only_stages; i++) {
    int found = find_stage(family, options->only_stages[i]);
    if (found < 0) {
      rc = unknown_stage(family, options->only_stages[i], err);
    } else {
      wanted[found] = true;
    }
  }
  for (size_t i = 0; rc == XY_OK && options->n_only_stages == 0 && i < family->n_stages; i++) wanted[i] = true;
  if (rc == XY_OK) add_needed(wanted, family);
  for (size_t i = 0; rc == XY_OK && i < family->n_stages; i++) {
    if (!wanted[i]) continue;
    const xy__stage *spec = &family->stages[i];
    index[i] = (int)audit->n_stages;
    audit->stages[audit->n_stages++] = (xy__audit_stage){.spec = spec,
                                                         .parent = spec->parent >= 0 ? index[spec->parent] : -1,
                                                         .reference = -1,
                                                         .format = spec->format,
                                                         .tail = spec->tail};
  }
  for (size_t i = 0; rc == XY_OK && i < audit->n_stages; i++) {
    int reference = audit->stages[i].spec->reference;
    if (reference >= 0) audit->stages[i].reference = index[reference];
  }
  free(wanted);
  free(index);
  return rc;
}

/* File digests come from the store where path, inode, size and times are as they were when it was computed. */
static int fingerprint(xy_audit *audit, xy__audit_stage *stage, xy_error *err) {
  for (size_t f = 0; f < xy__model_files(stage->model); f++) {
    const char *identity = xy__model_file_identity(stage->model, f);
    char known[65];
    bool found;
    int rc = xy__store_get_digest(&found, known, audit->store, identity, err);
    if (rc == XY_OK && found) {
      rc = xy__model_set_file_digest(stage->model, f, known);
    } else if (rc == XY_OK) {
      const char *digest;
      xy_progress progress = {.stage = stage->spec->name, .phase = "read", .seconds_left = -1};
      rc = xy__audit_progress(audit, &progress, err);
      if (rc == XY_OK) rc = xy__model_file_digest(&digest, stage->model, f, err);
      if (rc == XY_OK) rc = xy__store_put_digest(audit->store, identity, digest, err);
    }
    if (rc != XY_OK) return rc;
  }
  return xy_model_fingerprint(&stage->fingerprint, stage->model, err);
}

/* Files of imported scores are looked up like models. */
static int open_imported(xy_audit *audit, xy__audit_stage *stage, xy_error *err) {
  const xy__stage *spec = stage->spec;
  if (audit->reward != NULL) {
    return xy__fail(err, XY_ERR_UNSUPPORTED,
                    "its scores are imported; preference data are measured on checkpoints alone (counts of tokens and "
                    "end tokens are needed)");
  }
  if (xy__mode_by_token(audit->settings.headline)) {
    int rc = xy__fail(err, XY_ERR_ARGUMENT,
                      "mode %s needs a log-probability per token, and imported scores are sums of whole texts",
                      xy__mode_name(audit->settings.headline));
    return xy__hint(err, rc, "modes full and per-byte need sums alone");
  }
  const char **paths = xy__array(spec->n_scores, sizeof *paths);
  if (paths == NULL) return xy__fail_memory(err, "imported scores");
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < spec->n_scores; i++) rc = locate(&paths[i], audit, spec->scores[i], err);
  if (rc == XY_OK) rc = xy_import_open(&stage->imported, paths, spec->n_scores, err);
  if (rc == XY_OK) stage->fingerprint = stage->imported->fingerprint;
  free(paths);
  return rc;
}

static int open_models(xy_audit *audit, xy_error *err) {
  for (size_t i = 0; i < audit->n_stages; i++) {
    xy__audit_stage *stage = &audit->stages[i];
    const char *path;
    if (stage->spec->model == NULL) {
      int bad = open_imported(audit, stage, err);
      if (bad != XY_OK) return xy__fail_prefix(err, bad, "stage '%s'", stage->spec->name);
      continue;
    }
    int rc = locate(&path, audit, stage->spec->model, err);
    if (rc != XY_OK) return rc;
    rc = xy_model_open(&stage->model, path, err);
    if (rc == XY_OK) rc = fingerprint(audit, stage, err);
    if (rc == XY_OK && xy__model_tokenizer_path(stage->model) == NULL) {
      rc = xy__fail(err, XY_ERR_FORMAT, "%s: expected a tokenizer.json beside the weights, found none",
                    stage->model->path);
    }
    if (rc == XY_ERR_CANCELLED) return rc;
    if (rc != XY_OK) return xy__fail_prefix(err, rc, "stage '%s'", stage->spec->name);
  }
  return XY_OK;
}

/* ---- benchmarks ------------------------------------------------------------------------------------------ */

static bool has_label(const xy__labels *labels, const char *name) {
  for (size_t i = 0; i < labels->n; i++) {
    if (strcmp(labels->names[i], name) == 0) return true;
  }
  return false;
}

typedef const xy__labels *(*labels_of)(const xy_bench *);
static const xy__labels *identities_of(const xy_bench *bench) { return &bench->identities; }
static const xy__labels *themes_of(const xy_bench *bench) { return &bench->themes; }

/* kept[]: the wanted labels that this benchmark has. */
static size_t present(const char **kept, const xy__labels *labels, const char *const *wanted, size_t n) {
  size_t found = 0;
  for (size_t i = 0; i < n; i++) {
    if (has_label(labels, wanted[i])) kept[found++] = wanted[i];
  }
  return found;
}

/* Every wanted label must be known to at least one benchmark. */
static int check_labels(xy_bench *const *benches, size_t n_benches, labels_of of, const char *option,
                        const char *const *wanted, size_t n, xy_error *err) {
  for (size_t i = 0; i < n; i++) {
    bool known = false;
    const char *names[257] = {NULL};
    size_t n_names = 0;
    for (size_t b = 0; b < n_benches; b++) {
      const xy__labels *labels = of(benches[b]);
      known = known || has_label(labels, wanted[i]);
      for (size_t k = 0; k < labels->n && n_names < 256; k++) names[n_names++] = labels->names[k];
    }
    if (known) continue;
    const char *near = xy__nearest(wanted[i], names);
    int rc = xy__fail(err, XY_ERR_ARGUMENT, "%s %s: no benchmark of this audit has it%s%s%s", option, wanted[i],
                      near != NULL ? " (did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?)" : "");
    return xy__hint(err, rc, "xylem bench show NAME lists identities and themes");
  }
  return XY_OK;
}

/* Replaces benches[b] by what the options leave of it, or frees it (and sets NULL) when nothing is left. */
static int narrow(xy_bench **bench, const xy_audit_options *options, xy_error *err) {
  const char **kept = xy__array(options->n_identities + options->n_themes, sizeof *kept);
  if (kept == NULL) return xy__fail_memory(err, (*bench)->name);
  xy__bench_filter filter = {.identities = kept, .themes = kept + options->n_identities, .limit = options->limit};
  filter.n_identities = present(kept, &(*bench)->identities, options->identities, options->n_identities);
  filter.n_themes = present(kept + options->n_identities, &(*bench)->themes, options->themes, options->n_themes);
  bool left =
      (options->n_identities == 0 || filter.n_identities > 0) && (options->n_themes == 0 || filter.n_themes > 0);
  xy_bench *narrowed = NULL;
  int rc = left ? xy__bench_narrow(&narrowed, *bench, &filter, err) : XY_OK;
  free(kept);
  if (rc != XY_OK) return rc;
  xy_bench_free(*bench);
  *bench = narrowed;
  return XY_OK;
}

/* "FILE,themes=MAP" of both, each looked up beside the family. */
static int locate_benchmark(const char **out, xy_audit *audit, const xy__benchmark_name *wanted, xy_error *err) {
  const char *path, *themes;
  int rc = locate(&path, audit, wanted->name, err);
  *out = path;
  if (rc != XY_OK || wanted->themes == NULL) return rc;
  rc = locate(&themes, audit, wanted->themes, err);
  if (rc != XY_OK) return rc;
  xy__text both = {0};
  xy__text_addf(&both, "%s,themes=%s", path, themes);
  rc = both.failed ? xy__fail_memory(err, path) : keep(out, audit, both.data, err);
  xy__text_dispose(&both);
  return rc;
}

static int open_benchmark(xy_audit *audit, const xy__benchmark_name *wanted, xy_error *err) {
  const char *path;
  int rc = locate_benchmark(&path, audit, wanted, err);
  xy_bench *bench;
  if (rc == XY_OK) rc = xy_bench_open(&bench, path, wanted->kind, err);
  if (rc != XY_OK) return rc;
  for (size_t i = 0; i < audit->n_benches; i++) {
    if (strcmp(audit->benches[i]->name, bench->name) == 0) {
      rc = xy__fail(err, XY_ERR_ARGUMENT, "benchmark '%s' is named twice (%s and %s)", bench->name,
                    audit->benches[i]->source, bench->source);
    }
  }
  if (rc != XY_OK) {
    xy_bench_free(bench);
    return rc;
  }
  audit->benches[audit->n_benches++] = bench;
  return XY_OK;
}

/* "KIND=FILE", "FILE,themes=MAP" or both, of the command line; a plain name or file has neither. */
static int split_kind(xy__benchmark_name *out, xy_audit *audit, const char *text, xy_error *err) {
  *out = (xy__benchmark_name){.name = text};
  if (xy__file_exists(text)) return XY_OK;
  const char *themes = strstr(text, ",themes=");
  if (themes != NULL) {
    out->themes = themes + strlen(",themes=");
    out->name = xy__arena_copy(&audit->arena, text, (size_t)(themes - text));
    if (out->name == NULL) return xy__fail_memory(err, text);
  }
  const char *equals = strchr(out->name, '=');
  if (equals == NULL || xy__file_exists(out->name)) return XY_OK;
  out->kind = xy__arena_copy(&audit->arena, out->name, (size_t)(equals - out->name));
  out->name = equals + 1;
  return out->kind != NULL ? XY_OK : xy__fail_memory(err, text);
}

static int open_benchmarks(xy_audit *audit, const xy_audit_options *options, xy_error *err) {
  const xy_family *family = audit->family;
  size_t n_default = sizeof default_benchmarks / sizeof *default_benchmarks;
  size_t n = options->n_benchmarks > 0  ? options->n_benchmarks
             : family->n_benchmarks > 0 ? family->n_benchmarks
                                        : n_default;
  audit->benches = xy__array(n, sizeof(xy_bench *));
  if (audit->benches == NULL) return xy__fail_memory(err, "benchmarks");
  for (size_t i = 0; i < n; i++) {
    xy__benchmark_name wanted;
    int rc = XY_OK;
    if (options->n_benchmarks > 0) {
      rc = split_kind(&wanted, audit, options->benchmarks[i], err);
    } else if (family->n_benchmarks > 0) {
      wanted = family->benchmarks[i];
    } else {
      wanted = (xy__benchmark_name){.name = default_benchmarks[i]};
    }
    if (rc == XY_OK) rc = open_benchmark(audit, &wanted, err);
    if (rc != XY_OK) return rc;
  }
  return XY_OK;
}

static int narrow_benchmarks(xy_audit *audit, const xy_audit_options *options, xy_error *err) {
  audit->narrowed = options->n_identities > 0 || options->n_themes > 0 || options->limit > 0;
  if (!audit->narrowed) return XY_OK;
  int rc = check_labels(audit->benches, audit->n_benches, identities_of, "--identity", options->identities,
                        options->n_identities, err);
  if (rc == XY_OK) {
    rc = check_labels(audit->benches, audit->n_benches, themes_of, "--theme", options->themes, options->n_themes, err);
  }
  size_t left = 0;
  for (size_t b = 0; rc == XY_OK && b < audit->n_benches; b++) {
    xy_bench *bench = audit->benches[b];
    audit->benches[b] = NULL;
    rc = narrow(&bench, options, err);
    if (rc != XY_OK || bench != NULL) audit->benches[left++] = bench;
  }
  if (rc != XY_OK) return rc;
  audit->n_benches = left;
  if (left == 0) {
    return xy__fail(err, XY_ERR_ARGUMENT, "no benchmark holds both the identities and the themes that were asked for");
  }
  return XY_OK;
}

/* ---- all together ---------------------------------------------------------------------------------------- */

static json_t *strings(const char *const *list, size_t n) {
  json_t *array = json_array();
  for (size_t i = 0; array != NULL && i < n; i++) json_array_append_new(array, json_string(list[i]));
  return array;
}

static int settle(xy_audit *audit, const xy_audit_options *options, xy_error *err) {
  const xy_family *family = audit->family;
  audit->settings = family->settings;
  audit->precision = options->precision != XY_PRECISION_DEFAULT ? (int)options->precision : family->precision;
  audit->start = options->start != XY_START_DEFAULT ? (int)options->start : family->start;
  if (audit->precision < XY_PRECISION_DEFAULT || audit->precision > XY_BF16) {
    return xy__fail(err, XY_ERR_ARGUMENT, "precision: expected an xy_precision, found %d", audit->precision);
  }
  if (audit->start < XY_START_DEFAULT || audit->start > XY_START_NONE) {
    return xy__fail(err, XY_ERR_ARGUMENT, "start: expected an xy_start, found %d", audit->start);
  }
  if (options->draws > 0) audit->settings.stats.draws = options->draws;
  if (options->draws < 0 || (options->draws > 0 && options->draws < 100)) {
    return xy__fail(err, XY_ERR_ARGUMENT, "draws: expected at least 100, found %lld", (long long)options->draws);
  }
  if (options->seed != 0) audit->settings.stats.seed = options->seed;
  int rc = options->mode != NULL ? xy__mode_parse(&audit->settings.headline, options->mode, err) : XY_OK;
  audit->threads = options->threads > 0 ? options->threads : omp_get_max_threads();
  audit->memory = options->memory;
  audit->limit = options->limit;
  audit->show_text = options->show_text;
  audit->progress = options->progress;
  audit->user = options->user;

  const char *runs = options->runs != NULL ? options->runs : "runs";
  if (rc == XY_OK && options->command != NULL) rc = keep(&audit->command, audit, options->command, err);
  if (rc == XY_OK) rc = keep(&audit->name, audit, options->name != NULL ? options->name : family->name, err);
  if (rc == XY_OK && (*audit->name == '\0' || strchr(audit->name, '/') != NULL || strcmp(audit->name, "..") == 0)) {
    return xy__fail(err, XY_ERR_ARGUMENT, "run name '%s': expected a name without '/'", audit->name);
  }
  if (rc == XY_OK) rc = keep_path(&audit->directory, audit, runs, audit->name, err);
  if (rc == XY_OK && options->store != NULL) {
    rc = keep(&audit->store_path, audit, options->store, err);
  } else if (rc == XY_OK) {
    rc = keep_path(&audit->store_path, audit, runs, "scores.sqlite", err);
  }
  audit->narrowing = json_pack("{s:I, s:o, s:o, s:o}", "limit", (json_int_t)options->limit, "identities",
                               strings(options->identities, options->n_identities), "themes",
                               strings(options->themes, options->n_themes), "only_stages",
                               strings(options->only_stages, options->n_only_stages));
  if (rc == XY_OK && audit->narrowing == NULL) rc = xy__fail_memory(err, "audit");
  return rc;
}

int xy__audit_open(xy_audit **out, const xy_family *family, const xy_audit_options *options, struct xy__reward *reward,
                   xy_error *err) {
  xy_audit *audit = xy__array(1, sizeof *audit);
  if (audit == NULL) {
    xy__reward_free(reward);
    return xy__fail_memory(err, "audit");
  }
  audit->family = family;
  audit->reward = reward;
  int rc = settle(audit, options, err);
  if (rc == XY_OK) rc = reward != NULL ? xy__reward_begin(audit, err) : open_benchmarks(audit, options, err);
  if (rc == XY_OK && reward == NULL) rc = narrow_benchmarks(audit, options, err);
  if (rc == XY_OK) rc = select_stages(audit, options, err);
  if (rc == XY_OK && reward != NULL) rc = xy__reward_layout(audit, err);
  if (rc == XY_OK) rc = xy__store_open(&audit->store, audit->store_path, err);
  if (rc == XY_OK) rc = open_models(audit, err);
  if (rc == XY_OK) rc = xy__audit_key(audit, err);
  if (rc != XY_OK) {
    xy_audit_free(audit);
    return rc;
  }
  *out = audit;
  return XY_OK;
}

int xy__audit_open_texts(xy_audit **out, const xy_family *family, const xy_audit_options *options, xy_error *err) {
  xy_audit *audit = xy__array(1, sizeof *audit);
  if (audit == NULL) return xy__fail_memory(err, "audit");
  audit->family = family;
  int rc = settle(audit, options, err);
  if (rc == XY_OK) rc = open_benchmarks(audit, options, err);
  if (rc == XY_OK) rc = narrow_benchmarks(audit, options, err);
  if (rc == XY_OK) rc = select_stages(audit, options, err);
  if (rc != XY_OK) {
    xy_audit_free(audit);
    return rc;
  }
  *out = audit;
  return XY_OK;
}

int xy_audit_open(xy_audit **out, const xy_family *family, const xy_audit_options *options, xy_error *err) {
  static const xy_audit_options defaults = XY_AUDIT_OPTIONS_INIT;
  return xy__audit_open(out, family, options != NULL ? options : &defaults, NULL, err);
}

void xy_audit_free(xy_audit *audit) {
  if (audit == NULL) return;
  for (size_t i = 0; i < audit->n_stages; i++) {
    xy_model_free(audit->stages[i].model);
    xy_import_free(audit->stages[i].imported);
    free(audit->stages[i].logprob);
    free(audit->stages[i].greedy);
    free(audit->stages[i].stored);
  }
  for (size_t i = 0; i < audit->n_benches; i++) xy_bench_free(audit->benches[i]);
  for (size_t i = 0; i < audit->n_tokens; i++) xy__tokens_free(audit->tokens[i]);
  xy__reward_free(audit->reward); /* after the benchmarks that borrow from it */
  xy__store_close(audit->store);
  json_decref(audit->narrowing);
  free(audit->stages);
  free(audit->benches);
  free(audit->tokens);
  free(audit->plan);
  xy__arena_dispose(&audit->arena);
  free(audit);
}
