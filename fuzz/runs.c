/* What a run is made of, and what it leaves: families, formats, scores made elsewhere, results and samples. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/format.h"
#include "audit/family.h"
#include "base/sums.h"
#include "targets.h"

static bool read_family(xy_family *family) {
  for (size_t i = 0; i < xy_family_stages(family); i++) {
    xy_stage_info stage;
    xy_family_stage(&stage, family, i);
    xy__fuzz_read(stage.name);
    xy__fuzz_read(stage.model);
    xy__fuzz_read(stage.parent);
    xy__fuzz_read(stage.reference);
  }
  xy_family_free(family);
  return true;
}

static bool run_family(const char *path, const uint8_t *data, size_t size) {
  (void)path;
  xy_family *family;
  xy_error err = {0};
  return xy__family_parse(&family, (const char *)data, size, "fuzz", NULL, &err) == XY_OK && read_family(family);
}
const xy__fuzz_target xy__fuzz_family = {"family", NULL, run_family};

/* Texts of arguments end at a NUL: lines are arguments. */
static char *text_of(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  if (text == NULL) exit(1);
  memcpy(text, data, size);
  text[size] = '\0';
  return text;
}

static bool run_stage(const char *path, const uint8_t *data, size_t size) {
  (void)path;
  enum { MOST = 8 };
  const char *specs[MOST];
  size_t n = 0;
  char *text = text_of(data, size), *rest = NULL;
  for (char *line = strtok_r(text, "\n", &rest); line != NULL && n < MOST; line = strtok_r(NULL, "\n", &rest)) {
    specs[n++] = line;
  }
  xy_family *family;
  xy_error err;
  bool accepted = xy_family_from_stages(&family, "fuzz", specs, n, &err) == XY_OK && read_family(family);
  free(text);
  return accepted;
}
const xy__fuzz_target xy__fuzz_stage = {"stage", NULL, run_stage};

static bool run_format(const char *path, const uint8_t *data, size_t size) {
  (void)path;
  char *text = text_of(data, size);
  const xy__format *format;
  xy_error err = {0};
  bool accepted = xy__format_open(&format, text, &err) == XY_OK;
  if (accepted) xy__format_close(format);
  free(text);
  return accepted;
}
const xy__fuzz_target xy__fuzz_format = {"format", NULL, run_format};

static bool run_survey(const char *path, const uint8_t *data, size_t size) {
  (void)data;
  (void)size;
  xy_survey *survey;
  xy_error err;
  if (xy_survey_open(&survey, &path, 1, &err) != XY_OK) return false;
  char *page = NULL;
  if (xy_survey_page(&page, survey, true, &err) != XY_OK) abort();
  xy_free(page);
  xy_survey_free(survey);
  return true;
}
const xy__fuzz_target xy__fuzz_survey = {"survey", "survey.yaml", run_survey};

static bool run_import(const char *path, const uint8_t *data, size_t size) {
  (void)data;
  (void)size;
  xy_import *import;
  xy_error err;
  if (xy_import_open(&import, &path, 1, &err) != XY_OK) return false;
  xy_import_info info;
  xy_import_describe(&info, import);
  xy__fuzz_read(info.model);
  xy__fuzz_read(info.engine);
  xy_import_free(import);
  return true;
}
const xy__fuzz_target xy__fuzz_import = {"import", "samples.jsonl", run_import};

static bool run_requests(const char *path, const uint8_t *data, size_t size) {
  (void)path;
  xy_requests *requests;
  xy_error err;
  if (xy_requests_read(&requests, (const char *)data, size, "fuzz", &err) != XY_OK) return false;
  size_t n;
  const xy_request *list = xy_requests_list(&n, requests);
  for (size_t i = 0; i < n; i++) {
    xy__fuzz_read(list[i].name);
    xy__fuzz_read(list[i].text);
    xy__fuzz_read(list[i].continuation);
    for (size_t t = 0; t < list[i].n_ids; t++) {
      if (list[i].ids[t] < 0) abort();
    }
  }
  xy_requests_free(requests);
  return n > 0;
}
const xy__fuzz_target xy__fuzz_requests = {"requests", NULL, run_requests};

static bool run_prompts(const char *path, const uint8_t *data, size_t size) {
  (void)path;
  xy_prompts *prompts;
  xy_error err;
  if (xy_prompts_read(&prompts, (const char *)data, size, "fuzz", &err) != XY_OK) return false;
  size_t n;
  const xy_prompt *list = xy_prompts_list(&n, prompts);
  for (size_t i = 0; i < n; i++) {
    xy__fuzz_read(list[i].name);
    xy__fuzz_read(list[i].text);
    for (size_t t = 0; t < list[i].n_turns; t++) xy__fuzz_read(list[i].turns[t].text);
  }
  xy_prompts_free(prompts);
  return n > 0;
}
const xy__fuzz_target xy__fuzz_prompts = {"prompts", NULL, run_prompts};

static bool run_results(const char *path, const uint8_t *data, size_t size) {
  (void)data;
  (void)size;
  xy_results *results;
  xy_error err;
  if (xy_results_open(&results, path, &err) != XY_OK) return false;
  static const xy_markup markups[] = {XY_MARKUP_MARKDOWN, XY_MARKUP_LATEX};
  for (size_t m = 0; m < 2; m++) {
    char *text = NULL;
    if (xy_report_text(&text, results, markups[m], &err) == XY_OK) xy_free(text);
  }
  (void)xy_report_html(results, "/dev/null", false, &err);
  xy_results_free(results);
  return true;
}
const xy__fuzz_target xy__fuzz_results = {"results", "results.json", run_results};

/* Beside the input, results that hold what samples and rewards need, the same each time; the folder of both. */
static const char *run_folder(const char *path) {
  static const char results[] =
      "{\"xylem\": \"\", \"run\": {}, \"family\": {\"name\": \"small\"},\n"
      "\"settings\": {\"mode\": \"full\", \"draws\": 100, \"permutations\": 100, \"fields\": [\"subset\"]},\n"
      "\"stages\": [{\"name\": \"base\", \"model\": \"a\"},\n"
      "{\"name\": \"dpo\", \"model\": \"b\", \"parent\": \"base\", \"reference\": \"base\", \"beta\": 0.1}],\n"
      "\"benchmarks\": [{\"name\": \"tea\", \"modality\": \"pair\", \"digest\": \"00\"},\n"
      "{\"name\": \"bbq\", \"modality\": \"choice\", \"digest\": \"11\"},\n"
      "{\"name\": \"p\", \"modality\": \"preference\", \"digest\": \"22\"}],\n"
      "\"headline\": {\"where\": \"\", \"how_much\": \"\", \"cannot_tell\": \"\", \"benchmark\": \"tea\"},\n"
      "\"findings\": [], \"measures\": []}\n";
  static char folder[512];
  xy__fuzz_beside(path, "results.json", results);
  snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
  return folder;
}

/* Of a run that is compared with itself. */
static bool run_samples(const char *path, const uint8_t *data, size_t size) {
  (void)data;
  (void)size;
  const char *folder = run_folder(path);
  xy_comparison *comparison;
  xy_error err;
  if (xy_compare(&comparison, folder, folder, NULL, 0, &err) != XY_OK) return false;
  xy_comparison_free(comparison);
  return true;
}
const xy__fuzz_target xy__fuzz_samples = {"samples", "samples.jsonl", run_samples};

/* Of a run that is looked at again; accepted where no line of the file is at fault. */
static bool run_verify(const char *path, const uint8_t *data, size_t size) {
  (void)data;
  (void)size;
  xy_verified *verified;
  xy_error err;
  if (xy_verify(&verified, run_folder(path), NULL, &err) != XY_OK) return false;
  bool accepted = true;
  for (size_t i = 0; i < verified->n_faults; i++) {
    xy__fuzz_read(verified->faults[i]);
    if (strstr(verified->faults[i], ".jsonl:") != NULL) accepted = false;
  }
  for (size_t i = 0; i < verified->n_notes; i++) xy__fuzz_read(verified->notes[i]);
  xy_verified_free(verified);
  return accepted;
}
const xy__fuzz_target xy__fuzz_verify = {"verify", "samples.jsonl", run_verify};
const xy__fuzz_target xy__fuzz_rewards = {"rewards", "rewards.jsonl", run_verify};

static bool run_sums(const char *path, const uint8_t *data, size_t size) {
  static char folder[512];
  (void)data;
  (void)size;
  snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
  xy__sums sums = {0};
  if (xy__sums_read(&sums, folder, NULL) != XY_OK) return false;
  for (size_t i = 0; i < sums.n; i++) {
    xy__fuzz_read(sums.list[i].path);
    if (xy__sums_find(&sums, sums.list[i].path) == NULL) abort();
  }
  xy__sums_dispose(&sums);
  return true;
}
const xy__fuzz_target xy__fuzz_sums = {"sums", XY__SUMS_NAME, run_sums};
