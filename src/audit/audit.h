/* An audit in hand: the stages of a family with their checkpoints, the benchmarks they answer, what the store already
 * holds, and what must be computed. open.c fills it, tokens.c makes the sequences, plan.c says what it will cost,
 * run.c computes and measures, facts.c writes down what was run.
 */
#ifndef XY_AUDIT_AUDIT_H
#define XY_AUDIT_AUDIT_H

#include "audit/family.h"
#include "score/scorer.h"

/* A selected stage. Indices refer to the selection. */
typedef struct xy__audit_stage {
  const xy__stage *spec;
  int parent, reference;
  xy__scorer_spec source; /* what the family and the run say of who answers for it */
  xy__scorer *scorer;     /* NULL until opened */
} xy__audit_stage;

struct xy_audit {
  const xy_family *family;
  struct xy__reward *reward; /* the run is of preference data (reward.h); NULL: an audit of benchmarks */
  xy__measure_settings settings;
  xy__scoring scoring;
  size_t limit;
  bool show_text, narrowed;
  const char *name, *directory;
  const char *command; /* NULL: not known */
  json_t *narrowing;   /* what was asked for, for results.json; owned */
  xy__audit_stage *stages;
  size_t n_stages;
  xy_bench **benches;
  size_t n_benches;
  bool prepared;       /* every scorer was asked, and the store looked up */
  xy_plan_stage *plan; /* [n_stages] once planned */
  int64_t disk;        /* bytes that store and run directory will grow by, once planned */
  char key[65];        /* digest of everything that the results depend on */
  xy__arena arena;
};

/* Opens an audit of what `options` name, or, with `reward`, of its preference data; takes `reward` over in any case. */
int xy__audit_open(xy_audit **out, const xy_family *family, const xy_audit_options *options, struct xy__reward *reward,
                   xy_error *err);

/* The same without checkpoints and store: benchmarks and stages, to write requests of. */
int xy__audit_open_texts(xy_audit **out, const xy_family *family, const xy_audit_options *options, xy_error *err);

/* Fills in what results say of the run besides measures: directory, family, stages, and that it was narrowed. */
int xy__audit_describe(xy_results *results, const xy_audit *audit, xy_error *err);

/* Remembers that the run directory holds what this audit wrote. */
int xy__audit_remember(const xy_audit *audit, xy_error *err);

/* Tokenizes every benchmark for every stage and looks the store up; does nothing the second time. */
int xy__audit_prepare(xy_audit *audit, xy_error *err);

/* The members "xylem", "run", "family", "stages", "benchmarks" and "settings" of results.json; `started` and `finished`
 * are seconds since 1970. Owned by the caller. */
int xy__audit_facts(json_t **out, const xy_audit *audit, double started, double finished, xy_error *err);

/* Items of benchmark b whose cut fell inside a merged token, of the stage with the most of them. */
size_t xy__audit_splits(const xy_audit *audit, size_t b);

/* Fills audit->key: the digest of those facts but for the run itself, before anything is computed. */
int xy__audit_key(xy_audit *audit, xy_error *err);

#endif
