/* How the figures draw: shape and colour of every verdict, of every stage and of a sum. The page (style sheet and
 * scripts) and the figures for papers read them here. No two share a shape, no stage has a verdict's colour.
 */
#ifndef XY_RESULTS_MARKS_H
#define XY_RESULTS_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "xylem.h"

/* The name of a colour is a class of the page's style sheet. */
typedef struct xy__color {
  const char *name;
  const char *light; /* on light ground and on paper */
  const char *dark;  /* on dark ground */
} xy__color;

typedef struct xy__mark {
  const xy__color *color;
  const char *path; /* SVG path data around (0, 0); a square would be 1.7 wide */
  bool hollow;
} xy__mark;

extern const xy__mark xy__verdict_marks[];             /* in the order of xy__verdicts */
const xy__mark *xy__mark_of_verdict(const char *name); /* xy__plain_mark for "" */
extern const xy__mark xy__sum_mark;                    /* what shares add up to */
extern const xy__mark xy__plain_mark;                  /* a value without a verdict */

enum { xy__stage_marks_n = 6 };
extern const xy__mark
    xy__stage_marks[xy__stage_marks_n]; /* in the order of a family's stages; a seventh is as the first */
const xy__mark *xy__mark_of_stage(const xy_results *results, const char *name);

/* The colours as custom properties (--NAME) and classes, for light ground, dark ground and paper. */
void xy__marks_add_style(xy__text *out);
/* "verdictMarks":{…},"stageMarks":[…],"sumMark":…,"plainMark":…, members of the page's data. */
void xy__marks_add_data(xy__text *out);

#endif
