/* xylem compare: paired differences between two runs on the items that they share. */
#include <math.h>
#include <string.h>

#include "cli.h"

static const char *const formats[] = {"table", "csv", "json", "markdown", NULL};
enum { TABLE = 1, CSV, JSON, MARKDOWN };

static const char *const groups[] = {"identity", "theme", NULL};

static struct {
  cli_list matches;
  cli_list by;
  int format;
} args;

static const cli_option options[] = {
    {"match", CLI_LIST, &args.matches, "STAGE=STAGE",
     "Pair a stage of the first run with one of the second (stages of one name); may be repeated.", NULL},
    {"format", CLI_CHOICE, &args.format, "FORMAT", "table, csv, json or markdown (table).", formats},
    {"by", CLI_LIST, &args.by, "GROUP",
     "A row for each identity or each theme too; may be repeated. csv and json always have both.", groups},
    {0}};

static bool is_by(const char *group) {
  for (size_t i = 0; i < args.by.n; i++) {
    if (strcmp(args.by.items[i], group) == 0) return true;
  }
  return false;
}

static bool is_rate(const xy_difference *d) {
  xy_measure_kind kind;
  return xy_measure_kind_of(&kind, d->measure) && kind.rate;
}

/* Rows for people: over all items, in the headline mode or under the mode or rule that stands for their measure. */
static bool is_shown(const xy_difference *d, const char *headline) {
  if (!is_by("identity") && strcmp(d->identity, "all") != 0) return false;
  if (!is_by("theme") && strcmp(d->theme, "all") != 0) return false;
  return d->front || strcmp(d->mode, headline) == 0;
}

static const char *stages_of(const xy_difference *d) {
  return strcmp(d->stage, d->other) == 0 ? d->stage : cli_format("%s, %s", d->stage, d->other);
}

static const char *mean_of(const xy_difference *d, double mean) {
  /* In the difference's digits, and at most three. */
  double half = isnan(d->low) ? NAN : fmax((d->high - d->low) / 2, 0.02);
  const xy_measure row = {.measure = d->measure, .value = mean, .low = mean - half, .high = mean + half};
  return cli_value(&row);
}

/* A gap of exactly nothing is 0, not 0.000. */
static const char *change_of(const xy_difference *d) {
  xy_measure_kind kind;
  if (d->value == 0 && (isnan(d->low) || (d->low == 0 && d->high == 0))) return "0";
  bool changes = xy_measure_kind_of(&kind, d->measure) && kind.change[0] != '\0';
  const xy_measure row = {
      .measure = changes ? kind.change : d->measure, .value = d->value, .low = d->low, .high = d->high};
  return cli_interval(&row);
}

static const char *q_of(const xy_difference *d) {
  if (isnan(d->q)) return "";
  return d->q < 0.001 ? "< 0.001" : cli_format("%.3f", d->q);
}

/* What is shared, to standard error: a difference is over those items alone. */
static void say_shared(const xy_comparison *c) {
  for (size_t i = 0; i < xy_comparison_benchmarks(c); i++) {
    xy_compared_bench b;
    xy_comparison_benchmark(&b, c, i);
    bool differ = *b.first_digest != '\0' && *b.second_digest != '\0' && strcmp(b.first_digest, b.second_digest) != 0;
    const char *changed =
        b.changed > 0 ? cli_format(", %s of other texts left out", cli_grouped((int64_t)b.changed)) : "";
    cli_message("%s: %s shared, %s only in the first, %s only in the second%s%s", b.name,
                cli_count((int64_t)b.shared, "item", "items"), cli_grouped((int64_t)b.only_first),
                cli_grouped((int64_t)b.only_second), changed, differ ? "; the benchmark's files differ (digests)" : "");
  }
}

enum { BENCHMARK, MEASURE, MODE, STAGES, IDENTITY, THEME, ITEMS, FIRST, SECOND, DIFFERENCE, Q, VERDICT, COLUMNS };
static const char *const titles[COLUMNS] = {"BENCHMARK", "MEASURE", "MODE",   "STAGES",     "IDENTITY", "THEME",
                                            "ITEMS",     "FIRST",   "SECOND", "DIFFERENCE", "Q",        "VERDICT"};

static void cells_of(const char *cells[COLUMNS], const xy_difference *d) {
  const char *all[COLUMNS] = {[BENCHMARK] = d->benchmark,
                              [MEASURE] = d->measure,
                              [MODE] = xy_mode_label(d->mode),
                              [STAGES] = stages_of(d),
                              [IDENTITY] = d->identity,
                              [THEME] = d->theme,
                              [ITEMS] = cli_grouped(d->n),
                              [FIRST] = mean_of(d, d->first),
                              [SECOND] = mean_of(d, d->second),
                              [DIFFERENCE] = change_of(d),
                              [Q] = q_of(d),
                              [VERDICT] = d->verdict};
  memcpy(cells, all, sizeof all);
}

/* A column of groups that were not asked for says "all" in every row. */
static bool has_column(int column) {
  return column == IDENTITY ? is_by("identity") : column == THEME ? is_by("theme") : true;
}

static void print_markdown(const xy_comparison *c) {
  for (int i = 0; i < COLUMNS; i++) {
    if (has_column(i)) printf("| %s ", titles[i]);
  }
  puts("|");
  for (int i = 0; i < COLUMNS; i++) {
    if (has_column(i)) fputs(i >= ITEMS && i < VERDICT ? "|--:" : "|---", stdout);
  }
  puts("|");
  for (size_t r = 0; r < xy_comparison_rows(c); r++) {
    xy_difference d;
    const char *cells[COLUMNS];
    xy_comparison_row(&d, c, r);
    if (!is_shown(&d, xy_comparison_mode(c))) continue;
    cells_of(cells, &d);
    for (int i = 0; i < COLUMNS; i++) {
      if (has_column(i)) cli_put_markdown(stdout, cells[i]);
    }
    puts("|");
  }
}

/* With groups their names stand in one column, since no row is of an identity and a theme at once, and a table is of
 * one pair of stages, so that a line still fits a terminal. */
static const char *group_of(const xy_difference *d) { return strcmp(d->theme, "all") != 0 ? d->theme : d->identity; }

static const char *group_title(void) {
  if (is_by("identity") && is_by("theme")) return "GROUP";
  return titles[is_by("identity") ? IDENTITY : THEME];
}

static cli_table *start_table(const xy_difference *d) {
  bool grouped = args.by.n > 0;
  const cli_column columns[] = {{titles[MEASURE], CLI_LEFT},
                                {grouped ? group_title() : titles[STAGES], grouped ? CLI_NAME : CLI_LEFT},
                                {titles[FIRST], CLI_RIGHT},
                                {titles[SECOND], CLI_RIGHT},
                                {titles[DIFFERENCE], CLI_RIGHT},
                                {titles[Q], CLI_RIGHT},
                                {"", CLI_LEFT}};
  const char *unit = is_rate(d) ? "" : cli_format(" (%s)", xy_gap_unit(d->mode));
  printf("%s: %s in %s, mode %s%s%s%s\n", d->benchmark, cli_count(d->n, "item", "items"),
         cli_count(d->clusters, "cluster", "clusters"), xy_mode_label(d->mode), unit,
         !grouped                          ? ""
         : strcmp(d->stage, d->other) == 0 ? "; stage "
                                           : "; stages ",
         grouped ? stages_of(d) : "");
  return cli_table_new(columns, sizeof columns / sizeof *columns);
}

/* Rows of a benchmark stand together, and in them those of a pair of stages. */
static bool same_table(const xy_difference *a, const xy_difference *b) {
  bool stages = strcmp(a->stage, b->stage) == 0 && strcmp(a->other, b->other) == 0;
  return strcmp(a->benchmark, b->benchmark) == 0 && (args.by.n == 0 || stages);
}

static void end_table(cli_table *table) {
  if (table == NULL) return;
  cli_table_print(table);
  putchar('\n');
}

/* A table per benchmark: what all of its rows share stands above it. */
static void print_tables(const xy_comparison *c) {
  cli_table *table = NULL;
  xy_difference last = {0};
  for (size_t r = 0; r < xy_comparison_rows(c); r++) {
    xy_difference d;
    xy_comparison_row(&d, c, r);
    if (!is_shown(&d, xy_comparison_mode(c))) continue;
    if (table == NULL || !same_table(&d, &last)) {
      end_table(table);
      table = start_table(&d);
    }
    last = d;
    const char *cells[COLUMNS];
    cells_of(cells, &d);
    cli_table_cell(table, cells[MEASURE], NULL);
    cli_table_cell(table, args.by.n > 0 ? group_of(&d) : cells[STAGES], NULL);
    for (int i = FIRST; i < VERDICT; i++) cli_table_cell(table, cells[i], NULL);
    cli_table_cell(table, xy_verdict_mark(d.verdict), cli_verdict_color(d.verdict));
  }
  end_table(table);
  const char *legend = "", *verdict;
  for (size_t i = 0; (verdict = xy_verdict_name(i)) != NULL; i++) {
    legend = cli_format("%s%s%s %s", legend, i > 0 ? ", " : "", xy_verdict_mark(verdict), verdict);
  }
  if (table != NULL) puts(legend);
}

static const char *const numbers[] = {"first", "second", "value", "low", "high", "p", "q", "detectable"};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static void numbers_of(double out[NUMBERS], const xy_difference *d) {
  const double all[NUMBERS] = {d->first, d->second, d->value, d->low, d->high, d->p, d->q, d->detectable};
  memcpy(out, all, sizeof all);
}

static void print_csv(const xy_comparison *c) {
  fputs("benchmark,measure,mode,stage,other,identity,theme,n,clusters", stdout);
  for (size_t i = 0; i < NUMBERS; i++) printf(",%s", numbers[i]);
  puts(",verdict");
  for (size_t r = 0; r < xy_comparison_rows(c); r++) {
    xy_difference d;
    double values[NUMBERS];
    xy_comparison_row(&d, c, r);
    numbers_of(values, &d);
    const char *const names[] = {d.benchmark, d.measure, d.mode, d.stage, d.other, d.identity, d.theme};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
      cli_put_csv(stdout, names[i]);
      putchar(',');
    }
    printf("%lld,%lld", (long long)d.n, (long long)d.clusters);
    for (size_t i = 0; i < NUMBERS; i++) {
      putchar(',');
      if (isfinite(values[i])) cli_put_double(stdout, values[i]);
    }
    printf(",%s\n", d.verdict);
  }
}

static void put_member(const char *before, const char *key, const char *text) {
  printf("%s\"%s\": ", before, key);
  if (*text == '\0') {
    fputs("null", stdout);
  } else {
    cli_put_json(stdout, text);
  }
}

static void print_json(const xy_comparison *c) {
  puts("{\"benchmarks\": [");
  for (size_t i = 0; i < xy_comparison_benchmarks(c); i++) {
    xy_compared_bench b;
    xy_comparison_benchmark(&b, c, i);
    put_member(i > 0 ? ",\n{" : "{", "name", b.name);
    put_member(", ", "first_digest", b.first_digest);
    put_member(", ", "second_digest", b.second_digest);
    printf(", \"shared\": %zu, \"only_first\": %zu, \"only_second\": %zu, \"changed\": %zu}", b.shared, b.only_first,
           b.only_second, b.changed);
  }
  puts("],\n\"differences\": [");
  for (size_t r = 0; r < xy_comparison_rows(c); r++) {
    xy_difference d;
    double values[NUMBERS];
    xy_comparison_row(&d, c, r);
    numbers_of(values, &d);
    put_member(r > 0 ? ",\n{" : "{", "benchmark", d.benchmark);
    put_member(", ", "measure", d.measure);
    put_member(", ", "mode", d.mode);
    put_member(", ", "stage", d.stage);
    put_member(", ", "other", d.other);
    put_member(", ", "identity", d.identity);
    put_member(", ", "theme", d.theme);
    printf(", \"n\": %lld, \"clusters\": %lld", (long long)d.n, (long long)d.clusters);
    for (size_t i = 0; i < NUMBERS; i++) {
      printf(", \"%s\": ", numbers[i]);
      if (isfinite(values[i])) {
        cli_put_double(stdout, values[i]);
      } else {
        fputs("null", stdout);
      }
    }
    put_member(", ", "verdict", d.verdict);
    putchar('}');
  }
  puts("]}");
}

static int run(int n, char **operands) {
  (void)n;
  xy_error err = {0};
  xy_comparison *c;
  if (xy_compare(&c, operands[0], operands[1], args.matches.items, args.matches.n, &err) != XY_OK) {
    return cli_error(NULL, &err);
  }
  for (int i = 0; i < 2; i++) {
    cli_warn_changed(operands[i], "results.json");
    cli_warn_changed(operands[i], "samples.jsonl");
  }
  say_shared(c);
  switch (args.format) {
    case CSV: print_csv(c); break;
    case JSON: print_json(c); break;
    case MARKDOWN: print_markdown(c); break;
    default: print_tables(c);
  }
  int code = CLI_OK;
  if (xy_comparison_rows(c) == 0) {
    cli_message("the runs share no item");
    code = CLI_FAILED;
  }
  xy_comparison_free(c);
  return code;
}

const cli_command cli_compare = {
    .path = "compare",
    .usage = "[OPTIONS] RUN RUN",
    .examples =
        "xylem compare runs/seedling runs/mine --match dpo=dpo-gpu\n"
        "xylem compare runs/seedling runs/seedling --match sft=dpo --by theme",
    .summary = "Compare two runs item by item on what they share.",
    .details =
        "The difference is the second run's mean less the first's, over the items that both hold with the same "
        "texts, with a cluster bootstrap interval; q is Benjamini-Hochberg over the rows of a measure and mode, "
        "those over all items apart from those of identities and themes. "
        "A verdict is that of a step from the first to the second. "
        "Rates are in points, gaps in nats (per token or per byte in the modes of these names).",
    .options = options,
    .least = 2,
    .most = 2,
    .run = run,
};
