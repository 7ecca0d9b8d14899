/* Figures and documents of a synthetic run whose labels hold characters that break careless writers: every file is
 * well-formed XML with title and description, has the marks that the results call for and the sizes that were asked,
 * and comes out the same twice. */
#include <dirent.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json.h"
#include "support.h"

#include "report/synthetic.h" /* needs those before it */

typedef struct fixture {
  synthetic made;
  char folder[64];
} fixture;

static int setup(void **state) {
  fixture *test = calloc(1, sizeof *test);
  strcpy(test->folder, "/tmp/xylem-figures-XXXXXX");
  if (mkdtemp(test->folder) == NULL) return -1;
  synthetic_make(&test->made, 4, test->folder);
  *state = test;
  return 0;
}

static int teardown(void **state) {
  fixture *test = *state;
  DIR *folder = opendir(test->folder);
  for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s", test->folder, entry->d_name);
    if (entry->d_name[0] != '.') (void)remove(path);
  }
  if (folder != NULL) closedir(folder);
  (void)rmdir(test->folder);
  synthetic_dispose(&test->made);
  free(test);
  return 0;
}

static char *slurp_bytes(size_t *size, const fixture *test, const char *name) {
  char path[400];
  char *data;
  xy_error err;
  snprintf(path, sizeof path, "%s/%s", test->folder, name);
  assert_ok(xy__file_read_bytes(&data, size, path, &err), err);
  return data;
}

static char *slurp(const fixture *test, const char *name) {
  size_t size;
  return slurp_bytes(&size, test, name);
}

static size_t count(const char *text, const char *word) {
  size_t n = 0;
  for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word)) n++;
  return n;
}

static void write_all(const fixture *test, xy_figure_format format, double width) {
  xy_figure_options options = {format, width};
  size_t n = 0;
  xy_error err;
  assert_ok(xy_figures_write(&n, test->made.results, test->folder, &options, &err), err);
  assert_true(n > 0);
}

static json_t *index_of(const fixture *test) {
  char path[400];
  json_t *index;
  xy_error err;
  snprintf(path, sizeof path, "%s/figures.json", test->folder);
  assert_ok(xy__json_load(&index, path, &err), err);
  return index;
}

/* Tags close in order, and attributes and text hold no bare '<' or '&'. */
static void assert_well_formed(const char *xml) {
  int depth = 0;
  for (const char *c = xml; *c != '\0'; c++) {
    assert_true((unsigned char)*c >= ' ' || *c == '\n');
    if (*c == '&') {
      assert_true(strncmp(c, "&amp;", 5) == 0 || strncmp(c, "&lt;", 4) == 0 || strncmp(c, "&gt;", 4) == 0 ||
                  strncmp(c, "&quot;", 6) == 0 || strncmp(c, "&#39;", 5) == 0);
    }
    if (*c != '<') continue;
    const char *end = strchr(c, '>');
    assert_non_null(end);
    depth += c[1] == '/' ? -1 : end[-1] == '/' ? 0 : 1;
    assert_true(depth >= 0);
    c = end;
  }
  assert_int_equal(depth, 0);
}

static void well_formed_and_complete(void **state) {
  fixture *test = *state;
  write_all(test, XY_FIGURE_SVG, 0);
  json_t *index = index_of(test);
  json_t *list = json_object_get(index, "figures");
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *one = json_array_get(list, i);
    char *svg = slurp(test, json_string_value(json_object_get(one, "file")));
    assert_well_formed(svg);
    assert_int_equal(count(svg, "<title>"), 1);
    assert_int_equal(count(svg, "<desc>"), 1);
    assert_non_null(strstr(svg, "width=\"178.00mm\""));
    assert_null(strstr(svg, "nan"));
    assert_null(strstr(svg, "inf"));
    assert_true(strlen(json_string_value(json_object_get(one, "caption"))) > 40);
    assert_true(json_integer_value(json_object_get(one, "marks")) > 0);
    free(svg);
  }
  json_decref(index);
}

static void marks(const fixture *test, const char *file, size_t expected) {
  json_t *index = index_of(test);
  json_t *list = json_object_get(index, "figures");
  bool found = false;
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *one = json_array_get(list, i);
    if (strcmp(json_string_value(json_object_get(one, "file")), file) != 0) continue;
    found = true;
    assert_int_equal(json_integer_value(json_object_get(one, "marks")), expected);
  }
  if (!found) fail_msg("%s is not in figures.json", file);
  json_decref(index);
}

static void marks_of_the_results(void **state) {
  fixture *test = *state;
  write_all(test, XY_FIGURE_SVG, 85);
  marks(test, "waterfall-stigma.svg", 4 + 4 + 4);         /* root bars; steps on four paths (0, 1, 1, 2); gaps */
  marks(test, "shares-stigma.svg", 13 * (2 + 1 + 3 + 1)); /* a row per cell; shares and gap of dpo, and of sft-dpo */
  marks(test, "coverage-stigma.svg", 7 * 7);
  marks(test, "steps-stigma.svg", 3 * (1 + 6 + 6));
  marks(test, "cells-stigma-dpo.svg", 6 * 6);
  marks(test, "margins-stigma.svg", 2 * (1 + 6 + 6));
  marks(test, "reinforcement-stigma.svg", 2 * 144);
  marks(test, "side-by-side.svg", 3);
  char *svg = slurp(test, "reinforcement-stigma.svg");
  assert_int_equal(count(svg, "class=\"mark\""), 2 * 144);
  assert_non_null(strstr(svg, "width=\"85.00mm\""));
  free(svg);
}

/* The counts of the long table, and "none" where a cell could have shown nothing. */
static void the_matrix_has_the_counts(void **state) {
  fixture *test = *state;
  xy_results *results = test->made.results;
  for (size_t i = 0; i < results->n_measures; i++) {
    xy_measure *row = &results->measures[i];
    if (strcmp(row->theme, "threat") != 0) continue;
    row->n = 1234;
    row->detectable = NAN;
  }
  write_all(test, XY_FIGURE_SVG, 0);
  char *svg = slurp(test, "coverage-stigma.svg");
  assert_int_equal(count(svg, ">1,234</text>"), 7);
  assert_int_equal(count(svg, ">none</text>"), 7);
  assert_int_equal(count(svg, ">1,728</text>"), 1);
  assert_int_equal(count(svg, ">±0.080</text>"), 6 * 7);
  free(svg);
}

/* With one theme there is nothing to cross: identities stand beside each other, and no cell looks empty. */
static void a_single_theme_is_no_column(void **state) {
  fixture *test = *state;
  xy_results *results = test->made.results;
  size_t kept = 0;
  for (size_t i = 0; i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    bool whole = strcmp(row->theme, "all") == 0;
    if (whole || (strcmp(row->theme, "threat") == 0 && strcmp(row->identity, "all") == 0)) {
      results->measures[kept++] = *row;
    }
  }
  results->n_measures = kept;
  write_all(test, XY_FIGURE_SVG, 0);
  marks(test, "coverage-stigma.svg", 7);
  char *svg = slurp(test, "coverage-stigma.svg");
  assert_non_null(strstr(svg, "how many items there are by identity<"));
  assert_null(strstr(svg, ">threat<"));
  free(svg);
}

/* Gaps in a mode per token are no plain nats, wherever a figure speaks of them. */
static void units_are_those_of_the_mode(void **state) {
  fixture *test = *state;
  xy_results *results = test->made.results;
  results->headline_mode = "per-token";
  for (size_t i = 0; i < results->n_measures; i++) {
    if (strncmp(results->measures[i].measure, "reward", 6) != 0) results->measures[i].mode = "per-token";
  }
  json_t *bench = json_array_get(json_object_get(results->facts, "benchmarks"), 0);
  json_object_set_new(json_object_get(bench, "headline"), "mode", json_string("per-token"));
  write_all(test, XY_FIGURE_SVG, 0);
  const char *const files[] = {"waterfall-stigma.svg", "shares-stigma.svg",   "steps-stigma.svg",
                               "cells-stigma-dpo.svg", "coverage-stigma.svg", "side-by-side.svg"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char *svg = slurp(test, files[i]);
    assert_int_equal(count(svg, "nats"), count(svg, "nats per token"));
    assert_true(count(svg, "nats per token") >= 2); /* on the figure, and in its caption */
    free(svg);
  }
  char *svg = slurp(test, "margins-stigma.svg"); /* rewards are of whole texts */
  assert_int_equal(count(svg, "nats per token"), 0);
  free(svg);
}

static void equal_bytes(void **state) {
  fixture *test = *state;
  const char *const files[] = {"steps-stigma.svg", "steps-stigma.pdf", "steps-stigma.png"};
  for (int format = 0; format < 3; format++) {
    write_all(test, (xy_figure_format)format, 120);
    size_t sizes[2];
    char *first = slurp_bytes(&sizes[0], test, files[format]);
    write_all(test, (xy_figure_format)format, 120);
    char *second = slurp_bytes(&sizes[1], test, files[format]);
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(first, second, sizes[0]);
    free(first);
    free(second);
  }
}

static void bad_width(void **state) {
  fixture *test = *state;
  const double widths[] = {59, 401};
  for (size_t i = 0; i < 2; i++) {
    xy_figure_options options = {XY_FIGURE_SVG, widths[i]};
    size_t n = 7;
    xy_error err;
    assert_fails(xy_figures_write(&n, test->made.results, test->folder, &options, &err), XY_ERR_ARGUMENT, err,
                 "expected 60 to 400 mm");
    assert_int_equal(n, 7);
  }
}

/* Braces pair, every '&' stands between cells, and nothing of the results can start a command. */
static void latex_is_escaped(void **state) {
  fixture *test = *state;
  xy_error err;
  char *text;
  xy__results_add_finding(test->made.results, "limited", "50% of a_b & {c} $d$ #e ~f ^g \\h → β [i] 中", &err);
  assert_fails(xy_report_text(&text, test->made.results, XY_MARKUP_CSV, &err), XY_ERR_ARGUMENT, err,
               "Markdown or LaTeX");
  assert_ok(xy_report_text(&text, test->made.results, XY_MARKUP_LATEX, &err), err);
  assert_non_null(strstr(text,
                         "50\\% of a\\_b \\& \\{c\\} \\$d\\$ \\#e \\textasciitilde{}f \\textasciicircum{}g "
                         "\\textbackslash{}h $\\to$ $\\beta$ {[}i{]} \\texttt{U+4E2D}"));
  assert_int_equal(count(text, "\\begin{"), count(text, "\\end{"));
  assert_int_equal(count(text, "\\toprule"), count(text, "\\bottomrule"));
  int depth = 0;
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\\' && c[1] != '\0') {
      c++;
      continue;
    }
    depth += *c == '{' ? 1 : *c == '}' ? -1 : 0;
    assert_true(depth >= 0);
  }
  assert_int_equal(depth, 0);
  xy_free(text);
}

static void markdown_is_escaped(void **state) {
  fixture *test = *state;
  xy_error err;
  char *text;
  xy__results_add_finding(test->made.results, "limited", "a|b *c* <script> [d](e)\n# f", &err);
  assert_ok(xy_report_text(&text, test->made.results, XY_MARKUP_MARKDOWN, &err), err);
  assert_non_null(strstr(text, "- a\\|b \\*c\\* \\<script\\> \\[d\\](e) \\# f\n"));
  xy_free(text);
}

/* What would begin a block is escaped at the beginning alone, and only where it would. */
static void markdown_begins_no_block(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"- a", "\\- a"},   {"-", "\\-"},     {"---", "\\---"}, {"+ a", "\\+ a"},     {"12. a", "12\\. a"},
      {"3) a", "3\\) a"}, {"===", "\\==="}, {"+0.3", "+0.3"}, {"-0.3", "-0.3"},     {"12.5", "12.5"},
      {"a - b", "a - b"}, {"", ""},         {"# a", "\\# a"}, {"a\\\nb", "a\\\\ b"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *text = xy_markup_text(cases[i][0], XY_MARKUP_MARKDOWN);
    assert_string_equal(text, cases[i][1]);
    xy_free(text);
  }
}

/* A cell that begins as a formula of any spreadsheet is text; what stands as it is does. */
static void csv_cells_are_no_formulas(void **state) {
  (void)state;
  static const char *const cases[][2] = {{"a", "a"},
                                         {"", ""},
                                         {"a=b", "a=b"},
                                         {"a, b", "\"a, b\""},
                                         {"a \"b\"", "\"a \"\"b\"\"\""},
                                         {"=1+1", "\"'=1+1\""},
                                         {"-a", "\"'-a\""},
                                         {"\n=1", "\"'\n=1\""},
                                         {"＝1+1", "\"'＝1+1\""},
                                         {"＠a", "\"'＠a\""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *text = xy_markup_text(cases[i][0], XY_MARKUP_CSV);
    assert_string_equal(text, cases[i][1]);
    xy_free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(well_formed_and_complete, setup, teardown),
      cmocka_unit_test_setup_teardown(marks_of_the_results, setup, teardown),
      cmocka_unit_test_setup_teardown(the_matrix_has_the_counts, setup, teardown),
      cmocka_unit_test_setup_teardown(a_single_theme_is_no_column, setup, teardown),
      cmocka_unit_test_setup_teardown(units_are_those_of_the_mode, setup, teardown),
      cmocka_unit_test_setup_teardown(equal_bytes, setup, teardown),
      cmocka_unit_test(csv_cells_are_no_formulas),
      cmocka_unit_test_setup_teardown(bad_width, setup, teardown),
      cmocka_unit_test_setup_teardown(latex_is_escaped, setup, teardown),
      cmocka_unit_test_setup_teardown(markdown_is_escaped, setup, teardown),
      cmocka_unit_test(markdown_begins_no_block),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
