/* xylem completion bash: a completion script, written from the same tables as the help. */
#include <string.h>

#include "cli.h"

static const cli_option options[] = {{0}};

static void print_words(const cli_command *command) {
  for (size_t i = 0; command->sub != NULL && command->sub[i] != NULL; i++) printf("%s ", cli_name(command->sub[i]));
  const cli_option *o;
  for (size_t i = 0; (o = cli_option_at(command, i)) != NULL; i++) printf("--%s ", o->name);
  fputs("--help", stdout);
}

/* Values of the options that take one: a fixed set, directories, files, or nothing that a shell could know. */
static void print_values(const cli_command *command) {
  const cli_option *o;
  for (size_t i = 0; (o = cli_option_at(command, i)) != NULL; i++) {
    if (o->argument == NULL) continue;
    bool folders = strcmp(o->argument, "DIR") == 0;
    bool files = strcmp(o->argument, "FILE") == 0 || strcmp(o->argument, "BENCHMARK") == 0;
    printf("    '%s --%s') files='%s' words='", command->path, o->name, folders ? "-d" : files ? "-f" : "");
    for (size_t k = 0; o->choices != NULL && o->choices[k] != NULL; k++)
      printf("%s%s", k > 0 ? " " : "", o->choices[k]);
    puts("' ;;");
  }
}

static void print_command(const cli_command *command) {
  printf("    '%s') words='", command->path);
  print_words(command);
  if (command == &cli_audit || command == &cli_reward) {
    for (size_t i = 0; i < xy_family_builtin_count(); i++) printf(" %s", xy_family_builtin_name(i));
  } else if (strcmp(command->path, "bench show") == 0) {
    for (size_t i = 0; i < xy_bench_builtin_count(); i++) printf(" %s", xy_bench_builtin_name(i));
  } else if (strcmp(command->path, "judge show") == 0) {
    for (size_t i = 0; i < xy_judge_kinds(); i++) printf(" %s", xy_judge_kind(i)->name);
  }
  fputs("' ;;\n", stdout);
}

static void walk(const cli_command *command, void (*print)(const cli_command *)) {
  print(command);
  for (size_t i = 0; command->sub != NULL && command->sub[i] != NULL; i++) walk(command->sub[i], print);
}

static int bash(int n, char **operands) {
  (void)n;
  (void)operands;
  puts(
      "# bash completion for xylem; made by `xylem completion bash`\n"
      "_xylem() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} path='' words='' files=-f i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case \"${path:+$path }${COMP_WORDS[i]}\" in");
  fputs("      ", stdout);
  for (size_t i = 0; cli_root.sub[i] != NULL; i++) {
    const cli_command *command = cli_root.sub[i];
    printf("%s'%s'", i > 0 ? " | " : "", command->path);
    for (size_t k = 0; command->sub != NULL && command->sub[k] != NULL; k++) printf(" | '%s'", command->sub[k]->path);
  }
  puts(
      ") path=${path:+$path }${COMP_WORDS[i]} ;;\n"
      "    esac\n"
      "  done\n"
      "  case \"$path\" in");
  walk(&cli_root, print_command);
  puts(
      "  esac\n"
      "  case \"$path $before\" in");
  walk(&cli_root, print_values);
  puts(
      "  esac\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\"; [[ $word == -* || -z $files ]] || compgen $files "
      "-- "
      "\"$word\")\n"
      "}\n"
      "complete -o filenames -F _xylem xylem");
  return CLI_OK;
}

static const cli_command completion_bash = {
    .path = "completion bash",
    .usage = "",
    .examples = "source <(xylem completion bash)",
    .summary = "Print the completion script for bash.",
    .details = "To use it at once: source <(xylem completion bash)",
    .options = options,
    .run = bash,
};

static const cli_command *const shells[] = {&completion_bash, NULL};

const cli_command cli_completion = {
    .path = "completion",
    .usage = "bash",
    .examples = "source <(xylem completion bash)",
    .summary = "Print a completion script for a shell.",
    .options = options,
    .sub = shells,
};
