/* See fields.h. */
#include <stddef.h>
#include <string.h>

#include "results/fields.h"

#define FIELD(name, kind, optional) {#name, offsetof(xy_measure, name), XY__FIELD_##kind, optional}
#define TEXT(name) FIELD(name, TEXT, false)
#define COUNT(name) FIELD(name, COUNT, false)
#define NUMBER(name) FIELD(name, NUMBER, false)
#define ADDED(name, kind) FIELD(name, kind, true)

const xy__field xy__fields[xy__fields_n] = {TEXT(benchmark),
                                            TEXT(measure),
                                            TEXT(mode),
                                            TEXT(stage),
                                            TEXT(against),
                                            TEXT(identity),
                                            TEXT(theme),
                                            COUNT(n),
                                            COUNT(clusters),
                                            NUMBER(value),
                                            NUMBER(low),
                                            NUMBER(high),
                                            NUMBER(p),
                                            NUMBER(q),
                                            NUMBER(detectable),
                                            TEXT(verdict),
                                            ADDED(low90, NUMBER),
                                            ADDED(high90, NUMBER),
                                            ADDED(bound, NUMBER),
                                            ADDED(floor, NUMBER),
                                            ADDED(level, TEXT),
                                            ADDED(depends, TEXT),
                                            ADDED(ties, COUNT)};

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
