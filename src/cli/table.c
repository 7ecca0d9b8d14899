/* Tables for people, on libsmartcols: as wide as the terminal at most, plain when nobody watches. */
#include <libsmartcols.h>
#include <stdlib.h>

#include "cli.h"

struct cli_table {
  struct libscols_table *scols;
  struct libscols_line *line;
  size_t next;
};

/* libsmartcols only fails for lack of memory, or for arguments that are wrong here. */
static void check(bool good) {
  if (good) return;
  cli_message("out of memory for a table");
  exit(CLI_FAILED);
}

cli_table *cli_table_new(const cli_column *columns, size_t n) {
  cli_table *table = cli_grow(NULL, 1, sizeof *table);
  *table = (cli_table){.scols = scols_new_table()};
  check(table->scols != NULL);
  scols_table_set_termforce(table->scols, SCOLS_TERMFORCE_ALWAYS);
  scols_table_set_termwidth(table->scols, (size_t)cli_width(stdout));
  scols_table_enable_colors(table->scols, cli_color(stdout));
  scols_table_enable_nowrap(table->scols, 0);
  scols_table_enable_noencoding(table->scols, 1);
  scols_table_set_column_separator(table->scols, "  ");
  for (size_t i = 0; i < n; i++) {
    int flags = (columns[i].right ? SCOLS_FL_RIGHT : 0) | (columns[i].wrap ? SCOLS_FL_WRAP : 0);
    check(scols_table_new_column(table->scols, columns[i].title, 0, flags) != NULL);
  }
  return table;
}

void cli_table_row(cli_table *table) {
  table->line = scols_table_new_line(table->scols, NULL);
  check(table->line != NULL);
  table->next = 0;
}

void cli_table_cell(cli_table *table, const char *text, const char *color) {
  check(scols_line_set_data(table->line, table->next, text) == 0);
  if (color != NULL) scols_cell_set_color(scols_line_get_cell(table->line, table->next), color);
  table->next++;
}

void cli_table_print(cli_table *table) {
  check(scols_print_table(table->scols) == 0);
  scols_unref_table(table->scols);
  free(table);
}
