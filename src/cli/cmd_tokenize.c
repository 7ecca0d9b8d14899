/* xylem tokenize: token ids of texts, exactly as Hugging Face tokenizers. */
#include <jansson.h>
#include <string.h>

#include "cli.h"

static struct {
  const char *model, *tokenizer;
  bool special, json;
} args;

static const cli_option options[] = {
    {"model", CLI_TEXT, &args.model, "DIR", "Checkpoint whose tokenizer is used: a directory, or a cached hub id.",
     NULL},
    {"tokenizer", CLI_TEXT, &args.tokenizer, "FILE", "A tokenizer.json, in place of --model.", NULL},
    {"special", CLI_FLAG, &args.special, NULL, "Add what the tokenizer adds around a text, such as a start token.",
     NULL},
    {"json", CLI_FLAG, &args.json, NULL, "Each line is a JSON string.", NULL},
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

static int run(int n, char **operands) {
  (void)n;
  if ((args.model == NULL) == (args.tokenizer == NULL)) {
    return cli_usage_error(&cli_tokenize, "give --model or --tokenizer, one of them");
  }
  cli_lines lines;
  xy_tokenizer *tokenizer = NULL;
  if (cli_lines_open(&lines, operands[0]) != CLI_OK) return CLI_FAILED;
  int code =
      cli_open_tokenizer(&tokenizer, args.tokenizer != NULL ? args.tokenizer : args.model, args.tokenizer != NULL);
  if (code == CLI_OK) {
    while (code == CLI_OK && !ferror(stdout) && cli_lines_next(&lines)) code = tokenize_line(tokenizer, &lines);
    xy_tokenizer_free(tokenizer);
  }
  int closed = cli_lines_close(&lines);
  return code != CLI_OK ? code : closed;
}

const cli_command cli_tokenize = {
    .path = "tokenize",
    .usage = "--model DIR|--tokenizer FILE [OPTIONS] FILE|-",
    .examples = "echo 'The sky is blue' | xylem tokenize --tokenizer DIR/tokenizer.json -",
    .summary = "Token ids of texts.",
    .details = "FILE holds a text per line; only the line end is taken off. Prints a JSON array of ids per line.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
