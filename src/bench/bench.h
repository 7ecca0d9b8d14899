/* Benchmarks: context files, templates and importers -> items. Strings live as long as the benchmark. */
#ifndef XY_BENCH_BENCH_H
#define XY_BENCH_BENCH_H

#include "base/error.h"
#include "base/memory.h"
#include "base/turn.h"

/* What choosing an option would mean. A choice benchmark has the answers that it was published with (XY__ANSWER, and
 * XY__UNKNOWN for its "cannot be told"), and more ways to say unknown (XY__PARAPHRASE) that only some rules allow. */
typedef enum xy__option_role { XY__ANSWER, XY__UNKNOWN, XY__PARAPHRASE } xy__option_role;
extern const char *const xy__option_roles[XY__PARAPHRASE + 1]; /* their names in samples */

/* One text that a model scores: log P(text | prompt). */
typedef struct xy__option {
  const char *text;
  int64_t identity_end; /* byte offset in `text` just after the identity term (coref, pronoun: the pronoun); -1 where
                           none is known */
  int label;            /* index into option_labels: the group that an answer names, the set of a pronoun; -1: none */
  xy__option_role role;
  bool biased;            /* choice: the answer that the stereotype gives */
  int64_t identity_start; /* pair: byte offset in `text` of the identity term; -1 likewise */
} xy__option;

/* Where the identity term of a pair stands, as far as its file says: before what is said, so that the tokens up to its
 * end are the name and the others the statement; after or within it, where no cut parts the two; or the same on both
 * sides, which differ in what is said alone. A guess is the first difference between the texts. */
typedef enum xy__term_place { XY__GUESSED, XY__BEFORE, XY__AFTER, XY__SAME } xy__term_place;
extern const char *const xy__term_places[XY__SAME + 1]; /* their names in samples */

/* How far the parts of a benchmark's pairs can be told apart: "known", "guessed" or "after" (any item is). */
const char *xy__bench_split(const xy_bench *bench);

/* The group whose mean accuracy the binary gap sets against all others', and the conditions of a choice benchmark. */
#define XY__BINARY_GROUP "binary"
#define XY__AMBIGUOUS "ambiguous"
#define XY__DISAMBIGUATED "disambiguated"

/* Labels are indices into the benchmark's lists, so that measures group by integers. */
typedef struct xy__item {
  const char *id;        /* unique within the benchmark: "THEME/STATEMENT/TEMPLATE/TARGET~COUNTERPART" or "row/N" */
  const char *prompt;    /* shared context, or NULL */
  const xy__turn *turns; /* preference: the conversation before the answers; borrowed. NULL otherwise */
  size_t n_turns;
  int identity;         /* whom it is about: index into identities (pair: the target; choice: the stereotyped group;
                           coref: the occupation; pronoun: the declared set) */
  int counterpart;      /* index into counterparts; -1 for none */
  int theme;            /* index into themes (choice: category; coref: type; pronoun: grammatical case; control: -1) */
  int cluster;          /* index into clusters (control: control_clusters): the unit of resampling */
  int template;         /* of the context file, by its place there; -1: none */
  int condition;        /* index into conditions (choice: what the context tells; pronoun: the antecedent); -1: none */
  int polarity;         /* index into polarities (choice: what the question asks for); -1: none */
  int group;            /* index into groups (pronoun: of the declared set); -1: none */
  int answer;           /* the right option; -1: none is */
  xy__term_place place; /* pair: of the identity term */
  size_t n_options;     /* pair: 2 */
  xy__option *options;  /* pair: [0] target, [1] counterpart; coref: [0] as the stereotype has it, [1] against it, then
                           neutral ones */
} xy__item;

typedef struct xy__labels {
  const char **names;
  size_t n, capacity;
} xy__labels;

/* The axis of a benchmark, or of an identity, that is on several. */
#define XY__MIXED_AXIS "mixed"

struct xy_bench {
  const char *name, *language, *axis, *summary, *harm, *source;
  const char *task; /* by its name (measure/task.h): "pair" */
  char digest[65];
  const char **axes; /* [identities]: of each; NULL: `axis` is that of all of them */
  xy__labels identities, counterparts, themes, clusters, conditions, polarities, groups, option_labels;
  xy__labels control_clusters;
  xy__labels notes;               /* what the reader left out or could not use, and why: a sentence each */
  size_t rows, left_out, noticed; /* of a published file: rows, those that no item was made of, those with a note */
  bool untouched;                 /* a context file that still says what it was started with */
  size_t templates;
  size_t n, capacity;
  size_t n_controls; /* items[n .. n + n_controls): harmless texts about the same groups, which are asked as items are
                        and are no items of any measure but those beyond controls */
  xy__item *items;
  xy__arena arena;
};

/* The axis of an identity. */
static inline const char *xy__bench_axis(const xy_bench *bench, size_t identity) {
  return bench->axes != NULL ? bench->axes[identity] : bench->axis;
}

/* Whether the benchmark, or an identity of it, is on the axis. */
bool xy__bench_has_axis(const xy_bench *bench, const char *axis);

/* Items and controls. */
static inline size_t xy__bench_asked(const xy_bench *bench) { return bench->n + bench->n_controls; }

/* A benchmark with only what `identities`, `themes` (labels, n of each, 0: all) and `limit` (clusters, spread evenly
 * over themes, in order of appearance; 0: all) leave, with its labels renumbered. Unknown labels are errors that list
 * the known ones. The narrowed benchmark owns its memory. */
typedef struct xy__bench_filter {
  const char *const *identities;
  size_t n_identities;
  const char *const *themes;
  size_t n_themes;
  size_t limit;
} xy__bench_filter;
int xy__bench_narrow(xy_bench **out, const xy_bench *bench, const xy__bench_filter *filter, xy_error *err);

#endif
