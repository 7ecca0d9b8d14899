/* samples.jsonl as pages, item by item: no more of it is in memory than the item in hand and the labels of the index.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_lines.h"
#include "report/items/items.h"
#include "report/page/html.h"
#include "report/template.h"
#include "results/number.h"
#include "results/shown.h"

typedef struct pages {
  const xy_results *results;
  const char *folder;
  bool show_text;
  xy__items_index index;
  xy__file_out out; /* the page in hand */
  xy__text text;
  json_t **lines; /* of the item in hand, a stage each */
  size_t n, capacity;
  xy_error *err;
} pages;

/* ---- names ---- */

enum { LONGEST_NAME = 120 }; /* file systems take 255 bytes */

void xy__items_page_name(xy__text *out, const xy_results *results, const char *benchmark, int64_t page) {
  xy__text name = {0};
  xy__text_add_file_name(&name, benchmark);
  if (name.size > LONGEST_NAME) {
    const json_t *list = json_object_get(results->facts, "benchmarks");
    size_t b = 0;
    while (b < json_array_size(list) && strcmp(xy__json_text(json_array_get(list, b), "name"), benchmark) != 0) b++;
    xy__text_clear(&name);
    xy__text_addf(&name, "benchmark-%zu", b + 1);
  }
  xy__text_addf(out, "%s-%lld.html", name.failed ? "" : name.data, (long long)page);
  out->failed |= name.failed;
  xy__text_dispose(&name);
}

void xy__items_address(xy__text *out, const xy_results *results, const char *benchmark, int64_t place, const char *id) {
  xy__items_page_name(out, results, benchmark, (place - 1) / XY__ITEMS_A_PAGE + 1);
  xy__text_add(out, "#");
  xy__page_add_id(out, "", id);
}

/* ---- a page ---- */

static xy__items_bench *bench_in_hand(pages *p) { return &p->index.benches[p->index.n_benches - 1]; }

static void link_neighbour(pages *p, int64_t page, int64_t last, const char *word) {
  if (page < 1 || page > last) return;
  xy__text_add(&p->text, "<li><a href=\"");
  xy__items_page_name(&p->text, p->results, bench_in_hand(p)->name, page);
  xy__text_addf(&p->text, "\">%s</a></li>", word);
}

/* "stigma, items 501 to 1,000 of 1,792" */
static void add_title(pages *p, int64_t before, int64_t all) {
  int64_t end = before + XY__ITEMS_A_PAGE;
  xy__text_add_html(&p->text, bench_in_hand(p)->name);
  xy__text_add(&p->text, ", items ");
  xy__number_add_count(&p->text, before + 1);
  xy__text_add(&p->text, " to ");
  xy__number_add_count(&p->text, all > before && all < end ? all : end);
  if (all == 0) return;
  xy__text_add(&p->text, " of ");
  xy__number_add_count(&p->text, all);
}

static const char foot[] = "foot.html"; /* which has the scripts */

static void add_part(void *context, const char *name, size_t length) {
  pages *p = context;
  int64_t before = bench_in_hand(p)->items, page = before / XY__ITEMS_A_PAGE + 1;
  int64_t all = json_integer_value(json_object_get(xy__view_benchmark(p->results, bench_in_hand(p)->name), "items"));
  if (strncmp(name, "policy", length) == 0) {
    xy__template_policy(&p->text, foot);
  } else if (strncmp(name, "family", length) == 0) {
    xy__text_add_html(&p->text, p->results->family);
  } else if (strncmp(name, "title", length) == 0) {
    add_title(p, before, all);
  } else {
    int64_t last = (all + XY__ITEMS_A_PAGE - 1) / XY__ITEMS_A_PAGE;
    link_neighbour(p, page - 1, last, "Previous page");
    link_neighbour(p, page + 1, last, "Next page");
  }
}

/* What was gathered in p->text goes into the page in hand. */
static int append(pages *p) {
  int rc =
      p->text.failed ? xy__fail_memory(p->err, "items") : xy__file_append(&p->out, p->text.data, p->text.size, p->err);
  xy__text_clear(&p->text);
  return rc;
}

static int close_page(pages *p) {
  if (p->out.stream == NULL) return XY_OK;
  xy__template_add(&p->text, foot, add_part, p);
  int rc = append(p);
  return rc == XY_OK ? xy__file_finish(&p->out, p->err) : rc;
}

static int open_page(pages *p) {
  xy__text name = {0};
  xy__items_page_name(&name, p->results, bench_in_hand(p)->name, bench_in_hand(p)->items / XY__ITEMS_A_PAGE + 1);
  char *path = name.failed ? NULL : xy__path_join(p->folder, name.data);
  int rc = path == NULL ? xy__fail_memory(p->err, "items") : xy__file_begin(&p->out, path, p->err);
  free(path);
  xy__text_dispose(&name);
  if (rc != XY_OK) return rc;
  xy__template_add(&p->text, "head.html", add_part, p);
  return append(p);
}

/* ---- items ---- */

static void drop_lines(pages *p) {
  while (p->n > 0) json_decref(p->lines[--p->n]);
}

static int write_item(pages *p) {
  if (p->n == 0) return XY_OK;
  const char *name = xy__json_text(p->lines[0], "benchmark");
  bool other = p->index.n_benches == 0 || strcmp(bench_in_hand(p)->name, name) != 0;
  bool full = !other && bench_in_hand(p)->items % XY__ITEMS_A_PAGE == 0;
  int rc = other || full ? close_page(p) : XY_OK;
  if (rc == XY_OK && other) rc = xy__items_index_begin(&p->index, name, p->err);
  if (rc == XY_OK && (other || full)) rc = open_page(p);
  if (rc != XY_OK) return rc;
  const char *task = xy__json_text(xy__view_benchmark(p->results, name), "modality");
  xy__items_add_item(&p->text, p->lines, p->n, task, p->show_text);
  rc = append(p);
  if (rc == XY_OK) rc = xy__items_index_add(&p->index, p->lines[0], p->err);
  drop_lines(p);
  return rc;
}

static bool same_item(const json_t *a, const json_t *b) {
  return strcmp(xy__json_text(a, "item"), xy__json_text(b, "item")) == 0 &&
         strcmp(xy__json_text(a, "benchmark"), xy__json_text(b, "benchmark")) == 0;
}

static int add_line(void *user, json_t *line, xy_error *err) {
  pages *p = user;
  int rc = p->n > 0 && !same_item(p->lines[0], line) ? write_item(p) : XY_OK;
  if (rc == XY_OK && !xy__grow(&p->lines, &p->capacity, p->n, sizeof(json_t *))) rc = xy__fail_memory(err, "items");
  if (rc != XY_OK) return rc;
  xy__shown_item(line, p->results);
  p->lines[p->n++] = json_incref(line);
  return rc;
}

static int read_lines(pages *p, const char *path) {
  int rc = xy__json_lines(path, add_line, p, p->err);
  if (rc == XY_OK) rc = write_item(p);
  return rc == XY_OK ? close_page(p) : rc;
}

/* ---- all ---- */

static bool is_page(const pages *p, const char *file) {
  xy__text name = {0};
  bool found = strcmp(file, "index.html") == 0;
  for (size_t b = 0; b < p->index.n_benches && !found; b++) {
    for (int64_t page = 1; (page - 1) * XY__ITEMS_A_PAGE < p->index.benches[b].items && !found; page++) {
      xy__text_clear(&name);
      xy__items_page_name(&name, p->results, p->index.benches[b].name, page);
      found = name.failed || strcmp(name.data, file) == 0;
    }
  }
  xy__text_dispose(&name);
  return found;
}

/* Pages of an earlier run with more items. */
static void sweep(const pages *p) {
  DIR *folder = opendir(p->folder);
  if (folder == NULL) return;
  for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    size_t n = strlen(entry->d_name);
    if (n < 5 || strcmp(entry->d_name + n - 5, ".html") != 0 || is_page(p, entry->d_name)) continue;
    char *path = xy__path_join(p->folder, entry->d_name);
    if (path != NULL) (void)unlink(path);
    free(path);
  }
  closedir(folder);
}

static int write_index(const pages *p) {
  char *path = xy__path_join(p->folder, "index.html");
  int rc = path == NULL ? xy__fail_memory(p->err, "items") : xy__items_index_write(&p->index, p->results, path, p->err);
  free(path);
  return rc;
}

int xy__items_write(const xy_results *results, const char *directory, bool show_text, xy_error *err) {
  char *from = xy__path_join(directory, "samples.jsonl"), *folder = xy__path_join(directory, "items");
  pages p = {.results = results, .folder = folder, .show_text = show_text, .err = err};
  int rc = from == NULL || folder == NULL ? xy__fail_memory(err, directory) : XY_OK;
  bool there = rc == XY_OK && xy__file_exists(from);
  if (there) rc = xy__folder_make(folder, err);
  if (there && rc == XY_OK) rc = read_lines(&p, from);
  if (there && rc == XY_OK) rc = write_index(&p);
  if (there && rc == XY_OK) sweep(&p);
  xy__file_drop(&p.out);
  drop_lines(&p);
  free(p.lines);
  xy__text_dispose(&p.text);
  xy__items_index_dispose(&p.index);
  free(from);
  free(folder);
  return rc;
}
