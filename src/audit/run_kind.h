/* What a run is over. Opening, asking, the store, the plan, the engine and the run directory are the same for all of
 * them (open.c, prepare.c, run.c); a kind says which items there are and what comes of their scores. A new one is a
 * file with such a struct, and a public function that opens an audit of it.
 */
#ifndef XY_AUDIT_RUN_KIND_H
#define XY_AUDIT_RUN_KIND_H

#include <jansson.h>

#include "base/error.h"

/* In the order of their use. NULL where a comment does not say otherwise: nothing to do. */
typedef struct xy__run_kind {
  const char *needs_tokens; /* why every scorer must give tokens, as the end of a sentence; NULL: it need not */

  /* Never NULL. Fills in audit->benches. */
  int (*begin)(xy_audit *audit, const xy_audit_options *options, xy_error *err);

  /* Settles how prompts are written at each stage, where that is not each stage's own business. */
  int (*layout)(xy_audit *audit, xy_error *err);

  /* Adds what results depend on beyond the settings of every audit. */
  void (*settings)(json_t *out, const xy_audit *audit);

  /* Makes the benchmarks anew without what a scorer cannot take, and says so in *fewer, or fails. Every scorer was
   * asked. */
  int (*fit)(bool *fewer, xy_audit *audit, xy_error *err);

  /* Never NULL. Adds rows, findings, and its own facts to results that hold those of every audit. All is scored. */
  int (*measure)(xy_results *results, xy_audit *audit, xy_error *err);

  /* Never NULL. Writes the lines that its rows are made of, of an audit whose scores are all there: those of the run's
   * file NAME (samples.jsonl, controls.jsonl, rewards.jsonl). */
  int (*lines)(const char *path, const char *name, xy_audit *audit, xy_error *err);

  /* Never NULL. Writes the run directory. */
  int (*write)(const xy_results *results, const xy_audit *audit, xy_error *err);

  void (*free)(void *own); /* takes NULL; the benchmarks are gone by then */
} xy__run_kind;

extern const xy__run_kind xy__benchmarks_run, xy__preference_rows_run;

#endif
