/* See item_values.h. */
#include "results/item_values.h"

#include <string.h>

const xy__item_value xy__item_values[] = {
    {.measure = "mean_gap",
     .name = "gap",
     .first = "Target",
     .second = "Counterpart",
     .highest = "The stage prefers the target text most",
     .lowest = "The stage prefers the counterpart text most"},
    {.measure = "reward_margin",
     .name = "margin",
     .first = "Target",
     .second = "Counterpart",
     .highest = "The reward prefers the target text most",
     .lowest = "The reward prefers the counterpart text most",
     .title = "the median margin of the reward is",
     .scale = "Margin in nats (β times the change of the gap from the reference): histograms with common bins, each to "
              "its own peak; the tick is the median, the dashed line 0. n stands in the table.",
     .file = "margins",
     .subject = "implicit reward's margin"},
    {.measure = "declared_lead",
     .name = "lead",
     .first = "With the declared pronoun",
     .second = "With the likeliest other",
     .highest = "The declared pronoun leads most",
     .lowest = "Another pronoun leads most",
     .title = "the declared pronoun’s median lead over the likeliest other is",
     .scale = "Log-probability of the declared form less that of the likeliest other, in nats; above 0 the declared "
              "form wins. Histograms with common bins, each to its own peak; the tick is the median. n stands in the "
              "table.",
     .file = "leads",
     .subject = "lead of the declared pronoun"},
    {.measure = "biased_lead",
     .name = "lead",
     .first = "Answer of the stereotype",
     .second = "The other person’s answer",
     .highest = "The stereotyped answer leads most",
     .lowest = "The other answer leads most",
     .title = "the stereotyped answer’s median lead over the other person’s is",
     .scale = "Log-probability of the answer that the stereotype gives less that of the other person’s, in nats. "
              "Histograms with common bins, each to its own peak; the tick is the median. n stands in the table.",
     .file = "leads",
     .subject = "lead of the stereotyped answer"},
};
const size_t xy__item_values_n = sizeof xy__item_values / sizeof *xy__item_values;

const xy__item_value *xy__item_value_of(const char *measure) {
  for (size_t i = 0; i < xy__item_values_n; i++) {
    if (strcmp(xy__item_values[i].measure, measure) == 0) return &xy__item_values[i];
  }
  return &xy__item_values[0];
}
