/* xylem survey: which bias evaluations makers report, how benchmarks treat gender, and what is missing. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { TABLE = 1, CSV, JSON, MARKDOWN };

static struct {
  cli_list add, filter;
  bool recalled;
  int format;
  const char *html;
} args = {.format = TABLE};

static const char *const formats[] = {"table", "csv", "json", "markdown", NULL};

#define ADD \
  {"add", CLI_LIST, &args.add, "FILE", "Your own entries, in the form of docs/survey.md; may be repeated.", NULL}
#define RECALLED                                                    \
  {"include-recalled",                                              \
   CLI_FLAG,                                                        \
   &args.recalled,                                                  \
   NULL,                                                            \
   "Count facts that stand on memory too, not only what was read.", \
   NULL}

#define FORMAT {"format", CLI_CHOICE, &args.format, "table|csv|json|markdown", "How to print (table).", formats}

static const cli_option survey_options[] = {
    ADD, RECALLED, FORMAT, {"html", CLI_TEXT, &args.html, "FILE", "Write the coverage page there.", NULL}, {0}};
static const cli_option gap_options[] = {ADD, RECALLED, {0}};
static const cli_option show_options[] = {ADD, {0}};
static const cli_option check_options[] = {{0}};
static const cli_option list_options[] = {ADD,
                                          {"filter", CLI_LIST, &args.filter, "KEY=VALUE",
                                           "Only entries that say so; may be repeated, and all must hold.", NULL},
                                          FORMAT,
                                          {0}};

/* How many entries stand in the place of built-in ones; *first is the id of one. */
static size_t count_replaced(const char **first, const xy_survey *survey) {
  size_t n = 0;
  for (int k = XY_SURVEY_MODELS; k <= XY_SURVEY_BENCHMARKS; k += XY_SURVEY_BENCHMARKS) {
    for (size_t r = 0; r < xy_survey_rows(survey, (xy_survey_kind)k); r++) {
      if (!xy_survey_replaces(survey, (xy_survey_kind)k, r)) continue;
      if (n++ == 0) *first = xy_survey_cell(survey, (xy_survey_kind)k, r, "id");
    }
  }
  return n;
}

/* Says what no longer stands in the survey: every count is without it. */
static int open_survey(xy_survey **out) {
  xy_error err = {0};
  if (xy_survey_open(out, args.add.items, args.add.n, &err) != XY_OK) return cli_error(NULL, &err);
  const char *first = "";
  size_t replaced = count_replaced(&first, *out);
  if (replaced == 1) cli_message("the entry %s takes the place of the built-in one", first);
  if (replaced > 1) cli_message("%zu entries take the place of built-in ones; the first is %s", replaced, first);
  return CLI_OK;
}

static const char *origin_of(const xy_survey *survey, xy_survey_kind kind, size_t row) {
  return xy_survey_replaces(survey, kind, row) ? "replaced" : xy_survey_added(survey, kind, row) ? "added" : "";
}

/* ---- xylem survey ------------------------------------------------------------------------------------- */

static void print_counts(const xy_survey_count *counts, size_t n) {
  static const struct {
    const char *group, *title;
  } groups[] = {{"reporting", "makers"},
                {"modality", "measured by"},
                {"gender", "gender"},
                {"printed", "printed for trans and nonbinary people"},
                {"community", "made with the community"}};
  static const cli_column columns[] = {{"PREFERENCE-FINETUNED MODELS", CLI_LEFT}, {"OF", CLI_RIGHT}, {"", CLI_PROSE}};
  cli_table *table = cli_table_new(columns, 3);
  for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
    bool first = true;
    for (size_t i = 0; i < n; i++) {
      if (strcmp(counts[i].group, groups[g].group) != 0) continue;
      cli_table_cell(table, first ? groups[g].title : "", NULL);
      cli_table_cell(table, cli_format("%lld of %lld", (long long)counts[i].models, (long long)counts[i].of), NULL);
      cli_table_cell(table, counts[i].meaning, NULL);
      first = false;
    }
  }
  cli_table_print(table);
}

/* The same lines for machines and papers. */
static void write_counts(const xy_survey_count *counts, size_t n) {
  if (args.format == CSV) puts("group,value,models,of,meaning");
  if (args.format == MARKDOWN) puts("| group | value | models | of | meaning |\n| --- | --- | ---: | ---: | --- |");
  for (size_t i = 0; i < n; i++) {
    const char *const texts[] = {counts[i].group, counts[i].value, cli_format("%lld", (long long)counts[i].models),
                                 cli_format("%lld", (long long)counts[i].of), counts[i].meaning};
    static const char *const names[] = {"group", "value", "models", "of", "meaning"};
    if (args.format == JSON) fputs(i == 0 ? "[\n {" : " {", stdout);
    for (size_t c = 0; c < 5; c++) {
      if (args.format == CSV) {
        if (c > 0) putchar(',');
        cli_put_csv(stdout, texts[c]);
      } else if (args.format == MARKDOWN) {
        cli_put_markdown(stdout, texts[c]);
      } else {
        printf("%s\"%s\": ", c > 0 ? ", " : "", names[c]);
        bool number = c == 2 || c == 3;
        if (number) fputs(texts[c], stdout);
        if (!number) cli_put_json(stdout, texts[c]);
      }
    }
    puts(args.format == CSV ? "" : args.format == MARKDOWN ? "|" : i + 1 < n ? "}," : "}");
  }
  if (args.format == JSON) puts("]");
}

static int write_page(const xy_survey *survey) {
  xy_error err = {0};
  if (xy_survey_page_write(survey, args.recalled, args.html, &err) != XY_OK) return cli_error(NULL, &err);
  cli_message("written: %s", args.html);
  return CLI_OK;
}

static int overview(int n, char **operands) {
  (void)n;
  (void)operands;
  xy_survey *survey = NULL;
  if (open_survey(&survey) != CLI_OK) return CLI_FAILED;
  xy_error err = {0};
  xy_survey_count *counts = NULL;
  size_t n_counts = 0;
  int code =
      xy_survey_counts(&counts, &n_counts, survey, args.recalled, &err) == XY_OK ? CLI_OK : cli_error(NULL, &err);
  if (code == CLI_OK && args.format != TABLE) {
    write_counts(counts, n_counts);
  } else if (code == CLI_OK) {
    print_counts(counts, n_counts);
    putchar('\n');
    cli_wrap(stdout,
             args.recalled ? "Counted: what was read in a source, and what stands on memory. "
                             "Not reported is not the same as not done."
                           : "Counted: what was read in a source; --include-recalled adds what stands on memory. "
                             "Not reported is not the same as not done.",
             0, cli_width(stdout));
  }
  if (code == CLI_OK && args.html != NULL) code = write_page(survey);
  xy_free(counts);
  xy_survey_free(survey);
  return code;
}

/* ---- models, benchmarks ------------------------------------------------------------------------------- */

/* A filter's key may be a column of the table; for models also one of their evaluations. */
static bool find_filter(xy_survey_kind *kind, xy_survey_kind table, const char *key, size_t bytes) {
  const xy_survey_kind kinds[] = {table, XY_SURVEY_EVALUATIONS};
  for (size_t k = 0; k < (table == XY_SURVEY_MODELS ? 2 : 1); k++) {
    const char *name;
    for (size_t i = 0; (name = xy_survey_column(kinds[k], i)) != NULL; i++) {
      if (strlen(name) != bytes || strncmp(name, key, bytes) != 0) continue;
      *kind = kinds[k];
      return true;
    }
  }
  return false;
}

static int check_filter(const cli_command *command, xy_survey_kind table, const char *filter) {
  const char *equal = strchr(filter, '=');
  xy_survey_kind kind;
  if (equal == NULL) return cli_usage_error(command, "--filter %s: expected KEY=VALUE", filter);
  size_t bytes = (size_t)(equal - filter);
  if (!find_filter(&kind, table, filter, bytes)) {
    char *keys = cli_copy("");
    const xy_survey_kind kinds[] = {table, XY_SURVEY_EVALUATIONS};
    for (size_t k = 0; k < (table == XY_SURVEY_MODELS ? 2 : 1); k++) {
      const char *name;
      for (size_t i = 0; (name = xy_survey_column(kinds[k], i)) != NULL; i++) {
        char *longer = cli_copy(cli_format("%s%s%s", keys, keys[0] != '\0' ? ", " : "", name));
        free(keys);
        keys = longer;
      }
    }
    int code = cli_usage_error(command, "--filter %s: expected a key among %s", filter, keys);
    free(keys);
    return code;
  }
  char *key = cli_copy(cli_format("%.*s", (int)bytes, filter));
  bool known = xy_survey_choice(kind, key, 0) == NULL;
  for (size_t i = 0; !known && xy_survey_choice(kind, key, i) != NULL; i++) {
    known = strcmp(xy_survey_choice(kind, key, i), equal + 1) == 0;
  }
  if (!known) {
    char *values = cli_copy("");
    for (size_t i = 0; xy_survey_choice(kind, key, i) != NULL; i++) {
      char *longer = cli_copy(cli_format("%s%s%s", values, i > 0 ? ", " : "", xy_survey_choice(kind, key, i)));
      free(values);
      values = longer;
    }
    cli_usage_error(command, "--filter %s: expected one of %s", filter, values);
    free(values);
  }
  free(key);
  return known ? CLI_OK : CLI_USAGE;
}

static bool passes(const xy_survey *survey, xy_survey_kind table, size_t row, const char *filter) {
  size_t bytes = strcspn(filter, "=");
  xy_survey_kind kind = table;
  (void)find_filter(&kind, table, filter, bytes);
  char *key = cli_copy(cli_format("%.*s", (int)bytes, filter));
  const char *value = filter + bytes + 1;
  bool found = false;
  if (kind == table) {
    found = xy_survey_says(xy_survey_cell(survey, kind, row, key), value);
  } else { /* one of the model's evaluations says so */
    const char *id = xy_survey_cell(survey, table, row, "id");
    for (size_t e = 0; e < xy_survey_rows(survey, kind) && !found; e++) {
      found = strcmp(xy_survey_cell(survey, kind, e, "model"), id) == 0 &&
              xy_survey_says(xy_survey_cell(survey, kind, e, key), value);
    }
  }
  free(key);
  return found;
}

/* A row in one of the formats for machines and papers. `row` SIZE_MAX: the header. */
static void print_row(const xy_survey *survey, xy_survey_kind kind, size_t row, bool first) {
  const char *name;
  if (args.format == JSON) fputs(first ? "[\n " : ",\n ", stdout);
  for (size_t i = 0; (name = xy_survey_column(kind, i)) != NULL; i++) {
    const char *text = row == SIZE_MAX ? name : xy_survey_cell(survey, kind, row, name);
    if (args.format == CSV) {
      if (i > 0) putchar(',');
      cli_put_csv(stdout, text);
    } else if (args.format == MARKDOWN) {
      cli_put_markdown(stdout, text);
    } else {
      fputs(i == 0 ? "{" : ", ", stdout);
      cli_put_json(stdout, name);
      fputs(": ", stdout);
      cli_put_json(stdout, text);
    }
  }
  bool added = row != SIZE_MAX && xy_survey_added(survey, kind, row);
  if (args.format == CSV) {
    puts(row == SIZE_MAX ? ",added" : added ? ",yes" : ",");
  } else if (args.format == MARKDOWN) {
    cli_put_markdown(stdout, row == SIZE_MAX ? "added" : added ? "yes" : "");
    puts("|");
    for (size_t i = 0; row == SIZE_MAX && i == 0; i++) {
      for (size_t c = 0; xy_survey_column(kind, c) != NULL; c++) fputs("| --- ", stdout);
      puts("| --- |");
    }
  } else {
    printf(", \"added\": %s}", added ? "true" : "false");
  }
}

/* The columns that fit a terminal; the other formats have all of them. */
static void print_people(const xy_survey *survey, xy_survey_kind kind, const size_t *rows, size_t n) {
  static const struct {
    cli_column columns[7];
    const char *keys[7]; /* as many as there are */
  } tables[] = {
      [XY_SURVEY_MODELS] = {{{"ID", CLI_NAME},
                             {"RELEASED", CLI_LEFT},
                             {"TUNED", CLI_LEFT},
                             {"REPORTS", CLI_LEFT},
                             {"STANDING", CLI_LEFT},
                             {"MAKER", CLI_PROSE}},
                            {"id", "released", "preference_finetuned", "bias_evaluation", "standing", "maker"}},
      [XY_SURVEY_EVALUATIONS] =
          {{{"MODEL", CLI_NAME}, {"GENDER", CLI_LEFT}, {"PRINTED", CLI_LEFT}, {"NAME", CLI_PROSE}},
           {"model", "gender", "printed", "name"}},
      [XY_SURVEY_BENCHMARKS] =
          {{{"ID", CLI_NAME}, {"YEAR", CLI_LEFT}, {"GENDER", CLI_LEFT}, {"COMMUNITY", CLI_LEFT}, {"AXES", CLI_PROSE}},
           {"id", "year", "gender", "community", "axes"}},
  };
  size_t columns = 0;
  while (columns < 7 && tables[kind].keys[columns] != NULL) columns++;
  cli_table *table = cli_table_new(tables[kind].columns, columns);
  for (size_t i = 0; i < n; i++) {
    for (size_t c = 0; c < columns; c++) {
      const char *text = xy_survey_cell(survey, kind, rows[i], tables[kind].keys[c]);
      const char *origin = c == 0 ? origin_of(survey, kind, rows[i]) : "";
      cli_table_cell(table, origin[0] != '\0' ? cli_format("%s (%s)", text, origin) : text, NULL);
    }
  }
  cli_table_print(table);
}

static int list(const cli_command *command, xy_survey_kind kind) {
  for (size_t f = 0; f < args.filter.n; f++) {
    int code = check_filter(command, kind, args.filter.items[f]);
    if (code != CLI_OK) return code;
  }
  xy_survey *survey = NULL;
  if (open_survey(&survey) != CLI_OK) return CLI_FAILED;
  size_t n = 0, *rows = cli_grow(NULL, xy_survey_rows(survey, kind) + 1, sizeof *rows);
  for (size_t r = 0; r < xy_survey_rows(survey, kind); r++) {
    bool wanted = true;
    for (size_t f = 0; f < args.filter.n && wanted; f++) wanted = passes(survey, kind, r, args.filter.items[f]);
    if (wanted) rows[n++] = r;
  }
  if (args.format == TABLE) {
    print_people(survey, kind, rows, n);
    printf("\n%zu of %zu\n", n, xy_survey_rows(survey, kind));
  } else {
    if (args.format != JSON) print_row(survey, kind, SIZE_MAX, true);
    for (size_t i = 0; i < n; i++) print_row(survey, kind, rows[i], i == 0);
    if (args.format == JSON) puts(n == 0 ? "[]" : "\n]");
  }
  free(rows);
  xy_survey_free(survey);
  return CLI_OK;
}

static const cli_command survey_models, survey_evaluations, survey_benchmarks;

static int models(int n, char **operands) {
  (void)n;
  (void)operands;
  return list(&survey_models, XY_SURVEY_MODELS);
}

static int evaluations(int n, char **operands) {
  (void)n;
  (void)operands;
  return list(&survey_evaluations, XY_SURVEY_EVALUATIONS);
}

static int benchmarks(int n, char **operands) {
  (void)n;
  (void)operands;
  return list(&survey_benchmarks, XY_SURVEY_BENCHMARKS);
}

/* ---- show, gaps, check -------------------------------------------------------------------------------- */

static void print_entry(const xy_survey *survey, xy_survey_kind kind, size_t row, int indent) {
  const char *name;
  for (size_t i = 0; (name = xy_survey_column(kind, i)) != NULL; i++) {
    const char *text = xy_survey_cell(survey, kind, row, name);
    if (text[0] == '\0' || (kind == XY_SURVEY_EVALUATIONS && i == 0)) continue;
    printf("%*s%-21s", indent, "", name);
    cli_wrap(stdout, text, indent + 21, cli_width(stdout));
  }
  if (xy_survey_added(survey, kind, row)) printf("%*s%-21sby --add\n", indent, "", origin_of(survey, kind, row));
}

static int show(int n, char **operands) {
  (void)n;
  xy_survey *survey = NULL;
  if (open_survey(&survey) != CLI_OK) return CLI_FAILED;
  bool found = false;
  for (int k = XY_SURVEY_MODELS; k <= XY_SURVEY_BENCHMARKS; k += XY_SURVEY_BENCHMARKS) {
    for (size_t r = 0; r < xy_survey_rows(survey, (xy_survey_kind)k); r++) {
      if (strcmp(xy_survey_cell(survey, (xy_survey_kind)k, r, "id"), operands[0]) != 0) continue;
      found = true;
      print_entry(survey, (xy_survey_kind)k, r, 0);
      for (size_t e = 0; k == XY_SURVEY_MODELS && e < xy_survey_rows(survey, XY_SURVEY_EVALUATIONS); e++) {
        if (strcmp(xy_survey_cell(survey, XY_SURVEY_EVALUATIONS, e, "model"), operands[0]) != 0) continue;
        puts("evaluation");
        print_entry(survey, XY_SURVEY_EVALUATIONS, e, 2);
      }
    }
  }
  if (!found) {
    cli_message("%s: expected the id of a model or benchmark (xylem survey models, xylem survey benchmarks)",
                operands[0]);
  }
  xy_survey_free(survey);
  return found ? CLI_OK : CLI_FAILED;
}

static int gaps(int n, char **operands) {
  (void)n;
  (void)operands;
  xy_survey *survey = NULL;
  if (open_survey(&survey) != CLI_OK) return CLI_FAILED;
  xy_error err = {0};
  xy_survey_gap *found = NULL;
  size_t n_gaps = 0;
  int code = xy_survey_gaps(&found, &n_gaps, survey, args.recalled, &err) == XY_OK ? CLI_OK : cli_error(NULL, &err);
  if (code == CLI_OK) {
    static const cli_column columns[] = {
        {"NO MODEL REPORTS", CLI_LEFT}, {"", CLI_LEFT}, {"BENCHMARKS THAT HAVE IT", CLI_PROSE}};
    cli_table *table = cli_table_new(columns, 3);
    for (size_t i = 0; i < n_gaps; i++) {
      cli_table_cell(table, found[i].value, NULL);
      cli_table_cell(table, found[i].what, NULL);
      cli_table_cell(table, found[i].benchmarks, NULL);
    }
    cli_table_print(table);
  }
  xy_survey_gaps_free(found, n_gaps);
  xy_survey_free(survey);
  return code;
}

static int check(int n, char **operands) {
  (void)n;
  xy_survey *survey = NULL;
  xy_error err = {0};
  const char *file = operands[0];
  if (xy_survey_open(&survey, &file, 1, &err) != XY_OK) return cli_error(NULL, &err);
  size_t added[3] = {0};
  for (int k = 0; k < 3; k++) {
    for (size_t r = 0; r < xy_survey_rows(survey, (xy_survey_kind)k); r++) {
      added[k] += xy_survey_added(survey, (xy_survey_kind)k, r);
    }
  }
  printf("%s: sound: %s with %s, %s\n", file, cli_count((int64_t)added[0], "model", "models"),
         cli_count((int64_t)added[1], "evaluation", "evaluations"),
         cli_count((int64_t)added[2], "benchmark", "benchmarks"));
  const char *first = "";
  size_t replaced = count_replaced(&first, survey);
  if (replaced > 0) printf("in the place of built-in entries: %zu, the first %s\n", replaced, first);
  xy_survey_free(survey);
  return CLI_OK;
}

static const cli_command survey_models = {
    .path = "survey models",
    .usage = "[OPTIONS]",
    .examples = "xylem survey models --filter benchmark=bbq --format csv",
    .summary = "List models and what their makers report.",
    .details =
        "A filter's key is a column, such as maker, bias_evaluation or preference_finetuned, or one of evaluations, "
        "such as modality, gender, printed or benchmark: then one of the model's evaluations must say so.",
    .options = list_options,
    .run = models,
};
static const cli_command survey_evaluations = {
    .path = "survey evaluations",
    .usage = "[OPTIONS]",
    .examples = "xylem survey evaluations --format csv",
    .summary = "List the evaluations that makers report.",
    .options = list_options,
    .run = evaluations,
};
static const cli_command survey_benchmarks = {
    .path = "survey benchmarks",
    .usage = "[OPTIONS]",
    .examples = "xylem survey benchmarks",
    .summary = "List benchmarks and how they treat gender.",
    .options = list_options,
    .run = benchmarks,
};
static const cli_command survey_show = {
    .path = "survey show",
    .usage = "ID",
    .examples = "xylem survey show bbq",
    .summary = "Print an entry with its sources.",
    .options = show_options,
    .least = 1,
    .most = 1,
    .run = show,
};
static const cli_command survey_gaps = {
    .path = "survey gaps",
    .usage = "[OPTIONS]",
    .examples = "xylem survey gaps",
    .summary = "Print the axes and ways to treat gender that no preference-finetuned model's makers report.",
    .options = gap_options,
    .run = gaps,
};
static const cli_command survey_check = {
    .path = "survey check",
    .usage = "FILE",
    .examples = "xylem survey check our-model.yaml",
    .summary = "Check a file of survey entries.",
    .options = check_options,
    .least = 1,
    .most = 1,
    .run = check,
};

static const cli_command *const subcommands[] = {
    &survey_models, &survey_evaluations, &survey_benchmarks, &survey_show, &survey_gaps, &survey_check, NULL};

const cli_command cli_survey = {
    .path = "survey",
    .usage = "[OPTIONS]",
    .examples =
        "xylem survey --html survey.html\n"
        "xylem survey models --filter gender=trans-or-nonbinary",
    .summary = "Which bias evaluations makers report, and whom these leave out.",
    .details =
        "Prints what the makers of preference-finetuned models report: any evaluation of social bias, how it measures, "
        "how it treats gender, what is printed for trans and nonbinary people, and whether the benchmark was made "
        "with the community. Every fact has its source and its standing (read, recalled).",
    .options = survey_options,
    .run = overview,
    .sub = subcommands,
};
