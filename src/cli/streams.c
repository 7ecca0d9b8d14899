/* What is printed. Texts, names and errors come from files and from the command line, and a terminal would act on what
 * is in them: all that the program prints goes through here, and is made visible first. Only what the program itself
 * says to a terminal, colours and the line of progress, goes around it.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* One of the two; the cookie of its stream. */
typedef struct channel {
  int fd;
  FILE *raw;      /* as the C library opened it */
  char part[4];   /* the beginning of a character that a write cut */
  size_t n_parts; /* bytes of it */
} channel;

static channel channels[] = {{.fd = STDOUT_FILENO}, {.fd = STDERR_FILENO}};

static channel *channel_of(const FILE *stream) { return &channels[stream == stderr || stream == channels[1].raw]; }

static bool put(int fd, const char *bytes, size_t n) {
  while (n > 0) {
    ssize_t written = write(fd, bytes, n);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    n -= (size_t)written;
  }
  return true;
}

/* Nearly all that is printed needs nothing done: line ends, tabs and printable ASCII. */
static bool is_plain(const char *bytes, size_t n) {
  size_t i = 0;
  while (i < n && ((bytes[i] >= 0x20 && bytes[i] < 0x7F) || bytes[i] == '\n' || bytes[i] == '\t')) i++;
  return i == n;
}

/* Bytes at the end that may be the beginning of a character: at most three. */
static size_t cut_character(const char *bytes, size_t n) {
  for (size_t back = 1; back <= 3 && back <= n; back++) {
    unsigned char c = (unsigned char)bytes[n - back];
    size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 0;
    if (length > back) return back;
    if (c < 0x80 || length > 0) return 0;
  }
  return 0;
}

static bool put_visible(channel *c, const char *bytes, size_t n) {
  char *shown = xy_visible_text(bytes, n);
  bool done = shown != NULL && put(c->fd, shown, strlen(shown));
  xy_free(shown);
  return done;
}

static ssize_t write_visible(void *cookie, const char *bytes, size_t n) {
  channel *c = cookie;
  if (c->n_parts == 0 && is_plain(bytes, n)) return put(c->fd, bytes, n) ? (ssize_t)n : 0;
  char *whole = malloc(c->n_parts + n);
  if (whole == NULL) return 0;
  memcpy(whole, c->part, c->n_parts);
  memcpy(whole + c->n_parts, bytes, n);
  size_t all = c->n_parts + n;
  size_t cut = cut_character(whole, all);
  bool done = put_visible(c, whole, all - cut);
  memcpy(c->part, whole + all - cut, cut);
  c->n_parts = cut;
  free(whole);
  return done ? (ssize_t)n : 0;
}

static FILE *open_visible(channel *c, FILE *raw, int mode) {
  const cookie_io_functions_t functions = {.write = write_visible};
  FILE *stream = fopencookie(c, "w", functions);
  if (stream == NULL) {
    static const char message[] = "xylem: out of memory\n";
    (void)put(STDERR_FILENO, message, sizeof message - 1);
    exit(CLI_FAILED);
  }
  c->raw = raw;
  (void)setvbuf(stream, NULL, mode, mode == _IOFBF ? 1 << 16 : BUFSIZ);
  return stream;
}

void cli_streams_start(void) {
  stdout = open_visible(&channels[0], stdout, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF);
  stderr = open_visible(&channels[1], stderr, _IOLBF);
}

/* The end of a text that breaks off inside a character. */
bool cli_streams_end(void) {
  bool good = true;
  for (int i = 0; i < 2; i++) {
    channel *c = &channels[i];
    good = fflush(i == 0 ? stdout : stderr) == 0 && good;
    good = (c->n_parts == 0 || put_visible(c, c->part, c->n_parts)) && good;
    c->n_parts = 0;
    good = c->raw == NULL || (fflush(c->raw) == 0 && !ferror(c->raw) && good);
  }
  return good;
}

FILE *cli_raw(FILE *stream) {
  channel *c = channel_of(stream);
  (void)fflush(stream);
  return c->raw != NULL ? c->raw : stream;
}

int cli_descriptor(const FILE *stream) { return channel_of(stream)->fd; }
