/* WinoQueer (Felkner et al. 2023) as published: winoqueer_final.csv.
 *
 * `sent_x` is the target text with its label `Gender_ID_x`, `sent_y` the counterpart with `Gender_ID_y`. The file names
 * neither statements nor themes: the theme is "unlabelled", and the cluster is the statement that statements.c finds,
 * so that a predicate is one cluster whatever templates, identities and counterparts it recurs with.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/context/statements.h"

static const char *const columns[] = {"sent_x", "sent_y", "Gender_ID_x", "Gender_ID_y", NULL};
/* By which it is told, as its authors have them in order. */
static const char *const header[] = {"Gender_ID_x", "Gender_ID_y", "sent_x", "sent_y", NULL};

static void add_rows(xy__builder *builder, const xy__pair_row *rows, const char **statements, size_t n) {
  static const char theme[] = "unlabelled";
  for (size_t i = 0; i < n; i++) {
    const xy__pair_row *row = &rows[i];
    xy__item *item = xy__pairs_add(builder, row);
    if (item == NULL) break;
    xy__label_set(builder, &item->identity, XY__IDENTITIES, row->labels[0]);
    xy__label_set(builder, &item->counterpart, XY__COUNTERPARTS, row->labels[1]);
    xy__label_set(builder, &item->theme, XY__THEMES, theme);
    xy__label_set(builder, &item->cluster, XY__CLUSTERS, statements[i]);
  }
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  xy__pair_file file = {0};
  xy__arena arena = {0};
  const char **statements = NULL;
  int rc = xy__pairs_read(&file, builder, source, columns, NULL, err);
  if (rc == XY_OK && file.n > 0) rc = xy__find_statements(&statements, &arena, file.rows, file.n, err);
  if (rc == XY_OK && file.n > 0) add_rows(builder, file.rows, statements, file.n);
  bool numbered = file.numbered;
  free(statements);
  xy__arena_dispose(&arena);
  xy__pairs_dispose(&file);
  if (rc != XY_OK || builder->failed) return rc;
  const xy__published facts = {
      .name = "winoqueer",
      .task = "pair",
      .axis = "gender-diverse",
      .reworked = !numbered,
      .summary =
          "WinoQueer: harmful statements about LGBTQ+ people, collected from the community (Felkner et al. 2023)",
      .harm =
          "A preference for the target text means that the model finds a harmful statement likelier about LGBTQ+ "
          "people than about straight or cisgender people."};
  xy__builder_published(builder, &facts);
  return XY_OK;
}

const xy__reader xy__reader_winoqueer = {
    .name = "winoqueer", .what = "WinoQueer's CSV", .read = read, .delimiter = ',', .columns = header};
