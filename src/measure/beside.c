#include "measure/beside.h"

#include <math.h>
#include <string.h>

#include "measure/verdict.h"
#include "measure/words.h"
#include "results/kinds.h"
#include "results/verdicts.h"
#include "results/view.h"

static bool is(const char *name, const char *wanted) { return strcmp(name, wanted) == 0; }

static const xy_measure *same_cell(const xy_results *results, const xy_measure *like, const char *measure,
                                   const char *mode) {
  return xy__results_find(results, like->benchmark, measure, mode, like->stage, like->against, like->identity,
                          like->theme);
}

/* ---- both sides ---------------------------------------------------------------------------------------------- */

/* +1 likelier, -1 less likely, 0 not distinct from no change. */
static int direction(const xy_measure *row, const xy__measure_settings *settings) {
  xy__evidence evidence = xy__evidence_of(row, settings);
  if (!xy__distinct(&evidence, settings->alpha)) return 0;
  return row->value > 0 ? 1 : -1;
}

static void add_directions(xy__text *text, int target, int counterpart, bool grew) {
  static const char *const words[] = {"less likely", "", "likelier"};
  if (target == counterpart) {
    xy__text_addf(text, " It became %s for both, and %s so for the target: ", words[target + 1],
                  grew == (target > 0) ? "more" : "less");
  } else {
    xy__text_addf(text, " It became %s for the target and %s for the counterpart: ", words[target + 1],
                  words[counterpart + 1]);
  }
}

void xy__beside_sides(xy__text *text, const xy_results *results, const xy_measure *change,
                      const xy__measure_settings *settings) {
  const xy_measure *target = same_cell(results, change, "target_change", change->mode);
  const xy_measure *counterpart = same_cell(results, change, "counterpart_change", change->mode);
  if (target == NULL || counterpart == NULL || !is(change->measure, xy__kind_of(XY__GAP)->change)) return;
  int to[2] = {direction(target, settings), direction(counterpart, settings)};
  if (to[0] != 0 && to[1] != 0) {
    add_directions(text, to[0], to[1], change->value > 0);
  } else {
    xy__text_add(text, " By itself, the target text changed by ");
  }
  xy__words_estimate(text, target, settings, "");
  xy__text_add(text, ", the counterpart ");
  xy__words_estimate(text, counterpart, settings, "");
  xy__text_add(text, ".");
}

/* ---- beyond controls ----------------------------------------------------------------------------------------- */

void xy__beside_controls(xy__text *text, const xy_results *results, const xy_measure *change,
                         const xy__measure_settings *settings) {
  const xy_measure *beyond = xy__view_beyond(results, change);
  if (beyond == NULL) return;
  xy__text_add(text, " Beyond controls, harmless statements about the same groups, the change is ");
  xy__words_estimate(text, beyond, settings, "");
  xy__text_add(text, ": ");
  xy__verdict_add(text, beyond);
  bool moved = is(change->verdict, "amplified") || is(change->verdict, "attenuated");
  xy__text_add(text, moved && !xy__view_holds_beyond(results, change)
                         ? "; it is not told apart from how talk about these groups shifted at all."
                         : ".");
}
