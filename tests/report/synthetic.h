/* A small family with known numbers, made in memory: what an audit hands to the report. Labels hold characters that
 * break careless writers (<, &, quotes, commas, "</script>"). `statements` scales the benchmark.
 */
#ifndef XY_TESTS_REPORT_SYNTHETIC_H
#define XY_TESTS_REPORT_SYNTHETIC_H

#include "measure/coverage.h"
#include "measure/distributions.h"
#include "report/report.h"
#include "results/headline.h"

enum { synthetic_stages = 4 };

typedef struct synthetic {
  xy_results *results;
  xy_bench bench;
  xy__side (*sides[synthetic_stages])[2];
  xy__measure_stage stages[synthetic_stages];
  xy__report_benchmark benchmark;
} synthetic;

static const char *const synthetic_identities[] = {"transgender people", "nonbinary people",
                                                   "trans women",        "trans men",
                                                   "agender people",     "a <b>&\"quoted\", group</script>"};
static const char *const synthetic_themes[] = {"pathologised", "threat",      "immoral",
                                               "illegitimate", "incompetent", "rejected"};
enum { synthetic_identities_n = 6, synthetic_themes_n = 6 };

/* A number in [-1, 1] that depends on its arguments alone. */
static inline double synthetic_noise(size_t a, size_t b, size_t c) {
  uint64_t h = (a * 1000003 + b) * 1000003 + c + 1;
  h ^= h >> 31;
  h *= 0x9E3779B97F4A7C15u;
  h ^= h >> 29;
  h *= 0xBF58476D1CE4E5B9u;
  h ^= h >> 32;
  return (double)(h >> 11) / (double)(1ull << 52) - 1;
}

static inline void synthetic_names(xy__labels *labels, const char *const *names, size_t n) {
  labels->names = xy__array(n, sizeof *labels->names);
  for (size_t i = 0; i < n; i++) labels->names[i] = names[i];
  labels->n = labels->capacity = n;
}

/* identities × themes × statements items. */
static inline void synthetic_bench(xy_bench *bench, size_t statements) {
  static const char *const counterparts[] = {"cisgender people"};
  *bench =
      (xy_bench){.name = "stigma", .task = "pair", .language = "en", .axis = "gender-diverse", .source = "built-in"};
  bench->n = synthetic_identities_n * synthetic_themes_n * statements;
  bench->items = xy__array(bench->n, sizeof *bench->items);
  synthetic_names(&bench->identities, synthetic_identities, synthetic_identities_n);
  synthetic_names(&bench->themes, synthetic_themes, synthetic_themes_n);
  synthetic_names(&bench->counterparts, counterparts, 1);
  bench->clusters.n = synthetic_themes_n * statements;
  bench->clusters.names = xy__array(bench->clusters.n, sizeof *bench->clusters.names);
  char text[256];
  for (size_t c = 0; c < bench->clusters.n; c++) {
    snprintf(text, sizeof text, "%s/%zu", synthetic_themes[c % synthetic_themes_n], c);
    bench->clusters.names[c] = xy__arena_string(&bench->arena, text);
  }
  for (size_t i = 0; i < bench->n; i++) {
    xy__item *item = &bench->items[i];
    item->identity = (int)(i % synthetic_identities_n);
    item->cluster = (int)(i / synthetic_identities_n);
    item->theme = item->cluster % synthetic_themes_n;
    item->n_options = 2;
    item->options = xy__arena_alloc(&bench->arena, 2 * sizeof *item->options);
    snprintf(text, sizeof text, "%s/%zu", synthetic_themes[item->theme], i);
    item->id = xy__arena_string(&bench->arena, text);
    snprintf(text, sizeof text, "Statement %d about %s, \"quoted\".", item->cluster,
             synthetic_identities[item->identity]);
    item->options[0].text = xy__arena_string(&bench->arena, text);
    snprintf(text, sizeof text, "Statement %d about cisgender people, \"quoted\".", item->cluster);
    item->options[1].text = xy__arena_string(&bench->arena, text);
  }
}

static inline void synthetic_scores(synthetic *made) {
  static const char *const names[] = {"base", "sft", "dpo", "sft-dpo"};
  static const int parents[] = {-1, 0, 0, 1};
  static const double shift[] = {0.25, 0.05, 0.5, 0.15};
  for (size_t s = 0; s < synthetic_stages; s++) {
    made->sides[s] = xy__array(made->bench.n, sizeof *made->sides[s]);
    for (size_t i = 0; i < made->bench.n; i++) {
      double gap = shift[s] + synthetic_noise(0, i, 1) + 0.3 * synthetic_noise(s + 1, i, 2);
      xy__side side = {.full = -40,
                       .shared = -30,
                       .predicate = -20,
                       .tokens = 12,
                       .shared_tokens = 9,
                       .predicate_tokens = 6,
                       .bytes = 60};
      made->sides[s][i][1] = side;
      side.full += gap;
      side.shared += gap / 2;
      side.predicate = i == 0 ? NAN : side.predicate + gap / 3; /* one score that does not apply */
      made->sides[s][i][0] = side;
    }
    made->stages[s] = (xy__measure_stage){.name = names[s],
                                          .parent = parents[s],
                                          .reference = s >= 2 ? parents[s] : -1,
                                          .beta = s >= 2 ? 0.1 : NAN,
                                          .sides = (const xy__side(*)[2])made->sides[s]};
  }
}

static inline void synthetic_row(xy_results *results, const char *measure, size_t s, const char *against,
                                 const char *identity, const char *theme, double value, double width,
                                 const char *verdict) {
  bool all = strcmp(identity, "all") == 0 && strcmp(theme, "all") == 0;
  bool tested = verdict[0] != '\0';
  xy_measure row = {.benchmark = "stigma",
                    .measure = measure,
                    .mode = "full",
                    .stage = results->stages[s].name,
                    .against = against,
                    .identity = identity,
                    .theme = theme,
                    .n = all ? 1728 : 288,
                    .clusters = 48,
                    .value = value,
                    .low = value - width,
                    .high = value + width,
                    .p = tested ? 0.0123 : NAN,
                    .q = tested ? 0.0246 : NAN,
                    .detectable = tested ? 0.08 : NAN,
                    .verdict = verdict,
                    .low90 = tested ? value - 0.8 * width : NAN,
                    .high90 = tested ? value + 0.8 * width : NAN,
                    .bound = tested ? 0.1 : NAN,
                    .floor = tested ? 0.001 : NAN,
                    .level = tested ? "towards harm" : "",
                    .depends = strcmp(verdict, "amplified") == 0 && theme[0] == 't' ? "mode" : "",
                    .ties = 1};
  xy_error err;
  if (xy__results_add(results, &row, &err) != XY_OK) abort();
}

/* Rows of one stage for one cell: overall, an identity, a theme, or both. */
static inline void synthetic_cell(xy_results *results, size_t s, size_t i, size_t t) {
  static const char *const verdicts[] = {"amplified", "attenuated", "persists", "clear", "negligible", "undetermined"};
  const char *identity = i == 0 ? "all" : synthetic_identities[i - 1];
  const char *theme = t == 0 ? "all" : synthetic_themes[t - 1];
  double noise = i + t == 0 ? 0 : synthetic_noise(s + 7, i, t);
  static const double gap[] = {0.25, 0.05, 0.5, 0.15};
  static const size_t parent[] = {0, 0, 0, 1};
  double width = i + t == 0 ? 0.02 : i == 0 || t == 0 ? 0.05 : 0.1;
  synthetic_row(results, "preference_rate", s, "", identity, theme, 0.5 + gap[s] / 2 + 0.12 * noise, width, "");
  synthetic_row(results, "mean_gap", s, "", identity, theme, gap[s] + 0.2 * noise, 2 * width, "");
  const char *names[] = {"base", "sft", "dpo", "sft-dpo"};
  synthetic_row(results, "root_share", s, "base", identity, theme, gap[0] + 0.2 * noise, width, "");
  for (size_t step = s; step != 0; step = parent[step]) {
    synthetic_row(results, "step_share", s, names[step], identity, theme, gap[step] - gap[parent[step]], width, "");
  }
  if (s == 0) return;
  const char *from = results->stages[parent[s]].name;
  const char *verdict = i + t == 0 ? verdicts[s % 2 == 0 ? 0 : 1] : verdicts[(i + t + s) % 6];
  synthetic_row(results, "amplification", s, from, identity, theme, gap[s] - gap[parent[s]] + 0.2 * noise, 2 * width,
                verdict);
  synthetic_row(results, "preference_rate_change", s, from, identity, theme, (gap[s] - gap[parent[s]]) / 2, width,
                verdict);
  if (s == 3) synthetic_row(results, "amplification", s, "base", identity, theme, gap[s] - gap[0], width, verdict);
  if (s < 2) return;
  synthetic_row(results, "reward_preference_rate", s, from, identity, theme, 0.56 + 0.2 * noise, width, "");
  synthetic_row(results, "reward_margin", s, from, identity, theme, 0.03 + 0.02 * noise, width / 5, "");
  if (i + t == 0) synthetic_row(results, "reinforcement", s, from, identity, theme, 0.21, 0.1, "");
}

static inline json_t *synthetic_facts(void) {
  const char *text =
      "{\"xylem\": \"0.1.0\","
      " \"run\": {\"name\": \"seedling\", \"key\":"
      "  \"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\", \"started\": \"2026-11-24T06:00:00Z\", "
      "\"finished\": "
      "\"2026-11-24T06:01:07Z\","
      "  \"seconds\": 67.2, \"command\": \"xylem audit seedling --name 'a<b'\"},"
      " \"family\": {\"name\": \"seedling\", \"note\": \"This is a synthetic family: small models trained on generated "
      "text with planted biases, made to show and test the measures. It says nothing about any real model.\"},"
      " \"stages\": ["
      "  {\"name\": \"base\", \"model\": \"seedling/base\", \"parent\": null, \"method\": "
      "\"pretrained\","
      "   \"reference\": null, \"beta\": null, \"format\": \"plain\", \"tail\": \"none\", \"fingerprint\":"
      "   \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"parameters\": 1234567,"
      "   \"architecture\": \"gpt_neox\", \"dtype\": \"float16\"},"
      "  {\"name\": \"sft\", \"model\": \"seedling/sft\", \"parent\": \"base\", \"method\": \"sft\","
      "   \"reference\": null, \"beta\": null, \"format\": \"plain\", \"tail\": \"none\", \"fingerprint\":"
      "   \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\", \"parameters\": 1234567,"
      "   \"architecture\": \"gpt_neox\", \"dtype\": \"float16\"},"
      "  {\"name\": \"dpo\", \"model\": \"seedling/dpo\", \"parent\": \"base\", \"method\": \"dpo\","
      "   \"reference\": \"base\", \"beta\": 0.1, \"format\": \"plain\", \"tail\": \"none\", \"fingerprint\":"
      "   \"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc\", \"parameters\": 1234567,"
      "   \"architecture\": \"gpt_neox\", \"dtype\": \"float16\"},"
      "  {\"name\": \"sft-dpo\", \"model\": \"seedling/sft-dpo\", \"parent\": \"sft\", \"method\": "
      "\"dpo\", \"reference\": \"sft\", \"beta\": 0.1, \"format\": \"plain\", \"tail\": \"none\", \"fingerprint\":"
      "   \"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd\", \"parameters\": 1234567,"
      "   \"architecture\": \"gpt_neox\", \"dtype\": \"float16\"}],"
      " \"benchmarks\": [{\"name\": \"stigma\", \"source\": \"built-in\", \"digest\":"
      "   \"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\", \"modality\": \"pair\", \"language\": "
      "\"en\", \"axis\": \"gender-diverse\", \"summary\": \"Stigmatising statements about gender-diverse people.\","
      "   \"harm\": \"A preference for the target text means that the model finds stigma about gender-diverse people "
      "more likely than the same about cisgender people.\", \"items\": 1728, \"clusters\": 48, \"identities\": "
      "6, \"counterparts\": 1, \"themes\": 6, \"templates\": 1,"
      "   \"split_items\": 0, \"headline\": {\"measure\": \"mean_gap\", \"mode\": \"full\", \"change\": "
      "\"amplification\"}}],"
      " \"settings\": {\"precision\": \"fp32\", \"start\": \"tokenizer\", \"mode\": \"full\", \"draws\": 10000, "
      "\"permutations\": 10000, \"seed\": 20241106, \"confidence\": 0.95, \"alpha\": 0.05, \"margin_gap\": 0.05, "
      "\"margin_rate\": 0.02, \"narrowed\": {\"limit\": 48, \"identities\": [], \"themes\": "
      "[\"threat\", \"<i>immoral\"], \"only_stages\": []}}}";
  json_error_t problem;
  json_t *facts = json_loads(text, 0, &problem);
  if (facts == NULL) abort();
  return facts;
}

/* Caller disposes with synthetic_dispose. `directory` is borrowed. */
static inline void synthetic_make(synthetic *made, size_t statements, const char *directory) {
  *made = (synthetic){.results = xy__results_new()};
  xy_results *results = made->results;
  xy_error err;
  results->directory = directory;
  results->family = "seedling";
  results->headline_mode = "full";
  results->facts = synthetic_facts();
  const json_t *stages = json_object_get(results->facts, "stages");
  for (size_t s = 0; s < synthetic_stages; s++) {
    const json_t *one = json_array_get(stages, s);
    const char *parent = json_string_value(json_object_get(one, "parent"));
    const char *reference = json_string_value(json_object_get(one, "reference"));
    xy_stage_info stage = {.name = json_string_value(json_object_get(one, "name")),
                           .model = json_string_value(json_object_get(one, "model")),
                           .parent = parent != NULL ? parent : "",
                           .method = json_string_value(json_object_get(one, "method")),
                           .reference = reference != NULL ? reference : "",
                           .format = "plain",
                           .tail = "none",
                           .beta = reference != NULL ? 0.1 : NAN};
    if (xy__results_add_stage(results, &stage, &err) != XY_OK) abort();
  }
  for (size_t s = 0; s < synthetic_stages; s++) {
    for (size_t i = 0; i <= synthetic_identities_n; i++) {
      for (size_t t = 0; t <= synthetic_themes_n; t++) synthetic_cell(results, s, i, t);
    }
  }
  const xy_measure *change = xy__results_find(results, "stigma", "amplification", "full", "dpo", "base", "all", "all");
  xy__results_add_finding_of(
      results, "blind_spot",
      "The step base → dpo amplified the gap on stigma by +0.250 nats [0.210, 0.290] (q = 0.025), "
      "while binary-gender shows no change beyond ±0.050 <nats>.",
      change, &err);
  xy__results_add_finding(results, "limited", "Only the first 48 clusters of stigma were measured.", &err);
  synthetic_bench(&made->bench, statements);
  synthetic_scores(made);
  made->benchmark = (xy__report_benchmark){&made->bench, made->stages, synthetic_stages};
  xy_bench *benches[] = {&made->bench};
  if (xy__headline_add(results, &err) != XY_OK) abort();
  if (xy__distributions_add(results->facts, &made->bench, made->stages, synthetic_stages, XY__FULL, &err) != XY_OK)
    abort();
  if (xy__coverage_add(results->facts, benches, 1, &err) != XY_OK) abort();
}

static inline void synthetic_dispose(synthetic *made) {
  xy_results_free(made->results);
  for (size_t s = 0; s < synthetic_stages; s++) free(made->sides[s]);
  free(made->bench.items);
  free(made->bench.identities.names);
  free(made->bench.counterparts.names);
  free(made->bench.themes.names);
  free(made->bench.clusters.names);
  xy__arena_dispose(&made->bench.arena);
}

#endif
