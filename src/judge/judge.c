/* Opening a judge by its name, and asking it: xylem.h. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/yaml.h"
#include "judge/judges.h"

/* ---- opening -------------------------------------------------------------------------------------------- */

size_t xy_judge_kinds(void) {
  size_t n = 0;
  while (xy__judge_kinds[n] != NULL) n++;
  return n;
}

const xy_judge_card *xy_judge_kind(size_t i) { return &xy__judge_kinds[i]->card; }

/* Its kind's name begins that of a judge, and is followed by ":" where it reads something of the user's. */
static bool is_kind(const xy__judge_kind *kind, const char *name) {
  size_t n = strlen(kind->card.name);
  return strncmp(kind->card.name, name, n) == 0 && (name[n] == '\0' || name[n] == ':');
}

static int unknown(const char *name, xy_error *err) {
  enum { MOST = 64 };
  const char *names[MOST + 1] = {NULL};
  xy__text all = {0};
  for (size_t i = 0; xy__judge_kinds[i] != NULL && i < MOST; i++) {
    const xy_judge_card *card = &xy__judge_kinds[i]->card;
    names[i] = card->name;
    xy__text_addf(&all, "%s%s%s%s", i > 0 ? ", " : "", card->name, card->operand != NULL ? ":" : "",
                  card->operand != NULL ? card->operand : "");
  }
  int rc = all.failed ? xy__fail_memory(err, name)
                      : xy__fail(err, XY_ERR_NOT_FOUND, "no judge '%s'; there are %s", name, all.data);
  xy__text_dispose(&all);
  const char *near = xy__nearest(name, names);
  return near != NULL ? xy__hint(err, rc, "did you mean '%s'?", near) : rc;
}

static const xy__judge_kind *kind_of(const char *name) {
  size_t i = 0;
  while (xy__judge_kinds[i] != NULL && !is_kind(xy__judge_kinds[i], name)) i++;
  return xy__judge_kinds[i];
}

/* What stands behind the colon of a name, for a kind that reads something; NULL for one that does not. */
static int operand_of(const char **out, const xy_judge_card *card, const char *name, xy_error *err) {
  const char *colon = strchr(name, ':');
  bool given = colon != NULL && colon[1] != '\0';
  if (card->operand != NULL && !given) {
    return xy__fail(err, XY_ERR_ARGUMENT, "judge %s: expected %s:%s", card->name, card->name, card->operand);
  }
  if (card->operand == NULL && colon != NULL) {
    return xy__fail(err, XY_ERR_ARGUMENT, "judge %s reads no file: expected '%s' alone", card->name, card->name);
  }
  *out = given ? colon + 1 : NULL;
  return XY_OK;
}

static int check_options(const xy__judge_kind *kind, const xy_judge_options *options, xy_error *err) {
  if (options->set != NULL && !kind->card.sets) {
    return xy__fail(err, XY_ERR_ARGUMENT, "judge %s: a declared pronoun set (%s) is nothing that it asks for",
                    kind->card.name, options->set);
  }
  if (options->n_identities > 0 && !kind->card.identities) {
    return xy__fail(err, XY_ERR_ARGUMENT, "judge %s: an identity term (%s) is nothing that it asks for",
                    kind->card.name, options->identities[0]);
  }
  return XY_OK;
}

/* Verdicts depend on the kind, its version, and all that it gave to xy__judge_data. */
static int open_kind(xy_judge *judge, const char *path, const xy_judge_options *options, xy_error *err) {
  const xy_judge_card *card = &judge->kind->card;
  judge->digest = xy__digest_new();
  if (judge->digest == NULL) return xy__fail_memory(err, judge->name);
  xy__judge_data(judge, card->name, strlen(card->name));
  xy__judge_data(judge, card->version, strlen(card->version));
  int rc = judge->kind->open(judge, path, options, err);
  xy__digest_end(judge->fingerprint, judge->digest);
  for (size_t i = 0; rc == XY_OK && judge->n_scores < card->n_scores; i++) {
    rc = xy__judge_score(judge, card->scores[i].name, err);
  }
  if (rc != XY_OK) return rc;
  judge->values = xy__array(judge->n_scores, sizeof *judge->values);
  return judge->values != NULL ? XY_OK : xy__fail_memory(err, judge->name);
}

int xy_judge_open(xy_judge **out, const char *name, const xy_judge_options *options, xy_error *err) {
  static const xy_judge_options none = XY_JUDGE_OPTIONS_INIT;
  xy__error_clear(err);
  if (options == NULL) options = &none;
  const xy__judge_kind *kind = kind_of(name);
  const char *path = NULL;
  if (kind == NULL) return unknown(name, err);
  int rc = operand_of(&path, &kind->card, name, err);
  if (rc == XY_OK) rc = check_options(kind, options, err);
  if (rc != XY_OK) return rc;
  xy_judge *judge = xy__array(1, sizeof *judge);
  if (judge == NULL) return xy__fail_memory(err, name);
  judge->kind = kind;
  judge->name = xy__arena_string(&judge->arena, name);
  rc = judge->name != NULL ? open_kind(judge, path, options, err) : xy__fail_memory(err, name);
  if (rc != XY_OK) {
    xy_judge_free(judge);
    return rc;
  }
  *out = judge;
  return XY_OK;
}

void xy_judge_free(xy_judge *judge) {
  if (judge == NULL) return;
  if (judge->state != NULL) judge->kind->free(judge->state);
  free(judge->scores);
  free(judge->values);
  xy__arena_dispose(&judge->arena);
  free(judge);
}

void xy_judge_describe(xy_judge_info *out, const xy_judge *judge) {
  *out = (xy_judge_info){.card = &judge->kind->card,
                         .name = judge->name,
                         .fingerprint = judge->fingerprint,
                         .entries = judge->entries,
                         .n_scores = judge->n_scores,
                         .scores = judge->scores};
}

/* ---- asking --------------------------------------------------------------------------------------------- */

int xy_judge_text(xy_judgement *out, xy_judge *judge, const xy_judge_input *input, xy_error *err) {
  xy__error_clear(err);
  size_t valid = xy__utf8_check(input->text, input->bytes);
  if (valid < input->bytes) {
    return xy__fail(err, XY_ERR_FORMAT, "text: expected UTF-8, found the byte 0x%02x at %zu",
                    (unsigned char)input->text[valid], valid);
  }
  memset(judge->values, 0, judge->n_scores * sizeof *judge->values);
  const char *label = NULL;
  int rc = judge->kind->judge(&label, judge->values, judge->state, input, err);
  if (rc == XY_OK) *out = (xy_judgement){.label = label, .scores = judge->values};
  return rc;
}
