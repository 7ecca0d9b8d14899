/* Tables for people, on libsmartcols: as wide as the terminal at most, without colours when nobody watches. */
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { GAP = 2 }; /* between columns */

typedef struct cell {
  char *text;
  const char *color;
} cell;

struct cli_table {
  cli_column *columns;
  size_t n_columns;
  cell *cells; /* row after row */
  size_t n;
};

cli_table *cli_table_new(const cli_column *columns, size_t n) {
  cli_table *table = cli_grow(NULL, 1, sizeof *table);
  *table = (cli_table){.n_columns = n, .columns = cli_grow(NULL, n, sizeof *columns)};
  memcpy(table->columns, columns, n * sizeof *columns);
  return table;
}

void cli_table_cell(cli_table *table, const char *text, const char *color) {
  table->cells = cli_grow(table->cells, table->n + 1, sizeof *table->cells);
  table->cells[table->n++] = (cell){cli_copy(text), color};
}

/* Columns of the terminal that the last column may take. */
static size_t room(const cli_table *table) {
  size_t width = (size_t)cli_width(stdout), taken = 0, last = table->n_columns - 1;
  for (size_t c = 0; c < last; c++) {
    size_t widest = strlen(table->columns[c].title);
    for (size_t i = c; i < table->n; i += table->n_columns) {
      size_t columns = cli_columns(table->cells[i].text, strlen(table->cells[i].text));
      if (columns > widest) widest = columns;
    }
    taken += widest + GAP;
  }
  return taken + 20 < width ? width - taken : 20;
}

/* Line ends in place of spaces, so that lines have at most `width` columns where words allow it. */
static void break_lines(char *text, size_t width) {
  size_t at = 0;
  char *space = NULL;
  for (char *word = text; *word != '\0';) {
    size_t length = strcspn(word, " "), columns = cli_columns(word, length);
    if (space != NULL && at + 1 + columns > width) {
      *space = '\n';
      at = columns;
    } else {
      at += columns + (space != NULL);
    }
    space = word + length;
    word = *space == '\0' ? space : space + 1;
  }
}

/* libsmartcols only fails for lack of memory, or for arguments that are wrong here. */
static void check(bool good) {
  if (good) return;
  cli_message("out of memory for a table");
  exit(CLI_FAILED);
}

static void add_columns(struct libscols_table *scols, const cli_table *table) {
  static const int flags[] = {
      [CLI_LEFT] = 0, [CLI_RIGHT] = SCOLS_FL_RIGHT, [CLI_NAME] = SCOLS_FL_WRAP, [CLI_PROSE] = SCOLS_FL_WRAP};
  for (size_t c = 0; c < table->n_columns; c++) {
    const cli_column *column = &table->columns[c];
    struct libscols_column *made = scols_table_new_column(scols, column->title, 0, flags[column->fit]);
    check(made != NULL);
    if (column->fit != CLI_PROSE) continue;
    check(scols_column_set_wrapfunc(made, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL) == 0);
    check(scols_column_set_safechars(made, "\n") == 0);
    for (size_t i = c; i < table->n; i += table->n_columns) break_lines(table->cells[i].text, room(table));
  }
}

static void add_rows(struct libscols_table *scols, const cli_table *table) {
  for (size_t i = 0; i + table->n_columns <= table->n; i += table->n_columns) {
    struct libscols_line *line = scols_table_new_line(scols, NULL);
    check(line != NULL);
    for (size_t c = 0; c < table->n_columns; c++) {
      const cell *from = &table->cells[i + c];
      check(scols_line_set_data(line, c, from->text) == 0);
      if (from->color != NULL) check(scols_cell_set_color(scols_line_get_cell(line, c), from->color) == 0);
    }
  }
}

void cli_table_print(cli_table *table) {
  struct libscols_table *scols = scols_new_table();
  check(scols != NULL);
  scols_table_set_termforce(scols, SCOLS_TERMFORCE_ALWAYS);
  scols_table_set_termwidth(scols, (size_t)cli_width(stdout));
  scols_table_enable_colors(scols, cli_color(stdout));
  check(scols_table_set_column_separator(scols, "  ") == 0);
  add_columns(scols, table);
  add_rows(scols, table);
  check(scols_print_table(scols) == 0);
  scols_unref_table(scols);
  for (size_t i = 0; i < table->n; i++) free(table->cells[i].text);
  free(table->cells);
  free(table->columns);
  free(table);
}
