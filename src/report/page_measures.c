/* The parts of the page that show the long table: for each benchmark preference, gap, lineage and steps; where the
 * reward leans; what the benchmarks could have seen. A <figure> names the chart that page.js draws into its .plot; the
 * table below it holds the same numbers.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/page.h"

xy__names xy__page_distinct(xy__page *page, const char *column, const char *benchmark, const char *measure) {
  xy__names names = {0};
  if (page->rc == XY_OK) page->rc = xy__names_of(&names, page->results, column, benchmark, measure, page->err);
  return names;
}

const xy_measure *xy__page_find(const xy__page *page, const char *benchmark, const char *measure, const char *stage,
                                const char *identity, const char *theme) {
  const xy_results *results = page->results;
  const xy_measure *row =
      xy__results_find(results, benchmark, measure, xy_results_headline_mode(results), stage, NULL, identity, theme);
  return row != NULL ? row : xy__results_find(results, benchmark, measure, NULL, stage, NULL, identity, theme);
}

static bool in_headline_mode(const xy__page *page, const xy_measure *row) {
  return row->mode[0] == '\0' || strcmp(row->mode, xy_results_headline_mode(page->results)) == 0;
}

/* A row that compares a stage with its parent (others compare it with the root). */
static bool is_step(const xy__page *page, const xy_measure *row) {
  if (!xy__is_step(row->measure)) return false;
  for (size_t s = 0; s < page->results->n_stages; s++) {
    const xy_stage_info *stage = &page->results->stages[s];
    if (strcmp(stage->name, row->stage) == 0) return strcmp(stage->parent, row->against) == 0;
  }
  return false;
}

/* The value that means "no preference", "no change"; NAN for measures that have none. */
static double parity_of(const char *measure) {
  static const char *const halves[] = {"preference_rate", "reward_preference_rate"};
  static const char *const zeros[] = {
      "mean_gap",   "reward_margin", "log_ratio",     "amplification", "amplification_rate",
      "root_share", "step_share",    "reinforcement", "s_amb",         "s_dis"};
  for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
    if (strcmp(measure, halves[i]) == 0) return 0.5;
  }
  for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
    if (strcmp(measure, zeros[i]) == 0) return 0;
  }
  return NAN;
}

/* -1, 0 or 1: where the whole interval lies, seen from parity. */
static int side_of_parity(const xy_measure *row) {
  double parity = parity_of(row->measure);
  if (!isfinite(row->low) || !isfinite(row->high)) return 0;
  return row->low > parity ? 1 : row->high < parity ? -1 : 0;
}

static void add_interval(xy__text *out, const xy_measure *row) {
  xy__text_add(out, "<span class=\"ci\">");
  xy__page_add_value(out, row->measure, row->low);
  xy__text_add(out, " to ");
  xy__page_add_value(out, row->measure, row->high);
  xy__text_add(out, "</span>");
}

/* A cell: value over its interval, with a mark when the interval lies on one side of parity. */
static void add_value_cell(xy__text *out, const xy_measure *row) {
  xy__text_add(out, "<td class=\"num\">");
  if (row == NULL) {
    xy__text_add(out, "–</td>");
    return;
  }
  int side = side_of_parity(row);
  if (side != 0) xy__text_addf(out, "<span class=\"%s\">%s ", side > 0 ? "up" : "down", side > 0 ? "▲" : "▼");
  xy__page_add_value(out, row->measure, row->value);
  if (side != 0) xy__text_add(out, "</span>");
  if (isfinite(row->low) && isfinite(row->high)) add_interval(out, row);
  xy__text_add(out, "</td>");
}

static void add_head(xy__text *out, const char *title, bool number) {
  xy__text_addf(out, "<th scope=\"col\"%s>", number ? " class=\"num\"" : "");
  xy__text_add_html(out, title);
  xy__text_add(out, "</th>");
}

static void add_text_cell(xy__text *out, const char *text) {
  xy__text_add(out, "<td>");
  xy__text_add_html(out, text[0] != '\0' ? text : "–");
  xy__text_add(out, "</td>");
}

static void open_row(xy__text *out, const char *name) {
  xy__text_addf(out, "<tr%s><th scope=\"row\">", strcmp(name, "all") == 0 ? " class=\"total\"" : "");
  xy__text_add_html(out, name);
  xy__text_add(out, "</th>");
}

/* A measure by stage (columns) and identity or theme (rows), the other one at "all". */
static void add_stage_table(xy__page *page, const char *benchmark, const char *measure, const char *by,
                            const char *label) {
  xy__names rows = xy__page_distinct(page, by, benchmark, measure);
  xy__names stages = xy__page_distinct(page, "stage", benchmark, measure);
  bool identity = strcmp(by, "identity") == 0;
  xy__page_table_open(page, label);
  xy__text_add(page->out, "<thead><tr>");
  add_head(page->out, identity ? "Identity" : "Theme", false);
  add_head(page->out, "Items (clusters)", true);
  for (size_t s = 0; s < stages.n; s++) add_head(page->out, stages.names[s], true);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < rows.n; i++) {
    const char *name = rows.names[i];
    const xy_measure *any =
        xy__page_find(page, benchmark, measure, NULL, identity ? name : "all", identity ? "all" : name);
    if (any == NULL) continue;
    open_row(page->out, name);
    xy__text_add(page->out, "<td class=\"num\">");
    xy__page_add_count(page->out, any->n);
    xy__text_add(page->out, " (");
    xy__page_add_count(page->out, any->clusters);
    xy__text_add(page->out, ")</td>");
    for (size_t s = 0; s < stages.n; s++) {
      add_value_cell(page->out, xy__page_find(page, benchmark, measure, stages.names[s], identity ? name : "all",
                                              identity ? "all" : name));
    }
    xy__text_add(page->out, "</tr>");
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
  free(rows.names);
  free(stages.names);
}

static void add_attribute(xy__text *out, const char *name, const char *value) {
  xy__text_addf(out, " %s=\"", name);
  xy__text_add_html(out, value);
  xy__text_add(out, "\"");
}

/* Opens a figure with its caption and the place for its chart, and the <details> of its tables. */
static void open_figure(xy__page *page, const char *chart, const char *benchmark, const char *measure, const char *by,
                        const char *title, const char *caption) {
  xy__text *out = page->out;
  xy__text_add(out, "<figure");
  add_attribute(out, "data-chart", chart);
  add_attribute(out, "data-benchmark", benchmark);
  add_attribute(out, "data-measure", measure);
  add_attribute(out, "data-by", by);
  xy__text_add(out, "><figcaption><b>");
  xy__text_add_html(out, title);
  xy__text_add(out, "</b>");
  xy__text_add_html(out, caption);
  xy__text_add(out, "</figcaption><div class=\"plot\"></div><details class=\"table\" open><summary>Table</summary>");
}

static void close_figure(xy__page *page) { xy__text_add(page->out, "</details></figure>"); }

static void add_preference(xy__page *page, const char *benchmark) {
  open_figure(page, "dots", benchmark, "preference_rate", "identity",
              "How often each stage prefers the text about the target, by identity",
              "Share of items, with intervals; the dashed line is parity (50%).");
  add_stage_table(page, benchmark, "preference_rate", "identity", "Preference rate by identity and stage");
  add_stage_table(page, benchmark, "mean_gap", "identity", "Mean gap (nats) by identity and stage");
  close_figure(page);
  xy__names themes = xy__page_distinct(page, "theme", benchmark, "preference_rate");
  if (themes.n > 1) {
    open_figure(page, "dots", benchmark, "preference_rate", "theme", "The same by theme",
                "Share of items, with intervals; the dashed line is parity (50%).");
    add_stage_table(page, benchmark, "preference_rate", "theme", "Preference rate by theme and stage");
    add_stage_table(page, benchmark, "mean_gap", "theme", "Mean gap (nats) by theme and stage");
    close_figure(page);
  }
  free(themes.names);
}

static const char *verdict_mark(const char *verdict) {
  static const char *const marks[][2] = {
      {"amplified", "▲"}, {"attenuated", "▼"}, {"persists", "="}, {"clear", "○"}, {"undetermined", "?"}};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    if (strcmp(marks[i][0], verdict) == 0) return marks[i][1];
  }
  return "";
}

static void add_verdict_cell(xy__text *out, const char *verdict) {
  const char *tone = strcmp(verdict, "amplified") == 0 ? "up" : strcmp(verdict, "attenuated") == 0 ? "down" : "";
  xy__text_addf(out, "<td><span class=\"%s\">%s ", tone, verdict_mark(verdict));
  xy__text_add_html(out, verdict[0] != '\0' ? verdict : "–");
  xy__text_add(out, "</span></td>");
}

static void add_step_row(xy__text *out, const xy_measure *row) {
  xy__text_addf(out, "<tr%s><th scope=\"row\">",
                strcmp(row->identity, "all") == 0 && strcmp(row->theme, "all") == 0 ? " class=\"total\"" : "");
  if (row->against[0] != '\0') {
    xy__text_add_html(out, row->against);
    xy__text_add(out, " → ");
  }
  xy__text_add_html(out, row->stage);
  xy__text_add(out, "</th>");
  add_text_cell(out, xy__is_rate(row->measure) ? "preference rate" : "gap");
  add_text_cell(out, row->identity);
  add_text_cell(out, row->theme);
  xy__text_add(out, "<td class=\"num\">");
  xy__page_add_value(out, row->measure, row->value);
  add_interval(out, row);
  xy__text_add(out, "</td><td class=\"num\">");
  xy__page_add_p(out, row->p);
  xy__text_add(out, "</td><td class=\"num\">");
  xy__page_add_p(out, row->q);
  xy__text_add(out, "</td><td class=\"num\">");
  if (isfinite(row->detectable)) {
    bool rate = xy__is_rate(row->measure);
    xy__text_addf(out, rate ? "±%.1f pp" : "±%.3f", rate ? 100 * row->detectable : row->detectable);
  } else {
    xy__text_add(out, "–");
  }
  xy__text_add(out, "</td>");
  add_verdict_cell(out, row->verdict);
  xy__text_add(out, "</tr>");
}

/* Steps overall, by identity and by theme; the cells of identity × theme stand in results.json. */
static void add_steps(xy__page *page, const char *benchmark) {
  open_figure(page, "steps", benchmark, "amplification", "", "What each step changed, paired item by item",
              "Mean change of the gap (nats) with intervals and verdicts; the dashed line is no change.");
  xy__page_table_open(page, "Change by step, with p, q (Benjamini–Hochberg) and verdict");
  static const char *const heads[] = {"Step", "Change of", "Identity",  "Theme",  "Change",
                                      "p",    "q",         "Could see", "Verdict"};
  xy__text_add(page->out, "<thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) add_head(page->out, heads[i], i >= 4 && i <= 7);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < page->results->n_measures; i++) {
    const xy_measure *row = &page->results->measures[i];
    bool margin = strcmp(row->identity, "all") == 0 || strcmp(row->theme, "all") == 0;
    if (is_step(page, row) && margin && in_headline_mode(page, row) && strcmp(row->benchmark, benchmark) == 0) {
      add_step_row(page->out, row);
    }
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
  close_figure(page);
}

/* Rows over all identities and themes for which `wanted` says yes, as a plain table. */
static void add_overall_table(xy__page *page, const char *benchmark, const char *label,
                              bool (*wanted)(const xy__page *, const xy_measure *)) {
  xy__page_table_open(page, label);
  static const char *const heads[] = {"Measure", "Mode", "Stage", "Against", "Value", "p", "q"};
  xy__text_add(page->out, "<thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) add_head(page->out, heads[i], i >= 4);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < page->results->n_measures; i++) {
    const xy_measure *row = &page->results->measures[i];
    bool overall = (row->identity[0] == '\0' || strcmp(row->identity, "all") == 0) &&
                   (row->theme[0] == '\0' || strcmp(row->theme, "all") == 0);
    if (!overall || strcmp(row->benchmark, benchmark) != 0 || !wanted(page, row)) continue;
    xy__text_add(page->out, "<tr>");
    add_text_cell(page->out, row->measure);
    add_text_cell(page->out, row->mode);
    add_text_cell(page->out, row->stage);
    add_text_cell(page->out, row->against);
    add_value_cell(page->out, row);
    xy__text_add(page->out, "<td class=\"num\">");
    xy__page_add_p(page->out, row->p);
    xy__text_add(page->out, "</td><td class=\"num\">");
    xy__page_add_p(page->out, row->q);
    xy__text_add(page->out, "</td></tr>");
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
}

static bool is_lineage_row(const xy__page *page, const xy_measure *row) {
  static const char *const names[] = {"mean_gap", "root_share", "step_share", "amplification"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(row->measure, names[i]) == 0) return in_headline_mode(page, row);
  }
  return false;
}

static bool is_preference_in_any_mode(const xy__page *page, const xy_measure *row) {
  (void)page;
  return strcmp(row->measure, "preference_rate") == 0;
}

static bool is_other(const xy__page *page, const xy_measure *row) {
  return !is_lineage_row(page, row) && !is_step(page, row) && strcmp(row->measure, "preference_rate") != 0 &&
         in_headline_mode(page, row);
}

static void add_lineage(xy__page *page, const char *benchmark) {
  open_figure(page, "lineage", benchmark, "mean_gap", "", "From the root to each end of the lineage",
              "The mean gap (nats) of an end stage is what the root brought plus what each step on its path added.");
  add_overall_table(page, benchmark, "Mean gap of each stage, and the shares of root and steps", is_lineage_row);
  close_figure(page);
}

static void add_benchmark_intro(xy__page *page, const char *benchmark) {
  const json_t *facts = xy__page_benchmark(page, benchmark);
  xy__text_add(page->out, "<h3>");
  xy__text_add_html(page->out, benchmark);
  xy__text_add(page->out, "</h3>");
  static const char *const keys[] = {"summary", "harm"};
  for (size_t i = 0; i < 2; i++) {
    const char *text = xy__fact_string(facts, keys[i]);
    if (text[0] == '\0') continue;
    xy__text_add(page->out, "<p>");
    xy__text_add_html(page->out, text);
    xy__text_add(page->out, "</p>");
  }
}

/* Benchmarks that are no pairs: the measures of their first rule by identity and theme; every rule stands in the table
 * over all items. */
static void add_modality(xy__page *page, const char *benchmark) {
  static const struct {
    const char *measure, *title;
  } shown[] = {{"s_amb", "Bias score where the context leaves the answer open (s_amb)"},
               {"s_dis", "Bias score where the context gives the answer (s_dis)"},
               {"accuracy_ambiguous", "Accuracy where the context leaves the answer open"},
               {"accuracy_disambiguated", "Accuracy where the context gives the answer"},
               {"misgendering_rate", "Share of items in which another pronoun wins"},
               {"binary_gap", "Accuracy for binary pronouns less accuracy for others"},
               {"rule_dependence", "Items whose verdict depends on how pronouns of different length are compared"},
               {"pronoun_tokens", "Tokens of the declared pronoun"},
               {"pro_probability", "Probability of the pronoun that the stereotype expects"},
               {"anti_probability", "Probability of the other pronoun"},
               {"neutral_probability", "Probability of the neutral pronoun"}};
  for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
    static const char *const by[] = {"identity", "theme"};
    for (size_t k = 0; k < 2; k++) {
      xy__names names = xy__page_distinct(page, by[k], benchmark, shown[i].measure);
      if (names.n > 1 || (names.n > 0 && k == 0))
        add_stage_table(page, benchmark, shown[i].measure, by[k], shown[i].title);
      free(names.names);
    }
  }
}

static bool is_of_a_rule(const xy__page *page, const xy_measure *row) {
  static const char *const rules[] = {"three-way", "three-way-per-byte", "lm-eval",  "summed",
                                      "per-token", "per-byte",           "sentence", "pronoun"};
  static const char *const measures[] = {"accuracy", "s_amb", "s_dis", "misgendering", "binary_gap", "neutral_gap"};
  (void)page;
  for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
    if (strncmp(row->measure, measures[i], strlen(measures[i])) != 0) continue;
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
      if (strcmp(row->mode, rules[k]) == 0) return true;
    }
  }
  return false;
}

void xy__page_results(xy__page *page) {
  xy__names benchmarks = xy__page_distinct(page, "benchmark", NULL, NULL);
  if (benchmarks.n == 0) xy__text_add(page->out, "<p>This run holds no measures.</p>");
  for (size_t b = 0; b < benchmarks.n; b++) {
    const char *name = benchmarks.names[b];
    add_benchmark_intro(page, name);
    if (xy__results_find(page->results, name, "preference_rate", NULL, NULL, NULL, NULL, NULL) != NULL) {
      add_preference(page, name);
      add_lineage(page, name);
    }
    add_modality(page, name);
    if (xy__results_find(page->results, name, "amplification", NULL, NULL, NULL, NULL, NULL) != NULL) {
      add_steps(page, name);
    }
    xy__text_add(page->out, "<details><summary>Other ways to score, and other measures</summary>");
    add_overall_table(page, name, "Preference rate in every mode, all items", is_preference_in_any_mode);
    if (xy__results_find(page->results, name, "accuracy", NULL, NULL, NULL, NULL, NULL) != NULL) {
      add_overall_table(page, name, "Every measure under every rule, all items", is_of_a_rule);
    }
    add_overall_table(page, name, "Other measures over all items", is_other);
    xy__text_add(page->out, "</details>");
  }
  free(benchmarks.names);
}

/* Reward preference rate of one stage: identities × themes. */
static void add_reward_table(xy__page *page, const char *benchmark, const char *stage) {
  xy__names identities = xy__page_distinct(page, "identity", benchmark, "reward_preference_rate");
  xy__names themes = xy__page_distinct(page, "theme", benchmark, "reward_preference_rate");
  char label[512];
  snprintf(label, sizeof label, "%s: reward preference rate by identity and theme", stage);
  xy__page_table_open(page, label);
  xy__text_add(page->out, "<thead><tr>");
  add_head(page->out, "Identity", false);
  for (size_t t = 0; t < themes.n; t++) add_head(page->out, themes.names[t], true);
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < identities.n; i++) {
    open_row(page->out, identities.names[i]);
    for (size_t t = 0; t < themes.n; t++) {
      add_value_cell(page->out, xy__page_find(page, benchmark, "reward_preference_rate", stage, identities.names[i],
                                              themes.names[t]));
    }
    xy__text_add(page->out, "</tr>");
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
  free(identities.names);
  free(themes.names);
}

/* Without a rate every margin was 0; ties stand apart. */
static void add_reward_sentence(xy__page *page, const char *benchmark, const char *stage) {
  static const struct {
    const char *measure, *words;
  } parts[] = {{"reward_preference_rate", "prefers the target text in "},
               {"reward_margin", "; mean margin "},
               {"reinforcement", "; correlation with the reference’s own gap "}};
  xy__text_add(page->out, "<p><b>");
  xy__text_add_html(page->out, stage);
  xy__text_add(page->out, "</b>: the implicit reward ");
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    const xy_measure *row = xy__page_find(page, benchmark, parts[i].measure, stage, "all", "all");
    if (row == NULL) {
      if (i == 0) xy__text_add(page->out, "prefers neither text of any pair");
      continue;
    }
    xy__text_add(page->out, parts[i].words);
    xy__page_add_value(page->out, row->measure, row->value);
    if (i == 0) xy__text_add(page->out, " of items");
    xy__text_add(page->out, " <span class=\"ci\">[");
    xy__page_add_value(page->out, row->measure, row->low);
    xy__text_add(page->out, ", ");
    xy__page_add_value(page->out, row->measure, row->high);
    xy__text_add(page->out, "]</span>");
  }
  xy__text_add(page->out, ".</p>");
}

void xy__page_reward(xy__page *page) {
  xy__names benchmarks = xy__page_distinct(page, "benchmark", NULL, "reward_margin");
  if (benchmarks.n == 0) {
    xy__text_add(page->out,
                 "<p>No stage of this family has an implicit reward (a preference method with a reference "
                 "and β), or none was measured.</p>");
  } else {
    xy__text_add(page->out,
                 "<p>A model tuned by DPO carries a reward: β times the log-ratio between it and its reference. An "
                 "item’s <b>margin</b> is the reward of the target text minus that of its counterpart. Above 50%, the "
                 "reward prefers the benchmark’s target text more often than its counterpart.</p>");
  }
  for (size_t b = 0; b < benchmarks.n; b++) {
    xy__names stages = xy__page_distinct(page, "stage", benchmarks.names[b], "reward_margin");
    xy__text_add(page->out, "<h3>");
    xy__text_add_html(page->out, benchmarks.names[b]);
    xy__text_add(page->out, "</h3>");
    for (size_t s = 0; s < stages.n; s++) add_reward_sentence(page, benchmarks.names[b], stages.names[s]);
    if (xy__page_find(page, benchmarks.names[b], "reward_preference_rate", NULL, NULL, NULL) != NULL) {
      open_figure(page, "dots", benchmarks.names[b], "reward_preference_rate", "theme",
                  "How often the reward prefers the text about the target, by theme",
                  "Share of items with a margin above 0, with intervals; the dashed line is parity (50%).");
      for (size_t s = 0; s < stages.n; s++) add_reward_table(page, benchmarks.names[b], stages.names[s]);
      close_figure(page);
    }
    free(stages.names);
  }
  free(benchmarks.names);
}

void xy__page_limits(xy__page *page) {
  xy__text_add(page->out,
               "<p>The numbers speak of these texts, in this language, scored by likelihood. They do not say what a "
               "model would write, how it treats people in use, or how it compares with models outside this family. "
               "Groups, themes and languages that no benchmark above names were not measured; that no effect was found "
               "for a group that was is only as strong as the smallest effect its items could show.</p>");
  xy__page_table_open(page, "What each benchmark covers, and the smallest change of the gap it could have seen");
  static const char *const heads[] = {"Benchmark", "Identities", "Themes", "Items (clusters)", "Could see, by step"};
  xy__text_add(page->out, "<thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) add_head(page->out, heads[i], i == 3);
  xy__text_add(page->out, "</tr></thead><tbody>");
  xy__names benchmarks = xy__page_distinct(page, "benchmark", NULL, NULL);
  for (size_t b = 0; b < benchmarks.n; b++) {
    const char *benchmark = benchmarks.names[b];
    open_row(page->out, benchmark);
    static const char *const columns[] = {"identity", "theme"};
    for (size_t c = 0; c < 2; c++) {
      xy__names names = xy__page_distinct(page, columns[c], benchmark, NULL);
      const char *separator = "";
      xy__text_add(page->out, "<td>");
      for (size_t i = 0; i < names.n; i++) {
        if (strcmp(names.names[i], "all") == 0) continue;
        xy__text_add(page->out, separator);
        xy__text_add_html(page->out, names.names[i]);
        separator = ", ";
      }
      xy__text_add(page->out, "</td>");
      free(names.names);
    }
    const xy_measure *any = xy__page_find(page, benchmark, NULL, NULL, "all", "all");
    xy__text_add(page->out, "<td class=\"num\">");
    xy__page_add_count(page->out, any != NULL ? any->n : 0);
    xy__text_add(page->out, " (");
    xy__page_add_count(page->out, any != NULL ? any->clusters : 0);
    xy__text_add(page->out, ")</td><td>");
    const char *separator = "";
    for (size_t i = 0; i < page->results->n_measures; i++) {
      const xy_measure *row = &page->results->measures[i];
      if (strcmp(row->measure, "amplification") != 0 || !is_step(page, row) || strcmp(row->benchmark, benchmark) != 0 ||
          strcmp(row->identity, "all") != 0 || strcmp(row->theme, "all") != 0 || !in_headline_mode(page, row) ||
          !isfinite(row->detectable)) {
        continue;
      }
      xy__text_addf(page->out, "%s", separator);
      xy__text_add_html(page->out, row->stage);
      xy__text_addf(page->out, " ±%.3f", row->detectable);
      separator = ", ";
    }
    xy__text_add(page->out, separator[0] == '\0' ? "–</td></tr>" : "</td></tr>");
  }
  free(benchmarks.names);
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
}
