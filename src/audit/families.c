/* Where families come from: built in, a file, or the stages that a command line names; and what is told of them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/family.h"
#include "base/file.h"
#include "base/yaml.h"

static const char folder_of_families[] = "families/";

static const xy__embedded *nth_builtin(size_t i) {
  for (const xy__embedded *e = xy__embedded_table; e->name != NULL; e++) {
    if (strncmp(e->name, folder_of_families, sizeof folder_of_families - 1) == 0 && i-- == 0) return e;
  }
  return NULL;
}

size_t xy_family_builtin_count(void) {
  size_t n = 0;
  while (nth_builtin(n) != NULL) n++;
  return n;
}

/* Names are the file names without ".yaml", kept once for the life of the program. */
const char *xy_family_builtin_name(size_t i) {
  enum { MOST = 64, LONGEST = 64 };
  static char names[MOST][LONGEST];
  const xy__embedded *e = nth_builtin(i);
  if (e == NULL || i >= MOST) return "";
  const char *start = e->name + sizeof folder_of_families - 1;
  snprintf(names[i], LONGEST, "%.*s", (int)(strlen(start) - strlen(".yaml")), start);
  return names[i];
}

static int not_found(const char *name, xy_error *err) {
  const char *names[65] = {NULL};
  for (size_t i = 0; i < 64 && i < xy_family_builtin_count(); i++) names[i] = xy_family_builtin_name(i);
  const char *near = xy__nearest(name, names);
  int rc = xy__fail(err, XY_ERR_NOT_FOUND, "%s: no such file, and no ready family of that name", name);
  if (near != NULL) return xy__hint(err, rc, "did you mean '%s'?  xylem audit --list names the ready families", near);
  return xy__hint(err, rc, "xylem audit --list names the ready families");
}

int xy_family_open(xy_family **out, const char *name, xy_error *err) {
  xy__error_clear(err);
  char builtin[256];
  snprintf(builtin, sizeof builtin, "%s%s.yaml", folder_of_families, name);
  const xy__embedded *e = xy__embedded_find(builtin);
  if (e != NULL && !xy__file_exists(name)) {
    snprintf(builtin, sizeof builtin, "built-in family %s", name);
    return xy__family_parse(out, (const char *)e->data, (size_t)(e->end - e->data), builtin, NULL, err);
  }
  if (xy__is_folder(name)) {
    int rc = xy__fail(err, XY_ERR_IO, "%s: expected a family file or the name of a ready family, found a folder", name);
    return xy__hint(err, rc, "--stage NAME=%s makes a stage of a checkpoint", name);
  }
  if (!xy__file_exists(name)) return not_found(name, err);
  char *text;
  size_t bytes;
  int rc = xy__file_read(&text, &bytes, name, err);
  if (rc != XY_OK) return rc;
  const char *slash = strrchr(name, '/');
  char *folder = slash != NULL ? strndup(name, (size_t)(slash - name + 1)) : strdup(".");
  rc = folder == NULL ? xy__fail_memory(err, name) : xy__family_parse(out, text, bytes, name, folder, err);
  free(folder);
  free(text);
  return rc;
}

/* NAME=MODEL[:PARENT[:METHOD[:BETA]]] */
static int read_spec(xy_family *family, xy__stage *stage, const char *spec, xy_error *err) {
  *stage = (xy__stage){.beta = NAN, .parent = -1, .reference = -1};
  char *text = xy__arena_string(&family->arena, spec);
  if (text == NULL) return xy__fail_memory(err, "--stage");
  char *model = strchr(text, '=');
  if (model == NULL || model == text || model[1] == '\0' || model[1] == ':') {
    return xy__fail_more(err, XY_ERR_ARGUMENT,
                         "stage '%s': expected NAME=MODEL[:PARENT[:METHOD[:BETA]]], for example dpo=DIR:sft:dpo:0.1",
                         spec);
  }
  *model++ = '\0';
  char *fields[4] = {model, NULL, NULL, NULL};
  size_t n = 1;
  for (char *colon = strchr(model, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
    *colon = '\0';
    if (n == 4) return xy__fail_more(err, XY_ERR_ARGUMENT, "stage '%s': more than MODEL:PARENT:METHOD:BETA", spec);
    fields[n++] = colon + 1;
  }
  stage->name = text;
  stage->model = fields[0];
  stage->from = fields[1] != NULL && *fields[1] != '\0' ? fields[1] : NULL;
  stage->method = fields[2] != NULL && *fields[2] != '\0' ? fields[2] : stage->from != NULL ? text : NULL;
  if (fields[3] == NULL) return XY_OK;
  char *end;
  stage->beta = strtod(fields[3], &end);
  if (end == fields[3] || *end != '\0' || !(stage->beta > 0) || !isfinite(stage->beta)) {
    return xy__fail_more(err, XY_ERR_ARGUMENT, "stage '%s': beta: expected a number above 0, found '%s'", spec,
                         fields[3]);
  }
  return XY_OK;
}

int xy_family_from_stages(xy_family **out, const char *name, const char *const *specs, size_t n, xy_error *err) {
  xy__error_clear(err);
  xy_error own = {0};
  if (n == 0) return xy__fail(err, XY_ERR_ARGUMENT, "a family needs at least one stage");
  xy_family *family = xy__family_new("command line", NULL);
  int rc = XY_OK;
  if (family != NULL) {
    family->name = xy__arena_string(&family->arena, name);
    family->stages = xy__arena_alloc(&family->arena, n * sizeof *family->stages);
    family->n_stages = n;
  }
  if (family == NULL || family->name == NULL || family->stages == NULL) {
    rc = xy__fail_memory(&own, "family");
    goto out;
  }
  for (size_t i = 0; i < n; i++) {
    int bad = read_spec(family, &family->stages[i], specs[i], &own);
    if (bad != XY_OK) {
      rc = bad;
      continue;
    }
    for (size_t j = 0; j < i; j++) {
      if (family->stages[j].name != NULL && strcmp(family->stages[j].name, family->stages[i].name) == 0) {
        rc = xy__fail_more(&own, XY_ERR_ARGUMENT, "stage '%s' is given twice", family->stages[i].name);
      }
    }
  }
  if (rc == XY_OK) rc = xy__lineage_resolve(family, &own);
out:
  if (rc != XY_OK) {
    xy_family_free(family);
    if (err != NULL) *err = own;
    return rc;
  }
  *out = family;
  return XY_OK;
}

const char *xy_family_name(const xy_family *family) { return family->name; }
size_t xy_family_stages(const xy_family *family) { return family->n_stages; }

int xy__family_locate(const char **out, const xy_family *family, const char *name, xy__arena *arena, xy_error *err) {
  *out = name;
  if (family->folder == NULL || strcmp(family->folder, ".") == 0 || name[0] == '/') return XY_OK;
  char *beside = xy__path_join(family->folder, name);
  if (beside == NULL) return xy__fail_memory(err, name);
  if (xy__is_folder(beside) || xy__file_exists(beside)) *out = xy__arena_string(arena, beside);
  free(beside);
  return *out != NULL ? XY_OK : xy__fail_memory(err, name);
}

const char *xy__stage_source(const xy__stage *stage) { return stage->model != NULL ? stage->model : stage->scores[0]; }

static const char *or_empty(const char *text) { return text != NULL ? text : ""; }

void xy_family_stage(xy_stage_info *out, const xy_family *family, size_t i) {
  const xy__stage *s = &family->stages[i];
  *out = (xy_stage_info){.name = s->name,
                         .model = xy__stage_source(s),
                         .parent = s->parent >= 0 ? family->stages[s->parent].name : "",
                         .method = or_empty(s->method),
                         .reference = s->reference >= 0 ? family->stages[s->reference].name : "",
                         .format = or_empty(s->format),
                         .tail = or_empty(s->tail),
                         .beta = s->beta};
}
