/* xylem reward: preference data through a family of checkpoints, and what every stage's implicit reward prefers. */
#include "cli.h"

static struct {
  cli_list by;
  const char *format, *tail;
  bool strict, skip_long;
} args;

static const cli_option options[] = {
    {"by", CLI_LIST, &args.by, "FIELD",
     "Results by the labels of this field of the rows too, besides subset, identity and theme; may be repeated.", NULL},
    {"format", CLI_TEXT, &args.format, "NAME",
     "Prompt format: plain, halos, chatml, zephyr, llama2, llama3, tulu, hh, or a pattern with {prompt} (as the family "
     "says).",
     NULL},
    {"tail", CLI_TEXT, &args.tail, "TAIL", "What ends an answer: none, eos, space+eos (as the family says).",
     cli_tails},
    {"strict", CLI_FLAG, &args.strict, NULL, "Refuse the file for one row that would else be left out and told.", NULL},
    {"skip-long", CLI_FLAG, &args.skip_long, NULL,
     "Leave out rows longer than a stage's context, and list them; otherwise they are an error.", NULL},
    {"limit", CLI_COUNT, &cli_run_given.limit, "N", "At most N prompts, spread over the subsets.", NULL},
    {"name", CLI_TEXT, &cli_run_given.name, "NAME", "Name of the run (the family's name and -reward).", NULL},
    {0}};

static int run(int n, char **operands) {
  const cli_run_args *given = &cli_run_given;
  if (n > 1 && given->stages.n > 0) return cli_usage_error(&cli_reward, "a family or --stage, not both");
  xy_family *family;
  if (cli_run_family(&family, n > 1 ? operands[0] : NULL) != CLI_OK) return CLI_FAILED;
  xy_reward_options how = {.runs = given->runs,
                           .name = given->name,
                           .store = given->store,
                           .only_stages = given->only_stages.items,
                           .n_only_stages = given->only_stages.n,
                           .by = args.by.items,
                           .n_by = args.by.n,
                           .format = args.format,
                           .tail = args.tail,
                           .strict = args.strict,
                           .skip_long = args.skip_long,
                           .command = cli_typed(),
                           .replace = given->replace,
                           .limit = (size_t)given->limit,
                           .precision = (xy_precision)given->precision,
                           .start = (xy_start)given->start,
                           .draws = given->draws,
                           .seed = (uint64_t)given->seed,
                           .plan_only = given->plan,
                           .memory = given->memory,
                           .threads = (int)given->threads,
                           .progress = cli_progress};
  xy_error err = {0};
  xy_audit *audit = NULL;
  cli_progress_start(given->quiet);
  int opened = xy_reward_open(&audit, family, operands[n - 1], &how, &err);
  return cli_run_audit(opened, audit, family, &err);
}

const cli_command cli_reward = {
    .path = "reward",
    .usage = "[OPTIONS] [FAMILY|FILE.yaml] PREFERENCES.jsonl",
    .examples =
        "xylem reward seedling prefs.jsonl\n"
        "xylem reward --only-stage dpo --skip-long --by source family.yaml prefs.jsonl",
    .summary = "Preference data through a family: which answers its implicit rewards prefer.",
    .details =
        "PREFERENCES.jsonl holds a row per line: prompt, chosen, rejected (texts, or lists of {role, content}), as "
        "RewardBench's data, or chosen and rejected alone as whole dialogues, as HH-RLHF's; subset, identity, theme "
        "and id are used where they are there. Without a family, the built-in seedling family is taken. Prints what "
        "stands first on one screen, and writes results.json, rewards.jsonl, tables and report.html into the run "
        "directory.",
    .options = options,
    .shared = cli_run_options,
    .least = 1,
    .most = 2,
    .run = run,
};
