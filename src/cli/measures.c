/* Rows of the long table: found, and written as people read them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static bool matches(const char *wanted, const char *found) { return wanted == NULL || strcmp(wanted, found) == 0; }

bool cli_measure(xy_measure *out, const xy_results *results, const xy_measure *like) {
  for (size_t i = 0; i < xy_results_measures(results); i++) {
    xy_results_measure(out, results, i);
    if (matches(like->measure, out->measure) && matches(like->stage, out->stage) && matches(like->mode, out->mode) &&
        matches(like->against, out->against) && matches(like->identity, out->identity) &&
        matches(like->theme, out->theme) && matches(like->benchmark, out->benchmark)) {
      return true;
    }
  }
  return false;
}

/* As the library writes it. */
static const char *written(const xy_measure *m, bool interval) {
  char *text = xy_measure_text(m, interval);
  if (text == NULL) return "";
  const char *out = cli_format("%s", text);
  xy_free(text);
  return out;
}

const char *cli_verdict(const xy_measure *m) {
  return m->depends[0] != '\0' ? cli_format("%s" XY_DEPENDS_MARK, m->verdict) : m->verdict;
}

const char *cli_value(const xy_measure *m) { return isnan(m->value) ? "none" : written(m, false); }

const char *cli_interval(const xy_measure *m) { return isnan(m->value) ? "none" : written(m, true); }

const char *cli_verdict_color(const char *verdict) {
  static const char *const colors[][2] = {
      {"amplified", "red"}, {"attenuated", "green"}, {"persists", "yellow"}, {"clear", "green"}};
  for (size_t i = 0; i < sizeof colors / sizeof *colors; i++) {
    if (strcmp(colors[i][0], verdict) == 0) return colors[i][1];
  }
  return NULL;
}
