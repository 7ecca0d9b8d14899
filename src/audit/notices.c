#include "audit/notices.h"

#include <string.h>

#include "measure/headline.h"

/* What narrowed the run is a finding like any other: a reader must not miss it. */
static int say_narrowed(xy_results *results, const xy_audit *audit, xy_error *err) {
  if (!audit->settings.narrowed) return XY_OK;
  char text[512];
  snprintf(text, sizeof text,
           "This run was narrowed on request (%s%zu %s a benchmark; see settings): its numbers speak of that part "
           "alone.",
           audit->settings.limit > 0 ? "at most " : "no limit, ", audit->settings.limit,
           xy_plural((int64_t)audit->settings.limit, "cluster", "clusters"));
  if (audit->settings.limit == 0) {
    snprintf(
        text, sizeof text,
        "This run was narrowed on request to some identities or themes (see settings): its numbers speak of that part "
        "alone.");
  }
  return xy__results_add_finding(results, "limited", text, err);
}

/* So are rows of a file that no item was made of: how many, and the first reason; the notes have the rest. */
static int say_left_out(xy_results *results, const xy_bench *bench, xy_error *err) {
  static const char mark[] = " left out: ";
  const char *first = NULL;
  size_t reasons = 0;
  for (size_t i = 0; i < bench->notes.n; i++) {
    const char *at = strstr(bench->notes.names[i], mark);
    if (at != NULL && first == NULL) first = at + strlen(mark);
    reasons += at != NULL;
  }
  if (bench->left_out == 0 || first == NULL) return XY_OK;
  xy__text text = {0};
  xy__text_addf(&text, "%zu of %zu %s of %s %s left out: %s%s.", bench->left_out, bench->rows,
                xy_plural((int64_t)bench->rows, "row", "rows"), bench->name,
                xy_plural((int64_t)bench->left_out, "was", "were"), first,
                reasons > 1 ? ", and for other reasons, which its notes say" : "");
  int rc = text.failed ? xy__fail_memory(err, "results") : xy__results_add_finding(results, "left_out", text.data, err);
  xy__text_dispose(&text);
  return rc;
}

/* And rows that count twice, against each other, or not at all. */
static int say_repeated(xy_results *results, const xy_bench *bench, xy_error *err) {
  static const char *const marks[] = {"in an earlier row", "kept as a tie"};
  int rc = XY_OK;
  for (size_t i = 0; i < bench->notes.n; i++) {
    for (size_t m = 0; rc == XY_OK && m < sizeof marks / sizeof *marks; m++) {
      if (strstr(bench->notes.names[i], marks[m]) == NULL) continue;
      xy__text text = {0};
      xy__text_addf(&text, "%s: %s.", bench->name, bench->notes.names[i]);
      rc = text.failed ? xy__fail_memory(err, "results") : xy__results_add_finding(results, "limited", text.data, err);
      xy__text_dispose(&text);
    }
  }
  return rc;
}

/* So is what sums cannot tell: a sentence for all stages whose scorers are of one kind. */
static int say_sums(xy_results *results, const xy_audit *audit, const xy__scorer_kind *kind, xy_error *err) {
  xy__text text = {0};
  size_t n = 0;
  for (size_t i = 0; i < audit->stages.n; i++) {
    const xy__scorer *scorer = audit->stages.list[i].scorer;
    if (scorer->kind != kind || scorer->gives.tokens) continue;
    xy__text_addf(&text, "%s%s", n++ == 0 ? "" : ", ", audit->stages.list[i].spec->name);
  }
  int rc = XY_OK;
  if (n > 0) {
    xy__text_addf(&text,
                  "%s scores %s: sums of whole texts. What needs a log-probability per token is left out for %s: the "
                  "modes shared, predicate, name, per-token and pronoun, and the rules of pronouns alone.",
                  n == 1 ? " has" : " have", kind->origin, n == 1 ? "it" : "them");
    rc = text.failed ? xy__fail_memory(err, "results") : xy__results_add_finding(results, "limited", text.data, err);
  }
  xy__text_dispose(&text);
  return rc;
}

/* "2", or "2 to 3". */
static void add_tokens(xy__text *text, const xy_bench_term *t) {
  xy__text_addf(text, t->least < t->most ? "%s %zu to %zu" : "%s %zu", t->identity, t->least, t->most);
}

/* Names of different length are compared by how they are cut, too. */
static int say_terms(xy_results *results, const xy_audit *audit, size_t b, xy_error *err) {
  const xy__term_list *terms = xy__stages_terms(&audit->stages, b);
  size_t differ = 0, told = 0;
  for (size_t i = 0; terms != NULL && i < terms->n; i++) differ += terms->list[i].differs;
  if (differ == 0) return XY_OK;
  xy__text text = {0};
  xy__text_addf(&text, "On %s, identity terms of target and counterpart differ in their number of tokens (",
                audit->benches.list[b]->name);
  for (size_t i = 0; i < terms->n; i++) {
    const xy_bench_term *t = &terms->list[i];
    if (t->target && !t->differs) continue;
    xy__text_add(&text, told++ == 0 ? "" : ", ");
    add_tokens(&text, t);
  }
  xy__text_add(
      &text,
      "): a gap of whole texts, and its name part, hold that too; a statement part whose place is known does not.");
  int rc = text.failed ? xy__fail_memory(err, "results") : xy__results_add_finding(results, "terms", text.data, err);
  xy__text_dispose(&text);
  return rc;
}

/* Where the statement part is not the headline of pairs, a reader must know why. */
static int say_split(xy_results *results, const xy_audit *audit, size_t b, xy_error *err) {
  const xy_bench *bench = audit->benches.list[b];
  xy__headline headline;
  bool pairs = strcmp(bench->task, "pair") == 0;
  if (!pairs || audit->settings.measure.headline != XY__BY_BENCHMARK || strcmp(xy__bench_split(bench), "known") == 0 ||
      !xy__headline_of(&headline, bench, &audit->settings.measure)) {
    return XY_OK;
  }
  xy__text text = {0};
  xy__text_addf(&text, "On %s, %s. Gaps are read in mode %s.", bench->name, headline.why,
                xy_mode_label(xy__mode_name(headline.gaps)));
  int rc = text.failed ? xy__fail_memory(err, "results") : xy__results_add_finding(results, "split", text.data, err);
  xy__text_dispose(&text);
  return rc;
}

/* Texts that reach a stage without some of their characters: two that differ in those alone are one to it. */
static int say_lost(xy_results *results, const xy_audit *audit, size_t b, xy_error *err) {
  const char *bench = audit->benches.list[b]->name;
  xy__text text = {0};
  const xy__lost *most = NULL;
  xy__text stages = {0};
  for (size_t i = 0; i < audit->stages.n; i++) {
    const xy__scorer *scorer = audit->stages.list[i].scorer;
    const xy__lost *lost = scorer->lost != NULL ? &scorer->lost[b] : NULL;
    if (lost == NULL || lost->lost == 0) continue;
    xy__text_addf(&stages, "%s%s", most == NULL ? "" : ", ", scorer->spec->stage);
    if (most == NULL || lost->lost > most->lost) most = lost;
  }
  int rc = XY_OK;
  if (most != NULL) {
    xy__text_addf(
        &text,
        "On %s, %zu of %zu %s %s characters that the tokenizer does not know (the first: %s) at %s: such texts "
        "are scored without them, and sides that differ in nothing else are ties.",
        bench, most->lost, most->texts, xy_plural((int64_t)most->texts, "text", "texts"),
        xy_plural((int64_t)most->lost, "has", "have"), most->first, stages.data != NULL ? stages.data : "");
    rc = text.failed || stages.failed ? xy__fail_memory(err, "results")
                                      : xy__results_add_finding(results, "lost_characters", text.data, err);
  }
  xy__text_dispose(&text);
  xy__text_dispose(&stages);
  return rc;
}

/* What was left out of a stage's weights. */
static int say_warnings(xy_results *results, const xy__audit_stage *stage, xy_error *err) {
  const char *const *warnings;
  size_t n = xy__scorer_warnings(&warnings, stage->scorer);
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < n; i++) {
    xy__text text = {0};
    xy__text_addf(&text, "%s: %s", stage->spec->name, warnings[i]);
    rc = text.failed ? xy__fail_memory(err, "results") : xy__results_add_finding(results, "limited", text.data, err);
    xy__text_dispose(&text);
  }
  return rc;
}

int xy__audit_notices(xy_results *results, const xy_audit *audit, xy_error *err) {
  int rc = say_narrowed(results, audit, err);
  for (size_t b = 0; rc == XY_OK && b < audit->benches.n; b++) {
    rc = say_left_out(results, audit->benches.list[b], err);
    if (rc == XY_OK) rc = say_repeated(results, audit->benches.list[b], err);
  }
  for (size_t k = 0; rc == XY_OK && xy__scorer_kind_at(k) != NULL; k++) {
    rc = say_sums(results, audit, xy__scorer_kind_at(k), err);
  }
  for (size_t i = 0; rc == XY_OK && i < audit->stages.n; i++) {
    rc = say_warnings(results, &audit->stages.list[i], err);
  }
  for (size_t b = 0; rc == XY_OK && b < audit->benches.n; b++) {
    rc = say_split(results, audit, b, err);
    if (rc == XY_OK) rc = say_terms(results, audit, b, err);
    if (rc == XY_OK) rc = say_lost(results, audit, b, err);
  }
  return rc;
}
