/* See faults.h. */
#include "base/faults.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MOST_TOLD = 20, ENDING = 64 }; /* room for the line's number, and for what xy__faults_end says */

static bool has_room(const xy__faults *faults, const char *text) {
  const xy_error *err = faults->err;
  if (err == NULL) return true;
  size_t used = err->code != XY_OK ? strlen(err->text) : 0;
  return used + strlen(text) + strlen(faults->name) + 2 * (size_t)ENDING <= sizeof err->text;
}

void xy__fault(xy__faults *faults, int64_t line, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  faults->rc = XY_ERR_FORMAT;
  faults->n++;
  if (faults->told + 1 < faults->n || faults->told == MOST_TOLD || (faults->told > 0 && !has_room(faults, text)))
    return;
  faults->told++;
  if (line > 0) {
    xy__fail_more(faults->err, XY_ERR_FORMAT, "%s:%lld: %s", faults->name, (long long)line, text);
  } else {
    xy__fail_more(faults->err, XY_ERR_FORMAT, "%s: %s", faults->name, text);
  }
}

int xy__faults_end(xy__faults *faults) {
  if (faults->n > faults->told) {
    xy__fail_more(faults->err, XY_ERR_FORMAT, "… and %zu more faults", faults->n - faults->told);
  }
  return faults->rc;
}
