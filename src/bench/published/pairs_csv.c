/* See pairs_csv.h. */
#include "bench/published/pairs_csv.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/texts.h"

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

/* The column of row numbers: whole numbers, each once. `out` is the number of columns where there is none to go by. */
static bool find_numbers(size_t *out, const xy__csv *csv, xy__builder *builder) {
  static const char *const names[] = {"", "Unnamed: 0"};
  *out = csv->rows[0].n;
  bool found = xy__csv_columns(out, csv, names, 1) || xy__csv_columns(out, csv, names + 1, 1);
  if (!found) return false;
  xy__map seen = {0};
  for (size_t i = 1; i < csv->n && *out < csv->rows[0].n; i++) {
    const char *number = xy__csv_field(csv, &csv->rows[i], *out);
    size_t digits = strlen(number);
    int64_t line;
    bool good = digits > 0 && digits <= 18 && strspn(number, "0123456789") == digits;
    if (csv->rows[i].n != csv->rows[0].n) continue;
    if (good && !xy__map_get(&seen, number, digits, &line)) {
      if (!xy__map_put(&seen, number, digits, csv->rows[i].line)) builder->failed = true;
      continue;
    }
    xy__rows_say(&builder->rows,
                 "rows are numbered by their place, since the file's own numbers are not, or not each its "
                 "own, in line %d",
                 csv->rows[i].line);
    *out = csv->rows[0].n;
  }
  xy__map_dispose(&seen);
  return true;
}

/* False where the row is left out. */
static bool check_row(xy__pair_row *out, const xy__csv *csv, const xy__csv_row *fields, const size_t *places,
                      const char *const *columns, xy__file_rows *rows) {
  xy__row_text sides[2];
  xy__row(rows);
  if (!xy__csv_width(csv, fields, rows)) return false;
  for (int i = 0; i < 2; i++) {
    const char *label = xy__csv_field(csv, fields, places[XY__PAIR_LABEL + i]);
    sides[i] = (xy__row_text){columns[i], xy__csv_field(csv, fields, places[i])};
    out->labels[i] = xy__text_label(rows, fields->line, columns[XY__PAIR_LABEL + i], label);
  }
  if (!xy__texts_check(rows, fields->line, XY__SIDES, NULL, sides, 2)) return false;
  for (int i = 0; i < 2; i++) out->sides[i] = sides[i].text;
  out->line = fields->line;
  xy__pairs_difference(out);
  return !rows->is_left_out;
}

/* "12" for the twelfth row. */
static const char *place_of(xy__file_rows *rows, size_t place) {
  char number[32];
  snprintf(number, sizeof number, "%zu", place);
  const char *kept = xy__arena_string(&rows->arena, number);
  rows->failed = rows->failed || kept == NULL;
  return kept;
}

int xy__pairs_read(xy__pair_file *out, xy__builder *builder, const xy__source *source,
                   const char *const columns[XY__PAIR_COLUMNS], xy__pair_check check, xy_error *err) {
  xy__csv *csv = &out->csv;
  size_t places[XY__PAIR_COLUMNS], numbers;
  int rc = xy__csv_read(csv, source, ',', false, err);
  if (rc == XY_OK) rc = xy__csv_need(places, csv, &builder->rows, columns, XY__PAIR_COLUMNS, err);
  if (rc != XY_OK) return rc;
  out->numbered = find_numbers(&numbers, csv, builder);
  out->rows = xy__array(csv->n - 1, sizeof *out->rows);
  if (out->rows == NULL) return xy__fail_memory(err, source->name);
  for (size_t i = 1; i < csv->n; i++) {
    xy__pair_row *row = &out->rows[out->n];
    if (!check_row(row, csv, &csv->rows[i], places, columns, &builder->rows)) continue;
    if (check != NULL && !check(row, &builder->rows)) continue;
    row->number = numbers < csv->rows[0].n ? xy__csv_field(csv, &csv->rows[i], numbers) : place_of(&builder->rows, i);
    if (row->number != NULL) out->n++;
  }
  return XY_OK;
}

void xy__pairs_dispose(xy__pair_file *file) {
  xy__csv_dispose(&file->csv);
  free(file->rows);
  *file = (xy__pair_file){0};
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
