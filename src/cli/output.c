/* Messages, wrapped text and figures for people; numbers and strings for JSON. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "cli.h"

/* ---- messages ------------------------------------------------------------------------------------------ */

void cli_vmessage(const char *format, va_list args) {
  fputs("xylem: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
}

void cli_message(const char *format, ...) {
  va_list args;
  va_start(args, format);
  cli_vmessage(format, args);
  va_end(args);
}

int cli_error(const char *where, const xy_error *err) {
  if (err->text[0] == '\0') cli_message("%s%sfailed", where != NULL ? where : "", where != NULL ? ": " : "");
  for (const char *line = err->text; *line != '\0';) {
    size_t length = strcspn(line, "\n");
    cli_message("%s%s%.*s", where != NULL ? where : "", where != NULL ? ": " : "", (int)length, line);
    line += length + (line[length] == '\n');
  }
  if (err->hint[0] != '\0') fprintf(stderr, "hint: %s\n", err->hint);
  return CLI_FAILED;
}

int cli_close_output(int code) {
  errno = 0;
  bool failed = ferror(stdout) | !cli_streams_end();
  if (!failed) return code;
  cli_message("standard output: cannot write%s%s", errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
  return code == CLI_OK ? CLI_FAILED : code;
}

/* ---- terminals ----------------------------------------------------------------------------------------- */

int cli_width(FILE *out) {
  struct winsize size = {0};
  if (!isatty(cli_descriptor(out)) || ioctl(cli_descriptor(out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col < 40 ? 40 : size.ws_col;
}

bool cli_color(FILE *out) {
  const char *no = getenv("NO_COLOR");
  return (no == NULL || no[0] == '\0') && isatty(cli_descriptor(out));
}

/* Control characters and bytes that are not UTF-8 count as one column each. */
size_t cli_columns(const char *text, size_t bytes) {
  mbstate_t state = {0};
  size_t columns = 0;
  while (bytes > 0) {
    wchar_t wide;
    size_t used = mbrtowc(&wide, text, bytes, &state);
    int width = 1;
    if (used == 0 || used > bytes) {
      used = 1;
      state = (mbstate_t){0};
    } else if ((width = wcwidth(wide)) < 0) {
      width = 1;
    }
    columns += (size_t)width;
    text += used;
    bytes -= used;
  }
  return columns;
}

int cli_wrap(FILE *out, const char *text, int indent, int width) {
  size_t at = (size_t)indent, start = at;
  int lines = 1;
  while (*text != '\0') {
    size_t length = strcspn(text, " \n"), columns = cli_columns(text, length);
    if (length > 0) {
      bool full = at > start && at + 1 + columns > (size_t)width;
      bool apart = at > start && !full;
      if (out != NULL && full) fprintf(out, "\n%*s", indent, "");
      if (out != NULL && apart) fputc(' ', out);
      if (out != NULL) fwrite(text, 1, length, out);
      lines += full;
      at = (full ? start : at + apart) + columns;
    }
    text += length + (text[length] != '\0');
  }
  if (out != NULL) fputc('\n', out);
  return lines;
}

/* ---- figures ------------------------------------------------------------------------------------------- */

const char *cli_format(const char *format, ...) {
  static char buffers[16][4352]; /* a path and some words */
  static unsigned next;
  char *out = buffers[next++ % 16];
  va_list args;
  va_start(args, format);
  vsnprintf(out, sizeof buffers[0], format, args);
  va_end(args);
  return out;
}

const char *cli_grouped(int64_t n) {
  char digits[24], grouped[32];
  size_t length =
      (size_t)snprintf(digits, sizeof digits, "%llu", n < 0 ? -(unsigned long long)n : (unsigned long long)n);
  size_t used = 0;
  for (size_t i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0) grouped[used++] = ',';
    grouped[used++] = digits[i];
  }
  grouped[used] = '\0';
  return cli_format("%s%s", n < 0 ? "-" : "", grouped);
}

const char *cli_count(int64_t n, const char *one, const char *many) {
  return cli_format("%s %s", cli_grouped(n), xy_plural(n, one, many));
}

const char *cli_bytes(int64_t bytes) {
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = (double)bytes;
  size_t unit = 0;
  for (; value >= 1024 && unit < 4; unit++) value /= 1024;
  return cli_format(unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

const char *cli_time(double seconds) {
  if (!(seconds >= 0 && seconds < 1e12)) return "unknown";
  if (seconds < 10) return cli_format("%.1f s", seconds);
  if (seconds < 99.5) return cli_format("%.0f s", seconds);
  int64_t minutes = (int64_t)(seconds / 60 + 0.5);
  if (minutes < 60) return cli_format("%d min", (int)minutes);
  return cli_format("%lld h %02d min", (long long)(minutes / 60), (int)(minutes % 60));
}

const char *cli_scaled(double value) {
  static const char units[] = " kMGTPE";
  size_t unit = 0;
  for (; value >= 999.5 && units[unit + 1] != '\0'; unit++) value /= 1000;
  if (unit == 0) return cli_format("%.0f", value);
  return cli_format(value >= 99.5 ? "%.0f%c" : "%.1f%c", value, units[unit]);
}

/* ---- memory -------------------------------------------------------------------------------------------- */

static void *must(void *memory) {
  if (memory == NULL) {
    cli_message("out of memory");
    exit(CLI_FAILED);
  }
  return memory;
}

void *cli_grow(void *items, size_t n, size_t size) { return must(reallocarray(items, n, size)); }

char *cli_copy(const char *text) { return must(strdup(text)); }

/* ---- JSON, CSV, Markdown --------------------------------------------------------------------------------- */

void cli_put_double(FILE *out, double value) {
  char text[40];
  if (!isfinite(value)) {
    fputs("null", out); /* JSON has no other word for it */
    return;
  }
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, value);
    if (strtod(text, NULL) == value) break;
  }
  fputs(text, out);
}

void cli_put_float(FILE *out, float value) {
  char text[40];
  if (!isfinite(value)) {
    fputs("null", out);
    return;
  }
  for (int digits = 6; digits <= 9; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, (double)value);
    if (strtof(text, NULL) == value) break;
  }
  fputs(text, out);
}

/* The text where it is UTF-8; else with the bytes shown that are not. Freed with xy_free, as all that is new. */
static const char *as_utf8(char **made, const char *text) {
  *made = mbstowcs(NULL, text, 0) == (size_t)-1 ? must(xy_visible_text(text, strlen(text))) : NULL;
  return *made != NULL ? *made : text;
}

void cli_put_json(FILE *out, const char *text) {
  char *made;
  text = as_utf8(&made, text);
  fputc('"', out);
  for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\') {
      fprintf(out, "\\%c", *c);
    } else if (*c < 0x20) {
      fprintf(out, "\\u%04x", *c);
    } else {
      fputc(*c, out);
    }
  }
  fputc('"', out);
  xy_free(made);
}

void cli_put_csv(FILE *out, const char *text) {
  char *cell = must(xy_markup_text(text, XY_MARKUP_CSV));
  fputs(cell, out);
  xy_free(cell);
}

void cli_put_markdown(FILE *out, const char *text) {
  char *escaped = must(xy_markup_text(text, XY_MARKUP_MARKDOWN));
  fprintf(out, "| %s ", escaped);
  xy_free(escaped);
}

void cli_print_warnings(const char *model, const xy_model *opened) {
  const char *const *warnings;
  size_t n = xy_model_warnings(&warnings, opened);
  for (size_t i = 0; i < n; i++) cli_message("%s: %s", model, warnings[i]);
}
