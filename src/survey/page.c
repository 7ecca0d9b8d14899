/* The coverage page: HTML and one drawing, without script. It carries the report's style sheet and its own, and a
 * policy that lets nothing load but them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/output.h"
#include "base/text.h"
#include "survey/survey.h"

typedef struct page {
  const xy_survey *survey;
  bool recalled;
  xy__text out;
} page;

static void add(page *p, const char *html) { xy__text_add(&p->out, html); }
static void words(page *p, const char *text) { xy__text_add_html(&p->out, text); }

/* <tag>text</tag> */
static void element(page *p, const char *tag, const char *text) {
  xy__text_addf(&p->out, "<%s>", tag);
  words(p, text);
  xy__text_addf(&p->out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

static const char *cell(const page *p, xy_survey_kind kind, size_t row, const char *column) {
  return xy_survey_cell(p->survey, kind, row, column);
}

static bool is(const page *p, xy_survey_kind kind, size_t row, const char *column, const char *value) {
  return strcmp(cell(p, kind, row, column), value) == 0;
}

/* Whether a model stands on this page: with recalled facts or without. */
static bool is_shown(const page *p, size_t model) {
  return p->recalled || is(p, XY_SURVEY_MODELS, model, "standing", "read");
}

static bool is_tuned(const page *p, size_t model) {
  return is(p, XY_SURVEY_MODELS, model, "preference_finetuned", "yes");
}

static void add_name(page *p, xy_survey_kind kind, size_t row) {
  bool added = xy_survey_added(p->survey, kind, row);
  add(p, added ? "<th scope=\"row\" class=\"added\">" : "<th scope=\"row\">");
  words(p, cell(p, kind, row, "name"));
  if (added) {
    xy__text_addf(&p->out, " <span class=\"quiet\">(%s by the reader)</span>",
                  xy_survey_replaces(p->survey, kind, row) ? "replaced" : "added");
  }
  add(p, "</th>");
}

/* ---- head ---------------------------------------------------------------------------------------------- */

static void add_style_hash(page *p, const char *text, size_t bytes) {
  char base64[XY__DIGEST_BASE64];
  xy__digest_base64(base64, text, bytes);
  xy__text_addf(&p->out, "'sha256-%s'", base64);
}

static void add_head(page *p) {
  xy__text style = {0};
  const char *const sheets[] = {"report/style.css", "survey/page.css"};
  for (size_t i = 0; i < 2; i++) {
    const xy__embedded *sheet = xy__embedded_find(sheets[i]);
    if (sheet != NULL) xy__text_add_bytes(&style, (const char *)sheet->data, (size_t)(sheet->end - sheet->data));
  }
  add(p,
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ");
  if (!style.failed) add_style_hash(p, style.data, style.size);
  add(p,
      "; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Which bias evaluations makers report: a xylem "
      "survey</title>\n<style>");
  if (!style.failed) xy__text_add_bytes(&p->out, style.data, style.size);
  p->out.failed = p->out.failed || style.failed;
  xy__text_dispose(&style);
  add(p,
      "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#numbers\">Skip to the numbers</a>\n<div "
      "class=\"page\">\n<header>\n"
      "<p class=\"brand\">xylem survey</p>\n<h1>Which bias evaluations makers report, and whom these leave out</h1>\n");
}

/* A cell that says its column where a narrow screen sets rows as cards. */
static void labelled(page *p, const char *title, const char *text) {
  add(p, "<td data-label=\"");
  words(p, title);
  add(p, "\">");
  words(p, text);
  add(p, "</td>");
}

/* ---- numbers ------------------------------------------------------------------------------------------- */

static const struct {
  const char *group, *title;
} groups[] = {
    {"reporting", "What their makers report"},
    {"modality", "Of those that report one: how it measures"},
    {"gender", "How it treats gender"},
    {"printed", "What is printed for trans and nonbinary people"},
    {"community", "Whether the benchmark was made with the community"},
};

static void add_numbers(page *p, const xy_survey_count *counts, size_t n) {
  add(p,
      "<section id=\"numbers\" aria-labelledby=\"h-numbers\">\n<h2 id=\"h-numbers\">The numbers</h2>\n"
      "<div class=\"wide\"><table class=\"bars\">\n<caption>Preference-finetuned models. A model may "
      "count in more than "
      "one line of the second, third and last group.</caption>\n"
      "<thead><tr><th scope=\"col\">Models that …</th><th scope=\"col\">Share</th><th scope=\"col\" "
      "class=\"num\">Models</th></tr></thead>\n");
  for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
    add(p, "<tbody><tr class=\"group\"><th scope=\"rowgroup\" colspan=\"3\">");
    words(p, groups[g].title);
    add(p, "</th></tr>\n");
    for (size_t i = 0; i < n; i++) {
      if (strcmp(counts[i].group, groups[g].group) != 0) continue;
      add(p, "<tr>");
      element(p, "th scope=\"row\"", counts[i].meaning);
      xy__text_addf(&p->out,
                    "<td><meter min=\"0\" max=\"%lld\" value=\"%lld\">%lld of %lld</meter></td>"
                    "<td class=\"num\">%lld of %lld</td></tr>\n",
                    (long long)counts[i].of, (long long)counts[i].models, (long long)counts[i].models,
                    (long long)counts[i].of, (long long)counts[i].models, (long long)counts[i].of);
    }
    add(p, "</tbody>\n");
  }
  add(p, "</table></div>\n</section>\n");
}

/* ---- models by modality -------------------------------------------------------------------------------- */

static const struct {
  const char *gender, *mark, *meaning;
} marks[] = {
    {"trans-or-nonbinary", "●", "some trans or nonbinary items"},
    {"neutral-pronoun", "◐", "a neutral pronoun"},
    {"binary-only", "○", "women and men only"},
    {"unspecified", "?", "gender, groups not said"},
    {"not-gender", "–", "no gender"},
};

static void add_evaluation(page *p, size_t e) {
  size_t m = 0;
  while (m + 1 < sizeof marks / sizeof marks[0] && !is(p, XY_SURVEY_EVALUATIONS, e, "gender", marks[m].gender)) m++;
  bool recalled = is(p, XY_SURVEY_EVALUATIONS, e, "standing", "recalled");
  add(p, recalled ? "<span class=\"recalled\">" : "<span>");
  xy__text_addf(&p->out, "<span class=\"mark\" aria-hidden=\"true\">%s</span><span class=\"unseen\">%s: </span>",
                marks[m].mark, marks[m].meaning);
  words(p, cell(p, XY_SURVEY_EVALUATIONS, e, "name"));
  add(p, recalled ? " (recalled)</span>" : "</span>");
}

static void add_matrix(page *p) {
  add(p,
      "<section id=\"models\" aria-labelledby=\"h-models\">\n<h2 id=\"h-models\">What each model's makers "
      "report</h2>\n<p>");
  for (size_t m = 0; m < sizeof marks / sizeof marks[0]; m++) {
    xy__text_addf(&p->out, "%s<b aria-hidden=\"true\">%s</b> %s", m > 0 ? " · " : "", marks[m].mark, marks[m].meaning);
  }
  add(p,
      "</p>\n<div class=\"wide\"><table class=\"matrix cards\">\n<caption>Models by the way of measuring; "
      "preference-finetuned "
      "models of which an evaluation is known</caption>\n<thead><tr><th scope=\"col\">Model</th><th "
      "scope=\"col\">Released</th>");
  for (size_t i = 0; xy_survey_choice(XY_SURVEY_EVALUATIONS, "modality", i) != NULL; i++) {
    element(p, "th scope=\"col\"", xy_survey_choice(XY_SURVEY_EVALUATIONS, "modality", i));
  }
  add(p, "</tr></thead>\n<tbody>\n");
  for (size_t m = 0; m < xy_survey_rows(p->survey, XY_SURVEY_MODELS); m++) {
    if (!is_tuned(p, m) || !is_shown(p, m) || !is(p, XY_SURVEY_MODELS, m, "bias_evaluation", "reported")) continue;
    add(p, "<tr>");
    add_name(p, XY_SURVEY_MODELS, m);
    labelled(p, "Released", cell(p, XY_SURVEY_MODELS, m, "released"));
    for (size_t i = 0; xy_survey_choice(XY_SURVEY_EVALUATIONS, "modality", i) != NULL; i++) {
      add(p, "<td data-label=\"");
      words(p, xy_survey_choice(XY_SURVEY_EVALUATIONS, "modality", i));
      add(p, "\">");
      for (size_t e = 0; e < xy_survey_rows(p->survey, XY_SURVEY_EVALUATIONS); e++) {
        if (!is(p, XY_SURVEY_EVALUATIONS, e, "model", cell(p, XY_SURVEY_MODELS, m, "id"))) continue;
        if (!is(p, XY_SURVEY_EVALUATIONS, e, "modality", xy_survey_choice(XY_SURVEY_EVALUATIONS, "modality", i)))
          continue;
        if (p->recalled || is(p, XY_SURVEY_EVALUATIONS, e, "standing", "read")) add_evaluation(p, e);
      }
      add(p, "</td>");
    }
    add(p, "</tr>\n");
  }
  add(p,
      "</tbody></table></div>\n<h3>Where none was found</h3>\n<p>What was looked through is named, and it is seldom "
      "everything that a maker has "
      "published. Not reported is not the same as not done.</p>\n<div class=\"wide\"><table class=\"cards\">\n"
      "<caption>Preference-finetuned models without a known evaluation</caption>\n<thead><tr><th "
      "scope=\"col\">Model</th><th "
      "scope=\"col\">Maker</th><th scope=\"col\">Looked through</th><th "
      "scope=\"col\">Sources</th></tr></thead>\n<tbody>\n");
  for (size_t m = 0; m < xy_survey_rows(p->survey, XY_SURVEY_MODELS); m++) {
    if (!is_tuned(p, m) || !is_shown(p, m) || is(p, XY_SURVEY_MODELS, m, "bias_evaluation", "reported")) continue;
    add(p, "<tr>");
    add_name(p, XY_SURVEY_MODELS, m);
    labelled(p, "Maker", cell(p, XY_SURVEY_MODELS, m, "maker"));
    labelled(p, "Looked through", cell(p, XY_SURVEY_MODELS, m, "extent"));
    labelled(p, "Sources", cell(p, XY_SURVEY_MODELS, m, "sources"));
    add(p, "</tr>\n");
  }
  add(p, "</tbody></table></div>\n</section>\n");
}

/* ---- time line ----------------------------------------------------------------------------------------- */

enum { FIRST_YEAR = XY__SURVEY_FIRST_YEAR, HALF_YEARS = 2 * (XY__SURVEY_LAST_YEAR - FIRST_YEAR + 1) };

static const char *const states[] = {"reported", "none-found", "unknown"};

static void add_timeline(page *p) {
  int count[HALF_YEARS][3] = {{0}}, from = HALF_YEARS, to = -1, most = 0;
  for (size_t m = 0; m < xy_survey_rows(p->survey, XY_SURVEY_MODELS); m++) {
    const char *released = cell(p, XY_SURVEY_MODELS, m, "released");
    int half = ((int)strtol(released, NULL, 10) - FIRST_YEAR) * 2 +
               (strlen(released) == 7 && strtol(released + 5, NULL, 10) > 6);
    if (!is_tuned(p, m) || !is_shown(p, m)) continue;
    for (int s = 0; s < 3; s++) count[half][s] += is(p, XY_SURVEY_MODELS, m, "bias_evaluation", states[s]);
    if (half < from) from = half;
    if (half > to) to = half;
    int all = count[half][0] + count[half][1] + count[half][2];
    if (all > most) most = all;
  }
  add(p, "<section id=\"time\" aria-labelledby=\"h-time\">\n<h2 id=\"h-time\">Over time</h2>\n");
  if (to < from) {
    add(p, "<p>No model is counted.</p></section>\n");
    return;
  }
  enum { step = 16, bar = 44, gap = 26, floor = 24 };
  int columns = to - from + 1, width = columns * (bar + gap) + gap, height = most * step + 8;
  add(p,
      "<figure>\n<figcaption><span class=\"title\">Preference-finetuned models by the half-year of their release, and "
      "whether a bias evaluation "
      "is reported</span><span class=\"units\">One square a model. Filled: reported; empty: none found; dashed: could "
      "not be looked "
      "through.</span></figcaption>\n<div class=\"plot timeline\">");
  xy__text_addf(&p->out,
                "<svg width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Models by half-year; "
                "the table below "
                "has the same numbers\">",
                width, height + floor, width, height + floor);
  for (int h = from; h <= to; h++) {
    int x = gap + (h - from) * (bar + gap), at = 0;
    for (int s = 0; s < 3; s++) {
      for (int i = 0; i < count[h][s]; i++, at++) {
        xy__text_addf(&p->out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", states[s], x,
                      height - (at + 1) * step, bar, step - 3);
      }
    }
    xy__text_addf(&p->out, "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s %d</text>", x + bar / 2,
                  height + 17, h % 2 == 0 ? "I" : "II", FIRST_YEAR + h / 2);
  }
  add(p,
      "</svg></div>\n<div class=\"wide\"><table>\n<caption>The same as a "
      "table</caption>\n<thead><tr><th scope=\"col\">Half-year</th>"
      "<th scope=\"col\" class=\"num\">Reported</th><th scope=\"col\" class=\"num\">None found</th><th scope=\"col\" "
      "class=\"num\">Unknown</th></tr></thead>\n<tbody>\n");
  for (int h = from; h <= to; h++) {
    xy__text_addf(&p->out,
                  "<tr><th scope=\"row\">%d, %s half</th><td class=\"num\">%d</td><td class=\"num\">%d</td><td "
                  "class=\"num\">%d</td></tr>\n",
                  FIRST_YEAR + h / 2, h % 2 == 0 ? "first" : "second", count[h][0], count[h][1], count[h][2]);
  }
  add(p, "</tbody></table></div>\n</figure>\n</section>\n");
}

/* ---- benchmarks and gaps ------------------------------------------------------------------------------- */

static void add_benchmarks(page *p) {
  static const struct {
    const char *column, *title;
  } columns[] = {{"year", "Year"},       {"modality", "Measures by"}, {"axes", "Axes"},
                 {"gender", "Gender"},   {"community", "Community"},  {"size", "Size"},
                 {"licence", "Licence"}, {"paper", "Paper"}};
  add(p,
      "<section id=\"benchmarks\" aria-labelledby=\"h-benchmarks\">\n<h2 "
      "id=\"h-benchmarks\">Benchmarks</h2>\n<p>Community: whether the people "
      "whom it is about took part in making it (yes), wrote the texts that it is made from (partial), or neither is "
      "known (no).</p>\n"
      "<div class=\"wide\"><table class=\"cards\">\n<caption>Benchmarks of social bias, and some of toxicity that "
      "stand beside them</caption>\n"
      "<thead><tr><th scope=\"col\">Benchmark</th>");
  size_t n = sizeof columns / sizeof columns[0];
  for (size_t i = 0; i < n; i++) element(p, "th scope=\"col\"", columns[i].title);
  add(p, "</tr></thead>\n<tbody>\n");
  for (size_t b = 0; b < xy_survey_rows(p->survey, XY_SURVEY_BENCHMARKS); b++) {
    add(p, "<tr>");
    add_name(p, XY_SURVEY_BENCHMARKS, b);
    for (size_t i = 0; i < n; i++) labelled(p, columns[i].title, cell(p, XY_SURVEY_BENCHMARKS, b, columns[i].column));
    add(p, "</tr>\n");
  }
  add(p, "</tbody></table></div>\n</section>\n");
}

static void add_gaps(page *p, const xy_survey_gap *gaps, size_t n) {
  add(p,
      "<section id=\"gaps\" aria-labelledby=\"h-gaps\">\n<h2 id=\"h-gaps\">What none of them reports</h2>\n<div "
      "class=\"wide\"><table class=\"cards\">\n<caption>Axes, and ways to treat gender, that benchmarks have and no "
      "evaluation of a "
      "preference-finetuned model "
      "uses</caption>\n<thead><tr><th scope=\"col\">What</th><th scope=\"col\">Value</th><th scope=\"col\">Benchmarks "
      "that have it</th></tr></thead>\n"
      "<tbody>\n");
  for (size_t i = 0; i < n; i++) {
    add(p, "<tr>");
    element(p, "th scope=\"row\"", gaps[i].what);
    labelled(p, "Value", gaps[i].value);
    labelled(p, "Benchmarks that have it", gaps[i].benchmarks);
    add(p, "</tr>\n");
  }
  add(p, "</tbody></table></div>\n</section>\n");
}

static xy_survey_count find(const xy_survey_count *counts, size_t n, const char *group, const char *value) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(counts[i].group, group) == 0 && strcmp(counts[i].value, value) == 0) return counts[i];
  }
  return (xy_survey_count){0};
}

int xy_survey_page(char **html, const xy_survey *survey, bool recalled, xy_error *err) {
  xy__error_clear(err);
  page p = {.survey = survey, .recalled = recalled};
  xy_survey_count *counts = NULL;
  xy_survey_gap *gaps = NULL;
  size_t n_counts = 0, n_gaps = 0;
  int rc = xy_survey_counts(&counts, &n_counts, survey, recalled, err);
  if (rc == XY_OK) rc = xy_survey_gaps(&gaps, &n_gaps, survey, recalled, err);
  if (rc != XY_OK) goto out;
  add_head(&p);
  xy__text_addf(&p.out,
                "<p class=\"lead\">Of %lld preference-finetuned models, %lld report an evaluation of social bias; "
                "%lld print a result for trans or nonbinary people.</p>\n<p class=\"byline\">",
                (long long)find(counts, n_counts, "reporting", "reported").of,
                (long long)find(counts, n_counts, "reporting", "reported").models,
                (long long)find(counts, n_counts, "printed", "named-result").models);
  add(&p, recalled ? "Facts that stand on memory are counted and marked as recalled."
                   : "Only what was read in a source is counted; facts that stand on memory are left out.");
  add(&p, "</p>\n</header>\n<main>\n");
  add_numbers(&p, counts, n_counts);
  add_matrix(&p);
  add_timeline(&p);
  add_gaps(&p, gaps, n_gaps);
  add_benchmarks(&p);
  add(&p, "</main>\n<footer><p class=\"quiet\">Made by xylem " XY_VERSION
          " from its survey of makers' own reports. Toxicity and refusal tests do not "
          "count as evaluations of bias. Every fact stands with its source in the output of <code>xylem survey "
          "show</code>.</p></footer>\n</div>\n"
          "</body>\n</html>\n");
  if (p.out.failed) {
    rc = xy__fail_memory(err, "the survey's page");
    xy__text_dispose(&p.out);
  } else {
    *html = p.out.data;
  }
out:
  xy_free(counts);
  xy_survey_gaps_free(gaps, n_gaps);
  return rc;
}

int xy_survey_page_write(const xy_survey *survey, bool recalled, const char *path, xy_error *err) {
  xy__error_clear(err);
  char *html = NULL;
  int rc = xy_survey_page(&html, survey, recalled, err);
  if (rc == XY_OK) rc = xy__file_write(path, html, strlen(html), err);
  xy_free(html);
  return rc;
}
