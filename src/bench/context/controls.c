/* The controls of a context file: harmless statements that are put into the same templates about the same groups, so
 * that what is particular to the harmful ones can be told from how likely a name, or any talk about a group, is.
 */
#include <string.h>

#include "bench/context/context.h"

void xy__context_controls(xy__context *c) {
  for (size_t i = 0; i < c->n_themes; i++) {
    if (strcmp(c->themes[i].id, XY__CONTROLS) != 0) continue;
    xy__fault(&c->faults, c->themes[i].line, "theme %s: the name is taken: harmless statements have a key of their own",
              c->themes[i].id);
  }
  const xy__node *root = c->yaml->root, *node = xy__yaml_get(root, XY__CONTROLS);
  if (node == NULL) return;
  c->controls = (xy__theme){.id = XY__CONTROLS, .line = node->line};
  xy__context_statements(c, &c->controls, node);
  bool plain = c->n_themes == 0;
  for (size_t i = 0; i < c->n_themes; i++) plain = plain || xy__theme_has_plain(&c->themes[i]);
  if (!plain) {
    xy__fault(&c->faults, node->line,
              "controls: every statement has two sides about one person, so that no control can "
              "stand beside it");
  }
  for (size_t i = 0; i < c->controls.n; i++) {
    const xy__statement *control = &c->controls.statements[i];
    if (!control->paired) continue;
    xy__fault(&c->faults, control->line, "controls: a control is one statement, said of target and counterpart alike");
  }
}

/* Fewer of them are no fault, but widen every interval that they stand in. */
void xy__context_note_controls(xy__builder *builder, const xy__context *c) {
  size_t plain = 0;
  for (size_t i = 0; i < c->n_themes; i++) {
    for (size_t k = 0; k < c->themes[i].n; k++) plain += !c->themes[i].statements[k].paired;
  }
  if (c->controls.n == 0 || c->controls.n >= plain) return;
  xy__builder_note(builder,
                   "There %s %zu %s beside %zu %s; with as many as those the intervals of "
                   "beyond_controls would be narrower.",
                   xy_plural((int64_t)c->controls.n, "is", "are"), c->controls.n,
                   xy_plural((int64_t)c->controls.n, "control", "controls"), plain,
                   xy_plural((int64_t)plain, "statement", "statements"));
}
