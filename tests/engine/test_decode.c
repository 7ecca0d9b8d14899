/* Continuations: Transformers' greedy ones and what its filters leave, the same text whatever grows beside it, and the
 * errors of a call. */
#include "continued.h"
#include "engine/engine.h"
#include "golden.h"
#include "random_model.h"
#include "reference.h"
#include "sample.h"

/* ---- Transformers ---------------------------------------------------------------------------------------- */

static const char *const models[] = {"gpt_neox", "gpt2", "llama", "mistral_window"};

static int32_t *ids_of(const json_t *array, int32_t *n) {
  *n = (int32_t)json_array_size(array);
  int32_t *ids = xy__array((size_t)*n + 1, sizeof *ids);
  for (int32_t i = 0; i < *n; i++) ids[i] = (int32_t)json_integer_value(json_array_get(array, (size_t)i));
  return ids;
}

/* Settings under Transformers' names; *ends is freed by the caller. */
static xy_decoding settings_of(const json_t *settings, int32_t **ends) {
  xy_decoding d = XY_DECODING_INIT;
  const char *key;
  json_t *value;
  *ends = NULL;
  json_object_foreach((json_t *)settings, key, value) {
    double number = json_number_value(value);
    if (strcmp(key, "eos_token_id") == 0) {
      json_t *list = json_is_array(value) ? json_incref(value) : json_pack("[O]", value);
      int32_t n;
      *ends = ids_of(list, &n);
      d.ends = *ends;
      d.n_ends = (size_t)n;
      json_decref(list);
    } else if (strcmp(key, "max_new_tokens") == 0) {
      d.max_new = (int)number;
    } else if (strcmp(key, "min_new_tokens") == 0) {
      d.min_new = (int)number;
    } else if (strcmp(key, "no_repeat_ngram_size") == 0) {
      d.no_repeat_ngram = (int)number;
    } else if (strcmp(key, "repetition_penalty") == 0) {
      d.repetition_penalty = number;
    } else if (strcmp(key, "temperature") == 0) {
      d.temperature = number;
    } else if (strcmp(key, "top_k") == 0) {
      d.top_k = (int)number;
    } else if (strcmp(key, "top_p") == 0) {
      d.top_p = number;
    } else if (strcmp(key, "min_p") == 0) {
      d.min_p = number;
    } else {
      fail_msg("an unknown setting, %s", key);
    }
  }
  return d;
}

static void check_greedy(const xy_model *model, const char *name, const json_t *rows, const char *setting,
                         const json_t *settings) {
  int32_t *ends;
  xy_decoding decoding = settings_of(settings, &ends);
  decoding.greedy = true;
  size_t n = 0;
  xy__prompt prompts[200];
  const json_t *expected[200];
  size_t i;
  json_t *row;
  json_array_foreach((json_t *)rows, i, row) {
    if (strcmp(json_string_value(json_object_get(row, "model")), name) != 0 ||
        strcmp(json_string_value(json_object_get(row, "setting")), setting) != 0) {
      continue;
    }
    prompts[n] = (xy__prompt){0};
    prompts[n].ids = ids_of(json_object_get(row, "prompt"), &prompts[n].n);
    expected[n++] = row;
  }
  assert_true(n > 0);
  xy__decode_options options = {.decoding = &decoding};
  continued *texts = continue_all(model, prompts, n, &options);
  for (i = 0; i < n; i++) {
    if (!json_is_true(json_object_get(expected[i], "fragile"))) {
      int32_t length;
      int32_t *ids = ids_of(json_object_get(expected[i], "ids"), &length);
      if (texts[i].n != length || memcmp(texts[i].ids, ids, (size_t)length * sizeof *ids) != 0) {
        fail_msg("%s, %s: prompt %zu goes on in another way", name, setting, i);
      }
      free(ids);
    }
    free((int32_t *)prompts[i].ids);
  }
  free(texts);
  free(ends);
}

static void greedy_continuations_are_transformers(void **state) {
  (void)state;
  json_t *rows = reference_rows(shared_path("golden/generation/greedy.jsonl"));
  json_t *settings = reference_json(shared_path("golden/generation/settings.json"));
  for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
    xy_model *model = reference_model(models[m]);
    const char *setting;
    json_t *value;
    json_object_foreach(json_object_get(settings, models[m]), setting, value) {
      check_greedy(model, models[m], rows, setting, value);
    }
    xy_model_free(model);
  }
  json_decref(rows);
  json_decref(settings);
}

static int check_kept(void *user, size_t prompt, const xy__choice *kept, int64_t n, xy_error *err) {
  (void)err;
  const json_t *row = user;
  const json_t *ids = json_object_get(row, "kept");
  const json_t *probs = json_object_get(row, "probs");
  assert_int_equal(prompt, 0);
  assert_int_equal(n, json_integer_value(json_object_get(row, "n_kept")));
  for (size_t i = 0; i < json_array_size(ids); i++) {
    int64_t at = 0; /* probabilities near each other may stand in another order */
    while (at < n && kept[at].id != json_integer_value(json_array_get(ids, i))) at++;
    assert_true(at < n);
    assert_near(kept[at].prob, json_number_value(json_array_get(probs, i)), 1e-4, 0);
  }
  return XY_OK;
}

static void filters_leave_what_transformers_leaves(void **state) {
  (void)state;
  json_t *rows = reference_rows(shared_path("golden/generation/filter.jsonl"));
  for (size_t m = 0; m < sizeof models / sizeof *models; m++) {
    xy_model *model = reference_model(models[m]);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) {
      if (strcmp(json_string_value(json_object_get(row, "model")), models[m]) != 0) continue;
      if (json_is_true(json_object_get(row, "fragile"))) continue;
      int32_t *ends;
      xy_decoding decoding = settings_of(json_object_get(row, "settings"), &ends);
      xy__prompt prompt = {0};
      prompt.ids = ids_of(json_object_get(row, "prompt"), &prompt.n);
      xy__decode_options options = {.decoding = &decoding, .kept = check_kept, .user = row};
      xy_error err = {0};
      assert_ok(xy__engine_continue(model, &prompt, 1, &options, &err), err);
      free((int32_t *)prompt.ids);
      free(ends);
    }
    xy_model_free(model);
  }
  json_decref(rows);
}

/* ---- the same text whatever grows beside it ------------------------------------------------------------------ */

/* Prompts of all lengths that share beginnings, each with noise of its own. Caller frees. */
static xy__prompt *make_prompts(const sample *s) {
  xy__prompt *prompts = xy__array(s->n, sizeof *prompts);
  for (size_t i = 0; i < s->n; i++) {
    prompts[i] = (xy__prompt){s->sequences[i].ids, s->sequences[i].n, 0x9E3779B97F4A7C15u * (i + 1), NULL};
  }
  return prompts;
}

static void assert_same(const continued *got, const continued *expected, const char *what) {
  if (got->n != expected->n || got->ending != expected->ending ||
      memcmp(got->ids, expected->ids, (size_t)got->n * sizeof *got->ids) != 0) {
    fail_msg("%s: another text", what);
  }
  if (memcmp(got->logprobs, expected->logprobs, (size_t)got->n * sizeof *got->logprobs) != 0) {
    fail_msg("%s: other bits of log-probability", what);
  }
}

typedef struct way {
  const char *name;
  int64_t rows;
  int threads;
  bool shuffled, tight; /* memory for a few texts */
} way;

static const way ways[] = {{"one row", 1, 2, false, false},
                           {"seven rows", 7, 2, false, false},
                           {"one thread", 0, 1, false, false},
                           {"three threads", 0, 3, true, false},
                           {"other order", 0, 2, true, false},
                           {"little memory", 0, 2, true, true},
                           {"a row, and little memory", 1, 1, false, true}};

/* The least memory that the engine says it needs. */
static int64_t least_memory(const xy_model *model, const xy__prompt *prompts, size_t n,
                            const xy__decode_options *options) {
  xy__decode_options tiny = *options;
  xy_error err = {0};
  tiny.memory = 1;
  assert_fails(xy__engine_continue(model, prompts, n, &tiny, &err), XY_ERR_MEMORY, err, "at least");
  const char *number = strstr(err.text, "at least ");
  return (int64_t)strtoll(number + strlen("at least "), NULL, 10);
}

static void check_model(const char *name, const xy_model *model, const xy_decoding *decoding, xy_precision precision) {
  sample s;
  sample_make(&s, 23, 15, 37, model->config.V);
  xy__prompt *prompts = make_prompts(&s);
  xy__prompt *shuffled = xy__array(s.n, sizeof *shuffled);
  for (size_t i = 0; i < s.n; i++) shuffled[i * 7 % s.n] = prompts[i];
  xy__decode_options options = {.decoding = decoding, .precision = precision, .threads = 2};
  continued *expected = continue_all(model, prompts, s.n, &options);
  for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
    xy__decode_options other = options;
    other.rows = ways[w].rows;
    other.threads = ways[w].threads;
    const xy__prompt *order = ways[w].shuffled ? shuffled : prompts;
    if (ways[w].tight) other.memory = least_memory(model, order, s.n, &other) * 11 / 10;
    continued *got = continue_all(model, order, s.n, &other);
    char what[200];
    snprintf(what, sizeof what, "%s, %s: %s", name, precision == XY_BF16 ? "bf16" : "fp32", ways[w].name);
    for (size_t i = 0; i < s.n; i++) {
      size_t at = ways[w].shuffled ? i * 7 % s.n : i;
      for (int k = 0; k < decoding->samples; k++) {
        size_t samples = (size_t)decoding->samples;
        assert_same(&got[at * samples + (size_t)k], &expected[i * samples + (size_t)k], what);
      }
    }
    free(got);
  }
  free(expected);
  free(prompts);
  free(shuffled);
  sample_dispose(&s);
}

static void check_all(xy_precision precision) {
  static const char *const own[] = {"gpt2", "gpt_neox_parallel", "llama_gqa_tied", "olmo2", "mistral_window"};
  static const int32_t ends[] = {3, 9};
  xy_decoding decoding = XY_DECODING_INIT;
  decoding.samples = 2;
  decoding.max_new = 12;
  decoding.ends = ends;
  decoding.n_ends = 2;
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
    char folder[256];
    snprintf(folder, sizeof folder, "model/data/%s", own[i]);
    xy_model *model;
    xy_error err = {0};
    assert_ok(xy_model_open(&model, tests_path(folder), &err), err);
    decoding.top_p = i % 2 == 0 ? 1 : 0.9;
    check_model(own[i], model, &decoding, precision);
    xy_model_free(model);
  }
  for (int k = GPT2; k <= LLAMA; k++) { /* many panels */
    random_model m;
    random_model_make(&m, (kind)k, 7);
    decoding.top_k = k == LLAMA ? 50 : 0;
    check_model("memory", &m.model, &decoding, precision);
    xy__arena_dispose(&m.arena);
  }
}

static void a_text_is_the_same_in_fp32(void **state) {
  (void)state;
  check_all(XY_FP32);
}

static void a_text_is_the_same_in_bf16(void **state) {
  (void)state;
  check_all(XY_BF16);
}

/* What grew is scored as any text is. */
static void log_probabilities_are_the_scorers(void **state) {
  (void)state;
  xy_model *model;
  xy_error err = {0};
  assert_ok(xy_model_open(&model, tests_path("model/data/gpt_neox_parallel"), &err), err);
  sample s;
  sample_make(&s, 5, 30, 30, model->config.V);
  xy__prompt *prompts = make_prompts(&s);
  xy_decoding decoding = XY_DECODING_INIT;
  decoding.max_new = 24;
  decoding.top_k = 10;
  decoding.temperature = 0.8;
  decoding.repetition_penalty = 1.3;
  xy__decode_options options = {.decoding = &decoding};
  continued *texts = continue_all(model, prompts, s.n, &options);
  double worst = 0;
  for (size_t i = 0; i < s.n; i++) {
    int32_t ids[128];
    float logprobs[128];
    memcpy(ids, prompts[i].ids, (size_t)prompts[i].n * sizeof *ids);
    memcpy(ids + prompts[i].n, texts[i].ids, (size_t)texts[i].n * sizeof *ids);
    xy__sequence sequence = {.ids = ids, .n = prompts[i].n + texts[i].n, .first = prompts[i].n};
    const size_t offset[] = {0, (size_t)texts[i].n};
    xy__engine_options how = {.kept = true};
    assert_ok(xy__engine_score(logprobs, NULL, offset, model, &sequence, 1, &how, &err), err);
    double largest = distance(logprobs, texts[i].logprobs, (size_t)texts[i].n, NULL);
    if (largest > worst) worst = largest;
  }
  print_message("# largest difference from the scorer %.3g\n", worst);
  assert_true(worst <= 1e-5);
  free(texts);
  free(prompts);
  sample_dispose(&s);
  xy_model_free(model);
}

/* ---- errors -------------------------------------------------------------------------------------------------- */

static void calls_that_cannot_be_are_refused(void **state) {
  (void)state;
  xy_model *model;
  xy_error err = {0};
  assert_ok(xy_model_open(&model, tests_path("model/data/gpt2"), &err), err);
  int32_t *ids = xy__array((size_t)model->config.context + 1, sizeof *ids);
  xy_decoding decoding = XY_DECODING_INIT;
  decoding.max_new = 4;
  xy__decode_options options = {.decoding = &decoding, .done = collect};
  xy__prompt prompt = {ids, 0, 0, "line 3"};
  assert_fails(xy__engine_continue(model, &prompt, 1, &options, &err), XY_ERR_ARGUMENT, err, "line 3");
  prompt.n = (int32_t)model->config.context - 3;
  assert_fails(xy__engine_continue(model, &prompt, 1, &options, &err), XY_ERR_ARGUMENT, err, "context");
  prompt.n = 2;
  ids[1] = (int32_t)model->config.V;
  assert_fails(xy__engine_continue(model, &prompt, 1, &options, &err), XY_ERR_ARGUMENT, err, "vocabulary");
  ids[1] = 0;
  const int32_t end = -1;
  decoding.ends = &end;
  decoding.n_ends = 1;
  assert_fails(xy__engine_continue(model, &prompt, 1, &options, &err), XY_ERR_ARGUMENT, err, "end token");
  free(ids);
  xy_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(greedy_continuations_are_transformers),
                                     cmocka_unit_test(filters_leave_what_transformers_leaves),
                                     cmocka_unit_test(a_text_is_the_same_in_fp32),
                                     cmocka_unit_test(a_text_is_the_same_in_bf16),
                                     cmocka_unit_test(log_probabilities_are_the_scorers),
                                     cmocka_unit_test(calls_that_cannot_be_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
