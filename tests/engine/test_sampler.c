/* Next tokens: what is left of given logits, the noise's words, and that draws have the distribution they should. */
#include <Random123/philox.h>

#include "draws.h"
#include "engine/decode/sampler.h"
#include "reference.h"

static xy__sampler make(const xy__kernels *kernels, const xy_decoding *decoding, int64_t V) {
  xy__sampler s;
  xy_error err = {0};
  assert_ok(xy__sampler_make(&s, kernels, decoding, V, &err), err);
  return s;
}

/* ---- filters --------------------------------------------------------------------------------------------- */

/* Which of equally likely tokens top-p drops first is an unstable sort's choice in Transformers: those may differ. */
static void check_case(const float *logits, int64_t V, const xy__written *written, const json_t *one, size_t *n) {
  const json_t *settings = json_object_get(one, "settings");
  xy_decoding d = XY_DECODING_INIT;
  d.temperature = json_number_value(json_object_get(settings, "temperature"));
  d.top_k = (int)json_integer_value(json_object_get(settings, "top_k"));
  d.top_p = json_number_value(json_object_get(settings, "top_p"));
  d.min_p = json_number_value(json_object_get(settings, "min_p"));
  d.repetition_penalty = json_number_value(json_object_get(settings, "repetition_penalty"));
  xy__sampler s = make(xy__kernels_best(), &d, V);
  xy__sampler_filter(&s, logits, written);
  const json_t *kept = json_object_get(one, "kept");
  if (!json_is_true(json_object_get(one, "fragile"))) {
    assert_int_equal(s.n, json_array_size(kept));
    for (int64_t i = 0; i < s.n; i++) {
      size_t at = 0;
      while (at < json_array_size(kept) && json_integer_value(json_array_get(kept, at)) != s.kept[i].id) at++;
      if (at == json_array_size(kept)) { /* ties with the least likely one that is kept there */
        assert_true(d.top_p < 1 && s.kept[i].logit == s.kept[s.n - 1].logit);
        at--;
      }
      assert_near(s.kept[i].prob, json_number_value(json_array_get(json_object_get(one, "probs"), at)), 1e-6, 0);
    }
    *n += 1;
  }
  xy__sampler_dispose(&s);
}

static void filters_leave_what_transformers_leaves(void **state) {
  (void)state;
  json_t *rows = reference_rows(shared_path("golden/generation/filter_logits.jsonl"));
  size_t i;
  size_t n = 0;
  json_t *row;
  json_array_foreach(rows, i, row) {
    const json_t *values = json_object_get(row, "logits");
    const json_t *seen = json_object_get(row, "seen");
    float *logits = xy__array(json_array_size(values), sizeof *logits);
    int32_t *ids = xy__array(json_array_size(seen), sizeof *ids);
    for (size_t v = 0; v < json_array_size(values); v++) {
      logits[v] = (float)json_number_value(json_array_get(values, v));
    }
    for (size_t v = 0; v < json_array_size(seen); v++) ids[v] = (int32_t)json_integer_value(json_array_get(seen, v));
    xy__written written = {.prompt = ids, .n_prompt = (int32_t)json_array_size(seen)};
    size_t c;
    json_t *one;
    json_array_foreach(json_object_get(row, "cases"), c, one) {
      check_case(logits, (int64_t)json_array_size(values), &written, one, &n);
    }
    free(logits);
    free(ids);
  }
  print_message("# %zu cases\n", n);
  assert_true(n > 1000);
  json_decref(rows);
}

/* A vocabulary of real size: the search from the top finds what sorting everything finds. */
static void a_large_vocabulary_is_filtered_alike(void **state) {
  (void)state;
  enum { V = 50257 };
  float *logits = draws(11, V, 6);
  const xy__written nothing = {0};
  static const struct {
    int top_k;
    double top_p, min_p;
  } cases[] = {{50, 1, 0}, {0, 0.9, 0}, {0, 0.999, 0}, {0, 1, 0.1}, {400, 0.95, 0.02}, {50257, 0.3, 0}, {1, 1, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    xy_decoding d = XY_DECODING_INIT;
    d.top_k = cases[i].top_k;
    d.top_p = cases[i].top_p;
    d.min_p = cases[i].min_p;
    xy__sampler s = make(xy__kernels_best(), &d, V);
    xy__sampler_filter(&s, logits, &nothing);
    double all = 0;
    for (int64_t k = 0; k < s.n; k++) {
      all += s.kept[k].prob;
      if (k > 0) assert_true(s.kept[k].prob <= s.kept[k - 1].prob);
    }
    assert_near(all, 1, 1e-9, 0);
    int64_t above = 0; /* tokens that are likelier than the last kept one are all kept */
    for (int64_t v = 0; v < V; v++) above += logits[v] > s.kept[s.n - 1].logit;
    assert_true(above <= s.n - 1);
    if (d.top_k == 50) assert_int_equal(s.n, 50);
    if (d.top_k == 1) assert_int_equal(s.n, 1);
    if (d.top_p < 1 && (d.top_k == 0 || d.top_k == V)) { /* the least set with mass p */
      double sum = 0;
      double kept = 0;
      for (int64_t v = 0; v < V; v++) sum += exp((double)logits[v]);
      for (int64_t k = 0; k < s.n; k++) kept += exp((double)s.kept[k].logit);
      double last = exp((double)s.kept[s.n - 1].logit);
      assert_true(kept >= d.top_p * sum * (1 - 1e-6));
      assert_true(kept - last < d.top_p * sum * (1 + 1e-6));
    }
    xy__sampler_dispose(&s);
  }
  free(logits);
}

/* Each rule by itself, on logits that are easily told apart. */
static void penalties_and_bans_are_what_they_are_called(void **state) {
  (void)state;
  const float logits[] = {4, 3, 2, 1, -1};
  const int32_t prompt[] = {1, 4, 1};
  const int32_t ids[] = {2, 1};
  const int32_t ends[] = {0, 3};
  const xy__written written = {prompt, ids, 3, 2};
  xy_decoding d = XY_DECODING_INIT;
  d.repetition_penalty = 2; /* once for each id, however often it is there */
  xy__sampler s = make(xy__kernels_best(), &d, 5);
  xy__sampler_filter(&s, logits, &written);
  float got[5] = {0};
  for (int64_t i = 0; i < s.n; i++) got[s.kept[i].id] = s.kept[i].logit;
  const float penalised[] = {4, 1.5F, 1, 1, -2};
  assert_memory_equal(got, penalised, sizeof got);
  d = (xy_decoding)XY_DECODING_INIT;
  d.no_repeat_ngram = 2; /* 1 was followed by 4 and by 2 */
  xy__sampler_filter(&s, logits, &written);
  assert_int_equal(s.n, 3);
  for (int64_t i = 0; i < s.n; i++) assert_true(s.kept[i].id != 4 && s.kept[i].id != 2);
  d.no_repeat_ngram = 1;
  xy__sampler_filter(&s, logits, &written);
  assert_int_equal(s.n, 2); /* 0 and 3 were never there */
  d.min_new = 3;
  d.ends = ends;
  d.n_ends = 2;
  xy__sampler_filter(&s, logits, &written);
  assert_int_equal(s.n, 0); /* and may not end yet */
  xy__token token;
  xy__noise noise = {1, 0, 2};
  xy__sampler_draw(&token, &s, logits, &written, &noise, 1);
  assert_int_equal(token.id, -1);
  xy__sampler_dispose(&s);
}

/* ---- noise ----------------------------------------------------------------------------------------------- */

static void words_are_random123s_on_every_processor(void **state) {
  (void)state;
  enum { V = 1000 };
  const xy__noise noise = {0x123456789ABCDEFu, 7, 11};
  uint32_t expected[V];
  for (uint32_t id = 0; id < V; id++) {
    philox4x32_ctr_t counter = {{id / 64 * 16 + id % 16, noise.position, noise.sample, 0}};
    philox4x32_key_t key = {{0x89ABCDEFu, 0x1234567u}};
    expected[id] = philox4x32(counter, key).v[id / 16 % 4];
    assert_int_equal(xy__noise_word(&noise, (int32_t)id), expected[id]);
  }
  for (size_t i = 0; xy__kernels_at(i) != NULL; i++) {
    for (int64_t n = V - 70; n <= V; n++) {
      uint32_t words[V] = {0};
      xy__kernels_at(i)->noise(words, n, &noise);
      assert_memory_equal(words, expected, (size_t)n * sizeof *words);
    }
  }
}

/* The race against the largest sum in double arithmetic. */
static void the_largest_sum_wins_on_every_processor(void **state) {
  (void)state;
  enum { V = 777 };
  for (uint64_t seed = 1; seed <= 300; seed++) {
    float *logits = draws(seed, V, seed % 3 == 0 ? 0.1F : 20);
    logits[seed % V] = -INFINITY;
    uint32_t words[V];
    xy__noise noise = {seed, 0, 0};
    xy__kernels_best()->noise(words, V, &noise);
    int32_t best = -1;
    int32_t start = 0;
    double most = -INFINITY;
    for (int32_t v = 0; v < V; v++) {
      double value = (double)logits[v] + xy__gumbel(words[v]);
      if (logits[v] > logits[start]) start = v;
      if (best >= 0 && value <= most) continue;
      most = value;
      best = v;
    }
    for (size_t i = 0; xy__kernels_at(i) != NULL; i++) {
      assert_int_equal(xy__kernels_at(i)->race(logits, words, V, logits[start], start), best);
    }
    free(logits);
  }
}

/* ---- draws ----------------------------------------------------------------------------------------------- */

/* Pearson's statistic of 20,000 draws against the probabilities that the filters leave. */
static void check_distribution(const xy_decoding *d, const float *logits, int64_t V) {
  enum { DRAWS = 20000, MOST = 64 };
  const xy__written nothing = {0};
  xy__sampler s = make(xy__kernels_best(), d, V);
  int64_t counts[MOST] = {0};
  for (uint32_t i = 0; i < DRAWS; i++) {
    xy__token token;
    xy__noise noise = {0xC0FFEE + i / 100, i % 100, 3};
    xy__sampler_draw(&token, &s, logits, &nothing, &noise, 1);
    counts[token.id]++;
  }
  xy__sampler_filter(&s, logits, &nothing);
  double statistic = 0;
  double expected_rest = 0;
  int64_t cells = 0;
  int64_t rest = DRAWS;
  for (int64_t i = 0; i < s.n; i++) {
    double expected = s.kept[i].prob * DRAWS;
    if (expected < 10) {
      expected_rest += expected;
      continue;
    }
    double difference = (double)counts[s.kept[i].id] - expected;
    statistic += difference * difference / expected;
    rest -= counts[s.kept[i].id];
    cells++;
  }
  if (expected_rest >= 10) {
    statistic += ((double)rest - expected_rest) * ((double)rest - expected_rest) / expected_rest;
    cells++;
  }
  double freedom = (double)cells - 1;
  double normal = (cbrt(statistic / freedom) - 1 + 2 / (9 * freedom)) / sqrt(2 / (9 * freedom)); /* Wilson-Hilferty */
  print_message("# chi-square %.1f of %g degrees of freedom: z = %.2f\n", statistic, freedom, normal);
  assert_true(normal < 3.1);        /* p = 0.001 */
  for (int64_t v = 0; v < V; v++) { /* nothing else ever comes */
    int64_t i = 0;
    while (i < s.n && s.kept[i].id != v) i++;
    if (i == s.n) assert_int_equal(counts[v], 0);
  }
  xy__sampler_dispose(&s);
}

static void draws_have_the_distribution_that_the_filters_leave(void **state) {
  (void)state;
  enum { V = 60 };
  float *logits = draws(4, V, 3);
  xy_decoding d = XY_DECODING_INIT;
  check_distribution(&d, logits, V);
  d.temperature = 0.6;
  check_distribution(&d, logits, V);
  d.top_p = 0.8;
  check_distribution(&d, logits, V);
  d.top_k = 8;
  check_distribution(&d, logits, V);
  free(logits);
}

/* Stages that differ little say the same more often than by chance: they share their noise. */
static void the_same_noise_couples_what_is_drawn(void **state) {
  (void)state;
  enum { V = 60, DRAWS = 2000 };
  float *logits = draws(4, V, 2);
  float *other = draws(5, V, 0.2F);
  for (int v = 0; v < V; v++) other[v] += logits[v];
  xy_decoding d = XY_DECODING_INIT;
  const xy__written nothing = {0};
  xy__sampler s = make(xy__kernels_best(), &d, V);
  int coupled = 0;
  int apart = 0;
  for (uint32_t i = 0; i < DRAWS; i++) {
    xy__token a, b, c;
    xy__noise noise = {77, i, 0};
    xy__noise another = {78, i, 0};
    xy__sampler_draw(&a, &s, logits, &nothing, &noise, 1);
    xy__sampler_draw(&b, &s, other, &nothing, &noise, 1);
    xy__sampler_draw(&c, &s, other, &nothing, &another, 1);
    coupled += a.id == b.id;
    apart += a.id == c.id;
  }
  print_message("# equal tokens: %d of %d with shared noise, %d without\n", coupled, DRAWS, apart);
  assert_true(coupled > DRAWS * 8 / 10 && apart < DRAWS * 2 / 10);
  xy__sampler_dispose(&s);
  free(logits);
  free(other);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(filters_leave_what_transformers_leaves),
                                     cmocka_unit_test(a_large_vocabulary_is_filtered_alike),
                                     cmocka_unit_test(penalties_and_bans_are_what_they_are_called),
                                     cmocka_unit_test(words_are_random123s_on_every_processor),
                                     cmocka_unit_test(the_largest_sum_wins_on_every_processor),
                                     cmocka_unit_test(draws_have_the_distribution_that_the_filters_leave),
                                     cmocka_unit_test(the_same_noise_couples_what_is_drawn)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
