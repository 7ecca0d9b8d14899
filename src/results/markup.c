/* A text escaped for Markdown, LaTeX or CSV. LaTeX takes Latin letters as they are and the signs that our sentences use
 * as math; anything else as its code point, so that every engine compiles it.
 */
#include <stdlib.h>
#include <string.h>

#include "results/markup.h"

static const char *latex_ascii(char c) {
  switch (c) {
    case '\\': return "\\textbackslash{}";
    case '{': return "\\{";
    case '}': return "\\}";
    case '$': return "\\$";
    case '&': return "\\&";
    case '#': return "\\#";
    case '_': return "\\_";
    case '%': return "\\%";
    case '^': return "\\textasciicircum{}";
    case '~': return "\\textasciitilde{}";
    case '<': return "\\textless{}";
    case '>': return "\\textgreater{}";
    case '|': return "\\textbar{}";
    case '"': return "\\textquotedbl{}";
    case '[': return "{[}"; /* after a row's end it would be an argument */
    case ']': return "{]}";
    default: return NULL;
  }
}

static void add_latex_point(xy__text *out, int32_t point, const char *bytes, size_t n) {
  static const struct {
    int32_t point;
    const char *text;
  } signs[] = {{0x2013, "--"},
               {0x2014, "---"},
               {0x2018, "`"},
               {0x2019, "'"},
               {0x201C, "``"},
               {0x201D, "''"},
               {0x2026, "\\ldots{}"},
               {0x2212, "$-$"},
               {0x2192, "$\\to$"},
               {0x2264, "$\\leq$"},
               {0x2265, "$\\geq$"},
               {0x00B1, "$\\pm$"},
               {0x00D7, "$\\times$"},
               {0x00B7, "$\\cdot$"},
               {0x03B2, "$\\beta$"},
               {0x0394, "$\\Delta$"},
               {0x2260, "$\\neq$"},
               {0x25B2, "$\\blacktriangle$"},
               {0x25BC, "$\\blacktriangledown$"},
               {0x25A0, "$\\blacksquare$"},
               {0x25CB, "$\\circ$"},
               {0x2248, "$\\approx$"},
               {0x2020, "\\dag{}"},
               {0x00A0, "~"}};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    if (signs[i].point == point) {
      xy__text_add(out, signs[i].text);
      return;
    }
  }
  if (point >= 0xC0 && point <= 0x17F) {
    xy__text_add_bytes(out, bytes, n);
  } else {
    xy__text_addf(out, "\\texttt{U+%04X}", point < 0 ? 0xFFFDu : (unsigned)point);
  }
}

static void add_escaped_latex(xy__text *out, const char *text) {
  for (size_t left = strlen(text), n = 1; left > 0; text += n, left -= n) {
    int32_t point = xy__utf8_decode(text, left, &n);
    const char *special = n == 1 ? latex_ascii(*text) : NULL;
    if (special != NULL) {
      xy__text_add(out, special);
    } else if (point >= 0 && point < 0x80) {
      xy__text_add_bytes(out, point < ' ' || point == 0x7F ? " " : text, 1);
    } else {
      add_latex_point(out, point, text, n);
    }
  }
}

/* How many bytes of `text` stand before the sign that would make it a list's item, a rule or a heading's underline when
 * it begins a block: "- a", "12. a", "===". SIZE_MAX: none would. */
static size_t block_sign(const char *text) {
  size_t digits = strspn(text, "0123456789");
  const char *sign = text + digits;
  const char *signs = digits > 0 ? ".)" : "-+=";
  bool alone = *sign != '\0' && strchr(signs, *sign) != NULL && digits <= 9;
  bool ends = alone && (sign[1] == '\0' || (unsigned char)sign[1] <= ' ' || (digits == 0 && sign[1] == *sign));
  return ends ? digits : SIZE_MAX;
}

/* ASCII punctuation that Markdown (CommonMark, GitHub's tables and math) could take for markup, and a sign that would
 * begin a block; line ends and control characters become spaces. */
static void add_escaped_markdown(xy__text *out, const char *text) {
  size_t sign = block_sign(text);
  for (const char *c = text; *c != '\0'; c++) {
    if ((size_t)(c - text) == sign) xy__text_add(out, "\\");
    if (strchr("\\`*_{}[]<>#|~&$!", *c) != NULL) xy__text_add(out, "\\");
    xy__text_add_bytes(out, (unsigned char)*c < ' ' || *c == 0x7F ? " " : c, 1);
  }
}

/* What a spreadsheet runs as a formula; the wide forms are run where Chinese or Japanese is written. */
static bool is_formula(const char *text) {
  static const char *const signs[] = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    if (strncmp(text, signs[i], strlen(signs[i])) == 0) return true;
  }
  return false;
}

/* A cell of RFC 4180. */
static void add_escaped_csv(xy__text *out, const char *text) {
  bool formula = is_formula(text);
  if (!formula && strpbrk(text, ",\"\r\n") == NULL) {
    xy__text_add(out, text);
    return;
  }
  xy__text_add(out, formula ? "\"'" : "\"");
  for (const char *c = text; *c != '\0'; c++) xy__text_add_bytes(out, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
  xy__text_add(out, "\"");
}

void xy__markup_add(xy__text *out, const char *text, xy_markup markup) {
  switch (markup) {
    case XY_MARKUP_LATEX: add_escaped_latex(out, text); break;
    case XY_MARKUP_CSV: add_escaped_csv(out, text); break;
    default: add_escaped_markdown(out, text);
  }
}

void xy__markup_add_path(xy__text *out, const char *path, xy_markup markup) {
  static const char signs[] = "/-_.";
  if (markup != XY_MARKUP_LATEX) {
    xy__markup_add(out, path, markup);
    return;
  }
  while (*path != '\0') {
    size_t n = strcspn(path, signs);
    bool sign = path[n] != '\0';
    char *part = strndup(path, n + sign);
    out->failed |= part == NULL;
    if (part != NULL) add_escaped_latex(out, part);
    if (sign) xy__text_add(out, "\\allowbreak{}");
    free(part);
    path += n + sign;
  }
}

char *xy_markup_text(const char *text, xy_markup markup) {
  xy__text out = {0};
  xy__text_add(&out, ""); /* not NULL where `text` is empty */
  xy__markup_add(&out, text, markup);
  if (!out.failed) return out.data;
  xy__text_dispose(&out);
  return NULL;
}
