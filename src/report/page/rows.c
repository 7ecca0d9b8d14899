/* Reading the long table for the page. */
#include <math.h>
#include <string.h>

#include "report/page/page.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

const char *xy__fact_string(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

const json_t *xy__page_benchmark(const xy__page *page, const char *name) {
  const json_t *list = json_object_get(page->results->facts, "benchmarks");
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *one = json_array_get(list, i);
    if (is(xy__fact_string(one, "name"), name)) return one;
  }
  return NULL;
}

const xy_stage_info *xy__page_stage(const xy__page *page, const char *name) {
  for (size_t s = 0; s < page->results->n_stages; s++) {
    if (is(page->results->stages[s].name, name)) return &page->results->stages[s];
  }
  return NULL;
}

xy__names xy__page_distinct(xy__page *page, const char *column, const char *benchmark, const char *measure) {
  xy__names names = {0};
  if (page->rc == XY_OK) page->rc = xy__names_of(&names, page->results, column, benchmark, measure, page->err);
  return names;
}

static bool is_reward(const char *measure) {
  return strncmp(measure, "reward_", 7) == 0 || is(measure, "reinforcement") || strncmp(measure, "log_ratio", 9) == 0;
}

/* Measures of coref benchmarks that are of the pronoun alone, in the one mode that they have. */
static bool is_of_pronoun(const char *measure) {
  return strstr(measure, "_probability") != NULL || strncmp(measure, "neutral_gap", 11) == 0;
}

const char *xy__page_unit(const xy__page *page) { return xy_gap_unit(xy_results_headline_mode(page->results)); }

bool xy__page_shows(const xy__page *page, const xy_measure *row) {
  if (is_reward(row->measure)) return is(row->mode, "full");
  if (row->mode[0] == '\0' || is_of_pronoun(row->measure)) return true;
  const char *modality = xy__fact_string(xy__page_benchmark(page, row->benchmark), "modality");
  if (is(modality, "choice")) return is(row->mode, "three-way");
  if (is(modality, "pronoun")) return is(row->mode, "summed");
  if (is(modality, "preference")) return is(row->mode, "full");
  return is(row->mode, xy_results_headline_mode(page->results));
}

const xy_measure *xy__page_find(const xy__page *page, const char *benchmark, const char *measure, const char *stage,
                                const char *against, const char *identity, const char *theme) {
  const xy_results *results = page->results;
  const char *modes[] = {is_reward(measure) ? "full" : xy_results_headline_mode(results), "three-way", "summed",
                         "pronoun", ""};
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    const xy_measure *row = xy__results_find(results, benchmark, measure, modes[i], stage, against, identity, theme);
    if (row != NULL) return row;
  }
  return NULL;
}

const xy_measure *xy__page_least_sensitive(const xy__page *page, const char *benchmark, const char *measure,
                                           const char *identity, const char *theme) {
  const xy_measure *worst = NULL;
  for (size_t s = 0; s < page->results->n_stages; s++) {
    const xy_stage_info *stage = &page->results->stages[s];
    if (stage->parent[0] == '\0') continue;
    const xy_measure *row = xy__page_find(page, benchmark, measure, stage->name, stage->parent, identity, theme);
    if (row == NULL) continue;
    if (worst == NULL || !isfinite(row->detectable) || row->detectable > worst->detectable) worst = row;
  }
  return worst;
}

bool xy__page_is_step(const xy__page *page, const xy_measure *row) {
  if (row->against[0] == '\0' || !xy__is_step(row->measure)) return false;
  const xy_stage_info *stage = xy__page_stage(page, row->stage);
  return stage != NULL && is(stage->parent, row->against);
}

bool xy__page_is_pair(const xy__page *page, const char *benchmark) {
  return xy__results_find(page->results, benchmark, "mean_gap", NULL, NULL, NULL, NULL, NULL) != NULL;
}

void xy__page_changes(const char *out[2], const xy__page *page, const char *benchmark) {
  const char *modality = xy__fact_string(xy__page_benchmark(page, benchmark), "modality");
  out[0] = is(modality, "choice")    ? "s_amb_change"
           : is(modality, "pronoun") ? "misgendering_rate_change"
                                     : "amplification";
  out[1] = is(modality, "choice") ? "s_dis_change" : is(modality, "pronoun") ? "binary_gap_change" : NULL;
}
