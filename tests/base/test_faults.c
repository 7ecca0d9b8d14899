/* What faults.h promises: faults in order, each with its line, as many as are useful and fit, and how many more. */
#include "base/faults.h"

#include "support.h"

static size_t lines_of(const char *text) {
  size_t n = 1;
  for (; *text != '\0'; text++) n += *text == '\n';
  return n;
}

static void the_first_twenty_are_told(void **state) {
  (void)state;
  xy_error err = {0};
  xy__faults faults = {.name = "f.csv", .err = &err};
  assert_int_equal(xy__faults_end(&faults), XY_OK);
  for (int line = 1; line <= 23; line++) xy__fault(&faults, line, "cell %d is empty", line);
  assert_int_equal(xy__faults_end(&faults), XY_ERR_FORMAT);
  assert_int_equal(lines_of(err.text), 21);
  assert_non_null(strstr(err.text, "f.csv:1: cell 1 is empty\nf.csv:2: cell 2 is empty\n"));
  assert_non_null(strstr(err.text, "f.csv:20: cell 20 is empty\n… and 3 more faults"));
}

/* Long ones are whole or not there, none after one that did not fit, and the count is never cut off. */
static void what_does_not_fit_is_counted(void **state) {
  (void)state;
  char text[1000];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  xy_error err = {0};
  xy__faults faults = {.name = "f.csv", .err = &err};
  for (int line = 1; line <= 6; line++) xy__fault(&faults, line, "%s", text);
  xy__fault(&faults, 7, "short");
  assert_int_equal(xy__faults_end(&faults), XY_ERR_FORMAT);
  assert_int_equal(lines_of(err.text), 4);
  assert_null(strstr(err.text, "short"));
  assert_non_null(strstr(err.text, "x\n… and 4 more faults"));
}

static void no_error_is_asked_for(void **state) {
  (void)state;
  xy__faults faults = {.name = "f.csv"};
  xy__fault(&faults, 1, "a");
  assert_int_equal(xy__faults_end(&faults), XY_ERR_FORMAT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_twenty_are_told),
      cmocka_unit_test(what_does_not_fit_is_counted),
      cmocka_unit_test(no_error_is_asked_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
