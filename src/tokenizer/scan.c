/* See scan.h. JSON as RFC 8259 has it; the text is known to be valid UTF-8. */
#include "tokenizer/scan.h"

#include <string.h>
#include <utf8proc.h>

static int expected(const xy__scan *scan, const char *what) {
  size_t at = (size_t)(scan->at - scan->begin);
  if (scan->at >= scan->end) {
    return xy__fail(scan->err, XY_ERR_FORMAT, "%s: byte %zu: expected %s, found the end of the file", scan->name, at,
                    what);
  }
  char c = *scan->at;
  bool shown = c > ' ' && c < 127;
  return xy__fail(scan->err, XY_ERR_FORMAT,
                  shown ? "%s: byte %zu: expected %s, found '%c'" : "%s: byte %zu: expected %s", scan->name, at, what,
                  c);
}

char xy__scan_peek(xy__scan *scan) {
  while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t')) {
    scan->at++;
  }
  return *scan->at;
}

int xy__scan_open(xy__scan *scan, char bracket) {
  if (xy__scan_peek(scan) != bracket) return expected(scan, bracket == '{' ? "an object" : "an array");
  scan->at++;
  return XY_OK;
}

int xy__scan_more(bool *more, xy__scan *scan, bool first, char closing) {
  char c = xy__scan_peek(scan);
  if (c == closing) {
    scan->at++;
    *more = false;
    return XY_OK;
  }
  if (!first) {
    if (c != ',') return expected(scan, closing == '}' ? "',' or '}'" : "',' or ']'");
    scan->at++;
  }
  *more = true;
  return XY_OK;
}

/* Four hexadecimal digits, or -1. */
static int32_t hexadecimal(const char *text, const char *end) {
  int32_t value = 0;
  if (end - text < 4) return -1;
  for (int i = 0; i < 4; i++) {
    char c = text[i];
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/* One \u escape (two for a surrogate pair), scan->at on the first digit. Never longer than its spelling. */
static int unescape_code_point(char **to, xy__scan *scan) {
  int32_t c = hexadecimal(scan->at, scan->end);
  if (c < 0) return expected(scan, "four hexadecimal digits");
  scan->at += 4;
  if (c >= 0xD800 && c < 0xDC00 && scan->at[0] == '\\' && scan->at[1] == 'u') {
    int32_t low = hexadecimal(scan->at + 2, scan->end);
    if (low >= 0xDC00 && low < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
      scan->at += 6;
    }
  }
  if (c >= 0xD800 && c < 0xE000) return expected(scan, "the other half of a surrogate pair");
  unsigned char bytes[4];
  size_t n = (size_t)utf8proc_encode_char(c, bytes);
  memcpy(*to, bytes, n);
  *to += n;
  return XY_OK;
}

static int unescape(char **to, xy__scan *scan) {
  static const char from[] = "\"\\/bfnrt";
  static const char into[] = "\"\\/\b\f\n\r\t";
  char c = *++scan->at;
  const char *found = c != '\0' ? strchr(from, c) : NULL;
  if (found == NULL && c != 'u') return expected(scan, "an escape");
  scan->at++;
  if (c == 'u') return unescape_code_point(to, scan);
  *(*to)++ = into[found - from];
  return XY_OK;
}

int xy__scan_string(char **out, size_t *bytes, xy__scan *scan) {
  if (xy__scan_peek(scan) != '"') return expected(scan, "a string");
  char *start = ++scan->at;
  while (scan->at < scan->end && *scan->at != '"' && *scan->at != '\\') scan->at++;
  char *to = scan->at;
  while (scan->at < scan->end && *scan->at != '"') {
    if ((unsigned char)*scan->at < 0x20) break;
    if (*scan->at == '\\') {
      int rc = unescape(&to, scan);
      if (rc != XY_OK) return rc;
    } else {
      *to++ = *scan->at++;
    }
  }
  if (scan->at >= scan->end || *scan->at != '"') return expected(scan, "the end of a string");
  scan->at++;
  *to = '\0';
  *out = start;
  *bytes = (size_t)(to - start);
  return XY_OK;
}

int xy__scan_key(char **out, size_t *bytes, xy__scan *scan) {
  int rc = xy__scan_string(out, bytes, scan);
  if (rc != XY_OK) return rc;
  if (xy__scan_peek(scan) != ':') return expected(scan, "':'");
  scan->at++;
  return XY_OK;
}

int xy__scan_integer(int64_t *out, xy__scan *scan) {
  char c = xy__scan_peek(scan);
  bool negative = c == '-';
  const char *start = scan->at;
  if (negative) scan->at++;
  int64_t value = 0;
  size_t digits = 0;
  for (; *scan->at >= '0' && *scan->at <= '9'; scan->at++, digits++) {
    if (digits < 18) value = value * 10 + (*scan->at - '0'); /* longer ones are caught below */
  }
  if (digits == 0 || digits > 18 || (*scan->at != '\0' && strchr(".eE", *scan->at) != NULL)) {
    scan->at = scan->begin + (start - scan->begin);
    return expected(scan, "an integer of a sensible size");
  }
  *out = negative ? -value : value;
  return XY_OK;
}

/* scan->at is on the quotation mark that begins a string; past the one that ends it, or the file's end. */
static bool skip_string(xy__scan *scan) {
  for (scan->at++; scan->at < scan->end && *scan->at != '"'; scan->at++) {
    if (*scan->at == '\\' && scan->at + 1 < scan->end) scan->at++;
  }
  if (scan->at >= scan->end) return false;
  scan->at++;
  return true;
}

int xy__scan_skip(char **start, size_t *bytes, xy__scan *scan) {
  char c = xy__scan_peek(scan);
  char *begin = scan->at;
  size_t depth = 0;
  if (c == '\0' || strchr(",:]}", c) != NULL) return expected(scan, "a value");
  do {
    c = *scan->at;
    if (c == '"') {
      if (!skip_string(scan)) return expected(scan, "the end of a string");
      continue;
    }
    if (depth == 0 && (c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n')) break;
    if (c == '{' || c == '[') depth++;
    if (c == '}' || c == ']') depth--;
    scan->at++;
  } while (scan->at < scan->end && (depth > 0 || (c != '"' && c != '}' && c != ']')));
  if (depth > 0) return expected(scan, "a closing bracket");
  *start = begin;
  *bytes = (size_t)(scan->at - begin);
  return XY_OK;
}

int xy__scan_end(xy__scan *scan) {
  (void)xy__scan_peek(scan);
  return scan->at == scan->end ? XY_OK : expected(scan, "the end of the file");
}
