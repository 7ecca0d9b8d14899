/* Opens benchmarks: finds the bytes (built-in or a file), tells the kind, and hands them to its reader. A new kind of
 * file is a line in `kinds` and a reader of its own.
 */
#include "bench/bench.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/yaml.h"
#include "bench/builder.h"
#include "bench/csv.h"
#include "bench/themes.h"

typedef struct kind {
  const char *name, *what;
  int (*read)(xy__builder *builder, const xy__source *source, xy_error *err);
  bool (*tells)(const xy__source *source); /* files without a header row */
  char delimiter;                          /* of files with one */
  const char *columns[6];                  /* of the header row by which it is told */
} kind;

/* The first is the kind of YAML files. */
static const kind kinds[] = {
    {"context", "a context file (.yaml)", xy__read_context, NULL, 0, {NULL}},
    {"winoqueer",
     "WinoQueer's CSV",
     xy__read_winoqueer,
     NULL,
     ',',
     {"Gender_ID_x", "Gender_ID_y", "sent_x", "sent_y", NULL}},
    {"crows-pairs",
     "CrowS-Pairs' CSV",
     xy__read_crows_pairs,
     NULL,
     ',',
     {"sent_more", "sent_less", "stereo_antistereo", "bias_type", NULL}},
    {"redditbias",
     "RedditBias' counterfactual halves",
     xy__read_redditbias,
     NULL,
     ',',
     {"comments", "comments_processed", "initial_demo", "replaced_demo", NULL}},
    {"stereoset", "StereoSet's dev.json", xy__read_stereoset, xy__tells_stereoset, 0, {NULL}},
    {"honest",
     "HONEST's LGBTQIA+ templates",
     xy__read_honest,
     NULL,
     '\t',
     {"template_masked", "raw", "identity", "category", NULL}},
    {"tango",
     "TANGO's misgendering_prompts.csv",
     xy__read_tango,
     NULL,
     ',',
     {"template_idx", "ante", "ante_type", "pronoun_family", "template", NULL}},
    {"winogender", "Winogender's all_sentences.tsv", xy__read_winogender, NULL, '\t', {"sentid", "sentence", NULL}},
    {"winobias", "WinoBias' pro or anti file of a type", xy__read_winobias, xy__tells_winobias, 0, {NULL}},
    {"bbq", "a category of BBQ (.jsonl)", xy__read_bbq, xy__tells_bbq, 0, {NULL}},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

const char *xy__modality_name(xy__modality modality) {
  static const char *const names[] = {"pair", "choice", "coref", "pronoun", "preference"};
  return names[modality];
}

/* ---- built-in benchmarks ---- */

static const char folder[] = "benchmarks/";
static const char ending[] = ".yaml";

typedef struct builtin {
  char *name, *summary;
  const xy__embedded *file;
} builtin;
static builtin *builtins; /* made once, kept until the program ends */
static size_t n_builtins;
static pthread_once_t builtins_once = PTHREAD_ONCE_INIT;

/* "stigma" of "benchmarks/stigma.yaml"; NULL for another file or out of memory. */
static char *builtin_name(const char *path) {
  size_t n = strlen(path);
  size_t around = sizeof folder - 1 + sizeof ending - 1;
  if (n <= around || strncmp(path, folder, sizeof folder - 1) != 0) return NULL;
  if (strcmp(path + n - (sizeof ending - 1), ending) != 0) return NULL;
  return strndup(path + sizeof folder - 1, n - around);
}

static char *builtin_summary(const xy__embedded *file) {
  xy__yaml *yaml;
  const char *summary = "";
  if (xy__yaml_parse(&yaml, (const char *)file->data, (size_t)(file->end - file->data), file->name, NULL) != XY_OK) {
    return strdup("");
  }
  (void)xy__yaml_string(&summary, yaml, yaml->root, "summary", NULL); /* opening the benchmark tells its faults */
  char *copy = strdup(summary);
  xy__yaml_free(yaml);
  return copy;
}

static void find_builtins(void) {
  size_t capacity = 0;
  for (const xy__embedded *e = xy__embedded_table; e->name != NULL; e++) { /* sorted already */
    builtin found = {.file = e, .name = builtin_name(e->name)};
    if (found.name == NULL) continue;
    found.summary = builtin_summary(e);
    if (found.summary == NULL || !xy__grow(&builtins, &capacity, n_builtins, sizeof *builtins)) {
      free(found.name);
      free(found.summary);
      return;
    }
    builtins[n_builtins++] = found;
  }
}

size_t xy_bench_builtin_count(void) {
  (void)pthread_once(&builtins_once, find_builtins);
  return n_builtins;
}

const char *xy_bench_builtin_name(size_t i) { return i < xy_bench_builtin_count() ? builtins[i].name : ""; }

const char *xy_bench_builtin_summary(size_t i) { return i < xy_bench_builtin_count() ? builtins[i].summary : ""; }

static const xy__embedded *find_builtin(const char *name) {
  for (size_t i = 0; i < xy_bench_builtin_count(); i++) {
    if (strcmp(builtins[i].name, name) == 0) return builtins[i].file;
  }
  return NULL;
}

static int fail_unknown(const char *name, xy_error *err) {
  size_t n = xy_bench_builtin_count();
  const char **known = xy__array(n + 1, sizeof *known);
  if (known == NULL) return xy__fail_memory(err, name);
  for (size_t i = 0; i < n; i++) known[i] = builtins[i].name;
  const char *near = xy__nearest(name, known);
  int rc = xy__fail(err, XY_ERR_NOT_FOUND,
                    near != NULL ? "no built-in benchmark and no file '%s' (did you mean '%s'?)"
                                 : "no built-in benchmark and no file '%s'",
                    name, near);
  free(known);
  return xy__hint(err, rc, "xylem bench list");
}

/* ---- kinds ---- */

static void list_kinds(xy__text *out) {
  for (size_t i = 0; i < KINDS; i++) {
    xy__text_addf(out, "\n  %s: %s", kinds[i].name, kinds[i].what);
    for (size_t k = 0; kinds[i].columns[k] != NULL; k++) {
      xy__text_addf(out, "%s%s", k == 0 ? " with the columns " : ", ", kinds[i].columns[k]);
    }
  }
}

static int fail_kinds(const xy__source *source, const char *found, xy_error *err) {
  xy__text list = {0};
  list_kinds(&list);
  xy__fail(err, XY_ERR_UNSUPPORTED, "%s: not a benchmark file that xylem knows (%s); it reads%s", source->name, found,
           list.failed ? "" : list.data);
  xy__text_dispose(&list);
  return XY_ERR_UNSUPPORTED;
}

static bool ends_with(const char *text, const char *tail) {
  size_t n = strlen(text);
  size_t m = strlen(tail);
  return n >= m && strcmp(text + n - m, tail) == 0;
}

/* The kind whose columns are all in the header row; NULL: none. */
static const kind *kind_of_header(const xy__csv *csv, char delimiter) {
  for (size_t i = 0; i < KINDS; i++) {
    size_t places[6];
    size_t n = 0;
    while (kinds[i].columns[n] != NULL) n++;
    if (kinds[i].delimiter == delimiter && n > 0 && xy__csv_columns(places, csv, kinds[i].columns, n)) return &kinds[i];
  }
  return NULL;
}

static int fail_header(const xy__source *source, const xy__csv *csv, xy_error *err) {
  xy__text header = {0};
  xy__text_add(&header, "its first row is ");
  for (size_t i = 0; i < csv->rows[0].n && i < 12; i++) {
    xy__text_addf(&header, "%s'%.40s'", i > 0 ? ", " : "", xy__csv_field(csv, &csv->rows[0], i));
  }
  int rc = fail_kinds(source, header.failed ? "" : header.data, err);
  xy__text_dispose(&header);
  return rc;
}

/* By the ending of the name, else by what the file looks like, else by the header row. */
static int tell_kind(const kind **out, const xy__source *source, xy_error *err) {
  if (ends_with(source->name, ".yaml") || ends_with(source->name, ".yml")) {
    *out = &kinds[0];
    return XY_OK;
  }
  for (size_t i = 0; i < KINDS; i++) {
    if (kinds[i].tells == NULL || !kinds[i].tells(source)) continue;
    *out = &kinds[i];
    return XY_OK;
  }
  const kind *found = NULL;
  int rc = XY_OK;
  for (const char *delimiter = "\t,"; rc == XY_OK && found == NULL && *delimiter != '\0'; delimiter++) {
    xy__csv csv = {0};
    rc = xy__csv_read(&csv, source, *delimiter, true, err);
    if (rc == XY_OK) found = kind_of_header(&csv, *delimiter);
    if (rc == XY_OK && found == NULL && delimiter[1] == '\0') rc = fail_header(source, &csv, err);
    xy__csv_dispose(&csv);
  }
  if (rc == XY_OK) *out = found;
  return rc;
}

static int named_kind(const kind **out, const char *name, xy_error *err) {
  const char *known[KINDS + 1] = {NULL};
  for (size_t i = 0; i < KINDS; i++) {
    if (strcmp(kinds[i].name, name) == 0) {
      *out = &kinds[i];
      return XY_OK;
    }
    known[i] = kinds[i].name;
  }
  const char *near = xy__nearest(name, known);
  xy__text list = {0};
  list_kinds(&list);
  int rc = xy__fail(err, XY_ERR_ARGUMENT,
                    near != NULL ? "unknown kind of benchmark '%s' (did you mean '%s'?); known are%s"
                                 : "unknown kind of benchmark '%s'%.0s; known are%s",
                    name, near != NULL ? near : "", list.failed ? "" : list.data);
  xy__text_dispose(&list);
  return rc;
}

/* ---- open ---- */

/* Of the file's bytes; where further files were read beside it, of theirs too. */
static int digest(xy__builder *builder, const xy__source *source, xy_error *err) {
  xy__text all = {0};
  if (builder->beside.size == 0) {
    xy__digest_of(builder->bench->digest, source->text, source->bytes);
    return XY_OK;
  }
  xy__text_add_bytes(&all, source->text, source->bytes);
  xy__text_add_bytes(&all, builder->beside.data, builder->beside.size);
  int rc = all.failed || builder->beside.failed ? xy__fail_memory(err, source->name) : XY_OK;
  if (rc == XY_OK) xy__digest_of(builder->bench->digest, all.data, all.size);
  xy__text_dispose(&all);
  return rc;
}

static int read_source(xy_bench **out, const kind *reader, const xy__source *source, const char *where,
                       const char *themes, xy_error *err) {
  xy__builder builder;
  xy__builder_begin(&builder);
  int rc = builder.failed ? xy__fail_memory(err, source->name) : reader->read(&builder, source, err);
  if (rc == XY_OK && themes != NULL && !builder.failed) rc = xy__themes_apply(&builder, themes, err);
  if (rc != XY_OK) {
    xy__builder_dispose(&builder);
    return rc;
  }
  builder.bench->source = xy__builder_string(&builder, where);
  if (!builder.failed) rc = digest(&builder, source, err);
  if (rc != XY_OK) {
    xy__builder_dispose(&builder);
    return rc;
  }
  return xy__builder_end(out, &builder, err);
}

static int open_builtin(xy_bench **out, const xy__embedded *file, xy_error *err) {
  xy__source source = {file->name, (const char *)file->data, (size_t)(file->end - file->data)};
  return read_source(out, &kinds[0], &source, "built-in", NULL, err);
}

static int open_file(xy_bench **out, const char *path, const kind *reader, const char *themes, xy_error *err) {
  xy__source source = {.name = path};
  char *text = NULL;
  int rc = xy__file_read(&text, &source.bytes, path, err);
  if (rc == XY_ERR_NOT_FOUND && reader == NULL) return fail_unknown(path, err);
  if (rc != XY_OK) return rc;
  source.text = text;
  if (reader == NULL) rc = tell_kind(&reader, &source, err);
  if (rc == XY_OK) rc = read_source(out, reader, &source, path, themes, err);
  free(text);
  return rc;
}

/* "FILE,themes=MAP", unless there is a file of that very name. */
static const char *themes_part(const char *name) {
  static const char separator[] = ",themes=";
  const char *at = strstr(name, separator);
  for (const char *next = at; next != NULL; next = strstr(at + 1, separator)) at = next;
  return at != NULL && !xy__file_exists(name) ? at : NULL;
}

int xy_bench_open(xy_bench **out, const char *name, const char *kind_name, xy_error *err) {
  if (err != NULL) *err = (xy_error){0};
  const kind *reader = NULL;
  if (kind_name != NULL) {
    int rc = named_kind(&reader, kind_name, err);
    if (rc != XY_OK) return rc;
  }
  const xy__embedded *embedded = kind_name == NULL ? find_builtin(name) : NULL;
  if (embedded != NULL) return open_builtin(out, embedded, err);
  const char *themes = themes_part(name);
  char *path = themes != NULL ? strndup(name, (size_t)(themes - name)) : strdup(name);
  if (path == NULL) return xy__fail_memory(err, name);
  int rc = open_file(out, path, reader, themes != NULL ? themes + strlen(",themes=") : NULL, err);
  free(path);
  return rc;
}

size_t xy_bench_kind_count(void) { return KINDS; }

const char *xy_bench_kind(size_t i) { return i < KINDS ? kinds[i].name : ""; }

void xy_bench_free(xy_bench *bench) {
  if (bench == NULL) return;
  free(bench->identities.names);
  free(bench->counterparts.names);
  free(bench->themes.names);
  free(bench->clusters.names);
  free(bench->conditions.names);
  free(bench->polarities.names);
  free(bench->groups.names);
  free(bench->option_labels.names);
  free(bench->notes.names);
  free(bench->items);
  xy__arena_dispose(&bench->arena);
  free(bench);
}

/* ---- what it holds ---- */

void xy_bench_describe(xy_bench_info *out, const xy_bench *bench) {
  *out = (xy_bench_info){
      .name = bench->name,
      .task = xy__modality_name(bench->modality),
      .language = bench->language,
      .axis = bench->axis,
      .summary = bench->summary,
      .source = bench->source,
      .digest = bench->digest,
      .harm = bench->harm,
      .items = bench->n,
      .identities = bench->identities.n,
      .counterparts = bench->counterparts.n,
      .themes = bench->themes.n,
      .templates = bench->templates,
      .clusters = bench->clusters.n,
      .n_notes = bench->notes.n,
      .notes = bench->notes.names,
  };
}

static const char *label(const xy__labels *labels, int64_t i) {
  return i >= 0 && (size_t)i < labels->n ? labels->names[i] : "";
}

const char *xy_bench_identity(const xy_bench *bench, size_t i) { return label(&bench->identities, (int64_t)i); }

const char *xy_bench_theme(const xy_bench *bench, size_t i) { return label(&bench->themes, (int64_t)i); }

void xy_bench_item(xy_item *out, const xy_bench *bench, size_t i) {
  *out = (xy_item){.id = "",
                   .identity = "",
                   .counterpart = "",
                   .theme = "",
                   .cluster = "",
                   .target = "",
                   .other = "",
                   .condition = "",
                   .answer = -1};
  if (i >= bench->n) return;
  const xy__item *item = &bench->items[i];
  *out = (xy_item){
      .id = item->id,
      .identity = label(&bench->identities, item->identity),
      .counterpart = label(&bench->counterparts, item->counterpart),
      .theme = label(&bench->themes, item->theme),
      .cluster = label(&bench->clusters, item->cluster),
      .prompt = item->prompt,
      .target = item->options[0].text,
      .other = item->options[1].text,
      .condition = label(&bench->conditions, item->condition),
      .options = item->n_options,
      .answer = item->answer,
  };
}

void xy_bench_option(xy_option *out, const xy_bench *bench, size_t i, size_t o) {
  *out = (xy_option){.text = "", .label = ""};
  if (i >= bench->n || o >= bench->items[i].n_options) return;
  const xy__option *option = &bench->items[i].options[o];
  *out = (xy_option){option->text, label(&bench->option_labels, option->label), option->biased};
}
