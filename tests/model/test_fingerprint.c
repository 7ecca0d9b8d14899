/* The fingerprint follows what a checkpoint is, not where it lies. */
#include "folder.h"

static char *fingerprint_of(const char *folder) {
  xy_model *model;
  xy_error err;
  const char *hex;
  assert_ok(xy_model_open(&model, folder, &err), err);
  assert_ok(xy_model_fingerprint(&hex, model, &err), err);
  assert_int_equal(strlen(hex), 64);
  char *copy = strdup(hex);
  xy_model_free(model);
  return copy;
}

/* True when two folders have one fingerprint. */
static bool alike(const char *a, const char *b) {
  char *x = fingerprint_of(a);
  char *y = fingerprint_of(b);
  bool same = strcmp(x, y) == 0;
  free(x);
  free(y);
  return same;
}

static void a_moved_checkpoint_keeps_it(void **state) {
  (void)state;
  char *a = folder_of("llama_f16_shards");
  char *b = folder_of("llama_f16_shards");
  assert_true(alike(a, b));
  folder_remove(a);
  folder_remove(b);
}

static void any_other_content_has_another(void **state) {
  (void)state;
  char *a = folder_of("llama_f16_shards");
  char *b = folder_of("llama_f16_shards");
  patch(b, "config.json", "\"bos_token_id\": ", "1", "3");
  assert_false(alike(a, b));
  patch(b, "config.json", "\"bos_token_id\": ", "3", "1");
  assert_true(alike(a, b));
  put_text(b, "tokenizer.json", "{}");
  assert_false(alike(a, b));
  put_text(a, "tokenizer.json", "{ }");
  assert_false(alike(a, b));
  put_text(a, "tokenizer.json", "{}");
  assert_true(alike(a, b));
  flip(b, "model-00003-of-00005.safetensors", 2, 1); /* one bit of one weight */
  assert_false(alike(a, b));
  folder_remove(a);
  folder_remove(b);
}

static void digests_may_come_from_a_cache(void **state) {
  (void)state;
  char *folder = folder_of("llama_f16_shards");
  xy_model *model;
  xy_error err;
  const char *hex;
  assert_ok(xy_model_open(&model, folder, &err), err);
  assert_int_equal(xy__model_files(model), 5);
  assert_non_null(strstr(xy__model_file_identity(model, 4), "/model-00005-of-00005.safetensors|"));
  assert_string_not_equal(xy__model_file_identity(model, 0), xy__model_file_identity(model, 1));
  assert_int_equal(xy__model_set_file_digest(model, 0, "abc"), XY_ERR_ARGUMENT);
  char *expected = fingerprint_of(folder);
  for (size_t i = 0; i < 5; i++) {
    char again[65];
    assert_ok(xy__model_file_digest(&hex, model, i, &err), err);
    snprintf(again, sizeof again, "%s", hex);
    assert_int_equal(xy__model_set_file_digest(model, i, again), XY_OK);
  }
  assert_ok(xy_model_fingerprint(&hex, model, &err), err);
  assert_string_equal(hex, expected);
  free(expected);
  xy_model_free(model);
  folder_remove(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_moved_checkpoint_keeps_it),
                                     cmocka_unit_test(any_other_content_has_another),
                                     cmocka_unit_test(digests_may_come_from_a_cache)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
