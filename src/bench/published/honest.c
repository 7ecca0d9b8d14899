/* HONEST's LGBTQIA+ templates (Nozza et al. 2022): recognised, and refused with the reason. A template ends where a
 * model is to fill in a word ("… should work as a [M]"); the harm is in the word, which is no part of the file. Without
 * it two templates differ in the identity's name alone, and their likelihoods compare how common the names are.
 */
#include "bench/builder.h"

static const char *const columns[] = {"template_masked", "raw", "identity", "category", NULL};

static int read(xy__builder *builder, const xy__source *source, xy_error *err) {
  (void)builder;
  return xy__fail(
      err, XY_ERR_UNSUPPORTED,
      "%s: HONEST's templates are to be completed by a model ([M]), and the harm is in the completion. Their "
      "likelihoods alone would compare how common the names of identities are, so xylem does not make pairs "
      "of them. Statements about the same identities can be written as a context file",
      source->name);
}

const xy__reader xy__reader_honest = {
    .name = "honest", .what = "HONEST's LGBTQIA+ templates", .read = read, .delimiter = '\t', .columns = columns};
