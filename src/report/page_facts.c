/* The parts of the page that come from the facts of the run: lineage, stages, benchmarks, settings, how to run again.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/page.h"

const char *xy__fact_string(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

const json_t *xy__page_benchmark(const xy__page *page, const char *name) {
  const json_t *list = json_object_get(page->results->facts, "benchmarks");
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *one = json_array_get(list, i);
    if (strcmp(xy__fact_string(one, "name"), name) == 0) return one;
  }
  return NULL;
}

/* Any fact as text; lists with commas. */
static void add_fact(xy__text *out, const json_t *value) {
  switch (value != NULL ? json_typeof(value) : JSON_NULL) {
    case JSON_STRING: xy__text_add_html(out, json_string_length(value) > 0 ? json_string_value(value) : "–"); break;
    case JSON_INTEGER: xy__text_addf(out, "%lld", (long long)json_integer_value(value)); break;
    case JSON_REAL: xy__text_add_number(out, json_real_value(value)); break;
    case JSON_TRUE: xy__text_add(out, "yes"); break;
    case JSON_FALSE: xy__text_add(out, "no"); break;
    case JSON_ARRAY:
      for (size_t i = 0; i < json_array_size(value); i++) {
        if (i > 0) xy__text_add(out, ", ");
        add_fact(out, json_array_get(value, i));
      }
      if (json_array_size(value) == 0) xy__text_add(out, "none");
      break;
    default: xy__text_add(out, "–");
  }
}

void xy__page_byline(xy__page *page) {
  const json_t *run = json_object_get(page->results->facts, "run");
  const char *when = xy__fact_string(run, "finished");
  size_t stages = page->results->n_stages;
  size_t benchmarks = json_array_size(json_object_get(page->results->facts, "benchmarks"));
  xy__text_addf(page->out, "%zu stage%s, %zu benchmark%s", stages, stages == 1 ? "" : "s", benchmarks,
                benchmarks == 1 ? "" : "s");
  if (when[0] != '\0') {
    xy__text_add(page->out, ". Measured ");
    xy__text_add_html(page->out, when);
  }
  xy__text_add(page->out, ".");
}

void xy__page_note(xy__page *page) {
  const char *note = xy__fact_string(json_object_get(page->results->facts, "family"), "note");
  if (note[0] == '\0') return;
  xy__text_add(page->out, "<p class=\"note\" role=\"note\"><b>Please note.</b> ");
  xy__text_add_html(page->out, note);
  xy__text_add(page->out, "</p>");
}

/* The first sentence carries the finding; the others, its detail. */
static void add_sentences(xy__text *out, const char *text) {
  const char *end = strstr(text, ". ");
  char *first = end != NULL ? strndup(text, (size_t)(end - text) + 1) : NULL;
  xy__text_add_html(out, first != NULL ? first : text);
  if (first != NULL) {
    xy__text_add(out, "<span class=\"more\"> ");
    xy__text_add_html(out, end + 2);
    xy__text_add(out, "</span>");
  }
  free(first);
}

void xy__page_findings(xy__page *page) {
  const xy_results *results = page->results;
  if (results->n_findings == 0) {
    xy__text_add(page->out, "<p>This run recorded no findings.</p>");
    return;
  }
  xy__text_add(page->out, "<ul class=\"findings\">");
  for (size_t i = 0; i < results->n_findings; i++) {
    xy__text_add(page->out, "<li class=\"k-");
    xy__text_add_html(page->out, results->findings[i].kind);
    xy__text_add(page->out, "\"><span class=\"kind\">");
    for (const char *c = results->findings[i].kind; *c != '\0'; c++) {
      char one[2] = {*c == '_' ? ' ' : *c, '\0'};
      if (c == results->findings[i].kind && one[0] >= 'a' && one[0] <= 'z') one[0] = (char)(one[0] - 'a' + 'A');
      xy__text_add_html(page->out, one);
    }
    xy__text_add(page->out, "</span>");
    add_sentences(page->out, results->findings[i].text);
    xy__text_add(page->out, "</li>");
  }
  xy__text_add(page->out, "</ul>");
}

static void add_stage_box(xy__text *out, const xy_stage_info *stage) {
  xy__text_add(out, "<span class=\"stage\"><b>");
  xy__text_add_html(out, stage->name);
  xy__text_add(out, "</b> ");
  xy__text_add_html(out, stage->method);
  if (isfinite(stage->beta)) {
    xy__text_add(out, ", β ");
    xy__text_add_number(out, stage->beta);
  }
  xy__text_add(out, "<br><span class=\"quiet\">");
  xy__text_add_html(out, stage->model);
  if (stage->reference[0] != '\0' && strcmp(stage->reference, stage->parent) != 0) {
    xy__text_add(out, " · reference ");
    xy__text_add_html(out, stage->reference);
  }
  xy__text_add(out, "</span></span>");
}

/* The stages that grew from `parent`, nested. Parents stand before children, so that depth is bounded by their
 * number; a stage that names itself or a later one is left out. */
static void add_children(xy__page *page, const char *parent, size_t after) {
  const xy_results *results = page->results;
  bool any = false;
  for (size_t i = after; i < results->n_stages; i++) {
    const xy_stage_info *stage = &results->stages[i];
    if (strcmp(stage->parent, parent) != 0) continue;
    if (!any) xy__text_add(page->out, parent[0] == '\0' ? "<ul class=\"tree\">" : "<ul>");
    any = true;
    xy__text_add(page->out, "<li>");
    add_stage_box(page->out, stage);
    add_children(page, stage->name, i + 1);
    xy__text_add(page->out, "</li>");
  }
  if (any) xy__text_add(page->out, "</ul>");
}

void xy__page_lineage(xy__page *page) { add_children(page, "", 0); }

/* A table over a list of facts: a row per entry, a column per member named in `keys` that some entry has. */
typedef struct fact_column {
  const char *key, *title;
  bool number;
} fact_column;

static void add_fact_table(xy__page *page, const char *list_name, const char *label, const fact_column *columns,
                           size_t n) {
  const json_t *list = json_object_get(page->results->facts, list_name);
  xy__page_table_open(page, label);
  xy__text_add(page->out, "<thead><tr>");
  for (size_t c = 0; c < n; c++) {
    xy__text_addf(page->out, "<th scope=\"col\"%s>%s</th>", columns[c].number ? " class=\"num\"" : "",
                  columns[c].title);
  }
  xy__text_add(page->out, "</tr></thead><tbody>");
  for (size_t i = 0; i < json_array_size(list); i++) {
    xy__text_add(page->out, "<tr>");
    for (size_t c = 0; c < n; c++) {
      const char *tag = c == 0 ? "th scope=\"row\"" : columns[c].number ? "td class=\"num\"" : "td";
      xy__text_addf(page->out, "<%s>", tag);
      const json_t *value = json_object_get(json_array_get(list, i), columns[c].key);
      if (columns[c].number && json_is_integer(value)) {
        xy__page_add_count(page->out, json_integer_value(value));
      } else {
        add_fact(page->out, value);
      }
      xy__text_add(page->out, c == 0 ? "</th>" : "</td>");
    }
    xy__text_add(page->out, "</tr>");
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
}

void xy__page_stages(xy__page *page) {
  static const fact_column columns[] = {{"name", "Stage", false},
                                        {"model", "Model", false},
                                        {"method", "Method", false},
                                        {"parent", "From", false},
                                        {"reference", "Reference", false},
                                        {"beta", "β", true},
                                        {"parameters", "Parameters", true},
                                        {"architecture", "Architecture", false},
                                        {"dtype", "Weights", false},
                                        {"format", "Format", false},
                                        {"tail", "Tail", false}};
  add_fact_table(page, "stages", "Stages of the family", columns, sizeof columns / sizeof *columns);
}

/* Notes of stages and benchmarks, a paragraph each. */
static void add_notes(xy__page *page, const char *list_name) {
  const json_t *list = json_object_get(page->results->facts, list_name);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *notes = json_object_get(json_array_get(list, i), "notes");
    for (size_t n = 0; n < json_array_size(notes); n++) {
      xy__text_add(page->out, "<p><b>");
      xy__text_add_html(page->out, xy__fact_string(json_array_get(list, i), "name"));
      xy__text_add(page->out, "</b>: ");
      add_fact(page->out, json_array_get(notes, n));
      xy__text_add(page->out, "</p>");
    }
  }
}

void xy__page_benchmarks(xy__page *page) {
  static const fact_column columns[] = {{"name", "Benchmark", false},    {"axis", "Axis", false},
                                        {"modality", "Modality", false}, {"items", "Items", true},
                                        {"clusters", "Clusters", true},  {"identities", "Identities", true},
                                        {"themes", "Themes", true},      {"split_items", "Split items", true},
                                        {"source", "Source", false}};
  add_fact_table(page, "benchmarks", "Benchmarks of this run", columns, sizeof columns / sizeof *columns);
  xy__text_add(page->out,
               "<p class=\"quiet\">Items made from one statement form a cluster, the unit of resampling. A split item "
               "is one whose cut between two parts fell inside a merged token.</p>");
  add_notes(page, "benchmarks");
}

/* What the run was narrowed to, in words: an audit of a part must not look like one of the whole. */
static void add_narrowing(xy__text *out, const json_t *narrowed) {
  static const char *const lists[][2] = {
      {"identities", "identities "}, {"themes", "themes "}, {"only_stages", "stages "}};
  const char *separator = "";
  json_int_t limit = json_integer_value(json_object_get(narrowed, "limit"));
  if (limit > 0) {
    xy__text_addf(out, "at most %lld clusters of each benchmark", (long long)limit);
    separator = "; ";
  }
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    const json_t *names = json_object_get(narrowed, lists[i][0]);
    if (json_array_size(names) == 0) continue;
    xy__text_addf(out, "%s%s", separator, lists[i][1]);
    add_fact(out, names);
    separator = "; ";
  }
  if (separator[0] == '\0') xy__text_add(out, "nothing was left out");
}

void xy__page_settings(xy__page *page) {
  json_t *settings = json_object_get(page->results->facts, "settings");
  if (json_object_size(settings) == 0) {
    xy__text_add(page->out, "<p>No settings were recorded with this run.</p>");
    return;
  }
  xy__text_add(page->out, "<dl>");
  for (void *at = json_object_iter(settings); at != NULL; at = json_object_iter_next(settings, at)) {
    xy__text_add(page->out, "<dt><code>");
    xy__text_add_html(page->out, json_object_iter_key(at));
    xy__text_add(page->out, "</code></dt><dd>");
    if (strcmp(json_object_iter_key(at), "narrowed") == 0) {
      add_narrowing(page->out, json_object_iter_value(at));
    } else {
      add_fact(page->out, json_object_iter_value(at));
    }
    xy__text_add(page->out, "</dd>");
  }
  xy__text_add(page->out, "</dl>");
}

static void add_hashes(xy__page *page, const char *list_name, const char *key, const char *title) {
  const json_t *list = json_object_get(page->results->facts, list_name);
  xy__text_addf(page->out, "<h3>%s</h3><dl>", title);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *one = json_array_get(list, i);
    xy__text_add(page->out, "<dt>");
    xy__text_add_html(page->out, xy__fact_string(one, "name"));
    xy__text_add(page->out, "</dt><dd class=\"hash\">");
    xy__text_add_html(page->out, xy__fact_string(one, key));
    xy__text_add(page->out, "</dd>");
  }
  xy__text_add(page->out, "</dl>");
}

void xy__page_again(xy__page *page) {
  const json_t *run = json_object_get(page->results->facts, "run");
  const char *command = xy__fact_string(run, "command");
  if (command[0] != '\0') {
    xy__text_add(page->out, "<p>The command that made this run:</p><pre><code>");
    xy__text_add_html(page->out, command);
    xy__text_add(page->out, "</code></pre>");
  }
  xy__text_add(page->out,
               "<p>The same command on the same checkpoints and benchmarks gives the same numbers on any machine up to "
               "rounding; the fingerprints below tell whether they are the same.</p>");
  add_hashes(page, "stages", "fingerprint", "Fingerprints of the stages (SHA-256 over config, tokenizer, weights)");
  add_hashes(page, "benchmarks", "digest", "Digests of the benchmark files (SHA-256)");
  add_notes(page, "stages");
  xy__text_add(page->out, "<h3>The run</h3><dl>");
  static const char *const hosts[][2] = {
      {"key", "Key of the run"}, {"cpu", "Processor"}, {"cores", "Cores"}, {"seconds", "Seconds"}};
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
    const json_t *value = json_object_get(run, hosts[i][0]);
    if (value == NULL || json_is_null(value)) continue;
    xy__text_addf(page->out, "<dt>%s</dt><dd>", hosts[i][1]);
    add_fact(page->out, value);
    xy__text_add(page->out, "</dd>");
  }
  xy__text_add(page->out,
               "</dl><h3>Cite</h3><p>Please cite the version of xylem, the benchmark files by their digests, and the "
               "work that the measures follow: Ovalle et al., “The Root Shapes the Fruit: On the Persistence of "
               "Gender-Exclusive Harms in Aligned Language Models”, FAccT 2025 (arXiv 2411.03700).</p>"
               "<p>Every number is in <code>results.json</code> and <code>tables/measures.csv</code>; every score of "
               "every item in <code>samples.jsonl</code>.</p>");
}
