/* A commented file to start a benchmark from: data/templates/context.yaml, with its name filled in. */
#include "bench/context/start.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "bench/builder.h"
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

static bool holds_text(const xy_bench *bench, const char *text) {
  for (size_t i = 0; i < bench->n; i++) {
    if (strcmp(bench->items[i].options[0].text, text) == 0) return true;
  }
  return false;
}

static bool is_untouched(const xy_bench *bench, const xy_bench *start) {
  size_t same = 0;
  for (size_t i = 0; i < start->n; i++) same += holds_text(bench, start->items[i].options[0].text);
  return strcmp(bench->summary, start->summary) == 0 || strcmp(bench->harm, start->harm) == 0 || same * 2 >= bench->n;
}

int xy__start_compare(xy_bench *bench, xy_error *err) {
  char *text = NULL;
  xy_bench *start = NULL;
  xy__builder builder;
  int rc = xy_bench_template(&text, bench->name, err);
  if (rc != XY_OK) return rc;
  xy__builder_begin(&builder);
  xy__source source = {.name = "template", .text = text, .bytes = strlen(text)};
  rc = builder.failed ? xy__fail_memory(err, source.name) : xy__reader_context.read(&builder, &source, err);
  if (rc == XY_OK) {
    rc = xy__builder_end(&start, &builder, err);
  } else {
    xy__builder_dispose(&builder);
  }
  if (rc == XY_OK) bench->untouched = is_untouched(bench, start);
  xy_bench_free(start);
  free(text);
  return rc;
}
