/* Opens benchmarks: finds the bytes (built-in or a file) and hands them to the reader of their kind. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/yaml.h"
#include "bench/builder.h"
#include "bench/context/start.h"
#include "bench/groups.h"
#include "bench/name.h"
#include "bench/themes.h"

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

/* ---- open ---- */

/* Of the file's bytes; where further files were read beside it, of theirs too. */
static int digest(xy__builder *builder, const xy__source *source, xy_error *err) {
  xy__text all = {0};
  const char *bytes = source->text - source->mark;
  size_t n = source->bytes + source->mark;
  if (builder->beside.size == 0) {
    xy__digest_of(builder->bench->digest, bytes, n);
    return XY_OK;
  }
  xy__text_add_bytes(&all, bytes, n);
  xy__text_add_bytes(&all, builder->beside.data, builder->beside.size);
  int rc = all.failed || builder->beside.failed ? xy__fail_memory(err, source->name) : XY_OK;
  if (rc == XY_OK) xy__digest_of(builder->bench->digest, all.data, all.size);
  xy__text_dispose(&all);
  return rc;
}

/* The language, which the caller knows best: of a context file it is told by the file. */
static int set_language(xy__builder *builder, const xy__reader *reader, const char *language, xy_error *err) {
  if (reader == &xy__reader_context) {
    if (language == NULL) return XY_OK;
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: a context file says its language itself ('language')",
                    builder->rows.faults.name);
  }
  if (language != NULL) {
    builder->bench->language = xy__builder_string(builder, language);
    return XY_OK;
  }
  xy__language_check(builder);
  if (builder->bench->language[0] == '\0') {
    xy__builder_note(builder,
                     "the language of the texts is not known: they are not the published English ones "
                     "(--language TAG, or 'language' of the benchmark's entry, gives it)");
  }
  return XY_OK;
}

static int end_rows(xy__builder *builder, xy_error *err) {
  xy__file_rows *rows = &builder->rows;
  int rc = xy__rows_end(rows, err);
  if (rc == XY_OK && builder->bench->n == 0 && !builder->failed) {
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: none of its %zu %s makes an item", rows->faults.name, rows->n,
                  xy_plural((int64_t)rows->n, "row", "rows"));
  }
  if (rc == XY_OK) xy__builder_rows(builder, rows);
  return rc;
}

/* Rows whose sides differ in form: left out, or kept as published. */
static int set_uneven(xy__builder *builder, const xy__reader *reader, const char *uneven, xy_error *err) {
  if (uneven == NULL || strcmp(uneven, "leave-out") == 0) return XY_OK;
  if (strcmp(uneven, "keep") != 0) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: uneven: expected leave-out or keep, found '%s'",
                    builder->rows.faults.name, uneven);
  }
  if (reader == &xy__reader_context) {
    return xy__fail(err, XY_ERR_ARGUMENT, "%s: uneven: a context file is mended where its sides differ in form",
                    builder->rows.faults.name);
  }
  builder->rows.keeps_uneven = true;
  return XY_OK;
}

static int read_source(xy_bench **out, const xy__reader *reader, const xy__source *source, const char *where,
                       const xy_bench_options *how, xy_error *err) {
  xy__builder builder;
  xy__builder_begin(&builder);
  builder.rows.faults.name = source->name;
  builder.rows.strict = how->strict;
  int rc = builder.failed ? xy__fail_memory(err, source->name) : set_uneven(&builder, reader, how->uneven, err);
  if (rc == XY_OK) rc = reader->read(&builder, source, err);
  if (rc == XY_OK && !builder.failed) rc = end_rows(&builder, err);
  if (rc == XY_OK && !builder.failed) rc = set_language(&builder, reader, how->language, err);
  if (rc == XY_OK && how->themes != NULL && !builder.failed) rc = xy__themes_apply(&builder, how->themes, err);
  bool published = reader != &xy__reader_context;
  if (rc == XY_OK && (published || how->groups != NULL) && !builder.failed) {
    rc = xy__groups_apply(&builder, how->groups, published, err);
  }
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

static int open_builtin(xy_bench **out, const xy__embedded *file, const char *groups, xy_error *err) {
  xy__source source = {file->name, (const char *)file->data, (size_t)(file->end - file->data)};
  return read_source(out, &xy__reader_context, &source, "built-in", &(xy_bench_options){.groups = groups}, err);
}

static int open_file(xy_bench **out, const char *path, const xy__reader *reader, const xy_bench_options *how,
                     xy_error *err) {
  xy__source source = {.name = path};
  char *text = NULL;
  size_t bytes = 0;
  int rc = xy__file_read(&text, &bytes, path, err);
  if (rc == XY_ERR_NOT_FOUND && reader == NULL) return fail_unknown(path, err);
  if (rc != XY_OK) return rc;
  xy__source_set(&source, text, bytes);
  if (reader == NULL) {
    rc = xy__reader_of(&reader, &source, err);
  } else {
    xy__reader_delimit(&source, reader);
  }
  xy__text name = {0};
  xy__bench_name_add(&name, path, how);
  if (rc == XY_OK && name.failed) rc = xy__fail_memory(err, path);
  if (rc == XY_OK) rc = read_source(out, reader, &source, name.data, how, err);
  xy__text_dispose(&name);
  if (rc == XY_OK && reader == &xy__reader_context) {
    rc = xy__start_compare(*out, err);
    if (rc != XY_OK) xy_bench_free(*out);
  }
  free(text);
  return rc;
}

int xy_bench_open(xy_bench **out, const char *name, const xy_bench_options *options, xy_error *err) {
  static const xy_bench_options none = XY_BENCH_OPTIONS_INIT;
  xy__error_clear(err);
  xy_bench_options how = options != NULL ? *options : none;
  const xy__embedded *embedded = how.kind == NULL ? find_builtin(name) : NULL;
  if (embedded != NULL) return open_builtin(out, embedded, how.groups, err);
  char *parts = strdup(name);
  if (parts == NULL) return xy__fail_memory(err, name);
  const char *path = xy__bench_parts(&how, parts);
  const xy__reader *reader = NULL;
  int rc = how.kind != NULL ? xy__reader_named(&reader, how.kind, err) : XY_OK;
  if (rc == XY_OK) rc = open_file(out, path, reader, &how, err);
  free(parts);
  return rc;
}
