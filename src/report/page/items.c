/* The items at both ends, from the member "items" of results.json. Texts stay hidden until the reader asks; page.js
 * adds the search and remembers for the session what was asked.
 */
#include <math.h>
#include <string.h>

#include "report/items/items.h"
#include "report/page/html.h"
#include "results/number.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

static const char *text_of(const json_t *item, const char *key) { return xy__json_text(item, key); }

static void add_text(xy__text *out, const char *side, const char *prompt, const char *text) {
  xy__text_addf(out, "<span class=\"side\">%s</span><q>", side);
  if (prompt[0] != '\0') {
    xy__text_add_html(out, prompt);
    xy__text_add(out, " ");
  }
  xy__text_add_html(out, text);
  xy__text_add(out, "</q>");
}

void xy__page_add_texts(xy__page *page, const json_t *item) {
  const xy__item_value *words = xy__item_value_of(text_of(item, "measure"));
  xy__text *out = page->out;
  xy__text_addf(out, "<details class=\"text\"%s><summary>Show the texts<span class=\"unseen\"> of item ",
                page->options->show_text ? " open" : "");
  xy__text_add_html(out, text_of(item, "item"));
  xy__text_add(out, "</span></summary>");
  add_text(out, words->first, text_of(item, "prompt"), text_of(item, "target_text"));
  add_text(out, words->second, text_of(item, "prompt"), text_of(item, "counterpart_text"));
  xy__text_add(out, "<span class=\"side\">Item <code>");
  xy__text_add_html(out, text_of(item, "item"));
  xy__text_add(out, "</code></span></details>");
}

/* Where all stages' scores of it are. */
static void link_item(xy__page *page, const json_t *item) {
  int64_t place = json_integer_value(json_object_get(item, "place"));
  if (place < 1) return; /* results of before it was kept */
  xy__text_add(page->out, "<a class=\"quiet\" href=\"items/");
  xy__items_address(page->out, page->results, text_of(item, "benchmark"), place, text_of(item, "item"));
  xy__text_add(page->out, "\">At every stage<span class=\"unseen\">: item ");
  xy__text_add_html(page->out, text_of(item, "item"));
  xy__text_add(page->out, "</span></a>");
}

static void add_item(xy__page *page, const json_t *item) {
  const xy__item_value *words = xy__item_value_of(text_of(item, "measure"));
  xy__text *out = page->out;
  xy__text_add(out, "<li><p><b>");
  xy__text_add_html(out, text_of(item, "identity"));
  xy__text_add(out, "</b> · ");
  xy__text_add_html(out, text_of(item, "theme"));
  xy__text_addf(out, " · %s ", words->name);
  const json_t *value = json_object_get(item, "value");
  xy__number_add_value(out, words->measure, json_is_number(value) ? json_number_value(value) : NAN);
  xy__text_add(out, "</p>");
  xy__page_add_texts(page, item);
  link_item(page, item);
  xy__text_add(out, "</li>");
}

static bool same_list(const json_t *a, const json_t *b) {
  static const char *const keys[] = {"benchmark", "stage", "measure"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (!is(text_of(a, keys[i]), text_of(b, keys[i]))) return false;
  }
  return true;
}

static void add_end(xy__page *page, const json_t *list, const json_t *first, bool highest) {
  const xy__item_value *words = xy__item_value_of(text_of(first, "measure"));
  bool any = false;
  xy__text_addf(page->out, "<div><h4>%s</h4><ol class=\"items\">", highest ? words->highest : words->lowest);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *item = json_array_get(list, i);
    if (!same_list(first, item) || !is(text_of(item, "end"), highest ? "highest" : "lowest")) continue;
    any = true;
    add_item(page, item);
  }
  xy__text_add(page->out, any ? "</ol></div>" : "<li>None.</li></ol></div>");
}

/* "stigma, dpo against sft" */
static void add_list_name(xy__text *out, const json_t *first) {
  xy__text_addf(out, "%s, %s", text_of(first, "benchmark"), text_of(first, "stage"));
  if (text_of(first, "against")[0] != '\0') xy__text_addf(out, " against %s", text_of(first, "against"));
}

/* "20 items, margin −2.104 to +3.270" */
static void add_list_gist(xy__text *gist, const json_t *list, const json_t *first) {
  const xy__item_value *value = xy__item_value_of(text_of(first, "measure"));
  double least = INFINITY, most = -INFINITY;
  int64_t n = 0;
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *item = json_array_get(list, i), *number = json_object_get(item, "value");
    if (!same_list(first, item) || !json_is_number(number)) continue;
    least = fmin(least, json_number_value(number));
    most = fmax(most, json_number_value(number));
    n++;
  }
  xy__number_add_counted(gist, n, "item", "items");
  xy__text_addf(gist, ", %s ", value->name);
  xy__number_add_value(gist, value->measure, least);
  xy__text_add(gist, " to ");
  xy__number_add_value(gist, value->measure, most);
  xy__text_addf(gist, " %s", xy_gap_unit(text_of(first, "mode")));
}

static void add_list(xy__page *page, const json_t *list, const json_t *first, bool open) {
  xy__text *out = page->out;
  xy__text name = {0}, gist = {0};
  add_list_name(&name, first);
  add_list_gist(&gist, list, first);
  if (name.failed) page->rc = xy__fail_memory(page->err, "report.html");
  xy__text_add(out, "<div class=\"item-list\" data-benchmark=\"");
  xy__text_add_html(out, text_of(first, "benchmark"));
  xy__text_add(out, "\" data-stage=\"");
  xy__text_add_html(out, text_of(first, "stage"));
  xy__text_add(out, "\">");
  xy__page_fold_open(
      page,
      &(xy__fold){.prefix = "items-", .name = name.failed ? "" : name.data, .gist = &gist, .level = 3, .open = open});
  xy__text_add(out, "<div class=\"ends\">");
  add_end(page, list, first, true);
  add_end(page, list, first, false);
  xy__text_add(out, "</div>");
  xy__page_fold_close(page);
  xy__text_add(out, "</div>");
  xy__text_dispose(&name);
  xy__text_dispose(&gist);
}

void xy__page_items(xy__page *page) {
  const json_t *list = json_object_get(page->results->facts, "items");
  if (json_array_size(list) == 0) {
    xy__text_add(page->out, "<p>This run recorded no items at the ends of its distributions.</p>");
    return;
  }
  xy__text_add(page->out,
               "<p class=\"warning\"><b>Content warning.</b> Benchmark texts repeat hurtful statements about real "
               "people, so that a model’s preference for them can be measured. They are nobody’s view here. Texts stay "
               "hidden unless you open them, one by one or all; what you opened is remembered until the window is "
               "closed.</p><div class=\"controls\" id=\"item-controls\" hidden></div><p>The largest values, "
               "at most one item per statement and ten at each end. <a href=\"items/index.html\">Every item, at every "
               "stage</a>, stands on pages "
               "of its own beside this one in the run directory, and in <code>samples.jsonl</code>.</p>");
  bool single = true;
  for (size_t i = 1; i < json_array_size(list) && single; i++) {
    single = same_list(json_array_get(list, 0), json_array_get(list, i));
  }
  for (size_t i = 0; i < json_array_size(list); i++) {
    bool seen = false;
    for (size_t k = 0; k < i && !seen; k++) seen = same_list(json_array_get(list, k), json_array_get(list, i));
    if (!seen) add_list(page, list, json_array_get(list, i), single);
  }
}
