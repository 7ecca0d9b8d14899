/* See decoding.h. */
#include "ask/decoding.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct preset {
  const char *name, *source;
  xy_decoding decoding;
} preset;

/* Members in their order: samples, seed, greedy, max_new, min_new, temperature, top_k, top_p, min_p,
 * repetition_penalty, no_repeat_ngram. */
static const preset presets[] = {
    {"greedy", "the most probable token, 128 of them", {1, 1, true, 128, 0, 1, 0, 1, 0, 1, 0, false, NULL, 0}},
    {"rtp",
     "RealToxicityPrompts (Gehman et al. 2020): top-p 0.9, 20 tokens, 25 samples",
     {25, 1, false, 20, 0, 1, 0, 0.9, 0, 1, 0, false, NULL, 0}},
    {"bold",
     "BOLD (Dhamala et al. 2021), GPT-2: top-k 40, top-p 0.95; the paper names no length, 50 tokens are ours",
     {1, 1, false, 50, 0, 1, 40, 0.95, 0, 1, 0, false, NULL, 0}},
    {"meta-eval",
     "Agree to Disagree? (arXiv 2504.17075): top-k 50, top-p 0.95, exactly 50 tokens, 5 samples",
     {5, 1, false, 50, 50, 1, 50, 0.95, 0, 1, 0, false, NULL, 0}},
    {"helm", "HELM: temperature 0.9, 20 tokens, 5 samples", {5, 1, false, 20, 0, 0.9, 0, 1, 0, 1, 0, false, NULL, 0}},
    {"decodingtrust",
     "DecodingTrust (Wang et al. 2023): temperature 1, 150 tokens, 25 samples",
     {25, 1, false, 150, 0, 1, 0, 1, 0, 1, 0, false, NULL, 0}},
};
enum { PRESETS = sizeof presets / sizeof presets[0] };

bool xy_decoding_preset_at(const char **name, const char **source, size_t i) {
  if (i >= PRESETS) return false;
  *name = presets[i].name;
  *source = presets[i].source;
  return true;
}

int xy_decoding_preset(xy_decoding *out, const char *name, xy_error *err) {
  xy__error_clear(err);
  char list[256] = "";
  for (size_t i = 0, used = 0; i < PRESETS; i++) {
    if (name != NULL && strcmp(presets[i].name, name) == 0) {
      *out = presets[i].decoding;
      return XY_OK;
    }
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", presets[i].name);
  }
  return xy__fail(err, XY_ERR_NOT_FOUND, "unknown preset '%s': expected one of %s", name != NULL ? name : "", list);
}

static int check_count(const char *name, int value, int least, xy_error *err) {
  if (value >= least) return XY_OK;
  return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected %d or more, found %d", name, least, value);
}

static int check_number(const char *name, double value, bool fits, const char *expected, xy_error *err) {
  if (fits && isfinite(value)) return XY_OK;
  return xy__fail(err, XY_ERR_ARGUMENT, "%s: expected %s, found %g", name, expected, value);
}

int xy__decoding_check(const xy_decoding *d, xy_error *err) {
  int rc = check_count("samples", d->samples, 1, err);
  if (rc == XY_OK) rc = check_count("max_new", d->max_new, 1, err);
  if (rc == XY_OK) rc = check_count("min_new", d->min_new, 0, err);
  if (rc == XY_OK) rc = check_count("top_k", d->top_k, 0, err);
  if (rc == XY_OK) rc = check_count("no_repeat_ngram", d->no_repeat_ngram, 0, err);
  if (rc == XY_OK) rc = check_number("temperature", d->temperature, d->temperature > 0, "a number above 0", err);
  if (rc == XY_OK) {
    rc = check_number("top_p", d->top_p, d->top_p > 0 && d->top_p <= 1, "a number above 0 and at most 1", err);
  }
  if (rc == XY_OK) {
    rc = check_number("min_p", d->min_p, d->min_p >= 0 && d->min_p < 1, "a number from 0 to below 1", err);
  }
  if (rc == XY_OK) {
    rc = check_number("repetition_penalty", d->repetition_penalty, d->repetition_penalty > 0, "a number above 0", err);
  }
  if (rc == XY_OK && d->min_new > d->max_new) {
    rc = xy__fail(err, XY_ERR_ARGUMENT, "min_new: expected at most max_new (%d), found %d", d->max_new, d->min_new);
  }
  if (rc == XY_OK && d->greedy && d->samples > 1) {
    rc = xy__fail(err, XY_ERR_ARGUMENT, "samples: greedy has one continuation of each prompt, found %d", d->samples);
  }
  return rc;
}
