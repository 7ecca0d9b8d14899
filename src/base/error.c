/* See error.h. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *xy_code_name(int code) {
  switch (code) {
    case XY_OK: return "ok";
    case XY_ERR_ARGUMENT: return "argument";
    case XY_ERR_IO: return "io";
    case XY_ERR_FORMAT: return "format";
    case XY_ERR_UNSUPPORTED: return "unsupported";
    case XY_ERR_MEMORY: return "memory";
    case XY_ERR_NUMERIC: return "numeric";
    case XY_ERR_NOT_FOUND: return "not found";
    case XY_ERR_CANCELLED: return "cancelled";
    default: return "unknown";
  }
}

void xy_free(void *memory) { free(memory); }

void xy__error_clear(xy_error *err) {
  if (err == NULL) return;
  err->code = XY_OK;
  err->text[0] = err->hint[0] = '\0';
}

int xy__error_set(xy_error *err, int code, const char *format, ...) {
  if (err != NULL) {
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    err->code = code;
    err->hint[0] = '\0';
  }
  return code;
}

int xy__error_add(xy_error *err, int code, const char *format, ...) {
  if (err != NULL) {
    size_t used = err->code != XY_OK ? strlen(err->text) : 0;
    if (used > 0 && used + 1 < sizeof err->text) err->text[used++] = '\n';
    va_list args;
    va_start(args, format);
    if (used < sizeof err->text) vsnprintf(err->text + used, sizeof err->text - used, format, args);
    va_end(args);
    if (err->code == XY_OK) err->hint[0] = '\0';
    err->code = code;
  }
  return code;
}

int xy__error_prefix(xy_error *err, int code, const char *format, ...) {
  if (err != NULL) {
    char old[sizeof err->text];
    memcpy(old, err->text, sizeof old);
    va_list args;
    va_start(args, format);
    int used = vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    if (used >= 0 && (size_t)used < sizeof err->text) {
      snprintf(err->text + used, sizeof err->text - (size_t)used, ": %.*s", (int)sizeof old - 1 - used, old);
    }
    err->code = code;
  }
  return code;
}

int xy__hint(xy_error *err, int code, const char *format, ...) {
  if (err != NULL) {
    va_list args;
    va_start(args, format);
    vsnprintf(err->hint, sizeof err->hint, format, args);
    va_end(args);
  }
  return code;
}
