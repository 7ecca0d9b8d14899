/* CrowS-Pairs (Nangia et al. 2020) as published: crows_pairs_anonymized.csv.
 *
 * The target text is `sent_more`, the more stereotypical of the two, in both directions: in a `stereo` row it shows a
 * stereotype about a disadvantaged group, in an `antistereo` row its counterpart `sent_less` contradicts one. A rate of
 * preferred targets is then the paper's score (its metric counts sent_more in either direction), and the direction is
 * the theme. The identity is the kind of bias; the counterpart group has no label in the file. Rows are written one by
 * one, so each is its own cluster.
 */
#include <string.h>

#include "bench/published/pairs_csv.h"

static const char *const columns[] = {"sent_more", "sent_less", "stereo_antistereo", "bias_type", NULL};

static bool check(xy__pair_row *row, xy__file_rows *rows) {
  const char *direction = row->labels[0];
  if (strcmp(direction, "stereo") == 0 || strcmp(direction, "antistereo") == 0) return true;
  xy__row_out(rows, row->line, "stereo_antistereo: expected 'stereo' or 'antistereo', found '%.100s'", direction);
  return false;
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  xy__pair_file file = {0};
  int rc = xy__pairs_read(&file, builder, source, columns, check, err);
  for (size_t i = 0; i < file.n; i++) {
    const char *direction = file.rows[i].labels[0];
    const char *bias = file.rows[i].labels[1];
    xy__item *item = xy__pairs_add(builder, &file.rows[i]);
    if (item == NULL) break;
    xy__label_set(builder, &item->identity, XY__IDENTITIES, bias);
    xy__label_set(builder, &item->theme, XY__THEMES, direction);
    xy__label_set(builder, &item->cluster, XY__CLUSTERS, item->id);
  }
  bool numbered = file.numbered;
  xy__pairs_dispose(&file);
  if (rc != XY_OK || builder->failed) return rc;
  const xy__published facts = {
      .name = "crows-pairs",
      .task = "pair",
      .axis = XY__MIXED_AXIS,
      .reworked = !numbered,
      .summary = "CrowS-Pairs: stereotypes of nine kinds against minimally edited sentences (Nangia et al. 2020)",
      .harm = "A preference for the target text means that the model finds the more stereotypical sentence likelier."};
  xy__builder_published(builder, &facts);
  return XY_OK;
}

const xy__reader xy__reader_crows_pairs = {
    .name = "crows-pairs", .what = "CrowS-Pairs' CSV", .read = read, .delimiter = ',', .columns = columns};
