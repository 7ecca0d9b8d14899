/* Lines of a file or of standard input, with any bytes. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cli.h"

/* No text is longer; what has no end of lines at all ends here. */
enum { LONGEST = 64 << 20 };

/* A device that never ends, such as /dev/zero; a terminal and /dev/null do. */
static bool is_endless(int fd) {
  struct stat info;
  if (fstat(fd, &info) != 0 || isatty(fd)) return false;
  return S_ISBLK(info.st_mode) || (S_ISCHR(info.st_mode) && info.st_rdev != makedev(1, 3));
}

int cli_lines_open(cli_lines *lines, const char *path) {
  *lines = (cli_lines){.name = path};
  if (strcmp(path, "-") == 0) {
    lines->name = "<stdin>";
    if (is_endless(STDIN_FILENO)) {
      cli_message("%s: expected a text, found a device", lines->name);
      return CLI_FAILED;
    }
    lines->file = stdin;
    return CLI_OK;
  }
  xy_error err = {0};
  if (xy_file_check(path, &err) != XY_OK) {
    cli_error(NULL, &err);
    return CLI_FAILED;
  }
  lines->file = fopen(path, "rb");
  if (lines->file != NULL) return CLI_OK;
  cli_message(errno == ENOMEM ? "out of memory: %s" : "%s: cannot read: %s", path, strerror(errno));
  return CLI_FAILED;
}

static bool add_byte(cli_lines *lines, char byte) {
  if (lines->bytes + 1 >= lines->capacity) {
    lines->capacity = lines->capacity < 256 ? 256 : 2 * lines->capacity;
    lines->line = cli_grow(lines->line, lines->capacity, 1);
  }
  lines->line[lines->bytes++] = byte;
  lines->too_long = lines->bytes > LONGEST;
  return !lines->too_long;
}

bool cli_lines_next(cli_lines *lines) {
  errno = 0;
  lines->bytes = 0;
  int c;
  while ((c = getc_unlocked(lines->file)) != EOF && add_byte(lines, (char)c) && c != '\n') continue;
  if (lines->bytes == 0 || lines->too_long || ferror(lines->file)) return false;
  lines->number++;
  if (lines->line[lines->bytes - 1] == '\n') {
    lines->bytes--;
    if (lines->bytes > 0 && lines->line[lines->bytes - 1] == '\r') lines->bytes--;
  }
  lines->line[lines->bytes] = '\0';
  return true;
}

bool cli_lines_trim(cli_lines *lines) {
  static const char mark[] = "\xEF\xBB\xBF";
  if (lines->number == 1 && strncmp(lines->line, mark, strlen(mark)) == 0) memset(lines->line, ' ', strlen(mark));
  return strspn(lines->line, " \t\r") < lines->bytes;
}

const char *cli_json_kind(const json_t *value) {
  static const char *const names[] = {"an object", "an array", "a string", "a whole number",
                                      "a number",  "true",     "false",    "null"};
  return value == NULL ? "nothing" : names[json_typeof(value)];
}

int cli_lines_close(cli_lines *lines) {
  int code = CLI_OK;
  if (lines->too_long) {
    cli_message("%s:%lld: a line of more than %d MiB", lines->name, (long long)lines->number + 1, LONGEST >> 20);
    code = CLI_FAILED;
  } else if (lines->file != NULL && ferror(lines->file)) {
    cli_message("%s: cannot read: %s", lines->name, strerror(errno != 0 ? errno : EIO));
    code = CLI_FAILED;
  }
  if (lines->file != NULL && lines->file != stdin) fclose(lines->file);
  free(lines->line);
  return code;
}

int cli_read(char **out, size_t *bytes, const char **name, const char *path) {
  cli_lines lines;
  size_t capacity = 0;
  *out = NULL;
  *bytes = 0;
  if (cli_lines_open(&lines, path) != CLI_OK) return CLI_FAILED;
  *name = lines.name;
  while (cli_lines_next(&lines)) {
    size_t needed = *bytes + lines.bytes + 1;
    if (*out == NULL || needed > capacity) {
      capacity = 2 * needed + 4096;
      *out = cli_grow(*out, capacity, 1);
    }
    memcpy(*out + *bytes, lines.line, lines.bytes);
    *bytes += lines.bytes;
    (*out)[(*bytes)++] = '\n';
  }
  return cli_lines_close(&lines); /* NOLINT(clang-analyzer-unix.Stream): standard input alone stays open */
}
