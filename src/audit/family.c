/* family.yaml -> xy_family. Every error of the file is found in one pass and reported with its line. */
#include "audit/family.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/yaml.h"

/* A parse in hand: the first failing code is kept, every problem has its line in `err`. */
typedef struct reader {
  xy_family *family;
  const xy__yaml *yaml;
  xy_error *err;
  int rc;
} reader;

static void note(reader *r, int rc) {
  if (rc != XY_OK && r->rc == XY_OK) r->rc = rc;
}

static const char *copy(reader *r, const char *text) {
  if (text == NULL) return NULL;
  const char *kept = xy__arena_string(&r->family->arena, text);
  if (kept == NULL) note(r, xy__fail_memory(r->err, r->family->source));
  return kept;
}

static const char *string_of(reader *r, const xy__node *mapping, const char *key) {
  const char *value = NULL;
  note(r, xy__yaml_string(&value, r->yaml, mapping, key, r->err));
  return copy(r, value);
}

/* A word that one of the library's parsers must know; its text is repeated with the line. */
static int parse_word(reader *r, const xy__node *mapping, const char *key, int *out,
                      int (*parse)(int *, const char *, xy_error *)) {
  const char *word = NULL;
  int rc = xy__yaml_string(&word, r->yaml, mapping, key, r->err);
  if (rc == XY_OK && word != NULL) {
    xy_error own;
    rc = parse(out, word, &own);
    if (rc != XY_OK) {
      rc = xy__yaml_fail(r->yaml, xy__yaml_get(mapping, key)->line, r->err, "%s: %s", key, own.text);
    }
  }
  note(r, rc);
  return rc;
}

/* *out is the place of the word from 1. */
static int one_of(int *out, const char *word, const char *const *words, xy_error *err) {
  xy_error list = {0};
  for (int i = 0; words[i] != NULL; i++) {
    if (strcmp(word, words[i]) == 0) {
      *out = i + 1;
      return XY_OK;
    }
    size_t used = strlen(list.text);
    snprintf(list.text + used, sizeof list.text - used, "%s%s", i > 0 ? ", " : "", words[i]);
  }
  return xy__fail(err, XY_ERR_ARGUMENT, "expected one of %s; found '%s'", list.text, word);
}

/* In the order of their enumerations, whose first is the default. */
static const char *const precisions[] = {"fp32", "bf16", NULL};
static const char *const starts[] = {"tokenizer", "always", "none", NULL};

int xy__precision_parse(int *out, const char *word, xy_error *err) { return one_of(out, word, precisions, err); }
int xy__start_parse(int *out, const char *word, xy_error *err) { return one_of(out, word, starts, err); }
const char *xy__precision_name(int precision) { return precisions[precision - 1]; }
const char *xy__start_name(int start) { return starts[start - 1]; }

static int parse_mode(int *out, const char *word, xy_error *err) {
  xy__mode mode;
  int rc = xy__mode_parse(&mode, word, err);
  if (rc == XY_OK) *out = (int)mode;
  return rc;
}

/* scores: FILE, or a list of files. */
static void read_scores(reader *r, xy__stage *stage, const xy__node *node, const char *what) {
  const xy__node *scores = xy__yaml_get(node, "scores");
  if (scores == NULL) return;
  size_t n = scores->kind == XY__SEQUENCE ? scores->n : 1;
  stage->scores = xy__arena_alloc(&r->family->arena, (n + 1) * sizeof *stage->scores);
  if (stage->scores == NULL) {
    note(r, xy__fail_memory(r->err, r->family->source));
    return;
  }
  for (size_t i = 0; i < n; i++) {
    const xy__node *one = scores->kind == XY__SEQUENCE ? scores->items[i] : scores;
    if (one->kind != XY__SCALAR || *one->value == '\0') {
      note(r, xy__yaml_fail(r->yaml, one->line, r->err, "%s: scores: expected a file or a list of files, found %s",
                            what, one->kind == XY__SCALAR ? "an empty name" : xy__yaml_kind(one)));
    } else {
      stage->scores[stage->n_scores++] = copy(r, one->value);
    }
  }
  if (n == 0)
    note(r, xy__yaml_fail(r->yaml, scores->line, r->err, "%s: scores: expected a file, found an empty list", what));
}

static void read_stage(reader *r, xy__stage *stage, const char *name, const xy__node *node, int line) {
  static const char *const known[] = {"model", "scores", "from", "method", "beta", "reference", "format", "tail", NULL};
  char what[128];
  snprintf(what, sizeof what, "stage '%s'", name);
  *stage = (xy__stage){.name = copy(r, name), .beta = NAN, .parent = -1, .reference = -1, .line = line};
  if (node->kind != XY__MAPPING) {
    note(r, xy__yaml_fail(r->yaml, line, r->err, "%s: expected a mapping ({model: …}), found %s", what,
                          xy__yaml_kind(node)));
    return;
  }
  note(r, xy__yaml_known_keys(r->yaml, node, what, known, r->err));
  stage->model = string_of(r, node, "model");
  read_scores(r, stage, node, what);
  stage->from = string_of(r, node, "from");
  stage->method = string_of(r, node, "method");
  stage->reference_name = string_of(r, node, "reference");
  stage->format = string_of(r, node, "format");
  stage->tail = string_of(r, node, "tail");
  note(r, xy__yaml_real(&stage->beta, r->yaml, node, "beta", r->err));
  bool scores = xy__yaml_get(node, "scores") != NULL;
  if (scores && xy__yaml_get(node, "model") != NULL) {
    note(r, xy__yaml_fail(r->yaml, line, r->err, "%s: expected 'model' or 'scores', found both", what));
  } else if (!scores && (stage->model == NULL || *stage->model == '\0')) {
    note(r, xy__yaml_fail(r->yaml, line, r->err, "%s: missing key 'model' (or 'scores', for imported ones)", what));
  }
  if (scores && stage->tail != NULL && strcmp(stage->tail, "none") != 0) {
    note(r, xy__yaml_fail(r->yaml, line, r->err,
                          "%s: tail: an end token is no text, so imported scores cannot have one", what));
  }
  if (stage->beta <= 0) {
    note(r, xy__yaml_fail(r->yaml, xy__yaml_get(node, "beta")->line, r->err,
                          "%s: beta: expected a number above 0, found %g", what, stage->beta));
  }
}

static void read_stages(reader *r, const xy__node *root) {
  const xy__node *stages = xy__yaml_get(root, "stages");
  if (stages == NULL || stages->kind != XY__MAPPING || stages->n == 0) {
    int line = stages != NULL ? stages->line : root->line;
    note(r, xy__yaml_fail(r->yaml, line, r->err, "stages: expected a mapping from stage names to {model: …}"));
    return;
  }
  r->family->stages = xy__arena_alloc(&r->family->arena, stages->n * sizeof *r->family->stages);
  if (r->family->stages == NULL) {
    note(r, xy__fail_memory(r->err, r->family->source));
    return;
  }
  r->family->n_stages = stages->n;
  for (size_t i = 0; i < stages->n; i++) {
    read_stage(r, &r->family->stages[i], stages->keys[i], stages->items[i], stages->key_lines[i]);
  }
}

/* An entry is a name or file, or {kind: file}, which may go on with what else is known of the file. */
static void read_benchmark(reader *r, xy__benchmark_name *out, const xy__node *node) {
  const struct {
    const char *key, **value;
  } more[] = {{"themes", &out->how.themes},
              {"groups", &out->how.groups},
              {"language", &out->how.language},
              {"uneven", &out->how.uneven}};
  bool good = node->kind == XY__MAPPING && node->n > 0 && node->items[0]->kind == XY__SCALAR;
  if (node->kind == XY__SCALAR && *node->value != '\0') {
    out->name = copy(r, node->value);
    return;
  }
  for (size_t i = 1; good && i < node->n; i++) {
    size_t k = 0;
    while (k < sizeof more / sizeof *more && strcmp(node->keys[i], more[k].key) != 0) k++;
    good = k < sizeof more / sizeof *more && node->items[i]->kind == XY__SCALAR;
    if (good) *more[k].value = copy(r, node->items[i]->value);
  }
  if (good) {
    out->how.kind = copy(r, node->keys[0]);
    out->name = copy(r, node->items[0]->value);
  } else {
    note(r, xy__yaml_fail(r->yaml, node->line, r->err,
                          "benchmarks: expected a name, a file, {kind: file} or {kind: file, themes: mapping, "
                          "groups: mapping, language: tag, uneven: keep}; found %s",
                          xy__yaml_kind(node)));
  }
}

static void read_benchmarks(reader *r, const xy__node *root) {
  const xy__node *list = xy__yaml_get(root, "benchmarks");
  if (list == NULL) return;
  if (list->kind != XY__SEQUENCE || list->n == 0) {
    note(r, xy__yaml_fail(r->yaml, list->line, r->err, "benchmarks: expected a list with at least one entry"));
    return;
  }
  r->family->benchmarks = xy__arena_alloc(&r->family->arena, list->n * sizeof *r->family->benchmarks);
  if (r->family->benchmarks == NULL) {
    note(r, xy__fail_memory(r->err, r->family->source));
    return;
  }
  r->family->n_benchmarks = list->n;
  for (size_t i = 0; i < list->n; i++) read_benchmark(r, &r->family->benchmarks[i], list->items[i]);
}

static void read_settings(reader *r, const xy__node *root) {
  xy__measure_settings *s = &r->family->settings;
  int mode = (int)s->headline;
  parse_word(r, root, "precision", &r->family->precision, xy__precision_parse);
  parse_word(r, root, "start", &r->family->start, xy__start_parse);
  parse_word(r, root, "mode", &mode, parse_mode);
  s->headline = (xy__mode)mode;
  const struct {
    const char *key;
    double *value;
    double low, high;
  } numbers[] = {{"alpha", &s->alpha, 0, 1},
                 {"confidence", &s->stats.confidence, 0, 1},
                 {"margin_gap", &s->margin_gap, 0, INFINITY},
                 {"margin_rate", &s->margin_rate, 0, 0.5}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    note(r, xy__yaml_real(numbers[i].value, r->yaml, root, numbers[i].key, r->err));
    if (!(*numbers[i].value > numbers[i].low && *numbers[i].value < numbers[i].high)) {
      note(r, xy__yaml_fail(r->yaml, xy__yaml_get(root, numbers[i].key)->line, r->err,
                            "%s: expected a number above %g and below %g, found %g", numbers[i].key, numbers[i].low,
                            numbers[i].high, *numbers[i].value));
    }
  }
}

xy_family *xy__family_new(const char *source, const char *folder) {
  xy_family *family = xy__array(1, sizeof *family);
  if (family == NULL) return NULL;
  family->parameters = NAN;
  family->precision = XY_FP32;
  family->start = XY_START_TOKENIZER;
  xy__measure_defaults(&family->settings);
  family->source = xy__arena_string(&family->arena, source);
  family->folder = folder != NULL ? xy__arena_string(&family->arena, folder) : NULL;
  if (family->source == NULL || (folder != NULL && family->folder == NULL)) {
    xy_family_free(family);
    return NULL;
  }
  return family;
}

void xy_family_free(xy_family *family) {
  if (family == NULL) return;
  xy__arena_dispose(&family->arena);
  free(family);
}

static void read_family(reader *r, const xy__node *root) {
  static const char *const known[] = {"family",      "note",       "stages", "benchmarks", "precision",
                                      "start",       "mode",       "alpha",  "confidence", "margin_gap",
                                      "margin_rate", "parameters", NULL};
  if (root->kind != XY__MAPPING) {
    note(r, xy__yaml_fail(r->yaml, root->line, r->err, "expected a mapping with the keys family and stages, found %s",
                          xy__yaml_kind(root)));
    return;
  }
  note(r, xy__yaml_known_keys(r->yaml, root, "family", known, r->err));
  r->family->name = string_of(r, root, "family");
  r->family->note = string_of(r, root, "note");
  if (r->family->name == NULL || *r->family->name == '\0' || strchr(r->family->name, '/') != NULL) {
    note(r, xy__yaml_fail(r->yaml, root->line, r->err, "family: expected a name without '/', found '%s'",
                          r->family->name != NULL ? r->family->name : ""));
  }
  note(r, xy__yaml_real(&r->family->parameters, r->yaml, root, "parameters", r->err));
  if (r->family->parameters <= 0) {
    note(r, xy__yaml_fail(r->yaml, xy__yaml_get(root, "parameters")->line, r->err,
                          "parameters: expected a number above 0, found %g", r->family->parameters));
  }
  read_stages(r, root);
  read_benchmarks(r, root);
  read_settings(r, root);
  if (r->family->n_stages > 0) note(r, xy__lineage_resolve(r->family, r->err));
}

int xy__family_parse(xy_family **out, const char *text, size_t bytes, const char *source, const char *folder,
                     xy_error *err) {
  xy_error ignored;
  reader r = {.err = err != NULL ? err : &ignored};
  xy__yaml *yaml;
  int rc = xy__yaml_parse(&yaml, text, bytes, source, r.err);
  if (rc != XY_OK) return rc;
  r.yaml = yaml;
  r.family = xy__family_new(source, folder);
  if (r.family == NULL) {
    r.rc = xy__fail_memory(r.err, source);
  } else {
    xy__digest_of(r.family->digest, text, bytes);
    read_family(&r, yaml->root);
  }
  xy__yaml_free(yaml);
  if (r.rc != XY_OK) {
    xy_family_free(r.family);
    return r.rc;
  }
  *out = r.family;
  return XY_OK;
}
