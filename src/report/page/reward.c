/* Implicit reward: how margins are distributed, how often the reward prefers the target text, and whether it pushes
 * where its reference already leaned. Leads of choice and pronoun benchmarks are distributions of the same kind.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/page.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

static double real(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

/* ---- ridgelines ---- */

static bool is_spread(const json_t *row, const char *benchmark, const char *measure) {
  return is(xy__json_text(row, "benchmark"), benchmark) && is(xy__json_text(row, "measure"), measure);
}

static bool is_whole(const json_t *row) {
  return is(xy__json_text(row, "identity"), "all") && is(xy__json_text(row, "theme"), "all");
}

static const char *cell_name(const json_t *row) {
  const char *identity = xy__json_text(row, "identity");
  const char *theme = xy__json_text(row, "theme");
  return is(identity, "all") ? is(theme, "all") ? "all items" : theme : identity;
}

/* "+0.103 under dpo (highest for threat, +0.150; lowest for agender, −0.020)" for each stage. */
static void add_medians(xy__text *title, const json_t *list, const char *benchmark, const char *measure) {
  const char *separator = " ";
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *row = json_array_get(list, i);
    if (!is_spread(row, benchmark, measure) || !is_whole(row)) continue;
    const json_t *ends[2] = {NULL, NULL};
    for (size_t k = 0; k < json_array_size(list); k++) {
      const json_t *other = json_array_get(list, k);
      if (!is_spread(other, benchmark, measure) || is_whole(other)) continue;
      if (!is(xy__json_text(other, "stage"), xy__json_text(row, "stage"))) continue;
      if (ends[0] == NULL || real(other, "median") > real(ends[0], "median")) ends[0] = other;
      if (ends[1] == NULL || real(other, "median") < real(ends[1], "median")) ends[1] = other;
    }
    xy__text_add(title, separator);
    xy__number_add_value(title, "reward_margin", real(row, "median"));
    xy__text_add(title, " at ");
    xy__text_add_html(title, xy__json_text(row, "stage"));
    for (size_t e = 0; e < 2 && ends[e] != NULL; e++) {
      xy__text_add(title, e == 0 ? " (highest for " : ", lowest for ");
      xy__text_add_html(title, cell_name(ends[e]));
      xy__text_add(title, " ");
      xy__number_add_value(title, "reward_margin", real(ends[e], "median"));
      if (e == 1) xy__text_add(title, ")");
    }
    separator = "; ";
  }
}

static void add_spread_table(xy__page *page, const json_t *list, const char *benchmark, const char *measure) {
  static const char *const heads[] = {"Stage",  "Items",          "n",      "Minimum", "Lower quartile",
                                      "Median", "Upper quartile", "Maximum"};
  static const char *const keys[] = {"minimum", "lower", "median", "upper", "maximum"};
  xy__page_table_open(page, "Quartiles in nats; the histograms stand in results.json", true);
  xy__text_add(page->out, "<thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) xy__page_head(page->out, heads[i], i >= 2);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *row = json_array_get(list, i);
    if (!is_spread(row, benchmark, measure)) continue;
    xy__text_addf(page->out, "<tr%s><th scope=\"row\">", is_whole(row) ? " class=\"total\"" : "");
    xy__text_add_html(page->out, xy__json_text(row, "stage"));
    xy__text_add(page->out, "</th>");
    xy__page_text_cell(page->out, cell_name(row));
    xy__text_add(page->out, "<td class=\"num\">");
    xy__number_add_count(page->out, json_integer_value(json_object_get(row, "n")));
    xy__text_add(page->out, "</td>");
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
      xy__text_add(page->out, "<td class=\"num\">");
      xy__number_add_value(page->out, "reward_margin", real(row, keys[k]));
      xy__text_add(page->out, "</td>");
    }
    xy__text_add(page->out, "</tr>");
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
}

static void add_ridges(xy__page *page, const char *benchmark, const char *measure, const char *what,
                       const char *units) {
  const json_t *list = json_object_get(page->results->facts, "distributions");
  bool any = false;
  for (size_t i = 0; i < json_array_size(list); i++)
    any = any || is_spread(json_array_get(list, i), benchmark, measure);
  if (!any) return;
  xy__text title = {0};
  xy__page_add_on(&title, benchmark);
  xy__text_add(&title, what);
  add_medians(&title, list, benchmark, measure);
  xy__figure figure = {.kind = "ridges",
                       .id = "ridges-",
                       .benchmark = benchmark,
                       .measure = measure,
                       .alt =
                           "Ridgelines: a histogram per identity and theme, a panel per stage; the tick marks the "
                           "median.",
                       .units = units};
  xy__page_figure_open(page, &figure, &title);
  add_spread_table(page, list, benchmark, measure);
  xy__page_figure_close(page);
  xy__text_dispose(&title);
}

/* ---- rates ---- */

static void add_rate_table(xy__page *page, const char *benchmark, const char *stage) {
  xy__names identities = xy__page_distinct(page, "identity", benchmark, "reward_preference_rate");
  xy__names themes = xy__page_distinct(page, "theme", benchmark, "reward_preference_rate");
  xy__text label = {0};
  xy__text_addf(&label, "%s: reward preference rate by identity and theme", stage);
  if (label.failed) page->rc = xy__fail_memory(page->err, "report.html");
  xy__page_table_open(page, label.failed ? "" : label.data, false);
  xy__text_dispose(&label);
  xy__text_add(page->out, "<thead><tr>");
  xy__page_head(page->out, "Identity", false);
  for (size_t t = 0; t < themes.n; t++) xy__page_head(page->out, themes.names[t], true);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < identities.n; i++) {
    xy__page_open_row(page->out, identities.names[i]);
    for (size_t t = 0; t < themes.n; t++) {
      xy__page_value_cell(page->out, xy__view_find(page->results, benchmark, "reward_preference_rate", stage, NULL,
                                                   identities.names[i], themes.names[t]));
    }
    xy__text_add(page->out, "</tr>");
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
  free(identities.names);
  free(themes.names);
}

/* "The reward of dpo prefers the target text in 83.0% of items (interval …)" of every stage; false when every margin
 * was 0 and there is no rate. */
static bool add_rate_title(xy__text *title, const xy__page *page, const char *benchmark, const xy__names *stages,
                           const xy_measure **any) {
  const char *separator = "the reward of ";
  for (size_t s = 0; s < stages->n; s++) {
    const xy_measure *row =
        xy__view_find(page->results, benchmark, "reward_preference_rate", stages->names[s], NULL, "all", "all");
    if (row == NULL) continue;
    *any = row;
    xy__text_add(title, separator);
    xy__text_add_html(title, stages->names[s]);
    xy__text_add(title, separator[0] == 't' ? " prefers the target text in " : " ");
    xy__number_add_value(title, "reward_preference_rate", row->value);
    if (separator[0] == 't') xy__text_add(title, " of items");
    separator = ", that of ";
  }
  return separator[0] != 't';
}

static void add_rates(xy__page *page, const char *benchmark, const xy__names *stages) {
  xy__text title = {0};
  xy__text units = {0};
  const xy_measure *any = NULL;
  xy__page_add_on(&title, benchmark);
  if (add_rate_title(&title, page, benchmark, stages, &any)) {
    xy__text_add(&units, "Share of items with a margin above 0, with intervals; the dashed line is parity (50%). ");
    xy__number_add_size(&units, any);
    xy__text_add(&units, ".");
    xy__figure figure = {.kind = "levels",
                         .id = "rates-",
                         .benchmark = benchmark,
                         .measure = "reward_preference_rate",
                         .alt = "A row per identity and theme, in it a mark with its interval per stage with a reward.",
                         .units = units.failed ? "" : units.data};
    xy__page_figure_open(page, &figure, &title);
    for (size_t s = 0; s < stages->n; s++) add_rate_table(page, benchmark, stages->names[s]);
    xy__page_figure_close(page);
  } else {
    xy__text_add(page->out, "<p>The reward prefers neither text of any pair: every margin is 0.</p>");
  }
  xy__text_dispose(&title);
  xy__text_dispose(&units);
}

/* ---- reinforcement ---- */

static void add_reinforcement_title(xy__text *title, const xy__page *page, const char *benchmark,
                                    const xy__names *stages) {
  const char *separator = "the reward of ";
  for (size_t s = 0; s < stages->n; s++) {
    const xy_measure *row =
        xy__view_find(page->results, benchmark, "reinforcement", stages->names[s], NULL, "all", "all");
    if (row == NULL) continue;
    xy__text_add(title, separator);
    xy__text_add_html(title, stages->names[s]);
    xy__text_add(title, row->low > 0    ? " pushes further where its reference leaned"
                        : row->high < 0 ? " pushes against its reference’s lean"
                                        : " shows no clear relation to its reference’s lean");
    xy__text_add(title, " (rank correlation ");
    xy__number_add_value(title, row->measure, row->value);
    if (isfinite(row->low)) {
      xy__text_add(title, ", ");
      xy__number_add_interval(title, row, " to ");
    }
    xy__text_add(title, ")");
    separator = "; that of ";
  }
  if (separator[0] == 't') xy__text_add(title, "the reference’s gap and the reward’s margin of each item");
}

static void add_scatter(xy__page *page, const char *benchmark, const xy__names *stages) {
  const json_t *list = json_object_get(page->results->facts, "scatters");
  bool any = false;
  for (size_t i = 0; i < json_array_size(list); i++) {
    any = any || is(xy__json_text(json_array_get(list, i), "benchmark"), benchmark);
  }
  if (!any) return;
  static const char *const heads[] = {"Stage",        "Reference",        "Items",
                                      "Points drawn", "Rank correlation", "n (clusters)"};
  xy__text title = {0};
  xy__page_add_on(&title, benchmark);
  add_reinforcement_title(&title, page, benchmark, stages);
  xy__figure figure = {
      .kind = "scatter",
      .id = "scatter-",
      .benchmark = benchmark,
      .alt = "A dot per item, a panel per stage: the reference's gap across, the reward's margin up.",
      .units =
          "A dot per item (1,000 at most, evenly taken): the reference’s gap across, the margin of "
          "the reward up, both in nats; dashed lines are 0. Chance errors in the reference’s gap alone pull the "
          "correlation below 0."};
  xy__page_figure_open(page, &figure, &title);
  xy__page_table_open(page, "Reinforcement: Spearman correlation of reference’s gap and margin", false);
  xy__text_add(page->out, "<thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) xy__page_head(page->out, heads[i], i >= 2);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *one = json_array_get(list, i);
    if (!is(xy__json_text(one, "benchmark"), benchmark)) continue;
    const xy_measure *row =
        xy__view_find(page->results, benchmark, "reinforcement", xy__json_text(one, "stage"), NULL, "all", "all");
    xy__page_open_row(page->out, xy__json_text(one, "stage"));
    xy__page_text_cell(page->out, xy__json_text(one, "against"));
    xy__text_add(page->out, "<td class=\"num\">");
    xy__number_add_count(page->out, json_integer_value(json_object_get(one, "n")));
    xy__text_add(page->out, "</td><td class=\"num\">");
    xy__number_add_count(page->out, (int64_t)json_array_size(json_object_get(one, "margin")));
    xy__text_add(page->out, "</td>");
    xy__page_value_cell(page->out, row);
    xy__page_count_cell(page->out, row);
    xy__text_add(page->out, "</tr>");
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
  xy__page_figure_close(page);
  xy__text_dispose(&title);
}

/* ---- all together ---- */

static void add_benchmark(xy__page *page, const char *benchmark, bool open) {
  xy__names stages = xy__page_distinct(page, "stage", benchmark, "reward_margin");
  xy__text gist = {0};
  xy__text_add(&gist, "target text preferred: ");
  xy__page_add_levels(&gist, page, benchmark, "reward_preference_rate");
  xy__page_fold_open(page,
                     &(xy__fold){.prefix = "reward-", .name = benchmark, .gist = &gist, .level = 3, .open = open});
  xy__text_dispose(&gist);
  add_rates(page, benchmark, &stages);
  add_ridges(
      page, benchmark, "reward_margin", "the median margin of the reward is",
      "Margin in nats (β times the change of the gap from the reference): histograms with common bins, each to its "
      "own peak; the tick is the median, the dashed line 0. n stands in the table.");
  add_scatter(page, benchmark, &stages);
  xy__page_fold_close(page);
  free(stages.names);
}

/* "median lead: base +0.103, dpo −0.020 nats" */
static void add_lead_gist(xy__text *gist, const xy__page *page, const char *benchmark, const char *measure) {
  const json_t *list = json_object_get(page->results->facts, "distributions");
  const char *separator = "median lead: ";
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *row = json_array_get(list, i);
    if (!is_spread(row, benchmark, measure) || !is_whole(row)) continue;
    xy__text_add(gist, separator);
    xy__text_add_html(gist, xy__json_text(row, "stage"));
    xy__text_add(gist, " ");
    xy__number_add_value(gist, "reward_margin", real(row, "median"));
    separator = ", ";
  }
  if (separator[0] == ',') xy__text_add(gist, " nats");
}

/* Preference data (xylem reward): accuracy of every stage, whatever its kind, by subset. */
static void add_preferences(xy__page *page) {
  static const char *const measures[] = {"reward_accuracy", "log_ratio_accuracy", "likelihood_accuracy"};
  xy__names benchmarks = xy__page_distinct(page, "benchmark", NULL, NULL);
  bool any = false;
  for (size_t b = 0; b < benchmarks.n; b++) {
    for (size_t s = 0; s < page->results->n_stages; s++) {
      for (size_t m = 0; m < 3; m++) {
        const xy_measure *row = xy__results_find(page->results, benchmarks.names[b], measures[m], "full",
                                                 page->results->stages[s].name, NULL, "all", "all");
        if (row == NULL) continue;
        if (!any) {
          xy__page_table_open(page, "How often the chosen answer is preferred", false);
          xy__text_add(page->out, "<thead><tr>");
          xy__page_head(page->out, "Rows", false);
          xy__page_head(page->out, "Stage", false);
          xy__page_head(page->out, "By", false);
          xy__page_head(page->out, "n (prompts)", true);
          xy__page_head(page->out, "Chosen preferred", true);
          xy__text_add(page->out, "</tr></thead><tbody>");
        }
        any = true;
        xy__page_open_row(page->out, row->benchmark);
        xy__page_text_cell(page->out, row->stage);
        xy__page_text_cell(page->out, m == 0 ? "implicit reward" : m == 1 ? "log-ratio to parent" : "likelihood");
        xy__page_count_cell(page->out, row);
        xy__page_value_cell(page->out, row);
        xy__text_add(page->out, "</tr>");
      }
    }
  }
  if (any) {
    xy__text_add(page->out, "</tbody>");
    xy__page_table_close(page);
  } else {
    xy__text_add(page->out,
                 "<p>No stage of this family has an implicit reward (a preference method with a reference and "
                 "β), or none was measured.</p>");
  }
  free(benchmarks.names);
}

void xy__page_reward(xy__page *page) {
  xy__names margins = xy__page_distinct(page, "benchmark", NULL, "reward_margin");
  bool pairs = false;
  for (size_t b = 0; b < margins.n; b++) pairs = pairs || xy__view_has_gaps(page->results, margins.names[b]);
  if (pairs) {
    xy__text_add(page->out,
                 "<p>A model tuned by DPO carries a reward: β times the log-ratio between it and its reference. An "
                 "item’s <b>margin</b> is the reward of the target text minus that of its counterpart. Above 50%, the "
                 "reward prefers the benchmark’s target text more often than its counterpart.</p>");
  } else {
    add_preferences(page);
  }
  const json_t *list = json_object_get(page->results->facts, "benchmarks");
  bool open = json_array_size(list) == 1;
  for (size_t b = 0; b < margins.n; b++) {
    if (xy__view_has_gaps(page->results, margins.names[b])) add_benchmark(page, margins.names[b], open);
  }
  free(margins.names);
  static const struct {
    const char *measure, *title, *units;
  } leads[] = {
      {"declared_lead", "the declared pronoun’s median lead over the likeliest other is",
       "Log-probability of the declared form less that of the likeliest other, in nats; above 0 the declared form "
       "wins. Histograms with common bins, each to its own peak; the tick is the median. n stands in the table."},
      {"biased_lead", "the stereotyped answer’s median lead over the other person’s is",
       "Log-probability of the answer that the stereotype gives less that of the other person’s, in nats. "
       "Histograms with common bins, each to its own peak; the tick is the median. n stands in the table."}};
  for (size_t b = 0; b < json_array_size(list); b++) {
    const char *name = xy__json_text(json_array_get(list, b), "name");
    const char *modality = xy__json_text(json_array_get(list, b), "modality");
    size_t k = is(modality, "pronoun") ? 0 : is(modality, "choice") ? 1 : 2;
    if (k == 2) continue;
    xy__text gist = {0};
    add_lead_gist(&gist, page, name, leads[k].measure);
    xy__page_fold_open(page, &(xy__fold){.prefix = "reward-", .name = name, .gist = &gist, .level = 3, .open = open});
    xy__text_dispose(&gist);
    xy__text_add(page->out,
                 "<p>This benchmark has no pairs, so that no margin can be read; its items’ own leads "
                 "are drawn in their place.</p>");
    add_ridges(page, name, leads[k].measure, leads[k].title, leads[k].units);
    xy__page_fold_close(page);
  }
}
