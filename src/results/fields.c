/* See fields.h. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "results/fields.h"

#define TEXT(name) {#name, offsetof(xy_measure, name), XY__FIELD_TEXT, false}
#define COUNT(name) {#name, offsetof(xy_measure, name), XY__FIELD_COUNT, false}
#define NUMBER(name) {#name, offsetof(xy_measure, name), XY__FIELD_NUMBER, false}
#define ADDED(name) {#name, offsetof(xy_measure, name), XY__FIELD_NUMBER, true}

const xy__field xy__fields[xy__fields_n] = {
    TEXT(benchmark),    TEXT(measure),   TEXT(mode),    TEXT(stage),   TEXT(against), TEXT(identity), TEXT(theme),
    COUNT(n),           COUNT(clusters), NUMBER(value), NUMBER(low),   NUMBER(high),  NUMBER(p),      NUMBER(q),
    NUMBER(detectable), TEXT(verdict),   ADDED(low90),  ADDED(high90), ADDED(bound)};

static const void *member(const xy_measure *row, const xy__field *column) { return (const char *)row + column->offset; }

const char *xy__field_text(const xy_measure *row, const xy__field *column) {
  const char *text;
  memcpy(&text, member(row, column), sizeof text);
  return text != NULL ? text : "";
}

int64_t xy__field_count(const xy_measure *row, const xy__field *column) {
  int64_t count;
  memcpy(&count, member(row, column), sizeof count);
  return count;
}

double xy__field_number(const xy_measure *row, const xy__field *column) {
  double number;
  memcpy(&number, member(row, column), sizeof number);
  return number;
}

static int add_name(xy__names *names, const char *name, xy_error *err) {
  for (size_t i = 0; i < names->n; i++) {
    if (strcmp(names->names[i], name) == 0) return XY_OK;
  }
  if (!xy__grow(&names->names, &names->capacity, names->n, sizeof *names->names)) {
    return xy__fail_memory(err, "names of the report");
  }
  names->names[names->n++] = name;
  return XY_OK;
}

int xy__names_of(xy__names *out, const xy_results *results, const char *column, const char *benchmark,
                 const char *measure, xy_error *err) {
  const xy__field *wanted = xy__fields;
  while (strcmp(wanted->name, column) != 0) wanted++;
  xy__names names = {0};
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < results->n_measures; i++) {
    const xy_measure *row = &results->measures[i];
    if (benchmark != NULL && strcmp(row->benchmark, benchmark) != 0) continue;
    if (measure != NULL && strcmp(row->measure, measure) != 0) continue;
    const char *name = xy__field_text(row, wanted);
    if (name[0] != '\0') rc = add_name(&names, name, err);
  }
  if (rc == XY_OK) {
    *out = names;
  } else {
    free(names.names);
  }
  return rc;
}

void xy__names_drop_single(xy__names *names) {
  if (names->n == 2 && strcmp(names->names[0], "all") == 0) names->n = 1;
}
