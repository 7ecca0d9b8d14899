/* xylem help: what a command's --help prints. */
#include "cli.h"

static int help(int n, char **operands) {
  const cli_command *command = &cli_root;
  for (int i = 0; i < n; i++) {
    const cli_command *next = cli_find(command, operands[i]);
    if (next == NULL) return cli_unknown_command(command, operands[i]);
    command = next;
  }
  cli_print_help(command, stdout);
  return CLI_OK;
}

static const cli_option help_options[] = {{0}};

const cli_command cli_help = {
    .path = "help",
    .usage = "[COMMAND]",
    .examples = "xylem help bench show",
    .summary = "Explain a command.",
    .options = help_options,
    .most = 2,
    .run = help,
};
