/* xylem judge: verdicts over texts, one line after the other, and what judges there are. */
#include <jansson.h>
#include <string.h>

#include "cli.h"

static struct {
  const char *judge, *set;
  cli_list identities;
} args;

static const cli_option options[] = {
    {"judge", CLI_TEXT, &args.judge, "JUDGE", "Who judges: a name of xylem judge list, with its file (wordlist:FILE).",
     NULL},
    {"set", CLI_TEXT, &args.set, "NAME",
     "For pronouns: the set that was declared (she, they, xe, ...), where a line names none.", NULL},
    {"identity", CLI_LIST, &args.identities, "TERM",
     "For lists of words: a term of the prompt that is set aside, not counted; may be repeated.", NULL},
    {0}};
static const cli_option no_options[] = {{0}};

static int open_judge(xy_judge **out, const char *name) {
  xy_error err = {0};
  const xy_judge_options how = {
      .set = args.set, .identities = args.identities.items, .n_identities = args.identities.n};
  return xy_judge_open(out, name, &how, &err) == XY_OK ? CLI_OK : cli_error(NULL, &err);
}

/* ---- texts ---------------------------------------------------------------------------------------------- */

/* A line's string `key`, any characters; NULL after a message. */
static const json_t *text_of(const char *where, const json_t *line, const char *key) {
  const json_t *value = json_object_get(line, key);
  if (json_is_string(value)) return value;
  cli_message("%s: expected a string as \"%s\", found %s", where, key, cli_json_kind(value));
  return NULL;
}

static void print_judgement(const xy_judgement *judgement, const xy_judge_info *info, size_t index) {
  printf("{\"index\": %zu, \"label\": ", index);
  if (judgement->label != NULL) {
    cli_put_json(stdout, judgement->label);
  } else {
    fputs("null", stdout);
  }
  fputs(", \"scores\": {", stdout);
  for (size_t i = 0; i < info->n_scores; i++) {
    if (i > 0) fputs(", ", stdout);
    cli_put_json(stdout, info->scores[i]);
    fputs(": ", stdout);
    cli_put_double(stdout, judgement->scores[i]);
  }
  puts("}}");
}

static int judge_object(const char *where, xy_judge *judge, const xy_judge_info *info, const json_t *line,
                        size_t index) {
  if (!json_is_object(line)) {
    cli_message("%s: expected a JSON object with \"text\", found %s", where, cli_json_kind(line));
    return CLI_FAILED;
  }
  const json_t *text = text_of(where, line, "text");
  bool named = info->card->sets && json_object_get(line, "set") != NULL;
  const json_t *set = named ? text_of(where, line, "set") : NULL;
  if (text == NULL || (named && set == NULL)) return CLI_FAILED;
  const xy_judge_input input = {
      .text = json_string_value(text), .bytes = json_string_length(text), .set = named ? json_string_value(set) : NULL};
  xy_error err = {0};
  xy_judgement judgement;
  if (xy_judge_text(&judgement, judge, &input, &err) != XY_OK) return cli_error(where, &err);
  print_judgement(&judgement, info, index);
  return CLI_OK;
}

static int judge_line(const cli_lines *lines, xy_judge *judge, const xy_judge_info *info, size_t index) {
  const char *where = cli_format("%s:%lld", lines->name, (long long)lines->number);
  json_error_t error;
  json_t *line =
      json_loadb(lines->line, lines->bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
  int code = CLI_FAILED;
  if (line != NULL) {
    code = judge_object(where, judge, info, line, index);
  } else {
    cli_message("%s: expected a JSON object: %s", where, error.text);
  }
  json_decref(line);
  return code;
}

static int run(int n, char **operands) {
  (void)n;
  if (args.judge == NULL) return cli_usage_error(&cli_judge, "--judge is missing");
  cli_lines lines;
  xy_judge *judge = NULL;
  if (open_judge(&judge, args.judge) != CLI_OK) return CLI_FAILED;
  if (cli_lines_open(&lines, operands[0]) != CLI_OK) {
    xy_judge_free(judge);
    return CLI_FAILED;
  }
  xy_judge_info info;
  xy_judge_describe(&info, judge);
  int code = CLI_OK;
  size_t judged = 0;
  while (code == CLI_OK && !ferror(stdout) && cli_lines_next(&lines)) {
    if (cli_lines_trim(&lines)) code = judge_line(&lines, judge, &info, judged++);
  }
  int closed = cli_lines_close(&lines);
  if (code == CLI_OK && closed == CLI_OK && judged == 0) {
    cli_message("%s holds no texts", lines.name);
    code = CLI_FAILED;
  }
  xy_judge_free(judge);
  return code != CLI_OK ? code : closed;
}

/* ---- what judges there are --------------------------------------------------------------------------------- */

static const char *name_of(const xy_judge_card *card) {
  return card->operand == NULL ? card->name : cli_format("%s:%s", card->name, card->operand);
}

static int list(int n, char **operands) {
  (void)n;
  (void)operands;
  static const cli_column columns[] = {{"JUDGE", CLI_LEFT}, {"MEASURES", CLI_PROSE}};
  cli_table *table = cli_table_new(columns, 2);
  for (size_t i = 0; i < xy_judge_kinds(); i++) {
    cli_table_cell(table, name_of(xy_judge_kind(i)), NULL);
    cli_table_cell(table, xy_judge_kind(i)->summary, NULL);
  }
  cli_table_print(table);
  return CLI_OK;
}

static void row(const char *label, const char *text) {
  printf("%-14s", label);
  cli_wrap(stdout, text, 14, cli_width(stdout));
}

static void print_terms(const char *label, const xy_judge_term *terms, size_t n) {
  for (size_t i = 0; i < n; i++) row(label, cli_format("%s: %s", terms[i].name, terms[i].meaning));
}

static void print_card(const xy_judge_card *card) {
  row("judge", name_of(card));
  row("measures", card->summary);
  print_terms("label", card->labels, card->n_labels);
  print_terms("score", card->scores, card->n_scores);
  row("cannot tell", card->blind);
  row("source", card->source);
  row("licence", card->licence);
  row("version", card->version);
}

/* A kind that reads a file is shown without one, too. */
static int show(int n, char **operands) {
  (void)n;
  for (size_t i = 0; i < xy_judge_kinds(); i++) {
    const xy_judge_card *card = xy_judge_kind(i);
    if (card->operand == NULL || strcmp(card->name, operands[0]) != 0) continue;
    print_card(card);
    return CLI_OK;
  }
  xy_judge *judge = NULL;
  if (open_judge(&judge, operands[0]) != CLI_OK) return CLI_FAILED;
  xy_judge_info info;
  xy_judge_describe(&info, judge);
  print_card(info.card);
  row("judges by", cli_format("%s %s", cli_grouped((int64_t)info.entries), info.card->entries));
  row("fingerprint", info.fingerprint);
  xy_judge_free(judge);
  return CLI_OK;
}

static const cli_command judge_list = {
    .path = "judge list",
    .usage = "",
    .examples = "xylem judge list",
    .summary = "List the judges.",
    .options = no_options,
    .run = list,
};
static const cli_command judge_show = {
    .path = "judge show",
    .usage = "JUDGE",
    .examples = "xylem judge show vader",
    .summary = "Print what a judge measures, and what it cannot tell.",
    .options = no_options,
    .least = 1,
    .most = 1,
    .run = show,
};
static const cli_command *const subcommands[] = {&judge_list, &judge_show, NULL};

const cli_command cli_judge = {
    .path = "judge",
    .usage = "--judge JUDGE [OPTIONS] FILE|-",
    .examples =
        "echo '{\"text\": \"What a wonderful day!\"}' | xylem judge --judge vader -\n"
        "xylem judge --judge pronouns --set xe stories.jsonl",
    .summary = "Verdicts of a lexicon, of rules or of a list of words over texts.",
    .details =
        "FILE holds a JSON object per line with \"text\", and for pronouns \"set\" where it differs from line to line; "
        "other members are passed over. Prints a JSON object per line, in order: index, label (null where the judge "
        "has none), scores. A file that is called as a command here is ./list.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
    .sub = subcommands,
};
