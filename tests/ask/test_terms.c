/* How many tokens identity terms have, where they stand: counted apart, from the pieces of the texts. */
#include "bench/bench.h"
#include "support.h"

static size_t tokens_of(const xy_tokenizer *tokenizer, const char *text) {
  int32_t *ids = NULL;
  size_t n = 0;
  xy_error err;
  assert_ok(xy_tokenizer_encode(&ids, &n, tokenizer, text, strlen(text), false, &err), err);
  xy_free(ids);
  return n;
}

static const xy_bench_term *find(const xy_bench_term *terms, size_t n, const char *identity) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(terms[i].identity, identity) == 0) return &terms[i];
  }
  fail_msg("no term of %s", identity);
  return NULL;
}

static void terms_are_counted_where_they_stand(void **state) {
  static const char *const pairs[][4] = {/* target: first in a sentence, within one; its counterpart */
                                         {"blind", "Blind people", " blind people", "sighted"},
                                         {"autistic", "Autistic people", " autistic people", "nonautistic"}};
  (void)state;
  xy_tokenizer *tokenizer;
  xy_bench *bench;
  xy_bench_term *terms;
  size_t n;
  xy_error err;
  assert_ok(xy_tokenizer_open(&tokenizer, root_path("data/seedling/base"), &err), err);
  assert_ok(xy_bench_open(&bench, "disability", NULL, &err), err);
  assert_ok(xy_bench_terms(&terms, &n, bench, tokenizer, &err), err);
  assert_int_equal(n, bench->identities.n + bench->counterparts.n);
  for (size_t i = 0; i < 2; i++) {
    const xy_bench_term *target = find(terms, n, pairs[i][0]), *other = find(terms, n, pairs[i][3]);
    size_t first = tokens_of(tokenizer, pairs[i][1]), within = tokens_of(tokenizer, pairs[i][2]);
    assert_int_equal(target->least, first < within ? first : within);
    assert_int_equal(target->most, first > within ? first : within);
    assert_true(target->target && !other->target && !other->differs);
    if (target->most < other->least) assert_true(target->differs);
  }
  assert_true(find(terms, n, "autistic")->differs); /* "people who are not autistic" */
  xy_free(terms);
  xy_bench_free(bench);
  /* Both sides name one person: no term differs. */
  assert_ok(xy_bench_open(&bench, "affirmation", NULL, &err), err);
  assert_ok(xy_bench_terms(&terms, &n, bench, tokenizer, &err), err);
  assert_int_equal(n, 0);
  xy_free(terms);
  xy_bench_free(bench);
  xy_tokenizer_free(tokenizer);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(terms_are_counted_where_they_stand)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
