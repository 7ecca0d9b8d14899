/* One measure per modality, the first of those that findings speak of: the mean gap of pairs and of coreference in the
 * run's headline mode; of multiple choice the bias score where the context gives no answer, since that is where a
 * stereotype must decide; of pronouns the misgendering rate. Results carry it (benchmarks[].headline), so that the
 * terminal, the tables and the page show the same one.
 */
#include "measure/headline.h"

bool xy__headline_of(xy__headline *out, xy__modality modality, const xy__measure_settings *settings) {
  switch (modality) {
    case XY__PAIR:
    case XY__COREF: *out = (xy__headline){"mean_gap", xy__mode_name(settings->headline), "amplification"}; return true;
    case XY__CHOICE: *out = (xy__headline){"s_amb", xy__choice_rule_name(XY__THREE_WAY), "s_amb_change"}; return true;
    case XY__PRONOUN:
      *out = (xy__headline){"misgendering_rate", xy__pronoun_rule_name(XY__SUMMED), "misgendering_rate_change"};
      return true;
    default: return false;
  }
}
