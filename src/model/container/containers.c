/* The table of containers, and the step from a folder to the one that holds its weights. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "model/container/container.h"

#define ROW(name) &xy__container_##name,
static const xy__container *const containers[] = {XY__CONTAINERS(ROW)};
enum { CONTAINERS = sizeof containers / sizeof containers[0] };

static const char index_ending[] = ".index.json";

/* What people have instead: the first that a folder has a file of names the trouble. */
typedef struct stranger {
  const char *endings[4]; /* of the file's name; NULL ends them */
  int code;
  const char *found;
  const char *hint; /* %s is the folder; NULL: none */
} stranger;

static const stranger strangers[] = {
    {{"adapter_config.json"},
     XY_ERR_UNSUPPORTED,
     "found an adapter (adapter_config.json), which is not a whole model",
     "merge it into its base model first: peft's merge_and_unload(), then save_pretrained()"},
    {{".bin", ".pt", ".pth"},
     XY_ERR_UNSUPPORTED,
     "found only PyTorch's pickled files",
     "python -c \"from transformers import AutoModelForCausalLM as M; M.from_pretrained('%.160s', "
     "torch_dtype='auto').save_pretrained('NEW_FOLDER')\", then copy the tokenizer files"},
    {{".gguf"}, XY_ERR_UNSUPPORTED, "found GGUF files", NULL},
    {{".safetensors"}, XY_ERR_NOT_FOUND, "found safetensors files of other names (is the index missing?)", NULL},
};
enum { STRANGERS = sizeof strangers / sizeof strangers[0] };

static bool ends_with(const char *text, const char *ending) {
  size_t n = strlen(text);
  size_t m = strlen(ending);
  return n >= m && strcmp(text + n - m, ending) == 0;
}

static bool is_of(const stranger *s, const char *file) {
  bool found = false;
  for (int e = 0; e < 4 && s->endings[e] != NULL; e++) found = found || ends_with(file, s->endings[e]);
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

static int fail_without(const char *folder, xy_error *err) {
  const stranger *s = stranger_in(folder);
  int code = s != NULL ? s->code : XY_ERR_NOT_FOUND;
  xy__text expected = {0};
  for (size_t c = 0; c < CONTAINERS; c++) {
    const char *single = containers[c]->single;
    xy__text_addf(&expected, "%s%s or %s%s", c > 0 ? ", " : "", single, single, index_ending);
  }
  (void)xy__fail(err, code, "%s: expected %s, %s", folder, expected.failed ? "weights" : expected.data,
                 s != NULL ? s->found : "found no weights");
  xy__text_dispose(&expected);
  return s != NULL && s->hint != NULL ? xy__hint(err, code, s->hint, folder) : code;
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
      *out = (xy__kept_weights){container, path, sharded};
      return XY_OK;
    }
    free(path);
  }
  return fail_without(folder, err);
}
