/* Files: whole reads, memory maps, folders; and the files that are embedded in the program. */
#ifndef XY_BASE_FILE_H
#define XY_BASE_FILE_H

#include "base/error.h"
#include "base/text.h"

/* Reads a whole text; *out has a final 0 that *size does not count. What is no text (filekind.h), or is larger than any
 * that is read here, is refused as what it is. Caller frees with free. */
int xy__file_read(char **out, size_t *size, const char *path, xy_error *err);
int xy__file_read_bytes(char **out, size_t *size, const char *path, xy_error *err); /* whatever they are */

/* A read-only private map. Zero-initialise; xy__map_file_dispose takes half-built ones. */
typedef struct xy__file_map {
  const unsigned char *data; /* NULL for an empty file */
  size_t size;
} xy__file_map;
int xy__file_map_open(xy__file_map *out, const char *path, xy_error *err);
void xy__file_map_dispose(xy__file_map *map);

/* mkdir -p. */
int xy__folder_make(const char *path, xy_error *err);

/* True of a broken link too: what opens it tells. */
bool xy__file_exists(const char *path);
bool xy__is_folder(const char *path);

/* The last part of a path. */
const char *xy__file_name(const char *path);

/* "a/b" in new memory; NULL when out of memory. Caller frees with free. */
char *xy__path_join(const char *folder, const char *name);

/* A file below data/ that was built into the program, by its path there ("benchmarks/stigma.yaml"); NULL when there
 * is none. Static memory, 0-terminated. */
typedef struct xy__embedded {
  const char *name;
  const unsigned char *data, *end;
} xy__embedded;
const xy__embedded *xy__embedded_find(const char *name);
/* All of them, sorted by name; the list ends with a NULL name. Made at build time by tools/embed.sh. */
extern const xy__embedded xy__embedded_table[];

#endif
