/* What a run prints on one screen of 45 lines at 80 columns: two sentences and what they cannot tell, every step of
 * every benchmark, findings that concern more than one step, and the two sentences again, where the eye ends up. What
 * has no room is counted. All tables and all findings follow for those who ask.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum {
  SCREEN = 45,
  FRAME = 10,    /* of them: heading, ways to more, files, blank lines, the table's head */
  REWARDS = 7,   /* and around the table of preference data */
  FEWEST = 4,    /* rows of the table, whatever else there is */
  LEADS = 2,     /* findings; one where the table needs the room */
  LEAD_LINES = 5 /* each, at most */
};

/* ---- words ------------------------------------------------------------------------------------------------- */

static int headline_lines(const xy_headline *headline, int width) {
  int lines = 0;
  const char *const sentences[] = {headline->where, headline->how_much};
  for (size_t i = 0; i < 2; i++) lines += sentences[i][0] != '\0' ? cli_wrap(NULL, sentences[i], 0, width) : 0;
  return lines;
}

static void print_headline(const xy_headline *headline, int width) {
  if (headline->where[0] == '\0') return;
  putchar('\n');
  cli_wrap(stdout, headline->where, 0, width);
  cli_wrap(stdout, headline->how_much, 0, width);
}

static bool is_preferences(const xy_results *results) {
  xy_results_bench bench = {.task = ""};
  if (xy_results_benchmarks(results) > 0) xy_results_benchmark(&bench, results, 0);
  return strcmp(bench.task, "preference") == 0;
}

static void print_heading(const xy_results *results) {
  size_t stages = xy_results_stages(results), benchmarks = xy_results_benchmarks(results);
  printf("family %s: %s, ", xy_results_family(results), cli_count((int64_t)stages, "stage", "stages"));
  if (is_preferences(results)) {
    xy_stage_info stage;
    xy_results_stage(&stage, results, 0);
    printf("format %s, tail %s\n", stage.format[0] != '\0' ? stage.format : "plain",
           stage.tail[0] != '\0' ? stage.tail : "none");
  } else {
    const char *mode = xy_results_headline_mode(results);
    printf("%s%s%s\n", cli_count((int64_t)benchmarks, "benchmark", "benchmarks"), *mode != '\0' ? ", mode " : "",
           xy_mode_label(mode));
  }
}

/* ---- every step -------------------------------------------------------------------------------------------- */

/* A name cut to so many columns; names are of ASCII or a little longer in bytes. */
static const char *cut(const char *name, size_t columns) {
  size_t bytes = strlen(name);
  if (cli_columns(name, bytes) <= columns) return name;
  while (bytes > 0 && (cli_columns(name, bytes) >= columns || ((unsigned char)name[bytes] & 0xc0) == 0x80)) bytes--;
  return cli_format("%.*s…", (int)bytes, name);
}

static bool find(xy_measure *out, const xy_results *results, const xy_results_bench *bench, const char *measure,
                 const char *mode, const char *stage, const char *against) {
  return cli_measure(out, results,
                     &(xy_measure){.benchmark = bench->name,
                                   .measure = measure,
                                   .mode = mode,
                                   .stage = stage,
                                   .against = against,
                                   .identity = "all",
                                   .theme = "all"});
}

/* The benchmark that stands i-th: the headline's first, then the others in their order. */
static void bench_at(xy_results_bench *out, const xy_results *results, const char *first, size_t i) {
  size_t place = 0;
  for (size_t b = 0; b < xy_results_benchmarks(results); b++) {
    xy_results_benchmark(out, results, b);
    if (strcmp(out->name, first) == 0) place = b;
  }
  xy_results_benchmark(out, results, i == 0 ? place : i <= place ? i - 1 : i);
}

static void add_row(cli_table *table, const xy_results *results, const xy_results_bench *bench,
                    const xy_stage_info *stage, bool first) {
  xy_measure level, change;
  bool there = find(&level, results, bench, bench->level, bench->level_mode, stage->name, "");
  bool changed =
      stage->parent[0] != '\0' && find(&change, results, bench, bench->change, bench->mode, stage->name, stage->parent);
  cli_table_cell(table, first ? cut(bench->name, 16) : "", NULL);
  cli_table_cell(table,
                 stage->parent[0] == '\0' ? cut(stage->name, 17)
                                          : cli_format("%s → %s", cut(stage->parent, 7), cut(stage->name, 7)),
                 NULL);
  cli_table_cell(table, there ? cli_value(&level) : "", NULL);
  cli_table_cell(table, changed ? cli_interval(&change) : "", NULL);
  cli_table_cell(table, changed ? cli_verdict(&change) : "", changed ? cli_verdict_color(change.verdict) : NULL);
}

/* A row a stage and benchmark, `room` of them at most. */
static void print_steps(const xy_results *results, const char *first, size_t room) {
  static const cli_column columns[] = {{"BENCHMARK", CLI_LEFT},
                                       {"STEP", CLI_LEFT},
                                       {"LEVEL", CLI_RIGHT},
                                       {"CHANGE [95%]", CLI_RIGHT},
                                       {"VERDICT", CLI_LEFT}};
  size_t stages = xy_results_stages(results), all = stages * xy_results_benchmarks(results);
  cli_table *table = cli_table_new(columns, sizeof columns / sizeof *columns);
  if (all > room) room--;
  for (size_t i = 0; i < all && i < room; i++) {
    xy_results_bench bench;
    xy_stage_info stage;
    bench_at(&bench, results, first, i / stages);
    xy_results_stage(&stage, results, i % stages);
    add_row(table, results, &bench, &stage, i % stages == 0);
  }
  cli_table_print(table);
  if (all > room) printf("… and %zu more: --tables\n", all - room);
}

/* What LEVEL and CHANGE are. */
static const char *legend(const xy_results *results) {
  const char *text = "", *separator = "";
  for (size_t i = 0; i < xy_measure_kinds(); i++) {
    xy_measure_kind kind;
    bool any = false;
    xy_results_bench bench;
    xy_measure_kind_at(&kind, i);
    for (size_t b = 0; b < xy_results_benchmarks(results) && !any; b++) {
      xy_results_benchmark(&bench, results, b);
      any = strcmp(bench.measure, kind.name) == 0;
    }
    if (!any || kind.head[0] == '\0') continue;
    bool gap = strcmp(kind.unit, "nats") == 0;
    text = gap ? cli_format(
                     "LEVEL is the share of pairs in which the target text is the likelier one (50%%: neither), "
                     "CHANGE what the step added to its mean advantage, in %s",
                     xy_gap_unit(bench.mode))
               : cli_format("%s%s%s%s", text, separator, text[0] == '\0' ? "LEVEL and CHANGE are of " : "of others ",
                            kind.meaning);
    separator = "; ";
  }
  bool any = false;
  for (size_t i = 0; i < xy_results_measures(results) && !any; i++) {
    xy_measure row;
    xy_results_measure(&row, results, i);
    any = row.depends[0] != '\0';
  }
  return cli_format("%s%s.", text, any ? "; " XY_DEPENDS_MARK ": another mode or rule has another verdict" : "");
}

/* ---- findings ---------------------------------------------------------------------------------------------- */

/* The first sentence, in LEAD_LINES lines at most. */
static const char *brief(const char *text, int width) {
  const char *end = strstr(text, ". ");
  size_t bytes = end != NULL ? (size_t)(end - text) + 1 : strlen(text);
  const char *out = cli_format("%.*s", (int)bytes, text);
  while (bytes > 0 && cli_wrap(NULL, out, 4, width) > LEAD_LINES) {
    do bytes--;
    while (bytes > 0 && text[bytes] != ' ');
    out = cli_format("%.*s …", (int)bytes, text);
  }
  return out;
}

/* Findings that concern more than a step, blind spots before others, `most` of them; the rest are counted. Returns the
 * lines, and prints where `out` is given. */
static int leads(FILE *out, const xy_results *results, int width, size_t most) {
  size_t shown = 0, more = 0;
  int lines = 0;
  for (size_t i = 0; i < 2 * xy_results_findings(results); i++) {
    xy_finding finding;
    xy_results_finding(&finding, results, i % xy_results_findings(results));
    bool blind = strcmp(finding.kind, "blind_spot") == 0;
    if (!finding.leads || blind != (i < xy_results_findings(results))) continue;
    if (shown == most) {
      more++;
      continue;
    }
    shown++;
    if (out != NULL) fputs("  - ", out);
    lines += cli_wrap(out, brief(finding.text, width), 4, width);
  }
  if (more > 0 && out != NULL) fprintf(out, "  … and %zu more of this kind: --findings\n", more);
  return lines + (more > 0);
}

static void print_findings(const xy_results *results, int width) {
  printf("\nfindings\n");
  if (xy_results_findings(results) == 0) puts("  none");
  for (size_t i = 0; i < xy_results_findings(results); i++) {
    xy_finding finding;
    xy_results_finding(&finding, results, i);
    fputs("  - ", stdout);
    cli_wrap(stdout, finding.text, 4, width);
  }
}

/* ---- the screen -------------------------------------------------------------------------------------------- */

/* Rows that the table may have beside `others` lines below it and so many findings. */
static size_t room(const xy_results *results, const xy_headline *headline, int others, int width, size_t most) {
  int taken = FRAME + 2 * headline_lines(headline, width) + cli_wrap(NULL, headline->cannot_tell, 0, width) +
              leads(NULL, results, width, most) + others;
  return taken + FEWEST < SCREEN ? (size_t)(SCREEN - taken) : FEWEST;
}

/* The table of every step or of every stage's rewards, and the findings. */
static void print_overview(const xy_results *results, const xy_headline *headline, int width, bool all) {
  bool preferences = is_preferences(results);
  int others = preferences ? REWARDS : cli_wrap(NULL, legend(results), 0, width);
  size_t rows = xy_results_stages(results) * (preferences ? 1 : xy_results_benchmarks(results)), most = LEADS;
  if (room(results, headline, others, width, most) < rows) most = 1;
  size_t fits = room(results, headline, others, width, most);
  if (preferences) {
    cli_print_rewards(results, width, all, fits);
  } else {
    putchar('\n');
    print_steps(results, headline->benchmark, fits);
    cli_wrap(stdout, legend(results), 0, width);
  }
  if (leads(NULL, results, width, most) > 0) putchar('\n');
  (void)leads(stdout, results, width, most);
}

static void print_files(const xy_results *results) {
  const char *folder = xy_results_directory(results);
  printf("results  %s/results.json\n", folder);
  if (is_preferences(results)) printf("rows     %s/rewards.jsonl\n", folder);
  printf("report   %s/report.html\n", folder);
}

void cli_print_results(const xy_results *results, const cli_shown *show) {
  int width = cli_width(stdout) < 100 ? cli_width(stdout) : 100;
  xy_headline headline;
  xy_results_headline(&headline, results);
  print_heading(results);
  print_headline(&headline, width);
  if (headline.cannot_tell[0] != '\0') cli_wrap(stdout, headline.cannot_tell, 0, width);
  print_overview(results, &headline, width, show->tables);
  if (show->tables && !is_preferences(results)) cli_print_tables(results, width);
  if (show->findings) print_findings(results, width);
  putchar('\n');
  if (!show->tables || !show->findings) {
    printf("%s: --findings; every measure by stage: --tables\n",
           cli_count((int64_t)xy_results_findings(results), "finding", "findings"));
  }
  print_files(results);
  print_headline(&headline, width);
}
