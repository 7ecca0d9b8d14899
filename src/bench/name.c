/* See name.h. */
#include "bench/name.h"

#include <string.h>

#include "base/file.h"

const char *xy__bench_parts(xy_bench_options *out, char *name) {
  const struct {
    const char *key, **value;
  } parts[] = {{",themes=", &out->themes},
               {",groups=", &out->groups},
               {",language=", &out->language},
               {",uneven=", &out->uneven}};
  while (!xy__file_exists(name)) {
    char *cut = NULL;
    size_t last = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
      for (char *at = strstr(name, parts[i].key); at != NULL; at = strstr(at + 1, parts[i].key)) {
        if (cut != NULL && at < cut) continue;
        cut = at;
        last = i;
      }
    }
    if (cut == NULL) break;
    *cut = '\0';
    *parts[last].value = cut + strlen(parts[last].key);
  }
  char *equals = strchr(name, '=');
  if (out->kind != NULL || equals == NULL || xy__file_exists(name)) return name;
  *equals = '\0';
  out->kind = name;
  return equals + 1;
}

void xy__bench_name_add(xy__text *out, const char *path, const xy_bench_options *how) {
  const char *const parts[][2] = {
      {",themes=", how->themes}, {",groups=", how->groups}, {",language=", how->language}, {",uneven=", how->uneven}};
  if (how->kind != NULL) xy__text_addf(out, "%s=", how->kind);
  xy__text_add(out, path);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    if (parts[i][1] != NULL) xy__text_addf(out, "%s%s", parts[i][0], parts[i][1]);
  }
}
