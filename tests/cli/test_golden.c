/* The program against references that others computed (../shared/golden): log-probabilities of every architecture, ids
 * of every tokenizer, and benchmark scores with both rules for the start token. Requests are written as a user would
 * write them, and only what the program prints is read.
 */
#include <csv.h>
#include <jansson.h>
#include <sys/wait.h>

#include "support.h"

/* ---- running ------------------------------------------------------------------------------------------- */

/* An array of the file's lines. */
static json_t *read_lines(FILE *file) {
  json_t *out = json_array();
  char *line = NULL;
  size_t capacity = 0;
  while (getline(&line, &capacity, file) > 0) {
    json_error_t error;
    json_t *value = json_loads(line, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (value == NULL) fail_msg("not JSON: %s: %.200s", error.text, line);
    json_array_append_new(out, value);
  }
  free(line);
  return out;
}

static json_t *load(const char *path) {
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  json_t *out = read_lines(file);
  fclose(file);
  return out;
}

/* A file of JSON lines for the program to read. */
typedef struct input {
  char path[64];
  FILE *file;
} input;

static input input_open(void) {
  input in = {.path = "/tmp/xylem-golden-XXXXXX"};
  int descriptor = mkstemp(in.path);
  assert_true(descriptor >= 0);
  in.file = fdopen(descriptor, "w");
  return in;
}

/* Takes `value`. */
static void input_add(input *in, json_t *value) {
  assert_non_null(value);
  json_dumpf(value, in->file, JSON_ENCODE_ANY | JSON_COMPACT);
  fputc('\n', in->file);
  json_decref(value);
}

/* Runs `xylem ARGUMENTS FILE`, and removes the file. */
static json_t *run(input *in, const char *arguments) {
  char command[8192];
  fclose(in->file);
  snprintf(command, sizeof command, "'%s' %s '%s'", getenv("XYLEM"), arguments, in->path);
  FILE *pipe = popen(command, "r");
  assert_non_null(pipe);
  json_t *out = read_lines(pipe);
  int status = pclose(pipe);
  unlink(in->path);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail_msg("%s: status %d", command, status);
  return out;
}

static double number(const json_t *line, const char *key) {
  const json_t *value = json_object_get(line, key);
  assert_true(json_is_number(value));
  return json_number_value(value);
}

/* ---- models -------------------------------------------------------------------------------------------- */

static void check_scored_ids(const json_t *got, const json_t *golden, size_t index) {
  const json_t *ids = json_object_get(golden, "ids"), *expected = json_object_get(golden, "logprobs");
  const json_t *token_ids = json_object_get(got, "token_ids"), *logprobs = json_object_get(got, "token_logprobs");
  size_t n = json_array_size(expected);
  assert_int_equal(number(got, "index"), index);
  assert_int_equal(number(got, "tokens"), n);
  assert_int_equal(number(got, "bytes"), 0);
  assert_true(json_is_false(json_object_get(got, "split")));
  assert_int_equal(json_array_size(token_ids), n);
  assert_int_equal(json_array_size(logprobs), n);
  double sum = 0;
  for (size_t t = 0; t < n; t++) {
    assert_int_equal(json_integer_value(json_array_get(token_ids, t)), json_integer_value(json_array_get(ids, t + 1)));
    double value = json_number_value(json_array_get(logprobs, t));
    assert_near(value, json_number_value(json_array_get(expected, t)), 5e-5, 0);
    sum += (double)(float)value; /* what was printed reads back as the float that was summed */
  }
  assert_near(number(got, "logprob"), sum, 0, 1e-14);
}

static void check_model(const char *name) {
  char path[256], arguments[4352];
  snprintf(path, sizeof path, "golden/models/%s/golden.jsonl", name);
  need_file(shared_path(path));
  json_t *golden = load(shared_path(path));
  input in = input_open();
  for (size_t i = 0; i < json_array_size(golden); i++)
    input_add(&in, json_pack("{s:O}", "ids", json_object_get(json_array_get(golden, i), "ids")));
  snprintf(path, sizeof path, "golden/models/%s", name);
  snprintf(arguments, sizeof arguments, "score --model '%s'", shared_path(path));
  json_t *got = run(&in, arguments);
  assert_int_equal(json_array_size(got), json_array_size(golden));
  for (size_t i = 0; i < json_array_size(got); i++)
    check_scored_ids(json_array_get(got, i), json_array_get(golden, i), i);
  json_decref(got);
  json_decref(golden);
}

static void model(void **state) { check_model(*state); }

/* ---- tokenizers ---------------------------------------------------------------------------------------- */

static void check_tokenizer(const char *name) {
  char path[256], arguments[4352];
  snprintf(path, sizeof path, "golden/tokenizers/%s/golden.jsonl", name);
  need_file(shared_path(path));
  json_t *golden = load(shared_path(path));
  input in = input_open();
  for (size_t i = 0; i < json_array_size(golden); i++)
    input_add(&in, json_incref(json_object_get(json_array_get(golden, i), "text")));
  snprintf(path, sizeof path, "golden/tokenizers/%s/tokenizer.json", name);
  snprintf(arguments, sizeof arguments, "tokenize --json --tokenizer '%s'", shared_path(path));
  json_t *got = run(&in, arguments);
  assert_int_equal(json_array_size(got), json_array_size(golden));
  for (size_t i = 0; i < json_array_size(got); i++) {
    if (json_equal(json_array_get(got, i), json_object_get(json_array_get(golden, i), "ids"))) continue;
    fail_msg("%s: text %zu: %.200s", name, i, json_string_value(json_object_get(json_array_get(golden, i), "text")));
  }
  json_decref(got);
  json_decref(golden);
}

static void tokenizer(void **state) { check_tokenizer(*state); }

/* ---- benchmark scores ---------------------------------------------------------------------------------- */

/* Two columns of a CSV file, by the number in its first column. */
typedef struct table {
  int x, y; /* columns */
  int column;
  long row;
  char *texts[60000][2];
} table;

static void cell(void *text, size_t bytes, void *user) {
  table *t = user;
  char *copy = strndup(text != NULL ? text : "", bytes);
  int column = t->column++;
  if (column == 0) t->row = copy[0] >= '0' && copy[0] <= '9' ? strtol(copy, NULL, 10) : -1; /* -1: the header */
  if (t->row >= 0 && t->row < 60000 && (column == t->x || column == t->y)) {
    char **place = &t->texts[t->row][column == t->y];
    free(*place);
    *place = copy;
  } else {
    free(copy);
  }
}

static void row(int terminator, void *user) {
  (void)terminator;
  ((table *)user)->column = 0;
}

static table *read_table(const char *path, int x, int y) {
  table *t = calloc(1, sizeof *t);
  t->x = x;
  t->y = y;
  struct csv_parser parser;
  assert_int_equal(csv_init(&parser, CSV_APPEND_NULL), 0);
  FILE *file = fopen(path, "r");
  char block[4096];
  for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;) csv_parse(&parser, block, got, cell, row, t);
  csv_fini(&parser, cell, row, t);
  csv_free(&parser);
  fclose(file);
  return t;
}

static void table_free(table *t) {
  for (size_t i = 0; i < 60000; i++) {
    free(t->texts[i][0]);
    free(t->texts[i][1]);
  }
  free(t);
}

/* Whole sentences, a start token first: by either rule, since the context is empty. */
static void check_pairs(const char *golden_name, const char *data, int x, int y, const char *start) {
  const char *golden_path = shared_path(golden_name);
  need_file(golden_path);
  need_file(shared_path(data));
  json_t *golden = load(golden_path);
  table *rows = read_table(shared_path(data), x, y);
  input in = input_open();
  for (size_t i = 0; i < json_array_size(golden); i++) {
    long at = (long)number(json_array_get(golden, i), "row");
    for (int side = 0; side < 2; side++) {
      assert_non_null(rows->texts[at][side]);
      input_add(&in, json_pack("{s:s}", "text", rows->texts[at][side]));
    }
  }
  char arguments[4352];
  snprintf(arguments, sizeof arguments, "score --model '%s' --start %s", shared_path("golden/scoring/model"), start);
  json_t *got = run(&in, arguments);
  assert_int_equal(json_array_size(got), 2 * json_array_size(golden));
  for (size_t i = 0; i < json_array_size(got); i++) {
    const json_t *full = json_object_get(json_array_get(golden, i / 2), "full");
    assert_near(number(json_array_get(got, i), "logprob"), json_number_value(json_array_get(full, i % 2)), 1e-3, 0);
    size_t bytes = strlen(rows->texts[(long)number(json_array_get(golden, i / 2), "row")][i % 2]);
    assert_int_equal(number(json_array_get(got, i), "bytes"), bytes);
  }
  json_decref(got);
  json_decref(golden);
  table_free(rows);
}

static void crows_pairs(void **state) {
  check_pairs("golden/scoring/crows_pairs.jsonl", "data/crows_pairs_anonymized.csv", 1, 2, *state);
}
static void winoqueer(void **state) {
  check_pairs("golden/scoring/winoqueer.jsonl", "data/winoqueer_excerpt.csv", 3, 4, *state);
}

/* BBQ as lm-evaluation-harness asks it: every choice after one context, no start token. */
static void bbq(void **state) {
  (void)state;
  need_file(shared_path("golden/scoring/bbq.jsonl"));
  need_file(shared_path("data/bbq_sexual_orientation.jsonl"));
  json_t *golden = load(shared_path("golden/scoring/bbq.jsonl"));
  json_t *rows = load(shared_path("data/bbq_sexual_orientation.jsonl"));
  input in = input_open();
  size_t requests = 0;
  for (size_t i = 0; i < json_array_size(golden); i++) {
    size_t r = 0;
    while (r < json_array_size(rows) &&
           number(json_array_get(rows, r), "example_id") != number(json_array_get(golden, i), "example_id"))
      r++;
    assert_true(r < json_array_size(rows));
    char prompt[8192], answer[1024];
    snprintf(prompt, sizeof prompt,
             "%s\n\nQ: %s\nA:", json_string_value(json_object_get(json_array_get(rows, r), "context")),
             json_string_value(json_object_get(json_array_get(rows, r), "question")));
    const json_t *choices = json_object_get(json_array_get(golden, i), "choices");
    for (size_t c = 0; c < json_array_size(choices); c++, requests++) {
      snprintf(answer, sizeof answer, " %s", json_string_value(json_array_get(choices, c)));
      input_add(&in, json_pack("{s:s, s:s}", "prompt", prompt, "continuation", answer));
    }
  }
  char arguments[4352];
  snprintf(arguments, sizeof arguments, "score --model '%s'", shared_path("golden/scoring/model"));
  json_t *got = run(&in, arguments);
  assert_int_equal(json_array_size(got), requests);
  for (size_t i = 0, k = 0; i < json_array_size(golden); i++) {
    const json_t *expected = json_object_get(json_array_get(golden, i), "logprobs");
    for (size_t c = 0; c < json_array_size(expected); c++, k++) {
      assert_near(number(json_array_get(got, k), "logprob"), json_number_value(json_array_get(expected, c)), 1e-3, 0);
    }
  }
  json_decref(got);
  json_decref(rows);
  json_decref(golden);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"model gpt2", model, NULL, NULL, (char[]){"gpt2"}},
      {"model gpt_neox", model, NULL, NULL, (char[]){"gpt_neox"}},
      {"model gpt_neox_bf16", model, NULL, NULL, (char[]){"gpt_neox_bf16"}},
      {"model llama", model, NULL, NULL, (char[]){"llama"}},
      {"model llama3_rope", model, NULL, NULL, (char[]){"llama3_rope"}},
      {"model llama_f16_shard", model, NULL, NULL, (char[]){"llama_f16_shard"}},
      {"model llama_gqa_tied", model, NULL, NULL, (char[]){"llama_gqa_tied"}},
      {"model mistral_window", model, NULL, NULL, (char[]){"mistral_window"}},
      {"model qwen2", model, NULL, NULL, (char[]){"qwen2"}},
      {"tokenizer gpt_neox", tokenizer, NULL, NULL, (char[]){"gpt_neox"}},
      {"tokenizer llama2", tokenizer, NULL, NULL, (char[]){"llama2"}},
      {"tokenizer llama3", tokenizer, NULL, NULL, (char[]){"llama3"}},
      {"crows_pairs, start always", crows_pairs, NULL, NULL, (char[]){"always"}},
      {"crows_pairs, start tokenizer", crows_pairs, NULL, NULL, (char[]){"tokenizer"}},
      {"winoqueer, start always", winoqueer, NULL, NULL, (char[]){"always"}},
      {"winoqueer, start tokenizer", winoqueer, NULL, NULL, (char[]){"tokenizer"}},
      {"bbq", bbq, NULL, NULL, NULL},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
