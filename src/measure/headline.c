#include "measure/headline.h"

#include <string.h>

#include "results/kinds.h"

bool xy__mode_serves(xy__mode mode, const xy_bench *bench) {
  if (mode != XY__PREDICATE && mode != XY__NAME) return true;
  bool parted = false, other = false;
  for (size_t i = 0; i < bench->n; i++) {
    xy__term_place place = bench->items[i].place;
    *(place == XY__BEFORE || place == XY__SAME ? &parted : &other) = true;
  }
  return !(parted && other);
}

/* The mode of a benchmark of pairs that nobody asked for another, and why. */
static xy__mode mode_of_pairs(const char **why, const xy_bench *bench, bool sums) {
  if (sums) {
    *why = "only sums of whole texts are known of some stage, so that the gap holds the name, too";
    return XY__FULL;
  }
  const char *split = xy__bench_split(bench);
  if (strcmp(split, "known") == 0) {
    *why = "the identity term precedes what is said, or is the same on both sides: the statement part is what is said";
    return XY__PREDICATE;
  }
  *why = strcmp(split, "after") == 0
             ? "some identity terms follow what is said or stand within it, and there are no controls: nothing tells "
               "the name from what is said"
             : "the file does not say where the identity term ends, so that the statement part would be a guess";
  return XY__SHARED;
}

/* Where the term stands after what is said, only controls tell the two apart. */
static bool needs_controls(const xy_bench *bench, const xy__measure_settings *settings) {
  return settings->headline == XY__BY_BENCHMARK && !settings->sums && bench->n_controls > 0 &&
         strcmp(xy__bench_split(bench), "after") == 0;
}

static xy__mode gaps_of(const char **why, const xy_bench *bench, const xy__measure_settings *settings) {
  bool pairs = strcmp(bench->task, "pair") == 0;
  *why = "asked for";
  if (settings->headline != XY__BY_BENCHMARK && xy__mode_serves(settings->headline, bench)) return settings->headline;
  if (pairs) return mode_of_pairs(why, bench, settings->sums);
  *why = "the pronoun alone cannot tell: what follows it decides";
  return XY__FULL;
}

bool xy__headline_of(xy__headline *out, const xy_bench *bench, const xy__measure_settings *settings) {
  for (size_t i = 0; i < xy__kinds_n; i++) {
    const xy__kind *kind = &xy__kinds[i];
    if (kind->head == NULL || !xy__names_have(kind->tasks, bench->task)) continue;
    *out = (xy__headline){.measure = kind->name, .change = kind->change, .why = ""};
    if (xy__mode_has_gaps(bench->task)) out->gaps = gaps_of(&out->why, bench, settings);
    if (strcmp(kind->name, "mean_gap") == 0 && needs_controls(bench, settings)) {
      const xy__kind *beyond = xy__kind_of("beyond_controls");
      out->measure = beyond->name;
      out->change = beyond->change;
      out->why = "some identity terms follow what is said or stand within it: controls tell the name from what is said";
    }
    out->mode = xy__mode_front(out->measure, bench->task, xy__mode_name(out->gaps));
    return true;
  }
  return false;
}
