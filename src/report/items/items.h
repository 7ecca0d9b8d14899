/* Every item of a run as static pages below items/: samples.jsonl for people, under the policy of report.html, which
 * links here and stands without them. At most XY__ITEMS_A_PAGE items are on a page, in the order of samples.jsonl, each
 * at an address of its own; the index names what labels are on which page. Items are written as they are read.
 */
#ifndef XY_REPORT_ITEMS_H
#define XY_REPORT_ITEMS_H

#include "base/json.h"
#include "base/memory.h"
#include "results/results.h"

enum { XY__ITEMS_A_PAGE = 500 };

/* Below `directory`, from its samples.jsonl. Nothing is written where there is none. */
int xy__items_write(const xy_results *results, const char *directory, bool show_text, xy_error *err);

/* "stigma-3.html": the name of a benchmark's page, from 1, within items/ (pages.c). */
void xy__items_page_name(xy__text *out, const xy_results *results, const char *benchmark, int64_t page);
/* The address of an item, whose place in its benchmark is from 1: "stigma-3.html#id". */
void xy__items_address(xy__text *out, const xy_results *results, const char *benchmark, int64_t place, const char *id);

/* An item from its lines of samples.jsonl, one a stage (item.c). */
void xy__items_add_item(xy__text *out, json_t *const *lines, size_t n, const char *task, bool show_text);

/* What the index knows: of each benchmark its labels, and how many items of each are on which page (index.c).
 * Zero-initialise. */
typedef struct xy__items_label {
  const char *kind, *name; /* "identity", "transgender" */
  struct xy__items_count {
    int64_t page, n;
  } *counts;
  size_t n, capacity;
} xy__items_label;
typedef struct xy__items_bench {
  const char *name;
  int64_t items;
  size_t first; /* of its labels */
} xy__items_bench;
typedef struct xy__items_index {
  xy__items_bench *benches;
  xy__items_label *labels;
  size_t n_benches, benches_capacity, n_labels, labels_capacity;
  xy__map places; /* of the labels of the benchmark in hand */
  xy__arena arena;
} xy__items_index;
int xy__items_index_begin(xy__items_index *index, const char *benchmark, xy_error *err);
int xy__items_index_add(xy__items_index *index, const json_t *line, xy_error *err);
int xy__items_index_write(const xy__items_index *index, const xy_results *results, const char *path, xy_error *err);
void xy__items_index_dispose(xy__items_index *index);

#endif
