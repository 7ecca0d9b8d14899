/* What the forest saves on template-made sentences, and how long it takes to build.
 *
 * usage: forest PAIRS [FILE]
 *
 * FILE gets the sequences, for other programs: token ids of one a line.
 */
#include <omp.h>
#include <stdio.h>

#include "engine/walk/forest.h"
#include "sentences.h"

static int write_sequences(const sentences *s, const char *path) {
  FILE *out = fopen(path, "w");
  if (out == NULL) return -1;
  for (size_t i = 0; i < s->n; i++) {
    for (int32_t t = 0; t < s->items[i].n; t++) {
      fprintf(out, t + 1 < s->items[i].n ? "%d " : "%d\n", (int)s->items[i].ids[t]);
    }
  }
  return fclose(out);
}

int main(int argc, char **argv) {
  sentences s;
  sentences_make(&s, argc > 1 ? strtoul(argv[1], NULL, 10) : 45540, 50304);
  if (argc > 2 && write_sequences(&s, argv[2]) != 0) {
    perror(argv[2]);
    return 1;
  }
  size_t *order = xy__array(s.n, sizeof *order);
  xy_error err = {0};
  xy__forest forest = {0};
  double start = omp_get_wtime();
  xy__forest_order(order, s.items, s.n);
  double sorted = omp_get_wtime();
  int rc = xy__forest_build(&forest, s.items, order, s.n, 256, &err);
  double built = omp_get_wtime();
  int64_t tokens = 0;
  for (size_t i = 0; i < s.n; i++) tokens += s.items[i].n;
  if (rc == XY_OK) {
    printf(
        "{\"sequences\": %zu, \"tokens\": %lld, \"nodes\": %lld, \"computed\": %lld, \"tokens_per_computed\": %.3f, "
        "\"kept\": %lld, \"sort_s\": %.4f, \"build_s\": %.4f}\n",
        s.n, (long long)tokens, (long long)forest.size.prefixes, (long long)forest.size.nodes,
        (double)tokens / (double)forest.size.nodes, (long long)forest.size.kept, sorted - start, built - sorted);
  } else {
    fprintf(stderr, "%s\n", err.text);
  }
  xy__forest_dispose(&forest);
  free(order);
  sentences_dispose(&s);
  return rc == XY_OK ? 0 : 1;
}
