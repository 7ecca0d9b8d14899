/* Options that say how texts go on: --preset, and what is given beside it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static struct {
  const char *preset, *end;
  bool greedy;
  int64_t samples, seed, max_new, min_new, top_k,
      no_repeat_ngram;                                  /* 0 of samples and max_new, -1 of others: not given */
  double temperature, top_p, min_p, repetition_penalty; /* -INFINITY: not given */
} args = {.seed = -1,
          .min_new = -1,
          .top_k = -1,
          .no_repeat_ngram = -1,
          .temperature = -INFINITY,
          .top_p = -INFINITY,
          .min_p = -INFINITY,
          .repetition_penalty = -INFINITY};

const cli_option cli_decoding_options[] = {
    {"preset", CLI_TEXT, &args.preset, "NAME",
     "Settings by name: greedy, rtp, bold, meta-eval, helm, decodingtrust. Options beside it win.", NULL},
    {"samples", CLI_COUNT, &args.samples, "K", "Continuations of each prompt (1).", NULL},
    {"seed", CLI_WHOLE, &args.seed, "N", "What noise is drawn under, with the prompt (1).", NULL},
    {"greedy", CLI_FLAG, &args.greedy, NULL, "The most probable token each time; one continuation.", NULL},
    {"max-new", CLI_COUNT, &args.max_new, "N", "New tokens at most, the end token included (128).", NULL},
    {"min-new", CLI_WHOLE, &args.min_new, "N", "New tokens before a text may end (0).", NULL},
    {"temperature", CLI_NUMBER, &args.temperature, "T", "Divides the logits (1).", NULL},
    {"top-k", CLI_WHOLE, &args.top_k, "K", "Keeps the K most probable tokens, and what ties with the last (0: all).",
     NULL},
    {"top-p", CLI_NUMBER, &args.top_p, "P", "Keeps the most probable tokens that have probability P together (1).",
     NULL},
    {"min-p", CLI_NUMBER, &args.min_p, "P", "Keeps tokens of at least P times the best one's probability (0).", NULL},
    {"repetition-penalty", CLI_NUMBER, &args.repetition_penalty, "X",
     "Makes tokens that the text has already less probable (1: not).", NULL},
    {"no-repeat-ngram", CLI_WHOLE, &args.no_repeat_ngram, "N", "No N tokens in a row come twice (0: they may).", NULL},
    {"end", CLI_TEXT, &args.end, "ID[,ID...]|none", "Tokens that end a text (the checkpoint's).", NULL},
    {0}};

/* "12,13": ids, which live until the program ends. */
static int set_ends(const cli_command *command, xy_decoding *out) {
  if (args.end == NULL) return CLI_OK;
  if (strcmp(args.end, "none") == 0) {
    out->no_end = true;
    return CLI_OK;
  }
  int32_t *ids = NULL;
  size_t n = 0;
  for (const char *at = args.end;; at++) {
    char *end;
    errno = 0;
    long long id = strtoll(at, &end, 10);
    if (end == at || errno != 0 || *at < '0' || *at > '9' || id > INT32_MAX || (*end != ',' && *end != '\0')) {
      free(ids);
      return cli_usage_error(command, "--end '%s': expected token ids such as 2 or 128001,128009, or none", args.end);
    }
    ids = cli_grow(ids, n + 1, sizeof *ids);
    ids[n++] = (int32_t)id;
    at = end;
    if (*end == '\0') break;
  }
  out->ends = ids;
  out->n_ends = n;
  return CLI_OK;
}

static void set_whole(int *out, int64_t given, int64_t absent) {
  if (given != absent) *out = given > INT32_MAX ? INT32_MAX : (int)given;
}

static void set_number(double *out, double given) {
  if (given != -INFINITY) *out = given;
}

int cli_decoding(xy_decoding *out, const cli_command *command) {
  *out = (xy_decoding)XY_DECODING_INIT;
  xy_error err;
  if (args.preset != NULL && xy_decoding_preset(out, args.preset, &err) != XY_OK) {
    return cli_usage_error(command, "--preset: %s", err.text);
  }
  if (args.greedy) {
    out->greedy = true;
    out->samples = 1;
  }
  set_whole(&out->samples, args.samples, 0);
  set_whole(&out->max_new, args.max_new, 0);
  set_whole(&out->min_new, args.min_new, -1);
  set_whole(&out->top_k, args.top_k, -1);
  set_whole(&out->no_repeat_ngram, args.no_repeat_ngram, -1);
  set_number(&out->temperature, args.temperature);
  set_number(&out->top_p, args.top_p);
  set_number(&out->min_p, args.min_p);
  set_number(&out->repetition_penalty, args.repetition_penalty);
  if (args.seed >= 0) out->seed = (uint64_t)args.seed;
  if (out->greedy && out->samples > 1) {
    return cli_usage_error(command, "--samples %d: greedy has one continuation of each prompt", out->samples);
  }
  return set_ends(command, out);
}
