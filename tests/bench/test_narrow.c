/* Narrowing: labels, limits that spread over themes, and what is refused. */
#include "bench/bench.h"
#include "files.h"

/* 3 themes with 3, 1 and 2 statements; 2 targets against 1 counterpart, 2 templates. */
static xy_bench *open_drinks(void) {
  static const char text[] =
      "benchmark: drinks\nmodality: pair\nlanguage: en\naxis: a\nsummary: s\nharm: h\n"
      "identities:\n- {id: tea, surface: tea drinkers, role: target}\n- {id: mate, surface: mate drinkers, role: "
      "target}\n"
      "- {id: coffee, surface: coffee drinkers, role: counterpart}\n"
      "themes:\n  late: [come late, go late, eat late]\n  loud: [sing]\n  far: [live far away, walk far]\n"
      "templates: [\"{Identity} {statement}.\", \"All {identity} {statement}.\"]\n";
  xy_bench *bench;
  xy_error err = {0};
  assert_ok(xy_bench_open(&bench, made_file(".yaml", text), NULL, &err), err);
  return bench;
}

static xy_bench *narrow(const xy__bench_filter *filter) {
  xy_bench *whole = open_drinks();
  xy_bench *bench;
  xy_error err = {0};
  assert_ok(xy__bench_narrow(&bench, whole, filter, &err), err);
  xy_bench_free(whole); /* the narrowed one owns its memory */
  return bench;
}

static void assert_labels(const xy__labels *labels, const char *const *names) {
  size_t n = 0;
  for (; names[n] != NULL; n++) {
    assert_true(n < labels->n);
    assert_string_equal(labels->names[n], names[n]);
  }
  assert_int_equal(labels->n, n);
}

static void an_empty_filter_keeps_all(void **state) {
  (void)state;
  xy_bench *whole = open_drinks();
  xy_bench *bench = narrow(&(xy__bench_filter){0});
  xy_bench_info a;
  xy_bench_info b;
  xy_bench_describe(&a, whole);
  xy_bench_describe(&b, bench);
  assert_int_equal(b.items, a.items);
  assert_int_equal(b.clusters, a.clusters);
  assert_string_equal(b.digest, a.digest);
  assert_string_equal(b.harm, "h");
  assert_int_equal(b.templates, 2);
  for (size_t i = 0; i < a.items; i++) {
    xy_item x;
    xy_item y;
    xy_bench_item(&x, whole, i);
    xy_bench_item(&y, bench, i);
    assert_string_equal(x.id, y.id);
    assert_string_equal(x.target, y.target);
    assert_string_equal(x.other, y.other);
    assert_string_equal(x.cluster, y.cluster);
    assert_int_equal(whole->items[i].options[1].identity_end, bench->items[i].options[1].identity_end);
  }
  xy_bench_free(whole);
  xy_bench_free(bench);
}

static void keeps_the_wanted_labels(void **state) {
  (void)state;
  const char *identities[] = {"mate"};
  const char *themes[] = {"far", "loud"};
  xy_bench *bench = narrow(&(xy__bench_filter){identities, 1, themes, 2, 0});
  assert_int_equal(bench->n, 6);
  assert_labels(&bench->identities, (const char *const[]){"mate", NULL});
  assert_labels(&bench->themes, (const char *const[]){"loud", "far", NULL}); /* the file's order */
  assert_labels(&bench->clusters, (const char *const[]){"loud/s1", "far/s1", "far/s2", NULL});
  assert_string_equal(bench->items[0].id, "loud/s1/t1/mate~coffee");
  xy_bench_free(bench);
}

static void a_limit_is_spread_over_themes(void **state) {
  (void)state;
  xy_bench *bench = narrow(&(xy__bench_filter){.limit = 2});
  assert_labels(&bench->clusters, (const char *const[]){"late/s1", "loud/s1", NULL});
  assert_int_equal(bench->n, 8); /* whole clusters: 2 targets, 2 templates each */
  xy_bench_free(bench);
  bench = narrow(&(xy__bench_filter){.limit = 5}); /* a theme that has no more is passed over */
  assert_labels(&bench->clusters, (const char *const[]){"late/s1", "late/s2", "loud/s1", "far/s1", "far/s2", NULL});
  xy_bench_free(bench);
  bench = narrow(&(xy__bench_filter){.limit = 99});
  assert_int_equal(bench->clusters.n, 6);
  xy_bench_free(bench);
}

static void refuses_unknown_labels(void **state) {
  (void)state;
  xy_bench *whole = open_drinks();
  xy_bench *bench;
  xy_error err = {0};
  const char *identities[] = {"maté", "juice"};
  const char *themes[] = {"lat"};
  assert_fails(xy__bench_narrow(&bench, whole, &(xy__bench_filter){identities, 2, themes, 1, 0}, &err), XY_ERR_ARGUMENT,
               err, "drinks: no identity 'juice'; it has tea, mate");
  assert_non_null(strstr(err.text, "drinks: no identity 'maté' (did you mean 'mate'?); it has tea, mate"));
  assert_non_null(strstr(err.text, "drinks: no theme 'lat' (did you mean 'late'?); it has late, loud, far"));
  xy_bench_free(whole);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_empty_filter_keeps_all), cmocka_unit_test(keeps_the_wanted_labels),
      cmocka_unit_test(a_limit_is_spread_over_themes), cmocka_unit_test(refuses_unknown_labels)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
