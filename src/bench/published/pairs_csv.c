/* See pairs_csv.h. */
#include "bench/published/pairs_csv.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/faults.h"

enum { NUMBER, TARGET, COUNTERPART, LABEL, OTHER_LABEL, COLUMNS };

typedef struct reader {
  const xy__csv *csv;
  const char *const *names; /* of the columns */
  size_t columns[COLUMNS];  /* their places */
  xy__map numbers;          /* row number → line */
  xy__faults faults;
} reader;

/* A byte of a word: what differs never ends inside one. Apostrophes and hyphens join words (aren't, non-binary). */
static bool joins(const char *text, size_t at) {
  unsigned char c = (unsigned char)text[at];
  return isalnum(c) || c >= 0x80 || c == '\'' || c == '-';
}
static bool cuts_word(const char *text, size_t n, size_t at) {
  return at > 0 && at < n && joins(text, at - 1) && joins(text, at);
}

void xy__pairs_difference(xy__pair_row *row) {
  const char *a = row->sides[0];
  const char *b = row->sides[1];
  size_t n = strlen(a);
  size_t m = strlen(b);
  size_t least = n < m ? n : m;
  size_t prefix = 0;
  while (prefix < least && a[prefix] == b[prefix]) prefix++;
  while (prefix > 0 && (cuts_word(a, n, prefix) || cuts_word(b, m, prefix))) prefix--;
  size_t suffix = 0;
  while (suffix < least - prefix && a[n - 1 - suffix] == b[m - 1 - suffix]) suffix++;
  while (suffix > 0 && (cuts_word(a, n, n - suffix) || cuts_word(b, m, m - suffix))) suffix--;
  row->before = prefix;
  row->after[0] = n - suffix;
  row->after[1] = m - suffix;
}

static void check_row(reader *r, const xy__csv_row *fields, xy__pair_row *out) {
  const char *text[COLUMNS];
  for (int i = 0; i < COLUMNS; i++) text[i] = xy__csv_field(r->csv, fields, r->columns[i]);
  *out = (xy__pair_row){
      fields->line, text[NUMBER], {text[TARGET], text[COUNTERPART]}, {text[LABEL], text[OTHER_LABEL]}, {0}, 0};
  size_t width = r->csv->rows[0].n;
  if (fields->n != width) {
    xy__fault(&r->faults, fields->line, "expected %zu fields, found %zu", width, fields->n);
    return;
  }
  for (int i = TARGET; i < COLUMNS; i++) {
    if (xy__rstrip(text[i], strlen(text[i])) == 0) xy__fault(&r->faults, fields->line, "%s is empty", r->names[i]);
  }
  if (text[NUMBER][0] == '\0' || strspn(text[NUMBER], "0123456789") != strlen(text[NUMBER])) {
    xy__fault(&r->faults, fields->line, "expected a row number in the first, unnamed column, found '%s'", text[NUMBER]);
    return;
  }
  int64_t first;
  if (xy__map_get(&r->numbers, text[NUMBER], strlen(text[NUMBER]), &first)) {
    xy__fault(&r->faults, fields->line, "row number %s is given twice (first in line %d)", text[NUMBER], (int)first);
  } else if (!xy__map_put(&r->numbers, text[NUMBER], strlen(text[NUMBER]), fields->line)) {
    r->faults.rc = xy__fail_memory(r->faults.err, r->csv->name);
  }
  if (text[TARGET][0] != '\0' && strcmp(text[TARGET], text[COUNTERPART]) == 0) {
    xy__fault(&r->faults, fields->line, "%s and %s are the same sentence", r->names[TARGET], r->names[COUNTERPART]);
  }
  xy__pairs_difference(out);
}

int xy__pairs_read(xy__csv *csv, xy__pair_row **rows, size_t *n, const xy__source *source, const char *const columns[5],
                   xy_error *err) {
  int rc = xy__csv_read(csv, source, ',', false, err);
  if (rc != XY_OK) return rc;
  reader r = {.csv = csv, .names = columns, .faults = {.name = source->name, .err = err}};
  if (!xy__csv_columns(r.columns, csv, columns, COLUMNS)) {
    return xy__fail(err, XY_ERR_FORMAT, "%s:1: expected the columns '%s', '%s', '%s', '%s', '%s'", source->name,
                    columns[0], columns[1], columns[2], columns[3], columns[4]);
  }
  if (csv->n == 1) return xy__fail(err, XY_ERR_FORMAT, "%s: there are no rows below the header", source->name);
  xy__pair_row *read = xy__array(csv->n - 1, sizeof *read);
  if (read == NULL) return xy__fail_memory(err, source->name);
  for (size_t i = 1; i < csv->n; i++) check_row(&r, &csv->rows[i], &read[i - 1]);
  xy__map_dispose(&r.numbers);
  if ((rc = xy__faults_end(&r.faults)) != XY_OK) {
    free(read);
    return rc;
  }
  *rows = read;
  *n = csv->n - 1;
  return XY_OK;
}

xy__item *xy__pairs_add(xy__builder *builder, const xy__pair_row *row) {
  char id[64];
  snprintf(id, sizeof id, "row/%.48s", row->number);
  xy__item *item = xy__builder_item(builder, 2);
  if (item == NULL) return NULL;
  item->id = xy__builder_string(builder, id);
  for (int i = 0; i < 2; i++) {
    item->options[i].text = xy__builder_string(builder, row->sides[i]);
    item->options[i].identity_start = (int64_t)row->before;
    item->options[i].identity_end = (int64_t)row->after[i];
  }
  return item;
}
