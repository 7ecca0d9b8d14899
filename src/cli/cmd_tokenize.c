/* xylem tokenize: token ids of texts, and texts of token ids, exactly as Hugging Face tokenizers. */
#include <jansson.h>
#include <string.h>

#include "cli.h"

static struct {
  const char *model, *tokenizer;
  bool special, json, decode;
} args;

static const cli_option options[] = {
    {"model", CLI_TEXT, &args.model, "DIR", "Checkpoint whose tokenizer is used: a directory, or a cached hub id.",
     NULL},
    {"tokenizer", CLI_TEXT, &args.tokenizer, "FILE", "A tokenizer.json, in place of --model.", NULL},
    {"special", CLI_FLAG, &args.special, NULL,
     "Add what the tokenizer adds around a text, such as a start token; with --decode, keep special tokens.", NULL},
    {"json", CLI_FLAG, &args.json, NULL, "Each line is a JSON string.", NULL},
    {"decode", CLI_FLAG, &args.decode, NULL, "Back: each line is an array of ids, and becomes a JSON string.", NULL},
    {0}};

static void print_ids(const int32_t *ids, size_t n) {
  putchar('[');
  for (size_t i = 0; i < n; i++) printf("%s%d", i > 0 ? ", " : "", ids[i]);
  puts("]");
}

static int tokenize_line(const xy_tokenizer *tokenizer, const cli_lines *lines) {
  const char *where = cli_format("%s:%lld", lines->name, (long long)lines->number);
  const char *text = lines->line;
  size_t bytes = lines->bytes, n = 0;
  json_t *value = NULL;
  if (args.json) {
    json_error_t error;
    value = json_loadb(text, bytes, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (!json_is_string(value)) {
      cli_message("%s: expected a JSON string%s%s", where, value == NULL ? ": " : ", found something else",
                  value == NULL ? error.text : "");
      json_decref(value);
      return CLI_FAILED;
    }
    text = json_string_value(value);
    bytes = json_string_length(value);
  }
  xy_error err = {0};
  int32_t *ids = NULL;
  int rc = xy_tokenizer_encode(&ids, &n, tokenizer, text, bytes, args.special, &err);
  json_decref(value);
  if (rc != XY_OK) return cli_error(where, &err);
  print_ids(ids, n);
  xy_free(ids);
  return CLI_OK;
}

/* Ids [*n] of a JSON array; NULL where it is none, or holds something else. */
static int32_t *ids_of(size_t *n, const json_t *list) {
  *n = json_array_size(list);
  int32_t *ids = json_is_array(list) ? cli_grow(NULL, *n + 1, sizeof *ids) : NULL;
  for (size_t i = 0; ids != NULL && i < *n; i++) {
    const json_t *id = json_array_get(list, i);
    json_int_t value = json_integer_value(id);
    if (!json_is_integer(id) || value < 0 || value > INT32_MAX) {
      free(ids);
      return NULL;
    }
    ids[i] = (int32_t)value;
  }
  return ids;
}

/* A line is answered in its own kind: an array by a string, an object with "ids" by one with "text". */
static void print_text(const char *text, size_t bytes, bool object) {
  json_t *string = json_stringn(text, bytes);
  if (object) fputs("{\"text\": ", stdout);
  (void)json_dumpf(string, stdout, JSON_ENCODE_ANY); /* a full disk is told by who reads the lines */
  puts(object ? "}" : "");
  json_decref(string);
}

static int decode_line(const xy_tokenizer *tokenizer, const cli_lines *lines) {
  const char *where = cli_format("%s:%lld", lines->name, (long long)lines->number);
  json_error_t error;
  json_t *value = json_loadb(lines->line, lines->bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
  bool object = json_is_object(value);
  size_t n;
  int32_t *ids = ids_of(&n, object ? json_object_get(value, "ids") : value);
  if (ids == NULL) {
    cli_message("%s: expected a JSON array of token ids, or an object with one as \"ids\"%s%s", where,
                value == NULL ? ": " : "", value == NULL ? error.text : "");
  }
  json_decref(value);
  if (ids == NULL) return CLI_FAILED;
  xy_error err = {0};
  char *text = NULL;
  size_t bytes = 0;
  int rc = xy_tokenizer_decode(&text, &bytes, tokenizer, ids, n, args.special, &err);
  free(ids);
  if (rc != XY_OK) return cli_error(where, &err);
  print_text(text, bytes, object);
  xy_free(text);
  return CLI_OK;
}

static int run(int n, char **operands) {
  (void)n;
  if ((args.model == NULL) == (args.tokenizer == NULL)) {
    return cli_usage_error(&cli_tokenize, "give --model or --tokenizer, one of them");
  }
  if (args.decode && args.json) return cli_usage_error(&cli_tokenize, "--json is of texts, and --decode reads ids");
  int (*each)(const xy_tokenizer *, const cli_lines *) = args.decode ? decode_line : tokenize_line;
  cli_lines lines;
  xy_tokenizer *tokenizer = NULL;
  if (cli_lines_open(&lines, operands[0]) != CLI_OK) return CLI_FAILED;
  int code =
      cli_open_tokenizer(&tokenizer, args.tokenizer != NULL ? args.tokenizer : args.model, args.tokenizer != NULL);
  if (code == CLI_OK) {
    while (code == CLI_OK && !ferror(stdout) && cli_lines_next(&lines)) code = each(tokenizer, &lines);
    xy_tokenizer_free(tokenizer);
  }
  int closed = cli_lines_close(&lines);
  return code != CLI_OK ? code : closed;
}

const cli_command cli_tokenize = {
    .path = "tokenize",
    .usage = "--model DIR|--tokenizer FILE [OPTIONS] FILE|-",
    .examples =
        "echo 'The sky is blue' | xylem tokenize --tokenizer DIR/tokenizer.json -\n"
        "echo '[510, 8467]' | xylem tokenize --tokenizer DIR/tokenizer.json --decode -",
    .summary = "Token ids of texts, and back.",
    .details = "FILE holds a text per line; only the line end is taken off. Prints a JSON array of ids per line.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
