/* Imported scores as a stage (import.h reads the files). Such a stage has no weights: a text is found by its (context,
 * continuation), and what is known of it is its sum, or, where the files have that of every text and of every cut that
 * is asked for, its tokens. Its fingerprint is the digest of the files.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "measure/task.h"
#include "score/import.h"
#include "score/scorer.h"

/* What is known of one text of an item; `score` NULL where the files have none. */
typedef struct known {
  const xy__imported_score *score;
  int32_t bytes, cut; /* cut: as in xy__scored */
  bool split;
} known;

typedef struct imported {
  xy__scorer scorer;
  xy_import *import;
  known **found;  /* [n_benches][options of all items, in order] */
  size_t *splits; /* [n_benches] */
  size_t n_benches;
} imported;

static imported *of(xy__scorer *scorer) { return (imported *)scorer; }

static bool answers(const xy__scorer_spec *spec) { return spec->n_scores > 0; }

static void forget(imported *s) {
  for (size_t b = 0; b < s->n_benches; b++) free(s->found[b]);
  free(s->found);
  free(s->splits);
  s->scorer.splits = s->splits = NULL;
  s->found = NULL;
  s->n_benches = 0;
}

static void free_imported(xy__scorer *scorer) {
  imported *s = of(scorer);
  forget(s);
  xy_import_free(s->import);
  free(s);
}

static bool has_tokens(const imported *s) { return s->import->with_tokens == s->import->n; }

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
  s->scorer.gives.tokens = has_tokens(s);
  *out = &s->scorer;
  return XY_OK;
}

/* Where the scores come from, as far as their files say. */
static int describe(json_t *about, xy__scorer *scorer, xy_error *err) {
  const xy_import *import = of(scorer)->import;
  json_t *files = json_array();
  for (size_t i = 0; i < import->n_files; i++) json_array_append_new(files, xy__json_of(import->files[i]));
  json_t *facts = json_pack("{s:o, s:I, s:I, s:b}", "files", files, "rows", (json_int_t)import->rows, "requests",
                            (json_int_t)import->n, "tokens", (int)has_tokens(of(scorer)));
  const char *const told[][2] = {{"model", import->model}, {"dtype", import->dtype}, {"engine", import->engine}};
  for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
    if (*told[i][1] != '\0') json_object_set_new(facts, told[i][0], json_string(told[i][1]));
  }
  return json_object_set_new(about, "imported", facts) == 0 ? XY_OK : xy__fail_memory(err, "results");
}

/* ---- texts that have a score ------------------------------------------------------------------------------- */

/* Where the tokens behind the option's identity term begin; false where that is not known. */
static bool find_cut(known *out, const xy__asked_text *text, const xy__item *item, const xy__option *option) {
  const xy__imported_tokens *tokens = out->score->tokens;
  int64_t end = xy__asked_identity_end(text, option);
  out->cut = -1;
  if (tokens == NULL) return false;
  if (item->turns != NULL) out->split = tokens->split;
  if (end < 0) return true;
  const xy__imported_cut *cut = xy__imported_cut_find(tokens, end);
  if (cut == NULL) return false;
  out->cut = cut->tokens;
  out->split = cut->split;
  return true;
}

/* What covering a benchmark found out beside xy_import_coverage. */
typedef struct found {
  known *texts;       /* [options of all items], in order; may be NULL */
  size_t without_cut; /* texts whose score, tokens, or the cut in them, are not known */
  size_t splits;      /* items with a cut inside a merged token */
} found;

static int cover_option(found *f, known *out, const xy_import *import, const xy_bench *bench, const xy__item *item,
                        const xy__option *option, xy__asked_text *text, const xy__format *format, xy_error *err) {
  int rc = xy__asked_option_text(text, bench, item, option, xy__task_of(bench)->prompted, format, err);
  if (rc != XY_OK) return rc;
  *out = (known){.score = xy__imported_find(import, text->text.data, text->cut),
                 .bytes = (int32_t)(text->scored - text->context)};
  f->without_cut += out->score == NULL || !find_cut(out, text, item, option);
  return XY_OK;
}

/* Every option, those of controls too. Controls may be missing (files of before there were any): their stage has
 * nothing to say beyond them, and is known by its sums. */
static int cover(xy_import_coverage *out, found *f, const xy_import *import, const xy_bench *bench,
                 const char *format_name, xy_error *err) {
  xy_import_coverage all = {.items = bench->n, .missing_item = ""};
  xy__asked_text text = {0};
  const xy__format *format = NULL;
  int rc = xy__format_open(&format, format_name, err);
  for (size_t i = 0, option = 0; rc == XY_OK && i < xy__bench_asked(bench); i++) {
    const xy__item *item = &bench->items[i];
    bool complete = true;
    bool split = false;
    for (size_t o = 0; rc == XY_OK && o < item->n_options; o++, option++) {
      known one;
      rc = cover_option(f, &one, import, bench, item, &item->options[o], &text, format, err);
      if (rc != XY_OK) break;
      if (f->texts != NULL) f->texts[option] = one;
      if (i >= bench->n) continue;
      all.requests++;
      all.scored += one.score != NULL;
      complete = complete && one.score != NULL;
      split = split || one.split;
    }
    if (i >= bench->n) continue;
    all.complete += complete;
    f->splits += split;
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
  return cover(out, &(found){0}, import, bench, format, err);
}

/* Texts without a score are an error that counts them and names the first item. */
static int find_all(found *out, const imported *s, const xy_bench *bench, xy_error *err) {
  size_t options = 0;
  for (size_t i = 0; i < xy__bench_asked(bench); i++) options += bench->items[i].n_options;
  found f = {.texts = xy__array(options, sizeof(known))};
  xy_import_coverage all = {0};
  int rc = f.texts != NULL ? cover(&all, &f, s->import, bench, s->scorer.spec->format, err)
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
    free(f.texts);
    return rc;
  }
  *out = f;
  return XY_OK;
}

static int check_tail(const xy__scorer_spec *spec, xy_error *err) {
  if (spec->tail == NULL || *spec->tail == '\0' || strcmp(spec->tail, "none") == 0) return XY_OK;
  return xy__fail(err, XY_ERR_UNSUPPORTED, "tail '%s' is an end token, which no imported text has", spec->tail);
}

static int ask(xy__scorer *scorer, xy_bench *const *benches, size_t n, xy_error *err) {
  imported *s = of(scorer);
  forget(s);
  s->found = xy__array(n, sizeof(known *));
  s->splits = xy__array(n, sizeof *s->splits);
  size_t without_cut = 0;
  int rc =
      s->found != NULL && s->splits != NULL ? check_tail(scorer->spec, err) : xy__fail_memory(err, "imported scores");
  for (size_t b = 0; rc == XY_OK && b < n; b++) {
    found f;
    rc = find_all(&f, s, benches[b], err);
    if (rc != XY_OK) break;
    s->found[b] = f.texts;
    s->splits[b] = f.splits;
    s->n_benches++;
    without_cut += f.without_cut;
  }
  scorer->gives.tokens = has_tokens(s) && without_cut == 0;
  if (scorer->gives.tokens) scorer->splits = s->splits;
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
  const xy__imported_tokens *tokens = scorer->gives.tokens && k->score != NULL ? k->score->tokens : NULL;
  *out = (xy__given){.text = {.cut = -1, .bytes = k->bytes},
                     .sum = k->score != NULL ? k->score->logprob : NAN,
                     .greedy = k->score != NULL ? k->score->greedy : -1};
  if (tokens == NULL) return;
  out->text = (xy__scored){.ids = tokens->ids,
                           .n = tokens->n,
                           .first = tokens->first,
                           .cut = k->cut,
                           .logprob = tokens->logprob,
                           .greedy = tokens->greedy,
                           .bytes = k->bytes,
                           .split = k->split};
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
