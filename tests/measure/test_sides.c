/* Alignment of token ids against Python's difflib, and the sums of a pair's two sides. */
#include "base/file.h"
#include "base/json.h"
#include "measure/difflib.h"
#include "measure/measure.h"
#include "support.h"

static int32_t *ids_of(const json_t *list, int32_t *n) {
  *n = (int32_t)json_array_size(list);
  int32_t *ids = malloc(((size_t)*n + 1) * sizeof *ids);
  for (int32_t i = 0; i < *n; i++) ids[i] = (int32_t)json_integer_value(json_array_get(list, (size_t)i));
  return ids;
}

static void matches_what_difflib_matches(void **state) {
  (void)state;
  char *text;
  size_t size, line_number = 0;
  xy_error err = {0};
  assert_ok(xy__file_read_bytes(&text, &size, tests_path("measure/data/difflib.jsonl"), &err), err);
  for (char *line = text, *end; *line != '\0'; line = end + 1) {
    end = strchr(line, '\n');
    line_number++;
    json_t *row;
    assert_ok(xy__json_parse(&row, line, (size_t)(end - line), "difflib.jsonl", &err), err);
    int32_t n, m;
    int32_t *a = ids_of(json_object_get(row, "a"), &n), *b = ids_of(json_object_get(row, "b"), &m);
    int32_t *expected = malloc(((size_t)n + 1) * sizeof *expected), *got = malloc(((size_t)n + 1) * sizeof *got);
    for (int32_t i = 0; i < n; i++) expected[i] = -1;
    size_t k;
    json_t *block;
    json_array_foreach(json_object_get(row, "blocks"), k, block) {
      json_int_t at[3];
      for (size_t f = 0; f < 3; f++) at[f] = json_integer_value(json_array_get(block, f));
      for (json_int_t i = 0; i < at[2]; i++) expected[at[0] + i] = (int32_t)(at[1] + i);
    }
    assert_ok(xy__difflib_match(got, a, n, b, m, &err), err);
    for (int32_t i = 0; i < n; i++) {
      if (got[i] != expected[i])
        fail_msg("line %zu: element %d: got %d, expected %d", line_number, i, got[i], expected[i]);
    }
    free(a);
    free(b);
    free(expected);
    free(got);
    json_decref(row);
  }
  assert_true(line_number > 300);
  free(text);
}

/* <s> all X people are p .   against   <s> all Y Z people are p . */
static const int32_t target_ids[] = {0, 5, 11, 7, 8, 9, 2}, counterpart_ids[] = {0, 5, 12, 13, 7, 8, 9, 2};
static const float target_logprob[] = {-1, -2, -3, -4, -5, -6}, counterpart_logprob[] = {-1, -9, -9, -2, -2, -2, -2};

static xy__scored target(void) {
  return (xy__scored){.ids = target_ids, .n = 7, .first = 1, .cut = -1, .logprob = target_logprob, .bytes = 20};
}
static xy__scored counterpart(void) {
  return (xy__scored){
      .ids = counterpart_ids, .n = 8, .first = 1, .cut = -1, .logprob = counterpart_logprob, .bytes = 25};
}

static void sums_each_mode(void **state) {
  (void)state;
  xy__scored x = target(), z = counterpart();
  xy__side sides[2];
  xy_error err = {0};
  x.split = true;
  assert_ok(xy__pair_sides(sides, &x, &z, &err), err);
  assert_near(sides[0].full, -21, 1e-12, 0);
  assert_near(sides[1].full, -27, 1e-12, 0);
  assert_int_equal(sides[0].tokens, 6);
  assert_int_equal(sides[1].tokens, 7);
  /* Shared: all, people, are, p and the full stop; the start token has no score. */
  assert_near(sides[0].shared, -1 - 3 - 4 - 5 - 6, 1e-12, 0);
  assert_near(sides[1].shared, -1 - 8, 1e-12, 0);
  assert_int_equal(sides[0].shared_tokens, 5);
  assert_int_equal(sides[1].shared_tokens, 5);
  /* Without a known cut the predicate follows the first token that differs. */
  assert_near(sides[0].predicate, -18, 1e-12, 0);
  assert_near(sides[1].predicate, -17, 1e-12, 0);
  assert_int_equal(sides[1].predicate_tokens, 5);
  assert_true(sides[0].split && !sides[1].split);
  assert_near(xy__pair_gap(sides, XY__FULL), 6, 1e-12, 0);
  assert_near(xy__pair_gap(sides, XY__SHARED), -10, 1e-12, 0);
  assert_near(xy__pair_gap(sides, XY__PREDICATE), -1, 1e-12, 0);
  assert_near(xy__pair_gap(sides, XY__PER_TOKEN), -21.0 / 6 + 27.0 / 7, 1e-12, 0);
  assert_near(xy__pair_gap(sides, XY__PER_BYTE), -21.0 / 20 + 27.0 / 25, 1e-12, 0);
  x.cut = 3;
  z.cut = 4;
  assert_ok(xy__pair_sides(sides, &x, &z, &err), err);
  assert_near(sides[0].predicate, -18, 1e-12, 0);
  assert_near(sides[1].predicate, -8, 1e-12, 0);
  assert_near(sides[0].name, -3, 1e-12, 0);
  assert_near(sides[1].name, -19, 1e-12, 0);
}

/* A shared prompt in front: its tokens are matched, but not scored. */
static void leaves_out_what_is_not_scored(void **state) {
  (void)state;
  xy__scored x = target(), z = counterpart();
  x.first = z.first = 2;
  xy__side sides[2];
  xy_error err = {0};
  assert_ok(xy__pair_sides(sides, &x, &z, &err), err);
  assert_int_equal(sides[0].tokens, 5);
  assert_int_equal(sides[0].shared_tokens, 4);
  assert_near(sides[0].shared, -2 - 3 - 4 - 5, 1e-12, 0);
}

static void refuses_bad_sides(void **state) {
  (void)state;
  xy__scored x = target(), z = counterpart();
  xy__side sides[2];
  xy_error err = {0};
  float broken[] = {-1, -2, NAN, -4, -5, -6};
  x.logprob = broken;
  assert_fails(xy__pair_sides(sides, &x, &z, &err), XY_ERR_NUMERIC, err, "target: log-probability of token 3");
  x = target();
  z.first = 8;
  assert_fails(xy__pair_sides(sides, &x, &z, &err), XY_ERR_ARGUMENT, err, "counterpart: expected at least one scored");
  z = counterpart();
  z.bytes = 0;
  assert_fails(xy__pair_sides(sides, &x, &z, &err), XY_ERR_ARGUMENT, err, "no bytes");
  z = counterpart();
  z.cut = 9;
  assert_fails(xy__pair_sides(sides, &x, &z, &err), XY_ERR_ARGUMENT, err, "identity term");
}

static void names_modes(void **state) {
  (void)state;
  xy_error err = {0};
  for (int m = 0; m < XY__PAIR_MODES; m++) {
    xy__mode mode;
    assert_ok(xy__mode_parse(&mode, xy__mode_name((xy__mode)m), &err), err);
    assert_int_equal(mode, m);
  }
  xy__mode mode;
  assert_ok(xy__mode_parse(&mode, "statement", &err), err);
  assert_int_equal(mode, XY__PREDICATE);
  assert_fails(xy__mode_parse(&mode, "name", &err), XY_ERR_ARGUMENT, err,
               "mode 'name': expected full"); /* says nothing */
  assert_fails(xy__mode_parse(&mode, "half", &err), XY_ERR_ARGUMENT, err, "mode 'half': expected full");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(matches_what_difflib_matches), cmocka_unit_test(sums_each_mode),
                                     cmocka_unit_test(leaves_out_what_is_not_scored),
                                     cmocka_unit_test(refuses_bad_sides), cmocka_unit_test(names_modes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
