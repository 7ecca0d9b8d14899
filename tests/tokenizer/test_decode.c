/* Texts of ids equal those of Hugging Face tokenizers, for decoders of every kind; byte-level tokenizers give back what
 * was encoded; what is asked of a decoder that is not known is told when it is asked. */
#include "golden.h"
#include "tokenizer/tokenizer.h"

/* A tokenizer of tests/tokenizer/data with another decoder in its file. */
static xy_tokenizer *with_decoder(const char *name, const json_t *decoder) {
  json_t *file = NULL;
  xy_tokenizer *tokenizer = NULL;
  xy_error err;
  assert_ok(xy__json_load(&file, small_path(name, "tokenizer.json"), &err), err);
  assert_int_equal(json_object_set_new(file, "decoder", json_deep_copy(decoder)), 0);
  char *text = json_dumps(file, JSON_COMPACT);
  assert_non_null(text);
  assert_ok(xy__tokenizer_parse(&tokenizer, text, strlen(text), "t.json", &err), err);
  free(text);
  json_decref(file);
  return tokenizer;
}

static xy_tokenizer *with_decoder_text(const char *name, const char *decoder) {
  json_t *json = NULL;
  xy_error err;
  assert_ok(xy__json_parse(&json, decoder, strlen(decoder), "a decoder", &err), err);
  xy_tokenizer *tokenizer = with_decoder(name, json);
  json_decref(json);
  return tokenizer;
}

static const char byte_level[] = "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true}";

static void assert_text(const xy_tokenizer *tokenizer, const int32_t *ids, size_t n, bool special, const char *expected,
                        size_t bytes, const char *what) {
  char *text = NULL;
  size_t found = 0;
  xy_error err;
  assert_ok(xy_tokenizer_decode(&text, &found, tokenizer, ids, n, special, &err), err);
  assert_int_equal(text[found], 0);
  if (found != bytes || memcmp(text, expected, bytes) != 0) {
    fail_msg("%s: %zu bytes '%s', expected %zu bytes '%s'", what, found, text, bytes, expected);
  }
  xy_free(text);
}

static void check_golden(const json_t *row, size_t line, void *user) {
  const char *name = json_string_value(json_object_get(row, "tokenizer"));
  const json_t *texts = json_object_get(row, "texts");
  size_t *total = user;
  xy_tokenizer *tokenizer = with_decoder(name, json_object_get(row, "decoder"));
  for (size_t t = 0; t < json_array_size(texts); t++) {
    const json_t *list = json_array_get(json_array_get(texts, t), 0);
    int32_t ids[256];
    char what[128];
    assert_true(json_array_size(list) <= sizeof ids / sizeof *ids);
    for (size_t i = 0; i < json_array_size(list); i++) ids[i] = (int32_t)json_integer_value(json_array_get(list, i));
    snprintf(what, sizeof what, "line %zu (%s), text %zu", line, name, t);
    for (size_t k = 0; k < 2; k++) {
      const json_t *text = json_array_get(json_array_get(texts, t), 1 + k);
      assert_text(tokenizer, ids, json_array_size(list), k == 0, json_string_value(text), json_string_length(text),
                  what);
    }
    ++*total;
  }
  xy_tokenizer_free(tokenizer);
}

static void decoders_agree_with_hugging_face(void **state) {
  (void)state;
  size_t total = 0;
  assert_true(each_line(tests_path("tokenizer/data/decoded.jsonl"), check_golden, &total) > 20);
  assert_true(total > 1000);
}

static void check_round_trip(const json_t *row, size_t line, void *user) {
  const json_t *text = json_object_get(row, "text");
  int32_t *ids = NULL;
  size_t n = 0;
  xy_error err;
  char what[64];
  snprintf(what, sizeof what, "line %zu", line);
  assert_ok(xy_tokenizer_encode(&ids, &n, user, json_string_value(text), json_string_length(text), false, &err), err);
  assert_text(user, ids, n, true, json_string_value(text), json_string_length(text), what);
  xy_free(ids);
}

static void bytes_give_the_text_back(void **state) {
  (void)state;
  static const char *const names[] = {"byte_level", "llama3"};
  for (size_t i = 0; i < 2; i++) {
    xy_tokenizer *tokenizer = with_decoder_text(names[i], byte_level);
    assert_true(each_line(small_path(names[i], "golden.jsonl"), check_round_trip, tokenizer) > 100);
    xy_tokenizer_free(tokenizer);
  }
}

static void published_bytes_give_the_text_back(void **state) {
  (void)state;
  need_file(shared_path("golden/tokenizers/llama3/golden.jsonl"));
  xy_tokenizer *tokenizer = NULL;
  xy_error err;
  assert_ok(xy_tokenizer_open(&tokenizer, shared_path("golden/tokenizers/llama3"), &err), err);
  assert_int_equal(each_line(shared_path("golden/tokenizers/llama3/golden.jsonl"), check_round_trip, tokenizer), 3000);
  xy_tokenizer_free(tokenizer);
}

/* The first bytes of a character are U+FFFD, until the last is there. */
static void a_character_comes_in_parts(void **state) {
  (void)state;
  static const char character[] = "\xE6\x97\xA5";
  static const char replacement[] = "\xEF\xBF\xBD";
  xy_tokenizer *tokenizer = with_decoder_text("byte_level", byte_level);
  int32_t *ids = NULL;
  size_t n = 0;
  xy_error err;
  assert_ok(xy_tokenizer_encode(&ids, &n, tokenizer, character, 3, false, &err), err);
  assert_int_equal(n, 3);
  assert_text(tokenizer, ids, 1, false, replacement, 3, "a byte");
  assert_text(tokenizer, ids, 2, false, replacement, 3, "two bytes");
  assert_text(tokenizer, ids, 3, false, character, 3, "all of it");
  xy_free(ids);
  xy_tokenizer_free(tokenizer);
}

static void unknown_ids_are_passed_over(void **state) {
  (void)state;
  xy_tokenizer *tokenizer = with_decoder_text("byte_level", byte_level);
  int32_t a = 0;
  while (strcmp(xy__tokenizer_text(tokenizer, a), "a") != 0) a++;
  const int32_t ids[] = {-1, a, INT32_MAX, (int32_t)xy__tokenizer_size(tokenizer), a, INT32_MIN};
  assert_text(tokenizer, ids, 6, true, "aa", 2, "unknown ids");
  assert_text(tokenizer, ids, 1, true, "", 0, "an unknown id alone");
  assert_text(tokenizer, NULL, 0, true, "", 0, "no id");
  xy_tokenizer_free(tokenizer);
}

/* Also where normalization changes it: Hugging Face 0.23 takes the changed text for that of a common token. */
static void special_tokens_are_left_out(void **state) {
  (void)state;
  static const char file[] =
      "{\"added_tokens\": [{\"id\": 2, \"content\": \"<S>\", \"special\": true, \"normalized\": true}, {\"id\": 3, "
      "\"content\": \"<T>\", \"special\": false, \"normalized\": false}], \"normalizer\": {\"type\": \"Lowercase\"}, "
      "\"decoder\": {\"type\": \"Fuse\"}, \"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1}, \"merges\": "
      "[]}}";
  xy_tokenizer *tokenizer = NULL;
  xy_error err;
  const int32_t ids[] = {2, 0, 3, 1, 2};
  assert_ok(xy__tokenizer_parse(&tokenizer, file, strlen(file), "t.json", &err), err);
  assert_text(tokenizer, ids, 5, false, "a<T>b", 5, "without special tokens");
  assert_text(tokenizer, ids, 5, true, "<s>a<T>b<s>", 11, "with them");
  xy_tokenizer_free(tokenizer);
}

static void refuses_decoder(const char *decoder, int code, const char *message) {
  xy_tokenizer *tokenizer = with_decoder_text("byte_level", decoder);
  int32_t *ids = NULL;
  size_t n = 0;
  char *text = NULL;
  xy_error err;
  assert_ok(xy_tokenizer_encode(&ids, &n, tokenizer, "They", 4, false, &err), err);
  assert_fails(xy_tokenizer_decode(&text, &(size_t){0}, tokenizer, ids, n, false, &err), code, err, message);
  assert_null(text);
  xy_free(ids);
  xy_tokenizer_free(tokenizer);
}

static void unknown_decoders_are_told_when_asked(void **state) {
  (void)state;
  refuses_decoder("{\"type\": \"Cyrillic\"}", XY_ERR_UNSUPPORTED,
                  "t.json: decoder: decoder 'Cyrillic' is not supported");
  refuses_decoder("{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Fuse\"}, {\"type\": \"Odd\"}]}",
                  XY_ERR_UNSUPPORTED, "t.json: decoder.decoders[1]: decoder 'Odd' is not supported");
  refuses_decoder("3", XY_ERR_FORMAT, "t.json: decoder: expected an object");
  refuses_decoder("{\"type\": \"Strip\", \"content\": \"ab\"}", XY_ERR_FORMAT,
                  "content: expected one character, found 'ab'");
  refuses_decoder("{\"type\": \"BPEDecoder\", \"suffix\": \"\"}", XY_ERR_FORMAT, "suffix: expected a text");
  refuses_decoder("{\"type\": \"Replace\", \"content\": \"\", \"pattern\": {\"Regex\": \"(a\"}}", XY_ERR_UNSUPPORTED,
                  "the pattern '(a' is not supported");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(decoders_agree_with_hugging_face),    cmocka_unit_test(bytes_give_the_text_back),
      cmocka_unit_test(published_bytes_give_the_text_back),  cmocka_unit_test(a_character_comes_in_parts),
      cmocka_unit_test(unknown_ids_are_passed_over),         cmocka_unit_test(special_tokens_are_left_out),
      cmocka_unit_test(unknown_decoders_are_told_when_asked)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
