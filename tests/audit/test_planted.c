/* The audit against a ground truth: the seedling family was trained with associations of known sign and order
 * (data/seedling/planted.yaml), and the audit, which knows nothing of them, must find them. */
#include <math.h>

#include "base/file.h"
#include "base/yaml.h"
#include "support.h"

static char folder[] = "/tmp/xylem-planted-XXXXXX";
static xy_results *results;
static xy__yaml *planted;

static int audit_seedling(void **state) {
  (void)state;
  if (mkdtemp(folder) == NULL) return -1;
  const xy__embedded *truth = xy__embedded_find("seedling/planted.yaml");
  xy_family *family = NULL;
  xy_audit *audit = NULL;
  xy_error err = {0};
  int rc = truth == NULL ? -1 : 0;
  if (rc == 0) {
    rc = xy__yaml_parse(&planted, (const char *)truth->data, (size_t)(truth->end - truth->data), truth->name, &err);
  }
  if (rc == 0) rc = xy_family_open(&family, "seedling", &err);
  xy_audit_options options = {.runs = folder, .draws = 2000};
  if (rc == 0) rc = xy_audit_open(&audit, family, &options, &err);
  if (rc == 0) rc = xy_audit_run(&results, audit, &err);
  if (rc != 0) print_error("%s\n", err.text);
  xy_audit_free(audit);
  xy_family_free(family);
  return rc;
}

static int drop(void **state) {
  (void)state;
  char command[64];
  xy_results_free(results);
  xy__yaml_free(planted);
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

static xy_measure row_of(const char *benchmark, const char *measure, const char *stage, const char *against,
                         const char *theme) {
  xy_measure row;
  for (size_t i = 0; i < xy_results_measures(results); i++) {
    xy_results_measure(&row, results, i);
    if (strcmp(row.benchmark, benchmark) == 0 && strcmp(row.measure, measure) == 0 && strcmp(row.mode, "full") == 0 &&
        strcmp(row.stage, stage) == 0 && strcmp(row.against, against) == 0 && strcmp(row.identity, "all") == 0 &&
        strcmp(row.theme, theme) == 0) {
      return row;
    }
  }
  fail_msg("no row %s %s %s against %s, theme %s", benchmark, measure, stage, against, theme);
  return row;
}

static double number(const char *text) {
  char *end;
  double value = strtod(text, &end);
  if (end == text || *end != '\0') fail_msg("planted.yaml: expected a number, found '%s'", text);
  return value;
}

static const struct {
  const char *stage, *parent;
} preference_steps[] = {{"dpo", "base"}, {"sft-dpo", "sft"}};

/* Mean change of each planted theme of stigma; themes in falling order of what was planted. */
static size_t changes(double *planted_sizes, xy_measure *rows, size_t step) {
  const xy__node *steps = xy__yaml_get(planted->root, "steps");
  const xy__node *themes = xy__yaml_get(xy__yaml_get(steps, preference_steps[step].stage), "stigma");
  if (themes == NULL) fail_msg("planted.yaml: no steps: %s: stigma", preference_steps[step].stage);
  for (size_t i = 0; i < themes->n; i++) {
    planted_sizes[i] = number(themes->items[i]->value);
    rows[i] =
        row_of("stigma", "amplification", preference_steps[step].stage, preference_steps[step].parent, themes->keys[i]);
  }
  return themes->n;
}

static void planted_signs_are_recovered(void **state) {
  (void)state;
  for (size_t step = 0; step < 2; step++) {
    double sizes[16];
    xy_measure rows[16];
    size_t n = changes(sizes, rows, step);
    assert_true(n >= 7);
    double strongest = sizes[0];
    for (size_t i = 0; i < n; i++) {
      if (sizes[i] < 0) { /* the one theme that was attenuated */
        assert_true(rows[i].value < 0 && rows[i].high < 0);
        assert_string_equal(rows[i].verdict, "attenuated");
      } else if (sizes[i] >= strongest / 2) { /* the clearly amplified ones */
        assert_true(rows[i].low > 0);
        assert_string_equal(rows[i].verdict, "amplified");
      } else if (sizes[i] == 0) { /* left alone: far below the strongest */
        assert_true(fabs(rows[i].value) < rows[0].value / 2);
      }
    }
  }
}

/* Spearman's correlation of what was planted and what was found; with seven themes 0.786 is the 5% point. */
static void planted_order_is_recovered(void **state) {
  (void)state;
  for (size_t step = 0; step < 2; step++) {
    double sizes[16];
    xy_measure rows[16];
    size_t n = changes(sizes, rows, step);
    double distance = 0;
    for (size_t i = 0; i < n; i++) {
      double rank_planted = 0;
      double rank_found = 0;
      for (size_t j = 0; j < n; j++) {
        rank_planted += sizes[j] > sizes[i];
        rank_found += rows[j].value > rows[i].value;
      }
      distance += (rank_planted - rank_found) * (rank_planted - rank_found);
    }
    double correlation = 1 - 6 * distance / ((double)n * ((double)n * (double)n - 1));
    print_message("# %s: rank correlation of planted and found %.3f\n", preference_steps[step].stage, correlation);
    assert_true(correlation >= 0.786);
  }
}

/* Nothing was planted on binary gender in either preference step. What spills over to it from the planted themes is
 * small beside them in both, and in the step from sft within what counts as no change. */
static void binary_gender_was_left_alone(void **state) {
  (void)state;
  for (size_t step = 0; step < 2; step++) {
    const char *stage = preference_steps[step].stage;
    const char *parent = preference_steps[step].parent;
    double spill = row_of("binary-gender", "amplification", stage, parent, "all").value;
    double planted_theme = row_of("stigma", "amplification", stage, parent, "threat").value;
    assert_true(fabs(spill) < planted_theme / 10);
  }
  assert_true(fabs(row_of("binary-gender", "amplification", "sft-dpo", "sft", "all").value) < 0.1);
}

/* The step from sft to sft-dpo is blind on binary gender; the step from base to dpo spilled over, and is not called so.
 */
static void the_blind_spot_is_found(void **state) {
  (void)state;
  bool found = false;
  for (size_t i = 0; i < xy_results_findings(results); i++) {
    xy_finding finding;
    xy_results_finding(&finding, results, i);
    if (strcmp(finding.kind, "blind_spot") != 0) continue;
    assert_null(strstr(finding.text, "From base to dpo"));
    found = found || (strstr(finding.text, "From sft to sft-dpo") != NULL && strstr(finding.text, "stigma") != NULL);
  }
  assert_true(found);
}

static void the_reward_is_the_step_times_beta(void **state) {
  (void)state;
  for (size_t step = 0; step < 2; step++) {
    const char *stage = preference_steps[step].stage;
    const char *parent = preference_steps[step].parent;
    xy_measure margin = row_of("stigma", "reward_margin", stage, parent, "all");
    xy_measure change = row_of("stigma", "amplification", stage, parent, "all");
    assert_near(margin.value, 0.1 * change.value, 1e-9, 0);
    xy_measure preferred = row_of("stigma", "reward_preference_rate", stage, parent, "all");
    assert_true(preferred.low > 0.5);
  }
}

static void shares_add_up_to_the_gap(void **state) {
  (void)state;
  double root = row_of("stigma", "root_share", "sft-dpo", "base", "all").value;
  double sft = row_of("stigma", "step_share", "sft-dpo", "sft", "all").value;
  double dpo = row_of("stigma", "step_share", "sft-dpo", "sft-dpo", "all").value;
  assert_near(root + sft + dpo, row_of("stigma", "mean_gap", "sft-dpo", "", "all").value, 1e-9, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(planted_signs_are_recovered),       cmocka_unit_test(planted_order_is_recovered),
      cmocka_unit_test(binary_gender_was_left_alone),      cmocka_unit_test(the_blind_spot_is_found),
      cmocka_unit_test(the_reward_is_the_step_times_beta), cmocka_unit_test(shares_add_up_to_the_gap),
  };
  return cmocka_run_group_tests(tests, audit_seedling, drop);
}
