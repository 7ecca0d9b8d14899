/* --fail-on VERDICT[:BENCHMARK]: the exit code by which a pipeline learns that a step of training moved a bias. Looked
 * at are steps from parent to child, over a whole benchmark, by its headline measure (xy_results_bench) and no other,
 * what is beyond controls neither; a verdict that another mode does not share does not count.
 */
#include <string.h>

#include "cli.h"

/* Whether `spec` asks for this verdict, and of this benchmark. */
static bool asks_for(const char *spec, const char *verdict, const char *benchmark) {
  size_t n = strcspn(spec, ":");
  if (verdict != NULL && (strlen(verdict) != n || strncmp(spec, verdict, n) != 0)) return false;
  return spec[n] == '\0' || strcmp(spec + n + 1, benchmark) == 0;
}

static bool is_verdict(const char *spec) {
  size_t n = strcspn(spec, ":");
  const char *verdict;
  for (size_t i = 0; (verdict = xy_verdict_name(i)) != NULL; i++) {
    if (strlen(verdict) == n && strncmp(spec, verdict, n) == 0) return true;
  }
  return false;
}

int cli_fail_on_check(const cli_command *command, const cli_list *specs) {
  for (size_t i = 0; i < specs->n; i++) {
    if (is_verdict(specs->items[i])) continue;
    const char *known = "", *verdict;
    for (size_t v = 0; (verdict = xy_verdict_name(v)) != NULL; v++) {
      known = cli_format("%s%s%s", known, v > 0 ? ", " : "", verdict);
    }
    return cli_usage_error(command, "--fail-on '%s': expected VERDICT or VERDICT:BENCHMARK, a verdict being one of %s",
                           specs->items[i], known);
  }
  return CLI_OK;
}

int cli_fail_on_benchmarks(const xy_audit *audit, const cli_list *specs) {
  for (size_t i = 0; i < specs->n; i++) {
    bool found = false;
    for (size_t b = 0; b < xy_audit_benchmarks(audit); b++) {
      found = found || asks_for(specs->items[i], NULL, xy_audit_benchmark(audit, b));
    }
    if (found) continue;
    cli_message("--fail-on '%s': the run has no such benchmark; it has:", specs->items[i]);
    for (size_t b = 0; b < xy_audit_benchmarks(audit); b++) cli_message("  %s", xy_audit_benchmark(audit, b));
    return CLI_FAILED;
  }
  return CLI_OK;
}

/* Says so, and is true, where one of `specs` asks for the verdict of this step. */
static bool fails(const xy_results *results, const xy_results_bench *bench, const xy_stage_info *stage,
                  const cli_list *specs) {
  const xy_measure like = {.benchmark = bench->name,
                           .measure = bench->change,
                           .mode = bench->mode,
                           .stage = stage->name,
                           .against = stage->parent,
                           .identity = "all",
                           .theme = "all"};
  xy_measure m;
  if (!cli_measure(&m, results, &like) || m.depends[0] != '\0') return false;
  for (size_t i = 0; i < specs->n; i++) {
    if (!asks_for(specs->items[i], m.verdict, bench->name)) continue;
    cli_message("--fail-on %s: %s: from %s to %s %s: %s %s", specs->items[i], bench->name, stage->parent, stage->name,
                m.verdict, m.measure, cli_interval(&m));
    return true;
  }
  return false;
}

int cli_fail_on_results(const xy_results *results, const cli_list *specs) {
  bool failed = false;
  for (size_t b = 0; specs->n > 0 && b < xy_results_benchmarks(results); b++) {
    xy_results_bench bench;
    xy_results_benchmark(&bench, results, b);
    for (size_t s = 0; s < xy_results_stages(results); s++) {
      xy_stage_info stage;
      xy_results_stage(&stage, results, s);
      if (stage.parent[0] != '\0') failed = fails(results, &bench, &stage, specs) || failed;
    }
  }
  return failed ? CLI_VERDICT : CLI_OK;
}
