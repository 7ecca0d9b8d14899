#include "measure/measured.h"

#include <string.h>

const xy_bench *xy__measured_bench(const xy__measured *run, const xy_measure *row) {
  for (size_t b = 0; b < run->n_benches; b++) {
    if (strcmp(run->benches[b]->name, row->benchmark) == 0) return run->benches[b];
  }
  return NULL;
}
