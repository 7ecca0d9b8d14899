/* What is built into the program is the same in each execution, and most of what many would do is parse it again.
 * Linked in place of the library's two functions (-Wl,--wrap): those files are parsed once. Of the survey, of which
 * each execution makes rows and a page, one model and one benchmark are built in here.
 */
#include <string.h>

#include "base/file.h"
#include "base/yaml.h"

int __real_xy__yaml_parse(xy__yaml **out, const char *text, size_t bytes, const char *name, xy_error *err);
int __wrap_xy__yaml_parse(xy__yaml **out, const char *text, size_t bytes, const char *name, xy_error *err);
void __real_xy__yaml_free(xy__yaml *yaml);
void __wrap_xy__yaml_free(xy__yaml *yaml);

enum { MOST = 64 };
static struct {
  const xy__embedded *file;
  xy__yaml *yaml;
} parsed[MOST];
static size_t n_parsed;

static const struct {
  const char *name, *text;
} shorter[] = {
    {"survey/models.yaml",
     "survey: models\nmodels: [{id: gpt-4, name: GPT-4, maker: OpenAI, released: 2023-03, alignment: [SFT, RLHF],"
     " preference_finetuned: yes, weights: closed, bias_evaluation: none-found, extent: the card,"
     " sources: [{source: the card, kind: maker, standing: read}]}]\n"},
    {"survey/benchmarks.yaml",
     "survey: benchmarks\nbenchmarks: [{id: bbq, name: BBQ, year: 2022, paper: none, measures_bias: yes, modality: "
     "[multiple-choice], languages: [en], axes: [age], gender: trans, community: no, sources: [the paper]}]\n"}};

static int parse(xy__yaml **out, const xy__embedded *file, xy_error *err) {
  const char *text = (const char *)file->data;
  for (size_t i = 0; i < sizeof shorter / sizeof *shorter; i++) {
    if (strcmp(file->name, shorter[i].name) == 0) text = shorter[i].text;
  }
  return __real_xy__yaml_parse(out, text, strlen(text), file->name, err);
}

int __wrap_xy__yaml_parse(xy__yaml **out, const char *text, size_t bytes, const char *name, xy_error *err) {
  const xy__embedded *file = xy__embedded_find(name);
  if (file == NULL || text != (const char *)file->data) return __real_xy__yaml_parse(out, text, bytes, name, err);
  for (size_t i = 0; i < n_parsed; i++) {
    if (parsed[i].file != file) continue;
    *out = parsed[i].yaml;
    return XY_OK;
  }
  int rc = parse(out, file, err);
  if (rc != XY_OK || n_parsed == MOST) return rc;
  parsed[n_parsed].file = file;
  parsed[n_parsed++].yaml = *out;
  return rc;
}

void __wrap_xy__yaml_free(xy__yaml *yaml) {
  for (size_t i = 0; i < n_parsed; i++) {
    if (parsed[i].yaml == yaml) return;
  }
  __real_xy__yaml_free(yaml);
}
