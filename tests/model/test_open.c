/* Checkpoints as a user opens them: every architecture and spelling among the golden files loads with the right
 * shape. */
#include "model/model.h"
#include "support.h"

static void opens_golden(const char *name, const char *architecture) {
  char below[64];
  snprintf(below, sizeof below, "golden/models/%s", name);
  const char *folder = shared_path(below);
  need_file(folder);
  xy_model *model;
  xy_error err;
  xy_model_info info;
  assert_ok(xy_model_open(&model, folder, &err), err);
  assert_ok(xy__model_info(&info, model, &err), err);
  assert_string_equal(info.architecture, architecture);
  const char *fp;
  assert_ok(xy_model_fingerprint(&fp, model, &err), err);
  xy_model_free(model);
}

static void opens_the_golden_models(void **state) {
  (void)state;
  opens_golden("gpt2", "gpt2");
  opens_golden("gpt_neox", "gpt_neox");
  opens_golden("gpt_neox_bf16", "gpt_neox");
  opens_golden("llama", "llama");
  opens_golden("llama3_rope", "llama");
  opens_golden("llama_f16_shard", "llama");
  opens_golden("llama_gqa_tied", "llama");
  opens_golden("mistral_window", "mistral");
  opens_golden("qwen2", "qwen2");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(opens_the_golden_models)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
