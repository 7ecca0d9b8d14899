/* xylem bench: what benchmarks there are, what one holds, and whether a file is sound. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static struct {
  const char *kind, *groups, *language, *out, *model;
  bool strict, show_text;
  int64_t limit;
} args = {.limit = 3};

#define KIND_OPTION \
  {"kind", CLI_TEXT, &args.kind, "KIND", "How to read FILE: winoqueer, bbq, … (told from the file).", NULL}
#define GROUPS_OPTION \
  {"groups", CLI_TEXT, &args.groups, "FILE", "Names of groups that go before the built-in ones.", NULL}
#define LANGUAGE_OPTION \
  {"language", CLI_TEXT, &args.language, "TAG", "Language of the texts of a published file, such as nl.", NULL}
#define STRICT_OPTION \
  {"strict", CLI_FLAG, &args.strict, NULL, "Refuse FILE for one row that would else be left out and told.", NULL}

static const cli_option list_options[] = {{0}};
static const cli_option show_options[] = {
    KIND_OPTION,
    GROUPS_OPTION,
    LANGUAGE_OPTION,
    STRICT_OPTION,
    {"model", CLI_TEXT, &args.model, "DIR", "Also how many tokens this checkpoint makes of each identity term.", NULL},
    {"show-text", CLI_FLAG, &args.show_text, NULL, "Print the texts of the examples; they can hurt.", NULL},
    {"limit", CLI_COUNT, &args.limit, "N", "Examples (3).", NULL},
    {0}};
static const cli_option check_options[] = {KIND_OPTION, GROUPS_OPTION, LANGUAGE_OPTION, STRICT_OPTION, {0}};
static const cli_option new_options[] = {{"out", CLI_TEXT, &args.out, "FILE", "Where to write it (NAME.yaml).", NULL},
                                         {0}};
static const cli_option bench_options[] = {{0}};

static int list(int n, char **operands) {
  (void)n;
  (void)operands;
  static const cli_column columns[] = {{"NAME", CLI_LEFT}, {"MEASURES", CLI_PROSE}};
  cli_table *table = cli_table_new(columns, 2);
  for (size_t i = 0; i < xy_bench_builtin_count(); i++) {
    cli_table_cell(table, xy_bench_builtin_name(i), NULL);
    const char *summary = xy_bench_builtin_summary(i); /* every built-in file has one */
    if (summary[0] == '\0') {
      cli_message("out of memory: %s", xy_bench_builtin_name(i));
      return CLI_FAILED;
    }
    cli_table_cell(table, summary, NULL);
  }
  cli_table_print(table);
  return CLI_OK;
}

static void row(const char *label, const char *text) {
  if (text[0] == '\0') return;
  printf("%-14s", label);
  cli_wrap(stdout, text, 14, cli_width(stdout));
}

/* "mixed (identities: binary-gender 2, gender-diverse 3)": the axes of its identities, in order of appearance. */
static const char *axis_text(const xy_bench *bench, const xy_bench_info *b) {
  const char *text = "";
  for (size_t i = 0; i < b->identities; i++) {
    const char *axis = xy_bench_identity_axis(bench, i);
    size_t n = 0, before = 0;
    for (size_t k = 0; k < b->identities; k++) {
      bool same = strcmp(xy_bench_identity_axis(bench, k), axis) == 0;
      n += same;
      before += same && k < i;
    }
    if (n == b->identities && strcmp(axis, b->axis) == 0) return b->axis;
    if (before == 0) text = cli_format("%s%s%s %zu", text, *text != '\0' ? ", " : "", axis, n);
  }
  return *text != '\0' ? cli_format("%s (identities: %s)", b->axis, text) : b->axis;
}

static void print_counts(const xy_bench *bench, const xy_bench_info *b) {
  row("benchmark", b->name);
  row("measures", b->summary);
  row("a preference", b->harm);
  row("modality", b->task);
  row("language", b->language);
  row("axis", axis_text(bench, b));
  row("source", b->source);
  row("digest", b->digest);
  row("items", cli_grouped((int64_t)b->items));
  row("clusters", cli_format("%s (the unit of resampling)", cli_grouped((int64_t)b->clusters)));
  if (b->controls > 0) {
    row("controls", cli_format("%s of %s", cli_count((int64_t)b->controls, "item", "items"),
                               cli_count((int64_t)b->control_clusters, "harmless statement", "harmless statements")));
  }
  const char *against = b->counterparts > 0 ? cli_format(" against %s", cli_grouped((int64_t)b->counterparts)) : "";
  row("identities", cli_format("%s%s", cli_grouped((int64_t)b->identities), against));
  row("themes", cli_grouped((int64_t)b->themes));
  for (size_t i = 0; i < b->n_notes; i++) row("note", b->notes[i]);
  if (b->templates > 0) row("templates", cli_grouped((int64_t)b->templates));
}

static int open_named(xy_bench **out, const char *name, xy_error *err) {
  const xy_bench_options how = {
      .kind = args.kind, .groups = args.groups, .language = args.language, .strict = args.strict};
  return xy_bench_open(out, name, &how, err);
}

static size_t place(const xy_bench *bench, size_t n, const char *(*label)(const xy_bench *, size_t), const char *name) {
  size_t i = 0;
  while (i < n && strcmp(label(bench, i), name) != 0) i++;
  return i;
}

/* Themes down, identities across: as many identities side by side as the terminal holds. */
static void print_coverage(const xy_bench *bench, const xy_bench_info *b) {
  size_t cells = b->identities * b->themes;
  if (cells == 0) return;
  size_t *count = cli_grow(NULL, cells, sizeof *count);
  memset(count, 0, cells * sizeof *count);
  for (size_t i = 0; i < b->items; i++) {
    xy_item item;
    xy_bench_item(&item, bench, i);
    size_t who = place(bench, b->identities, xy_bench_identity, item.identity);
    size_t theme = place(bench, b->themes, xy_bench_theme, item.theme);
    if (who < b->identities && theme < b->themes) count[who * b->themes + theme]++;
  }
  size_t first = 0, label = 5;
  for (size_t t = 0; t < b->themes; t++) {
    size_t columns = cli_columns(xy_bench_theme(bench, t), strlen(xy_bench_theme(bench, t)));
    if (columns > label) label = columns;
  }
  while (first < b->identities) {
    size_t last = first, used = label;
    cli_column *columns = cli_grow(NULL, b->identities + 1, sizeof *columns);
    columns[0] = (cli_column){first == 0 ? "ITEMS" : "", CLI_LEFT};
    for (; last < b->identities; last++) {
      const char *name = xy_bench_identity(bench, last);
      size_t wide = cli_columns(name, strlen(name));
      used += 2 + (wide < 6 ? 6 : wide);
      if (last > first && used > (size_t)cli_width(stdout)) break;
      columns[last - first + 1] = (cli_column){name, CLI_RIGHT};
    }
    cli_table *table = cli_table_new(columns, last - first + 1);
    free(columns);
    for (size_t t = 0; t < b->themes; t++) {
      cli_table_cell(table, xy_bench_theme(bench, t), NULL);
      for (size_t who = first; who < last; who++) {
        cli_table_cell(table, cli_grouped((int64_t)count[who * b->themes + t]), NULL);
      }
    }
    putchar('\n');
    cli_table_print(table);
    first = last;
  }
  free(count);
}

/* Items of a cluster are alike, so the whole number of them says little: two assumptions, printed with the result. */
static int print_detectable(const xy_bench *bench, const xy_bench_info *b, xy_error *err) {
  double gap;
  double rate;
  int rc = xy_bench_detectable(&gap, bench, 1, 0.3, err);
  if (rc == XY_OK) rc = xy_bench_detectable(&rate, bench, 0.5, 0.3, err);
  if (rc != XY_OK) return rc;
  if (b->clusters < 2) {
    row("detectable", "nothing: there is one cluster, and intervals need at least two");
    return XY_OK;
  }
  row("detectable",
      cli_format(
          "an effect of %.2g standard deviations, or %.1f points of a rate near 50%%, with 80%% power at 5%%, if "
          "items of a cluster are correlated by 0.3 (an assumption; an audit gives the effect for its own numbers)",
          gap, 100 * rate));
  return XY_OK;
}

/* The theme with the fewest clusters: what a test of one theme can reach at the least. */
static int print_theme_reach(const xy_bench *bench, const xy_bench_info *b, xy_error *err) {
  xy_bench_reach least = {0};
  const char *theme = NULL;
  for (size_t t = 0; b->themes > 1 && t < b->themes; t++) {
    xy_bench_reach reach;
    int rc = xy_bench_reach_of(&reach, bench, NULL, xy_bench_theme(bench, t), 1, 0.3, err);
    if (rc != XY_OK) return rc;
    if (theme != NULL && reach.clusters >= least.clusters) continue;
    least = reach;
    theme = xy_bench_theme(bench, t);
  }
  if (theme == NULL) return XY_OK;
  if (least.clusters < 2) {
    row("per theme", cli_format("nothing for %s: it has one cluster", theme));
    return XY_OK;
  }
  const char *text = cli_format("%s clusters at the least (%s): an effect of %.2g standard deviations",
                                cli_grouped((int64_t)least.clusters), theme, least.detectable);
  if (least.least_p >= 0.0001) {
    text = cli_format("%s; no p of that theme can be below %.2g, and q is never below p%s", text, least.least_p,
                      least.least_p > 0.05 ? ": no effect there, however large, can be told from chance at 5%" : "");
  }
  row("per theme", text);
  return XY_OK;
}

/* How many tokens each identity term has, and which targets' have another number than their counterparts'. */
static int print_terms(const xy_bench *bench) {
  static const cli_column columns[] = {{"IDENTITY", CLI_LEFT}, {"ROLE", CLI_LEFT}, {"TOKENS", CLI_RIGHT}};
  xy_error err = {0};
  xy_tokenizer *tokenizer = NULL;
  xy_bench_term *terms = NULL;
  size_t n = 0, differ = 0;
  if (cli_open_tokenizer(&tokenizer, args.model, false) != CLI_OK) return CLI_FAILED;
  int rc = xy_bench_terms(&terms, &n, bench, tokenizer, &err);
  xy_tokenizer_free(tokenizer);
  if (rc != XY_OK) return cli_error(NULL, &err);
  cli_table *table = cli_table_new(columns, 3);
  for (size_t i = 0; i < n; i++) {
    const xy_bench_term *t = &terms[i];
    const char *tokens = cli_format(t->least < t->most ? "%zu to %zu" : "%zu", t->least, t->most);
    cli_table_cell(table, t->identity, NULL);
    cli_table_cell(table, t->target ? "target" : "counterpart", NULL);
    cli_table_cell(table, cli_format("%s%s", tokens, t->differs ? " *" : ""), NULL);
    differ += t->differs;
  }
  if (n > 0) putchar('\n');
  cli_table_print(table);
  if (differ > 0) {
    cli_wrap(stdout,
             "* another number than the counterpart's: a gap of whole texts then compares names by how they are cut, "
             "too; the statement part does not.",
             0, cli_width(stdout));
  }
  xy_free(terms);
  return CLI_OK;
}

/* An item of two texts without labels is a pair; the texts of others are options. */
static bool is_pair(const xy_bench *bench, size_t i, const xy_item *item) {
  for (size_t o = 0; o < item->options; o++) {
    xy_option option;
    xy_bench_option(&option, bench, i, o);
    if (option.label[0] != '\0') return false;
  }
  return item->options == 2;
}

static void print_options(const xy_bench *bench, size_t i, const xy_item *item, int width) {
  for (size_t o = 0; o < item->options; o++) {
    xy_option option;
    xy_bench_option(&option, bench, i, o);
    printf("    %s %-10.10s ", (int)o == item->answer ? "*" : option.biased ? "!" : " ", option.label);
    cli_wrap(stdout, option.text + (option.text[0] == ' '), 17, width);
  }
}

static void print_examples(const xy_bench *bench, const xy_bench_info *b) {
  size_t n = (size_t)args.limit < b->items ? (size_t)args.limit : b->items;
  int width = cli_width(stdout);
  if (n > 0) puts("\nexamples");
  for (size_t i = 0; i < n; i++) { /* spread over the items, so that themes differ */
    xy_item item;
    xy_bench_item(&item, bench, i * (b->items / n));
    printf("  %s\n", item.id);
    bool against = item.counterpart != NULL && item.counterpart[0] != '\0';
    printf("    %s%s%s, theme %s%s%s\n", item.identity, against ? " against " : "", against ? item.counterpart : "",
           item.theme, item.condition[0] != '\0' ? ", " : "", item.condition);
    if (!args.show_text) continue;
    bool pair = is_pair(bench, i * (b->items / n), &item);
    const char *texts[3] = {item.prompt, pair ? item.target : NULL, pair ? item.other : NULL};
    static const char *const labels[3] = {"prompt", "target", "other"};
    for (int k = 0; k < 3; k++) {
      if (texts[k] == NULL) continue;
      printf("    %-8s", labels[k]);
      cli_wrap(stdout, texts[k], 12, width);
    }
    if (!pair) print_options(bench, i * (b->items / n), &item, width);
  }
  if (n > 0 && !args.show_text) puts("  (texts are hidden: --show-text prints them)");
}

/* With a mapping of themes: what it does not cover. */
static void print_unmatched(const xy_bench *bench, const xy_bench_info *b) {
  const char *before = "";
  if (!args.show_text || b->themes < 2) return;
  for (size_t i = 0; i < b->items; i++) {
    xy_item item;
    xy_bench_item(&item, bench, i);
    if (strcmp(item.theme, "unlabelled") != 0 || strcmp(item.cluster, before) == 0) continue;
    if (before[0] == '\0') puts("\nstatements that match no theme");
    printf("  %s\n", item.cluster);
    before = item.cluster;
  }
}

/* Writes FILE (NAME.yaml), unless it is there. */
static int new_file(int n, char **operands) {
  (void)n;
  xy_error err = {0};
  char *text;
  if (xy_bench_template(&text, operands[0], &err) != XY_OK) return cli_error(NULL, &err);
  const char *path = args.out != NULL ? args.out : cli_format("%s.yaml", operands[0]);
  FILE *file = fopen(path, "wxe");
  bool good = file != NULL && fputs(text, file) >= 0;
  if (file != NULL) good = fclose(file) == 0 && good;
  xy_free(text);
  if (!good) {
    cli_message("%s: %s", path, strerror(errno));
    return CLI_FAILED;
  }
  printf("%s\n", path);
  cli_message("written; next: fill it in, then xylem bench check %s", path);
  return CLI_OK;
}

static int show(int n, char **operands) {
  (void)n;
  xy_error err = {0};
  xy_bench *bench;
  xy_bench_info about;
  if (open_named(&bench, operands[0], &err) != XY_OK) return cli_error(NULL, &err);
  xy_bench_describe(&about, bench);
  print_counts(bench, &about);
  int rc = print_detectable(bench, &about, &err);
  if (rc == XY_OK) rc = print_theme_reach(bench, &about, &err);
  if (rc != XY_OK) {
    xy_bench_free(bench);
    return cli_error(NULL, &err);
  }
  print_coverage(bench, &about);
  int code = args.model != NULL ? print_terms(bench) : CLI_OK;
  print_examples(bench, &about);
  print_unmatched(bench, &about);
  xy_bench_free(bench);
  return code;
}

/* What `check` would stand by, in a word, and why it would not: a file can be read and still show nothing. */
static const char *judge(const char **why, const xy_bench_info *b, const xy_bench_reach *reach) {
  *why = NULL;
  if (b->untouched) {
    *why = "it still says what `xylem bench new` wrote into it";
    return "not sound";
  }
  if (b->left_out * 2 >= b->rows && b->left_out > 0) {
    *why = "half of its rows or more are left out";
    return "not sound";
  }
  if (reach->least_p > 0.05) {
    *why = cli_format(
        "no p can be below %.2g with so few clusters, so that no effect, however large, can be told from "
        "chance at 5%%",
        reach->least_p);
    return "too small to show anything";
  }
  if (b->left_out > 0) *why = "rows are left out";
  if (b->left_out == 0 && b->noticed > 0) *why = "see the notes";
  return *why != NULL ? "usable" : "sound";
}

static int check(int n, char **operands) {
  (void)n;
  xy_error err = {0};
  xy_bench *bench;
  xy_bench_info about;
  xy_bench_reach reach;
  if (open_named(&bench, operands[0], &err) != XY_OK) return cli_error(NULL, &err);
  xy_bench_describe(&about, bench);
  if (xy_bench_reach_of(&reach, bench, NULL, NULL, 1, 0.3, &err) != XY_OK) {
    xy_bench_free(bench);
    return cli_error(NULL, &err);
  }
  const char *why;
  const char *verdict = judge(&why, &about, &reach);
  printf("%s: %s: %s, %s, %s, %s", operands[0], verdict, cli_count((int64_t)about.items, "item", "items"),
         cli_count((int64_t)about.clusters, "cluster", "clusters"),
         cli_count((int64_t)about.identities, "identity", "identities"),
         cli_count((int64_t)about.themes, "theme", "themes"));
  if (about.left_out > 0) {
    printf("; %s of %s left out", cli_grouped((int64_t)about.left_out), cli_count((int64_t)about.rows, "row", "rows"));
  }
  putchar('\n');
  if (why != NULL) printf("  why: %s\n", why);
  for (size_t i = 0; i < about.n_notes; i++) printf("  note: %s\n", about.notes[i]);
  xy_bench_free(bench);
  return strcmp(verdict, "not sound") == 0 ? CLI_FAILED : CLI_OK;
}

static const cli_command bench_list = {.path = "bench list",
                                       .usage = "",
                                       .examples = "xylem bench list",
                                       .summary = "List the built-in benchmarks.",
                                       .options = list_options,
                                       .run = list};

static const cli_command bench_show = {
    .path = "bench show",
    .usage = "[OPTIONS] NAME|FILE",
    .examples =
        "xylem bench show stigma\n"
        "xylem bench show winoqueer=winoqueer_final.csv,themes=winoqueer",
    .summary = "What a benchmark holds: counts, whom it covers, examples.",
    .options = show_options,
    .least = 1,
    .most = 1,
    .run = show,
};

static const cli_command bench_check = {
    .path = "bench check",
    .usage = "[OPTIONS] FILE",
    .examples =
        "xylem bench check my-context.yaml\n"
        "xylem bench check bbq=Gender_identity.jsonl",
    .summary = "Check a benchmark file and name every error.",
    .details =
        "A file is sound where nothing is to be said against it; usable where some of its rows are left out or "
        "have a note; too small where its clusters can show nothing; not sound (exit code 1) where half of its "
        "rows are left out, or where it still is what `bench new` wrote.",
    .options = check_options,
    .least = 1,
    .most = 1,
    .run = check,
};

static const cli_command bench_new = {
    .path = "bench new",
    .usage = "[--out FILE] NAME",
    .examples = "xylem bench new my-context && xylem bench check my-context.yaml",
    .summary = "Write a commented file to start a benchmark of your own from.",
    .options = new_options,
    .least = 1,
    .most = 1,
    .run = new_file,
};

static const cli_command *const verbs[] = {&bench_list, &bench_show, &bench_check, &bench_new, NULL};

const cli_command cli_bench = {
    .path = "bench",
    .usage = "list|show|check|new ...",
    .examples =
        "xylem bench list\n"
        "xylem bench show stigma",
    .summary = "Benchmarks: what there is, what one holds, whether a file is sound.",
    .options = bench_options,
    .sub = verbs,
};
