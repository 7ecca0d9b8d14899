/* Command lines: getopt_long over the tables of cli.h, help from the same tables, and suggestions for what was
 * misspelt. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* What getopt_long returns for the options of a table: FIRST + index; above every letter. */
enum { MAX_OPTIONS = 40, HELP = 1000, FIRST = 1001 };

const char *const cli_precisions[] = {"fp32", "bf16", NULL};
const char *const cli_starts[] = {"tokenizer", "always", "none", NULL};
const char *const cli_tails[] = {"none", "eos", "space+eos", NULL};

const char *cli_name(const cli_command *command) {
  const char *space = strrchr(command->path, ' ');
  return space != NULL ? space + 1 : command->path;
}

const cli_command *cli_find(const cli_command *command, const char *name) {
  for (size_t i = 0; command->sub != NULL && command->sub[i] != NULL; i++) {
    if (strcmp(cli_name(command->sub[i]), name) == 0) return command->sub[i];
  }
  return NULL;
}

static size_t options_of(const cli_option *table) {
  size_t n = 0;
  while (table != NULL && table[n].name != NULL) n++;
  return n;
}

const cli_option *cli_option_at(const cli_command *command, size_t i) {
  size_t own = options_of(command->options);
  if (i < own) return &command->options[i];
  return i - own < options_of(command->shared) ? &command->shared[i - own] : NULL;
}

/* ---- suggestions --------------------------------------------------------------------------------------- */

/* Edits (insert, delete, replace, swap of neighbours) between two words, words longer than 31 bytes cut. */
static int distance(const char *a, const char *b) {
  enum { LONGEST = 31 };
  int rows[3][LONGEST + 1];
  int la = (int)strnlen(a, LONGEST), lb = (int)strnlen(b, LONGEST);
  for (int j = 0; j <= lb; j++) rows[0][j] = j;
  for (int i = 1; i <= la; i++) {
    int *now = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
    now[0] = i;
    for (int j = 1; j <= lb; j++) {
      int best = before[j - 1] + (a[i - 1] != b[j - 1]);
      if (before[j] + 1 < best) best = before[j] + 1;
      if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && earlier[j - 2] + 1 < best) {
        best = earlier[j - 2] + 1;
      }
      now[j] = best;
    }
  }
  return rows[la % 3][lb];
}

typedef struct guess {
  const char *word;
  int edits;
} guess;

static void consider(guess *best, const char *wanted, const char *word) {
  int edits = distance(wanted, word);
  bool likely = edits <= 1 + (int)strlen(wanted) / 4;
  if (likely && (best->word == NULL || edits < best->edits)) *best = (guess){word, edits};
}

static void suggest(const guess *best, const char *dashes) {
  if (best->word != NULL) fprintf(stderr, "hint: did you mean '%s%s'?\n", dashes, best->word);
}

/* ---- help ---------------------------------------------------------------------------------------------- */

static void print_usage(const cli_command *command, FILE *out) {
  bool root = command->path[0] == '\0';
  fprintf(out, "usage: xylem%s%s%s%s\n", root ? "" : " ", command->path, command->usage[0] != '\0' ? " " : "",
          command->usage);
}

static void print_entry(FILE *out, const char *left, const char *right) {
  enum { COLUMN = 26 };
  int used = fprintf(out, "  %s", left);
  if (used > COLUMN - 2) {
    fputc('\n', out);
    used = 0;
  }
  fprintf(out, "%*s", COLUMN - used, "");
  cli_wrap(out, right, COLUMN, 80);
}

static void print_examples(const char *lines, FILE *out) {
  fputs("\nexamples:\n", out);
  while (*lines != '\0') {
    int n = (int)strcspn(lines, "\n");
    fprintf(out, "  %.*s\n", n, lines);
    lines += lines[n] == '\n' ? n + 1 : n;
  }
}

void cli_print_help(const cli_command *command, FILE *out) {
  print_usage(command, out);
  fputc('\n', out);
  cli_wrap(out, command->summary, 0, 80);
  if (command->details != NULL) {
    fputc('\n', out);
    cli_wrap(out, command->details, 0, 80);
  }
  if (command->sub != NULL) {
    fputs("\ncommands:\n", out);
    for (size_t i = 0; command->sub[i] != NULL; i++) {
      print_entry(out, cli_name(command->sub[i]), command->sub[i]->summary);
    }
  }
  fputs("\noptions:\n", out);
  const cli_option *o;
  for (size_t i = 0; (o = cli_option_at(command, i)) != NULL; i++) {
    char left[80];
    snprintf(left, sizeof left, "--%s%s%s", o->name, o->argument != NULL ? " " : "",
             o->argument != NULL ? o->argument : "");
    print_entry(out, left, o->help);
  }
  print_entry(out, "-h, --help", "Print this help and exit.");
  if (command->examples != NULL) print_examples(command->examples, out);
  if (command->sub != NULL) {
    fprintf(out, "\n'xylem%s%s COMMAND --help' explains a command.\n", command->path[0] == '\0' ? "" : " ",
            command->path);
  }
}

static int fail_usage(const cli_command *command, const guess *best, const char *dashes) {
  if (best != NULL) suggest(best, dashes);
  print_usage(command, stderr);
  fprintf(stderr, "'xylem%s%s --help' lists commands and options.\n", command->path[0] == '\0' ? "" : " ",
          command->path);
  return CLI_USAGE;
}

int cli_usage_error(const cli_command *command, const char *format, ...) {
  va_list args;
  va_start(args, format);
  cli_vmessage(format, args);
  va_end(args);
  return fail_usage(command, NULL, "");
}

int cli_unknown_command(const cli_command *command, const char *word) {
  guess best = {0};
  for (size_t i = 0; command->sub != NULL && command->sub[i] != NULL; i++) {
    consider(&best, word, cli_name(command->sub[i]));
  }
  cli_message("no command '%s%s%s'", command->path, command->path[0] != '\0' ? " " : "", word);
  return fail_usage(command, &best, "");
}

static int unknown_option(const cli_command *command, const char *word) {
  guess best = {0};
  size_t length = strcspn(word, "=");
  char name[64];
  snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), word);
  if (strncmp(name, "--", 2) == 0) {
    const cli_option *o;
    for (size_t i = 0; (o = cli_option_at(command, i)) != NULL; i++) consider(&best, name + 2, o->name);
    consider(&best, name + 2, "help");
  }
  cli_message("no option '%s'", name);
  return fail_usage(command, &best, "--");
}

/* ---- values -------------------------------------------------------------------------------------------- */

static bool parse_count(int64_t *out, const char *text) {
  char *end;
  errno = 0;
  if (text[0] < '0' || text[0] > '9') return false;
  long long value = strtoll(text, &end, 10);
  if (errno != 0 || *end != '\0' || value < 1) return false;
  *out = value;
  return true;
}

static bool parse_size(int64_t *out, const char *text) {
  static const char units[] = "KMGT";
  char *end;
  errno = 0;
  if (text[0] < '0' || text[0] > '9') return false;
  long long value = strtoll(text, &end, 10);
  if (errno != 0 || value < 1) return false;
  if (*end != '\0') {
    char unit = (char)(*end >= 'a' && *end <= 'z' ? *end - 'a' + 'A' : *end);
    const char *at = strchr(units, unit);
    if (at == NULL || end[1] != '\0') return false;
    int shift = 10 * (int)(at - units + 1);
    if (value > (INT64_MAX >> shift)) return false;
    value <<= shift;
  }
  *out = value;
  return true;
}

static int choice_index(const char *const *choices, const char *value) {
  for (int i = 0; choices[i] != NULL; i++) {
    if (strcmp(choices[i], value) == 0) return i;
  }
  return -1;
}

static int bad_choice(const cli_command *command, const cli_option *o, const char *value) {
  guess best = {0};
  fprintf(stderr, "xylem: --%s '%s': expected", o->name, value);
  for (int i = 0; o->choices[i] != NULL; i++) {
    fprintf(stderr, "%s %s", i > 0 ? "," : "", o->choices[i]);
    consider(&best, value, o->choices[i]);
  }
  fputc('\n', stderr);
  return fail_usage(command, &best, "");
}

/* Stores one option's value; CLI_OK or CLI_USAGE. */
static int set(const cli_command *command, const cli_option *o, const char *value) {
  int index = 0;
  if (o->choices != NULL && (index = choice_index(o->choices, value)) < 0) return bad_choice(command, o, value);
  switch (o->kind) {
    case CLI_FLAG: *(bool *)o->target = true; break;
    case CLI_TEXT:
      if (value[0] == '\0') return cli_usage_error(command, "--%s: expected %s, found nothing", o->name, o->argument);
      *(const char **)o->target = value;
      break;
    case CLI_CHOICE: *(int *)o->target = index + 1; break;
    case CLI_LIST: {
      cli_list *list = o->target;
      if (value[0] == '\0') return cli_usage_error(command, "--%s: expected %s, found nothing", o->name, o->argument);
      list->items = cli_grow(list->items, list->n + 1, sizeof *list->items);
      list->items[list->n++] = value;
      break;
    }
    case CLI_COUNT:
      if (!parse_count(o->target, value)) {
        return cli_usage_error(command, "--%s '%s': expected a whole number from 1", o->name, value);
      }
      break;
    case CLI_SIZE:
      if (!parse_size(o->target, value)) {
        return cli_usage_error(command, "--%s '%s': expected a size such as 6G or 512M", o->name, value);
      }
      break;
  }
  return CLI_OK;
}

/* ---- the command line ----------------------------------------------------------------------------------- */

static struct {
  int n;
  char **words;
  char *text;
} typed;

void cli_remember(int argc, char **argv) {
  typed.n = argc;
  typed.words = argv;
}

/* Appends `word`, in single quotes where a shell would read more into it than its letters. */
static char *quote(char *at, const char *word) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:=,@%";
  bool quoted = word[0] == '\0' || word[strspn(word, plain)] != '\0';
  if (quoted) *at++ = '\'';
  for (const char *c = word; *c != '\0'; c++) {
    if (*c == '\'') at = stpcpy(at, "'\\'");
    *at++ = *c;
  }
  if (quoted) *at++ = '\'';
  return at;
}

const char *cli_typed(void) {
  if (typed.text != NULL) return typed.text;
  size_t most = sizeof "xylem";
  for (int i = 1; i < typed.n; i++) most += 4 * strlen(typed.words[i]) + 3;
  typed.text = cli_grow(NULL, most, 1);
  char *at = stpcpy(typed.text, "xylem");
  for (int i = 1; i < typed.n; i++) {
    *at++ = ' ';
    at = quote(at, typed.words[i]);
  }
  *at = '\0';
  return typed.text;
}

/* ---- running ------------------------------------------------------------------------------------------- */

static int check_operands(const cli_command *command, int n, char **operands) {
  if (n < command->least) return cli_usage_error(command, "too few arguments");
  if (n > command->most) return cli_usage_error(command, "unexpected argument '%s'", operands[command->most]);
  return command->run(n, operands);
}

/* Stores what argv says from its second word on. `shorts` as getopt has it; *code is the exit code where the command
 * ends here, and false is returned. What is no option stands from argv[optind] on. */
static bool parse(int *code, const cli_command *command, int argc, char **argv, const char *shorts) {
  struct option longs[MAX_OPTIONS + 2] = {{"help", no_argument, NULL, HELP}};
  int n = 0;
  const cli_option *o;
  for (; n < MAX_OPTIONS && (o = cli_option_at(command, (size_t)n)) != NULL; n++) {
    longs[n + 1] = (struct option){o->name, o->kind == CLI_FLAG ? no_argument : required_argument, NULL, FIRST + n};
  }
  opterr = 0;
  optind = 0;
  *code = CLI_OK;
  for (int got; (got = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
    if (got == HELP || got == 'h') {
      cli_print_help(command, stdout);
      return false;
    }
    if (got == ':') {
      *code = cli_usage_error(command, "%s needs a value", argv[optind - 1]);
    } else if (got == '?' && optopt >= HELP) {
      *code = cli_usage_error(command, "--%s takes no value", longs[optopt - HELP].name);
    } else if (got == '?') {
      char letter[3] = {'-', (char)optopt, '\0'};
      *code = unknown_option(command, optopt != 0 ? letter : argv[optind - 1]);
    } else {
      *code = set(command, cli_option_at(command, (size_t)(got - FIRST)), optarg != NULL ? optarg : "");
    }
    if (*code != CLI_OK) return false;
  }
  return true;
}

/* Options after a subcommand are the subcommand's; options after an operand are the command's own. */
int cli_run(const cli_command *command, int argc, char **argv) {
  int code;
  if (!parse(&code, command, argc, argv, command->sub != NULL ? "+:h" : ":h")) return code;
  if (command->sub == NULL) return check_operands(command, argc - optind, argv + optind);
  int left = argc - optind;
  char **rest = argv + optind;
  if (left == 0 && command->run == NULL) return cli_usage_error(command, "which command?");
  const cli_command *sub = left > 0 ? cli_find(command, rest[0]) : NULL;
  if (sub != NULL) return cli_run(sub, left, rest);
  if (left > 0 && command->most == 0) return cli_unknown_command(command, rest[0]);
  if (left > 1) {
    argc = left + 1;
    argv = rest - 1; /* getopt passes over the first word */
    if (!parse(&code, command, argc, argv, ":h")) return code;
  }
  return check_operands(command, argc - optind, argv + optind);
}
