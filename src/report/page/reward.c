/* Implicit reward: how often it prefers the target text, how its margins are distributed, and whether it pushes where
 * its reference already leaned; of preference data, how often the chosen answer is preferred.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/html.h"
#include "report/page/words.h"
#include "results/number.h"

static const char rate[] = "reward_preference_rate", reinforcement[] = "reinforcement";

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

/* ---- rates ---- */

static void add_rate_table(xy__page *page, const char *benchmark, const char *stage) {
  xy__names identities = xy__page_distinct(page, "identity", benchmark, rate);
  xy__names themes = xy__page_distinct(page, "theme", benchmark, rate);
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
      xy__page_value_cell(
          page->out, xy__view_find(page->results, benchmark, rate, stage, NULL, identities.names[i], themes.names[t]));
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
    const xy_measure *row = xy__view_find(page->results, benchmark, rate, stages->names[s], NULL, "all", "all");
    if (row == NULL) continue;
    *any = row;
    xy__text_add(title, separator);
    xy__text_add_html(title, stages->names[s]);
    xy__text_add(title, separator[0] == 't' ? " prefers the target text in " : " ");
    xy__number_add_row(title, row);
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
                         .measure = rate,
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
        xy__view_find(page->results, benchmark, reinforcement, stages->names[s], NULL, "all", "all");
    if (row == NULL) continue;
    xy__text_add(title, separator);
    xy__text_add_html(title, stages->names[s]);
    xy__text_add(title, row->low > 0    ? " pushes further where its reference leaned"
                        : row->high < 0 ? " pushes against its reference’s lean"
                                        : " shows no clear relation to its reference’s lean");
    xy__text_add(title, " (rank correlation ");
    xy__number_add_row(title, row);
    if (isfinite(row->low)) {
      xy__text_add(title, " ");
      xy__number_add_interval(title, row);
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
      .measure = reinforcement,
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
        xy__view_find(page->results, benchmark, reinforcement, xy__json_text(one, "stage"), NULL, "all", "all");
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
  xy__page_add_levels(&gist, page, benchmark, rate);
  xy__page_fold_open(page,
                     &(xy__fold){.prefix = "reward-", .name = benchmark, .gist = &gist, .level = 3, .open = open});
  xy__text_dispose(&gist);
  add_rates(page, benchmark, &stages);
  xy__page_distribution(page, benchmark, xy__item_value_of("reward_margin"));
  add_scatter(page, benchmark, &stages);
  xy__page_fold_close(page);
  free(stages.names);
}

/* By what an answer is preferred. */
static const struct {
  const char *measure, *by;
} preferred[] = {{"reward_accuracy", "implicit reward"},
                 {"log_ratio_accuracy", "log-ratio to parent"},
                 {"likelihood_accuracy", "likelihood"}};
enum { PREFERRED = sizeof preferred / sizeof *preferred };

static void open_preferences(xy__page *page) {
  static const char *const heads[] = {"Rows", "Stage", "By", "n (prompts)", "Chosen preferred"};
  xy__page_table_open(page, "How often the chosen answer is preferred", false);
  xy__text_add(page->out, "<thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) xy__page_head(page->out, heads[i], i >= 3);
  xy__text_add(page->out, "</tr></thead><tbody>");
}

static void add_preference(xy__text *out, const xy_measure *row, const char *by) {
  xy__page_open_row(out, row->benchmark);
  xy__page_text_cell(out, row->stage);
  xy__page_text_cell(out, by);
  xy__page_count_cell(out, row);
  xy__page_value_cell(out, row);
  xy__text_add(out, "</tr>");
}

/* Preference data (xylem reward): accuracy of every stage over all rows, whatever its kind. */
static void add_preferences(xy__page *page) {
  const xy_results *results = page->results;
  xy__names benchmarks = xy__page_distinct(page, "benchmark", NULL, NULL);
  bool any = false;
  for (size_t i = 0; i < benchmarks.n * results->n_stages * PREFERRED; i++) {
    const char *benchmark = benchmarks.names[i / (results->n_stages * PREFERRED)];
    const char *stage = results->stages[i / PREFERRED % results->n_stages].name;
    const xy_measure *row =
        xy__view_find(results, benchmark, preferred[i % PREFERRED].measure, stage, NULL, "all", "all");
    if (row == NULL) continue;
    if (!any) open_preferences(page);
    any = true;
    add_preference(page->out, row, preferred[i % PREFERRED].by);
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
  xy__page_leads(page, open);
}
