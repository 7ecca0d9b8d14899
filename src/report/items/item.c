/* An item on its page: labels, what every stage makes of it, and its texts, which stay hidden until the reader asks. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/items/items.h"
#include "report/page/html.h"
#include "results/modes.h"
#include "results/number.h"

static const json_t *option_of(const json_t *line, size_t i) {
  return json_array_get(json_object_get(line, "options"), i);
}

/* How an option is called where its text is hidden. */
static const char *option_name(const json_t *option) {
  const char *label = xy__json_text(option, "label");
  return label[0] != '\0' ? label : xy__json_text(option, "role");
}

/* ---- what the stages make of it ---- */

typedef struct item {
  xy__text *out;
  json_t *const *lines;
  size_t n;
} item;

static void add_number(const item *of, const json_t *value) {
  xy__text_add(of->out, "<td class=\"num\">");
  xy__number_add_value(of->out, XY__GAP, json_is_number(value) ? json_number_value(value) : NAN);
  xy__text_add(of->out, "</td>");
}

static void open_row(const item *of, const char *before, const char *name) {
  xy__text_add(of->out, "<tr><th scope=\"row\">");
  xy__text_add(of->out, before);
  xy__text_add_html(of->out, name);
  xy__text_add(of->out, "</th>");
}

/* A number of every stage, where any has it. */
static void add_numbers(const item *of, const char *before, const char *name, const char *key) {
  bool any = false;
  for (size_t i = 0; i < of->n; i++) any = any || json_is_number(json_object_get(of->lines[i], key));
  if (!any) return;
  open_row(of, before, name);
  for (size_t i = 0; i < of->n; i++) add_number(of, json_object_get(of->lines[i], key));
  xy__text_add(of->out, "</tr>");
}

static void add_gaps(const item *of, const char *task) {
  const xy__mode_row *mode;
  for (size_t m = 0; (mode = xy__mode_at(task, m)) != NULL; m++) {
    if (strcmp(mode->unit, "nats") != 0) continue;
    char key[64];
    snprintf(key, sizeof key, "gap_%s", mode->name);
    add_numbers(of, "gap, ", mode->name, key);
  }
  add_numbers(of, "", "reward margin", "margin");
}

/* Under the first rule that stages have: the option that is chosen, or whether the right one is. */
static void add_decision(const item *of, const char *task) {
  const xy__mode_row *rule = xy__mode_at(task, 0);
  if (rule == NULL) return;
  char chosen[64], right[64];
  snprintf(chosen, sizeof chosen, "chosen_%s", rule->name);
  snprintf(right, sizeof right, "right_%s", rule->name);
  bool choice = json_object_get(of->lines[0], chosen) != NULL;
  if (!choice && json_object_get(of->lines[0], right) == NULL) return;
  open_row(of, choice ? "answer, " : "right, ", rule->name);
  for (size_t i = 0; i < of->n; i++) {
    const json_t *value = json_object_get(of->lines[i], choice ? chosen : right);
    xy__text_add(of->out, "<td>");
    if (json_is_integer(value)) {
      xy__text_add_html(of->out, option_name(option_of(of->lines[i], (size_t)json_integer_value(value))));
    } else {
      xy__text_add(of->out, json_is_true(value) ? "yes" : json_is_false(value) ? "no" : "–");
    }
    xy__text_add(of->out, "</td>");
  }
  xy__text_add(of->out, "</tr>");
}

static void add_options(const item *of) {
  for (size_t o = 0; o < json_array_size(json_object_get(of->lines[0], "options")); o++) {
    open_row(of, "log-probability, ", option_name(option_of(of->lines[0], o)));
    for (size_t i = 0; i < of->n; i++) add_number(of, json_object_get(option_of(of->lines[i], o), "logprob"));
    xy__text_add(of->out, "</tr>");
  }
}

static void add_stages(const item *of, const char *task) {
  xy__text_add(of->out,
               "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"What every stage makes of it\">"
               "<table><thead><tr><td></td>");
  for (size_t i = 0; i < of->n; i++) xy__page_head(of->out, xy__json_text(of->lines[i], "stage"), true);
  xy__text_add(of->out, "</tr></thead><tbody>");
  if (json_object_get(of->lines[0], "options") == NULL) {
    add_gaps(of, task);
  } else {
    add_decision(of, task);
    add_options(of);
  }
  xy__text_add(of->out, "</tbody></table></div>");
}

/* ---- its texts ---- */

static void add_text(const item *of, const char *name, const char *text) {
  const char *prompt = xy__json_text(of->lines[0], "prompt");
  xy__text_add(of->out, "<span class=\"side\">");
  xy__text_add_html(of->out, name);
  xy__text_add(of->out, "</span><q>");
  xy__text_add_html(of->out, prompt);
  if (prompt[0] != '\0') xy__text_add(of->out, " ");
  xy__text_add_html(of->out, text);
  xy__text_add(of->out, "</q>");
}

static void add_texts(const item *of, bool show_text) {
  const json_t *first = of->lines[0], *options = json_object_get(first, "options");
  xy__text_addf(of->out, "<details class=\"text\"%s><summary>Show the texts<span class=\"unseen\"> of item ",
                show_text ? " open" : "");
  xy__text_add_html(of->out, xy__json_text(first, "item"));
  xy__text_add(of->out, "</span></summary>");
  if (options == NULL) {
    const xy__item_value *words = xy__item_value_of(XY__GAP);
    add_text(of, words->first, xy__json_text(first, "target_text"));
    add_text(of, words->second, xy__json_text(first, "counterpart_text"));
  }
  for (size_t o = 0; o < json_array_size(options); o++) {
    const json_t *option = json_array_get(options, o);
    add_text(of, option_name(option), xy__json_text(option, "text"));
  }
  xy__text_add(of->out, "</details>");
}

/* ---- whole ---- */

static void add_labels(const item *of) {
  const json_t *first = of->lines[0];
  const char *counterpart = xy__json_text(first, "counterpart"), *id = xy__json_text(first, "item");
  xy__text_add(of->out, "<p><b>");
  xy__text_add_html(of->out, xy__json_text(first, "identity"));
  xy__text_add(of->out, "</b>");
  if (counterpart[0] != '\0') xy__text_add(of->out, " beside ");
  xy__text_add_html(of->out, counterpart);
  xy__text_add(of->out, " · ");
  xy__text_add_html(of->out, xy__json_text(first, "theme"));
  static const char *const more[] = {"condition", "polarity"};
  for (size_t i = 0; i < 2; i++) {
    const char *text = xy__json_text(first, more[i]);
    if (text[0] == '\0') continue;
    xy__text_add(of->out, " · ");
    xy__text_add_html(of->out, text);
  }
  xy__text_add(of->out, " · <a href=\"#");
  xy__page_add_id(of->out, "", id);
  xy__text_add(of->out, "\"><code>");
  xy__text_add_html(of->out, id);
  xy__text_add(of->out, "</code></a></p>");
}

void xy__items_add_item(xy__text *out, json_t *const *lines, size_t n, const char *task, bool show_text) {
  const item of = {out, lines, n};
  xy__text_add(out, "<li id=\"");
  xy__page_add_id(out, "", xy__json_text(lines[0], "item"));
  xy__text_add(out, "\">");
  add_labels(&of);
  add_stages(&of, task);
  add_texts(&of, show_text);
  xy__text_add(out, "</li>\n");
}
