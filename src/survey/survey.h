/* The registry of evaluation practice: which bias evaluations the makers of language models report, and how benchmarks
 * treat gender. Files of the form of docs/survey.md are read into three tables of text (models, evaluations,
 * benchmarks); everything else is counting rows.
 */
#ifndef XY_SURVEY_SURVEY_H
#define XY_SURVEY_SURVEY_H

#include "base/memory.h"
#include "base/yaml.h"

enum { XY__SURVEY_COLUMNS = 16, XY__SURVEY_FIRST_YEAR = 1950, XY__SURVEY_LAST_YEAR = 2100 };

typedef enum xy__survey_field {
  XY__SURVEY_WORDS,  /* any text */
  XY__SURVEY_LIST,   /* texts; a cell joins them with "; " */
  XY__SURVEY_CHOICE, /* one of `choices` */
  XY__SURVEY_CHOICES,
  XY__SURVEY_ID,    /* small letters, digits, '-', '.' ; unique in its table */
  XY__SURVEY_YEAR,  /* XY__SURVEY_FIRST_YEAR to XY__SURVEY_LAST_YEAR */
  XY__SURVEY_MONTH, /* 2024 or 2024-05 */
  XY__SURVEY_FACTS, /* list of keys of this entry */
} xy__survey_field;

/* A column of a table, and a key of an entry unless `derived`. */
typedef struct xy__survey_key {
  const char *name;
  xy__survey_field field;
  bool needed, derived;       /* derived: made while reading */
  const char *const *choices; /* ends with NULL */
} xy__survey_key;

typedef struct xy__survey_row {
  const char *cells[XY__SURVEY_COLUMNS]; /* "" where nothing is said */
  const char *file;                      /* where it stands, for faults that show when all is read */
  int line;                              /* of the entry; of an evaluation that of its benchmark, where it names one */
  bool added;                            /* from a reader's file */
  bool replaces;                         /* and in the place of a built-in entry of its id */
} xy__survey_row;

typedef struct xy__survey_table {
  xy__survey_row *rows;
  size_t n, capacity;
} xy__survey_table;

struct xy_survey {
  xy__survey_table tables[3]; /* by xy_survey_kind */
  xy__arena arena;
};

/* Keys of a table in the order of its columns; *n of them. */
const xy__survey_key *xy__survey_keys(size_t *n, xy_survey_kind kind);

/* Keys of a source of a model. */
extern const xy__survey_key xy__survey_source_keys[3];

/* Cell by name of the column; "" where it has none. */
const char *xy__survey_cell(const xy__survey_row *row, xy_survey_kind kind, const char *column);

/* Adds the entries of a file; one of a reader's file takes the place of a built-in one of its id, whose evaluations go
 * with it. Every fault is reported, a line each. `yaml` may be freed afterwards. */
int xy__survey_read(xy_survey *survey, const xy__yaml *yaml, bool added, xy_error *err);

/* The next item of a cell ("a; b"), cut to `room`; returns where the rest begins, NULL when there is none. */
const char *xy__survey_item(char *out, size_t room, const char *cell);

/* Whether one of the items of a cell ("a; b") is `item`. */
bool xy__survey_has(const char *cell, const char *item);

#endif
