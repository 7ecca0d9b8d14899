/* xylem score: log-probabilities of texts through one model. Every line is checked before the first is scored. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static struct {
  const char *model, *format, *tail;
  int precision, start;
  int64_t memory, threads;
} args;

static const cli_option options[] = {
    {"model", CLI_TEXT, &args.model, "DIR", "Checkpoint: a directory, or a hub id that is in the local cache.", NULL},
    {"precision", CLI_CHOICE, &args.precision, "fp32|bf16", "Arithmetic of the multiplications (fp32).",
     cli_precisions},
    {"start", CLI_CHOICE, &args.start, "RULE",
     "Start token: tokenizer (the default: what the tokenizer adds, BOS or EOS where the context is empty), always "
     "(one BOS or EOS in front of everything), none.",
     cli_starts},
    {"format", CLI_TEXT, &args.format, "NAME",
     "Prompt format of prompt and continuation: plain (the default), halos, ..., or a pattern with {prompt}.", NULL},
    {"tail", CLI_TEXT, &args.tail, "TAIL", "What ends a continuation: none (the default), eos, space+eos.", cli_tails},
    {"memory", CLI_SIZE, &args.memory, "SIZE",
     "Memory that a walk through the model may use, such as 6G or 512M (a share of what is free).", NULL},
    {"threads", CLI_COUNT, &args.threads, "N", "Threads (all cores).", NULL},
    {0}};

/* Requests, each with what it borrows from. */
typedef struct batch {
  xy_request *requests;
  json_t *lines; /* an array that owns their texts */
  size_t n, capacity;
  int64_t faults;
} batch;

static void fault(batch *b, const char *where, const char *text) {
  enum { SHOWN = 20 };
  if (++b->faults <= SHOWN) cli_message("%s: %s", where, text);
}

/* A string member without zero characters; NULL with a fault otherwise. */
static const char *text_of(batch *b, const char *where, const json_t *line, const char *key) {
  const json_t *value = json_object_get(line, key);
  if (!json_is_string(value)) {
    fault(b, where, cli_format("expected a string as \"%s\", found %s", key, cli_json_kind(value)));
  } else if (strlen(json_string_value(value)) != json_string_length(value)) {
    fault(b, where, cli_format("\"%s\": expected text, found a zero character in it", key));
  } else {
    return json_string_value(value);
  }
  return NULL;
}

static int32_t *ids_of(batch *b, const char *where, const json_t *ids, size_t *n) {
  *n = json_array_size(ids);
  if (!json_is_array(ids)) {
    fault(b, where, cli_format("expected an array as \"ids\", found %s", cli_json_kind(ids)));
    return NULL;
  }
  int32_t *out = cli_grow(NULL, *n + 1, sizeof *out);
  for (size_t i = 0; i < *n; i++) {
    const json_t *id = json_array_get(ids, i);
    json_int_t value = json_integer_value(id);
    if (!json_is_integer(id) || value < 0 || value > INT32_MAX) {
      fault(b, where,
            cli_format("\"ids\"[%zu]: expected a token id, found %s%s", i,
                       json_is_integer(id) ? "the number " : cli_json_kind(id),
                       json_is_integer(id) ? cli_format("%lld", (long long)value) : ""));
      free(out);
      return NULL;
    }
    out[i] = (int32_t)value;
  }
  return out;
}

/* Where the identity term of the continuation ends, if anywhere. */
static void read_cut(batch *b, xy_request *out, const json_t *line) {
  const json_t *end = json_object_get(line, "identity_end");
  if (end == NULL || json_is_null(end) || out->continuation == NULL) return;
  out->has_cut = true;
  out->cut = (size_t)json_integer_value(end);
  if (!json_is_integer(end) || json_integer_value(end) < 0 || out->cut > strlen(out->continuation)) {
    fault(b, out->name, "\"identity_end\": expected a number of bytes of the continuation");
  }
}

/* Fills `out` from a line's object; faults are counted in the batch. */
static void read_request(batch *b, xy_request *out, const json_t *line) {
  static const char *const forms =
      "expected {\"text\"}, {\"prompt\", \"continuation\"}, {\"context\", \"continuation\"} or {\"ids\"}";
  const json_t *ids = json_object_get(line, "ids");
  bool text = json_object_get(line, "text") != NULL;
  bool context = json_object_get(line, "context") != NULL;
  bool prompt = json_object_get(line, "prompt") != NULL;
  bool pair = context || prompt || json_object_get(line, "continuation") != NULL;
  int found = (ids != NULL) + text + pair + (prompt && context);
  if (!json_is_object(line)) {
    fault(b, out->name, cli_format("%s, found %s", forms, cli_json_kind(line)));
  } else if (found != 1) {
    fault(b, out->name, cli_format("%s, found %s", forms, found == 0 ? "none of them" : "more than one"));
  } else if (ids != NULL) {
    out->ids = ids_of(b, out->name, ids, &out->n_ids);
  } else if (text) {
    out->text = text_of(b, out->name, line, "text");
  } else if (context) {
    out->context = text_of(b, out->name, line, "context");
    out->continuation = text_of(b, out->name, line, "continuation");
    out->laid_out = json_is_true(json_object_get(line, "laid_out"));
    read_cut(b, out, line);
  } else {
    out->prompt = text_of(b, out->name, line, "prompt");
    out->continuation = text_of(b, out->name, line, "continuation");
  }
}

static int read_batch(batch *b, const char *path) {
  cli_lines lines;
  if (cli_lines_open(&lines, path) != CLI_OK) return CLI_FAILED;
  while (cli_lines_next(&lines)) {
    if (!cli_lines_trim(&lines)) continue;
    if (lines.number == 1 && lines.line[strspn(lines.line, " \t")] == '[') {
      fault(b, lines.name, "expected a JSON object per line, found a JSON array (jq -c '.[]' FILE makes lines of it)");
      break;
    }
    if (b->n == b->capacity) {
      b->capacity = b->capacity < 64 ? 64 : 2 * b->capacity;
      b->requests = cli_grow(b->requests, b->capacity, sizeof *b->requests);
    }
    xy_request *request = &b->requests[b->n++];
    *request = (xy_request){.name = cli_copy(cli_format("%s:%lld", lines.name, (long long)lines.number))};
    json_error_t error;
    json_t *line =
        json_loadb(lines.line, lines.bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (line != NULL) {
      read_request(b, request, line);
      if (json_array_append_new(b->lines, line) != 0) fault(b, request->name, "out of memory");
    } else {
      fault(b, request->name, cli_format("expected a JSON object: %s", error.text));
    }
  }
  int rc = cli_lines_close(&lines);
  if (b->faults > 20) cli_message("%s: %lld more lines are wrong", lines.name, (long long)(b->faults - 20));
  return b->faults > 0 ? CLI_FAILED : rc;
}

static void print_ids(const char *key, const int32_t *ids, size_t n) {
  printf("\"%s\": [", key);
  for (size_t t = 0; t < n; t++) printf("%s%d", t > 0 ? ", " : "", ids[t]);
  putchar(']');
}

/* What a request of xylem export says of itself, so that xylem import knows what was answered. */
static void print_request(const json_t *line) {
  static const char *const keys[] = {"benchmark", "item", "context", "continuation"};
  for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
    const char *text = json_string_value(json_object_get(line, keys[k]));
    if (text == NULL) continue;
    printf("\"%s\": ", keys[k]);
    cli_put_json(stdout, text);
    fputs(", ", stdout);
  }
}

static void print_cut(const xy_request *request, const xy_score *score) {
  fputs(", ", stdout);
  print_ids("context_ids", score->context_ids, score->context_tokens);
  if (!request->has_cut) return;
  printf(", \"identity_end\": %zu, \"cut\": %zu, \"cut_split\": %s", request->cut, score->cut,
         score->cut_split ? "true" : "false");
}

static void print_score(const xy_score *score, const xy_request *request, const json_t *line, size_t index) {
  putchar('{');
  if (request->context != NULL) print_request(line);
  printf("\"index\": %zu, \"logprob\": ", index);
  cli_put_double(stdout, score->logprob);
  printf(", \"tokens\": %zu, \"bytes\": %zu, \"greedy\": %s, ", score->tokens, score->bytes,
         score->greedy ? "true" : "false");
  print_ids("token_ids", score->token_ids, score->tokens);
  fputs(", \"token_logprobs\": [", stdout);
  for (size_t t = 0; t < score->tokens; t++) {
    if (t > 0) fputs(", ", stdout);
    cli_put_float(stdout, score->token_logprobs[t]);
  }
  printf("], \"split\": %s", score->split ? "true" : "false");
  if (request->context != NULL) print_cut(request, score);
  puts("}");
}

/* What may have changed the numbers. */
static int print_warnings(xy_model *model, xy_error *err) {
  xy_model_info about;
  int rc = xy_model_describe(&about, model, err);
  for (size_t i = 0; rc == XY_OK && i < about.n_warnings; i++) cli_message("%s: %s", about.path, about.notes[i]);
  return rc;
}

static int score_batch(const batch *b) {
  xy_error err = {0};
  xy_model *model = NULL;
  xy_score *scores = NULL;
  int code = CLI_FAILED;
  xy_score_options how = {.precision = (xy_precision)args.precision,
                          .start = (xy_start)args.start,
                          .format = args.format,
                          .tail = args.tail,
                          .memory = args.memory,
                          .threads = (int)args.threads,
                          .progress = cli_progress};
  if (xy_model_open(&model, args.model, &err) != XY_OK || print_warnings(model, &err) != XY_OK) {
    cli_error(NULL, &err);
    goto out;
  }
  cli_progress_start(false);
  int rc = xy_score_requests(&scores, model, b->requests, b->n, &how, &err);
  cli_progress_end();
  if (rc != XY_OK) {
    cli_error(NULL, &err);
    goto out;
  }
  for (size_t i = 0; i < b->n && !ferror(stdout); i++) {
    print_score(&scores[i], &b->requests[i], json_array_get(b->lines, i), i);
  }
  code = CLI_OK;
out:
  xy_scores_free(scores, b->n);
  xy_model_free(model);
  return code;
}

static void batch_dispose(batch *b) {
  for (size_t i = 0; i < b->n; i++) {
    free((char *)b->requests[i].name);
    free((int32_t *)b->requests[i].ids);
  }
  free(b->requests);
  json_decref(b->lines);
}

static int run(int n, char **operands) {
  (void)n;
  if (args.model == NULL) return cli_usage_error(&cli_score, "--model is missing");
  batch b = {.lines = json_array()};
  int code = read_batch(&b, operands[0]);
  if (code == CLI_OK && b.n == 0) cli_message("%s holds no requests", operands[0]);
  if (code == CLI_OK) code = score_batch(&b);
  batch_dispose(&b);
  return code;
}

const cli_command cli_score = {
    .path = "score",
    .usage = "--model DIR [OPTIONS] FILE|-",
    .examples =
        "echo '{\"text\": \"They sit.\"}' | xylem score --model seedling/base -\n"
        "xylem score --model EleutherAI/pythia-160m sentences.jsonl",
    .summary = "Log-probabilities of texts through one model.",
    .details =
        "FILE holds a JSON object per line: {\"text\": ...}, {\"prompt\": ..., \"continuation\": ...}, "
        "{\"context\": ..., \"continuation\": ...} as xylem export writes them (taken as they are, without format and "
        "tail), or {\"ids\": [...]}, which is scored from the second id on and needs no tokenizer. Prints a JSON "
        "object "
        "per line, in order: index, logprob (nats), tokens, bytes, greedy, token_ids, token_logprobs, split; for "
        "requests of xylem "
        "export their texts and context_ids, too, so that xylem import reads the answers.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
