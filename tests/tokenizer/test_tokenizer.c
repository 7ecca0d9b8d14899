/* Ids equal those of Hugging Face tokenizers, for the published tokenizers of ../shared and for small ones of every
 * kind; what a tokenizer says of itself; long words; many threads. */
#include "tokenizer/tokenizer.h"

#include "base/output.h"
#include "golden.h"

typedef struct {
  const xy_tokenizer *tokenizer;
  const char *name;
} subject;

static void check_row(const json_t *row, size_t line, void *user) {
  const subject *s = user;
  const json_t *text = json_object_get(row, "text");
  const json_t *expected[] = {json_object_get(row, "ids"), json_object_get(row, "special")};
  for (int special = 0; special < 2; special++) {
    if (expected[special] == NULL) continue;
    int32_t *ids = NULL;
    size_t n = 0;
    xy_error err = {0};
    assert_ok(xy_tokenizer_encode(&ids, &n, s->tokenizer, json_string_value(text), json_string_length(text),
                                  special == 1, &err),
              err);
    assert_ids(ids, n, expected[special], s->name, line);
    xy_free(ids);
  }
}

static xy_tokenizer *open_tokenizer(const char *path) {
  xy_tokenizer *tokenizer = NULL;
  xy_error err = {0};
  assert_ok(xy_tokenizer_open(&tokenizer, path, &err), err);
  return tokenizer;
}

static void small_ones_agree_with_hugging_face(void **state) {
  (void)state;
  for (size_t i = 0; i < N_SMALL; i++) {
    subject s = {open_tokenizer(small_path(small_tokenizers[i], ".")), small_tokenizers[i]};
    assert_true(each_line(small_path(s.name, "golden.jsonl"), check_row, &s) > 100);
    xy_tokenizer_free((xy_tokenizer *)s.tokenizer);
  }
}

static void agrees_on_published(const char *name) {
  char folder[128];
  char golden[128];
  snprintf(folder, sizeof folder, "golden/tokenizers/%s", name);
  snprintf(golden, sizeof golden, "golden/tokenizers/%s/golden.jsonl", name);
  need_file(shared_path(golden));
  subject s = {open_tokenizer(shared_path(folder)), name};
  assert_int_equal(each_line(shared_path(golden), check_row, &s), 3000);
  xy_tokenizer_free((xy_tokenizer *)s.tokenizer);
}
static void gpt_neox_agrees(void **state) {
  (void)state;
  agrees_on_published("gpt_neox");
}
static void llama2_agrees(void **state) {
  (void)state;
  agrees_on_published("llama2");
}
static void llama3_agrees(void **state) {
  (void)state;
  agrees_on_published("llama3");
}

static void says_what_it_is(void **state) {
  (void)state;
  xy_tokenizer *t = open_tokenizer(small_path("llama3", "tokenizer.json"));
  const int32_t *prefix;
  assert_int_equal(xy__tokenizer_prefix(&prefix, t), 1);
  assert_int_equal(prefix[0], xy__tokenizer_bos(t));
  assert_string_equal(xy__tokenizer_text(t, (int32_t)xy__tokenizer_bos(t)), "<s>");
  assert_string_equal(xy__tokenizer_text(t, (int32_t)xy__tokenizer_eos(t)), "</s>");
  assert_string_equal(xy__tokenizer_text(t, (int32_t)xy__tokenizer_size(t)), "");
  assert_string_equal(xy__tokenizer_text(t, -1), "");
  assert_int_equal(xy__tokenizer_size(t), 371);
  assert_string_equal(xy__tokenizer_summary(t), "byte-level BPE, 371 tokens, 2 added");
  assert_int_equal(strlen(xy__tokenizer_digest(t)), 64);

  xy_tokenizer *other = open_tokenizer(small_path("byte_level", "."));
  assert_string_not_equal(xy__tokenizer_digest(t), xy__tokenizer_digest(other));
  assert_int_equal(xy__tokenizer_bos(other), -1);
  assert_string_equal(xy__tokenizer_text(other, (int32_t)xy__tokenizer_eos(other)), "<|endoftext|>");
  assert_int_equal(xy__tokenizer_prefix(&prefix, other), 0);
  xy_tokenizer_free(other);
  xy_tokenizer_free(t);
}

/* The start token may be named in either file, as a string or as an object. */
static void finds_start_tokens_beside_the_file(void **state) {
  (void)state;
  char folder[] = "/tmp/xylem-tokenizer-XXXXXX";
  assert_non_null(mkdtemp(folder));
  char *file;
  size_t bytes;
  xy_error err = {0};
  assert_ok(xy__file_read_bytes(&file, &bytes, small_path("llama3", "tokenizer.json"), &err), err);
  char *path = xy__path_join(folder, "tokenizer.json");
  char *map = xy__path_join(folder, "special_tokens_map.json");
  char *config = xy__path_join(folder, "tokenizer_config.json");
  assert_ok(xy__file_write(path, file, bytes, &err), err);
  const char named[] = "{\"eos_token\": {\"content\": \"</s>\", \"lstrip\": false}, \"bos_token\": \"</s>\"}";
  assert_ok(xy__file_write(map, named, strlen(named), &err), err);
  const char first[] = "{\"add_bos_token\": true, \"bos_token\": \"<s>\", \"eos_token\": null}";
  assert_ok(xy__file_write(config, first, strlen(first), &err), err);
  xy_tokenizer *t = open_tokenizer(folder);
  assert_string_equal(xy__tokenizer_text(t, (int32_t)xy__tokenizer_bos(t)), "<s>");
  assert_string_equal(xy__tokenizer_text(t, (int32_t)xy__tokenizer_eos(t)), "</s>");
  xy_tokenizer_free(t);
  const char wrong[] = "{\"bos_token\": 7}";
  assert_ok(xy__file_write(config, wrong, strlen(wrong), &err), err);
  assert_fails(xy_tokenizer_open(&t, folder, &err), XY_ERR_FORMAT, err, "bos_token: expected a string");
  unlink(path);
  unlink(map);
  unlink(config);
  rmdir(folder);
  free(path);
  free(map);
  free(config);
  free(file);
}

/* A word of a million letters: with quadratic merging this test would not end. Its ids are those of one period,
 * repeated, since no merge reaches over the period's end. */
static void merges_a_long_word(void **state) {
  (void)state;
  xy_tokenizer *t = open_tokenizer(small_path("byte_level", "."));
  static const char period[] = "answersQZX";
  enum { PERIODS = 100000, LENGTH = sizeof period - 1 };
  char *text = malloc((size_t)PERIODS * LENGTH);
  assert_non_null(text);
  for (size_t i = 0; i < PERIODS; i++) memcpy(text + i * LENGTH, period, LENGTH);
  int32_t *ids = NULL;
  int32_t *one = NULL;
  size_t n = 0;
  size_t n_one = 0;
  xy_error err = {0};
  assert_ok(xy_tokenizer_encode(&one, &n_one, t, period, LENGTH, false, &err), err);
  assert_ok(xy_tokenizer_encode(&ids, &n, t, text, (size_t)PERIODS * LENGTH, false, &err), err);
  assert_true(n_one > 1 && n_one < LENGTH);
  assert_int_equal(n, n_one * PERIODS);
  for (size_t i = 0; i < n; i++) assert_int_equal(ids[i], one[i % n_one]);
  xy_free(ids);
  xy_free(one);
  free(text);
  xy_tokenizer_free(t);
}

/* Patterns must not run out of stack, or take quadratic time, on a long run of one character. */
static void splits_a_long_run(void **state) {
  (void)state;
  static const char characters[] = "a 1!\n";
  static const char *const names[] = {"llama3", "qwen2", "cased", "byte_level", "sequence"};
  enum { LENGTH = 400000 };
  char *text = malloc(LENGTH);
  assert_non_null(text);
  for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
    xy_tokenizer *t = open_tokenizer(small_path(names[k], "."));
    for (const char *c = characters; *c != '\0'; c++) {
      memset(text, *c, LENGTH);
      int32_t *ids = NULL;
      size_t n = 0;
      xy_error err = {0};
      assert_ok(xy_tokenizer_encode(&ids, &n, t, text, LENGTH, false, &err), err);
      xy_free(ids);
    }
    xy_tokenizer_free(t);
  }
  free(text);
}

static void threads_share_one_tokenizer(void **state) {
  (void)state;
  xy_tokenizer *t = open_tokenizer(small_path("byte_level", "."));
  int wrong = 0;
#pragma omp parallel for schedule(dynamic, 1) reduction(+ : wrong) num_threads(8)
  for (int i = 0; i < 4000; i++) {
    char text[64];
    int bytes = snprintf(text, sizeof text, "They answer %d letters at the library.", i % 500);
    int32_t *twice[2] = {NULL, NULL};
    size_t n[2] = {0, 0};
    for (int k = 0; k < 2; k++) {
      wrong += xy_tokenizer_encode(&twice[k], &n[k], t, text, (size_t)bytes, false, NULL) != XY_OK;
    }
    wrong += n[0] != n[1] || n[0] == 0 || memcmp(twice[0], twice[1], n[0] * sizeof *twice[0]) != 0;
    xy_free(twice[0]);
    xy_free(twice[1]);
  }
  assert_int_equal(wrong, 0);
  xy_tokenizer_free(t);
}

static void appends_or_leaves_alone(void **state) {
  (void)state;
  xy_tokenizer *t = open_tokenizer(small_path("llama3", "."));
  xy__ids ids = {0};
  xy_error err = {0};
  assert_ok(xy__tokenizer_append(&ids, t, "the", 3, true, &err), err);
  size_t n = ids.n;
  assert_true(n >= 2);
  assert_fails(xy__tokenizer_append(&ids, t, "the \xC3(", 6, true, &err), XY_ERR_FORMAT, err, "at byte 4");
  assert_int_equal(ids.n, n);
  int32_t *none = NULL;
  size_t zero = 7;
  assert_ok(xy_tokenizer_encode(&none, &zero, t, "", 0, false, &err), err);
  assert_null(none);
  assert_int_equal(zero, 0);
  free(ids.ids);
  xy_tokenizer_free(t);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(small_ones_agree_with_hugging_face),
                                     cmocka_unit_test(gpt_neox_agrees),
                                     cmocka_unit_test(llama2_agrees),
                                     cmocka_unit_test(llama3_agrees),
                                     cmocka_unit_test(says_what_it_is),
                                     cmocka_unit_test(finds_start_tokens_beside_the_file),
                                     cmocka_unit_test(merges_a_long_word),
                                     cmocka_unit_test(splits_a_long_run),
                                     cmocka_unit_test(threads_share_one_tokenizer),
                                     cmocka_unit_test(appends_or_leaves_alone)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
