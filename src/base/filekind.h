/* What a file is, told before anything is parsed: by the file system, whether it is a regular file at all, and by its
 * first bytes, whether it is of a kind that people have in the place of a text or of weights. A kind is a row, with
 * what to do about it.
 */
#ifndef XY_BASE_FILEKIND_H
#define XY_BASE_FILEKIND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { XY__KIND_BYTES = 512 }; /* more of a file's beginning tells no more */

/* XY_ERR_UNSUPPORTED with a sentence and a hint where bytes[0..n), the beginning of the file `path`, are of a kind that
 * is read neither as a text nor, where `weights` are wanted, as weights. */
int xy__filekind_check(const char *path, const void *bytes, size_t n, bool weights, xy_error *err);

/* The same of a file that was not opened. One that cannot be read is XY_OK: whoever opens it will tell. */
int xy__filekind_look(const char *path, xy_error *err);

/* XY_OK where `path` leads to a regular file, or to a pipe that the program was started with; else what it is instead:
 * nothing, a link to nothing, a folder, a FIFO, a device, a socket. Opens nothing: opening a FIFO waits. */
int xy__filekind_regular(const char *path, xy_error *err);

/* How PyTorch's files become readable ones: a hint. */
extern const char xy__save_as_safetensors[];

/* A link that leads nowhere. */
bool xy__is_broken_link(const char *path);

#endif
