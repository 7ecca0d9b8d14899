/* RedditBias (Barikeri et al. 2021) as published: the counterfactual halves of its test and validation sets
 * (reddit_comments_KIND_GROUP_biased_test_reduced.csv), whose rows hold a comment about a minoritised group
 * (`comments`), the same with the group exchanged (`comments_processed`), and both words.
 *
 * The annotated files (…_annotated.csv) hold one side only, and are no pairs. A row is its own cluster.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/faults.h"
#include "bench/csv.h"
#include "bench/published/marked.h"
#include "bench/published/pairs_csv.h"

enum { COMMENT, EXCHANGED, GROUP, OTHER, COLUMNS };
static const char *const columns[] = {"comments", "comments_processed", "initial_demo", "replaced_demo", NULL};

/* "['girl']" → "girl". */
static const char *word_of(xy__builder *builder, const char *list) {
  size_t n = strlen(list), start = strspn(list, "[]'\" ");
  while (n > start && strchr("[]'\" ", list[n - 1]) != NULL) n--;
  return xy__builder_copy(builder, list + start, n - start);
}

static void add_row(xy__builder *builder, xy__faults *faults, int line, size_t number,
                    const char *const text[COLUMNS]) {
  for (int i = 0; i < COLUMNS; i++) {
    if (xy__rstrip(text[i], strlen(text[i])) > 0) continue;
    xy__fault(faults, line, "%s is empty", columns[i]);
    return;
  }
  if (strcmp(text[COMMENT], text[EXCHANGED]) == 0) {
    xy__fault(faults, line, "comments and comments_processed are the same");
    return;
  }
  char id[32];
  snprintf(id, sizeof id, "%zu", number);
  xy__pair_row row = {.line = line, .number = id, .sides = {text[COMMENT], text[EXCHANGED]}};
  xy__pairs_difference(&row);
  xy__item *item = xy__pairs_add(builder, &row);
  if (item == NULL) return;
  const char *group = word_of(builder, text[GROUP]), *other = word_of(builder, text[OTHER]);
  if (group == NULL || other == NULL) return;
  xy__label_set(builder, &item->identity, XY__IDENTITIES, group);
  xy__label_set(builder, &item->counterpart, XY__COUNTERPARTS, other);
  xy__label_set(builder, &item->theme, XY__THEMES, "unlabelled");
  xy__label_set(builder, &item->cluster, XY__CLUSTERS, item->id);
}

/* "reddit_comments_gender_male_…" → "gender"; "mixed" for another name. */
static const char *axis_of(xy__builder *builder, const char *file) {
  static const char start[] = "reddit_comments_";
  const char *name = xy__file_name(file);
  if (strncmp(name, start, sizeof start - 1) != 0) return "mixed";
  name += sizeof start - 1;
  return xy__builder_copy(builder, name, strcspn(name, "_."));
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  xy__csv csv = {0};
  size_t places[COLUMNS];
  int rc = xy__csv_read(&csv, source, ',', false, err);
  if (rc != XY_OK) return rc;
  xy__faults faults = {.name = source->name, .err = err};
  if (!xy__csv_columns(places, &csv, columns, COLUMNS)) {
    rc = xy__fail(err, XY_ERR_FORMAT,
                  "%s:1: expected the columns '%s', '%s', '%s' and '%s': RedditBias' counterfactual halves "
                  "(…_biased_test_reduced.csv of the second group); its annotated files hold one side and are no pairs",
                  source->name, columns[0], columns[1], columns[2], columns[3]);
  } else if (csv.n == 1) {
    rc = xy__fail(err, XY_ERR_FORMAT, "%s: there are no rows below the header", source->name);
  }
  for (size_t i = 1; rc == XY_OK && i < csv.n; i++) {
    const char *text[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) text[c] = xy__csv_field(&csv, &csv.rows[i], places[c]);
    add_row(builder, &faults, csv.rows[i].line, i, text);
  }
  xy__csv_dispose(&csv);
  if (rc == XY_OK) rc = xy__faults_end(&faults);
  if (rc != XY_OK || builder->failed) return rc;
  const char *axis = axis_of(builder, source->name);
  char name[128];
  snprintf(name, sizeof name, "redditbias%s%.100s", axis != NULL && strcmp(axis, "mixed") != 0 ? "-" : "",
           axis != NULL && strcmp(axis, "mixed") != 0 ? axis : "");
  /* Its comments on gender are about women and men. */
  const xy__published facts = {
      .name = xy__builder_string(builder, name),
      .task = "pair",
      .axis = axis != NULL && strcmp(axis, "gender") == 0 ? "binary-gender" : axis,
      .summary = "RedditBias: biased comments, and the same with the group exchanged (Barikeri et al. 2021)",
      .harm =
          "A preference for the target text means that the model finds biased comments likelier about the minoritised "
          "group."};
  xy__builder_published(builder, &facts);
  return XY_OK;
}

const xy__reader xy__reader_redditbias = {.name = "redditbias",
                                          .what = "RedditBias' counterfactual halves",
                                          .read = read,
                                          .delimiter = ',',
                                          .columns = columns};
