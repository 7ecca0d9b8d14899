/* What engine.h promises: right values however the work is cut, and clear refusals. */
#include "engine/engine.h"

#include "base/memory.h"
#include "golden.h"
#include "model/naive.h"
#include "random_model.h"
#include "sample.h"
#include "support.h"

enum { longest = 50, most = 200 };

static const xy__engine_options plain = {0};

static void assert_same(const float *a, const float *b, size_t n, double tolerance) {
  double largest = distance(a, b, n, NULL);
  if (!(largest <= tolerance)) fail_msg("differ by %g, more than %g", largest, tolerance);
}

/* ---- values ---------------------------------------------------------------------------------------------- */

static void check_naive(kind k) {
  sample s;
  random_model m;
  random_model_make(&m, k, 7);
  sample_make(&s, 21, 40, longest, m.model.config.V);
  float *fp32 = sample_score(&s, &m.model, &plain);
  float *bf16 = sample_score(&s, &m.model, &(xy__engine_options){.precision = XY_BF16});
  double mean;
  double bf16_largest = distance(fp32, bf16, s.offset[s.n], &mean);
  double worst = 0;
  for (size_t i = 0; i < s.n; i += 4) {
    double expected[longest];
    naive_logprobs(expected, &m.model, s.sequences[i].ids, s.sequences[i].n);
    for (int32_t t = s.sequences[i].first; t < s.sequences[i].n; t++) {
      double got = (double)fp32[s.offset[i] + (size_t)(t - s.sequences[i].first)];
      double d = fabs(got - expected[t - 1]);
      assert_true(isfinite(d));
      if (d > worst) worst = d;
    }
  }
  print_message("# kind %d: fp32 within %.3g of double, bf16 within %.3g (mean %.3g) of fp32\n", (int)k, worst,
                bf16_largest, mean);
  assert_true(worst < 5e-5);
  assert_true(bf16_largest < 0.5 && mean < 0.1);
  free(fp32);
  free(bf16);
  sample_dispose(&s);
  xy__arena_dispose(&m.arena);
}

static void wide_models_agree_with_a_naive_pass(void **state) {
  (void)state;
  for (int k = 0; k < KINDS; k++) check_naive((kind)k);
}

/* All V tokens after one context: their probabilities sum to one, and `greedy` marks the largest, lowest id first. */
static void greedy_is_the_first_most_probable_token(void **state) {
  (void)state;
  random_model m;
  random_model_make(&m, NEOX, 3);
  int64_t V = m.model.config.V;
  int64_t D = m.model.config.D;
  xy_error err = {0};
  int32_t(*ids)[3] = xy__array((size_t)V, sizeof *ids);
  xy__sequence *sequences = xy__array((size_t)V, sizeof *sequences);
  size_t *offset = xy__array((size_t)V + 1, sizeof *offset);
  float *logprob = xy__array((size_t)V, sizeof *logprob);
  unsigned char *greedy = xy__array((size_t)V, 1);
  for (int round = 0; round < 2; round++) {
    for (int32_t v = 0; v < V; v++) {
      ids[v][0] = 5;
      ids[v][1] = 9;
      ids[v][2] = v;
      sequences[v] = (xy__sequence){.ids = ids[v], .n = 3, .first = 2};
    }
    xy__engine_offsets(offset, sequences, (size_t)V);
    assert_ok(xy__engine_score(logprob, greedy, offset, &m.model, sequences, (size_t)V, &plain, &err), err);
    double sum = 0;
    int32_t best = 0;
    int32_t marked = -1;
    for (int32_t v = 0; v < V; v++) {
      sum += exp((double)logprob[v]);
      if (logprob[v] > logprob[best]) best = v;
      if (greedy[v]) {
        assert_int_equal(marked, -1);
        marked = v;
      }
    }
    assert_near(sum, 1, 1e-5, 0);
    assert_int_equal(marked, best);
    if (round == 1) assert_int_equal(best, 3);
    /* The best token's row again, at a higher and at a lower id, in other panels: three equal logits. */
    float *head = (float *)(uintptr_t)m.model.head->data;
    for (int32_t v = 3; v < V; v += (int32_t)V - 5) {
      if (round == 0) memcpy(head + v * D, head + best * D, (size_t)D * sizeof *head);
    }
  }
  free(ids);
  free(sequences);
  free(offset);
  free(logprob);
  free(greedy);
  xy__arena_dispose(&m.arena);
}

/* ---- how work is cut ------------------------------------------------------------------------------------- */

/* That a value has the same bits in all walks is test_rows.c's; short calls multiply in another order. */
static void short_calls_and_walks_agree(void **state) {
  (void)state;
  for (int k = 0; k < KINDS; k++) {
    random_model m;
    sample s;
    random_model_make(&m, (kind)k, 11);
    sample_make(&s, 5, most, longest, 300);
    float *base = sample_score(&s, &m.model, &plain);
    for (size_t i = 0; i < s.n; i += 17) {
      size_t offset[] = {0, s.offset[i + 1] - s.offset[i]};
      sample one = {.sequences = &s.sequences[i], .offset = offset, .n = 1};
      float *values = sample_score(&one, &m.model, &plain);
      assert_same(values, base + s.offset[i], offset[1], 1e-5);
      free(values);
    }
    free(base);
    sample_dispose(&s);
    xy__arena_dispose(&m.arena);
  }
}

static void a_small_budget_makes_more_walks(void **state) {
  (void)state;
  random_model m;
  sample s;
  xy_error err = {0};
  xy__engine_plan p;
  random_model_make(&m, LLAMA, 11);
  sample_make(&s, 5, most, longest, 300);
  xy__engine_options small = {.threads = 2};
  small.memory = sample_least_memory(&s, &m.model, small);
  assert_ok(xy__engine_plan_make(&p, &m.model, s.sequences, s.n, &small, &err), err);
  assert_true(p.walks > 3);
  assert_true(p.memory <= small.memory);
  sample_dispose(&s);
  xy__arena_dispose(&m.arena);
}

static void equal_sequences_get_equal_values(void **state) {
  (void)state;
  random_model m;
  random_model_make(&m, LLAMA, 2);
  const int32_t ids[] = {4, 8, 15, 16, 23, 42};
  xy__sequence sequences[] = {
      {ids, 6, 1, NULL}, {ids, 4, 3, NULL}, {ids, 6, 1, NULL}, {ids, 6, 5, NULL}, {ids, 2, 1, NULL}};
  size_t offset[6];
  float values[32];
  xy_error err = {0};
  xy__engine_offsets(offset, sequences, 5);
  assert_int_equal(offset[5], 5 + 1 + 5 + 1 + 1);
  assert_ok(xy__engine_score(values, NULL, offset, &m.model, sequences, 5, &plain, &err), err);
  for (size_t t = 0; t < 5; t++) assert_true(values[offset[2] + t] == values[t]);
  assert_true(values[offset[1]] == values[2]);
  assert_true(values[offset[3]] == values[4]);
  assert_true(values[offset[4]] == values[0]);
  xy__arena_dispose(&m.arena);
}

static void the_longest_sequence_fits_and_a_longer_one_is_refused(void **state) {
  (void)state;
  for (int k = 0; k < KINDS; k++) {
    random_model m;
    random_model_make(&m, (kind)k, 4);
    int32_t ids[161];
    double expected[161];
    float values[161];
    size_t offset[2];
    xy_error err = {0};
    for (int t = 0; t < 161; t++) ids[t] = t * 37 % 9001;
    xy__sequence s = {ids, 160, 1, "file:7"};
    xy__engine_offsets(offset, &s, 1);
    assert_ok(xy__engine_score(values, NULL, offset, &m.model, &s, 1, &plain, &err), err);
    naive_logprobs(expected, &m.model, ids, 160);
    for (int t = 0; t < 159; t++) assert_near((double)values[t], expected[t], 5e-5, 0);
    s.n = 161;
    assert_fails(xy__engine_score(values, NULL, offset, &m.model, &s, 1, &plain, &err), XY_ERR_ARGUMENT, err,
                 "file:7: expected at most 160 tokens (the context of memory), found 161");
    xy__arena_dispose(&m.arena);
  }
}

/* ---- progress -------------------------------------------------------------------------------------------- */

typedef struct log {
  int64_t walk, walks, layers;
  double share;
  size_t calls, finished;
  size_t cancel_at; /* progress call that cancels; 0: none */
  unsigned char done[most];
} log_of_calls;

static int note_progress(int64_t walk, int64_t walks, int64_t layer, int64_t layers, double share, void *user) {
  log_of_calls *l = user;
  assert_true(walk >= 1 && walk <= walks && layer >= 1 && layer <= layers);
  assert_true(walk >= l->walk && share >= l->share && share <= 1);
  l->walk = walk;
  l->walks = walks;
  l->layers = layers;
  l->share = share;
  return ++l->calls == l->cancel_at;
}

static int note_done(const size_t *sequences, size_t n, void *user) {
  log_of_calls *l = user;
  for (size_t i = 0; i < n; i++) assert_int_equal(l->done[sequences[i]]++, 0);
  l->finished += n;
  return 0;
}

static void progress_rises_and_every_sequence_is_done_once(void **state) {
  (void)state;
  sample s;
  random_model m;
  random_model_make(&m, NEOX, 1);
  sample_make(&s, 9, most, longest, 100);
  log_of_calls l = {0};
  xy__engine_options options = {.threads = 1, .progress = note_progress, .done = note_done, .user = &l};
  options.memory = sample_least_memory(&s, &m.model, options);
  float *values = sample_score(&s, &m.model, &options);
  assert_true(l.walks > 1);
  assert_int_equal(l.walk, l.walks);
  assert_near(l.share, 1, 1e-9, 0);
  assert_int_equal(l.finished, most);
  free(values);
  l = (log_of_calls){.cancel_at = 5};
  values = xy__array(s.offset[s.n], sizeof *values);
  xy_error err = {0};
  assert_fails(xy__engine_score(values, NULL, s.offset, &m.model, s.sequences, s.n, &options, &err), XY_ERR_CANCELLED,
               err, "cancelled");
  assert_int_equal(l.calls, 5);
  free(values);
  sample_dispose(&s);
  xy__arena_dispose(&m.arena);
}

static void a_plan_says_what_will_happen(void **state) {
  (void)state;
  random_model m;
  random_model_make(&m, NEOX, 1);
  const int32_t a[] = {1, 2, 3};
  const int32_t b[] = {1, 2, 4, 5};
  xy__sequence sequences[] = {{a, 3, 1, NULL}, {b, 4, 1, NULL}};
  xy_error err = {0};
  xy__engine_plan p;
  assert_ok(xy__engine_plan_make(&p, &m.model, sequences, 2, &plain, &err), err);
  const xy__config *c = &m.model.config;
  assert_int_equal(p.tokens, 7);
  assert_int_equal(p.nodes, 5);
  assert_int_equal(p.computed, 3);
  assert_int_equal(p.walks, 1);
  double layer = (double)(4 * c->D * c->D + 2 * c->D * c->F) * 3 * 2;
  double attention = 4.0 * (1 + 2 + 3) * (double)c->D;
  assert_near(p.flops, (double)c->L * (layer + attention) + 2.0 * 3 * (double)(c->V * c->D), 0, 1e-9);
  assert_true(p.memory > 0 && p.weight_bytes > c->L * 4 * (4 * c->D * c->D + 2 * c->D * c->F));
  assert_ok(xy__engine_plan_make(&p, &m.model, NULL, 0, &plain, &err), err);
  assert_int_equal(p.computed, 0);
  double rate = 0;
  assert_ok(xy__engine_rate(&rate, &m.model, &plain, &err), err);
  assert_true(rate > 1e6 && isfinite(rate));
  xy__arena_dispose(&m.arena);
}

/* ---- refusals -------------------------------------------------------------------------------------------- */

static void refuse(const xy_model *model, const xy__sequence *s, const xy__engine_options *options, int code,
                   const char *part) {
  float values[longest];
  unsigned char greedy[longest];
  size_t offset[2] = {0, 1};
  xy_error err = {0};
  assert_fails(xy__engine_score(values, greedy, offset, model, s, 1, options, &err), code, err, part);
}

static void bad_calls_are_refused(void **state) {
  (void)state;
  random_model m;
  random_model_make(&m, NEOX, 1);
  const int32_t ids[] = {1, 2, 9001};
  const int32_t negative[] = {1, -2, 3};
  refuse(&m.model, &(xy__sequence){ids, 3, 1, "a.jsonl:4"}, &plain, XY_ERR_ARGUMENT,
         "a.jsonl:4: token 3: expected an id below 9001 (the vocabulary of memory), found 9001");
  refuse(&m.model, &(xy__sequence){negative, 3, 1, NULL}, &plain, XY_ERR_ARGUMENT,
         "sequence 1: token 2: expected an id below 9001 (the vocabulary of memory), found -2");
  refuse(&m.model, &(xy__sequence){ids, 2, 0, NULL}, &plain, XY_ERR_ARGUMENT, "expected 1 <= first < tokens");
  refuse(&m.model, &(xy__sequence){ids, 2, 2, NULL}, &plain, XY_ERR_ARGUMENT, "found first 2 of 2 tokens");
  xy__sequence good = {ids, 2, 1, "b"};
  refuse(&m.model, &good, &(xy__engine_options){.precision = (xy_precision)7}, XY_ERR_ARGUMENT, "precision");
  refuse(&m.model, &good, &(xy__engine_options){.threads = -1}, XY_ERR_ARGUMENT, "threads");
  refuse(&m.model, &good, &(xy__engine_options){.memory = -1}, XY_ERR_ARGUMENT, "memory");
  refuse(&m.model, &good, &(xy__engine_options){.memory = 1000}, XY_ERR_MEMORY,
         "memory: expected a memory budget of at least");
  xy__arena_dispose(&m.arena);
}

/* Both as they are packed (GPT-2's layout always is) and as short calls read them. */
static void weights_that_are_not_finite_are_named(void **state) {
  (void)state;
  const int32_t ids[] = {1, 2, 3};
  xy__sequence s = {ids, 3, 1, NULL};
  for (int place = 0; place < 12; place++) {
    for (int precision = XY_FP32; precision <= XY_BF16; precision++) {
      random_model m;
      random_model_make(&m, place < 6 ? GPT2 : NEOX, 1);
      const xy__block *b = &m.model.blocks[1];
      const xy__tensor *tensors[] = {m.model.embedding,  b->qkv.weight[0],  b->down.bias[0],
                                     b->norm_mlp.weight, m.model.positions, m.model.head};
      const xy__tensor *tensor = tensors[place % 6];
      if (tensor == NULL) tensor = b->up.weight[0]; /* no learned positions */
      ((float *)(uintptr_t)tensor->data)[48 + 7 % tensor->shape[0]] = place % 2 == 0 ? NAN : INFINITY;
      if (tensor->rank == 1) ((float *)(uintptr_t)tensor->data)[7] = NAN;
      char part[128];
      snprintf(part, sizeof part, "memory: tensor %s: expected finite values", tensor->name);
      refuse(&m.model, &s, &(xy__engine_options){.precision = (xy_precision)precision}, XY_ERR_NUMERIC, part);
      xy__arena_dispose(&m.arena);
    }
  }
}

/* Finite weights whose products overflow. */
static void scores_that_are_not_finite_are_refused(void **state) {
  (void)state;
  const int32_t ids[] = {1, 2, 3};
  random_model m;
  random_model_make(&m, LLAMA, 1);
  float *head = (float *)(uintptr_t)m.model.head->data;
  for (int64_t i = 0; i < m.model.config.V * m.model.config.D; i++) head[i] *= 3e38F;
  refuse(&m.model, &(xy__sequence){ids, 3, 1, "c.csv:2"}, &plain, XY_ERR_NUMERIC,
         "c.csv:2: token 2: expected a finite");
  xy__arena_dispose(&m.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(wide_models_agree_with_a_naive_pass),
      cmocka_unit_test(greedy_is_the_first_most_probable_token),
      cmocka_unit_test(short_calls_and_walks_agree),
      cmocka_unit_test(a_small_budget_makes_more_walks),
      cmocka_unit_test(equal_sequences_get_equal_values),
      cmocka_unit_test(the_longest_sequence_fits_and_a_longer_one_is_refused),
      cmocka_unit_test(progress_rises_and_every_sequence_is_done_once),
      cmocka_unit_test(a_plan_says_what_will_happen),
      cmocka_unit_test(bad_calls_are_refused),
      cmocka_unit_test(weights_that_are_not_finite_are_named),
      cmocka_unit_test(scores_that_are_not_finite_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
