/* Lines of a file or of standard input, of any length and with any bytes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"

int cli_lines_open(cli_lines *lines, const char *path) {
  *lines = (cli_lines){.name = path};
  if (strcmp(path, "-") == 0) {
    lines->name = "<stdin>";
    lines->file = stdin;
    return CLI_OK;
  }
  struct stat info;
  lines->file = fopen(path, "rb");
  if (lines->file != NULL && fstat(fileno(lines->file), &info) == 0 && S_ISDIR(info.st_mode)) {
    fclose(lines->file);
    lines->file = NULL;
    errno = EISDIR;
  }
  if (lines->file != NULL) return CLI_OK;
  cli_message("%s: cannot read: %s", path, strerror(errno));
  return CLI_FAILED;
}

bool cli_lines_next(cli_lines *lines) {
  errno = 0;
  ssize_t got = getline(&lines->line, &lines->capacity, lines->file);
  if (got < 0) return false;
  lines->number++;
  lines->bytes = (size_t)got;
  if (lines->bytes > 0 && lines->line[lines->bytes - 1] == '\n') {
    lines->bytes--;
    if (lines->bytes > 0 && lines->line[lines->bytes - 1] == '\r') lines->bytes--;
  }
  lines->line[lines->bytes] = '\0';
  return true;
}

int cli_lines_close(cli_lines *lines) {
  int code = CLI_OK;
  if (lines->file != NULL && !feof(lines->file) && (ferror(lines->file) || errno == ENOMEM)) {
    cli_message("%s: cannot read: %s", lines->name, strerror(errno != 0 ? errno : EIO));
    code = CLI_FAILED;
  }
  if (lines->file != NULL && lines->file != stdin) fclose(lines->file);
  free(lines->line);
  return code;
}
