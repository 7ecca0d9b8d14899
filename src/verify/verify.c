/* xy_verify: a finished run looked at again: its files by their digests, its numbers by its own samples, its samples by
 * the store and the checkpoints, where these are there.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/sums.h"
#include "bench/bench.h"
#include "verify/rows.h"
#include "verify/scores.h"

/* ---- files and benchmarks -------------------------------------------------------------------------------------- */

static int verify_digests(xy__verifier *v, xy_error *err) {
  xy__sums sums = {0};
  xy_error own = {0};
  int rc = xy__sums_read(&sums, v->directory, &own);
  if (rc == XY_ERR_MEMORY) return xy__fail_memory(err, v->directory);
  if (rc == XY_ERR_NOT_FOUND) {
    xy__verify_fault(v, "%s: there is none: the run was not finished, or is of a xylem that wrote none", XY__SUMS_NAME);
  } else if (rc != XY_OK) {
    xy__verify_fault(v, "%s", own.text);
  }
  for (size_t i = 0; i < sums.n; i++) {
    bool holds = xy__sum_holds(&sums.list[i], v->directory);
    v->found->files += holds;
    if (!holds) xy__verify_fault(v, "%s: was changed after the audit wrote it, or is gone", sums.list[i].path);
  }
  xy__sums_dispose(&sums);
  return XY_OK;
}

/* A benchmark's own file (a part of one has that of the whole), or a file of preference data. */
static int digest_of(char digest[XY__DIGEST_HEX], const json_t *facts, xy_error *err) {
  const char *source = xy__json_text(facts, "source");
  if (strcmp(xy__json_text(facts, "modality"), "preference") == 0) return xy__file_digest(digest, source, err);
  xy_bench *bench = NULL;
  bool built_in = strcmp(source, "built-in") == 0;
  int rc = xy_bench_open(&bench, built_in ? xy__json_text(facts, "name") : source, NULL, err);
  if (rc != XY_OK) return rc;
  memcpy(digest, bench->digest, XY__DIGEST_HEX);
  xy_bench_free(bench);
  return XY_OK;
}

static int verify_benchmarks(xy__verifier *v, xy_error *err) {
  const json_t *list = json_object_get(v->results->facts, "benchmarks");
  size_t i;
  const json_t *facts;
  json_array_foreach((json_t *)(uintptr_t)list, i, facts) {
    const char *name = xy__json_text(facts, "name");
    if (i > 0 && strchr(name, '/') != NULL) continue; /* a part of the first */
    char digest[XY__DIGEST_HEX];
    xy_error own = {0};
    int rc = digest_of(digest, facts, &own);
    if (rc == XY_ERR_MEMORY) return xy__fail_memory(err, name);
    if (rc != XY_OK) {
      xy__verify_note(v, "benchmark %s: its file cannot be looked at: %.400s", name, own.text);
    } else if (strcmp(digest, xy__json_text(facts, "digest")) != 0) {
      xy__verify_fault(v, "benchmark %s: %s is another file now (SHA-256 %.12s..., then %.12s...)", name,
                       xy__json_text(facts, "source"), digest, xy__json_text(facts, "digest"));
    } else {
      v->found->benchmarks++;
    }
  }
  return XY_OK;
}

/* ---- all together ---------------------------------------------------------------------------------------------- */

/* The caller's result with what it points to. */
typedef struct verification {
  xy_verified found;
  xy__verifier v;
} verification;

void xy_verified_free(xy_verified *verified) {
  verification *whole = (verification *)verified;
  if (whole == NULL) return;
  free(whole->v.faults.list);
  free(whole->v.notes.list);
  xy__arena_dispose(&whole->v.arena);
  free(whole);
}

static int verify_results(xy__verifier *v, xy_results *results, xy_error *err) {
  v->results = results;
  int rc = verify_benchmarks(v, err);
  if (rc == XY_OK) rc = xy__verify_rows(v, err);
  if (rc == XY_OK) rc = xy__verify_scores(v, err);
  v->results = NULL;
  return rc;
}

static int verify(verification *whole, const char *run, const char *store, xy_error *err) {
  xy__verifier *v = &whole->v;
  xy_results *results = NULL;
  xy_error own = {0};
  int opened = xy_results_open(&results, run, &own);
  if (opened == XY_ERR_MEMORY || opened == XY_ERR_NOT_FOUND) {
    if (err != NULL) *err = own;
    return opened;
  }
  v->found = &whole->found;
  v->store = store;
  v->directory = xy__arena_string(&v->arena, results != NULL ? results->directory : run);
  int rc = v->directory == NULL ? xy__fail_memory(err, run) : verify_digests(v, err);
  if (rc == XY_OK && opened != XY_OK) xy__verify_fault(v, "%.900s", own.text);
  if (rc == XY_OK && results != NULL) rc = verify_results(v, results, err);
  xy_results_free(results);
  if (rc == XY_OK && v->failed) rc = xy__fail_memory(err, run);
  whole->found.faults = v->faults.list;
  whole->found.n_faults = v->faults.n;
  whole->found.notes = v->notes.list;
  whole->found.n_notes = v->notes.n;
  return rc;
}

int xy_verify(xy_verified **out, const char *run, const char *store, xy_error *err) {
  xy__error_clear(err);
  verification *whole = xy__array(1, sizeof *whole);
  if (whole == NULL) return xy__fail_memory(err, run);
  int rc = verify(whole, run, store, err);
  if (rc != XY_OK) {
    xy_verified_free(&whole->found);
    return rc;
  }
  *out = &whole->found;
  return XY_OK;
}
