/* What the files of the run directory share: the columns of the long table, and one writer per kind of file. */
#ifndef XY_REPORT_INTERNAL_H
#define XY_REPORT_INTERNAL_H

#include "base/file.h"
#include "report/report.h"

/* A column of the long table, in the order of results.json and measures.csv. */
typedef enum xy__column_kind { XY__COLUMN_TEXT, XY__COLUMN_COUNT, XY__COLUMN_NUMBER } xy__column_kind;
typedef struct xy__report_column {
  const char *name;
  xy__column_kind kind;
  size_t offset; /* of the member in xy_measure */
} xy__report_column;
enum { xy__report_columns_n = 16 };
extern const xy__report_column xy__report_columns[xy__report_columns_n];

const char *xy__column_text(const xy_measure *row, const xy__report_column *column);
int64_t xy__column_count(const xy_measure *row, const xy__report_column *column);
double xy__column_number(const xy_measure *row, const xy__report_column *column);

/* The text of results.json. Facts that are missing are XY_ERR_ARGUMENT. */
int xy__results_text(xy__text *out, const xy_results *results, xy_error *err);

int xy__samples_write(const char *path, const xy__report_benchmark *benchmarks, size_t n, xy_error *err);

/* tables/measures.csv, preference.csv and steps.csv below `folder`. */
int xy__tables_write(const char *folder, const xy_results *results, xy_error *err);

/* The page; `json` is the text of results.json, which it embeds. */
int xy__page_write(const char *path, const xy_results *results, const char *json,
                   const xy__report_benchmark *benchmarks, size_t n, const xy__report_options *options, xy_error *err);

/* Distinct values of a text column among the rows of one benchmark (NULL: all rows) and measure (NULL: all), in order
 * of first appearance, "" left out. `list` holds borrowed strings; freed with free(list.names). */
typedef struct xy__names {
  const char **names;
  size_t n, capacity;
} xy__names;
int xy__distinct(xy__names *out, const xy_results *results, const char *column, const char *benchmark,
                 const char *measure, xy_error *err);

/* True for the measures that are shares of items: printed in percent. */
bool xy__is_rate(const char *measure);

#endif
