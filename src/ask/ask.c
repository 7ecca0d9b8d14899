/* See ask.h. */
#include "ask/ask.h"

#include <string.h>

int xy__tail_parse(xy__tail *out, const char *name, xy_error *err) {
  static const char *const names[] = {"none", "eos", "space+eos"};
  if (name == NULL || *name == '\0') name = names[0];
  for (int i = 0; i < 3; i++) {
    if (strcmp(name, names[i]) == 0) {
      *out = (xy__tail)i;
      return XY_OK;
    }
  }
  return xy__fail(err, XY_ERR_ARGUMENT, "unknown tail '%s': expected none, eos or space+eos", name);
}

xy__asked xy__ask_prompt(const char *prompt, const char *continuation, const xy__format *format, xy__tail tail) {
  bool empty = prompt == NULL || *prompt == '\0';
  return (xy__asked){.prompt = {XY__USER, prompt},
                     .n = empty ? 0 : 1,
                     .continuation = continuation,
                     .format = empty ? xy__format_plain() : format,
                     .tail = tail};
}

xy__asked xy__ask_turns(const xy__turn *turns, size_t n, const char *answer, const xy__format *format, xy__tail tail) {
  return (xy__asked){.turns = turns, .n = n, .continuation = answer, .answer = true, .format = format, .tail = tail};
}

xy__asked xy__ask_option(const xy__item *item, const xy__option *option, bool prompted, const xy__format *format,
                         xy__tail tail) {
  if (item->turns != NULL) return xy__ask_turns(item->turns, item->n_turns, option->text, format, tail);
  if (prompted && item->prompt != NULL) return xy__ask_prompt(item->prompt, option->text, format, tail);
  return xy__ask_prompt(item->prompt, option->text, xy__format_plain(), XY__TAIL_NONE);
}

static int add_tail(xy__text *out, xy__tail tail, const char *end, xy_error *err) {
  if (tail == XY__TAIL_NONE) return XY_OK;
  if (*end == '\0') return xy__fail(err, XY_ERR_UNSUPPORTED, "a tail needs an end token, and none is known");
  if (tail == XY__TAIL_SPACE_EOS) xy__text_add(out, " ");
  xy__text_add(out, end);
  return XY_OK;
}

int xy__asked_write(xy__asked_text *out, const xy__asked *asked, const char *end, xy_error *err) {
  const xy__format *format = asked->format;
  xy__text *text = &out->text;
  xy__text_clear(text);
  xy__text_add(text, "");
  const xy__turn *turns = asked->turns != NULL ? asked->turns : &asked->prompt;
  int rc = xy__format_lay_out(text, format, turns, asked->n, end, err);
  if (rc != XY_OK) return rc;
  out->cut = text->size;
  out->context = format->plain ? xy__rstrip(text->data, text->size) : text->size;
  xy__text_add(text, format->lead);
  out->answer = text->size;
  if (asked->answer) {
    xy__format_add_text(text, format, asked->continuation);
  } else {
    xy__text_add(text, asked->continuation);
  }
  out->scored = text->size;
  rc = add_tail(text, asked->tail, end, err);
  return rc == XY_OK && text->failed ? xy__fail_memory(err, "a text") : rc;
}

void xy__asked_text_dispose(xy__asked_text *text) { xy__text_dispose(&text->text); }

int64_t xy__asked_identity_end(const xy__asked_text *text, const xy__option *option) {
  return option->identity_end >= 0 ? option->identity_end + (int64_t)(text->answer - text->cut) : -1;
}

int xy__asked_option_text(xy__asked_text *out, const xy_bench *bench, const xy__item *item, const xy__option *option,
                          bool prompted, const xy__format *format, xy_error *err) {
  const xy__asked asked = xy__ask_option(item, option, prompted, format, XY__TAIL_NONE);
  int rc = xy__asked_write(out, &asked, "", err);
  return rc == XY_OK ? rc : xy__fail_prefix(err, rc, "%s: item %s", bench->name, item->id);
}
