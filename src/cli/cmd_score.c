/* xylem score: log-probabilities of texts through one model. Every line is checked before the first is scored. */
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

static void print_ids(const char *key, const int32_t *ids, size_t n) {
  printf("\"%s\": [", key);
  for (size_t t = 0; t < n; t++) printf("%s%d", t > 0 ? ", " : "", ids[t]);
  putchar(']');
}

/* What a request of xylem export says of itself, so that xylem import knows what was answered. */
static void print_request(const xy_request *request) {
  const char *const members[][2] = {{"benchmark", request->benchmark},
                                    {"item", request->item},
                                    {"context", request->context},
                                    {"continuation", request->continuation}};
  for (size_t k = 0; k < sizeof members / sizeof *members; k++) {
    if (members[k][1] == NULL) continue;
    printf("\"%s\": ", members[k][0]);
    cli_put_json(stdout, members[k][1]);
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

static void print_score(const xy_score *score, const xy_request *request, size_t index) {
  putchar('{');
  if (request->context != NULL) print_request(request);
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

static int score(const xy_request *requests, size_t n) {
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
  if (xy_model_open(&model, args.model, &err) != XY_OK) {
    cli_error(NULL, &err);
    goto out;
  }
  cli_print_warnings(args.model, model);
  cli_progress_start(false);
  int rc = xy_score_requests(&scores, model, requests, n, &how, &err);
  cli_progress_end();
  if (rc != XY_OK) {
    cli_error(NULL, &err);
    goto out;
  }
  for (size_t i = 0; i < n && !ferror(stdout); i++) print_score(&scores[i], &requests[i], i);
  code = CLI_OK;
out:
  xy_scores_free(scores, n);
  xy_model_free(model);
  return code;
}

static int run(int n, char **operands) {
  (void)n;
  if (args.model == NULL) return cli_usage_error(&cli_score, "--model is missing");
  char *text;
  const char *name;
  size_t bytes;
  xy_error err = {0};
  xy_requests *requests = NULL;
  int code = cli_read(&text, &bytes, &name, operands[0]);
  if (code == CLI_OK && xy_requests_read(&requests, text, bytes, name, &err) != XY_OK) code = cli_error(NULL, &err);
  free(text);
  if (code != CLI_OK) return code;
  size_t wanted;
  const xy_request *list = xy_requests_list(&wanted, requests);
  if (wanted == 0) cli_message("%s holds no requests", name);
  code = score(list, wanted);
  xy_requests_free(requests);
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
        "FILE holds JSON objects, one a line or all in a list: {\"text\": ...}, {\"prompt\": ..., \"continuation\": "
        "...}, "
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
