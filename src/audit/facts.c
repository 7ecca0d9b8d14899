/* What was run, for results.json: enough for another person to run it again and to see that it was the same. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "audit/audit.h"
#include "audit/reward.h"
#include "base/digest.h"
#include "measure/headline.h"

/* ISO 8601, UTC. */
static json_t *time_json(double seconds) {
  time_t whole = (time_t)seconds;
  struct tm parts;
  char text[32];
  gmtime_r(&whole, &parts);
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return json_string(text);
}

static json_t *run_json(const xy_audit *audit, double started, double finished) {
  return json_pack("{s:s, s:s, s:o, s:o, s:f, s:s*}", "name", audit->name, "key", audit->key, "started",
                   time_json(started), "finished", time_json(finished), "seconds",
                   round((finished - started) * 1000) / 1000, "command", audit->command);
}

static json_t *family_json(const xy_audit *audit) {
  const xy_family *family = audit->family;
  return json_pack("{s:s, s:s, s:s?, s:s?}", "name", family->name, "source", family->source, "digest",
                   family->digest[0] != '\0' ? family->digest : NULL, "note", family->note);
}

/* Where imported scores come from, as far as their files say. */
static json_t *imported_json(const xy_import *import) {
  json_t *files = json_array();
  for (size_t i = 0; i < import->n_files; i++) json_array_append_new(files, json_string(import->files[i]));
  json_t *about =
      json_pack("{s:o, s:I, s:I}", "files", files, "rows", (json_int_t)import->rows, "requests", (json_int_t)import->n);
  const char *const known[][2] = {{"model", import->model}, {"dtype", import->dtype}, {"engine", import->engine}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (*known[i][1] != '\0') json_object_set_new(about, known[i][0], json_string(known[i][1]));
  }
  return about;
}

/* The part that every stage has; `model` is how the family names it. */
static json_t *lineage_json(const xy_audit *audit, const xy__audit_stage *stage, const char *model) {
  const xy__stage *spec = stage->spec;
  return json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:o, s:s, s:s?, s:s}", "name", spec->name, "model", model, "parent",
                   stage->parent >= 0 ? audit->stages[stage->parent].spec->name : NULL, "method", spec->method,
                   "reference", stage->reference >= 0 ? audit->stages[stage->reference].spec->name : NULL, "beta",
                   isnan(spec->beta) ? json_null() : json_real(spec->beta), "format",
                   stage->format != NULL ? stage->format : "plain", "tail", stage->tail, "fingerprint",
                   stage->fingerprint);
}

static int stage_json(json_t **out, const xy_audit *audit, size_t i, xy_error *err) {
  const xy__audit_stage *stage = &audit->stages[i];
  json_t *about = NULL;
  if (stage->imported != NULL) {
    about = lineage_json(audit, stage, stage->spec->scores[0]);
    if (about != NULL) json_object_set_new(about, "imported", imported_json(stage->imported));
  } else {
    xy_model_info info;
    int rc = xy_model_describe(&info, stage->model, err);
    if (rc != XY_OK) return rc;
    json_t *notes = json_array();
    for (size_t k = 0; k < info.n_notes; k++) json_array_append_new(notes, json_string(info.notes[k]));
    about = lineage_json(audit, stage, stage->spec->model);
    if (about == NULL) return xy__fail_memory(err, "results");
    json_object_set_new(about, "architecture", json_string(info.architecture));
    json_object_set_new(about, "parameters", json_integer((json_int_t)info.parameters));
    json_object_set_new(about, "dtype", json_string(info.dtype));
    json_object_set_new(about, "notes", notes);
  }
  *out = about;
  return *out != NULL ? XY_OK : xy__fail_memory(err, "results");
}

/* Items whose cut after the identity fell inside a merged token, by the first stage's tokenizer that was used. */
static json_t *split_json(const xy_audit *audit, size_t b) {
  if (!audit->prepared) return json_null();
  size_t most = 0;
  for (size_t t = 0; t < audit->n_tokens; t++)
    most = audit->tokens[t]->split[b] > most ? audit->tokens[t]->split[b] : most;
  return json_integer((json_int_t)most);
}

static json_t *bench_json(const xy_audit *audit, size_t b) {
  xy_bench_info info;
  xy_bench_describe(&info, audit->benches[b]);
  json_t *notes = json_array();
  for (size_t i = 0; i < info.n_notes; i++) json_array_append_new(notes, json_string(info.notes[i]));
  json_t *bench =
      json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "name", info.name,
                "source", info.source, "digest", info.digest, "modality", info.task, "language", info.language,
                "axis", info.axis, "summary", info.summary, "harm", info.harm, "items", (json_int_t)info.items,
                "clusters", (json_int_t)info.clusters, "identities", (json_int_t)info.identities, "counterparts",
                (json_int_t)info.counterparts, "themes", (json_int_t)info.themes, "templates",
                (json_int_t)info.templates, "split_items", split_json(audit, b), "notes", notes);
  xy__headline headline;
  if (xy__headline_of(&headline, audit->benches[b]->modality, &audit->settings)) {
    json_object_set_new(
        bench, "headline",
        json_pack("{s:s, s:s, s:s}", "measure", headline.measure, "mode", headline.mode, "change", headline.change));
  }
  return bench;
}

static json_t *settings_json(const xy_audit *audit) {
  const xy__measure_settings *s = &audit->settings;
  return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:O}", "precision",
                   xy__precision_name(audit->precision), "start", xy__start_name(audit->start), "mode",
                   xy__mode_name(s->headline), "draws", (json_int_t)s->stats.draws, "permutations",
                   (json_int_t)s->stats.permutations, "seed", (json_int_t)s->stats.seed, "confidence",
                   s->stats.confidence, "alpha", s->alpha, "margin_gap", s->margin_gap, "margin_rate", s->margin_rate,
                   "narrowed", audit->narrowing);
}

int xy__audit_facts(json_t **out, const xy_audit *audit, double started, double finished, xy_error *err) {
  json_t *stages = json_array();
  json_t *benchmarks = json_array();
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < audit->n_stages; i++) {
    json_t *stage = NULL;
    rc = stage_json(&stage, audit, i, err);
    if (rc == XY_OK) json_array_append_new(stages, stage);
  }
  for (size_t b = 0; b < audit->n_benches; b++) json_array_append_new(benchmarks, bench_json(audit, b));
  json_t *facts = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "xylem", XY_VERSION, "run",
                            run_json(audit, started, finished), "family", family_json(audit), "settings",
                            settings_json(audit), "stages", stages, "benchmarks", benchmarks);
  if (rc == XY_OK && facts == NULL) rc = xy__fail_memory(err, "results");
  if (rc != XY_OK) {
    json_decref(facts);
    return rc;
  }
  *out = facts;
  return XY_OK;
}

int xy__audit_key(xy_audit *audit, xy_error *err) {
  json_t *facts;
  int rc = xy__audit_facts(&facts, audit, 0, 0, err);
  if (rc != XY_OK) return rc;
  json_object_del(facts, "run");
  json_object_set_new(facts, "show_text", json_boolean(audit->show_text));
  if (audit->reward != NULL) json_object_set_new(facts, "reward", xy__reward_key(audit->reward));
  char *text = json_dumps(facts, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(facts);
  if (text == NULL) return xy__fail_memory(err, "audit");
  xy__digest_of(audit->key, text, strlen(text));
  xy_free(text);
  return XY_OK;
}
