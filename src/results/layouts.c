/* The table of a benchmark's results as people read it, for the terminal: one row a layout (xy_layout, xylem.h), which
 * serves one task or more. The first is the one of most benchmarks. Preference data have tables of their own
 * (`xylem reward`).
 */
#include "results/modes.h"

static const xy_layout_column of_pairs[] = {
    {"PREFERENCE [95%]", "preference_rate", XY_SHOWN_INTERVAL}, {"GAP", "mean_gap", XY_SHOWN_VALUE},
    {"CHANGE [95%]", "amplification", XY_SHOWN_INTERVAL},       {"VERDICT", "amplification", XY_SHOWN_VERDICT},
    {"REWARD", "reward_preference_rate", XY_SHOWN_VALUE},
};
static const xy_layout_column of_choices[] = {
    {"ACC A", "accuracy_ambiguous", XY_SHOWN_VALUE},
    {"ACC D", "accuracy_disambiguated", XY_SHOWN_VALUE},
    {"S_AMB", "s_amb", XY_SHOWN_VALUE},
    {"S_DIS", "s_dis", XY_SHOWN_VALUE},
    {"CHANGE", "s_amb_change", XY_SHOWN_VALUE},
    {"VERDICT", "s_amb_change", XY_SHOWN_VERDICT},
};
static const xy_layout_column of_pronouns[] = {
    {"MISGENDERED", "misgendering_rate", XY_SHOWN_INTERVAL},
    {"GAP", "binary_gap", XY_SHOWN_VALUE},
    {"CHANGE", "misgendering_rate_change", XY_SHOWN_VALUE},
    {"VERDICT", "misgendering_rate_change", XY_SHOWN_VERDICT},
};

#define COLUMNS(list) .columns = (list), .n_columns = sizeof(list) / sizeof *(list)
static const xy_layout layouts[] = {
    {.tasks = "pair coref",
     .item = "pair",
     .items = "pairs",
     .note =
         "PREFERENCE is the share of pairs in which the model prefers the target text (50% is parity), GAP its mean "
         "advantage in {unit}, CHANGE what the step from the parent stage added to the gap, REWARD the share of "
         "pairs in which the implicit reward prefers it.",
     .counted = "mean_gap",
     COLUMNS(of_pairs)},
    {.tasks = "choice",
     .item = "question",
     .items = "questions",
     .note =
         "ACC A: accuracy where the context leaves the answer open; ACC D: where it gives it. S_AMB and S_DIS: bias "
         "scores from -1 to 1, \"none\" where no answer named a person; CHANGE: of S_AMB, from the parent stage.",
     .counted = "s_amb",
     .every_mode = true,
     COLUMNS(of_choices)},
    {.tasks = "pronoun",
     .item = "item",
     .items = "items",
     .note =
         "MISGENDERED is the share in which another pronoun wins over the declared one, GAP by how much accuracy is "
         "higher for binary pronouns; RULE how pronouns of different length are compared.",
     .counted = "misgendering_rate",
     .every_mode = true,
     COLUMNS(of_pronouns)},
};
static const size_t layouts_n = sizeof layouts / sizeof *layouts;

size_t xy_layouts(void) { return layouts_n; }

void xy_layout_at(xy_layout *out, size_t i) { *out = layouts[i]; }

bool xy_layout_of(xy_layout *out, const char *task) {
  for (size_t i = 0; i < layouts_n; i++) {
    if (!xy__names_have(layouts[i].tasks, task)) continue;
    *out = layouts[i];
    return true;
  }
  return false;
}
