/* The prefix forest of token sequences.
 *
 * A node is a (parent, token) that some sequence passes through on its way to a scored token; it is computed once,
 * however many sequences pass through it. An edge is a (node, next token) whose log-probability is wanted; a token
 * that only ends sequences is an edge and no node, so it is never computed. Sorting the sequences by their ids makes
 * every subtree a run of neighbours: nodes come out in preorder (parents before children, a child's subtree whole
 * before the next child) of one linear scan, and the path to a node is always the path of the scan.
 *
 * Nodes are computed in blocks of rows. A block whose first row is not a root needs the keys and values of that row's
 * ancestors, which lie in earlier blocks: those nodes are `kept`.
 */
#ifndef XY_ENGINE_WALK_FOREST_H
#define XY_ENGINE_WALK_FOREST_H

#include "engine/engine.h"

/* Sorts: order[n] holds the sequences' indices by ids, a prefix before what it begins. */
void xy__forest_order(size_t *order, const xy__sequence *sequences, size_t n);

/* What a forest holds. */
typedef struct xy__forest_size {
  int64_t nodes, edges;
  int64_t prefixes; /* nodes, and last tokens through which no sequence passes */
  int64_t scored;   /* nodes with an edge */
  int64_t kept;
  int64_t depths; /* sum over nodes of depth + 1: the slots that attention reads */
  int64_t wanted; /* scored tokens of all sequences, equal edges apart */
} xy__forest_size;

typedef struct xy__forest {
  xy__forest_size size;
  int32_t *token, *parent, *depth; /* [nodes], preorder; parent -1 and depth 0 for a root */
  int32_t *kept;                   /* [nodes] place among the kept nodes, or -1 */
  int64_t *edge_first;             /* [nodes + 1]: edges of node i are edge_first[i] .. edge_first[i + 1) */
  int32_t *edge_token;             /* [edges], ascending within a node */
  int32_t *edge_of; /* [wanted] edge of ids[first], ids[first + 1], … of the first sequence, then the next's */
} xy__forest;

/* Forest of sequences order[0..n), cut into blocks of `block` rows. Caller disposes; zero-initialised and half-built
 * ones may be disposed. */
int xy__forest_build(xy__forest *out, const xy__sequence *sequences, const size_t *order, size_t n, int64_t block,
                     xy_error *err);
void xy__forest_dispose(xy__forest *forest);

/* The scan itself, a sequence at a time in sorted order: counts what a forest of the sequences so far holds. `block`
 * is set by the caller, everything else zero. */
typedef struct xy__forest_scan {
  int64_t block;
  xy__forest_size size;
  struct xy__forest_step *path; /* of the last sequence, a step per token */
  int64_t capacity;
  int64_t kept_depth; /* ancestors above this depth are kept already */
  const xy__sequence *last;
} xy__forest_scan;
int xy__forest_scan_add(xy__forest_scan *scan, const xy__sequence *sequence, xy_error *err);
void xy__forest_scan_reset(xy__forest_scan *scan); /* starts a new forest */
void xy__forest_scan_dispose(xy__forest_scan *scan);

#endif
