/* A commented file to start a benchmark from: data/templates/context.yaml, with its name filled in. */
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "bench/context/context.h"

int xy_bench_template(char **out, const char *name, xy_error *err) {
  xy__error_clear(err);
  if (!xy__is_id(name)) {
    return xy__fail(err, XY_ERR_ARGUMENT,
                    "'%s' cannot be the id of a benchmark: no spaces and none of / ~ , : =", name);
  }
  const xy__embedded *file = xy__embedded_find("templates/context.yaml");
  if (file == NULL) return xy__fail(err, XY_ERR_NOT_FOUND, "templates/context.yaml: expected among the built-in files");
  static const char mark[] = "{NAME}";
  xy__text text = {0};
  const char *at = (const char *)file->data;
  for (const char *next; (next = strstr(at, mark)) != NULL; at = next + strlen(mark)) {
    xy__text_add_bytes(&text, at, (size_t)(next - at));
    xy__text_add(&text, name);
  }
  xy__text_add(&text, at);
  if (text.failed) {
    xy__text_dispose(&text);
    return xy__fail_memory(err, name);
  }
  *out = text.data;
  return XY_OK;
}
