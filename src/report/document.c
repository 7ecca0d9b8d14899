/* The report as text for other documents: Markdown for a model card, LaTeX (booktabs) for a paper. What is said stands
 * here once; a `document` knows how its markup writes headings, tables and lists, and escapes every text that comes
 * from results: names and findings may hold any character.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "report/internal.h"
#include "results/number.h"
#include "results/verdicts.h"

typedef struct document {
  xy__text out;
  xy__text cell; /* of the table in hand, before it is escaped */
  const xy_results *results;
  xy_markup markup;
} document;

static bool is_latex(const document *doc) { return doc->markup == XY_MARKUP_LATEX; }

static void add(document *doc, const char *text) { xy__markup_add(&doc->out, text, doc->markup); }

/* ---- pieces ---- */

static void heading(document *doc, const char *text) {
  xy__text_add(&doc->out, is_latex(doc) ? "\n\\subsection*{" : "\n## ");
  add(doc, text);
  xy__text_add(&doc->out, is_latex(doc) ? "}\n" : "\n");
}

typedef struct column {
  const char *title;
  bool number;
} column;

static void start_cell(document *doc, size_t i) {
  xy__text_add(&doc->out, is_latex(doc) ? (i > 0 ? " & " : "") : (i > 0 ? " | " : "| "));
}

static void end_row(document *doc) { xy__text_add(&doc->out, is_latex(doc) ? " \\\\\n" : " |\n"); }

static void cell(document *doc, size_t i, const char *text) {
  start_cell(doc, i);
  add(doc, text[0] != '\0' ? text : "–");
}

/* Ends the cell whose text was gathered in doc->cell. */
static void gathered_cell(document *doc, size_t i) {
  cell(doc, i, doc->cell.data != NULL && !doc->cell.failed ? doc->cell.data : "");
  doc->out.failed |= doc->cell.failed;
  xy__text_clear(&doc->cell);
}

static void open_table(document *doc, const char *caption, const column *columns, size_t n) {
  if (is_latex(doc)) {
    xy__text_add(&doc->out,
                 "\n\\begin{table}[htbp]\n\\centering\\footnotesize\\setlength{\\tabcolsep}{3pt}\n\\caption{");
    add(doc, caption);
    xy__text_add(&doc->out, "}\n\\begin{tabular}{");
    for (size_t i = 0; i < n; i++) xy__text_add(&doc->out, columns[i].number ? "r" : "l");
    xy__text_add(&doc->out, "}\n\\toprule\n");
  } else {
    xy__text_add(&doc->out, "\n");
    add(doc, caption);
    xy__text_add(&doc->out, "\n\n");
  }
  for (size_t i = 0; i < n; i++) cell(doc, i, columns[i].title);
  end_row(doc);
  if (is_latex(doc)) {
    xy__text_add(&doc->out, "\\midrule\n");
  } else {
    for (size_t i = 0; i < n; i++) xy__text_add(&doc->out, columns[i].number ? "| ---: " : "| --- ");
    xy__text_add(&doc->out, "|\n");
  }
}

static void close_table(document *doc) {
  if (is_latex(doc)) xy__text_add(&doc->out, "\\bottomrule\n\\end{tabular}\n\\end{table}\n");
}

/* "+0.94 [+0.60, +1.26]"; NULL gives a dash. */
static void value_cell(document *doc, size_t i, const xy_measure *row) {
  if (row != NULL) xy__number_add_estimate(&doc->cell, row);
  gathered_cell(doc, i);
}

static void count_cell(document *doc, size_t i, int64_t count) {
  xy__number_add_count(&doc->cell, count);
  gathered_cell(doc, i);
}

/* ---- what is said ---- */

static void add_findings(document *doc) {
  heading(doc, "Findings");
  xy__text_add(&doc->out, is_latex(doc) && doc->results->n_findings > 0 ? "\\begin{itemize}\n" : "\n");
  for (size_t i = 0; i < doc->results->n_findings; i++) {
    xy__text_add(&doc->out, is_latex(doc) ? "\\item " : "- ");
    add(doc, doc->results->findings[i].text);
    xy__text_add(&doc->out, "\n");
  }
  if (is_latex(doc) && doc->results->n_findings > 0) xy__text_add(&doc->out, "\\end{itemize}\n");
  if (doc->results->n_findings == 0) add(doc, "Nothing was found that the rules of the report would say.\n");
}

static void add_stages(document *doc) {
  static const column columns[] = {{"Stage", false},  {"Model", false},     {"From", false},
                                   {"Method", false}, {"Reference", false}, {"β", true}};
  open_table(doc, "Stages of the family.", columns, 6);
  for (size_t s = 0; s < doc->results->n_stages; s++) {
    const xy_stage_info *stage = &doc->results->stages[s];
    cell(doc, 0, stage->name);
    cell(doc, 1, stage->model);
    cell(doc, 2, stage->parent);
    cell(doc, 3, stage->method);
    cell(doc, 4, stage->reference);
    if (isfinite(stage->beta)) xy__text_add_number(&doc->cell, stage->beta);
    gathered_cell(doc, 5);
    end_row(doc);
  }
  close_table(doc);
}

/* A row per benchmark and stage: where it stands, and what the step from its parent changed. */
static void add_headlines(document *doc) {
  static const column columns[] = {{"Axis", false}, {"Benchmark", false}, {"Measure", false}, {"Stage", false},
                                   {"Value", true}, {"Change", true},     {"q", true},        {"Verdict", false},
                                   {"Items", true}, {"Clusters", true}};
  xy__text_clear(&doc->cell);
  xy__text caption = {0};
  xy__text_addf(&caption,
                "Each benchmark's headline measure at each stage, and the change from the stage's parent, with 95%% "
                "cluster bootstrap intervals; q after Benjamini and Hochberg. Gaps are in %s. %s",
                xy_gap_unit(doc->results->headline_mode), xy__depends_note);
  open_table(doc, caption.data != NULL ? caption.data : "", columns, 10);
  doc->out.failed |= caption.failed;
  xy__text_dispose(&caption);
  const char *last = "";
  for (size_t b = 0; b < xy_results_benchmarks(doc->results); b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, doc->results, b);
    if (bench.measure[0] == '\0') continue;
    if (is_latex(doc) && last[0] != '\0' && strcmp(last, bench.name) != 0) xy__text_add(&doc->out, "\\addlinespace\n");
    last = bench.name;
    for (size_t s = 0; s < doc->results->n_stages; s++) {
      const xy_stage_info *stage = &doc->results->stages[s];
      const xy_measure *level =
          xy__results_find(doc->results, bench.name, bench.measure, bench.mode, stage->name, NULL, "all", "all");
      const xy_measure *change = stage->parent[0] == '\0'
                                     ? NULL
                                     : xy__results_find(doc->results, bench.name, bench.change, bench.mode, stage->name,
                                                        stage->parent, "all", "all");
      if (level == NULL) continue;
      cell(doc, 0, bench.axis);
      cell(doc, 1, bench.name);
      cell(doc, 2, bench.measure);
      cell(doc, 3, stage->name);
      value_cell(doc, 4, level);
      value_cell(doc, 5, change);
      if (change != NULL) xy__number_add_p(&doc->cell, change->q);
      gathered_cell(doc, 6);
      if (change != NULL) xy__verdict_add_marked(&doc->cell, change);
      gathered_cell(doc, 7);
      count_cell(doc, 8, level->n);
      count_cell(doc, 9, level->clusters);
      end_row(doc);
    }
  }
  close_table(doc);
}

/* Rows over all items of what the implicit rewards prefer. */
static void add_rewards(document *doc) {
  static const char *const wanted[] = {"reward_preference_rate", "reward_accuracy", "reward_margin", "reinforcement"};
  static const column columns[] = {{"Benchmark", false}, {"Stage", false}, {"Reference", false}, {"Measure", false},
                                   {"Value", true},      {"q", true},      {"Items", true}};
  bool open = false;
  for (size_t i = 0; i < doc->results->n_measures; i++) {
    const xy_measure *row = &doc->results->measures[i];
    bool shown = false;
    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) shown |= strcmp(row->measure, wanted[w]) == 0;
    if (!shown || strcmp(row->mode, "full") != 0 || strcmp(row->identity, "all") != 0 ||
        strcmp(row->theme, "all") != 0) {
      continue;
    }
    if (!open) {
      open_table(doc, "What the implicit reward of each preference-optimised stage prefers, over all items.", columns,
                 7);
      open = true;
    }
    cell(doc, 0, row->benchmark);
    cell(doc, 1, row->stage);
    cell(doc, 2, row->against);
    cell(doc, 3, row->measure);
    value_cell(doc, 4, row);
    xy__number_add_p(&doc->cell, row->q);
    gathered_cell(doc, 5);
    count_cell(doc, 6, row->n);
    end_row(doc);
  }
  if (open) close_table(doc);
}

static void add_headline(document *doc) {
  xy_headline headline;
  xy_results_headline(&headline, doc->results);
  const char *const sentences[] = {headline.where, headline.how_much, headline.cannot_tell};
  for (size_t i = 0; i < 3; i++) {
    add(doc, sentences[i]);
    xy__text_add(&doc->out, i == 0 ? " " : "\n\n");
  }
}

static void add_opening(document *doc) {
  const json_t *family = json_object_get(doc->results->facts, "family");
  const char *note = xy__json_text(family, "note");
  if (is_latex(doc)) {
    xy__text_add(&doc->out,
                 "% Made by `xylem report --latex`. For \\input; in the preamble: \\usepackage[T1]{fontenc}, "
                 "\\usepackage{booktabs}\n\\section*{Bias through the family ");
  } else {
    xy__text_add(&doc->out, "# Bias through the family ");
  }
  add(doc, doc->results->family);
  xy__text_add(&doc->out, is_latex(doc) ? "}\n" : "\n");
  xy__text_add(&doc->out, "\n");
  if (note[0] != '\0') {
    add(doc, note);
    xy__text_add(&doc->out, "\n\n");
  }
  add_headline(doc);
  add(doc, "Measured with xylem ");
  add(doc, xy__json_text(doc->results->facts, "xylem"));
  add(doc,
      ". A likelihood is not a behaviour; a verdict of undetermined means that the benchmark was too small to tell.");
  xy__text_add(&doc->out, "\n");
}

int xy_report_text(char **out, const xy_results *results, xy_markup markup, xy_error *err) {
  xy__error_clear(err);
  document doc = {.results = results, .markup = markup};
  add_opening(&doc);
  add_findings(&doc);
  heading(&doc, "Tables");
  add_stages(&doc);
  add_headlines(&doc);
  add_rewards(&doc);
  xy__text_dispose(&doc.cell);
  if (doc.out.failed) {
    xy__text_dispose(&doc.out);
    return xy__fail_memory(err, "report");
  }
  *out = doc.out.data;
  return XY_OK;
}

int xy_report_text_write(const xy_results *results, xy_markup markup, const char *path, xy_error *err) {
  xy__error_clear(err);
  char *text = NULL;
  int rc = xy_report_text(&text, results, markup, err);
  if (rc == XY_OK) rc = xy__file_write(path, text, strlen(text), err);
  free(text);
  return rc;
}
