/* StereoSet (Nadeem et al. 2021) as published: dev.json, its intra-sentence part.
 *
 * An entry has a group (`target`), a kind of bias and three sentences of one frame: a stereotype, an anti-stereotype
 * and an unrelated one. The pair is the first against the second; the preference rate is then the paper's stereotype
 * score (of a model that gives a sentence its likelihood). The unrelated sentences, from which the paper makes its
 * language modelling score, are not used. Both sentences name the same group, so mode `predicate` starts where they
 * part.
 */
#include <string.h>

#include "base/faults.h"
#include "base/json.h"
#include "bench/published/marked.h"
#include "bench/published/pairs_csv.h"

/* The entry's sentence with this label; NULL where it has none, or several. */
static const char *sentence(const json_t *entry, const char *label) {
  const char *found = NULL;
  const json_t *sentences = json_object_get(entry, "sentences");
  for (size_t i = 0; i < json_array_size(sentences); i++) {
    const json_t *one = json_array_get(sentences, i);
    const char *gold = json_string_value(json_object_get(one, "gold_label"));
    if (gold == NULL || strcmp(gold, label) != 0) continue;
    if (found != NULL) return NULL;
    found = json_string_value(json_object_get(one, "sentence"));
  }
  return found != NULL && found[0] != '\0' ? found : NULL;
}

static void add_entry(xy__builder *builder, xy__faults *faults, xy__map *ids, const json_t *entry, int number) {
  const char *id = json_string_value(json_object_get(entry, "id"));
  const char *group = json_string_value(json_object_get(entry, "target"));
  const char *bias = json_string_value(json_object_get(entry, "bias_type"));
  xy__pair_row row = {
      .line = number, .number = id, .sides = {sentence(entry, "stereotype"), sentence(entry, "anti-stereotype")}};
  int64_t first;
  if (id == NULL || group == NULL || bias == NULL || id[0] == '\0' || group[0] == '\0' || bias[0] == '\0') {
    xy__fault(faults, number, "entry %d of intrasentence: expected id, target and bias_type", number);
  } else if (row.sides[0] == NULL || row.sides[1] == NULL) {
    xy__fault(faults, number, "entry %s: expected one sentence 'stereotype' and one 'anti-stereotype'", id);
  } else if (strcmp(row.sides[0], row.sides[1]) == 0) {
    xy__fault(faults, number, "entry %s: both sentences are the same", id);
  } else if (xy__map_get(ids, id, strlen(id), &first)) {
    xy__fault(faults, number, "entry %s is given twice", id);
  } else {
    xy__pairs_difference(&row);
    xy__item *item = xy__pairs_add(builder, &row);
    if (item == NULL || !xy__map_put(ids, id, strlen(id), number)) {
      builder->failed = true;
      return;
    }
    for (int i = 0; i < 2; i++) item->options[i].identity_end = (int64_t)row.before;
    item->place = XY__SAME;
    xy__label_set(builder, &item->identity, XY__IDENTITIES, group);
    xy__label_set(builder, &item->theme, XY__THEMES, bias);
    xy__label_set(builder, &item->cluster, XY__CLUSTERS, group);
  }
}

static bool tells(const xy__source *source) {
  static const char key[] = "\"intrasentence\"";
  return source->bytes > 0 && source->text[0] == '{' &&
         memmem(source->text, source->bytes, key, sizeof key - 1) != NULL;
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  json_t *document = NULL;
  int rc = xy__json_parse(&document, source->text, source->bytes, source->name, err);
  if (rc != XY_OK) return rc;
  const json_t *entries = json_object_get(json_object_get(document, "data"), "intrasentence");
  if (json_array_size(entries) == 0) {
    json_decref(document);
    return xy__fail(err, XY_ERR_FORMAT,
                    "%s: expected data.intrasentence, a list of entries, as in StereoSet's dev.json", source->name);
  }
  xy__faults faults = {.name = source->name, .err = err};
  xy__map ids = {0};
  for (size_t i = 0; i < json_array_size(entries) && !builder->failed; i++) {
    add_entry(builder, &faults, &ids, json_array_get(entries, i), (int)i + 1);
  }
  xy__map_dispose(&ids);
  json_decref(document);
  rc = xy__faults_end(&faults);
  if (rc != XY_OK || builder->failed) return rc;
  const xy__published facts = {
      .name = "stereoset",
      .task = "pair",
      .axis = "mixed",
      .summary = "StereoSet: stereotypes against anti-stereotypes about the same group (Nadeem et al. 2021)",
      .harm = "A preference for the target text means that the model finds the stereotype likelier than its opposite."};
  xy__builder_published(builder, &facts);
  return XY_OK;
}

const xy__reader xy__reader_stereoset = {
    .name = "stereoset", .what = "StereoSet's dev.json", .read = read, .tells = tells};
