/* rewards.jsonl: a line per row and stage, flat, with RewardBench's names where it has them (prompt, results,
 * scores_chosen, scores_rejected, text_chosen, text_rejected; rewardbench/rewardbench.py). Its score is the ratio to
 * the reference; a root has none, and then it is the mean log-probability, the default of its run_dpo.py.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audit/preference_rows.h"
#include "base/output.h"

static void add_string(xy__text *line, const char *key, const char *value) {
  xy__text_addf(line, ", \"%s\": ", key);
  if (value == NULL) {
    xy__text_add(line, "null");
  } else {
    xy__text_add_json(line, value, strlen(value));
  }
}

/* All digits: what is measured can be made again of it, to the last bit. */
static void add_number(xy__text *line, const char *key, double value) {
  xy__text_addf(line, ", \"%s\": ", key);
  xy__text_add_number(line, value);
}

static void add_row(xy__text *line, const xy__preferences *p, const xy__preference *row) {
  xy__text_add(line, "{\"benchmark\": ");
  xy__text_add_json(line, p->name, strlen(p->name));
  xy__text_addf(line, ", \"line\": %d, \"id\": %s", row->line, row->id != NULL ? row->id : "null");
  for (size_t f = 0; f < p->n_fields; f++) {
    xy__text_add(line, ", ");
    xy__text_add_json(line, p->fields[f], strlen(p->fields[f]));
    xy__text_add(line, ": ");
    if (row->labels[f] != NULL) {
      xy__text_add_json(line, row->labels[f], strlen(row->labels[f]));
    } else {
      xy__text_add(line, "null");
    }
  }
  add_string(line, "identity", row->identity);
  add_string(line, "theme", row->theme);
  add_string(line, "cluster", row->cluster);
}

static void add_scores(xy__text *line, const xy__reward_stage *stages, const xy__reward_stage *stage, size_t row) {
  static const char *const sides[] = {"chosen", "rejected"};
  bool is_reward;
  int against = xy__reward_against(stage, &is_reward);
  const xy__answer *own = stage->answers[row];
  const xy__answer *other = against >= 0 ? stages[against].answers[row] : own;
  add_string(line, "stage", stage->name);
  add_string(line, "against", against >= 0 ? stages[against].name : NULL);
  add_string(line, "kind", is_reward ? "reward" : against >= 0 ? "log-ratio" : "likelihood");
  for (int i = 0; i < 2; i++) {
    char key[64];
    snprintf(key, sizeof key, "%s_logprob", sides[i]);
    add_number(line, key, own[i].sum);
    snprintf(key, sizeof key, "%s_logprob_against", sides[i]);
    add_number(line, key, against >= 0 ? other[i].sum : NAN);
    xy__text_addf(line, ", \"%s_tokens\": %d, \"%s_split\": %s", sides[i], own[i].tokens, sides[i],
                  own[i].split ? "true" : "false");
  }
  xy__reward_score score = against >= 0 ? XY__SCORE_RATIO : XY__SCORE_AVG;
  double scores[2];
  static const xy__reward_score free_scores[] = {XY__SCORE_SUM, XY__SCORE_AVG, XY__SCORE_NORM};
  static const char *const names[] = {"sum", "avg", "norm"};
  for (int i = 0; i < 2; i++) scores[i] = xy__reward_score_of(&own[i], &other[i], score);
  double margin = against >= 0 ? scores[0] - scores[1] : NAN;
  double per_token = against >= 0 ? xy__reward_score_of(&own[0], &other[0], XY__SCORE_RATIO_PER_TOKEN) -
                                        xy__reward_score_of(&own[1], &other[1], XY__SCORE_RATIO_PER_TOKEN)
                                  : NAN;
  add_number(line, "margin", is_reward ? stage->beta * margin : NAN);
  add_number(line, "log_ratio_margin", margin);
  add_number(line, "log_ratio_margin_per_token", per_token);
  for (int k = 0; k < 3; k++) {
    for (int i = 0; i < 2; i++) {
      char key[64];
      snprintf(key, sizeof key, "%s_%s", names[k], sides[i]);
      add_number(line, key, xy__reward_score_of(&own[i], NULL, free_scores[k]));
    }
  }
  add_string(line, "score", against >= 0 ? "ratio" : "avg");
  add_number(line, "scores_chosen", scores[0]);
  add_number(line, "scores_rejected", scores[1]);
  xy__text_addf(line, ", \"results\": %d", scores[0] > scores[1]);
}

/* What the models saw: the prompt as laid out, and with each answer. */
static int add_texts(xy__text *line, const xy__format *format, const char *end, const xy__preference *row,
                     xy_error *err) {
  static const char *const keys[] = {"text_chosen", "text_rejected"};
  xy__asked_text text = {0};
  int rc = XY_OK;
  for (int i = 0; rc == XY_OK && i < 2; i++) {
    const xy__asked asked = xy__ask_turns(row->turns, row->n_turns, row->answers[i], format, XY__TAIL_NONE);
    rc = xy__asked_write(&text, &asked, end, err);
    if (rc != XY_OK) break;
    if (i == 0) {
      xy__text_add(line, ", \"prompt\": ");
      xy__text_add_json(line, text.text.data, text.context);
    }
    xy__text_addf(line, ", \"%s\": ", keys[i]);
    xy__text_add_json(line, text.text.data, text.text.size);
  }
  xy__text_add(line, "}\n");
  xy__asked_text_dispose(&text);
  return rc;
}

static int write_rows(xy__file_out *out, const xy_audit *audit, const xy__format *format, xy_error *err) {
  const xy__preference_run *run = xy__preference_run_of(audit);
  const xy__preferences *p = run->preferences;
  xy__text line = {0};
  int rc = XY_OK;
  for (size_t i = 0; rc == XY_OK && i < audit->benches.list[0]->n; i++) {
    size_t row = run->rows[i];
    xy__text_clear(&line);
    for (size_t s = 0; rc == XY_OK && s < audit->stages.n; s++) {
      add_row(&line, p, &p->rows[row]);
      add_scores(&line, run->stages, &run->stages[s], row);
      rc = add_texts(&line, format, audit->stages.list[s].scorer->end, &p->rows[row], err);
    }
    if (rc == XY_OK && line.failed) rc = xy__fail_memory(err, out->path);
    if (rc == XY_OK) rc = xy__file_append(out, line.data, line.size, err);
  }
  xy__text_dispose(&line);
  return rc;
}

/* Every stage has the first one's prompt format: the run is laid out so. */
int xy__rewards_write(const char *path, const xy_audit *audit, xy_error *err) {
  const xy__format *format = NULL;
  xy__file_out out = {0};
  int rc = xy__format_open(&format, audit->stages.list[0].source.format, err);
  if (rc == XY_OK) rc = xy__file_begin(&out, path, err);
  if (rc == XY_OK) rc = write_rows(&out, audit, format, err);
  if (rc == XY_OK) rc = xy__file_finish(&out, err);
  xy__file_drop(&out);
  xy__format_close(format);
  return rc;
}
