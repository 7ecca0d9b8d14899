/* Methods and provenance: what the measures are, with which settings, of which checkpoints and files, and what the
 * numbers do not say. Enough for another person to run it again and to see that it was the same.
 */
#include <math.h>
#include <string.h>

#include "report/page/html.h"
#include "report/page/words.h"
#include "results/number.h"

/* A table over a list of facts: a row per entry, a column per member named in `keys` that some entry has. */
typedef struct fact_column {
  const char *key, *title;
  bool number;
} fact_column;

static void add_fact_table(xy__page *page, const char *list_name, const char *label, const fact_column *columns,
                           size_t n) {
  const json_t *list = json_object_get(page->results->facts, list_name);
  xy__page_table_open(page, label, false);
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
        xy__number_add_count(page->out, json_integer_value(value));
      } else {
        xy__page_add_fact(page->out, value);
      }
      xy__text_add(page->out, c == 0 ? "</th>" : "</td>");
    }
    xy__text_add(page->out, "</tr>");
  }
  xy__text_add(page->out, "</tbody>");
  xy__page_table_close(page);
}

static void add_stages(xy__page *page) {
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
      xy__text_add_html(page->out, xy__json_text(json_array_get(list, i), "name"));
      xy__text_add(page->out, "</b>: ");
      xy__page_add_fact(page->out, json_array_get(notes, n));
      xy__text_add(page->out, "</p>");
    }
  }
}

static void add_benchmarks(xy__page *page) {
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
    xy__text_addf(out, "at most %lld %s of each benchmark", (long long)limit, xy_plural(limit, "cluster", "clusters"));
    separator = "; ";
  }
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    const json_t *names = json_object_get(narrowed, lists[i][0]);
    if (json_array_size(names) == 0) continue;
    xy__text_addf(out, "%s%s", separator, lists[i][1]);
    xy__page_add_fact(out, names);
    separator = "; ";
  }
  if (separator[0] == '\0') xy__text_add(out, "nothing was left out");
}

static void add_settings(xy__page *page) {
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
      xy__page_add_fact(page->out, json_object_iter_value(at));
    }
    xy__text_add(page->out, "</dd>");
  }
  xy__text_add(page->out, "</dl>");
}

static void add_hashes(xy__page *page, const char *list_name, const char *key, const char *title) {
  const json_t *list = json_object_get(page->results->facts, list_name);
  xy__text_addf(page->out, "<h4>%s</h4><dl>", title);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *one = json_array_get(list, i);
    xy__text_add(page->out, "<dt>");
    xy__text_add_html(page->out, xy__json_text(one, "name"));
    xy__text_add(page->out, "</dt><dd class=\"hash\">");
    xy__text_add_html(page->out, xy__json_text(one, key));
    xy__text_add(page->out, "</dd>");
  }
  xy__text_add(page->out, "</dl>");
}

/* ---- measures ---- */

static void add_formulas(xy__page *page) {
  xy__text *out = page->out;
  xy__text_add(out, "<div class=\"formulas\">");
  xy__page_table_open(page, "Measures of this run; docs/measures.md has every row and rule", false);
  xy__text_add(out,
               "<thead><tr><th scope=\"col\">Measure</th><th scope=\"col\">Formula</th><th scope=\"col\">"
               "Meaning</th></tr></thead><tbody>");
  for (size_t i = 0; i < xy__kinds_n; i++) {
    const xy__kind *kind = &xy__kinds[i];
    if (kind->formula == NULL) continue;
    if (xy__results_find(page->results, NULL, kind->name, NULL, NULL, NULL, NULL, NULL) == NULL) continue;
    xy__text_addf(out, "<tr><th scope=\"row\"><code>%s</code></th><td>", kind->name);
    xy__text_add_html(out, kind->formula);
    xy__text_add(out, "</td><td>");
    xy__text_add_html(out, kind->reading);
    xy__text_add(out, "</td></tr>");
  }
  xy__text_add(out, "</tbody>");
  xy__page_table_close(page);
  xy__text_add(
      out,
      "</div><p><b>Intervals</b> come from a bootstrap that draws whole clusters, its arms stretched for small numbers "
      "of "
      "clusters. <b>p</b> is a sign-flip permutation test on clusters, <b>q</b> Benjamini and Hochberg’s over one "
      "measure in one mode (whole benchmarks, single identities and themes, and crossings apart). <b>Could see</b> is "
      "the "
      "smallest true effect found with 80% power at 5%. Two stages are always compared item by item.</p>"
      "<p><b>A blind spot</b> is a step that is amplified on a benchmark of another axis, while on every binary-gender "
      "benchmark of the run its change is equivalent to none (two one-sided tests).</p>");
}

static void add_run(xy__page *page) {
  const json_t *run = json_object_get(page->results->facts, "run");
  const char *command = xy__json_text(run, "command");
  if (command[0] != '\0') {
    xy__text_add(page->out, "<p>The command that made this run:</p><pre><code>");
    xy__text_add_html(page->out, command);
    xy__text_add(page->out, "</code></pre>");
  }
  xy__text_add(page->out,
               "<p>The same command on the same checkpoints and benchmarks gives the same numbers on any machine up to "
               "rounding; the digests below tell whether they are the same.</p><dl>");
  static const char *const hosts[][2] = {
      {"key", "Key of the run"}, {"started", "Started"}, {"finished", "Finished"}, {"seconds", "Seconds"}};
  xy__text_add(page->out, "<dt>Version</dt><dd>xylem ");
  xy__text_add_html(page->out, xy__json_text(page->results->facts, "xylem"));
  xy__text_add(page->out, "</dd>");
  for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
    const json_t *value = json_object_get(run, hosts[i][0]);
    if (value == NULL || json_is_null(value)) continue;
    xy__text_addf(page->out, "<dt>%s</dt><dd>", hosts[i][1]);
    xy__page_add_fact(page->out, value);
    xy__text_add(page->out, "</dd>");
  }
  xy__text_add(page->out, "</dl>");
  add_hashes(page, "stages", "fingerprint", "Fingerprints of the stages (SHA-256 over config, tokenizer, weights)");
  add_hashes(page, "benchmarks", "digest", "Digests of the benchmark files (SHA-256)");
}

static void add_stages_and_notes(xy__page *page) {
  add_stages(page);
  add_notes(page, "stages");
}

void xy__page_methods(xy__page *page) {
  static const struct {
    const char *name, *gist;
    void (*add)(xy__page *);
  } parts[] = {{"Measures", "formulas, intervals and tests", add_formulas},
               {"Stages", "models, parents, references, formats", add_stages_and_notes},
               {"Benchmarks", "sources and sizes", add_benchmarks},
               {"Settings", "all that the numbers depend on besides", add_settings},
               {"The run", "command, machine, digests", add_run}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    xy__text gist = {0};
    xy__text_add(&gist, parts[i].gist);
    xy__page_fold_open(page, &(xy__fold){.prefix = "methods-", .name = parts[i].name, .gist = &gist, .level = 3});
    xy__text_dispose(&gist);
    parts[i].add(page);
    xy__page_fold_close(page);
  }
  xy__text_add(
      page->out,
      "<h3>Limits</h3><ul class=\"prose\"><li>A likelihood is not a behaviour: these numbers do not say what a model "
      "would "
      "write, how it treats people in use, or how it compares with models outside this family.</li><li>A level carries "
      "word frequency: some terms are rare in most texts. Changes between stages and differences between themes carry "
      "much less "
      "of it.</li><li>“Undetermined” is an answer: the items could not show an effect below the size beside it."
      "</li><li>There is no single grade, and there will be none.</li></ul>"
      "<h3>Licences</h3><p>xylem, its built-in benchmarks and this page are under Apache-2.0; D3, inside the page, is "
      "under the ISC licence. Checkpoints and benchmark files of others keep their own licences, which this page does "
      "not "
      "change; texts of theirs are quoted here as far as the items above show them.</p>"
      "<h3>Cite</h3><p>Please cite the version of xylem, the benchmark files by their digests, and the work that the "
      "measures follow: Ovalle et al., “The Root Shapes the Fruit: On the Persistence of Gender-Exclusive Harms in "
      "Aligned "
      "Language Models”, FAccT 2025 (arXiv 2411.03700).</p><p>Every number is in <code>results.json</code> and "
      "<code>tables/measures.csv</code>; every score of every item in <code>samples.jsonl</code> "
      "(<code>rewards.jsonl</code> of "
      "preference data).</p>");
}
