/* report.html: one page that needs no network. page/page.html says where each part goes ({{part}}); tables and text are
 * written here, so that the page is whole without scripts; page/page.js draws the charts from the copy of results.json
 * that the page carries. All text is escaped, and the page's own policy lets nothing run or load but the style and the
 * scripts whose digests it names.
 */
#include "report/page/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/output.h"
#include "report/template.h"
#include "results/modes.h"
#include "results/number.h"
#include "results/shown.h"

static const char template[] = "page.html";

static void page_family(xy__page *page) {
  xy__text_add_html(page->out, xy__json_text(json_object_get(page->results->facts, "family"), "name"));
}
static void page_version(xy__page *page) {
  const char *version = xy__json_text(page->results->facts, "xylem");
  xy__text_add_html(page->out, version[0] != '\0' ? version : XY_VERSION);
}

static void page_confidence(xy__page *page) {
  const json_t *value = json_object_get(json_object_get(page->results->facts, "settings"), "confidence");
  xy__number_add_plain(page->out, 100 * (json_is_number(value) ? json_number_value(value) : 0.95));
  xy__text_add(page->out, "%");
}

static void add_mode(xy__text *out, const char *name) {
  const xy__mode_row *mode = xy__mode_of("pair", name);
  if (mode == NULL) mode = &xy__modes[XY__FULL];
  xy__text_addf(out, "%s, in %s (mode <code>%s</code>)", mode->gap, mode->unit, xy_mode_label(mode->name));
}

/* The place of the first benchmark whose gaps are shown under the mode of benchmark b; SIZE_MAX: it has none. */
static size_t first_of_mode(const xy_results *results, size_t b) {
  xy_results_bench one, other;
  xy_results_benchmark(&one, results, b);
  if (*one.gap_mode == '\0') return SIZE_MAX;
  for (size_t i = 0; i < b; i++) {
    xy_results_benchmark(&other, results, i);
    if (strcmp(one.gap_mode, other.gap_mode) == 0) return i;
  }
  return b;
}

/* What a gap is, in the words of the modes that benchmarks are shown under: each once, with whose it is. */
static void page_gap(xy__page *page) {
  const xy_results *results = page->results;
  size_t n = xy_results_benchmarks(results), modes = 0, told = 0;
  for (size_t b = 0; b < n; b++) modes += first_of_mode(results, b) == b;
  if (modes == 0) add_mode(page->out, "");
  for (size_t b = 0; b < n; b++) {
    if (first_of_mode(results, b) != b) continue;
    xy_results_bench bench;
    xy_results_benchmark(&bench, results, b);
    if (told++ > 0) xy__text_add(page->out, "; ");
    add_mode(page->out, bench.gap_mode);
    for (size_t i = b; modes > 1 && i < n; i++) {
      if (first_of_mode(results, i) != b) continue;
      xy_results_benchmark(&bench, results, i);
      xy__text_add(page->out, i == b ? " on " : ", ");
      xy__text_add_html(page->out, bench.name);
    }
  }
}

static void page_policy(xy__page *page) { xy__template_policy(page->out, template); }

/* JSON within <script>: a "<" inside a string could end the element or open a comment; \u003c is the same to JSON. */
static void page_data(xy__page *page) {
  xy__text json = {0};
  if (page->rc == XY_OK) page->rc = xy__page_data(&json, page);
  for (const char *c = page->rc == XY_OK ? json.data : ""; *c != '\0';) {
    size_t plain = strcspn(c, "<>&");
    xy__text_add_bytes(page->out, c, plain);
    c += plain;
    if (*c != '\0') xy__text_addf(page->out, "\\u%04x", (unsigned)*c++);
  }
  xy__text_dispose(&json);
}

static const struct {
  const char *name;
  void (*add)(xy__page *);
} parts[] = {{"blind", xy__page_blind},       {"byline", xy__page_byline}, {"confidence", page_confidence},
             {"coverage", xy__page_coverage}, {"data", page_data},         {"family", page_family},
             {"first", xy__page_first},       {"items", xy__page_items},   {"methods", xy__page_methods},
             {"note", xy__page_note},         {"path", xy__page_path},     {"policy", page_policy},
             {"reward", xy__page_reward},     {"gap", page_gap},           {"steps", xy__page_steps},
             {"title", xy__page_title},       {"top", xy__page_top},       {"version", page_version},
             {"words", xy__page_words}};

static void add_part(void *context, const char *name, size_t length) {
  xy__page *page = context;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (strlen(parts[i].name) == length && strncmp(parts[i].name, name, length) == 0) parts[i].add(page);
  }
}

int xy__page_write(const char *path, const xy_results *results, const xy__report_options *options, xy_error *err) {
  xy__text whole = {0}, out = {0};
  xy_results shown;
  int opened = xy__shown_open(&shown, results, err);
  if (opened != XY_OK) return opened;
  xy__page page = {&whole, &shown, options, XY_OK, err};
  xy__template_add(&whole, template, add_part, &page);
  if (!whole.failed) xy__page_link_terms(&out, whole.data);
  int rc = page.rc;
  if (rc == XY_OK && (whole.failed || out.failed)) rc = xy__fail_memory(err, path);
  if (rc == XY_OK) rc = xy__file_write(path, out.data, out.size, err);
  xy__text_dispose(&whole);
  xy__text_dispose(&out);
  xy__shown_dispose(&shown);
  return rc;
}
