/* xylem generate: continuations of prompts through one model. Every line is checked before the first goes on. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static struct {
  const char *model, *format, *tail;
  cli_list stops;
  int precision, start;
  int64_t memory, threads;
  bool distribution, quiet;
} args;

static const cli_option options[] = {
    {"model", CLI_TEXT, &args.model, "DIR", "Checkpoint: a directory, or a hub id that is in the local cache.", NULL},
    {"stop", CLI_LIST, &args.stops, "TEXT", "A text ends before the first TEXT that comes; may be given often.", NULL},
    {"distribution", CLI_FLAG, &args.distribution, NULL,
     "Samples nothing: what the filters leave of the next token's distribution, the most probable first.", NULL},
    {"format", CLI_TEXT, &args.format, "NAME",
     "Prompt format: plain (the default), halos, ..., or a pattern with {prompt}.", NULL},
    {"start", CLI_CHOICE, &args.start, "RULE",
     "Start token: tokenizer (the default: what the tokenizer adds), always (one BOS or EOS in front), none.",
     cli_starts},
    {"tail", CLI_TEXT, &args.tail, "TAIL",
     "What ends an answer: none (the default), eos, space+eos, whose space is then no part of the text.", cli_tails},
    {"precision", CLI_CHOICE, &args.precision, "fp32|bf16", "Arithmetic of the multiplications (fp32).",
     cli_precisions},
    {"memory", CLI_SIZE, &args.memory, "SIZE", "Memory that it may use, such as 6G (a share of what is free).", NULL},
    {"threads", CLI_COUNT, &args.threads, "N", "Threads (all cores).", NULL},
    {"quiet", CLI_FLAG, &args.quiet, NULL, "No progress.", NULL},
    {0}};

static void put_ids(const int32_t *ids, size_t n) {
  fputs("\"ids\": [", stdout);
  for (size_t i = 0; i < n; i++) printf("%s%d", i > 0 ? ", " : "", ids[i]);
  putchar(']');
}

static void put_continuation(const xy_continuation *c, size_t prompt, size_t sample) {
  printf("{\"index\": %zu, \"sample\": %zu, ", prompt, sample);
  put_ids(c->ids, c->n);
  fputs(", \"text\": ", stdout);
  if (c->text != NULL) {
    cli_put_json(stdout, c->text);
  } else {
    fputs("null", stdout);
  }
  fputs(", \"logprobs\": [", stdout);
  for (size_t i = 0; i < c->n; i++) {
    if (i > 0) fputs(", ", stdout);
    cli_put_float(stdout, c->logprobs[i]);
  }
  printf("], \"end\": \"%s\"}\n", c->end);
}

static void put_distribution(const xy_distribution *d, size_t prompt) {
  printf("{\"index\": %zu, ", prompt);
  put_ids(d->ids, d->n);
  fputs(", \"probs\": [", stdout);
  for (size_t i = 0; i < d->n; i++) {
    if (i > 0) fputs(", ", stdout);
    cli_put_double(stdout, d->probs[i]);
  }
  puts("]}");
}

static int generate(xy_model *model, const xy_prompt *prompts, size_t n, const xy_decoding *decoding) {
  const xy_generate_options how = {.precision = (xy_precision)args.precision,
                                   .start = (xy_start)args.start,
                                   .format = args.format,
                                   .tail = args.tail,
                                   .stops = args.stops.items,
                                   .n_stops = args.stops.n,
                                   .memory = args.memory,
                                   .threads = (int)args.threads,
                                   .progress = cli_progress};
  size_t samples = (size_t)decoding->samples;
  xy_error err = {0};
  xy_continuation *continuations = NULL;
  xy_distribution *distributions = NULL;
  cli_progress_start(args.quiet);
  int rc = args.distribution ? xy_next_tokens(&distributions, model, prompts, n, decoding, &how, &err)
                             : xy_generate(&continuations, model, prompts, n, decoding, &how, &err);
  cli_progress_end();
  if (rc != XY_OK) return cli_error(NULL, &err);
  for (size_t i = 0; distributions != NULL && i < n && !ferror(stdout); i++) put_distribution(&distributions[i], i);
  for (size_t i = 0; continuations != NULL && i < n * samples && !ferror(stdout); i++) {
    put_continuation(&continuations[i], i / samples, i % samples);
  }
  xy_continuations_free(continuations, n * samples);
  xy_distributions_free(distributions, n);
  return CLI_OK;
}

static int run(int n, char **operands) {
  (void)n;
  if (args.model == NULL) return cli_usage_error(&cli_generate, "--model is missing");
  xy_decoding decoding;
  int code = cli_decoding(&decoding, &cli_generate);
  if (code != CLI_OK) return code;
  char *text;
  const char *name;
  size_t bytes;
  xy_error err = {0};
  xy_prompts *prompts = NULL;
  xy_model *model = NULL;
  code = cli_read(&text, &bytes, &name, operands[0]);
  if (code == CLI_OK && xy_prompts_read(&prompts, text, bytes, name, &err) != XY_OK) code = cli_error(NULL, &err);
  if (code == CLI_OK && xy_model_open(&model, args.model, &err) != XY_OK) code = cli_error(NULL, &err);
  if (code == CLI_OK) {
    cli_print_warnings(args.model, model);
    size_t wanted;
    const xy_prompt *list = xy_prompts_list(&wanted, prompts);
    if (wanted == 0) cli_message("%s holds no prompts", name);
    code = generate(model, list, wanted, &decoding);
  }
  free(text);
  xy_prompts_free(prompts);
  xy_model_free(model);
  return code;
}

const cli_command cli_generate = {
    .path = "generate",
    .usage = "--model DIR [OPTIONS] FILE|-",
    .examples =
        "echo '{\"prompt\": \"They\"}' | xylem generate --model seedling/base --greedy -\n"
        "xylem generate --model EleutherAI/pythia-160m --preset rtp prompts.jsonl",
    .summary = "Continuations of prompts through one model.",
    .details =
        "FILE holds JSON objects, one a line or all in a list: {\"prompt\": ...}, {\"messages\": [{\"role\", "
        "\"content\"}]}, or {\"ids\": [...]} (exactly these; needs no tokenizer). Prints a JSON object per prompt and "
        "sample, in order: index, sample, ids (the new ones, the end token among them), text (without special tokens, "
        "cut before a stop string), logprobs (nats, of the model itself), end (eos, stop or length). The same seed and "
        "prompt give the same text whatever else is asked for, and draw alike in checkpoints of one vocabulary.",
    .options = options,
    .shared = cli_decoding_options,
    .least = 1,
    .most = 1,
    .run = run,
};
