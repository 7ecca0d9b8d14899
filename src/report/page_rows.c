/* Reading the long table for the page. */
#include <math.h>
#include <string.h>

#include "report/page.h"

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

bool xy__page_shows(const xy__page *page, const xy_measure *row) {
  static const char *const first_rules[] = {"three-way", "summed", "pronoun"};
  if (is_reward(row->measure)) return is(row->mode, "full");
  if (row->mode[0] == '\0') return true;
  const json_t *facts = xy__page_benchmark(page, row->benchmark);
  const char *modality = xy__fact_string(facts, "modality");
  bool paired = is(modality, "pair") || facts == NULL;
  if (is(modality, "coref")) paired = !is(row->mode, "pronoun") || strstr(row->measure, "robability") == NULL;
  if (is(modality, "coref") &&
      (strstr(row->measure, "robability") != NULL || strncmp(row->measure, "neutral_", 8) == 0)) {
    return true;
  }
  if (paired) return is(row->mode, xy_results_headline_mode(page->results));
  for (size_t i = 0; i < sizeof first_rules / sizeof *first_rules; i++) {
    if (is(row->mode, first_rules[i])) return true;
  }
  return is(modality, "preference") && is(row->mode, "full");
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
