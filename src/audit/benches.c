/* See benches.h. */
#include "audit/benches.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "base/yaml.h"
#include "bench/name.h"

static const char *const default_benchmarks[] = {"stigma", "affirmation", "binary-gender"};

/* A choice in hand. */
typedef struct choice {
  xy__audit_benches *out;
  const xy_family *family;
  xy__arena *arena;
  bool strict;
} choice;

/* ---- narrowing ------------------------------------------------------------------------------------------- */

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

int xy__benches_narrow(xy__audit_benches *benches, const xy_audit_options *options, xy_error *err) {
  int rc = check_labels(benches->list, benches->n, identities_of, "--identity", options->identities,
                        options->n_identities, err);
  if (rc == XY_OK) {
    rc = check_labels(benches->list, benches->n, themes_of, "--theme", options->themes, options->n_themes, err);
  }
  size_t left = 0;
  for (size_t b = 0; rc == XY_OK && b < benches->n; b++) {
    xy_bench *bench = benches->list[b];
    benches->list[b] = NULL;
    rc = narrow(&bench, options, err);
    if (rc != XY_OK || bench != NULL) benches->list[left++] = bench;
  }
  if (rc != XY_OK) return rc;
  benches->n = left;
  if (left > 0) return XY_OK;
  return xy__fail(err, XY_ERR_ARGUMENT, "no benchmark holds both the identities and the themes that were asked for");
}

/* ---- opening --------------------------------------------------------------------------------------------- */

static int open_benchmark(choice *c, const xy__benchmark_name *wanted, xy_error *err) {
  const char *path;
  xy_bench_options how = wanted->how;
  how.strict = c->strict;
  int rc = xy__family_locate(&path, c->family, wanted->name, c->arena, err);
  if (rc == XY_OK && how.themes != NULL) rc = xy__family_locate(&how.themes, c->family, how.themes, c->arena, err);
  if (rc == XY_OK && how.groups != NULL) rc = xy__family_locate(&how.groups, c->family, how.groups, c->arena, err);
  xy_bench *bench;
  if (rc == XY_OK) rc = xy_bench_open(&bench, path, &how, err);
  if (rc != XY_OK) return rc;
  for (size_t i = 0; i < c->out->n; i++) {
    if (strcmp(c->out->list[i]->name, bench->name) == 0) {
      rc = xy__fail(err, XY_ERR_ARGUMENT, "benchmark '%s' is named twice (%s and %s)", bench->name,
                    c->out->list[i]->source, bench->source);
    }
  }
  if (rc != XY_OK) {
    xy_bench_free(bench);
    return rc;
  }
  c->out->list[c->out->n++] = bench;
  return XY_OK;
}

/* A name of the command line (bench/name.h). */
static int split_name(xy__benchmark_name *out, choice *c, const char *text, xy_error *err) {
  char *name = xy__arena_string(c->arena, text);
  if (name == NULL) return xy__fail_memory(err, text);
  *out = (xy__benchmark_name){0};
  out->name = xy__bench_parts(&out->how, name);
  return XY_OK;
}

int xy__benches_open(xy__audit_benches *out, const xy_family *family, const xy_audit_options *options, xy__arena *arena,
                     xy_error *err) {
  choice c = {out, family, arena, options->strict};
  size_t n_default = sizeof default_benchmarks / sizeof *default_benchmarks;
  size_t n = options->n_benchmarks > 0  ? options->n_benchmarks
             : family->n_benchmarks > 0 ? family->n_benchmarks
                                        : n_default;
  out->list = xy__array(n, sizeof(xy_bench *));
  if (out->list == NULL) return xy__fail_memory(err, "benchmarks");
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < n; i++) {
    xy__benchmark_name wanted;
    if (options->n_benchmarks > 0) {
      rc = split_name(&wanted, &c, options->benchmarks[i], err);
    } else if (family->n_benchmarks > 0) {
      wanted = family->benchmarks[i];
    } else {
      wanted = (xy__benchmark_name){.name = default_benchmarks[i]};
    }
    if (rc == XY_OK) rc = open_benchmark(&c, &wanted, err);
  }
  return rc;
}

void xy__benches_dispose(xy__audit_benches *benches) {
  for (size_t i = 0; i < benches->n; i++) xy_bench_free(benches->list[i]);
  free(benches->list);
}
