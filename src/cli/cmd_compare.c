/* xylem compare: paired differences between two runs on the items that they share. */
#include <math.h>
#include <string.h>

#include "cli.h"

static const char *const formats[] = {"table", "csv", "json", "markdown", NULL};
enum { CSV = 1, JSON, MARKDOWN };

static struct {
  cli_list matches;
  int format;
  bool identities;
} args;

static const cli_option options[] = {
    {"match", CLI_LIST, &args.matches, "STAGE=STAGE",
     "Pair a stage of the first run with one of the second (stages of one name); may be repeated.", NULL},
    {"format", CLI_CHOICE, &args.format, "FORMAT", "table, csv, json or markdown (table).", formats},
    {"identities", CLI_FLAG, &args.identities, NULL, "A row for each identity too; csv and json always have them.",
     NULL},
    {0}};

static bool is_rate(const xy_difference *d) {
  return strcmp(d->measure, "mean_gap") != 0 && strcmp(d->measure, "reward_margin") != 0;
}

/* Rows for people: over all items, in the headline mode, and for pronouns and choices under the rule that stands for
 * them. */
static bool is_shown(const xy_difference *d, const char *headline) {
  static const char *const modes[] = {"summed", "three-way"};
  if (!args.identities && strcmp(d->identity, "all") != 0) return false;
  if (strcmp(d->mode, headline) == 0 || strcmp(d->measure, "reward_margin") == 0) return true;
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    if (strcmp(d->mode, modes[i]) == 0) return true;
  }
  return false;
}

static const char *stages_of(const xy_difference *d) {
  return strcmp(d->stage, d->other) == 0 ? d->stage : cli_format("%s, %s", d->stage, d->other);
}

static const char *mean_of(const xy_difference *d, double mean) {
  return is_rate(d) ? cli_format("%.1f%%", 100 * mean) : cli_format("%+.3g", mean);
}

/* A gap of exactly nothing is 0, not +0.00. */
static const char *change_of(const xy_difference *d) {
  double scale = is_rate(d) ? 100 : 1;
  if (d->value == 0 && d->low == 0 && d->high == 0) return "0";
  if (isnan(d->low)) return cli_format("%+.3g", scale * d->value);
  return cli_format("%+.2g [%+.2g, %+.2g]", scale * d->value, scale * d->low, scale * d->high);
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
    cli_message("%s: %s items shared, %s only in the first, %s only in the second%s%s", b.name,
                cli_grouped((int64_t)b.shared), cli_grouped((int64_t)b.only_first), cli_grouped((int64_t)b.only_second),
                changed, differ ? "; the benchmark's files differ (digests)" : "");
  }
}

static const char *const titles[] = {"BENCHMARK", "MEASURE", "MODE",   "STAGES",     "IDENTITY",
                                     "ITEMS",     "FIRST",   "SECOND", "DIFFERENCE", "Q"};
enum { COLUMNS = sizeof titles / sizeof *titles };

static void cells_of(const char *cells[COLUMNS], const xy_difference *d) {
  const char *all[COLUMNS] = {
      d->benchmark,          d->measure,   d->mode, stages_of(d), d->identity, cli_grouped(d->n), mean_of(d, d->first),
      mean_of(d, d->second), change_of(d), q_of(d)};
  memcpy(cells, all, sizeof all);
}

static void print_markdown(const xy_comparison *c) {
  for (size_t i = 0; i < COLUMNS; i++) printf("| %s ", titles[i]);
  puts("|");
  for (size_t i = 0; i < COLUMNS; i++) fputs(i >= 5 ? "|--:" : "|---", stdout);
  puts("|");
  for (size_t r = 0; r < xy_comparison_rows(c); r++) {
    xy_difference d;
    const char *cells[COLUMNS];
    xy_comparison_row(&d, c, r);
    if (!is_shown(&d, xy_comparison_mode(c))) continue;
    cells_of(cells, &d);
    for (size_t i = 0; i < COLUMNS; i++) printf("| %s ", cells[i]);
    puts("|");
  }
}

/* A table per benchmark, so that a line fits a terminal: what all of its rows share stands above it. */
static void print_benchmark(const xy_comparison *c, const char *name) {
  static const int shown[] = {1, 3, 4, 6, 7, 8, 9};
  cli_column columns[sizeof shown / sizeof *shown];
  size_t n = 0;
  for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
    if (shown[i] == 4 && !args.identities) continue;
    columns[n++] = (cli_column){titles[shown[i]], shown[i] >= 6 ? CLI_RIGHT : CLI_LEFT};
  }
  cli_table *table = NULL;
  for (size_t r = 0; r < xy_comparison_rows(c); r++) {
    xy_difference d;
    const char *cells[COLUMNS];
    xy_comparison_row(&d, c, r);
    if (strcmp(d.benchmark, name) != 0 || !is_shown(&d, xy_comparison_mode(c))) continue;
    cells_of(cells, &d);
    if (table == NULL) {
      printf("%s: %s items in %s clusters, mode %s\n", name, cli_grouped(d.n), cli_grouped(d.clusters), d.mode);
      table = cli_table_new(columns, n);
    }
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
      if (shown[i] != 4 || args.identities) cli_table_cell(table, cells[shown[i]], NULL);
    }
  }
  if (table == NULL) return;
  cli_table_print(table);
  putchar('\n');
}

static void print_tables(const xy_comparison *c) {
  for (size_t i = 0; i < xy_comparison_benchmarks(c); i++) {
    xy_compared_bench b;
    xy_comparison_benchmark(&b, c, i);
    print_benchmark(c, b.name);
  }
}

static const char *const numbers[] = {"first", "second", "value", "low", "high", "p", "q", "detectable"};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static void numbers_of(double out[NUMBERS], const xy_difference *d) {
  const double all[NUMBERS] = {d->first, d->second, d->value, d->low, d->high, d->p, d->q, d->detectable};
  memcpy(out, all, sizeof all);
}

static void print_csv(const xy_comparison *c) {
  fputs("benchmark,measure,mode,stage,other,identity,n,clusters", stdout);
  for (size_t i = 0; i < NUMBERS; i++) printf(",%s", numbers[i]);
  puts("");
  for (size_t r = 0; r < xy_comparison_rows(c); r++) {
    xy_difference d;
    double values[NUMBERS];
    xy_comparison_row(&d, c, r);
    numbers_of(values, &d);
    const char *const names[] = {d.benchmark, d.measure, d.mode, d.stage, d.other, d.identity};
    for (size_t i = 0; i < 6; i++) {
      cli_put_csv(stdout, names[i]);
      putchar(',');
    }
    printf("%lld,%lld", (long long)d.n, (long long)d.clusters);
    for (size_t i = 0; i < NUMBERS; i++) {
      putchar(',');
      if (isfinite(values[i])) cli_put_double(stdout, values[i]);
    }
    puts("");
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
    printf(", \"n\": %lld, \"clusters\": %lld", (long long)d.n, (long long)d.clusters);
    for (size_t i = 0; i < NUMBERS; i++) {
      printf(", \"%s\": ", numbers[i]);
      if (isfinite(values[i])) {
        cli_put_double(stdout, values[i]);
      } else {
        fputs("null", stdout);
      }
    }
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
    .summary = "Compare two runs item by item on what they share.",
    .details =
        "The difference is the second run's mean less the first's, over the items that both hold with the same "
        "texts, with a cluster bootstrap interval; q is Benjamini-Hochberg over the rows of a measure and mode. "
        "Rates are in points, gaps in nats.",
    .options = options,
    .least = 2,
    .most = 2,
    .run = run,
};
