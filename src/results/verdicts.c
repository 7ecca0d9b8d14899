/* See verdicts.h. */
#include "results/verdicts.h"

#include <string.h>

#include "xylem.h"

const xy__verdict xy__verdicts[xy__verdicts_n] = {
    {"amplified", "▲", "amplification", "amplified"}, {"attenuated", "▼", "attenuation", "attenuated"},
    {"persists", "■", "persistence", "persist"},      {"clear", "○", "clear", "clear"},
    {"negligible", "≈", "negligible", "negligible"},  {"undetermined", "?", "undetermined", "undetermined"}};

const char *xy_verdict_name(size_t i) { return i < xy__verdicts_n ? xy__verdicts[i].name : NULL; }

const xy__verdict *xy__verdict_of(const char *name) {
  for (size_t i = 0; i < xy__verdicts_n; i++) {
    if (strcmp(xy__verdicts[i].name, name) == 0) return &xy__verdicts[i];
  }
  return NULL;
}

const char *xy_verdict_mark(const char *name) {
  const xy__verdict *verdict = xy__verdict_of(name);
  return verdict != NULL ? verdict->mark : "";
}

const char *xy_depends_text(const char *depends) {
  if (strcmp(depends, XY__ON_MODE) == 0) return "depends on the mode";
  return strcmp(depends, XY__ON_RULE) == 0 ? "depends on the rule" : "";
}

void xy__verdict_add(xy__text *out, const xy_measure *row) {
  xy__text_add(out, row->verdict);
  const char *depends = xy_depends_text(row->depends);
  if (row->verdict[0] != '\0' && depends[0] != '\0') xy__text_addf(out, ", %s", depends);
}

void xy__verdict_add_marked(xy__text *out, const xy_measure *row) {
  xy__text_add(out, row->verdict);
  if (row->verdict[0] != '\0' && row->depends[0] != '\0') xy__text_add(out, " " XY_DEPENDS_MARK);
}

const char xy__depends_note[] =
    XY_DEPENDS_MARK " depends on the mode or the rule: read under another, the verdict is another one.";
