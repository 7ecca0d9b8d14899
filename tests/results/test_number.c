/* How numbers read: each kind one form, signs where they say something, and nothing that is not zero printed as it. */
#include "results/number.h"
#include "support.h"

static void reads(const char *expected, xy__text *text) {
  assert_false(text->failed);
  assert_string_equal(text->data, expected);
  xy__text_dispose(text);
}

static void counts_have_commas(void **state) {
  (void)state;
  static const struct {
    int64_t count;
    const char *text;
  } cases[] = {{0, "0"}, {7, "7"}, {999, "999"}, {1000, "1,000"}, {-1234567, "−1,234,567"}, {100000, "100,000"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    xy__text text = {0};
    xy__number_add_count(&text, cases[i].count);
    reads(cases[i].text, &text);
  }
}

static void values_read_by_the_kind_of_their_measure(void **state) {
  (void)state;
  static const struct {
    const char *measure;
    double value;
    const char *text;
  } cases[] = {{"preference_rate", 0.6123, "61.2%"},
               {"preference_rate_change", 0.0123, "+1.2 pp"},
               {"misgendering_rate_change", -0.0123, "−1.2 pp"},
               {"binary_gap", -0.25, "−25.0%"},
               {"mean_gap", 0.1234, "+0.123"},
               {"s_amb", -0.5, "−0.500"},
               {"amplification", -0.0001, "0.000"},
               {"accuracy_change", 0.0001, "0.0 pp"},
               {"reinforcement", NAN, "–"},
               {"of_another_version", 0.5, "+0.500"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    xy__text text = {0};
    xy__number_add_value(&text, cases[i].measure, cases[i].value);
    reads(cases[i].text, &text);
  }
}

static void an_estimate_has_its_interval_where_there_is_one(void **state) {
  (void)state;
  xy_measure row = {.measure = "mean_gap", .value = 0.5, .low = -0.1, .high = 1.1};
  xy__text text = {0};
  xy__number_add_estimate(&text, &row);
  reads("+0.50 [−0.10, +1.10]", &text);
  xy__number_add_interval(&text, &row);
  reads("[−0.10, +1.10]", &text);
  xy__number_add_end(&text, &row, row.high);
  reads("+1.10", &text);
  row.low = NAN;
  xy__number_add_estimate(&text, &row);
  reads("+0.500", &text);
}

/* A narrow interval asks for more digits, a wide one for fewer, and no end that is not 0 reads as 0. */
static void digits_go_by_the_interval(void **state) {
  (void)state;
  static const struct {
    const char *measure;
    double value, low, high;
    const char *text;
  } cases[] = {{"mean_gap", 0.93712, 0.596, 1.26, "+0.94 [+0.60, +1.26]"},
               {"mean_gap", 0.26312, 0.00453, 0.511, "+0.263 [+0.005, +0.511]"},
               {"mean_gap", 0.0037912, 0.0018, 0.00593, "+0.0038 [+0.0018, +0.0059]"},
               {"mean_gap", -293.992, -301.87, -285.158, "−294.0 [−301.9, −285.2]"},
               {"mean_gap", 3.1e-7, 2.9e-7, 3.3e-7, "+0.0000003 [+0.0000003, +0.0000003]"},
               {"mean_gap", 38.3, 20, 60, "+38 [+20, +60]"},
               {"mean_gap", 0.148, 0.096, 0.216, "+0.15 [+0.10, +0.22]"},
               {"amplification", -0.0001, -0.2, 0.2, "0.00 [−0.20, +0.20]"},
               {"preference_rate", 0.5884, 0.5042, 0.671, "58.8% [50.4, 67.1]"},
               {"preference_rate", 0.4, 0.1, 0.7, "40.0% [10.0, 70.0]"},
               {"preference_rate_change", -0.0502, -0.085, -0.016, "−5.0 pp [−8.5, −1.6]"},
               {"preference_rate", 1, 1, 1, "100.0% [100.0, 100.0]"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    xy_measure row = {.measure = cases[i].measure, .value = cases[i].value, .low = cases[i].low, .high = cases[i].high};
    char *text = xy_measure_text(&row, true);
    assert_string_equal(text, cases[i].text);
    xy_free(text);
  }
}

static void small_p_are_said_to_be_below(void **state) {
  (void)state;
  static const struct {
    double p;
    const char *text;
  } cases[] = {{1, "1.000"}, {0.0246, "0.025"}, {0.001, "0.001"}, {0.00099, "<0.001"}, {0, "<0.001"}, {NAN, "–"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    xy__text text = {0};
    xy__number_add_p(&text, cases[i].p);
    reads(cases[i].text, &text);
  }
}

static void chosen_numbers_have_no_exponent(void **state) {
  (void)state;
  static const struct {
    double value;
    const char *text;
  } cases[] = {{1e-5, "0.00001"}, {0.1, "0.1"},       {100 * 0.95, "95"},
               {100 * 0.07, "7"}, {2.5e6, "2500000"}, {-0.5, "−0.5"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    xy__text text = {0};
    xy__number_add_plain(&text, cases[i].value);
    reads(cases[i].text, &text);
  }
}

static void what_could_be_seen_is_never_printed_as_nothing(void **state) {
  (void)state;
  static const struct {
    const char *measure;
    double size;
    const char *text;
  } cases[] = {{"amplification", 0.0519, "±0.052"},
               {"amplification", 1.26, "±1.3"},
               {"amplification", 0.0012345, "±0.0012"},
               {"amplification", 3e-9, "±0.0000000030"},
               {"amplification", 0, "±0.0"},
               {"s_amb_change", 0.25, "±0.25"},
               {"misgendering_rate_change", 0.0234, "±2.3 pp"},
               {"misgendering_rate_change", 0.0004, "±0.040 pp"},
               {"amplification", INFINITY, "–"},
               {"amplification", NAN, "–"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    xy_measure row = {.measure = cases[i].measure, .detectable = cases[i].size};
    xy__text text = {0};
    xy__number_add_detectable(&text, &row);
    reads(cases[i].text, &text);
  }
}

static void sizes_name_items_and_clusters(void **state) {
  (void)state;
  xy_measure row = {.n = 1792, .clusters = 56};
  xy__text text = {0};
  xy__number_add_size(&text, &row);
  reads("1,792 items in 56 clusters", &text);
  xy__number_add_size(&text, NULL);
  reads("0 items in 0 clusters", &text);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(counts_have_commas),
                                     cmocka_unit_test(values_read_by_the_kind_of_their_measure),
                                     cmocka_unit_test(an_estimate_has_its_interval_where_there_is_one),
                                     cmocka_unit_test(digits_go_by_the_interval),
                                     cmocka_unit_test(small_p_are_said_to_be_below),
                                     cmocka_unit_test(chosen_numbers_have_no_exponent),
                                     cmocka_unit_test(what_could_be_seen_is_never_printed_as_nothing),
                                     cmocka_unit_test(sizes_name_items_and_clusters)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
