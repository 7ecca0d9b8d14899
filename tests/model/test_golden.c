/* Every golden checkpoint, opened and scored by the plainest forward pass over its description: what the loader says
 * about a model is right when that pass agrees with Transformers.
 *
 * Tolerance: Transformers works in fp32, the pass here in double; 5e-5 is what ../shared/golden/README.md asks of an
 * engine in fp32.
 */
#include <dirent.h>

#include "base/json.h"
#include "naive.h"
#include "support.h"

static void score_line(const xy_model *model, const char *folder, const json_t *line) {
  const json_t *ids = json_object_get(line, "ids");
  const json_t *logprobs = json_object_get(line, "logprobs");
  size_t n = json_array_size(ids);
  assert_true(n > 1 && json_array_size(logprobs) == n - 1);
  int32_t *tokens = calloc(n, sizeof *tokens);
  double *got = calloc(n, sizeof *got);
  for (size_t i = 0; i < n; i++) tokens[i] = (int32_t)json_integer_value(json_array_get(ids, i));
  naive_logprobs(got, model, tokens, (int64_t)n);
  for (size_t i = 0; i + 1 < n; i++) {
    double expected = json_real_value(json_array_get(logprobs, i));
    if (!(fabs(got[i] - expected) <= 5e-5)) {
      fail_msg("%s: token %zu of %zu: got %.7f, expected %.7f", folder, i + 1, n, got[i], expected);
    }
  }
  free(tokens);
  free(got);
}

static void score_folder(const char *folder) {
  char path[4352];
  snprintf(path, sizeof path, "%s/golden.jsonl", folder);
  FILE *file = fopen(path, "re");
  if (file == NULL) return; /* not a model's folder */
  xy_model *model;
  xy_error err;
  char line[65536];
  int lines = 0;
  assert_ok(xy_model_open(&model, folder, &err), err);
  while (fgets(line, sizeof line, file) != NULL) {
    json_t *golden;
    assert_ok(xy__json_parse(&golden, line, strlen(line), path, &err), err);
    if (json_array_size(json_object_get(golden, "ids")) <= 64) score_line(model, folder, golden);
    json_decref(golden);
    lines++;
  }
  fclose(file);
  assert_true(lines > 0);
  xy_model_free(model);
}

static int score_folders(const char *parent) {
  int folders = 0;
  DIR *stream = opendir(parent);
  assert_non_null(stream);
  for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    char folder[4352];
    if (entry->d_name[0] == '.') continue;
    snprintf(folder, sizeof folder, "%s/%s", parent, entry->d_name);
    score_folder(folder);
    folders++;
  }
  closedir(stream);
  return folders;
}

static void own_models_score_as_in_transformers(void **state) {
  (void)state;
  assert_true(score_folders(tests_path("model/data")) >= 17);
}

static void shared_models_score_as_in_transformers(void **state) {
  (void)state;
  const char *parent = shared_path("golden/models");
  need_file(parent);
  assert_true(score_folders(parent) >= 9);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(own_models_score_as_in_transformers),
                                     cmocka_unit_test(shared_models_score_as_in_transformers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
