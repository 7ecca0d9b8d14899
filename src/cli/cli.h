/* What the commands share: a tree of commands with their options in tables (parsing, help and completion all read the
 * same tables), messages, and output. Nothing here knows the library beyond <xylem.h>.
 *
 * Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done and --fail-on says so. Data goes to standard output, everything
 * else to standard error.
 */
#ifndef XY_CLI_CLI_H
#define XY_CLI_CLI_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <xylem.h>

struct json_t; /* of <jansson.h> */

enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_VERDICT = 3 };

/* ---- commands and options (options.c) ------------------------------------------------------------------ */

typedef struct cli_list {
  const char **items;
  size_t n;
} cli_list;

typedef enum cli_kind {
  CLI_FLAG,   /* bool */
  CLI_TEXT,   /* const char *; one of `choices` where there are any */
  CLI_CHOICE, /* int: place among `choices` from 1; 0 where it is not given */
  CLI_LIST,   /* cli_list: may be given more than once */
  CLI_COUNT,  /* int64_t from 1 */
  CLI_WHOLE,  /* int64_t from 0 */
  CLI_NUMBER, /* double */
  CLI_SIZE    /* int64_t, bytes: 6G, 512M */
} cli_kind;

typedef struct cli_option {
  const char *name; /* without dashes; NULL ends a table */
  cli_kind kind;
  void *target;
  const char *argument; /* what help calls the value; NULL for a flag */
  const char *help;
  const char *const *choices; /* ends with NULL; NULL: free text */
} cli_option;

typedef struct cli_command {
  const char *path;                     /* "bench show": what follows the program's name */
  const char *usage;                    /* operands and the options that must be given: "--model DIR FILE|-" */
  const char *summary;                  /* one line */
  const char *details;                  /* a paragraph for --help; may be NULL */
  const char *examples;                 /* for --help: commands to try, a line each */
  const cli_option *options, *shared;   /* its own and, or NULL, those it has in common with others */
  int least, most;                      /* operands */
  int (*run)(int n, char **operands);   /* returns an exit code */
  const struct cli_command *const *sub; /* ends with NULL; a command has `sub`, `run` or both */
} cli_command;

/* The table, in the order of the help: a row NAME is cli_NAME, which cmd_NAME.c defines. */
#define CLI_COMMANDS(row)                                                                                       \
  row(audit) row(reward) row(report) row(verify) row(figures) row(score) row(generate) row(judge) row(tokenize) \
      row(inspect) row(bench) row(survey) row(compare) row(export) row(import) row(completion) row(help)
#define CLI_DECLARED(name) extern const cli_command cli_##name;
CLI_COMMANDS(CLI_DECLARED)
extern const cli_command cli_root;

/* Values of --precision, --start and --tail, in the order of their enumerations behind the default. */
extern const char *const cli_precisions[], *const cli_starts[], *const cli_tails[];

/* The whole command as it was typed, quoted for a shell: what a run records. cli_remember is called once, by main. */
void cli_remember(int argc, char **argv);
const char *cli_typed(void);

/* Runs the command that argv names, argv[0] being `command` itself; returns an exit code. Of a command that has
 * subcommands and takes operands, the first operand is a subcommand if it equals one: a file of that name is ./NAME. */
int cli_run(const cli_command *command, int argc, char **argv);

/* Its i-th option, own ones first; NULL behind the last. */
const cli_option *cli_option_at(const cli_command *command, size_t i);

/* The last word of the command's path. */
const char *cli_name(const cli_command *command);

/* The subcommand of that name, or NULL. */
const cli_command *cli_find(const cli_command *command, const char *name);

void cli_print_help(const cli_command *command, FILE *out);

/* Says what is wrong, how the command is used, and returns CLI_USAGE. */
int cli_usage_error(const cli_command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
int cli_unknown_command(const cli_command *command, const char *word);

/* ---- messages and output (output.c) -------------------------------------------------------------------- */

/* "xylem: …" on standard error. */
void cli_message(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cli_vmessage(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* Prints a library error, each line with its prefix, and its hint; returns CLI_FAILED. With `where`, each line starts
 * with that place. */
int cli_error(const char *where, const xy_error *err);

/* Flushes standard output: CLI_FAILED with a message when anything could not be written, else `code`. */
int cli_close_output(int code);

/* `text` wrapped at `width` columns; lines after the first are indented by `indent`, where the first one starts.
 * Returns how many lines it takes; without `out`, that alone. */
int cli_wrap(FILE *out, const char *text, int indent, int width);

int cli_width(FILE *out);                           /* of its terminal; 80 where there is none, never less than 40 */
bool cli_color(FILE *out);                          /* a terminal, and NO_COLOR is not set */
size_t cli_columns(const char *text, size_t bytes); /* columns that UTF-8 text takes */

/* Readable figures; static buffers, good until the sixteenth later call. */
const char *cli_grouped(int64_t n);                                  /* 1,086,780 */
const char *cli_count(int64_t n, const char *one, const char *many); /* 1,792 items */
const char *cli_bytes(int64_t bytes);                                /* 2.1 GiB */
const char *cli_time(double seconds);                                /* 1 h 05 min */
const char *cli_scaled(double value);                                /* 12.3T */
const char *cli_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The shortest decimal text that reads back as the same number. */
void cli_put_double(FILE *out, double value);
void cli_put_float(FILE *out, float value);

/* `text` as a JSON string; as a field of CSV, quoted where it must be; as a cell of a Markdown table, "| text ". */
void cli_put_json(FILE *out, const char *text);
void cli_put_csv(FILE *out, const char *text);
void cli_put_markdown(FILE *out, const char *text);

/* Allocation for this program's own lists: says so and exits with 1 when there is no memory. */
void *cli_grow(void *items, size_t n, size_t size);
char *cli_copy(const char *text);

/* ---- lines of a file (lines.c) ------------------------------------------------------------------------- */

typedef struct cli_lines {
  const char *name; /* of the file, for messages */
  FILE *file;
  char *line; /* without its line end; may hold zero bytes */
  size_t bytes, capacity;
  int64_t number; /* from 1 */
  bool too_long;  /* the next line: reading has ended there */
} cli_lines;

/* `path` "-" is standard input. CLI_OK or CLI_FAILED, with a message. */
int cli_lines_open(cli_lines *lines, const char *path);
/* True with the next line; false at the end or on an error, which cli_lines_close reports. */
bool cli_lines_next(cli_lines *lines);
/* As in every reader of rows: no byte order mark, and false where nothing is left of the line. */
bool cli_lines_trim(cli_lines *lines);
int cli_lines_close(cli_lines *lines);
/* All lines of `path`; *name is what messages call it. Caller frees *out with free. */
int cli_read(char **out, size_t *bytes, const char **name, const char *path);
/* What a value of JSON is ("a string"), for messages; NULL is "nothing". */
const char *cli_json_kind(const struct json_t *value);

/* ---- progress on standard error (progress.c) ----------------------------------------------------------- */

/* Starts: nothing is shown when `quiet`; otherwise one moving line on a terminal, or a line now and then.
 * Signals that ask to stop cancel at the next step. */
void cli_progress_start(bool quiet);
int cli_progress(const xy_progress *progress, void *unused);
void cli_progress_clear(void); /* the line that is drawn goes, and comes back with the next report */
void cli_progress_end(void);

/* ---- what is printed (streams.c) ------------------------------------------------------------------------ */

/* From here on standard output and standard error show control characters instead of sending them; cli_streams_end
 * writes what is left, and is false where something could not be written. */
void cli_streams_start(void);
bool cli_streams_end(void);

/* The stream itself, for what the program says to a terminal; flushed before, and by the caller afterwards. */
FILE *cli_raw(FILE *stream);

/* Its file descriptor: what fileno says of others. */
int cli_descriptor(const FILE *stream);

/* ---- signals (signals.c) --------------------------------------------------------------------------------- */

/* Once, for the whole program; end gives the exit code, which is that of a failure where a file was cut under it. */
void cli_signals_start(void);
int cli_signals_end(int code);

/* Ctrl-C, SIGTERM and SIGHUP end the program with a sentence; from catch to release the first of them only asks. */
void cli_stop_catch(void);
void cli_stop_release(void);
bool cli_stop_asked(void);

/* ---- tables (table.c) ---------------------------------------------------------------------------------- */

/* A table for people, as wide as the terminal at most. Cells are copied. */
typedef struct cli_table cli_table;
typedef enum cli_fit {
  CLI_LEFT,
  CLI_RIGHT,
  CLI_NAME, /* to the left; breaks after hyphens and at blanks, else anywhere, when there is no room */
  CLI_PROSE /* the last column: wrapped between words into the room that is left */
} cli_fit;
typedef struct cli_column {
  const char *title;
  cli_fit fit;
} cli_column;
cli_table *cli_table_new(const cli_column *columns, size_t n);
/* The next cell, row after row; `color` is a name as libsmartcols knows it, or NULL. */
void cli_table_cell(cli_table *table, const char *text, const char *color);
/* Prints to standard output and frees. */
void cli_table_print(cli_table *table);

/* ---- rows of the long table (measures.c) --------------------------------------------------------------- */

/* The first row like `like`, whose strings match anything where they are NULL; false where there is none. */
bool cli_measure(xy_measure *out, const xy_results *results, const xy_measure *like);

/* A value as its measure is written: 52.1%, +2.1 (points), +0.31; "none" for NAN. The same with its interval, where it
 * has one: 52.1% [49.0, 55.3]. */
const char *cli_value(const xy_measure *m);
const char *cli_interval(const xy_measure *m);

/* For cli_table_cell. */
const char *cli_verdict(const xy_measure *m); /* "amplified†" */
const char *cli_verdict_color(const char *verdict);

/* ---- what audit and reward share (run.c) --------------------------------------------------------------- */

/* What is printed beyond the first screen. */
typedef struct cli_shown {
  bool tables, findings;
} cli_shown;

typedef struct cli_run_args {
  cli_list stages, only_stages;
  const char *runs, *name, *store;
  int precision, start; /* 0: as the family says */
  int64_t limit, memory, threads, draws, seed;
  bool plan, json, quiet, replace;
  cli_list fail_on; /* verdicts (fail_on.c) */
  cli_shown show;
} cli_run_args;

/* What their options set, and the options, all but `limit` and `name`, whose help differs. */
extern cli_run_args cli_run_given;
extern const cli_option cli_run_options[];

/* The family of --stage, or else the one named (NULL: seedling). CLI_OK, or an exit code after a message. */
int cli_run_family(xy_family **out, const char *named);

/* Runs what was opened, or plans it, and prints; `opened` is what opening returned. Ends progress and frees `audit` and
 * `family`; returns an exit code. */
int cli_run_audit(int opened, xy_audit *audit, xy_family *family, const xy_error *err);

/* Whether every one of `specs` begins with a verdict: CLI_OK or, with a message, CLI_USAGE; and whether each that names
 * a benchmark names one of the run's: CLI_OK or CLI_FAILED (fail_on.c). */
int cli_fail_on_check(const cli_command *command, const cli_list *specs);
int cli_fail_on_benchmarks(const xy_audit *audit, const cli_list *specs);

/* CLI_VERDICT, after a message for each, where a step has a verdict that `specs` asks for; else CLI_OK. */
int cli_fail_on_results(const xy_results *results, const cli_list *specs);

/* What may have changed a checkpoint's numbers, told as messages. */
void cli_print_warnings(const char *model, const xy_model *opened);

/* How texts go on, as the options say. CLI_OK, or CLI_USAGE after a message (decoding.c). */
extern const cli_option cli_decoding_options[];
int cli_decoding(xy_decoding *out, const cli_command *command);

/* Warns where a file of a finished run is not what the audit wrote. `run` as an operand names it. */
void cli_warn_changed(const char *run, const char *name);

/* ---- what they print ----------------------------------------------------------------------------------- */

void cli_print_plan(const xy_plan *plan);      /* print_plan.c */
void cli_print_plan_json(const xy_plan *plan); /* print_plan.c */
/* One screen, and what else is asked for (print_results.c). */
void cli_print_results(const xy_results *results, const cli_shown *show);
void cli_print_tables(const xy_results *results, int width); /* of an audit: print_tables.c */
/* Of preference data, over all rows, `most` stages of them, and by group (print_rewards.c). */
void cli_print_rewards(const xy_results *results, int width, bool groups, size_t most);
/* Every step on every benchmark, axes side by side (print_axes.c). */
void cli_print_axes(const xy_results *results, int width);

/* The tokenizer of a checkpoint: a directory need hold no more than that; a name that is no path is found as
 * checkpoints are. With `file`, `name` is a tokenizer.json or its directory. CLI_OK, or CLI_FAILED once the error is
 * told. Caller frees with xy_tokenizer_free. */
int cli_open_tokenizer(xy_tokenizer **out, const char *name, bool file);

#endif
