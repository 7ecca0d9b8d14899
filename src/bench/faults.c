/* See faults.h. */
#include "bench/faults.h"

#include <stdarg.h>
#include <stdio.h>

enum { FAULTS_TOLD = 20 };

void xy__fault(xy__faults *faults, int line, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  faults->rc = XY_ERR_FORMAT;
  if (faults->n++ < FAULTS_TOLD) xy__fail_more(faults->err, XY_ERR_FORMAT, "%s:%d: %s", faults->name, line, text);
}

int xy__faults_end(xy__faults *faults) {
  if (faults->n > FAULTS_TOLD) {
    xy__fail_more(faults->err, XY_ERR_FORMAT, "%s: … and %zu more faults", faults->name, faults->n - FAULTS_TOLD);
  }
  return faults->rc;
}
