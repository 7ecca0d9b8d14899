/* Benchmarks and preference data, and the text formats that they are written in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/yaml.h"
#include "bench/bench.h"
#include "bench/csv.h"
#include "bench/preferences/preferences.h"
#include "targets.h"

static bool run_yaml(const char *path, const uint8_t *data, size_t size) {
  (void)path;
  xy__yaml *yaml;
  xy_error err;
  if (xy__yaml_parse(&yaml, (const char *)data, size, "fuzz", &err) != XY_OK) return false;
  xy__yaml_free(yaml);
  return true;
}
const xy__fuzz_target xy__fuzz_yaml = {"yaml", NULL, run_yaml};

static bool run_json(const char *path, const uint8_t *data, size_t size) {
  (void)path;
  json_t *document;
  xy_error err;
  if (xy__json_parse(&document, (const char *)data, size, "fuzz", &err) != XY_OK) return false;
  xy__text text = {0};
  xy__json_add(&text, document);
  json_t *again = NULL;
  if (!text.failed && xy__json_parse(&again, text.data, text.size, "again", &err) != XY_OK) abort();
  json_decref(again);
  json_decref(document);
  xy__text_dispose(&text);
  return true;
}
const xy__fuzz_target xy__fuzz_json = {"json", NULL, run_json};

static bool run_csv(const char *path, const uint8_t *data, size_t size) {
  (void)path;
  const xy__source source = {"fuzz", (const char *)data, size};
  xy__csv csv;
  xy_error err;
  if (xy__csv_read(&csv, &source, ',', false, &err) != XY_OK) return false;
  for (size_t r = 0; r < csv.n; r++) {
    for (size_t c = 0; c < csv.rows[r].n; c++) xy__fuzz_read(xy__csv_field(&csv, &csv.rows[r], c));
  }
  xy__csv_dispose(&csv);
  return true;
}
const xy__fuzz_target xy__fuzz_csv = {"csv", NULL, run_csv};

static void read_item(const xy_bench *bench, size_t i) {
  xy_item item;
  xy_bench_item(&item, bench, i);
  const char *const texts[] = {item.id,     item.identity, item.counterpart, item.theme,    item.cluster,
                               item.prompt, item.target,   item.other,       item.condition};
  for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) xy__fuzz_read(texts[t]);
  if (item.answer < -1 || item.answer >= (int)item.options) abort();
  for (size_t o = 0; o < item.options; o++) {
    xy_option option;
    xy_bench_option(&option, bench, i, o);
    xy__fuzz_read(option.text);
    xy__fuzz_read(option.label);
    const xy__option *inner = &bench->items[i].options[o];
    if (inner->identity_end > (int64_t)strlen(option.text)) abort(); /* a cut that no text has */
  }
}

static bool read_bench(const char *name, const char *kind) {
  xy_bench *bench;
  xy_error err;
  if (xy_bench_open(&bench, name, &(xy_bench_options){.kind = kind}, &err) != XY_OK) return false;
  xy_bench_info info;
  xy_bench_describe(&info, bench);
  if (info.items == 0) abort(); /* an empty benchmark is an error */
  for (size_t k = 0; k < info.n_notes; k++) xy__fuzz_read(info.notes[k]);
  for (size_t i = 0; i < info.items; i++) read_item(bench, i);
  double detectable;
  if (xy_bench_detectable(&detectable, bench, 1, 0.2, &err) != XY_OK) abort();
  xy_bench_free(bench);
  return true;
}

/* A target that is one file of one kind; NULL: of whatever kind it looks like. */
#define KIND(target, target_name, file, kind)                                    \
  static bool run_##target(const char *path, const uint8_t *data, size_t size) { \
    (void)data;                                                                  \
    (void)size;                                                                  \
    return read_bench(path, kind);                                               \
  }                                                                              \
  const xy__fuzz_target xy__fuzz_##target = {target_name, file, run_##target};
KIND(context, "context", "context.yaml", "context")
KIND(pronouns, "pronouns", "pronouns.yaml", "context")
KIND(told, "told", "told.csv", NULL)
KIND(winoqueer, "winoqueer", "winoqueer.csv", "winoqueer")
KIND(crows_pairs, "crows-pairs", "crows_pairs.csv", "crows-pairs")
KIND(redditbias, "redditbias", "redditbias.csv", "redditbias")
KIND(stereoset, "stereoset", "stereoset.json", "stereoset")
KIND(tango, "tango", "tango.csv", "tango")
KIND(bbq, "bbq", "bbq.jsonl", "bbq")

/* HONEST's templates are refused once they are recognised, and by their kind alone when that is given: so it is not. */
static bool run_honest(const char *path, const uint8_t *data, size_t size) {
  (void)data;
  (void)size;
  xy_bench *bench;
  xy_error err;
  int rc = xy_bench_open(&bench, path, NULL, &err);
  if (rc == XY_OK) xy_bench_free(bench);
  return rc == XY_OK || strstr(err.text, "HONEST's templates are") != NULL;
}
const xy__fuzz_target xy__fuzz_honest = {"honest", "honest.tsv", run_honest};

/* What is said about a benchmark, in a file that its name goes on with. */
static bool read_told(const char *path, const char *member) {
  static char name[600];
  xy__fuzz_beside(path, "pairs.csv",
                  ",Gender_ID_x,Gender_ID_y,sent_x,sent_y\n0,Trans,Cis,Trans people are loud.,Cis people are loud.\n"
                  "1,Trans,Cis,Trans people sing.,Cis people sing.\n");
  snprintf(name, sizeof name, "%.*spairs.csv,%s=%s", (int)(strrchr(path, '/') + 1 - path), path, member, path);
  return read_bench(name, "winoqueer");
}

static bool run_themes(const char *path, const uint8_t *data, size_t size) {
  (void)data;
  (void)size;
  return read_told(path, "themes");
}
const xy__fuzz_target xy__fuzz_themes = {"themes", "themes.yaml", run_themes};

static bool run_groups(const char *path, const uint8_t *data, size_t size) {
  (void)data;
  (void)size;
  return read_told(path, "groups");
}
const xy__fuzz_target xy__fuzz_groups = {"groups", "groups.yaml", run_groups};

/* These two are read with another file. */
static bool run_winogender(const char *path, const uint8_t *data, size_t size) {
  (void)data;
  (void)size;
  xy__fuzz_beside(path, "occupations-stats.tsv", "occupation\tbls_pct_female\nbaker\t60\n");
  return read_bench(path, "winogender");
}
const xy__fuzz_target xy__fuzz_winogender = {"winogender", "winogender.tsv", run_winogender};

static bool run_winobias(const char *path, const uint8_t *data, size_t size) {
  (void)data;
  (void)size;
  xy__fuzz_beside(path, "anti_stereotyped_type1.txt.dev",
                  "1 [The baker] met the driver because [she] was early.\n"
                  "2 The baker met [the driver] because [her] bus was late.\n");
  return read_bench(path, "winobias");
}
const xy__fuzz_target xy__fuzz_winobias = {"winobias", "pro_stereotyped_type1.txt.dev", run_winobias};

static bool run_preferences(const char *path, const uint8_t *data, size_t size) {
  static const char *const by[] = {"source"};
  (void)data;
  (void)size;
  xy__preferences *preferences;
  xy_error err;
  if (xy__preferences_open(&preferences, path, by, 1, false, &err) != XY_OK) return false;
  for (size_t i = 0; i < preferences->n; i++) xy__fuzz_read(preferences->rows[i].cluster);
  xy__preferences_free(preferences);
  return true;
}
const xy__fuzz_target xy__fuzz_preferences = {"preferences", "preferences.jsonl", run_preferences};
