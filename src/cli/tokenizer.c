/* A tokenizer by the name of a checkpoint. */
#include <sys/stat.h>

#include "cli.h"

int cli_open_tokenizer(xy_tokenizer **out, const char *name, bool file) {
  xy_error err = {0};
  struct stat info;
  if (file || stat(name, &info) == 0) {
    return xy_tokenizer_open(out, name, &err) == XY_OK ? CLI_OK : cli_error(NULL, &err);
  }
  xy_model *model = NULL;
  xy_model_info about;
  if (xy_model_open(&model, name, &err) != XY_OK) return cli_error(NULL, &err);
  int rc = xy_model_describe(&about, model, &err);
  if (rc == XY_OK) rc = xy_tokenizer_open(out, about.path, &err);
  xy_model_free(model);
  return rc == XY_OK ? CLI_OK : cli_error(NULL, &err);
}
