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

/* libsmartcols only fails for lack of memory, or for arguments that are wrong here. */
static void check(bool good) {
  if (good) return;
  cli_message("out of memory for a table");
  exit(CLI_FAILED);
}

void cli_table_cell(cli_table *table, const char *text, const char *color) {
  char *shown = xy_visible_text(text, strlen(text));
  check(shown != NULL);
  table->cells = cli_grow(table->cells, table->n + 1, sizeof *table->cells);
  table->cells[table->n++] = (cell){cli_copy(shown), color};
  xy_free(shown);
}

static size_t columns_of(const char *text) { return cli_columns(text, strlen(text)); }

/* Columns of the terminal that column c may take when the others have all they want. */
static size_t room(const cli_table *table, size_t c) {
  size_t width = (size_t)cli_width(stdout), taken = 0, least = table->columns[c].fit == CLI_PROSE ? 20 : 8;
  for (size_t other = 0; other < table->n_columns; other++) {
    if (other == c) continue;
    size_t widest = columns_of(table->columns[other].title);
    for (size_t i = other; i < table->n; i += table->n_columns) {
      size_t columns = columns_of(table->cells[i].text);
      if (columns > widest) widest = columns;
    }
    taken += widest + GAP;
  }
  return taken + least < width ? width - taken : least;
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

/* The bytes of the next part of a name: blanks in front, and up to its first hyphen or the next blank. */
static size_t part_of(const char *name) {
  size_t blank = strspn(name, " "), length = blank + strcspn(name + blank, "- ");
  return length + (name[length] == '-');
}

/* The bytes of a name that `width` columns hold; one character at least. */
static size_t cut_of(const char *name, size_t length, size_t width) {
  size_t n = 0;
  while (n < length) {
    size_t next = n + 1;
    while (next < length && ((unsigned char)name[next] & 0xC0) == 0x80) next++;
    if (n > 0 && cli_columns(name, next) > width) break;
    n = next;
  }
  return n;
}

enum { LEAST_NAME = 8 }; /* columns that a name is broken for */

/* A copy of a name with line ends after hyphens, in place of blanks and within what is longer than a line, so that
 * lines have at most `width` columns; NULL where that is too little. */
static char *broken_name(const char *name, size_t width) {
  size_t n = 0, at = 0;
  char *out = cli_grow(NULL, 2 * strlen(name) + 1, 1);
  while (*name != '\0') {
    size_t length = part_of(name), columns = cli_columns(name, length);
    if (at > 0 && at + columns > width) {
      size_t blank = strspn(name, " ");
      out[n++] = '\n';
      at = 0;
      name += blank;
      length -= blank;
      columns -= blank;
    }
    if (columns > width && width < LEAST_NAME) {
      free(out);
      return NULL;
    }
    if (columns > width) {
      length = cut_of(name, length, width);
      columns = cli_columns(name, length);
    }
    memcpy(out + n, name, length);
    n += length;
    at += columns;
    name += length;
  }
  out[n] = '\0';
  return out;
}

/* Whether every name of a column fits after breaking it; then they are broken. */
static bool break_names(cli_table *table, size_t c) {
  size_t width = room(table, c);
  for (int really = 0; really < 2; really++) {
    for (size_t i = c; i < table->n; i += table->n_columns) {
      char *broken = broken_name(table->cells[i].text, width);
      if (broken == NULL) return false;
      char *unused = really ? table->cells[i].text : broken;
      if (really) table->cells[i].text = broken;
      free(unused);
    }
  }
  return true;
}

static void add_columns(struct libscols_table *scols, cli_table *table) {
  static const int flags[] = {
      [CLI_LEFT] = 0, [CLI_RIGHT] = SCOLS_FL_RIGHT, [CLI_NAME] = SCOLS_FL_WRAP, [CLI_PROSE] = SCOLS_FL_WRAP};
  for (size_t c = 0; c < table->n_columns; c++) {
    const cli_column *column = &table->columns[c];
    struct libscols_column *made = scols_table_new_column(scols, column->title, 0, flags[column->fit]);
    check(made != NULL);
    if (column->fit == CLI_PROSE) {
      for (size_t i = c; i < table->n; i += table->n_columns) break_lines(table->cells[i].text, room(table, c));
    } else if (column->fit != CLI_NAME || !break_names(table, c)) {
      continue;
    }
    check(scols_column_set_wrapfunc(made, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL) == 0);
    check(scols_column_set_safechars(made, "\n") == 0);
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
  FILE *out = cli_color(stdout) ? cli_raw(stdout) : stdout;
  scols_table_set_stream(scols, out);
  check(scols_print_table(scols) == 0);
  (void)fflush(out);
  scols_unref_table(scols);
  for (size_t i = 0; i < table->n; i++) free(table->cells[i].text);
  free(table->cells);
  free(table->columns);
  free(table);
}
