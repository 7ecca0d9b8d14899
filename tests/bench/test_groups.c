/* Whom a published file is about: BBQ's biased answers and identities against what its authors hold, and the names of
 * groups and axes in one vocabulary over all benchmarks.
 */
#include <jansson.h>

#include "base/yaml.h"
#include "bench/groups.h"
#include "files.h"
#include "measure/coverage.h"
#include "opened.h"

static const char *identity_of(const xy_bench *bench, const char *id) {
  return bench->identities.names[item_of(bench, id)->identity];
}

/* Without the space before it; "" where there is none. */
static const char *biased_of(const xy__item *item) {
  for (size_t o = 0; o < item->n_options; o++) {
    if (item->options[o].biased) return item->options[o].text + 1;
  }
  return "";
}

/* ---- BBQ ---- */

/* A made question of a category: two people, each with a text and a tag, and the list of groups. */
#define BBQ(category, id, index, polarity, first, tag, second, other, groups)                                   \
  "{\"example_id\": " id ", \"question_index\": \"" index "\", \"question_polarity\": \"" polarity              \
  "\", \"context_condition\": \"ambig\", \"category\": \"" category "\", \"answer_info\": {\"ans0\": [\"" first \
  "\", \"" tag "\"], \"ans1\": [\"Not known\", \"unknown\"], \"ans2\": [\"" second "\", \"" other               \
  "\"]}, \"additional_metadata\": {\"stereotyped_groups\": [" groups                                            \
  "]}, \"context\": \"Two people met.\", \"question\": \"Who sang?\", \"ans0\": \"" first                       \
  "\", \"ans1\": \"Not known\", \"ans2\": \"" second "\", \"label\": 1}\n"

typedef struct meaning {
  const char *id, *identity, *biased;
} meaning;

static void means(const char *text, const char *axis, const meaning *right, size_t n) {
  xy_bench *bench = open_ok(made_file(".jsonl", text), NULL);
  assert_string_equal(bench->axis, axis);
  assert_int_equal(bench->n, n);
  for (size_t i = 0; i < n; i++) {
    assert_string_equal(identity_of(bench, right[i].id), right[i].identity);
    assert_string_equal(biased_of(item_of(bench, right[i].id)), right[i].biased);
  }
  xy_bench_free(bench);
}
#define MEANS(text, axis, ...)                                \
  do {                                                        \
    static const meaning right[] = __VA_ARGS__;               \
    means(text, axis, right, sizeof right / sizeof right[0]); \
  } while (0)

#define TRANS "\"Transgender women\", \"transgender men\", \"trans\""

static void tells_trans_people_apart_by_their_own_tags(void **state) {
  (void)state;
  MEANS(BBQ("Gender_identity", "1", "9", "neg", "the trans man", "trans_M", "the woman", "nonTrans_F", TRANS)
            BBQ("Gender_identity", "2", "9", "neg", "the man", "nonTrans_M", "the trans woman", "trans_F", TRANS)
                BBQ("Gender_identity", "3", "9", "nonneg", "the student", "nonTrans", "the other", "trans",
                    "\"transgender women\", \"trans\"")
                    BBQ("Gender_identity", "4", "1", "neg", "the woman", "woman", "the man", "man", "\"F\"")
                        BBQ("Gender_identity", "5", "1", "neg", "the girl", "girl", "the boy", "boy", "\"M\""),
        "mixed",
        {{"Gender_identity/1", "transgender men", "the trans man"},
         {"Gender_identity/2", "transgender women", "the trans woman"},
         {"Gender_identity/3", "transgender people", "the student"},
         {"Gender_identity/4", "women", "the woman"},
         {"Gender_identity/5", "men", "the boy"}});
}

static void tells_kinds_of_disability_apart(void **state) {
  (void)state;
  MEANS(BBQ("Disability_status", "1", "1", "neg", "the walker", "nonDisabled", "the wheelchair user", "disabled",
            "\"disabled\", \"physically disabled\"")
            BBQ("Disability_status", "2", "2", "nonneg", "the friend", "disabled", "the sister", "nonDisabled",
                "\"disabled\", \"mentally-ill\"")
                BBQ("Disability_status", "3", "3", "neg", "the guest", "disabled", "the host", "nonDisabled",
                    "\"disabled\", \"people with cerebral palsy\"")
                    BBQ("Disability_status", "4", "4", "neg", "the guest", "disabled", "the host", "nonDisabled",
                        "\"disabled\""),
        "disability",
        {{"Disability_status/1", "physically disabled people", "the wheelchair user"},
         {"Disability_status/2", "people with a mental health condition", "the sister"},
         {"Disability_status/3", "people with cerebral palsy", "the guest"},
         {"Disability_status/4", "disabled people", "the guest"}});
}

/* The same race, the same second variable, and neither. Template 1 is about men, 3 about women; 13 about high incomes.
 */
static void decides_intersectional_rows_by_the_second_variable(void **state) {
  (void)state;
  MEANS(BBQ("Race_x_gender", "1", "1", "neg", "the woman", "F-Black", "the man", "M-Black", "\"Black\"")
            BBQ("Race_x_gender", "2", "3", "neg", "the woman", "F-Black", "the man", "M-Black", "\"Black\"")
                BBQ("Race_x_gender", "3", "3", "nonneg", "one", "F-Latino", "another", "F-White",
                    "\"Hispanic\", \"Latino\"") BBQ("Race_x_gender", "4", "1", "neg", "one", "F-White", "another",
                                                    "M-Arab", "\"Middle Eastern\", \"Arab\"")
                    BBQ("Race_x_gender", "5", "99", "neg", "one", "F-Asian", "another", "M-White", "\"Asian\"")
                        BBQ("Race_x_gender", "6", "99", "neg", "one", "F-Asian", "another", "M-Asian", "\"Asian\""),
        "mixed",
        {{"Race_x_gender/1", "Black men", "the man"},
         {"Race_x_gender/2", "Black women", "the woman"},
         {"Race_x_gender/3", "Latino and Hispanic women", "another"},
         {"Race_x_gender/4", "Arab and Middle Eastern men", "another"},
         {"Race_x_gender/5", "Asian people", "one"}, /* a template that nobody knows: the race alone */
         {"Race_x_gender/6", "Asian people", ""}});
  MEANS(BBQ("Race_x_SES", "1", "1", "neg", "the cook", "lowSES-Black", "the judge", "highSES-Black",
            "\"Black\", \"African American\", \"Latino\", \"Hispanic\"")
            BBQ("Race_x_SES", "2", "13", "neg", "the cook", "lowSES-F-Asian", "the judge", "highSES-M-Asian",
                "\"Asian\""),
        "mixed",
        {{"Race_x_SES/1", "Black people in poverty", "the cook"},
         {"Race_x_SES/2", "Asian people with a high income", "the judge"}});
}

/* ---- the authors' own ---- */

/* The text of PATH.xz; NULL where there is no xz. Caller frees. */
static char *unpacked(const char *path, size_t *bytes) {
  char command[512];
  snprintf(command, sizeof command, "xz -dc '%s'", path);
  FILE *pipe = popen(command, "r");
  size_t capacity = 1 << 24;
  char *text = malloc(capacity + 1);
  assert_non_null(pipe);
  assert_non_null(text);
  *bytes = fread(text, 1, capacity, pipe);
  while (*bytes == capacity) {
    text = realloc(text, 2 * capacity + 1);
    assert_non_null(text);
    *bytes += fread(text + capacity, 1, capacity, pipe);
    capacity *= 2;
  }
  text[*bytes] = '\0';
  if (pclose(pipe) == 0) return text;
  free(text);
  return NULL;
}

/* The rows in which a person is "African" and the group "African American": the authors' script matches a part of the
 * word there. */
static bool is_african(const json_t *row) {
  char *info = json_dumps(json_object_get(row, "answer_info"), 0);
  bool found = strstr(info, "-African\"") != NULL;
  free(info);
  return found;
}

static size_t compare_with_authors(const char *category, const json_t *places) {
  char name[128], path[512];
  snprintf(name, sizeof name, "data/published/bbq/%s.jsonl.xz", category);
  snprintf(path, sizeof path, "%s", shared_path(name));
  size_t bytes, apart = 0;
  char *text = unpacked(path, &bytes);
  assert_non_null(text);
  xy_bench *bench = open_ok(made_file_of(".jsonl", text, bytes), NULL);
  size_t i = 0;
  for (char *next = NULL, *line = strtok_r(text, "\n", &next); line != NULL; line = strtok_r(NULL, "\n", &next), i++) {
    json_t *row = json_loads(line, 0, NULL);
    const xy__item *item = &bench->items[i];
    const json_t *place = json_object_get(places, item->id);
    assert_non_null(place);
    char key[32] = "";
    if (json_is_integer(place)) snprintf(key, sizeof key, "ans%d", (int)json_integer_value(place));
    const char *right = json_is_integer(place) ? json_string_value(json_object_get(row, key)) : "";
    bool same = strcmp(biased_of(item), right) == 0;
    if (!same && is_african(row)) {
      apart++;
    } else if (!same) {
      fail_msg("%s: biased is '%s', the authors have '%s'", item->id, biased_of(item), right);
    }
    json_decref(row);
  }
  assert_int_equal(i, bench->n);
  xy_bench_free(bench);
  free(text);
  return apart;
}

static void agrees_with_the_authors_in_every_row(void **state) {
  (void)state;
  static const char *const categories[] = {
      "Age", "Gender_identity",   "Nationality", "Physical_appearance", "Race_x_SES", "Race_ethnicity", "Race_x_gender",
      "SES", "Sexual_orientation"};
  need_file(shared_path("data/published/bbq/target_loc_by_authors_script.json.xz"));
  size_t bytes, apart = 0;
  char *text = unpacked(shared_path("data/published/bbq/target_loc_by_authors_script.json.xz"), &bytes);
  if (text == NULL) {
    print_message("# skipped: xz is not here\n");
    skip();
  }
  json_t *places = json_loadb(text, bytes, 0, NULL);
  assert_non_null(places);
  for (size_t i = 0; i < sizeof categories / sizeof *categories; i++) {
    apart += compare_with_authors(categories[i], places);
  }
  assert_int_equal(apart, 68);
  json_decref(places);
  free(text);
}

/* ---- one vocabulary ---- */

static void add_keys(json_t *seen, const xy__node *list, const char *name) {
  xy__text key = {0};
  for (size_t i = 0; list != NULL && i < list->n; i++) {
    assert_true(xy__groups_key(&key, list->items[i]->value));
    const char *other = json_string_value(json_object_get(seen, key.data));
    if (other != NULL) fail_msg("'%s' is a label of %s and of %s", list->items[i]->value, other, name);
    json_object_set_new(seen, key.data, json_string(name));
  }
  xy__text_dispose(&key);
}

static void gives_a_label_one_name(void **state) {
  (void)state;
  static const char *const kinds[] = {"groups", "others"};
  xy__yaml *yaml;
  xy_error err;
  assert_ok(xy__groups_open(&yaml, &err), err);
  json_t *seen = json_object();
  const xy__node *axes = xy__yaml_get(yaml->root, "axes");
  for (size_t a = 0; a < axes->n; a++) {
    add_keys(seen, xy__yaml_get(axes->items[a], "labels"), xy__yaml_get(axes->items[a], "axis")->value);
    for (size_t k = 0; k < 2; k++) {
      const xy__node *groups = xy__yaml_get(axes->items[a], kinds[k]);
      for (size_t g = 0; groups != NULL && g < groups->n; g++) {
        add_keys(seen, xy__yaml_get(groups->items[g], "labels"), xy__yaml_get(groups->items[g], "name")->value);
      }
    }
  }
  add_keys(seen, xy__yaml_get(yaml->root, "mixed"), "mixed");
  assert_true(json_object_size(seen) > 100);
  json_decref(seen);
  xy__yaml_free(yaml);
}

/* Spellings become one name, in whatever case; what nobody lists stays. */
static void names_groups_alike_in_every_file(void **state) {
  (void)state;
  xy_bench *bench = open_ok(made_file(".csv",
                                      ",Gender_ID_x,Gender_ID_y,sent_x,sent_y\n"
                                      "0,NB,Cis,Nonbinary people sing,Cis people sing\n"
                                      "1,non-binary,Cisgender,Non-binary people sing,Cisgender people sing\n"
                                      "2,Tea,Coffee,Tea drinkers sing,Coffee drinkers sing\n"),
                            NULL);
  assert_int_equal(bench->identities.n, 2);
  assert_string_equal(bench->identities.names[0], "nonbinary people");
  assert_string_equal(bench->identities.names[1], "Tea");
  assert_int_equal(bench->counterparts.n, 2);
  assert_string_equal(bench->counterparts.names[0], "cisgender people");
  xy_bench_free(bench);
}

static const char *axis_of(const xy_bench *bench, const char *identity) {
  for (size_t i = 0; i < bench->identities.n; i++) {
    if (strcmp(bench->identities.names[i], identity) == 0) return xy_bench_identity_axis(bench, i);
  }
  fail_msg("no identity %s", identity);
  return NULL;
}

/* Rows of one file may be about several axes: each identity is on its own, and what is left of one axis is on that. */
static void knows_the_axis_of_each_identity(void **state) {
  (void)state;
  xy_bench *bench = open_ok(
      made_file(".jsonl",
                BBQ("Gender_identity", "1", "9", "neg", "the trans man", "trans_M", "the woman", "nonTrans_F", TRANS)
                    BBQ("Gender_identity", "2", "1", "neg", "the woman", "woman", "the man", "man", "\"F\"")),
      NULL);
  assert_string_equal(bench->axis, "mixed");
  assert_string_equal(axis_of(bench, "transgender men"), "gender-diverse");
  assert_string_equal(axis_of(bench, "women"), "binary-gender");
  static const char *const only[] = {"transgender men"};
  xy_bench *narrow;
  xy_error err;
  assert_ok(xy__bench_narrow(&narrow, bench, &(xy__bench_filter){.identities = only, .n_identities = 1}, &err), err);
  assert_string_equal(narrow->axis, "gender-diverse");
  xy_bench_free(narrow);
  xy_bench_free(bench);
  bench = open_ok(made_file(".csv",
                            ",sent_more,sent_less,stereo_antistereo,bias_type\n"
                            "0,Tea is red.,Tea is blue.,stereo,race-color\n1,Tea is old.,Tea is new.,stereo,gender\n"
                            "2,Tea is hot.,Tea is cold.,stereo,Black women\n3,Tea is in.,Tea is out.,stereo,tea\n"),
                  NULL);
  assert_string_equal(axis_of(bench, "race"), "race");
  assert_string_equal(axis_of(bench, "gender"), "binary-gender");
  assert_string_equal(axis_of(bench, "Black women"), "mixed");
  assert_string_equal(axis_of(bench, "tea"), "mixed");
  xy_bench_free(bench);
}

/* A file beside the made one, gone at the end of the test. */
static const char *mapping_of(const char *text) {
  static char path[64];
  snprintf(path, sizeof path, "/tmp/xylem-names-%ld.yaml", (long)getpid());
  FILE *file = fopen(path, "we");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
  return path;
}

/* A context file says the axes of its identities; a mapping that joins two of them puts them on neither. */
static void keeps_the_axes_of_a_context_file(void **state) {
  (void)state;
  static const char text[] =
      "benchmark: b\nmodality: pair\nlanguage: en\nidentities:\n"
      "- {id: tea, surface: tea, role: target, axis: drinks}\n- {id: cup, surface: cup, role: counterpart, axis: "
      "drinks}\n"
      "- {id: rice, surface: rice, role: target, axis: food}\n- {id: pan, surface: pan, role: counterpart, axis: "
      "food}\n"
      "themes: {t: [is hot]}\ntemplates: [\"{Identity} {statement}.\"]\n";
  xy_bench *bench = open_ok(made_file(".yaml", text), NULL);
  assert_string_equal(bench->axis, "mixed");
  assert_string_equal(axis_of(bench, "tea"), "drinks");
  assert_string_equal(axis_of(bench, "rice"), "food");
  xy_bench_free(bench);
  xy_error err;
  const xy_bench_options how = {.groups = mapping_of("names:\n  kitchen: [tea, rice]\n  meals: [food]\n")};
  assert_ok(xy_bench_open(&bench, made_path, &how, &err), err);
  assert_string_equal(axis_of(bench, "kitchen"), "mixed");
  xy_bench_free(bench);
  unlink(how.groups);
}

/* It mends what the list has, and adds what it lacks; by name as by option, and of a context file, too. */
static void a_mapping_goes_before_the_list(void **state) {
  (void)state;
  const char *map = mapping_of(
      "names:\n"
      "  enbies: [nb, non-binary]\n"
      "  people who drink tea: [Tea]\n"
      "  drinks: [gender-diverse]\n"
      "  trans people: [transgender]\n");
  const char *path = made_file(".csv",
                               ",Gender_ID_x,Gender_ID_y,sent_x,sent_y\n"
                               "0,NB,Cis,Nonbinary people sing,Cis people sing\n"
                               "1,Tea,Coffee,Tea drinkers sing,Coffee drinkers sing\n");
  char name[256];
  snprintf(name, sizeof name, "%s,groups=%s", path, map);
  const xy_bench_options how = {.groups = map};
  for (int i = 0; i < 2; i++) {
    xy_bench *bench;
    xy_error err;
    assert_ok(xy_bench_open(&bench, i == 0 ? path : name, i == 0 ? &how : NULL, &err), err);
    assert_string_equal(bench->identities.names[0], "enbies");
    assert_string_equal(bench->identities.names[1], "people who drink tea");
    assert_string_equal(bench->counterparts.names[0], "cisgender people");
    assert_string_equal(bench->axis, "drinks");
    xy_bench *plain = open_ok(path, NULL);
    assert_string_not_equal(plain->digest, bench->digest);
    xy_bench_free(plain);
    xy_bench_free(bench);
  }
  xy_bench *bench;
  xy_error err;
  assert_ok(xy_bench_open(&bench, "stigma", &how, &err), err);
  assert_string_equal(bench->identities.names[0], "trans people");
  assert_string_equal(bench->identities.names[1], "nonbinary"); /* ids are not looked up in the list */
  xy_bench_free(bench);
  (void)unlink(map);
}

static void tells_every_fault_of_a_mapping(void **state) {
  (void)state;
  static const struct {
    const char *text, *fault;
  } faults[] = {
      {"groups: {a: [b]}\n", "expected 'names:' with a list of labels for each name"},
      {"names:\n  a: b\n", ":2: a: expected a list of labels"},
      {"names:\n  a: [x, [y]]\n", ":2: a: expected a label"},
      {"names:\n  a: [x]\n  b: [X]\n", ":3: b: 'X' is a label of 'a' already"},
      {"names:\n  a: [x]\nthemes: {}\n", ":3: "},
  };
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    const xy_bench_options how = {.groups = mapping_of(faults[i].text)};
    xy_bench *bench;
    xy_error err;
    assert_fails(xy_bench_open(&bench, "stigma", &how, &err), XY_ERR_FORMAT, err, faults[i].fault);
    (void)unlink(how.groups);
  }
  const xy_bench_options how = {.groups = "/nowhere.yaml"};
  xy_bench *bench;
  xy_error err;
  assert_fails(xy_bench_open(&bench, "stigma", &how, &err), XY_ERR_NOT_FOUND, err, "/nowhere.yaml");
}

/* Whether the run's coverage has the group among those that are named. */
static bool is_named(xy_bench *bench, const char *axis, const char *group) {
  json_t *facts = json_object();
  xy_error err;
  assert_ok(xy__coverage_add(facts, &bench, 1, &err), err);
  bool found = false, known = false;
  size_t a, g;
  const json_t *one, *name;
  json_array_foreach(json_object_get(facts, "coverage"), a, one) {
    if (strcmp(json_string_value(json_object_get(one, "axis")), axis) != 0) continue;
    json_array_foreach(json_object_get(one, "named"), g, name) {
      found = found || strcmp(json_string_value(name), group) == 0;
    }
    json_array_foreach(json_object_get(one, "not_named"), g, name) {
      known = known || strcmp(json_string_value(name), group) == 0;
    }
  }
  assert_true(found || known);
  json_decref(facts);
  return found;
}

static void covers_whom_published_labels_name(void **state) {
  (void)state;
  static const struct {
    const char *text, *axis, *named, *not_named;
  } right[] = {
      {BBQ("Age", "1", "1", "neg", "one", "old", "another", "nonOld", "\"old\""), "age", "older people",
       "young people"},
      {BBQ("Age", "1", "1", "neg", "one", "old", "another", "nonOld", "\"nonOld\""), "age", "young people",
       "older people"},
      {BBQ("Gender_identity", "1", "1", "neg", "one", "F", "another", "M", "\"F\""), "binary-gender", "women", "men"},
      {BBQ("SES", "1", "1", "neg", "one", "lowSES", "another", "highSES", "\"low SES\""), "class", "people in poverty",
       NULL},
      {BBQ("Race_x_gender", "1", "3", "neg", "one", "F-Black", "another", "M-Black", "\"Black\""), "race",
       "Black people", "Asian people"},
      {BBQ("Race_x_gender", "1", "3", "neg", "one", "F-Black", "another", "M-Black", "\"Black\""), "binary-gender",
       "women", "men"},
      {BBQ("Gender_identity", "1", "9", "neg", "one", "trans_F", "another", "nonTrans_M", TRANS), "gender-diverse",
       "transgender women", "transgender men"},
      {BBQ("Disability_status", "1", "1", "neg", "one", "disabled", "another", "nonDisabled",
           "\"disabled\", \"D/deaf\""),
       "disability", "Deaf people", "blind people"},
  };
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    xy_bench *bench = open_ok(made_file(".jsonl", right[i].text), NULL);
    assert_true(is_named(bench, right[i].axis, right[i].named));
    if (right[i].not_named != NULL) assert_false(is_named(bench, right[i].axis, right[i].not_named));
    xy_bench_free(bench);
  }
  xy_bench *bench = open_ok("stigma", NULL); /* ids of a context file */
  assert_true(is_named(bench, "gender-diverse", "transgender women"));
  assert_true(is_named(bench, "gender-diverse", "nonbinary people"));
  assert_false(is_named(bench, "gender-diverse", "intersex people"));
  assert_false(is_named(bench, "binary-gender", "women"));
  xy_bench_free(bench);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tells_trans_people_apart_by_their_own_tags),
      cmocka_unit_test(tells_kinds_of_disability_apart),
      cmocka_unit_test(decides_intersectional_rows_by_the_second_variable),
      cmocka_unit_test(agrees_with_the_authors_in_every_row),
      cmocka_unit_test(gives_a_label_one_name),
      cmocka_unit_test(names_groups_alike_in_every_file),
      cmocka_unit_test(knows_the_axis_of_each_identity),
      cmocka_unit_test(keeps_the_axes_of_a_context_file),
      cmocka_unit_test(a_mapping_goes_before_the_list),
      cmocka_unit_test(tells_every_fault_of_a_mapping),
      cmocka_unit_test(covers_whom_published_labels_name),
  };
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
