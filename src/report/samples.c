/* samples.jsonl, and controls.jsonl in the same form: one line per item (control) and stage, an item's stages together.
 * Where the task keeps two sides: texts, scores of both, the gap in every mode, the margin where the stage has a
 * reference. Where it keeps options: every option with its scores, and what each rule decides. Written as it is made: a
 * large benchmark never lies in memory twice.
 */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "measure/task.h"
#include "report/internal.h"

static const char *label(const xy__labels *labels, int i) {
  return i >= 0 && (size_t)i < labels->n ? labels->names[i] : NULL;
}

/* A member that only some benchmarks have. */
static void add_some(xy__text *line, const char *key, const char *text) {
  if (text != NULL) xy__json_add_string(line, key, text);
}

/* The part of a line that all stages of an item share. */
static void add_item(xy__text *line, const xy_bench *bench, const xy__item *item) {
  xy__text_add(line, "{\"benchmark\": ");
  xy__text_add_json(line, bench->name, strlen(bench->name));
  xy__json_add_string(line, "item", item->id);
  xy__json_add_string(line, "identity", label(&bench->identities, item->identity));
  xy__json_add_string(line, "counterpart", label(&bench->counterparts, item->counterpart));
  xy__json_add_string(line, "theme", label(&bench->themes, item->theme));
  bool control = item >= bench->items + bench->n;
  xy__json_add_string(line, "cluster", label(control ? &bench->control_clusters : &bench->clusters, item->cluster));
  xy__json_add_string(line, "prompt", item->prompt);
  add_some(line, "condition", label(&bench->conditions, item->condition));
  add_some(line, "polarity", label(&bench->polarities, item->polarity));
  add_some(line, "group", label(&bench->groups, item->group));
  if (!xy__task_of(bench)->sides) return;
  xy__json_add_count(line, "template", "", item->template, item->template >= 0);
  xy__json_add_string(line, "term", xy__term_places[item->place]);
  xy__json_add_string(line, "target_text", item->options[0].text);
  xy__json_add_string(line, "counterpart_text", item->options[1].text);
}

/* All digits: what is measured can be made again of it, to the last bit. */
static void add_score(xy__text *line, const char *prefix, const char *key, double value) {
  xy__text_addf(line, ", \"%s%s\": ", prefix, key);
  xy__text_add_number(line, value);
}

static void add_side(xy__text *line, const char *prefix, const xy__side *side) {
  add_score(line, prefix, "full", side->full);
  add_score(line, prefix, "shared", side->shared);
  add_score(line, prefix, "predicate", side->predicate);
  add_score(line, prefix, "name", side->name);
  bool tokens = side->tokens > 0;
  xy__json_add_count(line, prefix, "tokens", side->tokens, tokens);
  xy__json_add_count(line, prefix, "shared_tokens", side->shared_tokens, tokens);
  xy__json_add_count(line, prefix, "predicate_tokens", side->predicate_tokens, tokens);
  xy__json_add_count(line, prefix, "bytes", side->bytes, true);
  xy__json_add_truth(line, prefix, "split", side->split, tokens);
  xy__json_add_truth(line, prefix, "greedy", side->greedy > 0, side->greedy >= 0);
}

static void add_option(xy__text *line, const xy_bench *bench, const xy__option *option, const xy__option_score *score) {
  const xy__task *task = xy__task_of(bench);
  xy__text_add(line, "{\"text\": ");
  xy__text_add_json(line, option->text, strlen(option->text));
  add_some(line, "label", label(&bench->option_labels, option->label));
  if (task->add_option != NULL) task->add_option(line, option);
  add_score(line, "", "logprob", score->full);
  bool tokens = score->tokens > 0;
  xy__json_add_count(line, "", "tokens", score->tokens, tokens);
  xy__json_add_count(line, "", "bytes", score->bytes, true);
  xy__json_add_truth(line, "", "greedy", score->greedy > 0, score->greedy >= 0);
  if (option->identity_end >= 0) {
    add_score(line, "pronoun_", "logprob", score->term);
    xy__json_add_count(line, "", "pronoun_tokens", score->term_tokens, tokens);
    xy__json_add_count(line, "", "pronoun_bytes", score->term_bytes, tokens);
    xy__json_add_truth(line, "", "split", score->split, tokens);
  }
  xy__text_add(line, "}");
}

/* Every option with its scores, and what each rule makes of them. */
static void add_options(xy__text *line, const xy_bench *bench, const xy__item *item, const xy__option_score *scores) {
  xy__text_add(line, ", \"options\": [");
  for (size_t o = 0; o < item->n_options; o++) {
    if (o > 0) xy__text_add(line, ", ");
    add_option(line, bench, &item->options[o], &scores[o]);
  }
  xy__text_add(line, "]");
  if (item->answer >= 0) xy__text_addf(line, ", \"answer\": %d", item->answer);
  const xy__task *task = xy__task_of(bench);
  const xy__mode_row *mode;
  for (size_t m = 0; task->add_decision != NULL && (mode = xy__mode_at(task->name, m)) != NULL; m++) {
    task->add_decision(line, item, scores, mode->name, m, scores[0].tokens > 0 || !mode->by_token);
  }
}

static void add_pair(xy__text *line, const xy__report_benchmark *from, size_t s, size_t i) {
  const xy__measure_stage *stage = &from->stages[s];
  add_side(line, "target_", &stage->sides[i][0]);
  add_side(line, "counterpart_", &stage->sides[i][1]);
  for (int mode = 0; mode < XY__MODES; mode++) {
    if (!xy__names_have(xy__modes[mode].tasks, xy__task_of(from->bench)->name)) continue;
    add_score(line, "gap_", xy__mode_name(mode), xy__pair_gap(stage->sides[i], mode));
  }
  const xy__measure_stage *reference = stage->reference >= 0 ? &from->stages[stage->reference] : NULL;
  double margin = NAN;
  if (reference != NULL && reference->sides != NULL) {
    margin = xy__pair_gap(stage->sides[i], XY__FULL) - xy__pair_gap(reference->sides[i], XY__FULL);
  }
  xy__json_add_string(line, "reference", reference != NULL ? reference->name : NULL);
  add_score(line, "", "margin", stage->beta * margin);
  add_score(line, "", "margin_over_beta", margin);
}

/* `first` is the place of the item's first option. */
static void add_stage(xy__text *line, const xy__report_benchmark *from, size_t s, size_t i, size_t first) {
  const xy__measure_stage *stage = &from->stages[s];
  xy__json_add_string(line, "stage", stage->name);
  if (stage->sides != NULL) add_pair(line, from, s, i);
  if (stage->options != NULL) add_options(line, from->bench, &from->bench->items[i], &stage->options[first]);
  xy__text_add(line, "}\n");
}

int xy__samples_write(const char *path, const xy__report_benchmark *benchmarks, size_t n, bool controls,
                      xy_error *err) {
  xy__file_out out = {0};
  xy__text item = {0};
  xy__text lines = {0};
  int rc = xy__file_begin(&out, path, err);
  for (size_t b = 0; rc == XY_OK && b < n; b++) {
    const xy__report_benchmark *from = &benchmarks[b];
    size_t begin = controls ? from->bench->n : 0, end = controls ? xy__bench_asked(from->bench) : from->bench->n;
    size_t first = 0;
    for (size_t i = 0; i < begin; i++) first += from->bench->items[i].n_options;
    for (size_t i = begin; rc == XY_OK && i < end; i++) {
      xy__text_clear(&item);
      xy__text_clear(&lines);
      add_item(&item, from->bench, &from->bench->items[i]);
      for (size_t s = 0; s < from->n_stages; s++) {
        if (from->stages[s].sides == NULL && from->stages[s].options == NULL) continue;
        xy__text_add_bytes(&lines, item.data, item.size);
        add_stage(&lines, from, s, i, first);
      }
      first += from->bench->items[i].n_options;
      if (item.failed || lines.failed) rc = xy__fail_memory(err, path);
      if (rc == XY_OK && lines.size > 0) rc = xy__file_append(&out, lines.data, lines.size, err);
    }
  }
  if (rc == XY_OK) rc = xy__file_finish(&out, err);
  xy__file_drop(&out);
  xy__text_dispose(&item);
  xy__text_dispose(&lines);
  return rc;
}
