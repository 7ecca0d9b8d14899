/* StereoSet (Nadeem et al. 2021) as published: dev.json, its intra-sentence part.
 *
 * An entry has a group (`target`), a kind of bias and three sentences of one frame: a stereotype, an anti-stereotype
 * and an unrelated one. The pair is the first against the second; the preference rate is then the paper's stereotype
 * score (of a model that gives a sentence its likelihood). The unrelated sentences, from which the paper makes its
 * language modelling score, are not used. Both sentences name the same group, so mode `predicate` starts where they
 * part.
 */
#include <string.h>

#include "base/json_rows.h"
#include "bench/published/pairs_csv.h"
#include "bench/texts.h"

/* The entry's sentence with this label; NULL where it has none, or several. */
static const char *sentence(const json_t *entry, const char *label) {
  const json_t *found = NULL;
  const json_t *sentences = json_object_get(entry, "sentences");
  for (size_t i = 0; i < json_array_size(sentences); i++) {
    const json_t *one = json_array_get(sentences, i);
    const char *gold = json_string_value(json_object_get(one, "gold_label"));
    if (gold == NULL || strcmp(gold, label) != 0) continue;
    if (found != NULL) return NULL;
    found = one;
  }
  return found != NULL ? xy__json_whole(json_object_get(found, "sentence")) : NULL;
}

/* False where the entry is left out. */
static bool read_entry(xy__pair_row *out, const char **group, const char **bias, xy__file_rows *rows,
                       const json_t *entry) {
  static const char *const labels[] = {"stereotype", "anti-stereotype"};
  xy__row_text sides[2];
  int64_t first;
  int64_t number = out->line;
  out->number = xy__json_whole(json_object_get(entry, "id"));
  *group = xy__json_whole(json_object_get(entry, "target"));
  *bias = xy__json_whole(json_object_get(entry, "bias_type"));
  if (out->number == NULL || *group == NULL || *bias == NULL || out->number[0] == '\0') {
    xy__row_out(rows, number, "expected id, target and bias_type, texts without zero characters");
    return false;
  }
  *group = xy__text_label(rows, number, "target", *group);
  *bias = xy__text_label(rows, number, "bias_type", *bias);
  for (int i = 0; i < 2; i++) {
    sides[i] = (xy__row_text){i == 0 ? "the stereotype" : "the anti-stereotype", sentence(entry, labels[i])};
    if (sides[i].text != NULL) continue;
    xy__row_out(rows, number, "expected one sentence '%s', a text without zero characters", labels[i]);
    return false;
  }
  if (xy__map_get(&rows->seen, out->number, strlen(out->number), &first)) {
    xy__row_out(rows, number, "the id %.100s is given twice (first in entry %d)", out->number, (int)first);
    return false;
  }
  if (!xy__texts_check(rows, number, XY__SIDES, NULL, sides, 2)) return false;
  for (int i = 0; i < 2; i++) out->sides[i] = sides[i].text;
  return !rows->is_left_out;
}

static void add_entry(xy__builder *builder, const json_t *entry, int number) {
  const char *group, *bias;
  xy__pair_row row = {.line = number};
  xy__row(&builder->rows);
  if (!read_entry(&row, &group, &bias, &builder->rows, entry)) return;
  xy__pairs_difference(&row);
  xy__item *item = xy__pairs_add(builder, &row);
  const char *id = xy__builder_string(builder, row.number);
  if (item == NULL || id == NULL || !xy__map_put(&builder->rows.seen, id, strlen(id), number)) {
    builder->failed = true;
    return;
  }
  for (int i = 0; i < 2; i++) item->options[i].identity_end = (int64_t)row.before;
  item->place = XY__SAME;
  xy__label_set(builder, &item->identity, XY__IDENTITIES, group);
  xy__label_set(builder, &item->theme, XY__THEMES, bias);
  xy__label_set(builder, &item->cluster, XY__CLUSTERS, group);
}

static bool tells(const xy__source *source) {
  static const char key[] = "\"intrasentence\"";
  return source->bytes > 0 && source->text[0] == '{' &&
         memmem(source->text, source->bytes, key, sizeof key - 1) != NULL;
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  json_t *document = NULL;
  int rc = xy__json_parse_lenient(&document, source->text, source->bytes, source->name, err);
  if (rc != XY_OK) return rc;
  const json_t *entries = json_object_get(json_object_get(document, "data"), "intrasentence");
  if (json_array_size(entries) == 0) {
    json_decref(document);
    return xy__fail(err, XY_ERR_FORMAT,
                    "%s: expected data.intrasentence, a list of entries, as in StereoSet's dev.json", source->name);
  }
  builder->rows.unit = "entry";
  builder->rows.units = "entries";
  for (size_t i = 0; i < json_array_size(entries) && !builder->failed; i++) {
    add_entry(builder, json_array_get(entries, i), (int)i + 1);
  }
  json_decref(document);
  if (builder->failed) return XY_OK;
  const xy__published facts = {
      .name = "stereoset",
      .task = "pair",
      .axis = XY__MIXED_AXIS,
      .summary = "StereoSet: stereotypes against anti-stereotypes about the same group (Nadeem et al. 2021)",
      .harm = "A preference for the target text means that the model finds the stereotype likelier than its opposite."};
  xy__builder_published(builder, &facts);
  return XY_OK;
}

const xy__reader xy__reader_stereoset = {
    .name = "stereoset", .what = "StereoSet's dev.json", .read = read, .tells = tells};
