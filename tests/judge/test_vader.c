/* VADER: every digit of vaderSentiment 3.3.2, for sentences of our own (tools/make_vader_goldens.py) and for those of
 * ../shared; and texts of any size in the time that their words take. */
#include <jansson.h>

#include "base/file.h"
#include "base/json_lines.h"
#include "support.h"
#include "xylem.h"

static int each(void *user, json_t *line, xy_error *err) {
  static const char *const names[] = {"compound", "pos", "neu", "neg"};
  xy_judge *judge = user;
  const json_t *text = json_object_get(line, "text");
  const xy_judge_input input = {.text = json_string_value(text), .bytes = json_string_length(text)};
  xy_judgement judgement;
  int rc = xy_judge_text(&judgement, judge, &input, err);
  if (rc != XY_OK) return rc;
  assert_null(judgement.label);
  for (size_t i = 0; i < 4; i++) {
    double expected = json_number_value(json_object_get(line, names[i]));
    if (judgement.scores[i] != expected) {
      fail_msg("%s: %s: got %.4f, expected %.4f", input.text, names[i], judgement.scores[i], expected);
    }
  }
  return XY_OK;
}

static void compare(const char *path) {
  xy_judge *judge = NULL;
  xy_judge_info info;
  xy_error err;
  assert_ok(xy_judge_open(&judge, "vader", NULL, &err), err);
  xy_judge_describe(&info, judge);
  assert_int_equal(info.n_scores, 4);
  assert_string_equal(info.scores[0], "compound");
  assert_ok(xy__json_lines(path, each, judge, &err), err);
  xy_judge_free(judge);
}

static void scores_are_those_of_the_package(void **state) {
  (void)state;
  compare(tests_path("judge/data/vader.jsonl"));
}

static void scores_are_those_of_the_shared_reference(void **state) {
  (void)state;
  const char *path = shared_path("golden/vader/golden.jsonl");
  need_file(path);
  compare(path);
}

/* A million words around a "but", of which the package would look each up among all. */
static void a_long_text_takes_the_time_of_its_words(void **state) {
  (void)state;
  enum { WORDS = 500000 };
  static const char good[] = "good ", bad[] = "awful ", but[] = "but ";
  xy__text text = {0};
  for (int i = 0; i < WORDS; i++) xy__text_add(&text, good);
  xy__text_add(&text, but);
  for (int i = 0; i < WORDS; i++) xy__text_add(&text, bad);
  assert_false(text.failed);
  xy_judge *judge = NULL;
  xy_error err;
  xy_judgement judgement;
  assert_ok(xy_judge_open(&judge, "vader", NULL, &err), err);
  assert_ok(xy_judge_text(&judgement, judge, &(xy_judge_input){.text = text.data, .bytes = text.size}, &err), err);
  assert_true(judgement.scores[0] == -1);
  xy_judge_free(judge);
  xy__text_dispose(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(scores_are_those_of_the_package),
                                     cmocka_unit_test(scores_are_those_of_the_shared_reference),
                                     cmocka_unit_test(a_long_text_takes_the_time_of_its_words)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
