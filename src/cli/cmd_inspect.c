/* xylem inspect: what a checkpoint is. */
#include <string.h>

#include "cli.h"

static struct {
  bool json, no_fingerprint;
} args;

static const cli_option options[] = {{"json", CLI_FLAG, &args.json, NULL, "Print one JSON object.", NULL},
                                     {"no-fingerprint", CLI_FLAG, &args.no_fingerprint, NULL,
                                      "Leave the fingerprint out: it reads every weight once.", NULL},
                                     {0}};

static void row(const char *label, const char *text) {
  printf("%-14s", label);
  cli_wrap(stdout, text, 14, cli_width(stdout));
}

static void print_list(const xy_model_info *m, const char *fingerprint) {
  row("path", m->path);
  row("architecture", m->architecture);
  row("parameters", cli_grouped(m->parameters));
  row("weights", cli_format("%s, %s, %s", m->dtype, cli_bytes(m->bytes), cli_count(m->files, "file", "files")));
  row("layers", cli_grouped(m->layers));
  row("hidden", cli_grouped(m->hidden));
  row("intermediate", cli_grouped(m->intermediate));
  row("heads", cli_format("%s of %s, %s for keys and values", cli_grouped(m->heads), cli_grouped(m->head_dim),
                          cli_grouped(m->kv_heads)));
  row("vocabulary", cli_format("%s, %s", cli_grouped(m->vocabulary),
                               m->tied ? "input and output embeddings tied" : "embeddings not tied"));
  row("context", m->window > 0 ? cli_format("%s tokens, window of %s", cli_grouped(m->context), cli_grouped(m->window))
                               : cli_format("%s tokens", cli_grouped(m->context)));
  row("tokenizer", m->tokenizer);
  if (m->tokenizer_size > 0) {
    row("", cli_format("%s ids", cli_grouped(m->tokenizer_size)));
    row("start, end", cli_format("%s, %s", m->bos[0] != '\0' ? m->bos : "none", m->eos[0] != '\0' ? m->eos : "none"));
  }
  if (fingerprint != NULL) row("fingerprint", fingerprint);
  for (size_t i = 0; i < m->n_notes; i++) row(i == 0 ? "notes" : "", m->notes[i]);
}

static void text_member(const char *key, const char *value) {
  printf("  \"%s\": ", key);
  cli_put_json(stdout, value);
  puts(",");
}

static void number_member(const char *key, int64_t value) { printf("  \"%s\": %lld,\n", key, (long long)value); }

static void print_json(const xy_model_info *m, const char *fingerprint) {
  puts("{");
  text_member("path", m->path);
  text_member("architecture", m->architecture);
  number_member("parameters", m->parameters);
  number_member("bytes", m->bytes);
  number_member("files", m->files);
  text_member("dtype", m->dtype);
  number_member("layers", m->layers);
  number_member("hidden", m->hidden);
  number_member("intermediate", m->intermediate);
  number_member("heads", m->heads);
  number_member("kv_heads", m->kv_heads);
  number_member("head_dim", m->head_dim);
  number_member("vocabulary", m->vocabulary);
  printf("  \"tied\": %s,\n", m->tied ? "true" : "false");
  number_member("context", m->context);
  number_member("window", m->window);
  text_member("tokenizer", m->tokenizer);
  number_member("tokenizer_size", m->tokenizer_size);
  text_member("bos", m->bos);
  text_member("eos", m->eos);
  if (fingerprint != NULL) text_member("fingerprint", fingerprint);
  fputs("  \"notes\": [", stdout);
  for (size_t i = 0; i < m->n_notes; i++) {
    if (i > 0) fputs(", ", stdout);
    cli_put_json(stdout, m->notes[i]);
  }
  puts("]\n}");
}

static int run(int n, char **operands) {
  (void)n;
  xy_error err = {0};
  xy_model *model;
  xy_model_info about;
  const char *fingerprint = NULL;
  if (xy_model_open(&model, operands[0], &err) != XY_OK) return cli_error(NULL, &err);
  int rc = xy_model_describe(&about, model, &err);
  if (rc == XY_OK && !args.no_fingerprint) rc = xy_model_fingerprint(&fingerprint, model, &err);
  if (rc == XY_OK) (args.json ? print_json : print_list)(&about, fingerprint);
  int code = rc == XY_OK ? CLI_OK : cli_error(NULL, &err);
  xy_model_free(model);
  return code;
}

const cli_command cli_inspect = {
    .path = "inspect",
    .usage = "[OPTIONS] DIR",
    .examples =
        "xylem inspect seedling/base\n"
        "xylem inspect --no-fingerprint EleutherAI/pythia-2.8b@main\n"
        "xylem inspect --json DIR | jq .parameters",
    .summary = "What a checkpoint is, and what is unusual about it.",
    .details = "DIR is a directory, or a hub id that is in the local cache.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
