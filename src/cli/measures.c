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

/* Gaps per token or byte are a tenth of others, or less. */
static int digits_of(const char *mode) { return strcmp(xy_gap_unit(mode), "nats") == 0 ? 2 : 3; }

/* What is printed in percent, and of it what has a sign: points that something changed by. */
static bool is_rate(const xy_measure *m, bool *change) {
  xy_measure_kind kind;
  bool known = xy_measure_kind_of(&kind, m->measure);
  *change = known && kind.is_change;
  return known && kind.rate;
}

const char *cli_value(const xy_measure *m) {
  bool change;
  if (isnan(m->value)) return "none";
  if (!is_rate(m, &change)) return cli_format("%+.*f", digits_of(m->mode), m->value);
  return change ? cli_format("%+.1f", 100 * m->value) : cli_format("%.1f%%", 100 * m->value);
}

const char *cli_interval(const xy_measure *m) {
  bool change;
  if (isnan(m->value) || isnan(m->low)) return cli_value(m);
  if (!is_rate(m, &change)) {
    int digits = digits_of(m->mode);
    return cli_format("%+.*f [%+.*f, %+.*f]", digits, m->value, digits, m->low, digits, m->high);
  }
  return cli_format(change ? "%s [%+.1f, %+.1f]" : "%s [%.1f, %.1f]", cli_value(m), 100 * m->low, 100 * m->high);
}

const char *cli_verdict(const xy_measure *m) {
  return m->depends[0] != '\0' ? cli_format("%s " XY_DEPENDS_MARK, m->verdict) : m->verdict;
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
