/* The table of containers, and the step from a folder to the one that holds its weights. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/filekind.h"
#include "base/json.h"
#include "model/container/container.h"

#define ROW(name) &xy__container_##name,
static const xy__container *const containers[] = {XY__CONTAINERS(ROW)};
enum { CONTAINERS = sizeof containers / sizeof containers[0] };

static const char index_ending[] = ".index.json";

/* What people have instead: the first that a folder has a file of names the trouble. */
typedef struct stranger {
  const char *endings[4]; /* of the file's name; NULL ends them */
  int code;
  const char *found, *hint; /* hint NULL: none */
} stranger;

static const char adapter_config[] = "adapter_config.json";

static const stranger strangers[] = {
    {{adapter_config, "adapter_model.safetensors", "adapter_model.bin"},
     XY_ERR_UNSUPPORTED,
     "found an adapter, which is not a whole model",
     "merge it, and name the result as the stage's model: python -c \"from peft import AutoPeftModelForCausalLM as M; "
     "M.from_pretrained('FOLDER').merge_and_unload().save_pretrained('NEW_FOLDER')\", copy the tokenizer files, then "
     "in family.yaml: STAGE: {model: NEW_FOLDER, from: BASE_STAGE}"},
    {{".bin", ".pt", ".pth"}, XY_ERR_UNSUPPORTED, "found only PyTorch's pickled files", xy__save_as_safetensors},
    {{".gguf"},
     XY_ERR_UNSUPPORTED,
     "found GGUF files",
     "the checkpoint that they were made from is read: a folder with config.json and safetensors"},
    {{".safetensors"}, XY_ERR_NOT_FOUND, "found safetensors files of other names (is the index missing?)", NULL},
};
enum { STRANGERS = sizeof strangers / sizeof strangers[0] };

static bool is_of(const stranger *s, const char *file) {
  bool found = false;
  for (int e = 0; e < 4 && s->endings[e] != NULL; e++) found = found || xy__ends_with(file, s->endings[e]);
  return found;
}

/* The first stranger of the table that the folder has a file of; NULL: none. */
static const stranger *stranger_in(const char *folder) {
  size_t first = STRANGERS;
  DIR *stream = opendir(folder);
  for (const struct dirent *entry = NULL; stream != NULL && (entry = readdir(stream)) != NULL;) {
    for (size_t s = 0; s < first; s++) {
      if (is_of(&strangers[s], entry->d_name)) first = s;
    }
  }
  if (stream != NULL) closedir(stream);
  return first < STRANGERS ? &strangers[first] : NULL;
}

/* ", of the base model 'ORG/NAME'", by what an adapter says of itself. */
static void add_base(xy__text *out, const char *folder) {
  char *path = xy__path_join(folder, adapter_config);
  json_t *config = NULL;
  if (path != NULL && xy__json_load(&config, path, NULL) == XY_OK) {
    const char *base = xy__json_text(config, "base_model_name_or_path");
    if (*base != '\0') xy__text_addf(out, ", of the base model '%.200s'", base);
  }
  json_decref(config);
  free(path);
}

int xy__folder_refuse(const char *folder, const char *expected, xy_error *err) {
  const stranger *s = stranger_in(folder);
  int code = s != NULL ? s->code : XY_ERR_NOT_FOUND;
  xy__text found = {0};
  xy__text_add(&found, s != NULL ? s->found : "found none");
  if (s != NULL && s->endings[0] == adapter_config) add_base(&found, folder);
  (void)xy__fail(err, code, "%s: expected %s, %s", folder, expected, found.failed ? "found none" : found.data);
  xy__text_dispose(&found);
  return s != NULL && s->hint != NULL ? xy__hint(err, code, "%s", s->hint) : code;
}

static int fail_without(const char *folder, xy_error *err) {
  xy__text expected = {0};
  for (size_t c = 0; c < CONTAINERS; c++) {
    const char *single = containers[c]->single;
    xy__text_addf(&expected, "%s%s or %s%s", c > 0 ? ", " : "", single, single, index_ending);
  }
  int rc = xy__folder_refuse(folder, expected.failed ? "weights" : expected.data, err);
  xy__text_dispose(&expected);
  return rc;
}

/* What else of the folder could have been meant; NULL: nothing. */
static const char *also_there(char name[256], const char *folder, size_t taken) {
  const char *others[2] = {NULL, adapter_config};
  snprintf(name, 256, "%s%s", containers[taken / 2]->single, index_ending);
  if (taken % 2 == 0) others[0] = name;
  for (int i = 0; i < 2; i++) {
    char *path = others[i] != NULL ? xy__path_join(folder, others[i]) : NULL;
    bool there = path != NULL && xy__file_exists(path);
    free(path);
    if (there) return others[i];
  }
  return NULL;
}

int xy__container_find(xy__kept_weights *out, const char *folder, xy_error *err) {
  for (size_t i = 0; i < 2 * CONTAINERS; i++) {
    const xy__container *container = containers[i / 2];
    bool sharded = i % 2 == 1;
    char name[256];
    snprintf(name, sizeof name, "%s%s", container->single, sharded ? index_ending : "");
    char *path = xy__path_join(folder, name);
    if (path == NULL) return xy__fail_memory(err, folder);
    if (xy__file_exists(path)) {
      *out = (xy__kept_weights){container, path, sharded, .also = ""};
      const char *also = also_there(name, folder, i);
      if (also != NULL) snprintf(out->also, sizeof out->also, "%s", also);
      return XY_OK;
    }
    free(path);
  }
  return fail_without(folder, err);
}
