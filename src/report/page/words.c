/* See words.h. */
#include "report/page/words.h"

#include <string.h>

#include "results/marks.h"
#include "results/number.h"
#include "results/verdicts.h"

void xy__page_add_verdict(xy__text *out, const xy_measure *row) {
  const xy__verdict *verdict = xy__verdict_of(row->verdict);
  if (verdict == NULL) {
    xy__text_add(out, "–");
    return;
  }
  const char *tone = xy__mark_of_verdict(row->verdict)->color->name;
  bool even = strcmp(tone, "even") == 0;
  if (!even) xy__text_addf(out, "<span class=\"%s\">", tone);
  xy__text_addf(out, "%s %s", verdict->mark, verdict->name);
  if (!even) xy__text_add(out, "</span>");
  const char *depends = xy_depends_text(row->depends);
  if (depends[0] != '\0') xy__text_addf(out, " <span class=\"ci\">" XY_DEPENDS_MARK " %s</span>", depends);
}

void xy__page_add_step(xy__text *out, const char *against, const char *stage) {
  xy__text_add_html(out, against);
  xy__text_add(out, " → ");
  xy__text_add_html(out, stage);
}

void xy__page_add_fact(xy__text *out, const json_t *value) {
  switch (value != NULL ? json_typeof(value) : JSON_NULL) {
    case JSON_STRING: xy__text_add_html(out, json_string_length(value) > 0 ? json_string_value(value) : "–"); break;
    case JSON_INTEGER: xy__text_addf(out, "%lld", (long long)json_integer_value(value)); break;
    case JSON_REAL: xy__number_add_plain(out, json_real_value(value)); break;
    case JSON_TRUE: xy__text_add(out, "yes"); break;
    case JSON_FALSE: xy__text_add(out, "no"); break;
    case JSON_ARRAY:
      for (size_t i = 0; i < json_array_size(value); i++) {
        if (i > 0) xy__text_add(out, ", ");
        xy__page_add_fact(out, json_array_get(value, i));
      }
      if (json_array_size(value) == 0) xy__text_add(out, "none");
      break;
    default: xy__text_add(out, "–");
  }
}

void xy__page_add_on(xy__text *out, const char *benchmark) {
  xy__text_add(out, "On ");
  xy__text_add_html(out, benchmark);
  xy__text_add(out, ", ");
}

void xy__page_add_levels(xy__text *out, const xy__page *page, const char *benchmark, const char *measure) {
  const char *separator = "";
  for (size_t s = 0; s < page->results->n_stages; s++) {
    const xy_measure *row =
        xy__view_find(page->results, benchmark, measure, page->results->stages[s].name, NULL, "all", "all");
    if (row == NULL) continue;
    xy__text_add(out, separator);
    xy__text_add_html(out, row->stage);
    xy__text_add(out, " ");
    xy__number_add_row(out, row);
    separator = ", ";
  }
}

void xy__page_add_label(xy__text *out, const char *measure) {
  xy__text label = {0};
  xy__kind_add_label(&label, measure);
  xy__text_add_html(out, label.data != NULL ? label.data : "");
  out->failed |= label.failed;
  xy__text_dispose(&label);
}
