/* A context file, parsed and checked: what expand.c turns into items. All memory is in the reader's arena or belongs
 * to the YAML tree. docs/benchmarks.md describes the file.
 */
#ifndef XY_BENCH_CONTEXT_H
#define XY_BENCH_CONTEXT_H

#include "base/faults.h"
#include "base/yaml.h"
#include "bench/builder.h"
#include "bench/context/template.h"

typedef struct xy__identity {
  const char *id, *axis;
  int line;
  bool target, used;
  xy__terms terms;
  const xy__node *against; /* the ids as written, or NULL: every counterpart of the axis */
  size_t n_opponents;
  size_t *opponents; /* of a target: places in the list of identities */
} xy__identity;

typedef struct xy__statement {
  const char *id;
  int line;
  bool paired;         /* sides[0] for the target text, sides[1] for the other, about one identity */
  xy__phrase sides[2]; /* a plain statement has the same on both */
} xy__statement;

typedef struct xy__theme {
  const char *id;
  int line;
  size_t n;
  xy__statement *statements;
} xy__theme;

typedef struct xy__template {
  const char *id;
  int line;
  xy__phrase text, prompt;
  bool has_prompt;
  const xy__node *themes; /* names of the themes it serves, or NULL: all */
} xy__template;

typedef struct xy__context {
  const xy__yaml *yaml;
  xy__arena arena;
  xy__faults faults;
  bool identities_sound;
  const char *name, *modality, *language, *axis, *summary, *harm;
  size_t n_identities, n_themes, n_templates;
  xy__identity *identities;
  xy__theme *themes, controls; /* controls.n 0: none */
  xy__template *templates;
} xy__context;

/* The key that says what the items are, `task` or `modality`, which mean the same; a file with both has a fault. */
const char *xy__context_task_key(xy__faults *faults, const xy__node *root);

/* A file of modality `pronoun` (pronoun_file.c), whose YAML is read already. */
int xy__read_pronoun_file(xy__builder *builder, const xy__yaml *yaml, xy_error *err);

bool xy__template_serves(const xy__template *template, const xy__theme *theme);
/* Whether a theme has statements of one side, said of target and counterpart alike; whether a template serves some. */
bool xy__theme_has_plain(const xy__theme *theme);
bool xy__template_takes_controls(const xy__context *c, const xy__template *template);

/* Checks that every placeholder has its value, then adds the items of a context without faults. */
void xy__context_expand(xy__builder *builder, xy__context *context);

/* Reads a list of statements (context.c). */
void xy__context_statements(xy__context *c, xy__theme *out, const xy__node *list);

/* Reads `controls`, after the themes; notes that there are few (controls.c). */
#define XY__CONTROLS "controls"
void xy__context_controls(xy__context *c);
void xy__context_note_controls(xy__builder *builder, const xy__context *c);

/* Reads `identities`, and finds the counterparts of each target (identities.c). */
void xy__context_identities(xy__context *c);

/* ---- for the sections (checks.c): what is wrong becomes a fault, and reading goes on -------------------------- */

/* The helpers of yaml.h add their faults themselves: this keeps their code. */
void xy__context_note(xy__context *c, int rc);

/* Zeroed memory for n elements that lives as long as the context; NULL after a fault. */
void *xy__context_take(xy__context *c, size_t n, size_t size);

/* Ids stand in item ids ("THEME/s1/t1/TARGET~COUNTERPART") and on command lines. */
bool xy__is_id(const char *text);
void xy__check_id(xy__faults *faults, int line, const char *what, const char *id);

/* Notes `id` in `seen`; a fault when it is there already. */
void xy__context_check_new(xy__context *c, xy__map *seen, int line, const char *what, const char *id);

/* A text that stands in sentences: not empty, no white space at its ends. */
void xy__context_check_text(xy__context *c, int line, const char *what, const char *text);

/* False with a fault where a file would make more items, or texts of more bytes together, than memory should be asked
 * for: products of its lists are counted before any item is made. */
bool xy__context_room(xy__faults *faults, int line, double items, double bytes);

/* A word out of a list that ends with NULL. */
void xy__context_check_word(xy__context *c, int line, const char *what, const char *word, const char *const *known);

/* Value of a key that must be there and be a plain value; NULL after a fault. */
const char *xy__context_required(xy__context *c, const xy__node *mapping, const char *what, const char *key);

/* A key of the file that must hold a list or mapping with at least one entry; NULL after a fault. */
const xy__node *xy__context_entries(xy__context *c, const char *key, xy__node_kind kind);

#endif
