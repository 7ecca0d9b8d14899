/* YAML files: what is read, and that every error of a file is named with its line. */
#include "base/yaml.h"

#include "base/text.h"

#include "support.h"

static void reads_nested_nodes_with_lines(void **state) {
  (void)state;
  const char *text = "family: x\nstages:\n  base: {model: a/b}\nlist: [one, {two: 2}]\n";
  xy__yaml *yaml;
  xy_error err = {0};
  assert_ok(xy__yaml_parse(&yaml, text, strlen(text), "f.yaml", &err), err);
  const xy__node *base = xy__yaml_get(xy__yaml_get(yaml->root, "stages"), "base");
  assert_int_equal(base->line, 3);
  assert_string_equal(xy__yaml_get(base, "model")->value, "a/b");
  assert_int_equal(xy__yaml_get(yaml->root, "list")->n, 2);
  xy__yaml_free(yaml);
}

static void refuses(const char *text, size_t bytes, const char *message) {
  xy__yaml *yaml;
  xy_error err = {0};
  assert_fails(xy__yaml_parse(&yaml, text, bytes, "f.yaml", &err), XY_ERR_FORMAT, err, message);
}

static void refuses_with_line_numbers(void **state) {
  (void)state;
  refuses("", 0, "f.yaml:1: the file is empty");
  refuses("a: 1\nb: 2\na: 3\n", 15, "f.yaml:3: key 'a' is given twice (first in line 1)");
  refuses("a: &x 1\nb: *x\n", 14, "aliases");
  refuses("a: 1\nb: \xff\n", 10, "f.yaml:2: not valid UTF-8");
  refuses("a: [1, 2\n", 9, "not valid YAML");
  refuses("a: 1\n---\nb: 2\n", 14, "expected one document");
}

/* What makes libyaml slow, or grows without end: each ends at once, with its line. */
static void refuses_what_never_ends(void **state) {
  (void)state;
  enum { DEEP = 100000 };
  static const char *const units[] = {"[", "{a: ", "- ", "[a, "};
  for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
    xy__text text = {0};
    xy__text_add(&text, "a: 1\nb:\n  ");
    for (int i = 0; i < DEEP; i++) xy__text_add(&text, units[u]);
    assert_false(text.failed);
    refuses(text.data, text.size, "f.yaml:3: nested too deeply");
    xy__text_dispose(&text);
  }
  const char *bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
  refuses(bomb, strlen(bomb), "f.yaml:2: aliases (*name) are not allowed");
  refuses("a: &a [*a]\n", 11, "f.yaml:1: aliases");
  refuses("&a a: 1\n*a : 2\n", 15, "f.yaml:2: aliases");
  refuses("a: \"x\\0y\"\n", 10, "f.yaml:1: a NUL byte in a value");
  refuses("[1]: 2\n", 7, "f.yaml:1: expected a plain key");
}

static void suggests_the_nearest_key(void **state) {
  (void)state;
  const char *text = "modle: x\n";
  const char *known[] = {"model", "method", NULL};
  xy__yaml *yaml;
  xy_error err = {0};
  assert_ok(xy__yaml_parse(&yaml, text, strlen(text), "f.yaml", &err), err);
  assert_fails(xy__yaml_known_keys(yaml, yaml->root, "stage base", known, &err), XY_ERR_FORMAT, err,
               "f.yaml:1: stage base: unknown key 'modle' (did you mean 'model'?)");
  xy__yaml_free(yaml);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_nested_nodes_with_lines), cmocka_unit_test(refuses_with_line_numbers),
      cmocka_unit_test(refuses_what_never_ends), cmocka_unit_test(suggests_the_nearest_key)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
