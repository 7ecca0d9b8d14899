/* Files: whole reads, memory maps, atomic writes, folders; and the files that are embedded in the program. */
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

/* Writes to PATH.PID.tmp, then renames: a reader sees the old file or the new one, never a part, and processes that
 * write the same file do not meet. */
int xy__file_write(const char *path, const char *data, size_t size, xy_error *err);

/* The same for files that are written piece by piece. begin fills *out; then any number of appends, and either finish
 * (which renames) or drop (which leaves no trace). After an error of append or finish the file is already dropped.
 * drop takes a zero-initialised or finished one. */
typedef struct xy__file_out {
  void *stream;
  char *path, *temporary;
} xy__file_out;
int xy__file_begin(xy__file_out *out, const char *path, xy_error *err);
int xy__file_append(xy__file_out *out, const char *data, size_t size, xy_error *err);
int xy__file_finish(xy__file_out *out, xy_error *err);
void xy__file_drop(xy__file_out *out);

/* mkdir -p. */
int xy__folder_make(const char *path, xy_error *err);

/* True of a broken link too: what opens it tells. */
bool xy__file_exists(const char *path);
bool xy__is_folder(const char *path);

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
