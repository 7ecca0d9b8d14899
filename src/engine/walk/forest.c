/* See forest.h. The order is made by multikey quicksort (Bentley and Sedgewick 1997): sequences are split by one token
 * at a time into less, equal and greater, and only the equal ones go on to the next token, so that a shared beginning
 * is looked at once per sequence and not once per comparison.
 */
#include "engine/walk/forest.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ---- order ---------------------------------------------------------------------------------------------- */

/* The end of a sequence sorts before every token. */
static int64_t token_at(const xy__sequence *sequences, size_t i, int32_t depth) {
  return depth < sequences[i].n ? sequences[i].ids[depth] : -1;
}

static int64_t median(int64_t a, int64_t b, int64_t c) {
  if (a > b) {
    int64_t t = a;
    a = b;
    b = t;
  }
  return c < a ? a : c > b ? b : c;
}

static void swap(size_t *a, size_t *b) {
  size_t t = *a;
  *a = *b;
  *b = t;
}

/* The parts but the largest are sorted by recursion, so that its depth stays below log2 n. */
static void sort_from(size_t *order, size_t n, const xy__sequence *sequences, int32_t depth) {
  while (n > 1) {
    int64_t pivot = median(token_at(sequences, order[0], depth), token_at(sequences, order[n / 2], depth),
                           token_at(sequences, order[n - 1], depth));
    size_t less = 0; /* [0, less) < pivot, [less, i) = pivot, [greater, n) > pivot */
    size_t greater = n;
    for (size_t i = 0; i < greater;) {
      int64_t token = token_at(sequences, order[i], depth);
      if (token < pivot) {
        swap(&order[less++], &order[i++]);
      } else if (token > pivot) {
        swap(&order[i], &order[--greater]);
      } else {
        i++;
      }
    }
    struct {
      size_t *order;
      size_t n;
      int32_t depth;
    } parts[3] = {{order, less, depth},
                  {order + less, pivot < 0 ? 0 : greater - less, depth + 1}, /* ended: all equal */
                  {order + greater, n - greater, depth}};
    int largest = 0;
    for (int p = 1; p < 3; p++) {
      if (parts[p].n > parts[largest].n) largest = p;
    }
    for (int p = 0; p < 3; p++) {
      if (p != largest) sort_from(parts[p].order, parts[p].n, sequences, parts[p].depth);
    }
    order = parts[largest].order;
    n = parts[largest].n;
    depth = parts[largest].depth;
  }
}

void xy__forest_order(size_t *order, const xy__sequence *sequences, size_t n) {
  for (size_t i = 0; i < n; i++) order[i] = i;
  sort_from(order, n, sequences, 0);
}

/* ---- scan ----------------------------------------------------------------------------------------------- */

typedef struct xy__forest_step {
  int64_t node, edge; /* of this token as a node, and as a wanted token of the node before it; -1: none (yet) */
  bool scored;        /* the node has an edge */
} xy__forest_step;

static int make_room(xy__forest_scan *scan, int64_t n, xy_error *err) {
  if (scan->path != NULL && n <= scan->capacity) return XY_OK;
  xy__forest_step *path = realloc(scan->path, (size_t)n * 2 * sizeof *path);
  if (path == NULL) return xy__fail_memory(err, "the prefix forest");
  memset(path + scan->capacity, 0, (size_t)(n * 2 - scan->capacity) * sizeof *path);
  scan->path = path;
  scan->capacity = n * 2;
  return XY_OK;
}

static int32_t common(const xy__sequence *a, const xy__sequence *b) {
  int32_t n = a->n < b->n ? a->n : b->n;
  int32_t i = 0;
  while (i < n && a->ids[i] == b->ids[i]) i++;
  return i;
}

static void keep(xy__forest_scan *scan, xy__forest *out, int32_t depth) {
  for (int64_t d = scan->kept_depth; d < depth; d++) {
    if (out != NULL) out->kept[scan->path[d].node] = (int32_t)scan->size.kept;
    scan->size.kept++;
  }
  if (depth > scan->kept_depth) scan->kept_depth = depth;
}

static void add_node(xy__forest_scan *scan, xy__forest *out, const xy__sequence *s, int32_t depth) {
  int64_t node = scan->size.nodes++;
  scan->path[depth].node = node;
  scan->size.depths += depth + 1;
  if (node % scan->block == 0) keep(scan, out, depth);
  if (out == NULL) return;
  out->token[node] = s->ids[depth];
  out->parent[node] = depth > 0 ? (int32_t)scan->path[depth - 1].node : -1;
  out->depth[node] = depth;
  out->kept[node] = -1;
}

/* Until the whole scan is over, edges have the order in which they are met, and edge_parent their nodes. */
static void add_edge(xy__forest_scan *scan, xy__forest *out, int32_t *edge_parent, const xy__sequence *s,
                     int32_t depth) {
  int64_t edge = scan->size.edges++;
  xy__forest_step *before = &scan->path[depth - 1];
  scan->path[depth].edge = edge;
  if (!before->scored) scan->size.scored++;
  before->scored = true;
  if (out == NULL) return;
  out->edge_token[edge] = s->ids[depth];
  edge_parent[edge] = (int32_t)before->node;
}

static int scan_add(xy__forest_scan *scan, xy__forest *out, int32_t *edge_parent, const xy__sequence *s,
                    xy_error *err) {
  int rc = make_room(scan, s->n, err);
  if (rc != XY_OK) return rc;
  int32_t shared = scan->last != NULL ? common(scan->last, s) : 0;
  if (scan->kept_depth > shared) scan->kept_depth = shared;
  scan->size.prefixes += s->n - shared;
  for (int32_t t = shared; t < s->n; t++) scan->path[t] = (xy__forest_step){-1, -1, false};
  for (int32_t t = 0; t + 1 < s->n; t++) {
    if (scan->path[t].node < 0) add_node(scan, out, s, t);
  }
  for (int32_t t = s->first; t < s->n; t++) {
    if (scan->path[t].edge < 0) add_edge(scan, out, edge_parent, s, t);
    if (out != NULL) out->edge_of[scan->size.wanted] = (int32_t)scan->path[t].edge;
    scan->size.wanted++;
  }
  scan->last = s;
  return XY_OK;
}

int xy__forest_scan_add(xy__forest_scan *scan, const xy__sequence *sequence, xy_error *err) {
  return scan_add(scan, NULL, NULL, sequence, err);
}

void xy__forest_scan_reset(xy__forest_scan *scan) {
  scan->size = (xy__forest_size){0};
  scan->kept_depth = 0;
  scan->last = NULL;
}

void xy__forest_scan_dispose(xy__forest_scan *scan) {
  free(scan->path);
  *scan = (xy__forest_scan){0};
}

/* ---- forest --------------------------------------------------------------------------------------------- */

/* Brings the edges into the order of their nodes (counting sort, stable): edge_first, edge_token, edge_of. */
static int sort_edges(xy__forest *out, const int32_t *edge_parent, xy_error *err) {
  int rc = XY_OK;
  int64_t edges = out->size.edges;
  int32_t *place = xy__array((size_t)edges, sizeof *place);
  int32_t *token = xy__array((size_t)edges, sizeof *token);
  int64_t *next = xy__array((size_t)out->size.nodes + 1, sizeof *next);
  if (place == NULL || token == NULL || next == NULL) {
    rc = xy__fail_memory(err, "the prefix forest");
    goto out;
  }
  for (int64_t e = 0; e < edges; e++) out->edge_first[edge_parent[e] + 1]++;
  for (int64_t i = 0; i < out->size.nodes; i++) {
    out->edge_first[i + 1] += out->edge_first[i];
    next[i] = out->edge_first[i];
  }
  for (int64_t e = 0; e < edges; e++) {
    place[e] = (int32_t)next[edge_parent[e]]++;
    token[place[e]] = out->edge_token[e];
  }
  for (int64_t w = 0; w < out->size.wanted; w++) out->edge_of[w] = place[out->edge_of[w]];
  free(out->edge_token);
  out->edge_token = token;
  token = NULL;
out:
  free(place);
  free(token);
  free(next);
  return rc;
}

int xy__forest_build(xy__forest *out, const xy__sequence *sequences, const size_t *order, size_t n, int64_t block,
                     xy_error *err) {
  int rc = XY_OK;
  xy__forest forest = {0};
  xy__forest_scan scan = {.block = block};
  int32_t *edge_parent = NULL;
  for (size_t i = 0; i < n && rc == XY_OK; i++) rc = xy__forest_scan_add(&scan, &sequences[order[i]], err);
  if (rc != XY_OK) goto out;
  xy__forest_size size = scan.size;
  if (size.nodes >= INT32_MAX || size.edges >= INT32_MAX) {
    rc = xy__fail(err, XY_ERR_ARGUMENT, "a walk of %lld nodes and %lld scored tokens: expected below %d",
                  (long long)size.nodes, (long long)size.edges, INT32_MAX);
    goto out;
  }
  forest.size = size;
  forest.token = xy__array((size_t)size.nodes, sizeof *forest.token);
  forest.parent = xy__array((size_t)size.nodes, sizeof *forest.parent);
  forest.depth = xy__array((size_t)size.nodes, sizeof *forest.depth);
  forest.kept = xy__array((size_t)size.nodes, sizeof *forest.kept);
  forest.edge_first = xy__array((size_t)size.nodes + 1, sizeof *forest.edge_first);
  forest.edge_token = xy__array((size_t)size.edges, sizeof *forest.edge_token);
  forest.edge_of = xy__array((size_t)size.wanted, sizeof *forest.edge_of);
  edge_parent = xy__array((size_t)size.edges, sizeof *edge_parent);
  if (forest.token == NULL || forest.parent == NULL || forest.depth == NULL || forest.kept == NULL ||
      forest.edge_first == NULL || forest.edge_token == NULL || forest.edge_of == NULL || edge_parent == NULL) {
    rc = xy__fail_memory(err, "the prefix forest");
    goto out;
  }
  xy__forest_scan_reset(&scan);
  for (size_t i = 0; i < n && rc == XY_OK; i++) {
    rc = scan_add(&scan, &forest, edge_parent, &sequences[order[i]], err);
  }
  if (rc == XY_OK) rc = sort_edges(&forest, edge_parent, err);
  if (rc != XY_OK) goto out;
  *out = forest;
  forest = (xy__forest){0};
out:
  xy__forest_scan_dispose(&scan);
  xy__forest_dispose(&forest);
  free(edge_parent);
  return rc;
}

void xy__forest_dispose(xy__forest *forest) {
  free(forest->token);
  free(forest->parent);
  free(forest->depth);
  free(forest->kept);
  free(forest->edge_first);
  free(forest->edge_token);
  free(forest->edge_of);
  *forest = (xy__forest){0};
}
