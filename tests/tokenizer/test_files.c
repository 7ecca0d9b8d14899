/* tokenizer.json files that are broken, or that ask for what xylem has no rules for: each says what and where. */
#include "support.h"
#include "tokenizer/tokenizer.h"

/* A small file with one of its parts replaced: VOCAB and so on are what the test gives. */
typedef struct {
  const char *vocab, *merges, *model, *added, *normalizer, *pre_tokenizer, *post_processor, *more;
} parts;

static const char *file_of(parts p) {
  static char text[4096];
  snprintf(
      text, sizeof text,
      "{\"version\": \"1.0\", %s \"added_tokens\": %s, \"normalizer\": %s, \"pre_tokenizer\": %s, "
      "\"post_processor\": %s, \"decoder\": null, \"model\": {\"type\": \"BPE\", %s \"vocab\": %s, \"merges\": %s}}",
      p.more != NULL ? p.more : "", p.added != NULL ? p.added : "[]", p.normalizer != NULL ? p.normalizer : "null",
      p.pre_tokenizer != NULL ? p.pre_tokenizer : "null", p.post_processor != NULL ? p.post_processor : "null",
      p.model != NULL ? p.model : "", p.vocab != NULL ? p.vocab : "{\"a\": 0, \"b\": 1, \"ab\": 2}",
      p.merges != NULL ? p.merges : "[\"a b\"]");
  return text;
}

static void refuses_text(const char *text, int code, const char *message) {
  xy_tokenizer *tokenizer;
  xy_error err = {0};
  assert_fails(xy__tokenizer_parse(&tokenizer, text, strlen(text), "t.json", &err), code, err, message);
}
static void refuses(parts p, int code, const char *message) { refuses_text(file_of(p), code, message); }

static void reads_the_sound_one(void **state) {
  (void)state;
  xy_tokenizer *tokenizer = NULL;
  int32_t *ids = NULL;
  size_t n = 0;
  xy_error err = {0};
  const char *text = file_of((parts){0});
  assert_ok(xy__tokenizer_parse(&tokenizer, text, strlen(text), "t.json", &err), err);
  assert_ok(xy_tokenizer_encode(&ids, &n, tokenizer, "aab?", 4, true, &err), err);
  assert_int_equal(n, 2); /* "?" is not in the vocabulary, and there is no token for the unknown */
  assert_int_equal(ids[0], 0);
  assert_int_equal(ids[1], 2);
  xy_free(ids);
  xy_tokenizer_free(tokenizer);
}

static void broken_json(void **state) {
  (void)state;
  refuses_text("", XY_ERR_FORMAT, "t.json: byte 0: expected an object, found the end of the file");
  refuses_text("[]", XY_ERR_FORMAT, "t.json: byte 0: expected an object, found '['");
  refuses_text("{}", XY_ERR_FORMAT, "t.json: no 'model'");
  refuses_text("{\"model\": {\"vocab\": {\"a\": 0", XY_ERR_FORMAT, "found the end of the file");
  refuses_text("{\"model\": 3}", XY_ERR_FORMAT, "t.json: byte 10: expected an object, found '3'");
  refuses_text("{\"added_tokens\": [1,], \"model\": {}}", XY_ERR_FORMAT, "added_tokens: t.json");
  refuses_text("{\"x\xFF\": 1}", XY_ERR_FORMAT, "t.json: byte 3 is not valid UTF-8");
  refuses((parts){.vocab = "{\"a\": 0, \"\\ud800\": 1}"}, XY_ERR_FORMAT, "the other half of a surrogate pair");
  refuses((parts){.vocab = "{\"a\": 0, \"\\q\": 1}"}, XY_ERR_FORMAT, "expected an escape");
  refuses((parts){.vocab = "{\"a\": 0 \"b\": 1}"}, XY_ERR_FORMAT, "expected ',' or '}'");
  refuses((parts){.vocab = "{\"a\": 1.5}"}, XY_ERR_FORMAT, "expected an integer");
  refuses((parts){.vocab = "{\"a\": \"0\"}"}, XY_ERR_FORMAT, "expected an integer");
  refuses((parts){.vocab = "[]"}, XY_ERR_FORMAT, "expected an object, found '['");
  refuses((parts){.merges = "{}"}, XY_ERR_FORMAT, "expected an array, found '{'");
}

static void broken_vocabularies(void **state) {
  (void)state;
  refuses((parts){.vocab = "{}"}, XY_ERR_FORMAT, "t.json: model.vocab is empty");
  refuses((parts){.vocab = "{\"a\": -1}"}, XY_ERR_FORMAT, "token 'a': expected an id from 0 to 4194303, found -1");
  refuses((parts){.vocab = "{\"a\": 4194304}"}, XY_ERR_FORMAT, "found 4194304");
  refuses((parts){.vocab = "{\"a\": 99999999999999999999}"}, XY_ERR_FORMAT, "expected an integer of a sensible size");
  refuses((parts){.vocab = "{\"a\": 0, \"b\": 0}"}, XY_ERR_FORMAT, "id 0 is given to 'a' and to 'b'");
  refuses((parts){.vocab = "{\"a\": 0, \"a\": 1}"}, XY_ERR_FORMAT, "token 'a' is there twice");
}

static void broken_merges(void **state) {
  (void)state;
  refuses((parts){.merges = "[\"a b\", \"a c\"]"}, XY_ERR_FORMAT,
          "model.merges[1] ('a' 'c'): token 'c' is not in the vocabulary");
  refuses((parts){.merges = "[[\"b\", \"a\"]]"}, XY_ERR_FORMAT, "('b' 'a'): token 'ba' is not in the vocabulary");
  refuses((parts){.merges = "[\"ab\"]"}, XY_ERR_FORMAT, "model.merges[0]: expected two tokens and a space, found 'ab'");
  refuses((parts){.merges = "[\"a b c\"]"}, XY_ERR_FORMAT, "expected two tokens and a space");
  refuses((parts){.merges = "[[\"a\"]]"}, XY_ERR_FORMAT, "expected two tokens, found 1");
  refuses((parts){.merges = "[[\"a\", \"b\", \"c\"]]"}, XY_ERR_FORMAT, "expected two tokens, found 3");
  refuses((parts){.merges = "[3]"}, XY_ERR_FORMAT, "expected a string");
}

static void broken_added_tokens(void **state) {
  (void)state;
  refuses((parts){.added = "{}"}, XY_ERR_FORMAT, "added_tokens: expected an array");
  refuses((parts){.added = "[{\"id\": 3}]"}, XY_ERR_FORMAT, "added_tokens[0]: a token without 'content'");
  refuses((parts){.added = "[{\"id\": 7, \"content\": \"<s>\"}]"}, XY_ERR_FORMAT,
          "added_tokens[0] ('<s>'): expected id 3 (what Hugging Face gives it), found 7");
  refuses((parts){.added = "[{\"id\": 1, \"content\": \"a\"}]"}, XY_ERR_FORMAT, "expected id 0");
  refuses((parts){.added = "[{\"id\": -3, \"content\": \"a\"}]"}, XY_ERR_FORMAT, "expected an id from 0");
  refuses((parts){.added = "[{\"id\": 3, \"content\": \"<s>\", \"lstrip\": 1}]"}, XY_ERR_FORMAT,
          "lstrip: expected true or false");
  refuses((parts){.added = "[{\"id\": 3, \"content\": \" \"}]", .normalizer = "{\"type\": \"Strip\"}"},
          XY_ERR_UNSUPPORTED, "added token ' ' is normalized to nothing");
}

static void unknown_parts(void **state) {
  (void)state;
  refuses((parts){.more = "\"extra\": 1,"}, XY_ERR_UNSUPPORTED, "t.json: unknown member 'extra'");
  refuses((parts){.model = "\"type\": \"Unigram\","}, XY_ERR_UNSUPPORTED,
          "t.json: model: type 'Unigram' is not supported (BPE is)");
  refuses((parts){.model = "\"type\": \"WordPiece\","}, XY_ERR_UNSUPPORTED, "'WordPiece' is not supported");
  refuses((parts){.model = "\"dropout\": 0.1,"}, XY_ERR_UNSUPPORTED, "dropout 0.1 makes tokens random");
  refuses((parts){.model = "\"fuse_unk\": 3,"}, XY_ERR_FORMAT, "fuse_unk: expected true or false");
  refuses((parts){.normalizer = "{\"type\": \"BertNormalizer\"}"}, XY_ERR_UNSUPPORTED,
          "t.json: normalizer: normalizer 'BertNormalizer' is not supported");
  refuses(
      (parts){.normalizer = "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFC\"}, {\"type\": \"Nmt\"}]}"},
      XY_ERR_UNSUPPORTED, "t.json: normalizer.normalizers[1]: normalizer 'Nmt' is not supported");
  refuses((parts){.normalizer = "{\"type\": \"Replace\", \"content\": \"\"}"}, XY_ERR_FORMAT,
          "pattern: expected an object");
  refuses((parts){.normalizer = "\"NFC\""}, XY_ERR_FORMAT, "normalizer: expected an object");
  refuses((parts){.pre_tokenizer = "{\"type\": \"UnicodeScripts\"}"}, XY_ERR_UNSUPPORTED,
          "pre-tokenizer 'UnicodeScripts' is not supported");
  refuses((parts){.pre_tokenizer = "{\"type\": \"Sequence\", \"pretokenizers\": 1}"}, XY_ERR_FORMAT,
          "pretokenizers: expected an array");
  refuses((parts){.pre_tokenizer = "{\"type\": \"Metaspace\", \"replacement\": \"ab\"}"}, XY_ERR_FORMAT,
          "replacement: expected one character, found 'ab'");
  refuses((parts){.pre_tokenizer = "{\"type\": \"Metaspace\", \"replacement\": \"_\", \"prepend_scheme\": \"last\"}"},
          XY_ERR_UNSUPPORTED, "prepend_scheme 'last'");
  refuses((parts){.post_processor = "{\"type\": \"Other\"}"}, XY_ERR_UNSUPPORTED, "post-processor 'Other'");
  refuses((parts){.post_processor = "{\"type\": \"BertProcessing\", \"cls\": [\"x\", 9], \"sep\": [\"y\", 0]}"},
          XY_ERR_FORMAT, "post_processor: id 9 is no token of this file");
  refuses((parts){.post_processor = "{\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\": {\"id\": "
                                    "\"<s>\"}}, {\"Sequence\": {\"id\": \"A\"}}], \"special_tokens\": {}}"},
          XY_ERR_FORMAT, "token '<s>' is not among its special_tokens");
  refuses((parts){.post_processor = "{\"type\": \"TemplateProcessing\", \"single\": []}"}, XY_ERR_UNSUPPORTED,
          "expected the text once in what it makes, found it 0 times");
}

/* The ids of "ab", those around it included. Hugging Face tokenizers 0.23 gave what is expected. */
static void several_post_processors(void **state) {
  (void)state;
#define TOKEN "{\"SpecialToken\": {\"id\": \"b\"}}"
#define A "{\"Sequence\": {\"id\": \"A\"}}"
#define B "{\"Sequence\": {\"id\": \"B\"}}"
#define TEMPLATE(single, pair)                                                    \
  "{\"type\": \"TemplateProcessing\", \"single\": [" single "], \"pair\": [" pair \
  "], \"special_tokens\": "                                                       \
  "{\"b\": {\"id\": \"b\", \"ids\": [1], \"tokens\": [\"b\"]}}}"
#define AROUND(name) "{\"type\": \"" name "\", \"cls\": [\"a\", 0], \"sep\": [\"b\", 1]}"
#define SEQUENCE(processors) "{\"type\": \"Sequence\", \"processors\": [" processors "]}"
  static const struct {
    const char *processors, *ids;
  } cases[] = {
      {SEQUENCE(TEMPLATE(TOKEN "," A, A "," B) "," TEMPLATE(TOKEN "," A, A "," B)), "1 2 "},
      {SEQUENCE(TEMPLATE(TOKEN "," A, A "," B) "," TEMPLATE(TOKEN "," A, B "," TOKEN "," A)), "2 1 1 "},
      {SEQUENCE(TEMPLATE(A, A "," B) "," TEMPLATE(TOKEN "," A, A "," B)), "1 2 "},
      {SEQUENCE(AROUND("BertProcessing") "," TEMPLATE(TOKEN "," A, A "," B)), "1 0 2 1 "},
      {SEQUENCE(TEMPLATE(TOKEN "," A, A "," B) "," AROUND("BertProcessing")), "0 1 1 2 1 "},
      {SEQUENCE(TEMPLATE(TOKEN "," A, A "," B) "," AROUND("RobertaProcessing")), "0 1 1 1 2 1 "},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    xy_tokenizer *tokenizer = NULL;
    int32_t *ids = NULL;
    size_t n = 0;
    xy_error err = {0};
    const char *text = file_of((parts){.post_processor = cases[c].processors});
    assert_ok(xy__tokenizer_parse(&tokenizer, text, strlen(text), "t.json", &err), err);
    assert_ok(xy_tokenizer_encode(&ids, &n, tokenizer, "ab", 2, true, &err), err);
    char found[64] = "";
    for (size_t i = 0; i < n; i++) snprintf(found + strlen(found), sizeof found - strlen(found), "%d ", (int)ids[i]);
    assert_string_equal(found, cases[c].ids);
    xy_free(ids);
    xy_tokenizer_free(tokenizer);
  }
  refuses((parts){.post_processor = SEQUENCE(TEMPLATE(TOKEN "," A "," TOKEN, A "," B) "," TEMPLATE(A, A "," B))},
          XY_ERR_UNSUPPORTED, "a template after one of 3 parts");
#undef TOKEN
#undef A
#undef B
#undef TEMPLATE
#undef AROUND
#undef SEQUENCE
}

static void refuses_pattern(const char *pattern, const char *message) {
  char part[512];
  snprintf(part, sizeof part, "{\"type\": \"Split\", \"behavior\": \"Isolated\", \"pattern\": {\"Regex\": \"%s\"}}",
           pattern);
  refuses((parts){.pre_tokenizer = part}, XY_ERR_UNSUPPORTED, message);
}

static void patterns_without_rules(void **state) {
  (void)state;
  refuses_pattern("a[b&&c]", "an intersection of classes in the pattern 'a[b&&c]' is not supported");
  refuses_pattern("[a[b]]", "a class within a class");
  refuses_pattern("a{2}+", "a repetition of a repetition");
  refuses_pattern("\\\\bword", "an escape");
  refuses_pattern("(a)\\\\1", "an escape");
  refuses_pattern("[^\\\\S]", "an escape");
  refuses_pattern("(?m:a)", "a group");
  refuses_pattern("a(?i)b|c", "a group");
  refuses_pattern("a{,3}b", "a repetition without a least number");
  refuses_pattern("a*", "which can match nothing");
  refuses_pattern("(a", "the pattern '(a' is not supported: missing closing parenthesis");
  refuses_pattern("\\\\p{Klingon}", "unknown property");
  refuses(
      (parts){.pre_tokenizer = "{\"type\": \"Split\", \"behavior\": \"Isolated\", \"pattern\": {\"String\": \"\"}}"},
      XY_ERR_FORMAT, "an empty pattern");
  refuses((parts){.pre_tokenizer = "{\"type\": \"Split\", \"behavior\": \"Odd\", \"pattern\": {\"String\": \"a\"}}"},
          XY_ERR_UNSUPPORTED, "behavior 'Odd'");
}

/* As in Hugging Face, a missing unk_token matters only when it is needed. */
static void a_missing_unknown_token(void **state) {
  (void)state;
  xy_tokenizer *tokenizer = NULL;
  int32_t *ids = NULL;
  size_t n = 0;
  xy_error err = {0};
  const char *text = file_of((parts){.model = "\"unk_token\": \"<unk>\","});
  assert_ok(xy__tokenizer_parse(&tokenizer, text, strlen(text), "t.json", &err), err);
  assert_ok(xy_tokenizer_encode(&ids, &n, tokenizer, "ab", 2, true, &err), err);
  assert_int_equal(n, 1);
  xy_free(ids);
  assert_fails(xy_tokenizer_encode(&ids, &n, tokenizer, "a?", 2, true, &err), XY_ERR_FORMAT, err,
               "a character is not in the vocabulary, and neither is unk_token '<unk>'");
  xy_tokenizer_free(tokenizer);
}

/* A character that is neither in the vocabulary nor replaced vanishes, and its neighbours may merge: with a mark on
 * both sides the word must not be encoded in pieces. */
static void a_character_vanishes(void **state) {
  (void)state;
  xy_tokenizer *tokenizer = NULL;
  int32_t *ids = NULL;
  size_t n = 0;
  xy_error err = {0};
  const char *text =
      file_of((parts){.vocab = "{\"\\u2581\": 0, \"\\u2581\\u2581\": 1}", .merges = "[\"\\u2581 \\u2581\"]"});
  assert_ok(xy__tokenizer_parse(&tokenizer, text, strlen(text), "t.json", &err), err);
  assert_ok(xy_tokenizer_encode(&ids, &n, tokenizer, "\xE2\x96\x81?\xE2\x96\x81", 7, true, &err), err);
  assert_int_equal(n, 1);
  assert_int_equal(ids[0], 1);
  xy_free(ids);
  xy_tokenizer_free(tokenizer);
}

/* Forty replacements, each of which doubles the text, end in an error and not in all memory, to and fro. */
static void a_text_does_not_grow_without_end(void **state) {
  (void)state;
#define DOUBLE "{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"aa\"}"
#define DOUBLE_4 DOUBLE "," DOUBLE "," DOUBLE "," DOUBLE
#define DOUBLE_20 DOUBLE_4 "," DOUBLE_4 "," DOUBLE_4 "," DOUBLE_4 "," DOUBLE_4
#define PART(members) "{\"type\": \"Sequence\", \"" members "\": [" DOUBLE_20 "," DOUBLE_20 "]}"
  static const char file[] = "{\"normalizer\": " PART("normalizers") ", \"decoder\": " PART(
      "decoders") ", \"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1}, \"merges\": []}}";
  xy_tokenizer *tokenizer = NULL;
  int32_t *ids = NULL;
  size_t n = 0;
  char *text = NULL;
  xy_error err;
  assert_ok(xy__tokenizer_parse(&tokenizer, file, strlen(file), "t.json", &err), err);
  assert_fails(xy_tokenizer_encode(&ids, &n, tokenizer, "ba", 2, false, &err), XY_ERR_UNSUPPORTED, err,
               "normalizing: of 2 bytes the tokenizer's file would make 1048577 and more");
  assert_fails(xy_tokenizer_decode(&text, &n, tokenizer, (const int32_t[]){1, 0}, 2, false, &err), XY_ERR_UNSUPPORTED,
               err, "decoding: of 2 bytes the tokenizer's file would make 1048577 and more");
  assert_ok(xy_tokenizer_encode(&ids, &n, tokenizer, "b", 1, false, &err), err);
  assert_int_equal(n, 1);
  xy_free(ids);
  xy_tokenizer_free(tokenizer);
}

static void no_file(void **state) {
  (void)state;
  xy_tokenizer *tokenizer;
  xy_error err = {0};
  assert_fails(xy_tokenizer_open(&tokenizer, "/no/such/folder/tokenizer.json", &err), XY_ERR_NOT_FOUND, err,
               "/no/such/folder/tokenizer.json");
  assert_string_equal(err.hint, "");
  assert_fails(xy_tokenizer_open(&tokenizer, tests_path("tokenizer"), &err), XY_ERR_NOT_FOUND, err,
               "tokenizer/tokenizer.json");
  assert_non_null(strstr(err.hint, "save_pretrained"));
}

/* Characters that are not in the vocabulary: with a token for unknown ones, and without; bytes lose nothing. */
static void tells_characters_that_are_lost(void **state) {
  (void)state;
  static const char *const files[] = {
      "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"<unk>\": 1}, \"merges\": [], \"unk_token\": \"<unk>\"}}",
      "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1}, \"merges\": []}}"};
  for (size_t f = 0; f < 2; f++) {
    xy_tokenizer *tokenizer;
    xy_error err = {0};
    bool lost;
    assert_ok(xy__tokenizer_parse(&tokenizer, files[f], strlen(files[f]), "t.json", &err), err);
    assert_ok(xy__tokenizer_loses(&lost, tokenizer, "a", 1, &err), err);
    assert_false(lost);
    assert_ok(xy__tokenizer_loses(&lost, tokenizer, "\xC3\xA9", 2, &err), err);
    assert_true(lost);
    assert_ok(xy__tokenizer_loses(&lost, tokenizer, " ", 1, &err), err);
    assert_false(lost);
    xy_tokenizer_free(tokenizer);
  }
  xy_tokenizer *bytes;
  xy_error err;
  bool lost;
  assert_ok(xy_tokenizer_open(&bytes, tests_path("tokenizer/data/byte_level/tokenizer.json"), &err), err);
  assert_ok(xy__tokenizer_loses(&lost, bytes, "\xE6\x97\xA5", 3, &err), err);
  assert_false(lost);
  xy_tokenizer_free(bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(reads_the_sound_one),
                                     cmocka_unit_test(broken_json),
                                     cmocka_unit_test(broken_vocabularies),
                                     cmocka_unit_test(broken_merges),
                                     cmocka_unit_test(broken_added_tokens),
                                     cmocka_unit_test(unknown_parts),
                                     cmocka_unit_test(several_post_processors),
                                     cmocka_unit_test(patterns_without_rules),
                                     cmocka_unit_test(a_missing_unknown_token),
                                     cmocka_unit_test(a_character_vanishes),
                                     cmocka_unit_test(a_text_does_not_grow_without_end),
                                     cmocka_unit_test(no_file),
                                     cmocka_unit_test(tells_characters_that_are_lost)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
