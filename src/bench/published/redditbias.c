/* RedditBias (Barikeri et al. 2021) as published, in three forms of files (reddit_comments_KIND_GROUP_…):
 *
 *  - counterfactual halves (…_biased_test_reduced.csv, …_valid_…, of the majority's group): a comment about a
 *    minoritised group (`comments`), the same with the group exchanged (`comments_processed`), and lists of the words;
 *  - attribute sets (…_testset_pos_attr_reduced.csv): the same, but that a word of the comment is exchanged for its
 *    opposite, and the group stays. Two of the five call the words `initial_attr`;
 *  - the other halves hold one side, and their counterfactual half stands beside them: that is read in their place.
 *
 * The annotated files (…_annotated.csv) hold one side only, and are no pairs. A row is its own cluster.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "bench/published/beside.h"
#include "bench/published/pairs_csv.h"

static const char *const columns[] = {"comments", "comments_processed", "initial_demo", "replaced_demo", NULL};
static const char *const attributes[] = {"comments", "comments_processed", "initial_attr", "replaced_attr", NULL};

/* What the name of a one-sided half has, and what its counterfactual half has in its place. */
static const char *const halves[][2] = {
    {"_processed_phrase_biased_testset_neg_attr_", "_processed_phrase_unbiased_testset_pos_attr_"},
    {"_female_", "_male_"},
    {"_lgbtq_", "_straight_"},
    {"_black_", "_white_"},
    {"_jews_", "_christians_"},
    {"_muslims_", "_christians_"},
};

/* The first word of a list as Python prints it, "['mom', ' she ']"; a text that is no list is the word itself. */
static const char *first_word(xy__file_rows *rows, const char *list) {
  const char *start = list + (*list == '[' ? 1 : 0);
  start += strspn(start, " ");
  const char quote = *list == '[' && (*start == '\'' || *start == '"') ? *start++ : '\0';
  const char *end = quote != '\0' ? strchr(start, quote) : NULL;
  if (end == NULL) end = *list == '[' ? start + strcspn(start, ",]") : start + strlen(start);
  start += strspn(start, " ");
  size_t n = start < end ? xy__rstrip(start, (size_t)(end - start)) : 0;
  const char *word = xy__arena_copy(&rows->arena, start, n);
  rows->failed = rows->failed || word == NULL;
  return word;
}

static bool check(xy__pair_row *row, xy__file_rows *rows) {
  for (int i = 0; i < 2; i++) {
    row->labels[i] = first_word(rows, row->labels[i]);
    if (row->labels[i] == NULL) return false;
    if (row->labels[i][0] != '\0') continue;
    xy__row_out(rows, row->line, "%s is an empty list: no word was exchanged", i == 0 ? columns[2] : columns[3]);
    return false;
  }
  return true;
}

static const char start[] = "reddit_comments_";

/* Part 0 or 1 of "reddit_comments_KIND_GROUP_…": "gender", "male"; NULL for another name. */
static const char *part_of(xy__builder *builder, const char *file, int part) {
  const char *name = xy__file_name(file);
  if (strncmp(name, start, sizeof start - 1) != 0) return NULL;
  name += sizeof start - 1;
  for (int i = 0; i < part; i++) {
    name += strcspn(name, "_");
    if (*name == '_') name++;
  }
  size_t n = strcspn(name, "_.");
  return n > 0 ? xy__builder_copy(builder, name, n) : NULL;
}

static void add_row(xy__builder *builder, xy__pair_row *row, const char *group) {
  xy__item *item = xy__pairs_add(builder, row);
  if (item == NULL) return;
  xy__label_set(builder, &item->identity, XY__IDENTITIES, group != NULL ? group : row->labels[0]);
  if (group == NULL) xy__label_set(builder, &item->counterpart, XY__COUNTERPARTS, row->labels[1]);
  xy__label_set(builder, &item->theme, XY__THEMES, "unlabelled");
  xy__label_set(builder, &item->cluster, XY__CLUSTERS, item->id);
  for (int i = 0; i < 2 && group != NULL; i++) { /* both sides name the same group */
    item->options[i].identity_end = row->before > 0 ? (int64_t)row->before : -1;
  }
}

static void describe(xy__builder *builder, const char *file, bool swaps_attributes) {
  const char *kind = part_of(builder, file, 0);
  char name[160];
  snprintf(name, sizeof name, "redditbias%s%.100s%s", kind != NULL ? "-" : "", kind != NULL ? kind : "",
           swaps_attributes ? "-attributes" : "");
  const xy__published facts = {
      .name = xy__builder_string(builder, name),
      .task = "pair",
      /* Its comments on gender are about women and men. */
      .axis = kind == NULL                  ? XY__MIXED_AXIS
              : strcmp(kind, "gender") == 0 ? "binary-gender"
                                            : kind,
      .summary = swaps_attributes
                     ? "RedditBias: biased comments, and the same with what they say exchanged (Barikeri et al. 2021)"
                     : "RedditBias: biased comments, and the same with the group exchanged (Barikeri et al. 2021)",
      .harm = swaps_attributes
                  ? "A preference for the target text means that the model finds biased comments likelier than what "
                    "contradicts them."
                  : "A preference for the target text means that the model finds biased comments likelier about the "
                    "minoritised group."};
  if (!builder->failed) xy__builder_published(builder, &facts);
}

static int read_pairs(xy__builder *builder, const xy__source *source, xy_error *err) {
  xy__csv header = {0};
  size_t places[XY__PAIR_COLUMNS];
  int rc = xy__csv_read(&header, source, ',', true, err);
  bool named = rc == XY_OK && xy__csv_columns(places, &header, attributes, XY__PAIR_COLUMNS);
  xy__csv_dispose(&header);
  if (rc != XY_OK) return rc;
  bool swaps = named || strstr(xy__file_name(source->name), "_pos_attr_") != NULL;
  const char *group = swaps ? part_of(builder, source->name, 1) : NULL;
  if (swaps && group == NULL) group = "unnamed";
  xy__pair_file file = {0};
  rc = xy__pairs_read(&file, builder, source, named ? attributes : columns, check, err);
  for (size_t i = 0; i < file.n && !builder->failed; i++) add_row(builder, &file.rows[i], group);
  xy__pairs_dispose(&file);
  if (rc == XY_OK && !builder->failed) describe(builder, source->name, swaps);
  return rc;
}

/* The name of the counterfactual half of a one-sided file; NULL: the file is none of the published ones. */
static const char *twin_of(xy__builder *builder, const char *file) {
  const char *name = xy__file_name(file);
  for (size_t i = 0; i < sizeof halves / sizeof *halves && strncmp(name, start, sizeof start - 1) == 0; i++) {
    const char *at = strstr(name, halves[i][0]);
    if (at != NULL) return xy__name_exchanged(builder, name, at, strlen(halves[i][0]), halves[i][1]);
  }
  return NULL;
}

static int read_twin(xy__builder *builder, const xy__source *source, xy_error *err) {
  const char *twin = twin_of(builder, source->name);
  xy__source other = {0};
  char *text = NULL;
  if (builder->failed) return XY_OK;
  if (twin == NULL) {
    return xy__fail(err, XY_ERR_FORMAT,
                    "%s:1: expected the columns '%s', '%s', '%s' and '%s': RedditBias' counterfactual halves; this "
                    "file holds one side, and its name does not say which its other half is",
                    source->name, columns[0], columns[1], columns[2], columns[3]);
  }
  int rc = xy__read_beside(&text, &other, builder, source, twin, "the half that holds both sides of its pairs", err);
  if (rc != XY_OK) return rc;
  builder->rows.faults.name = other.name;
  xy__builder_note(builder, "read from '%s', which holds both sides of this file's comments", twin);
  rc = read_pairs(builder, &other, err);
  free(text);
  return rc;
}

/* Names of columns in the first line, which has no quotes in any published file. */
static bool has_column(const xy__source *source, const char *name) {
  const char *line = source->text;
  const char *end = memchr(line, '\n', source->bytes);
  size_t left = end != NULL ? (size_t)(end - line) : source->bytes;
  while (left > 0) {
    const char *comma = memchr(line, ',', left);
    size_t n = comma != NULL ? (size_t)(comma - line) : left;
    if (xy__rstrip(line, n) == strlen(name) && memcmp(line, name, strlen(name)) == 0) return true;
    if (comma == NULL) break;
    line += n + 1;
    left -= n + 1;
  }
  return false;
}

static bool is_one_sided(const xy__source *source) {
  return has_column(source, "comment") && has_column(source, "comments_processed") && has_column(source, "bias_sent");
}

static bool tells(const xy__source *source) {
  return is_one_sided(source) || (has_column(source, attributes[2]) && has_column(source, attributes[0]));
}

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  return is_one_sided(source) || has_column(source, "phrase") ? read_twin(builder, source, err)
                                                              : read_pairs(builder, source, err);
}

const xy__reader xy__reader_redditbias = {.name = "redditbias",
                                          .what = "RedditBias' halves and attribute sets",
                                          .read = read,
                                          .tells = tells,
                                          .delimiter = ',',
                                          .columns = columns};
