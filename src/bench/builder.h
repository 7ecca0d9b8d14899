/* What the readers of benchmark files build a benchmark with. Running out of memory sticks (`failed`): many additions,
 * one check at the end.
 */
#ifndef XY_BENCH_BUILDER_H
#define XY_BENCH_BUILDER_H

#include "base/text.h"
#include "bench/bench.h"
#include "bench/rows.h"

typedef enum xy__label_kind {
  XY__IDENTITIES,
  XY__COUNTERPARTS,
  XY__THEMES,
  XY__CLUSTERS,
  XY__CONTROL_CLUSTERS,
  XY__CONDITIONS,
  XY__POLARITIES,
  XY__GROUPS,
  XY__OPTION_LABELS,
  XY__NOTES,
  XY__LABEL_KINDS
} xy__label_kind;

typedef struct xy__builder {
  xy_bench *bench; /* owned until xy__builder_end */
  xy__map labels[XY__LABEL_KINDS];
  xy__text beside;       /* bytes of further files that were read: the digest is over them too */
  xy__file_rows rows;    /* of a published file; what was left out becomes notes */
  bool controls, failed; /* controls: items that are added are controls */
} xy__builder;

void xy__builder_begin(xy__builder *out);
void xy__builder_dispose(xy__builder *builder);

/* Hands the benchmark over and empties the builder. */
int xy__builder_end(xy_bench **out, xy__builder *builder, xy_error *err);

/* A copy that lives as long as the benchmark; NULL when out of memory. */
const char *xy__builder_copy(xy__builder *builder, const char *text, size_t bytes);
const char *xy__builder_string(xy__builder *builder, const char *text);

/* Index of a label, added when new; -1 when out of memory. */
int xy__builder_label(xy__builder *builder, xy__label_kind kind, const char *name, size_t bytes);

/* The same of a whole text into *out. Where the builder has failed `name` may be NULL. */
void xy__label_set(xy__builder *builder, int *out, xy__label_kind kind, const char *name);

/* Adds a sentence to the notes. */
void xy__builder_note(xy__builder *builder, const char *format, ...) XY__PRINTF(2, 3);

/* What was left out of a file, and what was noticed, becomes notes: none of it is lost in silence. */
void xy__builder_rows(xy__builder *builder, const xy__file_rows *rows);

/* The facts of a published benchmark; all are in English, but for files whose columns are not the published ones
 * (`reworked`): those may be translations, and say nothing of their language. Texts live as long as the benchmark or
 * the program. */
typedef struct xy__published {
  const char *name, *axis, *summary, *harm;
  const char *task;
  bool reworked;
} xy__published;
void xy__builder_published(xy__builder *builder, const xy__published *facts);

/* Gives each identity its axis (`of`: NULL where that is not known, which leaves it on the benchmark's). A benchmark on
 * XY__MIXED_AXIS whose identities share one is on that. */
typedef const char *(*xy__identity_axis)(const void *user, const char *identity);
void xy__builder_axes(xy__builder *builder, xy__identity_axis of, const void *user);

/* What is added from here on are controls. */
void xy__builder_controls(xy__builder *builder);

/* A new item (its labels -1 but for identity and theme) with room for n options, good until the next call; NULL when
 * out of memory. */
xy__item *xy__builder_item(xy__builder *builder, size_t n_options);

/* The bytes that a benchmark is read from. */
typedef struct xy__source {
  const char *name; /* file, for messages */
  const char *text; /* behind a byte order mark, which is no part of any text */
  size_t bytes;
  size_t mark;    /* bytes of that mark, which stand before `text` */
  char delimiter; /* of its fields, as its header row shows; 0: its reader's own */
} xy__source;
void xy__source_set(xy__source *out, const char *text, size_t bytes);

/* Says of a benchmark that calls itself English, and of which most texts hold no common English word, that its language
 * is not known. */
void xy__language_check(xy__builder *builder);

/* Readers of files, a file each. A kind of file is told by what it looks like (`tells`), else by its header row. */
typedef struct xy__reader {
  const char *name, *what;
  /* A row that cannot be used is left out (rows.h); what is wrong with the file as a whole is reported at once. */
  int (*read)(xy__builder *builder, const xy__source *source, xy_error *err);
  bool (*tells)(const xy__source *source); /* NULL: it has a header row */
  char delimiter;                          /* of its fields */
  const char *const *columns;              /* of the header row by which it is told, ends with NULL; eight at most */
} xy__reader;

/* The table: a row NAME is xy__reader_NAME, which NAME.c defines. */
#define XY__READERS(row)                                                                                             \
  row(context) row(winoqueer) row(crows_pairs) row(redditbias) row(stereoset) row(honest) row(tango) row(winogender) \
      row(winobias) row(bbq)
#define XY__READER_DECLARED(name) extern const xy__reader xy__reader_##name;
XY__READERS(XY__READER_DECLARED)

/* The reader for a file of these bytes; the reader of that name. The source's delimiter is set to the one under which
 * its header row has the reader's columns, if any. */
int xy__reader_of(const xy__reader **out, xy__source *source, xy_error *err);
void xy__reader_delimit(xy__source *source, const xy__reader *reader);
int xy__reader_named(const xy__reader **out, const char *name, xy_error *err);

#endif
