/* Names of checkpoints: hub ids in a local cache as huggingface_hub lays it out, and the built-in family. */
#include <sys/stat.h>

#include "folder.h"

static const char commit[] = "0123456789abcdef0123456789abcdef01234567";

/* A cache with one repository, org/tiny, whose main is a copy of a golden model. */
static char *cache_new(void) {
  char *cache = folder_new();
  char path[4352];
  xy_error err;
  snprintf(path, sizeof path, "%s/models--org--tiny/snapshots/%s", cache, commit);
  assert_ok(xy__folder_make(path, &err), err);
  copy_files(path, tests_path("model/data/llama_gqa_tied"));
  snprintf(path, sizeof path, "%s/models--org--tiny/refs", cache);
  assert_ok(xy__folder_make(path, &err), err);
  put_text(path, "main", commit);
  put_text(path, "v1", "0123456789abcdef0123456789abcdef01234567\n");
  put_text(path, "gone", "ffff");
  return cache;
}

static void clear_environment(void) {
  const char *names[] = {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) unsetenv(names[i]);
}

static void opens(const char *name, const char *part_of_path) {
  xy_model *model;
  xy_model_info info;
  xy_error err;
  assert_ok(xy_model_open(&model, name, &err), err);
  assert_ok(xy__model_info(&info, model, &err), err);
  assert_non_null(strstr(info.path, part_of_path));
  xy_model_free(model);
}

static void finds_hub_ids_in_the_cache(void **state) {
  (void)state;
  char *cache = cache_new();
  clear_environment();
  setenv("HF_HUB_CACHE", cache, 1);
  opens("org/tiny", commit);
  opens("org/tiny@main", commit);
  opens("org/tiny@v1", commit);
  opens("org/tiny@0123456789abcdef0123456789abcdef01234567", commit);
  folder_remove(cache);
}

static void follows_the_environment(void **state) {
  (void)state;
  char *home = folder_new();
  char *cache = cache_new();
  char below[4352];
  xy_error err;
  const char *places[][2] = {{"HF_HOME", ""}, {"XDG_CACHE_HOME", "/huggingface"}, {"HOME", "/.cache/huggingface"}};
  for (size_t i = 0; i < 3; i++) {
    clear_environment();
    setenv(places[i][0], home, 1);
    snprintf(below, sizeof below, "%s%s", home, places[i][1]);
    assert_ok(xy__folder_make(below, &err), err);
    assert_int_equal(symlink(cache, file_in(below, "hub")), 0);
    opens("org/tiny", commit);
  }
  folder_remove(home);
  folder_remove(cache);
}

static void says_how_to_get_what_is_missing(void **state) {
  (void)state;
  char *cache = cache_new();
  xy_model *model;
  xy_error err;
  clear_environment();
  setenv("HF_HUB_CACHE", cache, 1);
  assert_fails(xy_model_open(&model, "EleutherAI/pythia-160m", &err), XY_ERR_NOT_FOUND, err,
               "EleutherAI/pythia-160m: no such folder, and not in the hub cache (/tmp/");
  assert_string_equal(err.hint, "hf download EleutherAI/pythia-160m");
  assert_fails(xy_model_open(&model, "org/tiny@v2", &err), XY_ERR_NOT_FOUND, err, "org/tiny@v2: no such folder");
  assert_string_equal(err.hint, "hf download org/tiny --revision v2");
  assert_fails(xy_model_open(&model, "org/tiny@gone", &err), XY_ERR_NOT_FOUND, err, "not in the hub cache");
  assert_fails(xy_model_open(&model, "org/tiny@../../x", &err), XY_ERR_NOT_FOUND, err, "no such folder");
  assert_string_equal(err.hint, "");
  open_fails("a/b/c", XY_ERR_NOT_FOUND, "a/b/c: no such folder");
  open_fails("./nowhere", XY_ERR_NOT_FOUND, "./nowhere: no such folder");
  open_fails("", XY_ERR_NOT_FOUND, "no such folder");
  clear_environment();
  open_fails("org/tiny", XY_ERR_NOT_FOUND, "HOME is not set");
  folder_remove(cache);
}

static void unpacks_the_built_in_family(void **state) {
  (void)state;
  if (xy__embedded_find("seedling/base/config.json") == NULL) {
    print_message("# skipped: the seedling family is not built in\n");
    skip();
  }
  char *cache = folder_new();
  clear_environment();
  setenv("XDG_CACHE_HOME", cache, 1);
  opens("seedling/base", "/xylem/seedling-");
  xy_model *model;
  xy_model_info info;
  xy_error err;
  assert_ok(xy_model_open(&model, "seedling/base", &err), err);
  assert_ok(xy__model_info(&info, model, &err), err);
  put_text(info.path, "config.json", "{}"); /* damage is mended on the next use */
  xy_model_free(model);
  opens("seedling/base", "/xylem/seedling-");
  open_fails("seedling/nothing", XY_ERR_NOT_FOUND, "expected one of the built-in checkpoints seedling/…: base");
  clear_environment();
  open_fails("seedling/base", XY_ERR_IO, "no folder to unpack it into");
  setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
  assert_fails(xy_model_open(&model, "seedling/base", &err), XY_ERR_IO, err, "/proc/nowhere");
  assert_non_null(strstr(err.hint, "XDG_CACHE_HOME"));
  folder_remove(cache);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_hub_ids_in_the_cache), cmocka_unit_test(follows_the_environment),
      cmocka_unit_test(says_how_to_get_what_is_missing), cmocka_unit_test(unpacks_the_built_in_family)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
