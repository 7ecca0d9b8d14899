/* What was run, for results.json: enough for another person to run it again and to see that it was the same. */
#include "audit/facts.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "audit/notices.h"
#include "audit/same.h"
#include "base/digest.h"
#include "base/json.h"
#include "bench/groups.h"
#include "measure/headline.h"
#include "measure/task.h"

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
  return json_pack("{s:s, s:s, s:o, s:o, s:f, s:o*}", "name", audit->settings.name, "key", audit->key, "started",
                   time_json(started), "finished", time_json(finished), "seconds",
                   round((finished - started) * 1000) / 1000, "command",
                   audit->settings.command != NULL ? xy__json_of(audit->settings.command) : NULL);
}

static json_t *family_json(const xy_audit *audit) {
  const xy_family *family = audit->family;
  return json_pack("{s:s, s:o, s:s?, s:s?}", "name", family->name, "source", xy__json_of(family->source), "digest",
                   family->digest[0] != '\0' ? family->digest : NULL, "note", family->note);
}

static int stage_json(json_t **out, const xy_audit *audit, size_t i, xy_error *err) {
  const xy__audit_stage *stage = &audit->stages.list[i];
  const xy__stage *spec = stage->spec;
  json_t *about = json_pack("{s:s, s:o, s:s?, s:o, s:s?, s:o, s:o, s:s?, s:s}", "name", spec->name, "model",
                            xy__json_of(xy__stage_source(spec)), "parent",
                            stage->parent >= 0 ? audit->stages.list[stage->parent].spec->name : NULL, "method",
                            xy__json_of(spec->method), "reference",
                            stage->reference >= 0 ? audit->stages.list[stage->reference].spec->name : NULL, "beta",
                            isnan(spec->beta) ? json_null() : json_real(spec->beta), "format",
                            xy__json_of(stage->source.format != NULL ? stage->source.format : "plain"), "tail",
                            stage->source.tail, "fingerprint", stage->scorer->fingerprint);
  if (about == NULL) return xy__fail_memory(err, "results");
  int rc = xy__scorer_describe(about, stage->scorer, err);
  if (rc != XY_OK) {
    json_decref(about);
    return rc;
  }
  *out = about;
  return XY_OK;
}

/* Items whose cut after the identity fell inside a merged token; not known before the scorers are asked. */
static json_t *split_json(const xy_audit *audit, size_t b) {
  if (!audit->prepared) return json_null();
  return json_integer((json_int_t)xy__stages_splits(&audit->stages, b));
}

/* What stands for the benchmark, and of gaps how they are shown and why. */
static void add_headline(json_t *out, const xy_bench *bench, const xy__measure_settings *settings) {
  xy__headline headline;
  if (!xy__headline_of(&headline, bench, settings)) return;
  json_object_set_new(
      out, "headline",
      json_pack("{s:s, s:s, s:s}", "measure", headline.measure, "mode", headline.mode, "change", headline.change));
  if (!xy__task_of(bench)->sides) return;
  json_object_set_new(out, "headline_why", json_string(headline.why));
  json_object_set_new(out, "gap_mode", json_string(xy__mode_name(headline.gaps)));
  if (strcmp(bench->task, "pair") == 0) json_object_set_new(out, "split", json_string(xy__bench_split(bench)));
}

static void add_terms(json_t *bench, const xy__term_list *terms) {
  if (terms == NULL || terms->n == 0) return;
  json_t *list = json_array();
  for (size_t i = 0; i < terms->n; i++) {
    const xy_bench_term *t = &terms->list[i];
    json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:b}", "identity", t->identity, "role",
                                          t->target ? "target" : "counterpart", "least", (json_int_t)t->least, "most",
                                          (json_int_t)t->most, "differs", t->differs));
  }
  json_object_set_new(bench, "terms", list);
}

/* {axis: [identity, …]} of a benchmark whose identities are not all on its own axis. */
static void add_axes(json_t *json, const xy_bench *bench) {
  if (bench->axes == NULL) return;
  json_t *axes = json_object();
  for (size_t i = 0; i < bench->identities.n; i++) {
    json_t *list = json_object_get(axes, bench->axes[i]);
    if (list == NULL) json_object_set_new(axes, bench->axes[i], list = json_array());
    json_array_append_new(list, xy__json_of(bench->identities.names[i]));
  }
  json_object_set_new(json, "axes", axes);
}

static json_t *bench_json(const xy_audit *audit, size_t b) {
  xy_bench_info info;
  xy_bench_describe(&info, audit->benches.list[b]);
  json_t *notes = json_array();
  for (size_t i = 0; i < info.n_notes; i++) json_array_append_new(notes, xy__json_of(info.notes[i]));
  json_t *bench = json_pack("{s:s, s:o, s:s, s:s, s:s?, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "name",
                            info.name, "source", xy__json_of(info.source), "digest", info.digest, "modality", info.task,
                            "language", info.language[0] != '\0' ? info.language : NULL, "axis", info.axis, "summary",
                            info.summary, "harm", info.harm, "items", (json_int_t)info.items, "clusters",
                            (json_int_t)info.clusters, "identities", (json_int_t)info.identities, "counterparts",
                            (json_int_t)info.counterparts, "themes", (json_int_t)info.themes, "templates",
                            (json_int_t)info.templates, "split_items", split_json(audit, b), "notes", notes);
  if (info.rows > 0) {
    json_object_set_new(bench, "rows", json_integer((json_int_t)info.rows));
    json_object_set_new(bench, "left_out", json_integer((json_int_t)info.left_out));
  }
  if (info.controls > 0) {
    json_object_set_new(
        bench, "controls",
        json_pack("{s:I, s:I}", "items", (json_int_t)info.controls, "clusters", (json_int_t)info.control_clusters));
  }
  json_t *shown = NULL;
  if (xy__groups_shown(&shown, audit->benches.list[b], NULL) == XY_OK && json_object_size(shown) > 0) {
    json_object_set(bench, "names", shown);
  }
  json_decref(shown);
  add_axes(bench, audit->benches.list[b]);
  add_terms(bench, xy__stages_terms(&audit->stages, b));
  add_headline(bench, audit->benches.list[b], &audit->settings.measure);
  return bench;
}

static json_t *settings_json(const xy_audit *audit) {
  const xy__measure_settings *s = &audit->settings.measure;
  json_t *settings =
      json_pack("{s:s, s:s, s:s?, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:O}", "precision",
                xy__precision_name((int)audit->scoring.precision), "start", xy__start_name((int)audit->scoring.start),
                "mode", s->headline != XY__BY_BENCHMARK ? xy__mode_name(s->headline) : NULL, "draws",
                (json_int_t)s->stats.draws, "permutations", (json_int_t)s->stats.permutations, "seed",
                (json_int_t)s->stats.seed, "confidence", s->stats.confidence, "alpha", s->alpha, "margin_gap",
                s->margin_gap, "margin_rate", s->margin_rate, "error", s->error, "narrowed", audit->settings.narrowing);
  if (settings != NULL && audit->kind->settings != NULL) audit->kind->settings(settings, audit);
  return settings;
}

int xy__audit_facts(json_t **out, const xy_audit *audit, xy_error *err) {
  json_t *stages = json_array();
  json_t *benchmarks = json_array();
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < audit->stages.n; i++) {
    json_t *stage = NULL;
    rc = stage_json(&stage, audit, i, err);
    if (rc == XY_OK) json_array_append_new(stages, stage);
  }
  for (size_t b = 0; b < audit->benches.n; b++) json_array_append_new(benchmarks, bench_json(audit, b));
  json_t *facts =
      json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "xylem", XY_VERSION, "run", run_json(audit, 0, 0), "family",
                family_json(audit), "settings", settings_json(audit), "stages", stages, "benchmarks", benchmarks);
  if (rc == XY_OK && facts == NULL) rc = xy__fail_memory(err, "results");
  if (rc != XY_OK) {
    json_decref(facts);
    return rc;
  }
  *out = facts;
  return XY_OK;
}

int xy__audit_times(json_t *facts, const xy_audit *audit, double started, double finished, xy_error *err) {
  int rc = json_object_set_new(facts, "run", run_json(audit, started, finished));
  return rc == 0 ? XY_OK : xy__fail_memory(err, "results");
}

int xy__audit_key(xy_audit *audit, xy_error *err) {
  json_t *facts;
  int rc = xy__audit_facts(&facts, audit, err);
  if (rc != XY_OK) return rc;
  json_object_del(facts, "run");
  json_object_set_new(facts, "show_text", json_boolean(audit->settings.show_text));
  char *text = json_dumps(facts, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(facts);
  if (text == NULL) return xy__fail_memory(err, "audit");
  xy__digest_of(audit->key, text, strlen(text));
  xy_free(text);
  return XY_OK;
}

static int add_stages(xy_results *results, const xy_audit *audit, xy_error *err) {
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < audit->stages.n; i++) {
    xy_stage_info info;
    xy_family_stage(&info, audit->family, (size_t)(audit->stages.list[i].spec - audit->family->stages));
    info.format = audit->stages.list[i].source.format;
    info.tail = audit->stages.list[i].source.tail;
    rc = xy__results_add_stage(results, &info, err);
  }
  return rc;
}

int xy__audit_describe(xy_results *results, const xy_audit *audit, xy_error *err) {
  results->directory = xy__arena_string(&results->arena, audit->settings.directory);
  results->family = xy__arena_string(&results->arena, audit->family->name);
  results->headline_mode = xy__mode_name(audit->settings.measure.headline);
  if (results->directory == NULL || results->family == NULL) return xy__fail_memory(err, "results");
  int rc = add_stages(results, audit, err);
  if (rc == XY_OK) rc = xy__audit_same_findings(results, audit, err);
  return rc == XY_OK ? xy__audit_notices(results, audit, err) : rc;
}
