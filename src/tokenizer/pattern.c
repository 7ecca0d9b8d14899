/* See pattern.h. */
#include "tokenizer/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tokenizer/unicode.h"

struct xy__pattern {
  pcre2_code *code; /* NULL for a literal */
  pcre2_match_context *limits;
  char *literal;
  size_t bytes;
  char *where;
};

/* Backtracking memory of the interpreter, KiB: texts of many MiB match, a runaway pattern ends in an error. */
enum { HEAP_LIMIT = 1 << 20, MATCH_LIMIT = 1 << 27 };

/* The members of the class that the escape \c stands for, to go between brackets; false when it stands for none. */
static bool add_class(xy__text *out, char c, bool in_class) {
  static const char *const word[] = {"L", "M", "Nd", "Nl", "Pc"};
  switch (c) {
    case 's': /* PCRE2's has U+180E, too */
      xy__text_add(
          out, "\\x09-\\x0D\\x20\\x85\\xA0\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}");
      return true;
    case 'd':
      xy__text_add(out, "\\p{Nd}");
      xy__add_newer_members(out, "Nd", 2);
      return true;
    case 'h': xy__text_add(out, "0-9A-Fa-f"); return true; /* horizontal space to PCRE2 */
    case 'w': /* alone, Oniguruma's has the superscripts and fractions of Latin-1; in a class it has not */
      xy__text_add(out, "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}");
      if (!in_class) xy__text_add(out, "\\xB2\\xB3\\xB9\\xBC-\\xBE");
      for (size_t i = 0; i < sizeof word / sizeof *word; i++) xy__add_newer_members(out, word[i], strlen(word[i]));
      return true;
    default: return false;
  }
}

/* As above for the property p{name} at `text`; *used is its length. Scripts are spelled so that PCRE2 does not take
 * Script_Extensions; that a name is known is left to PCRE2. */
static bool add_property(xy__text *out, size_t *used, bool *negated, const char *text) {
  size_t n = strcspn(text, "}");
  if (text[1] != '{' || text[n] == '\0') return false;
  *used = n + 1;
  const char *name = text + 2;
  n -= 2;
  if (*name == '^') {
    *negated = !*negated;
    name++;
    n--;
  }
  xy__text_addf(out, n > 2 ? "\\p{sc:%.*s}" : "\\p{%.*s}", (int)n, name);
  xy__add_newer_members(out, name, n);
  return true;
}

/* Appends what PCRE2 calls the escape that follows a backslash at `escape`. Returns how many characters were used; 0
 * for an escape that is not known to mean the same in both. */
static size_t translate_escape(xy__text *out, const char *escape, bool in_class) {
  char c = *escape;
  bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  bool negated = c == 'P' || c == 'S' || c == 'D' || c == 'H' || c == 'W';
  xy__text members = {0};
  size_t used = 1;
  bool is_class = c == 'p' || c == 'P' ? add_property(&members, &used, &negated, escape)
                                       : letter && add_class(&members, negated ? (char)(c | 0x20) : c, in_class);
  if (is_class) {
    if (negated && in_class) used = 0;
    if (!in_class) xy__text_add(out, negated ? "[^" : "[");
    if (members.data != NULL) xy__text_add(out, members.data);
    if (!in_class) xy__text_add(out, "]");
    if (members.failed) out->failed = true;
  } else if (c == 'v') { /* U+000B to Ruby, every vertical space to PCRE2 */
    xy__text_add(out, "\\x0B");
  } else if (c == 'u') { /* four digits, which PCRE2 wants in braces */
    used = strspn(escape + 1, "0123456789abcdefABCDEF") < 4 ? 0 : 5;
    if (used > 0) xy__text_addf(out, "\\x{%.4s}", escape + 1);
  } else if (c == '\0' || (letter && strchr("nrtfaezAZx", c) == NULL) || (c >= '0' && c <= '9')) {
    used = 0;
  } else {
    if (c == 'x' && escape[1] == '{') used += strcspn(escape + 1, "}");
    if (c == 'x' && escape[1] == '{' && escape[used] != '\0') used++;
    xy__text_add(out, "\\");
    xy__text_add_bytes(out, escape, used);
  }
  xy__text_dispose(&members);
  return used;
}

/* Rewrites Ruby syntax as PCRE2 syntax. Returns NULL, or the name of what is not supported. */
static const char *translate(xy__text *out, const char *regex) {
  bool in_class = false;
  for (const char *c = regex; *c != '\0'; c++) {
    if (*c == '\\') {
      size_t used = translate_escape(out, c + 1, in_class);
      if (used == 0) return "an escape";
      c += used;
      continue;
    }
    if (in_class) {
      if (*c == '[') return "a class within a class";
      if (c[0] == '&' && c[1] == '&') return "an intersection of classes";
      in_class = *c != ']';
    } else if (*c == '[') {
      in_class = true;
      if (c[1] == '^') xy__text_add_bytes(out, c++, 1);
      if (c[1] == ']') return "an empty class";
    } else if (*c == '(' && c[1] == '?') {
      size_t flags = strspn(c + 2, "i-");
      bool opening = c == regex && c[2 + flags] == ')'; /* elsewhere (?i) reaches less far in Ruby */
      if (flags > 0 ? c[2 + flags] != ':' && !opening : strchr(":=!<>", c[2]) == NULL) return "a group";
    } else if (*c == '(' && c[1] == '*') {
      return "a verb";
    } else if (*c == '}' && c[1] == '+') {
      return "a repetition of a repetition"; /* possessive to PCRE2, greedy to Ruby */
    } else if (*c == '{' && c[1] == ',') {
      return "a repetition without a least number"; /* of no meaning to PCRE2 before 10.43 */
    }
    xy__text_add_bytes(out, c, 1);
  }
  return NULL;
}

static xy__pattern *new_pattern(const char *where) {
  xy__pattern *pattern = xy__array(1, sizeof *pattern);
  if (pattern == NULL) return NULL;
  pattern->where = strdup(where);
  if (pattern->where == NULL) {
    xy__pattern_free(pattern);
    return NULL;
  }
  return pattern;
}

int xy__pattern_regex(xy__pattern **out, const char *regex, const char *where, xy_error *err) {
  xy__text text = {0};
  pcre2_compile_context *context = NULL;
  xy__pattern *pattern = NULL;
  int rc = XY_OK;
  const char *refused = translate(&text, regex);
  if (refused != NULL) {
    rc = xy__fail(err, XY_ERR_UNSUPPORTED, "%s: %s in the pattern '%s' is not supported", where, refused, regex);
    goto out;
  }
  pattern = new_pattern(where);
  context = pcre2_compile_context_create(NULL);
  if (pattern == NULL || context == NULL || text.failed || text.size == 0) {
    rc = text.failed || text.size > 0 ? xy__fail_memory(err, where)
                                      : xy__fail(err, XY_ERR_FORMAT, "%s: an empty pattern", where);
    goto out;
  }
  pcre2_set_newline(context, PCRE2_NEWLINE_LF);
  int problem;
  size_t at;
  pattern->code =
      pcre2_compile((PCRE2_SPTR)text.data, text.size, PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE, &problem, &at, context);
  if (pattern->code == NULL) {
    unsigned char message[256];
    pcre2_get_error_message(problem, message, sizeof message);
    rc = problem == PCRE2_ERROR_HEAP_FAILED
             ? xy__fail_memory(err, where)
             : xy__fail(err, XY_ERR_UNSUPPORTED, "%s: the pattern '%s' is not supported: %s", where, regex,
                        (const char *)message);
    goto out;
  }
  uint32_t empty;
  if (pcre2_pattern_info(pattern->code, PCRE2_INFO_MATCHEMPTY, &empty) == 0 && empty != 0) {
    rc = xy__fail(err, XY_ERR_UNSUPPORTED, "%s: the pattern '%s', which can match nothing, is not supported", where,
                  regex);
    goto out;
  }
  pattern->limits = pcre2_match_context_create(NULL);
  if (pattern->limits == NULL) {
    rc = xy__fail_memory(err, where);
    goto out;
  }
  pcre2_set_heap_limit(pattern->limits, HEAP_LIMIT);
  pcre2_set_match_limit(pattern->limits, MATCH_LIMIT);
  (void)pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE); /* without it the interpreter does the same, slower */
  *out = pattern;
  pattern = NULL;
out:
  pcre2_compile_context_free(context);
  xy__pattern_free(pattern);
  xy__text_dispose(&text);
  return rc;
}

int xy__pattern_literal(xy__pattern **out, const char *text, const char *where, xy_error *err) {
  if (*text == '\0') return xy__fail(err, XY_ERR_FORMAT, "%s: an empty pattern", where);
  xy__pattern *pattern = new_pattern(where);
  if (pattern == NULL) return xy__fail_memory(err, where);
  pattern->literal = strdup(text);
  pattern->bytes = strlen(text);
  if (pattern->literal == NULL) {
    xy__pattern_free(pattern);
    return xy__fail_memory(err, where);
  }
  *out = pattern;
  return XY_OK;
}

void xy__pattern_free(xy__pattern *pattern) {
  if (pattern == NULL) return;
  pcre2_code_free(pattern->code);
  pcre2_match_context_free(pattern->limits);
  free(pattern->literal);
  free(pattern->where);
  free(pattern);
}

void xy__matcher_dispose(xy__matcher *matcher) {
  free(matcher->stretches);
  pcre2_match_data_free(matcher->data);
  *matcher = (xy__matcher){0};
}

static bool add_stretch(xy__matcher *matcher, size_t start, size_t end, bool match) {
  if (start == end) return true;
  if (!xy__grow(&matcher->stretches, &matcher->capacity, matcher->n, sizeof *matcher->stretches)) return false;
  matcher->stretches[matcher->n++] = (xy__stretch){start, end, match};
  return true;
}

static int split_literal(xy__matcher *matcher, const xy__pattern *pattern, const char *text, size_t n) {
  size_t at = 0;
  while (at < n) {
    const char *found = memmem(text + at, n - at, pattern->literal, pattern->bytes);
    if (found == NULL) break;
    size_t start = (size_t)(found - text);
    if (!add_stretch(matcher, at, start, false) || !add_stretch(matcher, start, start + pattern->bytes, true)) {
      return XY_ERR_MEMORY;
    }
    at = start + pattern->bytes;
  }
  return add_stretch(matcher, at, n, false) ? XY_OK : XY_ERR_MEMORY;
}

static int match_at(const xy__matcher *matcher, const xy__pattern *pattern, const char *text, size_t n, size_t from) {
  int rc = pcre2_match(pattern->code, (PCRE2_SPTR)text, n, from, PCRE2_NO_UTF_CHECK, matcher->data, pattern->limits);
  if (rc == PCRE2_ERROR_JIT_STACKLIMIT) { /* the interpreter backtracks on the heap */
    rc = pcre2_match(pattern->code, (PCRE2_SPTR)text, n, from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, matcher->data,
                     pattern->limits);
  }
  return rc;
}

static int split_regex(xy__matcher *matcher, const xy__pattern *pattern, const char *text, size_t n, xy_error *err) {
  if (matcher->data == NULL) matcher->data = pcre2_match_data_create(1, NULL);
  if (matcher->data == NULL) return xy__fail_memory(err, pattern->where);
  size_t done = 0; /* end of the last match */
  while (done < n) {
    int rc = match_at(matcher, pattern, text, n, done);
    if (rc == PCRE2_ERROR_NOMATCH) break;
    if (rc < 0) {
      unsigned char message[256];
      pcre2_get_error_message(rc, message, sizeof message);
      return xy__fail(err, rc == PCRE2_ERROR_NOMEMORY ? XY_ERR_MEMORY : XY_ERR_UNSUPPORTED,
                      "%s: the pattern could not be matched near byte %zu: %s", pattern->where, done,
                      (const char *)message);
    }
    const size_t *ends = pcre2_get_ovector_pointer(matcher->data);
    if (ends[0] < done || ends[1] <= ends[0]) break; /* not possible without \K, which is refused */
    if (!add_stretch(matcher, done, ends[0], false) || !add_stretch(matcher, ends[0], ends[1], true)) {
      return xy__fail_memory(err, pattern->where);
    }
    done = ends[1];
  }
  return add_stretch(matcher, done, n, false) ? XY_OK : xy__fail_memory(err, pattern->where);
}

int xy__pattern_split(xy__matcher *matcher, const xy__pattern *pattern, const char *text, size_t n, xy_error *err) {
  matcher->n = 0;
  if (pattern->code != NULL) return split_regex(matcher, pattern, text, n, err);
  return split_literal(matcher, pattern, text, n) == XY_OK ? XY_OK : xy__fail_memory(err, pattern->where);
}
