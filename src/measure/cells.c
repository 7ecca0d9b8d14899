#include "measure/cells.h"

#include <stdlib.h>
#include <string.h>

static const char all[] = "all";

typedef struct cell_list {
  xy__cell *cells;
  size_t n, capacity;
} cell_list;

/* -1 for all of them. */
typedef struct place {
  int identity, theme, condition;
} place;

static bool in_cell(const xy__item *item, const place *p) {
  return (p->identity < 0 || item->identity == p->identity) && (p->theme < 0 || item->theme == p->theme) &&
         (p->condition < 0 || item->condition == p->condition);
}

/* A condition stands in the column of themes. */
static const char *theme_of(const xy_bench *bench, const place *p) {
  if (p->condition >= 0) return bench->conditions.names[p->condition];
  return p->theme < 0 ? all : bench->themes.names[p->theme];
}

static int add_place(cell_list *list, const xy_bench *bench, const place *p, xy_error *err) {
  int identity = p->identity, theme = p->theme >= 0 ? p->theme : p->condition;
  xy__cell cell = {.identity = identity < 0 ? all : bench->identities.names[identity],
                   .theme = theme_of(bench, p),
                   .reach = (xy__reach)((identity >= 0) + (theme >= 0))};
  for (size_t i = 0; i < bench->n; i++) cell.n += in_cell(&bench->items[i], p);
  if (cell.n == 0) return XY_OK;
  cell.items = xy__array(cell.n, sizeof *cell.items);
  if (cell.items == NULL || !xy__grow(&list->cells, &list->capacity, list->n, sizeof cell)) {
    free(cell.items);
    return xy__fail_memory(err, "cells");
  }
  cell.n = 0;
  for (size_t i = 0; i < bench->n; i++) {
    if (in_cell(&bench->items[i], p)) cell.items[cell.n++] = i;
  }
  list->cells[list->n++] = cell;
  return XY_OK;
}

/* Adds the cell of an identity and a theme. */
static int add(cell_list *list, const xy_bench *bench, int identity, int theme, xy_error *err) {
  return add_place(list, bench, &(place){identity, theme, -1}, err);
}

/* The conditions (of pronouns: antecedents), and each identity (declared set) under each. */
static int add_conditions(cell_list *list, const xy_bench *bench, xy_error *err) {
  int rc = XY_OK;
  for (int i = -1; rc == XY_OK && i < (int)bench->identities.n; i++) {
    for (int c = 0; rc == XY_OK && c < (int)bench->conditions.n; c++) {
      rc = add_place(list, bench, &(place){i, -1, c}, err);
    }
  }
  return rc;
}

static bool splits(const xy__labels *labels, size_t i) { return strcmp(labels->names[i], all) != 0; }

/* A single theme would repeat the whole, under other draws. */
static bool has_themes(const xy_bench *bench) { return bench->themes.n > 1; }

int xy__cells_make(xy__cell **out, size_t *n, const xy_bench *bench, bool conditions, xy_error *err) {
  cell_list list = {0};
  const xy__labels *identities = &bench->identities, *themes = &bench->themes;
  int rc = add(&list, bench, -1, -1, err);
  for (size_t i = 0; rc == XY_OK && i < identities->n; i++) {
    if (splits(identities, i)) rc = add(&list, bench, (int)i, -1, err);
  }
  for (size_t t = 0; rc == XY_OK && has_themes(bench) && t < themes->n; t++) {
    if (splits(themes, t)) rc = add(&list, bench, -1, (int)t, err);
  }
  bool crossed = identities->n > 1 && has_themes(bench);
  for (size_t i = 0; rc == XY_OK && crossed && i < identities->n; i++) {
    for (size_t t = 0; rc == XY_OK && t < themes->n; t++) {
      if (splits(identities, i) && splits(themes, t)) rc = add(&list, bench, (int)i, (int)t, err);
    }
  }
  if (rc == XY_OK && conditions) rc = add_conditions(&list, bench, err);
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

uint64_t xy__cell_stream(const char *benchmark, const char *identity, const char *theme) {
  const char *const names[] = {benchmark, identity, theme};
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t k = 0; k < 3; k++) {
    for (const char *c = names[k];; c++) {
      hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
      if (*c == '\0') break;
    }
  }
  return hash;
}
