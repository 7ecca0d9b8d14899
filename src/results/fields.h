/* The columns of the long table. */
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
enum { xy__fields_n = 23 };
extern const xy__field xy__fields[xy__fields_n];

const char *xy__field_text(const xy_measure *row, const xy__field *column);
int64_t xy__field_count(const xy_measure *row, const xy__field *column);
double xy__field_number(const xy_measure *row, const xy__field *column);

#endif
