/* The columns of the long table, and the distinct names that stand in them. */
#ifndef XY_RESULTS_FIELDS_H
#define XY_RESULTS_FIELDS_H

#include "results/kinds.h"
#include "results/results.h"

/* A column of the long table, in the order of results.json and measures.csv. */
typedef enum xy__field_kind { XY__FIELD_TEXT, XY__FIELD_COUNT, XY__FIELD_NUMBER } xy__field_kind;
typedef struct xy__field {
  const char *name;
  size_t offset; /* of the member in xy_measure */
  xy__field_kind kind;
  bool optional; /* files of before it was added have no such member */
} xy__field;
enum { xy__fields_n = 19 };
extern const xy__field xy__fields[xy__fields_n];

const char *xy__field_text(const xy_measure *row, const xy__field *column);
int64_t xy__field_count(const xy_measure *row, const xy__field *column);
double xy__field_number(const xy_measure *row, const xy__field *column);

/* Distinct values of a text column among the rows of one benchmark (NULL: all rows) and measure (NULL: all), in order
 * of first appearance, "" left out. `list` holds borrowed strings; freed with free(list.names). */
typedef struct xy__names {
  const char **names;
  size_t n, capacity;
} xy__names;
int xy__names_of(xy__names *out, const xy_results *results, const char *column, const char *benchmark,
                 const char *measure, xy_error *err);

/* A single name beside "all" has all items again, and the long table does not cross it: "all" stays alone. */
void xy__names_drop_single(xy__names *names);

#endif
