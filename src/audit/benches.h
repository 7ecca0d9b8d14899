/* The benchmarks of a run: which ones the caller or the family names, and what of them is asked. */
#ifndef XY_AUDIT_BENCHES_H
#define XY_AUDIT_BENCHES_H

#include "audit/family.h"
#include "bench/bench.h"

typedef struct xy__audit_benches {
  xy_bench **list; /* [n]; owned */
  size_t n;
} xy__audit_benches;

/* Opens the benchmarks that `options` name, else the family's, else the default ones. Caller frees with
 * xy__benches_dispose in any case. */
int xy__benches_open(xy__audit_benches *out, const xy_family *family, const xy_audit_options *options, xy__arena *arena,
                     xy_error *err);
void xy__benches_dispose(xy__audit_benches *benches);

/* Leaves the identities, themes and clusters that `options` ask for: a label that a benchmark does not have leaves that
 * benchmark out, a label that none has is an error. */
int xy__benches_narrow(xy__audit_benches *benches, const xy_audit_options *options, xy_error *err);

#endif
