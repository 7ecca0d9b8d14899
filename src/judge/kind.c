/* See kind.h: what kinds of judges call while they open. */
#include "judge/kind.h"

#include "base/file.h"

void xy__judge_data(xy_judge *judge, const void *data, size_t bytes) {
  const uint64_t length = bytes; /* so that no two lists of parts are one */
  xy__digest_add(judge->digest, &length, sizeof length);
  xy__digest_add(judge->digest, data, bytes);
}

int xy__judge_builtin(const char **text, size_t *bytes, xy_judge *judge, const char *name, xy_error *err) {
  const xy__embedded *file = xy__embedded_find(name);
  if (file == NULL) return xy__fail(err, XY_ERR_NOT_FOUND, "%s: expected it in the program", name);
  *text = (const char *)file->data;
  *bytes = (size_t)(file->end - file->data);
  xy__judge_data(judge, *text, *bytes);
  return XY_OK;
}

int xy__judge_score(xy_judge *judge, const char *name, xy_error *err) {
  const char *copy = xy__arena_string(&judge->arena, name);
  if (copy == NULL || !xy__grow(&judge->scores, &judge->capacity, judge->n_scores, sizeof *judge->scores)) {
    return xy__fail_memory(err, judge->name);
  }
  judge->scores[judge->n_scores++] = copy;
  return XY_OK;
}
