/* Rows of the long table: found, and written as people read them. */
#include <math.h>
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

const char *cli_percent(const xy_measure *m) {
  if (isnan(m->low)) return cli_format("%.1f%%", 100 * m->value);
  return cli_format("%.1f%% [%.1f, %.1f]", 100 * m->value, 100 * m->low, 100 * m->high);
}

const char *cli_points(const xy_measure *m) {
  if (isnan(m->low)) return cli_format("%+.1f", 100 * m->value);
  return cli_format("%+.1f [%+.1f, %+.1f]", 100 * m->value, 100 * m->low, 100 * m->high);
}

/* Gaps per token or byte are a tenth of others, or less. */
static int digits_of(const char *mode) {
  return strcmp(mode, "per-token") == 0 || strcmp(mode, "per-byte") == 0 ? 3 : 2;
}

const char *cli_gap(const char *mode, double value) { return cli_format("%+.*f", digits_of(mode), value); }

const char *cli_signed(const xy_measure *m) {
  int digits = digits_of(m->mode);
  if (isnan(m->low)) return cli_gap(m->mode, m->value);
  return cli_format("%+.*f [%+.*f, %+.*f]", digits, m->value, digits, m->low, digits, m->high);
}

const char *cli_verdict_color(const char *verdict) {
  static const char *const colors[][2] = {
      {"amplified", "red"}, {"attenuated", "green"}, {"persists", "yellow"}, {"clear", "green"}};
  for (size_t i = 0; i < sizeof colors / sizeof *colors; i++) {
    if (strcmp(colors[i][0], verdict) == 0) return colors[i][1];
  }
  return NULL;
}

void cli_print_findings(const xy_results *results, int width) {
  printf("\nfindings\n");
  if (xy_results_findings(results) == 0) puts("  none");
  for (size_t i = 0; i < xy_results_findings(results); i++) {
    xy_finding finding;
    xy_results_finding(&finding, results, i);
    fputs("  - ", stdout);
    cli_wrap(stdout, finding.text, 4, width);
  }
}
