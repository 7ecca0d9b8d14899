/* Preference data: both layouts, labels, limits, and a message for every kind of wrong row. */
#include "base/output.h"
#include "bench/preferences/preferences.h"
#include "support.h"

static char path[] = "/tmp/xylem-preferences-XXXXXX.jsonl";

static int make_file(void **state) {
  (void)state;
  int file = mkstemps(path, 6);
  return file < 0 ? -1 : close(file);
}
static int drop_file(void **state) {
  (void)state;
  return unlink(path);
}

static int open_as(xy__preferences **out, const char *text, bool strict, xy_error *err) {
  static const char *const by[] = {"topic"};
  bool topics = strstr(text, "\"topic\"") != NULL;
  assert_int_equal(xy__file_write(path, text, strlen(text), err), XY_OK);
  return xy__preferences_open(out, path, by, topics, strict, err);
}
static int open_text(xy__preferences **out, const char *text, xy_error *err) { return open_as(out, text, true, err); }

static xy__preferences *read_text(const char *text) {
  xy__preferences *p = NULL;
  xy_error err = {0};
  assert_ok(open_as(&p, text, false, &err), err);
  return p;
}

static void assert_left_out(const xy__preferences *p, const char *expected) {
  char sentence[900];
  for (size_t i = 0; xy__rows_sentence(sentence, sizeof sentence, &p->read, i); i++) {
    if (strcmp(sentence, expected) == 0) return;
  }
  fail_msg("not told: %s", expected);
}

static void assert_row(const xy__preference *row, const char *turns, const char *chosen, const char *rejected) {
  char got[512] = "";
  for (size_t i = 0; i < row->n_turns; i++) {
    size_t used = strlen(got);
    snprintf(got + used, sizeof got - used, "%s%c:%s", i > 0 ? "|" : "", *xy__role_name(row->turns[i].role),
             row->turns[i].text);
  }
  assert_string_equal(got, turns);
  assert_string_equal(row->answers[0], chosen);
  assert_string_equal(row->answers[1], rejected);
}

#define ANSWERS "\"chosen\": \"Yes\", \"rejected\": \"No\""
#define MESSAGE(role, text) "{\"role\": \"" role "\", \"content\": \"" text "\"}"

static void reads_every_layout(void **state) {
  (void)state;
  xy__preferences *p = read_text(
      "{\"prompt\": \"A?\", " ANSWERS ", \"subset\": \"x\", \"id\": 7, \"identity\": \"i\", \"theme\": \"t\"}\n"
      "{\"question\": \"A?\", " ANSWERS "}\r\n"
      "{\"input\": \"A?\", " ANSWERS "}\n"
      "{\"prompt\": [" MESSAGE("system", "S") ", " MESSAGE("user", "A?") "], " ANSWERS "}\n"
      "{\"prompt\": \"A?\", \"chosen\": [" MESSAGE("assistant", "Yes") "], \"rejected\": [" MESSAGE("assistant", "No") "]}\n"
      "{\"prompt\": \"A?\", \"chosen\": [" MESSAGE("user", "A?") ", " MESSAGE("assistant", "Yes") "], \"rejected\": ["
      MESSAGE("user", "A?") ", " MESSAGE("assistant", "No") "]}\n"
      "{\"chosen\": [" MESSAGE("user", "A?") ", " MESSAGE("assistant", "Yes") "], \"rejected\": ["
      MESSAGE("user", "A?") ", " MESSAGE("assistant", "No") "]}\n"
      "{\"prompt\": \"\\n\\nHuman: A?\\n\\nAssistant: B\\n\\nHuman: C?\\n\\nAssistant:\", " ANSWERS "}\n"
      "{\"chosen\": \"\\n\\nHuman: A?\\n\\nAssistant: B\\n\\nHuman: C?\\n\\nAssistant: Yes\", "
      "\"rejected\": \"\\n\\nHuman: A?\\n\\nAssistant: B\\n\\nHuman: C?\\n\\nAssistant: Yes, no\"}");
  assert_int_equal(p->n, 9);
  for (size_t i = 0; i < 3; i++) assert_row(&p->rows[i], "u:A?", "Yes", "No");
  assert_row(&p->rows[3], "s:S|u:A?", "Yes", "No");
  for (size_t i = 4; i < 7; i++) assert_row(&p->rows[i], "u:A?", "Yes", "No");
  assert_row(&p->rows[7], "u:A?|a:B|u:C?", "Yes", "No");
  assert_row(&p->rows[8], "u:A?|a:B|u:C?", "Yes", "Yes, no");
  assert_string_equal(p->rows[0].id, "7");
  assert_string_equal(p->rows[0].labels[0], "x");
  assert_null(p->rows[1].labels[0]);
  assert_string_equal(p->rows[0].identity, "i");
  assert_int_equal(p->rows[8].line, 9);
  assert_string_equal(p->rows[0].cluster, p->rows[6].cluster); /* one prompt, one cluster */
  assert_string_equal(p->rows[7].cluster, p->rows[8].cluster);
  assert_string_not_equal(p->rows[0].cluster, p->rows[3].cluster);
  xy__preferences_free(p);
}

/* What other tools call the prompt, and put before it or into parts: all of it reaches the model. */
static void reads_what_is_said_to_the_model(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"{\"system\": \"S\", \"question\": \"A?\", " ANSWERS "}", "s:S|u:A?"},
      {"{\"system\": \"\", \"prompt\": \"A?\", \"input\": \"\", \"history\": [], " ANSWERS "}", "u:A?"},
      {"{\"system\": \"S\", \"prompt\": [" MESSAGE("system", "S") ", " MESSAGE("user", "A?") "], " ANSWERS "}",
       "s:S|u:A?"},
      {"{\"instruction\": \"Add\", \"input\": \"1, 2\", " ANSWERS "}", "u:Add\n1, 2"},
      {"{\"instruction\": \"Add\", \"input\": \"\", " ANSWERS "}", "u:Add"},
      {"{\"prompt\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"A\"}, {\"type\": \"text\", "
       "\"text\": \"?\"}]}], " ANSWERS "}",
       "u:A?"},
      {"{\"prompt\": \"A?\", \"chosen\": " MESSAGE("assistant", "Yes") ", \"rejected\": " MESSAGE("assistant",
                                                                                                  "No") "}",
       "u:A?"},
      {"{\"prompt\": \"A?\", \"score\": NaN, " ANSWERS "}", "u:A?"},
      {"{\"prompt\": \"A?\", \"messages\": [" MESSAGE("assistant", "Yes") "], \"chosen\": [" MESSAGE(
           "assistant", "Yes") "], \"rejected\": [" MESSAGE("assistant", "No") "]}",
       "u:A?"},
      /* spaces are as published: one stands between the mark and what is said */
      {"{\"chosen\": \"\\n\\nHuman:  A?\\n\\nAssistant:  B \\n\\nHuman: C?\\n\\nAssistant: Yes\", \"rejected\": "
       "\"\\n\\nHuman:  "
       "A?\\n\\nAssistant:  B \\n\\nHuman: C?\\n\\nAssistant: No\"}",
       "u: A?|a: B |u:C?"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    xy__preferences *p = read_text(rows[i][0]);
    assert_row(&p->rows[0], rows[i][1], "Yes", "No");
    assert_int_equal(p->read.left_out, 0);
    xy__preferences_free(p);
  }
}

/* One list of rows, a byte order mark, line ends of Windows, blank lines: lines are counted as an editor counts them.
 */
static void reads_rows_as_tools_write_them(void **state) {
  (void)state;
  xy__preferences *p =
      read_text("\xEF\xBB\xBF{\"prompt\": \"A?\", " ANSWERS "}\r\n\r\n  \n{\"prompt\": \"B?\", " ANSWERS "}\r\n");
  assert_int_equal(p->n, 2);
  assert_int_equal(p->rows[1].line, 4);
  assert_int_equal(p->read.left_out, 0);
  xy__preferences_free(p);
  p = read_text("[\n {\n  \"prompt\": \"A, [or] {B}?\\\"\",\n  " ANSWERS
                "\n },\n {\"prompt\": \"B?\"},\n {\"prompt\": \"C?\", " ANSWERS "}\n]\n");
  assert_int_equal(p->n, 2);
  assert_int_equal(p->rows[0].line, 2);
  assert_int_equal(p->rows[1].line, 7);
  assert_left_out(p, "1 of 3 rows left out: chosen: expected a text, found nothing (line 6)");
  xy__preferences_free(p);
}

static void leaves_out_rows_without_a_pair(void **state) {
  (void)state;
  xy__preferences *p = read_text(
      "{\"chosen\": \"\\n\\nHuman: A?\\n\\nAssistant: Yes\", \"rejected\": \"\\n\\nHuman: A?\\n\\nAssistant: No\"}\n"
      "{\"chosen\": \"\\n\\nHuman: A?\\n\\nAssistant: Yes\", \"rejected\": \"\\n\\nHuman: A?\\n\\nAssistant: \"}\n"
      "{\"chosen\": \"\\n\\nHuman: A?\\n\\nAssistant: B\\n\\nHuman: C\\n\\nAssistant: D\", "
      "\"rejected\": \"\\n\\nHuman: A?\\n\\nAssistant: E\\n\\nHuman: F\\n\\nAssistant: G\"}\n"
      "{\"chosen\": \"\\n\\nHuman: A?\\n\\nAssistant: Yes\", \"rejected\": \"\\n\\nHuman: B?\\n\\nAssistant: No\"}\n");
  assert_int_equal(p->n, 1);
  assert_left_out(p, "2 of 4 rows left out: the dialogues part before their last turns (lines 3, 4)");
  assert_left_out(p, "1 of 4 rows left out: rejected is empty (line 2)");
  xy__preferences_free(p);
}

static void makes_benchmarks_of_parts(void **state) {
  (void)state;
  xy__preferences *p = read_text("{\"prompt\": \"A\", " ANSWERS
                                 ", \"subset\": \"x\", \"identity\": \"i\"}\n"
                                 "{\"prompt\": \"B\", " ANSWERS
                                 ", \"subset\": \"x\"}\n"
                                 "{\"prompt\": \"A\", " ANSWERS
                                 ", \"subset\": \"y\"}\n"
                                 "{\"prompt\": \"C\", " ANSWERS
                                 ", \"subset\": \"y\"}\n"
                                 "{\"prompt\": \"D\", " ANSWERS ", \"topic\": true}\n");
  unsigned char keep[5] = {1, 1, 1, 1, 1};
  xy_bench *bench;
  xy_error err = {0};
  assert_int_equal(p->n_fields, 2);
  assert_string_equal(p->rows[4].labels[1], "true");
  assert_ok(xy__preferences_bench(&bench, p, keep, "all of it", &err), err);
  assert_int_equal(bench->n, 5);
  assert_int_equal(bench->clusters.n, 4);
  assert_int_equal(bench->identities.n, 2); /* i, unlabelled */
  assert_string_equal(bench->identities.names[1], "unlabelled");
  assert_string_equal(bench->themes.names[0], "all");
  assert_string_equal(bench->items[2].id, "row/3");
  xy_bench_free(bench);

  assert_ok(xy__preferences_limit(keep, p, 2, &err), err); /* prompts A of x, and C of y */
  const unsigned char expected[5] = {1, 0, 1, 1, 0};
  assert_memory_equal(keep, expected, 5);
  assert_ok(xy__preferences_bench(&bench, p, keep, "some", &err), err);
  assert_int_equal(bench->n, 3);
  assert_int_equal(bench->clusters.n, 2);
  xy_bench_free(bench);
  xy__preferences_free(p);
}

static void tells_what_is_wrong(void **state) {
  (void)state;
  static const struct {
    const char *row, *message;
  } rows[] = {
      {"{\"prompt\": ", "not valid JSON: "},
      {"{\"prompt\": \"a\", \"prompt\": \"b\"}", "not valid JSON: duplicate object key"},
      {"[1]", "expected a JSON object"},
      {"{\"prompt\": \"A?\", \"rejected\": \"No\"}", "chosen: expected a text, found nothing"},
      {"{\"prompt\": \"A?\", \"chosen\": \"Yes\"}", "rejected: expected a text, found nothing"},
      {"{\"prompt\": \"A?\", \"chosen\": 1, \"rejected\": \"No\"}", "chosen: expected a text, found a whole number"},
      {"{\"prompt\": \"A?\", \"chosen\": \"a\\u0000b\", \"rejected\": \"No\"}", "found a zero character in it"},
      {"{\"prompt\": \"A?\", \"chosen\": \" \\n\", \"rejected\": \"No\"}", "chosen is empty"},
      {"{\"prompt\": \" \", " ANSWERS "}", "prompt is empty"},
      {"{\"prompt\": 3, " ANSWERS "}", "prompt: expected a text or a list of messages, found a whole number"},
      {"{" ANSWERS "}", "expected a prompt, or chosen and rejected as whole dialogues"},
      {"{\"prompt\": [], " ANSWERS "}", "prompt: expected messages, found an empty list"},
      {"{\"prompt\": [\"A?\"], " ANSWERS "}", "prompt[0]: expected {role, content}, found a text"},
      {"{\"prompt\": [{\"content\": \"A?\"}], " ANSWERS "}", "prompt[0].role: expected a text, found nothing"},
      {"{\"prompt\": [" MESSAGE("human", "A?") "], " ANSWERS "}",
       "prompt[0].role: expected system, user or assistant, found 'human'"},
      {"{\"prompt\": [{\"role\": \"user\", \"content\": null}], " ANSWERS "}",
       "prompt[0].content: expected a text, found null"},
      {"{\"prompt\": [" MESSAGE("user", "A?") ", " MESSAGE("assistant", "B") "], " ANSWERS "}",
       "expected the user's turn before the answers, found the assistant's"},
      {"{\"prompt\": [" MESSAGE("system", "S") "], " ANSWERS "}", "before the answers, found the system's"},
      {"{\"prompt\": \"A?\", \"chosen\": [" MESSAGE("assistant", "Yes") "], \"rejected\": \"No\"}",
       "expected chosen and rejected in one form, found a list and a text"},
      {"{\"prompt\": \"A?\", \"chosen\": [" MESSAGE("user", "Yes") "], \"rejected\": [" MESSAGE("assistant", "No") "]}",
       "chosen: expected the assistant's answer as its last message, found the user's"},
      {"{\"chosen\": [" MESSAGE("user", "A?") ", " MESSAGE("assistant", "Yes") "], \"rejected\": [" MESSAGE(
           "user", "B?") ", " MESSAGE("assistant", "No") "]}",
       "chosen and rejected answer different conversations"},
      {"{\"prompt\": \"C?\", \"chosen\": [" MESSAGE("user", "A?") ", " MESSAGE(
           "assistant", "Yes") "], \"rejected\": [" MESSAGE("user", "A?") ", " MESSAGE("assistant", "No") "]}",
       "chosen: its conversation is not the prompt's"},
      {"{\"prompt\": \"A?\", \"chosen\": \"\\n\\nHuman: A?\\n\\nAssistant: Yes\", \"rejected\": \"No\"}",
       "chosen: expected an answer to the prompt, found a whole dialogue"},
      {"{\"prompt\": \"A?\", " ANSWERS ", \"subset\": [1]}", "subset: expected a label, found a list"},
      {"{\"prompt\": \"A?\", " ANSWERS ", \"theme\": 0.5}", "theme: expected a label, found a fraction"},
      {"{\"prompt\": \"A?\", " ANSWERS ", \"identity\": \"\"}", "identity: expected a label, found an empty text"},
      {"{\"prompt\": \"A?\", " ANSWERS ", \"id\": {}}", "id: expected a text or a whole number"},
      /* what is said to the model and would not reach it */
      {"{\"prompt\": \"A?\", \"question\": \"B?\", " ANSWERS "}",
       "question would not reach the model, since the prompt is prompt"},
      {"{\"prompt\": \"A?\", \"history\": [[\"a\", \"b\"]], " ANSWERS "}", "history would not reach the model"},
      {"{\"prompt\": \"A?\", \"system_prompt\": \"S\", " ANSWERS "}", "system_prompt would not reach the model"},
      {"{\"prompt\": \"A?\", \"chat_history\": [\"a\"], " ANSWERS "}", "chat_history would not reach the model"},
      {"{\"prompt\": \"A?\", \"tools\": [{}], " ANSWERS "}", "tools would not reach the model"},
      {"{\"prompt\": [" MESSAGE("system", "S") ", " MESSAGE("user", "A?") "], \"system\": \"T\", " ANSWERS "}",
       "system is not the system's turn of the prompt"},
      {"{\"prompt\": \"A?\", \"system\": 3, " ANSWERS "}", "system: expected a text, found a whole number"},
      {"{\"prompt\": [{\"role\": \"user\", \"content\": \"A?\", \"tool_calls\": [{\"id\": 1}]}], " ANSWERS "}",
       "prompt[0].tool_calls would not reach the model"},
      {"{\"prompt\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\", \"text\": \"a\"}]}], " ANSWERS "}",
       "prompt[0].content[0]: expected a part that is a text"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[1024];
    char expected[512];
    xy__preferences *p;
    xy_error err = {0};
    snprintf(text, sizeof text, "{\"prompt\": \"A?\", " ANSWERS "}\n%s\n", rows[i].row);
    snprintf(expected, sizeof expected, "%s:2: ", path);
    assert_fails(open_text(&p, text, &err), XY_ERR_FORMAT, err, expected);
    if (strstr(err.text, rows[i].message) == NULL) fail_msg("expected '%s', got '%s'", rows[i].message, err.text);
  }
}

static void tells_every_wrong_row(void **state) {
  (void)state;
  xy__preferences *p;
  xy_error err = {0};
  assert_fails(open_text(&p, "{\"prompt\": \"A?\"}\n{}\n[]\n", &err), XY_ERR_FORMAT, err, ".jsonl:1: ");
  assert_non_null(strstr(err.text, ".jsonl:2: "));
  assert_non_null(strstr(err.text, ".jsonl:3: "));
  assert_fails(open_text(&p, "", &err), XY_ERR_FORMAT, err, "there are no rows");
  assert_fails(
      open_text(&p, "{\"chosen\": \"\\n\\nHuman: A\\n\\nAssistant: B\", \"rejected\": \"\\n\\nHuman: C\"}\n", &err),
      XY_ERR_FORMAT, err, ":1: the dialogues part before their last turns");
  assert_fails(xy__preferences_open(&p, "/nowhere/p.jsonl", NULL, 0, false, &err), XY_ERR_NOT_FOUND, err,
               "/nowhere/p.jsonl");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_every_layout),
      cmocka_unit_test(reads_what_is_said_to_the_model),
      cmocka_unit_test(reads_rows_as_tools_write_them),
      cmocka_unit_test(leaves_out_rows_without_a_pair),
      cmocka_unit_test(makes_benchmarks_of_parts),
      cmocka_unit_test(tells_what_is_wrong),
      cmocka_unit_test(tells_every_wrong_row),
  };
  return cmocka_run_group_tests(tests, make_file, drop_file);
}
