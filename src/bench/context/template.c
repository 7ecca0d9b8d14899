/* See template.h. */
#include "bench/context/template.h"

#include <string.h>
#include <utf8proc.h>

static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_name(char c) { return is_lower(c) || is_upper(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

/* Reads the inside of one pair of braces. */
static const char *parse_placeholder(xy__segment *out, xy__arena *arena, const char *inside, size_t n) {
  if (n == 0) return "empty placeholder {} (write {{}} for braces)";
  size_t length = 0;
  while (length < n && is_name(inside[length])) length++;
  if (length == 0 || (!is_lower(inside[0]) && !is_upper(inside[0]))) {
    return "a placeholder is a name of letters, digits, '_' or '-' (write {{ for a brace)";
  }
  char *name = xy__arena_copy(arena, inside, length);
  if (name == NULL) return "out of memory";
  *out = (xy__segment){.kind = XY__WORD, .capital = is_upper(name[0]), .text = name};
  if (out->capital) name[0] = (char)(name[0] - 'A' + 'a');
  if (strcmp(name, "identity") == 0) {
    *out = (xy__segment){.kind = XY__IDENTITY, .capital = out->capital};
  } else if (strcmp(name, "statement") == 0) {
    out->kind = XY__STATEMENT;
  }
  if (length == n) return NULL;
  if (out->kind != XY__IDENTITY || inside[length] != ':') {
    return "a placeholder is {identity}, {identity:FORM}, {statement} or {word} (write {{ for a brace)";
  }
  const char *form = inside + length + 1;
  size_t rest = n - length - 1;
  for (size_t i = 0; i < rest; i++) {
    if (!is_name(form[i])) return "the form in {identity:FORM} is a name of letters, digits, '_' or '-'";
  }
  if (rest == 0) return "{identity:} names no form";
  out->text = xy__arena_copy(arena, form, rest);
  return out->text == NULL ? "out of memory" : NULL;
}

static const char *parse(xy__phrase *out, xy__arena *arena, const char *text, xy__text *literal) {
  for (const char *c = text;;) {
    bool end = *c == '\0';
    bool doubled = (*c == '{' || *c == '}') && c[1] == *c;
    if (!end && (doubled || (*c != '{' && *c != '}'))) {
      xy__text_add_bytes(literal, c, 1);
      c += doubled ? 2 : 1;
      continue;
    }
    if (*c == '}') return "a single '}' (write }} for a brace)";
    if (literal->size > 0) {
      xy__segment *segment = &out->segments[out->n++];
      *segment = (xy__segment){.kind = XY__LITERAL, .text = xy__arena_copy(arena, literal->data, literal->size)};
      if (segment->text == NULL) return "out of memory";
      xy__text_clear(literal);
    }
    if (end) return NULL;
    const char *close = strpbrk(c + 1, "{}");
    if (close == NULL || *close == '{') return "'{' is never closed (write {{ for a brace)";
    const char *problem = parse_placeholder(&out->segments[out->n++], arena, c + 1, (size_t)(close - c - 1));
    if (problem != NULL) return problem;
    c = close + 1;
  }
}

const char *xy__phrase_parse(xy__phrase *out, xy__arena *arena, const char *text, int line) {
  size_t most = 1; /* every brace starts at most one placeholder and one literal after it */
  for (const char *c = text; *c != '\0'; c++) most += *c == '{' ? 2 : 0;
  xy__phrase pattern = {.line = line, .source = text};
  pattern.segments = xy__arena_alloc(arena, most * sizeof *pattern.segments);
  if (pattern.segments == NULL) return "out of memory";
  xy__text literal = {0};
  const char *problem = parse(&pattern, arena, text, &literal);
  if (literal.failed) problem = "out of memory";
  xy__text_dispose(&literal);
  if (problem == NULL) *out = pattern;
  return problem;
}

bool xy__phrase_has(const xy__phrase *pattern, xy__segment_kind kind) {
  for (size_t i = 0; i < pattern->n; i++) {
    if (pattern->segments[i].kind == kind) return true;
  }
  return false;
}

bool xy__phrase_names_first(const xy__phrase *pattern, const xy__phrase *statement) {
  bool named = xy__phrase_has(pattern, XY__IDENTITY) || xy__phrase_has(statement, XY__IDENTITY);
  xy__segment_kind term = named ? XY__IDENTITY : XY__WORD;
  for (size_t i = 0; i < pattern->n; i++) {
    if (pattern->segments[i].kind == term) return true;
    if (pattern->segments[i].kind == XY__STATEMENT) return statement->n > 0 && statement->segments[0].kind == term;
  }
  return false;
}

const char *xy__terms_find(const xy__terms *terms, const xy__segment *segment) {
  if (segment->kind == XY__IDENTITY && segment->text == NULL) return terms->surface;
  bool word = segment->kind == XY__WORD;
  const xy__term *fields = word ? terms->words : terms->forms;
  for (size_t i = 0; i < (word ? terms->n_words : terms->n_forms); i++) {
    if (strcmp(fields[i].name, segment->text) == 0) return fields[i].value;
  }
  return NULL;
}

/* Puts the code point at `start` into upper case, where it has a single one. */
static void capitalise(xy__text *text, size_t start) {
  if (text->failed || start >= text->size) return;
  size_t old;
  int32_t letter = xy__utf8_decode(text->data + start, text->size - start, &old);
  utf8proc_uint8_t upper[4];
  size_t bytes = letter < 0 ? 0 : (size_t)utf8proc_encode_char(utf8proc_toupper(letter), upper);
  if (bytes == 0) return;
  if (bytes > old) xy__text_add_bytes(text, "   ", bytes - old); /* room; a letter is at most 4 bytes */
  if (text->failed) return;
  size_t size = text->size - (bytes > old ? bytes - old : 0);
  memmove(text->data + start + bytes, text->data + start + old, size - start - old);
  memcpy(text->data + start, upper, bytes);
  text->size = size + bytes - old;
  text->data[text->size] = '\0';
}

/* Where a term begins and ends; -1 for none. */
typedef struct place {
  int64_t start, end;
} place;

/* Of the first identity term and the first word. */
typedef struct places {
  place identity, word;
} places;

/* The text from `start` on begins with a capital letter now, which is longer by `grown`: what is found in it moves. */
static void move(place *found, const place *before, int64_t start, int64_t grown) {
  if (found->end == before->end) return;
  found->end += grown;
  if (found->start > start) found->start += grown;
}

static void fill(xy__text *out, places *found, const xy__phrase *pattern, const xy__terms *terms,
                 const xy__phrase *statement) {
  for (size_t i = 0; i < pattern->n; i++) {
    const xy__segment *segment = &pattern->segments[i];
    size_t start = out->size;
    places before = *found;
    switch (segment->kind) {
      case XY__LITERAL: xy__text_add(out, segment->text); break;
      case XY__STATEMENT:
        if (statement != NULL) fill(out, found, statement, terms, NULL);
        break;
      default: xy__text_add(out, xy__terms_find(terms, segment));
    }
    size_t end = out->size;
    if (segment->capital) capitalise(out, start);
    int64_t grown = (int64_t)out->size - (int64_t)end; /* by the capital letter */
    move(&found->identity, &before.identity, (int64_t)start, grown);
    move(&found->word, &before.word, (int64_t)start, grown);
    const place own = {(int64_t)start, (int64_t)out->size};
    if (segment->kind == XY__IDENTITY && found->identity.end < 0) found->identity = own;
    if (segment->kind == XY__WORD && found->word.end < 0 && out->size > start) found->word = own;
  }
}

int64_t xy__phrase_fill(xy__text *out, int64_t *start, const xy__phrase *pattern, const xy__terms *terms,
                        const xy__phrase *statement) {
  places found = {{-1, -1}, {-1, -1}};
  fill(out, &found, pattern, terms, statement);
  const place *first = found.identity.end >= 0 ? &found.identity : &found.word;
  if (start != NULL) *start = first->start;
  return first->end;
}
