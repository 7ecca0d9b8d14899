/* samples.jsonl: one line per item and stage, an item's stages together, with texts, scores of both sides, and the gap
 * in every mode; the margin where the stage has a reference. Written as it is made: a large benchmark never lies in
 * memory twice.
 */
#include <math.h>
#include <string.h>

#include "report/internal.h"

static void add_member(xy__text *line, const char *key, const char *text) {
  xy__text_addf(line, ", \"%s\": ", key);
  if (text == NULL) {
    xy__text_add(line, "null");
  } else {
    xy__text_add_json(line, text, strlen(text));
  }
}

static const char *label(const xy__labels *labels, int i) { return i >= 0 ? labels->names[i] : NULL; }

/* The part of a line that all stages of an item share. */
static void add_item(xy__text *line, const xy_bench *bench, const xy__item *item) {
  xy__text_add(line, "{\"benchmark\": ");
  xy__text_add_json(line, bench->name, strlen(bench->name));
  add_member(line, "item", item->id);
  add_member(line, "identity", label(&bench->identities, item->identity));
  add_member(line, "counterpart", label(&bench->counterparts, item->counterpart));
  add_member(line, "theme", label(&bench->themes, item->theme));
  add_member(line, "cluster", label(&bench->clusters, item->cluster));
  add_member(line, "prompt", item->prompt);
  add_member(line, "target_text", item->options[0].text);
  add_member(line, "counterpart_text", item->options[1].text);
}

/* Ten digits: scores are sums of single-precision numbers. */
static void add_score(xy__text *line, const char *prefix, const char *key, double value) {
  if (isfinite(value)) {
    xy__text_addf(line, ", \"%s%s\": %.10g", prefix, key, value);
  } else {
    xy__text_addf(line, ", \"%s%s\": null", prefix, key);
  }
}

static void add_side(xy__text *line, const char *prefix, const xy__side *side) {
  add_score(line, prefix, "full", side->full);
  add_score(line, prefix, "shared", side->shared);
  add_score(line, prefix, "predicate", side->predicate);
  xy__text_addf(line,
                ", \"%stokens\": %d, \"%sshared_tokens\": %d, \"%spredicate_tokens\": %d, \"%sbytes\": %d, "
                "\"%ssplit\": %s",
                prefix, side->tokens, prefix, side->shared_tokens, prefix, side->predicate_tokens, prefix, side->bytes,
                prefix, side->split ? "true" : "false");
}

static void add_stage(xy__text *line, const xy__report_benchmark *from, size_t s, size_t i) {
  const xy__measure_stage *stage = &from->stages[s];
  add_member(line, "stage", stage->name);
  add_side(line, "target_", &stage->sides[i][0]);
  add_side(line, "counterpart_", &stage->sides[i][1]);
  for (int mode = 0; mode < XY__PAIR_MODES; mode++) {
    add_score(line, "gap_", xy__mode_name(mode), xy__pair_gap(stage->sides[i], mode));
  }
  const xy__measure_stage *reference = stage->reference >= 0 ? &from->stages[stage->reference] : NULL;
  double margin = NAN;
  if (reference != NULL && reference->sides != NULL) {
    margin = xy__pair_gap(stage->sides[i], XY__FULL) - xy__pair_gap(reference->sides[i], XY__FULL);
  }
  add_member(line, "reference", reference != NULL ? reference->name : NULL);
  add_score(line, "", "margin", stage->beta * margin);
  add_score(line, "", "margin_over_beta", margin);
  xy__text_add(line, "}\n");
}

int xy__samples_write(const char *path, const xy__report_benchmark *benchmarks, size_t n, xy_error *err) {
  xy__file_out out = {0};
  xy__text item = {0};
  xy__text lines = {0};
  int rc = xy__file_begin(&out, path, err);
  for (size_t b = 0; rc == XY_OK && b < n; b++) {
    const xy__report_benchmark *from = &benchmarks[b];
    if (from->bench->modality != XY__PAIR) continue;
    for (size_t i = 0; rc == XY_OK && i < from->bench->n; i++) {
      xy__text_clear(&item);
      xy__text_clear(&lines);
      add_item(&item, from->bench, &from->bench->items[i]);
      for (size_t s = 0; s < from->n_stages; s++) {
        if (from->stages[s].sides == NULL) continue;
        xy__text_add_bytes(&lines, item.data, item.size);
        add_stage(&lines, from, s, i);
      }
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
