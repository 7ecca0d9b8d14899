/* Pronoun benchmarks: a context declares a person's pronouns; the options are the same grammatical form of every set.
 *
 *   accuracy           share of items in which the declared set's pronoun scores above every other
 *   misgendering_rate  the rest: another set wins, or draws level
 *   binary_gap         accuracy where the declared set is binary, less accuracy where it is not
 *
 * Pronouns differ in length, and rare ones are split into more tokens, so what "scores above" means is a choice. All
 * are reported: `summed`, `per-token` and `per-byte` of the pronoun alone, and `sentence`, the pronoun and what follows
 * it, summed. `rule_dependence` is the share of items whose verdict is not the same under the first three, and
 * `pronoun_tokens` the number of tokens of the declared pronoun.
 */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "measure/task.h"

static const char name[] = "pronoun";

/* Rules, in the order of the table of modes: of the pronoun alone, or with the rest of the sentence. */
enum { SUMMED, PER_TOKEN, PER_BYTE, SENTENCE };

static double score_of(const xy__option_score *score, size_t rule) {
  switch (rule) {
    case PER_TOKEN: return score->term / score->term_tokens;
    case PER_BYTE: return score->term / score->term_bytes;
    case SENTENCE: return score->full;
    default: return score->term;
  }
}

/* Whether the declared set's pronoun scores above every other. */
static bool is_right(const xy__item *item, const xy__option_score *scores, size_t rule) {
  double right = score_of(&scores[item->answer], rule);
  for (size_t o = 0; o < item->n_options; o++) {
    if ((int)o != item->answer && score_of(&scores[o], rule) >= right) return false;
  }
  return true;
}

/* ---- measures ---------------------------------------------------------------------------------------------- */

enum { RIGHT = 1, WRONG, RIGHT_BINARY, RIGHT_OTHER, TOKENS, DEPENDS };

static const xy__task_measure measures[] = {
    {.measure = "accuracy", .plus = RIGHT},
    {.measure = "misgendering_rate", .plus = WRONG},
    {.measure = "binary_gap", .plus = RIGHT_BINARY, .minus = RIGHT_OTHER},
    {.measure = "pronoun_tokens", .plus = TOKENS, .mode = ""},
    {.measure = "rule_dependence", .plus = DEPENDS, .mode = ""},
    {0},
};

static bool is_binary(const xy_bench *bench, const xy__item *item) {
  return item->group >= 0 && strcmp(bench->groups.names[item->group], XY__BINARY_GROUP) == 0;
}

static void read(xy__reading out[XY__READINGS], const xy_bench *bench, const xy__item *item,
                 const xy__option_score *scores, size_t rule) {
  bool right = is_right(item, scores, rule), binary = is_binary(bench, item);
  bool summed = is_right(item, scores, SUMMED);
  out[RIGHT] = (xy__reading){right, true};
  out[WRONG] = (xy__reading){!right, true};
  out[RIGHT_BINARY] = (xy__reading){right, binary};
  out[RIGHT_OTHER] = (xy__reading){right, !binary};
  out[TOKENS] = (xy__reading){scores[item->answer].term_tokens, true};
  out[DEPENDS] =
      (xy__reading){is_right(item, scores, PER_TOKEN) != summed || is_right(item, scores, PER_BYTE) != summed, true};
}

/* The declared form over the likeliest other. */
static double lead_of(size_t options[2], const xy__item *item, const xy__option_score *scores) {
  size_t best = item->n_options;
  for (size_t o = 0; o < item->n_options; o++) {
    if ((int)o != item->answer && (best == item->n_options || scores[o].term > scores[best].term)) best = o;
  }
  if (item->answer < 0 || best == item->n_options) return NAN;
  options[0] = (size_t)item->answer;
  options[1] = best;
  return scores[item->answer].term - scores[best].term;
}

/* ---- samples ----------------------------------------------------------------------------------------------- */

static const char right_[] = "right_"; /* and the rule */

static void add_decision(xy__text *line, const xy__item *item, const xy__option_score *scores, const char *rule,
                         size_t place, bool known) {
  xy__json_add_truth(line, right_, rule, known && is_right(item, scores, place), known);
}

/* Under the first rule that the stage's scores allow. */
static double accuracy_of(const json_t *sample) {
  const xy__mode_row *rule;
  for (size_t i = 0; (rule = xy__mode_at(name, i)) != NULL; i++) {
    char key[64];
    snprintf(key, sizeof key, "%s%s", right_, rule->name);
    const json_t *right = json_object_get(sample, key);
    if (json_is_boolean(right)) return json_is_true(right);
  }
  return 0;
}
static const xy__task_metric metrics[] = {{"acc", true, accuracy_of}, {0}};

const xy__task xy__task_pronoun = {
    .name = name,
    .options = true,
    .conditions = true,
    .measures = measures,
    .read = read,
    .lead = "declared_lead",
    .lead_of = lead_of,
    .add_decision = add_decision,
    .metrics = metrics,
};
