/* See verdicts.h. */
#include "results/verdicts.h"

#include <string.h>

#include "xylem.h"

const xy__verdict xy__verdicts[xy__verdicts_n] = {{"amplified", "▲", "up", "amplification", "amplified"},
                                                  {"attenuated", "▼", "down", "attenuation", "attenuated"},
                                                  {"persists", "■", "even", "persistence", "persist"},
                                                  {"clear", "○", "even", "clear", "clear"},
                                                  {"negligible", "≈", "even", "negligible", "negligible"},
                                                  {"undetermined", "?", "even", "undetermined", "undetermined"}};

const char *xy_verdict_name(size_t i) { return i < xy__verdicts_n ? xy__verdicts[i].name : NULL; }

const xy__verdict *xy__verdict_of(const char *name) {
  for (size_t i = 0; i < xy__verdicts_n; i++) {
    if (strcmp(xy__verdicts[i].name, name) == 0) return &xy__verdicts[i];
  }
  return NULL;
}
