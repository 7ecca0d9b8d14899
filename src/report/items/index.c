/* The index of the items' pages: of each benchmark its pages, and of each of its identities and themes how many items
 * are on which of them. It grows with the labels, not with the items.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "report/items/items.h"
#include "report/page/html.h"
#include "report/template.h"
#include "results/number.h"

/* Of labels, as members of samples.jsonl. */
static const char *const kinds[] = {"identity", "theme"};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* ---- what is counted ---- */

int xy__items_index_begin(xy__items_index *index, const char *benchmark, xy_error *err) {
  xy__map_dispose(&index->places);
  if (!xy__grow(&index->benches, &index->benches_capacity, index->n_benches, sizeof *index->benches)) {
    return xy__fail_memory(err, "items");
  }
  xy__items_bench *bench = &index->benches[index->n_benches];
  *bench = (xy__items_bench){.name = xy__arena_string(&index->arena, benchmark), .first = index->n_labels};
  if (bench->name == NULL) return xy__fail_memory(err, "items");
  index->n_benches++;
  return XY_OK;
}

/* NULL when out of memory. */
static xy__items_label *label_of(xy__items_index *index, const char *kind, const char *name) {
  xy__text key = {0};
  xy__items_label *label = NULL;
  int64_t place = (int64_t)index->n_labels;
  xy__text_addf(&key, "%s=%s", kind, name);
  if (!key.failed && xy__map_get(&index->places, key.data, key.size, &place)) {
    label = &index->labels[place];
  } else if (!key.failed && xy__grow(&index->labels, &index->labels_capacity, index->n_labels, sizeof *index->labels)) {
    const char *kept = xy__arena_copy(&index->arena, key.data, key.size);
    if (kept != NULL && xy__map_put(&index->places, kept, key.size, place)) {
      label = &index->labels[index->n_labels++];
      *label = (xy__items_label){.kind = kind, .name = kept + strlen(kind) + 1};
    }
  }
  xy__text_dispose(&key);
  return label;
}

static bool count_label(xy__items_index *index, const char *kind, const char *name, int64_t page) {
  if (name[0] == '\0') return true;
  xy__items_label *label = label_of(index, kind, name);
  if (label == NULL) return false;
  if (label->n == 0 || label->counts[label->n - 1].page != page) {
    if (!xy__grow(&label->counts, &label->capacity, label->n, sizeof *label->counts)) return false;
    label->counts[label->n++] = (struct xy__items_count){.page = page};
  }
  label->counts[label->n - 1].n++;
  return true;
}

int xy__items_index_add(xy__items_index *index, const json_t *line, xy_error *err) {
  xy__items_bench *bench = &index->benches[index->n_benches - 1];
  int64_t page = bench->items++ / XY__ITEMS_A_PAGE + 1;
  for (size_t i = 0; i < KINDS; i++) {
    if (!count_label(index, kinds[i], xy__json_text(line, kinds[i]), page)) return xy__fail_memory(err, "items");
  }
  return XY_OK;
}

void xy__items_index_dispose(xy__items_index *index) {
  for (size_t i = 0; i < index->n_labels; i++) free(index->labels[i].counts);
  free(index->labels);
  free(index->benches);
  xy__map_dispose(&index->places);
  xy__arena_dispose(&index->arena);
}

/* ---- its page ---- */

typedef struct writer {
  xy__text *out;
  const xy__items_index *index;
  const xy_results *results;
} writer;

/* A label within an address: what is no letter, digit, '-' or '_' as '%' and two hexadecimal digits. */
static void add_escaped(xy__text *out, const char *text) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  for (; *text != '\0'; text++) {
    if (strchr(plain, *text) != NULL) {
      xy__text_add_bytes(out, text, 1);
    } else {
      xy__text_addf(out, "%%%02X", (unsigned char)*text);
    }
  }
}

/* `find`: what the page shows at first; NULL: everything. */
static void link_page(const writer *to, const char *benchmark, int64_t page, const char *find) {
  xy__text_add(to->out, " <a href=\"");
  xy__items_page_name(to->out, to->results, benchmark, page);
  if (find != NULL) {
    xy__text_add(to->out, "#find=");
    add_escaped(to->out, find);
  }
  xy__text_addf(to->out, "\" aria-label=\"page %lld\">%lld</a>", (long long)page, (long long)page);
}

static void add_label(const writer *to, const char *benchmark, const xy__items_label *label) {
  int64_t n = 0;
  for (size_t i = 0; i < label->n; i++) n += label->counts[i].n;
  xy__text_add(to->out, "<tr><th scope=\"row\">");
  xy__text_add_html(to->out, label->name);
  xy__text_addf(to->out, "</th><td>%s</td><td class=\"num\">", label->kind);
  xy__number_add_count(to->out, n);
  xy__text_add(to->out, "</td><td>");
  for (size_t i = 0; i < label->n; i++) {
    link_page(to, benchmark, label->counts[i].page, label->name);
    xy__text_addf(to->out, " (%lld)", (long long)label->counts[i].n);
  }
  xy__text_add(to->out, "</td></tr>\n");
}

static void add_bench(const writer *to, size_t b) {
  static const char *const heads[] = {"Label", "Kind", "Items", "Pages (items there)"};
  const xy__items_bench *bench = &to->index->benches[b];
  size_t end = b + 1 < to->index->n_benches ? bench[1].first : to->index->n_labels;
  xy__text_add(to->out, "<section><h2 id=\"");
  xy__page_add_id(to->out, "bench-", bench->name);
  xy__text_add(to->out, "\">");
  xy__text_add_html(to->out, bench->name);
  xy__text_add(to->out, "</h2><p>");
  xy__number_add_counted(to->out, bench->items, "item", "items");
  xy__text_add(to->out, ", on page");
  for (int64_t page = 1; (page - 1) * XY__ITEMS_A_PAGE < bench->items; page++) {
    link_page(to, bench->name, page, NULL);
  }
  xy__text_add(to->out, ".</p><div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Labels of ");
  xy__text_add_html(to->out, bench->name);
  xy__text_add(to->out, "\"><table><thead><tr>");
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) xy__page_head(to->out, heads[i], i == 2);
  xy__text_add(to->out, "</tr></thead><tbody>");
  for (size_t k = 0; k < KINDS; k++) {
    for (size_t i = bench->first; i < end; i++) {
      if (to->index->labels[i].kind == kinds[k]) add_label(to, bench->name, &to->index->labels[i]);
    }
  }
  xy__text_add(to->out, "</tbody></table></div></section>\n");
}

static const char template[] = "items.html";

static void add_part(void *context, const char *name, size_t length) {
  const writer *to = context;
  if (strncmp(name, "policy", length) == 0) {
    xy__template_policy(to->out, template);
  } else if (strncmp(name, "family", length) == 0) {
    xy__text_add_html(to->out, to->results->family);
  } else {
    for (size_t b = 0; b < to->index->n_benches; b++) add_bench(to, b);
  }
}

int xy__items_index_write(const xy__items_index *index, const xy_results *results, const char *path, xy_error *err) {
  xy__text out = {0};
  writer to = {&out, index, results};
  xy__template_add(&out, template, add_part, &to);
  int rc = out.failed ? xy__fail_memory(err, path) : xy__file_write(path, out.data, out.size, err);
  xy__text_dispose(&out);
  return rc;
}
