/* Every architecture against Transformers, in both precisions. */
#include "golden.h"

/* fp32: the promise is 5e-5 a token; measured 2e-6 on the shared checkpoints, and 3e-5 on our own, whose random weights
 * are larger. */
static const double fp32_tolerance = 5e-5;

/* bf16: inputs of every multiplication keep 8 significant bits. Measured on our own checkpoints, whose
 * log-probabilities spread over more than 10 nats: at most 0.16 a token, 0.03 on average. */
static const double bf16_largest = 0.3;
static const double bf16_mean = 0.05;

static void check(const char *folder, xy_precision precision, double tolerance, double mean_tolerance) {
  golden g;
  xy_error err = {0};
  golden_open(&g, folder);
  size_t n = g.offset[g.n];
  float *got = xy__array(n, sizeof *got);
  unsigned char *greedy = xy__array(n, 1);
  xy__engine_options options = {.precision = precision};
  assert_ok(xy__engine_score(got, greedy, g.offset, g.model, g.sequences, g.n, &options, &err), err);
  double mean;
  double largest = distance(got, g.logprob, n, &mean);
  print_message("# %s, %s: largest difference %.3g, mean %.3g over %zu tokens\n", folder,
                precision == XY_BF16 ? "bf16" : "fp32", largest, mean, n);
  if (!(largest <= tolerance && mean <= mean_tolerance)) fail_msg("%s: %g (mean %g)", folder, largest, mean);
  free(got);
  free(greedy);
  golden_close(&g);
}

static const char *const shared[] = {"gpt_neox", "gpt_neox_bf16",   "gpt2",           "llama",          "llama3_rope",
                                     "qwen2",    "llama_f16_shard", "llama_gqa_tied", "mistral_window", NULL};
static const char *const own[] = {"gpt2",
                                  "gpt2_scaled",
                                  "gpt_neox_parallel",
                                  "gpt_neox_serial",
                                  "gpt_neox_tied",
                                  "llama",
                                  "llama_biases",
                                  "llama_dynamic_rope",
                                  "olmo2",
                                  "llama_f16_shards",
                                  "llama_gqa_tied",
                                  "llama_linear_rope",
                                  "qwen2",
                                  "llama_llama3_rope",
                                  "llama_yarn_rope",
                                  "mistral_window",
                                  "qwen2_window",
                                  NULL};

static void check_all(const char *const *names, bool is_shared, xy_precision precision, double largest, double mean) {
  for (size_t i = 0; names[i] != NULL; i++) {
    char name[256];
    snprintf(name, sizeof name, is_shared ? "golden/models/%s" : "model/data/%s", names[i]);
    const char *folder = is_shared ? shared_path(name) : tests_path(name);
    need_file(folder);
    check(folder, precision, largest, mean);
  }
}

static void shared_checkpoints_agree_in_fp32(void **state) {
  (void)state;
  check_all(shared, true, XY_FP32, fp32_tolerance, fp32_tolerance);
}

static void own_checkpoints_agree_in_fp32(void **state) {
  (void)state;
  check_all(own, false, XY_FP32, fp32_tolerance, fp32_tolerance);
}

static void shared_checkpoints_stay_near_in_bf16(void **state) {
  (void)state;
  check_all(shared, true, XY_BF16, bf16_largest, bf16_mean);
}

static void own_checkpoints_stay_near_in_bf16(void **state) {
  (void)state;
  check_all(own, false, XY_BF16, bf16_largest, bf16_mean);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shared_checkpoints_agree_in_fp32),
      cmocka_unit_test(own_checkpoints_agree_in_fp32),
      cmocka_unit_test(shared_checkpoints_stay_near_in_bf16),
      cmocka_unit_test(own_checkpoints_stay_near_in_bf16),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
