/* Context files: the items that a file makes, and that every fault of a file is named with its line. */
#include "bench/bench.h"

#include "base/text.h"
#include "files.h"

/* ---- expansion ---- */

typedef struct expected_item {
  const char *id, *identity, *counterpart, *theme, *cluster, *prompt, *target, *other;
  int64_t ends[2];
} expected_item;

static const expected_item tea[] = {
    {"rejected/s1/t1/tea~coffee",
     "tea",
     "coffee",
     "rejected",
     "rejected/s1",
     NULL,
     "Tea drinkers are not welcome at this table.",
     "Coffee drinkers are not welcome at this table.",
     {12, 15}},
    {"rejected/s1/t1/tea~water",
     "tea",
     "water",
     "rejected",
     "rejected/s1",
     NULL,
     "Tea drinkers are not welcome at this table.",
     "Water drinkers are not welcome at this table.",
     {12, 14}},
    {"rejected/s1/t1/mate~coffee",
     "mate",
     "coffee",
     "rejected",
     "rejected/s1",
     NULL,
     "Élan drinkers are not welcome at this table.",
     "Coffee drinkers are not welcome at this table.",
     {14, 15}},
    {"rejected/s1/asked/tea~coffee",
     "tea",
     "coffee",
     "rejected",
     "rejected/s1",
     "I asked. ",
     "They said: {Ines} are not welcome at this table",
     "They said: {Ola} are not welcome at this table",
     {16, 15}},
    {"rejected/s1/asked/tea~water",
     "tea",
     "water",
     "rejected",
     "rejected/s1",
     "I asked. ",
     "They said: {Ines} are not welcome at this table",
     "They said: {Uma} are not welcome at this table",
     {16, 15}},
    {"rejected/s1/asked/mate~coffee",
     "mate",
     "coffee",
     "rejected",
     "rejected/s1",
     "I asked. ",
     "They said: {Élan} are not welcome at this table",
     "They said: {Ola} are not welcome at this table",
     {17, 15}},
    {"rejected/late/t1/tea~coffee",
     "tea",
     "coffee",
     "rejected",
     "rejected/late",
     NULL,
     "Tea drinkers come late, says Ines.",
     "Coffee drinkers come late, says Ola.",
     {12, 15}},
    {"rejected/late/t1/tea~water",
     "tea",
     "water",
     "rejected",
     "rejected/late",
     NULL,
     "Tea drinkers come late, says Ines.",
     "Water drinkers come late, says Uma.",
     {12, 14}},
    {"rejected/late/t1/mate~coffee",
     "mate",
     "coffee",
     "rejected",
     "rejected/late",
     NULL,
     "Élan drinkers come late, says Élan.",
     "Coffee drinkers come late, says Ola.",
     {14, 15}},
    {"rejected/late/asked/tea~coffee",
     "tea",
     "coffee",
     "rejected",
     "rejected/late",
     "I asked. ",
     "They said: {Ines} come late, says Ines",
     "They said: {Ola} come late, says Ola",
     {16, 15}},
    {"rejected/late/asked/tea~water",
     "tea",
     "water",
     "rejected",
     "rejected/late",
     "I asked. ",
     "They said: {Ines} come late, says Ines",
     "They said: {Uma} come late, says Uma",
     {16, 15}},
    {"rejected/late/asked/mate~coffee",
     "mate",
     "coffee",
     "rejected",
     "rejected/late",
     "I asked. ",
     "They said: {Élan} come late, says Élan",
     "They said: {Ola} come late, says Ola",
     {17, 15}},
    {"recognised/s1/t3/tea",
     "tea",
     "",
     "recognised",
     "recognised/s1",
     "About tea drinkers:\n",
     "She forgets Ines, like a tea drinker.",
     "She greets Ines, like a tea drinker.",
     {3, 3}},
    {"recognised/s1/t3/mate",
     "mate",
     "",
     "recognised",
     "recognised/s1",
     "About élan drinkers:\n",
     "They forget Élan, like a maté drinker.",
     "They greet Élan, like a maté drinker.",
     {4, 4}},
};
enum { TEA = sizeof tea / sizeof *tea };

static void makes_the_items_of_the_example(void **state) {
  (void)state;
  xy_bench *bench;
  xy_error err;
  assert_ok(xy_bench_open(&bench, tests_path("bench/data/tea.yaml"), NULL, &err), err);
  xy_bench_info info;
  xy_bench_describe(&info, bench);
  assert_int_equal(info.items, TEA);
  for (size_t i = 0; i < TEA; i++) {
    const expected_item *want = &tea[i];
    xy_item got;
    xy_bench_item(&got, bench, i);
    assert_string_equal(got.id, want->id);
    assert_string_equal(got.identity, want->identity);
    assert_string_equal(got.counterpart, want->counterpart);
    assert_string_equal(got.theme, want->theme);
    assert_string_equal(got.cluster, want->cluster);
    assert_true((got.prompt == NULL) == (want->prompt == NULL));
    if (want->prompt != NULL) assert_string_equal(got.prompt, want->prompt);
    assert_string_equal(got.target, want->target);
    assert_string_equal(got.other, want->other);
    for (int side = 0; side < 2; side++) {
      assert_int_equal(bench->items[i].options[side].identity_end, want->ends[side]);
    }
  }
  xy_bench_free(bench);
}

static void describes_itself(void **state) {
  (void)state;
  xy_bench *bench;
  xy_error err;
  assert_ok(xy_bench_open(&bench, tests_path("bench/data/tea.yaml"), &(xy_bench_options){.kind = "context"}, &err),
            err);
  xy_bench_info info;
  xy_bench_describe(&info, bench);
  assert_string_equal(info.name, "tea");
  assert_string_equal(info.task, "pair");
  assert_string_equal(info.language, "en");
  assert_string_equal(info.axis, "drinks");
  assert_string_equal(info.summary, "Tea drinkers against coffee drinkers");
  assert_non_null(strstr(info.harm, "thinks less of people who drink tea"));
  assert_true(xy__begins_with(info.source, "context=/"));
  assert_non_null(strstr(info.source, "bench/data/tea.yaml"));
  assert_int_equal(info.identities, 2);
  assert_int_equal(info.counterparts, 2);
  assert_int_equal(info.themes, 2);
  assert_int_equal(info.templates, 3);
  assert_int_equal(info.clusters, 3);
  assert_string_equal(xy_bench_identity(bench, 1), "mate");
  assert_string_equal(xy_bench_theme(bench, 1), "recognised");
  assert_string_equal(xy_bench_identity(bench, 2), "");
  xy_bench_free(bench);
}

/* So that two files that differ in a comment only differ. */
static void digest_is_of_the_bytes(void **state) {
  (void)state;
  static const char text[] =
      "benchmark: b\nmodality: pair\nlanguage: en\naxis: a\n"
      "identities:\n  - {id: x, surface: x people, role: target}\n  - {id: y, surface: y people, role: counterpart}\n"
      "themes: {t: [sing]}\ntemplates: [\"{identity} {statement}\"]\n";
  char longer[sizeof text + 8];
  snprintf(longer, sizeof longer, "%s# end\n", text);
  xy_bench *one;
  xy_bench *two;
  xy_error err;
  assert_ok(xy_bench_open(&one, made_file(".yml", text), NULL, &err), err);
  assert_ok(xy_bench_open(&two, made_file(".yml", longer), NULL, &err), err);
  /* from sha256sum */
  assert_string_equal(one->digest, "d95c19f37e239666c6645cec30dc4a8ee1976ebf8ef03e391ae7ce16bb6683b9");
  assert_string_not_equal(one->digest, two->digest);
  assert_string_equal(one->harm, "");
  xy_bench_free(one);
  xy_bench_free(two);
}

/* ---- faults ---- */

/* The head and tail of a small sound file; a test replaces one part. Lines: head 1-4, identities 5-7, themes 8-9,
 * templates from 10. */
#define HEAD "benchmark: b\nmodality: pair\nlanguage: en\naxis: a\n"
#define PEOPLE                                   \
  "identities:\n"                                \
  "- {id: x, surface: x people, role: target}\n" \
  "- {id: y, surface: y people, role: counterpart}\n"
#define THEMES "themes:\n  t: [sing]\n"
#define TEMPLATES "templates:\n- \"{identity} {statement}\"\n"

static void bad(const char *text, int line, const char *part) {
  refuses(".yaml", NULL, text, XY_ERR_FORMAT, line, part);
}

static void the_small_file_is_sound(void **state) {
  (void)state;
  xy_bench *bench;
  xy_error err;
  assert_ok(xy_bench_open(&bench, made_file(".yaml", HEAD PEOPLE THEMES TEMPLATES), NULL, &err), err);
  assert_int_equal(bench->n, 1);
  xy_bench_free(bench);
}

#define PRONOUNS                                          \
  "pronouns: [she, they]\nantecedents: {name: [Casey]}\n" \
  "declarations: [\"{Antecedent} uses {nominative}.\"]\n" \
  "templates:\n  - {case: reflexive, text: \"Later {antecedent} made tea for {pronoun}.\"}\n"

/* `task` is another name of `modality`: everything but the bytes is the same. */
static void names_its_task_by_either_key(void **state) {
  (void)state;
  static const char *const files[][2] = {
      {"benchmark: b\nmodality: pair\nlanguage: en\naxis: a\n" PEOPLE THEMES TEMPLATES,
       "benchmark: b\ntask: pair\nlanguage: en\naxis: a\n" PEOPLE THEMES TEMPLATES},
      {"benchmark: b\nmodality: pronoun\nlanguage: en\naxis: a\n" PRONOUNS,
       "benchmark: b\ntask: pronoun\nlanguage: en\naxis: a\n" PRONOUNS},
  };
  for (size_t i = 0; i < 2; i++) {
    xy_bench *benches[2];
    xy_bench_info infos[2];
    xy_error err;
    for (int k = 0; k < 2; k++) {
      assert_ok(xy_bench_open(&benches[k], made_file(".yaml", files[i][k]), NULL, &err), err);
      xy_bench_describe(&infos[k], benches[k]);
    }
    assert_string_equal(infos[0].task, i == 0 ? "pair" : "pronoun");
    assert_string_equal(infos[1].task, infos[0].task);
    assert_true(infos[0].items > 0);
    assert_int_equal(infos[1].items, infos[0].items);
    for (int k = 0; k < 2; k++) xy_bench_free(benches[k]);
  }
}

static void refuses_a_bad_head(void **state) {
  (void)state;
  bad("- a\n", 1, "expected a mapping with 'benchmark', 'identities', 'themes' and 'templates', found a list");
  bad(HEAD "theme: {}\n" PEOPLE THEMES TEMPLATES, 5, "benchmark: unknown key 'theme' (did you mean 'themes'?)");
  bad("modality: pair\nlanguage: en\naxis: a\n" PEOPLE THEMES TEMPLATES, 1, "benchmark: key 'benchmark' is missing");
  bad("benchmark: b\nlanguage: en\naxis: a\n" PEOPLE THEMES TEMPLATES, 1, "benchmark: key 'modality' is missing");
  bad("benchmark: b\nmodality: pair\naxis: a\n" PEOPLE THEMES TEMPLATES, 1, "benchmark: key 'language' is missing");
  bad("benchmark: my b\nmodality: pair\nlanguage: en\naxis: a\n" PEOPLE THEMES TEMPLATES, 1,
      "benchmark: 'my b' cannot be an id");
  bad("benchmark: a/b\nmodality: pronoun\nlanguage: en\naxis: a\n" PRONOUNS, 1, "benchmark: 'a/b' cannot be an id");
  bad("benchmark: b\nmodality: choise\nlanguage: en\naxis: a\n" PEOPLE THEMES TEMPLATES, 2,
      "modality: expected 'pair' or 'pronoun', found 'choise'");
  bad("benchmark: b\ntask: choise\nlanguage: en\naxis: a\n" PEOPLE THEMES TEMPLATES, 2,
      "task: expected 'pair' or 'pronoun', found 'choise'");
  bad(HEAD "task: pair\n" PEOPLE THEMES TEMPLATES, 5, "benchmark: 'task' is the same key as 'modality' in line 2");
  bad("task: pronoun\nmodality: pronoun\nbenchmark: b\nlanguage: en\naxis: a\n" PRONOUNS, 2,
      "benchmark: 'modality' is the same key as 'task' in line 1");
  bad("benchmark: [b]\nmodality: pair\nlanguage: en\naxis: a\n" PEOPLE THEMES TEMPLATES, 1,
      "benchmark: benchmark: expected a value, found a list");
  bad(HEAD "axis: b\n" PEOPLE THEMES TEMPLATES, 5, "key 'axis' is given twice (first in line 4)");
  bad(HEAD "harm: \xFF\n" PEOPLE THEMES TEMPLATES, 5, "not valid UTF-8");
  bad("", 1, "the file is empty");
  bad(HEAD THEMES TEMPLATES, 1, "key 'identities' is missing");
  bad(HEAD PEOPLE TEMPLATES, 1, "key 'themes' is missing");
  bad(HEAD PEOPLE THEMES, 1, "key 'templates' is missing");
  bad(HEAD "identities: {}\n" THEMES TEMPLATES, 5, "identities: expected a list, found a mapping");
  bad(HEAD "identities: []\n" THEMES TEMPLATES, 5, "identities: the list is empty");
  bad(HEAD PEOPLE "themes: {}\n" TEMPLATES, 8, "themes: the mapping is empty");
  bad(HEAD PEOPLE THEMES "templates: []\n", 10, "templates: the list is empty");
}

static void bad_people(const char *identities, int line, const char *part) {
  char text[2048];
  snprintf(text, sizeof text, "benchmark: b\nmodality: pair\nlanguage: en\nidentities:\n%s" THEMES TEMPLATES,
           identities);
  bad(text, line, part);
}

/* Counted before the first is made: 100 * 100 * 100 * 1000. */
static void refuses_more_items_than_fit(void **state) {
  (void)state;
  xy__text text = {0};
  xy__text_add(&text, "benchmark: b\ntask: pair\nlanguage: en\naxis: x\nidentities:\n");
  for (int i = 0; i < 200; i++) {
    const char *role = i < 100 ? "target" : "counterpart";
    xy__text_addf(&text, "- {id: i%d, surface: the %d, role: %s}\n", i, i, role);
  }
  xy__text_add(&text, "themes:\n  t:\n");
  for (int i = 0; i < 100; i++) xy__text_addf(&text, "  - are %d\n", i);
  xy__text_add(&text, "templates:\n");
  for (int i = 0; i < 1000; i++) xy__text_addf(&text, "- '{Identity} {statement} %d'\n", i);
  assert_false(text.failed);
  bad(text.data, 1, "it would make 1000000000 items with ");
  xy__text_dispose(&text);
}

static void refuses_bad_identities(void **state) {
  (void)state;
#define Y "- {id: y, surface: y people, role: counterpart, axis: a}\n"
#define X "- {id: x, surface: x people, role: target, axis: a}\n"
  bad_people("- x\n" Y, 5, "identity: expected a mapping {id, surface, role, axis}, found a value");
  bad_people("- oops\n" X Y, 5, "identity: expected a mapping {id, surface, role, axis}, found a value");
  bad_people("- [x]\n" X Y, 5, "identity: expected a mapping {id, surface, role, axis}, found a list");
  bad_people("- {surface: x people, role: target, axis: a}\n" Y, 5, "identity: key 'id' is missing");
  bad_people("- {id: x/z, surface: x people, role: target, axis: a}\n" Y, 5, "identity: 'x/z' cannot be an id");
  bad_people("- {id: x, surface: x people, axis: a}\n" Y, 5, "identity x: key 'role' is missing");
  bad_people("- {id: x, surface: x people, role: goal, axis: a}\n" Y, 5,
             "identity x: role: expected 'target' or 'counterpart', found 'goal'");
  bad_people("- {id: x, surface: x people, role: target}\n" Y, 5, "identity x: key 'axis' is missing");
  bad_people("- {id: x, role: target, axis: a}\n" Y, 5, "identity x: key 'surface' is missing");
  bad_people("- {id: x, surface: '', role: target, axis: a}\n" Y, 5, "surface is empty");
  bad_people("- {id: x, surface: 'x ', role: target, axis: a}\n" Y, 5, "surface has white space at its start or end");
  bad_people("- {id: x, surface: {}, role: target, axis: a}\n" Y, 5, "identity x: surface has no forms");
  bad_people("- {id: x, surface: {Plural: x}, role: target, axis: a}\n" Y, 5, "surface: 'Plural' cannot be a name");
  bad_people("- {id: x, surfase: x people, role: target, axis: a}\n" Y, 5,
             "identity x: unknown key 'surfase' (did you mean 'surface'?)");
  bad_people(X "- {id: x, surface: z people, role: target, axis: a}\n" Y, 6,
             "identity 'x' is given twice (first in line 5)");
  bad_people(Y, 5, "identities: none has the role 'target'");
  bad_people(X "- {id: y, surface: y people, role: counterpart, axis: b}\n", 5,
             "identity x: no counterpart on the axis 'a' to hold it against");
  bad_people(X Y "- {id: z, surface: z people, role: counterpart, axis: b}\n", 7,
             "identity z: no target is held against this counterpart");
  bad_people(
      "- {id: x, surface: x people, role: target, axis: a, against: [counter]}\n"
      "- {id: counte, surface: y people, role: counterpart, axis: a}\n",
      5, "identity x: against: no counterpart 'counter' (did you mean 'counte'?)");
  bad_people("- {id: x, surface: x people, role: target, axis: a, against: [y, y]}\n" Y, 5,
             "identity x: against: 'y' is given twice");
  bad_people("- {id: x, surface: x people, role: target, axis: a, against: y}\n" Y, 5,
             "identity x: against: expected a list of counterpart ids");
  bad_people(X "- {id: y, surface: y people, role: counterpart, axis: a, against: [x]}\n", 6,
             "identity y: 'against' belongs to a target");
  bad_people("- {id: x, surface: x people, role: target, axis: a, words: [w]}\n" Y, 5,
             "words: expected a mapping of names to texts, found a list");
  bad_people("- {id: x, surface: x people, role: target, axis: a, words: {statement: w}}\n" Y, 5,
             "words: 'statement' cannot be a name");
  bad_people("- {id: x, surface: x people, role: target, axis: a, words: {w: [w]}}\n" Y, 5,
             "words: w: expected a text, found a list");
#undef X
#undef Y
}

/* What one side's term has alone is no part of what is compared: an invisible character, an end of a sentence. */
static void refuses_terms_of_another_form(void **state) {
  (void)state;
  bad_people(
      "- {id: x, surface: \"x\\u200B people\", role: target, axis: a}\n"
      "- {id: y, surface: y people, role: counterpart, axis: a}\n",
      8, "an invisible character in the target alone (U+200B): theme t, statement s1");
  bad_people(
      "- {id: x, surface: x people, role: target, axis: a}\n"
      "- {id: y, surface: \"y\\u00A0people\", role: counterpart, axis: a}\n",
      8, "an invisible character in the counterpart alone (U+00A0)");
  bad(HEAD PEOPLE
      "themes:\n  t:\n  - sing\n  - {target: \"are called by name.\", counterpart: are called by number}\n" TEMPLATES,
      11, "end punctuation in the target alone");
}

static void bad_themes(const char *themes, int line, const char *part) {
  char text[2048];
  snprintf(text, sizeof text, HEAD PEOPLE "themes:\n%s" TEMPLATES, themes);
  bad(text, line, part);
}

static void refuses_bad_statements(void **state) {
  (void)state;
  bad_themes("  t: []\n", 9, "theme t: the list is empty");
  bad_themes("  t: sing\n", 9, "theme t: expected a list of statements, found a value");
  bad_themes("  a b: [sing]\n", 9, "theme: 'a b' cannot be an id");
  bad_themes("  t:\n  - sing\n  - dance\n  - sing\n", 12, "statement 'sing' is given twice (first in line 10)");
  bad_themes("  t:\n  - {id: a, text: sing}\n  - {id: a, text: dance}\n", 11,
             "statement id 'a' is given twice (first in line 10)");
  bad_themes("  t:\n  - sing\n  - {id: s1, text: dance}\n", 11, "statement id 's1' is given twice (first in line 10)");
  bad_themes("  t: ['']\n", 9, "theme t is empty");
  bad_themes("  t: [' sing']\n", 9, "theme t has white space at its start or end: ' sing'");
  bad_themes("  t: [[sing]]\n", 9, "theme t: expected a statement, found a list");
  bad_themes("  t: [{target: sing}]\n", 9, "theme t: key 'counterpart' is missing");
  bad_themes("  t: [{text: sing, target: dance}]\n", 9, "theme t: either 'text', or 'target' and 'counterpart'");
  bad_themes("  t: [{txt: sing}]\n", 9, "theme t: unknown key 'txt' (did you mean 'text'?)");
  bad_themes("  t: ['{statement} sing']\n", 9, "theme t: a statement cannot hold {statement}");
  bad_themes("  t:\n  - sing\n  - 'sing {nme}'\n", 11, "unknown placeholder {nme} (known: identity, statement)");
  bad_themes("  t: [{target: sing, counterpart: dance}]\n", 7,
             "identity y: no target is held against this counterpart");
  bad_themes("  t:\n  - {target: sing, counterpart: sing}\n  - dance\n", 13,
             "both sides of an item are the same: theme t, statement s1 (line 10): 'x people sing'");
}

static void bad_templates(const char *templates, int line, const char *part) {
  char text[2048];
  snprintf(text, sizeof text, HEAD PEOPLE THEMES "templates:\n%s", templates);
  bad(text, line, part);
}

static void refuses_bad_templates(void **state) {
  (void)state;
  bad_templates("- '{identity} sings'\n", 11, "template 1: {statement} is missing: '{identity} sings'");
  bad_templates("- ''\n", 11, "template 1: the text is empty");
  bad_templates("- [a]\n", 11, "template 1: expected a text, found a list");
  bad_templates("- {identity}\n", 11, "template 1: a text that begins with '{' needs quotes");
  bad_templates("- {id: a}\n", 11, "template 1: key 'text' is missing");
  bad_templates("- '{identity} {statement}'\n- '{identity} {statement}'\n", 12,
                "template '{identity} {statement}' is given twice (first in line 11)");
  bad_templates("- {id: a, text: '{identity} {statement}'}\n- {id: a, text: 'All {identity} {statement}'}\n", 12,
                "template id 'a' is given twice (first in line 11)");
  bad_templates("- '{identity} {statement'\n", 11, "template 1: '{' is never closed");
  bad_templates("- '{identity} {statement}}'\n", 11, "template 1: a single '}'");
  bad_templates("- '{identity} } {statement}'\n", 11, "template 1: a single '}'");
  bad_templates("- '{} {statement}'\n", 11, "template 1: empty placeholder {}");
  bad_templates("- '{ identity } {statement}'\n", 11, "template 1: a placeholder is a name of letters");
  bad_templates("- '{identity:} {statement}'\n", 11, "template 1: {identity:} names no form");
  bad_templates("- '{identity:a b} {statement}'\n", 11, "template 1: the form in {identity:FORM}");
  bad_templates("- '{identity} {statement:x}'\n", 11, "template 1: a placeholder is {identity}");
  bad_templates("- '{identiy} {statement}'\n", 11, "unknown placeholder {identiy} (did you mean {identity}?");
  bad_templates("- '{identity:plural} {statement}'\n", 6,
                "identity x: the form 'plural', which line 11 uses, is missing from its surface");
  bad_templates("- 'They {statement}'\n", 11, "both sides of an item are the same: theme t, statement s1 (line 9)");
  bad_templates("- {prompt: 'So. ', text: '{identity} {statement}', themes: [u]}\n", 11,
                "template 1: themes: no theme 'u'");
  bad_templates("- {text: '{identity} {statement}', themes: []}\n", 11,
                "template 1: themes: expected a list of theme names");
  bad_templates("- {text: '{identity} {statement}', promt: a}\n", 11,
                "template 1: unknown key 'promt' (did you mean 'prompt'?)");
  bad_templates("- {text: '{identity} {statement}', prompt: ''}\n", 11, "template 1: the prompt is empty");
  bad_templates("- {text: '{identity} {statement}', prompt: '{statement} '}\n", 11,
                "template 1: the prompt is the shared context and cannot hold {statement}");
  bad_templates("- {text: '{identity} {statement}', prompt: 'About {identity}: '}\n", 11,
                "the prompt is shared, but differs between the two sides");
  bad_templates("- {text: '{identity} {statement}', prompt: 'So:'}\n", 11, "prompt and text run together");
  bad(HEAD PEOPLE "themes:\n  t: [sing]\n  u: [dance]\ntemplates:\n- {text: '{identity} {statement}', themes: [t]}\n",
      10, "theme u: no template serves it");
}

static void names_missing_words_and_plain_surfaces(void **state) {
  (void)state;
  bad(HEAD
      "identities:\n- {id: x, surface: x people, role: target, words: {name: Ines}}\n"
      "- {id: y, surface: {one: y}, role: counterpart}\n" THEMES
      "templates:\n- \"{name} {statement}\"\n- \"{identity} {statement}\"\n- \"{nam} {statement}\"\n",
      7, "identity y: the word 'name', which line 11 uses, is missing");
  bad(HEAD
      "identities:\n- {id: x, surface: x people, role: target}\n"
      "- {id: y, surface: {one: y}, role: counterpart}\n" THEMES TEMPLATES,
      7, "identity y: line 11 uses {identity}, but its surface is a list of forms");
}

static void tells_every_fault_at_once(void **state) {
  (void)state;
  xy_bench *bench;
  xy_error err;
  const char *text =
      "benchmark: b\nmodality: pear\nlanguage: en\nidentities:\n- {id: x, surface: x, role: target}\n"
      "themes: {t: [], u: ['']}\ntemplates: ['{identity}']\nlicence: x\n";
  assert_fails(xy_bench_open(&bench, made_file(".yaml", text), NULL, &err), XY_ERR_FORMAT, err, ":2: modality");
  const char *parts[] = {":8: benchmark: unknown key 'licence'", ":5: identity x: key 'axis' is missing",
                         ":6: theme t: the list is empty", ":6: theme u is empty",
                         ":7: template 1: {statement} is missing"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) assert_non_null(strstr(err.text, parts[i]));
}

/* More faults than an xy_error holds: the last line says how many are left out. */
static void counts_the_faults_that_do_not_fit(void **state) {
  (void)state;
  xy__text text = {0};
  xy__text_add(&text, HEAD PEOPLE "themes:\n  t:\n");
  for (int i = 0; i < 200; i++) xy__text_addf(&text, "  - 'sing {w%d}'\n", i);
  xy__text_add(&text, TEMPLATES);
  xy_bench *bench;
  xy_error err;
  assert_fails(xy_bench_open(&bench, made_file(".yaml", text.data), NULL, &err), XY_ERR_FORMAT, err,
               ":10: unknown placeholder {w0}");
  const char *last = strrchr(err.text, '\n');
  int told = 0;
  for (const char *c = err.text; *c != '\0'; c++) told += *c == '\n';
  const char *number = strstr(last, "… and ");
  assert_non_null(number);
  assert_int_equal(told + strtol(number + strlen("… and "), NULL, 10), 200);
  xy__text_dispose(&text);
}

static void says_that_texts_with_braces_need_quotes(void **state) {
  (void)state;
  xy_bench *bench;
  xy_error err;
  assert_fails(xy_bench_open(&bench, made_file(".yaml", HEAD PEOPLE THEMES "templates:\n- {identity} {statement}\n"),
                             NULL, &err),
               XY_ERR_FORMAT, err, "not valid YAML");
  assert_non_null(strstr(err.hint, "needs quotes"));
}

/* ---- built-in benchmarks ---- */

static void builtins_are_sorted_and_sound(void **state) {
  (void)state;
  for (size_t i = 0; i < xy_bench_builtin_count(); i++) {
    const char *name = xy_bench_builtin_name(i);
    xy_bench *bench;
    xy_error err;
    assert_ok(xy_bench_open(&bench, name, NULL, &err), err);
    xy_bench_info info;
    xy_bench_describe(&info, bench);
    assert_string_equal(info.name, name); /* of the file and of the benchmark */
    assert_string_equal(info.source, "built-in");
    assert_string_equal(info.summary, xy_bench_builtin_summary(i));
    assert_true(info.summary[0] != '\0' && info.harm[0] != '\0' && info.items > 0);
    if (i > 0) assert_true(strcmp(xy_bench_builtin_name(i - 1), name) < 0);
    xy_bench_free(bench);
  }
}

static void unknown_names_get_a_hint(void **state) {
  (void)state;
  xy_bench *bench;
  xy_error err;
  assert_fails(xy_bench_open(&bench, "no-such-bench", NULL, &err), XY_ERR_NOT_FOUND, err,
               "no built-in benchmark and no file 'no-such-bench'");
  assert_string_equal(err.hint, "xylem bench list");
  assert_fails(xy_bench_open(&bench, "no-such-bench", &(xy_bench_options){.kind = "winoqeer"}, &err), XY_ERR_ARGUMENT,
               err, "unknown kind of benchmark 'winoqeer' (did you mean 'winoqueer'?)");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(makes_the_items_of_the_example),
                                     cmocka_unit_test(describes_itself),
                                     cmocka_unit_test(digest_is_of_the_bytes),
                                     cmocka_unit_test(the_small_file_is_sound),
                                     cmocka_unit_test(names_its_task_by_either_key),
                                     cmocka_unit_test(refuses_a_bad_head),
                                     cmocka_unit_test(refuses_more_items_than_fit),
                                     cmocka_unit_test(refuses_bad_identities),
                                     cmocka_unit_test(refuses_terms_of_another_form),
                                     cmocka_unit_test(refuses_bad_statements),
                                     cmocka_unit_test(refuses_bad_templates),
                                     cmocka_unit_test(names_missing_words_and_plain_surfaces),
                                     cmocka_unit_test(tells_every_fault_at_once),
                                     cmocka_unit_test(counts_the_faults_that_do_not_fit),
                                     cmocka_unit_test(says_that_texts_with_braces_need_quotes),
                                     cmocka_unit_test(builtins_are_sorted_and_sound),
                                     cmocka_unit_test(unknown_names_get_a_hint)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
