/* Where scoring starts: lm-evaluation-harness's boundary and start-token rules, prompt formats, tails and cuts. */
#include "ask/request.h"

#include "tokenizer/golden.h"

/* The rules of a request, and the format and tail that it is asked with. */
typedef struct {
  xy__request_rules rules;
  const xy__format *format;
  xy__tail tail;
} manner;

typedef struct {
  manner how;
  const char *name;
  size_t split;
} subject;

static xy_tokenizer *open_small(const char *name) {
  xy_tokenizer *tokenizer = NULL;
  xy_error err = {0};
  assert_ok(xy_tokenizer_open(&tokenizer, small_path(name, "."), &err), err);
  return tokenizer;
}

static manner rules_for(const xy_tokenizer *tokenizer) {
  return (manner){.rules = {.tokenizer = tokenizer, .bos = -1, .eos = -1}, .format = xy__format_plain()};
}

static void free_tokenizer(manner *how) { xy_tokenizer_free((xy_tokenizer *)how->rules.tokenizer); }

static int make(xy__request *out, const manner *how, const char *prompt, const char *continuation, const char *item,
                xy_error *err) {
  const xy__asked asked = xy__ask_prompt(prompt, continuation, how->format, how->tail);
  return xy__request_make(out, &how->rules, &asked, item, err);
}

static int cut_at(int32_t *out, bool *split, const xy__request *request, const manner *how, const char *prompt,
                  const char *text, size_t bytes, xy_error *err) {
  const xy__asked asked = xy__ask_prompt(prompt, text, how->format, how->tail);
  return xy__request_cut(out, split, request, &how->rules, &asked, bytes, "item", err);
}

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
  int rc = make(&request, &s->how, context, continuation, "pair", &err);
  if (json_array_size(continuation_ids) == 0) {
    assert_int_equal(rc, XY_ERR_ARGUMENT);
    assert_non_null(strstr(err.text, "pair: no token is left for the continuation"));
    return;
  }
  if (rc != XY_OK) fail_msg("%s, line %zu: %s", s->name, line, err.text);
  size_t first = (size_t)request.first;
  if (json_array_size(context_ids) == 0) {
    assert_int_equal(first, 1);
    int64_t bos = xy__tokenizer_bos(s->how.rules.tokenizer);
    assert_int_equal(request.ids[0], bos >= 0 ? bos : xy__tokenizer_eos(s->how.rules.tokenizer));
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
    free_tokenizer(&s.how);
    split += s.split;
    tokenizers++;
  }
  assert_int_equal(tokenizers, 15);
  assert_true(split > 20); /* cuts inside a merged token are among them */
}

/* The ids of a request as text, "|" before the first scored one: "<s> The| answer". */
static const char *shown(const manner *how, const xy__request *request) {
  static char text[1024];
  size_t used = 0;
  for (int32_t i = 0; i < request->n; i++) {
    const char *token = xy__tokenizer_text(how->rules.tokenizer, request->ids[i]);
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i == request->first ? "|" : "", token);
  }
  return text;
}

static void assert_request(const manner *how, const char *prompt, const char *continuation, const char *expected,
                           bool split, size_t bytes) {
  xy__request request;
  xy_error err = {0};
  assert_ok(make(&request, how, prompt, continuation, "item", &err), err);
  assert_string_equal(shown(how, &request), expected);
  assert_int_equal(request.split, split);
  assert_int_equal(request.bytes, bytes);
  free(request.ids);
}

static void moves_white_space_to_the_continuation(void **state) {
  (void)state;
  manner how = rules_for(open_small("llama3"));
  assert_request(&how, "They", " answer", "<s>They|Ġanswer", false, 7);
  assert_request(&how, "They ", "answer", "<s>They|Ġanswer", false, 7);
  assert_request(&how, "They\xC2\xA0", "answer", "<s>They|Âłanswer", false, 8);
  free_tokenizer(&how);
}

static void puts_start_tokens(void **state) {
  (void)state;
  manner how = rules_for(open_small("llama3"));
  assert_request(&how, NULL, "They answer", "<s>|TheyĠanswer", false, 11);
  assert_request(&how, "", "<s>They", "<s>|They", false, 7);
  assert_request(&how, "<s>They", " answer", "<s>They|Ġanswer", false, 7);
  how.rules.start = XY_START_NONE;
  assert_request(&how, "They", " answer", "They|Ġanswer", false, 7);
  assert_request(&how, NULL, "They answer", "They|Ġanswer", false, 11);
  free_tokenizer(&how);

  how = rules_for(open_small("byte_level"));
  assert_request(&how, "They", " answer", "They|Ġanswer", false, 7);
  assert_request(&how, " \n", "They", "<|endoftext|>|ĠĊThey", false, 6);
  how.rules.start = XY_START_ALWAYS;
  assert_request(&how, "They", " answer", "<|endoftext|>They|Ġanswer", false, 7);
  assert_request(&how, "<|endoftext|>They", " answer", "<|endoftext|>They|Ġanswer", false, 7);
  free_tokenizer(&how);
}

static void tells_a_cut_inside_a_token(void **state) {
  (void)state;
  manner how = rules_for(open_small("byte_level"));
  xy__request request;
  xy_error err = {0};
  assert_ok(make(&request, &how, "They an", "swer it", "item", &err), err);
  assert_true(request.split);
  free(request.ids);
  assert_fails(make(&request, &how, "They an", "swer", "row 3", &err), XY_ERR_ARGUMENT, err,
               "row 3: no token is left for the continuation");
  free_tokenizer(&how);
}

static void refuses_what_cannot_be_scored(void **state) {
  (void)state;
  manner how = rules_for(open_small("byte_level"));
  xy__request request;
  xy_error err = {0};
  assert_fails(make(&request, &how, "They", "", "f:7", &err), XY_ERR_ARGUMENT, err, "f:7: the continuation is empty");
  assert_fails(make(&request, &how, "They", "a\xFF", "f:8", &err), XY_ERR_FORMAT, err,
               "f:8: the text is not valid UTF-8 at byte 5");
  how.rules.start = XY_START_NONE;
  assert_fails(make(&request, &how, NULL, "They", "f:9", &err), XY_ERR_ARGUMENT, err,
               "f:9: nothing to score: 1 token, of which");
  free_tokenizer(&how);

  how = rules_for(open_small("marked")); /* names neither start nor end token */
  assert_fails(make(&request, &how, NULL, "They", "f:1", &err), XY_ERR_UNSUPPORTED, err,
               "f:1: neither tokenizer nor config names a start (BOS) or end (EOS) token");
  how.tail = XY__TAIL_EOS;
  assert_fails(make(&request, &how, "They", "They", "f:2", &err), XY_ERR_UNSUPPORTED, err,
               "f:2: a tail needs an end token");
  how.tail = XY__TAIL_NONE;
  how.rules.bos = 0; /* config.json may name one */
  assert_ok(make(&request, &how, NULL, "They", "f:1", &err), err);
  assert_int_equal(request.ids[0], 0);
  free(request.ids);
  free_tokenizer(&how);
}

static void formats_fix_their_own_cut(void **state) {
  (void)state;
  manner how = rules_for(open_small("byte_level"));
  xy_error err = {0};
  assert_ok(xy__format_open(&how.format, "halos", &err), err);
  assert_request(&how, "They", "the", "Ċ<|user|>ĊTheyĊ<|assistant|>Ċ|the", false, 3);
  assert_request(&how, NULL, "They", "<|endoftext|>|They", false, 4); /* no prompt, no format */
  how.tail = XY__TAIL_EOS;
  assert_request(&how, "They", "the", "Ċ<|user|>ĊTheyĊ<|assistant|>Ċ|the<|endoftext|>", false, 3);
  how.tail = XY__TAIL_SPACE_EOS;
  assert_request(&how, "They", "the", "Ċ<|user|>ĊTheyĊ<|assistant|>Ċ|theĠ<|endoftext|>", false, 3);

  assert_ok(xy__format_open(&how.format, "Q: {prompt} A:", &err), err);
  how.tail = XY__TAIL_NONE;
  assert_request(&how, "They ", " the", "Q:ĠTheyĠĠA:|Ġthe", false, 4);
  assert_false(how.format->plain);
  xy__format_close(how.format);

  assert_ok(xy__format_open(&how.format, "llama2", &err), err); /* the answer's space is scored with it */
  assert_request(&how, "They", "answer", "[INST]ĠTheyĠ[/INST]|Ġanswer", false, 7);
  free_tokenizer(&how);
}

static void names_its_formats(void **state) {
  (void)state;
  static const char *const names[] = {"plain", "halos", "chatml", "zephyr", "llama2", "llama3", "tulu"};
  const xy__format *format;
  xy_error err = {0};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    assert_ok(xy__format_open(&format, names[i], &err), err);
    assert_string_equal(format->name, names[i]);
    assert_int_equal(format->plain, i == 0);
  }
  assert_fails(xy__format_open(&format, "halo", &err), XY_ERR_NOT_FOUND, err,
               "unknown prompt format 'halo': known are plain, halos, chatml, zephyr, llama2, llama3, tulu");
  assert_fails(xy__format_open(&format, "Q: A:", &err), XY_ERR_NOT_FOUND, err, "or a pattern with {prompt}");
  assert_fails(xy__format_open(&format, "{prompt}{prompt}", &err), XY_ERR_ARGUMENT, err, "expected {prompt} once");
  assert_fails(xy__format_open(&format, "{cut}{prompt}", &err), XY_ERR_ARGUMENT, err, "{cut} at most once, after");
  xy__tail tail;
  assert_ok(xy__tail_parse(&tail, NULL, &err), err);
  assert_int_equal(tail, XY__TAIL_NONE);
  assert_ok(xy__tail_parse(&tail, "space+eos", &err), err);
  assert_int_equal(tail, XY__TAIL_SPACE_EOS);
  assert_fails(xy__tail_parse(&tail, "end", &err), XY_ERR_ARGUMENT, err, "expected none, eos or space+eos");
}

/* The ids before an identity's end, as text. */
static void assert_cut(const manner *how, const char *prompt, const char *text, size_t bytes, const char *expected,
                       bool expected_split) {
  xy__request request;
  xy_error err = {0};
  int32_t cut;
  bool split;
  assert_ok(make(&request, how, prompt, text, "item", &err), err);
  assert_ok(cut_at(&cut, &split, &request, how, prompt, text, bytes, &err), err);
  request.first = cut;
  assert_string_equal(shown(how, &request), expected);
  assert_int_equal(split, expected_split);
  free(request.ids);
}

static void cuts_after_the_identity(void **state) {
  (void)state;
  manner how = rules_for(open_small("llama3"));
  assert_cut(&how, NULL, "They answer the", 4, "<s>They|ĠanswerĠthe", false);
  assert_cut(&how, NULL, "They answer the", 5, "<s>They|ĠanswerĠthe", false); /* the space goes on */
  assert_cut(&how, NULL, "They answer the", 0, "<s>|TheyĠanswerĠthe", false);
  assert_cut(&how, "They", " answer the", 7, "<s>TheyĠanswer|Ġthe", false);
  how.tail = XY__TAIL_EOS;
  assert_cut(&how, "They", " answer the", 7, "<s>TheyĠanswer|Ġthe</s>", false);
  int32_t cut;
  bool split;
  xy__request request;
  xy_error err = {0};
  assert_ok(make(&request, &how, NULL, "They answer", "item", &err), err);
  assert_ok(cut_at(&cut, &split, &request, &how, NULL, "They answer", 7, &err), err);
  assert_true(split);
  assert_fails(cut_at(&cut, &split, &request, &how, NULL, "They", 5, &err), XY_ERR_ARGUMENT, err,
               "item: a cut behind the end");
  free(request.ids);
  free_tokenizer(&how);
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
