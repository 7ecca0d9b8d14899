/* See builder.h. */
#include "bench/builder.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static xy__labels *labels_of(xy_bench *bench, xy__label_kind kind) {
  xy__labels *all[XY__LABEL_KINDS] = {
      &bench->identities, &bench->counterparts, &bench->themes, &bench->clusters,      &bench->control_clusters,
      &bench->conditions, &bench->polarities,   &bench->groups, &bench->option_labels, &bench->notes};
  return all[kind];
}

void xy__builder_begin(xy__builder *out) {
  *out = (xy__builder){.bench = xy__array(1, sizeof *out->bench)};
  out->failed = out->bench == NULL;
}

void xy__builder_dispose(xy__builder *builder) {
  for (int i = 0; i < XY__LABEL_KINDS; i++) xy__map_dispose(&builder->labels[i]);
  xy__text_dispose(&builder->beside);
  xy__rows_dispose(&builder->rows);
  xy_bench_free(builder->bench);
  *builder = (xy__builder){0};
}

int xy__builder_end(xy_bench **out, xy__builder *builder, xy_error *err) {
  int rc = XY_OK;
  if (builder->failed) {
    rc = xy__fail_memory(err, "a benchmark's items");
  } else {
    *out = builder->bench;
    builder->bench = NULL;
  }
  xy__builder_dispose(builder);
  return rc;
}

const char *xy__builder_copy(xy__builder *builder, const char *text, size_t bytes) {
  const char *copy = builder->failed ? NULL : xy__arena_copy(&builder->bench->arena, text, bytes);
  builder->failed = copy == NULL;
  return copy;
}

const char *xy__builder_string(xy__builder *builder, const char *text) {
  return xy__builder_copy(builder, text, strlen(text));
}

int xy__builder_label(xy__builder *builder, xy__label_kind kind, const char *name, size_t bytes) {
  if (builder->failed) return -1;
  int64_t index;
  if (xy__map_get(&builder->labels[kind], name, bytes, &index)) return (int)index;
  xy__labels *labels = labels_of(builder->bench, kind);
  const char *copy = xy__builder_copy(builder, name, bytes);
  if (copy == NULL || labels->n >= INT_MAX ||
      !xy__grow(&labels->names, &labels->capacity, labels->n, sizeof *labels->names) ||
      !xy__map_put(&builder->labels[kind], copy, bytes, (int64_t)labels->n)) {
    builder->failed = true;
    return -1;
  }
  labels->names[labels->n] = copy;
  return (int)labels->n++;
}

void xy__label_set(xy__builder *builder, int *out, xy__label_kind kind, const char *name) {
  *out = builder->failed ? -1 : xy__builder_label(builder, kind, name, strlen(name));
}

void xy__builder_note(xy__builder *builder, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  xy__builder_label(builder, XY__NOTES, text, strlen(text));
}

void xy__builder_rows(xy__builder *builder, const xy__file_rows *rows) {
  char sentence[900];
  for (size_t i = 0; xy__rows_sentence(sentence, sizeof sentence, rows, i); i++) {
    xy__builder_note(builder, "%s", sentence);
  }
  builder->bench->rows = rows->n;
  builder->bench->left_out = rows->left_out;
  builder->bench->noticed = rows->noticed;
}

void xy__builder_published(xy__builder *builder, const xy__published *facts) {
  xy_bench *bench = builder->bench;
  bench->name = facts->name;
  bench->task = facts->task;
  bench->language = facts->reworked ? "" : "en";
  bench->axis = facts->axis;
  bench->summary = facts->summary;
  bench->harm = facts->harm;
}

void xy__builder_axes(xy__builder *builder, xy__identity_axis of, const void *user) {
  xy_bench *bench = builder->bench;
  size_t n = bench->identities.n;
  if (builder->failed || n == 0) return;
  const char **axes = xy__arena_alloc(&bench->arena, n * sizeof *axes);
  builder->failed = axes == NULL;
  bool same = true;
  for (size_t i = 0; i < n && !builder->failed; i++) {
    const char *axis = of(user, bench->identities.names[i]);
    axes[i] = axis != NULL ? xy__builder_string(builder, axis) : bench->axis;
    same = same && !builder->failed && strcmp(axes[i], axes[0]) == 0;
  }
  if (builder->failed) return;
  if (same && strcmp(bench->axis, XY__MIXED_AXIS) == 0) bench->axis = axes[0];
  bench->axes = same && strcmp(bench->axis, axes[0]) == 0 ? NULL : axes;
}

void xy__builder_controls(xy__builder *builder) { builder->controls = true; }

xy__item *xy__builder_item(xy__builder *builder, size_t n_options) {
  xy_bench *bench = builder->bench;
  if (builder->failed) return NULL;
  size_t place = xy__bench_asked(bench);
  xy__option *options = xy__arena_alloc(&bench->arena, n_options * sizeof *options);
  if (options == NULL || !xy__grow(&bench->items, &bench->capacity, place, sizeof *bench->items)) {
    builder->failed = true;
    return NULL;
  }
  xy__item *item = &bench->items[place];
  *(builder->controls ? &bench->n_controls : &bench->n) += 1;
  *item = (xy__item){.counterpart = -1,
                     .template = -1,
                     .condition = -1,
                     .polarity = -1,
                     .group = -1,
                     .answer = -1,
                     .n_options = n_options,
                     .options = options};
  for (size_t i = 0; i < n_options; i++)
    options[i] = (xy__option){.text = "", .identity_start = -1, .identity_end = -1, .label = -1};
  return item;
}

void xy__source_set(xy__source *out, const char *text, size_t bytes) {
  size_t mark = xy__byte_order_mark(text, bytes);
  out->text = text + mark;
  out->bytes = bytes - mark;
  out->mark = mark;
}
