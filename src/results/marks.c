/* See marks.h. Colours have a contrast of 4.5 on their ground at least, since words are written in them, too. */
#include "results/marks.h"

#include <string.h>

#include "results/results.h"
#include "results/verdicts.h"

static const xy__color up = {"up", "#a2331a", "#ff9b80"};
static const xy__color down = {"down", "#15568f", "#8cc2ff"};
static const xy__color even = {"even", "#5c6560", "#b3bcb6"};
static const xy__color plain = {"plain", "#1a1f1c", "#e8ece8"};
static const xy__color stages[xy__stage_marks_n] = {{"s0", "#4f4a1d", "#d8d3a0"}, {"s1", "#0f7068", "#5fd0c5"},
                                                    {"s2", "#8a3f86", "#d99ad6"}, {"s3", "#7a5c00", "#dcbc4f"},
                                                    {"s4", "#1c7a3c", "#7fce8f"}, {"s5", "#5b3fae", "#b7a6f7"}};

#define CIRCLE "M0.85 0A0.85 0.85 0 1 1 -0.85 0A0.85 0.85 0 1 1 0.85 0Z"

const xy__mark xy__verdict_marks[xy__verdicts_n] = {
    {&up, "M0 -1.15L1.15 1.03H-1.15Z", false},
    {&down, "M0 1.15L1.15 -1.03H-1.15Z", false},
    {&even, "M-0.85 -0.85H0.85V0.85H-0.85Z", false},
    {&even, CIRCLE, true},
    {&even, "M-1.15 -0.65H1.15V-0.25H-1.15ZM-1.15 0.25H1.15V0.65H-1.15Z", false},
    {&even, "M0 -1.15L1.15 0L0 1.15L-1.15 0Z", true},
};
const xy__mark xy__plain_mark = {&plain, CIRCLE, false};
/* An hourglass: its waist is the value. */
const xy__mark xy__sum_mark = {&plain, "M-1 -1.15H1L-1 1.15H1Z", false};

/* Pentagon, cross, star, bar, wye, hexagon. */
const xy__mark xy__stage_marks[xy__stage_marks_n] = {
    {&stages[0], "M0 -1.05L1 -0.32L0.62 0.85H-0.62L-1 -0.32Z", false},
    {&stages[1], "M-0.35 -1.05H0.35V-0.35H1.05V0.35H0.35V1.05H-0.35V0.35H-1.05V-0.35H-0.35Z", false},
    {&stages[2], "M0 -1.3L0.29 -0.4H1.24L0.48 0.15L0.76 1.05L0 0.5L-0.76 1.05L-0.48 0.15L-1.24 -0.4H-0.29Z", false},
    {&stages[3], "M-0.48 -1.25H0.48V1.25H-0.48Z", false},
    {&stages[4], "M0.32 1.15H-0.32V0.18L-1.16 -0.3L-0.84 -0.85L0 -0.37L0.84 -0.85L1.16 -0.3L0.32 0.18Z", false},
    {&stages[5], "M0 -1.05L0.91 -0.52V0.52L0 1.05L-0.91 0.52V-0.52Z", false},
};

const xy__mark *xy__mark_of_verdict(const char *name) {
  const xy__verdict *verdict = xy__verdict_of(name);
  return verdict != NULL ? &xy__verdict_marks[verdict - xy__verdicts] : &xy__plain_mark;
}

const xy__mark *xy__mark_of_stage(const xy_results *results, const char *name) {
  size_t place = 0;
  while (place < results->n_stages && strcmp(results->stages[place].name, name) != 0) place++;
  return &xy__stage_marks[place < results->n_stages ? place % xy__stage_marks_n : 0];
}

/* ---- the style sheet ---- */

static const xy__color *const colors[] = {&up,        &down,      &even,      &plain,     &stages[0],
                                          &stages[1], &stages[2], &stages[3], &stages[4], &stages[5]};
enum { n_colors = sizeof colors / sizeof *colors };

void xy__marks_add_style(xy__text *out) {
  for (int dark = 0; dark < 2; dark++) {
    xy__text_add(out, dark ? "@media screen and (prefers-color-scheme: dark) { :root {" : ":root {");
    for (size_t i = 0; i < n_colors; i++) {
      xy__text_addf(out, " --%s: %s;", colors[i]->name, dark ? colors[i]->dark : colors[i]->light);
    }
    xy__text_add(out, dark ? " } }\n" : " }\n");
  }
  for (size_t i = 0; i < n_colors; i++) {
    const char *name = colors[i]->name;
    xy__text_addf(out, "svg .%s { fill: var(--%s); stroke: var(--%s); }\n", name, name, name);
  }
}

/* ---- the page's data ---- */

static void add_mark(xy__text *out, const xy__mark *mark) {
  xy__text_addf(out, "{\"style\":\"%s\",\"path\":\"%s\",\"hollow\":%s}", mark->color->name, mark->path,
                mark->hollow ? "true" : "false");
}

void xy__marks_add_data(xy__text *out) {
  xy__text_add(out, "\"verdictMarks\":{");
  for (size_t v = 0; v < xy__verdicts_n; v++) {
    xy__text_addf(out, "%s\"%s\":", v > 0 ? ",\n" : "", xy__verdicts[v].name);
    add_mark(out, &xy__verdict_marks[v]);
  }
  xy__text_add(out, "},\n\"stageMarks\":[");
  for (size_t s = 0; s < xy__stage_marks_n; s++) {
    if (s > 0) xy__text_add(out, ",\n");
    add_mark(out, &xy__stage_marks[s]);
  }
  xy__text_add(out, "],\n\"sumMark\":");
  add_mark(out, &xy__sum_mark);
  xy__text_add(out, ",\n\"plainMark\":");
  add_mark(out, &xy__plain_mark);
  xy__text_add(out, ",\n");
}
