/* What a benchmark holds, told in the words of the public interface; see bench.h. */
#include "bench/bench.h"

#include <stdlib.h>
#include <string.h>

void xy_bench_free(xy_bench *bench) {
  if (bench == NULL) return;
  free(bench->identities.names);
  free(bench->counterparts.names);
  free(bench->themes.names);
  free(bench->clusters.names);
  free(bench->control_clusters.names);
  free(bench->conditions.names);
  free(bench->polarities.names);
  free(bench->groups.names);
  free(bench->option_labels.names);
  free(bench->notes.names);
  free(bench->items);
  xy__arena_dispose(&bench->arena);
  free(bench);
}

void xy_bench_describe(xy_bench_info *out, const xy_bench *bench) {
  *out = (xy_bench_info){
      .name = bench->name,
      .task = bench->task,
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
      .controls = bench->n_controls,
      .control_clusters = bench->control_clusters.n,
      .rows = bench->rows,
      .left_out = bench->left_out,
      .noticed = bench->noticed,
      .untouched = bench->untouched,
      .n_notes = bench->notes.n,
      .notes = bench->notes.names,
  };
}

const char *const xy__option_roles[] = {"answer", "unknown", "paraphrase"};
const char *const xy__term_places[] = {"guessed", "before", "after", "same"};

bool xy__bench_has_axis(const xy_bench *bench, const char *axis) {
  bool found = strcmp(bench->axis, axis) == 0;
  for (size_t i = 0; i < bench->identities.n && !found; i++) found = strcmp(xy__bench_axis(bench, i), axis) == 0;
  return found;
}

const char *xy__bench_split(const xy_bench *bench) {
  bool guessed = false;
  for (size_t i = 0; i < bench->n; i++) {
    if (bench->items[i].place == XY__AFTER) return "after";
    guessed = guessed || bench->items[i].place == XY__GUESSED;
  }
  return guessed ? "guessed" : "known";
}

static const char *label(const xy__labels *labels, int64_t i) {
  return i >= 0 && (size_t)i < labels->n ? labels->names[i] : "";
}

const char *xy_bench_identity_axis(const xy_bench *bench, size_t i) {
  return i < bench->identities.n ? xy__bench_axis(bench, i) : "";
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
