/* The report as text for other documents: Markdown for a model card, LaTeX (booktabs) for a paper. What is said stands
 * here once; a `document` knows how its markup writes headings, tables and lists, and escapes every text that comes
 * from results: names and findings may hold any character.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "report/internal.h"
#include "results/markup.h"
#include "results/number.h"
#include "results/verdicts.h"
#include "results/view.h"

typedef struct document {
  xy__text out;
  xy__text cell; /* of the table in hand, before it is escaped */
  const xy_results *results;
  xy_markup markup;
  bool beyond; /* some step has what is beyond controls */
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
  const char *wraps; /* LaTeX's column where lines of text are broken; NULL: they are not */
} column;

static void start_cell(document *doc, size_t i) {
  xy__text_add(&doc->out, is_latex(doc) ? (i > 0 ? " & " : "") : (i > 0 ? " | " : "| "));
}

static void end_row(document *doc) { xy__text_add(&doc->out, is_latex(doc) ? " \\\\\n" : " |\n"); }

static void cell(document *doc, size_t i, const char *text) {
  start_cell(doc, i);
  add(doc, text[0] != '\0' ? text : "–");
}

/* The text that was gathered in doc->cell; ends the cell with it. */
static void add_gathered(document *doc) {
  add(doc, doc->cell.data != NULL && doc->cell.size > 0 ? doc->cell.data : "–");
  doc->out.failed |= doc->cell.failed;
  xy__text_clear(&doc->cell);
}
static void gathered_cell(document *doc, size_t i) {
  start_cell(doc, i);
  add_gathered(doc);
}

/* LaTeX sets a table to the width of the line where it would be wider, so that it fits one column of a page of two. */
static void open_table(document *doc, const char *caption, const column *columns, size_t n) {
  if (is_latex(doc)) {
    xy__text_add(&doc->out,
                 "\n\\begin{table}[htbp]\n\\centering\\scriptsize\\setlength{\\tabcolsep}{2.5pt}\n\\caption{");
    add(doc, caption);
    xy__text_add(&doc->out, "}\n\\sbox0{\\begin{tabular}{@{}");
    for (size_t i = 0; i < n; i++) {
      xy__text_add(&doc->out, columns[i].wraps != NULL ? columns[i].wraps : columns[i].number ? "r" : "l");
    }
    xy__text_add(&doc->out, "@{}}\n\\toprule\n");
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
  if (!is_latex(doc)) return;
  xy__text_add(&doc->out,
               "\\bottomrule\n\\end{tabular}}%\n\\ifdim\\wd0>\\linewidth\\resizebox{\\linewidth}{!}{\\usebox0}"
               "\\else\\usebox0\\fi\n\\end{table}\n");
}

/* A row over all columns: what the rows below it are of, and more about it. */
static void add_group(document *doc, const char *name, const char *about, size_t n) {
  if (is_latex(doc)) {
    xy__text_addf(&doc->out, "\\multicolumn{%zu}{@{}l@{}}{\\textbf{", n);
  } else {
    xy__text_add(&doc->out, "| **");
  }
  add(doc, name);
  xy__text_add(&doc->out, is_latex(doc) ? "}" : "**");
  add(doc, about);
  xy__text_add(&doc->out, is_latex(doc) ? "} \\\\\n" : "");
  for (size_t i = 1; !is_latex(doc) && i < n; i++) xy__text_add(&doc->out, " |");
  if (!is_latex(doc)) xy__text_add(&doc->out, " |\n");
}

/* "+0.94 [+0.60, +1.26]"; NULL gives a dash. */
static void value_cell(document *doc, size_t i, const xy_measure *row) {
  if (row != NULL) xy__number_add_estimate(&doc->cell, row);
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

/* "dpo from base, β 0.1, reference sft" */
static void add_descent(xy__text *out, const xy_stage_info *stage) {
  if (stage->parent[0] == '\0') {
    xy__text_add(out, "the root");
    return;
  }
  xy__text_addf(out, "%s from %s", stage->method, stage->parent);
  if (isfinite(stage->beta)) {
    xy__text_add(out, ", β ");
    xy__number_add_plain(out, stage->beta);
  }
  if (stage->reference[0] != '\0' && strcmp(stage->reference, stage->parent) != 0) {
    xy__text_addf(out, ", reference %s", stage->reference);
  }
}

static void add_stages(document *doc) {
  static const column columns[] = {{.title = "Stage"},
                                   {.title = "Model", .wraps = "p{.44\\linewidth}"},
                                   {.title = "Made by", .wraps = "p{.34\\linewidth}"}};
  open_table(doc, "Stages of the family.", columns, 3);
  for (size_t s = 0; s < doc->results->n_stages; s++) {
    const xy_stage_info *stage = &doc->results->stages[s];
    cell(doc, 0, stage->name);
    start_cell(doc, 1);
    if (is_latex(doc)) xy__text_add(&doc->out, "\\raggedright ");
    xy__markup_add_path(&doc->out, stage->model, doc->markup);
    add_descent(&doc->cell, stage);
    gathered_cell(doc, 2);
    end_row(doc);
  }
  close_table(doc);
}

/* ---- headlines ---- */

/* The last is there where the run has controls. */
static const column headline_columns[] = {{.title = "Stage"},
                                          {.title = "Value [95%]", .number = true},
                                          {.title = "Change [95%]", .number = true},
                                          {.title = "q", .number = true},
                                          {.title = "Verdict"},
                                          {.title = "Beyond controls", .number = true}};
enum { HEADLINE_COLUMNS = sizeof headline_columns / sizeof *headline_columns, ROWS_A_TABLE = 40 };

static bool any_beyond(const xy_results *results) {
  for (size_t i = 0; i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    if (xy__view_is_whole(row) && xy__view_is_step(results, row) && xy__view_beyond(results, row) != NULL) return true;
  }
  return false;
}

static size_t headline_width(const document *doc) { return HEADLINE_COLUMNS - !doc->beyond; }

static void open_headlines(document *doc, const char *axis) {
  xy__text caption = {0};
  xy__text_addf(&caption,
                "%s: the measure that stands for each benchmark at each stage, and its change from the stage's parent, "
                "with 95%% cluster bootstrap intervals; q after Benjamini and Hochberg.",
                axis[0] != '\0' ? axis : "Other benchmarks");
  for (size_t v = 0; v < xy__verdicts_n; v++) {
    xy__text_addf(&caption, "%s %s %s", v == 0 ? "" : ",", xy__verdicts[v].mark, xy__verdicts[v].name);
  }
  xy__text_addf(&caption, ". %s", xy__depends_note);
  if (doc->beyond) {
    xy__text_add(
        &caption,
        " Beyond controls: what of the change of the gap harmless sentences about the same groups do not show.");
  }
  open_table(doc, caption.data != NULL ? caption.data : "", headline_columns, headline_width(doc));
  doc->out.failed |= caption.failed;
  xy__text_dispose(&caption);
}

/* "stigma: mean gap in nats, statement part; 1,792 items in 56 clusters" */
static void add_bench_group(document *doc, const xy_results_bench *bench, const xy_measure *row, size_t n) {
  xy__text text = {0};
  xy__text_add(&text, ": ");
  xy__kind_add_label(&text, bench->measure);
  if (xy__is_gap(bench->measure)) xy__text_addf(&text, " in %s", xy_gap_unit(bench->mode));
  xy__text_addf(&text, ", %s; ", xy_mode_label(bench->mode));
  xy__number_add_size(&text, row);
  add_group(doc, bench->name, text.failed ? "" : text.data, n);
  doc->out.failed |= text.failed;
  xy__text_dispose(&text);
}

static const xy_measure *level_of(const document *doc, const xy_results_bench *bench, size_t s) {
  return xy__results_find(doc->results, bench->name, bench->measure, bench->mode, doc->results->stages[s].name, NULL,
                          "all", "all");
}

/* "+1.29 ▲ [+0.65, +1.98]", with the mark or without. In LaTeX the interval stands below, small, where three such
 * columns share the width of a column of text. */
static void stacked_cell(document *doc, size_t i, const xy_measure *row, const char *verdict_mark) {
  bool stacked = doc->beyond && is_latex(doc) && row != NULL;
  if (!stacked && verdict_mark[0] == '\0') {
    value_cell(doc, i, row);
    return;
  }
  start_cell(doc, i);
  if (row == NULL) {
    add(doc, "–");
    return;
  }
  xy__number_add_row(&doc->cell, row);
  xy__text_addf(&doc->cell, "%s%s ", verdict_mark[0] != '\0' ? " " : "", verdict_mark);
  if (stacked) xy__text_add(&doc->out, "\\begin{tabular}[t]{@{}r@{}}");
  add_gathered(doc);
  if (stacked) xy__text_add(&doc->out, "\\\\{\\tiny ");
  xy__number_add_interval(&doc->cell, row);
  add_gathered(doc);
  if (stacked) xy__text_add(&doc->out, "}\\end{tabular}");
}

static void beyond_cell(document *doc, size_t i, const xy_measure *row) {
  stacked_cell(doc, i, row, row != NULL ? xy_verdict_mark(row->verdict) : "");
}

static void add_headline_row(document *doc, const xy_results_bench *bench, size_t s) {
  const xy_stage_info *stage = &doc->results->stages[s];
  const xy_measure *change = stage->parent[0] == '\0'
                                 ? NULL
                                 : xy__results_find(doc->results, bench->name, bench->change, bench->mode, stage->name,
                                                    stage->parent, "all", "all");
  cell(doc, 0, stage->name);
  stacked_cell(doc, 1, level_of(doc, bench, s), "");
  stacked_cell(doc, 2, change, "");
  if (change != NULL) xy__number_add_p(&doc->cell, change->q);
  gathered_cell(doc, 3);
  const xy__verdict *verdict = change != NULL ? xy__verdict_of(change->verdict) : NULL;
  if (verdict != NULL) {
    xy__text_addf(&doc->cell, "%s", verdict->mark);
    if (!is_latex(doc)) xy__text_addf(&doc->cell, " %s", verdict->name);
    if (change->depends[0] != '\0') xy__text_add(&doc->cell, " " XY_DEPENDS_MARK);
  }
  gathered_cell(doc, 4);
  if (doc->beyond) beyond_cell(doc, 5, change != NULL ? xy__view_beyond(doc->results, change) : NULL);
  end_row(doc);
}

/* A table for each axis, and another one where a page would not hold it: of each benchmark, where every stage stands,
 * and what the step from its parent changed. */
static void add_headlines(document *doc) {
  size_t rows = 0;
  const char *axis = NULL;
  for (size_t b = 0; b < xy_results_benchmarks(doc->results); b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, doc->results, b);
    const xy_measure *any = NULL;
    size_t last = 0;
    for (size_t s = doc->results->n_stages; bench.measure[0] != '\0' && s-- > 0;) {
      if (level_of(doc, &bench, s) == NULL) continue;
      any = level_of(doc, &bench, s);
      last = last == 0 ? s + 1 : last;
    }
    if (any == NULL) continue;
    size_t lines = (doc->beyond && is_latex(doc) ? 2 * last : last) + 1;
    bool begins = axis == NULL || strcmp(axis, bench.axis) != 0 || rows + lines > ROWS_A_TABLE;
    if (begins && axis != NULL) close_table(doc);
    if (begins) open_headlines(doc, bench.axis);
    if (!begins && is_latex(doc)) xy__text_add(&doc->out, "\\addlinespace\n");
    axis = bench.axis;
    rows = begins ? lines : rows + lines;
    add_bench_group(doc, &bench, any, headline_width(doc));
    for (size_t s = 0; s < last; s++) {
      if (level_of(doc, &bench, s) != NULL) add_headline_row(doc, &bench, s);
    }
  }
  if (axis != NULL) close_table(doc);
}

/* ---- rewards ---- */

/* Rows over all items of what the implicit rewards prefer. */
static void add_rewards(document *doc) {
  static const char *const wanted[] = {"reward_preference_rate", "reward_accuracy", "reward_margin", "reinforcement"};
  static const column columns[] = {
      {.title = "Measure"}, {.title = "Value [95%]", .number = true}, {.title = "q", .number = true}};
  const xy_measure *last = NULL;
  size_t rows = 0;
  for (size_t i = 0; i < doc->results->n_measures; i++) {
    const xy_measure *row = &doc->results->measures[i];
    bool shown = false;
    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) shown |= strcmp(row->measure, wanted[w]) == 0;
    if (!shown || strcmp(row->mode, "full") != 0 || !xy__view_is_whole(row)) continue;
    bool group = last == NULL || strcmp(last->stage, row->stage) != 0 || strcmp(last->benchmark, row->benchmark) != 0;
    if (last == NULL || (group && rows > ROWS_A_TABLE)) {
      if (last != NULL) close_table(doc);
      open_table(doc, "What the implicit reward of each preference-optimised stage prefers, over all items.", columns,
                 3);
      rows = 0;
    }
    if (group) {
      xy__text_addf(&doc->cell, ", %s over %s; ", row->stage, row->against);
      xy__number_add_size(&doc->cell, row);
      add_group(doc, row->benchmark, doc->cell.failed ? "" : doc->cell.data, 3);
      doc->out.failed |= doc->cell.failed;
      xy__text_clear(&doc->cell);
    }
    xy__kind_add_label(&doc->cell, row->measure);
    gathered_cell(doc, 0);
    value_cell(doc, 1, row);
    xy__number_add_p(&doc->cell, row->q);
    gathered_cell(doc, 2);
    end_row(doc);
    rows += group ? 2 : 1;
    last = row;
  }
  if (last != NULL) close_table(doc);
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
                 "\\usepackage{amssymb,booktabs,graphicx}\n% `xylem figures --format pdf` writes figures.tex with the "
                 "lines for its figures, `xylem report --bibtex` what to cite.\n\\section*{Bias through the family ");
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
  if (markup != XY_MARKUP_MARKDOWN && markup != XY_MARKUP_LATEX) {
    return xy__fail(err, XY_ERR_ARGUMENT, "markup %d: expected Markdown or LaTeX", (int)markup);
  }
  document doc = {.results = results, .markup = markup, .beyond = any_beyond(results)};
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
