/* Writing files. Wherever this program or library writes a file that somebody named, it writes it with this.
 *
 * A regular file appears whole: what is written goes to a temporary of a random name beside it, which then takes its
 * place. A reader sees the old file or the new one, never a part, and two processes that write the same file do not
 * meet. Symbolic links are followed, and the file that they lead to is replaced. What is there and is no regular file
 * (a device, a FIFO) is written into, and so are the file that standard output goes to and a file that has lost its
 * name and is reached by its descriptor.
 *
 * A temporary is locked for as long as its process lives; those that nobody locks any more are removed by the next one
 * that writes in their folder. A process that a signal ends removes its own (xy_files_abandon).
 */
#ifndef XY_BASE_OUTPUT_H
#define XY_BASE_OUTPUT_H

#include "base/error.h"

int xy__file_write(const char *path, const char *data, size_t size, xy_error *err);

/* The same for files that are written piece by piece. begin fills *out; then any number of appends, and either finish
 * (after which the file is there) or drop (which leaves no trace). After an error of append or finish the file is
 * already dropped. drop takes a zero-initialised or finished one. */
typedef struct xy__file_out {
  void *stream;
  char *path;      /* as it was named, for messages */
  char *target;    /* what the temporary takes the place of; NULL: written into, there is no temporary */
  char *temporary; /* NULL as well then */
} xy__file_out;
int xy__file_begin(xy__file_out *out, const char *path, xy_error *err);
int xy__file_append(xy__file_out *out, const char *data, size_t size, xy_error *err);
int xy__file_finish(xy__file_out *out, xy_error *err);
void xy__file_drop(xy__file_out *out);

#endif
