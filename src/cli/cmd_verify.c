/* xylem verify: a finished run looked at again. */
#include "cli.h"

static struct {
  const char *store;
} args;

static const cli_option options[] = {
    {"store", CLI_TEXT, &args.store, "FILE", "The store of log-probabilities (scores.sqlite beside the run).", NULL},
    {0}};

static int run(int n, char **operands) {
  (void)n;
  xy_error err = {0};
  xy_verified *found;
  if (xy_verify(&found, operands[0], args.store, &err) != XY_OK) return cli_error(NULL, &err);
  for (size_t i = 0; i < found->n_notes; i++) cli_message("note: %s", found->notes[i]);
  for (size_t i = 0; i < found->n_faults; i++) cli_message("%s", found->faults[i]);
  printf("%s and %s have the digests of the run\n", cli_count((int64_t)found->files, "file", "files"),
         cli_count((int64_t)found->benchmarks, "benchmark", "benchmarks"));
  printf("%s those of its samples\n", cli_count((int64_t)found->rows, "row is", "rows are"));
  printf("%s those of store and checkpoints\n", cli_count((int64_t)found->scores, "sample is", "samples are"));
  int code = found->n_faults == 0 ? CLI_OK : CLI_FAILED;
  xy_verified_free(found);
  return code;
}

const cli_command cli_verify = {
    .path = "verify",
    .usage = "[--store FILE] RUN",
    .summary = "Look at a finished run again: its files, its numbers, its samples.",
    .details =
        "Holds the files of RUN (a run directory) against SHA256SUMS, makes every row of results.json anew from the "
        "samples, and the samples from the store and the checkpoints, where these are there. Nothing is scored. Exits "
        "with 0, or with 1 after naming each file and row that is another.",
    .examples = "xylem verify runs/seedling",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
