/* Families: the checkpoints that grew from one root, as a family.yaml or a command line describes them. */
#ifndef XY_AUDIT_FAMILY_H
#define XY_AUDIT_FAMILY_H

#include "base/memory.h"
#include "measure/measure.h"

/* A stage of the lineage. Strings belong to the family; optional ones are NULL. */
typedef struct xy__stage {
  const char *name, *model, *from, *method, *reference_name, *format, *tail;
  const char **scores; /* [n_scores]: files of imported scores, in place of a model */
  size_t n_scores;
  double beta;           /* NAN where the stage has no implicit reward */
  int parent, reference; /* indices; -1 for none */
  int line;              /* of the family file, for messages */
} xy__stage;

/* What answers for the stage, as the family names it: its model, or its first file of scores. */
const char *xy__stage_source(const xy__stage *stage);

/* A benchmark as the family names it. */
typedef struct xy__benchmark_name {
  const char *name;
  xy_bench_options how;
} xy__benchmark_name;

struct xy_family {
  const char *name, *note, *source; /* source: the file, "built-in", or "command line" */
  const char *folder;               /* relative models and files are looked up here first; NULL: nowhere else */
  char digest[65];                  /* of the source text */
  xy__stage *stages;                /* root first, parents before children */
  size_t n_stages;
  xy__benchmark_name *benchmarks;
  size_t n_benchmarks;
  double parameters;    /* of each of its checkpoints, about; NAN: not known */
  int precision, start; /* xy_precision and xy_start, never the default */
  xy__measure_settings settings;
  xy__arena arena;
};

/* `text` as a family file called `source`; relative paths in it start at `folder` (may be NULL). */
int xy__family_parse(xy_family **out, const char *text, size_t bytes, const char *source, const char *folder,
                     xy_error *err);

/* An empty family with the default settings; NULL when out of memory. */
xy_family *xy__family_new(const char *source, const char *folder);

/* Index of the stage of that name, or -1. */
int xy__family_stage_named(const xy_family *family, const char *name);

/* `name`, a model or a file, below the family file's folder where it exists there, else as it stands. What is made lies
 * in `arena`. */
int xy__family_locate(const char **out, const xy_family *family, const char *name, xy__arena *arena, xy_error *err);

/* Sorts stages root first, and fills parent and reference. Every problem adds a line to `err`. */
int xy__lineage_resolve(xy_family *family, xy_error *err);

/* "fp32" and the like -> the enums; unknown words are errors that list the known ones. */
int xy__precision_parse(int *out, const char *word, xy_error *err);
int xy__start_parse(int *out, const char *word, xy_error *err);
const char *xy__precision_name(int precision);
const char *xy__start_name(int start);

#endif
