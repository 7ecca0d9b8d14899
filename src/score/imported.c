/* Imported scores as a stage (import.h reads the files). Such a stage has no weights and no tokens: a text is found by
 * its (context, continuation), and its sum is all that is known of it. Its fingerprint is the digest of the files.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "measure/task.h"
#include "score/import.h"
#include "score/scorer.h"

/* What is known of one text of an item; `score` NULL where the files have none. */
typedef struct known {
  const xy__imported_score *score;
  int32_t bytes;
} known;

typedef struct imported {
  xy__scorer scorer;
  xy_import *import;
  known **found; /* [n_benches][options of all items, in order] */
  size_t n_benches;
} imported;

static imported *of(xy__scorer *scorer) { return (imported *)scorer; }

static bool answers(const xy__scorer_spec *spec) { return spec->n_scores > 0; }

static void forget(imported *s) {
  for (size_t b = 0; b < s->n_benches; b++) free(s->found[b]);
  free(s->found);
  s->found = NULL;
  s->n_benches = 0;
}

static void free_imported(xy__scorer *scorer) {
  imported *s = of(scorer);
  forget(s);
  xy_import_free(s->import);
  free(s);
}

static int open_imported(xy__scorer **out, const xy__scorer_spec *spec, xy__scoring *job, xy_error *err) {
  (void)job;
  imported *s = xy__array(1, sizeof *s);
  if (s == NULL) return xy__fail_memory(err, "imported scores");
  int rc = xy_import_open(&s->import, spec->scores, spec->n_scores, err);
  if (rc != XY_OK) {
    free_imported(&s->scorer);
    return rc;
  }
  s->scorer.fingerprint = s->import->fingerprint;
  *out = &s->scorer;
  return XY_OK;
}

/* Where the scores come from, as far as their files say. */
static int describe(json_t *about, xy__scorer *scorer, xy_error *err) {
  const xy_import *import = of(scorer)->import;
  json_t *files = json_array();
  for (size_t i = 0; i < import->n_files; i++) json_array_append_new(files, json_string(import->files[i]));
  json_t *facts =
      json_pack("{s:o, s:I, s:I}", "files", files, "rows", (json_int_t)import->rows, "requests", (json_int_t)import->n);
  const char *const told[][2] = {{"model", import->model}, {"dtype", import->dtype}, {"engine", import->engine}};
  for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
    if (*told[i][1] != '\0') json_object_set_new(facts, told[i][0], json_string(told[i][1]));
  }
  return json_object_set_new(about, "imported", facts) == 0 ? XY_OK : xy__fail_memory(err, "results");
}

/* ---- texts that have a score ------------------------------------------------------------------------------- */

/* found[]: of every option, those of controls too; may be NULL. Controls may be missing (files of before there were
 * any): their stage has nothing to say beyond them. */
static int cover(xy_import_coverage *out, known *found, const xy_import *import, const xy_bench *bench,
                 const char *format_name, xy_error *err) {
  xy_import_coverage all = {.items = bench->n, .missing_item = ""};
  xy__asked_text text = {0};
  const xy__format *format = NULL;
  int rc = xy__format_open(&format, format_name, err);
  for (size_t i = 0, option = 0; rc == XY_OK && i < xy__bench_asked(bench); i++) {
    const xy__item *item = &bench->items[i];
    bool complete = true;
    for (size_t o = 0; o < item->n_options; o++, option++) {
      rc = xy__asked_option_text(&text, bench, item, &item->options[o], xy__task_of(bench)->prompted, format, err);
      if (rc != XY_OK) break;
      const xy__imported_score *score = xy__imported_find(import, text.text.data, text.cut);
      if (found != NULL) found[option] = (known){score, (int32_t)(text.scored - text.context)};
      if (i >= bench->n) continue;
      all.requests++;
      all.scored += score != NULL;
      complete = complete && score != NULL;
    }
    if (i >= bench->n) continue;
    all.complete += complete;
    if (!complete && *all.missing_item == '\0') all.missing_item = item->id;
  }
  xy__asked_text_dispose(&text);
  xy__format_close(format);
  if (rc == XY_OK) *out = all;
  return rc;
}

int xy_import_cover(xy_import_coverage *out, const xy_import *import, const xy_bench *bench, const char *format,
                    xy_error *err) {
  xy__error_clear(err);
  return cover(out, NULL, import, bench, format, err);
}

/* Texts without a score are an error that counts them and names the first item. */
static int find_all(known **out, const imported *s, const xy_bench *bench, xy_error *err) {
  size_t options = 0;
  for (size_t i = 0; i < xy__bench_asked(bench); i++) options += bench->items[i].n_options;
  known *found = xy__array(options, sizeof *found);
  xy_import_coverage all = {0};
  int rc = found != NULL ? cover(&all, found, s->import, bench, s->scorer.spec->format, err)
                         : xy__fail_memory(err, "imported scores");
  if (rc == XY_OK && all.complete < all.items) {
    rc = xy__fail(err, XY_ERR_NOT_FOUND,
                  "%s: benchmark %s: %zu of %zu texts have no score (%zu of %zu items are complete); the first is item "
                  "%s",
                  s->import->files[0], bench->name, all.requests - all.scored, all.requests, all.complete, all.items,
                  all.missing_item);
    rc = xy__hint(err, rc, "xylem export FAMILY --requests FILE writes what a stage must be asked");
  }
  if (rc != XY_OK) {
    free(found);
    return rc;
  }
  *out = found;
  return XY_OK;
}

static int ask(xy__scorer *scorer, xy_bench *const *benches, size_t n, xy_error *err) {
  imported *s = of(scorer);
  forget(s);
  s->found = xy__array(n, sizeof(known *));
  int rc = s->found != NULL ? XY_OK : xy__fail_memory(err, "imported scores");
  for (size_t b = 0; rc == XY_OK && b < n; b++) {
    rc = find_all(&s->found[b], s, benches[b], err);
    if (rc == XY_OK) s->n_benches++;
  }
  return rc == XY_OK ? rc : xy__fail_prefix(err, rc, "stage '%s'", scorer->spec->stage);
}

static int plan(xy_plan_stage *out, int64_t *disk, xy__scorer *scorer, xy_error *err) {
  (void)disk;
  (void)err;
  out->requests = out->stored = (int64_t)of(scorer)->import->n;
  return XY_OK;
}

static void give(xy__given *out, const xy__scorer *scorer, size_t bench, size_t option) {
  const imported *s = (const imported *)scorer;
  const known *k = &s->found[bench][option];
  *out = (xy__given){.text = {.cut = -1, .bytes = k->bytes},
                     .sum = k->score != NULL ? k->score->logprob : NAN,
                     .greedy = k->score != NULL ? k->score->greedy : -1};
}

const xy__scorer_kind xy__imported_scorer = {
    .name = "imported",
    .origin = "imported from files",
    .answers = answers,
    .open = open_imported,
    .free = free_imported,
    .describe = describe,
    .ask = ask,
    .plan = plan,
    .give = give,
};
