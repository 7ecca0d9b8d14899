/* The first screen: what was measured, of which family; the two sentences; one figure, in it the root and every step;
 * one worked pair; and what the numbers cannot tell.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/html.h"
#include "report/page/words.h"
#include "results/number.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

static bool is_preferences(const xy_results *results) {
  xy_results_bench bench = {.task = ""};
  if (xy_results_benchmarks(results) > 0) xy_results_benchmark(&bench, results, 0);
  return is(bench.task, "preference");
}

/* ---- the title --------------------------------------------------------------------------------------------- */

enum { NAMED = 3 };

/* "stigma, affirmation and binary-gender", "stigma, affirmation and 4 further benchmarks" */
static void add_benchmarks(xy__text *out, const xy_results *results) {
  const json_t *list = json_object_get(results->facts, "benchmarks");
  size_t n = is_preferences(results) ? 1 : json_array_size(list), named = n > NAMED ? NAMED - 1 : n;
  for (size_t b = 0; b < named; b++) {
    xy__text_add(out, b == 0 ? "" : b + 1 == n ? " and " : ", ");
    xy__text_add_html(out, xy__json_text(json_array_get(list, b), "name"));
  }
  if (n > named)
    xy__text_addf(out, " and %zu further %s", n - named, xy_plural((int64_t)(n - named), "benchmark", "benchmarks"));
}

void xy__page_title(xy__page *page) {
  xy__text_add(page->out, is_preferences(page->results) ? "What the rewards of " : "Social bias through ");
  xy__text_add_html(page->out, xy_results_family(page->results));
  xy__text_add(page->out, is_preferences(page->results) ? " prefer: " : ": ");
  add_benchmarks(page->out, page->results);
}

/* ---- the figure -------------------------------------------------------------------------------------------- */

static const xy_measure *level_at(const xy__page *page, const xy_results_bench *bench, const xy_stage_info *stage) {
  return xy__view_find(page->results, bench->name, bench->level, stage->name, "", "all", "all");
}

static void add_stage_rows(xy__page *page, const xy_results_bench *bench) {
  for (size_t s = 0; s < page->results->n_stages; s++) {
    const xy_stage_info *stage = &page->results->stages[s];
    const xy_measure *level = level_at(page, bench, stage);
    if (level == NULL) continue;
    xy__page_open_row(page->out, bench->name);
    xy__text_add(page->out, "<td>");
    if (stage->parent[0] != '\0') {
      xy__page_add_step(page->out, stage->parent, stage->name);
    } else {
      xy__text_add_html(page->out, stage->name);
    }
    xy__text_add(page->out, "</td>");
    xy__page_value_cell(page->out, level);
    const xy_measure *change =
        xy__view_find(page->results, bench->name, bench->change, stage->name, stage->parent, "all", "all");
    xy__page_value_cell(page->out, stage->parent[0] != '\0' ? change : NULL);
    xy__text_add(page->out, "<td>");
    if (stage->parent[0] != '\0' && change != NULL) xy__page_add_verdict(page->out, change);
    xy__text_add(page->out, "</td></tr>");
  }
}

static void add_overview(xy__page *page, const xy_headline *headline) {
  const xy_results *results = page->results;
  static const char *const heads[] = {"Benchmark", "Root or step", "Level", "Change of the headline measure",
                                      "Verdict"};
  xy__figure figure = {
      .kind = "overview",
      .id = "overview",
      .benchmark = "",
      .measure = headline->benchmark,
      .alt =
          "A panel per benchmark, in it a row per stage: a bar from where its parent stands (the root: "
          "from parity) to where it stands itself, with its interval.",
      .units =
          "Share of pairs in which the target text is the likelier one (other tasks: their headline "
          "measure). Each bar starts where the stage before stands; the dashed line is parity."};
  xy__text title = {0};
  xy__text_add(&title, "The root, and what each step made of it");
  xy__page_figure_open(page, &figure, &title);
  xy__text_dispose(&title);
  xy__page_table_open(page, "Each benchmark at the root, and after each step", true);
  xy__text_add(page->out, "<thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) xy__page_head(page->out, heads[i], i == 2 || i == 3);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t b = 0; b < xy_results_benchmarks(results); b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, results, b);
    add_stage_rows(page, &bench);
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
  xy__page_figure_close(page);
}

/* ---- the worked pair --------------------------------------------------------------------------------------- */

static double value_at(const json_t *example, const char *stage) {
  const json_t *values = json_object_get(example, "values");
  for (size_t i = 0; i < json_array_size(values); i++) {
    const json_t *one = json_array_get(values, i);
    if (is(xy__json_text(one, "stage"), stage)) return json_number_value(json_object_get(one, "value"));
  }
  return NAN;
}

/* What of the texts a gap is of; NULL: all of them. */
static const char *part_of(const json_t *example) {
  static const char *const parts[][2] = {
      {"predicate", "what follows the group’s name"}, {"name", "the group’s name"}, {"shared", "the words of both"}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (is(parts[i][0], xy__json_text(example, "mode"))) return parts[i][1];
  }
  return NULL;
}

/* "base finds the target text 1.1 times as likely as its counterpart (+0.116 nats)"; of gaps per token or byte, the gap
 * alone. Of other tasks the two texts are the first and the second. */
static void add_reading(xy__text *out, const json_t *example, const char *stage) {
  static const char *const named[2][2] = {{"first text", "second"}, {"target text", "counterpart"}};
  const char *const *texts = named[is(xy__json_text(example, "measure"), XY__GAP)];
  double value = value_at(example, stage), times = exp(fabs(value));
  const char *unit = xy_gap_unit(xy__json_text(example, "mode")), *part = part_of(example);
  const char *high = texts[value < 0], *low = texts[value >= 0];
  xy__text_add_html(out, stage);
  if (!is(unit, "nats")) {
    xy__text_add(out, " finds a gap of (");
  } else if (part == NULL) {
    xy__text_addf(out, " finds the %s %.*f times as likely as the %s (", high, times < 9.95 ? 1 : 0, times, low);
  } else {
    xy__text_addf(out, " finds %s %.*f times as likely in the %s as in the %s (", part, times < 9.95 ? 1 : 0, times,
                  high, low);
  }
  xy__number_add_value(out, xy__json_text(example, "measure"), value);
  xy__text_addf(out, " %s)", unit);
}

static void add_example(xy__page *page, const xy_headline *headline) {
  const json_t *example = json_object_get(page->results->facts, "example");
  if (example == NULL) return;
  xy__text *out = page->out;
  const char *stage = xy__json_text(example, "stage"), *theme = xy__json_text(example, "theme");
  const char *before = headline->against[0] != '\0' ? headline->against : page->results->stages[0].name;
  xy__text_add(out, "<div class=\"example\"><p><b>One pair like the rest</b>, about ");
  xy__text_add_html(out, xy__json_text(example, "identity"));
  if (xy__json_text(example, "counterpart")[0] != '\0') {
    xy__text_add(out, " beside ");
    xy__text_add_html(out, xy__json_text(example, "counterpart"));
  }
  if (theme[0] != '\0') {
    xy__text_add(out, ", theme ");
    xy__text_add_html(out, theme);
  }
  xy__text_add(out, ": ");
  if (!is(before, stage)) {
    add_reading(out, example, before);
    xy__text_add(out, ", ");
  }
  add_reading(out, example, stage);
  xy__text_add(out, ".</p>");
  xy__page_add_texts(page, example);
  xy__text_add(out, "</div>");
}

/* ---- words ------------------------------------------------------------------------------------------------- */

static const char *const words[][2] = {
    {"pair",
     "a text about a group at risk (target) beside the same text about the group it is held against "
     "(counterpart)"},
    {"root", "the pretrained checkpoint that the others grew from"},
    {"step", "one stage of training: from a checkpoint to the next"},
    {"gap", "of a pair, how much likelier the target text is than the counterpart, in nats"},
    {"statement part", "of a gap, what is said of the group, its name apart"},
    {"nats", "how much likelier, as a natural logarithm: +0.7 is twice as likely, −0.7 half"},
    {"[low, high]",
     "the interval that holds the value with the confidence of the run, from resampling whole "
     "statements"},
    {"cluster", "the items that share one statement: they are no independent evidence, and are resampled together"},
    {"q", "how often chance alone would show as much, corrected for how many tests there are"},
    {"beyond controls", "what of a gap harmless sentences about the same groups do not show"},
    {"implicit reward",
     "what preference optimisation has taught a stage to prefer: its log-probability less its "
     "reference’s"},
    {"amplified, attenuated", "the change is distinct from none, and too large to count as none"},
    {"persists, clear, negligible",
     "the change counts as none: the preference is still there, was not there, or is "
     "too small to tell"},
    {"undetermined", "the benchmark was too small to tell"}};
/* The text, in which a term that the list explains leads to it where it is used first. */
static void add_explained(xy__text *out, const char *text, bool *told) {
  static const char *const terms[] = {"nats", "beyond controls", "statement part"};
  xy__text html = {0};
  xy__text_add_html(&html, text);
  const char *rest = html.data != NULL ? html.data : "";
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    const char *at = strstr(rest, words[i][0]);
    bool wanted = false;
    for (size_t k = 0; k < sizeof terms / sizeof *terms; k++) wanted = wanted || is(words[i][0], terms[k]);
    if (at == NULL || !wanted || told[i]) continue;
    xy__text_add_bytes(out, rest, (size_t)(at - rest));
    xy__text_addf(out, "<dfn><a href=\"#word-%zu\">%s</a></dfn>", i, words[i][0]);
    told[i] = true;
    rest = at + strlen(words[i][0]);
  }
  xy__text_add(out, rest);
  out->failed |= html.failed;
  xy__text_dispose(&html);
}

static void add_words(xy__page *page) {
  xy__text_add(page->out, "<details class=\"words\"><summary>What the words mean</summary><dl>");
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    xy__text_addf(page->out, "<dt id=\"word-%zu\">%s</dt><dd>%s</dd>", i, words[i][0], words[i][1]);
  }
  xy__text_add(page->out, "</dl></details>");
}

/* ---- all of it --------------------------------------------------------------------------------------------- */

static void add_paragraph(xy__text *out, const char *kind, const char *text, bool *told) {
  if (text[0] == '\0') return;
  xy__text_addf(out, "<p class=\"%s\">", kind);
  add_explained(out, text, told);
  xy__text_add(out, "</p>");
}

void xy__page_first(xy__page *page) {
  xy_headline headline;
  bool told[sizeof words / sizeof *words] = {false};
  xy_results_headline(&headline, page->results);
  add_paragraph(page->out, "answer", headline.where, told);
  add_paragraph(page->out, "answer", headline.how_much, told);
  if (!is_preferences(page->results) && headline.benchmark[0] != '\0') add_overview(page, &headline);
  add_example(page, &headline);
  add_paragraph(page->out, "limit", headline.cannot_tell, told);
  add_words(page);
}
