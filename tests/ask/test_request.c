/* Where scoring starts: lm-evaluation-harness's boundary and start-token rules, prompt formats, tails and cuts. */
#include "ask/request.h"

#include "tokenizer/golden.h"

typedef struct {
  xy__request_rules rules;
  const char *name;
  size_t split;
} subject;

static xy_tokenizer *open_small(const char *name) {
  xy_tokenizer *tokenizer = NULL;
  xy_error err = {0};
  assert_ok(xy_tokenizer_open(&tokenizer, small_path(name, "."), &err), err);
  return tokenizer;
}

static xy__request_rules rules_for(const xy_tokenizer *tokenizer) {
  return (xy__request_rules){.tokenizer = tokenizer, .bos = -1, .eos = -1};
}

static void free_tokenizer(xy__request_rules *rules) { xy_tokenizer_free((xy_tokenizer *)rules->tokenizer); }

/* One pair of boundary.jsonl. Where the harness is left without a context (white space before a tokenizer that adds no
 * start token) it dies; the context is then the start token, as for an empty one. */
static void check_boundary(const json_t *row, size_t line, void *user) {
  subject *s = user;
  const char *context = json_string_value(json_object_get(row, "context"));
  const char *continuation = json_string_value(json_object_get(row, "continuation"));
  const json_t *context_ids = json_object_get(row, "context_ids");
  const json_t *continuation_ids = json_object_get(row, "continuation_ids");
  xy__request request;
  xy_error err = {0};
  int rc = xy__request_make(&request, &s->rules, context, continuation, "pair", &err);
  if (json_array_size(continuation_ids) == 0) {
    assert_int_equal(rc, XY_ERR_ARGUMENT);
    assert_non_null(strstr(err.text, "pair: no token is left for the continuation"));
    return;
  }
  if (rc != XY_OK) fail_msg("%s, line %zu: %s", s->name, line, err.text);
  size_t first = (size_t)request.first;
  if (json_array_size(context_ids) == 0) {
    assert_int_equal(first, 1);
    int64_t bos = xy__tokenizer_bos(s->rules.tokenizer);
    assert_int_equal(request.ids[0], bos >= 0 ? bos : xy__tokenizer_eos(s->rules.tokenizer));
  } else {
    assert_ids(request.ids, first, context_ids, s->name, line);
  }
  assert_ids(request.ids + first, (size_t)request.n - first, continuation_ids, s->name, line);
  s->split += request.split;
  free(request.ids);
}

static void agrees_with_the_harness(void **state) {
  (void)state;
  size_t tokenizers = 0;
  size_t split = 0;
  for (size_t i = 0; i < N_SMALL; i++) {
    const char *path = small_path(small_tokenizers[i], "boundary.jsonl");
    if (access(path, R_OK) != 0) continue;
    subject s = {rules_for(open_small(small_tokenizers[i])), small_tokenizers[i], 0};
    assert_true(each_line(path, check_boundary, &s) > 40);
    free_tokenizer(&s.rules);
    split += s.split;
    tokenizers++;
  }
  assert_int_equal(tokenizers, 15);
  assert_true(split > 20); /* cuts inside a merged token are among them */
}

/* The ids of a request as text, "|" before the first scored one: "<s> The| answer". */
static const char *shown(const xy__request_rules *rules, const xy__request *request) {
  static char text[1024];
  size_t used = 0;
  for (int32_t i = 0; i < request->n; i++) {
    const char *token = xy__tokenizer_text(rules->tokenizer, request->ids[i]);
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i == request->first ? "|" : "", token);
  }
  return text;
}

static void assert_request(const xy__request_rules *rules, const char *prompt, const char *continuation,
                           const char *expected, bool split, size_t bytes) {
  xy__request request;
  xy_error err = {0};
  assert_ok(xy__request_make(&request, rules, prompt, continuation, "item", &err), err);
  assert_string_equal(shown(rules, &request), expected);
  assert_int_equal(request.split, split);
  assert_int_equal(request.bytes, bytes);
  free(request.ids);
}

static void moves_white_space_to_the_continuation(void **state) {
  (void)state;
  xy__request_rules rules = rules_for(open_small("llama3"));
  assert_request(&rules, "They", " answer", "<s>They|Ġanswer", false, 7);
  assert_request(&rules, "They ", "answer", "<s>They|Ġanswer", false, 7);
  assert_request(&rules, "They\xC2\xA0", "answer", "<s>They|Âłanswer", false, 8);
  free_tokenizer(&rules);
}

static void puts_start_tokens(void **state) {
  (void)state;
  xy__request_rules rules = rules_for(open_small("llama3"));
  assert_request(&rules, NULL, "They answer", "<s>|TheyĠanswer", false, 11);
  assert_request(&rules, "", "<s>They", "<s>|They", false, 7);
  assert_request(&rules, "<s>They", " answer", "<s>They|Ġanswer", false, 7);
  rules.start = XY_START_NONE;
  assert_request(&rules, "They", " answer", "They|Ġanswer", false, 7);
  assert_request(&rules, NULL, "They answer", "They|Ġanswer", false, 11);
  free_tokenizer(&rules);

  rules = rules_for(open_small("byte_level"));
  assert_request(&rules, "They", " answer", "They|Ġanswer", false, 7);
  assert_request(&rules, " \n", "They", "<|endoftext|>|ĠĊThey", false, 6);
  rules.start = XY_START_ALWAYS;
  assert_request(&rules, "They", " answer", "<|endoftext|>They|Ġanswer", false, 7);
  assert_request(&rules, "<|endoftext|>They", " answer", "<|endoftext|>They|Ġanswer", false, 7);
  free_tokenizer(&rules);
}

static void tells_a_cut_inside_a_token(void **state) {
  (void)state;
  xy__request_rules rules = rules_for(open_small("byte_level"));
  xy__request request;
  xy_error err = {0};
  assert_ok(xy__request_make(&request, &rules, "They an", "swer it", "item", &err), err);
  assert_true(request.split);
  free(request.ids);
  assert_fails(xy__request_make(&request, &rules, "They an", "swer", "row 3", &err), XY_ERR_ARGUMENT, err,
               "row 3: no token is left for the continuation");
  free_tokenizer(&rules);
}

static void refuses_what_cannot_be_scored(void **state) {
  (void)state;
  xy__request_rules rules = rules_for(open_small("byte_level"));
  xy__request request;
  xy_error err = {0};
  assert_fails(xy__request_make(&request, &rules, "They", "", "f:7", &err), XY_ERR_ARGUMENT, err,
               "f:7: the continuation is empty");
  assert_fails(xy__request_make(&request, &rules, "They", "a\xFF", "f:8", &err), XY_ERR_FORMAT, err,
               "f:8: the text is not valid UTF-8 at byte 5");
  rules.start = XY_START_NONE;
  assert_fails(xy__request_make(&request, &rules, NULL, "They", "f:9", &err), XY_ERR_ARGUMENT, err,
               "f:9: nothing to score: 1 token(s)");
  free_tokenizer(&rules);

  rules = rules_for(open_small("marked")); /* names neither start nor end token */
  assert_fails(xy__request_make(&request, &rules, NULL, "They", "f:1", &err), XY_ERR_UNSUPPORTED, err,
               "f:1: neither tokenizer nor config names a start (BOS) or end (EOS) token");
  rules.tail = XY__TAIL_EOS;
  assert_fails(xy__request_make(&request, &rules, "They", "They", "f:2", &err), XY_ERR_UNSUPPORTED, err,
               "f:2: a tail needs an end token");
  rules.tail = XY__TAIL_NONE;
  rules.bos = 0; /* config.json may name one */
  assert_ok(xy__request_make(&request, &rules, NULL, "They", "f:1", &err), err);
  assert_int_equal(request.ids[0], 0);
  free(request.ids);
  free_tokenizer(&rules);
}

static void formats_fix_their_own_cut(void **state) {
  (void)state;
  xy__request_rules rules = rules_for(open_small("byte_level"));
  xy_error err = {0};
  assert_ok(xy__format_find(&rules.format, "halos", &err), err);
  assert_request(&rules, "They", "the", "Ċ<|user|>ĊTheyĊ<|assistant|>Ċ|the", false, 3);
  assert_request(&rules, NULL, "They", "<|endoftext|>|They", false, 4); /* no prompt, no format */
  rules.tail = XY__TAIL_EOS;
  assert_request(&rules, "They", "the", "Ċ<|user|>ĊTheyĊ<|assistant|>Ċ|the<|endoftext|>", false, 3);
  rules.tail = XY__TAIL_SPACE_EOS;
  assert_request(&rules, "They", "the", "Ċ<|user|>ĊTheyĊ<|assistant|>Ċ|theĠ<|endoftext|>", false, 3);

  xy__format *own;
  assert_ok(xy__format_pattern(&own, "Q: {prompt} A:", &err), err);
  rules.format = own;
  rules.tail = XY__TAIL_NONE;
  assert_request(&rules, "They ", " the", "Q:ĠTheyĠĠA:|Ġthe", false, 4);
  assert_false(xy__format_plain(own));
  xy__format_free(own);

  assert_ok(xy__format_find(&rules.format, "llama2", &err), err); /* the answer's space is scored with it */
  assert_request(&rules, "They", "answer", "[INST]ĠTheyĠ[/INST]|Ġanswer", false, 7);
  free_tokenizer(&rules);
}

static void names_its_formats(void **state) {
  (void)state;
  static const char *const names[] = {"plain", "halos", "chatml", "zephyr", "llama2", "llama3", "tulu"};
  const xy__format *format;
  xy_error err = {0};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    assert_ok(xy__format_find(&format, names[i], &err), err);
    assert_string_equal(xy__format_name(format), names[i]);
    assert_int_equal(xy__format_plain(format), i == 0);
  }
  assert_fails(xy__format_find(&format, "halo", &err), XY_ERR_NOT_FOUND, err,
               "unknown prompt format 'halo': known are plain, halos, chatml, zephyr, llama2, llama3, tulu");
  xy__format *own;
  assert_fails(xy__format_pattern(&own, "Q: A:", &err), XY_ERR_ARGUMENT, err, "expected {prompt} once");
  assert_fails(xy__format_pattern(&own, "{prompt}{prompt}", &err), XY_ERR_ARGUMENT, err, "expected {prompt} once");
  assert_fails(xy__format_pattern(&own, "{cut}{prompt}", &err), XY_ERR_ARGUMENT, err, "{cut} at most once, after");
  xy__tail tail;
  assert_ok(xy__tail_parse(&tail, NULL, &err), err);
  assert_int_equal(tail, XY__TAIL_NONE);
  assert_ok(xy__tail_parse(&tail, "space+eos", &err), err);
  assert_int_equal(tail, XY__TAIL_SPACE_EOS);
  assert_fails(xy__tail_parse(&tail, "end", &err), XY_ERR_ARGUMENT, err, "expected none, eos or space+eos");
}

/* The ids before an identity's end, as text. */
static void assert_cut(const xy__request_rules *rules, const char *prompt, const char *text, size_t bytes,
                       const char *expected, bool expected_split) {
  xy__request request;
  xy_error err = {0};
  int32_t cut;
  bool split;
  assert_ok(xy__request_make(&request, rules, prompt, text, "item", &err), err);
  assert_ok(xy__request_cut(&cut, &split, &request, rules, prompt, text, bytes, "item", &err), err);
  request.first = cut;
  assert_string_equal(shown(rules, &request), expected);
  assert_int_equal(split, expected_split);
  free(request.ids);
}

static void cuts_after_the_identity(void **state) {
  (void)state;
  xy__request_rules rules = rules_for(open_small("llama3"));
  assert_cut(&rules, NULL, "They answer the", 4, "<s>They|ĠanswerĠthe", false);
  assert_cut(&rules, NULL, "They answer the", 5, "<s>They|ĠanswerĠthe", false); /* the space goes on */
  assert_cut(&rules, NULL, "They answer the", 0, "<s>|TheyĠanswerĠthe", false);
  assert_cut(&rules, "They", " answer the", 7, "<s>TheyĠanswer|Ġthe", false);
  rules.tail = XY__TAIL_EOS;
  assert_cut(&rules, "They", " answer the", 7, "<s>TheyĠanswer|Ġthe</s>", false);
  int32_t cut;
  bool split;
  xy__request request;
  xy_error err = {0};
  assert_ok(xy__request_make(&request, &rules, NULL, "They answer", "item", &err), err);
  assert_ok(xy__request_cut(&cut, &split, &request, &rules, NULL, "They answer", 7, "item", &err), err);
  assert_true(split);
  assert_fails(xy__request_cut(&cut, &split, &request, &rules, NULL, "They", 5, "item", &err), XY_ERR_ARGUMENT, err,
               "item: a cut behind the end");
  free(request.ids);
  free_tokenizer(&rules);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_the_harness),
                                     cmocka_unit_test(moves_white_space_to_the_continuation),
                                     cmocka_unit_test(puts_start_tokens),
                                     cmocka_unit_test(tells_a_cut_inside_a_token),
                                     cmocka_unit_test(refuses_what_cannot_be_scored),
                                     cmocka_unit_test(formats_fix_their_own_cut),
                                     cmocka_unit_test(names_its_formats),
                                     cmocka_unit_test(cuts_after_the_identity)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
