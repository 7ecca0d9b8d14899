/* xy_score_requests: the three forms of a request, that a score depends on nothing but its own request, and that wrong
 * options and requests are refused by name. The checkpoint is a tiny random one under ../shared. */
#include "support.h"

static xy_model *open_model(void) {
  const char *path = shared_path("golden/scoring/model");
  need_file(path);
  xy_model *model;
  xy_error err = {0};
  assert_ok(xy_model_open(&model, path, &err), err);
  return model;
}

static void every_form_is_scored(void **state) {
  (void)state;
  xy_model *model = open_model();
  const int32_t ids[] = {11, 12, 13};
  const xy_request requests[] = {{.text = "They work as a nurse."},
                                 {.prompt = "They work ", .continuation = "as a nurse."},
                                 {.prompt = "", .continuation = "They work as a nurse."},
                                 {.ids = ids, .n_ids = 3}};
  xy_score *scores;
  xy_error err = {0};
  assert_ok(xy_score_requests(&scores, model, requests, 4, NULL, &err), err);
  assert_int_equal(scores[0].bytes, strlen("They work as a nurse."));
  assert_int_equal(scores[1].bytes, strlen(" as a nurse.")); /* the space went to the continuation */
  assert_near(scores[2].logprob, scores[0].logprob, 0, 0);   /* an empty prompt is no prompt */
  assert_int_equal(scores[3].tokens, 2);
  assert_int_equal(scores[3].bytes, 0);
  assert_int_equal(scores[3].token_ids[0], 12);
  for (size_t i = 0; i < 4; i++) {
    double sum = 0;
    for (size_t t = 0; t < scores[i].tokens; t++) sum += (double)scores[i].token_logprobs[t];
    assert_near(scores[i].logprob, sum, 0, 0);
    assert_true(scores[i].logprob < 0);
  }
  xy_scores_free(scores, 4);
  xy_model_free(model);
}

static void a_score_is_its_own(void **state) {
  (void)state;
  xy_model *model = open_model();
  const xy_request requests[] = {{.text = "They work as a nurse."},
                                 {.text = "They work as an engineer."},
                                 {.prompt = "They work", .continuation = " late."}};
  xy_score *all, *alone;
  xy_error err = {0};
  const xy_score_options one_thread = {.threads = 1};
  assert_ok(xy_score_requests(&all, model, requests, 3, NULL, &err), err);
  for (size_t i = 0; i < 3; i++) {
    assert_ok(xy_score_requests(&alone, model, &requests[i], 1, &one_thread, &err), err);
    assert_int_equal(alone->tokens, all[i].tokens);
    for (size_t t = 0; t < alone->tokens; t++) {
      assert_near(alone->token_logprobs[t], all[i].token_logprobs[t], 1e-5, 0);
    }
    xy_scores_free(alone, 1);
  }
  xy_scores_free(all, 3);
  xy_model_free(model);
}

/* Formats and tails stand around prompts and answers, never around a plain text. */
static void formats_and_tails(void **state) {
  (void)state;
  xy_model *model = open_model();
  const xy_request requests[] = {{.text = "They work."}, {.prompt = "Who works?", .continuation = "They work."}};
  const xy_score_options with = {.format = "halos", .tail = "eos"};
  const xy_score_options pattern = {.format = "\n<|user|>\n{prompt}\n<|assistant|>\n", .tail = "eos"};
  xy_score *plain, *formatted, *same;
  xy_error err = {0};
  assert_ok(xy_score_requests(&plain, model, requests, 2, NULL, &err), err);
  assert_ok(xy_score_requests(&formatted, model, requests, 2, &with, &err), err);
  assert_ok(xy_score_requests(&same, model, requests, 2, &pattern, &err), err);
  assert_near(formatted[0].logprob, plain[0].logprob, 1e-5, 0);
  assert_int_equal(formatted[1].token_ids[formatted[1].tokens - 1], 0); /* <|endoftext|> */
  assert_true(fabs(formatted[1].logprob - plain[1].logprob) > 1e-3);
  assert_near(same[1].logprob, formatted[1].logprob, 1e-5, 0);
  xy_scores_free(plain, 2);
  xy_scores_free(formatted, 2);
  xy_scores_free(same, 2);
  xy_model_free(model);
}

static void refuses(xy_model *model, const xy_request *request, const xy_score_options *options, int code,
                    const char *text) {
  xy_score *scores = NULL;
  xy_error err = {0};
  assert_fails(xy_score_requests(&scores, model, request, 1, options, &err), code, err, text);
  assert_null(scores);
}

static void refuses_by_name(void **state) {
  (void)state;
  xy_model *model = open_model();
  const int32_t ids[] = {11, 12}, beyond[] = {11, 50304}, below[] = {11, -1};
  const xy_request text = {.name = "file:3", .text = "They"};
  refuses(model, &(xy_request){.name = "file:3"}, NULL, XY_ERR_ARGUMENT, "file:3: expected ids, or text");
  refuses(model, &(xy_request){0}, NULL, XY_ERR_ARGUMENT, "request 0: expected ids, or text");
  refuses(model, &(xy_request){.text = "a", .ids = ids, .n_ids = 2}, NULL, XY_ERR_ARGUMENT, "request 0: expected");
  refuses(model, &(xy_request){.prompt = "a"}, NULL, XY_ERR_ARGUMENT, "a continuation with its prompt");
  refuses(model, &(xy_request){.name = "x", .ids = ids, .n_ids = 1}, NULL, XY_ERR_ARGUMENT, "x: expected at least two");
  refuses(model, &(xy_request){.name = "x", .ids = beyond, .n_ids = 2}, NULL, XY_ERR_ARGUMENT, "50304");
  refuses(model, &(xy_request){.name = "x", .ids = below, .n_ids = 2}, NULL, XY_ERR_ARGUMENT, "-1");
  refuses(model, &(xy_request){.name = "x", .text = ""}, NULL, XY_ERR_ARGUMENT, "x");
  refuses(model, &text, &(xy_score_options){.start = XY_START_NONE}, XY_ERR_ARGUMENT, "file:3: nothing to score");
  refuses(model, &text, &(xy_score_options){.precision = (xy_precision)7}, XY_ERR_ARGUMENT, "precision: ");
  refuses(model, &text, &(xy_score_options){.start = (xy_start)7}, XY_ERR_ARGUMENT, "start: ");
  refuses(model, &text, &(xy_score_options){.memory = -1}, XY_ERR_ARGUMENT, "memory: ");
  refuses(model, &text, &(xy_score_options){.threads = -1}, XY_ERR_ARGUMENT, "threads: ");
  refuses(model, &text, &(xy_score_options){.format = "chatlm"}, XY_ERR_NOT_FOUND, "chatlm");
  refuses(model, &text, &(xy_score_options){.tail = "bos"}, XY_ERR_ARGUMENT, "bos");
  xy_model_free(model);
}

static void text_needs_a_tokenizer(void **state) {
  (void)state;
  const char *path = shared_path("golden/models/gpt2");
  need_file(path);
  xy_model *model;
  xy_error err = {0};
  assert_ok(xy_model_open(&model, path, &err), err);
  refuses(model, &(xy_request){.name = "file:1", .text = "a"}, NULL, XY_ERR_NOT_FOUND,
          "file:1: text needs a tokenizer");
  xy_model_free(model);
}

static int stop(const xy_progress *progress, void *user) {
  (void)progress;
  (void)user;
  return 1;
}

static void nothing_and_cancelled(void **state) {
  (void)state;
  xy_model *model = open_model();
  xy_score *scores;
  xy_error err = {0};
  assert_ok(xy_score_requests(&scores, model, NULL, 0, NULL, &err), err);
  xy_scores_free(scores, 0);
  xy_scores_free(NULL, 3);
  refuses(model, &(xy_request){.text = "They work."}, &(xy_score_options){.progress = stop}, XY_ERR_CANCELLED, "");
  xy_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_form_is_scored),   cmocka_unit_test(a_score_is_its_own),
      cmocka_unit_test(formats_and_tails),      cmocka_unit_test(refuses_by_name),
      cmocka_unit_test(text_needs_a_tokenizer), cmocka_unit_test(nothing_and_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
