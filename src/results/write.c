/* results.json: the facts of the run, the findings, and one long table with a flat object per row, null where a column
 * does not apply: pandas.DataFrame(results["measures"]) is ready to use. The same results give the same bytes: members
 * have a fixed order, numbers are the shortest that read back, and times stand in "run" alone.
 */
#include <string.h>

#include "base/json.h"
#include "results/fields.h"

static void add_string_or_null(xy__text *out, const char *text) {
  if (text[0] == '\0') {
    xy__text_add(out, "null");
  } else {
    xy__text_add_json(out, text, strlen(text));
  }
}

static void add_row(xy__text *out, const xy_measure *row) {
  for (size_t i = 0; i < xy__fields_n; i++) {
    const xy__field *column = &xy__fields[i];
    xy__text_addf(out, "%s\"%s\": ", i == 0 ? "{" : ", ", column->name);
    switch (column->kind) {
      case XY__FIELD_TEXT: add_string_or_null(out, xy__field_text(row, column)); break;
      case XY__FIELD_COUNT: xy__text_addf(out, "%lld", (long long)xy__field_count(row, column)); break;
      default: xy__text_add_number(out, xy__field_number(row, column));
    }
  }
  xy__text_add(out, "}");
}

/* Lists have an entry per line, so that two files can be compared with diff. */
static void add_fact(xy__text *out, const char *key, const json_t *value) {
  xy__text_addf(out, "  \"%s\": ", key);
  if (json_is_array(value) && json_array_size(value) > 0) {
    for (size_t i = 0; i < json_array_size(value); i++) {
      xy__text_add(out, i == 0 ? "[\n    " : ",\n    ");
      xy__json_add(out, json_array_get(value, i));
    }
    xy__text_add(out, "\n  ]");
  } else {
    xy__json_add(out, value);
  }
  xy__text_add(out, ",\n");
}

static void add_findings(xy__text *out, const xy_results *results) {
  xy__text_add(out, "  \"findings\": [");
  for (size_t i = 0; i < results->n_findings; i++) {
    const xy_finding *finding = &results->findings[i];
    xy__text_add(out, i == 0 ? "\n    {\"kind\": " : ",\n    {\"kind\": ");
    xy__text_add_json(out, finding->kind, strlen(finding->kind));
    xy__text_add(out, ", \"text\": ");
    xy__text_add_json(out, finding->text, strlen(finding->text));
    const char *const names[][2] = {{"benchmark", finding->benchmark},
                                    {"measure", finding->measure},
                                    {"stage", finding->stage},
                                    {"against", finding->against}};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
      xy__text_addf(out, ", \"%s\": ", names[k][0]);
      add_string_or_null(out, names[k][1]);
    }
    xy__text_add(out, "}");
  }
  xy__text_add(out, results->n_findings > 0 ? "\n  ],\n" : "],\n");
}

static void add_measures(xy__text *out, const xy_results *results) {
  xy__text_add(out, "  \"measures\": [");
  for (size_t i = 0; i < results->n_measures; i++) {
    xy__text_add(out, i == 0 ? "\n    " : ",\n    ");
    add_row(out, &results->measures[i]);
  }
  xy__text_add(out, results->n_measures > 0 ? "\n  ]\n}\n" : "]\n}\n");
}

int xy__results_text(xy__text *out, const xy_results *results, xy_error *err) {
  static const struct {
    const char *key;
    bool required;
  } facts[] = {{"run", true},       {"family", true},    {"stages", true},    {"benchmarks", true},
               {"headline", false}, {"settings", false}, {"coverage", false}, {"distributions", false},
               {"scatters", false}, {"items", false},    {"example", false}};
  const char *version = json_string_value(json_object_get(results->facts, "xylem"));
  xy__text text = {0};
  xy__text_add(&text, "{\n  \"xylem\": ");
  if (version == NULL) version = XY_VERSION;
  xy__text_add_json(&text, version, strlen(version));
  xy__text_add(&text, ",\n");
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
    const json_t *value = json_object_get(results->facts, facts[i].key);
    if (value != NULL) {
      add_fact(&text, facts[i].key, value);
    } else if (facts[i].required) {
      xy__text_dispose(&text);
      return xy__fail(err, XY_ERR_ARGUMENT, "results: expected facts with a member '%s'", facts[i].key);
    }
  }
  add_findings(&text, results);
  add_measures(&text, results);
  if (text.failed) {
    xy__text_dispose(&text);
    return xy__fail_memory(err, "results.json");
  }
  *out = text;
  return XY_OK;
}
