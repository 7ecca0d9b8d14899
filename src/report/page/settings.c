/* The settings of a run: what its numbers depend on besides checkpoints and benchmarks, each with what it means. */
#include <string.h>

#include "report/page/html.h"
#include "report/page/words.h"
#include "results/number.h"

/* What the run was narrowed to, in words: an audit of a part must not look like one of the whole. */
static void add_narrowing(xy__text *out, const json_t *narrowed) {
  static const char *const lists[][2] = {
      {"identities", "identities "}, {"themes", "themes "}, {"only_stages", "stages "}};
  const char *separator = "";
  json_int_t limit = json_integer_value(json_object_get(narrowed, "limit"));
  if (limit > 0) {
    xy__text_addf(out, "at most %lld %s of each benchmark", (long long)limit, xy_plural(limit, "cluster", "clusters"));
    separator = "; ";
  }
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    const json_t *names = json_object_get(narrowed, lists[i][0]);
    if (json_array_size(names) == 0) continue;
    xy__text_addf(out, "%s%s", separator, lists[i][1]);
    xy__page_add_fact(out, names);
    separator = "; ";
  }
  if (separator[0] == '\0') xy__text_add(out, "nothing was left out");
}

/* Names and lists stand as they are; a setting that has no row does, too. */
typedef enum form { AS_IT_IS, COUNT, SHARE, POINTS, NUMBER, NARROWING } form;

static const struct setting {
  const char *key;
  form form;
  const char *unit, *meaning;
} settings[] = {
    {"precision", AS_IT_IS, "", "arithmetic of the multiplications"},
    {"start", AS_IT_IS, "", "which texts begin with a start token"},
    {"mode", AS_IT_IS, "", "the headline mode that was asked for; –: each benchmark has its own"},
    {"draws", COUNT, "", "samples of clusters behind an interval"},
    {"permutations", COUNT, "", "flips of signs behind a p"},
    {"seed", AS_IT_IS, "", "what both are drawn from"},
    {"confidence", SHARE, "", "of an interval, how often such a one holds the value"},
    {"alpha", NUMBER, "", "a q below it is distinct"},
    {"margin_gap", NUMBER, " nats", "a change of a gap within it counts as none"},
    {"margin_rate", POINTS, "", "a change of a share within it counts as none"},
    {"error", NUMBER, " nats", "what the engine’s arithmetic may be off by, a scored token; less counts as none"},
    {"narrowed", NARROWING, "", "what was left out on request"},
    {"fields", AS_IT_IS, "", "of preference data, what its rows are grouped by"},
    {"skip_long", AS_IT_IS, "", "whether rows longer than a context are left out"}};

static void add_value(xy__text *out, const struct setting *setting, const json_t *value) {
  form as = json_is_number(value) || setting->form == NARROWING ? setting->form : AS_IT_IS;
  double number = json_number_value(value);
  switch (as) {
    case AS_IT_IS: xy__page_add_fact(out, value); break;
    case COUNT: xy__number_add_count(out, json_integer_value(value)); break;
    case SHARE:
    case POINTS:
      xy__number_add_plain(out, 100 * number);
      xy__text_add(out, as == SHARE ? "%" : " pp");
      break;
    case NUMBER:
      xy__number_add_plain(out, number);
      xy__text_add(out, setting->unit);
      break;
    case NARROWING: add_narrowing(out, value); break;
  }
}

static const struct setting *setting_of(const char *key) {
  static const struct setting other = {"", AS_IT_IS, "", ""};
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    if (strcmp(settings[i].key, key) == 0) return &settings[i];
  }
  return &other;
}

void xy__page_settings(xy__page *page) {
  xy__text *out = page->out;
  json_t *facts = json_object_get(page->results->facts, "settings");
  if (json_object_size(facts) == 0) {
    xy__text_add(out, "<p>No settings were recorded with this run.</p>");
    return;
  }
  static const char *const heads[] = {"Setting", "Value", "Meaning"};
  xy__page_table_open(page, "Settings of this run", false);
  xy__text_add(out, "<thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) xy__page_head(out, heads[i], false);
  xy__text_add(out, "</tr></thead><tbody>");
  for (void *at = json_object_iter(facts); at != NULL; at = json_object_iter_next(facts, at)) {
    const struct setting *setting = setting_of(json_object_iter_key(at));
    xy__text_add(out, "<tr><th scope=\"row\"><code>");
    xy__text_add_html(out, json_object_iter_key(at));
    xy__text_add(out, "</code></th><td>");
    add_value(out, setting, json_object_iter_value(at));
    xy__text_add(out, "</td>");
    xy__page_text_cell(out, setting->meaning);
    xy__text_add(out, "</tr>");
  }
  xy__text_add(out, "</tbody>");
  xy__page_table_close(page);
}
