#include "measure/cells.h"

#include <stdlib.h>
#include <string.h>

static const char all[] = "all";

typedef struct cell_list {
  xy__cell *cells;
  size_t n, capacity;
} cell_list;

static bool in_cell(const xy__item *item, int identity, int theme) {
  return (identity < 0 || item->identity == identity) && (theme < 0 || item->theme == theme);
}

/* Adds the cell of an identity and a theme; -1 for all of them. */
static int add(cell_list *list, const xy_bench *bench, int identity, int theme, xy_error *err) {
  xy__cell cell = {.identity = identity < 0 ? all : bench->identities.names[identity],
                   .theme = theme < 0 ? all : bench->themes.names[theme],
                   .reach = (xy__reach)((identity >= 0) + (theme >= 0))};
  for (size_t i = 0; i < bench->n; i++) cell.n += in_cell(&bench->items[i], identity, theme);
  if (cell.n == 0) return XY_OK;
  cell.items = xy__array(cell.n, sizeof *cell.items);
  if (cell.items == NULL || !xy__grow(&list->cells, &list->capacity, list->n, sizeof cell)) {
    free(cell.items);
    return xy__fail_memory(err, "cells");
  }
  cell.n = 0;
  for (size_t i = 0; i < bench->n; i++) {
    if (in_cell(&bench->items[i], identity, theme)) cell.items[cell.n++] = i;
  }
  list->cells[list->n++] = cell;
  return XY_OK;
}

static bool splits(const xy__labels *labels, size_t i) { return strcmp(labels->names[i], all) != 0; }

int xy__cells_make(xy__cell **out, size_t *n, const xy_bench *bench, xy_error *err) {
  cell_list list = {0};
  const xy__labels *identities = &bench->identities, *themes = &bench->themes;
  int rc = add(&list, bench, -1, -1, err);
  for (size_t i = 0; rc == XY_OK && i < identities->n; i++) {
    if (splits(identities, i)) rc = add(&list, bench, (int)i, -1, err);
  }
  for (size_t t = 0; rc == XY_OK && t < themes->n; t++) {
    if (splits(themes, t)) rc = add(&list, bench, -1, (int)t, err);
  }
  bool crossed = identities->n > 1 && themes->n > 1;
  for (size_t i = 0; rc == XY_OK && crossed && i < identities->n; i++) {
    for (size_t t = 0; rc == XY_OK && t < themes->n; t++) {
      if (splits(identities, i) && splits(themes, t)) rc = add(&list, bench, (int)i, (int)t, err);
    }
  }
  if (rc != XY_OK) {
    xy__cells_free(list.cells, list.n);
    return rc;
  }
  *out = list.cells;
  *n = list.n;
  return XY_OK;
}

void xy__cells_free(xy__cell *cells, size_t n) {
  if (cells == NULL) return;
  for (size_t i = 0; i < n; i++) free(cells[i].items);
  free(cells);
}
