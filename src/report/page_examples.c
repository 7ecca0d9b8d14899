/* Items at both ends: for each benchmark and each stage with an implicit reward, the items whose margin is largest and
 * smallest; where no stage has one, by the gap of the last stage. At most one item per cluster, so that one statement
 * does not fill the list. Texts stay hidden until the reader asks.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page.h"

enum { shown_per_end = 5 };

typedef struct ranked {
  double value; /* margin / β, or gap */
  size_t item;
} ranked;

static int by_value(const void *a, const void *b) {
  const ranked *x = a;
  const ranked *y = b;
  if (x->value != y->value) return x->value < y->value ? 1 : -1;
  return x->item < y->item ? -1 : x->item > y->item; /* the same order in every run */
}

static bool has_reward(const xy__report_benchmark *from, size_t s) {
  const xy__measure_stage *stage = &from->stages[s];
  return stage->sides != NULL && stage->reference >= 0 && from->stages[stage->reference].sides != NULL;
}

static double item_value(const xy__report_benchmark *from, size_t s, bool reward, size_t i) {
  const xy__measure_stage *stage = &from->stages[s];
  double gap = xy__pair_gap(stage->sides[i], XY__FULL);
  return reward ? gap - xy__pair_gap(from->stages[stage->reference].sides[i], XY__FULL) : gap;
}

static void add_text(xy__text *out, const char *side, const char *prompt, const char *text) {
  xy__text_addf(out, "<span class=\"side\">%s</span><q>", side);
  if (prompt != NULL && prompt[0] != '\0') {
    xy__text_add_html(out, prompt);
    xy__text_add(out, " ");
  }
  xy__text_add_html(out, text);
  xy__text_add(out, "</q>");
}

static const char *label(const xy__labels *labels, int i) { return i >= 0 ? labels->names[i] : "–"; }

static void add_item(xy__page *page, const xy__report_benchmark *from, size_t s, bool reward, const ranked *one) {
  const xy_bench *bench = from->bench;
  const xy__item *item = &bench->items[one->item];
  xy__text *out = page->out;
  xy__text_add(out, "<li><b>");
  xy__text_add_html(out, label(&bench->identities, item->identity));
  xy__text_add(out, "</b>, ");
  xy__text_add_html(out, label(&bench->themes, item->theme));
  xy__text_add(out, reward ? ": margin/β " : ": gap ");
  xy__page_add_value(out, "margin", one->value);
  if (reward && isfinite(from->stages[s].beta)) {
    xy__text_add(out, ", margin ");
    xy__page_add_value(out, "margin", one->value * from->stages[s].beta);
  }
  xy__text_addf(out, "<details class=\"text\"%s><summary>Text</summary>", page->options->show_text ? " open" : "");
  add_text(out, "Target", item->prompt, item->options[0].text);
  add_text(out, "Counterpart", item->prompt, item->options[1].text);
  xy__text_add(out, "<span class=\"side\">Item <code>");
  xy__text_add_html(out, item->id);
  xy__text_add(out, "</code></span></details></li>");
}

/* The first few of order[0..n) (from the end when `last`) whose clusters differ. */
static void add_end(xy__page *page, const xy__report_benchmark *from, size_t s, bool reward, const ranked *order,
                    size_t n, bool last) {
  int clusters[shown_per_end];
  size_t shown = 0;
  xy__text_add(page->out, "<ol class=\"examples\">");
  for (size_t i = 0; i < n && shown < shown_per_end; i++) {
    const ranked *one = &order[last ? n - 1 - i : i];
    if (last ? one->value >= 0 : one->value <= 0) break; /* the rest leans the other way */
    int cluster = from->bench->items[one->item].cluster;
    bool seen = false;
    for (size_t k = 0; k < shown; k++) seen = seen || clusters[k] == cluster;
    if (seen) continue;
    clusters[shown++] = cluster;
    add_item(page, from, s, reward, one);
  }
  xy__text_add(page->out, shown > 0 ? "</ol>" : "<li>None.</li></ol>");
}

static void add_stage(xy__page *page, const xy__report_benchmark *from, size_t s, bool reward) {
  ranked *order = xy__array(from->bench->n, sizeof *order);
  if (order == NULL) {
    page->rc = xy__fail_memory(page->err, "examples of the report");
    return;
  }
  size_t n = 0;
  for (size_t i = 0; i < from->bench->n; i++) {
    double value = item_value(from, s, reward, i);
    if (isfinite(value)) order[n++] = (ranked){value, i};
  }
  qsort(order, n, sizeof *order, by_value);
  xy__text_add(page->out, "<h3>");
  xy__text_add_html(page->out, from->bench->name);
  xy__text_add(page->out, ", ");
  xy__text_add_html(page->out, from->stages[s].name);
  xy__text_addf(page->out, "</h3><div class=\"ends\"><div><h4>%s the target text most</h4>",
                reward ? "The reward prefers" : "The stage prefers");
  add_end(page, from, s, reward, order, n, false);
  xy__text_addf(page->out, "</div><div><h4>%s the counterpart text most</h4>",
                reward ? "The reward prefers" : "The stage prefers");
  add_end(page, from, s, reward, order, n, true);
  xy__text_add(page->out, "</div></div>");
  free(order);
}

void xy__page_examples(xy__page *page) {
  if (page->n_benchmarks == 0) {
    xy__text_add(page->out, "<p>This page was made from results.json alone; the items stand in samples.jsonl.</p>");
    return;
  }
  xy__text_add(page->out,
               "<p class=\"warning\"><b>Content warning.</b> Benchmark texts repeat hurtful statements about real "
               "people, so that a model’s preference for them can be measured. They are nobody’s view here. Texts stay "
               "hidden unless you open them.</p><p><button type=\"button\" id=\"all-texts\" hidden>Show all texts"
               "</button></p><p>At most one item per statement, up to five at each end. Every item is in "
               "<code>samples.jsonl</code>.</p>");
  for (size_t b = 0; page->rc == XY_OK && b < page->n_benchmarks; b++) {
    const xy__report_benchmark *from = &page->benchmarks[b];
    if (from->bench->modality != XY__PAIR) continue;
    bool any = false;
    size_t last = from->n_stages;
    for (size_t s = 0; page->rc == XY_OK && s < from->n_stages; s++) {
      if (from->stages[s].sides != NULL) last = s;
      if (!has_reward(from, s)) continue;
      any = true;
      add_stage(page, from, s, true);
    }
    if (!any && last < from->n_stages && page->rc == XY_OK) add_stage(page, from, last, false);
  }
}
