/* See scorer.h. */
#include "score/scorer.h"

static const xy__scorer_kind *const kinds[] = {&xy__imported_scorer, &xy__native_scorer, NULL};

const xy__scorer_kind *xy__scorer_kind_at(size_t k) { return kinds[k]; }

void xy__scoring_dispose(xy__scoring *job) {
  xy__store_close(job->store);
  xy__token_pool_dispose(&job->pool);
}

int xy__scoring_report(const xy__scoring *job, const xy_progress *progress, xy_error *err) {
  if (job->progress == NULL || job->progress(progress, job->user) == 0) return XY_OK;
  return xy__fail(err, XY_ERR_CANCELLED,
                  "stopped; every finished walk is in %s, and the same command goes on from there", job->store_path);
}

static int open_kind(xy__scorer **out, const xy__scorer_spec *spec, xy__scoring *job, xy_error *err) {
  for (size_t k = 0; kinds[k] != NULL; k++) {
    if (!kinds[k]->answers(spec)) continue;
    xy__scorer *scorer;
    int rc = kinds[k]->open(&scorer, spec, job, err);
    if (rc != XY_OK) return rc;
    scorer->kind = kinds[k];
    scorer->spec = spec;
    scorer->job = job;
    *out = scorer;
    return XY_OK;
  }
  return xy__fail(err, XY_ERR_ARGUMENT, "it names nothing that could answer for it");
}

int xy__scorer_open(xy__scorer **out, const xy__scorer_spec *spec, xy__scoring *job, xy_error *err) {
  int rc = open_kind(out, spec, job, err);
  if (rc == XY_OK || rc == XY_ERR_CANCELLED) return rc;
  return xy__fail_prefix(err, rc, "stage '%s'", spec->stage);
}

void xy__scorer_free(xy__scorer *scorer) {
  if (scorer != NULL) scorer->kind->free(scorer);
}

int xy__scorer_describe(json_t *about, xy__scorer *scorer, xy_error *err) {
  return scorer->kind->describe(about, scorer, err);
}

size_t xy__scorer_warnings(const char *const **out, const xy__scorer *scorer) {
  return scorer->kind->warnings != NULL ? scorer->kind->warnings(out, scorer) : 0;
}

int xy__scorer_ask(xy__scorer *scorer, xy_bench *const *benches, size_t n, xy_error *err) {
  return scorer->kind->ask(scorer, benches, n, err);
}

int xy__scorer_look_up(xy__scorer *scorer, xy_error *err) {
  return scorer->kind->look_up != NULL ? scorer->kind->look_up(scorer, err) : XY_OK;
}

int xy__scorer_plan(xy_plan_stage *out, int64_t *disk, xy__scorer *scorer, xy_error *err) {
  *out = (xy_plan_stage){.stage = scorer->spec->stage, .get = ""};
  *disk = 0;
  return scorer->kind->plan(out, disk, scorer, err);
}

void xy__scorer_pretend(xy__scorer *scorer) {
  if (scorer->kind->pretend != NULL) scorer->kind->pretend(scorer);
}

int xy__scorer_score(xy__scorer *scorer, const xy__scoring_part *part, xy_error *err) {
  return scorer->kind->score != NULL ? scorer->kind->score(scorer, part, err) : XY_OK;
}

xy__given xy__scorer_give(const xy__scorer *scorer, size_t bench, size_t option) {
  xy__given given;
  scorer->kind->give(&given, scorer, bench, option);
  return given;
}

int xy__scorer_sides(xy__side sides[2], const xy__scorer *scorer, size_t bench, size_t option, xy_error *err) {
  const xy__given target = xy__scorer_give(scorer, bench, option);
  const xy__given counterpart = xy__scorer_give(scorer, bench, option + 1);
  if (scorer->gives.tokens) return xy__pair_sides(sides, &target.text, &counterpart.text, err);
  sides[0] = xy__side_of_sum(target.sum, target.text.bytes, target.greedy);
  sides[1] = xy__side_of_sum(counterpart.sum, counterpart.text.bytes, counterpart.greedy);
  return XY_OK;
}

int xy__scorer_option(xy__option_score *out, const xy__scorer *scorer, size_t bench, size_t option,
                      int64_t identity_end, xy_error *err) {
  const xy__given given = xy__scorer_give(scorer, bench, option);
  if (scorer->gives.tokens) return xy__score_option(out, &given.text, identity_end, err);
  *out = xy__option_of_sum(given.sum, given.text.bytes, given.greedy);
  return XY_OK;
}
