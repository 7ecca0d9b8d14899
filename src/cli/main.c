/* xylem: the root of the commands, whose table is in cli.h. */
#include <dlfcn.h>
#include <jansson.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static bool show_version;

static const cli_option root_options[] = {
    {"version", CLI_FLAG, &show_version, NULL, "Print the version and exit.", NULL}, {0}};

#define ROW(name) &cli_##name,
static const cli_command *const commands[] = {CLI_COMMANDS(ROW) NULL};

static int version(int n, char **operands) {
  (void)n;
  (void)operands;
  if (!show_version) return cli_usage_error(&cli_root, "which command?");
  puts("xylem " XY_VERSION);
  return CLI_OK;
}

const cli_command cli_root = {
    .path = "",
    .usage = "COMMAND ...",
    .examples =
        "xylem audit\n"
        "xylem audit --stage base=DIR --stage sft=DIR:base --stage dpo=DIR:sft:dpo:0.1\n"
        "xylem survey --html survey.html",
    .summary = "where a language model's social bias comes from: pretraining, finetuning, preference optimisation",
    .options = root_options,
    .run = version,
    .sub = commands,
};

/* OpenMP's threads spin between loops by default, and where other programs want the cores too, the spinning ones keep
 * the working one waiting: one sentence through a 160M model took 3.8 s in place of 0.3 s on two busy cores. The policy
 * is read when the program is loaded, hence the second start, by the program's own path: a process is called after the
 * file that it was started from. */
static void wait_without_spinning(char **argv) {
  char path[4096];
  if (getenv("OMP_WAIT_POLICY") != NULL || getenv("GOMP_SPINCOUNT") != NULL) return;
  ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
  if (n <= 0 || setenv("OMP_WAIT_POLICY", "passive", 1) != 0) return;
  path[n] = '\0';
  execv(path, argv);
}

/* Where memory ends, the program does. Jansson's allocator, for the library's documents too: no document is written
 * without a member that was lost. From any thread, hence no exit handlers; what a run leaves half-made is swept by the
 * next one. */
static void end_without_memory(void) {
  static const char message[] = "xylem: out of memory\n";
  (void)!write(STDERR_FILENO, message, sizeof message - 1);
  _exit(CLI_FAILED);
}

static void *json_memory(size_t bytes) {
  void *memory = malloc(bytes);
  if (memory == NULL) end_without_memory();
  return memory;
}

/* The same for C++'s operator new, by which oneDNN allocates: an exception finds nobody who catches it in C. */
static void watch_operator_new(void) {
  typedef void (*handler)(void);
  handler (*set)(handler) = NULL;
  *(void **)&set = dlsym(RTLD_DEFAULT, "_ZSt15set_new_handlerPFvvE");
  if (set != NULL) set(end_without_memory);
}

int main(int argc, char **argv) {
  json_set_alloc_funcs(json_memory, free);
  watch_operator_new();
  wait_without_spinning(argv);
  cli_remember(argc, argv);
  cli_streams_start();
  cli_signals_start();
  /* For the width of characters; numbers stay as in C. What is printed is UTF-8, whatever the locale says. */
  if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
  return cli_close_output(cli_signals_end(cli_run(&cli_root, argc, argv)));
}
